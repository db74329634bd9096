/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal.h"
#include "mid_track.h"
#include "sxlib/store.h"

/*
 * The F0 and F7 events of a track are one stream of MIDI bytes for the framer:
 * an F0 event adds F0 and its bytes, an F7 event (continuation or escape) only
 * its bytes. An open message is cut by the same things as on a wire: a channel
 * event (SX_DAMAGE_STATUS), another F0 event (SX_DAMAGE_NEW_F0), the end of the
 * track or a malformed place (SX_DAMAGE_INPUT). Meta events do not exist on a
 * wire and cut nothing.
 */

#define EVENT_HEAD 10 /* bytes: delta 4, status, type, length 4 */

enum {
	META = 0xff,
	META_TEXT = 0x01,
	META_NAME = 0x03,
	META_END = 0x2f,
	META_TEMPO = 0x51
};

void
sx_mid_add_note(struct sx_mid *m, const char *fmt, ...)
{
	va_list ap;

	if (m->note[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(m->note, sizeof(m->note), fmt, ap);
	va_end(ap);
}

int
sx_mid_malformed(struct sx_mid *m, const struct sx_mid_track *t,
    uint64_t offset, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return sx_fail(&m->e, SX_EDATA, 0,
	    "%s is malformed: track %u, offset %" PRIu64 ": %s", m->in->name,
	    t->number, offset, what);
}

uint32_t
sx_mid_be(const uint8_t *p, size_t n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

void *
sx_mid_room(void *array, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap == 0 ? 64 : *cap * 2;
	void *bigger;

	if (n < *cap)
		return array;
	bigger = reallocarray(array, more, size);
	if (bigger != NULL)
		*cap = more;
	return bigger;
}

static int
add_entry(struct sx_mid *m, struct sx_mid_list *list,
    const struct sx_mid_entry *entry)
{
	struct sx_mid_entry *entries =
	    sx_mid_room(list->entries, list->n, &list->cap, sizeof(*entries));

	if (entries == NULL)
		return sx_fail_memory(&m->e);
	list->entries = entries;
	entries[list->n] = *entry;
	entries[list->n].order = list->n;
	list->n++;
	return 0;
}

/* Decode a variable-length number. Returns its size, or 0 if p[0..n-1] does not
 * begin with a complete one of at most 4 bytes. */
static size_t
track_number(const uint8_t *p, size_t n, uint32_t *v)
{
	*v = 0;
	for (size_t i = 0; i < n && i < 4; i++) {
		*v = *v << 7 | (p[i] & 0x7f);
		if (p[i] < 0x80)
			return i + 1;
	}
	return 0;
}

static int
bad_number(struct sx_mid *m, const struct sx_mid_track *t, uint64_t offset,
    const char *what)
{
	return sx_mid_malformed(m, t, offset,
	    t->end - offset < 4 ? "the track ends inside a %s"
				: "a %s is longer than 4 bytes",
	    what);
}

/* Use running status: b is a data byte where a status byte could be. */
static int
running_status(struct sx_mid *m, struct sx_mid_track *t,
    struct sx_mid_event *ev, uint8_t b)
{
	ev->status = t->running;
	if (t->running != 0)
		return 0;
	/*
	 * SysEx and meta events cancel running status, but some writers
	 * continue it. After an unfinished SysEx a wrong length is more likely.
	 */
	if (t->last == 0 || t->open)
		return sx_mid_malformed(
		    m, t, ev->offset, "%02X instead of a status byte", b);
	sx_mid_add_note(m,
	    "track %u, offset %" PRIu64
	    ": running status after a SysEx or meta event",
	    t->number, ev->offset);
	ev->status = t->last;
	return 0;
}

static int
track_channel_event(struct sx_mid *m, struct sx_mid_track *t,
    struct sx_mid_event *ev, const uint8_t *data, size_t n)
{
	t->running = t->last = ev->status;
	ev->len = (ev->status & 0xe0) == 0xc0 ? 1 : 2;
	for (size_t i = 0; i < ev->len && i < n; i++)
		if (data[i] >= 0x80)
			return sx_mid_malformed(m, t, ev->offset,
			    "status byte %02X instead of a data byte", data[i]);
	return 0;
}

int
sx_mid_event(struct sx_mid *m, struct sx_mid_track *t, struct sx_mid_event *ev)
{
	uint64_t left = t->end - t->pos;
	size_t n = left < EVENT_HEAD ? (size_t)left : EVENT_HEAD, i, k;
	const uint8_t *p = sx_input_at(t->in, t->pos, n, &m->e);

	if (p == NULL)
		return -1;
	i = track_number(p, n, &ev->delta);
	if (i == 0)
		return bad_number(m, t, t->pos, "delta time");
	ev->offset = t->pos + i;
	if (i == n)
		return sx_mid_malformed(m, t, ev->offset,
		    "the track ends where an event should start");
	if (p[i] >= 0x80)
		ev->status = p[i++];
	else if (running_status(m, t, ev, p[i]) == -1)
		return -1;
	if (ev->status < 0xf0) {
		if (track_channel_event(m, t, ev, p + i, n - i) == -1)
			return -1;
	} else {
		if (ev->status != 0xf0 && ev->status != 0xf7 &&
		    ev->status != META)
			return sx_mid_malformed(m, t, ev->offset,
			    "status byte %02X is not a MIDI file event",
			    ev->status);
		if (ev->status == META && i < n)
			ev->type = p[i++];
		k = track_number(p + i, n - i, &ev->len);
		if (k == 0)
			return bad_number(m, t, t->pos + i, "length");
		i += k;
		t->running = 0;
	}
	ev->data = t->pos + i;
	if (ev->len > left - i)
		return sx_mid_malformed(m, t, ev->offset,
		    "the event needs %" PRIu32 " more bytes, but the track "
		    "ends after %" PRIu64,
		    ev->len, left - i);
	t->pos = ev->data + ev->len;
	return 0;
}

/* Add a message that is not SysEx. */
static int
track_on_short(struct sx_mid *m, struct sx_mid_track *t,
    const struct sx_mid_event *ev, const struct sx_span *span)
{
	struct sx_mid_entry entry = {
		.tick = t->tick,
		.offset = ev->offset,
		.kind = span->kind,
		.len = span->len,
	};

	if (!t->all || span->end != SX_END_WHOLE)
		return 0;
	memcpy(entry.message, span->data, span->len);
	return add_entry(m, t->into, &entry);
}

static int
track_on_sysex_span(struct sx_mid *m, struct sx_mid_track *t,
    const struct sx_mid_event *ev, const struct sx_span *span, uint64_t at)
{
	struct sx_mid_entry entry = {
		.tick = t->tick, .offset = ev->offset, .kind = SX_SPAN_SYSEX
	};
	struct sx_mid_entry *open;

	if (span->first) {
		entry.lead = at == ev->offset;
		entry.data = entry.lead ? ev->data : at;
		entry.left = ev->data + ev->len - entry.data;
		t->at = t->into->n;
		if (add_entry(m, t->into, &entry) == -1)
			return -1;
	}
	open = &t->into->entries[t->at];
	open->len += span->len;
	open->damage = sx_span_damage(span);
	t->open = span->end == SX_END_OPEN;
	t->recent = !t->open;
	return 0;
}

/* Count bytes that are in no item. Their note replaces any other. */
static void
track_on_stray(struct sx_mid *m, const struct sx_mid_track *t,
    const struct sx_mid_event *ev, const struct sx_span *span)
{
	if (t->all) /* The first walk counted them. */
		return;
	if (m->stray == 0)
		m->note[0] = '\0';
	m->stray += span->len;
	sx_mid_add_note(m,
	    "track %u, offset %" PRIu64
	    ": the event contains bytes outside any SysEx",
	    t->number, ev->offset);
}

/* Process a span of the stream; its first byte is at `at` in the file. */
static int
track_on_span(struct sx_mid *m, struct sx_mid_track *t,
    const struct sx_mid_event *ev, const struct sx_span *span, uint64_t at)
{
	if (span->kind == SX_SPAN_SYSEX)
		return track_on_sysex_span(m, t, ev, span, at);
	if (span->kind == SX_SPAN_NONE)
		return 0;
	if (span->kind == SX_SPAN_REALTIME && t->open)
		t->into->entries[t->at].realtime++;
	else if (span->kind == SX_SPAN_STRAY || ev->status == 0xf0 ||
		 span->end != SX_END_WHOLE)
		/* Other complete messages belong in an escape. */
		track_on_stray(m, t, ev, span);
	return span->kind == SX_SPAN_STRAY ? 0 : track_on_short(m, t, ev, span);
}

/* Process bytes of the stream; the first is at `at` in the file. */
static int
track_feed(struct sx_mid *m, struct sx_mid_track *t,
    const struct sx_mid_event *ev, const uint8_t *p, size_t n, uint64_t at)
{
	struct sx_span span;
	size_t i = 0, used;

	while (i < n) {
		used = sx_framer_feed(&t->framer, p + i, n - i, &span);
		if (track_on_span(m, t, ev, &span, at + i) == -1)
			return -1;
		i += used;
	}
	return 0;
}

static int
track_on_sysex(
    struct sx_mid *m, struct sx_mid_track *t, const struct sx_mid_event *ev)
{
	bool lead = ev->status == 0xf0;
	const uint8_t *p;
	uint32_t done = 0;
	size_t n;

	if (lead && ev->len > 0) {
		p = sx_input_at(t->in, ev->data, 1, &m->e);
		if (p == NULL)
			return -1;
		if (*p == 0xf0) {
			lead = false;
			sx_mid_add_note(m,
			    "track %u, offset %" PRIu64
			    ": a SysEx starts with two F0",
			    t->number, ev->offset);
		}
	}
	if (lead && track_feed(m, t, ev, &ev->status, 1, ev->offset) == -1)
		return -1;
	for (; done < ev->len; done += (uint32_t)n) {
		n = ev->len - done < SX_MID_PIECE ? ev->len - done
						  : SX_MID_PIECE;
		p = sx_input_at(t->in, ev->data + done, n, &m->e);
		if (p == NULL ||
		    track_feed(m, t, ev, p, n, ev->data + done) == -1)
			return -1;
	}
	if (!t->open)
		sx_framer_init(&t->framer);
	return 0;
}

/* Process a text by our own recorder about the message before it. */
static int
track_on_text(
    struct sx_mid *m, struct sx_mid_track *t, const struct sx_mid_event *ev)
{
	char text[64] = "", damage[SX_DAMAGE_TEXT];
	const size_t begin = strlen(SX_TAKE_DAMAGED);
	const uint8_t *p;
	struct sx_damage d;

	if ((!t->open && !t->recent) || ev->len < begin + 2 ||
	    ev->len >= sizeof(text))
		return 0;
	p = sx_input_at(t->in, ev->data, ev->len, &m->e);
	if (p == NULL)
		return -1;
	memcpy(text, p, ev->len);
	if (strncmp(text, SX_TAKE_DAMAGED, begin) != 0)
		return 0;
	for (unsigned k = SX_DAMAGE_NONE + 1; k <= SX_DAMAGE_INTERRUPTED; k++) {
		d.kind = (enum sx_damage_kind)k;
		d.status = (uint8_t)strtoul(text + ev->len - 2, NULL, 16);
		if (strcmp(sx_damage_text(d, damage), text + begin) != 0)
			continue;
		if (k != SX_DAMAGE_STATUS)
			d.status = 0;
		t->into->entries[t->at].damage = d;
		t->open = t->recent = false;
		sx_framer_init(&t->framer);
	}
	return 0;
}

static int
track_on_meta(
    struct sx_mid *m, struct sx_mid_track *t, const struct sx_mid_event *ev)
{
	char name[SX_TIME_NAME] = "";
	const uint8_t *p;
	size_t n = ev->len < SX_TIME_NAME - 1 ? ev->len : SX_TIME_NAME - 1;

	if (ev->type == META_TEXT)
		return track_on_text(m, t, ev);
	if (ev->type == META_END)
		t->ended = true;
	if ((ev->type != META_TEMPO && ev->type != META_NAME) || n == 0)
		return 0;
	p = sx_input_at(t->in, ev->data, n, &m->e);
	if (p == NULL)
		return -1;
	if (ev->type == META_NAME && m->time == -1) {
		memcpy(name, p, n);
		m->time = sx_time_parse(name);
	}
	/* The map was made in the first walk. */
	if (ev->type != META_TEMPO || m->smpte || t->all)
		return 0;
	if (n >= 3)
		return sx_mid_add_tempo(m, t->tick, sx_mid_be(p, 3));
	sx_mid_add_note(m,
	    "track %u, offset %" PRIu64 ": a tempo of %zu bytes is ignored",
	    t->number, ev->offset, n);
	return 0;
}

/* Process a channel message, which cuts an open SysEx. */
static int
track_on_channel(
    struct sx_mid *m, struct sx_mid_track *t, const struct sx_mid_event *ev)
{
	uint8_t message[3] = { ev->status };
	struct sx_span span = { .kind = SX_SPAN_CHANNEL,
		.end = SX_END_WHOLE,
		.data = message,
		.len = 1 + ev->len };
	const uint8_t *p;

	if (t->open && track_feed(m, t, ev, &ev->status, 1, ev->offset) == -1)
		return -1;
	sx_framer_init(&t->framer);
	if (!t->all)
		return 0;
	p = sx_input_at(t->in, ev->data, ev->len, &m->e);
	if (p == NULL)
		return -1;
	memcpy(message + 1, p, ev->len);
	return track_on_short(m, t, ev, &span);
}

static int
track_on_event(
    struct sx_mid *m, struct sx_mid_track *t, const struct sx_mid_event *ev)
{
	t->tick += ev->delta;
	if (ev->status == META)
		return track_on_meta(m, t, ev);
	t->recent = false;
	if (ev->status == 0xf0 || ev->status == 0xf7)
		return track_on_sysex(m, t, ev);
	return track_on_channel(m, t, ev);
}

int
sx_mid_step(struct sx_mid *m, struct sx_mid_track *t)
{
	struct sx_mid_event ev = { 0 };

	if (t->ended || t->pos >= t->end)
		return 0;
	if (sx_mid_event(m, t, &ev) == -1 || track_on_event(m, t, &ev) == -1)
		return -1;
	return 1;
}

void
sx_mid_end(struct sx_mid *m, struct sx_mid_track *t)
{
	struct sx_mid_event ev = { 0 };
	struct sx_span span;

	if (!t->open)
		return;
	sx_framer_cut(&t->framer, SX_END_INPUT, &span);
	(void)track_on_sysex_span(m, t, &ev, &span, t->pos);
}
