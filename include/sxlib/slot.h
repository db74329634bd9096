/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SLOT_H
#define SXLIB_SLOT_H

#include <stddef.h>
#include <stdint.h>

#include "sxlib/device.h"
#include "sxlib/err.h"
#include "sxlib/request.h"

/*
 * Retargets a dump to another slot or another unit. Pure. Works only for
 * formats whose slot and checksum are known from the maker's manual or from
 * real dumps; it never guesses.
 */

/*
 * Find the row for the content of a complete message, which defines how its
 * slots are named. Returns -1 and sets e (SX_EREFUSED, with the reason) if it
 * cannot be moved.
 */
int sx_slot_row(const struct sx_devices *user, const uint8_t *msg, size_t n,
    const struct sx_facts *facts, struct sx_request_row *row, struct sx_err *e);

/*
 * Move a message to slot (from 0) of that row: rewrite its slot and checksum
 * and set *facts for the result. Returns -1 and sets e if there is no such
 * slot, the result fails verification or memory runs out; msg is unchanged
 * then.
 */
int sx_slot_move(const struct sx_devices *user, uint8_t *msg, size_t n,
    const struct sx_request_row *row, long slot, struct sx_facts *facts,
    struct sx_err *e);

/*
 * Do the same for the number of the receiving unit, as its display shows it.
 * Returns -1 and sets e (SX_EREFUSED, with the reason) if the format has no
 * unit number or its checksum is not known, or if memory runs out; msg is
 * unchanged then.
 */
int sx_unit_move(const struct sx_devices *user, uint8_t *msg, size_t n,
    int unit, struct sx_facts *facts, struct sx_err *e);

#endif
