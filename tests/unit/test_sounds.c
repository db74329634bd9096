/* SPDX-License-Identifier: ISC */
/* The sounds of banks with sounds of different sizes, and of banks sent in
 * pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/config.h"
#include "sxlib/sounds.h"

/* ---- Kawai K5000: the bank has the presence and size of each sound ---- */

#define BITS	8 /* offset of the presence bits */
#define FIRST	27
#define COMMON	82
#define SOURCE	86
#define KIT	806
#define BANK_OF 8192

struct bank {
	uint8_t msg[BANK_OF];
	size_t n;
};

/* Add the sound of a slot: the waves of its sources. */
static size_t
add_sound(struct bank *b, unsigned slot, const char name[8],
    const unsigned *waves, size_t sources)
{
	uint8_t *p = b->msg + b->n;
	size_t at = b->n;

	b->msg[BITS + slot / 7] |= (uint8_t)(1 << slot % 7);
	memcpy(p + 40, name, 8);
	p[51] = (uint8_t)sources;
	b->n += COMMON;
	for (size_t i = 0; i < sources; i++) {
		b->msg[b->n + 28] = (uint8_t)(waves[i] >> 7);
		b->msg[b->n + 29] = waves[i] & 0x7f;
		b->n += SOURCE;
	}
	for (size_t i = 0; i < sources; i++)
		b->n += waves[i] == 512 ? KIT : 0;
	return at;
}

static void
a_bank_of_sounds_of_several_sizes(void **state)
{
	static const uint8_t head[] = { 0xf0, 0x40, 0x00, 0x21, 0x00, 0x0a };
	static const struct {
		unsigned slot, waves[3];
		size_t sources;
		char name[9], shown[5];
	} t[] = {
		{ 0, { 4, 130 }, 2, "Two plai", "A001" },
		{ 6, { 512, 1, 512 }, 3, "Additive", "A007" },
		{ 7, { 511 }, 1, "Not quit", "A008" },
		{ 125, { 512 }, 1, "One kit.", "A126" },
		{ 127, { 0 }, 0, "No waves", "A128" },
	};
	static struct bank b = { .n = FIRST };
	struct sx_sound sound;
	struct sx_facts facts;
	size_t at[6];

	(void)state;
	memcpy(b.msg, head, sizeof(head));
	for (size_t i = 0; i < 5; i++)
		at[i] = add_sound(
		    &b, t[i].slot, t[i].name, t[i].waves, t[i].sources);
	at[5] = b.n;
	b.msg[b.n++] = 0xf7;
	sx_device_decode(NULL, b.msg, b.n, &facts);
	assert_string_equal(facts.device, "K5000");
	assert_int_equal(sx_bank_count(&facts, b.msg, b.n), 5);
	for (size_t i = 0; i < 5; i++) {
		sx_bank_sound(&facts, b.msg, b.n, i, &sound);
		assert_int_equal(sound.index, i);
		assert_int_equal(sound.slot, t[i].slot);
		assert_string_equal(sound.slot_text, t[i].shown);
		assert_string_equal(sound.name, t[i].name);
		assert_int_equal(sound.at.off, at[i]);
		assert_int_equal(sound.at.len, at[i + 1] - at[i]);
		assert_int_equal(sound.name_at.off, at[i] + 40);
	}
	/* The last one is cut. */
	b.msg[b.n - 2] = 0xf7;
	assert_int_equal(sx_bank_count(&facts, b.msg, b.n - 1), 4);
}

/* ---- A bank in several messages ---- */

