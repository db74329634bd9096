/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_OWN_H
#define SXLIB_OWN_H

#include "cli.h"
#include "sxlib/config.h"
#include "sxlib/midi_io.h"

/*
 * What the user has written down: devices.conf and ports.conf. Each is read
 * when it is first asked for; what is wrong with it is said then, once.
 */

#define DEVICES_CONF "devices.conf"
#define PORTS_CONF   "ports.conf"

/* The user's own devices, NULL if there are none. */
const struct sx_devices *own_devices(struct cli *c);
/* Add one, until the program ends. -1 and c->err. */
int own_devices_add(struct cli *c, const struct sx_own_row *row);

/* The rows of ports.conf; *n gets their number. */
const struct sx_named_port *own_ports(struct cli *c, size_t *n);
/* The one that --port means, or SXLIB_PORT if spec is NULL; NULL if it is no
 * name of the user's. */
const struct sx_named_port *own_port(struct cli *c, const char *spec);
/* midi_io_open() that knows these names, too. */
struct midi_io *own_port_open(struct cli *c, const char *spec, unsigned dirs);

void own_free(struct cli *c);

#endif
