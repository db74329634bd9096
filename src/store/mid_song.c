/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "mid_track.h"

/*
 * All tracks in parallel: each has a cursor with a separate window, and the
 * cursor whose message comes next is on top of a heap. Memory holds only what
 * the cursors have read ahead: the messages of one event, and those inside a
 * SysEx that is continued in further events.
 */

struct cursor {
	struct sx_mid_track track;
	struct sx_input in;
	struct sx_mid_list ahead;
	size_t next; /* of these */
};

struct sx_mid_song {
	struct sx_mid *m;
	struct cursor *cursors;
	size_t n;
	size_t *heap; /* cursors that have a message, the earliest first */
	size_t nheap;
};

/* True if the cursor has a message; its track is read as far as needed. */
static bool
look_ahead(struct sx_mid *m, struct cursor *c)
{
	while (c->track.open || c->next == c->ahead.n) {
		if (!c->track.open) {
			c->next = c->ahead.n = 0;
			c->track.recent = false;
		}
		if (sx_mid_step(m, &c->track) == 1)
			continue;
		sx_mid_end(m, &c->track);
		c->track.ended = true;
		break;
	}
	return c->next < c->ahead.n;
}

static bool
song_before(const struct sx_mid_song *s, size_t a, size_t b)
{
	const struct cursor *x = &s->cursors[a], *y = &s->cursors[b];
	uint64_t at_x = x->ahead.entries[x->next].tick;
	uint64_t at_y = y->ahead.entries[y->next].tick;

	return at_x != at_y ? at_x < at_y : a < b;
}

/* Move the cursor at i down to its place. */
static void
song_sink(struct sx_mid_song *s, size_t i)
{
	size_t least, child, moved;

	for (;;) {
		least = i;
		for (child = 2 * i + 1; child <= 2 * i + 2; child++)
			if (child < s->nheap &&
			    song_before(s, s->heap[child], s->heap[least]))
				least = child;
		if (least == i)
			return;
		moved = s->heap[i];
		s->heap[i] = s->heap[least];
		s->heap[least] = moved;
		i = least;
	}
}

struct sx_mid_song *
sx_mid_song_new(struct sx_mid *m, struct sx_err *e)
{
	struct sx_mid_song *s = calloc(1, sizeof(*s));

	if (s != NULL && m->nplaces > 0) {
		s->cursors = calloc(m->nplaces, sizeof(*s->cursors));
		s->heap = calloc(m->nplaces, sizeof(*s->heap));
	}
	if (s == NULL ||
	    (m->nplaces > 0 && (s->cursors == NULL || s->heap == NULL))) {
		sx_mid_song_free(s);
		sx_fail_memory(e);
		return NULL;
	}
	s->m = m;
	for (size_t i = 0; i < m->nplaces; i++) {
		struct cursor *c = &s->cursors[s->n++];

		sx_input_share(&c->in, m->in);
		c->track = (struct sx_mid_track){ .in = &c->in,
			.into = &c->ahead,
			.all = true,
			.number = m->places[i].number,
			.pos = m->places[i].pos,
			.end = m->places[i].end };
		sx_framer_init(&c->track.framer);
		if (look_ahead(m, c))
			s->heap[s->nheap++] = i;
	}
	for (size_t i = s->nheap / 2; i > 0; i--)
		song_sink(s, i - 1);
	return s;
}

void
sx_mid_song_free(struct sx_mid_song *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++) {
		sx_input_unshare(&s->cursors[i].in);
		free(s->cursors[i].ahead.entries);
	}
	free(s->cursors);
	free(s->heap);
	free(s);
}

int
sx_mid_song_next(struct sx_mid_song *s, struct sx_item *item, struct sx_err *e)
{
	struct cursor *c;

	if (s->nheap == 0)
		return 0;
	c = &s->cursors[s->heap[0]];
	if (sx_mid_deliver(s->m, &c->in, &c->ahead.entries[c->next], item, e) ==
	    -1)
		return -1;
	c->next++;
	if (!look_ahead(s->m, c))
		s->heap[0] = s->heap[--s->nheap];
	if (s->nheap > 0)
		song_sink(s, 0);
	return 1;
}
