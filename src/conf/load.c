/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the configuration: file, then environment, then -o settings, each over the one before, into
 * a new snapshot. All faults are found in one go. It knows nothing of single keys (keys.c), of
 * values (value.c), nor of who may write a file (file.c).
 *
 * libinih splits the lines. It is handed them one by one, because only so each fault can name its
 * line and what it would let through is seen: sections, a colon for the equals sign, over-long
 * lines.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "conf/conf_int.h"
#include "conf/convert.h"
#include "conf/phpini.h"

#include <ini.h>
#include <unistd.h>

extern char **environ;

struct loading {
	struct conf_box *box;
	struct errs *errs;
	const char *file; /* what lines are named after */
	int line;         /* the one being read */
	int *line_of;     /* of each key in this file, 0 = not yet */
	bool secret;      /* a line of this file holds one */
	bool files;       /* key_file is understood */
	const char *only; /* one line at a time */
};

/* "file:12: " or what stands for it. */
static const char *
where(const struct loading *l)
{
	return arena_printf(l->errs->arena, "%s:%d: ", l->file, l->line);
}

static struct conf_box *
box_new(struct errs *errs)
{
	struct arena *arena = arena_new(4096, ARENA_SECRET);
	struct conf_box *box = ARENA_NEW(arena, struct conf_box);

	box->arena = arena;
	box->warnings.arena = arena;
	for (size_t i = 0; i < conf_keys_n; i++) {
		const char *expected = conf_value_read(&conf_keys[i], conf_keys[i].def, &box->conf,
		    arena);

		if (expected)
			err_add(errs, RC_INTERNAL, conf_keys[i].name, "the default of %s is not %s",
			    conf_keys[i].name, expected);
	}
	return box;
}

static struct conf_box *
box_of(const struct conf *c)
{
	/* struct conf is the first member; the box itself was never const */
	return (struct conf_box *)(uintptr_t)c;
}

void
conf_free(struct conf *c)
{
	if (c)
		arena_free(box_of(c)->arena);
}

void
conf_warnings(const struct conf *c, struct errs *ret)
{
	for (const struct err *e = box_of(c)->warnings.first; e; e = e->next)
		err_add(ret, e->rc, e->field, "%s", e->text);
	if (*c->breached_file && access(c->breached_file, R_OK) != 0)
		err_add(ret, RC_CONFIG,
		    NULL, "password.breached_file: %s cannot be read; no password can be set until it can",
		    c->breached_file);
	if (*c->second_force_disable)
		err_add(ret, RC_CONFIG, NULL,
		    "twofactor.force_disable: removes the second factor of %s at each sign-in; "
		    "take it out "
		    "when it did",
		    strcmp(c->second_force_disable, "*") == 0 ? "every administrator"
							      : c->second_force_disable);
}

/* A pair of quotes around the whole is taken off, so that a value may begin or end with a blank. */
static void
set_value(struct loading *l, const struct conf_key *k, const char *text, const char *prefix)
{
	size_t len = strlen(text);
	const char *expected;

	if (len >= 2 && text[0] == '"' && text[len - 1] == '"')
		text = arena_strndup(l->box->arena, text + 1, len - 2);
	expected = conf_value_read(k, text, &l->box->conf, l->box->arena);
	if (expected)
		err_add(l->errs, RC_CONFIG, NULL, "%s%s: expected %s", prefix, k->name, expected);
}

static void
warn_world(struct loading *l, const char *path)
{
	err_add(&l->box->warnings, RC_CONFIG, NULL,
	    "%s: holds a secret and can be read by everybody (chmod o-r)", path);
}

/* key_file = path: the first line of that file is the value. */
static void
set_from_file(struct loading *l, const struct conf_key *k, const char *path, const char *prefix)
{
	bool world = false;
	const char *text = conf_file_read(path, prefix, (size_t)64 << 10, l->errs, l->box->arena,
	    &world);
	size_t n;

	if (!text)
		return;
	n = strcspn(text, "\r\n");
	if (text[n + strspn(text + n, "\r\n")]) {
		err_add(l->errs, RC_CONFIG, NULL, "%s%s_file: expected a file of one line", prefix,
		    k->name);
		return;
	}
	if (world)
		warn_world(l, path);
	set_value(l, k, arena_strndup(l->box->arena, text, n), prefix);
}

