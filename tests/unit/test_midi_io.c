/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/midi_io/backend.h"
#include "../../src/midi_io/hw.h"

#define HW(d, n, t, id, c, s)                                               \
	{                                                                   \
		.dirs = d, .name = n, .title = t, .card_id = id, .card = c, \
		.socket = s, .hardware = true                               \
	}

enum { IN = MIDI_IO_IN, OUT = MIDI_IO_OUT, BOTH = MIDI_IO_IN | MIDI_IO_OUT };

/* clang-format off */
static const struct midi_io_port desk[] = {
	HW(BOTH, "hw:1,0,0", "UM-ONE MIDI 1", "UMONE", "UM-ONE mk2", "1-1.4"),
	HW(OUT, "hw:2,0,0", "Synth MIDI 1", "Synth", "Test Synth", "1-1.2"),
	HW(BOTH, "hw:2,0,1", "Synth MIDI 2", "Synth", "Test Synth", "1-1.2"),
	HW(IN, "hw:3,1,0", "Keys", "Keystation", "Keystation 61", ""),
	{ .dirs = BOTH, .name = "sim:alpha-base", .title = "Jomox (simulated)",
	    .simulated = true },
};
/* clang-format on */

#define DESK (sizeof(desk) / sizeof(desk[0]))

/* The port, among the first n of the desk, that a text refers to, or the error.
 */
