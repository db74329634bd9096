/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_AUDIO_CUT_H
#define SXLIB_AUDIO_CUT_H

#include <stdint.h>

/*
 * Is the end of a sound file missing? libsndfile reads what is there of a WAV
 * or AIFF file and does not tell.
 */
struct cut {
	uint64_t there;	  /* bytes of the sound */
	uint64_t missing; /* that its chunk claims besides */
};

/*
 * For the file behind fd, whose position does not change. missing is 0 where
 * nothing is missing, for other kinds of files, and for a claim that a program
 * makes when it cannot know (from 1.75 GiB on).
 */
struct cut cut_of(int fd);

#endif
