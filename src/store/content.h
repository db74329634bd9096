/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_CONTENT_H
#define SXLIB_STORE_CONTENT_H

#include "input.h"

/* Identifies files that are neither SysEx nor MIDI files. */

/* Returns 0; -1 and sets e (SX_EDATA) if the file is a known format without
 * SysEx or is named like a MIDI file; or as sx_input_at(). */
int sx_content_check(struct sx_input *in, const char *path, struct sx_err *e);

/*
 * Describe a file that passed sx_content_check() and contains no message, as
 * sx_file_content() does.
 */
const char *sx_content_text(
    struct sx_input *in, const char **hint, struct sx_err *e);

#endif
