/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_AUDIO_H
#define SXLIB_AUDIO_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/stream.h"

/* Sound files, read and written by the helper program sxlib-audio. Reading and
 * writing block until the helper exits. */

struct sx_audio {
	struct sx_stream head;
	int32_t *samples; /* frames * channels */
};

/* Returns -1 and sets e if the helper is not installed. */
int sx_audio_check(struct sx_err *e);

/* Read a file; one with more than `most` frames is an error. Returns -1 and
 * sets e on failure. Free *s with sx_audio_free(). */
int sx_audio_read(
    const char *path, long most, struct sx_audio *s, struct sx_err *e);

/* Encode a mono sound as a "wav" or "aiff" file in memory. Returns malloc'ed
 * bytes, *n of them; the caller frees them. Returns NULL and sets e on failure.
 */
uint8_t *sx_audio_write(
    const char *format, const struct sx_audio *s, size_t *n, struct sx_err *e);

/* s may be all zero. */
void sx_audio_free(struct sx_audio *s);

#endif
