/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_CONTENT_H
#define SXLIB_STORE_CONTENT_H

#include "input.h"

/* What a file is that is neither SysEx nor a MIDI file. */

/* 0; -1 and e (SX_EDATA): it is a known format without SysEx, or it is named
 * like a MIDI file; or see sx_input_at(). */
int sx_content_check(struct sx_input *in, const char *path, struct sx_err *e);

/*
 * Of a file that sx_content_check() has passed and that holds no message: as
 * sx_file_content().
 */
const char *sx_content_text(
    struct sx_input *in, const char **hint, struct sx_err *e);

#endif
