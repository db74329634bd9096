/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mid.h"
#include "mid_track.h"

/*
 * Reads the SysEx of Standard MIDI Files 1.0 (RP-001). All tracks are walked
 * once, when the file is opened: each message becomes an entry, each tempo
 * change a row of the tempo map; other events leave nothing behind. Entries are
 * sorted by time, and their bytes are fetched again on request.
 */

#define CHUNK_HEAD SX_MID_CHUNK_HEAD

static int
pass_on(const struct sx_mid *m, struct sx_err *e)
{
	if (e != NULL && e->code == SX_OK)
		*e = m->e;
	return -1;
}

static int
add_place(struct sx_mid *m, const struct sx_mid_track *t)
{
	struct sx_mid_place *p =
	    sx_mid_room(m->places, m->nplaces, &m->placecap, sizeof(*p));

	if (p == NULL)
		return sx_fail_memory(&m->e);
	m->places = p;
	p[m->nplaces++] = (struct sx_mid_place){ t->pos, t->end, t->number };
	return 0;
}

/* Read the MTrk at pos, whose declared length is len. Returns the offset of the
 * next chunk. */
static uint64_t
mid_read_track(struct sx_mid *m, uint64_t pos, uint32_t len)
{
	uint64_t body = pos + CHUNK_HEAD, left = m->end - body, rest;
	struct sx_mid_track t = { .in = m->in,
		.into = &m->found,
		.number = ++m->tracks,
		.pos = body,
		.end = body + (len < left ? len : left),
		.tick = m->base };
	const uint8_t *p;
	int rc;

	if (add_place(m, &t) == -1)
		return t.end;
	/* Each track of format 2 is a separate piece. */
	if (m->format == 2 && sx_mid_add_tempo(m, m->base, m->us) == -1)
		return t.end;
	while ((rc = sx_mid_step(m, &t)) == 1)
		;
	sx_mid_end(m, &t);
	if (t.tick > m->last)
		m->last = t.tick;
	if (m->format == 2)
		m->base = t.tick;
	m->whole = t.ended;
	rest = t.end - t.pos;
	if (rc == -1)
		return t.end;
	p = rest >= CHUNK_HEAD ? sx_input_at(m->in, t.pos, 4, &m->e) : NULL;
	if (p != NULL && memcmp(p, "MTrk", 4) == 0) {
		sx_mid_add_note(
		    m, "track %u is shorter than declared", t.number);
		return t.pos;
	}
	if (len > left)
		sx_mid_malformed(m, &t, pos,
		    "its declared length is %" PRIu32
		    " bytes, but the file ends after %" PRIu64,
		    len, left);
	else if (!t.ended)
		sx_mid_add_note(m, "track %u has no end of track", t.number);
	else if (rest > 0)
		sx_mid_add_note(m,
		    "track %u has %" PRIu64
		    " bytes after its end, at offset %" PRIu64,
		    t.number, rest, t.pos);
	return t.end;
}

/* Handle bytes that are not a chunk: harmless only if nothing is missing. */
static void
mid_read_rest(struct sx_mid *m, uint64_t pos)
{
	if (m->tracks >= m->declared && m->whole)
		sx_mid_add_note(m,
		    "%" PRIu64 " bytes after the last track, at offset %" PRIu64
		    ", are not a chunk",
		    m->end - pos, pos);
	else
		sx_fail(&m->e, SX_EDATA, 0,
		    "%s is malformed: after track %u, offset %" PRIu64
		    ": expected a chunk",
		    m->in->name, m->tracks, pos);
}

static bool
is_chunk_id(const uint8_t *p)
{
	for (size_t i = 0; i < 4; i++)
		if (p[i] < 0x20 || p[i] > 0x7e)
			return false;
	return true;
}

