/* SPDX-License-Identifier: ISC */
/*
 * Writes a journal as a Standard MIDI File 1.0 (RP-001), with one walk along
 * the journal per track. A SysEx message is one F0 event at the time of its F0,
 * so its pieces are collected from there on. All other messages except channel
 * messages are F7 events ("escapes").
 *
 * A SysEx that was cut has no F7, and a following escape would continue it. A
 * text event behind it therefore reports the damage, and ends it for our own
 * reader.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"
#include "sxlib/snapshot.h"

#define DIVISION 960
#define TEMPO	 (DIVISION * SX_TAKE_TICK_US)
#define ROOM	 ((size_t)64 << 10)

enum { META = 0xff, META_TEXT = 0x01, META_NAME = 0x03 };

/* Buffered output to a part. After a failure all calls do nothing. */
struct writer {
	struct sx_part *out;
	struct sx_err *e;
	bool failed;
	uint64_t most;	/* of an event */
	uint64_t tick;	/* of the last event of the track */
	uint64_t begin; /* of the track */
	size_t have;
	uint8_t buf[ROOM];
};

static void
journal_mid_flush(struct writer *w)
{
	if (!w->failed && sx_part_append(w->out, w->buf, w->have, w->e) == -1)
		w->failed = true;
	w->have = 0;
}

static void
journal_mid_bytes(struct writer *w, const void *data, size_t n)
{
	if (n > ROOM - w->have)
		journal_mid_flush(w);
	if (n <= ROOM) {
		memcpy(w->buf + w->have, data, n);
		w->have += n;
	} else if (!w->failed && sx_part_append(w->out, data, n, w->e) == -1) {
		w->failed = true;
	}
}

static void
journal_mid_number(struct writer *w, uint64_t v, size_t n)
{
	uint8_t b[8];

	sx_put_number(b, n, v);
	journal_mid_bytes(w, b, n);
}

/* Write a variable-length number, at most 2^28 - 1. */
static void
journal_mid_length(struct writer *w, uint64_t v)
{
	uint8_t b[4];
	size_t i = sizeof(b);

	b[--i] = v & 0x7f;
	while (i > 0 && (v >>= 7) > 0)
		b[--i] = 0x80 | (v & 0x7f);
	journal_mid_bytes(w, b + i, sizeof(b) - i);
}

static void
journal_mid_meta(struct writer *w, uint8_t type, const char *text)
{
	size_t n = strlen(text);

	journal_mid_number(w, (unsigned)META << 8 | type, 2);
	journal_mid_length(w, n);
	journal_mid_bytes(w, text, n);
}

/* Write the delta time of an event at `at` us. */
static void
journal_mid_delta(struct writer *w, int64_t at)
{
	uint64_t tick = ((uint64_t)at + SX_TAKE_TICK_US / 2) / SX_TAKE_TICK_US;

	/* Time never goes back, and continuation packets follow at once. */
	if (tick < w->tick)
		tick = w->tick;
	for (; tick - w->tick > SX_EVENT_MOST; w->tick += SX_EVENT_MOST) {
		journal_mid_length(w, SX_EVENT_MOST);
		journal_mid_meta(w, META_TEXT, "");
	}
	journal_mid_length(w, tick - w->tick);
	w->tick = tick;
}

/* Is it of type 0, with one track? */
static bool
journal_mid_is_one(const struct sx_journal *j)
{
	return j->form == SX_TAKE_ONE || j->form == SX_TAKE_SNAPSHOT;
}

static size_t
track_of(const struct sx_journal *j, const struct sx_journal_record *r)
{
	if (journal_mid_is_one(j))
		return 0;
	if (j->form == SX_TAKE_PORTS)
		return r->port;
	return r->port * 17 +
	       (r->kind == SX_SPAN_CHANNEL ? 1u + (r->data[0] & 0x0f) : 0);
}

#define TRACKS_MOST (SX_TAKE_PORTS_MOST * 17)

static void
journal_mid_track_name(
    struct writer *w, const struct sx_journal *j, size_t track)
{
	size_t port = j->form == SX_TAKE_CHANNELS ? track / 17 : track;
	char text[600], name[501], time[SX_TIME_NAME] = "", part[32] = "";

