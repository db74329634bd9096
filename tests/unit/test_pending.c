/* SPDX-License-Identifier: ISC */
/* A dump that grows by messages, using only the public contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants these first */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "scratch.h"
#include "sxlib/archiver.h"
#include "sxlib/keeper.h"
#include "sxlib/pending.h"

#define WALL INT64_C(1795324530123999)

static struct sx_err e;
static struct sx_store *store;

static int
setup(void **state)
{
	struct sx_store_opts o = { .out = "out", .name = "{n}", .first = -1 };

	if (scratch_enter(state) != 0)
		return -1;
	memset(&e, 0, sizeof(e));
	store = sx_store_open(&o, &e);
	return store != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	sx_store_close(store);
	return scratch_leave(state);
}

/* Append n bytes of a message, each with the value `with`. */
static void
append(struct sx_pending *p, uint8_t with, size_t n)
{
	uint8_t bytes[64];

	memset(bytes, with, n);
	assert_int_equal(sx_pending_append(p, bytes, n, &e), 0);
}

/* Add them as two messages, or one. */
static void
add(struct sx_pending *p, size_t n, bool two, const char *name)
{
	struct sx_piece pieces[2] = { { 0, two ? 1 : n, { 1, WALL } },
		{ 1, n - 1, { 2, WALL + 1 } } };
	struct sx_dump d = { .time = { 1, WALL },
		.bytes = n,
		.messages = two ? 2 : 1,
		.pieces = pieces,
		.realtime = 1,
		.facts = { .slot = 7 } };

	strcpy(d.facts.name, name);
	assert_int_equal(sx_pending_add(p, &d, &e), 0);
}

static void
rest_is(struct sx_pending *p, uint8_t with, size_t n)
{
	size_t have;
	const uint8_t *bytes = sx_pending_rest(p, &have, &e);

	assert_non_null(bytes);
	assert_int_equal(have, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(bytes[i], with);
}

/* Check that its file has a bytes of 0x10, then b of 0x20. */
static void
becomes(struct sx_pending *p, const char *path, size_t a, size_t b)
{
	struct sx_keeper k = { .store = store };
	struct sx_keeper_event ev;
	uint8_t want[64];

	memset(want, 0x10, a);
	memset(want + a, 0x20, b);
	assert_int_equal(sx_keeper_add(&k, p, &e), 0);
	assert_null(p->part);
	assert_true(sx_keeper_next(&k, &ev));
	assert_int_equal(ev.type, SX_KEEPER_KEPT);
	assert_string_equal(ev.stored->path, path);
	scratch_holds(path, want, a + b);
	sx_keeper_free(&k);
}

static void
grows(void **state)
{
	struct sx_pending p = { 0 };

	(void)state;
	assert_int_equal(
	    sx_pending_begin(&p, store, (struct sx_time){ 1, WALL }, &e), 0);
	append(&p, 0x10, 5);
	append(&p, 0x10, 5);
	rest_is(&p, 0x10, 10);
	add(&p, 10, true, "A");
	assert_int_equal(p.dump.messages, 2);
	assert_int_equal(p.dump.facts.slot, 7);
	append(&p, 0x20, 4);
	rest_is(&p, 0x20, 4);
	add(&p, 4, false, "B");
	assert_int_equal(p.dump.messages, 3);
	assert_int_equal(p.dump.bytes, 14);
	assert_int_equal(p.dump.realtime, 2);
	assert_int_equal(p.dump.pieces[1].off, 1);
	assert_int_equal(p.dump.pieces[2].off, 10);
	assert_int_equal(p.dump.pieces[2].len, 4);
	assert_string_equal(p.dump.facts.name, "");
	assert_int_equal(p.dump.facts.slot, 7);
	becomes(&p, "out/1.syx", 10, 4);
	scratch_count("out", 1);
}

static void
splits(void **state)
{
	struct sx_pending p = { 0 }, rest;

	(void)state;
	assert_int_equal(
	    sx_pending_begin(&p, store, (struct sx_time){ 1, WALL }, &e), 0);
	append(&p, 0x10, 10);
	add(&p, 10, false, "A");
	append(&p, 0x20, 3);
	assert_int_equal(
	    sx_pending_split(&p, &rest, (struct sx_time){ 2, WALL + 1 }, &e),
	    0);
	append(&rest, 0x20, 3);
	rest_is(&rest, 0x20, 6);
	add(&rest, 6, false, "B");
	becomes(&rest, "out/1.syx", 0, 6);
	becomes(&p, "out/2.syx", 10, 0);
	scratch_count("out", 2);
}

static void
many(void **state)
{
	struct sx_pending p = { 0 };

	(void)state;
	assert_int_equal(
	    sx_pending_begin(&p, store, (struct sx_time){ 1, WALL }, &e), 0);
	for (size_t i = 0; i < 1000; i++) {
		append(&p, 0x10, 2);
		add(&p, 2, false, "A");
		assert_int_equal(p.dump.pieces[i].off, 2 * i);
	}
	assert_string_equal(p.dump.facts.name, "A");
	/* No dump has more pieces than this, however many messages it has. */
	p.dump.messages = SX_PIECES_MOST;
	add(&p, 2, false, "A");
	assert_int_equal(p.dump.messages, SX_PIECES_MOST + 1);
	sx_pending_drop(&p);
	assert_null(p.part);
	sx_pending_drop(&p);
	scratch_count("out", 0);
}

/* A released dump is there at the next start; one that could not be made is
 * not. */
static void
stays(void **state)
{
	struct sx_pending p = { 0 };
	struct sx_archiver *a = sx_archiver_new(&e);

	(void)state;
	assert_non_null(a);
	assert_int_equal(
	    sx_pending_begin(&p, store, (struct sx_time){ 1, WALL }, &e), 0);
	append(&p, 0x10, 2);
	assert_int_equal(sx_pending_sync(&p, a, &e), 0);
	assert_int_equal(sx_pending_sync(&p, NULL, &e), 0);
	assert_non_null(strstr(sx_pending_path(&p), ".part"));
	sx_pending_release(&p);
	assert_null(p.part);
	sx_archiver_free(a);
	scratch_count("out", 1);
	assert_int_equal(nftw("out", scratch_remove, 4, FTW_DEPTH), 0);
	assert_int_equal(
	    sx_pending_begin(&p, store, (struct sx_time){ 1, WALL }, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	assert_null(p.part);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(grows),
		TEST(splits),
		TEST(many),
		TEST(stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
