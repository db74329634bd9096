/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXCHANGE_WATCH_H
#define SXLIB_EXCHANGE_WATCH_H

#include "sxlib/watch.h"

/* Shared by watch.c and its parts. */

/* Queue an event, behind all others; why is copied, and may be NULL. If out of
 * memory, the next call of sx_watch_next() fails. */
void sx_watch_note(struct sx_watch *w, const struct sx_watch_event *ev);

/* watch_open.c */

/* Create the parent folder, and find what was left in it: w->recovery. */
int sx_watch_folders(struct sx_watch *w, struct sx_err *e);
/* Recovery is done: free w->recovery. */
void sx_watch_recovered(struct sx_watch *w);
/*
 * Return the store of a port's folder, to be closed with sx_store_close(); all
 * share one {n}. Its folder is not opened yet: see sx_store_reopen(). Returns
 * NULL and sets e if out of memory, or if the options make no sense.
 */
struct sx_store *sx_watch_store(
    struct sx_watch *w, const char *folder, struct sx_err *e);

/* watch_ports.c */

/*
 * Open the wanted ports that are there now. A port that cannot be opened is
 * reported once, if `tell_why`, and tried again. Returns -1 and sets e if out
 * of memory, or if a named port makes no sense.
 */
int sx_watch_scan(struct sx_watch *w, bool tell_why, struct sx_err *e);
/* May ports of the sequencer be wanted? */
bool sx_watch_wants_sequencer(struct sx_watch *w);
/* Move a finished port to w->done. */
void sx_watch_done(struct sx_watch *w, struct sx_watch_port *p);
void sx_watch_free_port(struct sx_watch *w, struct sx_watch_port *p);
/* Free all ports, and what is known of others. */
void sx_watch_free_ports(struct sx_watch *w);

/* watch_folder.c */

/* Return the user's names for ports; errors in them are reported. */
const struct sx_named_port *sx_watch_names(struct sx_watch *w, size_t *n);
/* Return the row of ports.conf with this name, or NULL. */
const struct sx_named_port *sx_watch_name(
    struct sx_watch *w, const char *given);
/* Write the name of a port's folder into buf. ports: all current ones. */
void sx_watch_folder(struct sx_watch *w, const struct midi_io_port *port,
    const struct midi_io_port *ports, size_t n, char *buf, size_t size);
/* The same for a named port that is not listed: tty:, sim:, virtual, -. */
void sx_watch_folder_of_spec(
    struct sx_watch *w, const char *spec, char *buf, size_t size);

#endif
