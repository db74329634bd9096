/* SPDX-License-Identifier: ISC */
/*
 * The framer beside what it is measured by, in one run: the read()s that bring
 * the bytes, libasound's encoder, and a loop that looks at every byte. All of
 * them get the same bytes in the same pieces, turn by turn; the median of the
 * turns is printed, in CPU nanoseconds, one line of JSON for each:
 *
 *	framing CASE PIECE
 */
#include <alsa/asoundlib.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sxlib/framer.h"

#define STREAM ((size_t)1 << 20)
#define READ   ((size_t)64 << 10) /* as much as a pipe gives at once */
#define TURNS  41

/* What the ways of framing must agree on. */
struct found {
	size_t messages, bytes, realtime;
};

static struct found
by_framer(const uint8_t *p, size_t n, size_t piece)
{
	struct found found = { 0 };
	struct sx_framer f;
	struct sx_span span;
	size_t pos, to;

	sx_framer_init(&f);
	for (pos = 0; pos < n;) {
		to = n - pos < piece ? n : pos + piece;
		while (pos < to) {
			pos += sx_framer_feed(&f, p + pos, to - pos, &span);
			if (span.kind == SX_SPAN_REALTIME) {
				found.realtime++;
			} else if (span.kind == SX_SPAN_SYSEX) {
				found.bytes += span.len;
				found.messages += span.end == SX_END_WHOLE;
			}
		}
	}
	return found;
}

/* The plain way, for SysEx alone: a state, and a look at every byte. */
static struct found
by_bytes(const uint8_t *p, size_t n)
{
	struct found found = { 0 };
	bool open = false;

	for (size_t i = 0; i < n; i++) {
		uint8_t b = p[i];

		if (b >= 0xf8) {
			found.realtime++;
		} else if (b == 0xf0) {
			open = true;
			found.bytes++;
		} else if (b == 0xf7) {
			found.messages += open;
			found.bytes += open;
			open = false;
		} else if (b < 0x80) {
			found.bytes += open;
		} else {
			open = false;
		}
	}
	return found;
}

static struct found
by_libasound(snd_midi_event_t *encoder, const uint8_t *p, size_t n)
{
	struct found found = { 0 };
	snd_seq_event_t ev;
	long used;

	snd_midi_event_reset_encode(encoder);
	for (size_t pos = 0; pos < n; pos += (size_t)used) {
		used = snd_midi_event_encode(
		    encoder, p + pos, (long)(n - pos), &ev);
		if (used <= 0)
			exit(1);
		if (ev.type == SND_SEQ_EVENT_SYSEX) {
			const uint8_t *data = ev.data.ext.ptr;

			found.bytes += ev.data.ext.len;
			found.messages += data[ev.data.ext.len - 1] == 0xf7;
		} else if (ev.type != SND_SEQ_EVENT_NONE) {
			found.realtime++;
		}
	}
	return found;
}

/* Messages of `size` bytes; with `clock`, F8 after every 8 data bytes. */
static void
make_stream(uint8_t *p, size_t size, bool clock)
{
	size_t in_message = 0;

	for (size_t i = 0; i < STREAM; i++) {
		if (clock && i % 9 == 8) {
			p[i] = 0xf8;
			continue;
		}
		p[i] = in_message == 0		? 0xf0
		       : in_message == size - 1 ? 0xf7
						: (uint8_t)(i * 31 % 128);
		in_message = (in_message + 1) % size;
	}
}

static int64_t
cpu(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* The read()s that bring a stream out of a pipe. */
static int64_t
time_reads(const uint8_t *p)
{
	static uint8_t buf[READ];
	int64_t spent = 0, start;
	size_t got = 0;
	int fds[2];
	ssize_t n;

	if (pipe2(fds, O_CLOEXEC) == -1)
		exit(1);
	while (got < STREAM) {
		if (write(fds[1], p + got, READ) != (ssize_t)READ)
			exit(1);
		start = cpu();
		n = read(fds[0], buf, sizeof(buf));
		spent += cpu() - start;
		if (n != (ssize_t)READ)
			exit(1);
		got += READ;
	}
	close(fds[0]);
	close(fds[1]);
	return spent;
}

static int
by_value(const void *a, const void *b)
{
	const int64_t *p = a, *q = b;

	return *p < *q ? -1 : *p > *q;
}

static int64_t
median(int64_t t[TURNS])
{
	qsort(t, TURNS, sizeof(t[0]), by_value);
	return t[TURNS / 2];
}

static void
agree(struct found a, struct found b)
{
	if (a.messages == b.messages && a.bytes == b.bytes &&
	    a.realtime == b.realtime)
		return;
	fprintf(stderr, "they found different things\n");
	exit(1);
}

static void
measure(const char *name, size_t size, bool clock)
{
	static uint8_t stream[STREAM];
	int64_t ours[TURNS], reads[TURNS], plain[TURNS], alsa[TURNS];
	snd_midi_event_t *encoder;
	struct found found, other;
	int64_t t[5];

	make_stream(stream, size, clock);
	if (snd_midi_event_new(READ, &encoder) != 0)
		exit(1);
	for (size_t i = 0; i < TURNS; i++) {
		reads[i] = time_reads(stream);
		t[0] = cpu();
		found = by_framer(stream, STREAM, READ);
		t[1] = cpu();
		other = by_bytes(stream, STREAM);
		t[2] = cpu();
		agree(found, other);
		t[3] = cpu();
		/* It passes real-time bytes in another order: only the
		 * time counts. */
		(void)by_libasound(encoder, stream, STREAM);
		t[4] = cpu();
		ours[i] = t[1] - t[0];
		plain[i] = t[2] - t[1];
		alsa[i] = t[4] - t[3];
	}
	snd_midi_event_free(encoder);
	printf("{\"case\": \"%s\", \"framer\": %ld, \"reads\": %ld, "
	       "\"bytes\": %ld, \"libasound\": %ld}\n",
	    name, (long)median(ours), (long)median(reads), (long)median(plain),
	    (long)median(alsa));
}

int
main(void)
{
	measure("messages of 4 KiB", 4096, false);
	measure("messages of 32 bytes", 32, false);
	measure("a clock after every 8 bytes", 4096, true);
	return 0;
}
