/* SPDX-License-Identifier: ISC */
/* Finds messages that are the same, or the same except for slot, unit and
 * checksum. */
#include <stdlib.h>

#include "same.h"
#include "sxlib/store.h"

static int
by_likeness(const void *a, const void *b)
{
	const struct sx_same_message *p = a, *q = b;

	if (p->hash != q->hash)
		return p->hash < q->hash ? -1 : 1;
	return p->len < q->len ? -1 : p->len > q->len;
}

static int
same_by_place(const void *a, const void *b)
{
	const struct sx_same_message *p = a, *q = b;

	if (p->file != q->file)
		return p->file < q->file ? -1 : 1;
	return p->offset < q->offset ? -1 : p->offset > q->offset;
}

static int
by_group(const void *a, const void *b)
{
	const struct sx_same_message *p = a, *q = b;

	if (p->group != q->group)
		return p->group < q->group ? -1 : 1;
	return same_by_place(a, b);
}

/* Keep only messages that may have duplicates, and set their groups. */
static void
group_messages(struct sx_same *s)
{
	struct sx_same_message *m = s->messages;
	size_t n = 0, kept = 0, to;

	for (size_t i = 0; i < s->nmessages; i++)
		if (!s->files[m[i].file].out)
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
			m[i].group = s->ngroups;
			m[kept++] = m[i];
		}
		s->ngroups++;
	}
	s->nmessages = kept;
	if (kept > 0)
		qsort(m, kept, sizeof(*m), same_by_place);
}

/* Number the groups in the order in which they were found. */
static int
number_groups(struct sx_same *s, struct sx_err *e)
{
	uint32_t *number = calloc((size_t)s->ngroups + 1, sizeof(*number));
	struct sx_same_message *m = s->messages;
	uint32_t next = 0;

	if (number == NULL)
		return sx_fail_memory(e);
	for (size_t i = 0; i < s->nmessages; i++) {
		if (number[m[i].group] == 0)
			number[m[i].group] = ++next;
		m[i].group = number[m[i].group] - 1;
	}
	free(number);
	return 0;
}

int
sx_same_group(struct sx_same *s, struct sx_err *e)
{
	group_messages(s);
	if (number_groups(s, e) == -1 || sx_same_prove(s, e) == -1)
		return -1;
	if (s->nmessages > 0)
		qsort(
		    s->messages, s->nmessages, sizeof(*s->messages), by_group);
	s->at = s->like = s->end = 0;
	return 0;
}

/* Return the end of the group that begins with message `from`. */
static size_t
group_end(const struct sx_same *s, size_t from)
{
	const struct sx_same_message *m = s->messages;
	size_t to = from + 1;

	while (to < s->nmessages && m[to].group == m[from].group)
		to++;
	return to;
}

static bool
is_exact(const struct sx_same_message *m, size_t n)
{
	bool exact = true;

	for (size_t i = 1; i < n; i++)
		exact = exact && m[i].exact;
	return exact;
}

/* Go to the next proven group with several members. */
static bool
next_group(struct sx_same *s)
{
	for (s->at = s->end; s->at < s->nmessages; s->at = s->end) {
		if (s->messages[s->at].group == SX_SAME_ALONE)
			return false;
		s->end = group_end(s, s->at);
		if (s->end - s->at > 1)
			break;
	}
	s->like = s->at;
	s->message_groups += s->at < s->nmessages;
	return s->at < s->nmessages;
}

int
sx_same_next_message(struct sx_same *s, struct sx_same_member *member)
{
	const struct sx_same_message *first, *m;
	struct sx_record *r = &member->record;

	if (s->like == s->end && !next_group(s))
		return 0;
	first = &s->messages[s->at];
	m = &s->messages[s->like++];
	*member = (struct sx_same_member){ .first = m == first,
		.exact = is_exact(first, s->end - s->at),
		.n = s->end - s->at,
		.as = sx_same_path(s, first->file),
		.as_offset = first->offset };
	*r = sx_row_record(&s->found.rows[m->row], &member->facts);
	r->offset = (int64_t)m->offset;
	if (sx_is_damaged_name(r->file) &&
	    s->rows.rows[m->file].damage == SX_DAMAGE_OVERRUN)
		r->damage.kind = SX_DAMAGE_OVERRUN;
	return 1;
}
