/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one way into the cage: first files and ports (cage_files.c), then system calls
 * (cage_calls.c), because the second wall forbids building the first. It does not know what the
 * roles do.
 */
#include "base/base.h"

#include "base/arena.h"
#include "proc/cage_int.h"

enum rc
cage_enter_layer(enum proc_role role, const struct cage_paths *paths, enum cage_layer layer,
    struct errs *errs)
{
	enum rc rc = RC_OK;

	if (layer != CAGE_CALLS_ONLY)
		rc = cage_files(role, paths, errs);
	if (rc == RC_OK && layer != CAGE_FILES_ONLY)
		rc = cage_calls(role, errs);
	return rc;
}

enum rc
cage_enter(enum proc_role role, const struct cage_paths *paths, struct errs *errs)
{
	return cage_enter_layer(role, paths, CAGE_BOTH, errs);
}

const char *
cage_database_folder(const char *url, struct errs *errs)
{
	const char *path, *slash;

	if (strncmp(url, "sqlite:", 7) != 0)
		return NULL;
	path = url + 7;
	slash = strrchr(path, '/');
	if (!slash)
		return ".";
	return slash == path ? "/" : arena_strndup(errs->arena, path, (size_t)(slash - path));
}
