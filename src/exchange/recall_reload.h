/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXCHANGE_RECALL_RELOAD_H
#define SXLIB_EXCHANGE_RECALL_RELOAD_H

#include "sxlib/recall_set.h"

/* A set read by a thread of its own, so that what passes does not wait for the
 * disk. */
struct sx_recall_reload;

/* Start; load is borrowed until it is done. *fd can be read then. NULL and e:
 * it cannot be started. */
struct sx_recall_reload *sx_recall_reload_start(
    const struct sx_recall_load *load, int *fd, struct sx_err *e);
/* Wait for it, and free it. The set, malloc'ed; NULL and e: something is wrong.
 */
struct sx_recall_set *sx_recall_reload_done(
    struct sx_recall_reload *r, struct sx_err *e);

#endif
