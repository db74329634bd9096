/* SPDX-License-Identifier: ISC */
/*
 * Recovery of the files found in a folder at a start. Input: files, each a byte
 * for its name (or, if that is 0xff, a length and the name), a length, and its
 * contents. The bytes of the parts, and nothing else, must be in the recovered
 * files, in order.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "../../src/store/journal.h"
#include "../../src/store/spool.h"
#include "fuzz.h"
#include "sxlib/store.h"

#define FILES 6
#define NAME  48

struct file {
	char name[NAME];
	const uint8_t *data;
	size_t n;
};

/* Syncing is not tested here, only slow. */
int
fsync(int fd)
{
	(void)fd;
	return 0;
}

int
syncfs(int fd)
{
	(void)fd;
	return 0;
}

static void
name_file(char name[NAME], const uint8_t **in, size_t *n)
{
	static const char *const suffixes[] = { ".part", ".damaged.part",
		".spool", ".0.piece", ".1-70.piece", ".2.damaged.piece", ".tmp",
		".5-6.part" };
	uint8_t what = fuzz_byte(in, n), len;

	if (what != 0xff) {
		snprintf(name, NAME, "20261122T051530.12%uZ-7%s%s",
		    what >> 3 & 7, what & 0x40 ? "-2" : "", suffixes[what & 7]);
		return;
	}
	len = fuzz_byte(in, n) % (NAME - 1);
	for (uint8_t i = 0; i < len; i++) {
		name[i] = (char)fuzz_byte(in, n);
		if (name[i] == '/' || name[i] == '\0')
			name[i] = '-';
	}
	name[len] = '\0';
	if (name[0] == '\0' || name[0] == '.')
		snprintf(name, NAME, "x");
}

static bool
is_piece(const char *name)
{
	bool marked;
	int64_t ms;

	return sx_part_is_piece(name, &ms, &marked);
}

static bool
is_part(const char *name)
{
	uint64_t inode, off;

	return sx_part_named(name, SX_PART_SUFFIX) ||
	       sx_part_named(name, SX_MARKED_SUFFIX) ||
	       sx_part_named(name, SX_SPOOL_SUFFIX) || is_piece(name) ||
	       sx_part_is_joined(name, &inode, &off);
}

static int
by_order(const void *a, const void *b)
{
	return sx_part_order(
	    ((const struct file *)a)->name, ((const struct file *)b)->name);
}

/* Is the piece still in the part that it was made from? */
static bool
is_twice(const struct file *files, size_t count, const struct file *piece)
{
	size_t stem = sx_part_stem(piece->name);
	const char *rest;

	for (size_t i = 0; i < count; i++) {
		rest = files[i].name + stem;
		if (strncmp(files[i].name, piece->name, stem) == 0 &&
		    (strcmp(rest, SX_PART_SUFFIX) == 0 ||
			strcmp(rest, SX_MARKED_SUFFIX) == 0 ||
			strcmp(rest, SX_SPOOL_SUFFIX) == 0))
			return true;
	}
	return false;
}

static bool
good(const uint8_t *data, size_t n, size_t pos, size_t *end)
{
	struct sx_journal_record r;

	*end = pos;
	return sx_journal_record_next(data, n, end, &r) &&
	       r.kind == SX_RECORD_DUMP;
}

/* Add all but the heads of its records, exactly as spool.h says. */
static size_t
add_spool(uint8_t *to, const struct file *f)
{
	size_t pos = 0, n = 0, end, left;
	struct sx_journal_record r;
	bool head;

	while (pos < f->n) {
		left = f->n - pos;
		head = left < 2 || (f->data[pos + 1] & 15) == SX_RECORD_DUMP;
		if (!good(f->data, f->n, pos, &end)) {
			end = f->n;
			if (left > SX_RECORD_HEAD) {
				end = SX_RECORD_HEAD + pos +
				      ((size_t)f->data[pos + 4] << 24 |
					  (size_t)f->data[pos + 5] << 16 |
					  (size_t)f->data[pos + 6] << 8 |
					  f->data[pos + 7]);
				if (!sx_journal_record_next(
					f->data, f->n, &(size_t){ end }, &r))
					end = f->n;
			}
		}
		if (head)
			pos += left < SX_RECORD_HEAD ? left : SX_RECORD_HEAD;
		memcpy(to + n, f->data + pos, end - pos);
		n += end - pos;
		pos = end;
	}
	return n;
}

