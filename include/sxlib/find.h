/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FIND_H
#define SXLIB_FIND_H

#include <regex.h>

#include "sxlib/record.h"
#include "sxlib/ref.h"
#include "sxlib/walk.h"

/* Sounds in a collection: all of them, or those of a name. */

enum sx_find_how {
	SX_FIND_PART,  /* the name contains the text; case makes no difference,
			  nor how many blanks stand where one does */
	SX_FIND_EXACT, /* it is the text, but for case and blanks, as FILE:=NAME
			*/
	SX_FIND_REGEX, /* the text is a POSIX extended regular expression that
			  fits a part of it; case makes no difference */
};

struct sx_find {
	/* Set by the caller, borrowed. */
	struct sx_walk walk; /* arguments: files, folders, references */
	const struct sx_devices *user; /* the user's own devices, or NULL */
	const char *text; /* NULL: every sound, with or without a name */
	enum sx_find_how how;
	const char *const *makers; /* any of these: see sx_maker_matches() */
	size_t nmakers;		   /* 0: of all makers */
	const char *device;	   /* a part of its name; NULL: of all */
	int kind;		   /* enum sx_kind of the sound; -1: of all */
	int64_t since;		   /* time of the file; INT64_MIN: ever */

	/* So far. */
	size_t files;	       /* that could be opened */
	size_t sounds;	       /* in them, or of them that a reference means */
	size_t found;	       /* of these */
	size_t without;	       /* files without SysEx, and */
	struct sx_err nothing; /* why the first of them has none */

	/* Private. */
	struct sx_lister *lister;
	regex_t regex;
	bool compiled;
	struct sx_find_file *file;
};

/* A sound that was found. Borrowed until the next call. */
struct sx_found {
	/* Of the sound: kind, slot and name are its own; offset, bytes and
	 * messages are those of what it stands in. */
	struct sx_record record;
	struct sx_facts facts; /* of record */
	size_t file, index;    /* which file, and which sound in it, from 1 */
	char ref[SX_REF_TEXT]; /* behind FILE: */
};

/* Get ready. -1 and e (SX_EUSAGE): the text is not a regular expression, or is
 * empty. Call sx_find_end() whatever this returns. */
int sx_find_begin(struct sx_find *f, struct sx_err *e);

/*
 * The next sound, in the order of the files and within these; blocks on the
 * disk. 1: *found. 0: there are no more. -1 and e: a file or folder cannot be
 * read, or not to its end, or a reference means nothing; the sounds of a file
 * that is cut come all the same. Go on calling, unless e is SX_ENOMEM.
 */
int sx_find_next(
    struct sx_find *f, const struct sx_found **found, struct sx_err *e);
/* Good at any time. */
void sx_find_end(struct sx_find *f);

#endif
