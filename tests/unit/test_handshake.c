/* SPDX-License-Identifier: ISC */
/* Dumps in which each side waits: answers and sent messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "sxlib/handshake.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* Received messages, in order, and their answers; "": none. */
static const struct {
	const char *in, *out;
	enum sx_shake what;
	bool open;
} received[] = {
	/* D-50, two blocks; the second has a wrong checksum the first time. */
	{ "F0 41 00 14 40 02 00 00 00 00 08 76 F7", "F0 41 00 14 43 F7",
	    SX_SHAKE_BEGINS, true },
	{ "F0 41 00 14 42 02 00 00 01 02 03 04 74 F7", "F0 41 00 14 43 F7",
	    SX_SHAKE_DATA, true },
	{ "F0 41 00 14 42 02 00 04 01 02 03 04 71 F7", "F0 41 00 14 4E F7",
	    SX_SHAKE_BAD, true },
	{ "F0 41 00 14 42 02 00 04 01 02 03 04 70 F7", "F0 41 00 14 43 F7",
	    SX_SHAKE_DATA, true },
	{ "F0 41 00 14 45 F7", "F0 41 00 14 43 F7", SX_SHAKE_ENDS, false },
	/* Unannounced data; a request; RJC without an open transfer. */
	{ "F0 41 00 14 42 02 00 00 01 02 03 04 74 F7", "F0 41 00 14 4F F7",
	    SX_SHAKE_NOT, false },
	{ "F0 41 00 14 41 02 00 00 00 00 08 76 F7", "F0 41 00 14 4F F7",
	    SX_SHAKE_REFUSED, false },
	{ "F0 41 00 14 4F F7", "", SX_SHAKE_NOT, false },
	/* The older frame; the unit gives up. */
	{ "F0 41 40 02 23 F7", "F0 41 43 02 23 F7", SX_SHAKE_BEGINS, true },
	{ "F0 41 42 02 23 01 02 03 7A F7", "F0 41 43 02 23 F7", SX_SHAKE_DATA,
	    true },
	{ "F0 41 4F 02 23 F7", "", SX_SHAKE_CANCELLED, false },
	/* A model of four bytes. */
	{ "F0 41 10 00 00 00 0E 40 00 00 00 00 00 00 00 10 70 F7",
	    "F0 41 10 00 00 00 0E 43 F7", SX_SHAKE_BEGINS, true },
	{ "F0 41 10 00 00 00 0E 4E F7", "", SX_SHAKE_CANCELLED, false },
	/* Another unit and another model within a transfer: rejected, or
	   ignored. */
	{ "F0 41 00 14 40 02 00 00 00 00 08 76 F7", "F0 41 00 14 43 F7",
	    SX_SHAKE_BEGINS, true },
	{ "F0 41 01 14 42 02 00 00 01 02 03 04 74 F7", "F0 41 01 14 4F F7",
	    SX_SHAKE_NOT, true },
	{ "F0 41 00 16 42 02 00 00 01 02 03 04 74 F7", "F0 41 00 16 4F F7",
	    SX_SHAKE_NOT, true },
	{ "F0 41 01 14 4F F7", "", SX_SHAKE_NOT, true },
	{ "F0 41 01 14 45 F7", "", SX_SHAKE_NOT, true },
	{ "F0 41 4F 00 14 F7", "", SX_SHAKE_NOT, true },
	{ "F0 41 00 14 4F F7", "", SX_SHAKE_CANCELLED, false },
	/* One-way data, and a message that is too short. */
	{ "F0 41 00 14 12 02 00 00 01 7D F7", "", SX_SHAKE_NOT, false },
	{ "F0 41 F7", "", SX_SHAKE_NOT, false },
	/* A File Dump to 05, from 07: replies go there. */
	{ "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
	    "F0 7E 07 7F 00 F7", SX_SHAKE_BEGINS, true },
	{ "F0 7E 05 07 02 00 01 00 01 7F F7", "F0 7E 07 7E 00 F7", SX_SHAKE_BAD,
	    true },
	{ "F0 7E 05 07 02 00 01 00 01 7E F7", "F0 7E 07 7F 00 F7",
	    SX_SHAKE_DATA, true },
	{ "F0 7E 05 7B 01 F7", "F0 7E 07 7F 01 F7", SX_SHAKE_ENDS, false },
	{ "F0 7E 05 7B 01 F7", "", SX_SHAKE_NOT, false },
	{ "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
	    "F0 7E 07 7F 00 F7", SX_SHAKE_BEGINS, true },
	{ "F0 7E 05 7D 00 F7", "", SX_SHAKE_CANCELLED, false },
	/* A duplicate packet does not replace a missing one. */
	{ "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
	    "F0 7E 07 7F 00 F7", SX_SHAKE_BEGINS, true },
	{ "F0 7E 05 07 02 00 01 00 01 7E F7", "F0 7E 07 7F 00 F7",
	    SX_SHAKE_DATA, true },
	{ "F0 7E 05 07 02 00 01 00 01 7E F7", "F0 7E 07 7F 00 F7",
	    SX_SHAKE_DATA, true },
	{ "F0 7E 05 07 02 01 01 00 01 7F F7", "F0 7E 07 7F 01 F7",
	    SX_SHAKE_DATA, true },
	{ "F0 7E 05 7B 02 F7", "F0 7E 07 7F 02 F7", SX_SHAKE_ENDS, false },
	{ "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
	    "F0 7E 07 7F 00 F7", SX_SHAKE_BEGINS, true },
	{ "F0 7E 05 07 02 00 01 00 01 7E F7", "F0 7E 07 7F 00 F7",
	    SX_SHAKE_DATA, true },
	{ "F0 7E 05 07 02 02 01 00 01 7C F7", "F0 7E 07 7F 02 F7",
	    SX_SHAKE_DATA, true },
	{ "F0 7E 05 7B 02 F7", "F0 7E 07 7F 02 F7", SX_SHAKE_LOST, false },
};

