/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SAMPLE_H
#define SXLIB_SAMPLE_H

#include "cli.h"
#include "sound.h"
#include "sxlib/sds.h"
#include "talk.h"

/* What sample.c and its parts share. */

enum sample_word { SAMPLE_SEND, SAMPLE_RECEIVE, SAMPLE_REQUEST };
enum sample_side { SIDE_BOTH, SIDE_LEFT, SIDE_RIGHT };
enum sample_device { DEVICE_STANDARD, DEVICE_MACHINEDRUM };
enum sample_format { SAMPLE_WAV, SAMPLE_AIFF, SAMPLE_SYX };

struct sample_opts {
	enum sample_word word;
	const char *file; /* send */
	const char *port, *out;
	const char *name; /* of the sample; or the template of its file */
	enum sample_format format;
	long slot, channel; /* -1: not told */
	long bits;	    /* 0: as the file */
	long loop_start, loop_end;
	bool own_loop, no_loop, alternate;
	enum sample_side side;
	enum sample_device device;
	bool open;
	int64_t gap;	 /* us */
	int64_t timeout; /* us; -1: not told */
	long retries;
	long rate; /* bytes/s, 0: no limit; -1: not told */
};

enum status sample_send(struct cli *c, const struct sample_opts *o);
/* receive and request */
enum status sample_receive(struct cli *c, const struct sample_opts *o);

/* ---- What both do ---- */

/* A driver may hold the last bytes for a moment after its queue is empty, and
 * closing a port drops them. */
#define SAMPLE_LINGER_US 50000

struct sample_line {
	struct talk talk;
	unsigned device, rate;
};

int sample_open(
    struct cli *c, const struct sample_opts *o, struct sample_line *l);

/* Send CANCEL, also after a signal. -1 and c->err. */
int sample_cancel(struct cli *c, struct sample_line *l, size_t packet);

/* "12-bit, 300 words at 44100 Hz, loop 10-20" into buf; returns it. */
char *sample_text(char *buf, size_t size, const struct sx_sds_header *h);

/* Why a dump has failed, in words. */
const char *sample_why(enum sx_sds_why why);

#endif
