/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "busy.h"
#include "seq_name.h"

bool
busy_is_bridge(const char *client)
{
	static const char *const bridges[] = { "PipeWire", "a2j" };

	for (size_t i = 0; i < sizeof(bridges) / sizeof(bridges[0]); i++)
		if (strncasecmp(client, bridges[i], strlen(bridges[i])) == 0)
			return true;
	return false;
}

int
busy_fail(const char *name, const struct busy *b, struct sx_err *e)
{
	char seq[2 * SEQ_SPELLED];

	sx_fail(e, SX_EPORT, 0, "%s is in use by another program", name);
	if (b->clients[0] == '\0' && b->owner[0] != '\0')
		return sx_hint(e, "in use by %s", b->owner);
	if (b->clients[0] == '\0')
		return sx_hint(e,
		    "the sequencer may be using it (PipeWire, JACK or a "
		    "DAW):\nsee aconnect -l");
	seq_spell(&b->seq, seq, sizeof(seq));
	return sx_hint(e,
	    "connected through the sequencer with: %s\n"
	    "to share it, use --port %s (watch: --seq)%s",
	    b->clients, seq,
	    b->bridge ? "\nto disable that bridge, which takes every port, "
			"see BUSY PORTS in man sxlib"
		      : "");
}