static void
test_choose(void **state)
{
	static const struct {
		size_t n;
		const char *text;
		unsigned dirs;
		const char *name, *msg, *hint, *not_in_hint;
	} cases[] = {
		{ DESK, "um-one", BOTH, "hw:1,0,0", 0, 0, 0 },
		{ DESK, "UMONE", IN, "hw:1,0,0", 0, 0, 0 },
		{ DESK, "mk2", OUT, "hw:1,0,0", 0, 0, 0 },
		{ DESK, "midi 2", BOTH, "hw:2,0,1", 0, 0, 0 },
		{ DESK, "test synth", IN, "hw:2,0,1", 0, 0, 0 },
		{ DESK, "test synth", OUT, 0, "'test synth' matches 2",
		    "hw:2,0,1", "hw:1,0,0" },
		{ DESK, "midi", IN, 0, "'midi' matches 2", "hw:1,0,0",
		    "hw:2,0,0" },
		{ DESK, "nothing", IN, 0, "no such port: 'nothing'", "hw:3,1,0",
		    "sim:" },
		{ DESK, "jomox", IN, 0, "no such port", "hw:1,0,0", "sim:" },
		{ DESK, "keys", OUT, 0, "hw:3,1,0 has no output", "input only",
		    "hw:1" },
		{ DESK, "midi 1", IN, "hw:1,0,0", 0, 0, 0 },
		{ DESK, NULL, IN, 0, "found 3 MIDI ports", "hw:3,1,0",
		    "hw:2,0,0" },
		{ 1, NULL, BOTH, "hw:1,0,0", 0, 0, 0 },
		{ 2, NULL, IN, "hw:1,0,0", 0, 0, 0 },
		{ 0, NULL, IN, 0, "no MIDI port found", "sim:alpha-base", 0 },
		{ 0, "x", IN, 0, "no such port: 'x'", "sim:alpha-base", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sx_err e = { 0 };
		const struct midi_io_port *p = midi_io_choose(
		    desk, cases[i].n, cases[i].text, cases[i].dirs, &e);

		if (cases[i].name != NULL) {
			assert_non_null(p);
			assert_string_equal(p->name, cases[i].name);
			assert_int_equal(e.code, SX_OK);
			continue;
		}
		assert_null(p);
		assert_int_equal(e.code, SX_EPORT);
		assert_int_equal(e.sys, 0);
		assert_non_null(strstr(e.msg, cases[i].msg));
		assert_non_null(strstr(e.hint, cases[i].hint));
		if (cases[i].not_in_hint != NULL)
			assert_null(strstr(e.hint, cases[i].not_in_hint));
	}
}

/* There are ports, but none with the requested direction. */
static void
test_choose_no_direction(void **state)
{
	struct sx_err e = { 0 };

	(void)state;
	assert_null(midi_io_choose(desk + 1, 1, NULL, IN, &e));
	assert_string_equal(e.msg, "no MIDI port with input found");
}

/* The name of a device adds no line to our messages. */
static void
test_choose_lists_a_line_for_each(void **state)
{
	static const struct midi_io_port ports[] = {
		{ .dirs = IN, .name = "hw:1,0,0", .title = "A\nsudo rm" },
		{ .dirs = IN, .name = "hw:2,0,0", .title = "\nB" },
	};
	struct sx_err e = { 0 };

	(void)state;
	assert_null(midi_io_choose(ports, 2, NULL, IN, &e));
	assert_string_equal(e.hint,
	    "choose one with --port:\n  I   hw:1,0,0  A\n"
	    "  I   hw:2,0,0  ");
}

static void
test_hw_names(void **state)
{
	static const struct {
		const char *spec, *card;
		unsigned device, subdevice;
	} good[] = {
		{ "hw", "0", 0, 0 },
		{ "hw:1", "1", 0, 0 },
		{ "hw:1,2", "1", 2, 0 },
		{ "hw:1,2,15", "1", 2, 15 },
		{ "hw:UMONE,1", "UMONE", 1, 0 },
		{ "hw:CARD=UMONE", "UMONE", 0, 0 },
		{ "hw:CARD=2,DEV=1,SUBDEV=3", "2", 1, 3 },
		{ "hw:SUBDEV=3,CARD=Synth", "Synth", 0, 3 },
	};
	static const char *const bad[] = { "hw:", "hw:1,", "hw:1,x", "hw:1,-1",
		"hw:1,0,0,0", "hw:1,0,-1", "hw:1, 2", "hw:1,4096",
		"hw:CARD=", "hw:1,99999999999999999999", "hw:1,DEV=", "hwx",
		"hw:a-card-id-that-is-longer-than-any-can-be", "usb:", "usb:1",
		"usb:1-", "usb:a-1", "usb:1-1:1.0", "usb:1-1.4,x", "usb:-1" };
	struct hw_name name;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(hw_parse(good[i].spec, &name));
		assert_string_equal(name.card, good[i].card);
		assert_int_equal(name.device, good[i].device);
		assert_int_equal(name.subdevice, good[i].subdevice);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(hw_parse(bad[i], &name));
}

/* A missing subdevice is 0, never the next free one. */
static void
test_hw_find(void **state)
{
	static const struct {
		const char *spec, *name;
	} cases[] = {
		{ "hw:1", "hw:1,0,0" },
		{ "hw:2", "hw:2,0,0" },
		{ "hw:2,0,1", "hw:2,0,1" },
		{ "hw:Synth,0,1", "hw:2,0,1" },
		{ "hw:CARD=UMONE", "hw:1,0,0" },
		{ "hw:Keystation,1", "hw:3,1,0" },
		{ "usb:1-1.4", "hw:1,0,0" },
		{ "usb:1-1.2", "hw:2,0,0" },
		{ "usb:1-1.2,0,1", "hw:2,0,1" },
		{ "usb:1-1", NULL },
		{ "usb:1-1.2,1", NULL },
		{ "hw:3", NULL },
		{ "hw:2,0,2", NULL },
		{ "hw:synth", NULL },
		{ "hw", NULL },
	};
	const struct midi_io_port *p;
	struct hw_name name;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(hw_parse(cases[i].spec, &name));
		p = hw_find(desk, DESK, &name);
		if (cases[i].name == NULL) {
			assert_null(p);
			continue;
		}
		assert_non_null(p);
		assert_string_equal(p->name, cases[i].name);
	}
}

/* The file as Linux 6.1 writes it. */
static void
test_usb_sockets(void **state)
{
	static const struct {
		const char *link, *socket;
	} cases[] = {
		{ "../../../1-1.2:1.0", "1-1.2" },
		{ "../../devices/pci0000:00/0000:00:14.0/usb1/1-5/1-5:1.0",
		    "1-5" },
		{ "../../../10-1.4.3.2:1.2", "10-1.4.3.2" },
		{ "../../../0000:00:1b.0", "" },
		{ "../../../snd_virmidi.0", "" },
		{ "../../../serial8250", "" },
		{ "../../../1-1.2", "" },
		{ "../../../1-:1.0", "" },
		{ "1-1:1.0", "1-1" },
		{ "", "" },
		{ "../1-1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1:1.0", "" },
	};
	char socket[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hw_socket_in(cases[i].link, socket, sizeof(socket));
		assert_string_equal(socket, cases[i].socket);
	}
}

