/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <sys/timex.h>
#include <unistd.h>

#include "sxlib/clock.h"

#define SECOND ((int64_t)1000000)
#define FIRST  ((int64_t)1767225600 * SECOND) /* 2026-01-01: not before this */
#define NEAR   (24 * 3600 * SECOND)

/* Sources: the kernel and systemd-timesyncd (systemd-timesyncd.service(8)). */
#define RTC	 "/sys/class/rtc/rtc0/since_epoch"
#define TIMESYNC "/run/systemd/timesync"

bool
sx_clock_is_set(const struct sx_clock *c)
{
	const int64_t off =
	    c->wall > c->rtc ? c->wall - c->rtc : c->rtc - c->wall;

	if (c->wall < FIRST)
		return false;
	/* An RTC with an empty battery starts in the past, too. */
	if (c->rtc >= FIRST && off < NEAR)
		return true;
	return c->synced != SX_CLOCK_NOT_SYNCED;
}

static int64_t
clock_rtc(void)
{
	FILE *f = fopen(RTC, "re");
	int64_t s = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%" SCNd64, &s) != 1 || s < 0 || s > INT64_MAX / SECOND)
		s = 0;
	fclose(f);
	return s * SECOND;
}

static enum sx_clock_synced
clock_synced(void)
{
	struct timex t = { .modes = 0 };
	const int state = adjtimex(&t);

	if (state != -1)
		return state == TIME_ERROR ? SX_CLOCK_NOT_SYNCED
					   : SX_CLOCK_SYNCED;
	if (access(TIMESYNC, F_OK) == -1)
		return SX_CLOCK_UNKNOWN;
	return access(TIMESYNC "/synchronized", F_OK) == 0
		   ? SX_CLOCK_SYNCED
		   : SX_CLOCK_NOT_SYNCED;
}

struct sx_clock
sx_clock_read(int64_t wall)
{
	return (struct sx_clock){
		.wall = wall, .rtc = clock_rtc(), .synced = clock_synced()
	};
}
