/* SPDX-License-Identifier: ISC */
/*
 * Reads a journal. A record is valid if its checksum is right and a take can
 * hold it. Other bytes are a gap, up to the next valid record: first the place
 * given by the length is checked, then every byte in turn. A gap cuts all open
 * messages, since its contents are unknown.
 */
#include <stdlib.h>
#include <string.h>

#include "journal.h"

#define LONGEST	  (INT64_C(100) * 366 * 86400 * 1000000) /* us: 100 years */
#define LAST_WALL INT64_C(253402300799999999)		 /* year 9999 */
#define PROBE	  ((uint64_t)256 << 20) /* bytes to check in search of records */

static bool
is_channel(const struct sx_journal_record *r)
{
	size_t need = r->len > 0 && (r->data[0] & 0xe0) == 0xc0 ? 2 : 3;

	if (r->len == 0 || r->len > need || r->data[0] < 0x80 ||
	    r->data[0] >= 0xf0 ||
	    (r->span.end == SX_END_WHOLE && r->len < need))
		return false;
	for (size_t i = 1; i < r->len; i++)
		if (r->data[i] >= 0x80)
			return false;
	return true;
}

/* Can a take hold this span? */
static bool
is_span(const struct sx_journal_record *r)
{
	if (r->port >= SX_TAKE_PORTS_MOST || r->at < 0 || r->at > LONGEST ||
	    r->span.end > SX_END_INTERRUPTED)
		return false;
	switch (r->span.kind) {
	case SX_SPAN_NONE:
		return r->len == 0;
	case SX_SPAN_SYSEX:
		return !r->span.first || (r->len > 0 && r->data[0] == 0xf0);
	case SX_SPAN_CHANNEL:
		return is_channel(r);
	case SX_SPAN_STRAY:
	case SX_SPAN_COMMON:
	case SX_SPAN_REALTIME:
		return true;
	}
	return false;
}

/* Is this record valid at pos? */
static bool
journal_fits(
    const struct sx_journal *j, size_t pos, const struct sx_journal_record *r)
{
	if (r->kind == SX_RECORD_TAKE)
		return pos == 0 && r->port <= SX_TAKE_SNAPSHOT && r->at >= 0 &&
		       r->at <= LAST_WALL;
	if (r->kind == SX_RECORD_PORT)
		return r->port < SX_TAKE_PORTS_MOST &&
		       j->ports[r->port] == NULL;
	return is_span(r);
}

/* Read the valid record at *pos and advance past it. Returns false if there is
 * none. */
static bool
next_that_fits(const struct sx_journal *j, size_t n, size_t *pos,
    struct sx_journal_record *r)
{
	size_t next = *pos;

	if (!sx_journal_record_next(j->data, n, &next, r) ||
	    !journal_fits(j, *pos, r))
		return false;
	*pos = next;
	return true;
}

/* Return the size of the record at p, with its head, as its length field gives
 * it. */
