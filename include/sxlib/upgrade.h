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

/* Checks an OS upgrade before sending: is the file valid, and is it for the
 * unit on the port? */

struct sx_upgrade {
	/* Set by the caller, borrowed; contains an upgrade. */
	const struct sx_load *load;
	/* Read-only. */
	struct sx_firmware *os; /* owned; NULL: not an upgrade after all */
	size_t problems;
	/* Private. */
	int step;
	size_t next;
};

struct sx_upgrade_problem {
	size_t packet;	 /* from 1; 0: the file as a whole */
	uint64_t offset; /* in the file */
	struct sx_firmware_problem what;
};

/* Check the file in which the upgrade begins. Returns 1 and sets *p for each
 * problem; 0 when done; -1 and sets e if memory runs out. */
int sx_upgrade_check(
    struct sx_upgrade *u, struct sx_upgrade_problem *p, struct sx_err *e);

/* "offset 12: packet 2: wrong checksum: expected 01, found 02". Returns buf. */
#define SX_UPGRADE_PROBLEM_TEXT 384
char *sx_upgrade_problem_text(
    char buf[SX_UPGRADE_PROBLEM_TEXT], const struct sx_upgrade_problem *p);

/* The file in which it is. */
const char *sx_upgrade_path(const struct sx_upgrade *u);
/* Returns -1 and sets e (SX_EREFUSED) if there are other files. */
int sx_upgrade_alone(const struct sx_upgrade *u, struct sx_err *e);

/* Its first message. */
const struct sx_outgoing *sx_upgrade_first(const struct sx_upgrade *u);

enum sx_upgrade_for {
	SX_FOR_OTHER,	/* another product */
	SX_FOR_UNKNOWN, /* the same maker; nothing more is known */
	SX_FOR_THIS,
};

/* Whether the file is for the unit with this identity. */
enum sx_upgrade_for sx_upgrade_is_for(const struct sx_firmware_facts *os,
    sx_maker_id maker_id, const struct sx_identity *id);

/* May it be sent to the units that answered on the port? -1 and e (SX_EREFUSED)
 * only if all of them are other products. */
int sx_upgrade_fits(const struct sx_upgrade *u, const struct sx_units *found,
    const char *port, struct sx_err *e);

/* u may be zeroed and never checked. */
void sx_upgrade_free(struct sx_upgrade *u);

#endif
