/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_MID_TRACK_H
#define SXLIB_STORE_MID_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input.h"
#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/framer.h"

/* What mid.c (header, chunks, times) and mid_track.c (events) share. */

#define SX_MID_PIECE ((size_t)64 << 10) /* of an event, at a time */

/* A message: where it is. */
struct sx_mid_entry {
	uint64_t tick;
	size_t order;	 /* of equal ticks */
	uint64_t offset; /* of its event's status byte */
	bool lead;	 /* which is its F0 */
	uint64_t data;	 /* offset of its first byte after that */
	uint64_t left;	 /* bytes of the event from there */
	size_t len;
	size_t realtime;
	struct sx_damage damage;
};

/* From here on a tick is us / per microseconds. */
struct sx_mid_tempo {
	uint64_t tick;
	size_t order;
	uint64_t us;
};

struct sx_mid {
	struct sx_input *in;
	uint64_t begin, end; /* of the file inside of its RIFF, if it has one */
	unsigned format;
	unsigned declared, tracks;
	bool smpte;
	bool whole;	  /* the last track has its end */
	uint64_t us, per; /* a tick is us / per microseconds now */

	struct sx_mid_entry *entries;
	size_t n, cap;
	struct sx_mid_tempo *tempos;
	size_t ntempos, tempocap;
	uint64_t base;	 /* format 2: where the track begins */
	int64_t time;	 /* from a track name */
	char note[256];	 /* the first oddity */
	struct sx_err e; /* what was malformed first */

	/* delivery */
	size_t next, next_tempo;
	uint64_t at_tick, at_us, at_rest; /* the rest in 1/per us */
	uint8_t *buffer;
	size_t buffercap;
};

/* An event of a track. */
struct sx_mid_event {
	uint64_t offset; /* of its status byte; running: of its first data */
	uint64_t data;	 /* offset of its len bytes */
	uint32_t delta, len;
	uint8_t status; /* running status expanded */
	uint8_t type;	/* of a meta event */
};

/* A walk along a track. */
struct sx_mid_track {
	unsigned number; /* from 1 */
	uint64_t pos, end;
	uint64_t tick;
	uint8_t running; /* 0: none */
	uint8_t last;	 /* channel status, kept where running is cancelled */
	bool open;	 /* the last entry has not ended */
	bool ended;	 /* there was an end of track */
	struct sx_framer framer;
};

/* Say what is odd; the first note stays. */
void sx_mid_add_note(struct sx_mid *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Say in m->e what is wrong at this offset. Always returns -1. */
int sx_mid_malformed(struct sx_mid *m, const struct sx_mid_track *t,
    uint64_t offset, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* From this tick on a tick is us / per microseconds. -1: m->e. */
int sx_mid_add_tempo(struct sx_mid *m, uint64_t tick, uint64_t us);

/* The event at t->pos, which moves behind it. -1: m->e. */
int sx_mid_event(
    struct sx_mid *m, struct sx_mid_track *t, struct sx_mid_event *ev);

/*
 * Walk t up to its end of track, collecting its messages and tempo changes. -1:
 * it is malformed (or see sx_input_at()), m->e says how if nothing was before.
 */
int sx_mid_walk(struct sx_mid *m, struct sx_mid_track *t);

/* n <= 4 bytes as a number, most significant first. */
uint32_t sx_mid_be(const uint8_t *p, size_t n);

#endif
