/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The MariaDB driver on its own, on a server that this program may freeze: what goes in comes out, what the server refuses becomes the right outcome,
 * and no wait outlives its deadline. Run from the top of the tree, as tests/run does.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/driver.h"
#include "peek.h"

#include <setjmp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define D (&db_driver_mysql)
#define PORT_MIN 20000
#define LOCK_MS 1000
#define STATEMENT_MS 2000
#define SLACK_MS 1500 /* a busy machine */

struct bed {
	char dir[64], url[256], tcp[256];
	unsigned port;
	pid_t pid;
	struct db_conn *c, *other;
};

/* Runs a script of the tree and gives the first line it prints. */
static void
script(char line[256], const char *const argv[])
{
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		(void)dup2(fds[1], STDOUT_FILENO);
		(void)close(fds[0]);
		(void)close(fds[1]);
		(void)execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	(void)close(fds[1]);
	n = read(fds[0], line, 255);
	line[n > 0 ? n : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	(void)close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("%s %s: status %d", argv[0], argv[1], status);
}

static struct db_conf
conf_of(const char *url)
{
	return (struct db_conf){ .url = url, .statement_ms = STATEMENT_MS, .lock_ms = LOCK_MS };
}

static struct db_conn *
try_open(const char *url, int64_t ms, struct db_error *e)
{
	struct db_conf conf = conf_of(url);

	*e = (struct db_error){ 0 };
	return D->open(&conf, clock_mono_ms() + ms, e);
}

static struct db_conn *
opened(const char *url)
{
	struct db_error e;
	struct db_conn *c = try_open(url, 10000, &e);

	if (!c)
		fail_msg("%s: %s", url, e.text);
	D->set_deadline(c, clock_mono_ms() + 20000);
	return c;
}

/* ---- one statement in a line ---- */

static enum db_step
try_run(struct db_conn *c, const char *sql, struct db_error *e)
{
	struct db_stmt *s;
	enum db_step step = DB_STEP_ERROR;

	*e = (struct db_error){ 0 };
	D->set_deadline(c, clock_mono_ms() + 20000);
	s = D->prepare(c, sql, e);
	if (!s)
		return step;
	step = D->run(s, NULL, 0, e);
	D->reset(s);
	D->finalize(s);
	return step;
}

static void
must(struct db_conn *c, const char *sql)
{
	struct db_error e;

	if (try_run(c, sql, &e) == DB_STEP_ERROR)
		fail_msg("%s: %s", sql, e.text);
}

static void
refused(struct db_conn *c, const char *sql, enum rc rc, const char *words)
{
	struct db_error e;

	if (try_run(c, sql, &e) != DB_STEP_ERROR)
		fail_msg("taken: %s", sql);
	if (e.rc != rc || !strstr(e.text, words) || e.connection_lost)
		fail_msg("%s: %s, %s%s", sql, rc_slug(e.rc), e.text, e.connection_lost ? ", lost" : "");
}

static int
bed_setup(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));
	char port[32], line[256];

	assert_non_null(b);
	b->port = PORT_MIN + (unsigned)getpid() % 10000;
	(void)snprintf(b->dir, sizeof(b->dir), "/tmp/vimb-drv-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	(void)snprintf(port, sizeof(port), "--port=%u", b->port);
	script(line,
	    (const char *const[]){ "tests/servers/mysql", "start", b->dir, "--skip-networking=0",
		"--bind-address=127.0.0.1", port, NULL });
	script(b->url, (const char *const[]){ "tests/servers/mysql", "url", b->dir, "drv", NULL });
	(void)snprintf(b->tcp, sizeof(b->tcp), "mysql://tester:a%%40b@127.0.0.1:%u/drv", b->port);
	(void)snprintf(line, sizeof(line), "%s/pid", b->dir);
	{
		FILE *f = fopen(line, "r");

		assert_non_null(f);
		assert_int_equal(fscanf(f, "%d", &b->pid), 1);
		(void)fclose(f);
	}
	peek_exec(b->url,
	    "CREATE USER tester@'127.0.0.1' IDENTIFIED BY 'a@b'; GRANT ALL ON drv.* TO "
	    "tester@'127.0.0.1';"
	    "CREATE TABLE parent (id BIGINT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) UNIQUE, n "
	    "INT NOT NULL DEFAULT 0);"
	    "CREATE TABLE child (id BIGINT PRIMARY KEY, p BIGINT NOT NULL REFERENCES parent (id));"
	    "CREATE TABLE old (name VARCHAR(50) CHARACTER SET utf8mb3);"
	    "CREATE TABLE vimb_turn (id INT PRIMARY KEY); INSERT INTO vimb_turn VALUES (1);"
	    "INSERT INTO parent (id, name) VALUES (1, 'one'), (2, 'two')");
	*state = b;
	return 0;
}

