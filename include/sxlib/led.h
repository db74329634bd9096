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
 *	damaged		fast blinking, also for lost bytes, until a whole dump
 *			is saved
 *	no port		fast blinking, until a trigger is sent
 *	disk trouble	fast blinking, as long as it lasts, whatever arrives
 *	stopped		off
 */

struct sx_led_view {
	bool receiving, trouble, stopped;
	bool damaged;	/* the last dump was damaged, or the last trigger had no
			   port */
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
	bool blinks; /* two blinks are due */
};

/* Show this from now on. A zeroed sx_led was never on. */
void sx_led_show(struct sx_led *l, const struct sx_led_view *view, int64_t now);
/* Is it on? *next: when that may change; INT64_MAX: not by itself. Times must
 * not decrease from call to call. */
bool sx_led_at(struct sx_led *l, int64_t now, int64_t *next);

/* ---- led_driver.c: an LED of /sys/class/leds ---- */

struct sx_led_driver;

/*
 * Take over the LED `name` in the folder `leds`: its trigger becomes "none".
 * Starts a thread, so the caller never waits for the LED. Returns NULL and sets
 * e on failure: no such LED, not writable, or not the name of an LED
 * (SX_EUSAGE). Its trigger is then as before.
 */
#define SX_LED_FOLDER "/sys/class/leds"
struct sx_led_driver *sx_led_open(
    const char *leds, const char *name, struct sx_err *e);
/* Show this from now on. Does not block. */
void sx_led_put(struct sx_led_driver *d, const struct sx_led_view *view);
/* True if it has failed since the last call, or does not respond; sets e.
 * Writing is retried with each change; a failure is reported again only after
 * it has worked. */
bool sx_led_failed(struct sx_led_driver *d, struct sx_err *e);
/* Restore the former trigger and brightness. Returns -1 and sets e if a
 * failure, also of this, was not reported yet. A thread that hangs counts as a
 * failure: after 0.3 s it is left running, with its memory. d may be NULL. */
int sx_led_close(struct sx_led_driver *d, struct sx_err *e);

#endif
