/* SPDX-License-Identifier: ISC */
#include "talk.h"
#include "user.h"

static const char *
resolve(struct cli *c, const char *spec)
{
	const struct sx_named_port *named = user_port(c, spec);

	return named != NULL ? named->port : spec;
}

int
talk_open(struct sx_talk *t, struct cli *c, const char *spec)
{
	const struct sx_devices *user = user_devices(c);
	int rc = sx_talk_open(t, resolve(c, spec), user, &c->signal, &c->err);

	user_port_warn(c, t->port_name, t->remark);
	return rc;
}

int
talk_open_out(struct sx_talk *t, struct cli *c, const char *spec)
{
	int rc = sx_talk_open_out(t, resolve(c, spec), &c->signal, &c->err);

	user_port_warn(c, t->port_name, t->remark);
	return rc;
}
