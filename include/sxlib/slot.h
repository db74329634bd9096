/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SLOT_H
#define SXLIB_SLOT_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"
#include "sxlib/request.h"

/*
 * A dump for another slot, or for another unit. Pure. Only for formats of which
 * slot and checksum are known from the maker's manual or real dumps: never by a
 * guess.
 */

/*
 * The row of what a whole message holds, which says how its slots are called.
 * -1 and e (SX_EREFUSED, with the reason) if it cannot be moved.
 */
int sx_slot_row(const struct sx_devices *user, const uint8_t *msg, size_t n,
    const struct sx_facts *facts, struct sx_request_row *row, struct sx_err *e);

/*
 * Move a message to slot (from 0) of that row: its slot and checksum are
 * rewritten, *facts are those of the result. -1 and e: there is no such slot,
 * or what came out is not what was meant; msg is as it was then.
 */
int sx_slot_move(const struct sx_devices *user, uint8_t *msg, size_t n,
    const struct sx_request_row *row, long slot, struct sx_facts *facts,
    struct sx_err *e);

/*
 * The same for the number of the unit that is to take it, as its display shows
 * it. -1 and e (SX_EREFUSED, with the reason): the format has no such number,
 * or its checksum is not known; msg is as it was then.
 */
int sx_unit_move(const struct sx_devices *user, uint8_t *msg, size_t n,
    int unit, struct sx_facts *facts, struct sx_err *e);

#endif
