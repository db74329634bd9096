/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_REWRITE_H
#define SXLIB_CLI_REWRITE_H

#include "sxlib/pick.h"
#include "sxlib/rewrite.h"
#include "sxlib/stop.h"
#include "term/cli.h"

/* Files in, files out: what split, join and convert share. */

struct rewrite {
	/* Set by the caller. */
	struct cli *c;
	struct sx_rewrite work; /* but for the rate */

	/* private */
	const char *path; /* of the file that is read */
	bool begun;
	struct sx_stop stop;
};

/* Check where it is to go, and get ready; nothing is written yet, except that
 * a folder is made. -1 and c->err. */
int rewrite_begin(struct rewrite *r);
/* All of a file that is open. -1 and c->err. */
int rewrite_file(struct rewrite *r, const char *path, struct sx_file *f);
/* Report bits of a sound that have no place in its dump. */
void rewrite_dropped(struct cli *c, const struct sx_messages *m);
/* c->err is why a file could not be read to its end: say what --force would do.
 * Always -1. */
int rewrite_malformed(const struct rewrite *r);
/* After a failure: if it was a signal, of which rewrite_free() dies, report how
 * far it came. */
void rewrite_stopped(const struct rewrite *r, const char *path);
/* Give all that is not finished its name, and say it. -1 and c->err. */
int rewrite_finish(struct rewrite *r);
/* Good at any time; what is not finished is gone. A signal that came between
 * begin and here ends the program now. */
void rewrite_free(struct rewrite *r);

#endif
