/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STRAY_H
#define SXLIB_STRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the bytes of a file that belong to no message may be, and what a file
 * without any message is. Pure. */

enum sx_stray {
	SX_STRAY_UNKNOWN,
	SX_STRAY_PADDING,  /* one value over and over: 00, 1A, 20, E5, FF; or
			      one of these after the 1A that ends a CP/M file */
	SX_STRAY_TEXT,	   /* readable ASCII */
	SX_STRAY_MIDI,	   /* whole MIDI messages other than SysEx */
	SX_STRAY_WRAPPING, /* what MacBinary puts around a file; never what
			      sx_stray_kind() finds */
	SX_STRAY_REST,	   /* it has an F7: the rest of a message whose F0 is
			      missing */
};

/* n > 0 */
enum sx_stray sx_stray_kind(const uint8_t *p, size_t n);
/* "padding", "text", ... for people */
const char *sx_stray_text(enum sx_stray kind);

/*
 * A file whose first n bytes are p: is it a known format that holds no SysEx as
 * it is (an archive, a web page, a picture)? A noun for people ("a zip
 * archive"), *hint gets what to do about it, or NULL. NULL: not known.
 */
#define SX_ALIEN_LOOK 1024 /* more bytes tell no more */
const char *sx_alien_text(const uint8_t *p, size_t n, const char **hint);

/* The same for all n bytes of a file without F0 that a program or a transfer
 * has left of SysEx: "a DX7 bank of 32 voices without its header". NULL: not
 * known.
 */
const char *sx_remains_text(const uint8_t *p, size_t n, const char **hint);

/*
 * Old Macintosh files carry their type, their dates and a resource fork along
 * with their data. Is this the beginning of such a file of `size` bytes?
 * *data gets the length of the data, which begin after the header.
 */
#define SX_MACBINARY 128 /* bytes of its header */
bool sx_macbinary(
    const uint8_t head[SX_MACBINARY], uint64_t size, uint64_t *data);

#endif