static void
same_bytes(const char *want, const uint8_t *got, size_t len)
{
	uint8_t bytes[64];
	size_t n = want[0] != '\0' ? bytes_of(want, bytes) : 0;

	assert_int_equal(len, n);
	assert_memory_equal(got, bytes, n);
}

static void
test_received(void **state)
{
	struct sx_shaker s = { 0 };
	uint8_t msg[64], reply[SX_SHAKE_BYTES];
	size_t len;

	(void)state;
	for (size_t i = 0; i < ARRAY(received); i++) {
		size_t n = bytes_of(received[i].in, msg);
		enum sx_shake what = sx_shaker_take(&s, msg, n, reply, &len);

		if (what != received[i].what || s.open != received[i].open)
			fail_msg("%s: %d", received[i].in, what);
		same_bytes(received[i].out, reply, len);
	}
}

static void
test_cancelled_here(void **state)
{
	struct sx_shaker s = { 0 };
	uint8_t msg[64], reply[SX_SHAKE_BYTES];
	size_t len, n;

	(void)state;
	sx_shaker_cancel(&s, reply, &len);
	assert_int_equal(len, 0);
	n = bytes_of(received[0].in, msg);
	(void)sx_shaker_take(&s, msg, n, reply, &len);
	sx_shaker_cancel(&s, reply, &len);
	same_bytes("F0 41 00 14 4F F7", reply, len);
	n = bytes_of("F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7", msg);
	(void)sx_shaker_take(&s, msg, n, reply, &len);
	sx_shaker_cancel(&s, reply, &len);
	same_bytes("F0 7E 07 7D 00 F7", reply, len);
	sx_shaker_cancel(&s, reply, &len);
	assert_int_equal(len, 0);
}