/* Add the bytes of the dumps in a part. */
static size_t
add(uint8_t *to, const struct file *f)
{
	if (sx_part_named(f->name, SX_SPOOL_SUFFIX))
		return add_spool(to, f);
	memcpy(to, f->data, f->n);
	return f->n;
}

static size_t
expect(uint8_t *to, struct file *files, size_t count)
{
	struct file parts[FILES];
	size_t nparts = 0, n = 0;

	for (size_t i = 0; i < count; i++)
		if (files[i].n > 0 && is_part(files[i].name) &&
		    !(is_piece(files[i].name) &&
			is_twice(files, count, &files[i])))
			parts[nparts++] = files[i];
	qsort(parts, nparts, sizeof(parts[0]), by_order);
	for (size_t i = 0; i < nparts; i++)
		n += add(to + n, &parts[i]);
	return n;
}

static size_t
read_all(const char *path, uint8_t *to, size_t room)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	MUST(f != NULL);
	n = fread(to, 1, room, f);
	MUST(n < room);
	fclose(f);
	return n;
}

static size_t
make_files(struct file files[FILES], const uint8_t *in, size_t n)
{
	size_t count = 0, len;
	struct file *f;
	int fd;

	while (n > 0 && count < FILES) {
		f = &files[count];
		name_file(f->name, &in, &n);
		len = fuzz_byte(&in, &n) * 2u;
		f->n = len < n ? len : n;
		f->data = in;
		in += f->n;
		n -= f->n;
		fd = open(f->name, O_WRONLY | O_CREAT | O_EXCL, 0666);
		if (fd == -1)
			continue;
		MUST(write(fd, f->data, f->n) == (ssize_t)f->n);
		close(fd);
		count++;
	}
	return count;
}

/* Recover everything; `to` gets the bytes of the recovered files. */
static size_t
rescue(uint8_t *to, size_t room, bool *failed)
{
	struct sx_store_opts opts = { .out = "./", .first = -1 };
	const struct sx_dump *dump;
	struct sx_stored stored;
	struct sx_err e = { 0 };
	struct sx_store *s = sx_store_open(&opts, &e);
	size_t n = 0;
	int rc;

	MUST(s != NULL);
	while ((rc = sx_store_rescue(s, NULL, &stored, &dump, &e)) != 0) {
		MUST((rc == -1) == (e.code != SX_OK));
		*failed |= rc == -1;
		e = (struct sx_err){ 0 };
		if (rc == -1)
			continue;
		MUST(stored.final && !is_part(stored.path));
		n += read_all(stored.path, to + n, room - n);
		free(stored.path);
	}
	sx_store_close(s);
	return n;
}

/* Check that no part is left, and that other files are unchanged. */
static void
check_folder(const struct file *files, size_t count)
{
	static uint8_t data[8192];
	DIR *dir = opendir(".");
	struct dirent *entry;

	MUST(dir != NULL);
	while ((entry = readdir(dir)) != NULL)
		MUST(!is_part(entry->d_name) &&
		     !sx_part_named(entry->d_name, SX_TEMP_SUFFIX));
	closedir(dir);
	for (size_t i = 0; i < count; i++)
		if (!is_part(files[i].name) &&
		    !sx_part_named(files[i].name, SX_TEMP_SUFFIX)) {
			MUST(read_all(files[i].name, data, sizeof(data)) ==
			     files[i].n);
			MUST(files[i].n == 0 ||
			     memcmp(data, files[i].data, files[i].n) == 0);
		}
}

static void
empty_folder(const char *path)
{
	DIR *dir = opendir(".");
	struct dirent *entry;

	MUST(dir != NULL);
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			MUST(unlink(entry->d_name) == 0);
	closedir(dir);
	MUST(rmdir(path) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static uint8_t want[8192], have[8192];
	char path[] = "/tmp/sxlib-fuzz-XXXXXX";
	struct file files[FILES];
	size_t count, nwant, nhave;
	int back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool failed = false;

	MUST(back != -1 && mkdtemp(path) != NULL && chdir(path) == 0);
	count = make_files(files, in, n);
	nwant = expect(want, files, count);
	nhave = rescue(have, sizeof(have), &failed);
	if (!failed) {
		MUST(nhave == nwant && memcmp(have, want, nhave) == 0);
		check_folder(files, count);
	}
	empty_folder(path);
	MUST(fchdir(back) == 0);
	close(back);
	return 0;
}
