/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DUMP_H
#define SXLIB_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"
#include "sxlib/framer.h"

/*
 * Spans in, messages and dumps out: which bytes belong together and which are
 * to be kept. Pure: knows times only as numbers it is given.
 */

/* A moment, in microseconds: for intervals, and for names and people. */
struct sx_time {
	int64_t mono; /* CLOCK_MONOTONIC */
	int64_t wall; /* CLOCK_REALTIME, UTC, since 1970 */
};

enum sx_damage_kind {
	SX_DAMAGE_NONE,
	SX_DAMAGE_STATUS, /* cut by a status byte */
	SX_DAMAGE_NEW_F0,
	SX_DAMAGE_NO_F0, /* the rest of a message whose beginning is missing */
	SX_DAMAGE_OVERRUN,
	SX_DAMAGE_UNPLUGGED,
	SX_DAMAGE_TIMEOUT,
	SX_DAMAGE_INPUT,
	SX_DAMAGE_INTERRUPTED,
};

struct sx_damage {
	enum sx_damage_kind kind;
	uint8_t status; /* SX_DAMAGE_STATUS: the byte that cut it */
};

#define SX_DAMAGE_TEXT 24
/* "status byte 90", "end of input", ... into buf; NULL if there is none. */
const char *sx_damage_text(struct sx_damage d, char buf[SX_DAMAGE_TEXT]);

/* What the span that ends a message says about it; NO_F0 for a stray run. */
struct sx_damage sx_span_damage(const struct sx_span *span);

/* What is to become of a message. What is damaged is kept, since it may have
 * begun as something else, unless it is plainly of another maker. */
enum sx_verdict {
	SX_KEEP,
	SX_NOT_A_DUMP,	/* transport, handshake, identity, ... */
	SX_OTHER_MAKER, /* not of a wanted maker */
};

/*
 * So much of a message is held in memory while it comes in. Of a longer one
 * that is kept all bytes are handed on; but at its end no more is known of it
 * than its beginning tells, and its checksum is not judged.
 */
#define SX_BUFFERED_MOST ((size_t)8 << 20)

/* One SysEx message, or the rest of one. */
struct sx_message {
	const uint8_t *data; /* real-time bytes taken out; NULL: it is longer
				than SX_BUFFERED_MOST */
	size_t len;
	struct sx_time time; /* of its first byte */
	struct sx_damage damage;
	size_t realtime; /* bytes F8..FF that came inside */
	enum sx_verdict verdict;
	struct sx_facts facts;
};

/* A message's place in its dump. */
struct sx_piece {
	uint64_t off;
	size_t len;
	struct sx_time time;
};

/* Messages that belong together and are kept as one. */
struct sx_dump {
	struct sx_time time; /* of its first byte */
	uint64_t bytes;
	size_t messages;
	const struct sx_piece *pieces; /* sx_dump_pieces() of them */
	struct sx_damage damage;       /* the first there is */
	size_t realtime;
	struct sx_facts facts; /* of the whole: see struct sx_summary */
	/* Which one of those that are awaited it is, from 1, so that its {n} is
	 * the first one plus that, whatever has not come; 0: the next. */
	size_t nth;
};

/* One piece for each message, but no more than this, so that a dump of ever
 * more messages takes no memory without end. */
#define SX_PIECES_MOST ((size_t)1 << 16)
size_t sx_dump_pieces(const struct sx_dump *d);

/*
 * Facts of a dump out of those of its messages: what all agree on stays,
 * slot and name go where they differ; the checksum is the worst (bad,
 * unknown, ok, none), the trust the least.
 */
void sx_facts_join(struct sx_facts *dump, const struct sx_facts *message);

/*
 * The same for messages that come one after the other, of which some are a pair
 * (sx_facts_stores()): it counts once, with the slot of its second message.
 */
struct sx_summary {
	struct sx_facts all; /* of all messages so far, as one dump */
	size_t dumps;
	/* Private. */
	struct sx_facts before, last;
};

/* Zero s before the first. True: it is the second one of a pair. */
bool sx_summary_add(struct sx_summary *s, const struct sx_facts *message);

enum sx_split {
	SX_SPLIT_AUTO, /* MESSAGE if facts.complete, else GAP */
	/* Each message is a dump; but one that the next may store is open until
	 * `gap` has gone by, and both are one dump. */
	SX_SPLIT_MESSAGE,
	SX_SPLIT_GAP, /* all messages less than `gap` apart are one */
};

struct sx_rules {
	enum sx_split split;
	int64_t gap; /* us, from the last byte of one to the first of the next
			message */
	bool all;    /* keep what is no dump, too */
	/* Keep only these makers; none: all. What has no ID is always kept.
	 * Borrowed: must outlive the collector. */
	const char *const *makers;
	size_t nmakers;
	const struct sx_devices
	    *devices; /* the user's own, or NULL; borrowed */
};

/*
 * The collector. Each call that takes something in may leave several steps to
 * be taken out with sx_collector_next() before the next one.
 */
struct sx_collector;

enum sx_step_kind {
	SX_STEP_DATA,	 /* bytes to be stored: dumps grow by these */
	SX_STEP_MESSAGE, /* a message has ended */
	SX_STEP_DUMP,	 /* the open dump has ended */
	SX_STEP_LOSS,	 /* bytes are missing, and no message was open */
};

/*
 * For each kept dump: one or more DATA (the first with `begins`), one MESSAGE
 * after the DATA of each of its messages, then DUMP. A message that is not
 * kept gives its MESSAGE alone. Dumps do not interleave. Whole messages may
 * be missing at a LOSS, so a dump that is open then is damaged.
 */
struct sx_step {
	enum sx_step_kind kind;
	bool begins;	     /* DATA: the first of a new dump */
	struct sx_time time; /* DATA: arrival of the dump's first byte */
	/* Borrowed from the collector until its next call. */
	const uint8_t *data; /* DATA */
	size_t len;
	const struct sx_message *message; /* MESSAGE */
	const struct sx_dump *dump;	  /* DUMP */
};

/* NULL and e filled if memory ends. rules is copied. Free with _free. */
struct sx_collector *sx_collector_new(
    const struct sx_rules *rules, struct sx_err *e);
void sx_collector_free(struct sx_collector *c);

/*
 * Take one span that arrived at t. Spans that are neither SYSEX nor STRAY are
 * only counted. doubt: bytes may be missing or wrong in it, so its message is
 * damaged (overrun) even if the framing is whole; in no message, it is a LOSS,
 * as is the end of no message by an overrun. -1: out of memory.
 */
int sx_collector_span(struct sx_collector *c, const struct sx_span *span,
    struct sx_time t, bool doubt, struct sx_err *e);

/* It is now t, and nothing else has come until then. */
void sx_collector_tick(struct sx_collector *c, struct sx_time t);

/* The open dump ends here, after its open message if that has been cut. */
void sx_collector_flush(struct sx_collector *c);

/* The mono time from which a tick has an effect; INT64_MAX: none now. */
int64_t sx_collector_deadline(const struct sx_collector *c);

/* Take the next step out: 1, or 0 if there is none. */
int sx_collector_next(struct sx_collector *c, struct sx_step *step);

/* Bytes of the message that is coming in now, 0 if none is; its facts as far
 * as they are known, NULL if not yet. */
/* The first bytes of the open message; returns how many it has so far, also if
 * more than SX_TRIAGE_BYTES. */
size_t sx_collector_head(
    const struct sx_collector *c, uint8_t head[SX_TRIAGE_BYTES]);
size_t sx_collector_open(
    const struct sx_collector *c, const struct sx_facts **facts);

#endif
