/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Field tables: one descriptor per member of a plain struct. The one table drives form, JSON, command line and
 * CSV input, its checks, SQL binding and reading by name, JSON/CSV/text output and the audit's before/after.
 * The C type is derived from the member, so table and struct cannot disagree.
 *
 * Input structs start with a `uint64_t given` whose bit i says that field i of the table was in the input; that is how
 * an edit tells "not sent" from "sent empty". A table therefore has at most 64 rows.
 */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include "base/base.h"
#include "base/rc.h"

struct arena;
struct str;

enum field_type {
	FIELD_BOOL, /* bool */
	FIELD_INT,  /* int64_t */
	FIELD_TEXT, /* const char *; NULL stands for absent */
};

/* What the value means: decides how text is read, checked and shown. */
enum field_kind {
	KIND_PLAIN = 0, /* text without control characters, trimmed; or a whole number; or a boolean */
	KIND_LINES,     /* text that may hold LF (CR LF is folded); trimmed at the ends */
	KIND_ADDRESS,    /* mail address, made canonical by base/addr */
	KIND_DOMAIN,     /* domain name, made canonical (A-label) */
	KIND_LOCAL_PART, /* made lower-case and checked */
	KIND_TARGETS, /* list of addresses and @domains, one per line or comma; canonical, joined by commas */
	KIND_BYTES, /* int64_t size; reads 5G, 500 MB, unlimited, plain bytes with B; see base/size.h */
	KIND_TIME,     /* int64_t UTC seconds, 0 = never; DATETIME in SQL, RFC 3339 in JSON */
	KIND_PASSWORD, /* text taken as it is; never echoed, printed, logged, sent or audited */
	KIND_CHOICE,   /* text out of .choices */
	KIND_ID,       /* int64_t row id, > 0; decimal digits only; 0 is NULL in SQL */
};

enum field_flags {
	FIELD_REQUIRED = 1 << 0, /* must be given and not empty when a whole object is read */
	FIELD_SECRET = 1 << 1, /* never leaves the process in any output (implied by KIND_PASSWORD) */
	FIELD_READONLY = 1 << 2,  /* output only: refused as unknown in input */
	FIELD_UNAUDITED = 1 << 3, /* left out of before/after (counters, timestamps) */
	FIELD_HIDDEN = 1 << 4,    /* not shown in lists and forms by default */
	FIELD_SWITCH = 1 << 5,    /* command line: --name alone means true */
	FIELD_CATCH_ALL = 1 << 6, /* KIND_ADDRESS: @domain is an address too */
	FIELD_UNLIMITED = 1 << 7, /* 0 is no limit: people read and may write "unlimited"; what a database has below that is read as 0 */
	FIELD_KEPT = 1 << 9, /* addresses: what cannot be made may be there already; who saves checks what is new (svc/rules.h) */
	FIELD_SET = 1 << 8, /* boxes of one name in a form, each ticked one a value: one comma list */
};

#define FIELD_NO_LIMIT "unlimited" /* as sizes have it (base/size.h) */

struct field {
	const char *name; /* member, column, form field, JSON key: one word everywhere */
	size_t off;
	enum field_type type;
	enum field_kind kind;
	unsigned flags;
	int64_t min, max; /* text: bytes (max 0 = 255); integers: value (both 0 = 0 .. INT64_MAX) */
	const char *label;          /* N_() text for people; NULL = not for people */
	const char *help;           /* N_() one sentence */
	const char *const *choices; /* NULL-terminated, for KIND_CHOICE */
	/* Further check of a value that already passed the above: NULL = fine, else a N_() sentence. */
	const char *(*check)(const void *value);
};

struct fields {
	const char *name; /* of the struct: "mailbox" */
	const struct field *at;
	size_t n;
	size_t size; /* sizeof the struct */
};

