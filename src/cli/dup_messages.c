/* SPDX-License-Identifier: ISC */
/* Messages that are the same, or the same but for slot and checksum. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "duplicates.h"

#define CONTENT "content"

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
		print_json_text(stdout, dup_path(d, first->file));
		printf(", \"as_offset\": %" PRIu64 "}\n", first->offset);
		return;
	}
	slot_text(slot, &facts);
	if (strcmp(same, CONTENT) == 0)
		slot[0] = '\0'; /* it is said of all of them */
	say_result(d->c, "  %s: offset %" PRIu64 "%s%s", r.file, m->offset,
	    slot[0] != '\0' ? ": " : "", slot);
}

static void
print_group(struct dups *d, const struct dup_message *m, size_t n)
{
	struct sx_facts facts;
	struct record r = row_record(&d->found.rows[m->row], &facts);
	const char *same = CONTENT;
	char text[512];

	for (size_t i = 1; i < n; i++)
		if (!m[i].exact)
			same = "all but slot and checksum";
	if (!d->c->json && strcmp(same, CONTENT) != 0) {
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

int
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