/* ---- one setting by name, wherever it came from ---- */

/* Finds the key; for `key_file` of a secret key that key, and *ret_file. */
static const struct conf_key *
find_key(const char *name, bool *ret_file)
{
	const struct conf_key *k = conf_key_find(name);
	char base[128];
	size_t n = strlen(name);

	*ret_file = false;
	if (k || n <= 5 || n - 5 >= sizeof(base) || strcmp(name + n - 5, "_file") != 0)
		return k;
	memcpy(base, name, n - 5);
	base[n - 5] = '\0';
	k = conf_key_find(base);
	*ret_file = k && k->flags & KEY_SECRET;
	return *ret_file ? k : NULL;
}

/* Is there no such key for whoever writes it there? */
static bool
is_unknown(const struct loading *l, const struct conf_key *k, bool from_file)
{
	return !k || (from_file && !l->files) || (k->flags & KEY_MADE && l->files);
}

static void
unknown_key(struct loading *l, const char *name, const char *prefix)
{
	const struct conf_key *near = conf_key_near(name);
	const char *shown = strlen(name) > 64 ? arena_printf(l->errs->arena, "%.64s...", name) : name;

	if (near)
		err_add(l->errs, RC_CONFIG, NULL, "%s%s: unknown key; did you mean %s?", prefix,
		    shown, near->name);
	else
		err_add(l->errs, RC_CONFIG, NULL,
		    "%s%s: unknown key; `vimbadmin config doc` lists all", prefix, shown);
}

/* Of the addresses of databases only those with a password are. */
static bool
is_secret(const struct conf_key *k, const char *value)
{
	if (!(k->flags & KEY_SECRET) || !*value)
		return false;
	return k->check != conf_check_database || conf_url_password(value);
}

static void
set_found(struct loading *l, const struct conf_key *k, bool from_file, const char *value,
    const char *prefix)
{
	if (from_file)
		set_from_file(l, k, value, prefix);
	else
		set_value(l, k, value, prefix);
}

/* ---- the file ---- */

static int
on_pair(void *user, const char *section UNUSED, const char *name, const char *value)
{
	struct loading *l = user;
	const char *prefix = where(l);
	bool from_file;
	const struct conf_key *k = find_key(name, &from_file);
	size_t i;

	if (is_unknown(l, k, from_file)) {
		unknown_key(l, name, prefix);
		return 1;
	}
	i = (size_t)(k - conf_keys);
	if (l->line_of[i]) {
		err_add(l->errs, RC_CONFIG, NULL, "%s%s: is already set on line %d", prefix, name,
		    l->line_of[i]);
		return 1;
	}
	l->line_of[i] = l->line;
	l->secret = l->secret || (!from_file && is_secret(k, value));
	set_found(l, k, from_file, value, prefix);
	return 1;
}

/* fgets() over the one line in l->only. */
static char *
next_line(char *buf, int size, void *stream)
{
	struct loading *l = stream;
	size_t n = strlen(l->only);

	if (n == 0 || size < 2)
		return NULL;
	n = MIN(n, (size_t)size - 1);
	memcpy(buf, l->only, n);
	buf[n] = '\0';
	l->only += n;
	return buf;
}

static void
read_line(struct loading *l, const char *line)
{
	const char *start = line + strspn(line, " \t\r\v\f");
	size_t sign = strcspn(start, "=:");

	if (*start == '\0' || *start == '#' || *start == ';')
		return;
	if (strlen(line) > CONF_LINE_MAX)
		err_add(l->errs, RC_CONFIG, NULL, "%sthe line is longer than %d bytes", where(l),
		    CONF_LINE_MAX);
	else if (*start == '[')
		err_add(l->errs, RC_CONFIG, NULL, "%ssections are not used; expected `key = value`",
		    where(l));
	else if (start[sign] != '=' || sign == 0)
		err_add(l->errs, RC_CONFIG, NULL, "%sexpected `key = value`", where(l));
	else {
		l->only = line;
		if (ini_parse_stream(next_line, l, on_pair, l) != 0)
			err_add(l->errs, RC_CONFIG, NULL, "%sexpected `key = value`", where(l));
	}
}

