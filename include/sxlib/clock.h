/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLOCK_H
#define SXLIB_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Has the system's clock been set? A board without a battery starts at the time
 * at which it was switched off, which is in the past, until it has a network.
 */

enum sx_clock_synced { SX_CLOCK_UNKNOWN, SX_CLOCK_SYNCED, SX_CLOCK_NOT_SYNCED };

struct sx_clock {
	int64_t wall; /* us since 1970 */
	int64_t rtc;  /* the same, of the battery-backed clock (RTC); 0: none */
	enum sx_clock_synced synced; /* by a time server */
};

/* True if it is not before 2026, and either within a day of an RTC that is not
 * before 2026 itself, or not known to be unsynchronized. Pure. */
bool sx_clock_is_set(const struct sx_clock *c);

/*
 * Read the state of the clock. Where a sandbox denies the query to the kernel,
 * that of systemd-timesyncd counts. Reads the RTC, which may be on a slow bus.
 */
struct sx_clock sx_clock_read(int64_t wall);

#endif
