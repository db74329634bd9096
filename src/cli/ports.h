/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PORTS_H
#define SXLIB_PORTS_H

#include "cli.h"

/* "IO", "I" or " O", as amidi -l has it. */
const char *port_direction(unsigned dirs);

/* ports --watch: a line for each port there is, and then one for each that
 * comes or goes, until a signal ends the process. */
enum status watch_ports(struct cli *c, bool all);

#endif
