/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_SMF_H
#define SXLIB_STORE_SMF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "part.h"
#include "sxlib/dump.h"

/*
 * Writes Standard MIDI Files: 500 ticks per quarter note at 120 bpm, so that a
 * tick is a millisecond; one track per dump.
 */

/* Limits of one file. libsmf aborts at 65536 tracks or a delta of 2^28 ticks,
 * needs quadratic time for events, and holds the file in memory four times. */
#define SX_SMF_TRACKS 1000
#define SX_SMF_EVENTS 50000
#define SX_SMF_BYTES  (UINT64_C(64) << 20)
#define SX_SMF_MS     ((INT64_C(1) << 28) - 1)

struct sx_smf_track {
	char *name;
	uint64_t off; /* of its bytes in the data */
	uint64_t bytes;
	struct sx_piece *pieces; /* its messages, relative to off */
	size_t npieces;
	int64_t start; /* mono time of the start of its file */
	unsigned file; /* for the caller: index of its file */
};

/* How full a file is. Zero it for a new file. */
struct sx_smf_room {
	size_t tracks;
	size_t events;
	uint64_t bytes;
	int64_t start;	/* mono time of its first message */
	bool from_zero; /* start is 0, not the first message */
};

/* Check that MIDI files can be written. Returns 0, or -1 and sets e: SX_EIO,
 * libsmf is missing. */
int sx_smf_check(struct sx_err *e);

/* Make a track from a dump. Free with sx_smf_track_done(). */
int sx_smf_track_init(struct sx_smf_track *t, const struct sx_dump *dump,
    uint64_t off, struct sx_err *e);
void sx_smf_track_done(struct sx_smf_track *t);

/* The reason why a dump with bytes data[0..n-1] cannot be a .mid; NULL if it
 * can. */
const char *sx_smf_obstacle(
    const struct sx_dump *dump, const uint8_t *data, size_t n);

/* The same, judged by its length alone. */
const char *sx_smf_too_large(const struct sx_dump *dump);

/* Reserve room for a dump, if it fits into the file. Any dump without an
 * obstacle fits into an empty file. */
bool sx_smf_fits(struct sx_smf_room *room, const struct sx_dump *dump);

/* Write n tracks, which fit into one file, into the empty part `out`. data[0]
 * is offset 0. */
int sx_smf_write(struct sx_part *out, const struct sx_smf_track *tracks,
    size_t n, const uint8_t *data, struct sx_err *e);

#endif
