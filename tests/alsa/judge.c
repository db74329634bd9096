/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

/*
 * judge SEED MIN MAX COUNT RING [SAID] <paths: was a stream with losses
 * received honestly?
 *
 * The paths are those of the files that were stored, one for each message or
 * rest of one, in the order of their arrival. Of the first COUNT messages of
 * the stream,
 *
 *  - a file that passes for whole is one message, unchanged;
 *  - a damaged file is a piece of one message, next to a hole: bytes that were
 *    sent and are in no file. What may be damaged without a hole beside it are
 *    the bytes at the start of a full ring (RING bytes before a hole): the
 *    kernel may overwrite them while they are read;
 *  - every hole has a damaged file next to it, but for SAID holes (0) between
 *    whole messages: so many were reported in another way.
 *
 * Says how many of each there were; exit status 1 if one of these is untrue.
 */

#define READ_AT_ONCE 65536 /* how far into the ring the overwriting may go */
#define HOLE_MOST    20000 /* messages */

struct place {
	uint32_t message;
	size_t off;
};

struct span {
	size_t from, to; /* bytes received */
	bool explained;
};

struct judge {
	struct stream stream;
	size_t ring;
	struct place at; /* the next byte of the stream */
	size_t received;
	bool damaged;	     /* the last file */
	bool hole_before;    /* it */
	uint32_t next_whole; /* the first whole message behind this file */
	uint8_t *sent;	     /* one message */
	size_t whole, pieces, holes, bad;
	size_t said;	  /* holes between whole messages that are left */
	struct span *odd; /* damaged files without a hole */
	size_t nodd;
	size_t *hole_at;
	size_t nhole_at;
};

static void *
grow(void *p, size_t n, size_t size)
{
	p = realloc(p, n * size);
	if (p == NULL)
		exit(2);
	return p;
}

static void
complain(struct judge *j, const char *path, const char *what)
{
	printf("%s: %s\n", path, what);
	j->bad++;
}

/* Normalised: the end of a message is the start of the next. */
static struct place
after(struct judge *j, uint32_t message, size_t off)
{
	struct place p = { message, off };

	if (off == stream_size(&j->stream, message)) {
		p.message++;
		p.off = 0;
	}
	return p;
}

/* Where a piece without a number is in the stream, from j->at on. */
static bool
find(struct judge *j, const uint8_t *piece, size_t n, struct place *place)
{
	for (uint32_t i = 0; i < HOLE_MOST; i++) {
		uint32_t message = j->at.message + i;
		size_t from = i == 0 ? j->at.off : 0;
		size_t size = stream_size(&j->stream, message);
		const uint8_t *hit;

		if (size - from < n)
			continue;
		stream_fill(&j->stream, message, j->sent);
		hit = memmem(j->sent + from, size - from, piece, n);
		if (hit != NULL) {
			place->message = message;
			place->off = (size_t)(hit - j->sent);
			return true;
		}
	}
	return false;
}

/* A file that is damaged though nothing is missing beside it. */
static void
note_odd(struct judge *j, size_t n)
{
	j->odd = grow(j->odd, j->nodd + 1, sizeof(*j->odd));
	j->odd[j->nodd++] =
	    (struct span){ j->received - n, j->received, false };
}

/* The file before has no hole behind it: was it damaged for nothing? */
static void
close_last(struct judge *j, size_t n, bool hole)
{
	if (j->damaged && !j->hole_before && !hole)
		note_odd(j, n);
}

static void
note_hole(struct judge *j)
{
	j->hole_at = grow(j->hole_at, j->nhole_at + 1, sizeof(*j->hole_at));
	j->hole_at[j->nhole_at++] = j->received;
}

/* Overwritten, so that neither its number nor its bytes tell where it is: they
 * may even be those of a later message that comes again in its own place. Only
 * a hole a ring behind it explains that. There may be one before it as well. */
static void
take_changed(struct judge *j, const char *path, size_t n)
{
	printf("%s: changed, and said to be damaged\n", path);
	note_hole(j);
	j->received += n;
	note_odd(j, n);
	j->hole_before = true;
	j->damaged = true;
	j->pieces++;
}

/* A hole between two whole messages: was it reported? */
static void
take_clean_hole(struct judge *j, const char *path)
{
	if (j->said > 0)
		j->said--;
	else
		complain(j, path, "comes after a hole that was not noticed");
}

