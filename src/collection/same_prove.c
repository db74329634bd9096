/* SPDX-License-Identifier: ISC */
/*
 * Equal hashes are not proof. The files are read again, in order; the first
 * message of a group is kept until the last one has been compared with it. If
 * that would take too much memory, the groups that did not fit wait for another
 * pass.
 */
#include <stdlib.h>
#include <string.h>

#include "same.h"

#define PROOF_ROOM ((size_t)64 << 20)
#define BLANKS	   2 /* regions that may differ: slot, checksum */

/* The parts of a message that may differ. */
struct blanks {
	struct sx_region regions[BLANKS];
	struct sx_unit_place unit;
};

struct group {
	uint8_t *first; /* owned */
	size_t len;
	struct blanks blanks; /* in it */
	int32_t stored;	      /* of the first message */
	uint32_t left;	      /* members still to come */
	bool done, waits;
};

struct proof {
	struct sx_same *s;
	struct sx_err *e;
	struct group *groups;
	size_t used;	/* bytes of the groups' first messages */
	size_t waiting; /* groups */
};

uint64_t
sx_same_hash(uint64_t seed, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		seed = (seed ^ p[i]) * UINT64_C(0x100000001b3);
	return seed;
}

static void
prove_blank(uint8_t *p, size_t n, const struct sx_region *at)
{
	if (at->off < n && at->len <= n - at->off)
		memset(p + at->off, 0, at->len);
}

static uint8_t *
prove_copy_of(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n > 0 ? n : 1);

	if (copy != NULL)
		memcpy(copy, p, n);
	return copy;
}

static struct blanks
prove_blanks_of(const struct sx_item *item)
{
	const struct sx_facts *f = &item->facts;

	return (struct blanks){ .regions = { f->slot_at, f->checksum_at },
		.unit = f->unit_place };
}

static uint8_t *
blank_copy(const uint8_t *p, size_t n, const struct blanks *blanks)
{
	uint8_t *copy = prove_copy_of(p, n);

	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < BLANKS; i++)
		prove_blank(copy, n, &blanks->regions[i]);
	if (blanks->unit.at < n)
		copy[blanks->unit.at] &= (uint8_t)~blanks->unit.bits;
	return copy;
}

uint8_t *
sx_same_blank(const struct sx_item *item)
{
	const struct blanks blanks = prove_blanks_of(item);

	return blank_copy(item->data, item->len, &blanks);
}

static int
proof_add_row(struct proof *p, struct sx_same_message *m,
    const struct sx_item *item, int64_t time)
{
	struct sx_facts of_file, facts = item->facts;
	struct sx_record file =
	    sx_row_record(&p->s->rows.rows[m->file], &of_file);
	struct sx_record r = { .file = file.file,
		.time = time + item->at,
		.offset = (int64_t)item->offset,
		.bytes = item->len,
		.messages = 1,
		.facts = &facts };

	if (m->stored != -1) {
		facts.slot = m->stored;
		memcpy(
		    facts.slot_text, m->stored_text, sizeof(facts.slot_text));
	}
	m->row = (uint32_t)p->s->found.n;
	if (sx_rows_add(&p->s->found, &r, false) == -1)
		return sx_fail_memory(p->e);
	return 0;
}

static void
proof_forget(struct proof *p, struct group *g)
{
	free(g->first);
	g->first = NULL;
	p->used -= g->len;
	g->done = true;
}

/* Is the message equal to the first of the group, except for their blanks?
 * Returns 1, 0, or -1 if memory runs out. */
static int
prove_is_alike(const struct group *g, const struct sx_item *item)
{
	uint8_t *first, *bytes;
	int alike = -1;

	if (item->len != g->len)
		return 0;
	first = blank_copy(g->first, g->len, &g->blanks);
	bytes = sx_same_blank(item);
	if (first != NULL && bytes != NULL)
		alike = memcmp(bytes, first, g->len) == 0;
	free(first);
	free(bytes);
	return alike;
}

