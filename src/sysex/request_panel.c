/* SPDX-License-Identifier: ISC */
/* Devices that are known to answer no request, and what to do instead. */
#include <string.h>

#include "sxlib/request.h"

#define NONE "No request is documented for it: its dumps start at the front "

static const struct {
	const char *device, *text;
} panels[] = {
	{ "MBrane 11",
	    NONE "panel, each by \"Transmit Dump\" (manual, 2.2.3.a)." },
	{ "MBase 01", NONE "panel (manual, 2.2.4, \"SysEx Dump\")." },
	{ "MBase 11", NONE "panel, one at a time." },
	{ "XBase 09",
	    NONE "panel, the whole memory in one dump of up to 20 seconds." },
	{ "XBase 888", NONE "panel." },
	{ "XBase 999", NONE "panel." },
	{ "AirBase 99", NONE "panel." },
	{ "ModBase 09", NONE "panel." },
	{ "SunSyn", NONE "panel." },
	{ "Alpha Base",
	    NONE "panel, each preset and pattern by itself. Such a dump does "
		 "not say which slot it is of: --name 'pattern{n:02}' numbers "
		 "them." },
	{ "DX7",
	    "The first DX7 answers no request (a DX7s or DX7II does): FUNCTION "
	    "and 8, YES at SYS INFO, 8 and YES at MIDI TRANSMIT send its 32 "
	    "voices." },
	{ "D-50",
	    "Its memory is asked for by a handshake only, which sxlib does not "
	    "do: choose the one-way bulk dump at the front panel and press "
	    "ENTER (manual, p. 118)." },
	{ "Alpha Juno",
	    "An Alpha Juno's bulk dump starts at its front panel, with DATA "
	    "TRANSFER, WRITE and BULK DUMP (manual, 3.3)." },
	{ "Jomox",
	    "No Jomox answers a request, as far as their manuals say: start "
	    "each dump at the front panel." },
};

const char *
sx_request_panel(const char *device)
{
	for (int best = 2; best > 0; best--)
		for (size_t i = 0; i < sizeof(panels) / sizeof(panels[0]); i++)
			if (sx_device_called(panels[i].device, device) == best)
				return panels[i].text;
	return NULL;
}
