/* SPDX-License-Identifier: ISC */
/* Bytes that a crash leaves in two places become one file, and none are lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <poll.h>

#include "scratch.h"
#include "store_help.h"
#include "sxlib/archiver.h"
#include "sxlib/session.h"

#define PART TIME "-5.part"
#define A    "\xf0\x7d\x01\xf7"
#define B    "\xf0\x7d\x02\x02\xf7"

/* Recover the folder. Returns the number of files, or -1 if something failed.
 */
static int
rescue(void)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, NULL, -1);
	const struct sx_dump *dump;
	struct sx_stored stored;
	struct sx_err e = { 0 };
	int n = 0, rc;

	while ((rc = sx_store_rescue(s, NULL, &stored, &dump, &e)) != 0) {
		if (rc == -1)
			fail_msg("%s", e.msg);
		free(stored.path);
		n++;
	}
	sx_store_close(s);
	return n;
}

/* Number of files with these bytes. */
static unsigned
times_of(const char *bytes, size_t n)
{
	unsigned times = 0;
	struct dirent *entry;
	DIR *dir = opendir(".");
	uint8_t buf[64];
	ssize_t len;
	int fd;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		fd = open(entry->d_name, O_RDONLY | O_CLOEXEC);
		len = fd != -1 ? read(fd, buf, sizeof(buf)) : -1;
		times += len > 0 && memmem(buf, (size_t)len, bytes, n) != NULL;
		if (fd != -1)
			close(fd);
	}
	closedir(dir);
	return times;
}

static ino_t
inode(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_ino;
}

/* A part that was being added to another one counts unless that one contains
 * it. */
static void
a_part_that_joins(void **state)
{
	static const struct {
		const char *all;
		size_t n;
		const char *names;
	} cases[] = {
		{ A, 4,
		    TIME "-non-commercial-2.syx " TIME "-non-commercial.syx " },
		{ A "\xf0\x7d", 6, NULL },
		{ A B, 9, TIME "-non-commercial.syx " },
		{ A "\xf0\x7d\x03\x03\xf7", 9, NULL },
	};
	char name[128];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		scratch_write(PART, cases[i].all, cases[i].n);
		snprintf(name, sizeof(name), TIME "-5-2.4-%ju.part",
		    (uintmax_t)inode(PART));
		scratch_write(name, B, 5);
		assert_true(rescue() > 0);
		/* The messages of one part may be one dump. */
		if (cases[i].names != NULL)
			scratch_lists(".", cases[i].names);
		else
			assert_false(scratch_exists(name));
		if (i == 1 || i == 3)
			assert_true(
			    scratch_exists(TIME "-non-commercial-2.syx"));
		assert_int_equal(nftw(".", scratch_remove, 16, FTW_DEPTH), -1);
	}
	/* No existing part contains it: it is the only copy. */
	scratch_write(TIME "-5-2.4-1.part", B, 5);
	assert_int_equal(rescue(), 1);
	scratch_holds(TIME "-non-commercial.syx", B, 5);
}

/* The process ends right before or right after it truncates a file. */
static enum end { GO_ON, BEFORE, AFTER } end_at;

int
ftruncate(int fd, off_t length)
{
	int rc;

	if (end_at == BEFORE)
		_exit(0);
	rc = (int)syscall(SYS_ftruncate, fd, length);
	if (end_at == AFTER)
		_exit(0);
	return rc;
}

static struct sx_part *
split(struct sx_store *s, struct sx_part **rest, struct sx_err *e)
{
	struct sx_part *p = sx_part_begin(s, (struct sx_time){ 1, WALL }, e);

	assert_non_null(p);
	assert_int_equal(sx_part_append(p, (const uint8_t *)A B, 9, e), 0);
	*rest = sx_part_split(p, 4, (struct sx_time){ 2, WALL + 5000 }, e);
	return p;
}

