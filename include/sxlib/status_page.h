/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STATUS_PAGE_H
#define SXLIB_STATUS_PAGE_H

#include <stdbool.h>

#include "sxlib/err.h"
#include "sxlib/panel.h"

/*
 * A panel as a file for a browser: one HTML page, replaced by a rename, so it
 * is always complete. A thread writes it; the caller does not wait.
 *
 * It is written when something worth showing changes, at most once a second,
 * and otherwise every SX_PANEL_RENEW seconds, so that its time reveals a page
 * that is no longer renewed. It is not synced, which spares a memory card a
 * sync each second: after a power cut the page may be old, or empty.
 *
 * Only a status page is replaced: a regular file that begins with
 * sx_panel_mark, or the remains of one after a power cut: an empty file, one of
 * zeros, or a beginning of the mark that is longer than the doctype, which any
 * page may have. This is checked before each rename. For ".NAME.tmp", a page in
 * progress, any beginning of the mark will do.
 */
struct sx_status_page;

/*
 * path: the file; its folder may be missing. disk: a folder, whose free space
 * is shown, or NULL; both are copied. Returns NULL and sets e if path is
 * something other than a status page (SX_EREFUSED) or not the name of a file
 * (SX_EUSAGE), or on other failures. Nothing is written yet.
 */
struct sx_status_page *sx_status_page_open(
    const char *path, const char *disk, struct sx_err *e);
/* Show this from now on; copied. Call it about once a second. Does not
 * block. */
void sx_status_page_put(struct sx_status_page *s, const struct sx_panel *p);
/* Was the system's clock set (sxlib/clock.h) when last checked, at the start
 * and after each page? */
bool sx_status_page_clock(struct sx_status_page *s);
/* True if writing it has failed since the last call, or hangs; sets e. Writing
 * is retried; a failure is reported again only after it has worked. */
bool sx_status_page_failed(struct sx_status_page *s, struct sx_err *e);
/* Write the last state put. Returns -1 and sets e if a failure was not reported
 * yet. A thread that hangs counts as a failure: after 0.3 s it is left running,
 * with its memory. s may be NULL. */
int sx_status_page_close(struct sx_status_page *s, struct sx_err *e);

#endif
