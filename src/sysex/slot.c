/* SPDX-License-Identifier: ISC */
/*
 * The rows have the position of a slot, and decoding a message shows the
 * position and right value of its checksum. So a message is changed accordingly
 * and decoded again: it must then be valid, the same dump, and in the new slot.
 */
#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "sxlib/slot.h"

int
sx_slot_row(const struct sx_devices *user, const uint8_t *msg, size_t n,
    const struct sx_facts *facts, struct sx_request_row *row, struct sx_err *e)
{
	struct sx_request q;
	const char *why = NULL;

	if (n < 2 || msg[0] != 0xf0 || msg[n - 1] != 0xf7)
		why = "it is incomplete";
	else if (facts->checksum == SX_CHECKSUM_BAD)
		why = "its checksum or length is already wrong";
	else if (facts->trust < SX_TRUST_DOCUMENTED &&
		 facts->trust != SX_TRUST_USER)
		why = "its format is not confirmed";
	else if (facts->checksum == SX_CHECKSUM_UNKNOWN)
		why = "its checksum rule is unknown";
	else if (facts->slot < 0 || facts->slot_at.len == 0)
		why = "it contains no slot, or the slot's position is unknown";
	else if (!sx_request_for_message(user, msg, n, facts, &q))
		why = "the instrument's slots are unknown";
	else if (q.row.what == NULL)
		why = "it is one of several messages that belong together";
	else if (q.row.slots.count == 0 || q.slot < 0)
		why = "it does not belong to a slot";
	else
		*row = q.row;
	return why == NULL ? 0
			   : sx_fail(e, SX_EREFUSED, 0,
				 "cannot be sent to another slot: %s", why);
}

/* Set the checksum to the right value: one byte, or two, high byte first. */
static void
put_checksum(uint8_t *msg, const struct sx_facts *facts)
{
	const struct sx_region *at = &facts->checksum_at;
	unsigned want = facts->checksum_want;

	if (at->len == 1) {
		msg[at->off] = want & 0x7f;
	} else if (at->len == 2) {
		msg[at->off] = want >> 7 & 0x7f;
		msg[at->off + 1] = want & 0x7f;
	}
}

/*
 * Decode a changed message, and correct its checksums, one or two. A byte that
 * happens to mean "not checked" would be ignored, so start with 0, which never
 * means that.
 */
static void
slot_fix_checksum(const struct sx_devices *user, uint8_t *msg, size_t n,
    const struct sx_facts *before, struct sx_facts *facts)
{
	if (before->checksum_at.len == 1)
		msg[before->checksum_at.off] = 0;
	for (int i = 0; i < 2; i++) {
		sx_device_decode(user, msg, n, facts);
		put_checksum(msg, facts);
	}
	sx_device_decode(user, msg, n, facts);
}

/* Is it the same dump, except for slot or unit? */
static bool
slot_is_same(const struct sx_facts *a, const struct sx_facts *b)
{
	return a->checksum == b->checksum && a->kind == b->kind &&
	       strcmp(a->device, b->device) == 0 &&
	       strcmp(a->name, b->name) == 0;
}

static uint8_t *
slot_keep(const uint8_t *msg, size_t n, struct sx_err *e)
{
	uint8_t *was = malloc(n > 0 ? n : 1);

	if (was != NULL)
		memcpy(was, msg, n);
	else
		sx_fail_memory(e);
	return was;
}

/* A change that is no good is undone: was is how it was, and is freed. */
static int
slot_keep_end(bool good, uint8_t *msg, size_t n, uint8_t *was)
{
	if (!good)
		memcpy(msg, was, n);
	free(was);
	return good ? 0 : -1;
}

int
sx_slot_move(const struct sx_devices *user, uint8_t *msg, size_t n,
    const struct sx_request_row *row, long slot, struct sx_facts *facts,
    struct sx_err *e)
{
	const struct sx_slot_at *place = &row->ask.found;
	struct sx_facts before;
	uint8_t *was;

	sx_device_decode(user, msg, n, &before);
	if (slot < 0 || slot >= row->slots.count)
		return sx_fail(e, SX_EUSAGE, 0, "no slot %ld", slot);
	was = slot_keep(msg, n, e);
	if (was == NULL)
		return -1;
	sx_slot_put(place, msg, n, slot);
	slot_fix_checksum(user, msg, n, &before, facts);
	if (slot_keep_end(slot_is_same(facts, &before) &&
			      sx_request_slot_of(row, msg, n) == slot,
		msg, n, was) == 0)
		return 0;
	*facts = before;
	return sx_fail(e, SX_EREFUSED, 0,
	    "cannot be sent to another slot: the changed message does not "
	    "decode as expected");
}

/* Return why a message cannot be sent to this unit, or NULL. */
static const char *
unit_obstacle(const uint8_t *msg, size_t n, int unit, const struct sx_facts *f)
{
	const struct sx_unit_place *u = &f->unit_place;

	if (n < 2 || msg[0] != 0xf0 || msg[n - 1] != 0xf7)
		return "it is incomplete";
	if (u->bits == 0 || u->at >= n - 1)
		return "its format has no unit number, or its position is "
		       "unknown";
	if (f->checksum == SX_CHECKSUM_BAD)
		return "its checksum or length is already wrong";
	if (f->checksum == SX_CHECKSUM_UNKNOWN && f->dump)
		return "its checksum rule is unknown";
	if (unit < u->first || unit - u->first > u->bits ||
	    (u->all != 0 && unit - u->first >= u->all))
		return "its format has no such unit number";
	return NULL;
}

int
sx_unit_move(const struct sx_devices *user, uint8_t *msg, size_t n, int unit,
    struct sx_facts *facts, struct sx_err *e)
{
	const struct sx_unit_place *u;
	struct sx_facts before;
	const char *why;
	uint8_t *was;

	sx_device_decode(user, msg, n, &before);
	*facts = before;
	why = unit_obstacle(msg, n, unit, &before);
	if (why != NULL)
		return sx_fail(e, SX_EREFUSED, 0,
		    "cannot be sent to unit %d: %s", unit, why);
	was = slot_keep(msg, n, e);
	if (was == NULL)
		return -1;
	u = &before.unit_place;
	msg[u->at] = (uint8_t)((msg[u->at] & ~u->bits) | (unit - u->first));
	slot_fix_checksum(user, msg, n, &before, facts);
	if (slot_keep_end(slot_is_same(facts, &before) &&
			      facts->slot == before.slot && facts->unit == unit,
		msg, n, was) == 0)
		return 0;
	*facts = before;
	return sx_fail(e, SX_EREFUSED, 0,
	    "cannot be sent to unit %d: the changed message does not decode as "
	    "expected",
	    unit);
}
