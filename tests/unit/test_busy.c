/* SPDX-License-Identifier: ISC */
/* The message about a port in use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/midi_io/busy.h"
#include "../../src/midi_io/seq_name.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
who_and_what_to_do(void **state)
{
	static const struct {
		struct busy b;
		const char *hint, *not_in_hint;
	} cases[] = {
		{ { .owner = "amidi (process 12)" },
		    "in use by amidi (process 12)", "--port" },
		{ { .owner = "" }, "aconnect -l", "in use by" },
		{ { .owner = "pipewire (process 9)",
		      .clients = "PipeWire-System",
		      .bridge = true,
		      .seq = { .name = "seq:24:1", .card = "UM-ONE" } },
		    "connected through the sequencer with: PipeWire-System\n"
		    "to share it, use --port 'seq:UM-ONE:1' (watch: "
		    "--seq)\nto disable that bridge",
		    "process 9" },
		{ { .clients = "Ardour",
		      .seq = { .name = "seq:24:0", .card = "UM-ONE" } },
		    "--port 'seq:UM-ONE:0'", "bridge" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sx_err e = { 0 };

		assert_int_equal(busy_fail("hw:1,0,1", &cases[i].b, &e), -1);
		assert_int_equal(e.code, SX_EPORT);
		assert_string_equal(
		    e.msg, "hw:1,0,1 is in use by another program");
		assert_non_null(strstr(e.hint, cases[i].hint));
		assert_null(strstr(e.hint, cases[i].not_in_hint));
	}
}

static void
bridges_are_known(void **state)
{
	(void)state;
	assert_true(busy_is_bridge("PipeWire-System"));
	assert_true(busy_is_bridge("PipeWire-RT-Event"));
	assert_true(busy_is_bridge("a2jmidid"));
	assert_false(busy_is_bridge("Ardour"));
	assert_false(busy_is_bridge("My PipeWire"));
	assert_false(busy_is_bridge(""));
}

/* The suggested name refers to the same port. */
static void
names_are_spelled_as_they_are_read(void **state)
{
	static const struct {
		const char *card, *spelled;
	} cases[] = {
		{ "UM-ONE", "'seq:UM-ONE:3'" },
		{ "A: B", "'seq:\"A: B\":3'" },
		{ "20", "'seq:\"20\":3'" },
		{ "it's", "seq:20:3" },
		{ "a \"b\"", "seq:20:3" },
		{ "a\nb", "seq:20:3" },
		{ "", "seq:20:3" },
	};
	char buf[SEQ_SPELLED];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct midi_io_port port = { .dirs = MIDI_IO_IN,
			.name = "seq:20:3",
			.sequencer = true };
		const char *from = buf;

		snprintf(port.card, sizeof(port.card), "%s", cases[i].card);
		seq_spell(&port, buf, sizeof(buf));
		assert_string_equal(buf, cases[i].spelled);
		if (buf[0] == '\'') {
			buf[strlen(buf) - 1] = '\0';
			from++;
		}
		assert_ptr_equal(
		    seq_choose(&port, 1, from, MIDI_IO_IN, NULL), &port);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_and_what_to_do),
		cmocka_unit_test(bridges_are_known),
		cmocka_unit_test(names_are_spelled_as_they_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
