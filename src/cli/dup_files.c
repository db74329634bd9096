/* SPDX-License-Identifier: ISC */
/* Files that hold the same messages. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "duplicates.h"
#include "own.h"

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

	f = sx_file_open(dup_path(d, a), own_devices(d->c), e);
	g = f != NULL ? sx_file_open(dup_path(d, b), own_devices(d->c), e)
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
		print_json_text(stdout, dup_path(d, first));
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

int
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
