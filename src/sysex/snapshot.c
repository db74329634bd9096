/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sxlib/snapshot.h"

enum {
	CC_DATA = 6,
	CC_DATA_LOW = 38,
	CC_NRPN_LOW = 98,
	CC_RPN_LOW = 100,
	CC_RPN = 101,
};

#define UNKNOWN	 (-1)
#define NULL_RPN (127 << 7 | 127)

enum snapshot_kind {
	SNAPSHOT_CC,
	SNAPSHOT_PROGRAM,
	SNAPSHOT_BEND,
	SNAPSHOT_NRPN,
	SNAPSHOT_RPN,
};

struct snapshot_value {
	enum snapshot_kind kind;
	uint8_t channel;
	int number;  /* of the controller or parameter */
	int value;   /* of a parameter: data entry, high; UNKNOWN */
	int low;     /* of a parameter: data entry, low; UNKNOWN */
	uint64_t at; /* sequence number of its last message */
};

struct sx_snapshot {
	struct snapshot_value *values;
	size_t n, room;
	uint64_t came;
	struct snapshot_choice {
		int number[2];	       /* high, low; UNKNOWN */
		enum snapshot_kind of; /* CC: none */
	} chosen[16];
};

struct sx_snapshot *
sx_snapshot_new(struct sx_err *e)
{
	struct sx_snapshot *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	for (size_t i = 0; i < 16; i++)
		s->chosen[i].number[0] = s->chosen[i].number[1] = UNKNOWN;
	return s;
}

void
sx_snapshot_free(struct sx_snapshot *s)
{
	if (s != NULL)
		free(s->values);
	free(s);
}

size_t
sx_snapshot_count(const struct sx_snapshot *s)
{
	return s->n;
}

bool
sx_snapshot_wants(const uint8_t *message)
{
	const uint8_t status = message[0] & 0xf0;

	return status == 0xb0 || status == 0xc0 || status == 0xe0;
}

static struct snapshot_value *
snapshot_find(
    struct sx_snapshot *s, enum snapshot_kind kind, uint8_t channel, int number)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->values[i].kind == kind &&
		    s->values[i].channel == channel &&
		    s->values[i].number == number)
			return &s->values[i];
	return NULL;
}

/* Return the value, added if new, as arrived now; NULL and sets e on
 * failure. */
static struct snapshot_value *
snapshot_value(struct sx_snapshot *s, enum snapshot_kind kind, uint8_t channel,
    int number, struct sx_err *e)
{
	struct snapshot_value *v = snapshot_find(s, kind, channel, number);
	size_t room = s->room > 0 ? 2 * s->room : 64;

	if (v == NULL && s->n == s->room) {
		v = realloc(s->values, room * sizeof(*v));
		if (v == NULL) {
			sx_fail_memory(e);
			return NULL;
		}
		s->values = v;
		s->room = room;
		v = NULL;
	}
	if (v == NULL) {
		v = &s->values[s->n++];
		*v = (struct snapshot_value){ .kind = kind,
			.channel = channel,
			.number = number,
			.value = UNKNOWN,
			.low = UNKNOWN };
	}
	v->at = ++s->came;
	return v;
}

static void
snapshot_remove(struct sx_snapshot *s, uint8_t channel, int cc)
{
	struct snapshot_value *v = snapshot_find(s, SNAPSHOT_CC, channel, cc);

	if (v != NULL)
		*v = s->values[--s->n];
}

static void
snapshot_choose(struct snapshot_choice *c, int cc, int value)
{
	enum snapshot_kind of = cc >= CC_RPN_LOW ? SNAPSHOT_RPN : SNAPSHOT_NRPN;

	if (c->of != of)
		c->number[0] = c->number[1] = UNKNOWN;
	c->of = of;
	c->number[cc == CC_NRPN_LOW || cc == CC_RPN_LOW] = value;
}

/* Return the parameter that data entry sets, or UNKNOWN. */
static int
snapshot_chosen(const struct snapshot_choice *c)
{
	int number;

	if (c->of == SNAPSHOT_CC || c->number[0] == UNKNOWN ||
	    c->number[1] == UNKNOWN)
		return UNKNOWN;
	number = c->number[0] << 7 | c->number[1];
	return c->of == SNAPSHOT_RPN && number == NULL_RPN ? UNKNOWN : number;
}

/* Store data entry for the chosen parameter. The value includes the choice, so
 * the controllers that made it are removed. */
static int
snapshot_enter(struct sx_snapshot *s, uint8_t channel, int number, bool low,
    int value, struct sx_err *e)
{
	const enum snapshot_kind of = s->chosen[channel].of;
	const int cc = of == SNAPSHOT_RPN ? CC_RPN_LOW : CC_NRPN_LOW;
	struct snapshot_value *v = snapshot_value(s, of, channel, number, e);

	if (v == NULL)
		return -1;
	if (low)
		v->low = value;
	else
		v->value = value;
	snapshot_remove(s, channel, cc);
	snapshot_remove(s, channel, cc + 1);
	return 0;
}

