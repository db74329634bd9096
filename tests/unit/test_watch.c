/* SPDX-License-Identifier: ISC */
/* All ports into separate folders: over a pipe and a pseudo terminal, in this
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
#include "sxlib/pending.h"
#include "sxlib/watch.h"

#define SECOND	 INT64_C(1000000)
#define PATIENCE (60 * SECOND)
#define SIZE	 30

struct bench {
	struct sx_session *session;
	struct sx_saver saver;
	struct sx_user *user;
	struct sx_watch w;
	struct sx_err e;
	const char *ports[2];
	size_t kept, turns;
	char path[256]; /* of the last file */
};

/* The user's configuration is not read. */
static int
setup(void **state)
{
	if (scratch_enter(state) != 0)
		return -1;
	setenv("HOME", *state, 1);
	unsetenv("XDG_CONFIG_HOME");
	setenv("XDG_CONFIG_DIRS", *state, 1);
	return 0;
}

static void
bench_open(struct bench *b, const char *first, const char *second)
{
	memset(b, 0, sizeof(*b));
	b->ports[0] = first;
	b->ports[1] = second;
	b->session = sx_session_new(&b->e);
	assert_non_null(b->session);
	b->user = sx_user_new(&b->e);
	assert_non_null(b->user);
	assert_int_equal(sx_saver_open(&b->saver, b->session, &b->e), 0);
	b->w = (struct sx_watch){ .session = b->session,
		.saver = &b->saver,
		.user = b->user,
		.rules = { .split = SX_SPLIT_MESSAGE, .gap = SECOND },
		.store = { .out = "out", .name = "{n}", .first = -1 },
		.ports = b->ports,
		.nports = second != NULL ? 2 : 1 };
	if (sx_watch_open(&b->w, &b->e) == -1)
		fail_msg("%s", b->e.msg);
}

static void
bench_close(struct bench *b)
{
	sx_watch_free(&b->w);
	sx_saver_free(&b->saver);
	sx_session_close(b->session);
	sx_user_free(b->user);
}

/* Return the type of the next event, or -2 at the end. */
static int
next(struct bench *b, struct sx_watch_event *ev)
{
	int rc = sx_watch_next(&b->w, ev, sx_now().mono + PATIENCE, &b->e);

	if (rc == -1)
		fail_msg("%s", b->e.msg);
	if (rc == 0)
		return -2;
	b->turns += ev->type == SX_WATCH_TURN;
	if (ev->type == SX_WATCH_KEEPER && ev->keeper.type == SX_KEEPER_KEPT) {
		b->kept++;
		snprintf(
		    b->path, sizeof(b->path), "%s", ev->keeper.stored->path);
	}
	return (int)ev->type;
}

static void
wait_for(struct bench *b, int type, struct sx_watch_event *ev)
{
	int64_t late = sx_now().mono + PATIENCE;
	int got;

	do {
		got = next(b, ev);
		if (sx_now().mono > late || (got == -2 && type != -2))
			fail_msg("event %d did not come, but %d", type, got);
	} while (got != type);
}

/* The named input ends, which ends everything. */
static void
an_input(void **state)
{
	struct sx_watch_event ev;
	uint8_t in[3 * SIZE];
	struct bench b;

	(void)state;
	for (uint8_t i = 0; i < 3; i++)
		input_message(in + i * SIZE, i, SIZE);
	input_set(in, sizeof(in) - 5);
	bench_open(&b, "-", NULL);
	wait_for(&b, SX_WATCH_LISTENING, &ev);
	assert_string_equal(ev.port->folder, "stdin");
	wait_for(&b, SX_WATCH_ENDED, &ev);
	wait_for(&b, SX_WATCH_DONE, &ev);
	assert_true(sx_keeper_hurt(&ev.port->keeper));
	assert_int_equal(ev.port->keeper.whole, 2);
	wait_for(&b, -2, &ev);
	assert_int_equal(b.kept, 3);
	assert_true(b.turns > 0);
	assert_int_equal(sx_disk_total(&b.w.disk).files, 3);
	bench_close(&b);
	scratch_holds("out/stdin/1.syx", in, SIZE);
	scratch_holds("out/stdin/2.syx", in + SIZE, SIZE);
	scratch_count("out/stdin", 3);
}

/* Each port has a folder, and all share one {n}. One port goes, the other
 * continues until ^C. */
