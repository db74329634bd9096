/* SPDX-License-Identifier: ISC */
/* Full or broken disks, and other processes in the same folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"
#include "store_help.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
assert_fails(int rc, const struct sx_err *e, enum sx_errc code, int sys,
    const char *word)
{
	assert_int_equal(rc, -1);
	assert_int_equal(e->code, code);
	assert_int_equal(e->sys, sys);
	if (strstr(e->msg, word) == NULL)
		fail_msg("'%s' is not in: %s", word, e->msg);
}

/* Make a part with the first n bytes of a sample; *path is malloc'ed. */
static struct sx_part *
begin_part(struct sx_store *s, struct sample *m, size_t n, char **path)
{
	struct sx_err e = { 0 };
	struct sx_part *p;

	sample_make(m, 1, 40, WALL);
	p = sx_part_begin(s, m->dump.time, &e);
	assert_non_null(p);
	*path = strdup(sx_part_path(p));
	assert_non_null(*path);
	assert_int_equal(sx_part_append(p, m->bytes, n, &e), 0);
	return p;
}

/* As after unplugging a USB stick: an error, not SIGBUS. */
static void
a_part_that_cannot_be_read(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_MID, "x", -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sample m;
	struct sx_part *p;
	char *path;
	size_t n;

	(void)state;
	p = begin_part(s, &m, 40, &path);
	assert_int_equal(truncate(path, 0), 0);
	assert_null(sx_part_map(p, &n, &e));
	assert_fails(-1, &e, SX_EIO, EIO, path);
	e = (struct sx_err){ 0 };
	assert_fails(
	    sx_part_keep(p, &m.dump, &stored, &e), &e, SX_EIO, EIO, path);
	sx_part_release(p);
	sx_store_close(s);
	assert_false(scratch_exists("x.mid"));
	free(path);
}

/* The part must contain exactly the dump. */
static void
a_part_of_another_size(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, "x", -1);
	struct sx_stored stored;
	struct sample m;
	struct sx_part *p;
	char *path;

	(void)state;
	p = begin_part(s, &m, 40, &path);
	for (m.dump.bytes = 39; m.dump.bytes <= 41; m.dump.bytes += 2) {
		struct sx_err e = { 0 };

		assert_fails(sx_part_keep(p, &m.dump, &stored, &e), &e, SX_EIO,
		    0, "lacks part of the dump");
		assert_false(scratch_exists("x.syx"));
		scratch_holds(path, m.bytes, 40);
	}
	sx_part_release(p);
	sx_store_close(s);
	free(path);
}

/* As on a full disk: bytes that fit are kept, nothing gets a final name. */
static void
a_part_that_cannot_grow(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, "x", -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sample m;
	struct sx_part *p;
	char *path;

	(void)state;
	p = begin_part(s, &m, 15, &path);
	limit_size(25);
	assert_fails(
	    sx_part_append(p, m.bytes + 15, 25, &e), &e, SX_EIO, EFBIG, path);
	limit_size(0);
	scratch_holds(path, m.bytes, 25);
	/* Even with room again it fails, since bytes are missing. */
	e = (struct sx_err){ 0 };
	assert_fails(
	    sx_part_append(p, m.bytes + 25, 15, &e), &e, SX_EIO, EFBIG, path);
	e = (struct sx_err){ 0 };
	assert_fails(
	    sx_part_keep(p, &m.dump, &stored, &e), &e, SX_EIO, EFBIG, path);
	sx_part_release(p);
	sx_store_close(s);
	assert_false(scratch_exists("x.syx"));
	scratch_holds(path, m.bytes, 25);
	free(path);
}

static void
a_gathered_file_that_cannot_grow(void **state)
{
	static const char *const outs[] = { "all.syx", "all.mid" };

	(void)state;
	for (size_t i = 0; i < COUNT(outs); i++) {
		struct sx_store *s =
		    store_open(outs[i], SX_FORMAT_SYX, NULL, -1);
		struct sx_stored stored;
		struct sx_err e = { 0 };
		struct sample a, b;
		struct sx_part *p;
		int files = 0;

		sample_make(&a, 1, 30, WALL);
		sample_make(&b, 2, 30, WALL);
		free(sample_keep(s, &a));
		p = sample_begin(s, &b);
		limit_size(45);
		assert_int_equal(sx_part_keep(p, &b.dump, &stored, &e), -1);
		assert_int_equal(e.sys, EFBIG);
		limit_size(0);
		scratch_holds(sx_part_path(p), b.bytes, 30);
		/* With room again it works, and nothing is duplicated. */
		e = (struct sx_err){ 0 };
		assert_int_equal(sx_part_keep(p, &b.dump, &stored, &e), 0);
		assert_int_equal(stored.offset, i == 0 ? 30 : 0);
		free(stored.path);
		for (; sx_store_finish(s, &stored, &e) == 1; files++)
			free(stored.path);
		assert_int_equal(files, 1);
		sx_store_close(s);
		if (i == 0) {
			uint8_t both[60];

			memcpy(both, a.bytes, 30);
			memcpy(both + 30, b.bytes, 30);
			scratch_holds("all.syx", both, 60);
		}
	}
	scratch_lists(".", "all.mid all.syx ");
}

