/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_NUMBERS_H
#define SXLIB_STORE_NUMBERS_H

#include <stdbool.h>

#include "name.h"
#include "sxlib/store.h"

/*
 * Numbers for {n}, each given once, whatever other threads and processes name
 * files by the same template under the same folder. A number is looked up,
 * used and noted between begin and end, which exclude all others:
 *
 *	(void)sx_numbers_begin(numbers, name, NULL);
 *	n = sx_numbers_next(numbers);
 *	... name the file ...
 *	sx_numbers_given(numbers, n);
 *	sx_numbers_end(numbers);
 *
 * Nothing of this is in the folder, so that nothing is left after a crash.
 * Where the file system has no locks, two processes that name a file at the
 * same moment may still give a number twice; the same is true of a folder that
 * is reached as a part of another one. All calls may be made from any thread.
 */

/* below: files are in the folders in `root` as well. `root` need not be there
 * yet. NULL and e: memory ends. */
struct sx_numbers *sx_numbers_create(
    const char *root, bool below, struct sx_err *e);

/*
 * Begin to give numbers; may be nested. Looks at all names if others have, or
 * may have, given some. Waits for others, 3 s at most. -1 and e: the names
 * could not be read, and the next number may be taken. In both cases to be
 * ended.
 */
int sx_numbers_begin(
    struct sx_numbers *n, const struct sx_template *name, struct sx_err *e);
void sx_numbers_end(struct sx_numbers *n);

/* The number to give next. */
long sx_numbers_next(const struct sx_numbers *n);
/* `wanted` if no other has given it, else the next one. early: only if it is
 * lower than all that others have given. */
long sx_numbers_choose(const struct sx_numbers *n, long wanted, bool early);
/* The number has been given: the next one is higher. */
void sx_numbers_given(struct sx_numbers *n, long number);
/* Begin at `first`, whatever is there by now. */
void sx_numbers_restart(struct sx_numbers *n, long first);
/* Go on behind the names in a folder; -1 and e: it could not be read. */
int sx_numbers_look(struct sx_numbers *n, const struct sx_template *name,
    const struct sx_folder *folder, struct sx_err *e);

#endif
