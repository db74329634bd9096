/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "monitor.h"
#include "sxlib/record.h"
#include "sxlib/text.h"
#include "term/hex.h"
#include "term/json.h"
#include "term/say.h"

/* SGR of each group's event. */
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
print_number(const char *key, int n)
{
	print_json_value(stdout, key, n != SX_MIDI_NONE, "%d", n);
}

static void
print_hex_key(const struct monitor_form *f, const struct sx_monitor_line *l)
{
	fputs(", \"hex\": ", stdout);
	print_json_hex(stdout, f->opts->hex ? l->bytes : NULL, l->len);
	fputs("}\n", stdout);
}

static void
print_sysex_json(const struct monitor_form *f, const struct sx_monitor_line *l)
{
	struct sx_record record = sx_record_of_message(l->sysex);

	record.port = l->port;
	print_json_facts(stdout, &record);
	printf(", \"event\": \"%s\"", l->event);
	print_hex_key(f, l);
}

static void
print_line_json(const struct monitor_form *f, const struct sx_monitor_line *l)
{
	const struct sx_midi *m = &l->midi;
	char time[SX_TIME_TEXT], damage[SX_DAMAGE_TEXT];
	char name[SX_MONITOR_NAME_TEXT];

	print_json_pair(stdout, "{", "time", sx_time_text(time, l->time.wall));
	print_json_pair(stdout, ", ", "port", l->port);
	printf(", \"event\": \"%s\"", l->event);
	print_number("channel", m->channel > 0 ? m->channel : SX_MIDI_NONE);
	print_number("number", m->number);
	print_json_pair(stdout, ", ", "name", sx_monitor_name(l, name));
	print_number("value", m->value);
	print_number("value14", m->wide);
	print_number("step", m->step != 0 ? m->step : SX_MIDI_NONE);
	print_number("bank", m->bank);
	print_json_value(stdout, "bpm", l->bpm > 0, "%.1f", l->bpm);
	print_json_value(stdout, "ticks", l->ticks > 0, "%" PRIu64, l->ticks);
	print_json_pair(stdout, ", ", "timecode", l->text);
	print_json_pair(
	    stdout, ", ", "damaged", sx_damage_text(l->damage, damage));
	print_hex_key(f, l);
}

static void
print_time(const struct monitor_form *f, const struct sx_monitor_line *l)
{
	time_t seconds = (time_t)(l->time.wall / 1000000);
	int64_t us =
	    l->time.mono - (f->opts->time == TIME_LINE ? f->before : f->began);
	struct tm tm;

	if (f->opts->time == TIME_CLOCK && localtime_r(&seconds, &tm) != NULL)
		printf("%02d:%02d:%02d.%03d  ", tm.tm_hour, tm.tm_min,
		    tm.tm_sec, (int)(l->time.wall % 1000000 / 1000));
	else
		printf("%10.3f  ", (double)us / 1e6);
}

static void
print_line(const struct monitor_form *f, const struct sx_monitor_line *l)
{
	const char *colour =
	    l->damage.kind != SX_DAMAGE_NONE ? BAD : colours[l->group];
	char port[256], text[SX_MONITOR_TEXT];

	print_time(f, l);
	if (f->port_column > 0)
		printf("%-*s  ", f->port_column,
		    sx_text_safe(port, sizeof(port), l->port));
	if (l->midi.channel > 0)
		printf("ch %2d  ", l->midi.channel);
	else
		fputs("       ", stdout);
	printf("%s%s%s%-15s%s", f->colour ? "\033[" : "",
	    f->colour ? colour : "", f->colour ? "m" : "", l->event,
	    f->colour ? "\033[0m" : "");
	fputs(sx_monitor_text(text, sizeof(text), l), stdout);
	if (f->opts->hex && l->bytes != NULL && l->sysex == NULL) {
		fputs("  [", stdout);
		for (size_t i = 0; i < l->len; i++)
			printf("%s%02x", i > 0 ? " " : "", l->bytes[i]);
		putchar(']');
	}
	putchar('\n');
	if (f->opts->hex && l->sysex != NULL && l->bytes == NULL)
		puts("  [too long to show]");
	else if (f->opts->hex && l->sysex != NULL)
		print_hex(stdout, l->bytes, l->len, &l->sysex->facts, f->colour,
		    false);
}

void
monitor_print(struct monitor_form *f, const struct sx_monitor_line *l)
{
	progress(f->c, "%s", "");
	if (!f->c->json)
		print_line(f, l);
	else if (l->sysex != NULL)
		print_sysex_json(f, l);
	else
		print_line_json(f, l);
	flush_result(f->c);
	f->before = l->time.mono;
}
