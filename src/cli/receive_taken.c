/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "receive.h"

#define DIFFERENCES_SHOWN 8

void
taken_drop(struct taken *t)
{
	sx_part_drop(t->part);
	free(t->pieces);
	*t = (struct taken){ .part = NULL };
}

void
taken_release(struct taken *t)
{
	if (t->part != NULL)
		sx_part_release(t->part);
	t->part = NULL;
	taken_drop(t);
}

int
taken_set(struct taken *t, struct sx_part *part, const struct sx_dump *dump,
    struct sx_err *e)
{
	size_t size = dump->messages * sizeof(*dump->pieces);
	struct sx_piece *pieces = malloc(size);

	if (pieces == NULL)
		return sx_fail_memory(e);
	memcpy(pieces, dump->pieces, size);
	t->part = part;
	t->dump = *dump;
	t->dump.pieces = t->pieces = pieces;
	return 0;
}

static void
say_differences(
    struct cli *c, const uint8_t *a, size_t na, const uint8_t *b, size_t nb)
{
	size_t n = na < nb ? na : nb, differ = 0;

	for (size_t i = 0; i < n; i++) {
		if (a[i] == b[i])
			continue;
		if (differ++ < DIFFERENCES_SHOWN)
			warn(c, "  byte %zu: first %02X, now %02X", i, a[i],
			    b[i]);
	}
	if (differ > DIFFERENCES_SHOWN)
		warn(c, "  and %zu more bytes", differ - DIFFERENCES_SHOWN);
	if (na != nb)
		warn(c, "  first %zu bytes long, now %zu", na, nb);
}

int
taken_confirms(struct cli *c, const struct taken *t, struct sx_part *part,
    struct sx_err *e)
{
	size_t na, nb;
	const uint8_t *a = sx_part_map(t->part, &na, e);
	const uint8_t *b = sx_part_map(part, &nb, e);

	if (a == NULL || b == NULL)
		return -1;
	if (na == nb && memcmp(a, b, na) == 0)
		return 1;
	warn(c, "the two dumps differ:");
	say_differences(c, a, na, b, nb);
	return 0;
}
