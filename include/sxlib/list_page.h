/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LIST_PAGE_H
#define SXLIB_LIST_PAGE_H

#include <stdio.h>

#include "sxlib/find.h"
#include "sxlib/rows.h"

/*
 * Write a collection as one page of HTML: its files in the order of the rows
 * after sx_rows_sort(), each with its sounds, their references as a shell takes
 * them, and a box that filters them. The page is self-contained, so it works
 * from a file: URL; without scripts it is complete, but does not filter. Text
 * from files and their names is made harmless. The page does not contain the
 * time of writing: the same collection gives the same page.
 *
 * sounds: set up, not yet begun; it is read to its end, which blocks on the
 * disk. Files that it cannot read are left out; they were reported when the
 * rows were made. Call sx_find_end() in any case. Sets *n to the number of
 * sounds in the page. Returns -1 and sets e if memory runs out or f fails.
 */
int sx_list_page(FILE *f, const struct sx_rows *files, struct sx_find *sounds,
    size_t *n, struct sx_err *e);

#endif
