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
#include "sxlib/reader.h"

/* Shared by mid_find.c (finding the file), mid.c (header, chunks, times) and
 * mid_track.c (events). */

#define SX_MID_CHUNK_HEAD 8

#define SX_MID_PIECE ((size_t)64 << 10) /* of an event, read at a time */

/* The location of a message. */
struct sx_mid_entry {
	uint64_t tick;
	size_t order; /* among equal ticks */
	enum sx_span_kind kind;
	uint8_t message[3]; /* the whole message, if it is not SysEx */
	uint64_t offset;    /* of its event's status byte */
	bool lead;	    /* the status byte is its F0 */
	uint64_t data;	    /* offset of the first byte after that */
	uint64_t left;	    /* bytes of the event from there */
	size_t len;
	size_t realtime;
	struct sx_damage damage;
};

struct sx_mid_list {
	struct sx_mid_entry *entries;
	size_t n, cap;
};

/* From this tick on, a tick lasts us / per microseconds. */
struct sx_mid_tempo {
	uint64_t tick;
	size_t order;
	uint64_t us;
};

/* Converts ascending ticks to times along the tempo map. */
struct sx_mid_clock {
	uint64_t us; /* a tick currently lasts us / per microseconds */
	size_t next; /* index of the next tempo */
	uint64_t at_tick, at_us, at_rest; /* at_rest: remainder in 1/per us */
};

/* Location of a track's events. */
struct sx_mid_place {
	uint64_t pos, end;
	unsigned number;
};

struct sx_mid_song;

struct sx_mid {
	struct sx_input *in;
	uint64_t begin, end; /* of the MIDI file inside its RIFF, if any */
	unsigned format;
	unsigned declared, tracks;
	bool smpte;
	bool whole;	  /* the last track is complete */
	uint64_t us, per; /* initially a tick lasts us / per microseconds */

	struct sx_mid_list found; /* its SysEx */
	struct sx_mid_place *places;
	size_t nplaces, placecap;
	uint64_t last; /* tick at the end of the longest track */
	struct sx_mid_tempo *tempos;
	size_t ntempos, tempocap;
	uint64_t base;	 /* format 2: start of the track */
	int64_t time;	 /* from a track name */
	char note[256];	 /* the first oddity; one that loses bytes has
			    precedence */
	uint64_t stray;	 /* event bytes that belong to no message */
	struct sx_err e; /* the first error */

	/* Delivery. */
	size_t next;
	struct sx_mid_clock clock;
	struct sx_mid_song *song; /* all messages; NULL: SysEx only */
	uint8_t *buffer;
	size_t buffercap;
};

/* An event in a track. */
struct sx_mid_event {
	uint64_t offset; /* of its status byte; with running status, of its
			    first data byte */
	uint64_t data;	 /* offset of its len bytes */
	uint32_t delta, len;
	uint8_t status; /* running status expanded */
	uint8_t type;	/* of a meta event */
};

/* Iterates over a track. */
struct sx_mid_track {
	struct sx_input *in;
	struct sx_mid_list *into;
	bool all;	 /* all messages; else SysEx only */
	unsigned number; /* from 1 */
	uint64_t pos, end;
	uint64_t tick;
	uint8_t running; /* 0: none */
	uint8_t last;	 /* channel status, remembered where running status is
			    cancelled */
	size_t at;	 /* entry of the last SysEx, */
	bool open;	 /* which is not complete, or */
	bool recent;	 /* which nothing has followed yet */
	bool ended;	 /* saw End of Track */
	struct sx_framer framer;
};

/* Set begin and end to the extent of the MIDI data, and note what surrounds
 * them. Returns -1 and sets e if there are none (SX_EDATA), or as
 * sx_input_at(). */
int sx_mid_unwrap(struct sx_mid *m, struct sx_err *e);

/* Note an oddity; the first note is kept. */
void sx_mid_add_note(struct sx_mid *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Set m->e to an error at this offset. Always returns -1. */
int sx_mid_malformed(struct sx_mid *m, const struct sx_mid_track *t,
    uint64_t offset, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#define SX_MID_TEMPO 500000 /* default us per quarter note */

/* From this tick on, a tick lasts us / per microseconds. Returns -1 and sets
 * m->e on failure. */
int sx_mid_add_tempo(struct sx_mid *m, uint64_t tick, uint64_t us);

/* Read the event at t->pos and advance past it. Returns -1 and sets m->e on
 * failure. */
int sx_mid_event(
    struct sx_mid *m, struct sx_mid_track *t, struct sx_mid_event *ev);

/*
 * Process the next event of t: append its messages to its list and, in the
 * first pass, its tempo changes to the map. Returns 1; 0 at the end of t; -1 if
 * it is malformed (or as sx_input_at()): m->e is set unless it already was.
 * sx_mid_end() cuts whatever is open at the end.
 */
int sx_mid_step(struct sx_mid *m, struct sx_mid_track *t);
void sx_mid_end(struct sx_mid *m, struct sx_mid_track *t);

/* Make room for one more element in an array of n; NULL if memory runs out, the
 * array is unchanged. */
void *sx_mid_room(void *array, size_t n, size_t *cap, size_t size);

/* The time of a tick in microseconds; ticks must not decrease between calls. */
int64_t sx_mid_clock(
    const struct sx_mid *m, struct sx_mid_clock *clock, uint64_t tick);

/* Fill an item from an entry, with its time. Returns -1 and sets e on
 * failure. */
int sx_mid_deliver(struct sx_mid *m, struct sx_input *in,
    const struct sx_mid_entry *entry, struct sx_item *item, struct sx_err *e);

/* mid_song.c: all messages of all tracks. */
struct sx_mid_song *sx_mid_song_new(struct sx_mid *m, struct sx_err *e);
void sx_mid_song_free(struct sx_mid_song *s);
/* As sx_file_next(), but returns 0 at the end even after a malformed track. */
int sx_mid_song_next(
    struct sx_mid_song *s, struct sx_item *item, struct sx_err *e);

/* Decode n <= 4 bytes, most significant first. */
uint32_t sx_mid_be(const uint8_t *p, size_t n);

#endif