/* The end of a part becomes another part: each is there once, in any case. */
static void
a_part_that_is_split(void **state)
{
	struct sx_part *p, *rest;
	struct sx_err e = { 0 };
	struct sx_store *s;
	int status;

	(void)state;
	for (int at = GO_ON; at <= AFTER; at++) {
		pid_t child = fork_child();

		if (child == 0) {
			end_at = (enum end)at;
			s = store_open(".", SX_FORMAT_SYX, NULL, -1);
			p = split(s, &rest, &e);
			if (rest == NULL)
				_exit(1);
			sx_part_release(rest);
			sx_part_release(p);
			sx_store_close(s);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		(void)rescue();
		assert_int_equal(times_of(A, 4), 1);
		assert_int_equal(times_of(B, 5), 1);
		(void)nftw(".", scratch_remove, 16, FTW_DEPTH);
	}
	/* If that fails, nothing has changed. */
	s = store_open(".", SX_FORMAT_SYX, NULL, -1);
	disk.fsync_error = EIO;
	p = split(s, &rest, &e);
	assert_null(rest);
	assert_int_equal(e.code, SX_EIO);
	disk.fsync_error = 0;
	assert_int_equal(times_of(A B, 9), 1);
	assert_int_equal(times_of(B, 5), 1);
	sx_part_drop(p);
	sx_store_close(s);
}

/* Pieces count once the part that they were made from is gone, and have its
 * time and their own. */
static void
pieces(void **state)
{
	static const char *const parts[] = { PART, TIME "-5.damaged.part",
		TIME "-5.spool" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		scratch_write(parts[i], A, 4);
		scratch_write(TIME "-5.0.piece", A, 4);
		scratch_write(TIME "-5.1-2.piece", B, 5);
		(void)rescue();
		assert_false(scratch_exists(TIME "-5.0.piece"));
		assert_false(scratch_exists(TIME "-5.1-2.piece"));
		assert_false(
		    scratch_exists("20261122T051530.125Z-non-commercial.syx"));
		(void)nftw(".", scratch_remove, 16, FTW_DEPTH);
	}
	scratch_write(TIME "-5.0.piece", A, 4);
	scratch_write(TIME "-5.1-2.piece", A B, 9);
	scratch_write(TIME "-5.2.damaged.piece", B, 5);
	assert_int_equal(rescue(), 3);
	scratch_holds(TIME "-non-commercial.syx", A, 4);
	/* One piece is one dump. */
	scratch_holds("20261122T051530.125Z-non-commercial.syx", A B, 9);
	scratch_holds(TIME "-non-commercial.damaged.syx", B, 5);
}

/* One piece is one dump, named after all of its messages, even if each would be
 * a dump by itself. */
static void
a_piece_of_complete_messages(void **state)
{
	static const uint8_t bank[] = { 0xf0, 0x40, 0x00, 0x21, 0x00, 0x0a,
		0x00, 0x00, 0x01, 0xf7 };
	uint8_t two[sizeof(bank) + 4];
	struct sx_facts facts;

	(void)state;
	sx_device_decode(NULL, bank, sizeof(bank), &facts);
	assert_true(facts.complete);
	memcpy(two, bank, sizeof(bank));
	memcpy(two + sizeof(bank), A, 4);
	scratch_write(TIME "-5.0.piece", two, sizeof(two));
	assert_int_equal(rescue(), 1);
	scratch_lists(".", TIME ".syx ");
	assert_int_equal(unlink(TIME ".syx"), 0);
	scratch_write(PART, two, sizeof(two));
	assert_int_equal(rescue(), 2);
}

/* The owner of the part is making pieces of it now. */
static void
pieces_in_the_making(void **state)
{
	int fd;

	(void)state;
	scratch_write(PART, A, 4);
	scratch_write(TIME "-5.0.piece", A, 4);
	fd = open(PART, O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(rescue(), 0);
	scratch_lists(".", TIME "-5.0.piece " PART " ");
	close(fd);
	assert_int_equal(rescue(), 1);
	scratch_lists(".", TIME "-non-commercial.syx ");
}

/* Two names: of a part that already has its final name, or of the MIDI file
 * made from it. */
/* The part stays, and that is reported. */
static void
refused(const char *part)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, NULL, -1);
	const struct sx_dump *dump;
	struct sx_stored stored;
	struct sx_err e = { 0 };

	assert_int_equal(sx_store_rescue(s, NULL, &stored, &dump, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	assert_non_null(strstr(e.msg, part));
	e = (struct sx_err){ 0 };
	assert_int_equal(sx_store_rescue(s, NULL, &stored, &dump, &e), 0);
	sx_store_close(s);
	assert_true(scratch_exists(part));
}

static void
two_names(void **state)
{
	(void)state;
	scratch_write(PART, A, 4);
	assert_int_equal(link(PART, "kept.syx"), 0);
	assert_int_equal(rescue(), 0);
	scratch_lists(".", "kept.syx ");
	/* Another name elsewhere may be the file of another user. */
	assert_int_equal(mkdir("backup", 0777), 0);
	scratch_write(PART, B, 5);
	assert_int_equal(link(PART, "backup/" PART), 0);
	refused(PART);
	assert_int_equal(unlink("backup/" PART), 0);
	assert_int_equal(rescue(), 1);
	scratch_lists(".", TIME "-non-commercial.syx backup kept.syx ");
	/* A surplus part that cannot be removed does not become a file. */
	scratch_write(PART, A, 4);
	assert_int_equal(link(PART, "again.syx"), 0);
	disk.no_unlinks = true;
	refused(PART);
	disk.no_unlinks = false;
	assert_int_equal(rescue(), 0);
	assert_int_equal(unlink("again.syx"), 0);
	scratch_write(TIME "-5-3.part", A, 4);
	scratch_write(TIME "-5-3.tmp", "MThd", 4);
	assert_int_equal(link(TIME "-5-3.tmp", "made.mid"), 0);
	assert_int_equal(rescue(), 0);
	scratch_lists(
	    ".", TIME "-non-commercial.syx backup kept.syx made.mid ");
	/* Not made yet. */
	scratch_write(TIME "-5-4.part", A, 4);
	scratch_write(TIME "-5-4.tmp", "MThd", 4);
	assert_int_equal(rescue(), 1);
	scratch_holds(TIME "-non-commercial-2.syx", A, 4);
}

/* Parts are recovered in the order in which they began. */
static void
the_order(void **state)
{
	static const char *const names[] = { TIME "-5.part", TIME "-5-2.part",
		TIME "-5-9.damaged.part", TIME "-5-10.3-1.part",
		TIME "-5-10.20-1.part", TIME "-5-11.0.piece",
		TIME "-5-11.10.piece", TIME "-40.part",
		"20261122T051530.124Z-5.part" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
			assert_int_equal(
			    (sx_part_order(names[i], names[k]) > 0) -
				(sx_part_order(names[i], names[k]) < 0),
			    (i > k) - (i < k));
}

/* A spool of n dumps, as left by a crash. */
static void
leave_spool(unsigned n)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, NULL, -1);
	struct sx_spool *sp =
	    sx_spool_new(s, (struct sx_time){ WALL, WALL }, NULL);
	struct sx_err e = { 0 };
	struct sample m;
	struct sx_job *job;

	assert_non_null(sp);
	for (unsigned i = 0; i < n; i++) {
		sample_make(&m, i, 20 + i, WALL + i * 2000);
		job = sx_job_new(NULL, &m.dump, &e);
		assert_non_null(job);
		assert_int_equal(sx_spool_add(sp, job, m.bytes, &e), 0);
		sx_job_free(job);
	}
	sx_spool_unref(sp);
	sx_store_close(s);
}

static char *
only_name(void)
{
	char *names = scratch_list(".");

	names[strcspn(names, " ")] = '\0';
	return names;
}

/* Cut anywhere: earlier dumps are whole, with their times; the rest is damaged,
 * without losing a byte. */
static void
a_spool_that_is_cut(void **state)
{
	uint8_t *data;
	char *name;
	size_t size;

	(void)state;
	leave_spool(3);
	name = only_name();
	data = scratch_read(name, &size);
	assert_int_equal(size, 3 * 20 + 20 + 21 + 22);
	for (size_t n = 0; n <= size; n++) {
		size_t whole = n >= 123 ? 3 : n >= 81 ? 2 : n >= 40 ? 1 : 0;
		size_t used = whole == 0   ? 0
			      : whole == 1 ? 40
			      : whole == 2 ? 81
					   : 123;
		bool rest = n > used + 20;

		(void)nftw(".", scratch_remove, 16, FTW_DEPTH);
		scratch_write(name, data, n);
		assert_int_equal(rescue(), (int)(whole + rest));
		scratch_count(".", (int)(whole + rest));
		for (unsigned i = 0; i < whole; i++) {
			char time[SX_TIME_NAME], path[96];
			struct sample m;

			sample_make(&m, i, 20 + i, WALL);
			sx_time_name(WALL / 1000 * 1000 + i * 2000, time);
			snprintf(
			    path, sizeof(path), "%s-non-commercial.syx", time);
			scratch_holds(path, m.bytes, 20 + i);
		}
	}
	free(data);
	free(name);
}

static bool
any_holds(const uint8_t *bytes, size_t n)
{
	char *names = scratch_list("."), *rest = names, *name;
	bool found = false;
	uint8_t *data;
	size_t size;

	while (!found && *(name = strsep(&rest, " ")) != '\0') {
		data = scratch_read(name, &size);
		found = memmem(data, size, bytes, n) != NULL;
		free(data);
	}
	free(names);
	return found;
}

/* A changed bit damages only its dump or, if it is in the length, all dumps up
 * to the end; all bytes are there. */
static void
a_spool_with_a_bad_bit(void **state)
{
	uint8_t *data;
	char *name;
	size_t size, at[3] = { 20, 60, 101 };

	(void)state;
	leave_spool(3);
	name = only_name();
	data = scratch_read(name, &size);
	for (size_t bit = 0; bit < 8 * size; bit++) {
		size_t byte = bit / 8, hit = byte < 40 ? 0 : byte < 81 ? 1 : 2;
		bool length = byte >= at[hit] - 16 && byte < at[hit] - 12;

		(void)nftw(".", scratch_remove, 16, FTW_DEPTH);
		data[byte] ^= (uint8_t)(1 << bit % 8);
		scratch_write(name, data, size);
		assert_int_equal(rescue(), length ? (int)hit + 1 : 3);
		for (size_t i = 0; i < 3; i++)
			if (!any_holds(data + at[i], 20 + i))
				fail_msg(
				    "bit %zu: dump %zu is missing", bit, i);
		data[byte] ^= (uint8_t)(1 << bit % 8);
	}
	free(data);
	free(name);
}

/* ---- Killed at any moment, with the archiver at work ---- */

enum way { FILES, ONE_FILE, MIDI_FILES, SPOOLS, WAYS };

static void
archive_until_killed(int fd, enum way way)
{
	struct sx_store *s = store_open(way == ONE_FILE ? "all.syx" : ".",
	    way == MIDI_FILES ? SX_FORMAT_MID : SX_FORMAT_SYX, NULL, -1);
	struct sx_archiver *a = sx_archiver_new(NULL);
	struct sx_err e = { 0 };
	struct sx_job *job, *first = NULL, *last = NULL;
	struct sx_spool *sp = NULL;
	struct sample m;

	for (unsigned i = 0; i < 100000; i++) {
		sample_make(&m, i, 40, WALL + i * 100);
		job = sx_job_new(
		    way == SPOOLS ? NULL : sample_begin(s, &m), &m.dump, &e);
		if (way == SPOOLS) {
			if (sp == NULL)
				sp = sx_spool_new(s, m.dump.time, &e);
			sx_spool_add(sp, job, m.bytes, &e);
			job->next = NULL;
			if (first == NULL)
				first = job;
			else
				last->next = job;
			last = job;
		}
		/* It is in a file by now. */
		if (write(fd, &i, sizeof(i)) != sizeof(i))
			break;
		if (way == SPOOLS && i % 7 == 6) {
			sx_spool_unref(sp);
			sx_archiver_add(a, s, first);
			sp = NULL;
			first = NULL;
		} else if (way != SPOOLS) {
			sx_archiver_add(a, s, job);
		}
		while ((job = sx_archiver_next(a)) != NULL)
			sx_job_free(job);
		if (i % 5 == 0)
			(void)sx_archiver_wait(a, sx_now().mono + 2000);
	}
	_exit(1);
}

/* Number of files with dump i that are not marked as damaged. */
static unsigned
times(unsigned i, enum way way)
{
	struct dirent **found;
	int n = scandir(".", &found, scratch_visible, NULL);
	struct sample m;
	unsigned count = 0;

	sample_make(&m, i, 40, WALL);
	for (int k = 0; k < n; k++) {
		size_t size;
		uint8_t *data = scratch_read(found[k]->d_name, &size);

		/* A MIDI file has the length after the F0. */
		if (strstr(found[k]->d_name, ".damaged.") == NULL)
			count += memmem(data, size,
				     m.bytes + (way == MIDI_FILES), 39) != NULL;
		free(data);
		free(found[k]);
	}
	free(found);
	return count;
}

static void
killed_at_any_moment(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 24; round++) {
		unsigned last = 0, i, want = 2 + round;
		enum way way = (enum way)(round % WAYS);
		int pipes[2], status;
		pid_t child;

		assert_int_equal(pipe(pipes), 0);
		child = fork_child();
		if (child == 0)
			archive_until_killed(pipes[1], way);
		close(pipes[1]);
		while (
		    last < want && read(pipes[0], &i, sizeof(i)) == sizeof(i))
			last = i;
		poll(NULL, 0, (int)(round % 5));
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (read(pipes[0], &i, sizeof(i)) == sizeof(i))
			last = i;
		close(pipes[0]);
		(void)rescue();
		for (i = 0; i <= last; i++)
			if (times(i, way) != 1)
				fail_msg("way %d: dump %u of %u is there %u "
					 "times",
				    way, i, last, times(i, way));
		(void)nftw(".", scratch_remove, 16, FTW_DEPTH);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, store_setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(a_part_that_joins),
		TEST(a_part_that_is_split),
		TEST(pieces),
		TEST(a_piece_of_complete_messages),
		TEST(pieces_in_the_making),
		TEST(two_names),
		TEST(the_order),
		TEST(a_spool_that_is_cut),
		TEST(a_spool_with_a_bad_bit),
		TEST(killed_at_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
