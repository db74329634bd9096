/* SPDX-License-Identifier: ISC */
/*
 * A bank fetched by a third-party program: it uses only the contracts of
 * include/sxlib, with a simulated instrument.
 */
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
#include "sxlib/fetch.h"
#include "sxlib/keeping.h"
#include "sxlib/midi_io.h"
#include "sxlib/reader.h"
#include "sxlib/saver.h"
#include "sxlib/session.h"
#include "sxlib/store.h"
#include "sxlib/targets.h"

#define PATIENCE INT64_C(2000000) /* us without a byte of an answer */
#define SPEC	 "sim:machinedrum?rate=1000000"

/* The objects that a fetch needs. */
struct program {
	struct sx_err e;
	struct sx_session *session;
	struct sx_store *store;
	struct sx_saver saver;
	struct sx_keeper keeper;
	struct sx_keeping keeping;
	struct sx_targets targets;
	struct sx_fetch fetch;
	size_t asked, answers, kept, settled;
};

static void
program_open(struct program *p, char *const *words, size_t n)
{
	static const struct sx_rules rules = { .split = SX_SPLIT_MESSAGE,
		.gap = 250000 };
	const struct sx_store_opts store = {
		.out = "bank", .name = "{kind}{slot}", .first = -1
	};
	struct sx_wanted wanted = { .words = words, .nwords = n, .id = -1 };
	struct midi_io *io;
	int port;

	memset(p, 0, sizeof(*p));
	if (sx_targets_parse(&p->targets, &wanted, &p->e) == -1)
		fail_msg("%s", p->e.msg);
	p->session = sx_session_new(&p->e);
	assert_non_null(p->session);
	io = midi_io_open(SPEC, MIDI_IO_IN | MIDI_IO_OUT, &p->e);
	assert_non_null(io);
	port = sx_session_add(p->session, io, &rules, &p->e);
	p->store = sx_store_open(&store, &p->e);
	assert_non_null(p->store);
	assert_int_equal(sx_saver_open(&p->saver, p->session, &p->e), 0);
	p->keeper = (struct sx_keeper){ .store = p->store,
		.archiver = p->saver.archiver };
	p->keeping =
	    (struct sx_keeping){ .keeper = &p->keeper, .saver = &p->saver };
	p->fetch = (struct sx_fetch){ .session = p->session,
		.port = port,
		.store = p->store,
		.archiver = p->saver.archiver,
		.numbered = true,
		.asker = { .targets = p->targets.list,
		    .n = p->targets.n,
		    .patience = PATIENCE,
		    .going = PATIENCE,
		    .retries = 1,
		    .deaf = 2 } };
	assert_int_equal(sx_session_start(p->session, &p->e), 0);
}

static void
program_close(struct program *p)
{
	sx_fetch_free(&p->fetch);
	sx_keeping_free(&p->keeping);
	sx_keeper_free(&p->keeper);
	sx_saver_free(&p->saver);
	sx_session_close(p->session);
	sx_store_close(p->store);
	sx_targets_free(&p->targets);
}

/* Get the dumps that became files. */
static void
program_keep(struct program *p)
{
	struct sx_keeping_event ev = { 0 };
	int rc;

	while ((rc = sx_keeping_next(&p->keeping, &ev, &p->e)) == 1)
		p->kept += ev.type == SX_KEEPING_KEEPER &&
			   ev.keeper.type == SX_KEEPER_KEPT;
	if (rc == -1)
		fail_msg("%s", p->e.msg);
}

static void
program_run(struct program *p)
{
	struct sx_fetch_event ev;
	int rc;

	while ((rc = sx_fetch_next(&p->fetch, &ev, INT64_MAX, &p->e)) == 1) {
		p->asked += ev.type == SX_FETCH_ASKING;
		p->answers += ev.type == SX_FETCH_ANSWER;
		p->settled += ev.type == SX_FETCH_SETTLE;
		if (ev.type == SX_FETCH_SETTLE)
			sx_keeping_settle(&p->keeping);
		if (ev.got.part != NULL &&
		    sx_keeping_add(&p->keeping, &ev.got, &p->e) == -1)
			fail_msg("%s", p->e.msg);
		program_keep(p);
	}
	if (rc == -1)
		fail_msg("%s", p->e.msg);
	sx_keeping_finish(&p->keeping);
	program_keep(p);
}

