/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_MID_H
#define SXLIB_STORE_MID_H

#include <stdbool.h>
#include <stdint.h>

#include "input.h"
#include "sxlib/err.h"
#include "sxlib/reader.h"

/* Reads the SysEx of a Standard MIDI File, or all of its messages. */
struct sx_mid;

/*
 * Find a MIDI file: at the beginning ("MThd" or "RIFF....RMID"), or after what
 * a transfer or another format has prepended (a MacBinary or mail header, a
 * block, a blank line). Returns 1 and sets *begin; 0 if there is none; -1 as
 * sx_input_at().
 */
int sx_mid_find(struct sx_input *in, uint64_t *begin, struct sx_err *e);

/*
 * Scan all tracks of a file found by sx_mid_find(). in is borrowed until
 * sx_mid_free(). Returns NULL and sets e if it has no header (SX_EDATA), or as
 * sx_input_at(). A malformed track ends at the error, and the others are still
 * read; sx_mid_next() reports it after the last message.
 */
struct sx_mid *sx_mid_open(
    struct sx_input *in, uint64_t begin, struct sx_err *e);
void sx_mid_free(struct sx_mid *m);

/* As sx_file_next(), sx_file_note() and sx_file_stray(). */
int sx_mid_next(struct sx_mid *m, struct sx_item *item, struct sx_err *e);
/* As sx_file_rewind(), before sx_mid_all(). */
void sx_mid_rewind(struct sx_mid *m);
const char *sx_mid_note(const struct sx_mid *m);
uint64_t sx_mid_stray(const struct sx_mid *m);

/* As sx_file_all(), sx_file_length() and sx_file_tempo(). */
int sx_mid_all(struct sx_mid *m, struct sx_err *e);
int64_t sx_mid_length(const struct sx_mid *m);
unsigned sx_mid_tempo(const struct sx_mid *m);

/* The time at the start of the first track name that begins with one; -1:
 * none. */
int64_t sx_mid_time(const struct sx_mid *m);

#endif
