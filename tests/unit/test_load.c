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

#include "kit.h"
#include "scratch.h"
#include "sxlib/config.h"
#include "sxlib/load.h"
#include "sxlib/midi_io.h"

/* Messages without a rule. */
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
	/* For a cut message only the cut is reported. */
	item.damage.kind = SX_DAMAGE_NEW_F0;
	assert_int_equal(sx_faults(&item, NULL), SX_FAULT_CUT);
	item.facts.danger = "it is";
	assert_int_equal(
	    sx_faults(&item, NULL), SX_FAULT_CUT | SX_FAULT_DANGER);
	/* A message that stores the previous one. */
	item = (struct sx_item){ .facts = { .pair = -1, .maker_id = 1 } };
	assert_int_equal(sx_faults(&item, NULL), SX_FAULT_STORES);
	assert_int_equal(sx_faults(&item, &sound), 0);
	assert_int_equal(sx_faults(&item, &item.facts), SX_FAULT_STORES);
}

static void
test_faults_in_words(void **state)
{
	const struct sx_item item = { .len = 7,
		.damage = { .kind = SX_DAMAGE_NEW_F0 },
		.facts = { .danger = "it is" } };
	struct sx_facts os = { .maker = "Elektron", .device = "Octatrack" };
	char text[SX_FAULT_TEXT];
	struct sx_err e = { 0 };

	(void)state;
	assert_memory_equal(sx_fault_text(text, &item, SX_FAULT_CUT),
	    "message of 7 bytes is truncated: ", 33);
	assert_string_equal(sx_fault_text(text, &item, SX_FAULT_CHECKSUM),
	    "message of 7 bytes has a wrong checksum or length");
	assert_string_equal(
	    sx_fault_text(text, &item, SX_FAULT_DANGER), "it is");
	assert_memory_equal(sx_fault_text(text, &item, SX_FAULT_STORES),
	    "it stores the preceding dump", 28);
	assert_int_equal(sx_refuse_firmware("f", &os, "do", &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	assert_string_equal(e.msg,
	    "refused: 'f' contains an OS upgrade (Elektron Octatrack); nothing "
	    "was sent");
	assert_string_equal(
	    e.hint, "it replaces the operating system of the instrument: do");
}

/* Move a message twice; the text for each time. */
static void
move_twice(uint8_t *msg, size_t n, struct sx_load_to to, const char *text,
    const char *again)
{
	struct sx_outgoing m = { .data = msg, .len = n };
	const struct sx_load_to same = to;
	struct sx_load l = { .messages = &m, .nmessages = 1 };
	struct sx_load_moved moved;
	struct sx_err e = { 0 };

	sx_device_decode(NULL, msg, n, &m.facts);
	for (int i = 0; i < 2; i++) {
		to = same;
		to.load = &l;
		assert_int_equal(sx_load_to_next(&to, &moved, &e), 1);
		assert_ptr_equal(moved.message, &m);
		assert_string_equal(moved.text, i == 0 ? text : again);
		assert_int_equal(sx_load_to_next(&to, &moved, &e), 0);
		sx_load_to_end(&to);
	}
}

static void
test_moved_in_words(void **state)
{
	uint8_t virus[267] = { 0xf0, 0x00, 0x20, 0x33, 0x01, 0x04, 0x10, 0x01,
		0x05, [265] = 0x1a, [266] = 0xf7 };
	uint8_t kit[KIT_SIZE], moved[KIT_SIZE];
	char text[80], again[80];

	(void)state;
	move_twice(virus, sizeof(virus), (struct sx_load_to){ .unit = 3 },
	    "unit 5 -> 3", "");
	make_kit(kit, sizeof(kit), 5);
	make_kit(moved, sizeof(moved), 7);
	snprintf(text, sizeof(text),
	    "kit 6 -> 8, checksum %02X %02X -> %02X %02X", kit[KIT_SIZE - 5],
	    kit[KIT_SIZE - 4], moved[KIT_SIZE - 5], moved[KIT_SIZE - 4]);
	snprintf(again, sizeof(again),
	    "kit 8 -> 8, checksum %02X %02X -> %02X %02X", moved[KIT_SIZE - 5],
	    moved[KIT_SIZE - 4], moved[KIT_SIZE - 5], moved[KIT_SIZE - 4]);
	move_twice(
	    kit, sizeof(kit), (struct sx_load_to){ .slots = "8" }, text, again);
}

/* Pass-through is never slower than the wire. */
static void
test_passing(void **state)
{
	struct sx_named_port named = { .rate = 5000, .delay_ms = 7 };
	struct sx_load_pace p = { .rate = -1, .delay = -1 };

	(void)state;
	sx_load_port(&p, NULL, NULL);
	assert_int_equal(p.port_rate, -1);
	assert_int_equal(p.port_delay, -1);
	assert_int_equal(sx_load_passing(&p), MIDI_IO_DIN_RATE);
	named.device = "machinedrum";
	sx_load_port(&p, NULL, &named);
	assert_int_equal(p.port_delay, 7);
	assert_string_equal(p.there.device, "Machinedrum");
	assert_int_equal(sx_load_passing(&p), 5000);
	p.rate = 1000; /* of dumps */
	assert_int_equal(sx_load_passing(&p), 5000);
	p.rate = 9999;
	assert_int_equal(sx_load_passing(&p), 9999);
	p.rate = 0;
	assert_int_equal(sx_load_passing(&p), 0);
	p.rate = 9999;
	p.port_rate = 0;
	assert_int_equal(sx_load_passing(&p), 0);
}

/* The user's setting comes first, then that of the port, the message, the
 * device. */
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
	/* The rate of a device is limited to that of a cable. */
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

/* Load everything and write the events as text: "faults 1 a.syx, ...". */
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
	/* It is sent with an F7. */
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

/* Inputs that cannot be loaded. */
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

	/* Sent unchanged. */
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
		cmocka_unit_test(test_faults_in_words),
		cmocka_unit_test(test_moved_in_words),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_passing),
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
