/* SPDX-License-Identifier: ISC */
#include "sxlib/led.h"

/* Times in us: on from the first to the second, off until the third, and so on;
 * the pattern repeats from the last one. */
#define LED_TIMES 7
static const struct led_pattern {
	int n;	 /* number of times; 0: constant */
	bool on; /* if constant */
	int64_t at[LED_TIMES];
} patterns[] = {
	[SX_LED_OFF] = { .on = false },
	[SX_LED_ON] = { .on = true },
	[SX_LED_READY] = { .n = 3, .at = { 0, 80000, 3000000 } },
	/* Begins with off, since the LED was mostly on before. Long blinks. */
	[SX_LED_BLINKS] = { .n = 7,
	    .at = { 0, 0, 300000, 700000, 1200000, 1600000, 2100000 } },
	[SX_LED_FAST] = { .n = 3, .at = { 0, 100000, 200000 } },
};

static void
led_mode(struct sx_led *l, enum sx_led_mode mode, int64_t now)
{
	if (l->mode == mode)
		return;
	l->mode = mode;
	l->since = now;
}

static int64_t
led_period(enum sx_led_mode mode)
{
	return patterns[mode].at[patterns[mode].n - 1];
}

/* Choose the mode: the first that applies. */
static enum sx_led_mode
led_choose(struct sx_led *l, int64_t now)
{
	const struct sx_led_view *v = &l->view;

	if (v->stopped)
		return SX_LED_OFF;
	if (v->trouble)
		return SX_LED_FAST;
	if (v->receiving)
		return SX_LED_ON;
	if (v->damaged)
		return SX_LED_FAST;
	if (l->mode == SX_LED_BLINKS &&
	    now - l->since >= led_period(SX_LED_BLINKS))
		l->blinks = false;
	return l->blinks ? SX_LED_BLINKS : SX_LED_READY;
}

void
sx_led_show(struct sx_led *l, const struct sx_led_view *view, int64_t now)
{
	/* Two more blinks would not be distinguishable from those in
	 * progress. */
	if (view->saved != l->view.saved)
		l->blinks = true;
	if (view->damaged)
		l->blinks = false;
	l->view = *view;
	led_mode(l, led_choose(l, now), now);
}

bool
sx_led_at(struct sx_led *l, int64_t now, int64_t *next)
{
	const struct led_pattern *p;
	int64_t at, begin;
	int i;

	led_mode(l, led_choose(l, now), now);
	p = &patterns[l->mode];
	*next = INT64_MAX;
	if (p->n == 0)
		return p->on;
	at = (now - l->since) % led_period(l->mode);
	begin = now - at;
	for (i = 1; i < p->n - 1 && at >= p->at[i]; i++)
		continue;
	*next = begin + p->at[i];
	return i % 2 == 1;
}