static void
put_line(const char *root, const char *path, const char *text)
{
	char name[512];
	FILE *f;

	snprintf(name, sizeof(name), "%s/%s", root, path);
	f = fopen(name, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
make_folder(const char *root, const char *path)
{
	char name[512];

	snprintf(name, sizeof(name), "%s/%s", root, path);
	assert_int_equal(mkdir(name, 0700), 0);
}

/* A sysfs with an interface in socket 1-1.4 that has a serial number and names,
 * one without, and an onboard card. */
static void
test_usb_from_sysfs(void **state)
{
	static const struct {
		int card;
		const char *socket, *vendor, *product, *serial;
	} cases[] = {
		{ 0, "1-1.4", "Roland", "UM-ONE", "X17" },
		{ 1, "1-2", "", "", "" },
		{ 2, "", "", "", "" },
		{ 3, "", "", "", "" },
	};
	static const char *const folders[] = { "class", "class/sound",
		"class/sound/card0", "class/sound/card1", "class/sound/card2",
		"usb", "usb/1-1.4", "usb/1-1.4/1-1.4:1.0", "usb/1-2",
		"usb/1-2/1-2:1.0", "board" };
	static const char *const links[][2] = {
		{ "../../../usb/1-1.4/1-1.4:1.0", "class/sound/card0/device" },
		{ "../../../usb/1-2/1-2:1.0", "class/sound/card1/device" },
		{ "../../../board", "class/sound/card2/device" },
	};
	char root[] = "/tmp/test-sysfs.XXXXXX", path[512], remove[64];

	(void)state;
	assert_non_null(mkdtemp(root));
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		make_folder(root, folders[i]);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, links[i][1]);
		assert_int_equal(symlink(links[i][0], path), 0);
	}
	put_line(root, "usb/1-1.4/manufacturer", "Roland\n");
	put_line(root, "usb/1-1.4/product", "UM-ONE\n");
	put_line(root, "usb/1-1.4/serial", "X17\n");
	put_line(root, "serial", "not this one\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct midi_io_port port = { .socket = "old", .serial = "old" };

		hw_usb(root, cases[i].card, &port);
		assert_string_equal(port.socket, cases[i].socket);
		assert_string_equal(port.vendor, cases[i].vendor);
		assert_string_equal(port.product, cases[i].product);
		assert_string_equal(port.serial, cases[i].serial);
	}
	snprintf(remove, sizeof(remove), "rm -r %s", root);
	assert_int_equal(system(remove), 0);
}

static void
test_inactive_streams(void **state)
{
	(void)state;
	assert_false(hw_inactive(0));
	assert_false(hw_inactive(7));
	assert_true(hw_inactive(0x10));
	assert_true(hw_inactive(0x17));
}

