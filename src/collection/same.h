/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_COLLECTION_SAME_H
#define SXLIB_COLLECTION_SAME_H

#include <sys/types.h>

#include "sxlib/request.h"
#include "sxlib/same.h"

/* Shared by same.c and its parts. */

/* A file; rows.rows[i] describes file i. */
struct sx_same_file {
	uint64_t hash;	       /* of its messages */
	uint32_t run, run_len; /* of the files with the same hash */
	dev_t dev;
	ino_t ino;
	bool out; /* duplicates an earlier file, or has no messages */
};

/* A message that may have duplicates. */
struct sx_same_message {
	uint64_t hash; /* without slot, unit and checksum */
	uint64_t offset;
	size_t len;
	uint32_t file;
	uint32_t group; /* of candidates; SX_SAME_ALONE: none */
	uint32_t row;	/* in found, once it is proven */
	/* The slot from the second message of a pair; -1: none. */
	int32_t stored;
	char stored_text[SX_SLOT_TEXT];
	bool exact; /* valid then: slot, unit and checksum equal the first
		       one's, too */
};

#define SX_SAME_ALONE UINT32_MAX

/* Return the path of a file. */
const char *sx_same_path(const struct sx_same *s, uint32_t file);

/* Sort the files by hash, and exclude those that are another name for the same
 * file. Returns -1 and sets e on failure. */
int sx_same_order_files(struct sx_same *s, struct sx_err *e);
/* Get the next member of a group of files; all but the first are excluded from
 * the comparison of messages. Returns 1, 0, or -1 and sets e. */
int sx_same_next_file(
    struct sx_same *s, struct sx_same_member *member, struct sx_err *e);

/* Keep only messages that have duplicates, in groups. Returns -1 and sets e on
 * failure. */
int sx_same_group(struct sx_same *s, struct sx_err *e);
/* Get the next member of such a group. Returns 1 or 0. */
int sx_same_next_message(struct sx_same *s, struct sx_same_member *member);

/* A simple hash to find candidates: FNV-1a. */
#define SX_SAME_SEED UINT64_C(0xcbf29ce484222325)
uint64_t sx_same_hash(uint64_t seed, const uint8_t *p, size_t n);

/* Return the bytes of a message without slot, unit and checksum, malloc'ed;
 * NULL if memory runs out. */
uint8_t *sx_same_blank(const struct sx_item *item);

/*
 * Read the messages of all groups again and compare their bytes: each gets its
 * row in found, or leaves its group. They are sorted by file and offset.
 * Returns -1 and sets e on failure.
 */
int sx_same_prove(struct sx_same *s, struct sx_err *e);

#endif
