/* SPDX-License-Identifier: ISC */
/* Parts left by a crashed run are recovered by the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/file.h>
#include <sys/statvfs.h>

#include "../../src/store/sync.h"
#include "scratch.h"
#include "store_help.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PART	 TIME "-4242.part"

/* The result of a recovery. */
struct rescued {
	unsigned whole, damaged, failed;
	struct sx_err e; /* the last failure */
};

static struct rescued
rescue(const char *out)
{
	struct sx_store *s = store_open(out, SX_FORMAT_SYX, NULL, -1);
	struct rescued r = { 0 };
	struct sx_stored stored;
	const struct sx_dump *dump;
	int rc;

	for (;;) {
		struct sx_err e = { 0 };
		struct stat st;

		rc = sx_store_rescue(s, NULL, &stored, &dump, &e);
		if (rc == 0)
			break;
		if (rc == -1) {
			assert_int_not_equal(e.code, SX_OK);
			r.failed++;
			r.e = e;
			continue;
		}
		if (dump->damage.kind == SX_DAMAGE_NONE)
			r.whole++;
		else
			r.damaged++;
		assert_true(stored.final);
		assert_int_equal(stat(stored.path, &st), 0);
		assert_int_equal(st.st_size, dump->bytes);
		assert_int_equal(strstr(stored.path, ".damaged.syx") != NULL,
		    dump->damage.kind != SX_DAMAGE_NONE);
		free(stored.path);
	}
	sx_store_close(s);
	return r;
}

/* Number of bytes in files of this folder with this suffix. */
static size_t
bytes_in(const char *suffix, bool damaged)
{
	struct dirent **found;
	int n = scandir(".", &found, scratch_visible, NULL);
	size_t bytes = 0;

	assert_true(n >= 0);
	for (int i = 0; i < n; i++) {
		const char *name = found[i]->d_name;
		size_t len = strlen(name), k = strlen(suffix);
		struct stat st;

		if (len >= k && strcmp(name + len - k, suffix) == 0 &&
		    (strstr(name, ".damaged.") != NULL) == damaged) {
			assert_int_equal(lstat(name, &st), 0);
			bytes += (size_t)st.st_size;
		}
		free(found[i]);
	}
	free(found);
	return bytes;
}

static ino_t
inode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_ino;
}

static void
empty_folder(void)
{
	struct dirent **found;
	int n = scandir(".", &found, scratch_visible, NULL);

	for (int i = 0; i < n; i++) {
		assert_int_equal(unlink(found[i]->d_name), 0);
		free(found[i]);
	}
	free(found);
}

/* Each of many parts is on disk before it gets its name, and at the end the
 * names are, too. */
static void
many_survive_a_power_cut(void **state)
{
	enum { N = 2 * SX_SYNC_FEW };
	static const uint8_t bytes[] = { 0xf0, 0x7d, 0x01, 0xf7 };
	char name[64];

	(void)state;
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof(name), TIME "-%d.part", i + 1);
		scratch_write(name, bytes, sizeof(bytes));
	}
	disk.syncfs = 0;
	disk.fsyncs = 0;
	assert_int_equal(rescue(".").whole, N);
	assert_true(disk.syncfs > 0 || disk.fsyncs >= N);
	/* The last sync is that of the folder. */
	assert_int_equal(disk.synced, inode_of("."));
}

/* If folders share their numbers, recovered dumps have numbers, too. */
static void
numbers_that_are_shared(void **state)
{
	static const uint8_t bytes[] = { 0xf0, 0x7d, 0x01, 0xf7 };
	struct sx_err e = { 0 };
	struct sx_numbers *n = sx_numbers_new(".", &e);
	struct sx_store_opts o = {
		.out = "out", .name = "{n}", .first = -1, .numbers = n
	};
	const struct sx_dump *dump;
	struct sx_stored stored;
	struct sx_store *s;

	(void)state;
	assert_non_null(n);
	assert_int_equal(mkdir("out", 0777), 0);
	scratch_write("out/" TIME "-1.part", bytes, sizeof(bytes));
	scratch_write("out/" TIME "-2.part", bytes, sizeof(bytes));
	s = sx_store_open(&o, &e);
	assert_non_null(s);
	while (sx_store_rescue(s, NULL, &stored, &dump, &e) == 1)
		free(stored.path);
	assert_int_equal(e.code, SX_OK);
	sx_store_close(s);
	sx_numbers_free(n);
	scratch_lists("out", "1.syx 2.syx ");
}

