/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DUMP_H
#define SXLIB_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"
#include "sxlib/framer.h"

/* Spans in, messages and dumps out: which bytes belong together, and which to
 * keep. Pure: times are only numbers passed in. */

/* A point in time, in microseconds: mono for intervals, wall for file names and
 * display. */
struct sx_time {
	int64_t mono; /* CLOCK_MONOTONIC */
	int64_t wall; /* CLOCK_REALTIME, UTC, since 1970 */
};

enum sx_damage_kind {
	SX_DAMAGE_NONE,
	SX_DAMAGE_STATUS, /* cut by a status byte */
	SX_DAMAGE_NEW_F0,
	SX_DAMAGE_NO_F0, /* the rest of a message whose start is missing */
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
/* "status byte 90", "end of input", ... in buf, which is returned; NULL if
 * there is no damage. */
const char *sx_damage_text(struct sx_damage d, char buf[SX_DAMAGE_TEXT]);

/* The damage indicated by the last span of a message; NO_F0 for a stray run. */
struct sx_damage sx_span_damage(const struct sx_span *span);

/* What to do with a message. A damaged one is kept, since it may have begun as
 * something else. Exceptions, unless bytes in it were lost: one whose sender
 * waits for an answer (facts.waits), and one of another maker. */
enum sx_verdict {
	SX_KEEP,
	SX_NOT_A_DUMP,	/* transport, handshake, identity, ... */
	SX_OTHER_MAKER, /* not of a maker in the rules */
};

/*
 * How much of a message is held in memory while it arrives. A longer one that
 * is kept is still passed on completely, but its facts come from its start
 * alone, and its checksum is not verified.
 */
#define SX_BUFFERED_MOST ((size_t)8 << 20)

/* One SysEx message, or the rest of one. */
struct sx_message {
	const uint8_t *data; /* real-time bytes removed; NULL: longer than
				SX_BUFFERED_MOST */
	size_t len;
	struct sx_time time; /* of its first byte */
	struct sx_damage damage;
	size_t realtime; /* number of F8..FF bytes inside */
	enum sx_verdict verdict;
	struct sx_facts facts;
};

/* Position of a message in its dump. */
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
	struct sx_damage damage;       /* the first in the dump */
	size_t realtime;
	struct sx_facts facts; /* of the whole dump: see struct sx_summary */
	/* Its number among the expected dumps, from 1: its {n} is the first one
	 * plus nth - 1, even if others have not arrived. 0: the next {n}. */
	size_t nth;
};

/* One piece per message, up to this limit, so that memory use is bounded. */
#define SX_PIECES_MOST ((size_t)1 << 16)
size_t sx_dump_pieces(const struct sx_dump *d);

/*
 * Combine the facts of a dump with those of one of its messages: what they
 * agree on stays, slot and name are cleared where they differ; the checksum is
 * the worst (bad, unknown, ok, none), the trust the lowest.
 */
void sx_facts_join(struct sx_facts *dump, const struct sx_facts *message);

/* The same for consecutive messages, some of which are a pair
 * (sx_facts_stores()): a pair counts once, with the slot of its second message.
 */
struct sx_summary {
	struct sx_facts all; /* of all messages so far, as one dump */
	size_t dumps;
	/* Private. */
	struct sx_facts before, last;
};

/* Zero s before the first call. Returns true for the second message of a pair.
 */
bool sx_summary_add(struct sx_summary *s, const struct sx_facts *message);

enum sx_split {
	SX_SPLIT_AUTO, /* MESSAGE if facts.complete, else GAP */
	/* Each message is a dump. One that the next message may store stays
	 * open for `gap`, and both are one dump. */
	SX_SPLIT_MESSAGE,
	SX_SPLIT_GAP, /* messages less than `gap` apart are one dump */
};

struct sx_rules {
	enum sx_split split;
	int64_t gap; /* us, from the last byte of one message to the first of
			the next */
	bool all;    /* also keep messages that are not dumps */
	/* Keep only these makers; none: all. Messages without an ID are always
	 * kept. Borrowed: must outlive the collector. */
	const char *const *makers;
	size_t nmakers;
	const struct sx_devices
	    *devices; /* the user's own, or NULL; borrowed */
};

/* The collector. After each call that feeds it, take out all steps with
 * sx_collector_next() before the next one. */
struct sx_collector;

enum sx_step_kind {
	SX_STEP_DATA,	 /* bytes to store: the dump grows by them */
	SX_STEP_MESSAGE, /* a message ended */
	SX_STEP_DUMP,	 /* the open dump ended */
	SX_STEP_LOSS,	 /* bytes are missing, and no message was open */
};

/*
 * For each kept dump: one or more DATA (the first with `begins`), a MESSAGE
 * after the DATA of each message, then DUMP. A message that is not kept yields
 * only its MESSAGE. Dumps never interleave. Whole messages may be missing at a
 * LOSS, so a dump open at that point is damaged.
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

/* Returns NULL and sets e if out of memory. rules is copied. Free with _free,
 * which accepts NULL. */
struct sx_collector *sx_collector_new(
    const struct sx_rules *rules, struct sx_err *e);
void sx_collector_free(struct sx_collector *c);

/*
 * Feed one span that arrived at t. Spans other than SYSEX and STRAY are only
 * counted. doubt: bytes may be missing or wrong in it, so its message is
 * damaged (overrun) even if the framing is intact; outside of a message this is
 * a LOSS, as is an overrun that ends no message. Returns -1 and sets e if out
 * of memory.
 */
int sx_collector_span(struct sx_collector *c, const struct sx_span *span,
    struct sx_time t, bool doubt, struct sx_err *e);

/* The time is now t, and nothing else arrived until then. */
void sx_collector_tick(struct sx_collector *c, struct sx_time t);

/* End the open dump. If a message is open, the dump ends after it; cut it
 * first. */
void sx_collector_flush(struct sx_collector *c);

enum sx_transfer {
	SX_TRANSFER_BEGINS,
	SX_TRANSFER_ENDS,
	SX_TRANSFER_BREAKS, /* ends, but not all of it has come */
};

/*
 * The MESSAGE that was last taken out begins or ends a transfer, a dump of
 * several messages whose end is known. No gap ends it. Anything else that ends
 * it leaves it damaged (interrupted), as does a message of another maker
 * within. Has no effect with SX_SPLIT_MESSAGE, or for a message of another
 * maker than those in the rules.
 */
void sx_collector_transfer(struct sx_collector *c, enum sx_transfer what);
/* The same as _flush(), but also ends a transfer, whose dump is damaged with
 * this reason. */
void sx_collector_cut(struct sx_collector *c, enum sx_end why);

/* The mono time from which a tick has an effect; INT64_MAX: none for now. */
int64_t sx_collector_deadline(const struct sx_collector *c);

/* Take out the next step. Returns 1, or 0 if there is none. */
int sx_collector_next(struct sx_collector *c, struct sx_step *step);

/* Get the first bytes of the open message, up to SX_TRIAGE_BYTES. Returns its
 * length so far, 0: none is open. */
size_t sx_collector_head(
    const struct sx_collector *c, uint8_t head[SX_TRIAGE_BYTES]);
/* Length so far of the open message, 0: none is open. *facts is what is known
 * of it, borrowed until the next call; NULL: nothing yet. */
size_t sx_collector_open(
    const struct sx_collector *c, const struct sx_facts **facts);

#endif
