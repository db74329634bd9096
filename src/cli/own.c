/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "own.h"

struct own {
	struct sx_devices *devices;
	bool devices_read;
	struct sx_config *ports_file; /* what the rows point into */
	struct sx_named_port *ports;
	size_t nports;
	bool ports_read;
};

static struct own *
own_of(struct cli *c)
{
	struct sx_err e = { 0 };

	if (c->own == NULL)
		c->own = calloc(1, sizeof(*c->own));
	if (c->own == NULL) {
		sx_fail_memory(&e);
		warn_error(c, &e);
	}
	return c->own;
}

/* Open a file of the user's; NULL after saying what is wrong, or if there is
 * no place for it. */
static struct sx_config *
open_file(struct cli *c, const char *name)
{
	struct sx_err e = { 0 };
	char *path = sx_config_path(name, NULL);
	struct sx_config *f;

	if (path == NULL)
		return NULL;
	f = sx_config_open(path, &e);
	if (f == NULL)
		warn_error(c, &e);
	free(path);
	return f;
}

static void
read_devices(struct cli *c, struct own *own)
{
	struct sx_config *f = open_file(c, DEVICES_CONF);
	struct sx_err e = { 0 };
	int rc;

	own->devices_read = true;
	own->devices = sx_devices_new(&e);
	if (own->devices == NULL)
		warn_error(c, &e);
	while (f != NULL && own->devices != NULL &&
	       (rc = sx_config_device(f, own->devices, &e)) != 0)
		if (rc == -1)
			warn_error(c, &e);
	sx_config_close(f);
}

const struct sx_devices *
own_devices(struct cli *c)
{
	struct own *own = own_of(c);

	if (own == NULL)
		return NULL;
	if (!own->devices_read)
		read_devices(c, own);
	return own->devices;
}

int
own_devices_add(struct cli *c, const struct sx_own_row *row)
{
	if (own_devices(c) == NULL)
		return sx_fail_memory(&c->err);
	return sx_devices_add(c->own->devices, row, &c->err);
}

static void
read_ports(struct cli *c, struct own *own)
{
	struct sx_named_port row, *p;
	struct sx_err e = { 0 };
	int rc;

	own->ports_read = true;
	own->ports_file = open_file(c, PORTS_CONF);
	while (own->ports_file != NULL &&
	       (rc = sx_config_port(own->ports_file, &row, &e)) != 0) {
		if (rc == 1) {
			p = realloc(own->ports, (own->nports + 1) * sizeof(*p));
			if (p != NULL) {
				own->ports = p;
				p[own->nports++] = row;
				continue;
			}
			sx_fail_memory(&e);
		}
		warn_error(c, &e);
	}
}

const struct sx_named_port *
own_ports(struct cli *c, size_t *n)
{
	struct own *own = own_of(c);

	*n = 0;
	if (own == NULL)
		return NULL;
	if (!own->ports_read)
		read_ports(c, own);
	*n = own->nports;
	return own->ports;
}

const struct sx_named_port *
own_port(struct cli *c, const char *spec)
{
	const struct sx_named_port *rows;
	size_t n;

	if (spec == NULL)
		spec = midi_io_default_port();
	if (spec == NULL)
		return NULL;
	rows = own_ports(c, &n);
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(rows[i].name, spec) == 0)
			return &rows[i];
	return NULL;
}

struct midi_io *
own_port_open(struct cli *c, const char *spec, unsigned dirs)
{
	const struct sx_named_port *named = own_port(c, spec);

	return midi_io_open(named != NULL ? named->port : spec, dirs, &c->err);
}

void
own_free(struct cli *c)
{
	if (c->own == NULL)
		return;
	sx_devices_free(c->own->devices);
	sx_config_close(c->own->ports_file);
	free(c->own->ports);
	free(c->own);
	c->own = NULL;
}
