/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/channel_state.h"

enum {
	CC_BANK = 0,
	CC_MODULATION = 1,
	CC_DATA = 6,
	CC_EXPRESSION = 11,
	CC_BANK_LOW = 32,
	CC_DATA_LOW = 38,
	CC_PEDAL = 64,
	CC_SOSTENUTO = 66,
	CC_SOFT = 67,
	CC_PEDAL_2 = 69,
	CC_INCREMENT = 96,
	CC_NRPN_LOW = 98,
	CC_NRPN = 99,
	CC_RPN_LOW = 100,
	CC_RPN = 101,
	CC_SOUND_OFF = 120,
	CC_RESET = 121,
	CC_NOTES_OFF = 123,
};

static const uint8_t pedals[] = { CC_PEDAL, CC_SOSTENUTO, CC_SOFT, CC_PEDAL_2 };

#define PEDALS	   sizeof(pedals)
#define UNKNOWN	   (-1)
#define PARAMETERS 16384
#define NOTES	   128

/* The values of all NRPN or RPN of a channel. */
struct parameters {
	int8_t data[PARAMETERS], low[PARAMETERS];
};

struct channel {
	bool used;
	uint8_t notes[NOTES]; /* note-ons without a note-off */
	int16_t program, pressure, bend;
	int8_t cc[128];
	struct parameters *values[2]; /* NRPN, RPN; NULL: none */
	int chosen;		      /* index in `values`; UNKNOWN: none */
};

struct sx_channel_state {
	struct channel channels[16];
};

struct sx_channel_state *
sx_channel_state_new(struct sx_err *e)
{
	struct sx_channel_state *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	for (size_t i = 0; i < 16; i++) {
		struct channel *ch = &s->channels[i];

		ch->program = ch->pressure = ch->bend = UNKNOWN;
		ch->chosen = UNKNOWN;
		memset(ch->cc, UNKNOWN, sizeof(ch->cc));
	}
	return s;
}

void
sx_channel_state_free(struct sx_channel_state *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < 16; i++) {
		free(s->channels[i].values[0]);
		free(s->channels[i].values[1]);
	}
	free(s);
}

/* Return the parameter that data entry sets, or UNKNOWN. */
static int
channel_parameter(const struct channel *ch)
{
	bool rpn = ch->chosen == 1;
	int high = ch->cc[rpn ? CC_RPN : CC_NRPN];
	int low = ch->cc[rpn ? CC_RPN_LOW : CC_NRPN_LOW];

	if (ch->chosen == UNKNOWN || high == UNKNOWN || low == UNKNOWN)
		return UNKNOWN;
	/* 127/127 means no parameter. */
	return high == 127 && low == 127 ? UNKNOWN : high << 7 | low;
}

