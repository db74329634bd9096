/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What the comparison needs to know and to make of SysEx files.
 *
 *	syx lost SENT GOT	how many bytes of SENT are not in GOT, and how
 *				many of GOT are not of SENT; GOT may be a MIDI
 *				file, or missing
 *	syx mid <SYX		a MIDI file of these messages
 *	syx clock <SYX		with a real-time byte after each 100
 */

#define SAME 8 /* so many equal bytes are the same place of the stream */

struct bytes {
	uint8_t *p;
	size_t n;
};

static struct bytes
load(FILE *f)
{
	struct bytes b = { NULL, 0 };
	size_t room = 0, got;

	do {
		room += 1 << 20;
		b.p = realloc(b.p, room);
		if (b.p == NULL)
			exit(2);
		got = fread(b.p + b.n, 1, room - b.n, f);
		b.n += got;
	} while (got > 0);
	return b;
}

static struct bytes
load_path(const char *path)
{
	struct bytes b = { NULL, 0 };
	FILE *f = fopen(path, "rb");

	if (f != NULL) {
		b = load(f);
		fclose(f);
	}
	return b;
}

static uint32_t
varlen(const struct bytes *b, size_t *at)
{
	uint32_t value = 0;

	for (uint8_t byte = 0x80; *at < b->n && byte & 0x80; (*at)++) {
		byte = b->p[*at];
		value = value << 7 | (byte & 0x7f);
	}
	return value;
}

/* Bytes of data after a channel's status byte. */
static size_t
data_bytes(uint8_t status)
{
	return status >= 0xc0 && status < 0xe0 ? 1 : 2;
}

/* The SysEx of a track, moved to the front of the file. */
static void
take_track(struct bytes *b, size_t at, size_t end, size_t *kept)
{
	uint8_t status = 0;

	while (at < end) {
		size_t n;

		varlen(b, &at);
		if (at >= end)
			break;
		if (b->p[at] & 0x80)
			status = b->p[at++];
		if (status == 0xff)
			at++; /* the kind of the meta event */
		if (status < 0xf0) {
			at += data_bytes(status);
			continue;
		}
		n = varlen(b, &at);
		if (at > end || n > end - at)
			break;
		if (status == 0xf0)
			b->p[(*kept)++] = 0xf0;
		if (status != 0xff) {
			memmove(b->p + *kept, b->p + at, n);
			*kept += n;
		}
		at += n;
	}
}

static void
unpack_mid(struct bytes *b)
{
	size_t kept = 0, at = 0;

	if (b->n < 4 || memcmp(b->p, "MThd", 4) != 0)
		return;
	while (b->n - at >= 8) {
		const uint8_t *size = b->p + at + 4;
		size_t n = (size_t)size[0] << 24 | (size_t)size[1] << 16 |
			   (size_t)size[2] << 8 | size[3];
		bool track = memcmp(b->p + at, "MTrk", 4) == 0;

		at += 8;
		n = n < b->n - at ? n : b->n - at;
		if (track)
			take_track(b, at, at + n, &kept);
		at += n;
	}
	b->n = kept;
}

/* Bytes are lost in runs; what follows a run is found again by its first. */
static void
lost(const struct bytes *sent, const struct bytes *got)
{
	size_t at = 0, missing = 0, alien = 0;

	for (size_t i = 0; i < got->n;) {
		size_t n = got->n - i < SAME ? got->n - i : SAME;
		const uint8_t *hit;

		if (at < sent->n && sent->p[at] == got->p[i]) {
			at++;
			i++;
			continue;
		}
		hit = at == sent->n
			  ? NULL
			  : memmem(sent->p + at, sent->n - at, got->p + i, n);
		if (hit == NULL) {
			alien++;
			i++;
			continue;
		}
		missing += (size_t)(hit - sent->p) - at;
		at = (size_t)(hit - sent->p);
	}
	missing += sent->n - at;
	printf("%zu %zu\n", missing, alien);
}

static size_t
put_varlen(uint8_t *out, size_t value)
{
	size_t n = 0;

	for (int shift = 28; shift >= 0; shift -= 7)
		if (value >> shift > 0 || shift == 0)
			out[n++] = (uint8_t)((value >> shift & 0x7f) |
					     (shift > 0 ? 0x80 : 0));
	return n;
}

static void
make_mid(const struct bytes *syx)
{
	static const uint8_t head[] = { 'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 0, 0,
		1, 0, 96, 'M', 'T', 'r', 'k' };
	static const uint8_t tail[] = { 0, 0xff, 0x2f, 0 };
	uint8_t *out = malloc(syx->n * 4 + 16), size[4];
	size_t n = 0;

	if (out == NULL)
		exit(2);
	for (size_t at = 0, len; at < syx->n; at += len) {
		const uint8_t *end = memchr(syx->p + at, 0xf7, syx->n - at);

		if (end == NULL)
			break;
		len = (size_t)(end - (syx->p + at)) + 1;
		out[n++] = 0; /* at once */
		out[n++] = 0xf0;
		n += put_varlen(out + n, len - 1);
		memcpy(out + n, syx->p + at + 1, len - 1);
		n += len - 1;
	}
	memcpy(out + n, tail, sizeof(tail));
	n += sizeof(tail);
	for (int i = 0; i < 4; i++)
		size[i] = (uint8_t)(n >> (24 - 8 * i));
	fwrite(head, 1, sizeof(head), stdout);
	fwrite(size, 1, sizeof(size), stdout);
	fwrite(out, 1, n, stdout);
	free(out);
}

static void
put_clock(const struct bytes *syx)
{
	static const uint8_t realtime[] = { 0xf8, 0xfa, 0xfb, 0xfc, 0xfe };

	for (size_t i = 0; i < syx->n; i++) {
		putchar(syx->p[i]);
		if (i % 100 == 99)
			putchar(realtime[i / 100 % sizeof(realtime)]);
	}
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	struct bytes b, got = { NULL, 0 };

	if (strcmp(what, "lost") == 0 && argc == 4) {
		b = load_path(argv[2]);
		got = load_path(argv[3]);
		unpack_mid(&got);
		lost(&b, &got);
	} else if (strcmp(what, "mid") == 0 && argc == 2) {
		b = load(stdin);
		make_mid(&b);
	} else if (strcmp(what, "clock") == 0 && argc == 2) {
		b = load(stdin);
		put_clock(&b);
	} else {
		fprintf(stderr, "see the top of syx.c\n");
		return 2;
	}
	free(b.p);
	free(got.p);
	return fflush(stdout) == 0 ? 0 : 2;
}
