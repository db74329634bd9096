/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_FUZZ_FAKE_SESSION_H
#define SXLIB_TESTS_FUZZ_FAKE_SESSION_H

#include "fuzz.h"
#include "sxlib/dump.h"
#include "sxlib/request.h"

/*
 * In place of session.h and midi_io.h: one port, on which an instrument answers
 * requests as the input of a fuzz target says, at a time that passes only here.
 */

#define WISHES_MOST 16

/* A dump that came in, or the beginning of one. */
struct came {
	uint8_t *p;
	size_t n;
	bool damaged, bad_sum;
	size_t asked; /* the wish that was asked for last */
};

struct world {
	struct sx_request wishes[WISHES_MOST];
	size_t nwishes;
	const uint8_t *in; /* what happens */
	size_t n;
	struct came *came;
	size_t ncame;
	struct fake *fake; /* private */
};

/* Of all sessions from here on this is the world. Comes to its end by itself
 * when the input does; a conversation that goes on after that is aborted. */
void world_begin(struct world *w);
void world_end(struct world *w);

#endif
