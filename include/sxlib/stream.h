/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STREAM_H
#define SXLIB_STREAM_H

/* The protocol between sxlib and sxlib-audio: one such line, then samples. */
struct sx_stream {
	int rate, channels;
	long frames;
	int bits, floating;	   /* as in the file */
	int loop, loops;	   /* the first one; the number of loops */
	long loop_start, loop_end; /* loop_end is the last word played */
	long clipped, missing;	   /* samples beyond full scale; frames that the
				      file declares but does not contain */
};

enum {
	SX_STREAM_FORWARD = 0,
	SX_STREAM_ALTERNATING = 1,
	SX_STREAM_BACKWARD = 2,
	SX_STREAM_NO_LOOP = 127,
};

#define SX_STREAM_FIELDS 11
#define SX_STREAM_LINE                                                      \
	"rate=%d channels=%d frames=%ld bits=%d float=%d loop=%d loops=%d " \
	"start=%ld end=%ld clipped=%ld missing=%ld\n"
#define SX_STREAM_MOST 999999999 /* largest number in it */
/* For reading: the widths keep each number in range. */
#define SX_STREAM_LINE_IN                                                \
	"rate=%9d channels=%9d frames=%9ld bits=%9d float=%9d loop=%9d " \
	"loops=%9d start=%9ld end=%9ld clipped=%9ld missing=%9ld"
#define SX_STREAM_VALUES(s)                                              \
	(s)->rate, (s)->channels, (s)->frames, (s)->bits, (s)->floating, \
	    (s)->loop, (s)->loops, (s)->loop_start, (s)->loop_end,       \
	    (s)->clipped, (s)->missing
#define SX_STREAM_PLACES(s)                                                   \
	&(s)->rate, &(s)->channels, &(s)->frames, &(s)->bits, &(s)->floating, \
	    &(s)->loop, &(s)->loops, &(s)->loop_start, &(s)->loop_end,        \
	    &(s)->clipped, &(s)->missing

#endif