static int
bed_teardown(void **state)
{
	struct bed *b = *state;
	char line[256];

	script(line, (const char *const[]){ "tests/servers/mysql", "stop", b->dir, NULL });
	script(line, (const char *const[]){ "/bin/rm", "-rf", b->dir, NULL });
	free(b);
	return 0;
}

static int
setup(void **state)
{
	struct bed *b = *state;

	b->c = opened(b->url);
	b->other = opened(b->url);
	return 0;
}

static int
teardown(void **state)
{
	struct bed *b = *state;

	(void)kill(b->pid, SIGCONT);
	D->close(b->c);
	D->close(b->other);
	return 0;
}

/* ---- values ---- */

static void
test_values(void **state)
{
	static const char big[] =
	    "SELECT cast(? AS SIGNED), cast(? AS SIGNED), ?, ?, ?, cast('2026-01-02 03:04:05' AS DATETIME), "
	    "cast(? AS DECIMAL(10,2)), repeat('x', 300000), 1 = 1, NULL, cast(? AS UNSIGNED)";
	const struct db_value params[] = { { DB_INT, INT64_MIN, NULL, 0 },
		{ DB_INT, INT64_MAX, NULL, 0 }, { 0 }, db_text(""),
		db_text("\xf0\x9f\x93\xab ü ' \\ \" %"), db_text("12.5"), { DB_INT, 7, NULL, 0 } };
	struct bed *b = *state;
	struct db_error e;
	struct db_stmt *s = D->prepare(b->c, big, &e);

	assert_non_null(s);
	for (int round = 0; round < 3; round++) {
		assert_int_equal(D->run(s, params, ARRAY_LEN(params), &e), DB_STEP_ROW);
		assert_int_equal(D->columns(s), 11);
		assert_true(D->column(s, 0).i == INT64_MIN && D->column(s, 1).i == INT64_MAX);
		assert_int_equal(D->column(s, 2).type, DB_NULL);
		assert_int_equal(D->column(s, 3).type, DB_TEXT);
		assert_string_equal(D->column(s, 3).text, "");
		assert_string_equal(D->column(s, 4).text, params[4].text);
		assert_string_equal(D->column(s, 5).text, "2026-01-02 03:04:05");
		assert_string_equal(D->column(s, 6).text, "12.50");
		assert_int_equal(D->column(s, 7).len, 300000);
		assert_int_equal(strlen(D->column(s, 7).text), 300000);
		assert_int_equal(D->column(s, 8).i, 1);
		assert_int_equal(D->column(s, 9).type, DB_NULL);
		assert_int_equal(D->column(s, 10).i, 7);
		assert_int_equal(D->next(s, &e), DB_STEP_DONE);
		D->reset(s);
	}
	D->finalize(s);
}

/* Texts of any length in one result, longer ones behind shorter ones, and a NULL between. */
static void
test_lengths(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	struct db_stmt *s = D->prepare(b->c,
	    "SELECT n, CASE WHEN n % 7 = 3 THEN NULL ELSE repeat('ab', n * n) END FROM"
	    " (WITH RECURSIVE r (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 99) "
	    "SELECT n FROM r) x ORDER BY n",
	    &e);
	enum db_step step;
	int64_t n = 0;

	assert_non_null(s);
	for (step = D->run(s, NULL, 0, &e); step == DB_STEP_ROW; step = D->next(s, &e), n++) {
		struct db_value v = D->column(s, 1);

		assert_int_equal(D->column(s, 0).i, n);
		if (n % 7 == 3) {
			assert_int_equal(v.type, DB_NULL);
			continue;
		}
		assert_int_equal(v.len, 2 * n * n);
		assert_int_equal(strspn(v.text, "ab"), v.len);
	}
	assert_int_equal(step, DB_STEP_DONE);
	assert_int_equal(n, 100);
	D->finalize(s);
}

