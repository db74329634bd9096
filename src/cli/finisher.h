/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FINISHER_H
#define SXLIB_FINISHER_H

#include "hook.h"
#include "sxlib/saver.h"

/*
 * What becomes of dumps once they are saved: files, lines, programs. While the
 * command goes on reading, others sync and write; for all keepers of a command.
 */
struct finisher {
	struct cli *c;
	struct sx_saver saver;
	struct hook *hook; /* NULL: no --exec */
};

/*
 * exec: --exec, or NULL; timeout as in hook_new(). All are borrowed. From here
 * on printing waits for nobody, see say_without_waiting(). -1 and c->err.
 */
int finisher_open(struct finisher *f, struct cli *c, struct sx_session *session,
    const char *exec, int64_t timeout);
/* See to the program. Does not block. */
void finisher_step(struct finisher *f);
/* The mono time at which to call that again, at the latest. */
int64_t finisher_due(const struct finisher *f);
/* The end of the programs and of all that was printed: after a signal there are
 * SX_END_US in all. */
void finisher_end(struct finisher *f);
void finisher_free(struct finisher *f);

/* For jobs whose owner is a struct keeper: */

/* Take back what has become a file, and tell of it. Does not block. -1 and
 * c->err: something could not be kept. */
int finisher_collect(struct finisher *f);
/* If too many dumps wait, wait until half of them are files. -1 and c->err. */
int finisher_make_room(struct finisher *f);
/* Wait until all that were handed over are files. -1 and c->err. After a signal
 * it does not wait for all: f->saver.left. */
int finisher_settle(struct finisher *f);

#endif
