/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DISPLAY_H
#define SXLIB_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/led.h"
#include "sxlib/panel.h"
#include "sxlib/status_page.h"

/* A panel, and what shows it: a status page, an LED, both or nothing. Only
 * sx_display_open() and sx_display_close() may block. */

struct sx_display_opts {
	const char *page, *led; /* a file; an LED of SX_LED_FOLDER; or NULL */
	const char *command;	/* static: "watch" */
	const char *disk;	/* the folder of the dumps, or NULL */
	uint64_t reserve;	/* bytes of it; less is shown as nearly full */
};

struct sx_display {
	/* Private. */
	struct sx_panel panel;
	struct sx_status_page *page;
	struct sx_led_driver *led;
	struct sx_led_view view; /* as the LED has it */
	uint64_t changes;	 /* as the page has them */
	int64_t put_at, tick_at; /* mono */
};

/* Open what is asked for. Call it after the session has blocked signals.
 * Returns -1 and sets e as sx_status_page_open() and sx_led_open() do; d can
 * then be closed. */
int sx_display_open(
    struct sx_display *d, const struct sx_display_opts *o, struct sx_err *e);
/* The panel, to be told things; NULL: nothing shows it. d may be zeroed. */
struct sx_panel *sx_display_panel(struct sx_display *d);
/* Is it time to look at the traffic? Once a second. */
bool sx_display_ticks(struct sx_display *d);
/* Show what was told. */
void sx_display_show(struct sx_display *d);
/* The mono time at which to call these, at the latest; INT64_MAX: never. */
int64_t sx_display_due(const struct sx_display *d);
/* Has something failed that was not reported yet? Then e is set. */
bool sx_display_failed(struct sx_display *d, struct sx_err *e);
/* The last page is written, and the LED is as it was. Returns -1 and sets e if
 * the page or the LED failed: call it again until it returns 0, for what else
 * there is to close. d may be zeroed. */
int sx_display_close(struct sx_display *d, struct sx_err *e);

#endif
