/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_USER_H
#define SXLIB_USER_H

#include <stdbool.h>

#include "sxlib/config.h"

/*
 * What the user has written down, read when it is first asked for:
 * devices.conf, the pages of instruments, ports.conf.
 */

#define DEVICES_CONF "devices.conf"
#define PORTS_CONF   "ports.conf"

struct sx_user;

/* Reads nothing yet. NULL and e: memory ends. Free with sx_user_free(), which
 * takes NULL. */
struct sx_user *sx_user_new(struct sx_err *e);
void sx_user_free(struct sx_user *u);

/*
 * Read the instruments; blocks on the disk. 0: all are read, also on every
 * further call. -1: a file, or one of its instruments, is wrong, e says in
 * which line and why, and it is left out; call on for the others.
 */
int sx_user_read_devices(struct sx_user *u, struct sx_err *e);
/* Those that have been read, until sx_user_free(); NULL if memory has ended.
 * u may be NULL. */
const struct sx_devices *sx_user_devices(const struct sx_user *u);
/* The file that sx_instrument(sx_user_devices(u), i) is from, until
 * sx_user_free(); NULL: it is built in, or was added. */
const char *sx_user_devices_file(const struct sx_user *u, size_t i);
/* Add those of a page to what has been read; path is what errors say. -1 and e:
 * one of them is wrong, and the others behind it are left out. */
int sx_user_add_devices(
    struct sx_user *u, const char *path, const char *text, struct sx_err *e);

/*
 * The number of the instrument that `text` means, of those that have been read
 * and the built-in ones: its name, a short name, its file, or a part of these
 * that only one has. -1 and e (SX_EUSAGE): there is none, and the hint has one
 * that is spelled like it; or there are several. u may be NULL.
 */
long sx_user_find(const struct sx_user *u, const char *text, struct sx_err *e);
/* What a device can be asked for, "pattern, kit", malloc'ed; all: not only what
 * belongs in a backup. NULL: nothing, or memory ends. */
char *sx_device_requests(
    const struct sx_devices *user, const char *device, bool all);
/* Have its sounds names? "yes", "none", or NULL if that is not known. */
const char *sx_device_names(const struct sx_devices *user, const char *device);
/* The page of instrument i as it stands, malloc'ed, *n bytes: the file, or its
 * sections of devices.conf with the comments before them. NULL and e: the file
 * cannot be read. Blocks on the disk. */
char *sx_user_page(
    const struct sx_user *u, size_t i, size_t *n, struct sx_err *e);

/* Read the rows of ports.conf, in the same way. */
int sx_user_read_ports(struct sx_user *u, struct sx_err *e);
/* Those that have been read, until sx_user_free(); *n gets their number. u may
 * be NULL. */
const struct sx_named_port *sx_user_ports(const struct sx_user *u, size_t *n);

/* Of those the one of this name, in letters of either case, or NULL. */
const struct sx_named_port *sx_user_port(
    const struct sx_user *u, const char *name);

#endif
