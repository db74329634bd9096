/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SLOT_H
#define SXLIB_SLOT_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"
#include "sxlib/request.h"

/*
 * A dump for another slot. Pure. Only for formats of which slot and checksum
 * are known from the maker's manual or real dumps: never by a guess.
 */

/*
 * The row of what a whole message holds, which says how its slots are called;
 * NULL and e (SX_EREFUSED, with the reason) if it cannot be moved.
 */
const struct sx_request_row *sx_slot_row(const uint8_t *msg, size_t n,
    const struct sx_facts *facts, struct sx_err *e);

/*
 * Move a message to slot (from 0) of that row: its slot and checksum are
 * rewritten, *facts are those of the result. -1 and e: there is no such slot,
 * or what came out is not what was meant; msg is as it was then.
 */
int sx_slot_move(const struct sx_devices *own, uint8_t *msg, size_t n,
    const struct sx_request_row *row, long slot, struct sx_facts *facts,
    struct sx_err *e);

#endif