static void
read_text(struct loading *l, const char *text)
{
	/* settings of the library: process-wide, always the same, set before there is a second thread */
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	ini_allow_bom = false;
	ini_use_stack = false;
	ini_max_line = CONF_LINE_MAX + 8;
	ini_initial_alloc = CONF_LINE_MAX + 8;

	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	for (l->line = 1; *text; l->line++) {
		size_t n = strcspn(text, "\n");

		read_line(l, arena_strndup(l->box->arena, text, n));
		text += n + (text[n] == '\n');
	}
}

/* "#   REASON (line N)" below "# KEY = VALUE": a setting that is left out though it may have been meant. */
static bool
is_left_out(const char *line)
{
	static const char unfit[] = "#   " CONVERT_UNFIT, unknown[] = "#   " CONVERT_UNKNOWN;

	return strncmp(line, unfit, sizeof(unfit) - 1) == 0 ||
	    strncmp(line, unknown, sizeof(unknown) - 1) == 0;
}

#define LEFT_OUT_NAMED 50

/* What the conversion could not take over and what it does not know stands in its comments, which nobody sees here. Values may be secrets: they are not said. */
static void
warn_left_out(struct loading *l, const char *path, const char *text)
{
	const char *above = "";
	size_t n = 0;

	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		if (is_left_out(p) && strncmp(above, "# ", 2) == 0 && n++ < LEFT_OUT_NAMED)
			err_add(&l->box->warnings, RC_CONFIG, NULL, "%s: %.*s: %.*s", path,
			    (int)strcspn(above + 2, " =\n"), above + 2, (int)strcspn(p + 4, "\n"),
			    p + 4);
		above = p;
	}
	if (n > 0)
		err_add(&l->box->warnings, RC_CONFIG, NULL,
		    "%s: settings that are unknown or do not fit, and are not used: %zu. "
		    "`vimbadmin takeover config --config %s` says which and why.",
		    path, n, path);
}

/* The text of an application.ini as one of ours; NULL after a fault. */
static const char *
converted(struct loading *l, const char *path)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	struct phpini ini;

	if (conf_read_phpini(path, l->box->arena, &ini, l->errs) != RC_OK)
		return NULL;
	conf_convert(&ini, l->box->arena, &text);
	warn_left_out(l, path, str_text(&text));
	return arena_strdup(l->box->arena, str_text(&text));
}

static bool
is_phpini(const char *path)
{
	size_t n = strlen(path);

	return n > 4 && strcmp(path + n - 4, ".ini") == 0;
}

static void
read_file(struct loading *l, const char *path)
{
	bool world = false;
	const char *text = conf_file_read(path, "", CONF_FILE_MAX, l->errs, l->box->arena, &world);

	if (text && is_phpini(path))
		text = converted(l, path);
	if (!text)
		return;
	l->file = path;
	l->box->conf.path = arena_strdup(l->box->arena, path);
	read_text(l, text);
	if (world && l->secret)
		warn_world(l, path);
}

/* ---- environment and -o ---- */