static void
walk_chunks(struct sx_mid *m, uint64_t pos)
{
	const uint8_t *p;
	uint32_t len;

	while (pos < m->end && (m->e.code == SX_OK || m->e.code == SX_EDATA)) {
		if (m->end - pos < CHUNK_HEAD) {
			mid_read_rest(m, pos);
			break;
		}
		p = sx_input_at(m->in, pos, CHUNK_HEAD, &m->e);
		if (p == NULL)
			return;
		len = sx_mid_be(p + 4, 4);
		if (memcmp(p, "MTrk", 4) == 0) {
			pos = mid_read_track(m, pos, len);
			continue;
		}
		if (!is_chunk_id(p) || len > m->end - pos - CHUNK_HEAD) {
			mid_read_rest(m, pos);
			break;
		}
		sx_mid_add_note(m, "offset %" PRIu64 ": unknown chunk '%.4s'",
		    pos, (const char *)p);
		pos += CHUNK_HEAD + (uint64_t)len;
	}
	if (m->e.code == SX_OK && m->tracks != m->declared)
		sx_mid_add_note(m,
		    "number of tracks: %u in the header, %u found", m->declared,
		    m->tracks);
}

static void
set_division(struct sx_mid *m, uint32_t division)
{
	uint32_t frames = 256 - (division >> 8), ticks = division & 0xff;

	m->smpte = division >= 0x8000;
	m->us = m->smpte ? 1000000 : SX_MID_TEMPO;
	m->per = m->smpte ? (uint64_t)frames * ticks : division;
	if (m->smpte && frames == 29) { /* 30 drop frame: 29.97 */
		m->us = 1001000000;
		m->per = 30000 * (uint64_t)ticks;
	}
	if (m->per == 0) {
		sx_mid_add_note(
		    m, "its times are meaningless: the division is 0");
		m->smpte = true; /* tempo changes are ignored */
		m->us = 0;
		m->per = 1;
	}
}

/* Read the header and set *pos to the offset after it. */
static int
read_header(struct sx_mid *m, uint64_t *pos, struct sx_err *e)
{
	const uint8_t *p;
	uint32_t len;

	if (m->end - m->begin < CHUNK_HEAD + 6)
		return sx_fail(e, SX_EDATA, 0,
		    "%s is malformed: offset %" PRIu64 ": truncated header",
		    m->in->name, m->begin);
	p = sx_input_at(m->in, m->begin, CHUNK_HEAD + 6, e);
	if (p == NULL)
		return -1;
	len = sx_mid_be(p + 4, 4);
	if (memcmp(p, "MThd", 4) != 0 || len < 6 ||
	    len > m->end - m->begin - CHUNK_HEAD)
		return sx_fail(e, SX_EDATA, 0,
		    "%s is malformed: offset %" PRIu64
		    ": missing MIDI file header, or one of the wrong length",
		    m->in->name, m->begin);
	if (len > 6)
		sx_mid_add_note(
		    m, "its header has %" PRIu32 " bytes, not 6", len);
	m->format = sx_mid_be(p + 8, 2);
	if (m->format > 2)
		sx_mid_add_note(
		    m, "unknown format %u, read as format 1", m->format);
	m->declared = sx_mid_be(p + 10, 2);
	set_division(m, sx_mid_be(p + 12, 2));
	*pos = m->begin + CHUNK_HEAD + len;
	return 0;
}

static int
mid_order(uint64_t tick_a, size_t order_a, uint64_t tick_b, size_t order_b)
{
	if (tick_a != tick_b)
		return tick_a < tick_b ? -1 : 1;
	return order_a < order_b ? -1 : 1;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct sx_mid_entry *x = a, *y = b;

	return mid_order(x->tick, x->order, y->tick, y->order);
}

static int
compare_tempos(const void *a, const void *b)
{
	const struct sx_mid_tempo *x = a, *y = b;

	return mid_order(x->tick, x->order, y->tick, y->order);
}

