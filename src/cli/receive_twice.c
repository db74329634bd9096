/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "receive.h"

#define DIFFERENCES_SHOWN 8

void
candidate_drop(struct candidate *a)
{
	sx_part_drop(a->part);
	free(a->pieces);
	*a = (struct candidate){ .part = NULL };
}

int
candidate_set(struct candidate *a, struct sx_part *part,
    const struct sx_dump *dump, struct sx_err *e)
{
	size_t size = dump->messages * sizeof(*dump->pieces);
	struct sx_piece *pieces = malloc(size);

	if (pieces == NULL)
		return sx_fail_memory(e);
	candidate_drop(a);
	memcpy(pieces, dump->pieces, size);
	a->part = part;
	a->dump = *dump;
	a->dump.pieces = a->pieces = pieces;
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
candidate_confirms(struct cli *c, const struct candidate *a,
    struct sx_part *part, struct sx_err *e)
{
	size_t na, nb;
	const uint8_t *pa = sx_part_map(a->part, &na, e);
	const uint8_t *pb = sx_part_map(part, &nb, e);

	if (pa == NULL || pb == NULL)
		return -1;
	if (na == nb && memcmp(pa, pb, na) == 0)
		return 1;
	warn(c, "the two dumps differ:");
	say_differences(c, pa, na, pb, nb);
	return 0;
}
