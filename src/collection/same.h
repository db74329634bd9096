/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_COLLECTION_SAME_H
#define SXLIB_COLLECTION_SAME_H

#include <sys/types.h>

#include "sxlib/request.h"
#include "sxlib/same.h"

/* What same.c and its parts share. */

/* A file. rows.rows[i] is what file i holds. */
struct sx_same_file {
	uint64_t hash;	       /* of its messages */
	uint32_t run, run_len; /* of those that have the same hash */
	dev_t dev;
	ino_t ino;
	bool out; /* the same as one before it, or without messages */
};

/* A message that may have its like. */
struct sx_same_message {
	uint64_t hash; /* without slot, unit and checksum */
	uint64_t offset;
	size_t len;
	uint32_t file;
	uint32_t group; /* of those that may be alike; SX_SAME_ALONE */
	uint32_t row;	/* in found, if it was proven to be */
	/* Of a pair: the slot that its second message says; -1: it is none. */
	int32_t stored;
	char stored_text[SX_SLOT_TEXT];
	bool exact; /* then: slot, unit and checksum as well, as the first has
		       them */
};

#define SX_SAME_ALONE UINT32_MAX

/* The path of a file. */
const char *sx_same_path(const struct sx_same *s, uint32_t file);

/* Put the files in the order of their hashes; those that are the same file as
 * another are out. -1 and e. */
int sx_same_order_files(struct sx_same *s, struct sx_err *e);
/* The next member of a group of files; all but the first take no part in what
 * is done with messages. 1, 0, or -1 and e. */
int sx_same_next_file(
    struct sx_same *s, struct sx_same_member *member, struct sx_err *e);

/* Leave only the messages that have their like, in groups. -1 and e. */
int sx_same_group(struct sx_same *s, struct sx_err *e);
/* The next member of such a group: 1 or 0. */
int sx_same_next_message(struct sx_same *s, struct sx_same_member *member);

/* A simple hash, to find what may be alike: FNV-1a. */
#define SX_SAME_SEED UINT64_C(0xcbf29ce484222325)
uint64_t sx_same_hash(uint64_t seed, const uint8_t *p, size_t n);

/* The bytes of a message without slot, unit and checksum, malloc'ed; NULL if
 * memory ends. */
uint8_t *sx_same_blank(const struct sx_item *item);

/*
 * Read the messages of all groups again and compare their bytes: each gets its
 * row in found, or leaves its group. They are sorted by file and offset. -1
 * and e.
 */
int sx_same_prove(struct sx_same *s, struct sx_err *e);

#endif