static int
proof_take_first(struct proof *p, struct group *g,
    const struct sx_same_message *m, const struct sx_item *item)
{
	g->stored = m->stored;
	g->first = prove_copy_of(item->data, item->len);
	if (g->first == NULL)
		return -1;
	g->len = item->len;
	g->blanks = prove_blanks_of(item);
	p->used += g->len;
	return 0;
}

/* Compare a member of a group that is not done yet. */
static int
proof_take(struct proof *p, struct sx_same_message *m,
    const struct sx_item *item, int64_t time)
{
	struct group *g = &p->groups[m->group];
	int alike = 1, rc = 0;

	if (g->first == NULL && p->used > 0 &&
	    p->used + item->len > PROOF_ROOM) {
		p->waiting += !g->waits;
		g->waits = true;
		return 0;
	}
	g->left--;
	m->exact = g->first == NULL ||
		   (item->len == g->len && m->stored == g->stored &&
		       memcmp(item->data, g->first, g->len) == 0);
	if (g->first == NULL)
		rc = proof_take_first(p, g, m, item);
	else if (!m->exact)
		alike = prove_is_alike(g, item);
	if (rc == -1 || alike == -1)
		return sx_fail_memory(p->e);
	if (alike)
		rc = proof_add_row(p, m, item, time);
	else
		m->group = SX_SAME_ALONE;
	if (g->left == 0)
		proof_forget(p, g);
	return rc;
}

/* Read messages[from..to-1], all in one file, and compare those in groups. */
static int
same_proof_read(struct proof *p, size_t from, size_t to)
{
	struct sx_same_message *m = &p->s->messages[from];
	struct sx_facts facts;
	struct sx_record r = sx_row_record(&p->s->rows.rows[m->file], &facts);
	struct sx_file *f;
	struct sx_item item;
	int rc = 0;

	f = sx_file_open(r.file, p->s->user, p->e);
	while (f != NULL && from < to &&
	       (rc = sx_file_next(f, &item, p->e)) == 1) {
		if (item.stray || item.offset != m->offset)
			continue;
		if (m->group != SX_SAME_ALONE && !p->groups[m->group].done &&
		    !p->groups[m->group].waits)
			rc = proof_take(p, m, &item, sx_file_time(f));
		if (rc == -1)
			break;
		m++;
		from++;
	}
	sx_file_close(f);
	return f == NULL || rc == -1 ? -1 : 0;
}

/* Must a file be read in this pass? */
static bool
is_needed(const struct proof *p, size_t from, size_t to)
{
	const struct sx_same_message *m = p->s->messages;

	for (size_t i = from; i < to; i++)
		if (m[i].group != SX_SAME_ALONE && !p->groups[m[i].group].done)
			return true;
	return false;
}

static int
proof_pass(struct proof *p)
{
	const struct sx_same_message *m = p->s->messages;
	size_t from = 0, to;

	p->waiting = 0;
	for (uint32_t i = 0; i < p->s->ngroups; i++)
		p->groups[i].waits = false;
	while (from < p->s->nmessages) {
		to = from;
		while (to < p->s->nmessages && m[to].file == m[from].file)
			to++;
		if (is_needed(p, from, to) &&
		    same_proof_read(p, from, to) == -1)
			return -1;
		from = to;
	}
	return 0;
}

int
sx_same_prove(struct sx_same *s, struct sx_err *e)
{
	struct proof p = { .s = s, .e = e };
	int rc = 0;

	if (s->ngroups == 0)
		return 0;
	p.groups = calloc(s->ngroups, sizeof(*p.groups));
	if (p.groups == NULL)
		return sx_fail_memory(e);
	for (size_t i = 0; i < s->nmessages; i++)
		if (s->messages[i].group != SX_SAME_ALONE)
			p.groups[s->messages[i].group].left++;
	do
		rc = proof_pass(&p);
	while (rc == 0 && p.waiting > 0);
	for (uint32_t i = 0; i < s->ngroups; i++)
		free(p.groups[i].first);
	free(p.groups);
	return rc;
}