static void
test_inside(void **state)
{
	static const struct {
		const char *head, *reply;
	} heads[] = {
		{ "F0 44 00 00 73 30", "73 31" },
		{ "F0 44 00 00 73", "" },
		{ "F0 44 00 00 73 30 00", "" },
		{ "F0 44 00 00 73 10", "" },
		{ "F0 44 00 01 73 30", "" },
		{ "F0 43 00 00 73 30", "" },
	};
	uint8_t msg[64], reply[SX_SHAKE_BYTES];
	size_t len;

	(void)state;
	for (size_t i = 0; i < ARRAY(heads); i++) {
		size_t n = bytes_of(heads[i].head, msg);

		assert_int_equal(sx_shaker_inside(msg, n, reply, &len),
		    heads[i].reply[0] != '\0');
		same_bytes(heads[i].reply, reply, len);
	}
}

/* ---- Sending ---- */

#define MOST 4

struct step {
	const char *wire;  /* the sent message */
	const char *reply; /* the reply; NULL: none in time */
};

static const struct {
	const char *blocks[MOST];
	struct step steps[8];
	enum sx_offer_why why;
	bool open_loop;
} sent[] = {
	{ { "F0 41 00 14 42 02 00 00 01 02 03 04 74 F7",
	      "F0 41 00 14 42 02 00 04 01 02 03 04 70 F7" },
	    { { "F0 41 00 14 40 02 00 00 00 00 08 76 F7", "F0 41 00 14 43 F7" },
		{ "F0 41 00 14 42 02 00 00 01 02 03 04 74 F7",
		    "F0 41 00 14 4E F7" },
		{ "F0 41 00 14 42 02 00 00 01 02 03 04 74 F7",
		    "F0 41 00 14 43 F7" },
		{ "F0 41 00 14 42 02 00 04 01 02 03 04 70 F7",
		    "F0 41 00 14 43 F7" },
		{ "F0 41 00 14 45 F7", "F0 41 00 14 43 F7" } },
	    SX_OFFER_ALL, false },
	/* No unit answers; the end is sent anyway. */
	{ { "F0 41 00 14 42 02 00 00 01 02 03 04 74 F7" },
	    { { "F0 41 00 14 40 02 00 00 00 00 04 7A F7", NULL },
		{ "F0 41 00 14 4F F7", NULL } },
	    SX_OFFER_SILENT, false },
	{ { "F0 41 42 02 23 01 02 03 7A F7" },
	    { { "F0 41 40 02 23 F7", "F0 41 4F 02 23 F7" } }, SX_OFFER_REJECTED,
	    false },
	{ { "F0 41 42 02 23 01 02 03 7A F7" },
	    { { "F0 41 40 02 23 F7", "F0 41 43 02 23 F7" },
		{ "F0 41 42 02 23 01 02 03 7A F7", "F0 41 4E 02 23 F7" },
		{ "F0 41 42 02 23 01 02 03 7A F7", "F0 41 4E 02 23 F7" },
		{ "F0 41 42 02 23 01 02 03 7A F7", "F0 41 4E 02 23 F7" },
		{ "F0 41 4F 02 23 F7", NULL } },
	    SX_OFFER_ERRORS, false },
	{ { "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
	      "F0 7E 05 07 02 00 01 00 01 7E F7", "F0 7E 05 7B 01 F7" },
	    { { "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
		  "F0 7E 07 7F 00 F7" },
		{ "F0 7E 05 07 02 00 01 00 01 7E F7", "F0 7E 07 7E 00 F7" },
		{ "F0 7E 05 07 02 00 01 00 01 7E F7", "F0 7E 07 7F 00 F7" },
		{ "F0 7E 05 7B 01 F7", NULL } },
	    SX_OFFER_ALL, true },
	/* Without any reply. */
	{ { "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
	      "F0 7E 05 07 02 00 01 00 01 7E F7" },
	    { { "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7", NULL },
		{ "F0 7E 05 07 02 00 01 00 01 7E F7", NULL } },
	    SX_OFFER_ALL, true },
	{ { "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7" },
	    { { "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
		"F0 7E 07 7D 00 F7" } },
	    SX_OFFER_REJECTED, false },
};

static const char *const no_answers[] = { "F0 42 30 19 23 F7",
	"F0 41 01 14 43 F7", "F0 41 00 16 4F F7", "F0 41 43 03 23 F7",
	"F0 41 4F 02 24 F7", "F0 41 43 00 14 F7" };

