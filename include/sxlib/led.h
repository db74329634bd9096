/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_LED_H
#define SXLIB_LED_H

#include <stdbool.h>
#include <stdint.h>

#include "sxlib/err.h"

/*
 * An LED that shows what a box does:
 *
 *	ready		a short flash every 3 s
 *	receiving	on
 *	saved		two long blinks, once nothing arrives any more
 *	damaged		fast blinking, until a whole dump is saved; so are lost
 *			bytes
 *	no port		fast blinking, until a trigger is sent
 *	disk trouble	fast blinking, as long as it lasts, whatever arrives
 *	stopped		off
 */

struct sx_led_view {
	bool receiving, trouble, stopped;
	bool damaged;	/* so was the last dump, or a trigger had no port */
	uint64_t saved; /* a count: blinks when it grows */
};

/* ---- When is it on? Pure; times are mono, us. ---- */

enum sx_led_mode {
	SX_LED_OFF,
	SX_LED_READY,
	SX_LED_ON,
	SX_LED_BLINKS,
	SX_LED_FAST,
};

struct sx_led {
	/* Private. */
	struct sx_led_view view;
	enum sx_led_mode mode;
	int64_t since;
	bool blinks; /* two are due */
};

/* Show this from now on. A zeroed sx_led is one that was never on. */
void sx_led_show(struct sx_led *l, const struct sx_led_view *view, int64_t now);
/* Is it on? *next: when that may change; INT64_MAX: not by itself. Ask with
 * times that only grow. */
bool sx_led_at(struct sx_led *l, int64_t now, int64_t *next);

/* ---- led_driver.c: an LED of /sys/class/leds ---- */

struct sx_led_driver;

/*
 * Take over the LED `name` in the folder `leds`: its trigger becomes "none".
 * Starts a thread that never holds up the caller. Returns NULL and sets e:
 * there is no such LED, it may not be written, the name is not one (SX_EUSAGE).
 * Its trigger is then as before.
 */
#define SX_LED_FOLDER "/sys/class/leds"
struct sx_led_driver *sx_led_open(
    const char *leds, const char *name, struct sx_err *e);
/* Show this from now on. Does not block. */
void sx_led_put(struct sx_led_driver *d, const struct sx_led_view *view);
/* Has it failed since the last call? Then e is set. It is tried again with each
 * change, and reported again only after it has worked. */
bool sx_led_failed(struct sx_led_driver *d, struct sx_err *e);
/* The former trigger and brightness come back. -1 and e: they do not, or it
 * failed before, and that was not reported yet; or the thread hangs, and is
 * left running after 0.3 s, with its memory. d may be NULL. */
int sx_led_close(struct sx_led_driver *d, struct sx_err *e);

#endif
