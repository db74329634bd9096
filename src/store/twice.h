/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_TWICE_H
#define SXLIB_STORE_TWICE_H

#include "folder.h"

/*
 * After a crash a dump may exist twice: in its part, and in the file made from
 * it. Removes the surplus files among the sorted names found in a folder. A
 * name is freed and set to NULL if its file is removed, or must not be touched
 * because a living process uses it. In doubt a part stays: a duplicate is
 * better than a loss.
 */
void sx_twice_drop(const struct sx_folder *folder, char **found, size_t n);

#endif
