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

/* Report the events of watch and recall to a panel, and show it. Nothing here
 * blocks. */

/* Report a keeper's event: a dump that is kept or lost, or bytes lost between
 * dumps. out: paths are shown relative to this folder. */
void sx_show_kept(struct sx_panel *p, const struct sx_keeper_event *ev,
    const char *port, const char *out);
/* Report a dump of an earlier run. */
void sx_show_recovered(
    struct sx_panel *p, const struct sx_recovered *r, const char *out);

/* Report an event of watch (its ports, their input, its disk) and show the
 * panel. Dumps are reported with sx_show_kept(). */
void sx_show_watch(struct sx_display *d, const struct sx_watch *w,
    const struct sx_watch_event *ev);

/* Report news of recall (its ports and triggers) and show the panel. back: the
 * disk for dumps that the first output sends back, or NULL. */
void sx_show_recall(struct sx_display *d, const struct sx_recall *r,
    const struct sx_recall_news *news, const struct sx_disk *back);

#endif
