/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scratch.h"
#include "sxlib/load.h"
#include "sxlib/midi_io.h"

/* Messages that no rule knows. */
static const uint8_t good[] = { 0xf0, 0x7d, 1, 2, 0xf7 };
static const uint8_t cut[] = { 0xf0, 0x7d, 1, 0x90, 60, 1 };
static const uint8_t clocked[] = { 0xf0, 0x7d, 0xf8, 1, 0xf7 };

static void
test_faults(void **state)
{
	struct sx_facts sound = { .pair = 1, .maker_id = 1 };
	struct sx_item item = { .facts = { .checksum = SX_CHECKSUM_OK } };

	(void)state;
	assert_int_equal(sx_faults(&item, NULL), 0);
	item.facts.checksum = SX_CHECKSUM_BAD;
	assert_int_equal(sx_faults(&item, NULL), SX_FAULT_CHECKSUM);
	/* Of one that is cut that is no news. */
	item.damage.kind = SX_DAMAGE_NEW_F0;
	assert_int_equal(sx_faults(&item, NULL), SX_FAULT_CUT);
	item.facts.danger = "it is";
	assert_int_equal(
	    sx_faults(&item, NULL), SX_FAULT_CUT | SX_FAULT_DANGER);
	/* One that stores what came before it. */
	item = (struct sx_item){ .facts = { .pair = -1, .maker_id = 1 } };
	assert_int_equal(sx_faults(&item, NULL), SX_FAULT_STORES);
	assert_int_equal(sx_faults(&item, &sound), 0);
	assert_int_equal(sx_faults(&item, &item.facts), SX_FAULT_STORES);
}

/* The user's word first, then the port's, the message's, the device's. */
static void
test_pace(void **state)
{
	const struct sx_device_row there = {
		.device = "it", .rate = 1000, .delay_ms = 7
	};
	struct sx_load_pace p = {
		.rate = -1, .delay = -1, .port_rate = -1, .port_delay = -1
	};
	struct sx_outgoing m = { .wire_len = 100, .facts.delay_ms = -1 };

	(void)state;
	assert_int_equal(sx_load_rate(&p, &m), MIDI_IO_DIN_RATE);
	assert_int_equal(sx_load_delay(&p, &m), 60000);
	p.there = there;
	assert_int_equal(sx_load_rate(&p, &m), 1000);
	assert_int_equal(sx_load_delay(&p, &m), 7000);
	assert_int_equal(sx_load_time(&p, &m), 107000);
	m.facts.rate = 500;
	m.facts.delay_ms = 0;
	assert_int_equal(sx_load_rate(&p, &m), 500);
	assert_int_equal(sx_load_delay(&p, &m), 0);
	/* No device is faster than a cable. */
	m.facts.rate = 9999;
	assert_int_equal(sx_load_rate(&p, &m), MIDI_IO_DIN_RATE);
	p.port_rate = 9999;
	p.port_delay = 3;
	assert_int_equal(sx_load_rate(&p, &m), 9999);
	assert_int_equal(sx_load_delay(&p, &m), 3000);
	p.rate = 0;
	p.delay = 5;
	assert_int_equal(sx_load_rate(&p, &m), 0);
	assert_int_equal(sx_load_delay(&p, &m), 5);
	assert_int_equal(sx_load_time(&p, &m), 5);
}

/* Load it all, and spell the events: "faults 1 a.syx, ...". */
static int
run(struct sx_load *l, char text[512], struct sx_err *e)
{
	static const char *const names[] = {
		[SX_LOAD_FAULTS] = "faults",
		[SX_LOAD_REALTIME] = "realtime",
		[SX_LOAD_SPARE] = "spare",
		[SX_LOAD_STRAY] = "stray",
		[SX_LOAD_DAMAGED] = "damaged",
		[SX_LOAD_LOST] = "lost",
		[SX_LOAD_TEXT] = "text",
		[SX_LOAD_NOTE] = "note",
		[SX_LOAD_MALFORMED] = "malformed",
		[SX_LOAD_FOLDER] = "folder",
		[SX_LOAD_NO_FILE] = "no file",
	};
	struct sx_load_event ev;
	int rc;

	text[0] = '\0';
	while ((rc = sx_load_next(l, &ev, e)) == 1)
		snprintf(text + strlen(text), 512 - strlen(text), "%s%s %s",
		    text[0] != '\0' ? ", " : "", names[ev.type], ev.path);
	return rc;
}

