/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_SEQ_PAGE_H
#define SXLIB_MIDI_IO_SEQ_PAGE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Detects possible overruns of the buffer of an interface's input, of one page,
 * from which the kernel makes events. Pure. Numbers are as in /proc/asound;
 * those that only grow may start anywhere.
 */

struct seq_page {
	int64_t size;
	int64_t rx, avail, overruns; /* at the last full look */
	int64_t base;  /* rx minus the bytes in events, while nothing is lost;
			  -1: unknown */
	int64_t least; /* smallest seen while it is unknown, */
	unsigned seen; /* in this many looks */
};

/* A full look, in the order in which it is taken. */
struct seq_look {
	int64_t rx;	  /* "Rx bytes": all that arrived, lost ones included */
	int64_t avail;	  /* bytes in the buffer */
	int64_t overruns; /* the kernel's count; from 6.2 on, not of all */
	int64_t rx_after; /* "Rx bytes" again */
};

enum seq_verdict {
	SEQ_PAGE_CLEAN,	 /* it cannot have overrun since the last look */
	SEQ_PAGE_UNSURE, /* it may have */
	SEQ_PAGE_LOST	 /* it has */
};

/* True if a full look is due, while it can still tell. counted: events have
 * come whose bytes can be counted. */
bool seq_page_due(const struct seq_page *p, int64_t rx, bool counted);

/* Judge what happened since the last full look, which l replaces. */
enum seq_verdict seq_page_look(struct seq_page *p, const struct seq_look *l);

/*
 * After SEQ_PAGE_UNSURE: true if nothing is lost, since all that had arrived at
 * look l is in the buffer or in events read before it. bytes: in all events so
 * far.
 */
bool seq_page_settled(
    struct seq_page *p, const struct seq_look *l, int64_t bytes);

/*
 * After SEQ_PAGE_CLEAN, if no event waits to be read: learn the base, which
 * takes a few looks, since some bytes are on their way into an event. A known
 * base only becomes smaller.
 */
void seq_page_learn(
    struct seq_page *p, const struct seq_look *l, int64_t bytes);

/* Forget the base: bytes were lost, or came in events whose bytes cannot be
 * counted. */
void seq_page_forget(struct seq_page *p);

/* The most bytes that may come before the place of a loss found by l, besides
 * those in waiting events. */
int64_t seq_page_ahead(const struct seq_page *p, const struct seq_look *l);

#endif