	if (journal_mid_is_one(j))
		sx_time_name(j->wall, time);
	if (j->form == SX_TAKE_CHANNELS && track % 17 == 0)
		snprintf(part, sizeof(part), ": SysEx");
	else if (j->form == SX_TAKE_CHANNELS)
		snprintf(part, sizeof(part), ": channel %zu", track % 17);
	if (j->ports[port] != NULL)
		snprintf(name, sizeof(name), "%s", j->ports[port]);
	else
		snprintf(name, sizeof(name), "port %zu", port + 1);
	snprintf(text, sizeof(text), "%s%s%s%s", time,
	    time[0] != '\0' ? " " : "", name, part);
	journal_mid_length(w, 0);
	journal_mid_meta(w, META_NAME, text);
}

static void
journal_mid_tempo(struct writer *w)
{
	static const uint8_t event[] = { 0, META, 0x51, 3, TEMPO >> 16,
		TEMPO >> 8 & 0xff, TEMPO & 0xff };

	journal_mid_bytes(w, event, sizeof(event));
}

static void
begin_track(struct writer *w)
{
	journal_mid_flush(w);
	w->begin = w->out->size;
	w->tick = 0;
	journal_mid_bytes(w, "MTrk\0\0\0\0", 8);
}

static void
end_track(struct writer *w)
{
	uint8_t len[4];
	uint64_t n;

	journal_mid_bytes(w, "\0\xff\x2f", 4);
	journal_mid_flush(w);
	n = w->out->size - w->begin - 8;
	if (!w->failed && n > UINT32_MAX) {
		sx_fail(w->e, SX_EDATA, 0, "too long for a MIDI file");
		w->failed = true;
	}
	sx_put_number(len, 4, n);
	w->failed = w->failed ||
		    sx_part_patch(w->out, len, 4, w->begin + 4, w->e) == -1;
}

static bool
is_run(const struct sx_journal_record *r)
{
	return r->kind == SX_SPAN_SYSEX || r->kind == SX_SPAN_STRAY;
}

/* Advance *r to the next piece of its message. Returns false if there is
 * none. */
static bool
next_piece(struct sx_journal_walk *walk, struct sx_journal_record *r)
{
	struct sx_journal_record next;

	if (r->span.end != SX_END_OPEN)
		return false;
	do
		if (!sx_journal_walk_next(walk, &next) || next.torn)
			return false;
	while (next.port != r->port || !is_run(&next));
	if (next.span.first)
		return false;
	*r = next;
	return true;
}

/* Write n bytes of a message, starting at byte *at of *r. */
static void
copy_pieces(struct writer *w, struct sx_journal_walk *walk,
    struct sx_journal_record *r, size_t *at, uint64_t n)
{
	size_t some;

	while (n > 0) {
		some = r->len - *at < n ? r->len - *at : (size_t)n;
		journal_mid_bytes(w, r->data + *at, some);
		*at += some;
		n -= some;
		if (n > 0 && !next_piece(walk, r))
			return;
		if (n > 0)
			*at = 0;
	}
}

static void
journal_mid_damage(struct writer *w, struct sx_damage d)
{
	char word[SX_DAMAGE_TEXT], text[SX_DAMAGE_TEXT + 32];

	if (sx_damage_text(d, word) == NULL)
		return;
	snprintf(text, sizeof(text), SX_TAKE_DAMAGED "%s", word);
	journal_mid_length(w, 0);
	journal_mid_meta(w, META_TEXT, text);
}

/* Write a SysEx or stray run; walk is behind its first record. */
static void
journal_mid_run(struct writer *w, const struct sx_journal_record *first,
    struct sx_journal_walk walk)
{
	struct sx_journal_record last = *first, r = *first;
	struct sx_journal_walk ahead = walk;
	bool sysex = first->kind == SX_SPAN_SYSEX;
	uint64_t left = first->len - sysex, n;
	size_t at = sysex;

	while (next_piece(&ahead, &last))
		left += last.len;
	/* A message cut by a gap or the end of the journal was interrupted. */
	if (last.span.end == SX_END_OPEN)
		last.span.end = SX_END_INTERRUPTED;
	for (bool begin = true; begin || left > 0; begin = false) {
		n = left < w->most ? left : w->most;
		journal_mid_delta(w, begin ? first->at : 0);
		journal_mid_number(w, sysex && begin ? 0xf0 : 0xf7, 1);
		journal_mid_length(w, n);
		copy_pieces(w, &walk, &r, &at, n);
		left -= n;
	}
	journal_mid_damage(w, sx_journal_record_damage(&last));
}

