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

/* What mid_find.c (where it begins), mid.c (header, chunks, times) and
 * mid_track.c (events) share. */

#define SX_MID_CHUNK_HEAD 8

#define SX_MID_PIECE ((size_t)64 << 10) /* of an event, at a time */

/* A message: where it is. */
struct sx_mid_entry {
	uint64_t tick;
	size_t order; /* of equal ticks */
	enum sx_span_kind kind;
	uint8_t message[3]; /* all of it, if it is not SysEx */
	uint64_t offset;    /* of its event's status byte */
	bool lead;	    /* which is its F0 */
	uint64_t data;	    /* offset of its first byte after that */
	uint64_t left;	    /* bytes of the event from there */
	size_t len;
	size_t realtime;
	struct sx_damage damage;
};

struct sx_mid_list {
	struct sx_mid_entry *entries;
	size_t n, cap;
};

/* From here on a tick is us / per microseconds. */
struct sx_mid_tempo {
	uint64_t tick;
	size_t order;
	uint64_t us;
};

/* The time of one tick after the other, along the tempo map. */
struct sx_mid_clock {
	uint64_t us; /* a tick is us / per microseconds now */
	size_t next; /* tempo */
	uint64_t at_tick, at_us, at_rest; /* the rest in 1/per us */
};

/* Where the events of a track are. */
struct sx_mid_place {
	uint64_t pos, end;
	unsigned number;
};

struct sx_mid_song;

struct sx_mid {
	struct sx_input *in;
	uint64_t begin, end; /* of the file inside of its RIFF, if it has one */
	unsigned format;
	unsigned declared, tracks;
	bool smpte;
	bool whole;	  /* the last track has its end */
	uint64_t us, per; /* a tick is us / per microseconds at first */

	struct sx_mid_list found; /* its SysEx */
	struct sx_mid_place *places;
	size_t nplaces, placecap;
	uint64_t last; /* tick at which the longest track ends */
	struct sx_mid_tempo *tempos;
	size_t ntempos, tempocap;
	uint64_t base;	 /* format 2: where the track begins */
	int64_t time;	 /* from a track name */
	char note[256];	 /* the first oddity; one that costs bytes goes first */
	uint64_t stray;	 /* bytes of events that belong to no message */
	struct sx_err e; /* what was malformed first */

	/* delivery */
	size_t next;
	struct sx_mid_clock clock;
	struct sx_mid_song *song; /* all messages; NULL: only SysEx */
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
	struct sx_input *in;
	struct sx_mid_list *into;
	bool all;	 /* messages; else SysEx only */
	unsigned number; /* from 1 */
	uint64_t pos, end;
	uint64_t tick;
	uint8_t running; /* 0: none */
	uint8_t last;	 /* channel status, kept where running is cancelled */
	size_t at;	 /* entry of the last SysEx, */
	bool open;	 /* which has not ended, or */
	bool recent;	 /* which nothing has followed */
	bool ended;	 /* there was an end of track */
	struct sx_framer framer;
};

/* Set begin and end to those of the MIDI data, and say what is around them. -1
 * and e: there are none (SX_EDATA), or sx_input_at(). */
int sx_mid_unwrap(struct sx_mid *m, struct sx_err *e);

/* Say what is odd; the first note stays. */
void sx_mid_add_note(struct sx_mid *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Say in m->e what is wrong at this offset. Always returns -1. */
int sx_mid_malformed(struct sx_mid *m, const struct sx_mid_track *t,
    uint64_t offset, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#define SX_MID_TEMPO 500000 /* us per quarter note, unless the file says so */

/* From this tick on a tick is us / per microseconds. -1: m->e. */
int sx_mid_add_tempo(struct sx_mid *m, uint64_t tick, uint64_t us);

/* The event at t->pos, which moves behind it. -1: m->e. */
int sx_mid_event(
    struct sx_mid *m, struct sx_mid_track *t, struct sx_mid_event *ev);

/*
 * Take the next event of t: its messages go into its list, and in the first
 * walk its tempo changes into the map. 1; 0: t has ended; -1: it is malformed
 * (or see sx_input_at()), m->e says how if nothing was before. Whatever is open
 * when it ends is cut by sx_mid_end().
 */
int sx_mid_step(struct sx_mid *m, struct sx_mid_track *t);
void sx_mid_end(struct sx_mid *m, struct sx_mid_track *t);

/* Room for one more in an array of n; NULL: out of memory, the array stays. */
void *sx_mid_room(void *array, size_t n, size_t *cap, size_t size);

/* The microseconds of a tick, which is not before the last one asked for. */
int64_t sx_mid_clock(
    const struct sx_mid *m, struct sx_mid_clock *clock, uint64_t tick);

/* Fill an item from an entry, with its time. -1 and e. */
int sx_mid_deliver(struct sx_mid *m, struct sx_input *in,
    const struct sx_mid_entry *entry, struct sx_item *item, struct sx_err *e);

/* mid_song.c: all messages of all tracks. */
struct sx_mid_song *sx_mid_song_new(struct sx_mid *m, struct sx_err *e);
void sx_mid_song_free(struct sx_mid_song *s);
/* As sx_file_next(), but 0 even where something is malformed. */
int sx_mid_song_next(
    struct sx_mid_song *s, struct sx_item *item, struct sx_err *e);

/* n <= 4 bytes as a number, most significant first. */
uint32_t sx_mid_be(const uint8_t *p, size_t n);

#endif
