/* SPDX-License-Identifier: ISC */
/* Loaded messages are sent into a pseudo terminal. No result depends on speed.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "plug.h"
#include "sxlib/send.h"

struct world {
	struct sx_talk talk;
	struct sx_load load;
	struct sx_load_pace pace;
	struct sx_send send;
	struct sx_err err;
	int unit, signal;
};

/* Files 0 and 1: one message, and two; the last one is long. */
static uint8_t small[] = { 0xf0, 0x7d, 1, 0xf7 };
static uint8_t large[4000] = { 0xf0, 0x7d, [3999] = 0xf7 };
static struct sx_outgoing messages[] = {
	{ .file = 0, .data = small, .wire_len = sizeof(small) },
	{ .file = 1, .data = small, .wire_len = sizeof(small) },
	{ .file = 1, .data = large, .wire_len = sizeof(large) },
};

static void
begin(struct world *w, long rate)
{
	char name[PLUG_NAME];

	*w = (struct world){
		.load = { .messages = messages, .nmessages = 3 },
		.pace = { .rate = rate, .delay = 0 },
	};
	midi_io_close(plug_open(&w->unit, name, MIDI_IO_OUT));
	w->send = (struct sx_send){ .talk = &w->talk,
		.load = &w->load,
		.pace = &w->pace,
		.by_file = true };
	sx_send_begin(&w->send);
	assert_int_equal(w->send.all, 4008);
	if (sx_talk_open_out(&w->talk, name, &w->signal, &w->err) == -1)
		fail_msg("%s", w->err.msg);
}

static void
end(struct world *w)
{
	sx_talk_close(&w->talk);
	close(w->unit);
}

static void
expect(struct world *w, enum sx_send_event want, size_t at)
{
	enum sx_send_event what;

	assert_int_equal(sx_send_next(&w->send, &what, INT64_MAX), 1);
	assert_int_equal(what, want);
	assert_int_equal(w->send.at, at);
}

static void
test_all(void **state)
{
	uint8_t buf[sizeof(small) + sizeof(large)];
	enum sx_send_event what;
	struct world w;
	int64_t left;

	(void)state;
	begin(&w, 0);
	expect(&w, SX_SEND_FILE, 0);
	expect(&w, SX_SEND_SENT, 0);
	expect(&w, SX_SEND_FILE, 1);
	expect(&w, SX_SEND_SENT, 1);
	assert_int_equal(sx_send_progress(&w.send, &left), 8);
	assert_int_equal(read(w.unit, buf, sizeof(buf)), 8);
	expect(&w, SX_SEND_SENT, 2);
	assert_int_equal(sx_send_next(&w.send, &what, INT64_MAX), 0);
	assert_int_equal(w.send.bytes, 4008);
	assert_int_equal(w.send.left_us, 0);
	assert_false(w.send.stopped);
	end(&w);
}

/* It returns at `until`; a signal closes the message in progress. */
static void
test_signal(void **state)
{
	enum sx_send_event what;
	struct world w;
	int64_t left;

	(void)state;
	begin(&w, MIDI_IO_DIN_RATE);
	assert_int_equal(w.send.left_us, 2 * 1280 + 1280000);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(sx_send_next(&w.send, &what, INT64_MAX), 1);
	do {
		assert_int_equal(
		    sx_send_next(&w.send, &what, sx_now().mono + 1000), 1);
		assert_int_equal(what, SX_SEND_QUIET);
	} while (sx_send_progress(&w.send, &left) == 8);
	assert_in_range(left, 1, 1280000);
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	assert_int_equal(sx_send_next(&w.send, &what, INT64_MAX), -1);
	assert_int_equal(w.signal, SIGTERM);
	assert_int_equal(w.err.code, SX_OK);
	assert_true(w.send.stopped);
	assert_true(w.send.closed);
	assert_int_equal(w.send.at, 2);
	assert_in_range(w.send.gone, 1, 3999);
	end(&w);
}

/* Between messages there is nothing to close. */
static void
test_signal_between(void **state)
{
	enum sx_send_event what;
	struct world w;

	(void)state;
	begin(&w, 0);
	w.pace.delay = INT64_C(3600) * 1000000;
	expect(&w, SX_SEND_FILE, 0);
	do {
		assert_int_equal(
		    sx_send_next(&w.send, &what, sx_now().mono + 1000), 1);
	} while (sx_session_sent(w.talk.session) < sizeof(small));
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	assert_int_equal(sx_send_next(&w.send, &what, INT64_MAX), -1);
	assert_true(w.send.stopped);
	assert_false(w.send.closed);
	assert_int_equal(w.send.gone, 0);
	/* The first message has been sent. */
	assert_int_equal(w.send.at, 1);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_signal),
		cmocka_unit_test(test_signal_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
