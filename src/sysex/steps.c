/* SPDX-License-Identifier: ISC */
#include "sxlib/steps.h"
#include "layout.h"

/* Read the steps of all tracks at offset `from`, as step `first` and
 * following. */
static bool
steps_read_from(struct sx_steps *s, const struct sx_steps_at *at, int32_t from,
    unsigned first, const uint8_t *msg, size_t n)
{
	size_t bytes = at->steps / 8u, start = (size_t)from;
	size_t size = sx_packed_size(SX_CODE_8IN7, bytes * at->tracks);
	struct sx_packed d = { msg + start, size, SX_CODE_8IN7, false };
	uint64_t bits;

	/* The F7 follows them. */
	if (start + size >= n)
		return false;
	for (size_t track = 0; track < at->tracks; track++) {
		bits = 0;
		for (size_t i = 0; i < bytes; i++)
			bits = bits << 8 |
			       (uint8_t)sx_packed_byte(&d, track * bytes + i);
		s->on[track] |= bits << first;
	}
	return true;
}

bool
sx_steps_read(struct sx_steps *s, const struct sx_facts *facts,
    const uint8_t *msg, size_t n)
{
	struct sx_message_kind kind;
	const struct sx_steps_at *at = &kind.steps;
	unsigned there;

	*s = (struct sx_steps){ .tracks = 0 };
	if (facts->format.at == NULL)
		return false;
	sx_message_kind(facts->format, &kind);
	if (at->tracks == 0 || (size_t)at->length >= n ||
	    !steps_read_from(s, at, at->at, 0, msg, n))
		return false;
	there = at->steps;
	if (at->then > 0 && steps_read_from(s, at, at->then, there, msg, n))
		there *= 2;
	s->tracks = at->tracks;
	s->length = msg[at->length];
	s->source = at->source;
	return s->length > 0 && s->length <= there;
}
