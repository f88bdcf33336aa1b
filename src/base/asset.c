/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding an embedded file by name or by path. The handful of them is generated (tools/embed) and searched from one end to
 * the other. It does not know who serves them, nor how.
 */
#include "base/base.h"

#include "base/asset.h"

const struct asset *
asset_by_name(const char *name)
{
	for (size_t i = 0; i < assets_n; i++) {
		if (strcmp(assets[i].name, name) == 0)
			return &assets[i];
	}
	return NULL;
}

const struct asset *
asset_by_path(const char *path)
{
	for (size_t i = 0; i < assets_n; i++) {
		if (strcmp(assets[i].path, path) == 0)
			return &assets[i];
	}
	return NULL;
}
