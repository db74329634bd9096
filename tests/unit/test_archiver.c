/* SPDX-License-Identifier: ISC */
/* Dumps handed over become files, in order, once; and failures of that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <sys/stat.h>

#include "scratch.h"
#include "store_help.h"
#include "sxlib/archiver.h"
#include "sxlib/session.h"

static struct sx_memory memory;

static struct sx_archiver *
archiver_new(void)
{
	struct sx_err e = { 0 };
	struct sx_archiver *a = sx_archiver_new(&e);

	if (a == NULL)
		fail_msg("%s", e.msg);
	return a;
}

/* A store that survives disk errors. */
static struct sx_store *
patient_store(void)
{
	struct sx_store_opts o = {
		.out = "out", .name = "{n:03}", .first = -1, .memory = &memory
	};
	struct sx_err e = { 0 };
	struct sx_store *s;

	memory.most = 1 << 20;
	s = sx_store_open(&o, &e);
	if (s == NULL || sx_store_reopen(s, &e) == -1)
		fail_msg("%s", e.msg);
	return s;
}

static struct sx_job *
job_of(struct sx_store *s, unsigned seq, int64_t wall)
{
	struct sample m;
	struct sx_err e = { 0 };
	struct sx_job *job;

	sample_make(&m, seq, 40, wall);
	job = sx_job_new(sample_begin(s, &m), &m.dump, &e);
	if (job == NULL)
		fail_msg("%s", e.msg);
	return job;
}

/* Wait for the next job. */
static struct sx_job *
await(struct sx_archiver *a)
{
	struct sx_job *job = sx_archiver_next(a);

	if (job == NULL) {
		assert_true(sx_archiver_wait(a, sx_now().mono + 20 * 1000000));
		job = sx_archiver_next(a);
	}
	assert_non_null(job);
	return job;
}

static void
becomes(struct sx_archiver *a, unsigned seq, const char *path)
{
	struct sx_job *job = await(a);
	struct sx_err e = { 0 };
	struct sample m;

	if (!job->kept) {
		sx_archiver_trouble(a, job->store, &e);
		fail_msg("%s: %s", path, e.msg);
	}
	assert_string_equal(job->stored.path, path);
	sample_make(&m, seq, 40, WALL);
	scratch_holds(path, m.bytes, 40);
	sx_job_free(job);
}

/* A few are synced one by one, many together; all in order. */
static void
in_order(void **state)
{
	static const unsigned counts[] = { 1, 2, 3, 5, 40, 700 };
	char path[64];

	(void)state;
	for (size_t c = 0; c < 6; c++) {
		struct sx_archiver *a = archiver_new();
		struct sx_store *s = store_open("out", SX_FORMAT_SYX, "{n}", 0);

		for (unsigned i = 0; i < counts[c]; i++)
			sx_archiver_add(a, s, job_of(s, i, WALL));
		assert_int_equal(sx_archiver_waiting(a), counts[c]);
		for (unsigned i = 0; i < counts[c]; i++) {
			snprintf(path, sizeof(path), "out/%u.syx", i);
			becomes(a, i, path);
		}
		assert_int_equal(sx_archiver_waiting(a), 0);
		assert_false(sx_archiver_wait(a, INT64_MAX));
		assert_null(sx_archiver_next(a));
		sx_archiver_free(a);
		sx_store_close(s);
		assert_int_equal(nftw("out", scratch_remove, 16, FTW_DEPTH), 0);
	}
}

/* The system calls for a single dump. */
static void
a_single_one(void **state)
{
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, "{n}", 1);
	int folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	disk.fsyncs = disk.renames = 0;
	sx_archiver_add(a, s, job_of(s, 1, WALL));
	becomes(a, 1, "1.syx");
	assert_int_equal(disk.fsyncs, 2);
	assert_int_equal(disk.renames, 1);
	/* The folder is unlocked: other processes may use numbers now. */
	assert_int_equal(flock(folder, LOCK_EX | LOCK_NB), 0);
	close(folder);
	sx_archiver_free(a);
	sx_store_close(s);
}