static int
channel_on_data(struct channel *ch, uint8_t cc, uint8_t value, struct sx_err *e)
{
	int number = channel_parameter(ch);
	struct parameters *p;

	if (number == UNKNOWN)
		return 0;
	p = ch->values[ch->chosen];
	if (p == NULL) {
		p = malloc(sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(e);
		memset(p, UNKNOWN, sizeof(*p));
		ch->values[ch->chosen] = p;
	}
	if (cc == CC_DATA)
		p->data[number] = (int8_t)value;
	else
		p->low[number] = (int8_t)value;
	return 0;
}

/* Apply "reset all controllers" (RP-015). */
static void
channel_reset(struct channel *ch)
{
	ch->cc[CC_MODULATION] = 0;
	ch->cc[CC_EXPRESSION] = 127;
	for (size_t i = CC_PEDAL; i <= CC_SOFT; i++)
		ch->cc[i] = 0;
	ch->pressure = 0;
	ch->bend = 0x40 << 7;
	ch->chosen = UNKNOWN;
}

static int
channel_on_controller(
    struct channel *ch, uint8_t cc, uint8_t value, struct sx_err *e)
{
	if (cc == CC_DATA || cc == CC_DATA_LOW)
		return channel_on_data(ch, cc, value, e);
	if (cc == CC_SOUND_OFF || cc >= CC_NOTES_OFF)
		memset(ch->notes, 0, sizeof(ch->notes));
	if (cc == CC_RESET)
		channel_reset(ch);
	if (cc >= CC_NRPN_LOW && cc <= CC_RPN)
		ch->chosen = cc >= CC_RPN_LOW;
	if (cc < CC_SOUND_OFF && cc != CC_INCREMENT && cc != CC_INCREMENT + 1)
		ch->cc[cc] = (int8_t)value;
	return 0;
}

int
sx_channel_state_take(struct sx_channel_state *s, const uint8_t *message,
    size_t n, struct sx_err *e)
{
	struct channel *ch = &s->channels[message[0] & 0x0f];
	uint8_t *note = n > 2 ? &ch->notes[message[1]] : NULL;
	bool on;

	ch->used = true;
	switch (message[0] & 0xf0) {
	case 0x80:
	case 0x90:
		on = (message[0] & 0x10) != 0 && message[2] > 0;
		if (on && *note < UINT8_MAX)
			++*note;
		else if (!on && *note > 0)
			--*note;
		break;
	case 0xb0:
		return channel_on_controller(ch, message[1], message[2], e);
	case 0xc0:
		ch->program = message[1];
		break;
	case 0xd0:
		ch->pressure = message[1];
		break;
	case 0xe0:
		ch->bend = (int16_t)(message[2] << 7 | message[1]);
		break;
	}
	return 0;
}

static bool
channel_pedal_down(const struct channel *ch, size_t pedal)
{
	return ch->cc[pedal] >= 64;
}

static bool
channel_sounds(const struct channel *ch)
{
	static const uint8_t none[NOTES];

	for (size_t i = 0; i < PEDALS; i++)
		if (channel_pedal_down(ch, pedals[i]))
			return true;
	return memcmp(ch->notes, none, NOTES) != 0;
}

bool
sx_channel_state_sounds(const struct sx_channel_state *s)
{
	for (size_t i = 0; i < 16; i++)
		if (channel_sounds(&s->channels[i]))
			return true;
	return false;
}

static int
channel_put3(sx_channel_state_put *put, void *arg, unsigned status, unsigned a,
    unsigned b)
{
	const uint8_t message[] = { (uint8_t)status, (uint8_t)a, (uint8_t)b };

	return put(arg, message, sizeof(message));
}

static int
end_channel(
    struct channel *ch, unsigned i, sx_channel_state_put *put, void *arg)
{
	for (unsigned note = 0; note < NOTES; note++)
		for (; ch->notes[note] > 0; ch->notes[note]--)
			if (channel_put3(put, arg, 0x80 | i, note, 64) == -1)
				return -1;
	for (size_t k = 0; k < PEDALS; k++) {
		if (!channel_pedal_down(ch, pedals[k]))
			continue;
		if (channel_put3(put, arg, 0xb0 | i, pedals[k], 0) == -1)
			return -1;
		ch->cc[pedals[k]] = 0;
	}
	return 0;
}

int
sx_channel_state_end(
    struct sx_channel_state *s, sx_channel_state_put *put, void *arg)
{
	for (unsigned i = 0; i < 16; i++)
		if (s->channels[i].used &&
		    end_channel(&s->channels[i], i, put, arg) == -1)
			return -1;
	return 0;
}

static int
channel_choose(
    bool rpn, unsigned i, int number, sx_channel_state_put *put, void *arg)
{
	unsigned high = rpn ? CC_RPN : CC_NRPN;

	if (channel_put3(put, arg, 0xb0 | i, high, (unsigned)number >> 7) == -1)
		return -1;
	return channel_put3(put, arg, 0xb0 | i, high - 1, number & 0x7f);
}

static int
chase_parameters(
    const struct channel *ch, unsigned i, sx_channel_state_put *put, void *arg)
{
	int rc = 0, number = channel_parameter(ch);

	for (int kind = 0; kind < 2; kind++) {
		const struct parameters *p = ch->values[kind];

		for (int k = 0; p != NULL && rc == 0 && k < PARAMETERS; k++) {
			if (p->data[k] == UNKNOWN && p->low[k] == UNKNOWN)
				continue;
			rc = channel_choose(kind == 1, i, k, put, arg);
			if (rc == 0 && p->data[k] != UNKNOWN)
				rc = channel_put3(put, arg, 0xb0 | i, CC_DATA,
				    (unsigned)p->data[k]);
			if (rc == 0 && p->low[k] != UNKNOWN)
				rc = channel_put3(put, arg, 0xb0 | i,
				    CC_DATA_LOW, (unsigned)p->low[k]);
		}
	}
	if (rc == 0 && ch->chosen != UNKNOWN)
		rc = channel_choose(ch->chosen == 1, i,
		    number != UNKNOWN ? number : PARAMETERS - 1, put, arg);
	return rc;
}

static int
chase_controllers(
    const struct channel *ch, unsigned i, sx_channel_state_put *put, void *arg)
{
	for (unsigned cc = 0; cc < CC_SOUND_OFF; cc++) {
		if (ch->cc[cc] == UNKNOWN || cc == CC_BANK ||
		    cc == CC_BANK_LOW || (cc >= CC_NRPN_LOW && cc <= CC_RPN))
			continue;
		if (channel_put3(
			put, arg, 0xb0 | i, cc, (unsigned)ch->cc[cc]) == -1)
			return -1;
	}
	return 0;
}

static int
chase_channel(
    const struct channel *ch, unsigned i, sx_channel_state_put *put, void *arg)
{
	uint8_t two[2] = { (uint8_t)(0xc0 | i) };

	for (unsigned cc = CC_BANK; cc <= CC_BANK_LOW; cc += CC_BANK_LOW)
		if (ch->cc[cc] != UNKNOWN &&
		    channel_put3(
			put, arg, 0xb0 | i, cc, (unsigned)ch->cc[cc]) == -1)
			return -1;
	two[1] = (uint8_t)ch->program;
	if (ch->program != UNKNOWN && put(arg, two, 2) == -1)
		return -1;
	if (chase_controllers(ch, i, put, arg) == -1 ||
	    chase_parameters(ch, i, put, arg) == -1)
		return -1;
	two[0] = (uint8_t)(0xd0 | i);
	two[1] = (uint8_t)ch->pressure;
	if (ch->pressure != UNKNOWN && put(arg, two, 2) == -1)
		return -1;
	if (ch->bend == UNKNOWN)
		return 0;
	return channel_put3(
	    put, arg, 0xe0 | i, ch->bend & 0x7f, (unsigned)ch->bend >> 7);
}

int
sx_channel_state_chase(
    const struct sx_channel_state *s, sx_channel_state_put *put, void *arg)
{
	for (unsigned i = 0; i < 16; i++)
		if (s->channels[i].used &&
		    chase_channel(&s->channels[i], i, put, arg) == -1)
			return -1;
	return 0;
}