struct sx_mid *
sx_mid_open(struct sx_input *in, uint64_t begin, struct sx_err *e)
{
	struct sx_mid *m = calloc(1, sizeof(*m));
	uint64_t pos = 0;

	if (m == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	m->in = in;
	m->begin = begin;
	m->end = in->size;
	m->time = -1;
	if (sx_mid_unwrap(m, e) == -1 || read_header(m, &pos, e) == -1)
		goto fail;
	walk_chunks(m, pos);
	if (m->e.code != SX_OK && m->e.code != SX_EDATA) {
		pass_on(m, e);
		goto fail;
	}
	if (m->found.n > 0)
		qsort(m->found.entries, m->found.n, sizeof(*m->found.entries),
		    compare_entries);
	if (m->ntempos > 0)
		qsort(
		    m->tempos, m->ntempos, sizeof(*m->tempos), compare_tempos);
	m->clock.us = m->us;
	return m;
fail:
	sx_mid_free(m);
	return NULL;
}

void
sx_mid_free(struct sx_mid *m)
{
	if (m == NULL)
		return;
	sx_mid_song_free(m->song);
	free(m->found.entries);
	free(m->places);
	free(m->tempos);
	free(m->buffer);
	free(m);
}

const char *
sx_mid_note(const struct sx_mid *m)
{
	return m->note[0] != '\0' ? m->note : NULL;
}

uint64_t
sx_mid_stray(const struct sx_mid *m)
{
	return m->stray;
}

int64_t
sx_mid_time(const struct sx_mid *m)
{
	return m->time;
}

/* Copy an entry's bytes, over all its packets, into the buffer. */
static int
mid_fetch(struct sx_mid *m, struct sx_input *in,
    const struct sx_mid_entry *entry, struct sx_err *e)
{
	uint64_t data = entry->data, left = entry->left;
	struct sx_mid_track t = { .in = in, .pos = data + left, .end = m->end };
	struct sx_mid_event ev;
	const uint8_t *p;
	size_t have = 0, n;

	if (entry->lead)
		m->buffer[have++] = 0xf0;
	while (have < entry->len) {
		while (left == 0) {
			if (t.pos == t.end || sx_mid_event(m, &t, &ev) == -1)
				return sx_fail(e, SX_EIO, 0,
				    "%s changed while being read", m->in->name);
			data = ev.data;
			left = ev.status == 0xf7 ? ev.len : 0;
		}
		n = left < SX_MID_PIECE ? (size_t)left : SX_MID_PIECE;
		p = sx_input_at(in, data, n, e);
		if (p == NULL)
			return -1;
		data += n;
		left -= n;
		for (size_t i = 0; i < n && have < entry->len; i++)
			if (p[i] < 0xf8)
				m->buffer[have++] = p[i];
	}
	return 0;
}

int
sx_mid_deliver(struct sx_mid *m, struct sx_input *in,
    const struct sx_mid_entry *entry, struct sx_item *item, struct sx_err *e)
{
	uint8_t *bigger;

	if (entry->len > SX_ITEM_MOST)
		return sx_input_too_long(in, entry->offset, e);
	if (entry->len > m->buffercap) {
		bigger = realloc(m->buffer, entry->len);
		if (bigger == NULL)
			return sx_fail_memory(e);
		m->buffer = bigger;
		m->buffercap = entry->len;
	}
	if (entry->kind != SX_SPAN_SYSEX)
		memcpy(m->buffer, entry->message, entry->len);
	else if (mid_fetch(m, in, entry, e) == -1)
		return -1;
	item->kind = entry->kind;
	item->data = m->buffer;
	item->len = entry->len;
	item->offset = entry->offset;
	item->damage = entry->damage;
	item->realtime = entry->realtime;
	item->at = sx_mid_clock(m, &m->clock, entry->tick);
	return 0;
}

int
sx_mid_next(struct sx_mid *m, struct sx_item *item, struct sx_err *e)
{
	int rc;

	if (m->song != NULL) {
		rc = sx_mid_song_next(m->song, item, e);
		if (rc != 0)
			return rc;
	} else if (m->next < m->found.n) {
		rc = sx_mid_deliver(
		    m, m->in, &m->found.entries[m->next++], item, e);
		return rc == 0 ? 1 : -1;
	}
	return m->e.code == SX_OK ? 0 : pass_on(m, e);
}

void
sx_mid_rewind(struct sx_mid *m)
{
	m->next = 0;
	m->clock = (struct sx_mid_clock){ .us = m->us };
}

int
sx_mid_all(struct sx_mid *m, struct sx_err *e)
{
	if (m->format == 2) {
		sx_fail(e, SX_EDATA, 0,
		    "%s is a type 2 file: %u independent pieces", m->in->name,
		    m->tracks);
		return sx_hint(
		    e, "save one of them as type 0 or 1 with a sequencer");
	}
	sx_mid_song_free(m->song);
	m->clock = (struct sx_mid_clock){ .us = m->us };
	m->song = sx_mid_song_new(m, e);
	return m->song != NULL ? 0 : -1;
}
