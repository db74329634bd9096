/* SPDX-License-Identifier: ISC */
/*
 * From Linux 6.2 on the count of overruns leaves out packets that meet a full
 * buffer: measured on 6.12, up to 8 kB were lost with no other sign than "Rx
 * bytes". But a buffer runs over only if more has arrived than there was room
 * for.
 */
#include "seq_page.h"

/* Bytes on their way into an event, in the kernel's parser and its reader. */
#define PARSED (256 + 16)

/* Looks to take until at one of them nothing is on its way. */
#define LOOKS 16

static int64_t
page_room(const struct seq_page *p)
{
	return p->size - p->avail;
}

bool
seq_page_due(const struct seq_page *p, int64_t rx, bool counted)
{
	return (p->base < 0 && counted) || rx < p->rx ||
	       rx - p->rx > page_room(p) / 2;
}

enum seq_verdict
seq_page_look(struct seq_page *p, const struct seq_look *l)
{
	bool lost = l->overruns > p->overruns;
	bool full = l->rx < p->rx || l->rx_after - p->rx > page_room(p);

	p->rx = l->rx;
	p->avail = l->avail;
	p->overruns = l->overruns;
	if (lost)
		seq_page_forget(p);
	return lost ? SEQ_PAGE_LOST : full ? SEQ_PAGE_UNSURE : SEQ_PAGE_CLEAN;
}

/* Return the base, too large by the bytes lost or on their way. */
static int64_t
page_base(const struct seq_look *l, int64_t bytes)
{
	return l->rx_after - l->avail - bytes;
}

bool
seq_page_settled(struct seq_page *p, const struct seq_look *l, int64_t bytes)
{
	return p->base >= 0 && page_base(l, bytes) <= p->base;
}

void
seq_page_learn(struct seq_page *p, const struct seq_look *l, int64_t bytes)
{
	int64_t base = page_base(l, bytes);

	if (p->seen == 0 || base < p->least)
		p->least = base;
	if (p->seen < LOOKS)
		p->seen++;
	/* A base known since the connection is exact. */
	if (p->seen == LOOKS && (p->base < 0 || p->least < p->base))
		p->base = p->least;
}

void
seq_page_forget(struct seq_page *p)
{
	p->base = -1;
	p->seen = 0;
}

int64_t
seq_page_ahead(const struct seq_page *p, const struct seq_look *l)
{
	int64_t most = l->avail + (l->rx_after - l->rx);

	return (most < p->size ? most : p->size) + PARSED;
}
