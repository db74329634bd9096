/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_USER_H
#define SXLIB_USER_H

#include <stdbool.h>

#include "sxlib/config.h"

/*
 * The user's configuration, read when first needed: devices.conf, the
 * instrument pages, ports.conf.
 */

#define DEVICES_CONF "devices.conf"
#define PORTS_CONF   "ports.conf"

struct sx_user;

/* Reads nothing yet. Returns NULL and sets e if memory runs out. Free with
 * sx_user_free(), which accepts NULL. */
struct sx_user *sx_user_new(struct sx_err *e);
void sx_user_free(struct sx_user *u);

/*
 * Read the instruments; blocks on the disk. Returns 0 when all are read, also
 * on every further call; -1 and sets e (line and reason) if a file or one of
 * its instruments is invalid: it is skipped; keep calling for the others.
 */
int sx_user_read_devices(struct sx_user *u, struct sx_err *e);
/* The instruments read so far, valid until sx_user_free(); NULL if memory ran
 * out. u may be NULL. */
const struct sx_devices *sx_user_devices(const struct sx_user *u);
/* The file that defines sx_instrument(sx_user_devices(u), i), valid until
 * sx_user_free(); NULL if it is built in or was added. */
const char *sx_user_devices_file(const struct sx_user *u, size_t i);
/* Add the instruments of a page; path is used in error messages. Returns -1 and
 * sets e if one is invalid; those after it are not added. */
int sx_user_add_devices(
    struct sx_user *u, const char *path, const char *text, struct sx_err *e);

/*
 * Find an instrument by `text`, among those read and the built-in ones: its
 * name, a short name, its file, or a unique part of these. Returns its number,
 * or -1 and sets e (SX_EUSAGE) if there is none, with the closest spelling as
 * its hint, or if there are several. u may be NULL.
 */
long sx_user_find(const struct sx_user *u, const char *text, struct sx_err *e);
/* What can be requested from a device, "pattern, kit"; the caller frees it.
 * all: not only what belongs in a backup. NULL if nothing can, or memory runs
 * out. */
char *sx_device_requests(
    const struct sx_devices *user, const char *device, bool all);
/* Whether its sounds have names: "yes", "none", or NULL if unknown. */
const char *sx_device_names(const struct sx_devices *user, const char *device);
/* The page of instrument i, *n bytes; the caller frees it. It is the file, or
 * its sections of devices.conf with the comments before them. Returns NULL and
 * sets e if the file cannot be read. Blocks on the disk. */
char *sx_user_page(
    const struct sx_user *u, size_t i, size_t *n, struct sx_err *e);

/* Read the rows of ports.conf; returns as sx_user_read_devices() does. */
int sx_user_read_ports(struct sx_user *u, struct sx_err *e);
/* The ports read so far, valid until sx_user_free(); *n is their number. u may
 * be NULL. */
const struct sx_named_port *sx_user_ports(const struct sx_user *u, size_t *n);

/* The port of this name, ignoring case, or NULL. */
const struct sx_named_port *sx_user_port(
    const struct sx_user *u, const char *name);

#endif
