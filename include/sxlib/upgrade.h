/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_UPGRADE_H
#define SXLIB_UPGRADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/firmware.h"
#include "sxlib/identity.h"
#include "sxlib/load.h"
#include "sxlib/who.h"

/* An OS upgrade that is to be sent: is its file right, and is it for the unit
 * on the port? */

struct sx_upgrade {
	/* Set by the caller, borrowed; it holds one. */
	const struct sx_load *load;
	/* Read-only. */
	struct sx_firmware *os; /* owned; NULL: it was none after all */
	size_t problems;
	/* Private. */
	int step;
	size_t next;
};

struct sx_upgrade_problem {
	size_t packet;	 /* from 1; 0: it is the whole */
	uint64_t offset; /* in the file */
	struct sx_firmware_problem what;
};

/* Check the file in which the upgrade begins. 1 and *p: something is wrong with
 * it; go on. 0: all of it has been looked at. -1 and e: out of memory. */
int sx_upgrade_check(
    struct sx_upgrade *u, struct sx_upgrade_problem *p, struct sx_err *e);

/* The first message of it. */
const struct sx_outgoing *sx_upgrade_first(const struct sx_upgrade *u);

enum sx_upgrade_for {
	SX_FOR_OTHER,	/* another product */
	SX_FOR_UNKNOWN, /* the same maker; no more is known */
	SX_FOR_THIS,
};

/* Is the file for the unit that says this? */
enum sx_upgrade_for sx_upgrade_is_for(const struct sx_firmware_facts *os,
    sx_maker_id maker_id, const struct sx_identity *id);

/* May it be sent, as far as the units tell that have answered? Not if all of
 * them are other products. */
bool sx_upgrade_fits(const struct sx_upgrade *u, const struct sx_units *found);

/* u may be zeroed and never checked. */
void sx_upgrade_free(struct sx_upgrade *u);

#endif
