/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STRAY_H
#define SXLIB_STRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Classifies bytes of a file that belong to no message, and files without any
 * message. Pure. */

enum sx_stray {
	SX_STRAY_UNKNOWN,
	SX_STRAY_PADDING,  /* one value repeated: 00, 1A, 20, E5, FF; or one of
			      these after the 1A that ends a CP/M file */
	SX_STRAY_TEXT,	   /* readable ASCII */
	SX_STRAY_MIDI,	   /* complete MIDI messages other than SysEx */
	SX_STRAY_WRAPPING, /* MacBinary data around a file; never returned by
			      sx_stray_kind() */
	SX_STRAY_REST,	   /* contains an F7: the rest of a message whose F0 is
			      missing */
};

/* n > 0 */
enum sx_stray sx_stray_kind(const uint8_t *p, size_t n);
/* "padding", "text", ... for display */
const char *sx_stray_text(enum sx_stray kind);

/*
 * p[0..n-1] is the beginning of a file. If it is a known format without plain
 * SysEx (an archive, a web page, a picture), returns its name for display ("a
 * zip archive") and sets *hint to advice, or NULL. Returns NULL if it is not
 * known.
 */
#define SX_ALIEN_LOOK 1024 /* more bytes make no difference */
const char *sx_alien_text(const uint8_t *p, size_t n, const char **hint);

/* The same for a complete file of n bytes without F0 that a program or a
 * transfer has stripped: "a DX7 bank of 32 voices without its header". Returns
 * NULL if it is not known. */
const char *sx_remains_text(const uint8_t *p, size_t n, const char **hint);

/*
 * Old Macintosh files wrapped with their type, dates and resource fork. Returns
 * true if head is the beginning of such a file of `size` bytes, and sets *data
 * to the length of the data, which follow the header.
 */
#define SX_MACBINARY 128 /* size of its header in bytes */
bool sx_macbinary(
    const uint8_t head[SX_MACBINARY], uint64_t size, uint64_t *data);

#endif
