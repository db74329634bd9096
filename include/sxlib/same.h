/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SAME_H
#define SXLIB_SAME_H

#include "sxlib/rows.h"
#include "sxlib/walk.h"

/*
 * What a collection holds several times: files with the same messages, then,
 * within those that are left, messages that are the same, or the same but for
 * slot, unit and checksum. Equal hashes are no proof: the bytes are compared. A
 * file under two names (a hard link) is one file; damaged messages, and those
 * that are not dumps, have no equal.
 */
struct sx_same {
	/* Set by the caller, borrowed. */
	struct sx_walk walk;	       /* its arguments; standard input is none,
					  since files are read again */
	const struct sx_devices *user; /* the user's own devices, or NULL */

	/* So far. */
	struct sx_rows rows;		    /* all files that could be read */
	size_t without;			    /* those without SysEx, and */
	struct sx_err nothing;		    /* why the first of them has none */
	size_t file_groups, message_groups; /* that were given out */

	/* Private. */
	int step;
	struct sx_same_file *files;
	size_t cap;
	struct sx_same_message *messages;
	size_t nmessages, messages_cap;
	uint32_t ngroups;
	struct sx_rows found; /* what the messages of groups hold */
	uint32_t *order;      /* of the files, by their hashes */
	size_t at, like;      /* the file, or message, that is looked at, and
				 the place of the one that it is compared with */
	size_t end;	      /* of the group of messages that is given out */
	bool begun, proven;
};

/* A member of a group; the first is its first. */
struct sx_same_member {
	bool file;  /* else a message */
	bool first; /* of its group */
	bool exact; /* all of its group are the same in slot, unit and checksum,
		       too */
	size_t n;   /* messages in the group; 0: of files it is not known yet */
	struct sx_record record;
	struct sx_facts facts; /* behind the record */
	const char *as;	       /* the file of the first one, and */
	uint64_t as_offset;    /* where it is there */
};

/* Read the next file, as sx_list_next(); what cannot be read to its end is not
 * compared. */
int sx_same_read(struct sx_same *s, struct sx_err *e);
/*
 * Once all are read: the next member, group by group in the order in which the
 * first ones were found. Reads files again, and blocks on the disk. 1 and
 * *member, which points into s and itself. 0: there are no more. -1 and e: a
 * file cannot be read any more, or memory ends; nothing comes after that.
 */
int sx_same_next(
    struct sx_same *s, struct sx_same_member *member, struct sx_err *e);
/* Good at any time. */
void sx_same_end(struct sx_same *s);

#endif
