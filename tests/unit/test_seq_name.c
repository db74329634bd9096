/* SPDX-License-Identifier: ISC */
/* Names of sequencer ports, and the ports they refer to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/midi_io/seq_name.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { IN = MIDI_IO_IN, OUT = MIDI_IO_OUT, BOTH = MIDI_IO_IN | MIDI_IO_OUT };

static void
names_are_taken_apart(void **state)
{
	static const struct {
		const char *spec, *client, *port; /* port NULL: any */
		int client_number, port_number;
	} good[] = {
		{ "seq:20", "20", NULL, 20, -1 },
		{ "seq:20:1", "20", "1", 20, 1 },
		{ "seq:255:0", "255", "0", 255, 0 },
		{ "seq:256", "256", NULL, -1, -1 },
		{ "seq:Synth", "Synth", NULL, -1, -1 },
		{ "seq:Synth 2:out L", "Synth 2", "out L", -1, -1 },
		{ "seq:\"A: B\":1", "A: B", "1", -1, 1 },
		{ "seq:\"A: B\"", "A: B", NULL, -1, -1 },
		{ "seq:\"20\":\"1\"", "20", "1", -1, -1 },
		{ "seq:A:\"x:y\"", "A", "x:y", -1, -1 },
	};
	static const char *const bad[] = { "seq:", "seq::1",
		"seq:A:", "seq:A:B:C", "seq:\"A", "seq:\"\"", "seq:\"A\"B",
		"seq:\"A\"1:2", "seq:A:\"B", "seq:20:\"1\"x" };
	struct seq_name name;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct sx_err e = { 0 };

		assert_true(seq_is_name(good[i].spec));
		assert_int_equal(seq_parse(good[i].spec, &name, &e), 0);
		assert_string_equal(name.client.text, good[i].client);
		assert_int_equal(name.client.number, good[i].client_number);
		assert_int_equal(name.port.named, good[i].port != NULL);
		if (good[i].port != NULL)
			assert_string_equal(name.port.text, good[i].port);
		assert_int_equal(name.port.number, good[i].port_number);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct sx_err e = { 0 };

		assert_int_equal(seq_parse(bad[i], &name, &e), -1);
		assert_int_equal(e.code, SX_EUSAGE);
		assert_non_null(strstr(e.msg, bad[i]));
	}
	assert_false(seq_is_name("sequence"));
	assert_false(seq_is_name("hw:1"));
}

/* Longer than a name can be: refused, not truncated. */
static void
long_names_are_refused(void **state)
{
	struct seq_name name;
	char spec[300] = SEQ_SCHEME;

	(void)state;
	memset(spec + 4, 'x', 127);
	assert_int_equal(seq_parse(spec, &name, NULL), 0);
	assert_int_equal(strlen(name.client.text), 127);
	memset(spec + 4, 'x', 128);
	assert_int_equal(seq_parse(spec, &name, NULL), -1);
}

#define SEQ(d, n, c, t)                                                        \
	{                                                                      \
		.dirs = d, .name = n, .card = c, .title = t, .sequencer = true \
	}

/* clang-format off */
static const struct midi_io_port ports[] = {
	{ .dirs = BOTH, .name = "hw:1,0,0", .title = "Synth", .card = "Synth",
	    .hardware = true },
	SEQ(BOTH, "seq:14:0", "Midi Through", "Midi Through Port-0"),
	SEQ(BOTH, "seq:20:0", "UM-ONE", "UM-ONE MIDI 1"),
	SEQ(BOTH, "seq:24:0", "UM-ONE mk2", "UM-ONE MIDI 1"),
	SEQ(IN, "seq:128:0", "Synth", "out"),
	SEQ(OUT, "seq:128:1", "Synth", "in"),
	SEQ(OUT, "seq:128:2", "Synth", "in 2"),
	SEQ(BOTH, "seq:129:0", "A: B", "port"),
	SEQ(BOTH, "seq:130:0", "Twice", "port"),
	SEQ(BOTH, "seq:131:0", "Twice", "port"),
	SEQ(BOTH, "seq:132:0", "Model 20", "midi"),
};
/* clang-format on */

