/* SPDX-License-Identifier: ISC */
/*
 * Everything sxlib-audio reads and writes, except a sound file to read, is in
 * memory (memfd): it can seek there, no pipe can fill up, and nothing is on the
 * disk before it is complete.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sxlib/audio.h"

#define HELPER	 "sxlib-audio"
#define SAY_MOST 512 /* bytes of its error message that are shown */

/* Find the helper: next to sxlib in a build folder, else in PREFIX/libexec. */
static int
audio_find_helper(char path[PATH_MAX], struct sx_err *e)
{
	static const char *const places[] = { "/" HELPER,
		"/../libexec/sxlib/" HELPER };
	char self[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash == NULL)
		return sx_fail(e, SX_EIO, errno,
		    "cannot determine where sxlib is installed");
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (snprintf(path, PATH_MAX, "%s%s", self, places[i]) <
			PATH_MAX &&
		    access(path, X_OK) == 0)
			return 0;
	}
	sx_fail(e, SX_EIO, 0,
	    HELPER ", which reads and writes sound files, is missing");
	return sx_hint(e,
	    "it must be next to sxlib or in %s/../libexec/sxlib: 'make "
	    "install' puts it there",
	    self);
}

int
sx_audio_check(struct sx_err *e)
{
	char path[PATH_MAX];

	return audio_find_helper(path, e);
}

static int
audio_memory(struct sx_err *e)
{
	int fd = memfd_create(HELPER, MFD_CLOEXEC);

	if (fd == -1)
		sx_fail(e, SX_EIO, errno, "cannot create a file in memory");
	return fd;
}

/* Run the helper with fds as its standard streams. Returns its exit status, or
 * -1. */