/* Bytes that are on disk when FILE.syx gets its name are not synced again. */
static void
one_file_of_all(void **state)
{
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = store_open("all.syx", SX_FORMAT_SYX, NULL, -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sx_job *job;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		sx_archiver_add(a, s, job_of(s, i, WALL));
	for (unsigned i = 0; i < 3; i++) {
		job = await(a);
		assert_true(job->kept);
		assert_false(job->stored.final);
		assert_string_equal(job->stored.path, "all.syx");
		assert_int_equal(job->stored.offset, 40 * i);
		sx_job_free(job);
	}
	assert_false(scratch_exists("all.syx"));
	disk.fsyncs = 0;
	assert_int_equal(sx_store_finish(s, &stored, &e), 1);
	free(stored.path);
	assert_int_equal(disk.fsyncs, 1); /* of the folder */
	sx_archiver_free(a);
	sx_store_close(s);
	scratch_lists(".", "all.syx ");
}

/* The first job that fails comes back, with those behind it untried; other
 * stores continue. */
static void
one_that_fails(void **state)
{
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = patient_store();
	struct sx_store *t = store_open("other", SX_FORMAT_SYX, "{n}", 1);
	struct sx_err e = { 0 };
	struct sx_job *jobs[3];

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		jobs[i] = job_of(s, i, WALL);
	disk.fsync_error = ENOSPC;
	for (unsigned i = 0; i < 3; i++)
		sx_archiver_add(a, s, jobs[i]);
	for (unsigned i = 0; i < 3; i++) {
		assert_ptr_equal(await(a), jobs[i]);
		assert_false(jobs[i]->kept);
		assert_false(jobs[i]->named);
	}
	sx_archiver_trouble(a, s, &e);
	assert_int_equal(e.sys, ENOSPC);
	disk.fsync_error = 0;
	/* Not tried as long as the store is stopped. */
	sx_archiver_add(a, s, jobs[0]);
	assert_ptr_equal(await(a), jobs[0]);
	assert_false(jobs[0]->kept);
	sx_archiver_add(a, t, job_of(t, 7, WALL));
	becomes(a, 7, "other/1.syx");
	sx_archiver_resume(a, s);
	for (unsigned i = 0; i < 3; i++) {
		/* Parts that were not synced are rewritten. */
		assert_int_equal(sx_job_renew(jobs[i], &e), 0);
		sx_archiver_add(a, s, jobs[i]);
	}
	becomes(a, 0, "out/001.syx");
	becomes(a, 1, "out/002.syx");
	becomes(a, 2, "out/003.syx");
	scratch_lists("out", "001.syx 002.syx 003.syx ");
	sx_archiver_free(a);
	sx_store_close(s);
	sx_store_close(t);
}

/* If a name cannot be synced, retries do not give another one. */
static void
a_folder_that_cannot_be_synced(void **state)
{
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = patient_store();
	struct sx_err e = { 0 };
	struct sx_job *job = job_of(s, 1, WALL);

	(void)state;
	disk.folder_error = EIO;
	for (int i = 0; i < 3; i++) {
		sx_archiver_add(a, s, job);
		assert_ptr_equal(await(a), job);
		assert_false(job->kept);
		assert_true(job->named);
		assert_true(sx_job_is_saved(job));
		scratch_lists("out", "001.syx ");
		assert_int_equal(sx_job_renew(job, &e), 0);
		sx_archiver_resume(a, s);
	}
	disk.folder_error = 0;
	sx_archiver_add(a, s, job);
	becomes(a, 1, "out/001.syx");
	scratch_lists("out", "001.syx ");
	sx_archiver_free(a);
	sx_store_close(s);
}

/* A growing part that cannot be synced is broken; its next call reports that.
 */
static void
a_part_that_cannot_be_synced(void **state)
{
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, "{n}", 1);
	struct sx_err e = { 0 };
	struct sx_part *p;
	struct sample m;
	int rc = 0;

	(void)state;
	sample_make(&m, 1, 40, WALL);
	p = sample_begin(s, &m);
	assert_int_equal(sx_archiver_sync(a, p, &e), 0);
	disk.fsync_error = EIO;
	for (int i = 0; i < 2000 && rc == 0; i++) {
		rc = sx_part_append(p, m.bytes, 40, &e);
		if (rc == 0)
			rc = sx_archiver_sync(a, p, &e);
		poll(NULL, 0, 5);
	}
	assert_int_equal(rc, -1);
	assert_int_equal(e.sys, EIO);
	sx_part_release(p);
	sx_archiver_free(a);
	sx_store_close(s);
}

