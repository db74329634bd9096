/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_PORTS_H
#define SXLIB_CLI_PORTS_H

#include "sxlib/ports.h"
#include "term/cli.h"

/* Return "IO", "I" or " O", as in amidi -l. */
const char *port_direction(unsigned dirs);

/* Print a port as the rest of a JSON object; `before` precedes its keys. */
void print_port_json(const char *before, const struct sx_port_line *line);

/* ports --watch: print a line for each port, then one for each that comes or
 * goes, until a signal ends the process. */
enum status watch_ports(struct cli *c, bool all);

#endif
