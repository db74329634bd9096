/* SPDX-License-Identifier: ISC */
/* All input of one port becomes files: over a pipe or a pseudo terminal, in
 * this process. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>

#include "input.h"
#include "plug.h"
#include "scratch.h"
#include "sxlib/capture.h"

#define SECOND	  INT64_C(1000000)
#define PATIENCE  (60 * SECOND)
#define SIZE	  30
#define GAP_NEVER (1000 * SECOND)

struct bench {
	struct sx_session *session;
	struct sx_saver saver;
	struct sx_store *store;
	struct sx_capture c;
	struct sx_rules rules;
	struct sx_err e;
	int unit; /* the instrument's end; -1: a pipe */
	char name[PLUG_NAME];
	size_t kept, ended, files;
	bool final;
};

/* Capture from a pipe with these bytes or, if n is 0, from an instrument. */
static void
bench_open(struct bench *b, const void *bytes, size_t n, const char *out)
{
	bool one = sx_path_has_suffix(out, ".syx");
	struct sx_store_opts o = {
		.out = out, .name = one ? NULL : "{n}", .first = -1
	};
	struct midi_io *io;

	memset(b, 0, sizeof(*b));
	b->unit = -1;
	b->rules =
	    (struct sx_rules){ .split = SX_SPLIT_MESSAGE, .gap = GAP_NEVER };
	b->session = sx_session_new(&b->e);
	assert_non_null(b->session);
	if (n > 0)
		input_set(bytes, n);
	io = n > 0 ? input_open()
		   : plug_open(&b->unit, b->name, MIDI_IO_IN | MIDI_IO_OUT);
	b->c.port = sx_session_add(b->session, io, &b->rules, &b->e);
	assert_int_equal(b->c.port, 0);
	b->store = sx_store_open(&o, &b->e);
	assert_non_null(b->store);
	assert_int_equal(sx_saver_open(&b->saver, b->session, &b->e), 0);
	b->c.session = b->session;
	b->c.saver = &b->saver;
	b->c.keeper.store = b->store;
	b->c.keeper.archiver = b->saver.archiver;
}

static void
bench_begin(struct bench *b)
{
	if (sx_capture_begin(&b->c, b->rules.gap, &b->e) == -1)
		fail_msg("%s", b->e.msg);
}

static void
bench_close(struct bench *b)
{
	sx_capture_free(&b->c);
	sx_saver_free(&b->saver);
	sx_session_close(b->session);
	sx_store_close(b->store);
	if (b->unit != -1)
		close(b->unit);
}

/* Count the next event. Returns its type, -1 on failure, -2 at the end. */
static int
next(struct bench *b, struct sx_capture_event *ev)
{
	int rc = sx_capture_next(&b->c, ev, sx_now().mono + PATIENCE, &b->e);

	if (rc != 1)
		return rc == -1 ? -1 : -2;
	b->ended += ev->type == SX_CAPTURE_ENDED;
	b->kept +=
	    ev->type == SX_CAPTURE_KEEPER && ev->keeper.type == SX_KEEPER_KEPT;
	b->files += ev->type == SX_CAPTURE_FILE;
	b->final |= ev->type == SX_CAPTURE_FINAL;
	return (int)ev->type;
}

/* Wait for this event. */
static void
wait_for(struct bench *b, int type, struct sx_capture_event *ev)
{
	int64_t late = sx_now().mono + PATIENCE;
	int got;

	do {
		got = next(b, ev);
		if (sx_now().mono > late || (got == -2 && type != -2))
			fail_msg("event %d did not come, but %d", type, got);
	} while (got != type);
}

static void
play(const struct bench *b, const void *bytes, size_t n)
{
	assert_int_equal(write(b->unit, bytes, n), n);
}

static void
a_file_each(void **state)
{
	struct sx_capture_event ev;
	uint8_t in[3 * SIZE];
	struct bench b;

	(void)state;
	for (uint8_t i = 0; i < 3; i++)
		input_message(in + i * SIZE, i, SIZE);
	bench_open(&b, in, sizeof(in), "out");
	bench_begin(&b);
	wait_for(&b, -2, &ev);
	assert_int_equal(b.kept, 3);
	assert_int_equal(b.ended, 6); /* message and dump */
	assert_int_equal(b.c.keeper.whole, 3);
	assert_true(b.final);
	assert_int_equal(b.files, 0);
	scratch_holds("out/1.syx", in, SIZE);
	scratch_holds("out/3.syx", in + 2 * SIZE, SIZE);
	assert_false(sx_keeper_hurt(&b.c.keeper));
	bench_close(&b);
	scratch_count("out", 3);
}

static void
one_file_of_all(void **state)
{
	struct sx_capture_event ev;
	uint8_t in[2 * SIZE];
	struct bench b;

	(void)state;
	input_message(in, 0, SIZE);
	input_message(in + SIZE, 1, SIZE);
	bench_open(&b, in, sizeof(in), "all.syx");
	bench_begin(&b);
	wait_for(&b, SX_CAPTURE_FILE, &ev);
	assert_string_equal(ev.stored->path, "all.syx");
	assert_int_equal(b.kept, 2);
	scratch_holds("all.syx", in, sizeof(in));
	wait_for(&b, SX_CAPTURE_FINAL, &ev);
	wait_for(&b, -2, &ev);
	bench_close(&b);
	scratch_lists(".", "all.syx ");
}

/* It ends after `count` dumps; later ones are not kept. */
static void
a_count(void **state)
{
	struct sx_capture_event ev;
	uint8_t in[3 * SIZE];
	struct bench b;

	(void)state;
	for (uint8_t i = 0; i < 3; i++)
		input_message(in + i * SIZE, i, SIZE);
	bench_open(&b, in, sizeof(in), "out");
	b.c.count = 2;
	bench_begin(&b);
	wait_for(&b, -2, &ev);
	assert_int_equal(b.kept, 2);
	bench_close(&b);
	scratch_lists("out", "1.syx 2.syx ");
}

