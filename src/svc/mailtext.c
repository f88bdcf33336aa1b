/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts of mails. Owns their grammar and which values each may show. It must not know where values come from. The surprising thing: a check is a
 * filling-in with every value there and every part shown, so that what is checked is what is sent.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/str.h"
#include "conf/conf.h"
#include "svc/mailtext.h"
#include "svc/text_files.h"

#include <errno.h>

#define FILE_MAX ((size_t)64 << 10)
#define MADE_MAX ((size_t)256 << 10)
#define DEPTH 8
#define SUBJECT "Subject:"
#define PART "services" /* what settings and welcome share */

#define SERVICE(p) #p " " #p ".host " #p ".port " #p ".crypt " #p ".user "
#define OWNER                                                                                \
	"site address name local domain support support_name password_url " SERVICE(webmail) \
	    SERVICE(smtp) SERVICE(imap) SERVICE(pop3) SERVICE(sieve)

static const struct {
	const char *name, *values;
} texts[] = {
	[MAILTEXT_FIRST] = { "first", "site address name by days url code" },
	[MAILTEXT_INVITE] = { "invite", "site address by days url code" },
	[MAILTEXT_NOTICE] = { "notice", "site address event when source by url" },
	[MAILTEXT_RESET] = { "reset", "site address source hours url code" },
	[MAILTEXT_SETTINGS] = { "settings", OWNER },
	[MAILTEXT_WELCOME] = { "welcome", OWNER },
};
_Static_assert(ARRAY_LEN(texts) == MAILTEXT__MAX, "a text without a row");

const char *
mailtext_names(enum mailtext text)
{
	return texts[text].values;
}

void
mailtext_value(struct mailtext_values *v, const char *name, const char *text)
{
	if (v->n < MAILTEXT_VALUES)
		v->at[v->n++] = (struct mailtext_value){ name, text ? text : "" };
}

static const char *
value_of(const struct mailtext_values *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->at[i].name, name) == 0)
			return v->at[i].text;
	return "";
}

static bool
is_known(enum mailtext text, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = texts[text].values; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");

		if (len == n && strncmp(at, name, n) == 0)
			return true;
		at += len;
	}
	return false;
}

/* ---- filling in ---- */

struct filling {
	const struct conf *conf;
	const struct lang *lang;
	enum mailtext text;
	const char *file; /* for faults */
	bool html;
	const struct mailtext_values *values; /* NULL: every value is there, for a check */
	struct arena *arena;
	struct errs *errs;
	struct str out;
	int line;
	struct {
		const char *name;
		bool shown;
	} open[DEPTH];
	size_t depth, base; /* base: parts that were open before {>services} */
	bool inside;        /* it */
};

static bool
fault(struct filling *f, const char *what, const char *name)
{
	err_add(f->errs, RC_CONFIG, NULL, "%s:%d: %s %.64s", f->file, f->line, what, name);
	return false;
}

static bool
is_shown(const struct filling *f)
{
	return f->depth == 0 || f->open[f->depth - 1].shown;
}

static void
add_value(struct filling *f, const char *text)
{
	if (f->html) {
		str_add_html(&f->out, text);
		return;
	}
	for (; *text; text++)
		str_addc(&f->out, (unsigned char)*text < ' ' ? ' ' : *text);
}

static bool
section_open(struct filling *f, const char *name, bool filled)
{
	bool has;

	if (f->depth == DEPTH)
		return fault(f, "too many parts inside one another:", name);
	has = !f->values || *value_of(f->values, name);
	f->open[f->depth].shown = is_shown(f) && (!f->values || has == filled);
	f->open[f->depth++].name = name;
	return true;
}

static bool
section_close(struct filling *f, const char *name)
{
	if (f->depth == f->base || strcmp(f->open[f->depth - 1].name, name) != 0)
		return fault(f, "nothing open to be closed by /", name);
	f->depth--;
	return true;
}

static bool include(struct filling *f, const char *name);

/* What stands between braces. */
static bool
placeholder(struct filling *f, const char *inside)
{
	bool sign = *inside && strchr("#^/", *inside);
	const char *name = inside + sign;

	if (*inside == '>')
		return include(f, inside + 1);
	if (!is_known(f->text, name))
		return fault(f, "there is no value", name);
	if (!sign) {
		if (is_shown(f))
			add_value(f, f->values ? value_of(f->values, name) : "x");
		return true;
	}
	return *inside == '/' ? section_close(f, name) : section_open(f, name, *inside == '#');
}

