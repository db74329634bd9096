/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_REWRITE_H
#define SXLIB_REWRITE_H

#include "sxlib/reader.h"
#include "sxlib/store.h"

/*
 * Copies files: the messages of the files read, and their bytes outside
 * messages, are written to a store in order.
 */

enum sx_rewrite_as {
	SX_AS_DUMPS,  /* each dump separately; stray bytes as damaged dumps */
	SX_AS_BYTES,  /* everything exactly as in the file */
	SX_AS_TRACKS, /* a track for each dump; complete messages only */
	SX_AS_TEXT,   /* everything as text supplied by the caller */
};

struct sx_rewrite {
	/* Set by the caller, borrowed. */
	struct sx_store_opts store_opts; /* sx_rewrite_begin() sets `copy` */
	enum sx_rewrite_as as;
	enum sx_split split; /* SX_AS_DUMPS, SX_AS_TRACKS */
	int64_t gap;	     /* us */
	bool leave_stray;    /* drop bytes outside messages */
	bool force;	     /* use what can be read of a malformed file */
	long rate;	     /* of a wire, bytes/s, not 0: for times in a
				.mid */

	/* Results so far. */
	size_t messages, dumps, stray;
	size_t cut; /* damaged ones among the messages */
	uint64_t stray_bytes;
	size_t realtime; /* bytes inside messages that were dropped */
	bool malformed;	 /* the last error was a malformed file */

	/* Private. */
	struct sx_store *store;
	int step;
	struct sx_file *file;
	const char *path;
	struct sx_item item;  /* the current one */
	const uint8_t *raw;   /* its bytes as written, */
	size_t n;	      /* and their number */
	struct sx_part *part; /* of the open dump, or NULL */
	struct sx_dump dump;
	struct sx_dump all; /* everything as a single dump, without pieces */
	struct sx_summary facts, all_facts; /* of dump and all */
	struct sx_piece *pieces;
	size_t npieces, pieces_cap;
	uint64_t text; /* SX_AS_TEXT: bytes of text */
	bool alone;    /* no message but its store can be added */
	int64_t from;  /* mono time at which the file starts */
	int64_t free;  /* mono time at which the last message is done */
	int64_t last;  /* time of the last item in its file */
	size_t messages_before, stray_before, wrong_before; /* counts before the
							       current file */
	struct sx_stored stored;
	struct sx_err why;
};

enum sx_rewritten_kind {
	SX_REWRITE_ITEM,  /* `item` comes next; a caller that must stop does so
			     here */
	SX_REWRITE_SPARE, /* it was left out; nothing is lost */
	SX_REWRITE_STRAY, /* it is bytes outside messages, dropped or not */
	SX_REWRITE_CUT,	  /* it is a damaged message, and is copied unchanged */
	SX_REWRITE_TEXT,  /* SX_AS_TEXT: convert `bytes` (n), see
			     sx_rewrite_text(); `timed`: include its time */
	SX_REWRITE_KEPT,  /* `dump` is complete in the store: `stored` */
	SX_REWRITE_MALFORMED, /* the rest of the file cannot be read: `why` */
	SX_REWRITE_READ,      /* the end of the file; sx_file_note() is valid */
	SX_REWRITE_DAMAGED,   /* the file name says damaged, even if it looks
				 intact */
};

/* Borrowed until the next call; NULL if not used by the kind. */
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

/* Set `as` and the format of the store by the name of the output file. Returns
 * 0, or -1 if the suffix is unknown. */
int sx_rewrite_target(struct sx_rewrite *r, const char *path);

/*
 * Call first, so that no folder is made in vain: counts the items of a file and
 * checks that at least one will be written. f is rewound, not reopened: a pipe
 * can only be read once. Returns 0, or -1 and sets e if it is malformed or has
 * nothing to write.
 */
int sx_rewrite_count(struct sx_rewrite *r, struct sx_file *f, const char *path,
    size_t *n, struct sx_err *e);
/* The default name template for that many files, or sounds: malloc'ed. Names
 * sort in file order, so that joining the files restores the original. Returns
 * NULL and sets e if out of memory. */
char *sx_rewrite_name(size_t n, bool sounds, struct sx_err *e);

/* Check the output and prepare; nothing is written yet, but a missing folder is
 * made. Files are parts until they get their name. A killed process leaves its
 * parts behind, so block the signals that end it first. Returns 0, or -1 and
 * sets e. */
int sx_rewrite_begin(struct sx_rewrite *r, struct sx_err *e);
/* Start with the next file, f, at its beginning; borrowed until it has been
 * read. path is used in errors. */
void sx_rewrite_file(struct sx_rewrite *r, struct sx_file *f, const char *path);
/* Continue with the file; blocks on the disk. Returns 1 and sets *what; 0 when
 * the file is done; or -1 and sets e: rewriting cannot continue. */
int sx_rewrite_next(
    struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e);
/* Call once after each SX_REWRITE_TEXT, with the text for the item. Returns 0,
 * or -1 and sets e. */
int sx_rewrite_text(
    struct sx_rewrite *r, const char *text, size_t n, struct sx_err *e);
/* Instead of files: write any bytes as one file with this time (us since 1970).
 * `out` must be FILE.syx or FILE.mid, the format SX_FORMAT_BYTES. Returns 0, or
 * -1 and sets e. */
int sx_rewrite_raw(struct sx_rewrite *r, const uint8_t *bytes, size_t n,
    int64_t time, struct sx_err *e);
/* Call after the last file, until it returns 0: finishes what is open and gives
 * files their names. Returns 1 and sets *what (SX_REWRITE_KEPT), 0 when all is
 * done, or -1 and sets e. */
int sx_rewrite_finish(
    struct sx_rewrite *r, struct sx_rewritten *what, struct sx_err *e);
/* May be called at any time; removes unfinished files. */
void sx_rewrite_free(struct sx_rewrite *r);

#endif