/* clang-format off */
#define FIELD_TYPE_OF(m) _Generic((m), bool: FIELD_BOOL, int64_t: FIELD_INT, const char *: FIELD_TEXT)
#define FIELD(S, ...) FIELD_ROW_(S, __VA_ARGS__, )
#define FIELD_ROW_(S, m, ...)                                                         \
	{ .name = #m, .off = offsetof(struct S, m), .type = FIELD_TYPE_OF(((struct S *)0)->m), __VA_ARGS__ }
/* The same under another name, for members that cannot be called so (goto is a C keyword). */
#define FIELD_AS(S, m, ...) FIELD_AS_ROW_(S, m, __VA_ARGS__, )
#define FIELD_AS_ROW_(S, m, outside, ...)                                             \
	{ .name = (outside), .off = offsetof(struct S, m), .type = FIELD_TYPE_OF(((struct S *)0)->m), __VA_ARGS__ }
/* FIELDS(mailbox) defines `const struct fields mailbox_fields` over `static const struct field mailbox_field_rows[]`. */
#define FIELDS(S)                                                                     \
	const struct fields S##_fields = { #S, S##_field_rows, ARRAY_LEN(S##_field_rows), sizeof(struct S) }
/* clang-format on */

/* One name and value of outside input, whatever door it came through. */
enum pair_type { PAIR_TEXT, PAIR_NUMBER, PAIR_BOOL, PAIR_NULL, PAIR_LIST };
struct pair {
	const char *name;
	const char *text; /* the value as text ("true"/"false" for PAIR_BOOL, "" for PAIR_NULL); NUL-terminated */
	size_t len; /* bytes in text: a NUL inside shows as len != strlen */
	enum pair_type type;
};

enum field_mode {
	FIELD_WHOLE, /* an object is made: required fields must be there */
	FIELD_PATCH, /* an object is changed: only what is given counts */
};

/*
 * Reads `n` pairs into the input struct `out` (zeroed by the callee; first member uint64_t given). Every fault goes to
 * `errs` with its field: unknown name or a name twice RC_MALFORMED, all else RC_INVALID. Text is copied to `arena`.
 * Returns RC_OK or the rc of the first fault (RC_MALFORMED outranks). Secrets never appear in fault texts.
 */
NODISCARD enum rc field_parse(const struct fields *f, enum field_mode mode,
    const struct pair *pairs, size_t n, void *out, struct arena *arena, struct errs *errs);
/* Was the member at offset `off` given? `in` starts with uint64_t given. */
bool field_given(const struct fields *f, const void *in, size_t off);
#define FIELD_GIVEN(S, in, m) field_given(&S##_fields, (in), offsetof(struct S, m))

/* Says that it was: for inputs that are made in the program. */
void field_give(const struct fields *f, void *in, size_t off);
#define FIELD_GIVE(S, in, m) field_give(&S##_fields, (in), offsetof(struct S, m))

const struct field *field_by_name(const struct fields *f, const char *name); /* NULL if none */
/* Records that there is no such field: RC_MALFORMED. Told is only a name that could be one, so no page says what a stranger put into a link. */
enum rc field_unknown(struct errs *errs, const char *name);

/* Reading members without knowing the struct; the type must be the field's. */
int64_t field_int(const struct field *f, const void *obj);      /* FIELD_INT, FIELD_BOOL as 0/1 */
const char *field_text(const struct field *f, const void *obj); /* FIELD_TEXT */
void field_set_int(const struct field *f, void *obj, int64_t v);
void field_set_text(const struct field *f, void *obj, const char *v); /* pointer is kept, not copied */

/* The value as people read it (sizes with units, yes/no, times as RFC 3339); secrets as "******". */
void field_format(const struct field *f, const void *obj, struct str *out);
/* {"name":value,...} of all fields that are not secret; times as RFC 3339 strings, 0 as null. */
void field_json(const struct fields *f, const void *obj, struct str *out);
/*
 * One line of CSV without its end: every field that is neither secret nor hidden, as field_format() has it (obj NULL: the names). field_parse() reads
 * all of it back to the same value. Returns how many cells.
 */
size_t field_csv(const struct fields *f, const void *obj, struct str *out);
/*
 * The audit's before and after as two JSON objects: only fields that differ when both are given, all when one is NULL
 * (an object made or removed). Secret fields show as "changed" when they differ. Returns how many fields differ.
 */
size_t field_diff(const struct fields *f, const void *before, const void *after,
    struct str *ret_before, struct str *ret_after);
/*
 * Revision of a row: 16 hex digits over its fields, secret ones included, FIELD_UNAUDITED ones not (a counter or a column joined
 * from elsewhere moves without anybody editing this row); buffer of 17 bytes.
 */
void field_rev(const struct fields *f, const void *obj, char ret_rev[17]);

#endif
