/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_COLLECTION_TEACH_H
#define SXLIB_COLLECTION_TEACH_H

#include "sxlib/teach.h"

/* teach_find.c: where the dumps hold their slots, and their names; the row
 * leaves out what is not found. 0, 1 or -1 as sx_teach(). */
int sx_teach_slot(struct sx_teach *t, struct sx_err *e);
int sx_teach_name(struct sx_teach *t, struct sx_err *e);

#endif
