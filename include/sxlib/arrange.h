/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ARRANGE_H
#define SXLIB_ARRANGE_H

#include "sxlib/pick.h"

/* Builds new files from sounds: assembled into a bank, or renamed. */

struct sx_arranged {
	struct sx_messages bytes; /* of the new file */
	int64_t time;		  /* of the first sound's file */
	size_t sounds;
	size_t missing; /* on failure: how many sounds are missing; else
			   filled */
};
void sx_arranged_free(struct sx_arranged *a);

/*
 * Make one bank from the sounds that the n references name, in this order; see
 * sx_recast_bank(). fill, or NULL, is the sound for the remaining slots. If the
 * references name all sounds of one file, in file order, and its instrument has
 * no bank, the result is the messages of these sounds, unchanged. Blocks on the
 * disk. Returns -1 and sets e on failure. Free *a in either case.
 */
int sx_arrange_bank(struct sx_arranged *a, char *const *refs, size_t n,
    const char *fill, const struct sx_devices *user, struct sx_err *e);

/* Check that a new file may have this name and the bytes of the file in ref: it
 * must end in .mid if that file does, else in .syx. Returns -1 and sets e
 * (SX_EUSAGE) if not. */
int sx_arrange_check_out(const char *ref, const char *out, struct sx_err *e);
/*
 * Copy the whole file that ref names, with a new name for that one sound.
 * Blocks on the disk. Returns -1 and sets e on failure, also if ref names more
 * than one sound or standard input, or if the message is not stored
 * contiguously in the file. Free *a in either case.
 */
int sx_arrange_rename(struct sx_arranged *a, const char *ref, const char *name,
    const struct sx_devices *user, struct sx_err *e);

#endif
