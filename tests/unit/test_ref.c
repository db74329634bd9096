/* SPDX-License-Identifier: ISC */
/* References to sounds: which part is the file, and what the rest means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "scratch.h"
#include "sxlib/arrange.h"
#include "sxlib/config.h"
#include "sxlib/ref.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* ---- Files ---- */

static const struct {
	const char *arg, *path, *which;
} splits[] = {
	{ "a.syx", "a.syx", NULL },
	{ "a.syx:12", "a.syx", "12" },
	{ "a.syx:A01-A16,C03", "a.syx", "A01-A16,C03" },
	{ "a.syx:#3", "a.syx", "#3" },
	{ "a.syx:=Pad: Soft", "a.syx", "=Pad: Soft" },
	{ "a.syx:", "a.syx", "" },
	/* A file of exactly that name wins, else the longest one. */
	{ "b:1", "b:1", NULL },
	{ "b:1:2", "b:1", "2" },
	{ "b:2", "b", "2" },
	/* Not references: no such file, or a folder. */
	{ "c.syx:12", "c.syx:12", NULL },
	{ "c.syx", "c.syx", NULL },
	{ "folder:12", "folder:12", NULL },
	{ "folder", "folder", NULL },
	{ "folder/a.syx:=X", "folder/a.syx", "=X" },
	{ ":12", ":12", NULL },
	{ "", "", NULL },
	/* Standard input. */
	{ "-", "-", NULL },
	{ "-:12", "-", "12" },
};

static void
what_is_the_file(void **state)
{
	struct sx_err e = { 0 };
	struct sx_ref r;

	(void)state;
	assert_int_equal(mkdir("folder", 0777), 0);
	scratch_write("a.syx", "", 0);
	scratch_write("b", "", 0);
	scratch_write("b:1", "", 0);
	scratch_write("folder/a.syx", "", 0);
	for (size_t i = 0; i < ARRAY(splits); i++) {
		assert_int_equal(sx_ref_split(splits[i].arg, &r, &e), 0);
		assert_string_equal(r.path, splits[i].path);
		if (splits[i].which == NULL)
			assert_null(r.which);
		else
			assert_string_equal(r.which, splits[i].which);
		free(r.path);
	}
}

/* The name of a new file must have the kind of the old one. */
static void
what_the_new_file_may_be(void **state)
{
	static const struct {
		const char *ref, *out, *why;
	} t[] = {
		{ "a.syx:1", "b.syx", "" },
		{ "a.mid:1", "b.MID", "" },
		{ "a.mid:1", "b.syx",
		    "--out 'b.syx': must end as 'a.mid' does" },
		{ "a.syx:1", "b.mid",
		    "--out 'b.mid': must end as 'a.syx' does" },
		{ "a.syx:1", "b", "--out 'b': must end in .syx or .mid" },
	};

	(void)state;
	scratch_write("a.syx", "", 0);
	scratch_write("a.mid", "", 0);
	for (size_t i = 0; i < ARRAY(t); i++) {
		struct sx_err e = { 0 };

		assert_int_equal(sx_arrange_check_out(t[i].ref, t[i].out, &e),
		    t[i].why[0] == '\0' ? 0 : -1);
		assert_string_equal(e.msg, t[i].why);
	}
}

/* ---- Sounds ---- */

#define SOUND(text, at, how, called)                                          \
	{                                                                     \
		.sound = { .slot = (at), .slot_text = text, .name = called }, \
		.shown = how, .number = (at)                                  \
	}
#define BANKS                                                  \
	{                                                      \
		.count = 8, .first = 1, .bank = 4, .digits = 2 \
	}
#define NUMBERS                                      \
	{                                            \
		.count = 64, .first = 1, .digits = 0 \
	}
#define NONE               \
	{                  \
		.count = 0 \
	}

/* Two banks with some empty slots, a slot that occurs twice, one named by its
 * number, an edit buffer. */
static struct sx_listed sounds[] = {
	SOUND("A01", 0, BANKS, "Piano 1"),
	SOUND("A02", 1, BANKS, "Piano 2"),
	SOUND("A04", 3, BANKS, "bass"),
	SOUND("B01", 4, BANKS, "B ass"),
	SOUND("B02", 5, BANKS, "Strings"),
	SOUND("7", 6, NUMBERS, "Seven"),
	SOUND("7", 6, NUMBERS, "Heaven"),
	SOUND("", 63, NONE, ""),
	SOUND("", -1, NONE, "Edit, it: #1"),
};

