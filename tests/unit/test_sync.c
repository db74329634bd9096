/* SPDX-License-Identifier: ISC */
/* The calls that sync a set of files, and the report of their failures. Every
 * file system supports syncfs() here. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/store/sync.h"
#include "scratch.h"

#define MANY 8 /* more than are synced one by one */
_Static_assert(MANY > SX_SYNC_FEW, "these must be many");

static struct calls {
	size_t fsyncs, syncfs, checks;
	dev_t devices[MANY]; /* of syncfs() */
	ino_t broken;	     /* the file that cannot be written */
	bool unknown;	     /* a file system whose syncfs() proves nothing */
} calls;

int
fsync(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	calls.fsyncs++;
	errno = EIO;
	return st.st_ino == calls.broken ? -1 : 0;
}

int
syncfs(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	assert_in_range(calls.syncfs, 0, MANY - 1);
	calls.devices[calls.syncfs++] = st.st_dev;
	return 0;
}

int
sync_file_range(int fd, off_t off, off_t n, unsigned flags)
{
	struct stat st;

	assert_int_equal(off, 0);
	assert_int_equal(n, 0);
	assert_int_equal(flags, SYNC_FILE_RANGE_WAIT_BEFORE);
	assert_int_equal(fstat(fd, &st), 0);
	calls.checks++;
	errno = EIO;
	return st.st_ino == calls.broken ? -1 : 0;
}

int
fstatfs(int fd, struct statfs *fs)
{
	(void)fd;
	memset(fs, 0, sizeof(*fs));
	fs->f_type = calls.unknown ? FUSE_SUPER_MAGIC : EXT4_SUPER_MAGIC;
	return 0;
}

static int
setup(void **state)
{
	memset(&calls, 0, sizeof(calls));
	return scratch_enter(state);
}

/* The i-th file; the odd ones are on another device. */
static int
make_file(int i)
{
	char name[2] = { (char)('a' + i), '\0' };
	int fd = i % 2 == 0 ? open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666)
			    : memfd_create(name, MFD_CLOEXEC);

	assert_int_not_equal(fd, -1);
	return fd;
}

static void
make_set(struct sx_sync_set *set, int n)
{
	*set = (struct sx_sync_set){ 0 };
	for (int i = 0; i < n; i++) {
		int fd = make_file(i);

		assert_int_equal(sx_sync_add_copy(set, fd, false), i);
		/* It is already in the set. */
		assert_int_equal(sx_sync_add_copy(set, fd, false), i);
		close(fd);
	}
}

static void
few_are_synced_one_by_one(void **state)
{
	struct sx_sync_set set;

	(void)state;
	make_set(&set, SX_SYNC_FEW);
	assert_int_equal(sx_sync_run(&set), 0);
	assert_int_equal(calls.fsyncs, SX_SYNC_FEW);
	assert_int_equal(calls.syncfs, 0);
	sx_sync_free(&set);
}

static void
many_take_one_sync_for_each_device(void **state)
{
	struct sx_sync_set set;

	(void)state;
	make_set(&set, MANY);
	assert_int_equal(sx_sync_run(&set), 0);
	assert_int_equal(calls.fsyncs, 0);
	assert_int_equal(calls.checks, MANY);
	assert_int_equal(calls.syncfs, 2);
	assert_int_equal(calls.devices[0], set.items[0].dev);
	assert_int_equal(calls.devices[1], set.items[1].dev);
	assert_int_not_equal(calls.devices[0], calls.devices[1]);
	sx_sync_free(&set);
}

static void
each_has_its_own_error(void **state)
{
	(void)state;
	for (int n = 3; n <= MANY; n += MANY - 3) {
		struct sx_sync_set set;

		calls.broken = 0;
		make_set(&set, n);
		calls.broken = set.items[2].ino;
		assert_int_equal(sx_sync_run(&set), EIO);
		for (int i = 0; i < n; i++)
			assert_int_equal(set.items[i].error, i == 2 ? EIO : 0);
		sx_sync_free(&set);
	}
}

static void
what_syncfs_does_not_prove_is_synced_one_by_one(void **state)
{
	struct sx_sync_set set;

	(void)state;
	calls.unknown = true;
	make_set(&set, MANY);
	assert_int_equal(sx_sync_run(&set), 0);
	assert_int_equal(calls.fsyncs, MANY);
	sx_sync_free(&set);
}

static void
only_its_own_are_closed(void **state)
{
	size_t before = scratch_open_files();
	struct sx_sync_set set;
	int fd = make_file(MANY);

	(void)state;
	make_set(&set, MANY);
	assert_int_equal(sx_sync_add(&set, fd), MANY);
	assert_int_equal(scratch_open_files(), before + MANY + 1);
	sx_sync_clear(&set);
	assert_int_equal(scratch_open_files(), before + 1);
	assert_int_equal(sx_sync_add(&set, fd), 0);
	sx_sync_free(&set);
	assert_int_equal(close(fd), 0);
	assert_int_equal(scratch_open_files(), before);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(few_are_synced_one_by_one),
		TEST(many_take_one_sync_for_each_device),
		TEST(each_has_its_own_error),
		TEST(what_syncfs_does_not_prove_is_synced_one_by_one),
		TEST(only_its_own_are_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
