/* SPDX-License-Identifier: ISC */
/* Copying files into a file, and the events on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit.h"
#include "scratch.h"
#include "sxlib/rewrite.h"

#define TEXT "by hand"

/* Two kits with text between them; the second lacks its F7. */
static void
write_input(const char *path)
{
	uint8_t file[2 * KIT_SIZE + sizeof(TEXT)];
	size_t n = 0;

	make_kit(file, KIT_SIZE, 1);
	n += KIT_SIZE;
	memcpy(file + n, TEXT, strlen(TEXT));
	n += strlen(TEXT);
	make_kit(file + n, KIT_SIZE, 2);
	n += KIT_SIZE - 1;
	scratch_write(path, file, n);
}

/* Read a file; told gets a letter for each event, except for items. */
static void
read_file(struct sx_rewrite *r, const char *path, char *told, struct sx_err *e)
{
	static const char letters[] = { [SX_REWRITE_SPARE] = 'p',
		[SX_REWRITE_STRAY] = 's',
		[SX_REWRITE_CUT] = 'c',
		[SX_REWRITE_TEXT] = 't',
		[SX_REWRITE_KEPT] = 'k',
		[SX_REWRITE_MALFORMED] = 'm',
		[SX_REWRITE_READ] = 'r',
		[SX_REWRITE_DAMAGED] = 'd' };
	struct sx_file *f = sx_file_open(path, NULL, e);
	struct sx_rewritten what;
	int rc;

	assert_non_null(f);
	sx_rewrite_file(r, f, path);
	while ((rc = sx_rewrite_next(r, &what, e)) == 1) {
		if (what.kind == SX_REWRITE_ITEM)
			continue;
		*told++ = letters[what.kind];
		if (what.kind == SX_REWRITE_TEXT)
			assert_int_equal(sx_rewrite_text(r, "x\n", 2, e), 0);
	}
	*told++ = rc == 0 ? '.' : '!';
	*told = '\0';
	sx_file_close(f);
}

/* n: number of dumps that finishing completes: the open one, and the file of
 * all dumps, if there is one. */
static void
finish(struct sx_rewrite *r, size_t n)
{
	struct sx_rewritten what;
	struct sx_err e = { 0 };

	while (n-- > 0)
		assert_int_equal(sx_rewrite_finish(r, &what, &e), 1);
	assert_int_equal(sx_rewrite_finish(r, &what, &e), 0);
	sx_rewrite_free(r);
}

static void
test_bytes_go_as_they_are(void **state)
{
	struct sx_rewrite r = { .store_opts = { .out = "out.syx", .first = -1 },
		.rate = 3125 };
	struct sx_err e = { 0 };
	unsigned char *in, *out;
	size_t nin, nout;
	char told[16];

	(void)state;
	write_input("in.syx");
	assert_int_equal(sx_rewrite_target(&r, "out.syx"), 0);
	assert_int_equal(r.as, SX_AS_BYTES);
	assert_int_equal(sx_rewrite_begin(&r, &e), 0);
	read_file(&r, "in.syx", told, &e);
	assert_string_equal(told, "scr.");
	assert_int_equal(r.messages, 2);
	assert_int_equal(r.cut, 1);
	assert_int_equal(r.stray_bytes, strlen(TEXT));
	finish(&r, 2);
	in = scratch_read("in.syx", &nin);
	out = scratch_read("out.syx", &nout);
	assert_int_equal(nout, nin);
	assert_memory_equal(out, in, nin);
	free(in);
	free(out);
}

/* A MIDI file cannot hold stray bytes: nothing is written. */
static void
test_a_track_takes_no_stray_bytes(void **state)
{
	struct sx_rewrite r = { .store_opts = { .out = "out.mid", .first = -1 },
		.rate = 3125 };
	struct sx_err e = { 0 };
	char told[16];

	(void)state;
	write_input("in.syx");
	assert_int_equal(sx_rewrite_target(&r, "out.mid"), 0);
	assert_int_equal(sx_rewrite_begin(&r, &e), 0);
	read_file(&r, "in.syx", told, &e);
	assert_string_equal(told, "!");
	assert_int_equal(e.code, SX_EREFUSED);
	assert_false(r.malformed);
	sx_rewrite_free(&r);
	assert_int_equal(access("out.mid", F_OK), -1);
}

/* Each dump in a separate file; the cut one is marked. */
static void
test_each_dump_on_its_own(void **state)
{
	struct sx_rewrite r = { .as = SX_AS_DUMPS,
		.store_opts = { .out = "out/",
		    .name = "{n:02}",
		    .first = 1,
		    .number_all = true },
		.split = SX_SPLIT_MESSAGE,
		.leave_stray = true,
		.rate = 3125 };
	struct sx_err e = { 0 };
	char told[16];

	(void)state;
	write_input("in.syx");
	assert_int_equal(sx_rewrite_begin(&r, &e), 0);
	read_file(&r, "in.syx", told, &e);
	assert_string_equal(told, "sckr.");
	finish(&r, 1);
	assert_int_equal(access("out/01.syx", F_OK), 0);
	assert_int_equal(access("out/02.damaged.syx", F_OK), 0);
}

static void
test_text_is_the_callers(void **state)
{
	struct sx_rewrite r = { .store_opts = { .out = "out.hex", .first = -1 },
		.rate = 3125 };
	struct sx_err e = { 0 };
	unsigned char *out;
	char told[16];
	size_t n;

	(void)state;
	write_input("in.syx");
	assert_int_equal(sx_rewrite_target(&r, "out.hex"), 0);
	assert_int_equal(sx_rewrite_begin(&r, &e), 0);
	read_file(&r, "in.syx", told, &e);
	assert_string_equal(told, "tstctr.");
	finish(&r, 2);
	out = scratch_read("out.hex", &n);
	assert_int_equal(n, 6);
	assert_memory_equal(out, "x\nx\nx\n", 6);
	free(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_bytes_go_as_they_are, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_a_track_takes_no_stray_bytes, scratch_enter,
		    scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_each_dump_on_its_own, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_text_is_the_callers, scratch_enter, scratch_leave),
	};

	return cmocka_run_group_tests_name("rewrite", tests, NULL, NULL);
}
