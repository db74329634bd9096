/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_USER_H
#define SXLIB_CLI_USER_H

#include "sxlib/midi_io.h"
#include "sxlib/session.h"
#include "sxlib/talk.h"
#include "sxlib/user.h"
#include "term/cli.h"

/* The user's settings, for all commands; their errors are reported once, when
 * they are read. */

/* Return all settings, not read yet; NULL if memory runs out. */
struct sx_user *user_of(struct cli *c);

/* Return the user's devices; NULL if there are none. */
const struct sx_devices *user_devices(struct cli *c);
/* Return the file that sx_instrument(user_devices(c), i) is from; NULL if it is
 * built in. */
const char *user_devices_file(struct cli *c, size_t i);
/* Add the devices of a page, until the program ends; errors name it by path.
 * Returns -1 and sets c->err on failure. */
int user_devices_add(struct cli *c, const char *path, const char *text);

/* Return the rows of ports.conf; sets *n to their number. */
const struct sx_named_port *user_ports(struct cli *c, size_t *n);
/* Return the named port for --port, or for SXLIB_PORT if spec is NULL; NULL if
 * that is not one of the user's names. */
const struct sx_named_port *user_port(struct cli *c, const char *spec);
/*
 * Open a port, which may have such a name, as the next one of a session, and
 * warn of its problems. Returns its number; -1 and sets c->err on failure. name
 * gets its display name.
 */
int user_port_add(struct cli *c, struct sx_session *session, const char *spec,
    unsigned dirs, const struct sx_rules *rules, char name[MIDI_IO_NAME]);
/* Like sx_talk_open() and sx_talk_open_out(); errors are in c->err, a signal in
 * c->signal. */
int talk_open(struct sx_talk *t, struct cli *c, const char *spec);
int talk_open_out(struct sx_talk *t, struct cli *c, const char *spec);
/* Print that warning; remark as in midi_io_remark(). */
void user_port_warn(struct cli *c, const char *name, const char *remark);

void user_free(struct cli *c);

#endif
