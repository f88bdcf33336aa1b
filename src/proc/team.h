/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A team: the children that run under one configuration, a slot each. There is one team, and during
 * a reload a second one that takes its place once it serves. A slot whose child died gets a new one
 * after a pause that grows.
 */
#ifndef PROC_TEAM_H
#define PROC_TEAM_H

#include "base/base.h"
#include "proc/listeners.h"
#include "proc/spawn.h"

#define BACKOFF_FIRST_MS 100
#define BACKOFF_MAX_MS 10000
#define WORN_MAX_MS 1000       /* the same for one that still serves until then, more or less */
#define BACKOFF_RESET_MS 30000 /* a child that lived so long did not die of starting */
#define SLOT_MAX 33            /* 32 web processes and the keeper */

struct child {
	struct child *next; /* among those leaving */
	struct spawned s;
	enum proc_role role;
	bool ready;
	bool frozen;     /* was killed for not giving signs of life */
	bool spent;      /* asked to be replaced */
	bool cut;        /* was killed because its channel to the keeper is at its end */
	bool refused;    /* ... and the keeper ended it */
	int64_t started; /* monotonic milliseconds, as all times here */
	int64_t heard;   /* last sign of life */
	int64_t kill_at; /* told to stop: when to kill it; 0 = not */
};

struct slot {
	enum proc_role role;
	struct child *child; /* NULL: none now */
	struct child *worn;  /* asked to be replaced; serves until the child does */
	int64_t delay;       /* the pause before the next start */
	int64_t start_at;    /* without a child: when to start one */
	bool served;         /* a child of this slot was ready once */
};

struct team {
	struct conf *conf;
	struct listeners listeners;
	const char *argv0;
	char name[TEAM_NAME_LEN + 1]; /* random: a keeper that takes the place of a dead one knows its leases by it */
	struct slot slots[SLOT_MAX];
	size_t n;
};

/* Takes over conf and listeners; slots are empty and due at once. */
struct team *team_new(struct conf *conf, const struct listeners *listeners, const char *argv0);
/*
 * Frees conf, and listeners that `keep` does not have; there must be no children any more. Accepts
 * NULL.
 */
void team_free(struct team *t, const struct team *keep);

/* Starts what is due, also in the place of children that asked to be replaced. */
void team_start_due(struct team *t, int64_t now);
/* Kills children without a sign of life. */
void team_kill_frozen(struct team *t, int64_t now);
/* Reads what the child on this descriptor says. */
void team_hear(struct team *t, int fd, int64_t now);
/*
 * The channel with this descriptor is at its end, so the web process that has the other one is killed. refused: the keeper reads it no more; otherwise
 * the process itself closed it: it is dying, or should.
 */
void team_cut(struct team *t, int fd, bool refused);
/* Do all web processes serve? */
bool team_serves(const struct team *t);
/* The slot of that process, NULL if none. */
struct slot *team_slot(struct team *t, pid_t pid);
/* A worn child of that process died: logs how. False: there is none. */
bool team_worn_gone(struct team *t, pid_t pid, int status);
/* Worn children whose successor serves go in front of *leaving, told to stop. */
void team_relieve(struct team *t, struct child **leaving, int64_t kill_at);
/* The child of the slot died: logs why, sets when to start another. */
void team_lost(struct slot *slot, int status, int64_t now);
/*
 * Takes all children out and puts them in front of *leaving, told to stop (or killed when `now`
 * says so).
 */
void team_dismiss(struct team *t, struct child **leaving, int signal, int64_t kill_at);
/* Earliest time at which something is to be done, at most `at`. */
int64_t team_next(const struct team *t, int64_t at);

void child_free(struct child *c);
/* "signal 9" or "status 1", for the log. */
void child_log_end(const struct child *c, int status, bool expected);

#endif