/* The end of a line that held nothing but the sign of a part goes with it. */
static const char *
skip_line_end(struct filling *f, const char *begin, const char *brace, const char *after)
{
	bool alone = brace == begin || brace[-1] == '\n';

	if (!alone || *after != '\n' || !brace[1] || !strchr("#^/>", brace[1]))
		return after;
	f->line++;
	return after + 1;
}

static bool
fill(struct filling *f, const char *text)
{
	for (const char *at = text; *at;) {
		const char *end;

		if (*at != '{' || at[1] == '{') {
			f->line += *at == '\n';
			if (is_shown(f))
				str_addc(&f->out, *at);
			at += *at == '{' ? 2 : 1;
			continue;
		}
		end = at + strcspn(at, "}\n");
		if (*end != '}')
			return fault(f, "a brace without its other one:", "{{ writes a brace");
		if (!placeholder(f, arena_strndup(f->arena, at + 1, (size_t)(end - at - 1))))
			return false;
		at = skip_line_end(f, text, at, end + 1);
	}
	if (f->depth > f->base)
		return fault(f, "never closed:", f->open[f->depth - 1].name);
	return f->out.failed ? fault(f, "is too long", "") : true;
}

/* ---- where texts come from ---- */

static const char *
built_in(const char *name)
{
	for (size_t i = 0; i < text_files_n; i++)
		if (strcmp(text_files[i].name, name) == 0)
			return text_files[i].text;
	return NULL;
}

static const char *
read_file(const char *path, struct arena *arena, struct errs *errs)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	const char *why = NULL;
	char buf[4096];
	FILE *file = fopen(path, "re");
	size_t n;

	if (!file && errno == ENOENT)
		return NULL;
	str_init(&s, FILE_MAX);
	while (file && (n = fread(buf, 1, sizeof(buf), file)) > 0)
		str_addn(&s, buf, n);
	if (!file || ferror(file))
		why = strerror(errno);
	else if (s.failed || (s.len && memchr(s.data, '\0', s.len)))
		why = "is too long, or no text";
	if (file)
		(void)fclose(file);
	if (why)
		err_add(errs, RC_CONFIG, NULL, "%s: %s", path, why);
	return arena_strndup(arena, str_text(&s), s.len);
}

/* Files read beforehand, by name; while they are, each is added when it is first asked for. */
struct mailtext_kept {
	struct arena *arena;
	bool reading;
	struct kept_file {
		const char *path, *text, *fault;
		struct kept_file *next;
	} * first;
};

static const struct kept_file *
keep_file(struct mailtext_kept *kept, const char *path)
{
	struct errs errs = { .arena = kept->arena };
	struct kept_file *k = arena_alloc(kept->arena, sizeof(*k));

	*k = (struct kept_file){ .path = arena_strdup(kept->arena, path), .next = kept->first };
	k->text = read_file(path, kept->arena, &errs);
	if (errs.first) {
		k->text = NULL;
		k->fault = errs.first->text;
	}
	return kept->first = k;
}

static const char *
kept_text(struct filling *f)
{
	struct mailtext_kept *kept = f->conf->mail.kept;
	const struct kept_file *k = kept->first;

	while (k && strcmp(k->path, f->file) != 0)
		k = k->next;
	if (!k && kept->reading)
		k = keep_file(kept, f->file);
	if (k && k->fault)
		err_add(f->errs, RC_CONFIG, NULL, "%s", k->fault);
	return k ? k->text : NULL;
}

/* The operator's file of that name, NULL without a fault: there is none. */
static const char *
own(struct filling *f, const char *name)
{
	f->file = arena_printf(f->arena, "%s/%s", f->conf->mail.texts, name);
	return f->conf->mail.kept ? kept_text(f) : read_file(f->file, f->arena, f->errs);
}

/*
 * The operator's file where there is one, of the language or of all; f->file names it for faults. NULL only with a fault.
 */
static const char *
source(struct filling *f, const char *of, const char *suffix)
{
	const char *plain = arena_printf(f->arena, "%s.%s", of, suffix), *text = NULL;
	const char *name = f->lang ? arena_printf(f->arena, "%s.%s.%s", of, lang_code(f->lang), suffix)
				   : plain;
	const struct err *before = f->errs->last;

	if (*f->conf->mail.texts && !(text = own(f, name)) && f->errs->last == before && f->lang)
		text = own(f, plain);
	if (text || f->errs->last != before)
		return text;
	f->file = name;
	if (!(text = built_in(name)))
		text = built_in(plain);
	if (!text)
		err_add(f->errs, RC_INTERNAL, NULL, "%s: no such text", name);
	return text;
}

