/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_NUMBERS_H
#define SXLIB_STORE_NUMBERS_H

#include <stdbool.h>

#include "name.h"
#include "sxlib/store.h"

/*
 * Assigns numbers for {n}, each only once, even if other threads and processes
 * name files by the same template in the same folder. A number is looked up,
 * used and marked as assigned between begin and end, which are exclusive:
 *
 *	(void)sx_numbers_begin(numbers, name, NULL);
 *	n = sx_numbers_next(numbers);
 *	... name the file ...
 *	sx_numbers_given(numbers, n);
 *	sx_numbers_end(numbers);
 *
 * The folder contains no state, so a crash leaves nothing behind. Without locks
 * in the file system, two processes that name a file at the same moment may
 * still assign a number twice; so may processes of which one uses a folder as
 * part of another folder. All functions are thread-safe.
 */

/* below: files are also in the subfolders of `root`. `root` need not exist yet.
 * Returns NULL and sets e if memory runs out. */
struct sx_numbers *sx_numbers_create(
    const char *root, bool below, struct sx_err *e);

/*
 * Begin to assign numbers; may be nested. Rescans all names if others have, or
 * may have, assigned numbers. Waits for others, 3 s at most. Returns -1 and
 * sets e if the names could not be read; the next number may then be in use.
 * Call sx_numbers_end() in both cases.
 */
int sx_numbers_begin(
    struct sx_numbers *n, const struct sx_template *name, struct sx_err *e);
void sx_numbers_end(struct sx_numbers *n);

/* The next number to assign. */
long sx_numbers_next(const struct sx_numbers *n);
/* Returns `wanted` if no other has assigned it, else the next number. early:
 * accept `wanted` only if it is below all numbers that others have assigned. */
long sx_numbers_choose(const struct sx_numbers *n, long wanted, bool early);
/* Mark the number as assigned: the next one is higher. */
void sx_numbers_given(struct sx_numbers *n, long number);
/* Start at `first`, regardless of existing names. */
void sx_numbers_restart(struct sx_numbers *n, long first);
/* Continue after the names in a folder; -1 and sets e if it could not be
 * read. */
int sx_numbers_look(struct sx_numbers *n, const struct sx_template *name,
    const struct sx_folder *folder, struct sx_err *e);

#endif
