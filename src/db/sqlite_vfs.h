/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite's way to the kernel, so that a process with a full pool needs few calls; sqlite_vfs.c. */
#ifndef DB_SQLITE_VFS_H
#define DB_SQLITE_VFS_H

/* Of this process, for all connections opened afterwards. Any number of times. */
void sqlite_vfs_ready(void);

#endif
