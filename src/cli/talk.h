/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_TALK_H
#define SXLIB_CLI_TALK_H

#include "sxlib/talk.h"
#include "term/cli.h"

/* sx_talk_open(), sx_talk_open_out() with a port that ports.conf may name; what
 * fails is in c->err, and what stops it in c->signal. */
int talk_open(struct sx_talk *t, struct cli *c, const char *spec);
int talk_open_out(struct sx_talk *t, struct cli *c, const char *spec);

#endif
