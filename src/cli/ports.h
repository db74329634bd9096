/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_PORTS_H
#define SXLIB_CLI_PORTS_H

#include "sxlib/midi_io.h"
#include "term/cli.h"

/* "IO", "I" or " O", as amidi -l has it. */
const char *port_direction(unsigned dirs);

/* The keys of a port in JSON, without the braces. */
void print_port_keys(const struct midi_io_port *p);

/* ports --watch: a line for each port there is, and then one for each that
 * comes or goes, until a signal ends the process. */
enum status watch_ports(struct cli *c, bool all);

#endif