static void
nothing_to_rescue(void **state)
{
	static const char *const outs[] = { ".", "x.syx", "-" };

	(void)state;
	for (size_t i = 0; i < COUNT(outs); i++) {
		struct rescued r = rescue(outs[i]);

		assert_int_equal(r.whole + r.damaged + r.failed, 0);
	}
}

/* Every length of a part of two messages. */
static void
cut_anywhere(void **state)
{
	static const uint8_t two[] = "\xf0\x7d\x01\x02\x03\xf7"
				     "\xf0\x7d\x04\x05\x06\xf7";

	(void)state;
	for (size_t n = 0; n < sizeof(two); n++) {
		size_t whole = n / 6 * 6;
		struct rescued r;

		scratch_write(PART, two, n);
		r = rescue(".");
		assert_int_equal(r.failed, 0);
		assert_int_equal(r.whole, whole > 0);
		assert_int_equal(r.damaged, n > whole);
		assert_int_equal(bytes_in(".syx", false), whole);
		assert_int_equal(bytes_in(".damaged.syx", true), n - whole);
		assert_int_equal(bytes_in(".part", false), 0);
		empty_folder();
	}
}

/* A part with two pairs, as left when all dumps go into one file: each pair
 * stays whole. */
static void
pairs_stay_together(void **state)
{
	static const uint8_t two[] = "\xf0\x42\x30\x28\x40\x00\x01\x22\xf7"
				     "\xf0\x42\x30\x28\x11\x00\x07\xf7"
				     "\xf0\x42\x30\x28\x40\x00\x01\x23\xf7"
				     "\xf0\x42\x30\x28\x11\x00\x08\xf7";
	struct rescued r;
	struct stat st;

	(void)state;
	scratch_write(PART, two, sizeof(two) - 1);
	r = rescue(".");
	assert_int_equal(r.whole, 2);
	assert_int_equal(r.damaged + r.failed, 0);
	for (int i = 7; i < 9; i++) {
		char name[128];

		snprintf(name, sizeof(name),
		    TIME "-korg-wavestation-presetA%02d.syx", i);
		assert_int_equal(stat(name, &st), 0);
		assert_int_equal(st.st_size, 17);
	}
}

static void
what_is_in_parts(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		unsigned whole, damaged;
		size_t damaged_bytes;
	} t[] = {
		{ "\xf0\x7d\x01\xf7", 4, 1, 0, 0 },
		{ "\xf0\xf7", 2, 1, 0, 0 },
		{ "\x01\x02\xf7", 3, 0, 1, 3 },
		{ "\x01\x02\xf7\xf0\x7d\xf7", 6, 1, 1, 3 },
		{ "\xf0\x7d\xf7\x01\x02", 5, 1, 1, 2 },
		{ "\xf0\x7d\x01\xf0\x7d\xf7", 6, 1, 1, 3 },
		{ "\xf0\x7d\xf7\xf0\x01\xf0\x02\xf0\x7d\xf7", 10, 2, 2, 4 },
		/* not written by any sxlib: kept in one piece */
		{ "\xf0\x7d\xf7\x90\x40\x40", 6, 0, 1, 6 },
		{ "\xf0\x7d\xf8\x01\xf7", 5, 0, 1, 5 },
		{ "\xf0\x7d\xf7\xf7", 4, 0, 1, 4 },
		{ "\xff\xff\xff", 3, 0, 1, 3 },
		{ "hello, world", 12, 0, 1, 12 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct rescued r;

		scratch_write(PART, t[i].bytes, t[i].n);
		r = rescue(".");
		if (r.failed != 0 || r.whole != t[i].whole ||
		    r.damaged != t[i].damaged)
			fail_msg("row %zu: %u whole, %u damaged, %u failed", i,
			    r.whole, r.damaged, r.failed);
		assert_int_equal(
		    bytes_in(".damaged.syx", true), t[i].damaged_bytes);
		assert_int_equal(
		    bytes_in(".syx", false), t[i].n - t[i].damaged_bytes);
		assert_int_equal(bytes_in(".part", false), 0);
		empty_folder();
	}
}

