/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_PANEL_H
#define SXLIB_CLI_PANEL_H

#include "cli.h"
#include "opt.h"
#include "sxlib/led.h"
#include "sxlib/panel.h"
#include "sxlib/status_page.h"

/* --page and --led: a panel, and what shows it. */

struct panel_opts {
	const char *page, *led; /* NULL: not given */
};

/* clang-format off */
#define OPTIONS_PANEL(s, m)                                             \
	{ 0, "page", "FILE.html", "keep a status page in this file",    \
	    OPT_TEXT(s, m.page) },                                      \
	{ 0, "led", "LED", "show it by this LED of " SX_LED_FOLDER,     \
	    OPT_TEXT(s, m.led) }
/* clang-format on */

struct panel {
	struct cli *c;
	struct sx_panel p;
	struct sx_status_page *page; /* NULL: none */
	struct sx_led_driver *led;   /* NULL: none */
	struct sx_led_view view;     /* as the LED has it */
	uint64_t changes;	     /* as the page has them */
	int64_t put_at, tick_at;     /* mono */
};

/*
 * Open what is asked for; p may be zeroed. The panel begins, so that it can be
 * told things, even if nothing shows it. disk: the folder of the dumps, or
 * NULL. Call before any thread runs before others, and after the session has
 * blocked signals. -1 and c->err.
 */
int panel_open(struct panel *p, struct cli *c, const struct panel_opts *o,
    const char *disk, uint64_t reserve);
/* The panel, to be told things; NULL: nothing shows it. */
struct sx_panel *panel_told(struct panel *p);
/* Is it time to look at the traffic? Call it often. */
bool panel_ticks(struct panel *p);
/* Show what was told. Does not block. */
void panel_show(struct panel *p);
/* The mono time at which to call these, at the latest. */
int64_t panel_due(const struct panel *p);
/* It ends: a last page, and the LED as it was. */
void panel_close(struct panel *p);

#endif
