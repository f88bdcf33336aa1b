/* SPDX-License-Identifier: GPL-3.0-or-later */
/* QR codes. The matrix is libqrencode's; it holds secrets, so it is wiped before it is freed. */
#include "base/base.h"

#include "base/qr.h"

#include <qrencode.h>
#include <sodium.h>

static bool
dark(const QRcode *code, int x, int y)
{
	return x < code->width && code->data[y * code->width + x] & 1;
}

static size_t
runs_of(const QRcode *code, struct qr_run *runs)
{
	size_t n = 0;

	for (int y = 0; y < code->width; y++) {
		for (int x = 0; x < code->width; x++) {
			int from = x;

			while (dark(code, x, y))
				x++;
			if (x > from)
				runs[n++] = (struct qr_run){ from + QR_QUIET, y + QR_QUIET, x - from };
		}
	}
	return n;
}

bool
qr_make(const char *text, struct arena *arena, struct qr *ret)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	struct qr_run *runs;
	size_t modules;

	if (!code)
		return false;
	modules = (size_t)code->width * (size_t)code->width;
	runs = arena_array(arena, modules / 2 + (size_t)code->width, sizeof(*runs));
	ret->side = code->width + 2 * QR_QUIET;
	ret->n = runs_of(code, runs);
	ret->runs = runs;
	sodium_memzero(code->data, modules);
	QRcode_free(code);
	return true;
}
