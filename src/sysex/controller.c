/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "sxlib/channel.h"

#define UNKNOWN	 0xff
#define NULL_RPN (127 << 7 | 127)

enum {
	DATA = 6,
	DATA_LOW = 38,
	INCREMENT = 96,
	DECREMENT,
	NRPN_LOW,
	NRPN,
	RPN_LOW,
	RPN,
	RESET_ALL = 121,
};

/* "MIDI 1.0 Control Change Messages (Data Bytes)", table 3. */
/* clang-format off */
static const char *const controllers[128] = {
	[0] = "bank select",
	[1] = "modulation wheel",
	[2] = "breath controller",
	[4] = "foot controller",
	[5] = "portamento time",
	[DATA] = "data entry",
	[7] = "channel volume",
	[8] = "balance",
	[10] = "pan",
	[11] = "expression",
	[12] = "effect control 1",
	[13] = "effect control 2",
	[16] = "general purpose 1",
	[17] = "general purpose 2",
	[18] = "general purpose 3",
	[19] = "general purpose 4",
	[64] = "sustain pedal",
	[65] = "portamento on/off",
	[66] = "sostenuto",
	[67] = "soft pedal",
	[68] = "legato footswitch",
	[69] = "hold 2",
	[70] = "sound variation",
	[71] = "timbre",
	[72] = "release time",
	[73] = "attack time",
	[74] = "brightness",
	[75] = "decay time",
	[76] = "vibrato rate",
	[77] = "vibrato depth",
	[78] = "vibrato delay",
	[79] = "sound controller 10",
	[80] = "general purpose 5",
	[81] = "general purpose 6",
	[82] = "general purpose 7",
	[83] = "general purpose 8",
	[84] = "portamento control",
	[88] = "high resolution velocity prefix",
	[91] = "effects 1 depth (reverb)",
	[92] = "effects 2 depth (tremolo)",
	[93] = "effects 3 depth (chorus)",
	[94] = "effects 4 depth (detune)",
	[95] = "effects 5 depth (phaser)",
	[INCREMENT] = "data increment",
	[DECREMENT] = "data decrement",
	[NRPN_LOW] = "NRPN number, low",
	[NRPN] = "NRPN number, high",
	[RPN_LOW] = "RPN number, low",
	[RPN] = "RPN number, high",
	[120] = "all sound off",
	[RESET_ALL] = "reset all controllers",
	[122] = "local control",
	[123] = "all notes off",
	[124] = "omni off",
	[125] = "omni on",
	[126] = "mono on",
	[127] = "poly on",
};

/* Table 3a. */
static const struct {
	int number;
	const char *name;
} parameters[] = {
	{ 0, "pitch bend sensitivity" },
	{ 1, "channel fine tuning" },
	{ 2, "channel coarse tuning" },
	{ 3, "tuning program" },
	{ 4, "tuning bank" },
	{ 5, "modulation depth range" },
	{ 6, "MPE configuration" },
	{ 61 << 7 | 0, "azimuth angle" },
	{ 61 << 7 | 1, "elevation angle" },
	{ 61 << 7 | 2, "gain" },
	{ 61 << 7 | 3, "distance ratio" },
	{ 61 << 7 | 4, "maximum distance" },
	{ 61 << 7 | 5, "gain at maximum distance" },
	{ 61 << 7 | 6, "reference distance ratio" },
	{ 61 << 7 | 7, "pan spread angle" },
	{ 61 << 7 | 8, "roll angle" },
};
/* clang-format on */

const char *
sx_controller_text(int number)
{
	if (number < 0 || number > 127)
		return NULL;
	return controllers[number >= 32 && number < 64 ? number - 32 : number];
}

const char *
sx_rpn_text(int number)
{
	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		if (parameters[i].number == number)
			return parameters[i].name;
	return NULL;
}

static void
forget_parameter(struct sx_controller_channel *c)
{
	c->parameter[0] = c->parameter[1] = c->data = UNKNOWN;
	c->of = SX_MIDI_CC;
}

