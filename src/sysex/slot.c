/* SPDX-License-Identifier: ISC */
/*
 * The rows know where a slot stands, and decoding a message tells where its
 * checksum is and what it should be. So a message is rewritten by that and
 * decoded again: it must then be right, the same thing, and in the new slot.
 */
#include <string.h>

#include "request_row.h"
#include "sxlib/slot.h"

const struct sx_request_row *
sx_slot_row(const uint8_t *msg, size_t n, const struct sx_facts *facts,
    struct sx_err *e)
{
	struct sx_request q;
	const char *why = NULL;

	if (n < 2 || msg[0] != 0xf0 || msg[n - 1] != 0xf7)
		why = "it is not whole";
	else if (facts->checksum == SX_CHECKSUM_BAD)
		why = "its checksum or length is wrong already";
	else if (facts->trust < SX_TRUST_DOCUMENTED)
		why = "its format is not known for sure";
	else if (facts->checksum == SX_CHECKSUM_UNKNOWN)
		why = "the rule of its checksum is not known";
	else if (facts->slot < 0 || facts->slot_at.len == 0)
		why = "it holds no slot, or where is not known";
	else if (!sx_request_for_message(msg, n, facts, &q))
		why = "which slots there are is not known";
	else if (q.row == NULL)
		why = "it is one of several messages that belong together";
	else if (q.row->slots.count == 0 || q.slot < 0)
		why = "it belongs to no slot";
	else
		return q.row;
	sx_fail(e, SX_EREFUSED, 0, "cannot be sent to another slot: %s", why);
	return NULL;
}

/* Set the checksum to what it should be: one byte, or two, high first. */
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

int
sx_slot_move(const struct sx_devices *own, uint8_t *msg, size_t n,
    const struct sx_request_row *row, long slot, struct sx_facts *facts,
    struct sx_err *e)
{
	const struct sx_place *place = &row->ask->found;
	struct sx_facts before;
	long old = sx_request_slot_of(row, msg, n);

	sx_device_decode(own, msg, n, &before);
	if (slot < 0 || slot >= row->slots.count)
		return sx_fail(e, SX_EUSAGE, 0, "there is no slot %ld", slot);
	sx_put_slot(msg, place, slot);
	sx_device_decode(own, msg, n, facts);
	put_checksum(msg, facts);
	sx_device_decode(own, msg, n, facts);
	if (facts->checksum == before.checksum && facts->kind == before.kind &&
	    strcmp(facts->device, before.device) == 0 &&
	    strcmp(facts->name, before.name) == 0 &&
	    sx_request_slot_of(row, msg, n) == slot)
		return 0;
	sx_put_slot(msg, place, old);
	put_checksum(msg, &before);
	sx_device_decode(own, msg, n, facts);
	return sx_fail(e, SX_EREFUSED, 0,
	    "cannot be sent to another slot: it did not come out right");
}
