/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_AUTO_H
#define SXLIB_AUTO_H

#include "sxlib/err.h"
#include "sxlib/who.h"

enum sx_auto {
	SX_AUTO_ONE,	 /* `device` answered, and its dumps can be requested */
	SX_AUTO_NOBODY,	 /* no answer */
	SX_AUTO_SEVERAL, /* several units answered */
	SX_AUTO_UNKNOWN, /* one answered, but it is unknown or there is no known
			    way to request its dumps */
};

/* Determine from identity replies which instrument is on a port. device is set
 * to the name that has requests, else to the name in its reply, or "". Pure.
 * Repeated replies of one unit count once. */
enum sx_auto sx_auto_choose(const struct sx_devices *user,
    const struct sx_units *found, char device[SX_FACT_TEXT]);

/* For SX_AUTO_ONE: the number of the unit, as its display shows it, if its
 * reply contains it and requests for the device need one; else -1, the default.
 */
int sx_auto_unit(const struct sx_devices *user, const struct sx_units *found,
    const char *device);

/* Returns 0 for SX_AUTO_ONE. Otherwise returns -1 and sets e to the reason why
 * no unit on the port is chosen. */
int sx_auto_check(enum sx_auto what, const char *port,
    const struct sx_units *found, struct sx_err *e);

#endif
