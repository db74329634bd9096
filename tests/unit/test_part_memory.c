/* SPDX-License-Identifier: ISC */
/* Stores that survive their disk: dumps wait in memory until it is back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/statvfs.h>

#include <cmocka.h>

#include "../../src/store/numbers.h"
#include "scratch.h"
#include "store_help.h"
#include "sxlib/archiver.h"

/* Memory for all stores of a test. */
static struct sx_memory memory;

static struct sx_store *
open_in(const char *out, size_t most, struct sx_numbers *numbers)
{
	struct sx_store_opts o = { .out = out,
		.name = "{n:03}-{maker}",
		.first = -1,
		.number_all = true,
		.memory = &memory,
		.numbers = numbers };
	struct sx_err e = { 0 };
	struct sx_store *s;

	memory.most = most;
	s = sx_store_open(&o, &e);
	if (s == NULL)
		fail_msg("%s", e.msg);
	return s;
}

static void
reopen(struct sx_store *s)
{
	struct sx_err e = { 0 };

	if (sx_store_reopen(s, &e) == -1)
		fail_msg("%s", e.msg);
}

/* Keep it now: it must get this path, and the folder must have exactly `names`.
 */
static void
becomes(struct sx_part *p, const struct sample *m, const char *path,
    const char *folder, const char *names)
{
	struct sx_stored stored;
	struct sx_err e = { 0 };

	if (sx_part_keep(p, &m->dump, &stored, &e) == -1)
		fail_msg("%s", e.msg);
	assert_string_equal(stored.path, path);
	scratch_holds(path, m->bytes, (size_t)m->dump.bytes);
	free(stored.path);
	scratch_lists(folder, names);
}

/* A disk with different fragment and block sizes, and with blocks reserved for
 * root. */
int
fstatvfs(int fd, struct statvfs *fs)
{
	(void)fd;
	*fs = (struct statvfs){ .f_bsize = 4096,
		.f_frsize = 512,
		.f_blocks = 1000,
		.f_bfree = 20,
		.f_bavail = 10 };
	return 0;
}

static void
the_room_on_the_disk(void **state)
{
	struct sx_store *s = open_in("out", 4096, NULL);
	uint64_t size, room;
	dev_t disk_of;

	(void)state;
	reopen(s);
	assert_true(sx_store_room(s, &disk_of, &size, &room));
	assert_int_equal(size, 512000);
	assert_int_equal(room, 5120);
	sx_store_close(s);
}

/* The folder is made, but not its parent. */
static void
a_folder_in_a_folder(void **state)
{
	struct sx_store *s = open_in("out/port/", 4096, NULL);
	struct sx_err e = { 0 };
	uint64_t size, room;
	dev_t disk_of;

	(void)state;
	assert_false(scratch_exists("out"));
	assert_false(sx_store_room(s, &disk_of, &size, &room));
	assert_int_equal(sx_store_reopen(s, &e), -1);
	assert_int_equal(e.sys, ENOENT);
	assert_false(scratch_exists("out"));
	assert_int_equal(mkdir("out", 0777), 0);
	reopen(s);
	assert_true(scratch_exists("out/port"));
	assert_true(sx_store_room(s, &disk_of, &size, &room));
	sx_store_close(s);
}

