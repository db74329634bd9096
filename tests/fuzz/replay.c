/* SPDX-License-Identifier: ISC */
/*
 * replay FILE|FOLDER...: call the target with each file, and with each
 * beginning of small files. Replaces libFuzzer where that is not available.
 * Prints the number of calls.
 */
#include <dirent.h>

#include "fuzz.h"

#define SMALL 512

static unsigned long calls;

static void
call(const uint8_t *data, size_t n)
{
	uint8_t *copy = fuzz_copy(data, n);

	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
	calls++;
}

static int
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t n = 0, got;

	if (f == NULL)
		return -1;
	do {
		data = realloc(data, n + 65536);
		MUST(data != NULL);
		got = fread(data + n, 1, 65536, f);
		n += got;
	} while (got > 0);
	fclose(f);
	/* Name the file in case the call does not return. */
	fprintf(stderr, "%s\n", path);
	call(data, n);
	for (size_t k = 0; k < n && n <= SMALL; k++)
		call(data, k);
	free(data);
	return 0;
}

static int
replay_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char *name;
	int rc = 0;

	if (dir == NULL)
		return replay(path);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		MUST(asprintf(&name, "%s/%s", path, entry->d_name) != -1);
		rc |= replay(name);
		free(name);
	}
	closedir(dir);
	return rc;
}

int
main(int argc, char **argv)
{
	int rc = 0;

	for (int i = 1; i < argc; i++)
		if (replay_folder(argv[i]) == -1) {
			perror(argv[i]);
			rc = 1;
		}
	printf("%lu calls\n", calls);
	return rc;
}
