/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One entry of the trail: the fork's `log` row with the detail we keep beside it in vimb_audit. Names are kept as text, so an
 * entry outlives its administrator and its object. Rows written by the PHP programs have no detail.
 */
#ifndef MODEL_AUDIT_H
#define MODEL_AUDIT_H

#include "base/field.h"

struct audit {
	int64_t id;
	const char *action; /* the fork's word: MAILBOX_ADD */
	const char *data;   /* the fork's sentence: "<actor> added mailbox <address>" */
	int64_t timestamp;  /* UTC seconds */
	int64_t admin_id, domain_id;
	const char *actor; /* name at that time */
	const char *door, *source;
	const char *object_type; /* "mailbox" */
	int64_t object_id;
	const char *object;         /* its name at that time */
	const char *before, *after; /* JSON objects of what changed, or NULL */
	const char *request_id;
	const char *domain; /* joined */
};
extern const struct fields audit_fields;

#define AUDIT_NOBODY "somebody" /* the name of who was not signed in */
bool audit_by_nobody(const struct audit *a);

#endif