/* The disk fills up, before the first byte or in the middle of a dump. */
static void
a_full_disk(void **state)
{
	static const size_t limits[] = { 0, 15, 39 };
	static const char *const names[] = { "out/001-jomox.syx",
		"out/002-jomox.syx", "out/003-jomox.syx" };
	struct sx_store *s = open_in("out", 1 << 20, NULL);
	struct sx_err e = { 0 };
	struct sx_part *p;
	struct sample m;

	(void)state;
	reopen(s);
	for (size_t i = 0; i < 3; i++) {
		sample_make(&m, 1, 40, WALL);
		p = sx_part_begin(s, m.dump.time, &e);
		limit_size(limits[i] > 0 ? limits[i] : 1);
		if (limits[i] > 0)
			assert_int_equal(
			    sx_part_append(p, m.bytes, limits[i], &e), 0);
		assert_int_equal(
		    sx_part_append(p, m.bytes + limits[i], 40 - limits[i], &e),
		    -1);
		assert_int_equal(e.sys, EFBIG);
		assert_true(sx_part_buffered(p));
		e = (struct sx_err){ 0 };
		assert_int_equal(sx_part_renew(p, &e), -1);
		assert_int_equal(e.sys, EFBIG);
		limit_size(0);
		e = (struct sx_err){ 0 };
		if (sx_part_renew(p, &e) == -1)
			fail_msg("%s", e.msg);
		becomes(p, &m, names[i], "out",
		    i == 0   ? "001-jomox.syx "
		    : i == 1 ? "001-jomox.syx 002-jomox.syx "
			     : "001-jomox.syx 002-jomox.syx 003-jomox.syx ");
	}
	sx_store_close(s);
}

/* Exactly the memory in use is counted: spare room is released. */
static void
memory_is_all_used(void **state)
{
	enum { MOST = 1 << 20, SIZE = 100000 };
	static uint8_t bytes[SIZE];
	struct sx_store *s = open_in("out", MOST, NULL);
	const struct sx_piece piece = { .len = SIZE };
	const struct sx_dump dump = {
		.bytes = SIZE, .messages = 1, .pieces = &piece
	};
	struct sx_job *jobs[MOST / SIZE];
	struct sx_err e = { 0 };
	struct sx_part *p;
	size_t n;

	(void)state;
	reopen(s);
	for (n = 0; n < MOST / SIZE; n++) {
		p = sx_part_begin(s, (struct sx_time){ 0 }, &e);
		assert_non_null(p);
		for (size_t at = 0; at < SIZE; at += 100)
			assert_int_equal(
			    sx_part_append(p, bytes + at, 100, &e), 0);
		jobs[n] = sx_job_new(p, &dump, &e);
		assert_non_null(jobs[n]);
		if (!sx_job_is_buffered(jobs[n]))
			fail_msg("%zu of %d are held", n, MOST / SIZE);
		assert_in_range(
		    memory.used, (n + 1) * SIZE, (n + 1) * (SIZE + 2048));
	}
	while (n-- > 0)
		sx_job_free(jobs[n]);
	assert_int_equal(memory.used, 0);
	sx_store_close(s);
}

/* A part that keeps growing leaves memory for others. */
static void
one_part_does_not_take_all(void **state)
{
	enum { MOST = 1 << 20 };
	static uint8_t bytes[1000];
	struct sx_store *s = open_in("out", MOST, NULL);
	struct sx_err e = { 0 };
	struct sx_part *p;
	size_t most = 0;

	(void)state;
	reopen(s);
	p = sx_part_begin(s, (struct sx_time){ 0 }, &e);
	assert_non_null(p);
	for (size_t n = 0; n < 2 * MOST; n += sizeof(bytes)) {
		assert_int_equal(
		    sx_part_append(p, bytes, sizeof(bytes), &e), 0);
		most = memory.used > most ? memory.used : most;
	}
	assert_false(sx_part_buffered(p));
	assert_in_range(most, MOST / 3, MOST * 5 / 8);
	assert_int_equal(memory.used, 0);
	/* Its file has all bytes. */
	assert_int_equal(sx_part_settle(p), 2098000);
	sx_part_drop(p);
	sx_store_close(s);
}

