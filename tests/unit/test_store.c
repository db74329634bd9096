/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"
#include "smf_parse.h"
#include "store_help.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
impossible_outputs_are_refused(void **state)
{
	static const struct {
		struct sx_store_opts o;
		enum sx_errc code;
		const char *why;
	} t[] = {
		{ { "", 0, NULL, NULL, -1, .copy = false }, SX_EUSAGE,
		    "--out is empty" },
		{ { "have.syx", 0, NULL, NULL, -1, .copy = false }, SX_EREFUSED,
		    "have.syx" },
		{ { "have.mid", 0, NULL, NULL, -1, .copy = false }, SX_EREFUSED,
		    "have.mid" },
		{ { "dangling.syx", 0, NULL, NULL, -1, .copy = false },
		    SX_EREFUSED, "dangling.syx" },
		{ { "have.txt", 0, NULL, NULL, -1, .copy = false }, SX_EIO,
		    "not a folder" },
		{ { "have.txt/", 0, NULL, NULL, -1, .copy = false }, SX_EIO,
		    "have.txt" },
		{ { "have.txt/x/", 0, NULL, NULL, -1, .copy = false }, SX_EIO,
		    "have.txt" },
		{ { "none/x.syx", 0, NULL, NULL, -1, .copy = false }, SX_EIO,
		    "none" },
		{ { "x.syx", SX_FORMAT_MID, NULL, NULL, -1, .copy = false },
		    SX_EUSAGE, "mid" },
		{ { "-", SX_FORMAT_MID, NULL, NULL, -1, .copy = false },
		    SX_EUSAGE, "mid" },
		{ { "x.syx", 0, "{n}", NULL, -1, .copy = false }, SX_EUSAGE,
		    "needs a folder" },
		{ { "-", 0, "{n}", NULL, -1, .copy = false }, SX_EUSAGE,
		    "needs a folder" },
		{ { "d/", 0, "{x}", NULL, -1, .copy = false }, SX_EUSAGE,
		    "{x}" },
		{ { "d/", 0, NULL, NULL, 1, .copy = false }, SX_EUSAGE, "{n}" },
		{ { "d/", 0, "{label}", "a/b", -1, .copy = false }, SX_EUSAGE,
		    "label" },
	};

	(void)state;
	scratch_write("have.syx", "", 0);
	scratch_write("have.mid", "", 0);
	scratch_write("have.txt", "", 0);
	assert_int_equal(symlink("nowhere", "dangling.syx"), 0);
	for (size_t i = 0; i < COUNT(t); i++) {
		struct sx_err e = { 0 }, again = { 0 };

		if (sx_store_check(&t[i].o, &e) != -1)
			fail_msg("'%s' (row %zu) was taken", t[i].o.out, i);
		assert_int_equal(e.code, t[i].code);
		if (strstr(e.msg, t[i].why) == NULL)
			fail_msg("row %zu: %s", i, e.msg);
		assert_null(sx_store_open(&t[i].o, &again));
		assert_string_equal(e.msg, again.msg);
	}
	scratch_lists(".", "dangling.syx have.mid have.syx have.txt ");
}

static void
knows_folders(void **state)
{
	static const struct {
		const char *out;
		bool is;
	} t[] = {
		{ ".", true },
		{ "new", true },
		{ "new.syx/", true },
		{ "new.syx", false },
		{ "new.MID", false },
		{ "-", false },
		{ "have", false },
	};

	(void)state;
	scratch_write("have", "", 0);
	for (size_t i = 0; i < COUNT(t); i++)
		if (sx_store_is_folder(t[i].out) != t[i].is)
			fail_msg("'%s'", t[i].out);
}

static void
checking_touches_nothing(void **state)
{
	static const char *const outs[] = { ".", "a/b/c/", "a", "x.syx",
		"x.mid", "-", "/" };

	(void)state;
	for (size_t i = 0; i < COUNT(outs); i++) {
		struct sx_store_opts o = { .out = outs[i], .first = -1 };
		struct sx_err e = { 0 };

		if (sx_store_check(&o, &e) == -1 && getuid() == 0)
			fail_msg("%s: %s", outs[i], e.msg);
	}
	scratch_lists(".", "");
}

