/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_H
#define SXLIB_CONFIG_H

#include <stddef.h>

#include "sxlib/device.h"
#include "sxlib/err.h"

/*
 * The user's configuration: devices.conf, instrument pages and ports.conf.
 * Lines of "key = value" in sections "[name]"; a line that begins with '#' or
 * ';' is a comment. Each section is a row. A faulty one is skipped; the others
 * remain valid.
 */

/* "$XDG_CONFIG_HOME/sxlib/NAME" if that variable holds an absolute path, else
 * "~/.config/sxlib/NAME". The caller frees it. Returns NULL and sets e if out
 * of memory, or if neither that variable nor HOME is usable. */
char *sx_config_path(const char *name, struct sx_err *e);

/*
 * List the existing files of the user's instruments, in the order they are
 * read: devices.conf; the pages (*.conf) of the folder `instruments` beside it;
 * those of `sxlib/instruments` in each absolute path of $XDG_CONFIG_DIRS
 * (default /etc/xdg). Within a folder they are in natural order; of pages with
 * the same name only the one in the first folder counts. Hidden files are
 * ignored. Blocks on the disk. *paths gets the list, malloc'ed and terminated
 * by NULL; free it with sx_config_pages_free(). Returns -1 and sets e if a
 * folder could not be read or memory ran out; *paths then holds the others, or
 * is NULL.
 */
int sx_config_pages(char ***paths, struct sx_err *e);
void sx_config_pages_free(char **paths);

/* Read such a file verbatim: malloc'ed, *n bytes and a terminating NUL; the
 * caller frees it. Blocks on the disk. Returns NULL and sets e if it does not
 * exist or cannot be read. */
char *sx_config_text(const char *path, size_t *n, struct sx_err *e);

/* Text of the built-in page with this file name ("korg-m1.conf"), *n bytes,
 * static. NULL: none. */
const char *sx_page_text(const char *file, size_t *n);

struct sx_config;

/*
 * Read a file; one that does not exist has no rows. Blocks on the disk. Returns
 * NULL and sets e if it cannot be read or memory ran out. Close with
 * sx_config_close(), which accepts NULL.
 */
struct sx_config *sx_config_open(const char *path, struct sx_err *e);
/* The same for n bytes in memory, which are copied; path is used in error
 * messages. */
struct sx_config *sx_config_memory(
    const char *path, const char *text, size_t n, struct sx_err *e);
void sx_config_close(struct sx_config *f);

/*
 * Read the next instrument of devices.conf or of a page (docs/instruments.md)
 * and add it to d. 1: added. 0: no more. -1: faulty and skipped; e has the line
 * and the reason; call again for the others.
 */
int sx_config_device(
    struct sx_config *f, struct sx_devices *d, struct sx_err *e);

/* Treat the rest of f as a page to be compiled in: its instruments state their
 * trust themselves, and may be headings. */
void sx_config_built_in(struct sx_config *f);

/* A row of ports.conf. Missing texts are NULL; all are borrowed from the file
 * until it is closed. */
struct sx_named_port {
	const char *name;   /* letters, digits, '-', '_', '.' */
	const char *port;   /* as for --port; never NULL */
	const char *device; /* the device connected there */
	int delay_ms;	    /* -1: not set */
	long rate;	    /* bytes/s; 0: max; -1: not set */
};

/* The next row of ports.conf: 1, 0 or -1 as above. A duplicate name (ignoring
 * case) is an error. */
int sx_config_port(
    struct sx_config *f, struct sx_named_port *port, struct sx_err *e);

/*
 * Append text to a file, after an empty line. The new contents are written to
 * another file, synced and renamed, so nothing of the user's can get lost.
 * Missing folders are created. If path is a symbolic link, its target is
 * replaced, and must exist. Blocks on the disk. Returns -1 and sets e on
 * failure; the file is then unchanged.
 */
int sx_config_append(const char *path, const char *text, struct sx_err *e);

#endif
