/* SPDX-License-Identifier: ISC */
/* The keeper: the second dump confirms the first, or takes its place. */
#include <string.h>

#include "keeper.h"

/* Count the differences in n bytes from `at` on. */
static void
keeper_differences_add(struct sx_differences *d, uint64_t at,
    const uint8_t *first, const uint8_t *now, size_t n)
{
	if (memcmp(first, now, n) == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (first[i] == now[i])
			continue;
		if (d->n < SX_DIFFERENCES)
			d->list[d->n] = (struct sx_difference){ .at = at + i,
				.byte = { first[i], now[i] } };
		d->n++;
	}
}

/* Compare in pieces: a dump may be larger than memory. */
static int
keeper_differences_find(struct sx_differences *d, const struct sx_part *a,
    const struct sx_part *b, struct sx_err *e)
{
	uint8_t first[SX_PART_PIECE], now[SX_PART_PIECE];
	uint64_t n = d->bytes[0] < d->bytes[1] ? d->bytes[0] : d->bytes[1];
	size_t some;

	for (uint64_t at = 0; at < n; at += some) {
		some = n - at < sizeof(now) ? (size_t)(n - at) : sizeof(now);
		if (sx_part_read(a, at, first, some, e) == -1 ||
		    sx_part_read(b, at, now, some, e) == -1)
			return -1;
		keeper_differences_add(d, at, first, now, some);
	}
	return 0;
}

/* Compare with the first dump. Returns 1 if both are the same, 0 if not or if
 * there is no first one, or -1 and sets e. */
static int
keeper_confirms(struct sx_keeper *k, const struct sx_part *part,
    const struct sx_dump *dump, struct sx_err *e)
{
	struct sx_differences *d = &k->differ;

	if (k->first.part == NULL)
		return 0;
	*d = (struct sx_differences){ .bytes = {
					  k->first.dump.bytes, dump->bytes } };
	if (keeper_differences_find(d, k->first.part, part, e) == -1)
		return -1;
	if (d->n == 0 && d->bytes[0] == d->bytes[1])
		return 1;
	sx_keeper_note(k, &(struct sx_keeper_event){
			      .type = SX_KEEPER_DIFFERS, .differ = d });
	return 0;
}

int
sx_keeper_prove(struct sx_keeper *k, struct sx_part *part,
    const struct sx_dump *dump, struct sx_err *e)
{
	struct sx_keeper_event ev = { .type = SX_KEEPER_SAME };
	int same = keeper_confirms(k, part, dump, e);

	if (same == 1) {
		sx_pending_drop(&k->first);
		sx_keeper_note(k, &ev);
		return sx_keeper_add_part(k, part, dump, false, e);
	}
	if (same == 0) {
		sx_pending_drop(&k->first);
		same = sx_pending_set(&k->first, part, dump, e);
	}
	if (same == -1) {
		sx_part_release(part);
		return -1;
	}
	ev.type = SX_KEEPER_ONCE_MORE;
	ev.bytes = dump->bytes;
	sx_keeper_note(k, &ev);
	return 0;
}
