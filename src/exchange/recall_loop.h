/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXCHANGE_RECALL_LOOP_H
#define SXLIB_EXCHANGE_RECALL_LOOP_H

#include "sxlib/recall.h"

/* Shared by the parts of the loop. A function that returns 1 has set *news. */

#define RECALL_CHECK_US 1000000 /* how often to check the ports */

enum recall_step {
	RECALL_BEGIN,
	RECALL_LISTEN,
	RECALL_CHECK,
	RECALL_CUT,
	RECALL_REST, /* deliver what was cut */
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

/* Is input from this port kept? */
bool sx_recall_is_kept(
    const struct sx_recall *r, const struct sx_recall_port *p);
/* Return the port with this number in the session, or NULL. */
struct sx_recall_port *sx_recall_port_of(const struct sx_recall *r, int number);
/* Create the ports of all roles, each once; then open each. Return -1 and set e
 * on failure. */
int sx_recall_ports_new(struct sx_recall *r, struct sx_err *e);
int sx_recall_port_open(
    struct sx_recall *r, struct sx_recall_port *p, struct sx_err *e);
/* Handle a failed output: r->why. */
int sx_recall_lose_output(
    struct sx_recall *r, struct sx_recall_port *p, struct sx_recall_news *news);
/* Handle the loss of a port's input, as in r->in. Returns 1, 0, or -1 and sets
 * e if out of memory. */
int sx_recall_port_gone(
    struct sx_recall *r, struct sx_recall_news *news, struct sx_err *e);
/* RECALL_CHECK: are lost ports back, and the others still there? */
int sx_recall_check(struct sx_recall *r, struct sx_recall_news *news);

/* ---- recall_reload.c ---- */

/* Start to read the map again. */
void sx_recall_reload(struct sx_recall *r, struct sx_err *e);
/* Take the map that was read again. */
int sx_recall_reloaded(struct sx_recall *r, struct sx_recall_news *news);
/* Free replaced sets that are no longer used. */
void sx_recall_free_old(struct sx_recall *r);
/* Wait for a reload in progress, and discard its result. */
void sx_recall_reload_end(struct sx_recall *r);

#endif
