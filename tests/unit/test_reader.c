/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/store/input.h"
#include "dumps.h"
#include "sxlib/reader.h"

/* Make a folder in which the tests run; SXLIB_DUMPS becomes absolute. */
static int
make_folder(void **state)
{
	static char folder[] = "/tmp/test_reader.XXXXXX";
	const char *dumps = getenv("SXLIB_DUMPS");
	char *path =
	    realpath(dumps != NULL ? dumps : "../shared/data/syx", NULL);

	setenv("SXLIB_DUMPS", path != NULL ? path : "", 1);
	free(path);
	*state = mkdtemp(folder);
	return *state != NULL && chdir(folder) == 0 ? 0 : -1;
}

static int
remove_folder(void **state)
{
	return chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
}

static void
write_file(const char *path, const void *data, size_t n)
{
	FILE *fp = fopen(path, "w");

	assert_non_null(fp);
	assert_int_equal(fwrite(data, 1, n, fp), n);
	assert_int_equal(fclose(fp), 0);
}

/*
 * .syx: the bytes in hex, and the expected items: "offset:bytes" for a message,
 * then " (damage)" and " +realtime" if there is any; "offset=bytes" for stray
 * bytes.
 */
static const struct {
	const char *file;
	const char *items;
} cases[] = {
	{ "", "" },
	{ "F07D01F7", "0:F07D01F7\n" },
	{ "F0F7", "0:F0F7\n" },
	{ "F07D01F7F07D02F7", "0:F07D01F7\n4:F07D02F7\n" },
	{ "0102F07D01F7", "0=0102\n2:F07D01F7\n" },
	{ "F07D01F70000", "0:F07D01F7\n4=0000\n" },
	{ "F07D01F700F7F07D02F7", "0:F07D01F7\n4=00F7\n6:F07D02F7\n" },
	{ "F7F7", "0=F7F7\n" },
	{ "F8FEF07D01F7FF", "0=F8FE\n2:F07D01F7\n6=FF\n" },
	{ "F0F87D01FEF7", "0:F07D01F7 +2\n" },
	{ "F0F87DF7F0FE7EF7", "0:F07DF7 +1\n4:F07EF7 +1\n" },
	{ "F07D01", "0:F07D01 (end of input)\n" },
	{ "F0", "0:F0 (end of input)\n" },
	{ "F0F8", "0:F0 (end of input) +1\n" },
	{ "F07D01904040F7F07D02F7",
	    "0:F07D01 (status byte 90)\n3=904040F7\n7:F07D02F7\n" },
	{ "F07D01F890", "0:F07D01 (status byte 90) +1\n4=90\n" },
	{ "F07DF6", "0:F07D (status byte F6)\n2=F6\n" },
	{ "F07DF4F5F7", "0:F07D (status byte F4)\n2=F4F5F7\n" },
	{ "F07D01F07D02F7", "0:F07D01 (new F0)\n3:F07D02F7\n" },
	{ "F0F0F0F7", "0:F0 (new F0)\n1:F0 (new F0)\n2:F0F7\n" },
	{ "904040C001F1F8F37FF6F07DF7", "0=904040C001F1F8F37FF6\n10:F07DF7\n" },
	{ "90F07DF740", "0=90\n1:F07DF7\n4=40\n" },
	{ "463020344420463720", "0=463020344420463720\n" }, /* hex text */
	{ "4D54", "0=4D54\n" },				    /* "MT" */
	{ "524946460000000057415658", "0=524946460000000057415658\n" },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static size_t
from_hex(const char *hex, uint8_t *out)
{
	size_t n = strlen(hex) / 2;
	unsigned v;

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(sscanf(hex + 2 * i, "%2x", &v), 1);
		out[i] = (uint8_t)v;
	}
	return n;
}

static void
render(FILE *out, const struct sx_item *item)
{
	char damage[SX_DAMAGE_TEXT];

	fprintf(out, "%" PRIu64 "%c", item->offset, item->stray ? '=' : ':');
	for (size_t i = 0; i < item->len; i++)
		fprintf(out, "%02X", item->data[i]);
	if (sx_damage_text(item->damage, damage) != NULL)
		fprintf(out, " (%s)", damage);
	if (item->realtime > 0)
		fprintf(out, " +%zu", item->realtime);
	fputc('\n', out);
}

