/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SAME_H
#define SXLIB_SAME_H

#include "sxlib/rows.h"
#include "sxlib/walk.h"

/*
 * Finds duplicates in a collection: first files with the same messages, then,
 * in the remaining files, messages that are the same, or the same except for
 * slot, unit and checksum. Equal hashes are only candidates: the bytes are
 * compared. A file with two names (a hard link) counts once. Damaged messages
 * and messages that are not dumps are never duplicates.
 */
struct sx_same {
	/* Set by the caller, borrowed. */
	struct sx_walk walk;	       /* with its arguments; not standard
					  input, since files are read again */
	const struct sx_devices *user; /* the user's devices, or NULL */

	/* Results so far. */
	struct sx_rows rows;		    /* all readable files */
	size_t without;			    /* files without SysEx, and */
	struct sx_err nothing;		    /* why the first of them has none */
	size_t file_groups, message_groups; /* returned so far */

	/* Private. */
	int step;
	struct sx_same_file *files;
	size_t cap;
	struct sx_same_message *messages;
	size_t nmessages, messages_cap;
	uint32_t ngroups;
	struct sx_rows found; /* contents of the messages in groups */
	uint32_t *order;      /* of the files, by hash */
	size_t at, like;      /* the current file or message, and the one it is
				 compared with */
	size_t end;	      /* of the group of messages being returned */
	bool begun, proven;
};

/* A member of a group. The first member is the one found first. */
struct sx_same_member {
	bool file;  /* else a message */
	bool first; /* of its group */
	bool exact; /* the whole group also agrees in slot, unit and checksum */
	size_t n;   /* messages in the group; 0: not known yet (file groups) */
	struct sx_record record;
	struct sx_facts facts; /* record.facts points here */
	const char *as;	       /* file of the group's first member, and */
	uint64_t as_offset;    /* its offset there */
};

/* Read the next file, as sx_list_next() does. A file that cannot be read to its
 * end is not compared. */
int sx_same_read(struct sx_same *s, struct sx_err *e);
/*
 * Call after all files are read. Returns the next member, group by group, in
 * the order in which the first members were found. Reads files again and blocks
 * on the disk. Returns 1 and fills *member, which points into s and into
 * itself; 0 if there are no more; -1 and sets e if a file can no longer be read
 * or memory runs out. After -1 nothing more is returned.
 */
int sx_same_next(
    struct sx_same *s, struct sx_same_member *member, struct sx_err *e);
/* Safe to call at any time. */
void sx_same_end(struct sx_same *s);

#endif
