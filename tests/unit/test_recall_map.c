/* SPDX-License-Identifier: ISC */
/* Maps of recall: the meaning of lines, and their errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "sxlib/recall_map.h"

/* Read all lines of a map; errors gets the errors, one per line. */
static void
read_map(struct sx_recall_map *m, const char *text, char *errors, size_t size)
{
	struct sx_err e = { 0 };
	size_t n = 0;
	int rc;

	errors[0] = '\0';
	assert_int_equal(sx_recall_map_memory(m, "map", text, &e), 0);
	while ((rc = sx_recall_map_next(m, &e)) != 0) {
		if (rc == 1)
			continue;
		assert_int_equal(e.code, SX_EUSAGE);
		n += (size_t)snprintf(errors + n, size - n, "%s\n", e.msg);
		assert_true(n < size);
		e = (struct sx_err){ 0 };
	}
}

/* A valid line and its meaning. */
static const struct {
	const char *text;
	struct sx_recall_line want;
} lines[] = {
	{ "note 36 on 15 = kick.syx", { .kind = SX_TRIGGER_NOTE,
					  .channel = 15,
					  .bank = -1,
					  .first = 36,
					  .last = 36,
					  .value = "kick.syx" } },
	{ "note C2-D#3 on 1 = kits/kit{n:02}.syx",
	    { .kind = SX_TRIGGER_NOTE,
		.channel = 1,
		.bank = -1,
		.first = 36,
		.last = 51,
		.value = "kits/kit{n:02}.syx" } },
	{ "note C-1-G9 on 2 = x", { .kind = SX_TRIGGER_NOTE,
				      .channel = 2,
				      .bank = -1,
				      .last = 127,
				      .value = "x" } },
	{ "note Eb3 on 2 = x  ; a remark", { .kind = SX_TRIGGER_NOTE,
					       .channel = 2,
					       .bank = -1,
					       .first = 51,
					       .last = 51,
					       .value = "x" } },
	{ "program 17-32 on 16 = p{n}.syx", { .kind = SX_TRIGGER_PROGRAM,
						.channel = 16,
						.bank = -1,
						.first = 16,
						.last = 31,
						.base = 1,
						.value = "p{n}.syx" } },
	{ "pattern A02 on 16 = dry.syx", { .kind = SX_TRIGGER_PROGRAM,
					     .pattern = true,
					     .channel = 16,
					     .bank = -1,
					     .first = 1,
					     .last = 1,
					     .base = 1,
					     .value = "dry.syx" } },
	{ "pattern a01-h16 on 16 = all.syx", { .kind = SX_TRIGGER_PROGRAM,
						 .pattern = true,
						 .channel = 16,
						 .bank = -1,
						 .last = 127,
						 .base = 1,
						 .value = "all.syx" } },
	{ "bank 1:0 program 3 on 16 = kick.syx to mbase",
	    { .kind = SX_TRIGGER_PROGRAM,
		.channel = 16,
		.bank = 128,
		.first = 2,
		.last = 2,
		.base = 1,
		.value = "kick.syx",
		.to = "mbase" } },
	{ "cc 20 64-127 on 15 = snapshot.mid", { .kind = SX_TRIGGER_CC,
						   .channel = 15,
						   .bank = -1,
						   .controller = 20,
						   .first = 64,
						   .last = 127,
						   .value = "snapshot.mid" } },
	{ "cc 20 on 15 = a b.mid pass to two", { .kind = SX_TRIGGER_CC,
						   .channel = 15,
						   .bank = -1,
						   .controller = 20,
						   .last = 127,
						   .value = "a b.mid",
						   .to = "two",
						   .pass = true } },
	{ "note 1 on 1 = pass", { .kind = SX_TRIGGER_NOTE,
				    .channel = 1,
				    .bank = -1,
				    .first = 1,
				    .last = 1,
				    .value = "pass" } },
	{ "note 1 on 1 = x.syx to y pass", { .kind = SX_TRIGGER_NOTE,
					       .channel = 1,
					       .bank = -1,
					       .first = 1,
					       .last = 1,
					       .value = "x.syx",
					       .to = "y",
					       .pass = true } },
};

