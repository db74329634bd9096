/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PROOF_H
#define SXLIB_PROOF_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/config.h"
#include "sxlib/err.h"
#include "sxlib/example.h"

/* Is a page right, and do its examples hold? */
struct sx_proof {
	/* Set by the caller, borrowed. */
	const char *path;
	struct sx_devices *devices; /* pages proved before: this one is added,
				       unless it is built in as it stands */
	/* Read-only. */
	size_t instruments, examples;
	size_t wrong; /* problems */
	/* Private. */
	int step;
	bool built_in;
	char *text;
	size_t n;
	struct sx_devices *own; /* those of a built-in page */
	struct sx_config *file;
	struct sx_examples *list;
};

/* The next problem: 1, and e tells which. 0: there are no more. -1 and e:
 * memory ends. e is empty each time. Blocks on the disk. */
int sx_proof_next(struct sx_proof *p, struct sx_err *e);
/* Good at any time. */
void sx_proof_end(struct sx_proof *p);

#endif
