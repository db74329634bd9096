/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_INPUT_H
#define SXLIB_STORE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/framer.h"
#include "sxlib/reader.h"

/*
 * The bytes of a file, for the readers: any of them by offset, with as little
 * of the file in memory as is asked for.
 */
struct sx_input {
	char *name;    /* for messages: 'path' with the quotes */
	uint64_t size; /* of the file when it was opened */
	int64_t mtime; /* microseconds since 1970; of a pipe when it was opened,
			  of memory 0 */
	/* private */
	int fd;		       /* -1: all of it is in the window */
	const uint8_t *window; /* the bytes [from, from + have) */
	uint64_t from;
	size_t have;
	uint8_t *buffer; /* the window's memory, NULL if it is the caller's */
	size_t cap;
};

/* Open a path, or "-". Close it whatever this returns. -1 and e: SX_EIO. */
int sx_input_open(struct sx_input *in, const char *path, struct sx_err *e);
/* Bytes in memory as a file; data is borrowed until it is closed. */
int sx_input_memory(
    struct sx_input *in, const uint8_t *data, size_t n, struct sx_err *e);
void sx_input_close(struct sx_input *in);

/* The same file with a window of its own, so that two can go along it at two
 * places. Borrows from in; end with sx_input_unshare(). */
void sx_input_share(struct sx_input *view, const struct sx_input *in);
void sx_input_unshare(struct sx_input *view);

/*
 * The n > 0 bytes from off on, until the next call; off + n <= size. NULL and e
 * filled: the file cannot be read or has become shorter, or memory ends.
 */
const uint8_t *sx_input_at(
    struct sx_input *in, uint64_t off, size_t n, struct sx_err *e);

/* The message at off has more than SX_ITEM_MOST bytes. Always -1. */
int sx_input_too_long(
    const struct sx_input *in, uint64_t off, struct sx_err *e);

/* sx_file_open() for bytes in memory, borrowed until it is closed. */
struct sx_file *sx_file_memory(const uint8_t *data, size_t n, struct sx_err *e);

#endif
