/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LIST_H
#define SXLIB_LIST_H

#include "sxlib/rows.h"
#include "sxlib/walk.h"

/* The files of a collection that are wanted, a row each; of a reference
 * (sxlib/ref.h) among the arguments the sounds that it means, likewise. */
struct sx_list {
	/* Set by the caller, borrowed. A file is wanted if one of its messages
	 * is. */
	struct sx_walk walk;	       /* its arguments */
	const struct sx_devices *user; /* the user's own devices, or NULL */
	const char *const *makers; /* any of these: see sx_maker_matches() */
	size_t nmakers;		   /* 0: of all makers */
	const char *device;	   /* a part of its name; NULL: of all */
	int kind;		   /* enum sx_kind; -1: of all */
	/* Time of the file; INT64_MIN: ever, since files have times before
	 * 1970, too. */
	int64_t since;

	/* So far. */
	struct sx_rows rows;   /* of those that are wanted, as they are found */
	size_t files;	       /* that could be opened; sounds of references */
	size_t without;	       /* of these, those without SysEx, and */
	struct sx_err nothing; /* why the first of them has none */
};

/*
 * Read the next file; blocks on the disk. 1: it has been read. 0: there are no
 * more. -1 and e: it, or a folder, cannot be read, or not to its end, in which
 * case it has its row; go on calling, unless memory has ended (SX_ENOMEM).
 */
int sx_list_next(struct sx_list *l, struct sx_err *e);
/* Good at any time. */
void sx_list_end(struct sx_list *l);

#endif
