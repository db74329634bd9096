/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "duplicates.h"
#include "items.h"
#include "own.h"
#include "walk.h"

/* A shorter message holds no more than where something is to be stored. */
#define SHORTEST 16

static const struct option_row duplicates_options[] = {
	OPTION_QUIET,
	OPTION_JSON,
	OPTIONS_END,
};

/* ---- Files in ---- */

static int
add_message(struct dups *d, const struct sx_item *item, uint32_t file)
{
	size_t want = d->messages_cap > 0 ? d->messages_cap * 2 : 256;
	struct dup_message *p;
	uint8_t *bytes;

	if (item->damage.kind != SX_DAMAGE_NONE || !item->facts.dump ||
	    item->len < SHORTEST)
		return 0;
	if (d->nmessages == d->messages_cap) {
		p = reallocarray(d->messages, want, sizeof(*p));
		if (p == NULL)
			return -1;
		d->messages = p;
		d->messages_cap = want;
	}
	bytes = blank_message(item);
	if (bytes == NULL)
		return -1;
	d->messages[d->nmessages++] = (struct dup_message){
		.hash = hash_bytes(HASH_SEED, bytes, item->len),
		.offset = item->offset,
		.len = item->len,
		.file = file,
		.group = NO_GROUP,
	};
	free(bytes);
	return 0;
}

static int
read_items(struct dups *d, struct sx_file *f, struct record *r,
    struct sx_facts *facts, uint64_t *hash, struct sx_err *e)
{
	struct sx_item item;
	int rc;

	*hash = HASH_SEED;
	while ((rc = sx_file_next(f, &item, e)) == 1) {
		if (item.stray)
			continue;
		record_add(r, facts, &item);
		*hash = hash_bytes(*hash, item.data, item.len);
		if (add_message(d, &item, (uint32_t)d->rows.n) == -1)
			return sx_fail_memory(e);
	}
	return rc;
}

