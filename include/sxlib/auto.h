/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_AUTO_H
#define SXLIB_AUTO_H

#include "sxlib/err.h"
#include "sxlib/who.h"

enum sx_auto {
	SX_AUTO_ONE,	 /* `device` is there, and can be asked for its dumps */
	SX_AUTO_NOBODY,	 /* nobody answers */
	SX_AUTO_SEVERAL, /* several units do */
	SX_AUTO_UNKNOWN, /* one does, and which instrument that is, or how to
			    ask it, is not known */
};

/*
 * Which instrument is on the port of t, by the replies in found? device gets
 * its name, or "". Pure. Several replies of one unit count once.
 */
enum sx_auto sx_auto_choose(const struct sx_devices *user,
    const struct sx_units *found, char device[SX_FACT_TEXT]);

#endif