/* Return all items of a .syx as text; the caller frees it. */
static char *
items_of(struct sx_file *f)
{
	struct sx_err e = { 0 };
	struct sx_item item;
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	assert_non_null(f);
	while (sx_file_next(f, &item, &e) == 1)
		render(out, &item);
	assert_int_equal(e.code, SX_OK);
	assert_int_equal(sx_file_next(f, &item, &e), 0);
	assert_true(
	    sx_file_note(f) == NULL || strstr(sx_file_note(f), " 0A ") != NULL);
	assert_int_equal(sx_file_format(f), SX_FILE_SYX);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
each_stream(void **state)
{
	struct sx_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		size_t n = strlen(cases[i].file) / 2;
		uint8_t *data = malloc(n + 1), *exact;
		struct sx_file *f;
		char *text;

		assert_int_equal(from_hex(cases[i].file, data), n);
		write_file("x.syx", data, n);
		f = sx_file_open("x.syx", NULL, &e);
		text = items_of(f);
		assert_string_equal(text, cases[i].items);
		assert_int_equal(sx_file_size(f), n);
		sx_file_close(f);
		free(text);
		/* Exactly this many bytes, so that ASan detects a read beyond
		 * them. */
		exact = malloc(n);
		memcpy(exact, data, n);
		f = sx_file_memory(exact, n, &e);
		text = items_of(f);
		assert_string_equal(text, cases[i].items);
		free(text);
		sx_file_rewind(f);
		text = items_of(f);
		assert_string_equal(text, cases[i].items);
		sx_file_close(f);
		free(text);
		free(exact);
		free(data);
	}
	unlink("x.syx");
}

static uint32_t
rnd(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Return the expected items, found byte by byte. */
static char *
plainly(const uint8_t *p, size_t n)
{
	uint8_t *buf = malloc(n);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < n;) {
		struct sx_item item = { .data = buf, .offset = i };

		item.stray = p[i] != 0xf0;
		buf[item.len++] = p[i++];
		for (; item.stray && i < n && p[i] != 0xf0; i++)
			buf[item.len++] = p[i];
		for (; !item.stray && i < n; i++) {
			if (p[i] >= 0xf8)
				item.realtime++;
			else if (p[i] < 0x80 || p[i] == 0xf7)
				buf[item.len++] = p[i];
			else
				break;
			if (p[i] == 0xf7) {
				i++;
				break;
			}
		}
		if (!item.stray &&
		    (item.len < 2 || buf[item.len - 1] != 0xf7)) {
			item.damage.kind = i == n	  ? SX_DAMAGE_INPUT
					   : p[i] == 0xf0 ? SX_DAMAGE_NEW_F0
							  : SX_DAMAGE_STATUS;
			item.damage.status = i < n ? p[i] : 0;
		}
		render(out, &item);
	}
	assert_int_equal(fclose(out), 0);
	free(buf);
	return text;
}

static void
random_streams(void **state)
{
	static const uint8_t likely[] = { 0xf0, 0xf0, 0xf7, 0xf7, 0xf8, 0xfe,
		0x90, 0xf6, 0x00, 0x7f };
	struct sx_err e = { 0 };
	uint32_t seed = 7;

	(void)state;
	for (size_t round = 0; round < 5000; round++) {
		size_t n = rnd(&seed) % 64 + 1;
		uint8_t *data = malloc(n);
		struct sx_file *f;
		char *want, *have;

		for (size_t i = 0; i < n; i++)
			data[i] = rnd(&seed) & 0x300
				      ? (uint8_t)(rnd(&seed) & 0x7f)
				      : likely[rnd(&seed) % sizeof(likely)];
		f = sx_file_memory(data, n, &e);
		have = items_of(f);
		want = plainly(data, n);
		assert_string_equal(have, want);
		sx_file_close(f);
		free(have);
		free(want);
		free(data);
	}
}

/* The contents of the large file: messages of 1,000 bytes, one of 3 MB across
 * the starts of windows, a stray run of 1 MB, real-time bytes. */
#define LARGE ((size_t)40 << 20)