/* The folder goes away, with the part in it, and comes back empty. */
static void
a_folder_that_goes_away(void **state)
{
	struct sx_store *s;
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sx_part *open, *done, *later;
	struct sample a, b, c;

	(void)state;
	assert_int_equal(mkdir("out", 0777), 0);
	s = open_in("out/port", 1 << 20, NULL);
	reopen(s);
	sample_make(&a, 1, 40, WALL);
	sample_make(&b, 2, 50, WALL);
	sample_make(&c, 3, 60, WALL + 1000000);
	done = sample_begin(s, &a);
	open = sx_part_begin(s, b.dump.time, &e);
	assert_int_equal(sx_part_append(open, b.bytes, 20, &e), 0);
	assert_int_equal(rename("out", "pulled"), 0);
	assert_int_equal(nftw("pulled", scratch_remove, 16, FTW_DEPTH), 0);
	assert_int_equal(sx_part_keep(done, &a.dump, &stored, &e), -1);
	assert_null(sx_part_begin(s, c.dump.time, &e));
	later = sx_part_hold(s, c.dump.time, &e);
	assert_non_null(later);
	assert_null(sx_part_path(later));
	assert_int_equal(sx_part_append(later, c.bytes, 60, &e), -1);
	/* The file of this part still exists, without a name. */
	assert_int_equal(sx_part_append(open, b.bytes + 20, 30, &e), 0);
	assert_int_equal(sx_store_reopen(s, &e), -1);
	assert_int_equal(mkdir("out", 0777), 0);
	reopen(s);
	assert_int_equal(sx_part_keep(open, &b.dump, &stored, &e), -1);
	assert_int_equal(sx_part_renew(done, &e), 0);
	assert_int_equal(sx_part_renew(open, &e), 0);
	assert_int_equal(sx_part_renew(later, &e), 0);
	assert_int_equal(sx_part_keep(done, &a.dump, &stored, &e), 0);
	free(stored.path);
	assert_int_equal(sx_part_keep(open, &b.dump, &stored, &e), 0);
	free(stored.path);
	becomes(later, &c, "out/port/003-jomox.syx", "out/port",
	    "001-jomox.syx 002-jomox.syx 003-jomox.syx ");
	scratch_holds("out/port/001-jomox.syx", a.bytes, 40);
	scratch_holds("out/port/002-jomox.syx", b.bytes, 50);
	sx_store_close(s);
}

/* The folder does not exist before the first opening either. */
static void
a_folder_that_never_was(void **state)
{
	struct sx_store *s = open_in("out/port", 1 << 20, NULL);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sx_part *p;
	struct sample m;

	(void)state;
	sample_make(&m, 1, 40, WALL);
	p = sx_part_hold(s, m.dump.time, &e);
	assert_non_null(p);
	assert_int_equal(sx_part_keep(p, &m.dump, &stored, &e), -1);
	assert_non_null(strstr(e.msg, "'out/port'"));
	sx_part_drop(p);
	sx_store_close(s);
}

/* A part that waits for long holds no descriptor, and is recovered after a
 * crash. */
