/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every view may know beside its own struct: who looks, and what the frame around it shows. Filled by web/reply.c. */
#ifndef VIEW_PAGE_H
#define VIEW_PAGE_H

#include "base/base.h"
#include "view/route_id.h"

enum page_section {
	SECTION_NONE,
	SECTION_HOME,
	SECTION_DOMAINS,
	SECTION_MAILBOXES,
	SECTION_ALIASES,
	SECTION_ADMINS,
	SECTION_LOG
};
enum page_flash { FLASH_NONE, FLASH_DONE, FLASH_NOTE, FLASH_FAULT };

struct lang;

struct page {
	const struct lang *lang;  /* of who looks (base/lang.h) */
	const char *mount;        /* stands before each path: "/vimbadmin", or "" */
	const char *site;         /* identity.sitename */
	bool has_logo, has_style; /* the operator's */
	const char *words;        /* file of the script's texts */
	const char *title;
	const char *user; /* signed-in name, NULL: nobody */
	bool super;
	bool demo; /* the account of a demonstration: nothing is saved */
	enum page_section section;
	const char *csrf;    /* token of forms */
	const char *request; /* key of a form against doing it twice */
	const char *flash;   /* message on top, NULL: none */
	enum page_flash flash_kind;
	int64_t flash_undo; /* entry of the log that the message offers to take back, 0: none */
	const char *q;      /* what was searched for, in the box on top */
	const char *here;   /* path and query of this page, to come back to */
	const char *back; /* the list this was opened from, for the links to its forms; NULL: none */
	int64_t refresh;  /* seconds after which a browser without a script asks again, 0: never */
	bool part;        /* only what is swapped into #list is wanted: no frame, no head */
	bool fault; /* tells that something was refused: nothing of the request stands in it */
	const char *again; /* the same, also where nobody is signed in: to show it in another language */
	int64_t now;
};

#endif
