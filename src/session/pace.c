/* SPDX-License-Identifier: ISC */
#include "pace.h"

#define US INT64_C(1000000)

/* The first bytes leave at once; few, so that the last one is not early. */
#define FIRST 3

/* Return how many bytes leave together: some 4 ms worth, a multiple of the
 * three that fit into one USB MIDI packet. */
static size_t
pace_grain(const struct pace *p)
{
	size_t n = p->rate / 250;

	if (n < 3)
		return 1;
	return n - n % 3;
}

static size_t
pace_ahead(const struct pace *p)
{
	return pace_grain(p) * 4 > PACE_AHEAD ? pace_grain(p) * 4 : PACE_AHEAD;
}

/* Return the time that n bytes take on the wire. */
static int64_t
wire_time(const struct pace *p, size_t n)
{
	return (int64_t)(n / p->rate) * US +
	       (int64_t)(n % p->rate) * US / p->rate;
}

void
pace_begin(struct pace *p, size_t total, unsigned rate, int64_t now)
{
	*p = (struct pace){ .rate = rate, .total = total, .start = now };
}

/* Return how many more bytes leave next. */
static size_t
next_step(const struct pace *p, size_t sent)
{
	size_t step = sent > 0 ? pace_grain(p) : FIRST;

	return step < p->total - sent ? step : p->total - sent;
}

int64_t
pace_due(const struct pace *p, size_t sent)
{
	if (p->rate == 0 || sent == 0 || sent == p->total)
		return p->start;
	return p->start + wire_time(p, sent + next_step(p, sent) - FIRST);
}

size_t
pace_allowed(struct pace *p, size_t sent, int64_t now)
{
	int64_t late;
	size_t n;

	if (p->rate == 0)
		return p->total - sent;
	if (now < pace_due(p, sent))
		return 0;
	late = now - p->start - wire_time(p, sent + pace_ahead(p) - FIRST);
	if (late > 0)
		p->start += late;
	for (n = next_step(p, sent); sent + n < p->total; n += pace_grain(p))
		if (pace_due(p, sent + n) > now)
			break;
	return n < p->total - sent ? n : p->total - sent;
}

int64_t
pace_end(const struct pace *p)
{
	return p->rate == 0 ? p->start : p->start + wire_time(p, p->total);
}

#define NS INT64_C(1000000000)

/* Return the nanoseconds that n bytes take, rounded up. */
static int64_t
ns_of(size_t n, unsigned rate)
{
	return ((int64_t)n * NS + rate - 1) / rate;
}

size_t
pace_wire_room(
    const struct pace_wire *w, size_t ahead, unsigned rate, int64_t now)
{
	/* One microsecond for all the rounding up. */
	int64_t busy = w->free - now * 1000 - 1000, one;

	if (rate == 0)
		return SIZE_MAX;
	if (busy <= 0)
		return ahead;
	one = ns_of(1, rate);
	if (busy >= (int64_t)ahead * one)
		return 0;
	return ahead - (size_t)((busy + one - 1) / one);
}

void
pace_wire_take(struct pace_wire *w, size_t n, unsigned rate, int64_t now)
{
	if (w->free < now * 1000)
		w->free = now * 1000;
	if (rate > 0)
		w->free += ns_of(n, rate);
}

int64_t
pace_wire_due(const struct pace_wire *w, size_t ahead, size_t n, unsigned rate)
{
	int64_t busy = rate > 0 ? ns_of(ahead - n, rate) : 0;

	return (w->free - busy) / 1000;
}
