/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_SCRATCH_H
#define SXLIB_TESTS_SCRATCH_H

/*
 * A separate folder for each test, which runs in it. For cmocka's setup and
 * teardown. Include after cmocka.h and its headers.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static inline int
scratch_enter(void **state)
{
	const char *top = getenv("TMPDIR");
	char *path;

	if (asprintf(&path, "%s/sxlib-test-XXXXXX", top ? top : "/tmp") == -1 ||
	    mkdtemp(path) == NULL || chdir(path) == -1)
		return -1;
	*state = path;
	return 0;
}

static inline int
scratch_remove(
    const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int
scratch_leave(void **state)
{
	int rc = chdir("/");

	if (nftw(*state, scratch_remove, 16, FTW_DEPTH | FTW_PHYS) == -1)
		rc = -1;
	free(*state);
	return rc;
}

/* Make a file with these bytes. */
static inline void
scratch_write(const char *path, const void *data, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, data, n), (ssize_t)n);
	assert_int_equal(close(fd), 0);
}

/* All bytes of a file, malloc'ed. */
static inline unsigned char *
scratch_read(const char *path, size_t *n)
{
	struct stat st;
	unsigned char *data;
	FILE *f = fopen(path, "rbe");

	if (f == NULL)
		fail_msg("cannot open %s: %s", path, strerror(errno));
	assert_int_equal(fstat(fileno(f), &st), 0);
	*n = (size_t)st.st_size;
	data = malloc(*n + 1);
	assert_non_null(data);
	assert_int_equal(fread(data, 1, *n, f), *n);
	fclose(f);
	return data;
}

static inline void
scratch_holds(const char *path, const void *data, size_t n)
{
	size_t size;
	unsigned char *have = scratch_read(path, &size);

	if (size != n || memcmp(have, data, n) != 0)
		fail_msg("%s: %zu bytes, not the %zu that it should be", path,
		    size, n);
	free(have);
}

static inline bool
scratch_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* Number of files that this process has open. */
static inline size_t
scratch_open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

static inline int
scratch_visible(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 &&
	       strcmp(entry->d_name, "..") != 0;
}

/* The names in a folder, sorted, each followed by a space; malloc'ed. */
static inline char *
scratch_list(const char *path)
{
	struct dirent **found;
	int n = scandir(path, &found, scratch_visible, alphasort);
	char *text = calloc(1, 1), *longer;

	assert_true(n >= 0);
	for (int i = 0; i < n; i++) {
		assert_non_null(text);
		assert_int_not_equal(
		    asprintf(&longer, "%s%s ", text, found[i]->d_name), -1);
		free(text);
		free(found[i]);
		text = longer;
	}
	free(found);
	return text;
}

/* Check the number of names in a folder. */
static inline void
scratch_count(const char *path, int n)
{
	struct dirent **found;
	int have = scandir(path, &found, scratch_visible, NULL);

	for (int i = 0; i < have; i++)
		free(found[i]);
	if (have >= 0)
		free(found);
	assert_int_equal(have, n);
}

static inline void
scratch_lists(const char *path, const char *names)
{
	char *have = scratch_list(path);

	assert_string_equal(have, names);
	free(have);
}

#endif