/* Wait until the thread has made this many calls. */
static void
wait_for_calls(size_t n)
{
	for (int i = 0; i < 4000 && strlen(disk.calls) < n; i++)
		poll(NULL, 0, 5);
}

/* The name that marks it as damaged is synced before the bytes. */
static void
a_part_that_is_marked(void **state)
{
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, "{n}", 1);
	struct sx_err e = { 0 };
	struct sx_job *job = job_of(s, 1, WALL);

	(void)state;
	/* While it grows. */
	assert_int_equal(sx_part_mark(job->part, &e), 0);
	disk_did("r");
	assert_int_equal(sx_archiver_sync(a, job->part, &e), 0);
	wait_for_calls(2);
	disk_did("df");
	sx_archiver_add(a, s, job);
	job = await(a);
	assert_true(job->kept);
	sx_job_free(job);
	disk_did("rd");
	/* When it is handed over. */
	job = job_of(s, 2, WALL);
	assert_int_equal(sx_part_mark(job->part, &e), 0);
	sx_archiver_add(a, s, job);
	job = await(a);
	assert_true(job->kept);
	sx_job_free(job);
	disk_did("rdfrd");
	sx_archiver_free(a);
	sx_store_close(s);
}

static struct sx_spool *
spool_of(struct sx_store *s, struct sx_job *jobs[], size_t n)
{
	struct sx_spool *sp =
	    sx_spool_new(s, (struct sx_time){ WALL, WALL }, NULL);
	struct sx_err e = { 0 };
	struct sample m;

	assert_non_null(sp);
	for (unsigned i = 0; i < n; i++) {
		sample_make(&m, i, 40, WALL + i * 2000);
		jobs[i] = sx_job_new(NULL, &m.dump, &e);
		assert_non_null(jobs[i]);
		assert_int_equal(sx_spool_add(sp, jobs[i], m.bytes, &e), 0);
		jobs[i]->next = NULL;
		if (i > 0)
			jobs[i - 1]->next = jobs[i];
	}
	assert_int_equal(sx_spool_jobs(sp), n);
	return sp;
}

/* A spool becomes files like parts, with the times of its dumps. */
static void
a_spool(void **state)
{
	size_t before = scratch_open_files();
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = store_open("out", SX_FORMAT_SYX, "{n}-{time}", 1);
	struct sx_job *jobs[30];
	struct sx_spool *sp = spool_of(s, jobs, 30);
	char path[64], time[SX_TIME_NAME];

	(void)state;
	sx_spool_unref(sp);
	sx_archiver_add(a, s, jobs[0]);
	sx_archiver_add(a, s, job_of(s, 30, WALL));
	for (unsigned i = 0; i < 31; i++) {
		sx_time_name(WALL + (i < 30 ? i * 2000 : 0), time);
		snprintf(path, sizeof(path), "out/%u-%s.syx", i + 1, time);
		becomes(a, i, path);
	}
	scratch_count("out", 31);
	sx_archiver_free(a);
	sx_store_close(s);
	assert_int_equal(scratch_open_files(), before);
}

/* Add one dump more than the disk has room for: no room for a single byte, or
 * for all but a few bytes. */
static void
one_too_many(struct sx_spool *sp)
{
	const char *path = sx_part_path(sx_spool_part(sp));
	struct sx_err e = { 0 };
	struct stat st, after;
	struct sx_job *job;
	struct sample m;

	sample_make(&m, 99, 40, WALL);
	assert_int_equal(stat(path, &st), 0);
	for (size_t room = 0; room < 60; room++) {
		job = sx_job_new(NULL, &m.dump, &e);
		assert_non_null(job);
		limit_size((size_t)st.st_size + room);
		assert_int_equal(sx_spool_add(sp, job, m.bytes, &e), -1);
		assert_int_equal(e.sys, EFBIG);
		assert_int_equal(stat(path, &after), 0);
		assert_int_equal(after.st_size, st.st_size);
		limit_size(0);
		e = (struct sx_err){ 0 };
		sx_job_free(job);
	}
}

/* A part that waits without a descriptor is on disk, and is rewritten when its
 * turn comes. */
