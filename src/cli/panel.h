/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_PANEL_H
#define SXLIB_CLI_PANEL_H

#include "sxlib/display.h"
#include "term/cli.h"
#include "term/opt.h"

/* --page and --led of watch and recall. */

/* clang-format off */
/* m: a struct sx_display_opts */
#define OPTIONS_PANEL(s, m)                                             \
	{ 0, "page", "FILE.html", "keep a status page in this file",    \
	    OPT_TEXT(s, m.page) },                                      \
	{ 0, "led", "LED", "show it with this LED of " SX_LED_FOLDER,   \
	    OPT_TEXT(s, m.led) }
/* clang-format on */

/* Report failures. */
void panel_tell(struct cli *c, struct sx_display *d);
void panel_close(struct cli *c, struct sx_display *d);

#endif