static void
test_hw_numbers(void **state)
{
	static const char text[] = "Test Synth\n\n"
				   "Output 0\n"
				   "  Tx bytes     : 17\n"
				   "  Owner PID    : 93\n"
				   "  Mode         : native\n"
				   "  Buffer size  : 4096\n"
				   "  Avail        : 4096\n"
				   "Output 1\n"
				   "  Tx bytes     : 0\n"
				   "Input 0\n"
				   "  Rx bytes     : 0\n"
				   "Input 1\n"
				   "  Rx bytes     : 5000000000\n"
				   "  Owner PID    : 1207\n"
				   "  Buffer size  : 1048576\n"
				   "  Avail        : 3\n"
				   "  Overruns     : 2\n";
	static const struct {
		bool input;
		unsigned subdevice;
		const char *field;
		int64_t number;
	} cases[] = {
		{ false, 0, "Tx bytes", 17 },
		{ false, 0, "Owner PID", 93 },
		{ false, 1, "Tx bytes", 0 },
		{ false, 1, "Owner PID", -1 },
		{ true, 0, "Rx bytes", 0 },
		{ true, 0, "Buffer size", -1 },
		{ true, 1, "Rx bytes", INT64_C(5000000000) },
		{ true, 1, "Buffer size", 1048576 },
		{ true, 1, "Tx bytes", -1 },
		{ true, 2, "Rx bytes", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hw_stream s = { 0, 0, cases[i].subdevice,
			cases[i].input };
		FILE *f =
		    fmemopen((char *)(uintptr_t)text, sizeof(text) - 1, "r");

		assert_non_null(f);
		assert_int_equal(
		    hw_number_in(f, &s, cases[i].field), cases[i].number);
		fclose(f);
	}
}

static void
test_list_marks_simulated(void **state)
{
	struct midi_io_port *ports;
	struct sx_err e = { 0 };
	size_t n, simulated = 0;

	(void)state;
	if (midi_io_list(&ports, &n, MIDI_IO_ALL, &e) == -1) {
		/* There are sound cards, but no permission for them. */
		assert_non_null(strstr(e.hint, "audio"));
		skip();
	}
	for (size_t i = 0; i < n; i++)
		simulated += ports[i].simulated;
	assert_true(simulated >= 1);
	assert_true(ports[n - 1].name[0] != '\0');
	free(ports);
	assert_int_equal(midi_io_list(&ports, &n, 0, &e), 0);
	for (size_t i = 0; i < n; i++)
		assert_false(ports[i].simulated);
	free(ports);
}

/* Errors that do not depend on the hardware. */
static void
test_open_says_why_not(void **state)
{
	static const struct {
		const char *spec;
		enum sx_errc code;
		const char *msg;
	} cases[] = {
		{ "", SX_EUSAGE, "is empty" },
		{ "hw:1,x", SX_EUSAGE, "hw:CARD,DEVICE,SUBDEVICE" },
		{ "usb:x", SX_EUSAGE, "usb:1-1.4,DEVICE,SUBDEVICE" },
		{ "usb:99-9", SX_EPORT, "no" },
		{ "seq:", SX_EUSAGE, "seq:CLIENT[:PORT]" },
		{ "seq:\"A", SX_EUSAGE, "seq:CLIENT[:PORT]" },
		{ "seq:no such client, surely", SX_EPORT, "no" },
		{ "hw:no-such-card", SX_EPORT, "no" },
		{ "no such text, surely", SX_EPORT, "no" },
		{ "tty:", SX_EUSAGE, "tty:DEVICE[@BAUD]" },
		{ "tty:/dev/no-such-tty", SX_EPORT, "no such port" },
		{ "sim:no-such-unit", SX_EPORT, "unknown simulated" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sx_err e = { 0 };

		assert_null(midi_io_open(cases[i].spec, IN, &e));
		assert_int_equal(e.code, cases[i].code);
		assert_non_null(strstr(e.msg, cases[i].msg));
	}
}

static void
test_open_by_environment(void **state)
{
	struct sx_err e = { 0 };
	struct midi_io *io;

	(void)state;
	assert_int_equal(setenv("SXLIB_PORT", "sim:alpha-base", 1), 0);
	io = midi_io_open(NULL, BOTH, &e);
	assert_non_null(io);
	assert_string_equal(midi_io_name(io), "sim:alpha-base");
	midi_io_close(io);
	unsetenv("SXLIB_PORT");
	midi_io_close(NULL);
}

/* A port is only used in the directions it was opened for. */
static void
test_directions_are_kept(void **state)
{
	struct midi_io *in, *out;
	struct midi_io_in got;
	struct sx_err e = { 0 };
	struct pollfd fds[MIDI_IO_POLLFDS];
	uint8_t byte = 0;

	(void)state;
	in = midi_io_open("-", IN, &e);
	out = midi_io_open("-", OUT, &e);
	assert_non_null(in);
	assert_non_null(out);
	assert_int_equal(midi_io_write(in, &byte, 1, &e), -1);
	assert_string_equal(e.msg, "- is not open for output");
	assert_int_equal(midi_io_queued(in, NULL), -1);
	assert_int_equal(midi_io_drain(in, NULL), -1);
	assert_int_equal(midi_io_drop(in, NULL), -1);
	assert_int_equal(midi_io_listen(out, NULL), -1);
	assert_int_equal(midi_io_read(out, &byte, 1, &got, NULL), -1);
	assert_int_equal(midi_io_pollfds(out, IN, fds, MIDI_IO_POLLFDS), 0);
	assert_int_equal(midi_io_pollfds(in, IN, fds, MIDI_IO_POLLFDS), 1);
	assert_int_equal(midi_io_pollfds(in, IN, fds, 0), 0);
	assert_int_equal(midi_io_queued(out, &e), 0);
	assert_int_equal(midi_io_drain(out, &e), 0);
	assert_int_equal(midi_io_arrived(in), -1);
	assert_false(midi_io_simulated(in));
	midi_io_close(in);
	midi_io_close(out);
}

/* Replace fd by one end of a new pipe. Returns the other end, and in *before a
 * copy of the old fd. */
static int
replace(int fd, int *before)
{
	int ends[2];
	int mine = fd == STDIN_FILENO ? 1 : 0;

	assert_int_equal(pipe(ends), 0);
	*before = dup(fd);
	assert_true(*before != -1);
	assert_int_equal(dup2(ends[1 - mine], fd), fd);
	close(ends[1 - mine]);
	return ends[mine];
}

static void
give_back(int fd, int before)
{
	assert_int_equal(dup2(before, fd), fd);
	close(before);
}

static void
test_standard_input(void **state)
{
	static const uint8_t bytes[] = { 0xf0, 0x31, 0xff, 0x00, 0xf7 };
	struct midi_io_in in;
	struct sx_err e = { 0 };
	struct midi_io *io;
	uint8_t buf[16];
	int before, feed = replace(STDIN_FILENO, &before);

	(void)state;
	io = midi_io_open("-", IN, &e);
	assert_non_null(io);
	assert_int_equal(midi_io_listen(io, &e), 0);
	assert_int_equal(midi_io_read(io, buf, sizeof(buf), &in, &e), 0);
	assert_int_equal(in.len, 0);
	assert_false(in.end);
	assert_int_equal(write(feed, bytes, sizeof(bytes)), sizeof(bytes));
	assert_int_equal(midi_io_read(io, buf, 2, &in, &e), 0);
	assert_int_equal(in.len, 2);
	close(feed);
	assert_int_equal(midi_io_read(io, buf + 2, 14, &in, &e), 0);
	assert_int_equal(in.len, 3);
	assert_false(in.end);
	assert_memory_equal(buf, bytes, sizeof(bytes));
	assert_int_equal(midi_io_read(io, buf, sizeof(buf), &in, &e), 0);
	assert_int_equal(in.len, 0);
	assert_true(in.end);
	midi_io_close(io);
	give_back(STDIN_FILENO, before);
}

/* A full pipe accepts nothing and does not block; a closed one is gone. */
static void
test_standard_output(void **state)
{
	static uint8_t bytes[1 << 20], got[1 << 20];
	struct sx_err e = { 0 };
	struct midi_io *io;
	size_t put = 0, taken = 0;
	ssize_t n;
	int before, drain = replace(STDOUT_FILENO, &before);

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 >> 3);
	io = midi_io_open("-", OUT, &e);
	assert_non_null(io);
	while (
	    (n = midi_io_write(io, bytes + put, sizeof(bytes) - put, &e)) > 0)
		put += (size_t)n;
	assert_int_equal(n, 0);
	assert_true(put >= 4096 && put < sizeof(bytes));
	while (taken < put) {
		n = read(drain, got + taken, sizeof(got) - taken);
		assert_true(n > 0);
		taken += (size_t)n;
	}
	assert_memory_equal(got, bytes, put);
	assert_true(midi_io_write(io, bytes, 1, &e) == 1);
	close(drain);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(midi_io_write(io, bytes, 1, &e), -1);
	assert_int_equal(e.code, SX_EPORT);
	midi_io_close(io);
	give_back(STDOUT_FILENO, before);
}

static void
test_failed_calls_in_words(void **state)
{
	struct midi_io io = { .name = (char[]){ "hw:1,0,0" } };
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(midi_io_fail_call(&io, ENODEV, &e), -1);
	assert_int_equal(e.code, SX_EPORT);
	assert_string_equal(e.msg, "hw:1,0,0 was unplugged");
	e = (struct sx_err){ 0 };
	assert_int_equal(midi_io_fail_call(&io, EIO, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	assert_int_equal(e.sys, EIO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choose),
		cmocka_unit_test(test_choose_no_direction),
		cmocka_unit_test(test_choose_lists_a_line_for_each),
		cmocka_unit_test(test_hw_names),
		cmocka_unit_test(test_hw_find),
		cmocka_unit_test(test_hw_numbers),
		cmocka_unit_test(test_usb_sockets),
		cmocka_unit_test(test_usb_from_sysfs),
		cmocka_unit_test(test_inactive_streams),
		cmocka_unit_test(test_list_marks_simulated),
		cmocka_unit_test(test_open_says_why_not),
		cmocka_unit_test(test_open_by_environment),
		cmocka_unit_test(test_directions_are_kept),
		cmocka_unit_test(test_standard_input),
		cmocka_unit_test(test_standard_output),
		cmocka_unit_test(test_failed_calls_in_words),
	};

	return cmocka_run_group_tests_name("midi_io", tests, NULL, NULL);
}
