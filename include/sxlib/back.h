/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_BACK_H
#define SXLIB_BACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"
#include "sxlib/items.h"
#include "sxlib/load.h"
#include "sxlib/request.h"
#include "sxlib/talk.h"

/*
 * Reads back what was sent, over the talk that sent it: requested, or dumped by
 * hand. Only what the unit sends afterwards counts.
 */

enum sx_back_how {
	SX_BACK_NOT,	 /* holds nothing that is stored */
	SX_BACK_LATER,	 /* the same slot is sent again later */
	SX_BACK_ASK,	 /* can be requested */
	SX_BACK_WITH,	 /* comes with the answer to one before it */
	SX_BACK_BY_HAND, /* cannot be requested */
};

/* One message that was sent, and what came back. */
struct sx_back {
	const struct sx_outgoing *sent;
	enum sx_back_how how;
	struct sx_request q; /* ASK */
	size_t more;	     /* ASK: messages after it that come with it */
	/* What came back, as one message, owned; NULL: nothing. If a message
	 * with an address came in pieces its checksum is recomputed; it was
	 * right in each of them. Bytes beyond the last message of an answer are
	 * appended to that message. */
	uint8_t *data;
	size_t len;
	struct sx_facts facts;
	bool over; /* no longer expected */
};

enum sx_verify_type {
	SX_VERIFY_ECHOES,  /* what was sent came back at once: this proves
			      nothing and does not count */
	SX_VERIFY_ASKING,  /* `number` is requested next, as the `nth` request,
			      and messages that come with it */
	SX_VERIFY_BY_HAND, /* `number`, or any other one still expected, is to
			      be dumped by hand now; `left` remain */
	SX_VERIFY_DAMAGED, /* a dump by hand arrived damaged: it must be sent
			      again */
	SX_VERIFY_BACK,	   /* `number` is there, until the next call */
	SX_VERIFY_SILENT,  /* `number` did not come back */
};

struct sx_verify_event {
	enum sx_verify_type type;
	size_t number, nth, left;
};

struct sx_verify {
	/* Set by the caller, borrowed. */
	struct sx_talk *talk;
	const struct sx_devices *user;
	const struct sx_load *load; /* what is sent */
	unsigned retries;
	int64_t patience; /* us to wait for a dump by hand */
	/* Set by sx_verify_plan(). */
	struct sx_back *list; /* one for each message of load; owned */
	size_t n;
	/* Private. */
	int phase;
	bool asked; /* `at` was reported */
	size_t at, nth, given;
	int64_t since, until; /* wait for a dump by hand */
};

/* Call before sending: decides how each message can be read back. Returns -1
 * and sets e if none can be (SX_EREFUSED), or if out of memory. */
int sx_verify_plan(struct sx_verify *v, struct sx_err *e);
/* Number of messages with this `how`, and of those still expected to come back.
 */
size_t sx_verify_count(const struct sx_verify *v, enum sx_back_how how);
size_t sx_verify_open(const struct sx_verify *v);
/* How to start the dump by hand at the front panel; NULL: unknown, or no such
 * dump. */
const char *sx_verify_panel(const struct sx_verify *v);

/* Read everything back, requested ones first. 1: *ev is the next event. 0:
 * done. -1 as sx_talk_next(). */
int sx_verify_next(struct sx_verify *v, struct sx_verify_event *ev);

/* The two sides of a message as files for sx_diff: as it was sent, and as it
 * came back. Only pointers: valid until the next event. */
struct sx_verify_sides {
	struct sx_items sent, back;
	struct sx_item items[2]; /* private */
};
void sx_verify_sides(
    const struct sx_verify *v, size_t number, struct sx_verify_sides *s);

/* v may be zeroed and never used. */
void sx_verify_free(struct sx_verify *v);

#endif
