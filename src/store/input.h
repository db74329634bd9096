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
 * Random access to the bytes of a file for the readers, keeping only the
 * requested part in memory.
 */
struct sx_input {
	char *name;    /* for error messages: the quoted path */
	uint64_t size; /* of the file when opened */
	int64_t mtime; /* microseconds since 1970; for a pipe the time of
			  opening, for memory 0 */
	/* Private. */
	int fd;		       /* -1: everything is in the window */
	const uint8_t *window; /* the bytes [from, from + have) */
	uint64_t from;
	size_t have;
	uint8_t *buffer; /* the window's memory; NULL if it is the caller's */
	size_t cap;
};

/* Open a path, or "-". Returns -1 and sets e (SX_EIO) on failure; close it in
 * both cases. */
int sx_input_open(struct sx_input *in, const char *path, struct sx_err *e);
/* Present bytes in memory as a file; data is borrowed until it is closed. */
int sx_input_memory(
    struct sx_input *in, const uint8_t *data, size_t n, struct sx_err *e);
void sx_input_close(struct sx_input *in);

/* A view of the same file with a separate window, for reading at two places.
 * Borrows from in; end with sx_input_unshare(). */
void sx_input_share(struct sx_input *view, const struct sx_input *in);
void sx_input_unshare(struct sx_input *view);

/*
 * Return the n > 0 bytes at off, valid until the next call; off + n <= size.
 * Returns NULL and sets e if the file cannot be read or has been truncated, or
 * memory runs out.
 */
const uint8_t *sx_input_at(
    struct sx_input *in, uint64_t off, size_t n, struct sx_err *e);

/* Set e: the message at off is longer than SX_ITEM_MOST bytes. Always returns
 * -1. */
int sx_input_too_long(
    const struct sx_input *in, uint64_t off, struct sx_err *e);

/* sx_file_open() for bytes in memory, borrowed until the file is closed. */
struct sx_file *sx_file_memory(const uint8_t *data, size_t n, struct sx_err *e);

#endif