/* Check that the file has one whole message, of this slot. */
static void
is_kit(const char *path, long slot)
{
	struct sx_err e = { 0 };
	struct sx_file *f = sx_file_open(path, NULL, &e);
	struct sx_item item;
	char name[32];

	if (f == NULL)
		fail_msg("%s", e.msg);
	assert_int_equal(sx_file_next(f, &item, &e), 1);
	assert_int_equal(item.facts.kind, SX_KIND_KIT);
	assert_int_equal(item.facts.slot, slot);
	assert_int_equal(item.facts.checksum, SX_CHECKSUM_OK);
	snprintf(name, sizeof(name), "KIT %02ld", slot + 1);
	assert_string_equal(item.facts.name, name);
	assert_int_equal(sx_file_next(f, &item, &e), 0);
	sx_file_close(f);
}

static char machinedrum[] = "machinedrum", kit[] = "kit", some[] = "2-4,64";

/* All 64 kits. */
static void
a_bank(void **state)
{
	char *const words[] = { machinedrum, kit };
	struct program p;
	char path[64];

	(void)state;
	program_open(&p, words, 2);
	assert_int_equal(p.targets.n, 64);
	program_run(&p);
	assert_int_equal(p.asked, 64);
	assert_int_equal(p.answers, 64);
	assert_int_equal(p.kept, 64);
	assert_true(p.settled > 0);
	assert_int_equal(p.fetch.asker.why, SX_ASKER_ALL);
	assert_int_equal(sx_targets_count(&p.targets, SX_TARGET_GOT), 64);
	assert_false(sx_keeper_hurt(&p.keeper));
	program_close(&p);
	scratch_count("bank", 64);
	for (long slot = 0; slot < 64; slot++) {
		snprintf(path, sizeof(path), "bank/kit%ld.syx", slot + 1);
		is_kit(path, slot);
	}
}

static void
some_of_it(void **state)
{
	char *const words[] = { machinedrum, kit, some };
	struct program p;

	(void)state;
	program_open(&p, words, 3);
	assert_int_equal(p.targets.n, 4);
	program_run(&p);
	assert_int_equal(p.kept, 4);
	program_close(&p);
	scratch_count("bank", 4);
}

/* A kind that the instrument does not have is an error before anything is sent.
 */
static void
an_unknown_kind(void **state)
{
	static char what[] = "patch";
	char *const words[] = { machinedrum, what };
	struct sx_wanted wanted = { .words = words, .nwords = 2, .id = -1 };
	struct sx_targets targets = { NULL, 0 };
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(sx_targets_parse(&targets, &wanted, &e), -1);
	assert_int_equal(e.code, SX_EUSAGE);
	assert_non_null(strstr(e.hint, "kit"));
	sx_targets_free(&targets);
}

static void
time_left(void **state)
{
	struct sx_target list[] = { { .state = SX_TARGET_THERE },
		{ .state = SX_TARGET_GOT, .asked = true },
		{ .state = SX_TARGET_SILENT, .asked = true },
		{ .state = SX_TARGET_OPEN, .asked = true },
		{ .state = SX_TARGET_OPEN } };
	struct sx_targets t = { .list = list, .n = 5 };

	(void)state;
	assert_int_equal(sx_targets_left(&t, 3000), 3000);
	list[4].state = SX_TARGET_CUT;
	assert_int_equal(sx_targets_left(&t, 3000), 1500);
	list[1].asked = list[2].asked = false;
	assert_int_equal(sx_targets_left(&t, 3000), -1);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_enter, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(a_bank),
		TEST(some_of_it),
		TEST(an_unknown_kind),
		TEST(time_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