/* A result that is left in the middle does not stand in the way of the next statement; one that is not left does. */
static void
test_left_in_the_middle(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	struct db_stmt *s = D->prepare(b->c, "SELECT seq FROM seq_1_to_100000", &e);
	struct db_stmt *t = D->prepare(b->c, "SELECT 5", &e);

	assert_true(s && t);
	assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_ROW);
	assert_int_equal(D->next(s, &e), DB_STEP_ROW);
	assert_int_equal(D->run(t, NULL, 0, &e), DB_STEP_ERROR);
	assert_int_equal(e.rc, RC_INTERNAL);
	D->reset(s);
	assert_int_equal(D->run(t, NULL, 0, &e), DB_STEP_ROW);
	assert_int_equal(D->column(t, 0).i, 5);
	D->finalize(s);
	D->finalize(t);
	assert_true(D->ping(b->c));
}

static void
test_changes(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	struct db_stmt *s = D->prepare(b->c, "INSERT INTO parent (name) VALUES ('three'), ('four')", &e);
	int64_t id;

	assert_non_null(s);
	assert_int_equal(D->begin(b->c, 0, &e), RC_OK);
	assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_DONE);
	assert_int_equal(D->changed(s), 2);
	id = D->last_id(s);
	assert_true(id > 2);
	D->finalize(s);
	/* rows that are met count, whether they change or not */
	s = D->prepare(b->c, "UPDATE parent SET n = n WHERE id <= 2", &e);
	assert_non_null(s);
	assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_DONE);
	assert_int_equal(D->changed(s), 2);
	D->finalize(s);
	D->rollback(b->c);
	assert_int_equal(peek_number(b->url, "SELECT count(*) FROM parent"), 2);
	assert_int_equal(D->begin(b->c, 1, &e), RC_OK);
	must(b->c, "UPDATE parent SET n = 4 WHERE id = 1");
	assert_int_equal(D->commit(b->c, &e), RC_OK);
	assert_int_equal(peek_number(b->url, "SELECT n FROM parent WHERE id = 1"), 4);
}

static void
test_session(void **state)
{
	struct bed *b = *state;
	struct db_error e;

	must(b->c, "DO 1");
	refused(b->c, "SELECT 1 +", RC_INTERNAL, "1064");
	refused(b->c, "INSERT INTO parent (name, n) VALUES ('x', 'no number')", RC_INVALID, "1366");
	refused(b->c, "SELECT * FROM absent", RC_INTERNAL, "1146");
	assert_int_equal(
	    try_run(b->c,
		"SELECT 1 FROM DUAL WHERE @@time_zone = '+00:00' AND @@character_set_client = "
	        "'utf8mb4'"
		" AND @@tx_isolation = 'REPEATABLE-READ' AND @@sql_mode LIKE '%STRICT_ALL%'",
		&e),
	    DB_STEP_ROW);
	/* one statement at a time, except in scripts */
	refused(b->c, "SELECT 1; SELECT 2", RC_INTERNAL, "1064");
	D->set_deadline(b->c, clock_mono_ms() + 10000);
	assert_int_equal(D->script(b->c, "SET @a = 1; SELECT @a; DO 2;", &e), RC_OK);
	assert_int_equal(D->script(b->c, "SET @a = 1; SELECT absent; SET @a = 2", &e), RC_INTERNAL);
	assert_int_equal(try_run(b->c,
			     "SELECT 1 FROM DUAL WHERE @a = 1 AND @@max_statement_time = 2", &e),
	    DB_STEP_ROW);
	refused(b->c, "SELECT 1; SELECT 2", RC_INTERNAL, "1064");
}

/* ---- outcomes ---- */

