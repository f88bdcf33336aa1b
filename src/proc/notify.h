/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words to the service manager (sd_notify(3)), without its library: a datagram to the socket it
 * named.
 */
#ifndef PROC_NOTIFY_H
#define PROC_NOTIFY_H

#include "base/base.h"

/* "READY=1\nSTATUS=serving"; silent where no service manager listens. */
void notify_send(const char *text);
/* RELOADING=1 with the time stamp the protocol asks for. */
void notify_reloading(void);
/* How often WATCHDOG=1 is expected, in milliseconds; 0 = not. */
int64_t notify_watchdog_ms(void);

#endif
