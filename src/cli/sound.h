/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SOUND_H
#define SXLIB_SOUND_H

#include "../audio/stream.h"
#include "cli.h"

/* Sound files, read and written by the program sxlib-audio. */

struct sound {
	struct stream head;
	int32_t *samples; /* frames * channels */
};

/* Is that program where it should be? -1 and c->err if not. */
int sound_check(struct cli *c);

/* Read a file of at most `most` frames. -1 and c->err. */
int sound_read(struct cli *c, const char *path, long most, struct sound *s);

/* A mono sound as the bytes of a file, "wav" or "aiff"; malloc'ed, *n gets
 * their number. NULL and c->err. */
uint8_t *sound_write(
    struct cli *c, const char *format, const struct sound *s, size_t *n);

/* s may be zeroed and never read. */
void sound_free(struct sound *s);

#endif
