/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLOCK_H
#define SXLIB_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Has the system's clock been set? A board without a battery starts in the
 * past, and goes on from when it was switched off until it has a network.
 */

enum sx_clock_synced { SX_CLOCK_UNKNOWN, SX_CLOCK_SYNCED, SX_CLOCK_NOT_SYNCED };

struct sx_clock {
	int64_t wall; /* us since 1970 */
	int64_t rtc; /* the same, of a clock with a battery; 0: there is none */
	enum sx_clock_synced synced; /* by a time server */
};

/* Pure. It is set if it is not before this version of sxlib, and either agrees
 * with a clock that goes on without power, or is not known not to be synced. */
bool sx_clock_is_set(const struct sx_clock *c);

/*
 * Find out. Where a sandbox keeps the kernel's answer from us, that of
 * systemd-timesyncd counts. Reads the clock with a battery, which may be on a
 * slow bus.
 */
struct sx_clock sx_clock_read(int64_t wall);

#endif