static void
a_dump_becomes_a_file(void **state)
{
	struct sx_store *s = store_open("a/b/", SX_FORMAT_SYX, NULL, -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sample m;
	struct sx_part *p;
	unsigned before;
	char *list;

	(void)state;
	sample_make(&m, 1, 20, WALL);
	p = sx_part_begin(s, m.dump.time, &e);
	assert_non_null(p);
	for (size_t i = 0; i < 20; i += 5)
		assert_int_equal(sx_part_append(p, m.bytes + i, 5, &e), 0);
	/* It is visible, as raw SysEx, while it arrives. */
	list = scratch_list("a/b");
	assert_non_null(strstr(list, ".part "));
	assert_memory_equal(list, TIME "-", SX_TIME_NAME);
	free(list);
	scratch_holds(sx_part_path(p), m.bytes, 20);

	before = disk.fsyncs;
	assert_int_equal(sx_part_sync(p, &e), 0);
	assert_int_equal(disk.fsyncs, before + 2); /* itself, its folder */
	assert_int_equal(sx_part_sync(p, &e), 0);
	assert_int_equal(disk.fsyncs, before + 2);

	assert_int_equal(sx_part_keep(p, &m.dump, &stored, &e), 0);
	assert_string_equal(stored.path, "a/b/" TIME "-jomox.syx");
	assert_true(stored.final);
	assert_int_equal(stored.offset, 0);
	assert_null(stored.note);
	scratch_lists("a/b", TIME "-jomox.syx ");
	scratch_holds(stored.path, m.bytes, 20);
	free(stored.path);
	assert_int_equal(sx_store_finish(s, &stored, &e), 0);
	sx_store_close(s);
}

static ino_t
inode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_ino;
}

/* The name of a new folder survives a power cut before it has contents. */
static void
a_folder_that_is_made_is_synced_into_its_parent(void **state)
{
	const struct sx_store_opts o = { .out = "c/", .first = -1 };
	struct sx_store *s = store_open("a/", SX_FORMAT_SYX, NULL, -1);
	struct sx_err e = { 0 };
	struct sample m;

	(void)state;
	disk_did("d");
	assert_int_equal(disk.synced, inode_of("."));
	sx_store_close(s);
	s = store_open("a/b/", SX_FORMAT_SYX, "{maker}/x", -1);
	disk_did("d");
	assert_int_equal(disk.synced, inode_of("a"));
	/* So is a folder from the name of the dump; then the file, and its
	 * name. */
	sample_make(&m, 1, 20, WALL);
	sample_becomes(s, &m, "a/b/jomox/x.syx");
	disk_did("dfrd");
	sx_store_close(s);
	sx_store_close(store_open("a/b/", SX_FORMAT_SYX, NULL, -1));
	disk_did("");
	disk.folder_error = EIO;
	assert_null(sx_store_open(&o, &e));
	assert_int_equal(e.sys, EIO);
}

static void
a_whole_one_may_have_another_suffix(void **state)
{
	const struct sx_store_opts o = {
		.out = "d/", .name = "x{n}", .suffix = ".wav", .first = -1
	};
	struct sx_err e = { 0 };
	struct sx_stored stored;
	struct sx_store *s;
	struct sample m;
	struct sx_part *p;

	(void)state;
	/* The number continues, also in another store. */
	for (unsigned i = 0; i < 4; i++) {
		s = sx_store_open(&o, &e);
		assert_non_null(s);
		sample_make(&m, i, 20, WALL);
		if (i == 3)
			m.dump.damage.kind = SX_DAMAGE_TIMEOUT;
		p = sx_part_begin(s, m.dump.time, &e);
		assert_non_null(p);
		assert_int_equal(sx_part_append(p, m.bytes, 20, &e), 0);
		assert_int_equal(sx_part_keep(p, &m.dump, &stored, &e), 0);
		free(stored.path);
		sx_store_close(s);
	}
	scratch_lists("d", "x1.wav x2.wav x3.wav x4.damaged.syx ");
}

/* write, fsync, rename, fsync of the folder: no more for each dump. */
static void
keeping_is_cheap(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, NULL, -1);
	struct sample m;

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		sample_make(&m, i, 20, WALL + i * 1000);
		disk.fsyncs = disk.renames = 0;
		free(sample_keep(s, &m));
		assert_int_equal(disk.fsyncs, 2);
		assert_int_equal(disk.renames, 1);
	}
	sx_store_close(s);
}

static void
a_part_can_be_forgotten_or_left(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, NULL, -1);
	struct sample m;
	char *list;

	(void)state;
	sample_make(&m, 1, 20, WALL);
	sx_part_drop(sample_begin(s, &m));
	sx_part_drop(NULL);
	scratch_lists(".", "");
	sx_part_release(sample_begin(s, &m));
	list = scratch_list(".");
	assert_non_null(strstr(list, ".part "));
	free(list);
	sx_store_close(s);
	sx_store_close(NULL);
}

