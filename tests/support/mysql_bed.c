/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base.h"

#include "base/clock.h"
#include "mysql_bed.h"
#include "peek.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PORT_MIN 20000

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

struct db_conf
bed_conf(const char *url)
{
	return (struct db_conf){ .url = url, .statement_ms = STATEMENT_MS, .lock_ms = LOCK_MS };
}

struct db_conn *
bed_try_open(const char *url, int64_t ms, struct db_error *e)
{
	struct db_conf conf = bed_conf(url);

	*e = (struct db_error){ 0 };
	return D->open(&conf, clock_mono_ms() + ms, e);
}

struct db_conn *
bed_open(const char *url)
{
	struct db_error e;
	struct db_conn *c = bed_try_open(url, 10000, &e);

	if (!c)
		fail_msg("%s: %s", url, e.text);
	D->set_deadline(c, clock_mono_ms() + 20000);
	return c;
}

/* ---- one statement in a line ---- */

enum db_step
bed_try(struct db_conn *c, const char *sql, struct db_error *e)
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

void
bed_must(struct db_conn *c, const char *sql)
{
	struct db_error e;

	if (bed_try(c, sql, &e) == DB_STEP_ERROR)
		fail_msg("%s: %s", sql, e.text);
}

void
bed_refused(struct db_conn *c, const char *sql, enum rc rc, const char *words)
{
	struct db_error e;

	if (bed_try(c, sql, &e) != DB_STEP_ERROR)
		fail_msg("taken: %s", sql);
	if (e.rc != rc || !strstr(e.text, words) || e.connection_lost)
		fail_msg("%s: %s, %s%s", sql, rc_slug(e.rc), e.text, e.connection_lost ? ", lost" : "");
}

/* A certificate of 127.0.0.1 that signed itself: DIR/NAME.pem, DIR/NAME.key. */
static void
certificate(const struct bed *b, const char *name)
{
	char line[256], key[96], pem[96];

	(void)snprintf(key, sizeof(key), "%s/%s.key", b->dir, name);
	(void)snprintf(pem, sizeof(pem), "%s/%s.pem", b->dir, name);
	script(line,
	    (const char *const[]){ "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
		"ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
		"-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", pem, NULL });
}

static pid_t
pid_in(const char *path)
{
	char line[32] = "";
	FILE *f = fopen(path, "r");
	long pid;

	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	(void)fclose(f);
	pid = strtol(line, NULL, 10);
	assert_true(pid > 1);
	return (pid_t)pid;
}

int
bed_setup(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));
	char port[32], line[256], cert[128], key[128];

	assert_non_null(b);
	b->port = PORT_MIN + (unsigned)getpid() % 10000;
	(void)snprintf(b->dir, sizeof(b->dir), "/tmp/vimb-drv-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	(void)snprintf(port, sizeof(port), "--port=%u", b->port);
	certificate(b, "server");
	certificate(b, "stranger");
	(void)snprintf(cert, sizeof(cert), "--ssl-cert=%s/server.pem", b->dir);
	(void)snprintf(key, sizeof(key), "--ssl-key=%s/server.key", b->dir);
	*state = b;
	script(line,
	    (const char *const[]){ "tests/servers/mysql", "start", b->dir, "--skip-networking=0",
		"--bind-address=127.0.0.1,127.0.0.2", port, cert, key, NULL });
	script(b->url, (const char *const[]){ "tests/servers/mysql", "url", b->dir, "drv", NULL });
	(void)snprintf(b->tcp, sizeof(b->tcp), "mysql://tester:a%%40b@127.0.0.1:%u/drv", b->port);
	(void)snprintf(line, sizeof(line), "%s/pid", b->dir);
	b->pid = pid_in(line);
	peek_exec(b->url,
	    "CREATE USER tester@'127.0.0.%' IDENTIFIED BY 'a@b'; GRANT ALL ON drv.* TO "
	    "tester@'127.0.0.%';"
	    "CREATE TABLE parent (id BIGINT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) UNIQUE, n "
	    "INT NOT NULL DEFAULT 0);"
	    "CREATE TABLE child (id BIGINT PRIMARY KEY, p BIGINT NOT NULL REFERENCES parent (id));"
	    "CREATE TABLE old (name VARCHAR(50) CHARACTER SET utf8mb3);"
	    "CREATE TABLE vimb_turn (id INT PRIMARY KEY); INSERT INTO vimb_turn VALUES (1);"
	    "INSERT INTO parent (id, name) VALUES (1, 'one'), (2, 'two')");
	return 0;
}

int
bed_teardown(void **state)
{
	struct bed *b = *state;
	char line[256];

	script(line, (const char *const[]){ "tests/servers/mysql", "stop", b->dir, NULL });
	script(line, (const char *const[]){ "/bin/rm", "-rf", b->dir, NULL });
	free(b);
	return 0;
}

int
bed_connect(void **state)
{
	struct bed *b = *state;

	b->c = bed_open(b->url);
	b->other = bed_open(b->url);
	return 0;
}

int
bed_disconnect(void **state)
{
	struct bed *b = *state;

	(void)kill(b->pid, SIGCONT);
	D->close(b->c);
	D->close(b->other);
	return 0;
}

void
bed_freeze(struct bed *b, bool on)
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
