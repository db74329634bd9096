/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FINISHER_H
#define SXLIB_FINISHER_H

#include "sxlib/hook.h"
#include "sxlib/saver.h"
#include "term/cli.h"

/*
 * What becomes of dumps once they are saved: files, lines, programs. While the
 * command goes on reading, others sync and write.
 */
struct finisher {
	struct cli *c;
	struct sx_saver saver;
	struct sx_hook *hook; /* NULL: no --exec */
};

/*
 * exec: --exec, or NULL; timeout as in sx_hook_new(). All are borrowed. From
 * here on printing waits for nobody, see say_without_waiting(). -1 and c->err.
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

/* See to a program (--exec), and report what has become of it. h may be
 * NULL. */
void hook_step(struct cli *c, struct sx_hook *h);

#endif