void
sx_controllers_init(struct sx_controllers *c)
{
	for (size_t i = 0; i < 16; i++) {
		memset(c->channel[i].upper, UNKNOWN, 32);
		c->channel[i].bank_low = UNKNOWN;
		forget_parameter(&c->channel[i]);
	}
}

/* Return the number of the chosen parameter; -1 if none is, or only half of its
 * number is known. */
static int
controller_chosen(const struct sx_controller_channel *c)
{
	int number = c->parameter[0] << 7 | c->parameter[1];

	if (c->parameter[0] == UNKNOWN || c->parameter[1] == UNKNOWN ||
	    (c->of == SX_MIDI_RPN && number == NULL_RPN))
		return -1;
	return number;
}

static void
controller_choose(
    struct sx_controller_channel *c, enum sx_midi_event of, bool low, int value)
{
	if (c->of != of)
		forget_parameter(c);
	c->of = of;
	c->parameter[low] = (uint8_t)value;
	c->data = UNKNOWN;
}

/* Turn data entry into a value of the chosen parameter. */
static void
controller_enter(struct sx_controller_channel *c, struct sx_midi *m, int number)
{
	m->event = c->of;
	m->step = m->number == INCREMENT ? 1 : m->number == DECREMENT ? -1 : 0;
	m->low = m->number == DATA_LOW;
	if (m->number == DATA)
		c->data = (uint8_t)m->value;
	if (m->step != 0)
		m->value = SX_MIDI_NONE;
	if (m->low && c->data != UNKNOWN)
		m->wide = c->data << 7 | m->value;
	m->number = number;
}

/* Combine the two halves of a controller. */
static void
controller_join(struct sx_controller_channel *c, struct sx_midi *m)
{
	if (m->number == 0)
		c->bank_low = UNKNOWN;
	if (m->number == 32)
		c->bank_low = (uint8_t)m->value;
	if (m->number < 32)
		c->upper[m->number] = (uint8_t)m->value;
	m->low = m->number >= 32 && m->number < 64;
	if (m->low && c->upper[m->number - 32] != UNKNOWN)
		m->wide = c->upper[m->number - 32] << 7 | m->value;
}

static void
tell_bank(const struct sx_controller_channel *c, struct sx_midi *m)
{
	if (c->upper[0] != UNKNOWN || c->bank_low != UNKNOWN)
		m->bank = (c->upper[0] != UNKNOWN ? c->upper[0] << 7 : 0) |
			  (c->bank_low != UNKNOWN ? c->bank_low : 0);
}

bool
sx_controllers_take(struct sx_controllers *c, struct sx_midi *m)
{
	struct sx_controller_channel *ch;

	if (m->event == SX_MIDI_RESET)
		sx_controllers_init(c);
	if (m->channel == 0)
		return true;
	ch = &c->channel[m->channel - 1];
	if (m->event == SX_MIDI_PROGRAM)
		tell_bank(ch, m);
	if (m->event != SX_MIDI_CC || m->value == SX_MIDI_NONE)
		return true;
	switch (m->number) {
	case NRPN_LOW:
	case NRPN:
		controller_choose(
		    ch, SX_MIDI_NRPN, m->number == NRPN_LOW, m->value);
		return false;
	case RPN_LOW:
	case RPN:
		controller_choose(
		    ch, SX_MIDI_RPN, m->number == RPN_LOW, m->value);
		return false;
	case DATA:
	case DATA_LOW:
	case INCREMENT:
	case DECREMENT:
		if (controller_chosen(ch) != -1) {
			controller_enter(ch, m, controller_chosen(ch));
			return true;
		}
		break;
	case RESET_ALL:
		/* RP-015: it deselects the parameter and keeps the bank. */
		forget_parameter(ch);
		break;
	default:
		break;
	}
	controller_join(ch, m);
	return true;
}
