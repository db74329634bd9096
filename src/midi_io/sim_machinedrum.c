/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

/*
 * Elektron Machinedrum, according to Appendix C of its manual: it sends the
 * requested pattern, kit, song or global. The data is filler except for the
 * names; for the slot of the last dump sent to it, it answers with that.
 */

enum { COMMAND_AT = 6, NUMBER_AT = 7, SLOT_AT = 9, DATA = 10, FOOTER = 5 };

static const uint8_t header[COMMAND_AT] = { 0xf0, 0x00, 0x20, 0x3c, 0x02,
	0x00 };

static const struct object {
	uint8_t request, dump, version, revision, slots;
	size_t len;
	const char *name;
} objects[] = {
	{ 0x68, 0x67, 3, 1, 128, 2763, NULL },
	{ 0x53, 0x52, 4, 1, 64, 1233, "KIT" },
	{ 0x6a, 0x69, 2, 2, 32, 79, "SONG" },
	{ 0x51, 0x50, 6, 1, 8, 197, NULL },
};

enum { OBJECTS = sizeof(objects) / sizeof(objects[0]) };

static bool
machinedrum_stores(const uint8_t *msg, size_t len)
{
	if (len < DATA + FOOTER || memcmp(msg, header, sizeof(header)) != 0)
		return false;
	for (size_t i = 0; i < OBJECTS; i++)
		if (msg[COMMAND_AT] == objects[i].dump)
			return true;
	return false;
}

/* Fill in checksum and length, 14 bits each, and EOX. */
static void
close_dump(uint8_t *msg, size_t len)
{
	size_t at = len - FOOTER, count = len - DATA;
	unsigned sum = 0;

	for (size_t i = SLOT_AT; i < at; i++)
		sum += msg[i];
	msg[at] = sum >> 7 & 0x7f;
	msg[at + 1] = sum & 0x7f;
	msg[at + 2] = count >> 7 & 0x7f;
	msg[at + 3] = count & 0x7f;
	msg[at + 4] = 0xf7;
}

static uint8_t *
make_dump(const struct object *o, uint8_t slot)
{
	uint32_t x = (uint32_t)o->dump << 8 | slot;
	uint8_t *msg = malloc(o->len);
	char name[16] = "";

	if (msg == NULL)
		return NULL;
	memcpy(msg, header, sizeof(header));
	msg[COMMAND_AT] = o->dump;
	msg[COMMAND_AT + 1] = o->version;
	msg[COMMAND_AT + 2] = o->revision;
	msg[SLOT_AT] = slot;
	for (size_t i = DATA; i < o->len; i++) {
		x = x * 1664525 + 1013904223;
		msg[i] = x >> 24 & 0x7f;
	}
	if (o->name != NULL) {
		snprintf(name, sizeof(name), "%s %02d", o->name, slot + 1);
		memcpy(msg + DATA, name, sizeof(name));
	}
	close_dump(msg, o->len);
	return msg;
}

static uint8_t *
machinedrum_answer(const uint8_t *msg, size_t len, const uint8_t *stored,
    size_t nstored, size_t *n)
{
	uint8_t *copy;

	if (len != SLOT_AT || memcmp(msg, header, sizeof(header)) != 0)
		return NULL;
	for (size_t i = 0; i < OBJECTS; i++) {
		const struct object *o = &objects[i];

		if (msg[COMMAND_AT] != o->request || msg[NUMBER_AT] >= o->slots)
			continue;
		*n = o->len;
		if (nstored == 0 || stored[COMMAND_AT] != o->dump ||
		    stored[SLOT_AT] != msg[NUMBER_AT])
			return make_dump(o, msg[NUMBER_AT]);
		*n = nstored;
		copy = malloc(nstored);
		if (copy != NULL)
			memcpy(copy, stored, nstored);
		return copy;
	}
	return NULL;
}

const struct sim_instrument midi_io_sim_machinedrum = {
	.name = "machinedrum",
	.title = "Simulated Elektron Machinedrum",
	.stores = machinedrum_stores,
	.answer = machinedrum_answer,
};
