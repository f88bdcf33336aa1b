/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of the configuration, whole, and who may have written them. It knows nothing of what stands in them. */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Whoever can write the file, or swap the symbolic link to it, is obeyed: root or we, nobody else.
 */
static const char *
owner_fault(const char *path, const struct stat *st)
{
	struct stat link;
	bool trusted = st->st_uid == 0 || st->st_uid == geteuid();

	if (lstat(path, &link) == 0 && S_ISLNK(link.st_mode) && link.st_uid != 0 &&
	    link.st_uid != geteuid())
		return "is a symbolic link of another user";
	if (S_ISFIFO(st->st_mode) || S_ISCHR(st->st_mode))
		return NULL; /* handed over by whoever started us */
	if (!S_ISREG(st->st_mode))
		return "is not a file";
	if (!trusted)
		return "belongs to another user (chown it, or give a copy of your own)";
	if (st->st_mode & S_IWOTH)
		return "can be changed by everybody (chmod o-w)";
	if (st->st_mode & S_IWGRP && st->st_gid != 0 && st->st_gid != getegid())
		return "can be changed by another group (chmod g-w)";
	return NULL;
}

const char *
conf_file_read(const char *path, const char *prefix, size_t max, struct errs *errs,
    struct arena *arena, bool *ret_world)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	const char *fault = NULL;
	struct stat st;
	char buf[4096];
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || fstat(fd, &st) != 0 || (fault = owner_fault(path, &st)) != NULL) {
		err_add(errs, RC_CONFIG, NULL, "%s%s: %s", prefix, path,
		    fault ? fault : strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	str_init(&text, max);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		str_addn(&text, buf, (size_t)n);
	explicit_bzero(buf, sizeof(buf));
	if (n < 0)
		fault = strerror(errno);
	else if (text.failed)
		fault = "is too long";
	else if (text.len && memchr(text.data, '\0', text.len))
		fault = "holds a NUL";
	close(fd);
	if (fault) {
		err_add(errs, RC_CONFIG, NULL, "%s%s: %s", prefix, path, fault);
		return NULL;
	}
	*ret_world = S_ISREG(st.st_mode) && st.st_mode & S_IROTH;
	return arena_strndup(arena, str_text(&text), text.len);
}

const char *
conf_file_text(const char *path, struct errs *errs, struct arena *arena)
{
	bool world;

	return conf_file_read(path, "", CONF_FILE_MAX, errs, arena, &world);
}