static void
take(struct judge *j, const char *path, const uint8_t *p, size_t n,
    bool damaged, size_t last_size)
{
	uint32_t number = stream_number(p, n);
	struct place place = { number, 0 };
	size_t size = SIZE_MAX;
	bool hole, changed = false;

	if (number == UINT32_MAX && !find(j, p, n, &place)) {
		if (damaged)
			take_changed(j, path, n);
		else
			complain(j, path, "is no piece of what was sent");
		return;
	}
	if (number != UINT32_MAX) {
		size = stream_size(&j->stream, number);
		stream_fill(&j->stream, number, j->sent);
		changed = n > size || memcmp(p, j->sent, n) != 0;
	}
	if (!damaged && (changed || n != size))
		complain(j, path, "differs, and passes for whole");
	if (damaged && ((changed && number != j->at.message) ||
			   place.message >= j->next_whole)) {
		take_changed(j, path, n);
		return;
	}
	if (place.message < j->at.message ||
	    (place.message == j->at.message && place.off < j->at.off)) {
		complain(j, path, "is there twice, or out of order");
		return;
	}
	hole = place.message != j->at.message || place.off != j->at.off;
	close_last(j, last_size, hole);
	if (hole) {
		j->holes++;
		note_hole(j);
		if (!damaged && !j->damaged)
			take_clean_hole(j, path);
	}
	j->hole_before = hole;
	j->damaged = damaged;
	j->received += n;
	j->at = after(j, place.message, place.off + (n > size ? size : n));
	if (damaged)
		j->pieces++;
	else
		j->whole++;
	if (changed && damaged)
		printf("%s: changed, and said to be damaged\n", path);
}

/* The paths, and how many there are. */
static char **
read_paths(size_t *n)
{
	char path[4096], **paths = NULL;

	for (*n = 0; fgets(path, sizeof(path), stdin) != NULL; (*n)++) {
		path[strcspn(path, "\n")] = '\0';
		paths = grow(paths, *n + 1, sizeof(*paths));
		paths[*n] = strdup(path);
		if (paths[*n] == NULL)
			exit(2);
	}
	return paths;
}

static bool
is_damaged(const char *path)
{
	return strstr(path, ".damaged") != NULL;
}

static uint32_t
number_in(const char *path)
{
	uint8_t head[STREAM_HEAD];
	FILE *f = fopen(path, "rb");
	size_t n = f == NULL ? 0 : fread(head, 1, sizeof(head), f);

	if (f != NULL)
		fclose(f);
	return stream_number(head, n);
}

/* For each path the number of the first whole message behind it; UINT32_MAX if
 * there is none. */
static uint32_t *
find_next_whole(char *const *paths, size_t n)
{
	uint32_t *next = grow(NULL, n + 1, sizeof(*next)), number = UINT32_MAX;

	for (size_t i = n; i-- > 0;) {
		next[i] = number;
		if (!is_damaged(paths[i]))
			number = number_in(paths[i]);
	}
	return next;
}

static uint8_t *
load(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *buf = NULL;
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) == -1 || (size = ftell(f)) < 0)
		return NULL;
	rewind(f);
	buf = grow(NULL, (size_t)size + 1, 1);
	*n = fread(buf, 1, (size_t)size, f);
	fclose(f);
	return buf;
}

/* The bytes at the start of a full ring, RING before a hole. */
static void
explain(struct judge *j)
{
	size_t left = 0;

	for (size_t i = 0; i < j->nodd; i++) {
		struct span *s = &j->odd[i];

		for (size_t k = 0; k < j->nhole_at && !s->explained; k++)
			s->explained =
			    s->from + j->ring < j->hole_at[k] + READ_AT_ONCE &&
			    s->to + j->ring >= j->hole_at[k];
		left += !s->explained;
	}
	if (left > 0) {
		printf("%zu files are damaged without a reason\n", left);
		j->bad += left;
	}
}

int
main(int argc, char *argv[])
{
	struct judge j = { 0 };
	size_t n = 0, last = 0, npaths;
	char **paths;
	uint32_t count, *next_whole;

	if (argc != 6 && argc != 7)
		return 2;
	j.stream.seed = (uint32_t)strtoul(argv[1], NULL, 10);
	j.stream.min = strtoul(argv[2], NULL, 10);
	j.stream.max = strtoul(argv[3], NULL, 10);
	count = (uint32_t)strtoul(argv[4], NULL, 10);
	j.ring = strtoul(argv[5], NULL, 10);
	j.said = argc == 7 ? strtoul(argv[6], NULL, 10) : 0;
	j.sent = grow(NULL, j.stream.max, 1);
	paths = read_paths(&npaths);
	next_whole = find_next_whole(paths, npaths);
	for (size_t i = 0; i < npaths; i++) {
		uint8_t *data = load(paths[i], &n);

		j.next_whole = next_whole[i];
		if (data == NULL || n == 0)
			complain(&j, paths[i], "cannot be read, or is empty");
		else
			take(&j, paths[i], data, n, is_damaged(paths[i]), last);
		last = n;
		free(data);
		free(paths[i]);
	}
	free(paths);
	free(next_whole);
	if (j.at.message != count || j.at.off != 0) {
		j.holes++;
		note_hole(&j);
		close_last(&j, last, true);
		if (!j.damaged)
			take_clean_hole(&j, "the end");
	} else {
		close_last(&j, last, false);
	}
	explain(&j);
	printf("%zu whole, %zu damaged, %zu of them at the start of a full "
	       "ring; %zu holes, %zu faults\n",
	    j.whole, j.pieces, j.nodd, j.holes, j.bad);
	free(j.sent);
	free(j.odd);
	free(j.hole_at);
	return j.bad > 0 || j.whole == 0;
}