static uint8_t *
large_bytes(void)
{
	uint8_t *p = malloc(LARGE);

	assert_non_null(p);
	for (size_t i = 0; i < LARGE; i++)
		p[i] = (uint8_t)(i % 1000 == 0	   ? 0xf0
				 : i % 1000 == 999 ? 0xf7
						   : i * 31 % 127);
	memset(p + 20000001, 0x22, 2999998);
	memset(p + 30000000, 0x33, 1000000);
	for (size_t i = 35000500; i < 36000000; i += 1000)
		p[i] = 0xf8;
	return p;
}

/* A stray run longer than what is held in memory is classified as a whole. */
static void
large_stray(void **state)
{
	enum { N = 3 << 20 };
	static const struct {
		size_t at; /* of a byte with another value */
		uint8_t byte;
		enum sx_stray what;
	} t[] = {
		{ 0, 0x00, SX_STRAY_PADDING },
		{ N - 1, 0xf7, SX_STRAY_REST },
		{ N / 2, 0xf7, SX_STRAY_REST },
		{ N - 1, 0x01, SX_STRAY_UNKNOWN },
	};
	uint8_t *p = malloc(N);
	struct sx_item item;

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < 5; i++) {
		struct sx_err e = { 0 };
		struct sx_file *f;

		memset(p, 0, N);
		/* Filled with one value, then with another. */
		if (i == 4)
			memset(p + N / 2, 0xff, N / 2);
		else
			p[t[i].at] = t[i].byte;
		write_file("large.syx", p, N);
		f = sx_file_open("large.syx", NULL, &e);
		assert_non_null(f);
		assert_int_equal(sx_file_next(f, &item, &e), 1);
		assert_true(item.stray);
		assert_int_equal(item.len, N);
		assert_int_equal(
		    item.what, i == 4 ? SX_STRAY_UNKNOWN : t[i].what);
		sx_file_close(f);
		unlink("large.syx");
	}
	free(p);
}

static void
large_file(void **state)
{
	uint8_t *p = large_bytes();
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f;
	uint64_t at = 0;
	size_t n = 0, realtime = 0;

	(void)state;
	write_file("large.syx", p, LARGE);
	f = sx_file_open("large.syx", NULL, &e);
	assert_non_null(f);
	assert_int_equal(sx_file_size(f), LARGE);
	for (; sx_file_next(f, &item, &e) == 1; n++) {
		assert_int_equal(item.offset, at);
		if (item.realtime > 0) {
			assert_int_equal(item.len, 999);
			assert_memory_equal(item.data, p + at, 500);
			assert_memory_equal(item.data + 500, p + at + 501, 499);
		} else {
			assert_memory_equal(item.data, p + at, item.len);
		}
		assert_int_equal(item.stray, at == 30000000);
		assert_int_equal(item.damage.kind, at == LARGE / 1000 * 1000
						       ? SX_DAMAGE_INPUT
						       : SX_DAMAGE_NONE);
		at += item.len + item.realtime;
		realtime += item.realtime;
	}
	assert_int_equal(e.code, SX_OK);
	assert_int_equal(at, LARGE);
	assert_int_equal(realtime, 1000);
	assert_int_equal(n, LARGE / 1000 + 1 - 2999 - 999);
	sx_file_close(f);
	unlink("large.syx");
	free(p);
}

/* The file is truncated while it is read: an error, not SIGBUS. */
static void
file_that_shrinks(void **state)
{
	uint8_t *p = large_bytes();
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f;
	int rc;

	(void)state;
	write_file("large.syx", p, LARGE);
	f = sx_file_open("large.syx", NULL, &e);
	assert_non_null(f);
	assert_int_equal(sx_file_next(f, &item, &e), 1);
	assert_int_equal(truncate("large.syx", 10000000), 0);
	while ((rc = sx_file_next(f, &item, &e)) == 1)
		assert_true(item.offset < 10000000);
	assert_int_equal(rc, -1);
	assert_int_equal(e.code, SX_EIO);
	assert_non_null(strstr(e.msg, "'large.syx' was truncated"));
	assert_non_null(strstr(e.msg, "10000000"));
	sx_file_close(f);
	unlink("large.syx");
	free(p);
}

