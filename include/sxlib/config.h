/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_H
#define SXLIB_CONFIG_H

#include <stddef.h>

#include "sxlib/device.h"
#include "sxlib/err.h"

/*
 * What the user has written down: devices.conf and ports.conf. Lines of
 * "key = value" in sections "[name]"; '#' and ';' begin a line that is a
 * comment. A section is a row. One that is wrong is left out; the others hold.
 */

/* "$XDG_CONFIG_HOME/sxlib/NAME", else "~/.config/sxlib/NAME". Free with free().
 * NULL and e: out of memory, or neither of the two is set. */
char *sx_config_path(const char *name, struct sx_err *e);

struct sx_config;

/*
 * Read a file; one that does not exist has no rows. Blocks on the disk. NULL
 * and e filled if it cannot be read. Close with sx_config_close(), which takes
 * NULL.
 */
struct sx_config *sx_config_open(const char *path, struct sx_err *e);
/* The same for n bytes in memory, copied; path is what errors say. */
struct sx_config *sx_config_memory(
    const char *path, const char *text, size_t n, struct sx_err *e);
void sx_config_close(struct sx_config *f);

/*
 * The next row of devices.conf is added to d: 1. 0: there are no more. -1: a
 * row is wrong, e says in which line and why; call on for the others.
 */
int sx_config_device(
    struct sx_config *f, struct sx_devices *d, struct sx_err *e);

/* A row of ports.conf. Texts are NULL where absent, and borrowed from the file
 * until it is closed. */
struct sx_named_port {
	const char *name;   /* letters, digits, '-', '_', '.' */
	const char *port;   /* what --port takes; never NULL */
	const char *device; /* what is connected there */
	int delay_ms;	    /* -1: absent */
	long rate;	    /* bytes/s; 0: max; -1: absent */
};

/* The next row of ports.conf: 1, 0 or -1 as above. A name that was there is
 * wrong. */
int sx_config_port(
    struct sx_config *f, struct sx_named_port *port, struct sx_err *e);

/* The row as it stands in devices.conf, malloc'ed; NULL if memory ends. */
char *sx_config_device_text(const struct sx_own_row *row);

/*
 * Add text, an empty line before it, to the end of a file: all of it is written
 * to another one, synced and renamed, so that nothing of the user's is lost
 * whatever happens. The folders are made if they are missing; where path is a
 * symbolic link, what it points to is replaced, and must be there. -1 and e:
 * nothing has changed.
 */
int sx_config_append(const char *path, const char *text, struct sx_err *e);

#endif