static void
test_lines(void **state)
{
	struct sx_recall_map m;
	char text[256], errors[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct sx_recall_line *want = &lines[i].want, *got;

		snprintf(text, sizeof(text),
		    "[recall]\ncount-from = 1 ; as shown\n%s\n", lines[i].text);
		read_map(&m, text, errors, sizeof(errors));
		assert_string_equal(errors, "");
		assert_int_equal(m.nlines, 1);
		got = &m.lines[0];
		assert_int_equal(got->line, 3);
		assert_int_equal(got->kind, want->kind);
		assert_int_equal(got->pattern, want->pattern);
		assert_int_equal(got->channel, want->channel);
		assert_int_equal(got->bank, want->bank);
		assert_int_equal(got->controller, want->controller);
		assert_int_equal(got->first, want->first);
		assert_int_equal(got->last, want->last);
		assert_int_equal(got->base, want->base);
		assert_string_equal(got->value, want->value);
		assert_int_equal(got->to == NULL, want->to == NULL);
		if (want->to != NULL)
			assert_string_equal(got->to, want->to);
		assert_int_equal(got->pass, want->pass);
		sx_recall_map_free(&m);
	}
}

/* A wrong map and its error. */
static const char *const wrong[][2] = {
	{ "note 36 on 15 = x", "map:1: no section yet" },
	{ "[ports]\nnote 36 on 15 = x",
	    "map:1: [ports]: expected one section" },
	{ "[recall]\nnote 36 on 15", "map:2: not a key and value" },
	{ "[recall]\nnote 36 on 15 =", "map:2: note 36 on 15: no value" },
	{ "[recall]\nnote 128 on 15 = x", "map:2: note 128 on 15: expected a "
					  "note or a range" },
	{ "[recall]\nnote 40-36 on 15 = x", "expected a note or a range" },
	{ "[recall]\nnote H2 on 15 = x", "expected a note or a range" },
	{ "[recall]\nnote G#9 on 15 = x", "expected a note or a range" },
	{ "[recall]\nnote 36 = x", "expected 'on' and a channel" },
	{ "[recall]\nnote 36 on 17 = x", "expected 'on' and a channel" },
	{ "[recall]\nnote 36 on 0 = x", "expected 'on' and a channel" },
	{ "[recall]\nnote 36 on 1 2 = x", "expected 'on' and a channel" },
	{ "[recall]\nprogram 1 on 1 = x", "count-from is missing" },
	{ "[recall]\ncount-from = 2\n", "map:2: count-from: '2'" },
	{ "[recall]\ncount-from = 1\nprogram 0 on 1 = x",
	    "map:3: program 0 on 1: expected programs from 1 to 128" },
	{ "[recall]\ncount-from = 0\nprogram 128 on 1 = x",
	    "expected programs from 0 to 127" },
	{ "[recall]\npattern A00 on 1 = x", "expected patterns from A01" },
	{ "[recall]\npattern A17 on 1 = x", "expected patterns from A01" },
	{ "[recall]\npattern I01 on 1 = x", "expected patterns from A01" },
	{ "[recall]\nbank 1 pattern A01 on 1 = x", "expected a bank" },
	{ "[recall]\nbank 128:0 pattern A01 on 1 = x", "expected a bank" },
	{ "[recall]\ncc 128 on 1 = x", "expected a controller" },
	{ "[recall]\ncc 1 200 on 1 = x", "expected a value or a range" },
	{ "[recall]\nfrobnicate on 1 = x", "expected 'note', 'program'" },
	{ "[recall]\nsettle = soon", "map:2: settle: 'soon'" },
	{ "[recall]\nsettle = -1", "settle: '-1'" },
	{ "[recall]\nsettle = 1\nsettle = 2", "map:3: settle: duplicate key" },
	{ "[recall]\nnote 36 on 1 = x\nnote 36 on 1 = y",
	    "map:3: note 36 on 1: can never match: line 2, 'note 36 on 1'" },
	{ "[recall]\nnote 30-35 on 1 = x\nnote 36-40 on 1 = y\n"
	  "note 33-38 on 1 = z",
	    "map:4: note 33-38 on 1: can never match" },
	{ "[recall]\npattern A01 on 1 = x\nbank 1:0 pattern A01 on 1 = y",
	    "map:3: bank 1:0 pattern A01 on 1: can never match" },
	{ "[recall]\ncc 20 on 1 = x\ncc 20 64 on 1 = y", "can never match" },
};

static void
test_wrong(void **state)
{
	struct sx_recall_map m;
	char errors[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		read_map(&m, wrong[i][0], errors, sizeof(errors));
		if (strstr(errors, wrong[i][1]) == NULL)
			fail_msg("%s\ngives: %s\nnot: %s", wrong[i][0], errors,
			    wrong[i][1]);
		sx_recall_map_free(&m);
	}
}