/* A message open at the end of input is damaged; a message that is not a dump
 * is reported. */
static void
an_end_in_the_middle(void **state)
{
	static const uint8_t who[] = { 0xf0, 0x7e, 0x7f, 6, 1, 0xf7 };
	struct sx_capture_event ev;
	uint8_t in[sizeof(who) + 2 * SIZE];
	struct bench b;

	(void)state;
	memcpy(in, who, sizeof(who));
	input_message(in + sizeof(who), 0, SIZE);
	input_message(in + sizeof(who) + SIZE, 1, SIZE);
	bench_open(&b, in, sizeof(in) - 2, "out");
	bench_begin(&b);
	wait_for(&b, SX_CAPTURE_NOT_KEPT, &ev);
	assert_int_equal(ev.message->verdict, SX_NOT_A_DUMP);
	assert_int_equal(ev.message->len, sizeof(who));
	wait_for(&b, -2, &ev);
	assert_int_equal(b.c.keeper.whole, 1);
	assert_int_equal(b.c.keeper.damaged, 1);
	assert_int_equal(b.c.keeper.no_dumps, 1);
	assert_true(sx_keeper_hurt(&b.c.keeper));
	bench_close(&b);
	scratch_holds("out/1.syx", in + sizeof(who), SIZE);
	scratch_count("out", 2);
}

/* ^C within a message: whole dumps become files. */
static void
a_signal(void **state)
{
	struct sx_capture_event ev;
	struct bench b;
	uint8_t in[SIZE];

	(void)state;
	input_message(in, 0, SIZE);
	bench_open(&b, NULL, 0, "out");
	bench_begin(&b);
	play(&b, in, SIZE);
	while (b.kept == 0)
		assert_true(next(&b, &ev) >= 0);
	assert_string_equal(ev.keeper.stored->path, "out/1.syx");
	play(&b, in, 10);
	wait_for(&b, SX_CAPTURE_GROWN, &ev);
	input_stop();
	wait_for(&b, SX_CAPTURE_STOPPED, &ev);
	assert_int_equal(ev.signal, SIGINT);
	wait_for(&b, -2, &ev);
	assert_int_equal(b.c.keeper.damaged, 1);
	bench_close(&b);
	scratch_count("out", 2);
}

static void
an_unplugging(void **state)
{
	struct sx_capture_event ev;
	struct bench b;
	uint8_t in[SIZE];

	(void)state;
	input_message(in, 0, SIZE);
	bench_open(&b, NULL, 0, "out");
	bench_begin(&b);
	play(&b, in, SIZE);
	wait_for(&b, SX_CAPTURE_ENDED, &ev);
	close(b.unit);
	b.unit = -1;
	wait_for(&b, SX_CAPTURE_GONE, &ev);
	assert_int_equal(ev.why->code, SX_EPORT);
	assert_true(b.c.gone);
	wait_for(&b, -2, &ev);
	assert_int_equal(b.kept, 1);
	bench_close(&b);
	scratch_holds("out/1.syx", in, SIZE);
}

/* No input until the timeout. */
static void
a_timeout(void **state)
{
	struct sx_capture_event ev;
	struct bench b;

	(void)state;
	bench_open(&b, NULL, 0, "out");
	b.c.timeout = 20000;
	bench_begin(&b);
	wait_for(&b, -2, &ev);
	assert_int_equal(b.kept, 0);
	assert_int_equal(sx_capture_news(&b.c), SX_SEEN_NOTHING);
	assert_int_equal(sx_capture_news(&b.c), SX_SEEN_NO_NEWS);
	bench_close(&b);
	scratch_count("out", 0);
}

/* The folder is gone: one error, then the end. */
static void
no_folder(void **state)
{
	struct sx_capture_event ev;
	struct bench b;
	uint8_t in[SIZE];

	(void)state;
	input_message(in, 0, SIZE);
	bench_open(&b, in, SIZE, "out");
	bench_begin(&b);
	assert_int_equal(rmdir("out"), 0);
	wait_for(&b, -1, &ev);
	assert_int_equal(b.e.code, SX_EIO);
	wait_for(&b, -2, &ev);
	assert_int_equal(b.kept, 0);
	bench_close(&b);
}

/* A port that accepts nothing: replies without room are counted. */
static void
replies_without_room(void **state)
{
	static const uint8_t wsd[] = { 0xf0, 0x41, 0x40, 0x02, 0x23, 0xf7 };
	const size_t most = sizeof(((struct sx_capture *)0)->reply) / 6;
	struct sx_capture_event ev;
	size_t shaken = 0;
	struct bench b;
	int port;

	(void)state;
	bench_open(&b, NULL, 0, "out");
	b.c.answers = true;
	port = open(b.name + strlen("tty:"), O_RDWR | O_NOCTTY);
	assert_true(port != -1);
	assert_int_equal(tcflow(port, TCOOFF), 0);
	bench_begin(&b);
	for (size_t i = 0; i < most + 3; i++)
		play(&b, wsd, sizeof(wsd));
	while (shaken < most + 3)
		shaken += next(&b, &ev) == SX_CAPTURE_SHAKEN;
	assert_int_equal(b.c.unanswered, 3);
	close(port);
	bench_close(&b);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_enter, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(a_file_each),
		TEST(one_file_of_all),
		TEST(a_count),
		TEST(an_end_in_the_middle),
		TEST(a_signal),
		TEST(an_unplugging),
		TEST(a_timeout),
		TEST(no_folder),
		TEST(replies_without_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
