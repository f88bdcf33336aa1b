/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outside input into an input struct: the one gate for forms, JSON, command lines and CSV. Every value is checked by its table row before it is stored;
 * every fault is recorded, so that a form can show them all at once. Fault texts never contain a secret.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/field.h"
#include "base/lang.h"
#include "base/pwhash.h"
#include "base/size.h"
#include "base/str.h"
#include "base/utf8.h"

#define TEXT_MAX 255
#define TARGETS_MAX 1000
#define PIECE_SHOWN 100
#define TARGETS_BYTES 65535
/* A bare number in a size field of a form; the fork's default unit. JSON numbers are bytes. */
#define SIZE_BARE_UNIT (INT64_C(1) << 20)

/* One value on its way in. */
struct value {
	const struct field *f;
	const struct pair *p;
	const char *text; /* trimmed copy */
	void *out;
	struct arena *arena;
	struct errs *errs;
};

static enum rc
refuse(const struct value *v, const char *text)
{
	return err_add(v->errs, RC_INVALID, v->f->name, "%s", text);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t
text_max(const struct field *f)
{
	if (f->max > 0)
		return (size_t)f->max;
	if (f->kind == KIND_TARGETS)
		return TARGETS_BYTES;
	return f->kind == KIND_PASSWORD ? PW_MAX_BYTES : TEXT_MAX;
}

/* UTF-8 without control characters; `lines` lets LF and TAB through. */
static bool
text_clean(const char *text, bool lines)
{
	size_t n = strlen(text);

	while (n > 0) {
		uint32_t cp = 0;
		size_t step = utf8_next(text, n, &cp);

		if (step == 0 || (utf8_is_control(cp) && !(lines && (cp == '\n' || cp == '\t'))))
			return false;
		text += step;
		n -= step;
	}
	return true;
}

/* Trimmed copy; in texts of several lines CR LF and CR become LF. */
static const char *
trimmed(const struct value *v, bool lines)
{
	const char *p = v->p->text;
	size_t n = v->p->len, len = 0;
	char *copy;

	while (n > 0 && is_blank(*p)) {
		p++;
		n--;
	}
	while (n > 0 && is_blank(p[n - 1]))
		n--;
	copy = arena_strndup(v->arena, p, n);
	for (size_t i = 0; lines && i < n; i++) {
		if (copy[i] == '\r' && copy[i + 1] == '\n')
			continue;
		copy[len++] = copy[i] == '\r' ? '\n' : copy[i];
	}
	if (lines)
		copy[len] = '\0';
	return copy;
}

static enum rc
store_text(const struct value *v, const char *text)
{
	const char *fault = v->f->check && *text ? v->f->check(text) : NULL;

	if (fault)
		return refuse(v, fault);
	field_set_text(v->f, v->out, arena_strdup(v->arena, text));
	return RC_OK;
}

static enum rc
store_int(const struct value *v, int64_t n)
{
	const struct field *f = v->f;
	int64_t min = f->min, max = f->min == 0 && f->max == 0 ? INT64_MAX : f->max;
	const char *fault;

	if (f->kind == KIND_ID)
		min = MAX(min, INT64_C(1));
	if (n < min || n > max)
		return max == INT64_MAX
		    ? err_add(v->errs, RC_INVALID, f->name, "Enter a number of at least %lld.",
			  (long long)min)
		    : err_add(v->errs, RC_INVALID, f->name, "Enter a number from %lld to %lld.",
			  (long long)min, (long long)max);
	if ((fault = f->check ? f->check(&n) : NULL))
		return refuse(v, fault);
	field_set_int(f, v->out, n);
	return RC_OK;
}

/* Digits only, one minus where the table lets numbers below zero in; no sign, blank, exponent or leading 0x. */
static bool
parse_int(const char *text, int64_t *ret)
{
	bool negative = *text == '-';
	int64_t n = 0;

	text += negative;
	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_sub_overflow(n, *text - '0', &n))
			return false;
	}
	if (!negative && n == INT64_MIN)
		return false;
	*ret = negative ? n : -n;
	return true;
}

static enum rc
parse_number(const struct value *v)
{
	int64_t n;

	if ((v->f->flags & FIELD_UNLIMITED) && strcmp(v->text, FIELD_NO_LIMIT) == 0)
		return store_int(v, 0);
	if (v->p->type == PAIR_BOOL || !parse_int(v->p->text, &n))
		return refuse(v, N_("Enter a whole number."));
	return store_int(v, n);
}

