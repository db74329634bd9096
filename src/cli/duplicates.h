/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DUPLICATES_H
#define SXLIB_DUPLICATES_H

#include <sys/types.h>

#include "list.h"
#include "sxlib/reader.h"

/* What duplicates.c and its parts share. */

/* A file. rows.rows[i] is what file i holds. */
struct dup_file {
	uint64_t hash;	       /* of its messages */
	uint32_t run, run_len; /* of those that have the same hash */
	dev_t dev;
	ino_t ino;
	bool out; /* the same as one before it, or without messages */
};

/* A message that may have its like. */
struct dup_message {
	uint64_t hash; /* without slot and checksum */
	uint64_t offset;
	size_t len;
	uint32_t file;
	uint32_t group; /* of those that may be alike; NO_GROUP */
	uint32_t row;	/* in found, if it was proven to be */
	bool exact; /* then: slot and checksum as well, as the first has them */
};

#define NO_GROUP UINT32_MAX

struct dups {
	struct cli *c;
	struct dup_file *files;
	struct rows rows;
	size_t cap;
	struct dup_message *messages;
	size_t nmessages, messages_cap;
	uint32_t ngroups;
	struct rows found; /* what the messages of groups hold */
	bool failed;	   /* a file could not be read */
};

/* The path of a file. */
const char *dup_path(const struct dups *d, uint32_t file);

/* Print the groups of files that are the same, and count them; only the first
 * of each takes part from now on. -1 and c->err. */
int find_files(struct dups *d, size_t *groups);
/* The same for messages. */
int find_messages(struct dups *d, size_t *groups);

/* A simple hash, to find what may be alike: FNV-1a. */
#define HASH_SEED UINT64_C(0xcbf29ce484222325)
uint64_t hash_bytes(uint64_t seed, const uint8_t *p, size_t n);

/* The bytes of a message without slot and checksum, malloc'ed; NULL if memory
 * ends. */
uint8_t *blank_message(const struct sx_item *item);

/*
 * Read the messages of all groups again and compare their bytes: each gets its
 * row in found, or leaves its group. They are sorted by file and offset. -1
 * and c->err.
 */
int prove_groups(struct dups *d);

#endif
