/* SPDX-License-Identifier: ISC */
#include "sxlib/led.h"

enum led_mode { LED_OFF, LED_READY, LED_ON, LED_BLINKS, LED_FAST };

/* Times, us: on from the first to the second, off until the third, and so on;
 * at the last it begins again. */
#define LED_TIMES 7
static const struct led_pattern {
	int n;	 /* of them; 0: it does not change */
	bool on; /* if it does not */
	int64_t at[LED_TIMES];
} patterns[] = {
	[LED_OFF] = { .on = false },
	[LED_ON] = { .on = true },
	[LED_READY] = { .n = 3, .at = { 0, 80000, 3000000 } },
	/* Off first: most often it was on. The blinks are long ones. */
	[LED_BLINKS] = { .n = 7,
	    .at = { 0, 0, 300000, 700000, 1200000, 1600000, 2100000 } },
	[LED_FAST] = { .n = 3, .at = { 0, 100000, 200000 } },
};

static void
led_mode(struct sx_led *l, enum led_mode mode, int64_t now)
{
	if (l->mode == (int)mode)
		return;
	l->mode = mode;
	l->since = now;
}

static int64_t
led_period(enum led_mode mode)
{
	return patterns[mode].at[patterns[mode].n - 1];
}

/* What comes first is shown first. */
static enum led_mode
led_choose(struct sx_led *l, int64_t now)
{
	const struct sx_led_view *v = &l->view;

	if (v->stopped)
		return LED_OFF;
	if (v->trouble)
		return LED_FAST;
	if (v->receiving)
		return LED_ON;
	if (v->damaged)
		return LED_FAST;
	if (l->mode == LED_BLINKS && now - l->since >= led_period(LED_BLINKS))
		l->blinks = false;
	return l->blinks ? LED_BLINKS : LED_READY;
}

void
sx_led_show(struct sx_led *l, const struct sx_led_view *view, int64_t now)
{
	/* While it blinks, another two would not be told from these. */
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
