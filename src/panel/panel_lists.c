/* SPDX-License-Identifier: ISC */
/* The lower part of the page. */
#include "panel_html.h"
#include "sxlib/html.h"

static void
panel_port_row(
    FILE *f, const struct sx_panel *p, const struct sx_panel_port *port)
{
	const bool clock = port->clock_at > 0 &&
			   p->now.mono - port->clock_at < SX_PANEL_CLOCK_US;
	char age[SX_PANEL_WORD];

	fprintf(f, "<tr%s><td>", port->there ? "" : " class=\"bad\"");
	sx_html_text(f, port->name);
	if (port->role != NULL)
		fprintf(f, " <span class=\"quiet\">%s</span>", port->role);
	fputs("</td><td class=\"n\">", f);
	if (!port->there)
		fputs("gone", f);
	else if (!port->heard)
		fputs("-", f);
	else if (port->byte_at == 0)
		fputs("no byte yet", f);
	else
		fprintf(f, "%s ago",
		    sx_panel_age(age, p->now.mono - port->byte_at));
	fprintf(f, "</td><td>%s</td></tr>\n",
	    !port->there || !port->heard ? "-"
	    : clock			 ? "yes"
					 : "no");
}

void
sx_panel_html_ports(FILE *f, const struct sx_panel *p)
{
	if (p->nports == 0)
		return;
	fputs("<h2>Ports</h2>\n<table class=\"ports\"><tr><th>port</th>"
	      "<th>last byte</th><th>clock</th></tr>\n",
	    f);
	for (size_t i = 0; i < p->nports; i++)
		panel_port_row(f, p, &p->ports[i]);
	fputs("</table>\n", f);
}

void
sx_panel_html_disk(
    FILE *f, const struct sx_panel *p, const struct sx_panel_box *box)
{
	char left[SX_PANEL_WORD], size[SX_PANEL_WORD];

	fputs("<h2>Disk</h2>\n<p>", f);
	if (box->size == 0)
		fputs("<b class=\"bad\">not there</b>: ", f);
	else
		fprintf(f, "%s free of %s: ", sx_panel_bytes(left, box->free),
		    sx_panel_bytes(size, box->size));
	sx_html_text(f, p->disk.folder);
	fputs("</p>\n", f);
}

static void
panel_list(FILE *f, const struct sx_panel *p, const struct sx_panel_dump *list,
    size_t n)
{
	char at[SX_PANEL_WORD];

	fputs("<table class=\"dumps\">\n", f);
	for (size_t i = 0; i < n; i++) {
		const bool bad = list[i].verdict != SX_PANEL_WHOLE;

		fprintf(f, "<tr%s><td class=\"time\">",
		    bad ? " class=\"bad\"" : "");
		sx_html_text(
		    f, sx_panel_time(at, list[i].time.wall, p->now.wall, ""));
		fputs("</td><td>", f);
		sx_html_text(f, list[i].what);
		if (list[i].note[0] != '\0')
			fputs(", ", f);
		sx_html_text(f, list[i].note);
		fputs("</td></tr>\n", f);
	}
	fputs("</table>\n", f);
}

void
sx_panel_html_dumps(FILE *f, const struct sx_panel *p)
{
	char at[SX_PANEL_WORD];

	fprintf(f, "<h2>Dumps today</h2>\n<p>%zu dump%s", p->today,
	    p->today == 1 ? "" : "s");
	if (p->damaged_today > 0)
		fprintf(
		    f, ", <b class=\"bad\">%zu damaged</b>", p->damaged_today);
	if (p->since_start || !p->clock_set)
		fprintf(f, " since the start at %s",
		    sx_panel_time(at, p->began, p->now.wall, ""));
	fputs("</p>\n", f);
	if (p->ndamaged > 0) {
		fputs("<h2>Damaged</h2>\n", f);
		panel_list(f, p, p->damaged, p->ndamaged);
	}
	if (p->ndumps == 0)
		return;
	fprintf(f, "<h2>%s</h2>\n",
	    p->today > p->ndumps ? "The newest" : "All of them");
	panel_list(f, p, p->dumps, p->ndumps);
}
