/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "sxlib/clock.h"
#include "sxlib/panel.h"
#include "sxlib/show.h"

#define SECOND	((int64_t)1000000)
#define MORNING ((int64_t)1795860000 * SECOND) /* 2026-11-28 10:00 UTC */

static struct sx_panel panel; /* it is large */

static struct sx_time
at(int64_t s)
{
	return (struct sx_time){ .mono = 500 * SECOND + s * SECOND,
		.wall = MORNING + s * SECOND };
}

/* Begin the panel of a watch, an hour after its start, with the clock set. */
static struct sx_panel *
begin(void)
{
	sx_panel_init(&panel, "watch", at(0));
	sx_panel_text(
	    panel.disk.folder, sizeof(panel.disk.folder), "/srv/dumps");
	panel.disk.reserve = 64 << 20;
	sx_panel_tick(&panel, at(3600), 1, true);
	return &panel;
}

static void
add(struct sx_panel *p, int64_t s, enum sx_panel_verdict verdict,
    const char *what)
{
	struct sx_panel_dump d = { .time = at(s), .verdict = verdict };

	sx_panel_text(d.what, sizeof(d.what), what);
	sx_panel_text(d.note, sizeof(d.note), "1376 bytes, checksum ok");
	sx_panel_text(d.port, sizeof(d.port), "UMONE");
	sx_panel_text(d.file, sizeof(d.file), "UMONE/000001.syx");
	sx_panel_add(p, &d);
}

static const struct sx_panel_box box = { .free = (uint64_t)5 << 30,
	.size = (uint64_t)29 << 30 };

/* Check that the page has this text or, if want is false, does not. */
static void
page_has(const struct sx_panel *p, const struct sx_panel_box *b, bool want,
    const char *text)
{
	size_t size;
	char *html = sx_panel_html(p, b, &size);

	assert_non_null(html);
	assert_int_equal(strlen(html), size);
	if ((strstr(html, text) != NULL) != want)
		fail_msg(
		    "%s '%s' in:\n%s", want ? "no" : "there is", text, html);
	free(html);
}

#define HAS(text)     page_has(p, &box, true, text)
#define HAS_NOT(text) page_has(p, &box, false, text)

static void
test_text(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "", "" },
		{ "123456789012345", "123456789012345" },
		{ "1234567890123456", "12345 ... 23456" },
		/* split between characters, complete or not */
		{ "123\xe2\x82\xac 567890123456", "123 ... 23456" },
		{ "1234567890123\xe2\x82\xac"
		  "6",
		    "12345 ... 3\xe2\x82\xac"
		    "6" },
		{ "1234567890123\xe2\x82\xac"
		  "67",
		    "12345 ... \xe2\x82\xac"
		    "67" },
		{ "1234567890123\xe2\x82\xac"
		  "678",
		    "12345 ... 678" },
	};
	char buf[16];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
		    sx_panel_text(buf, sizeof(buf), cases[i].text),
		    cases[i].shown);
}

static void
test_dumps(void **state)
{
	struct sx_panel *p = begin();
	char name[24];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "dump %d", i);
		add(p, i,
		    i % 10 == 3	  ? SX_PANEL_DAMAGED_DUMP
		    : i % 10 == 4 ? SX_PANEL_BAD
				  : SX_PANEL_WHOLE,
		    name);
	}
	assert_int_equal(p->today, 1000);
	assert_int_equal(p->damaged_today, 200);
	assert_int_equal(p->ndumps, SX_PANEL_DUMPS);
	assert_int_equal(p->ndamaged, SX_PANEL_DAMAGED);
	assert_string_equal(p->last.what, "dump 999");
	assert_string_equal(p->dumps[0].what, "dump 999");
	assert_string_equal(p->dumps[49].what, "dump 950");
	assert_string_equal(p->damaged[0].what, "dump 994");
	assert_string_equal(p->damaged[1].what, "dump 993");
	assert_string_equal(p->damaged[19].what, "dump 903");
	assert_true(p->since_start);

	/* Midnight. */
	sx_panel_tick(p, at(90000), 2, true);
	assert_int_equal(p->today, 0);
	assert_int_equal(p->damaged_today, 0);
	assert_int_equal(p->ndumps + p->ndamaged, 0);
	assert_false(p->since_start);
	assert_string_equal(p->last.what, "dump 999");
}

