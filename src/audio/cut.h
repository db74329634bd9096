/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_AUDIO_CUT_H
#define SXLIB_AUDIO_CUT_H

#include <stdint.h>

/* Detects truncated sound files. libsndfile reads the existing part of a WAV or
 * AIFF file without reporting that its end is missing. */
struct cut {
	uint64_t there;	  /* bytes of sound present */
	uint64_t missing; /* further bytes according to its chunk */
};

/*
 * Check the file behind fd, whose position does not change. missing is 0 for
 * complete files, for other kinds of files, and for sizes from 1.75 GiB on,
 * which a program writes when it cannot know the size.
 */
struct cut cut_of(int fd);

#endif
