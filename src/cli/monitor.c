/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "sxlib/instrument.h"
#include "sxlib/monitor.h"
#include "sxlib/record.h"
#include "sxlib/text.h"
#include "term/hex.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/screen.h"
#include "term/status.h"
#include "user.h"

enum monitor_time { TIME_START, TIME_LINE, TIME_CLOCK };

struct monitor {
	struct cli *c;
	const char **ports; /* owned */
	size_t nports;
	unsigned only; /* bits of the groups of --only; 0: not given */
	struct sx_rules rules;
	enum monitor_time time;
	const char *device; /* of all ports; NULL: from ports.conf */
	bool hex;
	long count;		     /* 0: no limit */
	struct sx_monitor monitor;   /* with the other options */
	char (*names)[MIDI_IO_NAME]; /* of the ports */
	int64_t began;		     /* mono: origin of relative times */
	int64_t before;		     /* mono: time of the line before */
	int port_column;	     /* its width; 0: none */
	bool colour;
	enum status status;
};

static const char *const monitor_groups[SX_GROUPS + 1] = { "note", "cc",
	"program", "bend", "pressure", "sysex", "mtc", "song", "transport",
	"clock", "sensing", "other", NULL };
static const char *const monitor_times[] = { "start", "line", "clock", NULL };

static const struct option_row monitor_options[] = {
	{ 'p', "port", "PORT", "as in receive; repeatable",
	    OPT_TEXTS(struct monitor, ports, nports) },
	{ 0, "channel", "LIST", "only these MIDI channels: 1,3 or 9-16",
	    OPT_RANGES(struct monitor, monitor.channels, 1, 16) },
	{ 0, "only", "EVENTS",
	    "note cc program bend pressure sysex mtc song ...",
	    OPT_WORDS(struct monitor, only, monitor_groups) },
	{ 0, "not", "EVENTS", "... transport clock sensing other",
	    OPT_WORDS(struct monitor, monitor.without, monitor_groups) },
	{ 0, "maker", "MAKER", "only SysEx from this maker; repeatable",
	    OPT_MAKER(struct monitor, rules) },
	{ 0, "time", "start|line|clock",
	    "since start, since the previous line, or time of day",
	    OPT_WORD(struct monitor, time, monitor_times) },
	{ 0, "device", "DEVICE", "name this device's controllers",
	    OPT_TEXT(struct monitor, device) },
	{ 0, "raw", NULL, "each message as received, nothing combined",
	    OPT_FLAG(struct monitor, monitor.raw) },
	{ 0, "hex", NULL, "show the bytes as well",
	    OPT_FLAG(struct monitor, hex) },
	{ 'n', "count", "N", "stop after N lines",
	    OPT_COUNT(struct monitor, count, 1, LONG_MAX) },
	{ 't', "timeout", "S", "stop after S seconds without output",
	    OPT_SECONDS(struct monitor, monitor.timeout, 1000) },
	OPTION_JSON,
	OPTION_QUIET,
	OPTIONS_END,
};

/* Returns -1 and sets c->err (empty for --help). */
static int
monitor_parse(struct monitor *m)
{
	struct cli *c = m->c;
	const struct option_row *port = &monitor_options[0];

	m->rules.split = SX_SPLIT_MESSAGE;
	if (opt_parse(c, m) == -1)
		return -1;
	if (m->only != 0)
		m->monitor.without |= ~m->only;
	if (m->monitor.channels == 0)
		m->monitor.channels = ~0u;
	if (opt_no_arguments(c) == -1)
		return -1;
	/* $SXLIB_PORT, or the only port. */
	return m->nports == 0 ? opt_take_texts(c, port, m, NULL) : 0;
}

/* ---- Lines ---- */

/* SGR colour for each group. */
static const char *const colours[SX_GROUPS] = {
	[SX_GROUP_NOTE] = "32",
	[SX_GROUP_CC] = "36",
	[SX_GROUP_PROGRAM] = "33",
	[SX_GROUP_BEND] = "35",
	[SX_GROUP_PRESSURE] = "35",
	[SX_GROUP_SYSEX] = "34",
	[SX_GROUP_MTC] = "90",
	[SX_GROUP_SONG] = "33",
	[SX_GROUP_TRANSPORT] = "33",
	[SX_GROUP_CLOCK] = "90",
	[SX_GROUP_SENSING] = "90",
	[SX_GROUP_OTHER] = "90",
};

#define BAD "31"

static void
monitor_print_number(const char *key, int n)
{
	if (n == SX_MIDI_NONE)
		print_json_pair(stdout, ", ", key, NULL);
	else
		printf(", \"%s\": %d", key, n);
}