/* All of it counts as damaged, even if its messages look whole. */
static void
a_part_that_is_marked(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		unsigned damaged;
	} t[] = {
		{ "\xf0\x7d\x01\xf7", 4, 1 },
		{ "\xf0\x7d\x01\xf7\xf0\x7d\x02\xf7", 8, 1 },
		{ "\xf0\x7d\x01\xf0\x7d\x02\xf7", 7, 2 },
		{ "\xf0\x7d\xf8\x01\xf7", 5, 1 },
		{ "", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct rescued r;

		scratch_write(TIME "-4242.damaged.part", t[i].bytes, t[i].n);
		r = rescue(".");
		if (r.failed + r.whole != 0 || r.damaged != t[i].damaged)
			fail_msg("row %zu: %u whole, %u damaged, %u failed", i,
			    r.whole, r.damaged, r.failed);
		assert_int_equal(bytes_in(".damaged.syx", true), t[i].n);
		assert_int_equal(bytes_in(".part", true), 0);
		empty_folder();
	}
}

/* The name shows it from the first mark on; more marks change nothing. */
static void
a_part_gets_its_mark(void **state)
{
	static const uint8_t bytes[] = { 0xf0, 0x7d, 0x01, 0xf7 };
	const struct sx_time now = { .wall = WALL };
	struct sx_err e = { 0 };
	char wanted[96];

	(void)state;
	for (unsigned k = 1; k <= 3; k++) {
		struct sx_store *s = store_open(".", SX_FORMAT_SYX, NULL, -1);
		struct sx_part *p = sx_part_begin(s, now, &e);

		assert_non_null(p);
		assert_int_equal(sx_part_append(p, bytes, 2, &e), 0);
		assert_int_equal(sx_part_mark(p, &e), 0);
		assert_int_equal(sx_part_mark(p, &e), 0);
		assert_int_equal(sx_part_append(p, bytes + 2, 2, &e), 0);
		assert_int_equal(sx_part_sync(p, &e), 0);
		snprintf(wanted, sizeof(wanted),
		    k == 1 ? TIME "-%ld.damaged.part"
			   : TIME "-%ld-%u.damaged.part",
		    (long)getpid(), k);
		assert_string_equal(sx_part_path(p), wanted);
		sx_part_release(p);
		sx_store_close(s);
		assert_int_equal(bytes_in(".part", false), 0);
		assert_int_equal(bytes_in(".part", true), 4 * k);
	}
	assert_int_equal(rescue(".").damaged, 3);
	assert_int_equal(bytes_in(".damaged.syx", true), 12);
	empty_folder();
}

/* Damaged bytes that look whole are never under an unmarked name. */
static void
a_mark_is_synced_before_the_bytes(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, NULL, -1);
	struct sx_err e = { 0 };
	struct sample m;
	struct sx_part *p;

	(void)state;
	sample_make(&m, 1, 20, WALL);
	p = sample_begin(s, &m);
	assert_int_equal(sx_part_sync(p, &e), 0);
	disk_did("fd");
	assert_int_equal(sx_part_append(p, m.bytes, 20, &e), 0);
	assert_int_equal(sx_part_mark(p, &e), 0);
	assert_int_equal(sx_part_sync(p, &e), 0);
	disk_did("rdf");
	assert_int_equal(sx_part_append(p, m.bytes, 20, &e), 0);
	assert_int_equal(sx_part_sync(p, &e), 0);
	disk_did("f");
	sx_part_drop(p);
	sx_store_close(s);
}

static void
only_parts_are_taken(void **state)
{
	static const char *const others[] = { "x.part", "2026.part",
		TIME ".part", TIME "-.part", TIME "-a.part", TIME "-1.parts",
		TIME "-1.part.syx", TIME "-1-.part", "x" TIME "-1.part",
		"20261122T051530.123z-1.part", TIME "-1.syx" };

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++)
		scratch_write(others[i], "\xf0\x7d\xf7", 3);
	scratch_write("target", "\xf0\x7d\xf7", 3);
	assert_int_equal(symlink("target", TIME "-2.part"), 0);
	assert_int_equal(symlink("nowhere", TIME "-3.part"), 0);
	assert_int_equal(mkdir(TIME "-4.part", 0777), 0);
	assert_int_equal(mkfifo(TIME "-5.part", 0666), 0);
	for (int round = 0; round < 2; round++) {
		struct rescued r = rescue(".");
		char *list = scratch_list(".");
		size_t names = 0;

		assert_int_equal(r.whole + r.damaged + r.failed, 0);
		for (char *p = list; (p = strchr(p, ' ')) != NULL; p++)
			names++;
		assert_int_equal(names, COUNT(others) + 5);
		free(list);
	}
	scratch_write(TIME "-7-12.part", "\xf0\x7d\xf7", 3);
	assert_int_equal(rescue(".").whole, 1);
	assert_false(scratch_exists(TIME "-7-12.part"));
	assert_int_equal(rmdir(TIME "-4.part"), 0);
}