static void
test_conflicts(void **state)
{
	struct bed *b = *state;

	refused(b->c, "INSERT INTO parent (name) VALUES ('one')", RC_CONFLICT, "name");
	refused(b->c, "INSERT INTO child (id, p) VALUES (1, 99)", RC_CONFLICT, "1452");
	must(b->c, "INSERT INTO child (id, p) VALUES (1, 1)");
	refused(b->c, "DELETE FROM parent WHERE id = 1", RC_CONFLICT, "1451");
	must(b->c, "DELETE FROM child");
	refused(b->c, "INSERT INTO old (name) VALUES ('\xf0\x9f\x93\xab')", RC_INVALID, "1366");
}

static void
test_lock_wait(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	int64_t start;

	assert_int_equal(D->begin(b->other, 0, &e), RC_OK);
	must(b->other, "UPDATE parent SET n = 1 WHERE id = 1");
	start = clock_mono_ms();
	refused(b->c, "UPDATE parent SET n = 2 WHERE id = 1", RC_RETRY, "1205");
	assert_in_range(clock_mono_ms() - start, LOCK_MS / 2, LOCK_MS + SLACK_MS);
	D->rollback(b->other);
}

/* Read-then-write: who looked before the other wrote has to look again. */
static void
test_collision(void **state)
{
	struct bed *b = *state;
	struct db_error e;

	assert_int_equal(D->begin(b->c, 0, &e), RC_OK);
	must(b->c, "SELECT n FROM parent WHERE id = 1");
	must(b->other, "UPDATE parent SET n = n + 1 WHERE id = 1");
	refused(b->c, "UPDATE parent SET n = 10 WHERE id = 1", RC_RETRY, "1020");
	D->rollback(b->c);
	/* the second run waits for its turn before it looks */
	assert_int_equal(D->begin(b->c, 1, &e), RC_OK);
	D->set_deadline(b->other, clock_mono_ms() + 20000);
	assert_int_equal(D->begin(b->other, 1, &e), RC_RETRY);
	D->rollback(b->other);
	must(b->c, "UPDATE parent SET n = 10 WHERE id = 1");
	assert_int_equal(D->commit(b->c, &e), RC_OK);
}

struct crossing {
	struct db_conn *c;
	struct db_error e;
	enum db_step step;
};

static void *
cross(void *arg)
{
	struct crossing *x = arg;

	x->step = try_run(x->c, "UPDATE parent SET n = 1 WHERE id = 1", &x->e);
	return NULL;
}

static void
test_deadlock(void **state)
{
	struct bed *b = *state;
	struct crossing x = { .c = b->other };
	struct db_error e;
	enum db_step step;
	pthread_t thread;

	assert_int_equal(D->begin(b->c, 0, &e), RC_OK);
	assert_int_equal(D->begin(b->other, 0, &e), RC_OK);
	must(b->c, "UPDATE parent SET n = 1 WHERE id = 1");
	must(b->other, "UPDATE parent SET n = 1 WHERE id = 2");
	assert_int_equal(pthread_create(&thread, NULL, cross, &x), 0);
	step = try_run(b->c, "UPDATE parent SET n = 1 WHERE id = 2", &e);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true((step == DB_STEP_ERROR) != (x.step == DB_STEP_ERROR));
	if (step == DB_STEP_ERROR)
		x.e = e;
	assert_int_equal(x.e.rc, RC_RETRY);
	assert_non_null(strstr(x.e.text, "1213"));
	D->rollback(b->c);
	D->rollback(b->other);
}

static void
test_slow_statement(void **state)
{
	struct bed *b = *state;
	int64_t start = clock_mono_ms();

	refused(b->c, "SELECT count(*) FROM seq_1_to_1000000000 x WHERE x.seq % 3 = 1",
	    RC_UNAVAILABLE, "1969");
	assert_in_range(clock_mono_ms() - start, STATEMENT_MS / 2, STATEMENT_MS + SLACK_MS);
	must(b->c, "SELECT 1");
}

static void
test_read_only(void **state)
{
	struct bed *b = *state;
	struct db_conn *c = opened(b->tcp);
	struct db_error e;

	peek_exec(b->url, "SET GLOBAL read_only = 1");
	assert_int_equal(try_run(c, "UPDATE parent SET n = 3 WHERE id = 1", &e), DB_STEP_ERROR);
	peek_exec(b->url, "SET GLOBAL read_only = 0");
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	assert_true(e.connection_lost); /* another host may be the one that writes now */
	assert_false(D->ping(c));
	D->close(c);
}