static const struct {
	const char *which, *refs; /* or what is wrong: */
	const char *why, *hint;
} choices[] = {
	{ NULL, "A01 A02 A04 B01 B02 #6 #7 63 #9 ", NULL, NULL },
	{ "all", "A01 A02 A04 B01 B02 #6 #7 63 #9 ", NULL, NULL },
	/* Slots. */
	{ "A01", "A01 ", NULL, NULL },
	{ "a1", "A01 ", NULL, NULL },
	{ "63", "63 ", NULL, NULL },
	{ "A01-A04", "A01 A02 A04 ", NULL, NULL },
	{ "A01-2", "A01 A02 ", NULL, NULL },
	{ "A02-B01", "A02 A04 B01 ", NULL, NULL },
	{ "B", "B01 B02 ", NULL, NULL },
	{ "B02,A01,A01-A02", "B02 A01 A02 ", NULL, NULL },
	{ "A05", NULL, "'A05': no such slot in f.syx",
	    "the first sound is in slot A01, the last in 63" },
	{ "C01", NULL, "'C01': no such slot in f.syx", NULL },
	{ "A03", NULL, "'A03': no sound in this slot of f.syx", NULL },
	{ "A01-A03", NULL, "'A01-A03': no sound in this slot of f.syx", NULL },
	{ "B04", NULL, "'B04': no sound in this slot of f.syx", NULL },
	{ "A02-A01", NULL, "'A02-A01': no such slot in f.syx", NULL },
	{ "A01,", NULL, "'A01,': no such slot in f.syx", NULL },
	{ "A01;A02", NULL, "'A01;A02': no such slot in f.syx", NULL },
	{ "A01A02", NULL, "'A01A02': no such slot in f.syx", NULL },
	{ "", NULL, "'': no such slot in f.syx", NULL },
	{ "Piano 1", NULL, "'Piano 1': no such slot in f.syx", NULL },
	{ "99999999999999999999", NULL,
	    "'99999999999999999999': no such slot in f.syx", NULL },
	{ "7", NULL, "'7': 2 sounds of f.syx are in the same slot",
	    "they are #6, #7" },
	/* Numbers. */
	{ "#1", "A01 ", NULL, NULL },
	{ "#9", "#9 ", NULL, NULL },
	{ "#2-#4", "A02 A04 B01 ", NULL, NULL },
	{ "#2-4", "A02 A04 B01 ", NULL, NULL },
	{ "#9,#1-#2,#1", "#9 A01 A02 ", NULL, NULL },
	{ "#10", NULL, "'#10': no such sound in f.syx", NULL },
	{ "#8-#10", NULL, "'#8-#10': no such sound in f.syx", NULL },
	{ "#18446744073709551617", NULL,
	    "'#18446744073709551617': no such sound in f.syx", NULL },
	/* Names. */
	{ "=Piano 1", "A01 ", NULL, NULL },
	{ "=PIANO1", "A01 ", NULL, NULL },
	{ "= p i a n o 1 ", "A01 ", NULL, NULL },
	{ "=Edit, it: #1", "#9 ", NULL, NULL },
	{ "=Piano", NULL, "'=Piano': no sound of f.syx has this name",
	    "sxlib find TEXT f.syx lists names that contain a text" },
	{ "=BASS", NULL, "'=BASS': 2 sounds of f.syx have this name",
	    "they are A04, B01" },
};

static void
what_it_means(void **state)
{
	struct sx_sound_list list = {
		.items.path = "f.syx", .sounds = sounds, .n = ARRAY(sounds)
	};
	char text[256], ref[SX_REF_TEXT];
	size_t *chosen, n;

	(void)state;
	for (size_t i = 0; i < ARRAY(sounds); i++)
		sounds[i].index = i + 1;
	for (size_t i = 0; i < ARRAY(choices); i++) {
		struct sx_err e = { 0 };
		int rc =
		    sx_ref_choose(&list, choices[i].which, &chosen, &n, &e);

		if (choices[i].why != NULL) {
			assert_int_equal(rc, -1);
			assert_null(chosen);
			assert_int_equal(e.code, SX_EUSAGE);
			assert_string_equal(e.msg, choices[i].why);
			if (choices[i].hint != NULL)
				assert_string_equal(e.hint, choices[i].hint);
			continue;
		}
		if (rc == -1)
			fail_msg("row %zu: %s", i, e.msg);
		text[0] = '\0';
		for (size_t k = 0; k < n; k++)
			snprintf(text + strlen(text),
			    sizeof(text) - strlen(text), "%s ",
			    sx_ref_text(&list, chosen[k], ref));
		assert_string_equal(text, choices[i].refs);
		free(chosen);
	}
}

/* These are invalid for any file. */
static const char *const malformed[] = { "#0", "#4-#2", "#", "#1,", "#1,2",
	"#1x", "#-1", "=", "=  " };

static void
what_does_not_parse(void **state)
{
	struct sx_sound_list list = {
		.items.path = "f.syx", .sounds = sounds, .n = ARRAY(sounds)
	};
	size_t *chosen, n;

	(void)state;
	for (size_t i = 0; i < ARRAY(malformed); i++) {
		struct sx_err e = { 0 };

		if (sx_ref_choose(&list, malformed[i], &chosen, &n, &e) != -1)
			fail_msg("'%s' means something", malformed[i]);
		assert_int_equal(e.code, SX_EUSAGE);
		assert_null(chosen);
	}
}

