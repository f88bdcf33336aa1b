/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The web process: the HTTP layer's threads with the panel's handlers on the listening sockets it
 * inherited. It puts them together and knows nothing of either's insides.
 *
 * The main thread is none of the HTTP layer's: it gives signs of life, keeps an eye on the keeper
 * and notices when to stop, even when every other thread waits for a database that does not answer.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/cores.h"
#include "base/log.h"
#include "http/cage.h"
#include "http/http.h"
#include "proc/ask.h"
#include "proc/cage.h"
#include "proc/chan.h"
#include "proc/narrow.h"
#include "proc/proc_int.h"
#include "svc/app.h"
#include "svc/mailtext.h"
#include "web/web.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <unistd.h>

#define PING_MS 10000   /* the keeper is asked for a sign of life so often */
#define SILENT_MS 30000 /* ... and reported when it gave none for so long */
#define NARROW_MS 100   /* how often it is looked whether the narrow cage may be entered */
#define THREADS_MIN 8   /* some hash passwords, some wait for that (svc/app.h), some serve */
#define THREADS_MAX 32

struct web_process {
	struct app *app;
	struct web *web;
	struct http_server *server;
	size_t threads;
	pthread_t runner;
	atomic_bool ended; /* the server stopped without being told to */
	struct narrow narrow;
	/* the keeper */
	struct asker asker;
	struct child_main *main;
	bool silent;
	int64_t ping_at, heard_at;
};

/* ---- the keeper, seen from here ---- */

/* Another process is to take our place, with a channel of its own. Ours stays open until then: closed, the master would not wait with our end. */
static void
channel_close(struct web_process *w, const char *why)
{
	log_error("keeper.channel_closed", L_TEXT("why", why), L_END);
	ask_close(&w->asker);
	child_unwatch_fd(w->main, FD_CHANNEL);
	(void)child_tell(CONTROL_WORN);
}

/* One message; false when there is no other now. */
static bool
channel_read_one(struct web_process *w, int64_t now)
{
	struct chan_msg msg;
	enum chan_result result = chan_recv(FD_CHANNEL, true, &msg);
	bool asked;

	if (result == CHAN_EMPTY)
		return false;
	asked = result == CHAN_OK && ask_told(&w->asker, &msg);
	sodium_memzero(&msg, sizeof(msg));
	if (asked) {
		if (w->silent)
			log_info("keeper.back", L_END);
		w->silent = false;
		w->heard_at = now;
		return true;
	}
	if (result == CHAN_CLOSED)
		channel_close(w, "closed by the other end");
	else
		channel_close(w, result == CHAN_OK ? "an answer nobody asked for" : "not a message");
	return false;
}

static void
channel_ping(struct web_process *w, int64_t now)
{
	struct chan_msg ping = { .type = CHAN_PING };

	if (ask_fd(&w->asker) < 0 || now < w->ping_at)
		return;
	w->ping_at = now + PING_MS;
	switch (ask_send(&w->asker, &ping)) {
	case CHAN_OK:
		break;
	case CHAN_CLOSED:
	case CHAN_BAD:
		channel_close(w, "closed by the other end");
		return;
	case CHAN_EMPTY:
		break; /* full of questions nobody reads: silence is noticed below */
	}
	if (now - w->heard_at > SILENT_MS && !w->silent) {
		w->silent = true;
		log_warn("keeper.silent", L_INT("seconds", (now - w->heard_at) / 1000), L_END);
	}
}

/* A job was queued. Should this get lost, the keeper looks by itself in a moment; a channel that is closed is noticed by the next ping. */
static void
wake_keeper(void *ctx)
{
	struct web_process *w = ctx;
	struct chan_msg wake = { .type = CHAN_WAKE };

	if (ask_send(&w->asker, &wake) != CHAN_OK)
		log_debug("keeper.not_woken", L_END);
}

/* ---- the HTTP layer ---- */

static size_t
threads_wanted(const struct conf *conf)
{
	if (conf->web_threads > 0)
		return (size_t)conf->web_threads;
	return MIN(MAX(cores_usable() * 2, (size_t)THREADS_MIN), (size_t)THREADS_MAX);
}

