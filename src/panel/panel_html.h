/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PANEL_PANEL_HTML_H
#define SXLIB_PANEL_PANEL_HTML_H

#include <stdio.h>

#include "sxlib/panel.h"

/* Shared by the parts of the page. */

/* ---- panel_words.c ---- */

#define SX_PANEL_WORD 40

/* Return a local time, "14:03:07", with its day if that is not the day of
 * `now`. zone: " %Z", or "". */
const char *sx_panel_time(
    char buf[SX_PANEL_WORD], int64_t wall, int64_t now, const char *zone);
/* "8 s", "5 min", "2 h 5 min", "3 d" */
const char *sx_panel_age(char buf[SX_PANEL_WORD], int64_t us);
/* "64 MiB" */
const char *sx_panel_bytes(char buf[SX_PANEL_WORD], uint64_t bytes);
/* "SAVED", ... */
const char *sx_panel_sign(enum sx_panel_verdict verdict);

/* ---- panel_lists.c ---- */

void sx_panel_html_ports(FILE *f, const struct sx_panel *p);
void sx_panel_html_disk(
    FILE *f, const struct sx_panel *p, const struct sx_panel_box *box);
void sx_panel_html_dumps(FILE *f, const struct sx_panel *p);

#endif
