/* SPDX-License-Identifier: ISC */
/*
 * "sxlib request" as a whole, with the session of fake_session.c and an
 * instrument that answers, answers something else, twice, late, damaged or not
 * at all. It ends; all that came is in a file, but for echoes, doubles and what
 * is no good of what is there whole; no file looks whole that is not; and exit
 * status 0 means that every answer is there. Input: what is asked for, and what
 * happens.
 */
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/cli/commands.h"
#include "../../src/cli/own.h"
#include "fake_session.h"
#include "sxlib/framer.h"

#define SLOTS_MOST 4

struct file {
	char name[256];
	uint8_t *data;
	size_t n;
	bool whole; /* by its name */
};

struct files {
	struct file list[512];
	size_t n;
};

/* ---- What is left of it ---- */

static void
read_file(int folder, struct file *f)
{
	int fd = openat(folder, f->name, O_RDONLY | O_CLOEXEC);
	const char *suffix = strrchr(f->name, '.');
	struct stat st;

	MUST(fd != -1 && fstat(fd, &st) == 0);
	f->n = (size_t)st.st_size;
	f->data = malloc(f->n + 1);
	MUST(f->data != NULL && read(fd, f->data, f->n) == st.st_size);
	close(fd);
	MUST(unlinkat(folder, f->name, 0) == 0);
	f->whole = suffix != NULL && strcmp(suffix, ".syx") == 0 &&
		   strstr(f->name, ".damaged") == NULL;
}

/* All files of the folder, and remove it. */
static void
take_files(struct files *files, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	files->n = 0;
	MUST(dir != NULL);
	while ((entry = readdir(dir)) != NULL) {
		struct file *f = &files->list[files->n];

		if (entry->d_name[0] == '.')
			continue;
		MUST(files->n++ < sizeof(files->list) / sizeof(*f));
		snprintf(f->name, sizeof(f->name), "%s", entry->d_name);
		read_file(dirfd(dir), f);
	}
	closedir(dir);
	MUST(rmdir(path) == 0);
}

static bool
in_file(const struct files *files, const uint8_t *p, size_t n, bool whole)
{
	for (size_t i = 0; i < files->n; i++)
		if ((files->list[i].whole || !whole) &&
		    memmem(files->list[i].data, files->list[i].n, p, n) != NULL)
			return true;
	return false;
}

/* The length of the message that p begins with. */
static size_t
message_length(const uint8_t *p, size_t n)
{
	size_t len = 1 + sx_find_status(p + 1, n - 1);

	return len < n && p[len] == 0xf7 ? len + 1 : len;
}

/* Is it all of an answer to this, with nothing wrong? */
static bool
answers(const struct file *f, const struct sx_request *q)
{
	enum sx_answer answer = SX_ANSWER_NOT;
	size_t got = 0, len;
	struct sx_facts facts;

	for (size_t at = 0; at < f->n; at += len) {
		len = message_length(f->data + at, f->n - at);
		sx_device_decode(NULL, f->data + at, len, &facts);
		answer = sx_request_judge(q, f->data + at, len, &got, NULL);
		if (facts.checksum == SX_CHECKSUM_BAD ||
		    answer < SX_ANSWER_PIECE)
			return false;
	}
	return answer == SX_ANSWER_WHOLE;
}

static bool
is_here(const struct files *files, const struct sx_request *q)
{
	for (size_t i = 0; i < files->n; i++)
		if (files->list[i].whole && answers(&files->list[i], q))
			return true;
	return false;
}

/* ---- What must hold ---- */

static bool
is_piece(const struct world *w, const struct came *came)
{
	const struct sx_request *q = &w->wishes[came->asked];
	size_t got = 0;

	return q->data != 0 && sx_request_judge(q, came->p, came->n, &got,
				   NULL) > SX_ANSWER_OTHER;
}

/* It is no good, and what it should have been is there. */
static bool
is_replaced(
    const struct world *w, const struct files *files, const struct came *came)
{
	size_t got = 0;

	if (!came->damaged && !came->bad_sum && !is_piece(w, came))
		return false;
	for (size_t i = 0; i < w->nwishes; i++) {
		const struct sx_request *q = &w->wishes[i];

		if ((i == came->asked || sx_request_judge(q, came->p, came->n,
					     &got, NULL) == SX_ANSWER_WHOLE) &&
		    is_here(files, q))
			return true;
	}
	return false;
}

static bool
is_echo(const struct world *w, const struct came *came)
{
	for (size_t i = 0; i < w->nwishes; i++)
		if (w->wishes[i].len == came->n &&
		    memcmp(w->wishes[i].msg, came->p, came->n) == 0)
			return true;
	return false;
}

static void
check_came(const struct world *w, const struct files *files)
{
	for (size_t i = 0; i < w->ncame; i++) {
		const struct came *came = &w->came[i];
		bool good = !came->damaged && !came->bad_sum;

		MUST(in_file(files, came->p, came->n, false) ||
		     is_echo(w, came) || is_replaced(w, files, came));
		MUST(!good || in_file(files, came->p, came->n, true) ||
		     is_echo(w, came) || is_piece(w, came));
	}
}