static void
test_sent(void **state)
{
	uint8_t data[MOST][64], reply[64];

	(void)state;
	for (size_t i = 0; i < ARRAY(sent); i++) {
		struct sx_block blocks[MOST];
		struct sx_offer o = { .blocks = blocks };
		size_t k = 0;

		for (; o.n < MOST && sent[i].blocks[o.n] != NULL; o.n++)
			blocks[o.n] = (struct sx_block){ data[o.n],
				bytes_of(sent[i].blocks[o.n], data[o.n]) };
		assert_true(sx_offer_fits(blocks, o.n));
		sx_offer_begin(&o);
		for (; o.todo == SX_OFFER_SEND; k++) {
			assert_non_null(sent[i].steps[k].wire);
			same_bytes(sent[i].steps[k].wire, o.wire, o.len);
			sx_offer_sent(&o, 1000);
			if (o.todo != SX_OFFER_LISTEN)
				continue;
			/* Not yet due; and messages that are not answers:
			 * another maker, unit, model, frame. */
			sx_offer_passed(&o, o.deadline - 1);
			for (size_t x = 0; x < ARRAY(no_answers); x++)
				sx_offer_take(
				    &o, reply, bytes_of(no_answers[x], reply));
			assert_int_equal(o.todo, SX_OFFER_LISTEN);
			if (sent[i].steps[k].reply != NULL)
				sx_offer_take(&o, reply,
				    bytes_of(sent[i].steps[k].reply, reply));
			else
				sx_offer_passed(&o, o.deadline);
		}
		assert_int_equal(o.todo, SX_OFFER_DONE);
		assert_int_equal(o.why, sent[i].why);
		assert_int_equal(o.open_loop, sent[i].open_loop);
		assert_null(sent[i].steps[k].wire);
	}
}

/* WAIT: until the unit sends another answer; a stop is sent to it. */
static void
test_waits_and_stops(void **state)
{
	uint8_t header[32], reply[8];
	struct sx_block b = { header,
		bytes_of("F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
		    header) };
	struct sx_offer o = { .blocks = &b, .n = 1 };

	(void)state;
	sx_offer_begin(&o);
	sx_offer_sent(&o, 0);
	assert_int_equal(o.deadline, SX_OFFER_HEADER_US);
	sx_offer_take(&o, reply, bytes_of("F0 7E 07 7C 00 F7", reply));
	assert_true(o.deadline == INT64_MAX);
	sx_offer_stop(&o);
	same_bytes("F0 7E 05 7D 00 F7", o.wire, o.len);
	sx_offer_sent(&o, 1);
	assert_int_equal(o.todo, SX_OFFER_DONE);
	assert_int_equal(o.why, SX_OFFER_STOPPED);
}

static void
test_what_fits(void **state)
{
	static const char *const wrong[] = { "F0 42 30 19 4C 00 F7",
		"F0 41 00 14 12 02 00 00 01 7D F7", "F0 41 00 14 43 F7",
		"F0 7E 05 07 02 00 01 00 01 7E F7" };
	uint8_t a[32], b[32];
	struct sx_block blocks[2] = { 0 };

	(void)state;
	assert_false(sx_offer_fits(blocks, 0));
	for (size_t i = 0; i < ARRAY(wrong); i++) {
		blocks[0] = (struct sx_block){ a, bytes_of(wrong[i], a) };
		assert_false(sx_offer_fits(blocks, 1));
	}
	blocks[0] = (struct sx_block){ a,
		bytes_of("F0 41 00 14 42 02 00 00 01 7D F7", a) };
	blocks[1] = (struct sx_block){ b,
		bytes_of("F0 41 42 02 23 01 02 03 7A F7", b) };
	assert_true(sx_offer_fits(blocks, 1));
	assert_false(sx_offer_fits(blocks, 2));
}