static void
test_killed(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	char sql[64];

	assert_true(D->ping(b->c));
	{
		struct db_stmt *s = D->prepare(b->c, "SELECT connection_id()", &e);

		assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_ROW);
		(void)snprintf(sql, sizeof(sql), "KILL %lld", (long long)D->column(s, 0).i);
		D->reset(s);
		D->finalize(s);
	}
	peek_exec(b->url, sql);
	(void)usleep(100000);
	assert_false(D->ping(b->c));
	assert_int_equal(try_run(b->c, "SELECT 1", &e), DB_STEP_ERROR);
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	assert_true(e.connection_lost);
}

/* ---- frozen ---- */

static void
freeze(struct bed *b, bool on)
{
	char path[64], state = '?';

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", b->pid);
	assert_int_equal(kill(b->pid, on ? SIGSTOP : SIGCONT), 0);
	while (on && state != 'T') {
		FILE *f = fopen(path, "r");

		assert_non_null(f);
		assert_int_equal(fscanf(f, "%*d (%*[^)]) %c", &state), 1);
		(void)fclose(f);
	}
}

/* Runs with 300 ms to go; they are all it takes. */
#define IN_TIME(b, call)                                                                           \
	do {                                                                                       \
		int64_t start_ = clock_mono_ms();                                                  \
                                                                                                   \
		D->set_deadline((b)->c, start_ + 300);                                             \
		call;                                                                              \
		if (clock_mono_ms() - start_ > 300 + SLACK_MS)                                     \
			fail_msg("%s took %lld ms", #call, (long long)(clock_mono_ms() - start_)); \
	} while (0)

static void
frozen_open(struct bed *b, const char *url)
{
	int64_t start = clock_mono_ms();
	struct db_error e;

	freeze(b, true);
	assert_null(try_open(url, 300, &e));
	freeze(b, false);
	assert_in_range(clock_mono_ms() - start, 250, 300 + SLACK_MS);
	assert_int_equal(e.rc, RC_UNAVAILABLE);
}

static void
test_frozen_open(void **state)
{
	struct bed *b = *state;

	frozen_open(b, b->url);
	frozen_open(b, b->tcp);
}

static void
test_frozen_statement(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };
	struct db_stmt *s = D->prepare(b->c, "SELECT 1", &e);

	freeze(b, true);
	IN_TIME(b, assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_ERROR));
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	assert_true(e.connection_lost);
	assert_non_null(strstr(e.text, "deadline"));
	IN_TIME(b, assert_false(D->ping(b->c)));
	IN_TIME(b, D->reset(s));
	IN_TIME(b, D->finalize(s));
	IN_TIME(b, assert_null(D->prepare(b->c, "SELECT 2", &e)));
	IN_TIME(b, D->rollback(b->c));
	freeze(b, false);
}

static void
test_frozen_prepare_and_begin(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };

	freeze(b, true);
	IN_TIME(b, assert_null(D->prepare(b->c, "SELECT 1", &e)));
	assert_true(e.connection_lost);
	D->set_deadline(b->other, clock_mono_ms() + 300);
	IN_TIME(b, assert_int_equal(D->begin(b->other, 0, &e), RC_UNAVAILABLE));
	freeze(b, false);
}

static void
test_frozen_commit(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };

	assert_int_equal(D->begin(b->c, 0, &e), RC_OK);
	must(b->c, "UPDATE parent SET n = 5 WHERE id = 2");
	freeze(b, true);
	IN_TIME(b, assert_int_equal(D->commit(b->c, &e), RC_UNAVAILABLE));
	assert_true(e.connection_lost);
	freeze(b, false);
}