static void
a_part_that_is_parked(void **state)
{
	struct sx_store *s = open_in("out", 1 << 20, NULL);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sx_part *p;
	struct sample m;
	int fd;

	(void)state;
	reopen(s);
	sample_make(&m, 1, 40, WALL);
	fd = dup(0);
	close(fd);
	p = sample_begin(s, &m);
	sx_part_park(p);
	assert_int_equal(dup(0), fd); /* the lowest free one */
	close(fd);
	/* No other process recovers it meanwhile. */
	fd = open(sx_part_path(p), O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	scratch_holds(sx_part_path(p), m.bytes, 40);
	assert_int_equal(sx_part_keep(p, &m.dump, &stored, &e), -1);
	assert_int_equal(sx_part_renew(p, &e), 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	close(fd);
	becomes(p, &m, "out/001-jomox.syx", "out", "001-jomox.syx ");
	sx_store_close(s);
}

/* A damaged dump stays marked, also in the rewritten file. */
static void
a_part_that_is_marked(void **state)
{
	struct sx_store *s = open_in("out", 1 << 20, NULL);
	struct sx_err e = { 0 };
	struct sx_part *p;
	struct sample m;

	(void)state;
	reopen(s);
	sample_make(&m, 1, 40, WALL);
	p = sample_begin(s, &m);
	assert_int_equal(sx_part_mark(p, &e), 0);
	assert_int_equal(unlink(sx_part_path(p)), 0);
	assert_int_equal(sx_part_renew(p, &e), 0);
	assert_non_null(strstr(sx_part_path(p), ".damaged.part"));
	scratch_holds(sx_part_path(p), m.bytes, 40);
	sx_part_drop(p);
	sx_store_close(s);
}

/* Beyond the memory limit a dump is only on disk. */
static void
memory_that_ends(void **state)
{
	struct sx_store *s = open_in("out", 4096, NULL);
	struct sx_err e = { 0 };
	struct sx_part *p[5];
	struct sample m;
	uint8_t big[3500] = { 0xf0 };

	(void)state;
	reopen(s);
	sample_make(&m, 1, 40, WALL);
	p[0] = sample_begin(s, &m);
	assert_true(sx_part_buffered(p[0]));
	assert_int_equal(sx_part_append(p[0], big, 3500, &e), 0);
	assert_false(sx_part_buffered(p[0]));
	assert_int_equal(sx_part_renew(p[0], &e), -1);
	assert_int_equal(e.code, SX_EDATA);
	/* Its memory is free for others, and theirs afterwards. */
	for (int round = 0; round < 100; round++) {
		for (int i = 1; i < 5; i++)
			p[i] = sample_begin(s, &m);
		assert_true(sx_part_buffered(p[1]));
		assert_true(sx_part_buffered(p[3]));
		assert_false(sx_part_buffered(p[4]));
		for (int i = 1; i < 5; i++)
			sx_part_drop(p[i]);
	}
	sx_part_drop(p[0]);
	sx_store_close(s);
}

/* One counter for two folders and the dumps recovered in them. */
static void
a_counter_for_all(void **state)
{
	struct sx_numbers *n = sx_numbers_new(".", NULL);
	struct sx_store *a, *b;
	struct sx_stored stored;
	const struct sx_dump *dump;
	struct sx_err e = { 0 };
	struct sample m;

	(void)state;
	assert_int_equal(mkdir("a", 0777), 0);
	assert_int_equal(mkdir("b", 0777), 0);
	scratch_write("a/007-jomox.syx", "x", 1);
	scratch_write("b/009-jomox.damaged.syx", "x", 1);
	scratch_write("b/" TIME "-1.part", "\xf0\x7d\x01\xf7", 4);
	assert_non_null(n);
	a = open_in("a", 4096, n);
	b = open_in("b", 4096, n);
	reopen(a);
	assert_int_equal(sx_numbers_next(n), 8);
	reopen(b);
	assert_int_equal(sx_numbers_next(n), 10);
	assert_int_equal(sx_store_rescue(b, NULL, &stored, &dump, &e), 1);
	assert_string_equal(stored.path, "b/010-non-commercial.syx");
	free(stored.path);
	assert_int_equal(sx_store_rescue(b, NULL, &stored, &dump, &e), 0);
	sample_make(&m, 1, 40, WALL);
	sample_becomes(a, &m, "a/011-jomox.syx");
	sample_becomes(b, &m, "b/012-jomox.syx");
	m.dump.damage.kind = SX_DAMAGE_OVERRUN;
	sample_becomes(a, &m, "a/013-jomox.damaged.syx");
	reopen(b);
	assert_int_equal(sx_numbers_next(n), 14);
	sx_store_close(a);
	sx_store_close(b);
	sx_numbers_free(n);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, store_setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(the_room_on_the_disk),
		TEST(a_folder_in_a_folder),
		TEST(a_full_disk),
		TEST(memory_is_all_used),
		TEST(one_part_does_not_take_all),
		TEST(a_folder_that_goes_away),
		TEST(a_folder_that_never_was),
		TEST(a_part_that_is_parked),
		TEST(a_part_that_is_marked),
		TEST(memory_that_ends),
		TEST(a_counter_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
