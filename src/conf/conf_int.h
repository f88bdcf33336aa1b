/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of conf share: the row of the key table, the box a snapshot lives in, reading and
 * writing of one value.
 */
#ifndef CONF_CONF_INT_H
#define CONF_CONF_INT_H

#include "base/base.h"
#include "conf/conf.h"

#define CONF_TEXT_MAX 1024         /* bytes of a value, where its row says nothing */
#define CONF_FILE_MAX (256 * 1024) /* bytes of the whole file */
#define CONF_LINE_MAX 4096         /* bytes of one line */
#define CONF_ENV_PREFIX "VIMBADMIN_"

struct arena;

enum key_flags {
	KEY_SECRET = 1 << 0,
	KEY_KEEPER = 1 << 1, /* blanked in the web process */
	KEY_RELOAD = 1 << 2, /* takes effect on reload */
	KEY_MADE = 1 << 3,   /* nobody writes it: the master makes it for web processes */
};

enum key_type { KEY_BOOL, KEY_INT, KEY_TEXT, KEY_SCHEME };
enum key_as {
	KEY_AS_PLAIN = 0,
	KEY_AS_BYTES, /* int64_t size: 5G, 500 MB, plain bytes */
	KEY_AS_UNIT,  /* int64_t bytes of one B, KB, MB, GB or TB */
};

struct conf_key {
	const char *name; /* in the file */
	size_t off;       /* in struct conf */
	enum key_type type;
	enum key_as as;
	unsigned flags; /* enum key_flags */
	int64_t min, max; /* integers: value (max 0 = INT64_MAX); text: bytes (max 0 = CONF_TEXT_MAX) */
	const char *def; /* default, as it would be written in the file */
	/* Further check of a text: NULL = fine, else what was expected. */
	const char *(*check)(const char *text);
	const char *expect; /* what was expected, where the type alone does not say */
	const char *doc;    /* one or two sentences, for `config doc` and the manual page */
};

extern const struct conf_key conf_keys[];
extern const size_t conf_keys_n;

const struct conf_key *conf_key_find(const char *name);
/* The key that looks most like name, NULL if none does. */
const struct conf_key *conf_key_near(const char *name);

/* A snapshot and what it lives in; struct conf is what everybody else sees. */
struct conf_box {
	struct conf conf;
	struct arena *arena;
	struct errs warnings;
};

/*
 * Reads text into the member of k. NULL when fine, else what was expected (in the arena or static;
 * never the value itself).
 */
NODISCARD const char *conf_value_read(const struct conf_key *k, const char *text, struct conf *c,
    struct arena *arena);
/* As it would be written in the file; conf_value_read() reads it back. */
void conf_value_write(const struct conf_key *k, const struct conf *c, struct str *out);
/* What the key takes, as half a sentence: "a whole number from 1 to 64". In the arena or static. */
const char *conf_value_expect(const struct conf_key *k, struct arena *arena);

/* Faults of values that are fine alone but not together. */
void conf_check_together(const struct conf *c, struct errs *errs);

/*
 * Whole text of a configuration file, in the arena. NULL with a fault when it cannot be read, is too long, holds a NUL, or when
 * somebody else could have written it.
 */
const char *conf_file_text(const char *path, struct errs *errs, struct arena *arena);
/* The same of at most max bytes, prefix before the fault; *ret_world: can everybody read it? */
const char *conf_file_read(const char *path, const char *prefix, size_t max, struct errs *errs,
    struct arena *arena, bool *ret_world);

/* Does the address of a database hold a password? */
bool conf_url_password(const char *url);

/* check.c: see struct conf_key */
const char *conf_check_database(const char *text);
const char *conf_check_listen(const char *text);
const char *conf_check_public_url(const char *text);
const char *conf_check_outside(const char *text);
const char *conf_check_characters(const char *text);
const char *conf_check_prefix(const char *text);
const char *conf_check_hosts(const char *text);
const char *conf_check_level(const char *text);
const char *conf_check_language(const char *text);
const char *conf_check_timezone(const char *text);
const char *conf_check_word(const char *text);
const char *conf_check_cookie(const char *text);
const char *conf_check_path(const char *text);
const char *conf_check_file(const char *text);   /* "" or an absolute path */
const char *conf_check_colour(const char *text); /* "" or #rrggbb */
const char *conf_check_proxy_mode(const char *text);
const char *conf_check_proxy_header(const char *text);
const char *conf_check_roles(const char *text);
const char *conf_check_role_mapping(const char *text);

/* mail.c: see struct conf_key */
const char *conf_check_mail_host(const char *text);
const char *conf_check_mail_ssl(const char *text);
const char *conf_check_mail_address(const char *text);
const char *conf_check_mail_format(const char *text);
const char *conf_check_mail_path(const char *text);
const char *conf_check_mail_value(const char *text);
/* A sender for each server; a password is never sent in clear to another machine. */
void conf_check_mail(const struct conf_mail *m, struct errs *errs);

/* doveadm.c: see struct conf_key */
const char *conf_check_doveadm_url(const char *text);
/* A key for the address. */
NODISCARD enum rc conf_check_doveadm(const struct conf_doveadm *d, struct errs *errs);
const char *conf_check_required(const char *text);

#endif
