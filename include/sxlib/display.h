/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DISPLAY_H
#define SXLIB_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "sxlib/err.h"
#include "sxlib/led.h"
#include "sxlib/panel.h"
#include "sxlib/status_page.h"

/* A panel and its outputs: a status page, an LED, both or none. Only
 * sx_display_open() and sx_display_close() may block. */

struct sx_display_opts {
	const char *page, *led; /* a file; an LED of SX_LED_FOLDER; or NULL */
	const char *command;	/* static: "watch" */
	const char *disk;	/* the folder of the dumps, or NULL */
	uint64_t reserve; /* bytes; less free space is shown as nearly full */
};

struct sx_display {
	/* Private. */
	struct sx_panel panel;
	struct sx_status_page *page;
	struct sx_led_driver *led;
	struct sx_led_view view; /* the one that the LED shows */
	uint64_t changes;	 /* those that the page shows */
	int64_t put_at, tick_at; /* mono */
};

/* Open the requested outputs. Call after the session has blocked signals.
 * Returns -1 and sets e as sx_status_page_open() and sx_led_open() do; d can
 * then be closed. */
int sx_display_open(
    struct sx_display *d, const struct sx_display_opts *o, struct sx_err *e);
/* The panel to report events to; NULL: no output is open. d may be zeroed. */
struct sx_panel *sx_display_panel(struct sx_display *d);
/* Once a second, tick the panel and return true: it is time to report the
 * traffic. */
bool sx_display_ticks(struct sx_display *d);
/* Show the current state of the panel. */
void sx_display_show(struct sx_display *d);
/* The mono time at which to call these, at the latest; INT64_MAX: never. */
int64_t sx_display_due(const struct sx_display *d);
/* True if an output failed and this was not reported yet; sets e. */
bool sx_display_failed(struct sx_display *d, struct sx_err *e);
/* Write the last page and restore the LED. Returns -1 and sets e if the page or
 * the LED failed: call it again until it returns 0, to close the rest. d may be
 * zeroed. */
int sx_display_close(struct sx_display *d, struct sx_err *e);

#endif