static void
two_parts_at_one_time(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, NULL, -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sample a, b;
	struct sx_part *p, *q;

	(void)state;
	sample_make(&a, 1, 20, WALL);
	sample_make(&b, 2, 30, WALL);
	p = sample_begin(s, &a);
	q = sample_begin(s, &b);
	assert_string_not_equal(sx_part_path(p), sx_part_path(q));
	assert_int_equal(sx_part_keep(q, &b.dump, &stored, &e), 0);
	free(stored.path);
	assert_int_equal(sx_part_keep(p, &a.dump, &stored, &e), 0);
	free(stored.path);
	sx_store_close(s);
	scratch_lists(".", TIME "-jomox-2.syx " TIME "-jomox.syx ");
	scratch_holds(TIME "-jomox.syx", b.bytes, 30);
	scratch_holds(TIME "-jomox-2.syx", a.bytes, 20);
}

/* A part that begins later has a later name, even if the first one of that time
 * already has its final name. */
static void
parts_at_one_time_keep_their_order(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, "x", -1);
	struct sx_part *first, *second, *third;
	struct sample m;

	(void)state;
	sample_make(&m, 5, 40, WALL);
	first = sample_begin(s, &m);
	second = sample_begin(s, &m);
	sx_part_drop(first);
	third = sample_begin(s, &m);
	assert_true(
	    sx_part_order(sx_part_path(second), sx_part_path(third)) < 0);
	sx_part_drop(second);
	sx_part_drop(third);
	sx_store_close(s);
}

/* A folder that may be used but not read cannot be synced. */
static void
folders_below_one_that_cannot_be_read(void **state)
{
	struct sample m;
	int status;
	pid_t child;

	(void)state;
	sample_make(&m, 5, 40, WALL);
	assert_int_equal(mkdir("out", 0777), 0);
	assert_int_equal(mkdir("out/shared", 0777), 0);
	assert_int_equal(chmod(".", 0777), 0);
	assert_int_equal(chmod("out", 0777), 0);
	assert_int_equal(chmod("out/shared", 0333), 0);
	child = fork_child();
	if (child == 0) {
		if (getuid() == 0 &&
		    (setgid(65534) == -1 || setuid(65534) == -1))
			_exit(1);
		struct sx_store *s =
		    store_open("out", SX_FORMAT_SYX, "shared/new/x", -1);

		sample_becomes(s, &m, "out/shared/new/x.syx");
		sx_store_close(s);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(chmod("out/shared", 0777), 0);
	scratch_lists("out/shared/new", "x.syx ");
}

static void
damaged_dumps_are_marked(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_MID, "p{n:02}", -1);
	struct sample m;

	(void)state;
	sample_make(&m, 1, 20, WALL);
	sample_becomes(s, &m, "p01.mid");
	m.dump.damage.kind = SX_DAMAGE_OVERRUN;
	sample_becomes(s, &m, "p02.damaged.syx");
	sample_becomes(s, &m, "p02-2.damaged.syx");
	m.dump.damage.kind = SX_DAMAGE_NONE;
	sample_becomes(s, &m, "p02.mid");
	sx_store_close(s);
	scratch_holds("p02.damaged.syx", m.bytes, 20);
}

static void
numbers_start_where_told(void **state)
{
	struct sx_store *s;
	struct sample m;

	(void)state;
	sample_make(&m, 1, 20, WALL);
	s = store_open(".", SX_FORMAT_SYX, "p{n:02}", 7);
	sample_becomes(s, &m, "p07.syx");
	sx_store_close(s);
	s = store_open(".", SX_FORMAT_SYX, "p{n:02}", -1);
	sample_becomes(s, &m, "p08.syx");
	sx_store_close(s);
	s = store_open(".", SX_FORMAT_SYX, "p{n:02}", 7);
	sample_becomes(s, &m, "p07-2.syx");
	sample_becomes(s, &m, "p08-2.syx");
	sample_becomes(s, &m, "p09.syx");
	sx_store_close(s);
	s = store_open(".", SX_FORMAT_SYX, "{maker}/x/{n}", 0);
	sample_becomes(s, &m, "jomox/x/0.syx");
	sx_store_close(s);
	s = store_open(".", SX_FORMAT_SYX, "{maker}/x/{n}", -1);
	sample_becomes(s, &m, "jomox/x/1.syx");
	sx_store_close(s);
}

