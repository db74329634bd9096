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
 * The logic of `recall`. In: the messages of a sequencer, as spans of a framer.
 * Out: the bytes to write to each output, and what happened to each trigger.
 * Pure: it only sees times (us) as numbers passed in, and never waits.
 *
 * An output sends one dump at a time, to its end. One more may wait; a newer
 * one replaces it. Messages that pass through go to the first output, in order;
 * during a dump only real-time bytes do. A dump never interrupts such a
 * message, and never overtakes one that arrived before its trigger.
 */

enum sx_recall_thru {
	SX_THRU_ALL,	  /* everything but the triggers */
	SX_THRU_REALTIME, /* only real-time bytes */
	SX_THRU_NONE,
};

#define SX_RECALL_LATE_US 50000 /* a note-on later than this is dropped */
/* Limit for queued pass-through bytes; messages beyond it are dropped and
 * counted. */
#define SX_RECALL_QUEUE_MOST ((size_t)16 << 20)
#define SX_RECALL_WEAR                                        \
	100 /* sends to a memory in an hour, before a warning \
	     */

enum sx_recall_outcome {
	SX_RECALL_SENT,
	SX_RECALL_SUPERSEDED, /* replaced by a newer trigger before it was
				 sent */
	SX_RECALL_REPEAT,     /* the same dump is being sent already */
	SX_RECALL_NO_PORT,    /* the output is missing, or was lost */
};
const char *sx_recall_outcome_text(enum sx_recall_outcome o); /* "no port" */

enum sx_recall_event_type {
	SX_RECALL_TRIGGER, /* the outcome of `trigger` */
	SX_RECALL_NO_LINE, /* no line for program change `trigger`; reported
			      once for each */
	SX_RECALL_ECHO,	   /* the dump sent to the output came back; it is not
			      passed through */
	SX_RECALL_WEARS,   /* more than SX_RECALL_WEAR sends within an hour to
			      the memory of the unit at `output` */
};

struct sx_recall_event {
	enum sx_recall_event_type type;
	struct sx_trigger trigger;
	const struct sx_recall_line *line;
	const struct sx_recall_dump *dump; /* valid until its set is freed */
	enum sx_recall_outcome outcome;
	size_t output;
	size_t bytes; /* bytes of the dump sent */
	int64_t at;   /* arrival of the trigger */
	int64_t took; /* us from then to now; SENT: to the last byte on the
			 wire */
};

struct sx_recall_counts {
	uint64_t triggers, sent, superseded, repeats, no_port;
	uint64_t unheeded;  /* ignored triggers: not playing (with `playing`) */
	uint64_t unsent;    /* dumps still waiting at the end */
	uint64_t passed;    /* bytes passed through, real-time ones included */
	uint64_t swallowed; /* bytes of triggers and their note-offs not passed
			       through */
	uint64_t late;	    /* note-ons dropped with their note-offs */
	uint64_t late_bytes;
	uint64_t sensing;    /* active sensing bytes */
	uint64_t realtime;   /* real-time bytes dropped during a dump */
	uint64_t crowded;    /* real-time bytes dropped because the queue was
				full */
	uint64_t not_thru;   /* bytes not passed through because of `thru` */
	uint64_t torn;	     /* bytes of incomplete messages and outside
				messages */
	uint64_t echoed;     /* bytes of dumps that came back */
	uint64_t overflowed; /* bytes beyond SX_RECALL_QUEUE_MOST */
	uint64_t unplugged;  /* bytes dropped because the output was missing */
	uint64_t waiting;    /* bytes queued now */
	uint64_t offs;	     /* note-offs generated */
};

struct sx_recall_machine;

struct sx_recall_options {
	const struct sx_recall_set *set; /* borrowed until it is replaced and no
					    longer in use */
	size_t noutputs;       /* as the set was loaded with; all start as up */
	const unsigned *rates; /* of each output, bytes/s, for pass-through;
				  copied */
	enum sx_recall_thru thru;
	bool drop_realtime; /* drop real-time bytes during a dump */
	bool playing; /* ignore triggers except between Start or Continue and
			 Stop */
};

/* _new returns NULL and sets e if out of memory. _free accepts NULL. */
struct sx_recall_machine *sx_recall_machine_new(
    const struct sx_recall_options *o, struct sx_err *e);
void sx_recall_machine_free(struct sx_recall_machine *m);

/* Process a span of the input that arrived at `now`. Get all events before the
 * next call of any function with a `now` parameter. Returns 0, or -1 and sets e
 * if out of memory. */
int sx_recall_machine_take(struct sx_recall_machine *m,
    const struct sx_span *span, int64_t now, struct sx_err *e);

/* Process a complete channel message: can it be a trigger? If so, *t is set.
 * Remembers bank selects. Used by sx_recall_machine_take(). */
bool sx_recall_machine_hear(
    struct sx_recall_machine *m, const uint8_t *message, struct sx_trigger *t);

/* The input is gone; call after its last span. Notes still sounding are stopped
 * once everything before has been sent. Returns 0, or -1 and sets e if out of
 * memory. */
int sx_recall_machine_input_lost(
    struct sx_recall_machine *m, int64_t now, struct sx_err *e);

/* An output was lost (up false: whatever was to be sent there is dropped), or
 * is back. */
void sx_recall_machine_output(
    struct sx_recall_machine *m, size_t output, bool up, int64_t now);

/* Look up triggers in this set from now on. */
void sx_recall_machine_set(
    struct sx_recall_machine *m, const struct sx_recall_set *set);
/* Is the set current, or one of its dumps being sent, waiting or expected
 * back? */
bool sx_recall_machine_uses(
    const struct sx_recall_machine *m, const struct sx_recall_set *set);

/* Stop: waiting dumps are dropped; the dump being sent and pass-through are
 * finished, and notes still sounding are stopped. Returns 0, or -1 and sets e
 * if out of memory. */
int sx_recall_machine_stop(
    struct sx_recall_machine *m, int64_t now, struct sx_err *e);
/* Has everything been sent? */
bool sx_recall_machine_idle(const struct sx_recall_machine *m);

/* Bytes that may be written to an output now. */
struct sx_recall_chunk {
	const uint8_t *data; /* valid until the next call with a `now`
				parameter */
	size_t len;	     /* 0: nothing now */
	unsigned rate;	     /* bytes/s */
	int64_t due;	     /* if len is 0: when to ask again; INT64_MAX: after
				the next input */
};

void sx_recall_machine_next(struct sx_recall_machine *m, size_t output,
    int64_t now, struct sx_recall_chunk *chunk);
/* The first n bytes of the chunk were written at `now`. */
void sx_recall_machine_sent(
    struct sx_recall_machine *m, size_t output, size_t n, int64_t now);

/* Number of bytes sent of a SysEx message of a dump that would be cut if output
 * stopped now; 0: none. */
size_t sx_recall_machine_open(const struct sx_recall_machine *m, size_t output);

/* Get the next event; false if there is none. */
bool sx_recall_machine_event(
    struct sx_recall_machine *m, struct sx_recall_event *ev);

const struct sx_recall_counts *sx_recall_machine_counts(
    struct sx_recall_machine *m);

#endif
