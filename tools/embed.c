/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * embed assets OUT.c FILE...   files of the panel as `const struct asset assets[]` (base/asset.h)
 * embed schema OUT.c FILE...   schema/NNN_what.sql as `const struct schema_file schema_files[]` (db/schema_files.h)
 * embed texts OUT.c FILE...    texts/NAME.txt and .html as `const struct text_file text_files[]` (svc/text_files.h)
 *
 * Host program of the build: reads files, writes one C file, sorted by name, and knows nothing of what is inside them. An
 * asset gets a path that holds ten digits of its SHA-256 and, where that makes it smaller, its gzip and brotli forms,
 * which come from the programs of those names. A file type it has no Content-Type for, two files of one name, an empty
 * file and a NUL inside SQL are errors.
 *
 * Surprising: any error ends the program with status 1 and leaves OUT.c half written; make deletes it.
 */
#include "base/base.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

struct bytes {
	unsigned char *at;
	size_t len;
};

struct file {
	const char *path;
	char name[80];
	struct bytes data, gzip, br;
};

static const struct {
	const char *suffix, *type;
} types[] = {
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".svg", "image/svg+xml; charset=utf-8" },
	{ ".png", "image/png" },
	{ ".txt", "text/plain; charset=utf-8" },
	{ ".webmanifest", "application/manifest+json" },
};

static void die(const char *fmt, ...) PRINTFLIKE(1, 2) NORETURN;