static void
journal_mid_lost(struct writer *w, const struct sx_journal_record *r)
{
	journal_mid_delta(w, r->at);
	journal_mid_meta(w, META_TEXT, "sxlib: bytes were lost here");
}

static void
journal_mid_event(struct writer *w, const struct sx_journal_record *r,
    const struct sx_journal_walk *walk)
{
	switch (r->span.kind) {
	case SX_SPAN_SYSEX:
	case SX_SPAN_STRAY:
		if (r->span.first)
			journal_mid_run(w, r, *walk);
		break;
	case SX_SPAN_NONE:
		journal_mid_lost(w, r);
		break;
	case SX_SPAN_CHANNEL:
	case SX_SPAN_COMMON:
	case SX_SPAN_REALTIME:
		journal_mid_delta(w, r->at);
		if (r->kind != SX_SPAN_CHANNEL || r->span.end != SX_END_WHOLE) {
			journal_mid_number(w, 0xf7, 1);
			journal_mid_length(w, r->len);
		}
		journal_mid_bytes(w, r->data, r->len);
		if (r->span.end != SX_END_WHOLE || r->doubt)
			journal_mid_damage(w, sx_journal_record_damage(r));
		break;
	}
}

static int
journal_mid_put(void *arg, const uint8_t *message, size_t n)
{
	struct writer *w = arg;

	journal_mid_delta(w, 0);
	journal_mid_bytes(w, message, n);
	return w->failed ? -1 : 0;
}

/* Write the state that all records together set, instead of the records. */
static void
journal_mid_snapshot(struct writer *w, const struct sx_journal *j)
{
	struct sx_snapshot *s = sx_snapshot_new(w->e);
	struct sx_journal_walk walk = { .j = j };
	struct sx_journal_record r;

	w->failed |= s == NULL;
	while (!w->failed && sx_journal_walk_next(&walk, &r))
		if (r.kind == SX_SPAN_CHANNEL && r.span.end == SX_END_WHOLE)
			w->failed = sx_snapshot_take(s, r.data, w->e) == -1;
	if (!w->failed)
		(void)sx_snapshot_put(s, journal_mid_put, w);
	sx_snapshot_free(s);
}

static void
write_track(struct writer *w, const struct sx_journal *j, size_t track)
{
	struct sx_journal_walk walk = { .j = j };
	struct sx_journal_record r;

	begin_track(w);
	journal_mid_track_name(w, j, track);
	if (journal_mid_is_one(j))
		journal_mid_tempo(w);
	if (j->form == SX_TAKE_SNAPSHOT)
		journal_mid_snapshot(w, j);
	while (j->form != SX_TAKE_SNAPSHOT && !w->failed &&
	       sx_journal_walk_next(&walk, &r)) {
		if (r.torn)
			journal_mid_lost(w, &r);
		if (track_of(j, &r) == track)
			journal_mid_event(w, &r, &walk);
	}
	end_track(w);
}

int
sx_journal_write(const struct sx_journal *j, struct sx_part *out, uint64_t most,
    struct sx_err *e)
{
	struct writer w = { .out = out, .e = e, .most = most };
	bool used[TRACKS_MOST] = { false };
	struct sx_journal_walk walk = { .j = j };
	char time[SX_TIME_NAME];
	size_t tracks = 0;
	struct sx_journal_record r;

	while (sx_journal_walk_next(&walk, &r)) {
		tracks += !used[track_of(j, &r)];
		used[track_of(j, &r)] = true;
	}
	journal_mid_bytes(&w, "MThd\0\0\0\6", 8);
	journal_mid_number(&w, !journal_mid_is_one(j), 2);
	journal_mid_number(&w, tracks + !journal_mid_is_one(j), 2);
	journal_mid_number(&w, DIVISION, 2);
	if (!journal_mid_is_one(j)) {
		begin_track(&w);
		sx_time_name(j->wall, time);
		journal_mid_length(&w, 0);
		journal_mid_meta(&w, META_NAME, time);
		journal_mid_tempo(&w);
		end_track(&w);
	}
	for (size_t i = 0; i < TRACKS_MOST; i++)
		if (used[i])
			write_track(&w, j, i);
	journal_mid_flush(&w);
	return w.failed ? -1 : 0;
}