static uint64_t
length_at(const uint8_t *p)
{
	return SX_RECORD_HEAD + ((uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
				    (uint64_t)p[6] << 8 | p[7]);
}

/* Return the position of the first valid record after pos, or n. *probe: bytes
 * that may still be checked in the search. */
static size_t
journal_resume(
    const struct sx_journal *j, size_t n, size_t pos, uint64_t *probe)
{
	struct sx_journal_record r;
	uint64_t len;
	size_t at;

	if (n - pos < SX_RECORD_HEAD)
		return n;
	len = length_at(j->data + pos);
	at = len < n - pos ? pos + (size_t)len : n;
	if (at < n && next_that_fits(j, n, &(size_t){ at }, &r))
		return at;
	for (at = pos + 1; n - at >= SX_RECORD_HEAD; at++) {
		len = length_at(j->data + at);
		if (len > n - at)
			len = SX_RECORD_HEAD;
		if (len > *probe)
			return n;
		*probe -= len;
		if (next_that_fits(j, n, &(size_t){ at }, &r))
			return at;
	}
	return n;
}

static int
add_gap(struct sx_journal *j, size_t begin, size_t end, struct sx_err *e)
{
	struct sx_gap *last = j->ngaps > 0 ? &j->gaps[j->ngaps - 1] : NULL;
	struct sx_gap *gaps;

	j->lost += end - begin;
	if (last != NULL && last->end == begin) {
		last->end = end;
		return 0;
	}
	gaps = reallocarray(j->gaps, j->ngaps + 1, sizeof(*gaps));
	if (gaps == NULL)
		return sx_fail_memory(e);
	j->gaps = gaps;
	gaps[j->ngaps++] = (struct sx_gap){ begin, end };
	return 0;
}

static int
journal_read_record(
    struct sx_journal *j, const struct sx_journal_record *r, struct sx_err *e)
{
	char **text = r->kind == SX_RECORD_TAKE ? &j->name : &j->ports[r->port];

	if (r->kind <= SX_SPAN_REALTIME) {
		j->spans++;
		return 0;
	}
	if (r->kind == SX_RECORD_TAKE) {
		j->form = (enum sx_take_form)r->port;
		j->wall = r->at;
	}
	*text = strndup((const char *)r->data, r->len);
	return *text == NULL ? sx_fail_memory(e) : 0;
}

/* Find all valid records and gaps. Returns 0, or -1 and sets e. */
static int
journal_scan(struct sx_journal *j, size_t n, struct sx_err *e)
{
	uint64_t probe = PROBE;
	struct sx_journal_record r;
	size_t pos = 0, end;
	int rc = 0;

	while (rc == 0 && pos < n) {
		if (next_that_fits(j, n, &pos, &r)) {
			rc = journal_read_record(j, &r, e);
			continue;
		}
		end = journal_resume(j, n, pos, &probe);
		if (end == n &&
		    sx_journal_record_is_cut(j->data + pos, n - pos))
			break;
		rc = add_gap(j, pos, end, e);
		pos = end;
	}
	j->size = pos;
	return rc;
}

static void
count_unfinished(struct sx_take_facts *facts, unsigned kind)
{
	facts->sysex += kind == SX_SPAN_SYSEX;
	facts->damaged += kind != SX_SPAN_NONE;
}

static void
journal_count(struct sx_journal *j)
{
	struct sx_journal_walk walk = { .j = j }, before = walk;
	struct sx_journal_record r;

	for (; sx_journal_walk_next(&walk, &r); before = walk) {
		for (unsigned i = 0; i < SX_TAKE_PORTS_MOST; i++)
			if (r.torn || (i == r.port && r.span.first &&
					  (r.kind == SX_SPAN_SYSEX ||
					      r.kind == SX_SPAN_STRAY)))
				count_unfinished(&j->facts, before.open[i]);
		sx_journal_record_count(&j->facts, &r);
	}
	for (size_t i = 0; i < SX_TAKE_PORTS_MOST; i++)
		count_unfinished(&j->facts, before.open[i]);
	j->facts.holes += j->ngaps;
}

int
sx_journal_open(
    struct sx_journal *j, const uint8_t *data, size_t n, struct sx_err *e)
{
	int rc;

	*j = (struct sx_journal){
		.data = data, .form = SX_TAKE_PORTS, .wall = -1
	};
	rc = journal_scan(j, n, e);
	if (rc == 0 && j->lost == j->size)
		rc = sx_fail(e, SX_EDATA, 0, "not a recording");
	if (rc == -1)
		sx_journal_close(j);
	else
		journal_count(j);
	return rc;
}

void
sx_journal_close(struct sx_journal *j)
{
	for (size_t i = 0; i < SX_TAKE_PORTS_MOST; i++)
		free(j->ports[i]);
	free(j->gaps);
	free(j->name);
}

/* Add r to the open run of its port; without one, a continuation begins a stray
 * run. Returns false if r is an empty continuation of nothing. */
static bool
continue_run(struct sx_journal_walk *w, struct sx_journal_record *r)
{
	uint8_t *open = &w->open[r->port];

	if (r->kind != SX_SPAN_SYSEX && r->kind != SX_SPAN_STRAY)
		return true;
	if (!r->span.first && *open == 0 && r->len == 0)
		return false;
	if (!r->span.first) {
		r->span.first = *open == 0;
		r->kind = *open == 0 ? SX_SPAN_STRAY : *open;
		r->span.kind = (enum sx_span_kind)r->kind;
	}
	*open = r->span.end == SX_END_OPEN ? (uint8_t)r->kind : 0;
	return true;
}

bool
sx_journal_walk_next(struct sx_journal_walk *w, struct sx_journal_record *r)
{
	const struct sx_journal *j = w->j;
	bool torn = false;

	do {
		if (w->gap < j->ngaps && j->gaps[w->gap].begin == w->pos) {
			w->pos = j->gaps[w->gap++].end;
			memset(w->open, 0, sizeof(w->open));
			torn = true;
		}
		if (!sx_journal_record_next(j->data, j->size, &w->pos, r))
			return false;
	} while (r->kind > SX_SPAN_REALTIME || !continue_run(w, r));
	r->torn = torn;
	return true;
}
