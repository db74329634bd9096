/* SPDX-License-Identifier: ISC */
/* The panel as a page. Its first part is legible at arm's length. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "panel_html.h"
#include "sxlib/html.h"

#define STR(x)	 #x
#define VALUE(x) STR(x)

const char sx_panel_mark[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"generator\" content=\"sxlib status page\">\n";
_Static_assert(sizeof(sx_panel_mark) <= SX_PANEL_MARK, "room for it");

/* No scripts and no external content, even if a text escaped its place. */
static const char panel_head[] =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'; img-src data:\">\n"
    "<meta http-equiv=\"refresh\" content=\"" VALUE(
	SX_PANEL_REFRESH) "\">\n"
			  "<meta name=\"viewport\" "
			  "content=\"width=device-width, "
			  "initial-scale=1\">\n"
			  "<meta name=\"color-scheme\" content=\"dark\">\n"
			  "<link rel=\"icon\" href=\"data:,\">\n";

static const char panel_style[] =
    "<style>\n"
    "html{background:#000;color:#ddd;font:20px/1.35 system-ui,sans-serif}\n"
    "body{margin:0 auto;padding:.7rem;max-width:60rem;overflow-wrap:anywhere}\n"
    "header,footer,.quiet{color:#999}\n"
    "header b{color:#ddd;font-weight:400}\n"
    "header{display:flex;flex-wrap:wrap;justify-content:space-between;"
    "gap:0 1rem}\n"
    "section{margin:.7rem 0}\n"
    "h1,h2,p{margin:0;font-weight:400}\n"
    "h1{font-size:1.6rem;line-height:1.2;color:#fff}\n"
    "h2{font-size:1rem;color:#999;margin-top:1.2rem}\n"
    ".sign{font-size:clamp(2.2rem,13vw,5.5rem);font-weight:700;line-height:1.1}"
    "\n"
    ".last{border-left:.6rem solid;padding-left:.7rem}\n"
    ".good{border-color:#2c5}.good .sign{color:#2c5}\n"
    ".busy{border-color:#4af}.busy .sign{color:#4af}\n"
    ".none{border-color:#555}.none .sign{color:#999}\n"
    ".bad{border-color:#f44}.bad .sign,tr.bad td,b.bad{color:#f66}\n"
    ".alert{background:#700;color:#fff;padding:.3rem .7rem;margin:.5rem 0;"
    "font-size:1.2rem}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "th{text-align:left;font-weight:400;color:#999;white-space:nowrap}\n"
    "td,th{padding:.25rem .7rem .25rem 0;vertical-align:top;"
    "border-bottom:1px solid #333}\n"
    ".time,.n{white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    "</style>\n";

/* ---- Parts of the page ---- */

/* Print <tag class="class">text</tag>; nothing if text is empty. */
static void
panel_element(FILE *f, const char *tag, const char *class, const char *text)
{
	if (text[0] == '\0')
		return;
	fprintf(f, "<%s%s%s%s>", tag, class[0] != '\0' ? " class=\"" : "",
	    class, class[0] != '\0' ? "\"" : "");
	sx_html_text(f, text);
	fprintf(f, "</%s>\n", tag);
}

static void
panel_title(FILE *f, const struct sx_panel *p)
{
	const char *state =
	    p->last.what[0] != '\0' ? sx_panel_sign(p->last.verdict) : "ready";

	if (p->recalls && p->trigger.what[0] != '\0')
		state = p->trigger.outcome;
	if (p->stopped)
		state = "stopped";
	fputs("<title>", f);
	sx_html_text(f, state);
	fprintf(f, " - sxlib %s</title>\n", p->command);
}

static void
panel_header(FILE *f, const struct sx_panel *p)
{
	char now[SX_PANEL_WORD];

	fprintf(f, "<header><span>sxlib %s", p->command);
	if (p->host[0] != '\0')
		fputs(" on ", f);
	sx_html_text(f, p->host);
	fputs("</span> <b>", f);
	if (p->stopped)
		fputs("stopped at ", f);
	else
		fputs("as of ", f);
	sx_html_text(f, sx_panel_time(now, p->now.wall, p->now.wall, " %Z"));
	fputs("</b></header>\n", f);
}

static void
panel_alert_disk(
    FILE *f, const struct sx_panel *p, const struct sx_panel_box *box)
{
	const struct sx_panel_disk *d = &p->disk;
	char left[SX_PANEL_WORD];

	if (d->full) {
		fputs("<p class=\"alert\">The disk takes no dumps. Make room, "
		      "or put it back.",
		    f);
		if (d->waiting > 0 && !p->stopped)
			fprintf(f, " In memory: %zu", d->waiting);
		fputs("</p>\n", f);
	} else if (d->stuck)
		fputs("<p class=\"alert\">The disk does not respond.</p>\n", f);
	else if (d->low || (box->size > 0 && box->free < d->reserve))
		fprintf(f,
		    "<p class=\"alert\">The disk is nearly full%s%s. Make room."
		    "</p>\n",
		    box->size > 0 ? ": " : "",
		    box->size > 0 ? sx_panel_bytes(left, box->free) : "");
	if (d->lost > 0)
		fprintf(f,
		    "<p class=\"alert\">%zu dump%s LOST: the log says more.</p>"
		    "\n",
		    d->lost, d->lost == 1 ? "" : "s");
}

static void
panel_alert_unrecovered(FILE *f, const struct sx_panel *p)
{
	if (p->unrecovered == 0)
		return;
	fputs("<p class=\"alert\">Not recovered from an earlier run: ", f);
	sx_html_text(f, p->unrecovered_why);
	if (p->unrecovered > 1)
		fprintf(f, "; and %zu more: see the log", p->unrecovered - 1);
	fputs("</p>\n", f);
}

static void
panel_alerts(FILE *f, const struct sx_panel *p, const struct sx_panel_box *box)
{
	size_t there = 0;

	if (p->stopped)
		fprintf(f, "<p class=\"alert\">sxlib %s has stopped.</p>\n",
		    p->command);
	if (!p->clock_set)
		fputs("<p class=\"alert\">Clock not set: times may be "
		      "wrong.</p>\n",
		    f);
	if (p->disk.folder[0] != '\0')
		panel_alert_disk(f, p, box);
	panel_alert_unrecovered(f, p);
	for (size_t i = 0; i < p->nports; i++)
		there += p->ports[i].there;
	if (there == 0 && !p->stopped)
		fputs("<p class=\"alert\">No port is there.</p>\n", f);
}

/* Print "14:03:07, 12 s ago". */
static void
panel_when(FILE *f, const struct sx_panel *p, struct sx_time t)
{
	char at[SX_PANEL_WORD], age[SX_PANEL_WORD];

	sx_html_text(f, sx_panel_time(at, t.wall, p->now.wall, ""));
	if (t.mono > 0)
		fprintf(f, ", %s ago", sx_panel_age(age, p->now.mono - t.mono));
}

static void
panel_arriving(FILE *f, const struct sx_panel *p)
{
	for (size_t i = 0; i < p->nports; i++) {
		const struct sx_panel_port *port = &p->ports[i];

		if (port->incoming == 0)
			continue;
		fputs("<section class=\"last busy\"><p class=\"sign\">RECEIVING"
		      "</p>\n<h1>",
		    f);
		fprintf(f, "%" PRIu64 " bytes from ", port->incoming);
		sx_html_text(f, port->name);
		fputs("</h1></section>\n", f);
	}
}

static void
panel_last_dump(FILE *f, const struct sx_panel *p)
{
	const struct sx_panel_dump *d = &p->last;
	char at[SX_PANEL_WORD];

	if (d->what[0] == '\0') {
		fputs("<section class=\"last none\"><p class=\"sign\">"
		      "NO DUMP YET</p>\n<p>since the start at ",
		    f);
		sx_html_text(f, sx_panel_time(at, p->began, p->now.wall, ""));
		fputs("</p></section>\n", f);
		return;
	}
	fprintf(f, "<section class=\"last %s\"><p class=\"sign\">%s</p>\n",
	    d->verdict == SX_PANEL_WHOLE ? "good" : "bad",
	    sx_panel_sign(d->verdict));
	panel_element(f, "h1", "", d->what);
	fputs("<p>", f);
	panel_when(f, p, d->time);
	if (d->port[0] != '\0')
		fputs(" from ", f);
	sx_html_text(f, d->port);
	fputs("</p>\n", f);
	panel_element(f, "p", "", d->note);
	panel_element(f, "p", "quiet", d->file);
	fputs("</section>\n", f);
}

/* Print a word in capitals, like all signs; those of triggers are ASCII. */
static void
panel_capitals(FILE *f, const char *text)
{
	char one[2] = "";

	for (; *text != '\0'; text++) {
		one[0] =
		    *text >= 'a' && *text <= 'z' ? (char)(*text - 32) : *text;
		sx_html_text(f, one);
	}
}

static void
panel_last_trigger(FILE *f, const struct sx_panel *p)
{
	const struct sx_panel_trigger *t = &p->trigger;

	if (t->what[0] == '\0') {
		fputs("<section class=\"last none\"><p class=\"sign\">"
		      "NO TRIGGER YET</p></section>\n",
		    f);
		return;
	}
	fprintf(f, "<section class=\"last %s\"><p class=\"sign\">",
	    t->failed ? "bad"
	    : t->sent ? "good"
		      : "none");
	panel_capitals(f, t->outcome);
	fputs("</p>\n", f);
	panel_element(f, "h1", "", t->file);
	fputs("<p>", f);
	sx_html_text(f, t->what);
	if (t->port[0] != '\0')
		fputs(" to ", f);
	sx_html_text(f, t->port);
	fputs("</p>\n<p>", f);
	panel_when(f, p, t->time);
	fputs("</p></section>\n", f);
}

static void
panel_body(FILE *f, const struct sx_panel *p, const struct sx_panel_box *box)
{
	const bool stores = p->disk.folder[0] != '\0';

	panel_header(f, p);
	panel_alerts(f, p, box);
	panel_arriving(f, p);
	if (p->recalls)
		panel_last_trigger(f, p);
	if (stores && (!p->recalls || p->last.what[0] != '\0'))
		panel_last_dump(f, p);
	sx_panel_html_ports(f, p);
	if (stores) {
		sx_panel_html_disk(f, p, box);
		sx_panel_html_dumps(f, p);
	}
	fputs("<footer><p>The time at the top advances at least every " VALUE(
		  SX_PANEL_RENEW) " seconds. If it does not, the box is off or "
				  "sxlib is not running.</p></footer>\n",
	    f);
}

char *
sx_panel_html(
    const struct sx_panel *p, const struct sx_panel_box *box, size_t *size)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, size);
	bool failed;

	if (f == NULL)
		return NULL;
	fputs(sx_panel_mark, f);
	fputs(panel_head, f);
	panel_title(f, p);
	fputs(panel_style, f);
	fputs("</head><body>\n", f);
	panel_body(f, p, box);
	fputs("</body></html>\n", f);
	failed = ferror(f) != 0;
	if (fclose(f) == 0 && !failed)
		return text;
	free(text);
	return NULL;
}