static int
snapshot_controller(
    struct sx_snapshot *s, uint8_t channel, int cc, int value, struct sx_err *e)
{
	struct snapshot_choice *c = &s->chosen[channel];
	int number = snapshot_chosen(c);
	struct snapshot_value *v;

	if ((cc == CC_DATA || cc == CC_DATA_LOW) && number != UNKNOWN)
		return snapshot_enter(
		    s, channel, number, cc == CC_DATA_LOW, value, e);
	if (cc >= CC_NRPN_LOW && cc <= CC_RPN)
		snapshot_choose(c, cc, value);
	v = snapshot_value(s, SNAPSHOT_CC, channel, cc, e);
	if (v != NULL)
		v->value = value;
	return v != NULL ? 0 : -1;
}

int
sx_snapshot_take(
    struct sx_snapshot *s, const uint8_t *message, struct sx_err *e)
{
	const uint8_t channel = message[0] & 0x0f;
	struct snapshot_value *v;

	switch (message[0] & 0xf0) {
	case 0xb0:
		return snapshot_controller(
		    s, channel, message[1], message[2], e);
	case 0xc0:
		v = snapshot_value(s, SNAPSHOT_PROGRAM, channel, 0, e);
		if (v != NULL)
			v->value = message[1];
		return v != NULL ? 0 : -1;
	case 0xe0:
		v = snapshot_value(s, SNAPSHOT_BEND, channel, 0, e);
		if (v != NULL)
			v->value = message[2] << 7 | message[1];
		return v != NULL ? 0 : -1;
	}
	return 0;
}

/* Return the other half of a 14-bit controller, or NULL. */
static struct snapshot_value *
snapshot_half(struct sx_snapshot *s, const struct snapshot_value *v)
{
	if (v->kind != SNAPSHOT_CC || v->number >= 64)
		return NULL;
	return snapshot_find(s, SNAPSHOT_CC, v->channel, v->number ^ 32);
}

/* Move both halves to where the later one arrived. */
static void
snapshot_join(struct sx_snapshot *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct snapshot_value *v = &s->values[i];
		struct snapshot_value *half = snapshot_half(s, v);

		if (half != NULL && half->at > v->at)
			v->at = half->at;
	}
}

static int
snapshot_compare(const void *a, const void *b)
{
	const struct snapshot_value *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

static int
snapshot_put3(sx_channel_state_put *put, void *arg, int status, int a, int b)
{
	const uint8_t m[] = { (uint8_t)status, (uint8_t)a, (uint8_t)b };

	return put(arg, m, sizeof(m));
}

static int
snapshot_put_parameter(
    const struct snapshot_value *v, sx_channel_state_put *put, void *arg)
{
	const int status = 0xb0 | v->channel;
	const int low = v->kind == SNAPSHOT_RPN ? CC_RPN_LOW : CC_NRPN_LOW;

	if (snapshot_put3(put, arg, status, low + 1, v->number >> 7) == -1 ||
	    snapshot_put3(put, arg, status, low, v->number & 127) == -1)
		return -1;
	if (v->value != UNKNOWN &&
	    snapshot_put3(put, arg, status, CC_DATA, v->value) == -1)
		return -1;
	return v->low != UNKNOWN
		   ? snapshot_put3(put, arg, status, CC_DATA_LOW, v->low)
		   : 0;
}

static int
snapshot_put_one(
    const struct snapshot_value *v, sx_channel_state_put *put, void *arg)
{
	const uint8_t program[] = { (uint8_t)(0xc0 | v->channel),
		(uint8_t)v->value };

	switch (v->kind) {
	case SNAPSHOT_CC:
		return snapshot_put3(
		    put, arg, 0xb0 | v->channel, v->number, v->value);
	case SNAPSHOT_PROGRAM:
		return put(arg, program, sizeof(program));
	case SNAPSHOT_BEND:
		return snapshot_put3(
		    put, arg, 0xe0 | v->channel, v->value & 127, v->value >> 7);
	case SNAPSHOT_NRPN:
	case SNAPSHOT_RPN:
		break;
	}
	return snapshot_put_parameter(v, put, arg);
}

int
sx_snapshot_put(struct sx_snapshot *s, sx_channel_state_put *put, void *arg)
{
	snapshot_join(s);
	if (s->n > 0)
		qsort(s->values, s->n, sizeof(*s->values), snapshot_compare);
	for (size_t i = 0; i < s->n; i++)
		if (snapshot_put_one(&s->values[i], put, arg) == -1)
			return -1;
	return 0;
}