static void
env_name(const struct conf_key *k, const char *suffix, struct str *out)
{
	str_clear(out);
	str_add(out, CONF_ENV_PREFIX);
	for (const char *p = k->name; *p; p++) {
		if (*p == '.')
			str_add(out, "__");
		else
			str_addc(out, *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
	}
	str_add(out, suffix);
}

static void
read_env(struct loading *l)
{
	CLEANUP(str_release) struct str name = STR_INIT;

	for (size_t i = 0; i < conf_keys_n; i++) {
		const struct conf_key *k = &conf_keys[i];
		const char *value;

		if (k->flags & KEY_MADE)
			continue;
		env_name(k, "", &name);
		if ((value = getenv(str_text(&name))) != NULL)
			set_value(l, k, value, arena_printf(l->errs->arena, "%s: ", str_text(&name)));
		env_name(k, "_FILE", &name);
		if (k->flags & KEY_SECRET && (value = getenv(str_text(&name))) != NULL)
			set_from_file(l, k, value,
			    arena_printf(l->errs->arena, "%s: ", str_text(&name)));
	}
}

static bool
env_known(const char *entry, size_t len, struct str *name)
{
	for (size_t i = 0; i < conf_keys_n; i++) {
		env_name(&conf_keys[i], "", name);
		if (name->len == len && memcmp(name->data, entry, len) == 0)
			return true;
		env_name(&conf_keys[i], "_FILE", name);
		if (conf_keys[i].flags & KEY_SECRET && name->len == len &&
		    memcmp(name->data, entry, len) == 0)
			return true;
	}
	return false;
}

/* Not a fault: Kubernetes makes VIMBADMIN_PORT and the like for a service of that name. */
static void
warn_env(struct loading *l)
{
	CLEANUP(str_release) struct str name = STR_INIT;

	for (char **e = environ; e && *e; e++) {
		size_t len = strcspn(*e, "=");

		if (strncmp(*e, CONF_ENV_PREFIX, sizeof(CONF_ENV_PREFIX) - 1) == 0 &&
		    !env_known(*e, len, &name))
			err_add(&l->box->warnings, RC_CONFIG, NULL,
			    "%.*s: environment variable that names no key",
			    (int)MIN(len, (size_t)80), *e);
	}
}

static void
read_set(struct loading *l, const struct conf_set *set)
{
	const char *prefix = "-o ";
	bool from_file;
	const struct conf_key *k = find_key(set->key, &from_file);

	if (is_unknown(l, k, from_file)) {
		unknown_key(l, set->key, prefix);
		return;
	}
	if (!from_file && is_secret(k, set->value)) {
		err_add(l->errs, RC_CONFIG, NULL,
		    "%s%s: every user of this machine could read it there; use %s_file, the "
		    "configuration file or the environment",
		    prefix, k->name, k->name);
		return;
	}
	set_found(l, k, from_file, set->value, prefix);
}

/* ---- the ways in ---- */

static struct loading
loading_new(struct errs *errs)
{
	struct loading l = { .box = box_new(errs), .errs = errs, .file = "configuration" };

	l.line_of = arena_array(l.box->arena, conf_keys_n, sizeof(int));
	return l;
}

/* Who has the salt makes it anew, so all machines with the same salt have the same. */
static void
make_web_key(struct conf_box *box)
{
	char hex[65];

	if (!*box->conf.securitysalt)
		return;
	hmac_hex(box->conf.securitysalt, "vimbadmin web 1", hex);
	box->conf.web_key = arena_strdup(box->arena, hex);
	explicit_bzero(hex, sizeof(hex));
}

static enum rc
loading_end(struct loading *l, struct conf **ret)
{
	make_web_key(l->box);
	if (!l->errs->first)
		conf_check_together(&l->box->conf, l->errs);
	if (l->errs->first) {
		conf_free(&l->box->conf);
		return err_rc(l->errs);
	}
	*ret = &l->box->conf;
	return RC_OK;
}

enum rc
conf_load(const char *path, const struct conf_set *set, size_t n, struct conf **ret, struct errs *errs)
{
	struct loading l = loading_new(errs);

	l.files = true;
	if (path || access(CONF_DEFAULT_PATH, F_OK) == 0)
		read_file(&l, path ? path : CONF_DEFAULT_PATH);
	read_env(&l);
	warn_env(&l);
	for (size_t i = 0; i < n; i++)
		read_set(&l, &set[i]);
	return loading_end(&l, ret);
}

enum rc
conf_parse(const char *text, struct conf **ret, struct errs *errs)
{
	struct loading l = loading_new(errs);

	read_text(&l, text);
	return loading_end(&l, ret);
}
