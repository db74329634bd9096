/* SPDX-License-Identifier: ISC */
#include <time.h>
#include <unistd.h>

#include "panel.h"
#include "say.h"
#include "sxlib/session.h"

#define TICK_US	 1000000
#define OFTEN_US 200000 /* a copy of the panel is not for each byte */

static int
panel_day(int64_t wall)
{
	const time_t t = (time_t)(wall / 1000000);
	struct tm tm;

	return localtime_r(&t, &tm) != NULL ? tm.tm_year * 366 + tm.tm_yday : 0;
}

static void
panel_tick(struct panel *p)
{
	const struct sx_time now = sx_now();

	sx_panel_tick(&p->p, now, panel_day(now.wall),
	    p->page == NULL || sx_status_page_clock(p->page));
	p->tick_at = now.mono + TICK_US;
}

int
panel_open(struct panel *p, struct cli *c, const struct panel_opts *o,
    const char *disk, uint64_t reserve)
{
	char host[SX_PANEL_NAME] = "";

	p->c = c;
	if (o->page == NULL && o->led == NULL)
		return 0;
	sx_panel_init(&p->p, c->command->name, sx_now());
	if (gethostname(host, sizeof(host) - 1) == 0)
		sx_panel_text(p->p.host, sizeof(p->p.host), host);
	sx_panel_text(p->p.disk.folder, sizeof(p->p.disk.folder),
	    disk != NULL ? disk : "");
	p->p.disk.reserve = reserve;
	if (o->led != NULL) {
		p->led = sx_led_open(SX_LED_FOLDER, o->led, &c->err);
		if (p->led == NULL)
			return -1;
	}
	if (o->page != NULL) {
		p->page = sx_status_page_open(o->page, disk, &c->err);
		if (p->page == NULL)
			return -1;
	}
	panel_tick(p);
	return 0;
}

static bool
panel_is_shown(const struct panel *p)
{
	return p->page != NULL || p->led != NULL;
}

struct sx_panel *
panel_told(struct panel *p)
{
	return panel_is_shown(p) ? &p->p : NULL;
}

bool
panel_ticks(struct panel *p)
{
	if (!panel_is_shown(p) || sx_now().mono < p->tick_at)
		return false;
	panel_tick(p);
	return true;
}

static void
panel_show_led(struct panel *p)
{
	const struct sx_led_view view = sx_panel_led(&p->p);
	struct sx_err e;

	if (view.receiving != p->view.receiving ||
	    view.trouble != p->view.trouble ||
	    view.stopped != p->view.stopped ||
	    view.damaged != p->view.damaged || view.saved != p->view.saved)
		sx_led_put(p->led, &view);
	p->view = view;
	if (sx_led_failed(p->led, &e))
		warn_error(p->c, &e);
}

static void
panel_show_page(struct panel *p)
{
	const int64_t now = sx_now().mono;
	struct sx_err e;

	/* The time in it is that of the last tick. */
	if (now - p->put_at >= TICK_US || p->p.stopped ||
	    (p->p.changes != p->changes && now - p->put_at >= OFTEN_US)) {
		sx_status_page_put(p->page, &p->p);
		p->changes = p->p.changes;
		p->put_at = now;
	}
	if (sx_status_page_failed(p->page, &e))
		warn_error(p->c, &e);
}

void
panel_show(struct panel *p)
{
	if (p->led != NULL)
		panel_show_led(p);
	if (p->page != NULL)
		panel_show_page(p);
}

int64_t
panel_due(const struct panel *p)
{
	if (!panel_is_shown(p))
		return INT64_MAX;
	if (p->page != NULL && p->p.changes != p->changes)
		return sx_earlier(p->tick_at, p->put_at + OFTEN_US);
	return p->tick_at;
}

void
panel_close(struct panel *p)
{
	struct sx_err e = { 0 };

	if (panel_is_shown(p)) {
		sx_panel_stop(&p->p, sx_now());
		panel_show(p);
	}
	if (sx_status_page_close(p->page, &e) == -1)
		warn_error(p->c, &e);
	sx_led_close(p->led);
}
