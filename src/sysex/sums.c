/* SPDX-License-Identifier: ISC */
/* Checks and recomputes checksums and lengths. */
#include "facts.h"
#include "k5000.h"
#include "layout.h"

#define UNCHECKED "its checksum byte says not to check it"

static unsigned
sum_of(enum sx_sum_rule rule, const uint8_t *msg, size_t from, size_t to)
{
	unsigned sum = 0;

	switch (rule) {
	case SX_SUM_XOR7:
		while (from < to)
			sum ^= msg[from++];
		return sum;
	case SX_SUM_NIBBLES:
		for (; from + 1 < to; from += 2)
			sum += msg[from] + ((unsigned)msg[from + 1] << 4);
		return sum;
	case SX_SUM_K5000: /* of the single, without the checksum before it */
		if (from > 0)
			sum = (unsigned)sx_k5000_sources(
			    msg + from - 1, to + 1 - from);
		return sx_sum(msg, from, sum > 0 ? from - 1 + sum : from);
	case SX_SUM_NEG7:
		return -sx_sum(msg, from, to);
	default:
		return sx_sum(msg, from, to);
	}
}

/* Position and values of a checksum. */
struct sum_place {
	size_t at, width;
	unsigned have, want;
};

/* Returns false if there is no checksum, or no room for it. */
static bool
sum_find(const struct sx_sum_at *s, const uint8_t *msg, size_t n,
    struct sum_place *p)
{
	size_t from = sx_layout_place(s->from, n);
	size_t to = sx_layout_place(s->to, n);
	size_t at = s->at != 0 ? sx_layout_place(s->at, n) : to;

	p->at = at;
	p->width = s->rule == SX_SUM_14 ? 2 : 1;
	if (s->rule == SX_SUM_NO || n <= s->longer || from > to || to >= n ||
	    !sx_layout_is_data(msg, n, at) ||
	    !sx_layout_is_data(msg, n, at + p->width - 1))
		return false;
	p->have =
	    p->width == 2 ? (unsigned)msg[at] << 7 | msg[at + 1] : msg[at];
	p->want = sum_of((enum sx_sum_rule)s->rule, msg, from, to) + s->add;
	p->want &= p->width == 2 ? 0x3fff : 0x7f;
	return true;
}

static bool
sum_is_free(const struct sx_sum_at *s, const struct sum_place *p)
{
	return s->free != 0 && p->have == s->free &&
	       (s->rule == SX_SUM_UNKNOWN || p->want != p->have);
}

static void
sum_judge(const struct sx_sum_at *s, const uint8_t *msg, size_t n,
    struct sx_facts *facts)
{
	struct sum_place p;

	if (!sum_find(s, msg, n, &p))
		return;
	if (sum_is_free(s, &p))
		facts->note = UNCHECKED;
	else if (s->rule != SX_SUM_UNKNOWN)
		sx_read_checksum(facts, p.have, p.want, p.at, p.width);
}

/* Find the length in a message, and its right value. Returns false if there is
 * no room for it. */
static bool
count_find(const struct sx_count_at *c, size_t n, size_t *at, size_t *want)
{
	size_t from = sx_layout_place(c->from, n);
	size_t to = sx_layout_place(c->to, n);

	*at = sx_layout_place(c->at, n);
	if (*at + c->width >= n || from > to || to > n ||
	    (c->at < 0 && c->from >= 0 && *at < from))
		return false;
	*want = (to - from - c->less) & (c->width == 2 ? 0x3fff : 0x7f);
	return true;
}

/* A message without room for the count that it should have is damaged. */
static void
count_judge(const struct sx_count_at *c, const uint8_t *msg, size_t n,
    struct sx_facts *facts)
{
	size_t at, have, want;

	if (c->width == 0)
		return;
	if (!count_find(c, n, &at, &want)) {
		facts->checksum = SX_CHECKSUM_BAD;
		return;
	}
	have = c->width == 2 ? (size_t)msg[at] << 7 | msg[at + 1] : msg[at];
	sx_read_length(facts, have + c->less, want + c->less, at, c->width);
}

void
sx_layout_judge(const struct sx_layout *l, const uint8_t *msg, size_t n,
    struct sx_facts *facts)
{
	for (size_t i = 0; i < 2 && facts->checksum != SX_CHECKSUM_BAD; i++)
		sum_judge(&l->sum[i], msg, n, facts);
	count_judge(&l->count, msg, n, facts);
}

static void
put_sevens(uint8_t *msg, size_t at, size_t width, size_t value)
{
	if (width == 2)
		msg[at++] = value >> 7 & 0x7f;
	msg[at] = value & 0x7f;
}

void
sx_layout_seal(const struct sx_layout *l, uint8_t *msg, size_t n)
{
	struct sum_place p;
	size_t at, want;

	if (l->count.width != 0 && count_find(&l->count, n, &at, &want))
		put_sevens(msg, at, l->count.width, want);
	for (size_t i = 0; i < 2; i++) {
		const struct sx_sum_at *s = &l->sum[i];

		if (s->rule != SX_SUM_UNKNOWN && sum_find(s, msg, n, &p) &&
		    !sum_is_free(s, &p))
			put_sevens(msg, p.at, p.width, p.want);
	}
}
