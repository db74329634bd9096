/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FINISHER_H
#define SXLIB_FINISHER_H

#include "sxlib/hook.h"
#include "sxlib/saver.h"
#include "term/cli.h"

/* Turns saved dumps into files, lines and program runs. While the command
 * continues to read, other threads sync and write. */
struct finisher {
	struct cli *c;
	struct sx_saver saver;
	struct sx_hook *hook; /* NULL: no --exec */
};

/*
 * exec: --exec, or NULL; timeout as in sx_hook_new(). All are borrowed. From
 * here on printing does not block, see say_without_waiting(). Returns -1 and
 * sets c->err on failure.
 */
int finisher_open(struct finisher *f, struct cli *c, struct sx_session *session,
    const char *exec, int64_t timeout);
/* Handle the program. Does not block. */
void finisher_step(struct finisher *f);
/* Return the mono time by which to call it again. */
int64_t finisher_due(const struct finisher *f);
/* End the programs and all output: after a signal, within SX_END_US in
 * total. */
void finisher_end(struct finisher *f);
void finisher_free(struct finisher *f);

/* Handle a program (--exec), and report its outcome. h may be NULL. */
void hook_step(struct cli *c, struct sx_hook *h);

#endif
