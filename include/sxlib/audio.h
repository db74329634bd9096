/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_AUDIO_H
#define SXLIB_AUDIO_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/stream.h"

/* Sound files, read and written by the program sxlib-audio. All calls block
 * until that has ended. */

struct sx_audio {
	struct sx_stream head;
	int32_t *samples; /* frames * channels */
};

/* Is that program where it should be? -1 and e if not. */
int sx_audio_check(struct sx_err *e);

/* Read a file of at most `most` frames. -1 and e. */
int sx_audio_read(
    const char *path, long most, struct sx_audio *s, struct sx_err *e);

/* A mono sound as the bytes of a file, "wav" or "aiff"; malloc'ed, *n gets
 * their number. NULL and e. */
uint8_t *sx_audio_write(
    const char *format, const struct sx_audio *s, size_t *n, struct sx_err *e);

/* s may be zeroed and never read. */
void sx_audio_free(struct sx_audio *s);

#endif