static void
put_be(uint8_t *p, size_t v)
{
	for (size_t i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* 24 tracks of 1 MiB of text, each with a message in two packets around half of
 * it: read in windows, and out of order. */
#define TEXT ((size_t)1 << 19)

static void
large_mid(void **state)
{
	static const uint8_t meta[] = { 0x01, 0xff, 0x01, 0xa0, 0x80, 0x00 };
	const size_t track = 8 + 2 * (sizeof(meta) + TEXT) + 6 + 6 + 4;
	uint8_t *p = calloc(1, 14 + 24 * track), *at = p + 14;
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f;

	(void)state;
	assert_non_null(p);
	memcpy(p, "MThd\0\0\0\6\0\1\0\x18\1\xe0", 14);
	for (uint8_t i = 0; i < 24; i++) {
		uint8_t first[] = { (uint8_t)(0x60 - i), 0xf0, 3, 0x7d, i, 1 };
		uint8_t second[] = { 0x01, 0xf7, 3, i, 2, 0xf7 };

		memcpy(at, "MTrk", 4);
		put_be(at + 4, track - 8);
		memcpy(at + 8, first, 6);
		memcpy(at + 14, meta, sizeof(meta));
		at += 14 + sizeof(meta) + TEXT;
		memcpy(at, second, 6);
		memcpy(at + 6, meta, sizeof(meta));
		at += 6 + sizeof(meta) + TEXT;
		memcpy(at, "\0\xff\x2f", 4);
		at += 4;
	}
	write_file("large.mid", p, 14 + 24 * track);
	free(p);
	f = sx_file_open("large.mid", NULL, &e);
	assert_non_null(f);
	for (uint8_t i = 24; i-- > 0;) {
		uint8_t want[] = { 0xf0, 0x7d, i, 1, i, 2, 0xf7 };

		assert_int_equal(sx_file_next(f, &item, &e), 1);
		assert_int_equal(item.len, sizeof(want));
		assert_memory_equal(item.data, want, sizeof(want));
		assert_int_equal(item.offset, 14 + i * track + 9);
		assert_int_equal(item.at, (0x60 - i) * 500000 / 480);
	}
	assert_int_equal(sx_file_next(f, &item, &e), 0);
	assert_null(sx_file_note(f));
	sx_file_close(f);
	unlink("large.mid");
}

/* One message of 2 MiB, truncated after all of it has been checked. */
static void
mid_that_shrinks(void **state)
{
	static const uint8_t head[] = "MThd\0\0\0\6\0\0\0\1\1\xe0"
				      "MTrk\0\x20\0\x0a\0\xf0\x81\x80\x80\0";
	const size_t message = (size_t)1 << 21, n = 28 + message + 4;
	uint8_t *p = calloc(1, n);
	struct sx_item item;
	struct sx_file *f;

	(void)state;
	assert_non_null(p);
	memcpy(p, head, 28);
	p[n - 5] = 0xf7;
	memcpy(p + n - 4, "\0\xff\x2f", 4);
	for (int all = 0; all < 2; all++) {
		struct sx_err e = { 0 };

		write_file("large.mid", p, n);
		f = sx_file_open("large.mid", NULL, &e);
		assert_non_null(f);
		assert_int_equal(all ? sx_file_all(f, &e) : 0, 0);
		assert_int_equal(sx_file_next(f, &item, &e), 1);
		assert_int_equal(item.len, message + 1);
		assert_int_equal(sx_file_next(f, &item, &e), 0);
		sx_file_close(f);

		f = sx_file_open("large.mid", NULL, &e);
		assert_non_null(f);
		assert_int_equal(all ? sx_file_all(f, &e) : 0, 0);
		assert_int_equal(truncate("large.mid", 1000000), 0);
		assert_int_equal(sx_file_next(f, &item, &e), -1);
		assert_int_equal(e.code, SX_EIO);
		assert_non_null(strstr(e.msg, "'large.mid' was truncated"));
		sx_file_close(f);
		unlink("large.mid");
	}
	free(p);
}

static void
not_to_be_read(void **state)
{
	static const struct {
		const char *path;
		const char *why;
	} files[] = {
		{ "missing.syx", "cannot open 'missing.syx': No such file" },
		{ "missing/x.syx", "cannot open 'missing/x.syx': No such" },
		{ ".", "'.' is a folder" },
		{ "/dev/null", "'/dev/null' is a device" },
		{ "", "cannot open ''" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct sx_err e = { 0 };

		assert_null(sx_file_open(files[i].path, NULL, &e));
		assert_int_equal(e.code, SX_EIO);
		assert_non_null(strstr(e.msg, files[i].why));
	}
}

static void
not_permitted(void **state)
{
	struct sx_err e = { 0 };
	bool root = geteuid() == 0;

	(void)state;
	write_file("secret.syx", "\xf0\xf7", 2);
	assert_int_equal(chmod("secret.syx", 0), 0);
	assert_int_equal(chmod(".", 0755), 0);
	/* Root may read everything: become nobody meanwhile. */
	if (root)
		assert_int_equal(seteuid(65534), 0);
	assert_null(sx_file_open("secret.syx", NULL, &e));
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(e.code, SX_EIO);
	assert_string_equal(
	    e.msg, "cannot open 'secret.syx': Permission denied");
	unlink("secret.syx");
}

static void
malformed_names_file(void **state)
{
	static const uint8_t mid[] = "MThd\0\0\0\6\0\0\0\1\1\xe0"
				     "MTrk\0\0\0\1\xff";
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f;

	(void)state;
	write_file("bad.syx", mid, sizeof(mid) - 1);
	f = sx_file_open("bad.syx", NULL, &e);
	assert_non_null(f);
	assert_int_equal(sx_file_format(f), SX_FILE_MID);
	assert_int_equal(sx_file_next(f, &item, &e), -1);
	assert_int_equal(e.code, SX_EDATA);
	assert_non_null(
	    strstr(e.msg, "'bad.syx' is malformed: track 1, offset 22: "));
	sx_file_close(f);
	unlink("bad.syx");
}

/* Open "-" with descriptor fd as standard input, which is closed. */
static struct sx_file *
open_standard_input(int fd, struct sx_err *e)
{
	int saved = dup(STDIN_FILENO);
	struct sx_file *f;

	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	f = sx_file_open("-", NULL, e);
	/* It is still open. */
	assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	dup2(saved, STDIN_FILENO);
	close(saved);
	return f;
}

static void
standard_input(void **state)
{
	struct sx_err e = { 0 };
	struct stat st;
	struct sx_file *f;
	struct timespec before, after;
	char *text;
	int fd[2];

	(void)state;
	/* time() may lag behind this clock. */
	clock_gettime(CLOCK_REALTIME, &before);
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "\x01\xf0\x7d\xf7", 4), 4);
	close(fd[1]);
	f = open_standard_input(fd[0], &e);
	text = items_of(f);
	assert_string_equal(text, "0=01\n1:F07DF7\n");
	assert_int_equal(sx_file_size(f), 4);
	clock_gettime(CLOCK_REALTIME, &after);
	assert_true(sx_file_time(f) / 1000000 >= before.tv_sec);
	assert_true(sx_file_time(f) / 1000000 <= after.tv_sec);
	sx_file_close(f);
	free(text);

	/* A file is read from its current position, and has a time. */
	write_file("x.syx", "\x01\xf0\x7d\xf7", 4);
	assert_int_equal(stat("x.syx", &st), 0);
	fd[0] = open("x.syx", O_RDONLY);
	assert_int_equal(lseek(fd[0], 1, SEEK_SET), 1);
	f = open_standard_input(fd[0], &e);
	text = items_of(f);
	assert_string_equal(text, "0:F07DF7\n");
	assert_int_equal(sx_file_time(f) / 1000000, st.st_mtim.tv_sec);
	sx_file_close(f);
	free(text);

	assert_null(open_standard_input(open(".", O_RDONLY), &e));
	assert_string_equal(e.msg, "standard input is a folder, not a file");
	unlink("x.syx");
}

static void
named_pipe(void **state)
{
	struct sx_err e = { 0 };
	struct sx_file *f;
	char *text;
	pid_t child;
	int fd;

	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	child = fork();
	if (child == 0) {
		fd = open("pipe", O_WRONLY);
		_exit(write(fd, "\xf0\x7d\xf7", 3) != 3);
	}
	f = sx_file_open("pipe", NULL, &e);
	text = items_of(f);
	assert_string_equal(text, "0:F07DF7\n");
	sx_file_close(f);
	free(text);
	assert_int_equal(waitpid(child, NULL, 0), child);
	unlink("pipe");
}

static void
time_of_file(void **state)
{
	static const struct {
		const char *path;
		int64_t time;
	} files[] = {
		{ "20261122T051530.123Z-jomox-pattern.syx",
		    INT64_C(1795324530123000) },
		{ "./20261122T051530.123Z.damaged.syx",
		    INT64_C(1795324530123000) },
		{ "pattern03.syx", INT64_C(1000000000123456) },
		{ "20261122T0515.syx", INT64_C(1000000000123456) },
	};
	const struct timespec times[2] = { { 1000000000, 123456789 },
		{ 1000000000, 123456789 } };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct sx_err e = { 0 };
		struct sx_file *f;

		write_file(files[i].path, "\xf0\xf7", 2);
		assert_int_equal(
		    utimensat(AT_FDCWD, files[i].path, times, 0), 0);
		f = sx_file_open(files[i].path, NULL, &e);
		assert_non_null(f);
		assert_true(sx_file_time(f) == files[i].time);
		sx_file_close(f);
		unlink(files[i].path);
	}
}

