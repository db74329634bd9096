/* SPDX-License-Identifier: ISC */
/*
 * The framer against the reference, for any pieces and any position of a cut.
 * Input: a seed for the pieces, the position of the cut, then MIDI.
 */
#include "reference.h"

/* Feed a piece, from memory of exactly its size. */
static void
feed(struct sx_framer *f, const uint8_t *in, size_t n, struct tokens *t)
{
	uint8_t *piece = fuzz_copy(in, n);
	struct sx_span span;
	size_t pos = 0, used;
	bool stood = false;

	while (pos < n) {
		used = sx_framer_feed(f, piece + pos, n - pos, &span);
		MUST(used <= n - pos);
		/* If no byte is consumed, one is at the next call. */
		MUST(used > 0 || (!stood && span.end != SX_END_OPEN));
		stood = used == 0;
		pos += used;
		tokens_span(t, &span);
	}
	free(piece);
}

static void
frame(const uint8_t *in, size_t n, size_t cut, uint32_t seed, struct tokens *t)
{
	struct sx_framer f;
	struct sx_span span;
	size_t pos = 0, len;

	sx_framer_init(&f);
	while (pos < n) {
		if (pos == cut) {
			sx_framer_cut(&f, SX_END_OVERRUN, &span);
			tokens_span(t, &span);
		}
		len = fuzz_piece(&seed, n - pos);
		if (pos < cut && pos + len > cut)
			len = cut - pos;
		feed(&f, in + pos, len, t);
		pos += len;
	}
	sx_framer_cut(&f, SX_END_INPUT, &span);
	tokens_span(t, &span);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct reference r = { .have = 0 };
	struct tokens want = { .n = 0 }, got = { .n = 0 };
	uint32_t seeds[3] = { 0, 1, 2 };
	size_t cut;

	seeds[2] += fuzz_byte(&in, &n);
	cut = fuzz_byte(&in, &n);
	for (size_t i = 0; i < n; i++) {
		if (i == cut)
			reference_cut(&r, SX_END_OVERRUN, &want);
		reference_byte(&r, in[i], &want);
	}
	reference_cut(&r, SX_END_INPUT, &want);
	for (size_t i = 0; i < 3; i++) {
		frame(in, n, cut, seeds[i], &got);
		tokens_same(&got, &want);
		tokens_free(&got);
	}
	tokens_free(&want);
	for (size_t i = 0; i <= n; i++) {
		size_t at = sx_find_status(in + i, n - i), k = 0;

		while (k < n - i && in[i + k] < 0x80)
			k++;
		MUST(at == k);
		i += k;
	}
	return 0;
}
