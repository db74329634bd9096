/* SPDX-License-Identifier: ISC */
/* Find the listed port that a name refers to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sxlib/midi_io.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define HW(d, n, t, id, c, s)                                               \
	{                                                                   \
		.dirs = d, .name = n, .title = t, .card_id = id, .card = c, \
		.socket = s, .hardware = true                               \
	}
#define SEQ(n, t, c, hw)                                              \
	{                                                             \
		.dirs = MIDI_IO_IN, .name = n, .title = t, .card = c, \
		.twin = hw, .sequencer = true                         \
	}

/* clang-format off */
static const struct midi_io_port ports[] = {
	HW(MIDI_IO_IN, "hw:1,0,0", "UM-ONE MIDI 1", "UMONE", "UM-ONE", "1-1.1"),
	HW(MIDI_IO_OUT, "hw:2,0,0", "Port A", "mioXL", "mio", "1-2"),
	HW(MIDI_IO_OUT, "hw:2,0,1", "Port B", "mioXL", "mio", "1-2"),
	HW(MIDI_IO_IN, "hw:3,0,0", "mio10 MIDI 1", "mio10", "mio10 X", ""),
	HW(MIDI_IO_IN, "hw:3,0,9", "mio10 MIDI 10", "mio10", "mio10 X", ""),
	HW(MIDI_IO_IN, "hw:4,0,0", "Two MIDI 1", "UMONE_1", "UM-ONE mk2", "1-1.4"),
	{ .dirs = MIDI_IO_IN, .name = "sim:alpha-base", .title = "Alpha Base",
	    .simulated = true },
	SEQ("seq:20:0", "UM-ONE MIDI 1", "UM-ONE", "hw:1,0,0"),
	SEQ("seq:128:0", "out", "Synth Two", ""),
};
/* clang-format on */

static void
a_name_means_one_port(void **state)
{
	static const struct {
		const char *spec;
		int port; /* -1: none */
	} t[] = {
		{ "hw:1", 0 },
		{ "hw:1,0", 0 },
		{ "hw:UMONE,0,0", 0 },
		{ "um-one", 0 }, /* and a part of another name */
		{ "UMONE", 0 },
		{ "umone_1", 5 },
		{ "UM-ONE mk", 5 },
		{ "umon", -1 },
		{ "mio10 midi 1", 3 },
		{ "mio10 MIDI 10", 4 },
		{ "mio10", -1 },
		{ "hw:2,0,1", 2 },
		{ "hw:mioXL", 1 },
		{ "port b", 2 },
		{ "mio", -1 }, /* two ports of that card */
		{ "hw:7", -1 },
		{ "sim:alpha-base", 6 },
		{ "Alpha Base", -1 }, /* never found by a part of its name */
		{ "usb:1-1.4", 5 },
		{ "usb:1-1.1,0,0", 0 },
		{ "usb:1-2,0,1", 2 },
		{ "usb:1-3", -1 },
		{ "UM-ONE MIDI 1", 0 }, /* not the port of the sequencer */
		{ "seq:um-one", 7 },
		{ "seq:20", 7 },
		{ "seq:128:0", 8 },
		{ "synth two", 8 },
		{ "synth", 8 },
		{ "seq:mio", -1 },
		{ "seq:\"", -1 },
		{ "tty:/dev/ttyAMA0", -1 },
		{ "-", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		const struct midi_io_port *p =
		    midi_io_find(ports, COUNT(ports), t[i].spec);

		if (p != (t[i].port < 0 ? NULL : &ports[t[i].port]))
			fail_msg("%s is %s", t[i].spec,
			    p != NULL ? p->name : "nothing");
	}
	assert_null(midi_io_find(NULL, 0, "hw:1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_means_one_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
