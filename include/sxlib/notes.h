/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_NOTES_H
#define SXLIB_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/err.h"

/* A FIFO of events to be reported. Zeroed: empty. */
struct sx_notes {
	struct sx_note *first, **end; /* private */
	struct sx_note *given;
};

/* Append a copy of an event of size bytes, and of *why, which may be NULL.
 * Returns false if out of memory; nothing is added then. */
bool sx_notes_add(struct sx_notes *q, const void *event, size_t size,
    const struct sx_err *why);
/* Remove the first event and return it; it and *why (NULL: none) are valid
 * until the next call. Returns NULL if the queue is empty. */
const void *sx_notes_next(struct sx_notes *q, const struct sx_err **why);
void sx_notes_free(struct sx_notes *q);

#endif
