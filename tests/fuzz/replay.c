/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay DIR...: gives every file of these folders to a fuzzer's function, one TAP line each. Linked with one fuzz_*.c instead
 * of libFuzzer, so that corpora and past crashes are ordinary tests under any compiler. A crash ends it: then lines are missing
 * from its plan. The empty input always comes first. Folders that are not there hold nothing.
 */
#include "base/base.h"

#include "fuzz/fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

static void
replay_file(const char *path, unsigned number)
{
	struct stat st;
	FILE *in = fopen(path, "r");
	uint8_t *data;
	size_t len;

	if (in == NULL || fstat(fileno(in), &st) != 0 ||
	    (data = malloc((size_t)st.st_size + 1)) == NULL) {
		printf("not ok %u - %s cannot be read\n", number, path);
		exit(1);
	}
	len = fread(data, 1, (size_t)st.st_size, in);
	fclose(in);
	printf("# %s\n", path);
	fflush(stdout);
	/* a block of exactly that size, so that ASan sees a read past its end */
	if (len > 0 && (data = realloc(data, len)) == NULL)
		exit(1);
	LLVMFuzzerTestOneInput(data, len);
	free(data);
	printf("ok %u - %s\n", number, path);
}

static int
is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static unsigned
replay_folder(const char *folder, unsigned number)
{
	struct dirent **entries;
	char path[4096];
	int n = scandir(folder, &entries, is_input, alphasort);

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		replay_file(path, ++number);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return number;
}

static unsigned
count_inputs(const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_input, NULL);

	for (int i = 0; i < n; i++)
		free(entries[i]);
	if (n >= 0)
		free(entries);
	return n > 0 ? (unsigned)n : 0;
}

int
main(int argc, char **argv)
{
	unsigned planned = 1, number = 1;

	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		planned += count_inputs(argv[i]);
	printf("1..%u\n", planned);
	fflush(stdout);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	puts("ok 1 - the empty input");
	for (int i = 1; i < argc; i++)
		number = replay_folder(argv[i], number);
	return 0;
}