/* Every message has its facts. */
static void
facts(void **state)
{
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f =
	    sx_file_memory((const uint8_t *)"\x01\xf0\x42\xf8\xf7", 5, &e);

	(void)state;
	assert_non_null(f);
	assert_int_equal(sx_file_next(f, &item, &e), 1);
	assert_true(item.stray);
	assert_int_equal(item.facts.maker_id, 0);
	assert_int_equal(sx_file_next(f, &item, &e), 1);
	assert_int_equal(item.facts.maker_id, 0x42);
	assert_int_equal(sx_file_next(f, &item, &e), 0);
	sx_file_close(f);
}

/* Real dumps, if available. */
static const struct {
	const char *file;
	size_t bytes, messages, stray;
} dumps[] = {
	{ "access-virusti-single.syx", 524, 1, 0 },
	{ "akai-ax80-bank.syx", 3200, 64, 0 },
	{ "behringer-wave-editbuffer.syx", 134, 1, 0 },
	{ "elektron-machinedrum-kit.syx", 1233, 1, 0 },
	{ "elektron-monomachine-global.syx", 99, 1, 0 },
	{ "elektron-monomachine-kit+pattern.syx", 1249, 2, 0 },
	{ "elektron-monomachine-kit.syx", 667, 1, 0 },
	{ "elektron-monomachine-song.syx", 1698, 1, 0 },
	{ "elektron-rytm-7sounds.syx", 1449, 7, 0 },
	{ "ensoniq-esq1-program.syx", 210, 1, 0 },
	{ "korg-dw8000-bank.syx", 4096, 128, 0 },
	{ "korg-m1-factory.mid", 30629, 2, 0 },
	{ "korg-m1-programs.syx", 16511, 1, 161 },
	{ "korg-minilogueXD-program.syx", 1181, 1, 0 },
	{ "moog-voyager-bankA.syx", 18734, 1, 0 },
	{ "novation-peak-patch.syx", 527, 1, 0 },
	{ "novation-ultranova-patch.syx", 526, 1, 0 },
	{ "roland-d50-editbuffer.syx", 518, 7, 0 },
	{ "roland-jdxi-tone.syx", 354, 5, 0 },
	{ "roland-jx8p-bank.syx", 2496, 64, 0 },
	{ "sequential-tempest-sound.syx", 174, 1, 0 },
	{ "waldorf-m-wavetable.syx", 512, 1, 0 },
	{ "waldorf-pulse-sound.syx", 77, 1, 0 },
	{ "yamaha-dx7-rom2b.syx", 4104, 1, 0 },
	{ "zoom-ms-patch.syx", 146, 1, 0 },
};

