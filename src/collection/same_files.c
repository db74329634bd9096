/* SPDX-License-Identifier: ISC */
/* Finds files with the same messages. */
#include <stdlib.h>
#include <string.h>

#include "same.h"

/* Order by inode: hard links, and files named twice, are one file. */
static int
by_inode(const void *a, const void *b, void *files)
{
	const struct sx_same_file *p =
	    (struct sx_same_file *)files + *(uint32_t *)a;
	const struct sx_same_file *q =
	    (struct sx_same_file *)files + *(uint32_t *)b;

	if (p->dev != q->dev)
		return p->dev < q->dev ? -1 : 1;
	if (p->ino != q->ino)
		return p->ino < q->ino ? -1 : 1;
	return p < q ? -1 : p > q;
}

static int
by_hash(const void *a, const void *b, void *files)
{
	const struct sx_same_file *p =
	    (struct sx_same_file *)files + *(uint32_t *)a;
	const struct sx_same_file *q =
	    (struct sx_same_file *)files + *(uint32_t *)b;

	if (p->hash != q->hash)
		return p->hash < q->hash ? -1 : 1;
	return p < q ? -1 : p > q;
}

/* Read the next message. Returns 0 at the end. */
static int
same_next_message(struct sx_file *f, struct sx_item *item, struct sx_err *e)
{
	int rc;

	do
		rc = sx_file_next(f, item, e);
	while (rc == 1 && item->stray);
	return rc;
}

/* Are the messages of two files the same? Returns 1, 0, or -1 and sets e. */
static int
same_content(const struct sx_same *s, uint32_t a, uint32_t b, struct sx_err *e)
{
	struct sx_file *f, *g;
	struct sx_item x, y;
	int rc, other, same = 1;

	f = sx_file_open(sx_same_path(s, a), s->user, e);
	g = f != NULL ? sx_file_open(sx_same_path(s, b), s->user, e) : NULL;
	rc = g != NULL ? 1 : -1;
	while (same && rc == 1) {
		rc = same_next_message(f, &x, e);
		other = rc != -1 ? same_next_message(g, &y, e) : -1;
		if (other == -1)
			rc = -1;
		else
			same = other == rc &&
			       (rc == 0 ||
				   (x.len == y.len &&
				       memcmp(x.data, y.data, x.len) == 0));
	}
	sx_file_close(f);
	sx_file_close(g);
	return rc == -1 ? -1 : same;
}

/* Exclude all but one name of a file with several names. */
static void
drop_links(struct sx_same *s)
{
	const struct sx_same_file *f = s->files;
	const uint32_t *order = s->order;

	qsort_r(s->order, s->rows.n, sizeof(*s->order), by_inode, s->files);
	for (size_t i = 1; i < s->rows.n; i++)
		if (f[order[i]].dev == f[order[i - 1]].dev &&
		    f[order[i]].ino == f[order[i - 1]].ino)
			s->files[order[i]].out = true;
}

int
sx_same_order_files(struct sx_same *s, struct sx_err *e)
{
	size_t n = s->rows.n, from, to;
	struct sx_same_file *f = s->files;
	uint32_t *order = calloc(n + 1, sizeof(*order));

	if (order == NULL)
		return sx_fail_memory(e);
	s->order = order;
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	if (n > 0) {
		drop_links(s);
		qsort_r(order, n, sizeof(*order), by_hash, f);
	}
	for (from = 0; from < n; from = to) {
		for (to = from;
		     to < n && f[order[to]].hash == f[order[from]].hash; to++)
			f[order[to]].run = (uint32_t)from;
		f[order[from]].run_len = (uint32_t)(to - from);
	}
	return 0;
}

static int
give_file(const struct sx_same *s, struct sx_same_member *m, uint32_t file)
{
	*m = (struct sx_same_member){ .file = true,
		.first = file == s->at,
		.exact = true,
		.as = sx_same_path(s, (uint32_t)s->at) };
	m->record = sx_row_record(&s->rows.rows[file], &m->facts);
	return 1;
}

/* Find the next file of a hash that equals the first one. Returns 1 and sets
 * s->like to its index in run; 0; -1 and sets e. */
static int
find_like(struct sx_same *s, const uint32_t *run, size_t n, struct sx_err *e)
{
	int same = 0;

	for (; s->like < n; s->like++) {
		if (run[s->like] <= s->at || s->files[run[s->like]].out)
			continue;
		same = same_content(s, (uint32_t)s->at, run[s->like], e);
		if (same != 0)
			return same;
	}
	return 0;
}

int
sx_same_next_file(
    struct sx_same *s, struct sx_same_member *member, struct sx_err *e)
{
	struct sx_same_file *f = s->files;
	const uint32_t *run;
	int rc;

	for (; s->at < s->rows.n; s->at++, s->like = 0, s->begun = false) {
		if (f[s->at].out)
			continue;
		run = s->order + f[s->at].run;
		rc = s->proven ? 1 : find_like(s, run, f[*run].run_len, e);
		if (rc == -1)
			return -1;
		if (rc == 0)
			continue;
		/* Return the first file before the one found. */
		s->proven = !s->begun;
		if (!s->begun) {
			s->begun = true;
			s->file_groups++;
			return give_file(s, member, (uint32_t)s->at);
		}
		f[run[s->like]].out = true;
		return give_file(s, member, run[s->like++]);
	}
	return 0;
}
