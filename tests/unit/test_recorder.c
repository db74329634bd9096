/* SPDX-License-Identifier: ISC */
/* Recording of all input into a take: over a pipe or pseudo terminals, in this
 * process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>

#include "input.h"
#include "plug.h"
#include "scratch.h"
#include "sxlib/reader.h"
#include "sxlib/recorder.h"
#include "sxlib/saver.h"

#define SECOND	 INT64_C(1000000)
#define PATIENCE (60 * SECOND)

struct bench {
	struct sx_session *session;
	struct sx_saver saver;
	struct sx_take *take;
	struct sx_recorder r;
	struct sx_err e;
	size_t messages;
};

static void
add(struct bench *b, struct midi_io *io)
{
	static const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE,
		.all = true };
	int port = sx_session_add(b->session, io, &rules, &b->e);

	assert_int_equal(port, b->r.ports++);
	sx_session_spans(b->session, port);
}

static void
bench_open(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->session = sx_session_new(&b->e);
	assert_non_null(b->session);
}

static void
begin(struct bench *b)
{
	static const char *const names[] = { "a", "b" };
	const struct sx_take_opts o = { .out = "take.mid",
		.form = b->r.ports > 1 ? SX_TAKE_PORTS : SX_TAKE_ONE,
		.ports = names,
		.nports = b->r.ports };

	b->take = sx_take_open(&o, &b->e);
	assert_non_null(b->take);
	assert_int_equal(sx_saver_open(&b->saver, b->session, &b->e), 0);
	b->r.session = b->session;
	b->r.take = b->take;
	b->r.archiver = b->saver.archiver;
	assert_int_equal(sx_session_start(b->session, &b->e), 0);
	sx_recorder_begin(&b->r);
}

static void
bench_close(struct bench *b)
{
	sx_saver_free(&b->saver);
	sx_session_close(b->session);
	sx_take_close(b->take);
}

/* Return the type of the next event, or -2 at the end. */
static int
next(struct bench *b, struct sx_recorder_event *ev)
{
	int rc = sx_recorder_next(&b->r, ev, sx_now().mono + PATIENCE, &b->e);

	if (rc == -1)
		fail_msg("%s", b->e.msg);
	if (rc == 0)
		return -2;
	assert_int_not_equal(ev->type, SX_RECORDER_QUIET);
	b->messages += ev->type == SX_RECORDER_MESSAGE;
	return (int)ev->type;
}

static void
until_over(struct bench *b)
{
	struct sx_recorder_event ev;

	while (next(b, &ev) != -2)
		continue;
}

/* Check the contents of the take's file, except for its times. */
static void
take_holds(struct bench *b, const void *sysex, size_t n)
{
	struct sx_item item;
	struct sx_file *f;
	char *path;

	assert_int_equal(sx_take_finish(b->take, &path, &b->e), 1);
	assert_string_equal(path, "take.mid");
	free(path);
	f = sx_file_open("take.mid", NULL, &b->e);
	assert_non_null(f);
	assert_int_equal(sx_file_next(f, &item, &b->e), 1);
	assert_int_equal(item.len, n);
	assert_memory_equal(item.data, sysex, n);
	assert_int_equal(sx_file_next(f, &item, &b->e), 0);
	sx_file_close(f);
}

static const uint8_t all[] = { 0x90, 60, 100, 0xf8, 0xfe, 0xf0, 0x7d, 1, 2, 3,
	0xf7, 0x80, 60, 0, 0xf8 };

/* Clock and active sensing are counted; everything else is in the file. */
static void
without_clock(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	input_set(all, sizeof(all));
	add(&b, input_open());
	begin(&b);
	until_over(&b);
	assert_int_equal(b.messages, 1);
	assert_int_equal(b.r.clock_left, 2);
	assert_int_equal(b.r.sensing_left, 1);
	assert_int_equal(sx_take_facts(b.take)->events, 2);
	assert_int_equal(sx_take_facts(b.take)->sysex, 1);
	assert_int_equal(sx_take_facts(b.take)->bytes, 6);
	take_holds(&b, all + 5, 6);
	bench_close(&b);
	scratch_lists(".", "take.mid ");
}

static void
with_clock(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	b.r.clock = b.r.sensing = true;
	input_set(all, sizeof(all));
	add(&b, input_open());
	begin(&b);
	until_over(&b);
	assert_int_equal(b.r.clock_left + b.r.sensing_left, 0);
	assert_int_equal(sx_take_facts(b.take)->events, 5);
	bench_close(&b);
}

/* A message cut by the end is in the take, as damaged. */
static void
a_cut(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	input_set(all, 9);
	add(&b, input_open());
	begin(&b);
	until_over(&b);
	assert_int_equal(sx_take_facts(b.take)->damaged, 1);
	bench_close(&b);
}

/* One of two ports goes; the other continues until ^C. */
static void
two_ports(void **state)
{
	struct sx_recorder_event ev;
	char name[PLUG_NAME];
	struct bench b;
	int a, c;

	(void)state;
	bench_open(&b);
	add(&b, plug_open(&a, name, MIDI_IO_IN));
	add(&b, plug_open(&c, name, MIDI_IO_IN));
	begin(&b);
	assert_int_equal(write(a, all + 5, 6), 6);
	assert_int_equal(next(&b, &ev), SX_RECORDER_MESSAGE);
	assert_int_equal(ev.message->len, 6);
	close(a);
	assert_int_equal(next(&b, &ev), SX_RECORDER_GONE);
	assert_int_equal(ev.why->code, SX_EPORT);
	assert_false(ev.last);
	assert_int_equal(write(c, all + 5, 6), 6);
	assert_int_equal(next(&b, &ev), SX_RECORDER_MESSAGE);
	input_stop();
	assert_int_equal(next(&b, &ev), -2);
	assert_int_equal(sx_take_facts(b.take)->sysex, 2);
	bench_close(&b);
	close(c);
}

/* Recording ends after the timeout without anything to keep, and makes no file.
 */
static void
a_timeout(void **state)
{
	char name[PLUG_NAME], *path;
	struct bench b;
	int unit;

	(void)state;
	bench_open(&b);
	add(&b, plug_open(&unit, name, MIDI_IO_IN));
	b.r.timeout = 20000;
	begin(&b);
	until_over(&b);
	assert_int_equal(sx_take_finish(b.take, &path, &b.e), 0);
	bench_close(&b);
	close(unit);
	scratch_count(".", 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_enter, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(without_clock),
		TEST(with_clock),
		TEST(a_cut),
		TEST(two_ports),
		TEST(a_timeout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
