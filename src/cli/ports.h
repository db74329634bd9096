/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_PORTS_H
#define SXLIB_CLI_PORTS_H

#include "sxlib/ports.h"
#include "term/cli.h"

/* "IO", "I" or " O", as amidi -l has it. */
const char *port_direction(unsigned dirs);

/* A port as JSON, the rest of an object: `before` stands before its keys. */
void print_port_json(const char *before, const struct sx_port_line *line);

/* ports --watch: a line for each port there is, and then one for each that
 * comes or goes, until a signal ends the process. */
enum status watch_ports(struct cli *c, bool all);

#endif