/* Blocks, and the letters of those left. */
static const struct {
	const char *blocks[4];
	const char *left;
} pruned[] = {
	/* D-50: a wrong checksum, repeated once and twice. */
	{ { "F0 41 00 14 42 02 00 00 01 02 03 04 74 F7",
	      "F0 41 00 14 42 02 00 04 01 02 03 04 71 F7",
	      "F0 41 00 14 42 02 00 04 01 02 03 04 70 F7" },
	    "ac" },
	{ { "F0 41 00 14 42 02 00 04 01 02 03 04 71 F7",
	      "F0 41 00 14 42 02 00 04 01 02 03 05 71 F7",
	      "F0 41 00 14 42 02 00 04 01 02 03 04 70 F7" },
	    "c" },
	/* Good and sent again: both are kept. */
	{ { "F0 41 00 14 42 02 00 04 01 02 03 04 70 F7",
	      "F0 41 00 14 42 02 00 04 01 02 03 04 70 F7" },
	    "ab" },
	/* A byte was lost; the same address follows. */
	{ { "F0 41 00 14 42 02 00 04 01 02 03 71 F7",
	      "F0 41 00 14 42 02 00 04 01 02 03 04 70 F7" },
	    "b" },
	/* Wrong, but another address follows, or nothing. */
	{ { "F0 41 00 14 42 02 00 04 01 02 03 04 71 F7",
	      "F0 41 00 14 42 02 00 08 01 02 03 04 6C F7" },
	    "ab" },
	{ { "F0 41 00 14 42 02 00 04 01 02 03 04 71 F7" }, "a" },
	/* The older frame has no address: the next block may be another one. */
	{ { "F0 41 42 02 23 01 02 03 7B F7", "F0 41 42 02 23 04 05 06 71 F7" },
	    "ab" },
	{ { "F0 41 42 02 23 01 02 03 7B F7", "F0 41 42 02 23 01 02 03 7A F7",
	      "F0 41 42 02 23 01 02 04 79 F7" },
	    "abc" },
	/* An address of four bytes. */
	{ { "F0 41 10 00 00 00 0E 42 00 00 00 01 05 79 F7",
	      "F0 41 10 00 00 00 0E 42 00 00 00 01 05 7A F7" },
	    "b" },
	{ { "F0 41 10 00 00 00 0E 42 00 00 00 01 05 79 F7",
	      "F0 41 10 00 00 00 0E 42 00 00 00 02 05 79 F7" },
	    "ab" },
	/* File Dump: the packet of this number. */
	{ { "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
	      "F0 7E 05 07 02 00 01 00 01 7F F7",
	      "F0 7E 05 07 02 00 01 00 01 7E F7" },
	    "ac" },
	{ { "F0 7E 05 07 01 07 4D 49 44 49 02 00 00 00 41 F7",
	      "F0 7E 05 07 02 00 01 00 01 7F F7",
	      "F0 7E 05 07 02 01 01 00 01 7F F7" },
	    "abc" },
	/* The end of the file is not a packet. */
	{ { "F0 7E 07 7B 02 F7", "F0 7E 07 7B 02 F7" }, "ab" },
};

static void
test_pruned(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(pruned); i++) {
		uint8_t bytes[4][32];
		struct sx_block blocks[4];
		char left[5] = "";
		size_t n = 0, k;

		for (; n < 4 && pruned[i].blocks[n] != NULL; n++)
			blocks[n] = (struct sx_block){ bytes[n],
				bytes_of(pruned[i].blocks[n], bytes[n]) };
		n = sx_offer_prune(blocks, n);
		for (k = 0; k < n; k++)
			left[k] = (char)('a' + (blocks[k].data - bytes[0]) /
						   (int)sizeof(bytes[0]));
		if (strcmp(left, pruned[i].left) != 0)
			fail_msg("row %zu: %s", i, left);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_received),
		cmocka_unit_test(test_cancelled_here),
		cmocka_unit_test(test_inside),
		cmocka_unit_test(test_sent),
		cmocka_unit_test(test_waits_and_stops),
		cmocka_unit_test(test_what_fits),
		cmocka_unit_test(test_pruned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
