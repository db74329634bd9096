/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PROOF_H
#define SXLIB_PROOF_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/config.h"
#include "sxlib/err.h"
#include "sxlib/example.h"

/* Checks a page and runs its examples. */
struct sx_proof {
	/* Set by the caller, borrowed. */
	const char *path;
	struct sx_devices *devices; /* pages checked before; this one is added
				       unless it is identical to a built-in
				       page */
	/* Read-only. */
	size_t instruments, examples;
	size_t wrong; /* problems found */
	/* Private. */
	int step;
	bool built_in;
	char *text;
	size_t n;
	struct sx_devices *own; /* holds a built-in page */
	struct sx_config *file;
	struct sx_examples *list;
};

/* Find the next problem. Returns 1 and sets e to it; 0 if there are no more; -1
 * and sets e if out of memory. Clears e first. Blocks on the disk. */
int sx_proof_next(struct sx_proof *p, struct sx_err *e);
/* May be called at any time. */
void sx_proof_end(struct sx_proof *p);

#endif
