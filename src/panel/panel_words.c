/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <time.h>

#include "panel_html.h"

#define SECOND ((int64_t)1000000)

const char *
sx_panel_time(
    char buf[SX_PANEL_WORD], int64_t wall, int64_t now, const char *zone)
{
	const time_t t = (time_t)(wall / SECOND),
		     other = (time_t)(now / SECOND);
	char format[32];
	struct tm tm, today;

	if (localtime_r(&t, &tm) == NULL || localtime_r(&other, &today) == NULL)
		return "?";
	snprintf(format, sizeof(format), "%s%%H:%%M:%%S%s",
	    tm.tm_year != today.tm_year || tm.tm_yday != today.tm_yday
		? "%Y-%m-%d "
		: "",
	    zone);
	if (strftime(buf, SX_PANEL_WORD, format, &tm) == 0)
		return "?";
	return buf;
}

const char *
sx_panel_age(char buf[SX_PANEL_WORD], int64_t us)
{
	const int64_t s = us > 0 ? us / SECOND : 0;

	if (s < 120)
		snprintf(buf, SX_PANEL_WORD, "%" PRId64 " s", s);
	else if (s < 7200)
		snprintf(buf, SX_PANEL_WORD, "%" PRId64 " min", s / 60);
	else if (s < 172800)
		snprintf(buf, SX_PANEL_WORD, "%" PRId64 " h %" PRId64 " min",
		    s / 3600, s / 60 % 60);
	else
		snprintf(buf, SX_PANEL_WORD, "%" PRId64 " d", s / 86400);
	return buf;
}

const char *
sx_panel_bytes(char buf[SX_PANEL_WORD], uint64_t bytes)
{
	if (bytes >= (uint64_t)10 << 30)
		snprintf(buf, SX_PANEL_WORD, "%" PRIu64 " GiB", bytes >> 30);
	else if (bytes >= (uint64_t)1 << 30)
		snprintf(buf, SX_PANEL_WORD, "%.1f GiB",
		    (double)(bytes >> 20) / 1024);
	else
		snprintf(buf, SX_PANEL_WORD, "%" PRIu64 " MiB", bytes >> 20);
	return buf;
}

const char *
sx_panel_sign(enum sx_panel_verdict verdict)
{
	static const char *const words[] = {
		[SX_PANEL_WHOLE] = "SAVED",
		[SX_PANEL_DAMAGED_DUMP] = "DAMAGED",
		[SX_PANEL_BAD] = "WRONG CHECKSUM",
		[SX_PANEL_LOST] = "LOST",
		[SX_PANEL_LOSS] = "BYTES LOST",
	};

	return words[verdict];
}
