/* SPDX-License-Identifier: ISC */
#include <time.h>
#include <unistd.h>

#include "sxlib/display.h"
#include "sxlib/session.h"

#define TICK_US	 1000000
#define OFTEN_US 200000 /* shortest interval between copies of the panel */

static int
display_day(int64_t wall)
{
	const time_t t = (time_t)(wall / 1000000);
	struct tm tm;

	return localtime_r(&t, &tm) != NULL ? tm.tm_year * 366 + tm.tm_yday : 0;
}

static void
display_tick(struct sx_display *d)
{
	const struct sx_time now = sx_now();

	sx_panel_tick(&d->panel, now, display_day(now.wall),
	    d->page == NULL || sx_status_page_clock(d->page));
	d->tick_at = now.mono + TICK_US;
}

/* Set what does not change. */
static void
display_begin(struct sx_display *d, const struct sx_display_opts *o)
{
	struct sx_panel *p = &d->panel;
	char host[SX_PANEL_NAME] = "";

	sx_panel_init(p, o->command, sx_now());
	if (gethostname(host, sizeof(host) - 1) == 0)
		sx_panel_text(p->host, sizeof(p->host), host);
	if (o->disk != NULL)
		sx_panel_text(p->disk.folder, sizeof(p->disk.folder), o->disk);
	p->disk.reserve = o->reserve;
}

int
sx_display_open(
    struct sx_display *d, const struct sx_display_opts *o, struct sx_err *e)
{
	*d = (struct sx_display){ .page = NULL };
	display_begin(d, o);
	if (o->led != NULL) {
		d->led = sx_led_open(SX_LED_FOLDER, o->led, e);
		if (d->led == NULL)
			return -1;
	}
	if (o->page != NULL) {
		d->page = sx_status_page_open(o->page, o->disk, e);
		if (d->page == NULL)
			return -1;
	}
	display_tick(d);
	return 0;
}

static bool
display_is_on(const struct sx_display *d)
{
	return d->page != NULL || d->led != NULL;
}

struct sx_panel *
sx_display_panel(struct sx_display *d)
{
	return display_is_on(d) ? &d->panel : NULL;
}

bool
sx_display_ticks(struct sx_display *d)
{
	if (!display_is_on(d) || sx_now().mono < d->tick_at)
		return false;
	display_tick(d);
	return true;
}

static void
display_led(struct sx_display *d)
{
	const struct sx_led_view view = sx_panel_led(&d->panel);

	if (view.receiving != d->view.receiving ||
	    view.trouble != d->view.trouble ||
	    view.stopped != d->view.stopped ||
	    view.damaged != d->view.damaged || view.saved != d->view.saved)
		sx_led_put(d->led, &view);
	d->view = view;
}

static void
display_page(struct sx_display *d)
{
	const struct sx_panel *p = &d->panel;
	const int64_t now = sx_now().mono;

	if (now - d->put_at < TICK_US && !p->stopped &&
	    (p->changes == d->changes || now - d->put_at < OFTEN_US))
		return;
	sx_status_page_put(d->page, p);
	d->changes = p->changes;
	d->put_at = now;
}

void
sx_display_show(struct sx_display *d)
{
	if (d->led != NULL)
		display_led(d);
	if (d->page != NULL)
		display_page(d);
}

int64_t
sx_display_due(const struct sx_display *d)
{
	if (!display_is_on(d))
		return INT64_MAX;
	if (d->page != NULL && d->panel.changes != d->changes)
		return sx_earlier(d->tick_at, d->put_at + OFTEN_US);
	return d->tick_at;
}

bool
sx_display_failed(struct sx_display *d, struct sx_err *e)
{
	return (d->led != NULL && sx_led_failed(d->led, e)) ||
	       (d->page != NULL && sx_status_page_failed(d->page, e));
}

int
sx_display_close(struct sx_display *d, struct sx_err *e)
{
	struct sx_status_page *page = d->page;
	struct sx_led_driver *led = d->led;

	if (display_is_on(d)) {
		sx_panel_stop(&d->panel, sx_now());
		sx_display_show(d);
	}
	d->page = NULL;
	if (sx_status_page_close(page, e) == -1)
		return -1;
	d->led = NULL;
	return sx_led_close(led, e);
}
