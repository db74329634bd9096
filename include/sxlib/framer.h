/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FRAMER_H
#define SXLIB_FRAMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * MIDI 1.0 bytes in, spans of messages out, following "MIDI 1.0 Detailed
 * Specification" 4.2.1 (pp. 29-35, table T-8). Pure: no I/O, no clock, no
 * allocation, no limit on the size of a message. Where the input is split does
 * not change the output, except for where a message is split into spans.
 *
 *	while (pos < n) {
 *		pos += sx_framer_feed(&f, in + pos, n - pos, &span);
 *		if (span.kind != SX_SPAN_NONE && take(&span, e) == -1)
 *			return -1;
 *	}
 */

enum sx_span_kind {
	SX_SPAN_NONE,  /* nothing to report yet */
	SX_SPAN_SYSEX, /* part of F0, data.., F7 */
	SX_SPAN_STRAY, /* data bytes without a status byte, up to and including
			  F7; or a lone F7 */
	SX_SPAN_CHANNEL,  /* one channel message, running status expanded */
	SX_SPAN_COMMON,	  /* one of F1..F6 with its data */
	SX_SPAN_REALTIME, /* one byte F8..FF, also inside other messages */
};

/* Why a message ended. */
enum sx_end {
	SX_END_OPEN,	    /* not ended: more may follow */
	SX_END_WHOLE,	    /* F7 (SysEx, stray), or full length */
	SX_END_STATUS,	    /* cut by a status byte 80..F6, see span.status */
	SX_END_NEW_F0,	    /* cut by a new F0 */
	SX_END_OVERRUN,	    /* bytes were lost here */
	SX_END_UNPLUGGED,   /* the port went away */
	SX_END_TIMEOUT,	    /* nothing more arrived in time */
	SX_END_INPUT,	    /* end of input */
	SX_END_INTERRUPTED, /* a signal */
	SX_END_UNKEPT	    /* the rest is not kept; counts as INTERRUPTED */
};

/*
 * One piece of a message. data points into the bytes fed (SYSEX, STRAY) or into
 * the framer (the others), and is valid until the next call on the framer. A
 * message is one or more spans: the first has `first` set, the last has `end`
 * != SX_END_OPEN and may be empty (len 0). Only REALTIME spans can occur
 * between two spans of the same SysEx or stray run.
 *
 * CHANNEL and COMMON are one span each. If such a message was cut before its
 * full length, `end` says why, and data holds what there was of it.
 */
struct sx_span {
	enum sx_span_kind kind;
	enum sx_end end;
	bool first;
	uint8_t status; /* SX_END_STATUS: the byte that cut it */
	const uint8_t *data;
	size_t len;
};

/* The caller provides the storage; all fields are private. */
struct sx_framer {
	enum sx_span_kind open; /* SYSEX, STRAY or, in message[], the others */
	uint8_t message[3];	/* the channel or common message so far */
	uint8_t have;		/* bytes in message[], 0: none open */
	uint8_t need;		/* its full length */
	uint8_t running;	/* running status, 0: none */
	uint8_t realtime;	/* data of a REALTIME span */
};

void sx_framer_init(struct sx_framer *f);

/*
 * Consume bytes from in[0..n-1], n > 0, up to the end of one span. Returns how
 * many were consumed: at least 1, or 0 if the byte at in[0] ends the open
 * message; that byte then starts the next one.
 */
size_t sx_framer_feed(
    struct sx_framer *f, const uint8_t *in, size_t n, struct sx_span *span);

/*
 * The stream breaks or ends here: OVERRUN, UNPLUGGED, TIMEOUT, INPUT,
 * INTERRUPTED or UNKEPT. Closes the open message with a last span: empty for
 * SYSEX and STRAY, else with what there was of it; kind SX_SPAN_NONE if none
 * was open. Forgets running status.
 */
void sx_framer_cut(struct sx_framer *f, enum sx_end why, struct sx_span *span);

/* Index of the first byte >= 80 in p[0..n-1], or n. */
size_t sx_find_status(const uint8_t *p, size_t n);

#endif
