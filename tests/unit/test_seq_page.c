/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/midi_io/seq_page.h"

/* A complete look after 1000 bytes had arrived, 96 of them in the buffer. */
static const struct seq_page start = {
	.size = 4096, .rx = 1000, .avail = 96, .overruns = 5, .base = 400
};

static void
test_a_full_look_is_due_before_it_is_too_late(void **state)
{
	static const struct {
		int64_t base, rx;
		bool counted, due;
	} cases[] = {
		{ 400, 1000, true, false },
		{ 400, 3000, true, false }, /* half of the room */
		{ 400, 3001, false, true },
		{ 400, 999, false, true }, /* not what is expected */
		{ -1, 1001, true, true },
		{ -1, 1001, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seq_page p = start;

		p.base = cases[i].base;
		assert_int_equal(
		    seq_page_due(&p, cases[i].rx, cases[i].counted),
		    cases[i].due);
	}
}

static void
test_it_runs_over_only_if_more_arrives_than_fits(void **state)
{
	static const struct {
		struct seq_look look;
		enum seq_verdict verdict;
		int64_t base, ahead;
	} cases[] = {
		{ { 5000, 10, 5, 5000 }, SEQ_PAGE_CLEAN, 400, 282 },
		{ { 4900, 10, 5, 5000 }, SEQ_PAGE_CLEAN, 400, 382 },
		{ { 5000, 10, 5, 5001 }, SEQ_PAGE_UNSURE, 400, 283 },
		{ { 5001, 0, 5, 5001 }, SEQ_PAGE_UNSURE, 400, 272 },
		{ { 9000, 4096, 5, 9100 }, SEQ_PAGE_UNSURE, 400, 4368 },
		{ { 5001, 10, 6, 5001 }, SEQ_PAGE_LOST, -1, 282 },
		{ { 1001, 10, 6, 1001 }, SEQ_PAGE_LOST, -1, 282 },
		{ { 999, 0, 5, 1000 }, SEQ_PAGE_UNSURE, 400, 273 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct seq_look *l = &cases[i].look;
		struct seq_page p = start;

		assert_int_equal(seq_page_look(&p, l), cases[i].verdict);
		assert_int_equal(p.base, cases[i].base);
		assert_int_equal(seq_page_ahead(&p, l), cases[i].ahead);
		/* The next one is judged from here. */
		assert_int_equal(p.rx, l->rx);
		assert_int_equal(p.avail, l->avail);
		assert_int_equal(p.overruns, l->overruns);
	}
}

static void
test_what_is_all_there_is_settled(void **state)
{
	static const struct {
		int64_t base;
		struct seq_look look;
		int64_t bytes;
		bool settled;
	} cases[] = {
		{ 400, { 9000, 0, 5, 9000 }, 8600, true },
		{ 400, { 9000, 0, 5, 9000 }, 8599, false },
		{ 400, { 9000, 100, 5, 9000 }, 8500, true },
		{ 400, { 9000, 100, 5, 9001 }, 8500, false },
		{ 400, { 9000, 100, 5, 9000 }, 8499, false },
		{ -1, { 9000, 0, 5, 9000 }, 9001, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seq_page p = start;

		p.base = cases[i].base;
		assert_int_equal(
		    seq_page_settled(&p, &cases[i].look, cases[i].bytes),
		    cases[i].settled);
	}
}

/* The base is the lowest value of sixteen looks; then it is known again. */
static void
test_the_base_is_learned_again(void **state)
{
	struct seq_look l = { .rx = 9000, .rx_after = 9000 };
	struct seq_page p = start;

	(void)state;
	seq_page_forget(&p);
	for (int i = 0; i < 16; i++) {
		assert_int_equal(p.base, -1);
		seq_page_learn(&p, &l, i == 3 ? 8800 : 8700);
	}
	assert_int_equal(p.base, 200);
	seq_page_learn(&p, &l, 8801);
	assert_int_equal(p.base, 199);
	seq_page_forget(&p);
	seq_page_learn(&p, &l, 8000);
	assert_int_equal(p.base, -1);
	assert_int_equal(p.least, 1000);
}

/* Bytes in transit at each look do not raise a known base. */
static void
test_a_known_base_only_becomes_smaller(void **state)
{
	struct seq_look l = { .rx = 9000, .rx_after = 9000 };
	struct seq_page p = start;

	(void)state;
	p.base = 100;
	for (int i = 0; i < 20; i++)
		seq_page_learn(&p, &l, 8700);
	assert_int_equal(p.base, 100);
	seq_page_learn(&p, &l, 8950);
	assert_int_equal(p.base, 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_full_look_is_due_before_it_is_too_late),
		cmocka_unit_test(
		    test_it_runs_over_only_if_more_arrives_than_fits),
		cmocka_unit_test(test_what_is_all_there_is_settled),
		cmocka_unit_test(test_the_base_is_learned_again),
		cmocka_unit_test(test_a_known_base_only_becomes_smaller),
	};

	return cmocka_run_group_tests_name("seq_page", tests, NULL, NULL);
}
