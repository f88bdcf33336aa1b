/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of passkeys show. */
#ifndef VIEW_PASSKEYS_H
#define VIEW_PASSKEYS_H

#include "base/base.h"
#include "model/passkey.h"
#include "view/route_id.h"

/* A form that a script fills with what an authenticator says. */
struct passkey_box {
	struct link action;
	const struct link *ask; /* where the question comes from; NULL: */
	const char *question;   /* it is here, as JSON */
	const char *label;      /* of a new one */
	const char *submit, *intro;
	const char *error; /* NULL: fine */
};

/* One's own; off: why there are none here, NULL: there may be. */
struct passkeys_view {
	const struct passkey_row *rows;
	size_t n;
	const char *off;
};

#endif
