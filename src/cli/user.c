/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "term/say.h"
#include "user.h"

struct sx_user *
user_of(struct cli *c)
{
	struct sx_err e = { 0 };

	if (c->user == NULL)
		c->user = sx_user_new(&e);
	if (c->user == NULL)
		warn_error(c, &e);
	return c->user;
}

const struct sx_devices *
user_devices(struct cli *c)
{
	struct sx_user *u = user_of(c);
	struct sx_err e = { 0 };

	while (u != NULL && sx_user_read_devices(u, &e) == -1)
		warn_error(c, &e);
	return sx_user_devices(u);
}

const char *
user_devices_file(struct cli *c, size_t i)
{
	return user_devices(c) != NULL ? sx_user_devices_file(c->user, i)
				       : NULL;
}

int
user_devices_add(struct cli *c, const char *path, const char *text)
{
	if (user_devices(c) == NULL)
		return sx_fail_memory(&c->err);
	return sx_user_add_devices(c->user, path, text, &c->err);
}

const struct sx_named_port *
user_ports(struct cli *c, size_t *n)
{
	struct sx_user *u = user_of(c);
	struct sx_err e = { 0 };

	while (u != NULL && sx_user_read_ports(u, &e) == -1)
		warn_error(c, &e);
	return sx_user_ports(u, n);
}

const struct sx_named_port *
user_port(struct cli *c, const char *spec)
{
	size_t n;

	if (spec == NULL)
		spec = midi_io_default_port();
	if (spec == NULL)
		return NULL;
	(void)user_ports(c, &n);
	return sx_user_port(c->user, spec);
}

/* Return the port to pass to midi_io_open(). */
static const char *
user_port_spec(struct cli *c, const char *spec)
{
	const struct sx_named_port *named = user_port(c, spec);

	return named != NULL ? named->port : spec;
}

int
talk_open(struct sx_talk *t, struct cli *c, const char *spec)
{
	int rc = sx_talk_open(
	    t, user_port_spec(c, spec), user_devices(c), &c->signal, &c->err);

	user_port_warn(c, t->port_name, t->remark);
	return rc;
}

int
talk_open_out(struct sx_talk *t, struct cli *c, const char *spec)
{
	int rc =
	    sx_talk_open_out(t, user_port_spec(c, spec), &c->signal, &c->err);

	user_port_warn(c, t->port_name, t->remark);
	return rc;
}

int
user_port_add(struct cli *c, struct sx_session *session, const char *spec,
    unsigned dirs, const struct sx_rules *rules, char name[MIDI_IO_NAME])
{
	struct midi_io *io =
	    midi_io_open(user_port_spec(c, spec), dirs, &c->err);

	if (io == NULL)
		return -1;
	user_port_warn(c, midi_io_name(io), midi_io_remark(io));
	snprintf(name, MIDI_IO_NAME, "%s", midi_io_name(io));
	return sx_session_add(session, io, rules, &c->err);
}

void
user_port_warn(struct cli *c, const char *name, const char *remark)
{
	if (remark != NULL)
		warn(c, "%s: %s", name, remark);
}

void
user_free(struct cli *c)
{
	sx_user_free(c->user);
	c->user = NULL;
}
