/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts of mails with places for values: {name} a value, {#name} ... {/name} only where the value is not empty, {^name} ... {/name} only where it is,
 * {{ a brace, {>services} what the files services.txt and .html hold: the part that settings and welcome share. A text is NAME.txt, whose first line is
 * `Subject: ...`, and NAME.html; NAME.de.txt and so on are the same in other languages. In the folder mail.texts such a file replaces the built-in one, and NAME.txt there those of all languages that have none of their own there
 * (vimbadmin-mail(5)). Values go into HTML escaped, into plain text without line breaks; a text can do nothing but show them.
 */
#ifndef SVC_MAILTEXT_H
#define SVC_MAILTEXT_H

#include "base/base.h"
#include "base/rc.h"

struct arena;
struct conf;
struct lang;

enum mailtext {
	MAILTEXT_FIRST, /* the link of a mailbox's owner */
	MAILTEXT_INVITE,
	MAILTEXT_NOTICE,
	MAILTEXT_RESET,
	MAILTEXT_SETTINGS,
	MAILTEXT_WELCOME,
	MAILTEXT__MAX
};

struct mailtext_value {
	const char *name, *text; /* NULL counts as empty */
};

#define MAILTEXT_VALUES 40
struct mailtext_values {
	struct mailtext_value at[MAILTEXT_VALUES];
	size_t n;
};
void mailtext_value(struct mailtext_values *v, const char *name, const char *text);

struct mailtext_made {
	const char *subject, *text,
	    *html; /* text or html NULL: not wanted (resources.auth.oss.email_format) */
};

/* Fills in a text. RC_CONFIG with file and line when it cannot be read or is not one. */
NODISCARD enum rc mailtext_make(const struct conf *conf, const struct lang *lang,
    enum mailtext text, const struct mailtext_values *values, struct arena *arena,
    struct mailtext_made *ret, struct errs *errs);
/*
 * Reads the operator's files now, for a process that may not open any later; they go into conf->mail.kept and live as long as arena. Faults are those of
 * the texts that need them.
 */
void mailtext_keep(struct conf *conf, struct arena *arena);
/* All texts that the configuration would use, in all languages: every fault, RC_CONFIG with the first. */
NODISCARD enum rc mailtext_check(const struct conf *conf, struct errs *errs);
/* Names of the values a text may show, blank-separated. */
const char *mailtext_names(enum mailtext text);

#endif
