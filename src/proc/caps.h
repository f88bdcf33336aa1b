/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Capabilities: what a process may still do as root, and what it could ever get. Both only ever shrink. Who was not started as root has none, and
 * cannot change what it could get either: it never gets any, since no program is started after PR_SET_NO_NEW_PRIVS.
 */
#ifndef PROC_CAPS_H
#define PROC_CAPS_H

#include "base/base.h"

#include <linux/capability.h>

#define CAPS_NONE 0
/* What root needs for a database that is somebody else's file: to read and write it, and to give -wal and -shm its owner. */
#define CAPS_FILES (1u << CAP_DAC_OVERRIDE | 1u << CAP_CHOWN | 1u << CAP_FOWNER)
/* ... and to let go of these for good. */
#define CAPS_CHILD (CAPS_FILES | 1u << CAP_SETPCAP)

/* The bounding set: no program that is started from now on gets more, root's neither. */
void caps_bound(uint32_t keep);
/* Of what this process has. */
void caps_hold(uint32_t keep);

#endif