static bool
came_whole(const struct world *w, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < w->ncame; i++)
		if (!w->came[i].damaged && w->came[i].n == n &&
		    memcmp(w->came[i].p, p, n) == 0)
			return true;
	return false;
}

/* A file that looks whole is a dump that came, or an answer in pieces. */
static void
check_whole(const struct world *w, const struct file *f)
{
	size_t len;

	if (!f->whole || came_whole(w, f->data, f->n))
		return;
	for (size_t at = 0; at < f->n; at += len) {
		len = message_length(f->data + at, f->n - at);
		MUST(came_whole(w, f->data + at, len));
	}
}

static void
check(const struct world *w, const struct files *files, enum status status)
{
	check_came(w, files);
	for (size_t i = 0; i < files->n; i++)
		check_whole(w, &files->list[i]);
	for (size_t i = 0; status == ST_OK && i < w->nwishes; i++)
		MUST(is_here(files, &w->wishes[i]));
}

/* ---- The command ---- */

/* Its output is not looked at. */
static enum status
run_quietly(struct cli *c)
{
	FILE *out = stdout, *err = stderr, *nowhere = fopen("/dev/null", "we");
	enum status status;

	MUST(nowhere != NULL);
	stdout = stderr = nowhere;
	optind = 0; /* getopt() begins again */
	status = cmd_request.run(c);
	own_free(c);
	if (c->err.code != SX_OK)
		status = status_worse(status, status_of(&c->err));
	stdout = out;
	stderr = err;
	fclose(nowhere);
	return c->signal != 0 ? ST_FAILED : status;
}

/* As the user would: device, kind, and the slots of w->wishes. */
static enum status
run_request(const struct world *w, const struct sx_request_row *row,
    const char *folder, unsigned how)
{
	char retries[] = { (char)('0' + how % 4), '\0' }, slots[64] = "";
	char text[SX_SLOT_TEXT], *argv[16];
	struct cli c = { .command = &cmd_request, .argv = argv };
	const char *const words[] = { "request", "--port", "fuzz", "--out",
		folder, "--retries", retries, row->device, row->what };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		argv[c.argc++] = (char *)(uintptr_t)words[i];
	for (size_t i = 0; i < w->nwishes && row->slots.count > 0; i++) {
		if (w->wishes[i].row != row)
			continue;
		snprintf(slots + strlen(slots), sizeof(slots) - strlen(slots),
		    "%s%s", slots[0] != '\0' ? "," : "",
		    sx_slot_text(&row->slots, w->wishes[i].slot, text));
	}
	if (slots[0] != '\0')
		argv[c.argc++] = slots;
	argv[c.argc] = NULL;
	return run_quietly(&c);
}

static const struct sx_request_row *
choose_row(unsigned number)
{
	size_t n = 0;

	while (sx_request_row(n) != NULL)
		n++;
	return sx_request_row(number % n);
}

/* What the device calls so may be several rows. */
static void
add_wishes(
    struct world *w, const struct sx_request_row *chosen, long slot, long slots)
{
	const struct sx_request_row *row;

	for (size_t i = 0; (row = sx_request_row(i)) != NULL; i++) {
		if (strcmp(row->device, chosen->device) != 0 ||
		    strcmp(row->what, chosen->what) != 0)
			continue;
		for (long k = 0;
		     k == 0 || (k < slots && slot + k < row->slots.count);
		     k++) {
			MUST(w->nwishes < WISHES_MOST);
			sx_request_make(row,
			    row->slots.count > 0 ? slot + k : -1, -1,
			    &w->wishes[w->nwishes++]);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static const char shm[] = "/dev/shm/sxlib-fuzz-XXXXXX";
	static const char tmp[] = "/tmp/sxlib-fuzz-XXXXXX";
	char folder[sizeof(shm)];
	unsigned how = fuzz_byte(&in, &n);
	const struct sx_request_row *row = choose_row(fuzz_byte(&in, &n));
	long slot = fuzz_byte(&in, &n);
	struct world w = { .nwishes = 0 };
	struct files files;
	enum status status;

	snprintf(folder, sizeof(folder), "%s",
	    access("/dev/shm", W_OK) == 0 ? shm : tmp);
	MUST(mkdtemp(folder) != NULL);
	MUST(setenv("XDG_CONFIG_HOME", "/dev/null", 1) == 0);
	if (row->slots.count > 0)
		slot %= row->slots.count;
	add_wishes(&w, row, slot, 1 + how / 4 % SLOTS_MOST);
	w.in = in;
	w.n = n;
	world_begin(&w);
	status = run_request(&w, row, folder, how);
	take_files(&files, folder);
	check(&w, &files, status);
	for (size_t i = 0; i < files.n; i++)
		free(files.list[i].data);
	world_end(&w);
	return 0;
}
