/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <string.h>

#include "mid.h"
#include "mid_track.h"
#include "sxlib/stray.h"

#define LOOK	  ((size_t)64 << 10) /* for a header that is not at the start */
#define RIFF_HEAD 12

static bool
is_rmid(const uint8_t *p, size_t n)
{
	return n >= RIFF_HEAD && memcmp(p, "RIFF", 4) == 0 &&
	       memcmp(p + 8, "RMID", 4) == 0;
}

/* Is p[at] inside a SysEx message? It may contain any bytes below 80. */
static bool
in_message(const uint8_t *p, size_t n, size_t at)
{
	const uint8_t *f0 = memrchr(p, 0xf0, at);
	struct sx_framer framer;
	struct sx_span span;
	size_t used;

	if (f0 == NULL)
		return false;
	sx_framer_init(&framer);
	used = (size_t)(f0 - p);
	do
		used += sx_framer_feed(&framer, p + used, n - used, &span);
	while (used < n &&
	       (span.kind == SX_SPAN_REALTIME || span.end == SX_END_OPEN));
	return used > at &&
	       (span.kind == SX_SPAN_REALTIME || span.end == SX_END_OPEN ||
		   span.end == SX_END_WHOLE);
}

/* Find the head as memmem() would, but quickly if there is none. */
static const uint8_t *
find_head(const uint8_t *p, size_t n)
{
	/* The NUL at its end is the high byte of the format. */
	static const uint8_t head[] = "MThd\0\0\0\6";
	const uint8_t *end = p + n;

	while (end - p >= (ptrdiff_t)sizeof(head)) {
		p = memchr(p, head[0], (size_t)(end - p) - sizeof(head) + 1);
		if (p == NULL)
			break;
		if (memcmp(p, head, sizeof(head)) == 0)
			return p;
		p++;
	}
	return NULL;
}

int
sx_mid_find(struct sx_input *in, uint64_t *begin, struct sx_err *e)
{
	size_t n = in->size < LOOK ? (size_t)in->size : LOOK;
	const uint8_t *p, *at;

	*begin = 0;
	if (n < 4)
		return 0;
	p = sx_input_at(in, 0, n, e);
	if (p == NULL)
		return -1;
	if (memcmp(p, "MThd", 4) == 0 || is_rmid(p, n))
		return 1;
	at = find_head(p, n);
	if (at == NULL || in_message(p, n, (size_t)(at - p)))
		return 0;
	*begin = (uint64_t)(at - p);
	if (p[0] != 0xf0)
		return 1;
	sx_fail(e, SX_EDATA, 0,
	    "%s contains SysEx and, at offset %" PRIu64 ", a MIDI file",
	    in->name, *begin);
	return sx_hint(e,
	    "split it there with 'head -c %" PRIu64 "' and 'tail -c +%" PRIu64
	    "'",
	    *begin, *begin + 1);
}

/* Note what precedes the MIDI file, and end the file where that says so. */
static void
pass_wrapping(struct sx_mid *m, const uint8_t *head)
{
	uint64_t data;

	if (m->begin == SX_MACBINARY && sx_macbinary(head, m->end, &data)) {
		m->end = m->begin + data;
		sx_mid_add_note(m,
		    "MacBinary file: its MIDI data starts at offset %d",
		    SX_MACBINARY);
		return;
	}
	sx_mid_add_note(m,
	    "its MIDI data starts at offset %" PRIu64
	    "; the bytes before it are ignored",
	    m->begin);
}

/* Find the MIDI data of a RIFF file. */
static int
find_riff_data(struct sx_mid *m, struct sx_err *e)
{
	uint64_t pos = 12, len;
	const uint8_t *p;

	while (pos < m->end && m->end - pos >= SX_MID_CHUNK_HEAD) {
		p = sx_input_at(m->in, pos, SX_MID_CHUNK_HEAD, e);
		if (p == NULL)
			return -1;
		pos += SX_MID_CHUNK_HEAD;
		len = (uint64_t)p[7] << 24 | (uint64_t)p[6] << 16 |
		      (uint64_t)p[5] << 8 | p[4];
		if (memcmp(p, "data", 4) == 0) {
			if (len > m->end - pos)
				sx_mid_add_note(m,
				    "its RIFF data is shorter than declared");
			else
				m->end = pos + len;
			m->begin = pos;
			return 0;
		}
		pos += len + (len & 1);
	}
	return sx_fail(e, SX_EDATA, 0,
	    "%s is malformed: a RIFF MIDI file without MIDI data", m->in->name);
}

int
sx_mid_unwrap(struct sx_mid *m, struct sx_err *e)
{
	const uint8_t *p;

	p = sx_input_at(m->in, 0, m->begin > 0 ? (size_t)m->begin : 4, e);
	if (p == NULL)
		return -1;
	if (m->begin > 0)
		pass_wrapping(m, p);
	else if (memcmp(p, "RIFF", 4) == 0)
		return find_riff_data(m, e);
	return 0;
}