static void
what_tells_the_slot_of_its_first_sound(void **state)
{
	static const uint8_t msg[] = { 0xf0, 0x7d, 0x10, 2, 'A', 'B', 0xf7 };
	static const struct {
		const char *first;
		long slot[2];
		const char *shown[2];
	} t[] = {
		{ "", { 0, 1 }, { "1", "2" } },
		{ " first 3", { 2, 3 }, { "3", "" } },
		{ " first none", { -1, -1 }, { "", "" } },
		/* The F7 and bytes after it are not a slot. */
		{ " first 6", { -1, -1 }, { "", "" } },
		{ " first 7", { -1, -1 }, { "", "" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char text[160];
		struct sx_err e = { 0 };
		struct sx_devices *d = sx_devices_new(&e);
		struct sx_facts facts;
		struct sx_sound sound;
		struct sx_config *f;

		snprintf(text, sizeof(text),
		    "[It]\nmask = F0 7D 10\n[:bank]\nsounds = 2 of 1 from 4%s\n"
		    "sound-name = 0 1\nsound-shown = 1-3\n",
		    t[i].first);
		f = sx_config_memory("it", text, strlen(text), &e);
		assert_int_equal(sx_config_device(f, d, &e), 1);
		sx_config_close(f);
		sx_device_decode(d, msg, sizeof(msg), &facts);
		for (size_t k = 0; k < 2; k++) {
			sx_bank_sound(&facts, msg, sizeof(msg), k, &sound);
			assert_int_equal(sound.index, k);
			assert_int_equal(sound.slot, t[i].slot[k]);
			assert_string_equal(sound.slot_text, t[i].shown[k]);
			assert_string_equal(sound.name, k == 0 ? "A" : "B");
		}
		sx_devices_free(d);
	}
}

/* ---- Banks with other bytes between groups of sounds ---- */

/* As sent by a TG33 and an SY22: four voices, a checksum, a count. */
static void
voices_in_blocks(void **state)
{
	static const struct {
		const char *device, *head;
		size_t size, name, n;
	} t[] = {
		{ "TG33", "\xf0\x43\x02\x7e\x12\x36LM  0012VC", 587, 12,
		    37631 },
		{ "SY22 / SY35", "\xf0\x43\x02\x7e\x12\x02PK  2203VM", 574, 3,
		    38306 },
	};
	static uint8_t msg[38306];

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct sx_facts facts;
		struct sx_sound sound;
		char text[16];

		memset(msg, 0, sizeof(msg));
		memcpy(msg, t[k].head, 16);
		msg[t[k].n - 1] = 0xf7;
		for (size_t i = 0; i < 64; i++) {
			size_t at = 16 + i * t[k].size + i / 4 * 3;

			snprintf(text, sizeof(text), "Voice %02zu", i);
			memcpy(msg + at + t[k].name, text, 8);
		}
		sx_device_decode(NULL, msg, t[k].n, &facts);
		assert_string_equal(facts.device, t[k].device);
		assert_int_equal(facts.checksum, SX_CHECKSUM_UNKNOWN);
		assert_int_equal(sx_bank_count(&facts, msg, t[k].n), 64);
		for (size_t i = 0; i < 64; i++) {
			sx_bank_sound(&facts, msg, t[k].n, i, &sound);
			snprintf(text, sizeof(text), "Voice %02zu", i);
			assert_string_equal(sound.name, text);
			assert_int_equal(sound.slot, i);
			snprintf(
			    text, sizeof(text), "%zu%zu", i / 8 + 1, i % 8 + 1);
			assert_string_equal(sound.slot_text, text);
			assert_int_equal(sound.at.len, t[k].size);
			assert_int_equal(
			    sound.at.off, 16 + i * t[k].size + i / 4 * 3);
		}
	}
}

/* A sound counts once all its bytes are there. */
static void
how_many_there_are_between_gaps(void **state)
{
	static const size_t count[] = { 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2,
		3, 3, 4, 4, 4, 4, 4, 5, 5, 5 };
	static const char text[] =
	    "[It]\nmask = F0 7D 10\n[:bank]\n"
	    "sounds = 5 of 2 from 4 skip 3 every 2 first none\n"
	    "sound-name = 0 2\n";
	struct sx_err e = { 0 };
	struct sx_devices *d = sx_devices_new(&e);
	struct sx_config *f = sx_config_memory("it", text, strlen(text), &e);

	(void)state;
	assert_int_equal(sx_config_device(f, d, &e), 1);
	sx_config_close(f);
	for (size_t n = 4; n < sizeof(count) / sizeof(count[0]); n++) {
		uint8_t msg[32] = { 0xf0, 0x7d, 0x10, 0 };
		struct sx_facts facts;
		struct sx_sound sound;

		msg[n] = 0xf7;
		sx_device_decode(d, msg, n + 1, &facts);
		assert_int_equal(sx_bank_count(&facts, msg, n + 1), count[n]);
		sx_bank_sound(&facts, msg, n + 1, 0, &sound);
		if (count[n] > 0)
			assert_int_equal(sound.slot, -1);
	}
	sx_devices_free(d);
}

/* ---- By address ---- */

/* Four sounds of 8 bytes, 6 of them used, from address 08 00 on. */
static const char page[] = "[It]\nmask = F0 7D 10\n[:bank]\nmatch = @3 11\n"
			   "memory = 4 of 8 at 08 00 place 4 2 used 6\n"
			   "sound-name = 0 4\nsound-shown = 1-4\n";

struct pieces {
	struct sx_devices *devices;
	struct sx_memory *memory;
	size_t number; /* of the next message */
};

/* Add n bytes at an address after 08 00. */
static void
take(struct pieces *p, unsigned address, const char *bytes, size_t n)
{
	uint8_t msg[64] = { 0xf0, 0x7d, 0x10, 0x11, 0x08, (uint8_t)address };
	struct sx_err e = { 0 };
	struct sx_facts facts;

	memcpy(msg + 6, bytes, n);
	msg[6 + n + 1] = 0xf7; /* after a checksum */
	sx_device_decode(p->devices, msg, n + 8, &facts);
	assert_int_equal(
	    sx_memory_add(p->memory, &facts, msg, n + 8, p->number++, &e), 1);
}

static void
gives(struct pieces *p, long slot, const char *name)
{
	struct sx_sound sound;

	assert_true(sx_memory_next(p->memory, &sound));
	assert_int_equal(sound.slot, slot);
	assert_string_equal(sound.name, name);
}

/* Check the used bytes of a sound. */
static void
holds(struct pieces *p, size_t i, const char *bytes)
{
	size_t n;
	const uint8_t *have = sx_memory_bytes(p->memory, i, &n);

	assert_non_null(have);
	assert_int_equal(n, strlen(bytes));
	assert_memory_equal(have, bytes, n);
}

static void
gives_no_more(struct pieces *p)
{
	struct sx_sound sound;

	assert_false(sx_memory_next(p->memory, &sound));
}

/* Check the numbers of the messages that contain the bytes of a sound. */
static void
comes_from_its_messages(struct pieces *p)
{
	struct sx_sound sound;

	take(p, 0, "NEW", 3);
	assert_true(sx_memory_next(p->memory, &sound));
	assert_string_equal(sound.name, "NEW");
	assert_int_equal(sound.first, 10);
	assert_int_equal(sound.last, p->number - 1);
	assert_null(sx_memory_bytes(p->memory, 4, &(size_t){ 0 }));
}

static void
a_bank_that_comes_in_pieces(void **state)
{
	struct sx_err e = { 0 };
	struct sx_config *f =
	    sx_config_memory("it", page, sizeof(page) - 1, &e);
	struct pieces p = { sx_devices_new(&e), sx_memory_new(&e), 10 };

	(void)state;
	assert_int_equal(sx_config_device(f, p.devices, &e), 1);
	sx_config_close(f);
	gives_no_more(&p);
	take(&p, 0, "ONE  1..", 5);
	gives_no_more(&p);
	take(&p, 5, "1", 1);
	gives(&p, 0, "ONE");
	gives_no_more(&p);
	/* Repeated bytes return no sound; other bytes do. */
	take(&p, 0, "ONE  1", 6);
	gives_no_more(&p);
	take(&p, 0, "ODD  1..", 8);
	gives(&p, 0, "ODD");
	gives_no_more(&p);
	/* 6 of 8 addresses are used: bytes for the others have no effect. */
	take(&p, 6, "xx", 2);
	gives_no_more(&p);
	holds(&p, 0, "ODD  1");
	/* Across the end of one sound into two others. */
	take(&p, 14, "..THREE...FOUR 4", 15);
	gives(&p, 2, "THRE");
	gives_no_more(&p);
	take(&p, 30, "", 0);
	take(&p, 8, "TWO  2", 6);
	take(&p, 24, "FOUR 4", 6);
	gives(&p, 1, "TWO");
	gives(&p, 3, "FOUR");
	gives_no_more(&p);
	comes_from_its_messages(&p);
	sx_memory_clear(p.memory);
	gives_no_more(&p);
	assert_null(sx_memory_bytes(p.memory, 0, &(size_t){ 0 }));
	take(&p, 8, "TWO  2", 6);
	gives(&p, 1, "TWO");
	gives_no_more(&p);
	sx_memory_free(p.memory);
	sx_devices_free(p.devices);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bank_of_sounds_of_several_sizes),
		cmocka_unit_test(voices_in_blocks),
		cmocka_unit_test(how_many_there_are_between_gaps),
		cmocka_unit_test(what_tells_the_slot_of_its_first_sound),
		cmocka_unit_test(a_bank_that_comes_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
