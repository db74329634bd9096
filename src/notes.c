/* SPDX-License-Identifier: ISC */
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/notes.h"

struct sx_note {
	struct sx_note *next;
	struct sx_err *why; /* or NULL */
	alignas(max_align_t) unsigned char event[];
};

static void
note_free(struct sx_note *note)
{
	if (note != NULL)
		free(note->why);
	free(note);
}

bool
sx_notes_add(struct sx_notes *q, const void *event, size_t size,
    const struct sx_err *why)
{
	struct sx_note *note = malloc(sizeof(*note) + size);

	if (note == NULL)
		return false;
	note->next = NULL;
	note->why = why != NULL ? malloc(sizeof(*note->why)) : NULL;
	if (why != NULL && note->why == NULL) {
		free(note);
		return false;
	}
	if (why != NULL)
		*note->why = *why;
	memcpy(note->event, event, size);
	if (q->first == NULL)
		q->end = &q->first;
	*q->end = note;
	q->end = &note->next;
	return true;
}

const void *
sx_notes_next(struct sx_notes *q, const struct sx_err **why)
{
	note_free(q->given);
	q->given = q->first;
	if (q->given == NULL)
		return NULL;
	q->first = q->given->next;
	*why = q->given->why;
	return q->given->event;
}

void
sx_notes_free(struct sx_notes *q)
{
	const struct sx_err *why;

	while (sx_notes_next(q, &why) != NULL)
		continue;
}