static int
audio_run(char *const argv[], const int fds[3], struct sx_err *e)
{
	posix_spawn_file_actions_t files;
	char path[PATH_MAX];
	int rc, status = 0;
	pid_t pid;

	if (audio_find_helper(path, e) == -1)
		return -1;
	rc = posix_spawn_file_actions_init(&files);
	if (rc == 0) {
		for (int i = 0; rc == 0 && i < 3; i++)
			rc =
			    posix_spawn_file_actions_adddup2(&files, fds[i], i);
		if (rc == 0)
			rc = posix_spawn(
			    &pid, path, &files, NULL, argv, environ);
		posix_spawn_file_actions_destroy(&files);
	}
	if (rc != 0)
		return sx_fail(e, SX_EIO, rc, "cannot run '%s'", path);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return sx_fail(
			    e, SX_EIO, errno, "cannot wait for '%s'", path);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Return the contents of a file in memory, with a NUL appended; malloc'ed. */
static uint8_t *
audio_contents(int fd, size_t *n, struct sx_err *e)
{
	struct stat st;
	uint8_t *data;

	if (fstat(fd, &st) == -1) {
		sx_fail(e, SX_EIO, errno, "cannot read from memory");
		return NULL;
	}
	*n = (size_t)st.st_size;
	data = malloc(*n + 1);
	if (data == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	data[*n] = '\0';
	for (size_t at = 0; at < *n;) {
		ssize_t got = pread(fd, data + at, *n - at, (off_t)at);

		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0) {
			sx_fail(e, SX_EIO, errno, "cannot read from memory");
			free(data);
			return NULL;
		}
		at += (size_t)got;
	}
	return data;
}

/* Report why the helper failed, in its own words. */
static int
audio_fail(int fd, const char *what, const char *path, struct sx_err *e)
{
	char *end;
	size_t n;
	uint8_t *text = audio_contents(fd, &n, e);

	if (text == NULL)
		return -1;
	end = strchr((char *)text, '\n');
	if (end != NULL)
		*end = '\0';
	sx_fail(e, SX_EDATA, 0, "cannot %s '%s': %.*s", what, path, SAY_MOST,
	    n > 0 ? (char *)text : HELPER " exited without a message");
	free(text);
	return -1;
}

/* Run the helper from `in` to *out, a new file in memory. On 0 the caller
 * closes *out. */
static int
audio_convert(char *const argv[], int in, int *out, const char *what,
    const char *path, struct sx_err *e)
{
	int said = -1, rc = -1, status;

	*out = audio_memory(e);
	said = *out != -1 ? audio_memory(e) : -1;
	if (said != -1) {
		const int fds[3] = { in, *out, said };

		status = audio_run(argv, fds, e);
		rc = status > 0 ? audio_fail(said, what, path, e) : status;
		close(said);
	}
	if (rc == -1 && *out != -1)
		close(*out);
	return rc;
}

static int
audio_take_stream(uint8_t *data, size_t n, struct sx_audio *s, struct sx_err *e)
{
	struct sx_stream *h = &s->head;
	uint8_t *line = memchr(data, '\n', n);
	size_t bytes;

	if (line != NULL)
		*line++ = '\0';
	if (line == NULL ||
	    sscanf((char *)data, SX_STREAM_LINE_IN, SX_STREAM_PLACES(h)) !=
		SX_STREAM_FIELDS ||
	    h->channels < 1 || h->frames < 0)
		return sx_fail(
		    e, SX_EIO, 0, HELPER " and sxlib are different versions");
	bytes = (size_t)h->frames * (size_t)h->channels * sizeof(*s->samples);
	if ((size_t)(data + n - line) != bytes)
		return sx_fail(e, SX_EIO, 0,
		    HELPER " returned %zu bytes instead of %zu",
		    (size_t)(data + n - line), bytes);
	s->samples = malloc(bytes + 1);
	if (s->samples == NULL)
		return sx_fail_memory(e);
	memcpy(s->samples, line, bytes);
	return 0;
}

int
sx_audio_read(const char *path, long most, struct sx_audio *s, struct sx_err *e)
{
	char name[] = HELPER, word[] = "read", limit[24];
	char *const argv[] = { name, word, limit, NULL };
	uint8_t *data;
	int in, out, rc;
	size_t n;

	*s = (struct sx_audio){ 0 };
	in = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (in == -1)
		return sx_fail(e, SX_EIO, errno, "cannot open '%s'", path);
	snprintf(limit, sizeof(limit), "%ld", most);
	rc = audio_convert(argv, in, &out, "read", path, e);
	close(in);
	if (rc == -1)
		return -1;
	data = audio_contents(out, &n, e);
	close(out);
	rc = data != NULL ? audio_take_stream(data, n, s, e) : -1;
	free(data);
	return rc;
}

/* Write a sound as a stream into memory. Returns the descriptor, or -1. */
static int
audio_put_stream(const struct sx_audio *s, struct sx_err *e)
{
	const struct sx_stream *h = &s->head;
	size_t n = (size_t)h->frames;
	int fd = audio_memory(e), copy;
	bool good;
	FILE *f;

	if (fd == -1)
		return -1;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	f = copy != -1 ? fdopen(copy, "w") : NULL;
	if (f == NULL && copy != -1)
		close(copy);
	good = f != NULL &&
	       fprintf(f, SX_STREAM_LINE, SX_STREAM_VALUES(h)) > 0 &&
	       fwrite(s->samples, sizeof(*s->samples), n, f) == n;
	if (f != NULL)
		good = fclose(f) == 0 && good;
	if (good && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	sx_fail(e, SX_EIO, errno, "cannot write to memory");
	close(fd);
	return -1;
}

uint8_t *
sx_audio_write(
    const char *format, const struct sx_audio *s, size_t *n, struct sx_err *e)
{
	char name[] = HELPER, word[] = "write", how[8];
	char *const argv[] = { name, word, how, NULL };
	uint8_t *data = NULL;
	int in, out;

	snprintf(how, sizeof(how), "%s", format);
	in = audio_put_stream(s, e);
	if (in == -1)
		return NULL;
	if (audio_convert(argv, in, &out, "write a sound file", how, e) == 0) {
		data = audio_contents(out, n, e);
		close(out);
	}
	close(in);
	return data;
}

void
sx_audio_free(struct sx_audio *s)
{
	free(s->samples);
	*s = (struct sx_audio){ 0 };
}
