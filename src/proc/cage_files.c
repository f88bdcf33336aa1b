/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cage's wall around files and ports, by landlock: THE table of paths, and the highest ABI the
 * kernel offers. What is not in the table does not exist for the process, whatever the file's mode
 * says. TCP may be neither bound nor connected (ABI 4) but to the ports of the database's server, signals and
 * abstract sockets end at the cage's wall (ABI 6); inherited listening sockets go on working.
 *
 * glibc has no functions and Debian 12's headers no names for the later parts; they are defined
 * here as the kernel has them.
 */
#include "base/base.h"

#include "base/log.h"
#include "proc/cage_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_REG (UINT64_C(1) << 8)
#define FS_TRUNCATE (UINT64_C(1) << 14)  /* ABI 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* ABI 5 */
#define FS_ABI_1 ((UINT64_C(1) << 13) - 1)
#define FS_REFER (UINT64_C(1) << 13) /* ABI 2 */
#define NET_BIND_TCP (UINT64_C(1) << 0)
#define NET_CONNECT_TCP (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT_UNIX_SOCKET (UINT64_C(1) << 0)
#define SCOPE_SIGNAL (UINT64_C(1) << 1)
#define RULE_PATH_BENEATH 1
#define RULE_NET_PORT 2
#define DNS 53 /* answers too long for UDP */
#define CREATE_RULESET_VERSION 1u

struct ruleset_attr {
	uint64_t fs;
	uint64_t net;    /* ABI 4 */
	uint64_t scoped; /* ABI 6 */
};
struct path_attr {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

struct port_attr {
	uint64_t allowed;
	uint64_t port;
};

#define READ_ONLY (FS_READ_FILE | FS_READ_DIR)
/* What SQLite does in the folder of its file: database, -wal, -shm, -journal. */
#define DATABASE (READ_ONLY | FS_WRITE_FILE | FS_REMOVE_FILE | FS_MAKE_REG | FS_TRUNCATE)
#define FILE_RIGHTS (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

#define BOTH (CAGE_WEB | CAGE_KEEPER)
#define SERVER CAGE_SERVER

/* clang-format off */
static const struct {
	const char *path;
	unsigned who;
	uint64_t rights;
	const char *why;
} paths_allowed[] = {
	{ "/dev/urandom",        BOTH,   FS_READ_FILE, "SQLite seeds its random numbers from it" },
	{ "/etc/localtime",      BOTH,   FS_READ_FILE, "dates in the system's time zone" },
	{ "/usr/share/zoneinfo", BOTH,   READ_ONLY,    "dates in the configured time zone" },
	/* a server's name may move while we run */
	{ "/etc/hosts",          SERVER, FS_READ_FILE, "names of servers" },
	{ "/etc/resolv.conf",    SERVER, FS_READ_FILE, "..., and who knows more" },
	{ "/etc/nsswitch.conf",  SERVER, FS_READ_FILE, "..." },
	{ "/etc/host.conf",      SERVER, FS_READ_FILE, "..." },
	{ "/etc/gai.conf",       SERVER, FS_READ_FILE, "..., and which address first" },
	{ "/run/systemd/resolve", SERVER, READ_ONLY,   "... where resolv.conf is a link" },
	{ "/etc/ssl",            SERVER, READ_ONLY,    "authorities the system trusts, and their library's settings" },
	{ "/usr/lib/ssl",        SERVER, READ_ONLY,    "..." },
	{ "/usr/share/ca-certificates", SERVER, READ_ONLY, "..." },
	{ "/etc/gnutls",         SERVER, READ_ONLY,    "... of MariaDB's client library" },
#if CAGE_INSTRUMENTED
	{ "/",                   BOTH,   READ_ONLY,    "sanitizers look at /proc and symbols" },
#endif
};
/* clang-format on */

static struct ruleset_attr
handled(long abi)
{
	struct ruleset_attr a = { .fs = FS_ABI_1 };

	if (abi >= 2)
		a.fs |= FS_REFER;
	if (abi >= 3)
		a.fs |= FS_TRUNCATE;
	if (abi >= 4)
		a.net = NET_BIND_TCP | NET_CONNECT_TCP;
	if (abi >= 5)
		a.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		a.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
	return a;
}

/* A path that is not there needs no rule. */
static bool
allow(int ruleset, const char *path, uint64_t rights)
{
	struct path_attr rule = { .allowed = rights, .fd = open(path, O_PATH | O_CLOEXEC) };
	struct stat st;
	bool ok;

	if (rule.fd < 0)
		return errno == ENOENT || errno == EACCES;
	if (fstat(rule.fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed &= FILE_RIGHTS;
	ok = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0u) == 0;
	close(rule.fd);
	return ok;
}

static bool
allow_port(int ruleset, unsigned port)
{
	const struct port_attr rule = { .allowed = NET_CONNECT_TCP, .port = port };

	return syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0u) == 0;
}

static bool
allow_table(int ruleset, unsigned who, uint64_t known)
{
	for (size_t i = 0; i < ARRAY_LEN(paths_allowed); i++)
		if (paths_allowed[i].who & who &&
		    !allow(ruleset, paths_allowed[i].path, paths_allowed[i].rights & known))
			return false;
	return true;
}

static bool
allow_database(int ruleset, const struct db_reach *db, const struct ruleset_attr *known)
{
	if (db->folder && !allow(ruleset, db->folder, DATABASE & known->fs))
		return false;
	for (size_t i = 0; i < db->n_files; i++)
		if (!allow(ruleset, db->files[i], FS_READ_FILE))
			return false;
	if (!(known->net & NET_CONNECT_TCP))
		return true;
	for (size_t i = 0; i < db->n_ports; i++)
		if (!allow_port(ruleset, db->ports[i]))
			return false;
	return db->n_ports == 0 || allow_port(ruleset, DNS);
}

enum rc
cage_files(enum proc_role role, const struct db_reach *db, struct errs *errs)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
	struct ruleset_attr attr;
	size_t size;
	int ruleset;
	bool ok;

	if (abi < 1) {
		log_warn("cage.no_landlock", L_TEXT("why", strerror(errno)), L_END);
		return RC_OK;
	}
	attr = handled(abi);
	size = abi >= 6 ? sizeof(attr)
	    : abi >= 4  ? offsetof(struct ruleset_attr, scoped)
			: offsetof(struct ruleset_attr, net);
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0u);
	ok = ruleset >= 0 && allow_table(ruleset, cage_who(role, db), attr.fs) &&
	    allow_database(ruleset, db, &attr) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, ruleset, 0u) == 0;
	if (!ok)
		err_detail(errs, RC_INTERNAL, "cannot enter the cage", "landlock ABI %ld: %s", abi,
		    strerror(errno));
	if (ruleset >= 0)
		close(ruleset);
	log_debug("cage.landlock", L_INT("abi", abi), L_END);
	return ok ? RC_OK : RC_INTERNAL;
}
