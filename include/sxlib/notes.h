/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_NOTES_H
#define SXLIB_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/err.h"

/* A queue of events that are to be reported, in order. Zeroed: it is empty. */
struct sx_notes {
	struct sx_note *first, **end; /* private */
	struct sx_note *given;
};

/* Copy size bytes of an event to the end, and *why, which may be NULL. False:
 * out of memory, and nothing is added. */
bool sx_notes_add(struct sx_notes *q, const void *event, size_t size,
    const struct sx_err *why);
/* The first one, taken out: until the next call, as is *why (NULL: none was
 * given). NULL: there is none. */
const void *sx_notes_next(struct sx_notes *q, const struct sx_err **why);
void sx_notes_free(struct sx_notes *q);

#endif