static void
two_instruments(void **state)
{
	char name[2][PLUG_NAME], folder[2][128];
	struct sx_watch_event ev;
	struct bench b;
	uint8_t in[SIZE];
	int unit[2];

	(void)state;
	input_message(in, 0, SIZE);
	/* They are opened by name. */
	midi_io_close(plug_open(&unit[0], name[0], MIDI_IO_IN));
	midi_io_close(plug_open(&unit[1], name[1], MIDI_IO_IN));
	bench_open(&b, name[0], name[1]);
	for (int i = 0; i < 2; i++) {
		wait_for(&b, SX_WATCH_LISTENING, &ev);
		snprintf(folder[i], sizeof(folder[i]), "%s", ev.port->folder);
	}
	assert_string_not_equal(folder[0], folder[1]);
	wait_for(&b, SX_WATCH_TURN, &ev);
	assert_int_equal(write(unit[0], in, SIZE), SIZE);
	while (b.kept < 1)
		(void)next(&b, &ev);
	assert_non_null(strstr(b.path, folder[0]));
	assert_non_null(strstr(b.path, "/1.syx"));
	assert_int_equal(write(unit[1], in, SIZE), SIZE);
	while (b.kept < 2)
		(void)next(&b, &ev);
	assert_non_null(strstr(b.path, folder[1]));
	assert_non_null(strstr(b.path, "/2.syx"));
	close(unit[0]);
	wait_for(&b, SX_WATCH_GONE, &ev);
	assert_string_equal(ev.port->folder, folder[0]);
	wait_for(&b, SX_WATCH_DONE, &ev);
	assert_int_equal(sx_watch_ports(&b.w), 1);
	assert_int_equal(write(unit[1], in, 10), 10);
	while (sx_session_incoming(
		   b.session, 1, &(const struct sx_facts *){ NULL }) < 10)
		(void)next(&b, &ev);
	input_stop();
	wait_for(&b, SX_WATCH_STOPPING, &ev);
	wait_for(&b, -2, &ev);
	assert_int_equal(b.kept, 3);
	bench_close(&b);
	close(unit[1]);
}

/* Dumps left by an earlier run in a folder come first. */
static void
a_rescue(void **state)
{
	struct sx_store_opts o = { .out = "out/stdin/", .first = -1 };
	struct sx_pending left = { 0 };
	struct sx_watch_event ev;
	struct sx_store *store;
	uint8_t in[SIZE];
	struct bench b;

	(void)state;
	input_message(in, 0, SIZE);
	assert_int_equal(mkdir("out", 0777), 0);
	memset(&b, 0, sizeof(b));
	store = sx_store_open(&o, &b.e);
	assert_non_null(store);
	assert_int_equal(sx_pending_begin(&left, store, sx_now(), &b.e), 0);
	assert_int_equal(sx_pending_append(&left, in, SIZE, &b.e), 0);
	sx_pending_release(&left);
	sx_store_close(store);
	input_set(in, SIZE);
	bench_open(&b, "-", NULL);
	assert_int_equal(next(&b, &ev), SX_WATCH_RESCUED);
	scratch_holds(ev.recovered->stored.path, in, SIZE);
	wait_for(&b, -2, &ev);
	assert_int_equal(b.kept, 1);
	bench_close(&b);
	scratch_lists("out/stdin", "1.syx 2.syx ");
}

/* The disk fails while dumps arrive, and accepts them when it works again. */
static void
a_disk(void **state)
{
	struct sx_watch_event ev;
	char name[PLUG_NAME];
	struct bench b;
	uint8_t in[SIZE];
	int unit;

	(void)state;
	input_message(in, 0, SIZE);
	midi_io_close(plug_open(&unit, name, MIDI_IO_IN));
	bench_open(&b, name, NULL);
	wait_for(&b, SX_WATCH_TURN, &ev);
	assert_int_equal(rename("out", "away"), 0);
	scratch_write("out", "", 0);
	assert_int_equal(
	    nftw("away", scratch_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(write(unit, in, SIZE), SIZE);
	wait_for(&b, SX_WATCH_DISK, &ev);
	assert_int_equal(ev.disk.type, SX_DISK_TROUBLE);
	assert_int_equal(ev.disk.why->code, SX_EIO);
	while (sx_disk_total(&b.w.disk).back == 0)
		(void)next(&b, &ev);
	assert_int_equal(b.kept, 0);
	assert_int_equal(unlink("out"), 0);
	assert_int_equal(mkdir("out", 0777), 0);
	wait_for(&b, SX_WATCH_DISK, &ev);
	assert_int_equal(ev.disk.type, SX_DISK_RECOVERED);
	assert_int_equal(ev.disk.lost, 0);
	assert_int_equal(b.kept, 1);
	scratch_holds(b.path, in, SIZE);
	input_stop();
	wait_for(&b, -2, &ev);
	bench_close(&b);
	close(unit);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(an_input),
		TEST(two_instruments),
		TEST(a_rescue),
		TEST(a_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
