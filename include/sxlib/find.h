/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FIND_H
#define SXLIB_FIND_H

#include <regex.h>

#include "sxlib/record.h"
#include "sxlib/ref.h"
#include "sxlib/walk.h"

/* Sounds in a collection: all of them, or those with a given name. */

enum sx_find_how {
	SX_FIND_PART, /* the name contains the text; ignores case and the number
			 of blanks in a row */
	SX_FIND_EXACT, /* equal except for case and blanks, as in FILE:=NAME */
	SX_FIND_REGEX, /* POSIX extended regular expression, matches anywhere;
			  ignores case */
};

struct sx_find {
	/* Set by the caller, borrowed. */
	struct sx_walk walk; /* arguments: files, folders, references */
	const struct sx_devices *user; /* the user's devices, or NULL */
	const char *text;	       /* NULL: every sound, named or not */
	enum sx_find_how how;
	const char *const *makers; /* any of these: see sx_maker_matches() */
	size_t nmakers;		   /* 0: all makers */
	const char *device;	   /* part of its name; NULL: all */
	int kind;		   /* enum sx_kind of the sound; -1: all */
	int64_t since;		   /* earliest file time; INT64_MIN: any */

	/* Totals so far. */
	size_t files;	       /* opened */
	size_t sounds;	       /* in them, or those a reference names */
	size_t found;	       /* matching sounds */
	size_t without;	       /* files without SysEx */
	struct sx_err nothing; /* why the first of them has none */

	/* Private. */
	struct sx_decoder *decoder; /* for all files */
	struct sx_lister *lister;
	regex_t regex;
	bool compiled;
	struct sx_find_file *file;
};

/* A sound that was found. Borrowed until the next call. */
struct sx_found {
	/* Kind, slot and name are those of the sound; offset, bytes and
	 * messages those of the message or messages that hold it. */
	struct sx_record record;
	struct sx_facts facts; /* what record points to */
	size_t file, index;    /* which file, and which sound in it, from 1 */
	char ref[SX_REF_TEXT]; /* reference after FILE: */
};

/* Start. Returns -1 and sets e (SX_EUSAGE if the text is empty or not a regular
 * expression). Call sx_find_end() in either case. */
int sx_find_begin(struct sx_find *f, struct sx_err *e);

/*
 * Get the next sound, in the order of the files and within them; blocks on the
 * disk. 1: *found. 0: no more. -1 and e: a file or folder cannot be read, or
 * not to its end, or a reference names nothing; the sounds of a truncated file
 * are still returned. Keep calling, unless e is SX_ENOMEM.
 */
int sx_find_next(
    struct sx_find *f, const struct sx_found **found, struct sx_err *e);
/* May be called at any time. */
void sx_find_end(struct sx_find *f);

#endif
