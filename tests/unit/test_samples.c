/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <string.h>

#include "sxlib/samples.h"

static void
test_mix(void **state)
{
	static const int32_t stereo[] = { INT32_MAX, INT32_MAX, INT32_MIN,
		INT32_MAX, -4, -7, 0, 10 };
	static const int32_t mean[] = { INT32_MAX, 0, -5, 5 };
	static const int32_t left[] = { INT32_MAX, INT32_MIN, -4, 0 };
	static const int32_t right[] = { INT32_MAX, INT32_MAX, -7, 10 };
	static const int32_t *const want[] = { mean, left, right };
	int32_t samples[8];
	struct sx_audio a = { .samples = samples };

	(void)state;
	for (int side = SX_SAMPLE_MEAN; side <= SX_SAMPLE_RIGHT; side++) {
		memcpy(samples, stereo, sizeof(samples));
		a.head.channels = 2;
		a.head.frames = 4;
		sx_sample_mix(&a, (enum sx_sample_side)side);
		assert_int_equal(a.head.channels, 1);
		assert_memory_equal(samples, want[side], sizeof(mean));
		/* A single channel is unchanged. */
		sx_sample_mix(&a, SX_SAMPLE_RIGHT);
		assert_memory_equal(samples, want[side], sizeof(mean));
	}
}

static void
test_header(void **state)
{
	struct sx_stream s = { .rate = 44100, .frames = 300 };
	struct sx_sds_header h = { .bits = 12, .slot = 7 };
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(sx_sample_header(&s, "x", &h, &e), 0);
	assert_int_equal(h.period, sx_sds_period(44100));
	assert_int_equal(h.words, 300);
	assert_int_equal(h.loop, SX_SDS_NO_LOOP);
	assert_int_equal(h.loop_start, 299);
	assert_int_equal(h.loop_end, 299);
	assert_int_equal(h.slot, 7);
	s.missing = 1;
	assert_int_equal(sx_sample_header(&s, "x", &h, &e), -1);
	assert_int_equal(e.code, SX_EDATA);
	s = (struct sx_stream){ .rate = 44100 };
	assert_int_equal(sx_sample_header(&s, "x", &h, &e), -1);
	/* A period of more than 21 bits. */
	s = (struct sx_stream){ .rate = 476, .frames = 1 };
	assert_int_equal(sx_sample_header(&s, "x", &h, &e), -1);
	s.rate = 477;
	assert_int_equal(sx_sample_header(&s, "x", &h, &e), 0);
	s.rate = 0;
	assert_int_equal(sx_sample_header(&s, "x", &h, &e), -1);
}

