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

/* The name that goes with the number. */
static const char *
number_name(const struct sx_monitor_line *l, char note[SX_NOTE_TEXT])
{
	int n = l->midi.number;

	if (n == SX_MIDI_NONE || l->sysex != NULL)
		return NULL;
	switch (l->midi.event) {
	case SX_MIDI_NOTE_ON:
	case SX_MIDI_NOTE_OFF:
	case SX_MIDI_KEY_PRESSURE:
		return sx_note_text(n, note);
	case SX_MIDI_CC:
		return sx_controller_text(n);
	case SX_MIDI_RPN:
		return sx_rpn_text(n);
	default:
		return NULL;
	}
}

static void
print_number(const char *key, int n)
{
	if (n == SX_MIDI_NONE)
		printf(", \"%s\": null", key);
	else
		printf(", \"%s\": %d", key, n);
}

static void
print_hex_key(const struct monitor_form *f, const struct sx_monitor_line *l)
{
	if (!f->opts->hex || l->bytes == NULL) {
		fputs(", \"hex\": null}\n", stdout);
		return;
	}
	fputs(", \"hex\": \"", stdout);
	for (size_t i = 0; i < l->len; i++)
		printf("%02x", l->bytes[i]);
	fputs("\"}\n", stdout);
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
	char time[SX_TIME_TEXT], damage[SX_DAMAGE_TEXT], note[SX_NOTE_TEXT];
	char knob[128];

	print_json_pair(stdout, "{", "time", sx_time_text(time, l->time.wall));
	print_json_pair(stdout, ", ", "port", l->port);
	printf(", \"event\": \"%s\"", l->event);
	print_number("channel", m->channel > 0 ? m->channel : SX_MIDI_NONE);
	print_number("number", m->number);
	fputs(", \"name\": ", stdout);
	snprintf(knob, sizeof(knob), "%.*s", (int)l->knob.len,
	    l->has_knob ? l->knob.name : "");
	print_json_text(stdout, l->has_knob ? knob : number_name(l, note));
	print_number("value", m->value);
	print_number("value14", m->wide);
	print_number("step", m->step != 0 ? m->step : SX_MIDI_NONE);
	print_number("bank", m->bank);
	if (l->bpm > 0)
		printf(", \"bpm\": %.1f", l->bpm);
	else
		fputs(", \"bpm\": null", stdout);
	if (l->ticks > 0)
		printf(", \"ticks\": %" PRIu64, l->ticks);
	else
		fputs(", \"ticks\": null", stdout);
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

/* NRPN and RPN: as manuals print the number, high:low, and as one number. */
static void
print_parameter(const struct sx_midi *m, const char *name)
{
	printf("%d:%d (%d)%s%s", m->number >> 7, m->number & 127, m->number,
	    name != NULL ? " " : "", name != NULL ? name : "");
	if (m->step != 0)
		printf(" %s 1", m->step > 0 ? "+" : "-");
	else if (m->wide != SX_MIDI_NONE)
		printf(" = %d", m->wide);
	else
		printf("%s = %d", m->low ? " low" : "", m->value);
}

static void
print_control(const struct sx_midi *m, const char *name)
{
	printf("%d", m->number);
	if (name != NULL)
		printf(" %s", name);
	if (m->low)
		fputs(" low", stdout);
	printf(" = %d", m->value);
	if (m->wide != SX_MIDI_NONE)
		printf(" (14 bits: %d)", m->wide);
}

/* A controller of the instrument: "91 M1 Pitch = 173". */
static void
print_knob(const struct sx_monitor_line *l)
{
	const struct sx_midi *m = &l->midi;
	char name[128], safe[256];

	snprintf(name, sizeof(name), "%.*s", (int)l->knob.len, l->knob.name);
	printf("%d %s", m->number, sx_text_safe(safe, sizeof(safe), name));
	if (m->wide != SX_MIDI_NONE)
		printf(" = %d", m->wide);
	else
		printf("%s = %d",
		    l->knob.high == -1 ? ""
		    : m->low	       ? " low"
				       : " high",
		    m->value);
}

static void
print_numbers(const struct sx_monitor_line *l)
{
	const struct sx_midi *m = &l->midi;
	char note[SX_NOTE_TEXT];
	const char *name = number_name(l, note);

	switch (m->event) {
	case SX_MIDI_NOTE_ON:
	case SX_MIDI_NOTE_OFF:
		printf("%s %d  velocity %d", name, m->number, m->value);
		break;
	case SX_MIDI_KEY_PRESSURE:
		printf("%s %d  %d", name, m->number, m->value);
		break;
	case SX_MIDI_CC:
		if (l->has_knob)
			print_knob(l);
		else
			print_control(m, name);
		break;
	case SX_MIDI_NRPN:
	case SX_MIDI_RPN:
		print_parameter(m, name);
		break;
	case SX_MIDI_PROGRAM:
		printf("%d", m->number);
		if (m->bank != SX_MIDI_NONE)
			printf("  bank %d", m->bank);
		break;
	case SX_MIDI_SONG_SELECT:
		printf("%d", m->number);
		break;
	case SX_MIDI_QUARTER_FRAME:
		if (l->bytes != NULL)
			printf("piece %d = %d", m->number, m->value);
		break;
	case SX_MIDI_PRESSURE:
		printf("%d", m->value);
		break;
	case SX_MIDI_BEND:
		printf("%+d", m->value);
		break;
	case SX_MIDI_SONG_POSITION:
		printf("%d (beat %d and %d sixteenths)", m->value,
		    m->value / 4 + 1, m->value % 4);
		break;
	default:
		break;
	}
}

/* Was it cut before all of its numbers came? */
static bool
is_short(const struct sx_monitor_line *l)
{
	return l->bytes != NULL && l->damage.kind != SX_DAMAGE_NONE;
}

static void
print_details(const struct sx_monitor_line *l)
{
	char text[512], damage[SX_DAMAGE_TEXT];

	if (l->sysex != NULL) {
		const struct sx_record record = sx_record_of_message(l->sysex);

		fputs(sx_record_text(text, sizeof(text), &record), stdout);
		return;
	}
	if (is_short(l))
		printf("DAMAGED: %s", sx_damage_text(l->damage, damage));
	else
		print_numbers(l);
	if (l->bpm > 0)
		printf("%.1f bpm", l->bpm);
	if (l->text != NULL)
		fputs(l->text, stdout);
	if (l->ticks > 0)
		printf("after %" PRIu64 " tick%s", l->ticks, plural(l->ticks));
	if (l->bytes == NULL && l->damage.kind != SX_DAMAGE_NONE)
		fputs("BYTES LOST HERE", stdout);
}

static void
print_line(const struct monitor_form *f, const struct sx_monitor_line *l)
{
	const char *colour =
	    l->damage.kind != SX_DAMAGE_NONE ? BAD : colours[l->group];
	char port[256];

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
	print_details(l);
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
