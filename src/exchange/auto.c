/* SPDX-License-Identifier: ISC */
/* Chooses the instrument of a port. */
#include <stdio.h>
#include <string.h>

#include "sxlib/auto.h"
#include "sxlib/request.h"

#define NOT_GIVEN 0x7f

/* The first request for anything that belongs in a backup of it. */
static bool
auto_request(const struct sx_devices *user, const char *device,
    struct sx_request_row *row)
{
	for (size_t i = 0; sx_request_row(user, i, row); i++)
		if (strcmp(row->device, device) == 0 && !row->not_in_backup)
			return true;
	return false;
}

enum sx_auto
sx_auto_choose(const struct sx_devices *user, const struct sx_units *found,
    char device[SX_FACT_TEXT])
{
	const struct sx_identity *id;
	struct sx_request_row row;

	device[0] = '\0';
	if (found->n == 0)
		return SX_AUTO_NOBODY;
	if (found->n > 1)
		return SX_AUTO_SEVERAL;
	id = &found->list[0].id;
	memcpy(device, id->device, SX_FACT_TEXT);
	if (device[0] == '\0')
		return SX_AUTO_UNKNOWN;
	if (auto_request(user, device, &row))
		return SX_AUTO_ONE;
	if (id->instrument == NULL || !auto_request(user, id->instrument, &row))
		return SX_AUTO_UNKNOWN;
	snprintf(device, SX_FACT_TEXT, "%s", id->instrument);
	return SX_AUTO_ONE;
}

int
sx_auto_unit(const struct sx_devices *user, const struct sx_units *found,
    const char *device)
{
	int unit = found->list[0].id.unit;
	struct sx_request_row row;

	/* A request for any unit reaches it. */
	if (unit == NOT_GIVEN || !auto_request(user, device, &row) ||
	    row.id_most == 0 || row.id == -1)
		return -1;
	unit += row.ask.id_zero;
	return unit >= row.id_least && unit <= row.id_most ? unit : -1;
}

static int
auto_nobody(const struct sx_units *found, const char *port, struct sx_err *e)
{
	sx_fail(
	    e, SX_ETIMEOUT, 0, "%s: no answer to the identity request", port);
	if (found->flood)
		return sx_hint(e,
		    "%s arrived instead: stop the unit, and try "
		    "again",
		    found->endless ? "an endless message"
				   : "messages without a pause");
	if (found->echoes > 0)
		return sx_hint(e, "the request itself came back: the output is "
				  "connected to the input (a cable, or MIDI "
				  "thru)");
	if (found->others > 0)
		return sx_hint(e,
		    "%zu other SysEx message%s came%s: name the instrument, as "
		    "in sxlib request dx7 all",
		    found->others, found->others == 1 ? "" : "s",
		    found->damaged > 0 ? ", some damaged" : "");
	return sx_hint(e, "many instruments do not answer it: name the "
			  "instrument, as in sxlib request dx7 all");
}

int
sx_auto_check(enum sx_auto what, const char *port, const struct sx_units *found,
    struct sx_err *e)
{
	switch (what) {
	case SX_AUTO_ONE:
		return 0;
	case SX_AUTO_NOBODY:
		return auto_nobody(found, port, e);
	case SX_AUTO_SEVERAL:
		sx_fail(e, SX_EREFUSED, 0, "%s: %zu units answered: name one",
		    port, found->n);
		return sx_hint(e, "as in sxlib request dx7 all; two of one "
				  "model also need --id");
	case SX_AUTO_UNKNOWN:
		break;
	}
	sx_fail(e, SX_EREFUSED, 0, "%s: no known way to request dumps from it",
	    port);
	return sx_hint(e, "start its dumps on its front panel: sxlib receive "
			  "keeps them");
}
