/* SPDX-License-Identifier: ISC */
/* Free memory, of the machine and of this cgroup. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sxlib/store.h"

/* Read the number in a one-line file. Returns UINT64_MAX if there is none. */
static uint64_t
memory_number(const char *folder, const char *name)
{
	uint64_t n = UINT64_MAX;
	char path[512], text[32];
	FILE *f;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >=
	    (int)sizeof(path))
		return n;
	f = fopen(path, "re");
	if (f == NULL)
		return n;
	if (fgets(text, sizeof(text), f) != NULL && text[0] >= '0' &&
	    text[0] <= '9')
		n = strtoull(text, NULL, 10);
	fclose(f);
	return n;
}

/* Return the bytes of cached files, which the kernel drops before it kills a
 * process. */
static uint64_t
memory_of_files(const char *folder)
{
	uint64_t n, all = 0;
	char path[512], line[128];
	FILE *f;

	if (snprintf(path, sizeof(path), "%s/memory.stat", folder) >=
	    (int)sizeof(path))
		return 0;
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "inactive_file %" SCNu64, &n) == 1 ||
		    sscanf(line, "active_file %" SCNu64, &n) == 1)
			all += n;
	fclose(f);
	return all;
}

/* Return the bytes that the cgroup (v2) of this process still allows. */
static uint64_t
memory_of_group(void)
{
	char line[400], folder[450];
	uint64_t most = UINT64_MAX, used, files;
	FILE *f = fopen("/proc/self/cgroup", "re");

	if (f == NULL)
		return most;
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) != 0)
			continue;
		snprintf(folder, sizeof(folder), "/sys/fs/cgroup%s", line + 3);
		most = memory_number(folder, "memory.max");
		used = memory_number(folder, "memory.current");
		if (most == UINT64_MAX || used == UINT64_MAX)
			continue;
		/* Data written to the disk counts as used for a long time. */
		files = memory_of_files(folder);
		used -= files < used ? files : used;
		most = most > used ? most - used : 0;
	}
	fclose(f);
	return most;
}

static uint64_t
memory_of_machine(void)
{
	uint64_t kb, most = UINT64_MAX;
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "MemAvailable: %" SCNu64 " kB", &kb) == 1)
			most = kb * 1024;
	if (f != NULL)
		fclose(f);
	return most;
}

void
sx_memory_measure(struct sx_memory *m)
{
	uint64_t machine = memory_of_machine(), group = memory_of_group();
	uint64_t most = machine < group ? machine : group;

	/* If nothing is known, assume what a small board can spare. */
	most = most == UINT64_MAX ? (uint64_t)32 << 20 : most / 4;
	if (most > SIZE_MAX / 2)
		most = SIZE_MAX / 2;
	m->most = (size_t)most + atomic_load(&m->used);
}
