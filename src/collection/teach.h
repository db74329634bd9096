/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_COLLECTION_TEACH_H
#define SXLIB_COLLECTION_TEACH_H

#include "sxlib/teach.h"

/* teach_find.c: find the positions of slots and names in the dumps. The row
 * lacks those not found. Return 0, 1 or -1 as sx_teach(). */
int sx_teach_slot(struct sx_teach *t, struct sx_err *e);
int sx_teach_name(struct sx_teach *t, struct sx_err *e);

#endif