static void
a_part_that_is_parked(void **state)
{
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = patient_store();
	struct sx_err e = { 0 };
	struct sx_job *job = job_of(s, 1, WALL);
	char *path = strdup(sx_job_path(job));

	(void)state;
	assert_non_null(path);
	sx_part_park(job->part);
	assert_true(sx_job_is_saved(job));
	/* Another file in its place is not the part. */
	assert_int_equal(rename(path, "out/away"), 0);
	assert_false(sx_job_is_saved(job));
	scratch_write(path, "x", 1);
	assert_false(sx_job_is_saved(job));
	assert_int_equal(rename("out/away", path), 0);
	assert_true(sx_job_is_saved(job));
	assert_int_equal(sx_job_renew(job, &e), 0);
	assert_true(sx_job_is_saved(job));
	sx_archiver_add(a, s, job);
	becomes(a, 1, "out/001.syx");
	scratch_lists("out", "001.syx ");
	sx_archiver_free(a);
	sx_store_close(s);
	free(path);
}

/* A spool that the full disk prevents from being split stays whole. */
static void
a_spool_that_stays(void **state)
{
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = patient_store();
	struct sx_job *jobs[8];
	struct sx_spool *sp = spool_of(s, jobs, 8);
	struct sx_err e = { 0 };
	char path[64];

	(void)state;
	one_too_many(sp);
	sx_spool_unref(sp);
	limit_size(30);
	sx_archiver_add(a, s, jobs[0]);
	for (unsigned i = 0; i < 8; i++) {
		assert_ptr_equal(await(a), jobs[i]);
		assert_false(jobs[i]->kept);
		assert_true(sx_job_is_saved(jobs[i]));
		assert_false(sx_job_is_buffered(jobs[i]));
	}
	limit_size(0);
	scratch_count("out", 1);
	sx_archiver_resume(a, s);
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(sx_job_renew(jobs[i], &e), 0);
		jobs[i]->next = i < 7 ? jobs[i + 1] : NULL;
	}
	sx_archiver_add(a, s, jobs[0]);
	for (unsigned i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), "out/%03u.syx", i + 1);
		becomes(a, i, path);
	}
	scratch_count("out", 8);
	sx_archiver_free(a);
	sx_store_close(s);
}

/* A name is synced even if no descriptor is left for doing it later; otherwise
 * the dump would be named again. */
static void
no_descriptor_left(void **state)
{
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = store_open("out", SX_FORMAT_SYX, "{time}", -1);
	struct sx_job *job = job_of(s, 0, WALL);
	struct rlimit before, none;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	disk.fsyncs = 0;
	sx_archiver_add(a, s, job);
	job = await(a);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_true(job->kept);
	assert_int_equal(disk.fsyncs, 2);
	scratch_count("out", 1);
	sx_job_free(job);
	sx_archiver_free(a);
	sx_store_close(s);
}

/* Jobs of one turn come back in order, no matter which of them fails. */
static void
back_in_order(void **state)
{
	enum { BEFORE = 3, SPOOLED = 8, ALL = 13 };
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = patient_store();
	struct sx_job *jobs[ALL];
	struct sx_spool *sp = spool_of(s, jobs + BEFORE, SPOOLED);
	char path[64];

	(void)state;
	sx_spool_unref(sp);
	for (unsigned i = 0; i < ALL; i++) {
		if (i < BEFORE || i >= BEFORE + SPOOLED)
			jobs[i] = job_of(s, i, WALL);
		jobs[i]->next = NULL;
		if (i > 0)
			jobs[i - 1]->next = jobs[i];
	}
	limit_size(30);
	sx_archiver_add(a, s, jobs[0]);
	for (unsigned i = 0; i < ALL; i++) {
		assert_ptr_equal(await(a), jobs[i]);
		assert_false(jobs[i]->kept);
		jobs[i]->next = i < ALL - 1 ? jobs[i + 1] : NULL;
		if (i > 0)
			jobs[i - 1]->next = jobs[i];
	}
	limit_size(0);
	sx_archiver_resume(a, s);
	sx_archiver_add(a, s, jobs[0]);
	for (unsigned i = 0; i < ALL; i++) {
		snprintf(path, sizeof(path), "out/%03u.syx", i + 1);
		becomes(a, i < BEFORE || i >= BEFORE + SPOOLED ? i : i - BEFORE,
		    path);
	}
	sx_archiver_free(a);
	sx_store_close(s);
}