/* Nothing is replaced on any file system, whatever it supports. */
static void
names_never_collide(void **state)
{
	(void)state;
	for (int way = 0; way < 3; way++) {
		struct sx_store *s;
		struct sample m;

		disk.no_rename2 = way > 0;
		disk.no_links = way > 1;
		assert_int_equal(mkdir("way", 0777), 0);
		scratch_write("way/x.syx", "old", 3);
		assert_int_equal(mkdir("way/x-2.syx", 0777), 0);
		assert_int_equal(symlink("no", "way/x-3.syx"), 0);
		s = store_open("way", SX_FORMAT_SYX, "x", -1);
		for (unsigned i = 4; i < 12; i++) {
			char path[32];

			sample_make(&m, i, 20, WALL);
			(void)snprintf(path, sizeof(path), "way/x-%u.syx", i);
			sample_becomes(s, &m, path);
			scratch_holds(path, m.bytes, 20);
		}
		sx_store_close(s);
		scratch_holds("way/x.syx", "old", 3);
		scratch_lists("way",
		    "x-10.syx x-11.syx x-2.syx x-3.syx x-4.syx x-5.syx "
		    "x-6.syx x-7.syx x-8.syx x-9.syx x.syx ");
		assert_int_equal(
		    nftw("way", scratch_remove, 16, FTW_DEPTH | FTW_PHYS), 0);
	}
}

static void
a_burst_at_one_time(void **state)
{
	struct sx_store *s = store_open(".", SX_FORMAT_SYX, NULL, -1);
	struct sample m;
	static bool seen[5000];

	(void)state;
	disk.renames = 0;
	for (unsigned i = 0; i < 5000; i++) {
		char *path;

		sample_make(&m, i, 20, WALL);
		path = sample_keep(s, &m);
		scratch_holds(path, m.bytes, 20);
		free(path);
	}
	sx_store_close(s);
	/* First the plain name, then the next one found free. */
	assert_int_equal(disk.renames, 2 * 5000 - 1);
	for (unsigned k = 1; k <= 5000; k++) {
		char path[64];
		uint8_t *data;
		size_t n;
		unsigned i;

		if (k == 1)
			(void)snprintf(path, sizeof(path), TIME "-jomox.syx");
		else
			(void)snprintf(
			    path, sizeof(path), TIME "-jomox-%u.syx", k);
		data = scratch_read(path, &n);
		i = data[2] | (unsigned)data[3] << 7;
		assert_true(i < 5000 && !seen[i]);
		seen[i] = true;
		free(data);
	}
}

static void
dumps_gather_in_one_file(void **state)
{
	struct sx_store *s = store_open("all.syx", SX_FORMAT_SYX, NULL, -1);
	struct sx_stored stored;
	struct sx_err e = { 0 };
	uint8_t want[3 * 20];
	struct sample m;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct sx_part *p;

		sample_make(&m, i, 20, WALL);
		memcpy(want + i * 20, m.bytes, 20);
		p = sample_begin(s, &m);
		assert_int_equal(sx_part_keep(p, &m.dump, &stored, &e), 0);
		assert_string_equal(stored.path, "all.syx");
		assert_int_equal(stored.offset, i * 20);
		assert_false(stored.final);
		assert_false(scratch_exists("all.syx"));
		free(stored.path);
	}
	m.dump.damage.kind = SX_DAMAGE_TIMEOUT;
	sample_becomes(s, &m, "all.damaged.syx");
	sample_becomes(s, &m, "all-2.damaged.syx");
	assert_int_equal(sx_store_finish(s, &stored, &e), 1);
	assert_string_equal(stored.path, "all.syx");
	assert_true(stored.final);
	free(stored.path);
	assert_int_equal(sx_store_finish(s, &stored, &e), 0);
	sx_store_close(s);
	scratch_lists(".", "all-2.damaged.syx all.damaged.syx all.syx ");
	scratch_holds("all.syx", want, sizeof(want));
}

static void
no_dump_makes_no_file(void **state)
{
	static const char *const outs[] = { "all.syx", "all.mid", ".", "-" };

	(void)state;
	for (size_t i = 0; i < COUNT(outs); i++) {
		struct sx_store *s =
		    store_open(outs[i], SX_FORMAT_SYX, NULL, -1);
		struct sx_stored stored;
		struct sx_err e = { 0 };

		assert_int_equal(sx_store_finish(s, &stored, &e), 0);
		sx_store_close(s);
	}
	scratch_lists(".", "");
}