/* More sounds than a hint can list. */
static void
many_of_one_name(void **state)
{
	static struct sx_listed many[500];
	struct sx_sound_list list = {
		.items.path = "f.syx", .sounds = many, .n = ARRAY(many)
	};
	struct sx_err e = { 0 };
	size_t *chosen, n;

	(void)state;
	for (size_t i = 0; i < ARRAY(many); i++)
		many[i] = (struct sx_listed){ .index = i + 1,
			.number = -1,
			.sound = { .slot = -1, .name = "INIT" } };
	assert_int_equal(sx_ref_choose(&list, "=init", &chosen, &n, &e), -1);
	assert_string_equal(
	    e.msg, "'=init': 500 sounds of f.syx have this name");
	assert_non_null(strstr(e.hint, "they are #1, #2, #3"));
	assert_non_null(strstr(e.hint, " more"));
}

/* The 8th of slots named from 001 on, and a slot named by its number, 8: "8"
 * matches both. */
static void
slots_that_read_alike(void **state)
{
	struct sx_listed alike[] = {
		{ .index = 1,
		    .sound = { .slot = 7, .slot_text = "008" },
		    .shown = { .count = 64, .first = 1, .digits = 3 },
		    .number = 7 },
		{ .index = 2, .sound = { .slot = 8 }, .number = 8 },
		{ .index = 3, .sound = { .slot = 7 }, .number = 7 }
	};
	struct sx_sound_list list = {
		.items.path = "f.syx", .sounds = alike, .n = ARRAY(alike)
	};
	struct sx_err e = { 0 };
	char ref[SX_REF_TEXT];
	size_t *chosen, n;

	(void)state;
	assert_true(sx_listed_same_slot(&alike[0], &alike[1]));
	assert_true(sx_listed_same_slot(&alike[1], &alike[0]));
	assert_false(sx_listed_same_slot(&alike[0], &alike[2]));
	assert_int_equal(sx_ref_choose(&list, "8", &chosen, &n, &e), -1);
	assert_string_equal(e.hint, "they are #1, #2");
	assert_string_equal(sx_ref_text(&list, 0, ref), "#1");
	assert_string_equal(sx_ref_text(&list, 1, ref), "#2");
	assert_string_equal(sx_ref_text(&list, 2, ref), "7");
	assert_int_equal(sx_ref_choose(&list, "7", &chosen, &n, NULL), 0);
	assert_int_equal(n, 1);
	free(chosen);
}

/* ---- Whole arguments ---- */

static const char page[] =
    "[It]\nmask = F0 7D 10\n[:bank]\nsounds = 2 of 2 from 3\n"
    "sound-name = 0 2\nsound-shown = 1-2\n";

static void
from_an_argument_to_its_sounds(void **state)
{
	struct sx_err e = { 0 };
	struct sx_devices *own = sx_devices_new(&e);
	struct sx_config *f =
	    sx_config_memory("it", page, sizeof(page) - 1, &e);
	struct sx_ref_sounds r;
	uint8_t data[16];

	(void)state;
	assert_int_equal(sx_config_device(f, own, &e), 1);
	sx_config_close(f);
	scratch_write("a.syx", data, bytes_of("F0 7D 10 41 42 43 44 F7", data));
	scratch_write("b.syx", data, bytes_of("F0 7D 11 F7", data));

	assert_int_equal(sx_ref_load(&r, "a.syx:2", own, &e), 0);
	assert_int_equal(r.n, 1);
	assert_string_equal(r.list.sounds[r.chosen[0]].sound.name, "CD");
	sx_ref_free(&r);
	assert_int_equal(sx_ref_load(&r, "a.syx", own, &e), 0);
	assert_int_equal(r.n, 2);
	sx_ref_free(&r);
	assert_int_equal(sx_ref_load(&r, "a.syx:3", own, &e), -1);
	assert_int_equal(e.code, SX_EUSAGE);
	sx_ref_free(&r);
	e = (struct sx_err){ 0 };
	assert_int_equal(sx_ref_load(&r, "b.syx:1", own, &e), -1);
	assert_int_equal(e.code, SX_EDATA);
	sx_ref_free(&r);
	e = (struct sx_err){ 0 };
	assert_int_equal(sx_ref_load(&r, "c.syx:1", own, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	sx_ref_free(&r);
	sx_devices_free(own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_is_the_file, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    what_the_new_file_may_be, scratch_enter, scratch_leave),
		cmocka_unit_test(what_it_means),
		cmocka_unit_test(what_does_not_parse),
		cmocka_unit_test(many_of_one_name),
		cmocka_unit_test(slots_that_read_alike),
		cmocka_unit_test_setup_teardown(from_an_argument_to_its_sounds,
		    scratch_enter, scratch_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