/* Only root recovers the parts of another user. */
static void
parts_of_another_user(void **state)
{
	struct rescued r;

	(void)state;
	scratch_write(PART, "\xf0\x7d\xf7", 3);
	scratch_write(TIME "-3.tmp", "x", 1);
	disk.user = geteuid() + 1000;
	r = rescue(".");
	assert_int_equal(r.whole + r.damaged, 0);
	assert_int_equal(r.failed, 2);
	assert_int_equal(r.e.code, SX_EREFUSED);
	scratch_lists(".", TIME "-3.tmp " PART " ");
	disk.fat = true;
	assert_int_equal(rescue(".").whole, 1);
	disk.fat = false;
	disk.user = 0;
	scratch_write(PART, "\xf0\x7d\xf7", 3);
	assert_int_equal(rescue(".").whole, 1);
}

/* A failure to remove a part is reported, and the part is found again. */
static void
a_part_that_cannot_be_removed(void **state)
{
	struct rescued r;

	(void)state;
	scratch_write(TIME "-3.tmp", "x", 1);
	scratch_write(PART, "", 0);
	disk.no_unlinks = true;
	r = rescue(".");
	assert_int_equal(r.failed, 2);
	assert_non_null(strstr(r.e.msg, "cannot remove"));
	disk.no_unlinks = false;
	assert_int_equal(rescue(".").failed, 0);
	scratch_lists(".", "");
}