/* Another process creates the file while dumps arrive. */
static void
a_file_that_appears_is_not_replaced(void **state)
{
	static const char *const outs[] = { "all.syx", "all.mid" };

	(void)state;
	for (size_t i = 0; i < COUNT(outs); i++) {
		struct sx_store *s =
		    store_open(outs[i], SX_FORMAT_SYX, NULL, -1);
		struct sx_stored stored;
		struct sx_err e = { 0 };
		struct sample m;
		char *part;

		sample_make(&m, 1, 20, WALL + (int64_t)i * 1000000);
		free(sample_keep(s, &m));
		scratch_write(outs[i], "theirs", 6);
		assert_int_equal(sx_store_finish(s, &stored, &e), -1);
		assert_int_equal(e.code, SX_EREFUSED);
		assert_non_null(strstr(e.msg, outs[i]));
		assert_non_null(part = strstr(e.hint, "'2026"));
		*strchr(part + 1, '\'') = '\0';
		scratch_holds(part + 1, m.bytes, 20);
		assert_int_equal(sx_store_finish(s, &stored, &e), 0);
		sx_store_close(s);
		scratch_holds(outs[i], "theirs", 6);
	}
}

static void
a_mid_has_a_track_for_each_dump(void **state)
{
	struct sx_store *s = store_open("take.mid", SX_FORMAT_SYX, NULL, -1);
	static const size_t tracks[] = { 1000, 1000, 500 };
	static const char *const paths[] = { "take.mid", "take-2.mid",
		"take-3.mid" };
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sample m;
	unsigned seq = 0;

	(void)state;
	for (unsigned i = 0; i < 2500; i++) {
		sample_make(&m, i, 20, WALL + i * INT64_C(30000));
		sample_becomes(s, &m, paths[i / 1000]);
	}
	m.dump.damage.kind = SX_DAMAGE_STATUS;
	sample_becomes(s, &m, "take.damaged.syx");
	for (size_t i = 0; i < 3; i++) {
		struct smf_file f;
		uint8_t *data;
		size_t n;

		assert_int_equal(sx_store_finish(s, &stored, &e), 1);
		assert_string_equal(stored.path, paths[i]);
		free(stored.path);
		data = scratch_read(paths[i], &n);
		smf_parse(&f, data, n);
		assert_int_equal(f.ntracks, tracks[i]);
		assert_int_equal(f.division, 500);
		for (size_t k = 0; k < f.ntracks; k++, seq++) {
			char name[SX_TIME_NAME];

			sample_make(&m, seq, 20, WALL + seq * INT64_C(30000));
			sx_time_name(m.dump.time.wall, name);
			assert_memory_equal(
			    f.tracks[k].name, name, SX_TIME_NAME - 1);
			assert_string_equal(f.tracks[k].name + 20, " Jomox");
			assert_int_equal(f.tracks[k].nevents, 1);
			assert_int_equal(f.tracks[k].events[0].tick, k * 30);
			assert_memory_equal(f.tracks[k].data, m.bytes, 20);
		}
		smf_done(&f);
		free(data);
	}
	assert_int_equal(sx_store_finish(s, &stored, &e), 0);
	sx_store_close(s);
	scratch_lists(".", "take-2.mid take-3.mid take.damaged.syx take.mid ");
}

/* Times of a copy count from 0, or from its first message if that is too late.
 */
static void
a_copy_that_begins_late(void **state)
{
	static const int64_t first[] = { 5000, INT64_C(1) << 40 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sx_store_opts o = {
			.out = "copy.mid", .first = -1, .copy = true
		};
		struct sx_stored stored;
		struct sx_err e = { 0 };
		struct sx_store *s = sx_store_open(&o, &e);
		struct smf_file f;
		struct sample m;
		uint8_t *data;
		size_t n;

		assert_non_null(s);
		for (unsigned k = 0; k < 2; k++) {
			sample_make(&m, k, 20, first[i] + k * 9000);
			sample_becomes(s, &m, "copy.mid");
		}
		assert_int_equal(sx_store_finish(s, &stored, &e), 1);
		assert_string_equal(stored.path, "copy.mid");
		free(stored.path);
		assert_int_equal(sx_store_finish(s, &stored, &e), 0);
		sx_store_close(s);
		data = scratch_read("copy.mid", &n);
		smf_parse(&f, data, n);
		assert_int_equal(f.ntracks, 2);
		for (unsigned k = 0; k < 2; k++)
			assert_int_equal(f.tracks[k].events[0].tick,
			    (i == 0 ? 5 : 0) + 9 * k);
		smf_done(&f);
		free(data);
		assert_int_equal(unlink("copy.mid"), 0);
	}
}