static enum rc
parse_bytes(const struct value *v)
{
	const char *fault;
	int64_t n;

	if (v->p->type == PAIR_BOOL)
		return refuse(v, N_("Enter a size such as 500 MB, 5 GB or unlimited."));
	if ((fault = size_parse(v->text, v->p->type == PAIR_NUMBER ? 1 : SIZE_BARE_UNIT, &n)))
		return refuse(v, fault);
	return store_int(v, n);
}

static enum rc
parse_bool(const struct value *v)
{
	static const char *const yes[] = { "1", "true", "yes", "on" };
	static const char *const no[] = { "0", "false", "no", "off", "" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		if (strcmp(v->text, yes[i]) == 0)
			return store_int(v, 1);
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		if (strcmp(v->text, no[i]) == 0) {
			field_set_int(v->f, v->out, 0);
			return RC_OK;
		}
	}
	return refuse(v, N_("Enter yes or no."));
}

static enum rc
parse_choice(const struct value *v)
{
	for (const char *const *c = v->f->choices; c && *c; c++)
		if (strcmp(v->text, *c) == 0)
			return store_text(v, v->text);
	return refuse(v, N_("This is not one of the choices."));
}

static enum addr_flags
address_flags(const struct field *f)
{
	unsigned flags = f->flags & FIELD_CATCH_ALL ? ADDR_CATCH_ALL : ADDR_PLAIN;

	return (enum addr_flags)(f->flags & FIELD_KEPT ? flags | ADDR_ODD : flags);
}

static enum rc
parse_name(const struct value *v)
{
	char name[ADDR_DOMAIN_MAX + 1];
	struct addr a;
	const char *fault;

	if (v->f->kind == KIND_ADDRESS) {
		fault = addr_parse(v->text, address_flags(v->f), &a);
		return fault ? refuse(v, fault) : store_text(v, a.full);
	}
	fault = v->f->kind == KIND_DOMAIN ? addr_domain_parse(v->text, name)
	    : v->f->flags & FIELD_KEPT    ? addr_local_parse_odd(v->text, name)
					  : addr_local_parse(v->text, name);
	return fault ? refuse(v, fault) : store_text(v, name);
}

/* Is the address already in the comma list? */
static bool
listed(const char *list, const char *address)
{
	size_t n = strlen(address);

	for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
		if (strncmp(at, address, n) == 0 && (at[n] == ',' || !at[n]))
			return true;
	return false;
}

/* One piece of a target list, canonical, appended to the list unless it stands there already. */
static enum rc
add_target(const struct value *v, const char *piece, struct str *list, size_t *n)
{
	bool kept = v->f->flags & FIELD_KEPT;
	struct addr a;
	const char *fault = addr_parse(piece, kept ? ADDR_CATCH_ALL | ADDR_ODD : ADDR_CATCH_ALL, &a);
	const char *target = fault ? piece : a.full;

	if (fault && !kept)
		return err_add(v->errs, RC_INVALID, v->f->name, "\"%.*s\": %s",
		    (int)utf8_cut(piece, PIECE_SHOWN), piece, lang_text(v->errs->lang, fault));
	if (listed(str_text(list), target))
		return RC_OK;
	if (++*n > TARGETS_MAX)
		return err_add(v->errs, RC_INVALID, v->f->name, "There are more than %d targets.",
		    TARGETS_MAX);
	if (list->len)
		str_addc(list, ',');
	str_add(list, target);
	return RC_OK;
}

static enum rc
parse_targets(const struct value *v)
{
	struct str list = STR_INIT;
	enum rc rc = RC_OK;
	size_t n = 0;

	for (const char *at = v->text; *at && rc == RC_OK;) {
		size_t len = strcspn(at, ",\n"), from = 0, to = len;

		while (from < to && is_blank(at[from]))
			from++;
		while (to > from && is_blank(at[to - 1]))
			to--;
		if (to > from)
			rc = add_target(v, arena_strndup(v->arena, at + from, to - from), &list, &n);
		at += len + (at[len] != '\0');
	}
	if (rc == RC_OK)
		rc = store_text(v, str_text(&list));
	str_release(&list);
	return rc;
}