/* A dump that does not fit completely leaves no bytes in the file. */
static void
a_gathered_file_ends_with_a_whole_dump(void **state)
{
	struct sx_store *s = store_open("all.syx", SX_FORMAT_SYX, NULL, -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sample a, b;
	struct sx_part *p;

	(void)state;
	sample_make(&a, 1, 30, WALL);
	sample_make(&b, 2, 30, WALL);
	free(sample_keep(s, &a));
	p = sample_begin(s, &b);
	limit_size(45);
	assert_int_equal(sx_part_keep(p, &b.dump, &stored, &e), -1);
	limit_size(0);
	sx_part_release(p);
	assert_int_equal(sx_store_finish(s, &stored, &e), 1);
	free(stored.path);
	sx_store_close(s);
	scratch_holds("all.syx", a.bytes, 30);
}

/* No room for the .mid: the whole dump stays in its part. */
static void
a_mid_that_cannot_be_written(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_MID, "x", -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sample m;
	struct sx_part *p;

	(void)state;
	sample_make(&m, 1, 40, WALL);
	p = sample_begin(s, &m);
	limit_size(50);
	assert_int_equal(sx_part_keep(p, &m.dump, &stored, &e), -1);
	assert_int_equal(e.code, SX_EIO);
	limit_size(0);
	scratch_holds(sx_part_path(p), m.bytes, 40);
	e = (struct sx_err){ 0 };
	assert_int_equal(sx_part_keep(p, &m.dump, &stored, &e), 0);
	assert_string_equal(stored.path, "x.mid");
	free(stored.path);
	sx_store_close(s);
	scratch_lists(".", "x.mid ");
}

/* After one failure of fsync, its later successes are not trusted. */
static void
a_disk_that_fails(void **state)
{
	static const char *const outs[] = { ".", "all.syx" };

	(void)state;
	for (size_t i = 0; i < COUNT(outs); i++) {
		struct sx_store *s =
		    store_open(outs[i], SX_FORMAT_SYX, NULL, -1);
		struct sx_stored stored;
		struct sx_err e = { 0 };
		struct sample m;
		struct sx_part *p;
		char *list;

		sample_make(&m, 1, 40, WALL);
		p = sample_begin(s, &m);
		disk.fsync_error = EIO;
		assert_fails(sx_part_keep(p, &m.dump, &stored, &e), &e, SX_EIO,
		    EIO, ".part");
		disk.fsync_error = 0;
		for (int again = 0; again < 3; again++) {
			e = (struct sx_err){ 0 };
			assert_fails(sx_part_keep(p, &m.dump, &stored, &e), &e,
			    SX_EIO, EIO, ".part");
		}
		scratch_holds(sx_part_path(p), m.bytes, 40);
		sx_part_release(p);
		sx_store_close(s);
		list = scratch_list(".");
		assert_null(strstr(list, ".syx "));
		free(list);
	}
}

/* Synced bytes under a name that is not synced would be lost, too. */
static void
a_name_that_cannot_be_synced(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, "x", -1);
	struct sx_err e = { 0 };
	struct sample m;
	struct sx_part *p;

	(void)state;
	sample_make(&m, 1, 40, WALL);
	p = sample_begin(s, &m);
	disk.folder_error = EIO;
	for (int again = 0; again < 2; again++) {
		e = (struct sx_err){ 0 };
		assert_fails(
		    sx_part_sync(p, &e), &e, SX_EIO, EIO, "cannot sync folder");
	}
	disk.folder_error = 0;
	assert_int_equal(sx_part_sync(p, NULL), 0);
	sx_part_drop(p);
	sx_store_close(s);
}

/* Some file systems have no fsync for folders: that is not a failure. */
static void
a_folder_that_knows_no_fsync(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, "x", -1);
	struct sx_err e = { 0 };
	struct sx_stored stored;
	struct sample m;
	struct sx_part *p;

	(void)state;
	sample_make(&m, 1, 40, WALL);
	p = sample_begin(s, &m);
	assert_int_equal(sx_part_sync(p, &e), 0);
	disk.fsync_error = EINVAL;
	assert_int_equal(sx_part_keep(p, &m.dump, &stored, &e), 0);
	free(stored.path);
	sx_store_close(s);
	scratch_lists(".", "x.syx ");
}

/* The part lacks bytes that the dump declares. */
static void
only_all_of_a_dump_is_kept(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, "x", -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sample m;
	struct sx_part *p;

	(void)state;
	sample_make(&m, 1, 40, WALL);
	p = sample_begin(s, &m);
	m.dump.bytes = 41;
	assert_fails(sx_part_keep(p, &m.dump, &stored, &e), &e, SX_EIO, 0,
	    "lacks part of the dump");
	sx_part_drop(p);
	sx_store_close(s);
	scratch_lists(".", "");
}

