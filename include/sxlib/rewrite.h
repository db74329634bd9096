/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_REWRITE_H
#define SXLIB_REWRITE_H

#include "sxlib/reader.h"
#include "sxlib/store.h"

/*
 * Files in, files out: the messages of files that are read, and their bytes of
 * no message, go on in their order into a store.
 */

enum sx_rewrite_as {
	SX_AS_DUMPS,  /* each dump to the store on its own, with its stray
			 bytes */
	SX_AS_BYTES,  /* all of it as it stands in the file */
	SX_AS_TRACKS, /* each dump a track; nothing but whole messages */
	SX_AS_TEXT,   /* all of it as the caller spells it out */
};

struct sx_rewrite {
	/* Set by the caller, borrowed. */
	struct sx_store_opts store_opts; /* `copy` is set by sx_rewrite_begin */
	enum sx_rewrite_as as;
	enum sx_split split; /* SX_AS_DUMPS, SX_AS_TRACKS */
	int64_t gap;	     /* us */
	bool leave_stray;    /* leave out what belongs to no message */
	bool force;	     /* take what can be read of a malformed file */
	long rate;	     /* bytes/s of a wire, for the times in a .mid */

	/* So far. */
	size_t messages, dumps, stray;
	size_t cut; /* of the messages */
	uint64_t stray_bytes;
	size_t realtime; /* bytes inside of messages that were left out */
	bool malformed;	 /* the last error is that the file is */

	/* Private. */
	struct sx_store *store;
	int step;
	struct sx_file *file;
	const char *path;
	struct sx_item item;  /* the one that is dealt with */
	const uint8_t *raw;   /* its bytes as they go out, and */
	size_t n;	      /* how many these are */
	struct sx_part *part; /* of the open dump, or NULL */
	struct sx_dump dump;
	struct sx_dump all; /* every dump as if it were one, without pieces */
	struct sx_summary facts, all_facts; /* of these */
	struct sx_piece *pieces;
	size_t npieces, pieces_cap;
	uint64_t text; /* SX_AS_TEXT: bytes of it */
	bool alone;    /* the open dump takes no more messages */
	int64_t from;  /* mono time at which the file begins */
	int64_t free;  /* when the last message is through */
	int64_t last;  /* time of the last item in its file */
	size_t messages_before, stray_before, wrong_before; /* the file */
	struct sx_stored stored;
	struct sx_err why;
};

enum sx_rewritten_kind {
	SX_REWRITE_ITEM,  /* `item` comes next. Who has to stop does so here */
	SX_REWRITE_SPARE, /* it was left out, at no cost */
	SX_REWRITE_STRAY, /* it is bytes of no message, left out or not */
	SX_REWRITE_CUT,	  /* it is a damaged message, and goes on as it is */
	SX_REWRITE_TEXT,  /* SX_AS_TEXT: n `bytes` of it are to be spelled out,
			     see sx_rewrite_text(); `timed`: with its time */
	SX_REWRITE_KEPT,  /* `dump` is whole in the store: `stored` */
	SX_REWRITE_MALFORMED, /* the file cannot be read on: `why` */
	SX_REWRITE_READ,      /* it has been read: sx_file_note() is valid */
	SX_REWRITE_DAMAGED, /* it was kept as damaged, however whole it looks */
};

/* Borrowed until the next call; NULL where the kind does not name them. */
struct sx_rewritten {
	enum sx_rewritten_kind kind;
	const struct sx_item *item;
	const uint8_t *bytes;
	size_t n;
	bool timed;
	const struct sx_dump *dump;
	const struct sx_stored *stored;
	const struct sx_err *why;
};

/* How an output file of this name is written: sets `as` and the store's format.
 * -1: its suffix says nothing. */
int sx_rewrite_target(struct sx_rewrite *r, const char *path);

/*
 * Before that: how many items a file has, one of which at least is to be
 * written, so that no folder is made for nothing. It is begun again, not opened
 * again: a pipe gives its bytes once. -1 and e: it is malformed, or has nothing
 * for it.
 */
int sx_rewrite_count(struct sx_rewrite *r, struct sx_file *f, const char *path,
    size_t *n, struct sx_err *e);
/* The default template of so many files, or sounds, malloc'ed: their names sort
 * as they stand in the file, so that joining them gives it again. NULL and e.
 */
char *sx_rewrite_name(size_t n, bool sounds, struct sx_err *e);

/* Check where it is to go, and get ready; nothing is written yet, except that
 * a folder is made. Files stay in parts until they have a name, and those of a
 * process that is killed stay behind: so block the signals that end it first.
 * -1 and e. */
int sx_rewrite_begin(struct sx_rewrite *r, struct sx_err *e);
/* The next file is f, at its beginning and borrowed until it has been read;
 * path is what errors say. */
void sx_rewrite_file(struct sx_rewrite *r, struct sx_file *f, const char *path);
/* Go on with it; blocks on the disk. 1 and *what. 0: all of it has been taken.
 * -1 and e: the end of all. */
int sx_rewrite_next(
    struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e);
/* After SX_REWRITE_TEXT, once: what stands for the item. -1 and e. */
int sx_rewrite_text(
    struct sx_rewrite *r, const char *text, size_t n, struct sx_err *e);
/* Instead of files: these bytes, whatever they are, as one file of that time
 * (us since 1970). `out` is FILE.syx or FILE.mid, the format SX_FORMAT_BYTES.
 * -1 and e. */
int sx_rewrite_raw(struct sx_rewrite *r, const uint8_t *bytes, size_t n,
    int64_t time, struct sx_err *e);
/* After the last file: give all that is not finished its name. 1 and *what is
 * SX_REWRITE_KEPT; 0: all is done; -1 and e. */
int sx_rewrite_finish(
    struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e);
/* Good at any time; what is not finished is gone. */
void sx_rewrite_free(struct sx_rewrite *r);

#endif