static void
what_no_mid_can_hold_stays_syx(void **state)
{
	struct sx_store *s = store_open("take.mid", SX_FORMAT_SYX, NULL, -1);
	const int64_t week = INT64_C(7) * 86400 * 1000000;
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sx_piece pieces[2];
	struct sample m;
	struct sx_part *p;

	(void)state;
	/* Two dumps a week apart: two files. */
	sample_make(&m, 1, 20, WALL);
	sample_becomes(s, &m, "take.mid");
	sample_make(&m, 2, 20, WALL + week);
	sample_becomes(s, &m, "take-2.mid");
	/* A dump that took a week: no .mid. */
	memset(m.bytes, 0x22, 40);
	m.bytes[0] = m.bytes[20] = 0xf0;
	m.bytes[19] = m.bytes[39] = 0xf7;
	pieces[0] = (struct sx_piece){ 0, 20, { 0, 0 } };
	pieces[1] = (struct sx_piece){ 20, 20, { week, week } };
	m.dump.pieces = pieces;
	m.dump.messages = 2;
	m.dump.bytes = 40;
	p = sample_begin(s, &m);
	assert_int_equal(sx_part_keep(p, &m.dump, &stored, &e), 0);
	assert_string_equal(stored.path, "take.syx");
	assert_true(stored.final);
	assert_non_null(stored.note);
	free(stored.path);
	scratch_holds("take.syx", m.bytes, 40);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(sx_store_finish(s, &stored, &e), 1);
		free(stored.path);
	}
	assert_int_equal(sx_store_finish(s, &stored, &e), 0);
	sx_store_close(s);

	s = store_open("d/", SX_FORMAT_MID, "x", -1);
	p = sample_begin(s, &m);
	assert_int_equal(sx_part_keep(p, &m.dump, &stored, &e), 0);
	assert_string_equal(stored.path, "d/x.syx");
	assert_non_null(stored.note);
	free(stored.path);
	sx_store_close(s);
	scratch_lists("d", "x.syx ");
}

static void
a_folder_of_mids(void **state)
{
	struct sx_store *s = store_open("d", SX_FORMAT_MID, NULL, -1);
	struct smf_file f;
	struct sample m;
	uint8_t *data;
	size_t n;

	(void)state;
	sample_make(&m, 5, 50, WALL);
	disk.fsyncs = 0;
	sample_becomes(s, &m, "d/" TIME "-jomox.mid");
	assert_int_equal(disk.fsyncs, 2);
	sx_store_close(s);
	scratch_lists("d", TIME "-jomox.mid ");
	data = scratch_read("d/" TIME "-jomox.mid", &n);
	smf_parse(&f, data, n);
	assert_int_equal(f.ntracks, 1);
	assert_string_equal(f.tracks[0].name, TIME " Jomox");
	assert_int_equal(f.tracks[0].bytes, 50);
	assert_memory_equal(f.tracks[0].data, m.bytes, 50);
	smf_done(&f);
	free(data);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, store_setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(impossible_outputs_are_refused),
		TEST(checking_touches_nothing),
		TEST(knows_folders),
		TEST(a_dump_becomes_a_file),
		TEST(a_folder_that_is_made_is_synced_into_its_parent),
		TEST(a_whole_one_may_have_another_suffix),
		TEST(keeping_is_cheap),
		TEST(a_part_can_be_forgotten_or_left),
		TEST(two_parts_at_one_time),
		TEST(parts_at_one_time_keep_their_order),
		TEST(folders_below_one_that_cannot_be_read),
		TEST(damaged_dumps_are_marked),
		TEST(numbers_start_where_told),
		TEST(names_never_collide),
		TEST(a_burst_at_one_time),
		TEST(dumps_gather_in_one_file),
		TEST(no_dump_makes_no_file),
		TEST(a_file_that_appears_is_not_replaced),
		TEST(a_mid_has_a_track_for_each_dump),
		TEST(a_copy_that_begins_late),
		TEST(what_no_mid_can_hold_stays_syx),
		TEST(a_folder_of_mids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
