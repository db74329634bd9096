/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_BACK_H
#define SXLIB_BACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"
#include "sxlib/request.h"
#include "sxlib/talk.h"

/*
 * What was sent comes back, over the talk that it was sent through: asked for,
 * or dumped by hand. Only what the unit sends after that counts. All calls that
 * take a talk fail as sx_talk_next() does.
 */

enum sx_back_how {
	SX_BACK_NOT,	 /* it holds nothing that is stored */
	SX_BACK_LATER,	 /* the same slot is sent once more */
	SX_BACK_ASK,	 /* the unit can be asked for it */
	SX_BACK_BY_HAND, /* it cannot */
};

/* One message that was sent, and what came back of it. */
struct sx_back {
	/* Set by the caller, borrowed. */
	const uint8_t *sent;
	size_t sent_len;
	const struct sx_facts *sent_facts;
	/* By sx_backs_plan(). */
	enum sx_back_how how;
	struct sx_request q; /* ASK */
	/* What came back, as one message, owned; NULL: nothing. Of several
	 * messages the checksum is recomputed: it was right in all of them. */
	uint8_t *data;
	size_t len;
	struct sx_facts facts;
	bool over; /* BY_HAND: nothing more is awaited; set by the caller */
};

/* How can each come back? */
void sx_backs_plan(
    struct sx_back *list, size_t n, const struct sx_devices *user);

/* Pass over what comes now, all at once. Is any of it what was sent (a loop,
 * MIDI thru)? 0 or -1. */
int sx_backs_pass(
    struct sx_talk *t, const struct sx_back *list, size_t n, bool *echoes);

/* Ask for it, several times if need be. 1: it is there; its checksum may be
 * wrong, each time. 0: it is not; -1. */
int sx_back_ask(struct sx_talk *t, const struct sx_devices *user,
    struct sx_back *b, unsigned retries);

/* A wait for one that is dumped by hand. */
struct sx_back_wait {
	int64_t patience; /* us; set by the caller */
	/* Private, zero at first. */
	int64_t since, until;
};

enum sx_back_came {
	SX_BACK_NONE,	 /* none in time */
	SX_BACK_CAME,	 /* *number: it is there */
	SX_BACK_DAMAGED, /* one came damaged: wait on */
};

/* The next one, as *came says. 0 or -1. */
int sx_backs_wait(struct sx_talk *t, const struct sx_devices *user,
    struct sx_back *list, size_t n, struct sx_back_wait *w,
    enum sx_back_came *came, size_t *number);

/* Free what came back. */
void sx_back_forget(struct sx_back *b);

/* ---- All of it: verify.c ---- */

enum sx_verify_type {
	SX_VERIFY_ECHOES,  /* what was sent came back at once: that proves
			      nothing and is not counted */
	SX_VERIFY_ASKING,  /* `number` is asked for next, the `nth` of those */
	SX_VERIFY_BY_HAND, /* `number`, or any other that is awaited, is to be
			      dumped by hand now; `left` are */
	SX_VERIFY_DAMAGED, /* a dump by hand came damaged: once more */
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
	struct sx_back *list; /* planned */
	size_t n;
	unsigned retries;
	int64_t patience; /* us, for one by hand */
	/* Private. */
	int phase;
	bool asked; /* `at` was told */
	size_t at, nth, given;
	struct sx_back_wait wait;
};

/* How many are to come back so? */
size_t sx_backs_count(
    const struct sx_back *list, size_t n, enum sx_back_how how);

/* Get all of it back, first what can be asked for. 1 and *ev. 0: it is over.
 * -1 as sx_talk_next(). */
int sx_verify_next(struct sx_verify *v, struct sx_verify_event *ev);

#endif
