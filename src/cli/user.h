/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_USER_H
#define SXLIB_CLI_USER_H

#include "sxlib/midi_io.h"
#include "sxlib/session.h"
#include "sxlib/talk.h"
#include "sxlib/user.h"
#include "term/cli.h"

/* What the user has written down, for all commands: what is wrong with it is
 * reported when it is read, once. */

/* All of it, of which nothing is read yet; NULL: memory ends. */
struct sx_user *user_of(struct cli *c);

/* The user's own devices, NULL if there are none. */
const struct sx_devices *user_devices(struct cli *c);
/* The file that sx_instrument(user_devices(c), i) is from; NULL: it is built
 * in.
 */
const char *user_devices_file(struct cli *c, size_t i);
/* Add those of a page, until the program ends; path is what errors say. -1 and
 * c->err. */
int user_devices_add(struct cli *c, const char *path, const char *text);

/* The rows of ports.conf; *n gets their number. */
const struct sx_named_port *user_ports(struct cli *c, size_t *n);
/* The one that --port means, or SXLIB_PORT if spec is NULL; NULL if it is no
 * name of the user's. */
const struct sx_named_port *user_port(struct cli *c, const char *spec);
/* Open a port, which may have such a name, as the next one of a session, and
 * warn of what is wrong with it: its number, or -1 and c->err. name becomes
 * what it is called. */
int user_port_add(struct cli *c, struct sx_session *session, const char *spec,
    unsigned dirs, const struct sx_rules *rules, char name[MIDI_IO_NAME]);
/* sx_talk_open(), sx_talk_open_out() likewise; what fails is in c->err, and
 * what stops it in c->signal. */
int talk_open(struct sx_talk *t, struct cli *c, const char *spec);
int talk_open_out(struct sx_talk *t, struct cli *c, const char *spec);
/* That warning: remark as midi_io_remark(). */
void user_port_warn(struct cli *c, const char *name, const char *remark);

void user_free(struct cli *c);

#endif
