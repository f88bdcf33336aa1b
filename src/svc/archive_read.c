/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Snapshots of accounts, as the two PHP programs wrote them, into rows. Owns their schemas: one table for each object in them, and what is in no table
 * is refused. It must not know the database. The surprising thing: PHP's arrays come as objects whose keys are numbers, and its numbers as texts
 * where they were large.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/phpser.h"
#include "base/pwhash.h"
#include "base/str.h"
#include "base/utf8.h"
#include "svc/archive.h"

#include <jansson.h>
#include <strings.h>

#define DATA_MAX ((size_t)1 << 20)
#define LIST_MAX 1000
#define TEXT_MAX 65535
#define ORPHAN "{PLAIN}!orphan-backup-no-login!" /* the fork's, in every installation the same */
#define LOCKED "{CRYPT}*"

enum member_kind {
	MEMBER_TEXT,   /* const char *, NULL for null */
	MEMBER_NUMBER, /* int64_t, never negative */
	MEMBER_FLAG,   /* bool */
	MEMBER_TIME,   /* int64_t, of the text of a DateTime */
	MEMBER_OTHER,  /* known, and left out: a number of a row, a size, a date */
	MEMBER_OBJECT, /* json_t *, for another table */
};

struct member {
	const char *name;
	enum member_kind kind;
	size_t off;
	bool needed;
};

struct reader {
	struct op *op;
	struct archive_snapshot *to;
};

/* The first fault stays. */
static bool bad(struct reader *r, const char *fmt, ...) PRINTFLIKE(2, 3);
static bool
bad(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!r->to->fault)
		r->to->fault = arena_vprintf(r->op->arena, fmt, ap);
	va_end(ap);
	return false;
}

/* ---- values ---- */

static bool
take_text(struct reader *r, const char *name, json_t *v, const char **to)
{
	const char *text = json_string_value(v);

	*to = NULL;
	if (json_is_null(v))
		return true;
	if (!text || json_string_length(v) > TEXT_MAX || strlen(text) != json_string_length(v))
		return bad(r, N_("Its %s is no text."), name);
	*to = arena_strdup(r->op->arena, text);
	return true;
}

static bool
take_number(struct reader *r, const char *name, json_t *v, int64_t *to)
{
	const char *text = json_string_value(v);
	size_t n = text ? strlen(text) : 0;

	*to = 0;
	if (json_is_null(v))
		return true;
	if (json_is_integer(v) && json_integer_value(v) >= 0)
		*to = json_integer_value(v);
	else if (n > 0 && n < 19 && strspn(text, "0123456789") == n)
		*to = strtoll(text, NULL, 10);
	else
		return bad(r, N_("Its %s is no number."), name);
	return true;
}

static bool
take_flag(struct reader *r, const char *name, json_t *v, bool *to)
{
	int64_t n = 0;

	if (json_is_boolean(v)) {
		*to = json_is_true(v);
		return true;
	}
	if (!take_number(r, name, v, &n) || n > 1)
		return bad(r, N_("Its %s is neither yes nor no."), name);
	*to = n == 1;
	return true;
}

/* {"date":"2015-05-01 12:00:00.000000","timezone_type":3,"timezone":"Europe/Dublin"}: in the zone of the columns, like the columns. */
static bool
take_time(struct reader *r, const char *name, json_t *v, int64_t *to)
{
	const char *text = json_string_value(json_object_get(v, "date"));

	*to = 0;
	if (json_is_null(v))
		return true;
	if (!json_is_object(v) || !text || strlen(text) < 19)
		return bad(r, N_("Its %s is no date."), name);
	if (!clock_parse_sql(text, to)) /* PHP 7.1 and later add fractions of a second */
		return bad(r, N_("Its %s is no date."), name);
	return true;
}

static bool
take_value(struct reader *r, const struct member *m, json_t *v, void *into)
{
	char *to = (char *)into + m->off;

	switch (m->kind) {
	case MEMBER_TEXT:
		return take_text(r, m->name, v, (const char **)(void *)to);
	case MEMBER_NUMBER:
		return take_number(r, m->name, v, (int64_t *)(void *)to);
	case MEMBER_FLAG:
		return take_flag(r, m->name, v, (bool *)(void *)to);
	case MEMBER_TIME:
		return take_time(r, m->name, v, (int64_t *)(void *)to);
	case MEMBER_OBJECT:
		*(json_t **)(void *)to = v;
		return true;
	case MEMBER_OTHER:
		break;
	}
	return true;
}

