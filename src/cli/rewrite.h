/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_REWRITE_H
#define SXLIB_REWRITE_H

#include <signal.h>

#include "cli.h"
#include "sxlib/reader.h"
#include "sxlib/store.h"

/*
 * Files in, files out: what split, join and convert share. The items of the
 * files that are read go on, in their order, into a store.
 */

enum rewrite_as {
	AS_DUMPS,  /* each dump to the store on its own, with its stray bytes */
	AS_BYTES,  /* all of it as it stands in the file */
	AS_TRACKS, /* each dump a track; nothing but whole messages */
	AS_HEX,	   /* all of it as text */
};

struct rewrite {
	/* Set by the caller. */
	struct cli *c;
	struct sx_store_opts store_opts;
	enum rewrite_as as;
	enum sx_split split; /* AS_DUMPS, AS_TRACKS */
	int64_t gap;
	bool leave_stray; /* only say what belongs to no message */

	/* What became of it. */
	size_t messages, dumps, stray;
	size_t cut; /* of the messages */
	uint64_t stray_bytes;

	/* private */
	struct sx_store *store;
	const char *path;     /* of the file that is read */
	struct sx_part *part; /* of the open dump, or NULL */
	struct sx_dump dump;
	struct sx_dump all; /* every dump as if it were one, without pieces */
	struct sx_piece *pieces;
	size_t npieces, pieces_cap;
	uint64_t text; /* AS_HEX: bytes of it */
	bool alone;    /* the open dump takes no more messages */
	int64_t from;  /* mono time at which the file begins */
	int64_t free;  /* when the last message is through */
	int64_t last;  /* time of the last item in its file */
	size_t realtime;
	sigset_t signals; /* that were blocked before */
};

/* Hex text, by its suffix: .hex or .txt? */
bool is_hex_name(const char *path);
/* How an output file of this name is written: -1 if its suffix says nothing. */
int rewrite_target(const char *path, struct rewrite *r);

/* A file to be read, whatever it is. NULL and e. */
struct sx_file *rewrite_open(struct cli *c, const char *path, struct sx_err *e);

/* Check where it is to go, and get ready; nothing is written yet, except that
 * a folder is made. -1 and c->err. */
int rewrite_begin(struct rewrite *r);
/* All of a file that rewrite_open() has opened. -1 and c->err. */
int rewrite_file(struct rewrite *r, const char *path, struct sx_file *f);
/* Give all that is not finished its name, and say it. -1 and c->err. */
int rewrite_finish(struct rewrite *r);
/* Good at any time; what is not finished is gone. A signal that came between
 * begin and here ends the program now. */
void rewrite_free(struct rewrite *r);

/* hex_write.c */

/* An item as lines of hex text, malloc'ed; *size gets their length. NULL if
 * memory ends. timed: with its time. */
char *hex_lines(const struct sx_item *item, const uint8_t *raw, size_t n,
    bool timed, size_t *size);

#endif
