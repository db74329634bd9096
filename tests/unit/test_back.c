/* SPDX-License-Identifier: ISC */
/* How messages can be read back, decided before they are sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>

#include "kit.h"
#include "sxlib/back.h"

static uint8_t kits[3][KIT_SIZE];
static uint8_t query[] = { 0xf0, 0x7e, 0, 6, 1, 0xf7 };

/* Kits of slots 1, 2 and 1, and a message that is not a dump. */
static void
load(struct sx_outgoing m[4])
{
	for (size_t i = 0; i < 3; i++) {
		make_kit(kits[i], KIT_SIZE, i == 1);
		m[i] = (struct sx_outgoing){
			.data = kits[i], .len = KIT_SIZE, .offset = i * KIT_SIZE
		};
	}
	m[3] = (struct sx_outgoing){ .data = query, .len = sizeof(query) };
	for (size_t i = 0; i < 4; i++)
		sx_device_decode(NULL, m[i].data, m[i].len, &m[i].facts);
}

static void
test_plan(void **state)
{
	static const enum sx_back_how want[] = { SX_BACK_LATER, SX_BACK_ASK,
		SX_BACK_ASK, SX_BACK_NOT };
	struct sx_outgoing m[4];
	const struct sx_load l = { .messages = m, .nmessages = 4 };
	struct sx_verify v = { .load = &l };
	struct sx_err e = { 0 };

	(void)state;
	load(m);
	assert_int_equal(sx_verify_plan(&v, &e), 0);
	assert_int_equal(v.n, 4);
	for (size_t i = 0; i < v.n; i++)
		assert_int_equal(v.list[i].how, want[i]);
	assert_int_equal(sx_verify_count(&v, SX_BACK_ASK), 2);
	assert_int_equal(sx_verify_open(&v), 2);
	v.list[1].over = true;
	assert_int_equal(sx_verify_count(&v, SX_BACK_ASK), 2);
	assert_int_equal(sx_verify_open(&v), 1);
	assert_null(sx_verify_panel(&v));
	sx_verify_free(&v);
}

/* A reface voice has several messages, of which only the first is recognized as
 * the answer to a request. */
static void
test_plan_of_several(void **state)
{
	static uint8_t voice[3][14] = {
		{ 0xf0, 0x43, 0, 0x7f, 0x1c, 0, 4, 4, 0x0e, 0x0f, 0, 0x5f,
		    0xf7 },
		{ 0xf0, 0x43, 0, 0x7f, 0x1c, 0, 5, 4, 0x30, 0, 0, 1, 0x4b,
		    0xf7 },
		{ 0xf0, 0x43, 0, 0x7f, 0x1c, 0, 4, 4, 0x0f, 0x0f, 0, 0x5e,
		    0xf7 },
	};
	static const enum sx_back_how want[] = { SX_BACK_LATER, SX_BACK_LATER,
		SX_BACK_LATER, SX_BACK_ASK, SX_BACK_WITH, SX_BACK_WITH };
	struct sx_outgoing m[6];
	struct sx_load l = { .messages = m, .nmessages = 6 };
	struct sx_verify v = { .load = &l };
	struct sx_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		m[i] = (struct sx_outgoing){ .data = voice[i % 3],
			.len = i % 3 == 1 ? 14 : 13 };
		sx_device_decode(NULL, m[i].data, m[i].len, &m[i].facts);
		assert_int_equal(m[i].facts.checksum, SX_CHECKSUM_OK);
	}
	assert_int_equal(sx_verify_plan(&v, &e), 0);
	for (size_t i = 0; i < v.n; i++)
		assert_int_equal(v.list[i].how, want[i]);
	assert_int_equal(v.list[3].more, 2);
	assert_int_equal(sx_verify_count(&v, SX_BACK_ASK), 1);
	assert_int_equal(sx_verify_open(&v), 3);
	sx_verify_free(&v);
	/* Without its last message it is not an answer. */
	l.nmessages = 2;
	v = (struct sx_verify){ .load = &l };
	assert_int_equal(sx_verify_plan(&v, &e), 0);
	assert_int_equal(v.list[0].how, SX_BACK_BY_HAND);
	sx_verify_free(&v);
}

static void
test_nothing_to_read_back(void **state)
{
	struct sx_outgoing m[4];
	const struct sx_load l = { .messages = m + 3, .nmessages = 1 };
	struct sx_verify v = { .load = &l };
	struct sx_err e = { 0 };

	(void)state;
	load(m);
	assert_int_equal(sx_verify_plan(&v, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	sx_verify_free(&v);
}

/* The dump of a pair does not contain its slot, so the slot is not a
 * difference. */
static void
test_sides(void **state)
{
	char name[] = "a.syx", *files[] = { name };
	struct sx_outgoing m[4];
	const struct sx_load l = {
		.messages = m, .nmessages = 4, .files = files
	};
	struct sx_talk t = { .port_name = "port" };
	struct sx_verify v = { .load = &l, .talk = &t };
	struct sx_verify_sides s;
	struct sx_err e = { 0 };

	(void)state;
	load(m);
	assert_int_equal(sx_verify_plan(&v, &e), 0);
	v.list[1].facts.slot = 9;
	sx_verify_sides(&v, 1, &s);
	assert_string_equal(s.sent.path, "a.syx");
	assert_string_equal(s.back.path, "port");
	assert_int_equal(s.sent.items->offset, KIT_SIZE);
	assert_ptr_equal(s.sent.items->data, kits[1]);
	assert_int_equal(s.sent.items->facts.slot, 1);
	assert_int_equal(s.back.items->facts.slot, 9);
	m[1].facts.pair = 1;
	sx_verify_sides(&v, 1, &s);
	assert_int_equal(s.sent.items->facts.slot, 9);
	sx_verify_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_plan_of_several),
		cmocka_unit_test(test_nothing_to_read_back),
		cmocka_unit_test(test_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
