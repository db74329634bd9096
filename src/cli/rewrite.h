/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_REWRITE_H
#define SXLIB_CLI_REWRITE_H

#include "sxlib/pick.h"
#include "sxlib/rewrite.h"
#include "sxlib/stop.h"
#include "term/cli.h"

/* Reads and writes files: shared by split, join and convert. */

struct rewrite {
	/* Set by the caller. */
	struct cli *c;
	struct sx_rewrite work; /* except the rate */

	/* Private. */
	const char *path; /* of the file being read */
	bool begun;
	struct sx_stop stop;
};

/* Check the destination and get ready; nothing is written yet, except that a
 * folder is created. Returns -1 and sets c->err on failure. */
int rewrite_begin(struct rewrite *r);
/* Rewrite all of an open file. Returns -1 and sets c->err on failure. */
int rewrite_file(struct rewrite *r, const char *path, struct sx_file *f);
/* Report bits of a sound that have no place in its dump. */
void rewrite_dropped(struct cli *c, const struct sx_messages *m);
/* Call when c->err tells why a file could not be read to its end: add what
 * --force would do. Always returns -1. */
int rewrite_malformed(const struct rewrite *r);
/* After a failure: if it was a signal, which rewrite_free() raises again,
 * report the progress so far. */
void rewrite_stopped(const struct rewrite *r, const char *path);
/* Finish all files: give them their names, and report them. Returns -1 and sets
 * c->err on failure. */
int rewrite_finish(struct rewrite *r);
/* Safe to call at any time; unfinished files are removed. A signal that came
 * since rewrite_begin() ends the program now. */
void rewrite_free(struct rewrite *r);

#endif