static struct sx_file *
open_dump(const char *name)
{
	struct sx_err e = { 0 };
	struct sx_file *f;
	char *path;

	assert_int_not_equal(
	    asprintf(&path, "%s/%s", getenv("SXLIB_DUMPS"), name), -1);
	f = sx_file_open(path, NULL, &e);
	if (f == NULL)
		fail_msg("%s", e.msg);
	free(path);
	return f;
}

static void
real_dumps(void **state)
{
	struct sx_err e = { 0 };
	struct sx_item item;

	(void)state;
	need_dumps(getenv("SXLIB_DUMPS"));
	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		struct sx_file *f = open_dump(dumps[i].file);
		size_t messages = 0, stray = 0, bytes = 0;

		assert_int_equal(sx_file_size(f), dumps[i].bytes);
		while (sx_file_next(f, &item, &e) == 1) {
			bytes += item.len;
			stray += item.stray ? item.len : 0;
			messages += !item.stray;
			assert_int_equal(item.damage.kind, SX_DAMAGE_NONE);
			assert_int_equal(item.realtime, 0);
		}
		assert_int_equal(e.code, SX_OK);
		assert_int_equal(messages, dumps[i].messages);
		assert_int_equal(stray, dumps[i].stray);
		if (sx_file_format(f) == SX_FILE_SYX)
			assert_int_equal(bytes, dumps[i].bytes);
		sx_file_close(f);
	}
}

