/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXCHANGE_RECALL_LOOP_H
#define SXLIB_EXCHANGE_RECALL_LOOP_H

#include "sxlib/recall.h"

/* What the parts of the loop share. Where a function returns 1, *news is
 * filled. */

#define RECALL_CHECK_US 1000000 /* how often ports are looked for */

enum recall_step {
	RECALL_BEGIN,
	RECALL_LISTEN,
	RECALL_CHECK,
	RECALL_CUT,
	RECALL_REST, /* of what came back */
	RECALL_OVER,
};

static inline int
recall_tell(struct sx_recall_news *news, enum sx_recall_type type,
    const struct sx_recall_port *p)
{
	news->type = type;
	news->port = p;
	return 1;
}

/* ---- recall_ports.c ---- */

/* Is what comes in on it kept? */
bool sx_recall_is_kept(
    const struct sx_recall *r, const struct sx_recall_port *p);
/* The port of this number in the session, or NULL. */
struct sx_recall_port *sx_recall_port_of(const struct sx_recall *r, int number);
/* The ports of all roles, none twice; then each is opened. -1 and e. */
int sx_recall_ports_new(struct sx_recall *r, struct sx_err *e);
int sx_recall_port_open(
    struct sx_recall *r, struct sx_recall_port *p, struct sx_err *e);
/* An output has failed: r->why. */
int sx_recall_lose_output(
    struct sx_recall *r, struct sx_recall_port *p, struct sx_recall_news *news);
/* The input of a port is gone, as r->in says. 1; 0; -1 and e. */
int sx_recall_port_gone(
    struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e);
/* RECALL_CHECK: are those that were lost there again, and the others still? */
int sx_recall_check(struct sx_recall *r, struct sx_recall_news *news);

/* ---- recall_reload.c ---- */

/* Begin to read the map again. */
void sx_recall_reload(struct sx_recall *r, struct sx_err *e);
/* It has been read. */
int sx_recall_reloaded(struct sx_recall *r, struct sx_recall_news *news);
/* Free the sets that nothing uses any more. */
void sx_recall_free_old(struct sx_recall *r);
/* Wait for a thread that reads, and forget what it has read. */
void sx_recall_reload_end(struct sx_recall *r);

#endif