static void
monitor_print_hex_key(const struct monitor *m, const struct sx_monitor_line *l)
{
	fputs(", \"hex\": ", stdout);
	print_json_hex(stdout, m->hex ? l->bytes : NULL, l->len);
	fputs("}\n", stdout);
}

static void
monitor_print_sysex_json(
    const struct monitor *m, const struct sx_monitor_line *l)
{
	struct sx_record record = sx_record_of_message(l->sysex);

	record.port = l->port;
	print_json_facts(stdout, &record);
	print_json_pair(stdout, ", ", "event", l->event);
	monitor_print_hex_key(m, l);
}

static void
monitor_print_line_json(
    const struct monitor *m, const struct sx_monitor_line *l)
{
	const struct sx_midi *midi = &l->midi;
	char time[SX_TIME_TEXT], damage[SX_DAMAGE_TEXT];
	char name[SX_MONITOR_NAME_TEXT];

	print_json_pair(stdout, "{", "time", sx_time_text(time, l->time.wall));
	print_json_pair(stdout, ", ", "port", l->port);
	print_json_pair(stdout, ", ", "event", l->event);
	monitor_print_number(
	    "channel", midi->channel > 0 ? midi->channel : SX_MIDI_NONE);
	monitor_print_number("number", midi->number);
	print_json_pair(stdout, ", ", "name", sx_monitor_name(l, name));
	monitor_print_number("value", midi->value);
	monitor_print_number("value14", midi->wide);
	monitor_print_number(
	    "step", midi->step != 0 ? midi->step : SX_MIDI_NONE);
	monitor_print_number("bank", midi->bank);
	if (l->bpm > 0)
		printf(", \"bpm\": %.1f", l->bpm);
	else
		print_json_pair(stdout, ", ", "bpm", NULL);
	print_json_number(
	    stdout, ", ", "ticks", l->ticks > 0 ? (int64_t)l->ticks : -1);
	print_json_pair(stdout, ", ", "timecode", l->text);
	print_json_pair(
	    stdout, ", ", "damaged", sx_damage_text(l->damage, damage));
	monitor_print_hex_key(m, l);
}

static void
monitor_print_time(const struct monitor *m, const struct sx_monitor_line *l)
{
	time_t seconds = (time_t)(l->time.wall / 1000000);
	int64_t us =
	    l->time.mono - (m->time == TIME_LINE ? m->before : m->began);
	struct tm tm;

	if (m->time == TIME_CLOCK && localtime_r(&seconds, &tm) != NULL)
		printf("%02d:%02d:%02d.%03d  ", tm.tm_hour, tm.tm_min,
		    tm.tm_sec, (int)(l->time.wall % 1000000 / 1000));
	else
		printf("%10.3f  ", (double)us / 1e6);
}

static void
monitor_print_line(const struct monitor *m, const struct sx_monitor_line *l)
{
	const char *colour =
	    l->damage.kind != SX_DAMAGE_NONE ? BAD : colours[l->group];
	char port[256], text[SX_MONITOR_TEXT];

	monitor_print_time(m, l);
	if (m->port_column > 0)
		printf("%-*s  ", m->port_column,
		    sx_text_safe(port, sizeof(port), l->port));
	if (l->midi.channel > 0)
		printf("ch %2d  ", l->midi.channel);
	else
		fputs("       ", stdout);
	printf("%s%s%s%-15s%s", m->colour ? "\033[" : "",
	    m->colour ? colour : "", m->colour ? "m" : "", l->event,
	    m->colour ? "\033[0m" : "");
	fputs(sx_monitor_text(text, sizeof(text), l), stdout);
	if (m->hex && l->bytes != NULL && l->sysex == NULL) {
		fputs("  [", stdout);
		for (size_t i = 0; i < l->len; i++)
			printf("%s%02x", i > 0 ? " " : "", l->bytes[i]);
		putchar(']');
	}
	putchar('\n');
	if (m->hex && l->sysex != NULL && l->bytes == NULL)
		puts("  [too long to show]");
	else if (m->hex && l->sysex != NULL)
		print_hex(stdout, l->bytes, l->len, &l->sysex->facts, m->colour,
		    false);
}

static void
monitor_print(struct monitor *m, const struct sx_monitor_line *l)
{
	progress(m->c, "%s", "");
	if (!m->c->json)
		monitor_print_line(m, l);
	else if (l->sysex != NULL)
		monitor_print_sysex_json(m, l);
	else
		monitor_print_line_json(m, l);
	flush_result(m->c);
	m->before = l->time.mono;
}