/* The part that several texts share, filled in where it is asked for; its faults name its own file and line. */
static bool
include(struct filling *f, const char *name)
{
	const struct err *before = f->errs->last;
	struct filling outer = *f;
	const char *text;
	bool filled;

	if (f->inside || strcmp(name, PART) != 0)
		return fault(f, "there is no part", name);
	if (!is_shown(f))
		return true;
	text = source(f, name, f->html ? "html" : "txt");
	if (f->errs->last != before)
		return false;
	f->inside = true;
	f->base = f->depth;
	f->line = 1;
	filled = fill(f, text);
	f->inside = false;
	f->base = outer.base;
	f->file = outer.file;
	f->line = outer.line;
	return filled;
}

/* Fills in what stands at `from`, whose line number is `line`. NULL with a fault. */
static const char *
make_part(struct filling *f, const char *from, int line)
{
	const char *made = NULL;

	str_init(&f->out, MADE_MAX);
	f->line = line;
	f->depth = 0;
	if (fill(f, from))
		made = arena_strndup(f->arena, str_text(&f->out), f->out.len);
	str_release(&f->out);
	return made;
}

static enum rc
make_text(struct filling *f, const char *text, struct mailtext_made *ret)
{
	size_t first = strcspn(text, "\n");
	const char *subject = text + strlen(SUBJECT);

	if (strncmp(text, SUBJECT, strlen(SUBJECT)) != 0)
		return err_add(f->errs, RC_CONFIG, NULL, "%s:1: expected `Subject: ...`", f->file);
	subject += strspn(subject, " ");
	f->inside = true; /* a subject is one line */
	ret->subject = make_part(f,
	    arena_strndup(f->arena, subject, (size_t)(text + first - subject)), 1);
	f->inside = false;
	ret->text = make_part(f, text + first + (text[first] == '\n'), 2);
	return ret->subject && ret->text ? RC_OK : RC_CONFIG;
}

static enum rc
make(struct filling *f, struct mailtext_made *ret)
{
	const char *text;
	const struct err *before = f->errs->last;

	*ret = (struct mailtext_made){ 0 };
	text = source(f, texts[f->text].name, "txt");
	if (f->errs->last != before || make_text(f, text, ret) != RC_OK)
		return RC_CONFIG;
	text = source(f, texts[f->text].name, "html");
	f->html = true;
	if (f->errs->last != before || (ret->html = make_part(f, text, 1)) == NULL)
		return RC_CONFIG;
	return RC_OK;
}

enum rc
mailtext_make(const struct conf *conf, const struct lang *lang, enum mailtext text,
    const struct mailtext_values *values, struct arena *arena, struct mailtext_made *ret,
    struct errs *errs)
{
	struct filling f = {
		.conf = conf, .lang = lang, .text = text, .values = values, .arena = arena, .errs = errs
	};
	enum rc rc = make(&f, ret);

	if (strcmp(conf->mail.format, "html") == 0)
		ret->text = NULL;
	if (strcmp(conf->mail.format, "plaintext") == 0)
		ret->html = NULL;
	return rc;
}

enum rc
mailtext_check(const struct conf *conf, struct errs *errs)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	enum rc rc = RC_OK;

	for (size_t k = 0; lang_at(k); k++)
		for (int i = 0; i < MAILTEXT__MAX; i++) {
			struct filling f = { .conf = conf,
				.lang = k ? lang_at(k) : NULL,
				.text = (enum mailtext)i,
				.arena = arena,
				.errs = errs };
			struct mailtext_made made;

			if (make(&f, &made) != RC_OK)
				rc = RC_CONFIG;
		}
	return rc;
}

/* A check asks for each file that there may be. */
void
mailtext_keep(struct conf *conf, struct arena *arena)
{
	struct errs errs = { .arena = arena };

	conf->mail.kept = arena_alloc(arena, sizeof(*conf->mail.kept));
	*conf->mail.kept = (struct mailtext_kept){ .arena = arena, .reading = true };
	(void)(mailtext_check(conf, &errs) == RC_OK); /* the faults come again with each text */
	conf->mail.kept->reading = false;
}
