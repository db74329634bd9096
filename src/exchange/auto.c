/* SPDX-License-Identifier: ISC */
/* The instrument that is on a port. */
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