/* A MacBinary header before the dump and remains after it; and a .mid. */
static void
irregular_dumps(void **state)
{
	static const struct {
		const char *file;
		struct {
			uint64_t offset;
			size_t len;
			bool stray;
			int64_t at;
		} items[5];
	} files[] = {
		{ "korg-m1-programs.syx",
		    { { 0, 128, true, 0 }, { 128, 16350, false, 0 },
			{ 16478, 2, true, 0 }, { 16480, 31, true, 0 } } },
		{ "korg-m1-factory.mid",
		    { { 90, 16350, false, 2073958 },
			{ 16444, 14179, false, 12084375 } } },
	};
	struct sx_err e = { 0 };
	struct sx_item item;

	(void)state;
	need_dumps(getenv("SXLIB_DUMPS"));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct sx_file *f = open_dump(files[i].file);

		for (size_t k = 0; files[i].items[k].len != 0; k++) {
			assert_int_equal(sx_file_next(f, &item, &e), 1);
			assert_int_equal(item.offset, files[i].items[k].offset);
			assert_int_equal(item.len, files[i].items[k].len);
			assert_int_equal(item.stray, files[i].items[k].stray);
			assert_true(item.at == files[i].items[k].at);
		}
		assert_int_equal(sx_file_next(f, &item, &e), 0);
		sx_file_close(f);
	}
}

/*
 * Make a file with `before` bytes of a message, a message of `len` bytes that
 * begins with head and ends with `end`, and a short one, with some real-time
 * bytes.
 */
static size_t
long_file(uint8_t *p, const char *head, size_t n, size_t len, bool realtime,
    uint8_t end)
{
	static const uint8_t next[] = { 0xf0, 0x7d, 0x05, 0xf7 };
	size_t k = sizeof(next);

	memcpy(p, next, k);
	memcpy(p + k, head, n);
	for (size_t i = n; i < len; i++)
		p[k + i] = (uint8_t)(i % 127);
	for (size_t i = n; realtime && i < len; i += 70001)
		p[k + i] = 0xf8;
	k += len;
	p[k++] = end;
	memcpy(p + k, next, sizeof(next));
	return k + sizeof(next);
}

