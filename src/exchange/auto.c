/* SPDX-License-Identifier: ISC */
/* Chooses the instrument of a port. */
#include <string.h>

#include "sxlib/auto.h"
#include "sxlib/request.h"

static bool
auto_can_ask(const struct sx_devices *user, const char *device)
{
	struct sx_request_row row;

	for (size_t i = 0; sx_request_row(user, i, &row); i++)
		if (strcmp(row.device, device) == 0 && !row.not_in_backup)
			return true;
	return false;
}

enum sx_auto
sx_auto_choose(const struct sx_devices *user, const struct sx_units *found,
    char device[SX_FACT_TEXT])
{
	device[0] = '\0';
	if (found->n == 0)
		return SX_AUTO_NOBODY;
	if (found->n > 1)
		return SX_AUTO_SEVERAL;
	memcpy(device, found->list[0].id.device, SX_FACT_TEXT);
	return device[0] != '\0' && auto_can_ask(user, device)
		   ? SX_AUTO_ONE
		   : SX_AUTO_UNKNOWN;
}

int
sx_auto_check(enum sx_auto what, const char *port, size_t n, struct sx_err *e)
{
	switch (what) {
	case SX_AUTO_ONE:
		return 0;
	case SX_AUTO_NOBODY:
		sx_fail(e, SX_ETIMEOUT, 0,
		    "%s: no answer to the identity request", port);
		return sx_hint(e, "many instruments do not answer it: name the "
				  "instrument, as in sxlib request dx7 all");
	case SX_AUTO_SEVERAL:
		return sx_fail(e, SX_EREFUSED, 0,
		    "%s: %zu units answered: name one", port, n);
	case SX_AUTO_UNKNOWN:
		break;
	}
	return sx_fail(e, SX_EREFUSED, 0,
	    "%s: no known way to request dumps from it", port);
}
