/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STATUS_PAGE_H
#define SXLIB_STATUS_PAGE_H

#include <stdbool.h>

#include "sxlib/err.h"
#include "sxlib/panel.h"

/*
 * A panel as a file, for a browser: one page of HTML, replaced by a rename, so
 * that it is always whole. A thread writes it, and nobody waits for that.
 *
 * It is written when something changes that is worth showing, at most once a
 * second, and else every SX_PANEL_RENEW seconds, so that a page that is no
 * longer renewed can be told by its time. It is not synced: after a power cut
 * it may be an old one, or empty, and that spares a card a sync each second.
 *
 * Only a page of ours is replaced: a regular file that begins with
 * sx_panel_mark, or what a power cut can leave of one: an empty file, one of
 * zeros, or the beginning of the mark, if that is longer than the doctype, as
 * any page may have it. This is checked before each rename. Of ".NAME.tmp", a
 * page in progress, any beginning is ours.
 */
struct sx_status_page;

/*
 * path: the file; its folder may be missing. disk: a folder, whose free space
 * is shown, or NULL; both are copied. Returns NULL and sets e: there is
 * something that is not a page of ours (SX_EREFUSED), or path is no name of a
 * file (SX_EUSAGE). Nothing is written yet.
 */
struct sx_status_page *sx_status_page_open(
    const char *path, const char *disk, struct sx_err *e);
/* Show this from now on; copied. Call it about once a second. Does not
 * block. */
void sx_status_page_put(struct sx_status_page *s, const struct sx_panel *p);
/* Is the system's clock set (sxlib/clock.h), as of the last page? */
bool sx_status_page_clock(struct sx_status_page *s);
/* Could it not be written since the last call? Then e is set. It is tried
 * again, and reported again only after it has worked. */
bool sx_status_page_failed(struct sx_status_page *s, struct sx_err *e);
/* Write what was put last. -1 and e, an empty one: it could not be written, and
 * that was not reported yet; or the thread hangs, and is left running after
 * 0.3 s, with its memory. s may be NULL. */
int sx_status_page_close(struct sx_status_page *s, struct sx_err *e);

#endif