static enum rc
server_make(struct web_process *w, const struct conf *conf, unsigned n, struct errs *errs)
{
	const struct http_conf http = { .stop_ms = DRAIN_MS,
		.max_connections = (size_t)conf->max_connections,
		.max_per_source = (size_t)conf->max_connections_per_source };
	const struct http_handlers handlers = { web_handle, web_body_limit, web_error_page, w->web };
	enum rc rc = http_server_new(&http, &handlers, &w->server, errs);

	for (unsigned i = 0; rc == RC_OK && i < n; i++)
		rc = http_server_add_listener(w->server, FD_LISTEN + (int)i, errs);
	return rc;
}

static void *
runner_main(void *arg)
{
	struct web_process *w = arg;

	if (http_server_run(w->server, w->threads) != RC_OK)
		log_error("http.not_running", L_END);
	atomic_store(&w->ended, true);
	return NULL;
}

/* ---- start, life and end ---- */

static enum rc
make(struct web_process *w, const struct conf *conf, unsigned n, struct errs *errs)
{
	enum rc rc;

	w->threads = threads_wanted(conf);
	w->heard_at = clock_mono_ms();
	if ((rc = app_new(conf, &w->app, errs)) != RC_OK)
		return rc;
	narrow_prepare(w->app);
	app_hash_threads(w->app, w->threads);
	app_second_asker(w->app, ask_second, &w->asker);
	app_import_asker(w->app, ask_import, &w->asker);
	app_waker(w->app, wake_keeper, w);
	if ((rc = web_new(w->app, &w->web, errs)) != RC_OK ||
	    (rc = server_make(w, conf, n, errs)) != RC_OK ||
	    (rc = db_reach(conf->database, &w->narrow.db, errs)) != RC_OK)
		return rc;
	w->narrow.app = w->app;
	w->narrow.server = w->server;
	return cage_enter(ROLE_WEB, &w->narrow.db, errs);
}

static void
unmake(struct web_process *w)
{
	http_server_free(w->server);
	web_free(w->web);
	app_free(w->app);
	ask_release(&w->asker);
}

static void
live(struct web_process *w, struct child_main *m)
{
	while (!atomic_load(&w->ended)) {
		int64_t most = narrow_step(&w->narrow) ? HEARTBEAT_MS : NARROW_MS;
		enum child_event event = child_wait_watched(m, most);
		int64_t now = clock_mono_ms();

		if (event == CHILD_STOP)
			return;
		while (event == CHILD_INPUT && channel_read_one(w, now))
			;
		channel_ping(w, now);
	}
}

static enum rc
begin(struct web_process *w, const struct conf *conf, unsigned n, struct errs *errs)
{
	enum rc rc = make(w, conf, n, errs);

	if (rc != RC_OK)
		return rc;
	if (pthread_create(&w->runner, NULL, runner_main, w) != 0)
		return RC_INTERNAL;
	narrow_begin(&w->narrow);
	return RC_OK;
}

/* In the narrow cage no thread may end, and nothing can be taken apart: the kernel does it. */
static void
end(struct web_process *w, bool told)
{
	http_server_stop(w->server);
	if (!narrow_over(&w->narrow)) {
		http_server_wait(w->server);
		app_part(w->app);
		narrow_exit(told ? 0 : rc_exit(RC_INTERNAL));
	}
	pthread_join(w->runner, NULL);
	unmake(w);
}

static int
run(struct conf *conf, unsigned n)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct child_main m;
	struct web_process w = { .main = &m };
	bool told;

	ask_init(&w.asker, FD_CHANNEL);
	if (*conf->mail.texts) /* shown before they are sent */
		mailtext_keep(conf, arena);
	if (!child_watch(&m) || !child_watch_fd(&m, FD_CHANNEL) || begin(&w, conf, n, &errs) != RC_OK) {
		child_log_faults(&errs);
		unmake(&w);
		return rc_exit(errs.first ? err_rc(&errs) : RC_INTERNAL);
	}
	(void)child_tell(CONTROL_READY);
	live(&w, &m);
	told = !atomic_load(&w.ended);
	end(&w, told);
	return told ? 0 : rc_exit(RC_INTERNAL);
}

int
web_run(unsigned n)
{
	struct conf *conf = child_begin(ROLE_WEB);
	int status;

	if (!conf)
		return rc_exit(RC_CONFIG);
	status = run(conf, n);
	conf_free(conf);
	return status;
}
