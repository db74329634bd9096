/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECALL_MACHINE_H
#define SXLIB_RECALL_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/framer.h"
#include "sxlib/recall_set.h"

/*
 * The decisions of `recall`: what comes from a sequencer goes in, as spans of a
 * framer; what is to be written to each output, and what became of each
 * trigger, comes out. Pure: knows times (us) only as numbers it is given, and
 * never waits.
 *
 * An output carries one dump at a time and never cuts one; one more may wait,
 * and a newer one replaces it. What passes through goes to the first output, in
 * order; during a dump only real-time bytes do. A dump never cuts a message
 * that passes, nor overtakes one that came before its trigger.
 */

enum sx_recall_thru {
	SX_THRU_ALL,	  /* everything but the triggers */
	SX_THRU_REALTIME, /* only real-time bytes */
	SX_THRU_NONE,
};

#define SX_RECALL_LATE_US 50000 /* a note-on later than this is not played */
/* What passes and waits; beyond it messages are dropped, and counted. */
#define SX_RECALL_QUEUE_MOST ((size_t)16 << 20)
#define SX_RECALL_WEAR                                        \
	100 /* sends to a memory in an hour, before a warning \
	     */

enum sx_recall_outcome {
	SX_RECALL_SENT,
	SX_RECALL_SUPERSEDED, /* a newer trigger came before it left */
	SX_RECALL_REPEAT,     /* that dump is on the wire */
	SX_RECALL_NO_PORT,    /* the output is not there, or got lost */
};
const char *sx_recall_outcome_text(enum sx_recall_outcome o); /* "no port" */

enum sx_recall_event_type {
	SX_RECALL_TRIGGER, /* what became of `trigger` */
	SX_RECALL_NO_LINE, /* a program, `trigger`, that no line is for */
	SX_RECALL_ECHO,	   /* the output's dump came back: it does not pass */
	SX_RECALL_WEARS,   /* more than SX_RECALL_WEAR sends to the memory of
			      what is at `output` within an hour */
};

struct sx_recall_event {
	enum sx_recall_event_type type;
	struct sx_trigger trigger;
	const struct sx_recall_line *line;
	const struct sx_recall_dump *dump; /* until its set is freed */
	enum sx_recall_outcome outcome;
	size_t output;
	size_t bytes; /* of the dump that have left */
	int64_t at;   /* when the trigger came */
	int64_t took; /* us from then to now: SENT: to its last byte */
};

struct sx_recall_counts {
	uint64_t triggers, sent, superseded, repeats, no_port;
	uint64_t unheeded;  /* triggers while nothing was playing (--playing) */
	uint64_t unsent;    /* that waited when it ended */
	uint64_t passed;    /* bytes that passed, real-time ones included */
	uint64_t swallowed; /* bytes of triggers and their note-offs */
	uint64_t late;	    /* note-ons that were dropped, with their offs */
	uint64_t late_bytes;
	uint64_t sensing;    /* active sensing, bytes */
	uint64_t realtime;   /* real-time bytes dropped during a dump, */
	uint64_t crowded;    /* and those that found no room */
	uint64_t not_thru;   /* bytes that do not pass by the choice of thru */
	uint64_t torn;	     /* bytes of incomplete messages and of none */
	uint64_t echoed;     /* bytes of dumps that came back */
	uint64_t overflowed; /* bytes beyond SX_RECALL_QUEUE_MOST */
	uint64_t unplugged;  /* bytes that had no output to pass to */
	uint64_t waiting;    /* bytes that wait now */
	uint64_t offs;	     /* note-offs that were made */
};

struct sx_recall_machine;

struct sx_recall_options {
	const struct sx_recall_set *set; /* borrowed until it is replaced and no
					    longer in use */
	size_t noutputs;       /* as many as the set was loaded with; all up */
	const unsigned *rates; /* of each, bytes/s, for what passes; copied */
	enum sx_recall_thru thru;
	bool drop_realtime; /* during a dump */
	bool playing; /* triggers count only between Start or Continue and Stop
		       */
};

/* NULL and e: out of memory. m may be NULL when freed. */
struct sx_recall_machine *sx_recall_machine_new(
    const struct sx_recall_options *o, struct sx_err *e);
void sx_recall_machine_free(struct sx_recall_machine *m);

/* A span of the input that came at `now`. The events are to be taken out before
 * the next call of any function that takes `now`. -1 and e: out of memory. */
int sx_recall_machine_take(struct sx_recall_machine *m,
    const struct sx_span *span, int64_t now, struct sx_err *e);

/* A complete channel message: may it be a trigger? Then *t is what; a bank that
 * it selects is remembered. Part of sx_recall_machine_take(). */
bool sx_recall_machine_hear(
    struct sx_recall_machine *m, const uint8_t *message, struct sx_trigger *t);

/* The input is gone, after its last span: notes that sound are ended once what
 * came before has left. -1 and e: out of memory. */
int sx_recall_machine_input_lost(
    struct sx_recall_machine *m, int64_t now, struct sx_err *e);

/* An output is lost: what was due there is dropped; or it is there again. */
void sx_recall_machine_output(
    struct sx_recall_machine *m, size_t output, bool up, int64_t now);

/* From here on triggers are looked up in this set. */
void sx_recall_machine_set(
    struct sx_recall_machine *m, const struct sx_recall_set *set);
/* Is something of the set on the wire, or does it wait? */
bool sx_recall_machine_uses(
    const struct sx_recall_machine *m, const struct sx_recall_set *set);

/* The end: what waits is dropped, what is on the wire and what passes goes on;
 * notes that sound are ended. -1 and e: out of memory. */
int sx_recall_machine_stop(
    struct sx_recall_machine *m, int64_t now, struct sx_err *e);
/* Has all left that is to? */
bool sx_recall_machine_idle(const struct sx_recall_machine *m);

/* What may be written to an output. */
struct sx_recall_chunk {
	const uint8_t *data; /* until the next call that takes `now` */
	size_t len;	     /* 0: nothing now */
	unsigned rate;	     /* bytes/s */
	int64_t due;	     /* nothing now: when to ask again; INT64_MAX: when
				something has come */
};

void sx_recall_machine_next(struct sx_recall_machine *m, size_t output,
    int64_t now, struct sx_recall_chunk *chunk);
/* n bytes of that, from the first on, were written at `now`. */
void sx_recall_machine_sent(
    struct sx_recall_machine *m, size_t output, size_t n, int64_t now);

/* Is a SysEx message of a dump cut there if it ends now? How many bytes of it
 * have left; 0: none is. */
size_t sx_recall_machine_open(const struct sx_recall_machine *m, size_t output);

/* The next event; false: there is none. */
bool sx_recall_machine_event(
    struct sx_recall_machine *m, struct sx_recall_event *ev);

const struct sx_recall_counts *sx_recall_machine_counts(
    struct sx_recall_machine *m);

#endif
