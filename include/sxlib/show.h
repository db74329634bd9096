/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SHOW_H
#define SXLIB_SHOW_H

#include "sxlib/keeper.h"
#include "sxlib/panel.h"
#include "sxlib/recall.h"
#include "sxlib/store.h"
#include "sxlib/watch.h"

/* What happens in watch and recall, told to a panel. None of it blocks. */

/* A keeper's event: a dump that is kept or lost. out: the folder that paths are
 * shown from. */
void sx_show_kept(struct sx_panel *p, const struct sx_keeper_event *ev,
    const char *port, const char *out);
/* A dump of an earlier run. */
void sx_show_recovered(
    struct sx_panel *p, const struct sx_recovered *r, const char *out);

/* An event of watch: its ports, what arrives, its disk. Dumps are told by
 * sx_show_kept(). */
void sx_show_watch(struct sx_panel *p, const struct sx_watch *w,
    const struct sx_watch_event *ev);
/* What has come in; call it about once a second. */
void sx_show_watch_traffic(
    struct sx_panel *p, const struct sx_watch *w, int64_t now);

/* News of recall: its ports and triggers. */
void sx_show_recall(struct sx_panel *p, const struct sx_recall *r,
    const struct sx_recall_news *news);
void sx_show_recall_traffic(
    struct sx_panel *p, const struct sx_recall *r, int64_t now);
/* keeper: of what the first output sends back. */
void sx_show_recall_incoming(struct sx_panel *p, const struct sx_recall *r,
    const struct sx_keeper *keeper);

#endif