/* Skimming does not change the items or their facts. */
static void
skimming_says_the_same(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} heads[] = {
		{ "\xf0\x7d", 2 },
		{ "\xf0\x31\x7f", 3 },
		{ "\xf0\x01\x02", 3 },
		{ "\xf0\x00\x20\x32\x33", 5 },
		/* Machinedrum kit: its checksum covers all of it. */
		{ "\xf0\x00\x20\x3c\x02\x00\x52\x04", 8 },
	};
	static const size_t sizes[] = { 16, 65535, 65536, 1048575, 1048576,
		1048577, 3000000 };
	static const uint8_t ends[] = { 0xf7, 0x90, 0xf0 };
	uint8_t *p = malloc(3000100);
	size_t skimmed = 0;

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < 5 * 7 * 2 * 3; i++) {
		size_t h = i % 5, n = sizes[i / 5 % 7];
		struct sx_err e = { 0 };
		struct sx_item a, b;
		struct sx_file *f, *g;
		int rc;

		n = long_file(
		    p, heads[h].bytes, heads[h].n, n, i / 35 % 2, ends[i / 70]);
		f = sx_file_memory(p, n, &e);
		g = sx_file_memory(p, n, &e);
		assert_non_null(f);
		assert_non_null(g);
		sx_file_skim(g);
		do {
			rc = sx_file_next(f, &a, &e);
			assert_int_equal(sx_file_next(g, &b, &e), rc);
			skimmed += rc == 1 && b.data == NULL;
			assert_true(rc == 0 || b.data != NULL || h != 4);
			a.data = b.data = NULL;
			assert_int_equal(a.offset, b.offset);
			assert_int_equal(a.len, b.len);
			assert_int_equal(a.stray, b.stray);
			assert_int_equal(a.damage.kind, b.damage.kind);
			assert_int_equal(a.damage.status, b.damage.status);
			assert_int_equal(a.realtime, b.realtime);
			assert_memory_equal(
			    &a.facts, &b.facts, sizeof(a.facts));
		} while (rc == 1);
		assert_int_equal(rc, 0);
		sx_file_close(f);
		sx_file_close(g);
	}
	assert_int_equal(skimmed, 4 * 3 * 2 * 3);
	free(p);
}

/* One decoder for several files, each decoded as if alone. */
static void
test_one_after_the_other(void **state)
{
	static const struct {
		const char *path, *maker, *device;
		uint8_t data[12];
		size_t n;
	} files[] = {
		{ "a.syx", "Korg", "minilogue",
		    { 0xf0, 0x42, 0x30, 0, 1, 0x2c, 0x51, 0, 0xf7 }, 9 },
		{ "b.syx", "Elektron", "Machinedrum",
		    { 0xf0, 0, 0x20, 0x3c, 2, 0, 0x52, 4, 1, 1, 0xf7 }, 11 },
		{ "c.syx", "", "", { 0xf0, 0x7d, 1, 0xf7 }, 4 },
		{ "d.syx", "Korg", "minilogue",
		    { 0xf0, 0x42, 0x30, 0, 1, 0x2c, 0x40, 0, 0xf7 }, 9 },
	};
	struct sx_decoder *kept = NULL, *first = NULL;
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		write_file(files[i].path, files[i].data, files[i].n);
		f = sx_file_open_next(files[i].path, NULL, &kept, &e);
		assert_non_null(f);
		first = i == 0 ? kept : first;
		assert_non_null(kept);
		assert_ptr_equal(kept, first);
		assert_int_equal(sx_file_next(f, &item, &e), 1);
		if (files[i].maker[0] != '\0')
			assert_string_equal(item.facts.maker, files[i].maker);
		assert_string_equal(item.facts.device, files[i].device);
		assert_int_equal(sx_file_next(f, &item, &e), 0);
		sx_file_close(f);
		assert_int_equal(unlink(files[i].path), 0);
	}
	assert_null(sx_file_open_next("a.syx", NULL, &kept, &e));
	assert_ptr_equal(kept, first);
	sx_decoder_free(kept);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stream),
		cmocka_unit_test(random_streams),
		cmocka_unit_test(large_stray),
		cmocka_unit_test(large_file),
		cmocka_unit_test(file_that_shrinks),
		cmocka_unit_test(large_mid),
		cmocka_unit_test(mid_that_shrinks),
		cmocka_unit_test(not_to_be_read),
		cmocka_unit_test(not_permitted),
		cmocka_unit_test(malformed_names_file),
		cmocka_unit_test(standard_input),
		cmocka_unit_test(named_pipe),
		cmocka_unit_test(time_of_file),
		cmocka_unit_test(facts),
		cmocka_unit_test(real_dumps),
		cmocka_unit_test(irregular_dumps),
		cmocka_unit_test(skimming_says_the_same),
		cmocka_unit_test(test_one_after_the_other),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