static void
test_folder(void **state)
{
	char folder[] = "in/", file[] = "one.syx", *paths[] = { folder, file };
	struct sx_load l = { .paths = paths, .npaths = 2 };
	struct sx_err e = { 0 };
	char text[512];

	(void)state;
	assert_int_equal(mkdir("in", 0777), 0);
	assert_int_equal(mkdir("in/a", 0777), 0);
	assert_int_equal(mkfifo("in/b.syx", 0666), 0);
	scratch_write("in/10.syx", good, sizeof(good));
	scratch_write("in/2.damaged.syx", good, sizeof(good));
	scratch_write("in/text", good, sizeof(good));
	scratch_write("in/.hidden.syx", good, sizeof(good));
	scratch_write("one.syx", clocked, sizeof(clocked));
	assert_int_equal(run(&l, text, &e), 0);
	assert_string_equal(text,
	    "damaged in/2.damaged.syx, folder in/a, no file in/b.syx, "
	    "realtime one.syx");
	assert_int_equal(l.nfiles, 3);
	assert_string_equal(l.files[1], "in/10.syx");
	assert_int_equal(l.nmessages, 3);
	assert_int_equal(l.messages[2].file, 2);
	assert_int_equal(l.messages[2].wire_len, 4);
	assert_null(l.messages[2].wire);
	assert_int_equal(l.wrong, 1);
	assert_int_equal(l.skipped, 1);
	assert_true(l.firmware == SX_NO_FIRMWARE);
	/* It is over. */
	assert_int_equal(run(&l, text, &e), 0);
	assert_string_equal(text, "");
	sx_load_free(&l);
}

static void
test_wrong(void **state)
{
	char file[] = "cut.syx", *paths[] = { file };
	struct sx_load l = { .paths = paths, .npaths = 1, .realtime = true };
	struct sx_err e = { 0 };
	char text[512];

	(void)state;
	scratch_write(file, cut, sizeof(cut));
	assert_int_equal(run(&l, text, &e), 0);
	assert_string_equal(text, "faults cut.syx, stray cut.syx");
	assert_int_equal(l.wrong, 2);
	/* It goes out closed. */
	assert_int_equal(l.messages[0].wire_len, 4);
	assert_memory_equal(l.messages[0].data, "\xf0\x7d\x01\xf7", 4);
	sx_load_free(&l);

	unlink(file);
	scratch_write(file, clocked, sizeof(clocked));
	l = (struct sx_load){ .paths = paths, .npaths = 1, .realtime = true };
	assert_int_equal(run(&l, text, &e), 0);
	assert_string_equal(text, "realtime cut.syx");
	assert_int_equal(l.messages[0].wire_len, 5);
	assert_memory_equal(l.messages[0].wire, clocked, 5);
	assert_int_equal(l.messages[0].len, 4);
	sx_load_free(&l);
}

/* What cannot be loaded. */
static void
test_errors(void **state)
{
	char file[] = "x.mid", folder[] = "empty", *paths[] = { file };
	struct sx_load l = { .paths = paths, .npaths = 1 };
	static const uint8_t song[] = "MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\x08"
				      "\0\xf0\3\x7d\1\xf7\0\xff";
	struct sx_err e = { 0 };
	char text[512];

	(void)state;
	assert_int_equal(run(&l, text, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	sx_load_free(&l);

	/* Malformed: its end is missing. */
	scratch_write(file, song, sizeof(song) - 1);
	for (int force = 0; force < 2; force++) {
		e = (struct sx_err){ 0 };
		l = (struct sx_load){
			.paths = paths, .npaths = 1, .force = force == 1
		};
		assert_int_equal(run(&l, text, &e), force - 1);
		assert_string_equal(text, force ? "malformed x.mid" : "");
		assert_int_equal(l.malformed, !force);
		assert_int_equal(l.nmessages, 1);
		assert_int_equal(l.wrong, force);
		sx_load_free(&l);
	}

	assert_int_equal(mkdir(folder, 0777), 0);
	paths[0] = folder;
	e = (struct sx_err){ 0 };
	l = (struct sx_load){ .paths = paths, .npaths = 1 };
	assert_int_equal(run(&l, text, &e), -1);
	assert_int_equal(e.code, SX_ENONE);
	sx_load_free(&l);
}

static void
test_hex(void **state)
{
	struct sx_load l = { .hex = "F0 7D 01 F7 02", .hex_name = "text" };
	struct sx_err e = { 0 };
	char text[512];

	(void)state;
	assert_int_equal(run(&l, text, &e), 0);
	assert_string_equal(text, "stray text");
	assert_int_equal(l.nmessages, 1);
	assert_int_equal(l.messages[0].len, 4);
	sx_load_free(&l);

	/* As it stands. */
	l = (struct sx_load){
		.hex = "F0 7D 01 F7 02", .hex_name = "text", .force = true
	};
	assert_int_equal(run(&l, text, &e), 0);
	assert_int_equal(l.nmessages, 1);
	assert_int_equal(l.messages[0].len, 5);
	sx_load_free(&l);

	l = (struct sx_load){ .hex = "F0 xyz", .hex_name = "text" };
	assert_int_equal(run(&l, text, &e), -1);
	assert_int_equal(e.code, SX_EUSAGE);
	sx_load_free(&l);
	e = (struct sx_err){ 0 };
	l = (struct sx_load){ .hex = " ", .hex_name = "text" };
	assert_int_equal(run(&l, text, &e), -1);
	assert_int_equal(e.code, SX_EUSAGE);
	sx_load_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_pace),
		cmocka_unit_test_setup_teardown(
		    test_folder, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_wrong, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(
		    test_errors, scratch_enter, scratch_leave),
		cmocka_unit_test(test_hex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