/* The file being written, or its folder, is removed. */
static void
things_that_go_away(void **state)
{
	struct sx_store *s = store_open("d", SX_FORMAT_SYX, "x", -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sample m;
	struct sx_part *p;
	char *path;

	(void)state;
	sample_make(&m, 1, 40, WALL);
	p = sample_begin(s, &m);
	path = strdup(sx_part_path(p));
	assert_int_equal(unlink(path), 0);
	assert_fails(
	    sx_part_keep(p, &m.dump, &stored, &e), &e, SX_EIO, ENOENT, path);
	free(path);
	sx_part_release(p);
	scratch_lists("d", "");
	assert_int_equal(rmdir("d"), 0);
	e = (struct sx_err){ 0 };
	assert_null(sx_part_begin(s, m.dump.time, &e));
	assert_fails(-1, &e, SX_EIO, ENOENT, "'d'");
	sx_store_close(s);

	/* A file where the template needs a folder. */
	scratch_write("jomox", "x", 1);
	s = store_open(".", SX_FORMAT_SYX, "{maker}/{n}", -1);
	p = sample_begin(s, &m);
	e = (struct sx_err){ 0 };
	assert_fails(sx_part_keep(p, &m.dump, &stored, &e), &e, SX_EIO, ENOTDIR,
	    "jomox");
	scratch_holds(sx_part_path(p), m.bytes, 40);
	sx_part_release(p);
	sx_store_close(s);
}

/* Replace standard output by `path` for one dump. */
static int
keep_to(const char *path, int flags, struct sx_part **p, const struct sample *m,
    struct sx_err *e)
{
	struct sx_stored stored = { .path = NULL };
	int saved, fd, rc;

	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	fd = open(path, O_WRONLY | flags, 0666);
	assert_true(saved != -1 && fd != -1);
	assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	rc = sx_part_keep(*p, &m->dump, &stored, e);
	assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
	close(saved);
	close(fd);
	assert_null(stored.path);
	return rc;
}

static void
standard_output(void **state)
{
	struct sx_store *s = store_open("-", SX_FORMAT_SYX, NULL, -1);
	struct sx_err e = { 0 };
	uint8_t both[60];
	struct sample m;
	struct sx_part *p;

	(void)state;
	sample_make(&m, 1, 30, WALL);
	p = sample_begin(s, &m);
	assert_null(sx_part_path(p));
	assert_int_equal(sx_part_sync(p, &e), 0);
	assert_fails(keep_to("/dev/full", 0, &p, &m, &e), &e, SX_EIO, ENOSPC,
	    "standard output");
	e = (struct sx_err){ 0 };
	assert_int_equal(keep_to("out", O_CREAT | O_APPEND, &p, &m, &e), 0);
	memcpy(both, m.bytes, 30);

	/* An interrupted write continues where it stopped. */
	sample_make(&m, 2, 30, WALL);
	m.dump.damage.kind = SX_DAMAGE_NEW_F0;
	p = sample_begin(s, &m);
	limit_size(45);
	assert_int_equal(keep_to("out", O_APPEND, &p, &m, &e), -1);
	limit_size(0);
	e = (struct sx_err){ 0 };
	assert_int_equal(keep_to("out", O_APPEND, &p, &m, &e), 0);
	memcpy(both + 30, m.bytes, 30);
	scratch_holds("out", both, 60);
	sx_part_drop(sample_begin(s, &m));
	sx_store_close(s);
	scratch_lists(".", "out ");
}

#define EACH 300

static void
store_many(unsigned from)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, "x{n}", -1);
	struct sample m;

	for (unsigned i = 0; i < EACH; i++) {
		sample_make(&m, from + i, 20, WALL);
		free(sample_keep(s, &m));
	}
	sx_store_close(s);
}

/* Two processes store under the same names at once: every dump is there, once.
 */
static void
two_processes_at_once(void **state)
{
	static bool seen[2 * EACH];
	struct dirent **found;
	int n, status;
	pid_t child;

	(void)state;
	child = fork_child();
	if (child == 0) {
		store_many(EACH);
		_exit(0);
	}
	store_many(0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	n = scandir(".", &found, scratch_visible, NULL);
	assert_int_equal(n, 2 * EACH);
	for (int i = 0; i < n; i++) {
		size_t size;
		uint8_t *data = scratch_read(found[i]->d_name, &size);
		unsigned seq;

		assert_int_equal(size, 20);
		seq = data[2] | (unsigned)data[3] << 7;
		assert_true(seq < 2 * EACH && !seen[seq]);
		seen[seq] = true;
		free(data);
		free(found[i]);
	}
	free(found);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, store_setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(a_part_that_cannot_be_read),
		TEST(a_part_of_another_size),
		TEST(a_part_that_cannot_grow),
		TEST(a_gathered_file_that_cannot_grow),
		TEST(a_gathered_file_ends_with_a_whole_dump),
		TEST(a_mid_that_cannot_be_written),
		TEST(a_disk_that_fails),
		TEST(a_name_that_cannot_be_synced),
		TEST(a_folder_that_knows_no_fsync),
		TEST(only_all_of_a_dump_is_kept),
		TEST(things_that_go_away),
		TEST(standard_output),
		TEST(two_processes_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
