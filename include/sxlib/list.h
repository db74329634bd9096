/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LIST_H
#define SXLIB_LIST_H

#include "sxlib/rows.h"
#include "sxlib/walk.h"

/* Lists the matching files of a collection, one row each. An argument that is a
 * reference (sxlib/ref.h) gives one row for each of its sounds. */
struct sx_list {
	/* Set by the caller, borrowed. A file matches if one of its messages
	 * does. */
	struct sx_walk walk;	       /* the arguments */
	const struct sx_devices *user; /* the user's devices, or NULL */
	const char *const *makers; /* any of these, see sx_maker_matches() */
	size_t nmakers;		   /* 0: any maker */
	const char *device;	   /* substring of its name; NULL: any */
	int kind;		   /* enum sx_kind; -1: any */
	/* Files at least this new; INT64_MIN: all (files may be older than
	 * 1970). */
	int64_t since;

	/* Results so far. */
	struct sx_rows rows;   /* the matches, in the order found */
	size_t files;	       /* files that could be opened, and sounds of
				  references */
	size_t without;	       /* of these, files without SysEx */
	struct sx_err nothing; /* why the first of these has none */

	struct sx_decoder *decoder; /* private: for all files */
};

/*
 * Read the next file; blocks on the disk. Returns 1 if it was read, 0 if there
 * are no more, or -1 and sets e if a file or folder cannot be read. A file that
 * can only be read in part has its row. Keep calling after -1, unless e is
 * SX_ENOMEM.
 */
int sx_list_next(struct sx_list *l, struct sx_err *e);
/* May be called at any time. */
void sx_list_end(struct sx_list *l);

#endif
