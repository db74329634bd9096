/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SHOW_H
#define SXLIB_SHOW_H

#include "sxlib/disk.h"
#include "sxlib/display.h"
#include "sxlib/keeper.h"
#include "sxlib/panel.h"
#include "sxlib/recall.h"
#include "sxlib/store.h"
#include "sxlib/watch.h"

/* What happens in watch and recall, told to a panel and shown. None of it
 * blocks. */

/* A keeper's event: a dump that is kept or lost, or bytes lost between dumps.
 * out: the folder that paths are shown from. */
void sx_show_kept(struct sx_panel *p, const struct sx_keeper_event *ev,
    const char *port, const char *out);
/* A dump of an earlier run. */
void sx_show_recovered(
    struct sx_panel *p, const struct sx_recovered *r, const char *out);

/* An event of watch: its ports, what arrives, its disk; then show it. Dumps are
 * told by sx_show_kept(). */
void sx_show_watch(struct sx_display *d, const struct sx_watch *w,
    const struct sx_watch_event *ev);

/* News of recall: its ports and triggers; then show it. back: the disk for what
 * the first output sends back, or NULL. */
void sx_show_recall(struct sx_display *d, const struct sx_recall *r,
    const struct sx_recall_news *news, const struct sx_disk *back);

#endif
