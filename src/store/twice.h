/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_TWICE_H
#define SXLIB_STORE_TWICE_H

#include "folder.h"

/*
 * A crash may leave a dump twice: in its part, and in what was made of that.
 * Remove the ones too many among the names found in a folder, which are sorted;
 * a name is freed and NULL afterwards where it is removed, or is not to be
 * touched since a living process works on it. Where it cannot be told a part
 * stays: rather twice than not at all.
 */
void sx_twice_drop(const struct sx_folder *folder, char **found, size_t n);

#endif