/* A loss is shown and raises the alarm, but does not count as a dump. */
static void
test_loss(void **state)
{
	const struct sx_keeper_event ev = { .type = SX_KEEPER_LOSS };
	struct sx_panel *p = begin();

	(void)state;
	add(p, 1, SX_PANEL_WHOLE, "one");
	sx_panel_tick(p, at(3601), 1, true);
	sx_show_kept(p, &ev, "UMONE", "out");
	assert_int_equal(p->today, 1);
	assert_int_equal(p->damaged_today, 0);
	assert_int_equal(p->ndumps, 1);
	assert_int_equal(p->ndamaged, 1);
	assert_string_equal(p->last.what, "bytes lost between dumps");
	assert_string_equal(p->last.port, "UMONE");
	assert_true(sx_panel_led(p).damaged);
	assert_int_equal(sx_panel_led(p).saved, 1);
	HAS("<section class=\"last bad\"><p class=\"sign\">BYTES LOST</p>");
	HAS("<p>1 dump since the start");
	HAS("<tr class=\"bad\"><td class=\"time\">11:00:01</td><td>bytes lost "
	    "between dumps");
	add(p, 3, SX_PANEL_WHOLE, "two");
	assert_false(sx_panel_led(p).damaged);
}

/* Messages of several makers, and one message without any. */
static void
test_no_maker(void **state)
{
	static const struct {
		size_t messages;
		const char *what;
	} cases[] = {
		{ 1, "maker ID missing" },
		{ 2, "no maker in common" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sx_stored stored = { .path = "out/a.syx" };
		const struct sx_dump dump = { .bytes = 8,
			.messages = cases[i].messages,
			.facts = { .slot = -1 } };
		const struct sx_keeper_event ev = {
			.type = SX_KEEPER_KEPT, .dump = &dump, .stored = &stored
		};
		struct sx_panel *p = begin();

		sx_show_kept(p, &ev, "UMONE", "out");
		assert_string_equal(p->last.what, cases[i].what);
		assert_null(strstr(p->last.note, "maker"));
		assert_string_equal(p->last.file, "a.syx");
	}
}

/* The clock is set from a network after some dumps. */
static void
test_clock_set_later(void **state)
{
	struct sx_panel *p = begin();

	(void)state;
	sx_panel_init(p, "watch", at(0));
	sx_panel_tick(p, at(1), 7, false);
	add(p, 1, SX_PANEL_WHOLE, "one");
	sx_panel_tick(p, at(2), 8, false);
	sx_panel_tick(p, at(3), 900, true);
	assert_int_equal(p->today, 1);
	assert_true(p->since_start);
	sx_panel_tick(p, at(4), 900, true);
	assert_int_equal(p->today, 1);
	sx_panel_tick(p, at(5), 901, true);
	assert_int_equal(p->today, 0);
}

static void
test_clock(void **state)
{
	static const struct {
		const char *what;
		struct sx_clock clock;
		bool is_set;
	} cases[] = {
		{ "synced", { MORNING, 0, SX_CLOCK_SYNCED }, true },
		{ "nobody knows", { MORNING, 0, SX_CLOCK_UNKNOWN }, true },
		{ "no battery, no network", { MORNING, 0, SX_CLOCK_NOT_SYNCED },
		    false },
		{ "a battery",
		    { MORNING, MORNING - SECOND, SX_CLOCK_NOT_SYNCED }, true },
		{ "an empty battery",
		    { MORNING, 99 * SECOND, SX_CLOCK_NOT_SYNCED }, false },
		{ "an empty battery, but a network",
		    { MORNING, 99 * SECOND, SX_CLOCK_SYNCED }, true },
		{ "a battery that disagrees",
		    { MORNING, MORNING - 90000 * SECOND, SX_CLOCK_NOT_SYNCED },
		    false },
		{ "before this program", { 99 * SECOND, 0, SX_CLOCK_SYNCED },
		    false },
		{ "before it, as its battery says",
		    { 99 * SECOND, 99 * SECOND, SX_CLOCK_UNKNOWN }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (sx_clock_is_set(&cases[i].clock) != cases[i].is_set)
			fail_msg("%s", cases[i].what);
}

static void
test_ports(void **state)
{
	struct sx_panel *p = begin();
	const struct sx_panel_port *port = &p->ports[0];
	const int64_t now = at(3600).mono;
	uint64_t changes;
	char name[24];

	(void)state;
	sx_panel_port(p, "UMONE", NULL, true, true);
	assert_int_equal(p->nports, 1);
	assert_int_equal(port->byte_at, 0);
	changes = p->changes;
	sx_panel_traffic(p, "UMONE", 0, 0, now);
	assert_int_equal(p->changes, changes);

	/* The first byte and the first clock tick are changes, the next ones
	 * are not. */
	sx_panel_traffic(p, "UMONE", 10, 4, now + SECOND);
	assert_true(p->changes > changes);
	changes = p->changes;
	sx_panel_traffic(p, "UMONE", 20, 8, now + 2 * SECOND);
	assert_int_equal(p->changes, changes);
	assert_int_equal(port->byte_at, now + 2 * SECOND);
	assert_int_equal(port->clock_at, now + 2 * SECOND);
	/* A short pause is not a change; the end of the clock is. */
	sx_panel_traffic(p, "UMONE", 20, 8, now + 3 * SECOND);
	assert_int_equal(p->changes, changes);
	sx_panel_traffic(p, "UMONE", 20, 8, now + 4 * SECOND);
	assert_true(p->changes > changes);
	assert_int_equal(port->clock_at, 0);
	/* A byte after a pause is a change. */
	changes = p->changes;
	sx_panel_traffic(p, "UMONE", 21, 8, now + 9 * SECOND);
	assert_true(p->changes > changes);

	/* Gone and back: its counts restart. */
	sx_panel_port(p, "UMONE", NULL, false, true);
	assert_false(port->there);
	sx_panel_port(p, "UMONE", NULL, true, true);
	sx_panel_traffic(p, "UMONE", 0, 0, now + 20 * SECOND);
	assert_int_equal(port->byte_at, now + 9 * SECOND);
	assert_int_equal(p->nports, 1);

	/* No room for all ports: those gone longest are replaced. */
	for (int i = 1; i < SX_PANEL_PORTS; i++) {
		snprintf(name, sizeof(name), "port %d", i);
		sx_panel_port(p, name, NULL, true, true);
	}
	sx_panel_port(p, "one more", NULL, true, true);
	assert_string_equal(p->ports[SX_PANEL_PORTS - 1].name, "port 23");
	sx_panel_port(p, "port 9", NULL, false, true);
	sx_panel_port(p, "port 3", NULL, false, true);
	sx_panel_port(p, "one more", NULL, true, true);
	assert_string_equal(p->ports[SX_PANEL_PORTS - 1].name, "one more");
	assert_string_equal(p->ports[9].name, "port 10");
	assert_string_equal(p->ports[3].name, "port 3");
	assert_int_equal(p->nports, SX_PANEL_PORTS);
}

static void
test_led(void **state)
{
	struct sx_panel *p = begin();
	struct sx_panel_disk disk = { .full = true };
	struct sx_panel_trigger t = { .sent = true, .what = "note 1 on 1" };

	(void)state;
	sx_panel_port(p, "UMONE", NULL, true, true);
	assert_false(sx_panel_led(p).receiving);
	sx_panel_incoming(p, "UMONE", 12);
	assert_true(sx_panel_led(p).receiving);
	sx_panel_incoming(p, "UMONE", 0);
	assert_false(sx_panel_led(p).receiving);
	add(p, 1, SX_PANEL_WHOLE, "a");
	assert_int_equal(sx_panel_led(p).saved, 1);
	add(p, 2, SX_PANEL_BAD, "b");
	assert_true(sx_panel_led(p).damaged);
	assert_int_equal(sx_panel_led(p).saved, 1);
	add(p, 3, SX_PANEL_WHOLE, "c");
	assert_false(sx_panel_led(p).damaged);
	sx_panel_disk(p, &disk);
	assert_true(sx_panel_led(p).trouble);
	disk = (struct sx_panel_disk){ .low = true };
	sx_panel_disk(p, &disk);
	assert_false(sx_panel_led(p).trouble);
	assert_string_equal(p->disk.folder, "/srv/dumps");
	sx_panel_triggered(p, &t);
	assert_int_equal(sx_panel_led(p).saved, 3);
	t.sent = false;
	sx_panel_triggered(p, &t);
	assert_false(sx_panel_led(p).damaged);
	t.failed = true;
	sx_panel_triggered(p, &t);
	assert_true(sx_panel_led(p).damaged);
	assert_int_equal(sx_panel_led(p).saved, 3);
	/* An alarm raised by a dump ends with a dump, one by a trigger with a
	 * trigger. */
	add(p, 4, SX_PANEL_WHOLE, "d");
	assert_true(sx_panel_led(p).damaged);
	t.failed = false;
	sx_panel_triggered(p, &t);
	assert_true(sx_panel_led(p).damaged);
	t.sent = true;
	sx_panel_triggered(p, &t);
	assert_false(sx_panel_led(p).damaged);
	add(p, 5, SX_PANEL_DAMAGED_DUMP, "e");
	sx_panel_triggered(p, &t);
	assert_true(sx_panel_led(p).damaged);
	add(p, 6, SX_PANEL_WHOLE, "f");
	assert_false(sx_panel_led(p).damaged);
	/* A port that goes has no incoming dump any more. */
	sx_panel_incoming(p, "UMONE", 12);
	sx_panel_port(p, "UMONE", NULL, false, true);
	assert_false(sx_panel_led(p).receiving);
	sx_panel_stop(p, at(4));
	assert_true(sx_panel_led(p).stopped);
}

/* ---- The page ---- */

static void
test_page(void **state)
{
	struct sx_panel *p = begin();
	struct sx_panel_box low = { .free = 1 << 20, .size = 1 << 30 };
	struct sx_panel_box none = { 0 };
	struct sx_panel_disk disk = { .full = true, .waiting = 3, .lost = 2 };

	(void)state;
	HAS(sx_panel_mark);
	HAS("as of 11:00:00 UTC");
	HAS("NO DUMP YET");
	HAS("<p class=\"alert\">No port is there.</p>");
	HAS("<title>ready - sxlib watch</title>");
	sx_panel_port(p, "UMONE", NULL, true, true);
	HAS_NOT("class=\"alert\"");
	HAS("<td class=\"n\">no byte yet</td><td>no</td>");
	sx_panel_traffic(p, "UMONE", 1, 1, at(3600).mono);
	sx_panel_tick(p, at(3601), 1, true);
	HAS("<td class=\"n\">1 s ago</td><td>yes</td>");
	sx_panel_tick(p, at(3600 + 7500), 1, true);
	HAS("<td class=\"n\">2 h 5 min ago</td><td>no</td>");
	add(p, 11090, SX_PANEL_WHOLE, "Jomox, Alpha Base, pattern");
	HAS("<section class=\"last good\"><p class=\"sign\">SAVED</p>");
	HAS("<h1>Jomox, Alpha Base, pattern</h1>");
	HAS("<p>13:04:50, 10 s ago from UMONE</p>");
	HAS("<p>1 dump since the start at 10:00:00</p>");
	HAS("<p>5.0 GiB free of 29 GiB: /srv/dumps</p>");
	HAS("<title>SAVED - sxlib watch</title>");
	HAS_NOT("class=\"bad\"");
	add(p, 11095, SX_PANEL_DAMAGED_DUMP, "Jomox");
	HAS("<section class=\"last bad\"><p class=\"sign\">DAMAGED</p>");
	HAS("<p>2 dumps, <b class=\"bad\">1 damaged</b> since");
	HAS("<tr class=\"bad\"><td class=\"time\">13:04:55</td><td>Jomox, "
	    "1376");
	add(p, 11096, SX_PANEL_BAD, "Jomox");
	HAS("WRONG CHECKSUM");
	sx_panel_incoming(p, "UMONE", 77);
	HAS("RECEIVING</p>\n<h1>77 bytes from UMONE</h1>");
	page_has(p, &low, true, "The disk is nearly full: 1 MiB");
	page_has(p, &none, true, "not there");
	sx_panel_disk(p, &disk);
	HAS("The disk takes no dumps.");
	HAS("put it back. In memory: 3</p>");
	HAS("2 dumps LOST");
	HAS_NOT("earlier run");
	sx_panel_unrecovered(p, "'a<b.part' has a second name (hard link)");
	HAS("<p class=\"alert\">Not recovered from an earlier run: "
	    "&#39;a&lt;b.part&#39; has a second name (hard link)</p>");
	sx_panel_unrecovered(p, "cannot recover 'c.part': permission denied");
	HAS("has a second name (hard link); and 1 more: see the log</p>");
	HAS_NOT("c.part");
	sx_panel_port(p, "UMONE", NULL, false, true);
	HAS("<tr class=\"bad\"><td>UMONE</td><td class=\"n\">gone</td>");
	sx_panel_tick(p, at(20000), 1, false);
	HAS("Clock not set");
	/* The next day. */
	sx_panel_tick(p, at(90000), 2, true);
	HAS("2026-11-28 13:04:56");
	HAS("<p>0 dumps</p>");
	sx_panel_stop(p, at(90001));
	HAS("stopped at 11:00:01 UTC");
	HAS("sxlib watch has stopped.");
	HAS_NOT("No port is there");
	HAS("put it back.</p>");
	HAS_NOT("In memory");
}

static void
test_nothing_in_memory(void **state)
{
	struct sx_panel *p = begin();
	const struct sx_panel_disk disk = { .full = true };

	(void)state;
	sx_panel_disk(p, &disk);
	HAS("put it back.</p>");
	HAS_NOT("In memory");
}

static void
test_page_of_recall(void **state)
{
	struct sx_panel *p = begin();
	struct sx_panel_trigger t = { .time = at(3590),
		.sent = true,
		.what = "program 3 on 16",
		.file = "kits/a&b.syx",
		.outcome = "sent",
		.port = "mbrane" };

	(void)state;
	sx_panel_init(p, "recall", at(0));
	p->recalls = true;
	sx_panel_tick(p, at(3600), 1, true);
	sx_panel_port(p, "hw:1,0,0", "input", true, true);
	sx_panel_port(p, "hw:2,0,0", "output", true, false);
	HAS("NO TRIGGER YET");
	HAS_NOT("NO DUMP YET");
	HAS_NOT("<h2>Disk</h2>");
	HAS("hw:2,0,0 <span class=\"quiet\">output</span></td><td class=\"n\">-"
	    "</td><td>-</td>");
	sx_panel_triggered(p, &t);
	HAS("<section class=\"last good\"><p class=\"sign\">SENT</p>\n"
	    "<h1>kits/a&amp;b.syx</h1>\n<p>program 3 on 16 to mbrane</p>\n"
	    "<p>10:59:50, 10 s ago</p></section>");
	HAS("<title>sent - sxlib recall</title>");
	t.sent = false;
	t.failed = true;
	memcpy(t.outcome, "no port", sizeof("no port"));
	sx_panel_triggered(p, &t);
	HAS("<section class=\"last bad\"><p class=\"sign\">NO PORT</p>");
	t.failed = false;
	memcpy(t.outcome, "repeat", sizeof("repeat"));
	sx_panel_triggered(p, &t);
	HAS("<section class=\"last none\"><p class=\"sign\">REPEAT</p>");
	/* Dumps stored by --keep. */
	sx_panel_text(p->disk.folder, sizeof(p->disk.folder), "kept");
	HAS_NOT("SAVED");
	add(p, 3595, SX_PANEL_WHOLE, "Jomox");
	HAS("SAVED");
}

/* Every text on the page may be hostile. */
static void
test_hostile_page(void **state)
{
	static const char evil[] = "</td><script src=\"http://x\">'&\xff\x1b"
				   "\xe2\x80\xae";
	static const char tame[] = "&lt;/td&gt;&lt;script "
				   "src=&quot;http://x&quot;&gt;&#39;&amp;\\xff"
				   "\\u001b\\u202e";
	struct sx_panel *p = begin();
	struct sx_panel_trigger t = { .time = at(1) };
	struct sx_panel_dump d = { .time = at(1), .verdict = SX_PANEL_LOST };
	size_t size, n = 0;
	char *html;

	(void)state;
	p->recalls = true;
	sx_panel_text(p->host, sizeof(p->host), evil);
	sx_panel_text(p->disk.folder, sizeof(p->disk.folder), evil);
	sx_panel_text(t.what, sizeof(t.what), evil);
	sx_panel_text(t.file, sizeof(t.file), evil);
	sx_panel_text(t.outcome, sizeof(t.outcome), evil);
	sx_panel_text(t.port, sizeof(t.port), evil);
	sx_panel_triggered(p, &t);
	sx_panel_text(d.what, sizeof(d.what), evil);
	sx_panel_text(d.note, sizeof(d.note), evil);
	sx_panel_text(d.port, sizeof(d.port), evil);
	sx_panel_text(d.file, sizeof(d.file), evil);
	sx_panel_add(p, &d);
	sx_panel_port(p, evil, "input", true, true);
	sx_panel_incoming(p, evil, 3);
	html = sx_panel_html(p, &box, &size);
	assert_non_null(html);
	assert_null(strstr(html, "<script"));
	assert_null(strstr(html, "\x1b"));
	assert_null(strstr(html, "\xe2\x80\xae"));
	for (const char *q = html; (q = strstr(q, tame)) != NULL; q++)
		n++;
	/* title, host, arriving, trigger (file, what, port), last (what, port,
	 * note, file), port, folder, two rows (what, note); the outcome is in
	 * capitals */
	assert_int_equal(n, 16);
	free(html);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_dumps),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_no_maker),
		cmocka_unit_test(test_clock_set_later),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_led),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_nothing_in_memory),
		cmocka_unit_test(test_page_of_recall),
		cmocka_unit_test(test_hostile_page),
	};

	if (setenv("TZ", "UTC", 1) == -1)
		return 1;
	tzset();
	return cmocka_run_group_tests_name("panel", tests, NULL, NULL);
}