static void
test_loop(void **state)
{
	enum {
		OFF = SX_SDS_NO_LOOP,
		TO = SX_SDS_FORWARD,
		FRO = SX_SDS_ALTERNATING
	};
	static const struct {
		int loop; /* of the file, of 100 frames */
		long start, end;
		struct sx_sample_loop want;
		enum sx_sample_loop_is is;
		unsigned sent;
		uint32_t from, to;
	} cases[] = {
		{ OFF, 0, 0, { 0 }, SX_LOOP_NONE, OFF, 99, 99 },
		{ TO, 5, 9, { 0 }, SX_LOOP_SENT, TO, 5, 9 },
		{ FRO, 5, 99, { 0 }, SX_LOOP_SENT, FRO, 5, 99 },
		{ TO, 5, 5, { .alternate = true }, SX_LOOP_SENT, FRO, 5, 5 },
		{ TO, 5, 9, { .none = true }, SX_LOOP_NONE, OFF, 99, 99 },
		{ TO, 5, 100, { 0 }, SX_LOOP_OUTSIDE, OFF, 99, 99 },
		{ TO, 6, 5, { 0 }, SX_LOOP_OUTSIDE, OFF, 99, 99 },
		{ SX_STREAM_BACKWARD, 5, 9, { 0 }, SX_LOOP_BACKWARD, OFF, 99,
		    99 },
		{ SX_STREAM_BACKWARD, 5, 9, { .alternate = true }, SX_LOOP_SENT,
		    FRO, 5, 9 },
		{ OFF, 0, 0, { .alternate = true }, SX_LOOP_MISSING, OFF, 99,
		    99 },
		{ FRO, 5, 9, { .given = true, .start = 1, .end = 99 },
		    SX_LOOP_SENT, TO, 1, 99 },
		{ OFF, 0, 0,
		    { .given = true, .start = 1, .end = 2, .alternate = true },
		    SX_LOOP_SENT, FRO, 1, 2 },
		{ TO, 5, 9, { .given = true, .start = 1, .end = 100 },
		    SX_LOOP_BEYOND, OFF, 99, 99 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct sx_stream s = { .rate = 44100,
			.frames = 100,
			.loop = cases[i].loop,
			.loops = 1,
			.loop_start = cases[i].start,
			.loop_end = cases[i].end };
		struct sx_sds_header h;

		assert_int_equal(sx_sample_header(&s, "x", &h, NULL), 0);
		assert_int_equal(
		    sx_sample_set_loop(&s, &cases[i].want, &h), cases[i].is);
		assert_int_equal(h.loop, cases[i].sent);
		assert_int_equal(h.loop_start, cases[i].from);
		assert_int_equal(h.loop_end, cases[i].to);
	}
}

static void
test_prepare(void **state)
{
	static const struct {
		int bits; /* of the file */
		struct sx_sample_wish wish;
		int rc;
		unsigned sent; /* bits */
		enum sx_sample_loop_is is;
		const char *why;
	} cases[] = {
		{ 24, { .bits = 0 }, 0, 24, SX_LOOP_NONE, "" },
		{ 32, { .bits = 0 }, 0, SX_SDS_BITS_MOST, SX_LOOP_NONE, "" },
		{ 24, { .bits = 8 }, 0, 8, SX_LOOP_NONE, "" },
		{ 24, { .device = SX_SAMPLE_MACHINEDRUM }, 0, 16, SX_LOOP_NONE,
		    "" },
		{ 8, { .loop = { .alternate = true } }, -1, 8, SX_LOOP_MISSING,
		    "--alternate needs a loop, but the file has none" },
		{ 8, { .loop = { .given = true, .start = 1, .end = 2 } }, -1, 8,
		    SX_LOOP_BEYOND, "--loop 1-2: the last word is 1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int32_t samples[] = { 2, 4, 6, 8 };
		struct sx_audio a = { .samples = samples,
			.head = { .rate = 44100,
			    .frames = 2,
			    .channels = 2,
			    .bits = cases[i].bits,
			    .loop = SX_STREAM_NO_LOOP } };
		struct sx_sample_out s = { 0 };
		enum sx_sample_loop_is is;
		struct sx_err e = { 0 };

		assert_int_equal(
		    sx_sample_prepare(&s, &a, "x", &cases[i].wish, &is, &e),
		    cases[i].rc);
		assert_int_equal(s.header.bits, cases[i].sent);
		assert_int_equal(is, cases[i].is);
		assert_string_equal(e.msg, cases[i].why);
		if (cases[i].rc == 0) {
			assert_ptr_equal(s.samples, samples);
			assert_int_equal(samples[1], 7);
		}
	}
}

/* A sound that no dump can hold has no bits either. */
static void
test_prepare_nothing(void **state)
{
	const struct sx_sample_wish wish = { .bits = 8 };
	struct sx_audio a = { .head = { .rate = 44100, .channels = 1 } };
	struct sx_sample_out s = { 0 };
	enum sx_sample_loop_is is;
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(
	    sx_sample_prepare(&s, &a, "x.wav", &wish, &is, &e), -1);
	assert_string_equal(e.msg, "'x.wav' contains no samples");
	assert_int_equal(s.header.bits, 0);
}

static void
test_why_nothing_came(void **state)
{
	struct sx_talk t = { .port_name = "port" };
	struct sx_sample_in s = { .talk = &t,
		.slot = 7,
		.receiver = {
		    .asks = true, .retries = 2, .why = SX_SDS_NO_ANSWER } };
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(sx_sample_in_fail(&s, &e), -1);
	assert_int_equal(e.code, SX_ETIMEOUT);
	assert_string_equal(e.msg, "no sample dump received from port");
	assert_string_equal(e.hint,
	    "requested 3 times: check both cables, --channel, and whether the "
	    "unit has sample 7");
	s.others = 1;
	e = (struct sx_err){ 0 };
	sx_sample_in_fail(&s, &e);
	assert_string_equal(
	    e.hint, "received 1 other message: see 'sxlib receive --all'");
	s.receiver.why = SX_SDS_NO_HEADER;
	e = (struct sx_err){ 0 };
	sx_sample_in_fail(&s, &e);
	assert_string_equal(
	    e.msg, "received packets, but no header before them");
	assert_string_equal(e.hint, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mix),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_prepare),
		cmocka_unit_test(test_prepare_nothing),
		cmocka_unit_test(test_why_nothing_came),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
