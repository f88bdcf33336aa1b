/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report's sections on secrets: what kinds of password hashes there are, which second factors open. No secret comes out of here, nor a part of one.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/pwhash.h"
#include "base/totp_seal.h"
#include "conf/conf.h"
#include "store/takeover.h"
#include "svc/takeover_int.h"

#include <sodium.h>

#define KINDS_MAX 64 /* any word may stand in the braces; what is beyond is counted as "others" */

/* How many there are of each scheme. */
struct kinds {
	struct kind {
		char name[PW_NAME_MAX];
		int64_t n;
	} at[KINDS_MAX];
	size_t n;
};

static void
count_kind(struct kinds *k, const char *name)
{
	size_t i = 0;

	while (i < k->n && strcmp(k->at[i].name, name) != 0)
		i++;
	if (i == KINDS_MAX - 1)
		name = "others";
	if (i == k->n)
		(void)snprintf(k->at[k->n++].name, PW_NAME_MAX, "%s", name);
	k->at[i].n++;
}

static void
look_hash(struct takeover_look *l, struct kinds *k, const char *whose, const char *owner,
    const char *stored)
{
	char name[PW_NAME_MAX];
	enum pw_state state = pw_examine(stored, name);

	count_kind(k, state == PW_LOCKED ? "locked" : name);
	if (state == PW_WEAK)
		takeover_note(l, TAKEOVER_HASHES_WEAK, owner, "%s, %s", whose, name);
	else if (state == PW_UNREADABLE)
		takeover_note(l, TAKEOVER_HASHES_UNREADABLE, owner, "%s, %s", whose, name);
}

/* A line per scheme, however many rows are wanted of the other sections; its count is that of the hashes. */
static void
note_kinds(struct takeover_look *l, const struct kinds *k, const char *whose)
{
	struct takeover_section *s = &l->report->sections[TAKEOVER_HASHES];
	struct takeover_row *rows = arena_array(l->op->arena, s->n + k->n, sizeof(*rows));

	for (size_t i = 0; i < s->n; i++)
		rows[i] = s->rows[i];
	for (size_t i = 0; i < k->n; i++) {
		rows[s->n++] = (struct takeover_row){ arena_strdup(l->op->arena, k->at[i].name),
			arena_printf(l->op->arena, "%s: %lld", whose, (long long)k->at[i].n) };
		s->count += k->at[i].n;
	}
	s->rows = rows;
}

static void
look_hashes(struct takeover_look *l)
{
	struct kinds *admins = ARENA_NEW(l->op->arena, struct kinds);
	struct kinds *mailboxes = ARENA_NEW(l->op->arena, struct kinds);
	const struct takeover_admin *a = l->admins.at;
	const struct takeover_mailbox *m = l->mailboxes.at;

	for (size_t i = 0; i < l->admins.n; i++)
		look_hash(l, admins, "administrator", a[i].username, a[i].password);
	for (size_t i = 0; i < l->mailboxes.n; i++)
		look_hash(l, mailboxes, "mailbox", m[i].username, m[i].password);
	note_kinds(l, admins, "administrators");
	note_kinds(l, mailboxes, "mailboxes");
}

/* ---- second factors ---- */

static bool
opens(const struct totp_key *key, const struct takeover_factor *f)
{
	char secret[TOTP_SECRET_MAX + 1];
	bool ok = totp_open(key, TOTP_KEPT, f->admin_id, f->value, secret) != TOTP_NOT_OPENED;

	sodium_memzero(secret, sizeof(secret));
	return ok;
}

static void
judge_salt(struct takeover_look *l, bool has_salt)
{
	struct takeover_report *r = l->report;

	if (r->sections[TAKEOVER_FACTORS_SHUT].count == 0 || r->sections[TAKEOVER_FACTORS].count > 0)
		return;
	if (r->outcome != RC_OK)
		return; /* what keeps the tables from being taken over comes first */
	r->outcome = RC_CONFIG;
	r->obstacle = has_salt ? N_("securitysalt is not the one this database was written with: "
				    "none of its second factors opens.")
			       : N_("securitysalt is not set: without it none of the second "
				    "factors in this database opens.");
}

static enum rc
look_factors(struct takeover_look *l)
{
	struct totp_key key;
	struct rows rows;
	const struct takeover_factor *f;
	bool has_salt = *l->op->conf->securitysalt != '\0';
	enum rc rc = store_takeover_factors(l->op, &rows);

	if (rc != RC_OK)
		return rc;
	totp_key_make(&key, l->op->conf->securitysalt);
	f = rows.at;
	for (size_t i = 0; i < rows.n; i++)
		takeover_note(l,
		    has_salt && opens(&key, &f[i]) ? TAKEOVER_FACTORS : TAKEOVER_FACTORS_SHUT,
		    f[i].username, "%s", "");
	sodium_memzero(&key, sizeof(key));
	judge_salt(l, has_salt);
	return RC_OK;
}

enum rc
takeover_look_secrets(struct takeover_look *l)
{
	look_hashes(l);
	return look_factors(l);
}
