/* SPDX-License-Identifier: ISC */
/* request auto: which instrument is on the port? */
#include <stdio.h>
#include <string.h>

#include "request.h"
#include "sxlib/auto.h"
#include "talk.h"
#include "term/say.h"
#include "user.h"

static void
say_units(struct cli *c, const struct sx_units *found)
{
	char text[256];

	for (size_t i = 0; i < found->n; i++)
		say(c, "  %s",
		    sx_unit_text(text, sizeof(text), &found->list[i].id));
}

static int
auto_judge(struct cli *c, const char *port, const struct sx_units *found,
    char device[SX_FACT_TEXT])
{
	char text[256];

	switch (sx_auto_choose(user_devices(c), found, device)) {
	case SX_AUTO_ONE:
		say(c, "%s: %s", port,
		    sx_unit_text(text, sizeof(text), &found->list[0].id));
		return 0;
	case SX_AUTO_NOBODY:
		sx_fail(&c->err, SX_ETIMEOUT, 0,
		    "%s: no answer to the identity request", port);
		sx_hint(&c->err, "many instruments do not answer it: name the "
				 "instrument, as in sxlib request dx7 all");
		return -1;
	case SX_AUTO_SEVERAL:
		say_units(c, found);
		sx_fail(&c->err, SX_EREFUSED, 0,
		    "%s: %zu units answered: name one", port, found->n);
		return -1;
	case SX_AUTO_UNKNOWN:
		say_units(c, found);
		sx_fail(&c->err, SX_EREFUSED, 0,
		    "%s: no known way to request dumps from it", port);
		return -1;
	}
	return -1;
}

int
request_auto(struct cli *c, const char *spec, char device[SX_FACT_TEXT])
{
	struct sx_units found = { 0 };
	struct sx_talk t = { 0 };
	int rc = talk_open(&t, c, spec);

	if (rc == 0)
		rc = sx_who_ask(&t, user_devices(c), SX_WHO_US, &found);
	if (rc == 0)
		rc = auto_judge(c, t.port_name, &found, device);
	sx_units_free(&found);
	sx_talk_close(&t);
	return rc;
}