static void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("embed: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

static struct bytes
read_all(FILE *in, const char *what)
{
	struct bytes b = { 0 };
	size_t cap = 0, got;

	do {
		if (b.len == cap) {
			cap = cap ? cap * 2 : 65536;
			if ((b.at = realloc(b.at, cap)) == NULL)
				die("out of memory");
		}
		got = fread(b.at + b.len, 1, cap - b.len, in);
		b.len += got;
	} while (got > 0);
	if (ferror(in))
		die("%s: %s", what, strerror(errno));
	return b;
}

/* What `argv` prints; it must end well. */
static struct bytes
output_of(char *const argv[])
{
	int fd[2], status;
	struct bytes b;
	FILE *in;
	pid_t pid;

	if (pipe(fd) != 0 || (pid = fork()) < 0)
		die("%s: %s", argv[0], strerror(errno));
	if (pid == 0) {
		dup2(fd[1], STDOUT_FILENO);
		close(fd[0]);
		close(fd[1]);
		execvp(argv[0], argv);
		fprintf(stderr, "embed: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	close(fd[1]);
	if ((in = fdopen(fd[0], "r")) == NULL)
		die("%s: %s", argv[0], strerror(errno));
	b = read_all(in, argv[0]);
	fclose(in);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		die("%s %s failed", argv[0], argv[1]);
	return b;
}

static void
file_load(struct file *f, const char *path)
{
	const char *base = strrchr(path, '/');
	FILE *in = fopen(path, "r");
	int n;

	if (in == NULL)
		die("%s: %s", path, strerror(errno));
	f->path = path;
	n = snprintf(f->name, sizeof(f->name), "%s", base ? base + 1 : path);
	if (n < 0 || (size_t)n >= sizeof(f->name) || strpbrk(f->name, "\"\\\n") != NULL)
		die("%s: not a name for a file in here", path);
	f->data = read_all(in, path);
	fclose(in);
	if (f->data.len == 0)
		die("%s: empty", path);
}

static int
file_cmp(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static struct file *
files_load(char **paths, size_t n)
{
	struct file *files = calloc(n + 1, sizeof(*files));

	if (files == NULL)
		die("out of memory");
	for (size_t i = 0; i < n; i++)
		file_load(&files[i], paths[i]);
	qsort(files, n, sizeof(*files), file_cmp);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(files[i - 1].name, files[i].name) == 0)
			die("%s and %s: two files of one name", files[i - 1].path, files[i].path);
	}
	return files;
}

static const char *
type_of(const char *name)
{
	const char *suffix = strrchr(name, '.');

	for (size_t i = 0; suffix != NULL && i < ARRAY_LEN(types); i++) {
		if (strcmp(types[i].suffix, suffix) == 0)
			return types[i].type;
	}
	die("%s: no Content-Type known for this kind of file", name);
}

static void
write_bytes(FILE *out, const char *kind, size_t id, struct bytes b)
{
	if (b.at == NULL)
		return;
	fprintf(out, "static const unsigned char %s_%zu[] = {", kind, id);
	for (size_t i = 0; i < b.len; i++)
		fprintf(out, "%s%u,", i % 24 == 0 ? "\n\t" : "", b.at[i]);
	fputs("\n};\n", out);
}

/* The same as text, NUL-terminated. A literal would do if compilers had no limit on its length. */
static void
write_text(FILE *out, size_t id, struct bytes b)
{
	fprintf(out, "static const char text_%zu[] = {", id);
	for (size_t i = 0; i < b.len; i++)
		fprintf(out, "%s'\\x%02x',", i % 12 == 0 ? "\n\t" : "", b.at[i]);
	fputs("0\n};\n", out);
}

static void
keep_if_smaller(struct bytes *b, size_t than)
{
	if (b->len < than)
		return;
	free(b->at);
	*b = (struct bytes){ 0 };
}

static void
asset_pack(struct file *f)
{
	char *path = strdup(f->path);
	char gzip[] = "gzip", best[] = "-9nc", brotli[] = "brotli", quality[] = "-q",
	     eleven[] = "11", to[] = "-c";
	char end[] = "--";

	if (path == NULL)
		die("out of memory");
	f->gzip = output_of((char *[]){ gzip, best, end, path, NULL });
	f->br = output_of((char *[]){ brotli, quality, eleven, to, end, path, NULL });
	keep_if_smaller(&f->gzip, f->data.len);
	keep_if_smaller(&f->br, f->data.len);
	free(path);
}

static void
asset_row(FILE *out, const struct file *f, size_t id)
{
	unsigned char sum[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(sum) + 1];
	const char *suffix = strrchr(f->name, '.'); /* type_of() has seen that there is one */

	crypto_hash_sha256(sum, f->data.at, f->data.len);
	sodium_bin2hex(hex, sizeof(hex), sum, sizeof(sum));
	fprintf(out, "\t{ \"%s\", \"/s/%.*s.%.10s%s\", ", f->name, (int)(suffix - f->name), f->name,
	    hex, suffix);
	fprintf(out, "\"%s\", \"\\\"%.16s\\\"\",\n\t    data_%zu, ", type_of(f->name), hex, id);
	if (f->gzip.at != NULL)
		fprintf(out, "gzip_%zu, ", id);
	else
		fputs("NULL, ", out);
	if (f->br.at != NULL)
		fprintf(out, "br_%zu, ", id);
	else
		fputs("NULL, ", out);
	fprintf(out, "%zu, %zu, %zu },\n", f->data.len, f->gzip.len, f->br.len);
}

static void
embed_assets(FILE *out, struct file *files, size_t n)
{
	fputs("#include \"base/base.h\"\n\n#include \"base/asset.h\"\n\n", out);
	for (size_t i = 0; i < n; i++) {
		type_of(files[i].name);
		asset_pack(&files[i]);
		write_bytes(out, "data", i, files[i].data);
		write_bytes(out, "gzip", i, files[i].gzip);
		write_bytes(out, "br", i, files[i].br);
	}
	fputs("const struct asset assets[] = {\n", out);
	for (size_t i = 0; i < n; i++)
		asset_row(out, &files[i], i);
	fprintf(out, "\t{ 0 },\n};\nconst size_t assets_n = %zu;\n", n);
}

static void
write_texts(FILE *out, struct file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (memchr(files[i].data.at, 0, files[i].data.len) != NULL)
			die("%s: holds a NUL", files[i].path);
		write_text(out, i, files[i].data);
	}
}

static void
embed_texts(FILE *out, struct file *files, size_t n)
{
	fputs("#include \"base/base.h\"\n\n#include \"svc/text_files.h\"\n\n", out);
	write_texts(out, files, n);
	fputs("const struct text_file text_files[] = {\n", out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "\t{ \"%s\", text_%zu },\n", files[i].name, i);
	fprintf(out, "\t{ NULL, NULL },\n};\nconst size_t text_files_n = %zu;\n", n);
}

static void
embed_schema(FILE *out, struct file *files, size_t n)
{
	fputs("#include \"base/base.h\"\n\n#include \"db/schema_files.h\"\n\n", out);
	write_texts(out, files, n);
	fputs("const struct schema_file schema_files[] = {\n", out);
	for (size_t i = 0; i < n; i++) {
		const char *suffix = strrchr(files[i].name, '.');

		if (suffix == NULL || strcmp(suffix, ".sql") != 0)
			die("%s: not a .sql file", files[i].path);
		fprintf(out, "\t{ \"%.*s\", text_%zu },\n", (int)(suffix - files[i].name),
		    files[i].name, i);
	}
	fprintf(out, "\t{ NULL, NULL },\n};\nconst size_t schema_files_n = %zu;\n", n);
}

int
main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "";
	void (*embed)(FILE *, struct file *, size_t) = strcmp(kind, "schema") == 0 ? embed_schema
	    : strcmp(kind, "texts") == 0                                           ? embed_texts
	    : strcmp(kind, "assets") == 0                                          ? embed_assets
										   : NULL;
	struct file *files;
	FILE *out;
	size_t n;

	if (argc < 3 || !embed)
		die("usage: embed assets|schema|texts OUT.c FILE...");
	n = (size_t)argc - 3;
	files = files_load(argv + 3, n);
	if ((out = fopen(argv[2], "w")) == NULL)
		die("%s: %s", argv[2], strerror(errno));
	fputs("/* Written by tools/embed. */\n", out);
	embed(out, files, n);
	if (fclose(out) != 0)
		die("%s: %s", argv[2], strerror(errno));
	for (size_t i = 0; i < n; i++) {
		free(files[i].data.at);
		free(files[i].gzip.at);
		free(files[i].br.at);
	}
	free(files);
	return 0;
}