static int
add_file(struct dups *d, const char *path, struct sx_err *e)
{
	struct sx_facts facts = { .slot = -1 };
	struct record r = { .file = path, .facts = &facts };
	size_t before = d->nmessages, want = d->cap > 0 ? d->cap * 2 : 64;
	struct dup_file *p = d->files;
	struct sx_file *f;
	struct stat st;
	int rc;

	if (stat(path, &st) == -1)
		return sx_fail(e, SX_EIO, errno, "cannot open '%s'", path);
	if (d->rows.n == d->cap) {
		p = reallocarray(p, want, sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(e);
		d->files = p;
		d->cap = want;
	}
	f = sx_file_open(path, own_devices(d->c), e);
	if (f == NULL)
		return -1;
	p = &d->files[d->rows.n];
	*p = (struct dup_file){ .dev = st.st_dev, .ino = st.st_ino };
	r.time = sx_file_time(f);
	rc = read_items(d, f, &r, &facts, &p->hash, e);
	sx_file_close(f);
	/* What cannot be read to its end is not compared. */
	if (rc == -1)
		d->nmessages = before;
	else if (rows_add(&d->rows, &r, false) == -1)
		rc = sx_fail_memory(e);
	else
		p->out = r.messages == 0;
	return rc;
}

static int
add_files(struct dups *d)
{
	struct cli *c = d->c;
	struct walk walk = { .arguments = c->argv + c->next,
		.count = c->argc - c->next };
	struct sx_err e = { 0 };
	const char *path;
	int rc;

	while ((rc = walk_next(&walk, &path, &e)) != 0) {
		if (rc == 1)
			rc = add_file(d, path, &e);
		if (rc == -1 && e.code == SX_ENOMEM)
			break;
		if (rc == -1) {
			d->failed = true;
			warn_error(c, &e);
		}
	}
	walk_end(&walk);
	c->err = e;
	return rc;
}

/* ---- Files that are the same ---- */

/* Hard links, and files that were named twice, are one file. */
static int
by_inode(const void *a, const void *b, void *files)
{
	const struct dup_file *p = (struct dup_file *)files + *(uint32_t *)a;
	const struct dup_file *q = (struct dup_file *)files + *(uint32_t *)b;

	if (p->dev != q->dev)
		return p->dev < q->dev ? -1 : 1;
	if (p->ino != q->ino)
		return p->ino < q->ino ? -1 : 1;
	return p < q ? -1 : p > q;
}

static int
by_hash(const void *a, const void *b, void *files)
{
	const struct dup_file *p = (struct dup_file *)files + *(uint32_t *)a;
	const struct dup_file *q = (struct dup_file *)files + *(uint32_t *)b;

	if (p->hash != q->hash)
		return p->hash < q->hash ? -1 : 1;
	return p < q ? -1 : p > q;
}

static const char *
path_of(const struct dups *d, uint32_t file)
{
	return d->rows.rows[file].texts;
}

/* The next message; 0 at the end. */
static int
next_message(struct sx_file *f, struct sx_item *item, struct sx_err *e)
{
	int rc;

	do
		rc = sx_file_next(f, item, e);
	while (rc == 1 && item->stray);
	return rc;
}

/* Are the messages of two files the same? 1, 0, or -1 and c->err. */
static int
same_content(const struct dups *d, uint32_t a, uint32_t b)
{
	struct sx_err *e = &d->c->err;
	struct sx_file *f, *g;
	struct sx_item x, y;
	int rc, same = 1;

	f = sx_file_open(path_of(d, a), own_devices(d->c), e);
	g = f != NULL ? sx_file_open(path_of(d, b), own_devices(d->c), e)
		      : NULL;
	rc = g != NULL ? 1 : -1;
	while (same && rc == 1) {
		rc = next_message(f, &x, e);
		same = rc != -1 && next_message(g, &y, e) == rc &&
		       (rc == 0 || (x.len == y.len &&
				       memcmp(x.data, y.data, x.len) == 0));
	}
	sx_file_close(f);
	sx_file_close(g);
	return e->code != SX_OK ? -1 : same;
}

static void
print_same_files(struct dups *d, uint32_t first, uint32_t file, bool head)
{
	struct sx_facts facts;
	struct record r = row_record(&d->rows.rows[file], &facts);
	char text[512];

	if (d->c->json) {
		print_json_facts(stdout, &r);
		printf(", \"same\": \"content\", \"as\": ");
		print_json_text(stdout, path_of(d, first));
		printf(", \"as_offset\": 0}\n");
		return;
	}
	if (head)
		say_result(d->c,
		    "the same content, %zu message%s: %s, %" PRIu64 " bytes:",
		    r.messages, plural(r.messages),
		    describe_facts(text, sizeof(text), &facts), r.bytes);
	say_result(d->c, "  %s", r.file);
}

/* The files of one hash that come after the first: which are the same? */
static int
find_same(struct dups *d, const uint32_t *run, size_t n, uint32_t first,
    size_t *groups)
{
	bool head = true;
	int same;

	for (size_t i = 0; i < n; i++) {
		if (run[i] <= first || d->files[run[i]].out)
			continue;
		same = same_content(d, first, run[i]);
		if (same == -1)
			return -1;
		if (!same)
			continue;
		if (head)
			print_same_files(d, first, first, true);
		print_same_files(d, first, run[i], false);
		*groups += head;
		head = false;
		d->files[run[i]].out = true;
	}
	flush_result(d->c);
	return 0;
}

/* A file that is there under two names takes part once. */
static void
drop_links(struct dups *d, uint32_t *order)
{
	const struct dup_file *f = d->files;

	qsort_r(order, d->rows.n, sizeof(*order), by_inode, d->files);
	for (size_t i = 1; i < d->rows.n; i++)
		if (f[order[i]].dev == f[order[i - 1]].dev &&
		    f[order[i]].ino == f[order[i - 1]].ino)
			d->files[order[i]].out = true;
}

static int
find_files(struct dups *d, size_t *groups)
{
	size_t n = d->rows.n, from, to;
	uint32_t *order = calloc(n + 1, sizeof(*order));
	struct dup_file *f = d->files;
	int rc = 0;

	if (order == NULL)
		return sx_fail_memory(&d->c->err);
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	if (n > 0) {
		drop_links(d, order);
		qsort_r(order, n, sizeof(*order), by_hash, f);
	}
	for (from = 0; from < n; from = to) {
		for (to = from;
		     to < n && f[order[to]].hash == f[order[from]].hash; to++)
			f[order[to]].run = (uint32_t)from;
		f[order[from]].run_len = (uint32_t)(to - from);
	}
	/* In the order in which they were found. */
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		if (!f[i].out)
			rc = find_same(d, order + f[i].run,
			    f[order[f[i].run]].run_len, i, groups);
	free(order);
	return rc;
}

/* ---- Messages that are the same ---- */

static int
by_likeness(const void *a, const void *b)
{
	const struct dup_message *p = a, *q = b;

	if (p->hash != q->hash)
		return p->hash < q->hash ? -1 : 1;
	return p->len < q->len ? -1 : p->len > q->len;
}

static int
by_place(const void *a, const void *b)
{
	const struct dup_message *p = a, *q = b;

	if (p->file != q->file)
		return p->file < q->file ? -1 : 1;
	return p->offset < q->offset ? -1 : p->offset > q->offset;
}

static int
by_group(const void *a, const void *b)
{
	const struct dup_message *p = a, *q = b;

	if (p->group != q->group)
		return p->group < q->group ? -1 : 1;
	return by_place(a, b);
}

/* Leave only those that may have their like, with their groups. */
static void
group_messages(struct dups *d)
{
	struct dup_message *m = d->messages;
	size_t n = 0, kept = 0, to;

	for (size_t i = 0; i < d->nmessages; i++)
		if (!d->files[m[i].file].out)
			m[n++] = m[i];
	if (n > 0)
		qsort(m, n, sizeof(*m), by_likeness);
	for (size_t from = 0; from < n; from = to) {
		to = from + 1;
		while (to < n && by_likeness(&m[from], &m[to]) == 0)
			to++;
		if (to - from == 1)
			continue;
		for (size_t i = from; i < to; i++) {
			m[i].group = d->ngroups;
			m[kept++] = m[i];
		}
		d->ngroups++;
	}
	d->nmessages = kept;
	if (kept > 0)
		qsort(m, kept, sizeof(*m), by_place);
}

/* Number the groups in the order in which they were found. */
static int
number_groups(struct dups *d)
{
	uint32_t *number = calloc((size_t)d->ngroups + 1, sizeof(*number));
	struct dup_message *m = d->messages;
	uint32_t next = 0;

	if (number == NULL)
		return sx_fail_memory(&d->c->err);
	for (size_t i = 0; i < d->nmessages; i++) {
		if (number[m[i].group] == 0)
			number[m[i].group] = ++next;
		m[i].group = number[m[i].group] - 1;
	}
	free(number);
	return 0;
}

static void
print_message(struct dups *d, const struct dup_message *m,
    const struct dup_message *first, const char *same)
{
	struct sx_facts facts;
	struct record r = row_record(&d->found.rows[m->row], &facts);
	char slot[SLOT_TEXT];

	r.offset = (int64_t)m->offset;
	if (d->c->json) {
		print_json_facts(stdout, &r);
		printf(", \"same\": \"%s\", \"as\": ", same);
		print_json_text(stdout, path_of(d, first->file));
		printf(", \"as_offset\": %" PRIu64 "}\n", first->offset);
		return;
	}
	slot_text(slot, &facts);
	say_result(d->c, "  %s: offset %" PRIu64 "%s%s", r.file, m->offset,
	    slot[0] != '\0' ? ": " : "", slot);
}

static void
print_group(struct dups *d, const struct dup_message *m, size_t n)
{
	struct sx_facts facts, other;
	struct record r = row_record(&d->found.rows[m->row], &facts);
	const char *same = "content";
	char text[512];

	for (size_t i = 1; i < n; i++) {
		(void)row_record(&d->found.rows[m[i].row], &other);
		if (other.slot != facts.slot)
			same = "all but slot and checksum";
	}
	if (!d->c->json && strcmp(same, "content") != 0) {
		facts.slot = -1;
		facts.slot_text[0] = '\0';
	}
	if (!d->c->json)
		say_result(d->c,
		    "%zu messages, the same %s: %s, %" PRIu64 " bytes:", n,
		    same, describe_facts(text, sizeof(text), &facts), r.bytes);
	for (size_t i = 0; i < n; i++)
		print_message(d, &m[i], &m[0], same);
	flush_result(d->c);
}

static int
find_messages(struct dups *d, size_t *groups)
{
	struct dup_message *m;
	size_t to;

	group_messages(d);
	if (number_groups(d) == -1 || prove_groups(d) == -1)
		return -1;
	m = d->messages;
	if (d->nmessages > 0)
		qsort(m, d->nmessages, sizeof(*m), by_group);
	for (size_t from = 0; from < d->nmessages; from = to) {
		to = from + 1;
		if (m[from].group == NO_GROUP)
			break;
		while (to < d->nmessages && m[to].group == m[from].group)
			to++;
		if (to - from > 1) {
			print_group(d, m + from, to - from);
			++*groups;
		}
	}
	return 0;
}

static enum status
run_duplicates(struct cli *c)
{
	struct dups d = { .c = c };
	size_t files = 0, messages = 0;
	const char *arg;

	if (opt_next(c, &arg) == -1)
		return ST_OK;
	if (c->next == c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0, "no folder is given");
		return ST_OK;
	}
	if (add_files(&d) == 0 && find_files(&d, &files) == 0 &&
	    find_messages(&d, &messages) == 0)
		say(c,
		    "%zu file%s: %zu group%s of files with the same "
		    "content, %zu of messages within the others",
		    d.rows.n, plural(d.rows.n), files, plural(files), messages);
	rows_free(&d.rows);
	rows_free(&d.found);
	free(d.files);
	free(d.messages);
	return d.failed ? ST_FAILED : ST_OK;
}

const struct command cmd_duplicates = {
	.name = "duplicates",
	.synopsis = "FILE|FOLDER...",
	.summary = "Find what is there several times",
	.options = duplicates_options,
	.run = run_duplicates,
};
