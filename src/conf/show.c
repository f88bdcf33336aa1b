/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration as text: the one in force (for people, and for the pipe to the processes), and
 * the reference of all keys that `config doc` prints and the manual page includes. Everything comes
 * out of the table.
 */
#include "base/base.h"

#include "base/str.h"
#include "conf/conf_int.h"

#define MASK "******"
#define WIDTH 76

bool
conf_url_password(const char *url)
{
	const char *at, *colon;

	if (strncmp(url, "sqlite:", 7) == 0)
		return false;
	at = strstr(url, "://");
	if (!at)
		return false;
	colon = strpbrk(at + 3, ":/?");
	return (colon && *colon == ':' && strchr(colon, '@')) || strcasestr(url, "password=");
}

/* Of the database's address only the password is a secret, and the rest is what people look for. */
static void
add_masked(const struct conf_key *k, const char *text, struct str *out)
{
	const char *colon, *at;

	if (k->check != conf_check_database) {
		str_add(out, *text ? MASK : "");
		return;
	}
	if (!conf_url_password(text)) {
		str_add(out, text);
		return;
	}
	colon = strpbrk(strstr(text, "://") + 3, ":/?");
	at = strrchr(text, '@');
	if (!colon || *colon != ':' || !at || at < colon || strcasestr(text, "password=")) {
		str_addn(out, text, strcspn(text, ":"));
		str_add(out, "://" MASK);
		return;
	}
	str_addn(out, text, (size_t)(colon - text) + 1);
	str_add(out, MASK);
	str_add(out, at);
}

void
conf_dump(const struct conf *c, bool secrets, bool for_web, struct str *out)
{
	for (size_t i = 0; i < conf_keys_n; i++) {
		const struct conf_key *k = &conf_keys[i];

		if (for_web ? k->flags & KEY_KEEPER : k->flags & KEY_MADE)
			continue;
		str_add(out, k->name);
		str_add(out, " = ");
		if (k->flags & KEY_SECRET && !secrets)
			add_masked(k,
			    *(const char *const *)(const void *)((const char *)c + k->off), out);
		else
			conf_value_write(k, c, out);
		str_addc(out, '\n');
	}
}

/* The sentence as comment lines of at most WIDTH columns. */
static void
add_comment(const char *text, struct str *out)
{
	size_t column = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t n = strcspn(text, " ");

		if (column == 0 || column + 1 + n > WIDTH) {
			str_add(out, column ? "\n# " : "# ");
			column = 2;
		} else {
			str_addc(out, ' ');
			column++;
		}
		str_addn(out, text, n);
		column += n;
		text += n;
	}
	str_addc(out, '\n');
}

/*
 * Text in mdoc: a backslash starts an escape, a dot or apostrophe at the start of a line a macro.
 */
static void
add_mdoc(const char *text, struct str *out)
{
	if (*text == '.' || *text == '\'')
		str_add(out, "\\&");
	for (; *text; text++) {
		if (*text == '\\')
			str_add(out, "\\e");
		else if (strncmp(text, ". ", 2) == 0 && text[2] >= 'A' && text[2] <= 'Z') {
			str_add(out, ".\n"); /* a sentence, a line */
			text++;
		} else
			str_addc(out, *text);
	}
	str_addc(out, '\n');
}

static void
doc_mdoc(const struct conf_key *k, struct str *out)
{
	str_addf(out, ".It Ic %s", k->name);
	if (*k->def)
		str_addf(out, " Pq default : Li \"%s\"", k->def);
	str_addc(out, '\n');
	add_mdoc(k->doc, out);
	if (k->flags & KEY_SECRET)
		str_addf(out, "It is a secret:\n.Ic %s_file\nnames a file to read it from.\n", k->name);
	if (!(k->flags & KEY_RELOAD))
		str_add(out, "A reload does not change it in a running server.\n");
}

static void
doc_text(const struct conf_key *k, struct str *out)
{
	add_comment(k->doc, out);
	if (k->flags & KEY_SECRET)
		str_addf(out, "# Secret: %s_file = /path\n# reads it from a file of one line.\n",
		    k->name);
	str_addf(out, "#%s = %s\n\n", k->name, k->def);
}

void
conf_doc(bool mdoc, struct str *out)
{
	if (mdoc)
		str_add(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < conf_keys_n; i++) {
		if (conf_keys[i].flags & KEY_MADE)
			continue;
		if (mdoc)
			doc_mdoc(&conf_keys[i], out);
		else
			doc_text(&conf_keys[i], out);
	}
	if (mdoc)
		str_add(out, ".El\n");
}