/* ---- Ports ---- */

static int
monitor_show(struct monitor *m)
{
	struct sx_monitor_event ev;
	int rc;

	while ((rc = sx_monitor_next(&m->monitor, &ev, &m->c->err)) == 1) {
		if (ev.type == SX_MONITOR_GONE)
			m->status =
			    status_worse(m->status, warn_of(m->c, ev.why));
		else
			monitor_print(m, &ev.line);
		/* Nobody reads the output any more. */
		if (m->c->out_errno != 0)
			m->monitor.over = true;
	}
	return rc;
}

/* Set the instrument at a port, to name its controllers. Returns -1 and sets
 * c->err if --device is unknown. */
static int
monitor_device(struct monitor *m, size_t i)
{
	const struct sx_named_port *named = user_port(m->c, m->ports[i]);
	const char *name = m->device;
	struct sx_instrument in;

	if (name == NULL && named != NULL)
		name = named->device;
	if (name == NULL)
		return 0;
	if (!sx_instrument_named(user_devices(m->c), name, &in)) {
		if (m->device == NULL)
			return 0;
		opt_fail(m->c, "--device '%s': no such device", name);
		return sx_hint(&m->c->err, "sxlib devices lists them");
	}
	m->monitor.ports[i].knobs = in.knobs;
	if (in.knobs != NULL)
		say(m->c, "controllers of the %s: %s (%s)", name,
		    in.knobs_source != NULL ? in.knobs_source : "your page",
		    sx_trust_text((enum sx_trust)in.knobs_trust));
	return 0;
}

static int
monitor_add_port(struct monitor *m, size_t i)
{
	struct sx_session *session = m->monitor.session;
	char *name = m->names[i];
	int width;

	if (user_port_add(
		m->c, session, m->ports[i], MIDI_IO_IN, &m->rules, name) == -1)
		return -1;
	sx_session_spans(session, (int)i);
	m->monitor.ports[i].name = name;
	if (monitor_device(m, i) == -1)
		return -1;
	width = (int)strlen(name);
	if (m->nports > 1 && width > m->port_column)
		m->port_column = width;
	return 0;
}

static int
monitor_start(struct monitor *m)
{
	struct sx_monitor *monitor = &m->monitor;
	const size_t n = m->nports;

	monitor->ports = calloc(n, sizeof(*monitor->ports));
	monitor->nports = n;
	monitor->count = (size_t)m->count;
	m->names = calloc(n, sizeof(*m->names));
	if (monitor->ports == NULL || m->names == NULL)
		return sx_fail_memory(&m->c->err);
	m->rules.devices = user_devices(m->c);
	monitor->session = sx_session_new(&m->c->err);
	if (monitor->session == NULL)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (monitor_add_port(m, i) == -1)
			return -1;
	sx_monitor_begin(monitor);
	m->began = m->before = monitor->shown_at;
	if (sx_session_start(monitor->session, &m->c->err) == -1)
		return -1;
	m->colour = has_colour(m->c, stdout) && !m->c->json;
	for (size_t i = 0; i < n; i++)
		say(m->c, "listening on %s", m->names[i]);
	return 0;
}

static void
monitor_say_rest(struct monitor *m)
{
	const struct sx_monitor *monitor = &m->monitor;

	if (monitor->hidden > 0)
		say(m->c, "not shown: %zu filtered line%s", monitor->hidden,
		    plural(monitor->hidden));
	if (monitor->choices > 0)
		say(m->c,
		    "not shown: %zu control change%s that select%s a parameter "
		    "(--raw shows them)",
		    monitor->choices, plural(monitor->choices),
		    monitor->choices == 1 ? "s" : "");
	if (monitor->damaged > 0)
		m->status = status_worse(m->status, ST_DAMAGED);
	if (monitor->shown == 0 || monitor->shown < monitor->count)
		m->status = status_worse(m->status, ST_INCOMPLETE);
}

static enum status
run_monitor(struct cli *c)
{
	struct monitor m = { .c = c };

	if (monitor_parse(&m) == 0 && monitor_start(&m) == 0) {
		if (monitor_show(&m) == -1)
			m.status = ST_FAILED;
		monitor_say_rest(&m);
	}
	sx_session_close(m.monitor.session);
	free(m.monitor.ports);
	free(m.names);
	free((void *)m.ports);
	free((void *)(uintptr_t)m.rules.makers);
	return m.status;
}

const struct command cmd_monitor = {
	.name = "monitor",
	.synopsis = "[--port PORT]... [options]",
	.summary = "Decode and show MIDI input live",
	.options = monitor_options,
	.run = run_monitor,
};
