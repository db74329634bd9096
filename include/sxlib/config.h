/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_H
#define SXLIB_CONFIG_H

#include <stddef.h>

#include "sxlib/device.h"
#include "sxlib/err.h"

/*
 * What the user has written down: devices.conf, pages and ports.conf. Lines of
 * "key = value" in sections "[name]"; '#' and ';' begin a line that is a
 * comment. A section is a row. One that is wrong is left out; the others hold.
 */

/* "$XDG_CONFIG_HOME/sxlib/NAME", else "~/.config/sxlib/NAME". Free with free().
 * NULL and e: out of memory, or neither of the two is set. */
char *sx_config_path(const char *name, struct sx_err *e);

/*
 * The files of the user's own instruments that are there, in the order in which
 * they are read: devices.conf; the pages (*.conf) of the folder `instruments`
 * beside it; those of `sxlib/instruments` in each folder of $XDG_CONFIG_DIRS,
 * which is /etc/xdg if it is not set. The pages of a folder are in natural
 * order; of two with the same name only the one of the earlier folder is read.
 * Hidden files are none. Blocks on the disk. *paths (malloc'ed, ends in NULL,
 * free with sx_config_pages_free()) gets them. -1 and e: a folder could not be
 * read, or memory ended; *paths has the others, or is NULL.
 */
int sx_config_pages(char ***paths, struct sx_err *e);
void sx_config_pages_free(char **paths);

/* All of such a file as it stands, malloc'ed, *n bytes and a NUL behind them;
 * NULL and e: it is not there, or cannot be read. */
char *sx_config_text(const char *path, size_t *n, struct sx_err *e);

/* The text of the page that is built in under this file name ("korg-m1.conf"),
 * *n bytes; static. NULL: there is none. */
const char *sx_page_text(const char *file, size_t *n);

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
 * The next instrument of devices.conf, or of a page (docs/instruments.md), is
 * added to d: 1. 0: there are no more. -1: it is wrong, e tells in which line
 * and why, and it is left out; call on for the others.
 */
int sx_config_device(
    struct sx_config *f, struct sx_devices *d, struct sx_err *e);

/* From here on f is a page to be compiled in: its instruments say themselves
 * how far they can be trusted, and may be headings. */
void sx_config_built_in(struct sx_config *f);

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

/*
 * Add text, an empty line before it, to the end of a file: all of it is written
 * to another one, synced and renamed, so that nothing of the user's is lost
 * whatever happens. The folders are made if they are missing; where path is a
 * symbolic link, what it points to is replaced, and must be there. -1 and e:
 * nothing has changed.
 */
int sx_config_append(const char *path, const char *text, struct sx_err *e);

#endif