static void
locked_parts_are_left_alone(void **state)
{
	struct sx_store *s = store_open("all.syx", SX_FORMAT_SYX, NULL, -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sample a, b;
	struct sx_part *p;
	struct rescued r;

	(void)state;
	sample_make(&a, 1, 20, WALL);
	sample_make(&b, 2, 20, WALL);
	free(sample_keep(s, &a)); /* in the part that gathers */
	p = sample_begin(s, &b);
	r = rescue(".");
	assert_int_equal(r.whole + r.damaged + r.failed, 0);
	scratch_holds(sx_part_path(p), b.bytes, 20);
	sx_part_release(p);
	r = rescue(".");
	assert_int_equal(r.whole, 1);
	assert_int_equal(sx_store_finish(s, &stored, &e), 1);
	free(stored.path);
	sx_store_close(s);
	scratch_holds("all.syx", a.bytes, 20);
}

static void
names_come_from_the_part(void **state)
{
	struct dirent **found;
	int n;

	(void)state;
	scratch_write(PART, "\xf0\x7d\xf7\xf0\x7d", 5);
	scratch_write(TIME "-7.part", "\xf0\x7d\x01", 3);
	/* Not a date: the time of the file is used. */
	scratch_write("20269922T051530.123Z-1.part", "\xf0\x7d\x02\xf7", 4);
	(void)rescue("all.mid");
	assert_int_equal(bytes_in(".part", false), 0);
	n = scandir(".", &found, scratch_visible, alphasort);
	assert_int_equal(n, 4);
	for (int i = 0; i < n; i++) {
		assert_int_not_equal(sx_time_parse(found[i]->d_name), -1);
		free(found[i]);
	}
	free(found);
	assert_int_equal(bytes_in(".damaged.syx", true), 5);
}

/* An unfinished .mid is not needed: its part is still there. */
static void
temporary_files_are_removed(void **state)
{
	int fd;

	(void)state;
	scratch_write(TIME "-1.tmp", "MThd", 4);
	scratch_write(TIME "-2.tmp", "MThd", 4);
	scratch_write("my.tmp", "MThd", 4);
	fd = open(TIME "-2.tmp", O_RDWR);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	(void)rescue(".");
	close(fd);
	scratch_lists(".", TIME "-2.tmp my.tmp ");
}

/* A part that is one dump needs no room; of others no half remains. */
static void
a_full_disk(void **state)
{
	struct rescued r;

	(void)state;
	scratch_write(PART, "\xf0\x7d\x01\x02\x03", 5);
	scratch_write(TIME "-5.part", "\xf0\x7d\xf7\xf0\x7d\x01\x02", 7);
	limit_size(2);
	r = rescue(".");
	limit_size(0);
	assert_int_equal(r.damaged, 1);
	assert_int_equal(r.failed, 1);
	assert_non_null(strstr(r.e.msg, TIME));
	assert_int_equal(bytes_in(".part", false), 7);
	r = rescue(".");
	assert_int_equal(r.whole, 1);
	assert_int_equal(r.damaged, 1);
	assert_int_equal(bytes_in(".part", false), 0);
}

/* Free blocks of 4096 bytes, as the tests see the disk; UINT64_MAX: unknown. */
static uint64_t free_blocks = UINT64_MAX;

int
fstatvfs(int fd, struct statvfs *fs)
{
	(void)fd;
	*fs = (struct statvfs){
		.f_frsize = 4096, .f_blocks = 1000, .f_bavail = free_blocks
	};
	return free_blocks == UINT64_MAX ? -1 : 0;
}

/* A part of two dumps is not started without room for both. */
static void
a_disk_that_is_nearly_full(void **state)
{
	enum { N = 6000 };
	static uint8_t bytes[N];
	struct rescued r;

	(void)state;
	for (size_t i = 0; i < N; i++)
		bytes[i] = i & 0x7f;
	bytes[0] = bytes[N - 3] = 0xf0;
	bytes[N - 4] = 0xf7;
	scratch_write(PART, bytes, N);
	free_blocks = 1;
	r = rescue(".");
	free_blocks = UINT64_MAX;
	assert_int_equal(r.whole + r.damaged, 0);
	assert_int_equal(r.failed, 1);
	assert_int_equal(r.e.sys, ENOSPC);
	scratch_lists(".", PART " ");
	free_blocks = 2;
	r = rescue(".");
	free_blocks = UINT64_MAX;
	assert_int_equal(r.whole, 1);
	assert_int_equal(r.damaged, 1);
	assert_int_equal(r.failed, 0);
	assert_int_equal(bytes_in(".part", false), 0);
}

/* A part that cannot be opened is reported, and does not stop the others. */
static void
a_part_of_somebody_else(void **state)
{
	bool root = geteuid() == 0;
	struct rescued r;

	(void)state;
	scratch_write(PART, "\xf0\x7d\xf7", 3);
	scratch_write(TIME "-5.part", "\xf0\x7d\xf7", 3);
	assert_int_equal(chmod(PART, 0), 0);
	assert_int_equal(chmod(TIME "-5.part", 0666), 0);
	assert_int_equal(chmod(".", 0777), 0);
	if (root) { /* root may open everything */
		assert_int_equal(chown(TIME "-5.part", 65534, 65534), 0);
		assert_int_equal(seteuid(65534), 0);
	}
	r = rescue(".");
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(r.failed, 1);
	assert_int_equal(r.e.sys, EACCES);
	assert_int_equal(r.whole, 1);
	assert_non_null(strstr(r.e.msg, PART));
}

static void
keep_it(void)
{
	assert_int_equal(rename(PART, "kept.syx"), 0);
}

static void
replace_it(void)
{
	keep_it();
	scratch_write(PART, "new", 3);
}

static void
remove_it(void)
{
	assert_int_equal(unlink(PART), 0);
}

/* The owner of the part finishes it between our open and our lock. */
static void
a_part_that_is_done_just_now(void **state)
{
	static void (*const acts[])(void) = { keep_it, replace_it, remove_it };

	(void)state;
	for (size_t i = 0; i < COUNT(acts); i++) {
		struct rescued r;

		scratch_write(PART, "\xf0\x7d\xf7", 3);
		disk.before_lock = acts[i];
		r = rescue(".");
		assert_null(disk.before_lock);
		assert_int_equal(r.whole + r.damaged + r.failed, 0);
		scratch_lists(".", i == 0   ? "kept.syx "
				   : i == 1 ? PART " kept.syx "
					    : "");
		empty_folder();
	}
}

static int theirs;

/* Another start mistakes the new, empty part for one left by a crash. */
static void
take_new_part(void)
{
	char *list = scratch_list(".");

	*strchr(list, ' ') = '\0';
	theirs = open(list, O_RDWR | O_CLOEXEC);
	assert_int_equal(syscall(SYS_flock, theirs, LOCK_EX | LOCK_NB), 0);
	free(list);
}

static void
remove_new_part(void)
{
	char *list = scratch_list(".");

	*strchr(list, ' ') = '\0';
	assert_int_equal(unlink(list), 0);
	free(list);
}

static void
a_part_that_is_taken_at_once(void **state)
{
	static void (*const acts[])(void) = { take_new_part, remove_new_part };

	(void)state;
	for (size_t i = 0; i < COUNT(acts); i++) {
		struct sx_store *s = store_open(".", SX_FORMAT_SYX, "x", -1);
		struct sample m;

		theirs = -1;
		sample_make(&m, 1, 20, WALL);
		disk.before_lock = acts[i];
		sample_becomes(s, &m, "x.syx");
		assert_null(disk.before_lock);
		scratch_holds("x.syx", m.bytes, 20);
		if (theirs != -1)
			close(theirs);
		sx_store_close(s);
		empty_folder();
	}
}

#define RACE 400

/* One process stores while others start: no dump is taken from it, none is
 * duplicated. */
static void
rescue_beside_a_writer(void **state)
{
	struct sx_store *s;
	struct sample m;
	pid_t child;
	char *list;
	int status;

	(void)state;
	s = store_open(".", SX_FORMAT_SYX, "x{n}", -1);
	child = fork_child();
	if (child == 0) {
		while (!scratch_exists("stop"))
			if (rescue(".").failed > 0)
				_exit(1);
		_exit(0);
	}
	for (unsigned i = 1; i <= RACE; i++) {
		char path[32];

		sample_make(&m, i, 20, WALL);
		(void)snprintf(path, sizeof(path), "x%u.syx", i);
		sample_becomes(s, &m, path);
		scratch_holds(path, m.bytes, 20);
	}
	sx_store_close(s);
	scratch_write("stop", "", 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	list = scratch_list(".");
	assert_null(strstr(list, TIME));
	free(list);
}

/* Store dumps for ever and write the number of each stored one to fd. */
static void
store_until_killed(int fd, const char *out)
{
	struct sx_store *s = store_open(out, SX_FORMAT_SYX, NULL, -1);
	struct sample m;

	for (unsigned i = 0; i < 10000; i++) {
		sample_make(&m, i, 40, WALL + i * 1000);
		free(sample_keep(s, &m));
		if (write(fd, &i, sizeof(i)) != sizeof(i))
			break;
	}
	_exit(1);
}

/* Is dump i complete in a file that is not marked as damaged? */
static bool
is_stored(unsigned i)
{
	struct dirent **found;
	int n = scandir(".", &found, scratch_visible, NULL);
	struct sample m;
	bool there = false;

	sample_make(&m, i, 40, WALL);
	for (int k = 0; k < n; k++) {
		if (!there && strstr(found[k]->d_name, ".damaged.") == NULL) {
			size_t size;
			uint8_t *data = scratch_read(found[k]->d_name, &size);

			there = memmem(data, size, m.bytes, 40) != NULL;
			free(data);
		}
		free(found[k]);
	}
	free(found);
	return there;
}

static void
killed_at_any_moment(void **state)
{
	static const char *const outs[] = { ".", "all.syx", "all.mid" };

	(void)state;
	for (int round = 0; round < 12; round++) {
		unsigned last = 0, i, want = 3 + (unsigned)round * 2;
		int pipes[2], status;
		struct rescued r;
		pid_t child;

		assert_int_equal(pipe(pipes), 0);
		child = fork_child();
		if (child == 0)
			store_until_killed(
			    pipes[1], outs[(size_t)round % COUNT(outs)]);
		close(pipes[1]);
		while (
		    last < want && read(pipes[0], &i, sizeof(i)) == sizeof(i))
			last = i;
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (read(pipes[0], &i, sizeof(i)) == sizeof(i))
			last = i;
		close(pipes[0]);
		r = rescue(".");
		assert_int_equal(r.failed, 0);
		assert_int_equal(bytes_in(".part", false), 0);
		for (i = 0; i <= last; i++)
			if (!is_stored(i))
				fail_msg("dump %u of %u is lost", i, last);
		empty_folder();
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, store_setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(many_survive_a_power_cut),
		TEST(numbers_that_are_shared),
		TEST(nothing_to_rescue),
		TEST(cut_anywhere),
		TEST(pairs_stay_together),
		TEST(what_is_in_parts),
		TEST(a_part_that_is_marked),
		TEST(a_part_gets_its_mark),
		TEST(a_mark_is_synced_before_the_bytes),
		TEST(only_parts_are_taken),
		TEST(parts_of_another_user),
		TEST(a_part_that_cannot_be_removed),
		TEST(locked_parts_are_left_alone),
		TEST(names_come_from_the_part),
		TEST(temporary_files_are_removed),
		TEST(a_full_disk),
		TEST(a_disk_that_is_nearly_full),
		TEST(a_part_of_somebody_else),
		TEST(a_part_that_is_done_just_now),
		TEST(a_part_that_is_taken_at_once),
		TEST(rescue_beside_a_writer),
		TEST(killed_at_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