/* A MIDI file for which there is no room: those before it come back first. */
static void
back_in_order_mid(void **state)
{
	enum { ALL = 6, LARGE = 4 };
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = store_open("out", SX_FORMAT_MID, "{n}", 1);
	struct sx_err e = { 0 };
	struct sx_job *jobs[ALL];
	struct sample m;

	(void)state;
	for (unsigned i = 0; i < ALL; i++) {
		sample_make(&m, i, i == LARGE ? 200 : 20, WALL);
		jobs[i] = sx_job_new(sample_begin(s, &m), &m.dump, &e);
		assert_non_null(jobs[i]);
		if (i > 0)
			jobs[i - 1]->next = jobs[i];
	}
	jobs[ALL - 1]->next = NULL;
	limit_size(210);
	sx_archiver_add(a, s, jobs[0]);
	for (unsigned i = 0; i < ALL; i++) {
		assert_ptr_equal(await(a), jobs[i]);
		assert_false(jobs[i]->kept);
		sx_job_free(jobs[i]);
	}
	limit_size(0);
	scratch_count("out", ALL);
	sx_archiver_free(a);
	sx_store_close(s);
}

/* A dump without a name at the end stays in its part. */
static void
an_early_end(void **state)
{
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = store_open("out", SX_FORMAT_SYX, "{n}", 1);
	struct sx_job *job;
	size_t kept = 0;

	(void)state;
	sx_archiver_add(a, s, job_of(s, 0, WALL));
	becomes(a, 0, "out/1.syx");
	/* The next turn waits for more jobs, so it never begins. */
	for (unsigned i = 1; i < 20; i++)
		sx_archiver_add(a, s, job_of(s, i, WALL));
	assert_true(sx_archiver_stop(a, sx_now().mono + 10 * 1000000));
	while ((job = sx_archiver_next(a)) != NULL) {
		kept += job->kept;
		sx_job_free(job);
	}
	assert_int_equal(sx_archiver_waiting(a), 19 - kept);
	assert_int_equal(sx_archiver_unnamed(a), 19 - kept);
	sx_archiver_free(a);
	sx_store_close(s);
	scratch_count("out", 20);
}

/* A disk that responds on request. */
static int asked[2], answer[2];

static void
wait_for_the_disk(void)
{
	char byte = 0;

	assert_int_equal(write(asked[1], &byte, 1), 1);
	assert_int_equal(read(answer[0], &byte, 1), 1);
}

static size_t
threads(void)
{
	char *names = scratch_list("/proc/self/task");
	size_t n = 0;

	for (const char *p = names; *p != '\0'; p++)
		n += *p == ' ';
	free(names);
	return n;
}

/* A dump reported as unnamed at the end stays unnamed, even if the disk
 * responds just then. */
static void
a_disk_that_answers_after_the_end(void **state)
{
	const size_t before = threads(); /* an emulator may have threads, too */
	struct sx_archiver *a = archiver_new();
	struct sx_store *s = store_open("out", SX_FORMAT_SYX, "{n}", 1);
	char byte = 0;

	(void)state;
	assert_int_equal(pipe2(asked, O_CLOEXEC), 0);
	assert_int_equal(pipe2(answer, O_CLOEXEC), 0);
	disk.before_sync = wait_for_the_disk;
	sx_archiver_add(a, s, job_of(s, 0, WALL));
	assert_int_equal(read(asked[0], &byte, 1), 1);
	assert_false(sx_archiver_stop(a, sx_now().mono + 1000));
	assert_int_equal(sx_archiver_unnamed(a), 1);
	disk.before_sync = NULL;
	assert_int_equal(write(answer[1], &byte, 1), 1);
	while (threads() > before)
		usleep(1000);
	assert_int_equal(sx_archiver_unnamed(a), 1);
	assert_false(scratch_exists("out/1.syx"));
	for (int i = 0; i < 2; i++) {
		close(asked[i]);
		close(answer[i]);
	}
	sx_archiver_free(a);
	sx_store_close(s);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, store_setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(in_order),
		TEST(a_single_one),
		TEST(one_file_of_all),
		TEST(one_that_fails),
		TEST(a_folder_that_cannot_be_synced),
		TEST(a_part_that_cannot_be_synced),
		TEST(a_part_that_is_marked),
		TEST(a_spool),
		TEST(a_part_that_is_parked),
		TEST(a_spool_that_stays),
		TEST(no_descriptor_left),
		TEST(back_in_order),
		TEST(back_in_order_mid),
		TEST(an_early_end),
		TEST(a_disk_that_answers_after_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
