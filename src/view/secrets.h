/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of second factors show. */
#ifndef VIEW_SECRETS_H
#define VIEW_SECRETS_H

#include "base/base.h"
#include "base/qr.h"
#include "model/admin.h"
#include "model/second.h"
#include "view/passkeys.h"
#include "view/route_id.h"

/* A secret to set up an authenticator program with. */
struct secret_view {
	struct qr qr;
	const char *spaced;  /* in groups of four */
	const char *account; /* as the program will name it */
};

struct second_codes_view {
	const struct secret_view *secret; /* of another, NULL: the codes alone */
	const char *const *codes;
	size_t n;
	struct link next;
};

struct second_view {
	const struct admin *row; /* NULL: one's own */
	struct second_state state;
	struct passkeys_view passkeys; /* one's own */
};

#endif