/* Lines that overlap partly, and lines that only seem to. */
static void
test_overlap(void **state)
{
	struct sx_recall_map m;
	struct sx_trigger t = { .kind = SX_TRIGGER_NOTE, .channel = 1 };
	char errors[1024];

	(void)state;
	read_map(&m,
	    "[recall]\nnote 36 on 1 = a\nnote 30-40 on 1 = b\nnote 36 on 2 = "
	    "c\nbank 0:1 pattern A01 on 1 = d\npattern A01 on 1 = e\n"
	    "cc 36 0-63 on 1 = f\ncc 36 on 1 = g\n",
	    errors, sizeof(errors));
	assert_string_equal(errors, "");
	assert_int_equal(m.nlines, 7);
	t.number = 36;
	assert_string_equal(sx_recall_find(m.lines, 7, &t)->value, "a");
	t.number = 37;
	assert_string_equal(sx_recall_find(m.lines, 7, &t)->value, "b");
	t.number = 41;
	assert_null(sx_recall_find(m.lines, 7, &t));
	t = (struct sx_trigger){
		.kind = SX_TRIGGER_PROGRAM, .channel = 1, .bank = 1
	};
	assert_string_equal(sx_recall_find(m.lines, 7, &t)->value, "d");
	t.bank = 2;
	assert_string_equal(sx_recall_find(m.lines, 7, &t)->value, "e");
	t = (struct sx_trigger){
		.kind = SX_TRIGGER_CC, .channel = 1, .controller = 36
	};
	assert_string_equal(sx_recall_find(m.lines, 7, &t)->value, "f");
	t.number = 64;
	assert_string_equal(sx_recall_find(m.lines, 7, &t)->value, "g");
	sx_recall_map_free(&m);
}

/* All errors of a map are found in one run, and count-from may come last. */
static void
test_all(void **state)
{
	struct sx_recall_map m;
	char errors[1024];

	(void)state;
	read_map(&m,
	    "[recall]\nnote x on 1 = a\nprogram 5 on 1 = b\nnote 3 on = c\n"
	    "settle = 250\ncount-from = 0\n",
	    errors, sizeof(errors));
	assert_non_null(strstr(errors, "map:2: "));
	assert_non_null(strstr(errors, "map:4: "));
	assert_null(strstr(errors, "map:3: "));
	assert_int_equal(m.nlines, 1);
	assert_int_equal(m.lines[0].first, 5);
	assert_int_equal(m.settle, 250000);
	sx_recall_map_free(&m);
}

static void
test_text(void **state)
{
	const struct sx_recall_line from_one = { .base = 1, .bank = -1 },
				    pattern = { .base = 1,
					    .bank = 128,
					    .pattern = true };
	struct sx_trigger t = {
		.kind = SX_TRIGGER_PROGRAM, .channel = 16, .number = 17
	};
	char buf[SX_TRIGGER_TEXT], name[SX_PATTERN_TEXT];
	char all[SX_TRIGGER_NUMBERS];

	(void)state;
	assert_string_equal(sx_trigger_numbers(&t, all),
	    "program 17 from 0, 18 from 1, pattern B02, on 16");
	assert_string_equal(sx_trigger_text(&t, NULL, buf), "program 17 on 16");
	assert_string_equal(
	    sx_trigger_text(&t, &from_one, buf), "program 18 on 16");
	t.bank = 129;
	assert_string_equal(
	    sx_trigger_text(&t, NULL, buf), "bank 1:1 program 17 on 16");
	assert_string_equal(
	    sx_trigger_text(&t, &pattern, buf), "bank 1:1 pattern B02 on 16");
	assert_string_equal(sx_trigger_numbers(&t, all),
	    "program 17 from 0, 18 from 1, pattern B02, bank 1:1, on 16");
	t.kind = SX_TRIGGER_CC;
	t.controller = 20;
	assert_string_equal(sx_trigger_text(&t, NULL, buf), "cc 20 17 on 16");
	assert_string_equal(sx_trigger_numbers(&t, all), "cc 20 17, on 16");
	t.kind = SX_TRIGGER_NOTE;
	assert_string_equal(sx_trigger_numbers(&t, all),
	    "note 17, F0 (F-1 where middle C is C3, F1 where C5), on 16");
	t.number = 127;
	assert_string_equal(sx_trigger_numbers(&t, all), "note 127, G9, on 16");
	t.number = 17;
	assert_string_equal(sx_trigger_text(&t, NULL, buf), "note 17 on 16");
	assert_string_equal(sx_pattern_text(0, name), "A01");
	assert_string_equal(sx_pattern_text(127, name), "H16");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