/* ---- objects ---- */

static const struct member *
member_named(const struct member *table, const char *name)
{
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static bool
take_object(struct reader *r, const char *what, json_t *object, const struct member *table, void *into)
{
	const char *name;
	json_t *v;

	if (!json_is_object(object))
		return bad(r, N_("Its %s is not what it should be."), what);
	json_object_foreach(object, name, v)
	{
		const struct member *m = member_named(table, name);

		if (!m)
			return bad(r, N_("Its %s has a member that is not known: %.40s."), what, name);
		if (!take_value(r, m, v, into))
			return false;
	}
	for (const struct member *m = table; m->name; m++)
		if (m->needed && !json_object_get(object, m->name))
			return bad(r, N_("Its %s lacks %s."), what, m->name);
	return true;
}

#define M(S, m, kind, needed)                                    \
	{                                                        \
#m, MEMBER_##kind, offsetof(struct S, m), needed \
	}
#define OTHER(name)                          \
	{                                    \
		name, MEMBER_OTHER, 0, false \
	}
#define END                                  \
	{                                    \
		NULL, MEMBER_OTHER, 0, false \
	}

/* ---- the account ---- */

static bool
is_line(const char *text)
{
	size_t n = strlen(text), next;
	uint32_t cp;

	for (size_t i = 0; i < n; i += next)
		if ((next = utf8_next(text + i, n - i, &cp)) == 0 || utf8_is_control(cp))
			return false;
	return n <= 255;
}

/* The hash goes on as it is; one that the fork puts everywhere in place of a password lets nobody in any more. */
static bool
check_password(struct reader *r, struct mailbox *m)
{
	char name[PW_NAME_MAX];

	if (m->password && strcmp(m->password, ORPHAN) == 0) {
		m->password = LOCKED;
		r->to->password_void = true;
	}
	if (!m->password || strlen(m->password) > 255)
		return bad(r, N_("Its password hash is none."));
	if (pw_examine(m->password, name) == PW_UNREADABLE)
		return bad(r, N_("Its password hash is of a kind that is not checked here (%s)."), name);
	r->to->password_scheme = arena_strdup(r->op->arena, name);
	return true;
}

static bool
check_mailbox(struct reader *r, const struct archive *row)
{
	struct mailbox *m = &r->to->mailbox;
	struct addr a, own;
	const char *refused = m->username ? addr_parse(m->username, ADDR_PLAIN, &a) : "";

	if (refused || addr_parse(row->username ? row->username : "", ADDR_PLAIN, &own) ||
	    strcmp(a.full, own.full) != 0)
		return bad(r, N_("It is of another address than its row."));
	m->username = arena_strdup(r->op->arena, a.full);
	if (m->local_part && strcasecmp(m->local_part, a.local) != 0)
		return bad(r, N_("Its local_part is not that of its address."));
	m->local_part = arena_strdup(r->op->arena, a.local);
	m->domain = r->to->domain = arena_strdup(r->op->arena, a.domain);
	if ((m->name && !is_line(m->name)) || (m->alt_email && !is_line(m->alt_email)))
		return bad(r, N_("Its name or other address holds what no line holds."));
	if (m->alt_email && *m->alt_email && addr_parse(m->alt_email, ADDR_PLAIN, &a))
		return bad(r, N_("Its other address is no address."));
	if (!m->access_restriction || !*m->access_restriction)
		m->access_restriction = "ALL";
	m->quota = MAX(m->quota, (int64_t)0);
	if (mailbox_access_check(m->access_restriction))
		return bad(r, N_("Its access_restriction names what is no protocol."));
	r->to->has_mailbox = true;
	return check_password(r, m);
}

/* ---- the fork's ---- */

struct fork_top {
	const char *username, *type, *dest;
	int64_t task_id;
	json_t *mailbox;
};
static const struct member fork_top[] = { M(fork_top, username, TEXT, true),
	M(fork_top, type, TEXT, true), M(fork_top, task_id, NUMBER, false),
	M(fork_top, dest, TEXT, false), M(fork_top, mailbox, OBJECT, true), END };
static const struct member fork_mailbox[] = { M(mailbox, username, TEXT, true),
	M(mailbox, local_part, TEXT, true), M(mailbox, name, TEXT, false),
	M(mailbox, password, TEXT, true), M(mailbox, quota, NUMBER, true),
	M(mailbox, active, FLAG, true), END };

static bool
read_fork(struct reader *r, const struct archive *row, json_t *top)
{
	static const char *const types[] = { "ARCHIVE", "DELETE", "BACKUP_ORPHAN" };
	struct fork_top t = { 0 };
	size_t i = 0;

	if (!take_object(r, "snapshot", top, fork_top, &t))
		return false;
	while (i < ARRAY_LEN(types) && (!t.type || strcmp(t.type, types[i]) != 0))
		i++;
	if (i == ARRAY_LEN(types))
		return bad(r, N_("Its type is none of the fork's."));
	r->to->type = types[i];
	r->to->dest = t.dest;
	r->to->task_id = t.task_id;
	if (!t.username || strcasecmp(t.username, row->username ? row->username : "") != 0)
		return bad(r, N_("It is of another address than its row."));
	if (json_is_null(t.mailbox))
		return true;
	return take_object(r, "mailbox", t.mailbox, fork_mailbox, &r->to->mailbox) &&
	    check_mailbox(r, row);
}

/* ---- upstream's ---- */

struct upstream_top {
	json_t *mailbox, *mailbox_prefrences, *aliases; /* (sic) */
};
static const struct member upstream_top[] = { M(upstream_top, mailbox, OBJECT, true),
	M(upstream_top, mailbox_prefrences, OBJECT, false), M(upstream_top, aliases, OBJECT, false),
	OTHER("alias_prefrences"), OTHER("inAliases"), OTHER("inAliases_prefrences"), END };
static const struct member upstream_mailbox[] = { M(mailbox, username, TEXT, true),
	M(mailbox, password, TEXT, true), M(mailbox, name, TEXT, false),
	M(mailbox, alt_email, TEXT, false), M(mailbox, quota, NUMBER, true),
	M(mailbox, local_part, TEXT, true), M(mailbox, active, FLAG, true),
	M(mailbox, access_restriction, TEXT, false), M(mailbox, created, TIME, false), OTHER("id"),
	OTHER("domain"), OTHER("homedir"), OTHER("maildir"), OTHER("uid"), OTHER("gid"),
	OTHER("homedir_size"), OTHER("maildir_size"), OTHER("size_at"), OTHER("modified"),
	OTHER("delete_pending"), END };
struct entity {
	const char *className;
	json_t *params;
};
static const struct member entity[] = { M(entity, className, TEXT, true),
	M(entity, params, OBJECT, true), END };
static const struct member upstream_pref[] = { M(archive_pref, attribute, TEXT, true),
	M(archive_pref, value, TEXT, true), OTHER("id"), OTHER("ix"), OTHER("op"), OTHER("expire"),
	OTHER("mailbox"), END };
static const struct member upstream_alias[] = { M(alias, address, TEXT, true),
	{ "goto", MEMBER_TEXT, offsetof(struct alias, goto_), true }, M(alias, active, FLAG, true),
	M(alias, created, TIME, false), OTHER("id"), OTHER("domain"), OTHER("modified"), END };

/* {"className":"\\Entities\\Mailbox","params":{...}}, by Doctrine perhaps under a name of its own in front. */
static bool
take_entity(struct reader *r, const char *what, const char *class, json_t *v,
    const struct member *table, void *into)
{
	struct entity e = { 0 };
	size_t n = strlen(class), len;

	if (!take_object(r, what, v, entity, &e))
		return false;
	len = e.className ? strlen(e.className) : 0;
	if (len < n || strcmp(e.className + len - n, class) != 0)
		return bad(r, N_("Its %s is something else."), what);
	return take_object(r, what, e.params, table, into);
}

static bool
take_prefs(struct reader *r, json_t *list)
{
	const char *key;
	json_t *v;

	r->to->prefs = arena_array(r->op->arena, json_object_size(list), sizeof(*r->to->prefs));
	json_object_foreach(list, key, v)
	{
		struct archive_pref *p = &r->to->prefs[r->to->n_prefs++];

		if (!take_entity(r, "preference", "Entities\\MailboxPreference", v, upstream_pref, p))
			return false;
		if (!p->attribute || !*p->attribute || !is_line(p->attribute) || !p->value)
			return bad(r, N_("One of its preferences is not what it should be."));
	}
	return true;
}

static bool
check_alias(struct reader *r, struct alias *a)
{
	struct addr parsed;

	if (!a->address || addr_parse(a->address, ADDR_CATCH_ALL, &parsed))
		return bad(r, N_("One of its aliases has no address."));
	a->address = arena_strdup(r->op->arena, parsed.full);
	if (!a->goto_ || !*a->goto_)
		return bad(r, N_("Its alias %s has no targets."), a->address);
	for (const char *at = a->goto_; *at; at += *at == ',') {
		size_t n = strcspn(at, ",");
		const char *target = arena_printf(r->op->arena, "%.*s", (int)n, at);

		target += strspn(target, " ");
		if (addr_parse(target, ADDR_CATCH_ALL, &parsed))
			return bad(r, N_("Its alias %s leads to what is no address."), a->address);
		at += n;
	}
	return true;
}

static bool
take_aliases(struct reader *r, json_t *list)
{
	const char *key;
	json_t *v;

	r->to->aliases = arena_array(r->op->arena, json_object_size(list), sizeof(*r->to->aliases));
	json_object_foreach(list, key, v)
	{
		struct alias *a = &r->to->aliases[r->to->n_aliases++];

		if (!take_entity(r, "alias", "Entities\\Alias", v, upstream_alias, a) ||
		    !check_alias(r, a))
			return false;
	}
	return true;
}

static bool
read_upstream(struct reader *r, const struct archive *row, json_t *top)
{
	struct upstream_top t = { 0 };

	if (!take_object(r, "snapshot", top, upstream_top, &t) ||
	    !take_entity(r, "mailbox", "Entities\\Mailbox", t.mailbox, upstream_mailbox, &r->to->mailbox) ||
	    !check_mailbox(r, row))
		return false;
	if (json_object_size(t.mailbox_prefrences) > LIST_MAX || json_object_size(t.aliases) > LIST_MAX)
		return bad(r, N_("It holds too many rows."));
	return (!t.mailbox_prefrences || take_prefs(r, t.mailbox_prefrences)) &&
	    (!t.aliases || take_aliases(r, t.aliases));
}

/* ---- either ---- */

static json_t *
parse_php(const char *data)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_SECRET);
	CLEANUP(str_release) struct str out = STR_INIT;
	struct errs errs = { .arena = arena };

	return phpser_to_json(data, strlen(data), &out, &errs) == RC_OK
	    ? json_loads(str_text(&out), JSON_REJECT_DUPLICATES, NULL)
	    : NULL;
}

void
archive_read(struct op *op, const struct archive *row, struct archive_snapshot *ret)
{
	struct reader r = { op, ret };
	const char *data = row->data ? row->data : "";
	bool php = *data == 'a';
	json_t *top = NULL;

	*ret = (struct archive_snapshot){ 0 };
	if (strlen(data) > DATA_MAX)
		(void)bad(&r, N_("It is larger than either program makes them."));
	else if (!(top = php ? parse_php(data) : json_loads(data, JSON_REJECT_DUPLICATES, NULL)))
		(void)bad(&r,
		    "%s", *data ? N_("It is neither JSON nor serialized PHP data of the kind that holds rows.") : N_("It is empty."));
	else if (php ? read_upstream(&r, row, top) : read_fork(&r, row, top))
		ret->made_by = php ? N_("ViMbAdmin 3") : N_("its PHP fork");
	if (ret->fault)
		*ret = (struct archive_snapshot){ .fault = ret->fault };
	json_decref(top);
}