static void
test_frozen_fetch(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };
	struct db_stmt *s = D->prepare(b->c, "SELECT seq, repeat('x', 1000) FROM seq_1_to_1000000", &e);
	enum db_step step;

	assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_ROW);
	freeze(b, true);
	IN_TIME(b, while ((step = D->next(s, &e)) == DB_STEP_ROW));
	assert_int_equal(step, DB_STEP_ERROR);
	assert_true(e.connection_lost);
	IN_TIME(b, D->reset(s));
	IN_TIME(b, D->finalize(s));
	freeze(b, false);
}

/* Frozen while nobody looks: the handle is asked before it is lent again, and a rollback past the deadline gets a second of its own. */
static void
test_frozen_rollback(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };

	assert_int_equal(D->begin(b->c, 0, &e), RC_OK);
	D->set_deadline(b->c, clock_mono_ms() - 1000);
	D->rollback(b->c);
	assert_true(D->ping(b->c));
	assert_int_equal(D->begin(b->other, 0, &e), RC_OK);
	D->set_deadline(b->other, clock_mono_ms() + 300);
	freeze(b, true);
	IN_TIME(b, D->rollback(b->other));
	freeze(b, false);
	assert_false(D->ping(b->other));
}

/* ---- hosts ---- */

static void
test_hosts(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	struct db_conn *c;
	char url[256];

	(void)snprintf(url, sizeof(url), "mysql://tester:a%%40b@127.0.0.1:1,127.0.0.1:%u/drv", b->port);
	c = opened(url);
	must(c, "SELECT 1");
	D->close(c);
	(void)snprintf(url, sizeof(url), "mysql://tester:a%%40b@127.0.0.1:1,127.0.0.1:2/drv");
	assert_null(try_open(url, 2000, &e));
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	/* one that only reads is passed over while another is named, and taken when there is none */
	peek_exec(b->url, "SET GLOBAL read_only = 1");
	(void)snprintf(url, sizeof(url), "mysql://tester:a%%40b@127.0.0.1:%u,127.0.0.1:1/drv", b->port);
	c = try_open(url, 2000, &e);
	assert_null(c);
	c = try_open(b->tcp, 2000, &e);
	peek_exec(b->url, "SET GLOBAL read_only = 0");
	assert_non_null(c);
	D->close(c);
}

static void
test_refused_url(void **state)
{
	static const char *const bad[][2] = {
		{ "mysql://u@h/db?ssl_mode=maybe", "off, require or verify" },
		{ "mysql://u@h/db?ssl_mode=off&ssl_ca=/x", "turns TLS off" },
		{ "mysql://u@h/db?ssl_cert=/x", "belong together" },
		{ "mysql://u@h/db?socket=/x", "both a host and a socket" },
		{ "mysql://h/db", "no user" },
		{ "mysql://u@h/db?sslmode=off", "not known" },
	};
	struct db_error e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct db_conf conf = conf_of(bad[i][0]);

		assert_false(D->check(&conf, &e));
		if (!strstr(e.text, bad[i][1]))
			fail_msg("%s: %s", bad[i][0], e.text);
	}
}

static void
test_wrong_password(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	char url[256];

	(void)snprintf(url, sizeof(url), "mysql://tester:wrong-one@127.0.0.1:%u/drv", b->port);
	assert_null(try_open(url, 2000, &e));
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	assert_non_null(strstr(e.text, "1045"));
	assert_null(strstr(e.text, "wrong-one"));
	(void)snprintf(url, sizeof(url), "mysql://tester:a%%40b@127.0.0.1:%u/absent", b->port);
	assert_null(try_open(url, 2000, &e));
	assert_int_equal(e.rc, RC_UNAVAILABLE);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_values),
		T(test_lengths),
		T(test_left_in_the_middle),
		T(test_changes),
		T(test_session),
		T(test_conflicts),
		T(test_lock_wait),
		T(test_collision),
		T(test_deadlock),
		T(test_slow_statement),
		T(test_read_only),
		T(test_killed),
		T(test_frozen_open),
		T(test_frozen_statement),
		T(test_frozen_prepare_and_begin),
		T(test_frozen_commit),
		T(test_frozen_fetch),
		T(test_frozen_rollback),
		T(test_hosts),
		T(test_refused_url),
		T(test_wrong_password),
	};

	return cmocka_run_group_tests(tests, bed_setup, bed_teardown);
}
