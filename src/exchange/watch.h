/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXCHANGE_WATCH_H
#define SXLIB_EXCHANGE_WATCH_H

#include "sxlib/watch.h"

/* What watch.c and its parts share. */

/* An event, behind all others; why is copied, and may be NULL. If memory ends,
 * the next call of sx_watch_next() fails. */
void sx_watch_note(struct sx_watch *w, const struct sx_watch_event *ev);

/* watch_open.c */

/* Make the folder of all, and find what was left there: w->recovery. */
int sx_watch_folders(struct sx_watch *w, struct sx_err *e);
/* That is through. */
void sx_watch_recovered(struct sx_watch *w);
/* The store of a port's folder, to be closed with sx_store_close(); all count
 * on with one {n}. Its folder is not opened yet: sx_store_reopen(). NULL and e:
 * memory ends, or the options make no sense. */
struct sx_store *sx_watch_store(
    struct sx_watch *w, const char *folder, struct sx_err *e);

/* watch_ports.c */

/* Open the ports that are there now and wanted. What cannot be opened is
 * reported once, if `tell_why`; it is tried again. -1 and e: memory ends, or a
 * port that was named makes no sense. */
int sx_watch_scan(struct sx_watch *w, bool tell_why, struct sx_err *e);
/* May ports of the sequencer be wanted? */
bool sx_watch_wants_sequencer(struct sx_watch *w);
/* Nothing more becomes of it: w->done. */
void sx_watch_done(struct sx_watch *w, struct sx_watch_port *p);
void sx_watch_free_port(struct sx_watch *w, struct sx_watch_port *p);
/* All ports, and what is known of others. */
void sx_watch_free_ports(struct sx_watch *w);

/* watch_folder.c */

/* What the user calls ports; what is wrong with that is told. */
const struct sx_named_port *sx_watch_names(struct sx_watch *w, size_t *n);
/* The row of ports.conf that a port was named by, or NULL. */
const struct sx_named_port *sx_watch_name(
    struct sx_watch *w, const char *given);
/* The name of a port's folder, into buf. ports: all that there are now. */
void sx_watch_folder(struct sx_watch *w, const struct midi_io_port *port,
    const struct midi_io_port *ports, size_t n, char *buf, size_t size);
/* The same for one that was named, and is in no list: tty:, sim:, virtual, -.
 */
void sx_watch_folder_of_spec(
    struct sx_watch *w, const char *spec, char *buf, size_t size);

#endif
