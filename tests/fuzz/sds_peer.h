/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_FUZZ_SDS_PEER_H
#define SXLIB_TESTS_FUZZ_SDS_PEER_H

#include "fuzz.h"
#include "sxlib/framer.h"
#include "sxlib/sds.h"

/* What the two tests of sample dumps share. */

#define WIRE_US 40640  /* of a packet */
#define STEPS	100000 /* more than any of these conversations takes */
#define DEVICE	5
#define LONGEST 256 /* no message of a dump is longer */

/* The end of a cable: bytes in, messages out. */
struct inlet {
	struct sx_framer framer;
	uint32_t seed; /* for fuzz_piece() */
	uint8_t message[LONGEST];
	size_t n;
	void (*take)(void *peer, const uint8_t *message, size_t n);
	void *peer;
};

/* What is too long or damaged is a message of no bytes. */
static inline void
inlet_span(struct inlet *in, const struct sx_span *span)
{
	if (span->kind != SX_SPAN_SYSEX)
		return;
	if (span->first)
		in->n = 0;
	for (size_t i = 0; i < span->len; i++, in->n++)
		if (in->n < LONGEST)
			in->message[in->n] = span->data[i];
	if (span->end != SX_END_OPEN)
		in->take(in->peer, in->message,
		    span->end == SX_END_WHOLE && in->n <= LONGEST ? in->n : 0);
}

static inline void
inlet_bytes(struct inlet *in, const uint8_t *bytes, size_t n)
{
	struct sx_span span;
	uint8_t *piece;
	size_t len, at;

	for (; n > 0; bytes += len, n -= len) {
		len = fuzz_piece(&in->seed, n);
		piece = fuzz_copy(bytes, len);
		for (at = 0; at < len;) {
			at += sx_framer_feed(
			    &in->framer, piece + at, len - at, &span);
			inlet_span(in, &span);
		}
		free(piece);
	}
}

/* Is the conversation? */
static inline bool
over(enum sx_sds_todo todo)
{
	return todo == SX_SDS_DONE || todo == SX_SDS_FAILED;
}

#endif