static enum rc
parse_password(const struct value *v)
{
	if (v->p->len > text_max(v->f))
		return err_add(v->errs, RC_INVALID, v->f->name, "Use at most %zu bytes.",
		    text_max(v->f));
	if (!text_clean(v->p->text, false))
		return refuse(v, N_("A password cannot hold control characters."));
	field_set_text(v->f, v->out, arena_strndup(v->arena, v->p->text, v->p->len));
	return RC_OK;
}

static enum rc
parse_text(const struct value *v)
{
	const struct field *f = v->f;
	size_t n = strlen(v->text);

	if (n > text_max(f))
		return err_add(v->errs, RC_INVALID, f->name, "Use at most %zu characters.",
		    text_max(f));
	if (!text_clean(v->text, f->kind == KIND_LINES || f->kind == KIND_TARGETS))
		return refuse(v,
		    N_("This holds characters that cannot be stored, such as line breaks."));
	if (n > 0 && (int64_t)n < f->min)
		return err_add(v->errs, RC_INVALID, f->name, "Use at least %lld characters.",
		    (long long)f->min);
	if (n == 0 && f->kind != KIND_PLAIN && f->kind != KIND_LINES) {
		field_set_text(f, v->out, "");
		return RC_OK;
	}
	if (f->kind == KIND_ADDRESS || f->kind == KIND_DOMAIN || f->kind == KIND_LOCAL_PART)
		return parse_name(v);
	if (f->kind == KIND_TARGETS)
		return parse_targets(v);
	return f->kind == KIND_CHOICE ? parse_choice(v) : store_text(v, v->text);
}

static enum rc
parse_value(struct value *v)
{
	const struct field *f = v->f;

	if (v->p->len != strlen(v->p->text))
		return refuse(v,
		    N_("This holds characters that cannot be stored, such as line breaks."));
	if (f->kind == KIND_PASSWORD)
		return parse_password(v);
	v->text = trimmed(v, f->kind == KIND_LINES || f->kind == KIND_TARGETS);
	if ((f->flags & FIELD_REQUIRED) && !*v->text)
		return refuse(v, N_("This is required."));
	if (f->type == FIELD_TEXT)
		return parse_text(v);
	if (f->type == FIELD_BOOL)
		return parse_bool(v);
	/* an empty number or size stands for 0, where 0 is allowed */
	if (!*v->text && f->kind != KIND_ID)
		return store_int(v, 0);
	return f->kind == KIND_BYTES ? parse_bytes(v) : parse_number(v);
}

static enum rc
parse_pair(const struct fields *f, const struct pair *p, void *out, struct arena *arena,
    struct errs *errs)
{
	const struct field *row = field_by_name(f, p->name);
	uint64_t given, bit;
	struct value v;

	if (!row || (row->flags & FIELD_READONLY))
		return field_unknown(errs, p->name);
	bit = UINT64_C(1) << (row - f->at);
	memcpy(&given, out, sizeof(given));
	if (given & bit)
		return err_add(errs, RC_MALFORMED, row->name, "This was given twice.");
	if (p->type == PAIR_LIST && row->kind != KIND_TARGETS && row->kind != KIND_LINES)
		return err_add(errs, RC_MALFORMED, row->name, "This takes one value, not a list.");
	given |= bit;
	memcpy(out, &given, sizeof(given));
	v = (struct value){ .f = row, .p = p, .out = out, .arena = arena, .errs = errs };
	return parse_value(&v);
}

static void
check_required(const struct fields *f, const void *out, struct errs *errs)
{
	uint64_t given;

	memcpy(&given, out, sizeof(given));
	for (size_t i = 0; i < f->n; i++)
		if ((f->at[i].flags & FIELD_REQUIRED) && !(given >> i & 1))
			(void)err_add(errs, RC_INVALID, f->at[i].name, "This is required.");
}

enum rc
field_parse(const struct fields *f, enum field_mode mode, const struct pair *pairs, size_t n,
    void *out, struct arena *arena, struct errs *errs)
{
	enum rc worst = RC_OK;

	memset(out, 0, f->size);
	for (size_t i = 0; i < n; i++) {
		enum rc rc = parse_pair(f, &pairs[i], out, arena, errs);

		if (rc == RC_MALFORMED || worst == RC_OK)
			worst = rc;
	}
	if (mode == FIELD_WHOLE) {
		struct err *last = errs->last;

		check_required(f, out, errs);
		if (worst == RC_OK && errs->last != last)
			worst = RC_INVALID;
	}
	return worst;
}