static void
a_name_means_one_port(void **state)
{
	static const struct {
		const char *spec;
		unsigned dirs;
		const char *name, *msg, *hint;
	} cases[] = {
		{ "seq:20", BOTH, "seq:20:0", 0, 0 },
		{ "seq:20:0", IN, "seq:20:0", 0, 0 },
		{ "seq:um-one", BOTH, "seq:20:0", 0, 0 },
		{ "seq:UM-ONE:MIDI 1", BOTH, "seq:20:0", 0, 0 },
		{ "seq:mk2", BOTH, "seq:24:0", 0, 0 },
		{ "seq:through", IN, "seq:14:0", 0, 0 },
		{ "seq:synth", IN, "seq:128:0", 0, 0 },
		{ "seq:Synth:in", OUT, "seq:128:1", 0, 0 },
		{ "seq:Synth:2", OUT, "seq:128:2", 0, 0 },
		{ "seq:Synth:\"2\"", OUT, "seq:128:2", 0, 0 },
		{ "seq:\"A: B\":0", BOTH, "seq:129:0", 0, 0 },
		{ "seq:\"a: b\"", BOTH, "seq:129:0", 0, 0 },
		{ "seq:131", BOTH, "seq:131:0", 0, 0 },
		{ "seq:\"20\"", BOTH, "seq:132:0", 0, 0 },
		{ "seq:twice", IN, 0, "'seq:twice' matches 2 ports",
		    "seq:130:0  Twice: port\n  I" },
		{ "seq:synth", OUT, 0, "matches 2 ports", "seq:128:2" },
		{ "seq:um", IN, 0, "matches 2 ports", "seq:24:0" },
		{ "seq:Synth:out", OUT, 0, "seq:128:0 has no output",
		    "input only" },
		{ "seq:synth", BOTH, 0, "has no", "only" },
		{ "seq:20:1", IN, 0, "no such port: seq:20:1", "seq:20:0" },
		{ "seq:21", IN, 0, "no such port: seq:21", "seq:14:0" },
		{ "seq:synth:x", IN, 0, "no such port", "seq:128:0" },
		{ "seq:x:0", IN, 0, "no such port", "Midi Through" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sx_err e = { 0 };
		const struct midi_io_port *p = seq_choose(
		    ports, COUNT(ports), cases[i].spec, cases[i].dirs, &e);

		if (cases[i].name != NULL) {
			if (p == NULL)
				fail_msg("%s: %s", cases[i].spec, e.msg);
			assert_string_equal(p->name, cases[i].name);
			assert_int_equal(e.code, SX_OK);
			continue;
		}
		if (p != NULL)
			fail_msg("%s is %s", cases[i].spec, p->name);
		assert_int_equal(e.code, SX_EPORT);
		if (strstr(e.msg, cases[i].msg) == NULL ||
		    strstr(e.hint, cases[i].hint) == NULL)
			fail_msg("%s: %s\n%s", cases[i].spec, e.msg, e.hint);
	}
}

/* The name of a client adds no line to our messages. */
static void
a_line_for_each(void **state)
{
	static const struct midi_io_port two[] = {
		SEQ(IN, "seq:1:0", "A\nsudo rm", "x"),
		SEQ(IN, "seq:2:0", "A", "\ny"),
	};
	struct sx_err e = { 0 };

	(void)state;
	assert_ptr_equal(seq_choose(two, 2, "seq:A", IN, &e), &two[1]);
	assert_null(seq_choose(two, 2, "seq:none", IN, &e));
	assert_string_equal(e.hint, "available sequencer ports:\n"
				    "  I   seq:1:0  A: x\n"
				    "  I   seq:2:0  A: ");
	e = (struct sx_err){ 0 };
	assert_null(seq_choose(NULL, 0, "seq:none", IN, &e));
	assert_non_null(strstr(e.hint, "no port"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_taken_apart),
		cmocka_unit_test(long_names_are_refused),
		cmocka_unit_test(a_name_means_one_port),
		cmocka_unit_test(a_line_for_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
