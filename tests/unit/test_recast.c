/* SPDX-License-Identifier: ISC */
/*
 * Sounds in all their forms. The banks are packed here by separate code, as
 * described in the manuals: sxlib must produce exactly these bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/config.h"
#include "sxlib/recast.h"
#include "sxlib/sounds.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* ---- Packing ---- */

enum pack { RAW, NIBBLES, NIBBLES_HIGH, HIGH_BITS, STREAM };
enum sum { NO_SUM, NEG7, SUM7 };

static size_t
pack(enum pack how, const uint8_t *p, size_t n, uint8_t *to)
{
	size_t len = 0;

	switch (how) {
	case RAW:
		memcpy(to, p, n);
		return n;
	case NIBBLES:
	case NIBBLES_HIGH:
		for (size_t i = 0; i < n; i++) {
			to[len++] = how == NIBBLES ? p[i] & 15 : p[i] >> 4;
			to[len++] = how == NIBBLES ? p[i] >> 4 : p[i] & 15;
		}
		return len;
	case HIGH_BITS:
		for (size_t i = 0; i < n; i += 7) {
			uint8_t *bits = &to[len++];

			*bits = 0;
			for (size_t k = i; k < n && k < i + 7; k++) {
				*bits |= (uint8_t)(p[k] >> 7 << (k - i));
				to[len++] = p[k] & 0x7f;
			}
		}
		return len;
	case STREAM:
		memset(to, 0, (8 * n + 6) / 7);
		for (size_t bit = 0; bit < 8 * n; bit++)
			if (p[bit / 8] >> bit % 8 & 1)
				to[bit / 7] |= (uint8_t)(1 << bit % 7);
		return (8 * n + 6) / 7;
	}
	return 0;
}

/* Head, packed bytes, checksum, F7. */
static size_t
message(uint8_t *msg, const uint8_t *head, size_t nhead, enum pack how,
    enum sum sum, const uint8_t *data, size_t n)
{
	size_t len = nhead;
	unsigned total = 0;

	memcpy(msg, head, nhead);
	len += pack(how, data, n, msg + len);
	for (size_t i = nhead; i < len; i++)
		total += msg[i];
	if (sum == NEG7)
		msg[len++] = -total & 0x7f;
	if (sum == SUM7)
		msg[len++] = total & 0x7f;
	msg[len++] = 0xf7;
	return len;
}

/* ---- Banks in one message ---- */

#define SOUNDS_MOST 128
#define SIZE_MOST   530
#define NAME	    "Sound %02zu"

static const struct bank {
	const char *device;
	uint8_t head[8];
	size_t nhead;
	enum pack pack;
	enum sum sum;
	size_t before; /* packed bytes before the first sound */
	size_t count, size, name;
	void (*fill)(uint8_t *sound); /* makes a sound valid for the unit */
	uint8_t one_head[8];
	size_t none_head;
	int one_slot;	  /* offset of its slot; 0: no slot */
	bool made;	  /* can be made from singles alone */
	const char *slot; /* of the fourth sound */
	bool buffer;	  /* a single is, or becomes, one for the edit buffer */
	const char *store; /* why it cannot be stored; NULL: it can */
} banks[] = {
	{ "K1", { 0xf0, 0x40, 3, 0x21, 0, 3, 0, 0 }, 8, RAW, NO_SUM, 0, 32, 88,
	    0, NULL, { 0xf0, 0x40, 3, 0x20, 0, 3, 0, 0 }, 8, 7, true, "A4",
	    false, NULL },
	{ "Microwave", { 0xf0, 0x3e, 0, 5, 0x50 }, 5, RAW, SUM7, 0, 64, 180,
	    148, NULL, { 0xf0, 0x3e, 0, 5, 0x42 }, 5, 0, true, "", true,
	    "slot of a Microwave" },
	{ "ESQ-1", { 0xf0, 0x0f, 2, 1, 2 }, 5, NIBBLES, NO_SUM, 0, 40, 102, 0,
	    NULL, { 0xf0, 0x0f, 2, 1, 1 }, 5, 0, true, "", true,
	    "slot of an ESQ-1" },
	{ "VFX", { 0xf0, 0x0f, 5, 0, 1, 3 }, 6, NIBBLES_HIGH, NO_SUM, 0, 60,
	    530, 498, NULL, { 0xf0, 0x0f, 5, 0, 1, 2 }, 6, 0, true, "", true,
	    "slot of a VFX" },
	{ "M1", { 0xf0, 0x42, 0x32, 0x19, 0x4c, 0 }, 6, HIGH_BITS, NO_SUM, 0,
	    100, 143, 0, NULL, { 0xf0, 0x42, 0x32, 0x19, 0x40 }, 5, 0, true, "",
	    true, "slot of an M1" },
	{ "03R/W", { 0xf0, 0x42, 0x32, 0x30, 0x4c, 1 }, 6, HIGH_BITS, NO_SUM, 0,
	    100, 172, 0, NULL, { 0xf0, 0x42, 0x32, 0x30, 0x40 }, 5, 0, false,
	    "", true, "slot of a 03R/W" },
	{ "microKORG / MS2000", { 0xf0, 0x42, 0x32, 0x58, 0x4c }, 5, HIGH_BITS,
	    NO_SUM, 0, 128, 254, 0, NULL, { 0xf0, 0x42, 0x32, 0x58, 0x40 }, 5,
	    0, true, "", true, "slot of a microKORG" },
	{ "Voyager", { 0xf0, 4, 1, 9, 1 }, 5, STREAM, NO_SUM, 3, 128, 128, 84,
	    NULL, { 0xf0, 4, 1, 9, 3, 0 }, 6, 5, false, "004", true,
	    "its format is not confirmed" },
};

static uint32_t seed;

static uint8_t
any_byte(void)
{
	seed = seed * 1664525 + 1013904223;
	return (uint8_t)(seed >> 24);
}

/* Sound i of a bank. */
static void
make_sound(const struct bank *b, size_t i, uint8_t *sound)
{
	char name[32];

	snprintf(name, sizeof(name), NAME, i + 1);
	for (size_t k = 0; k < b->size; k++)
		sound[k] = b->pack == RAW ? any_byte() & 0x7f : any_byte();
	/* An ESQ-1 has room for six. */
	memcpy(sound + b->name, name, b->name == 0 && b->size == 102 ? 6 : 8);
	if (strcmp(b->device, "Voyager") == 0)
		memset(sound + b->name + 8, ' ', 16);
	else if (b->size != 102)
		memset(sound + b->name + 8, ' ', 2);
	if (strcmp(b->device, "VFX") == 0)
		sound[b->name + 10] = ' ';
	if (b->size == 254)
		memset(sound + 10, ' ', 2);
	if (b->size == 180)
		memset(sound + b->name + 10, ' ', 6);
	/* A K1's checksum covers the sound. */
	if (b->size == 88) {
		sound[87] = 0xa5 & 0x7f;
		for (size_t k = 0; k < 87; k++)
			sound[87] = (sound[87] + sound[k]) & 0x7f;
	}
}

struct made {
	uint8_t sounds[SOUNDS_MOST * SIZE_MOST + 3];
	uint8_t msg[2 * SOUNDS_MOST * SIZE_MOST + 16];
	size_t n;
};

static struct made *
make_bank(const struct bank *b)
{
	struct made *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	seed = (uint32_t)b->size;
	for (size_t k = 0; k < b->before; k++)
		m->sounds[k] = any_byte();
	for (size_t i = 0; i < b->count; i++)
		make_sound(b, i, m->sounds + b->before + i * b->size);
	m->n = message(m->msg, b->head, b->nhead, b->pack, b->sum, m->sounds,
	    b->before + b->count * b->size);
	return m;
}

/* Make the dump of sound i as in the manual. */
static size_t
make_single(const struct bank *b, const struct made *m, size_t i, uint8_t *msg)
{
	uint8_t head[8];

	memcpy(head, b->one_head, sizeof(head));
	if (b->one_slot != 0)
		head[b->one_slot] = (uint8_t)i;
	return message(msg, head, b->none_head, b->pack, b->sum,
	    m->sounds + b->before + i * b->size, b->size);
}

static void
succeeds(int rc, const struct sx_err *e, const char *device)
{
	if (rc != 0)
		fail_msg("%s: %s", device, e->msg);
}

static void
holds(const struct sx_messages *m, const uint8_t *bytes, size_t n,
    const char *device)
{
	size_t at = 0;

	while (at < n && at < m->n && m->bytes[at] == bytes[at])
		at++;
	if (at != n || m->n != n)
		fail_msg("%s: %zu bytes, not %zu; they differ at %zu", device,
		    m->n, n, at);
}

static void
test_singles(void **state)
{
	uint8_t want[2 * SIZE_MOST + 16];

	(void)state;
	for (size_t k = 0; k < ARRAY(banks); k++) {
		const struct bank *b = &banks[k];
		struct made *m = make_bank(b);

		for (size_t i = 0; i < b->count; i++) {
			const struct sx_sound_at s = { m->msg, m->n, (long)i };
			struct sx_messages out;
			struct sx_err e = { 0 };
			size_t n = make_single(b, m, i, want);

			succeeds(sx_recast_single(NULL, &s, &out, &e), &e,
			    b->device);
			holds(&out, want, n, b->device);
			assert_int_equal(out.dropped, 0);
			sx_messages_free(&out);
		}
		free(m);
	}
}

static void
test_not_there(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY(banks); k++) {
		struct made *m = make_bank(&banks[k]);
		const struct sx_sound_at s = { m->msg, m->n,
			(long)banks[k].count };
		struct sx_messages out;
		struct sx_err e = { 0 };

		assert_int_equal(sx_recast_single(NULL, &s, &out, &e), -1);
		assert_int_equal(e.code, SX_EREFUSED);
		assert_non_null(strstr(e.msg, "no sound "));
		assert_null(out.bytes);
		free(m);
	}
}

/* All sounds of a bank, as places in it or (from `first` on) as singles. */
struct all {
	struct sx_sound_at at[SOUNDS_MOST];
	uint8_t msgs[SOUNDS_MOST][2 * SIZE_MOST + 16];
};

static struct all *
all_sounds(const struct bank *b, const struct made *m, size_t first)
{
	struct all *all = calloc(1, sizeof(*all));

	assert_non_null(all);
	for (size_t i = 0; i < b->count; i++) {
		all->at[i] = (struct sx_sound_at){ m->msg, m->n, (long)i };
		if (i >= first)
			all->at[i] = (struct sx_sound_at){ all->msgs[i],
				make_single(b, m, i, all->msgs[i]), -1 };
	}
	return all;
}

static void
joins(const struct bank *b, const struct made *m, size_t first, bool possible)
{
	struct all *all = all_sounds(b, m, first);
	struct sx_messages out;
	struct sx_err e = { 0 };
	int rc = sx_recast_bank(NULL, all->at, b->count, NULL, &out, NULL, &e);

	if (possible) {
		succeeds(rc, &e, b->device);
		holds(&out, m->msg, m->n, b->device);
	} else {
		assert_int_equal(rc, -1);
		assert_int_equal(e.code, SX_EREFUSED);
		assert_null(out.bytes);
	}
	sx_messages_free(&out);
	free(all);
}

/* A bank rebuilt from its own sounds, or from their dumps, is identical. */
static void
test_banks(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY(banks); k++) {
		struct made *m = make_bank(&banks[k]);

		joins(&banks[k], m, banks[k].count, true);
		joins(&banks[k], m, 1, true);
		joins(&banks[k], m, 0, banks[k].made);
		free(m);
	}
}

/* Sounds in another order, and twice; the remaining places are filled. */
static void
test_another_order(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY(banks); k++) {
		const struct bank *b = &banks[k];
		struct made *m = make_bank(b);
		struct sx_sound_at at[] = { { m->msg, m->n, 5 },
			{ m->msg, m->n, 2 }, { m->msg, m->n, 5 } };
		const struct sx_sound_at fill = { m->msg, m->n, 1 };
		struct sx_messages out;
		struct sx_err e = { 0 };
		struct sx_facts facts;
		size_t missing;

		assert_int_equal(
		    sx_recast_bank(NULL, at, 3, NULL, &out, &missing, &e), -1);
		assert_int_equal(e.code, SX_EDATA);
		assert_int_equal(missing, b->count - 3);
		e = (struct sx_err){ 0 };
		succeeds(sx_recast_bank(NULL, at, 3, &fill, &out, NULL, &e), &e,
		    b->device);
		sx_device_decode(NULL, out.bytes, out.n, &facts);
		for (size_t i = 0; i < b->count; i++) {
			static const size_t from[] = { 5, 2, 5 };
			struct sx_sound got, want;

			sx_bank_sound(&facts, out.bytes, out.n, i, &got);
			sx_bank_sound(
			    &facts, m->msg, m->n, i < 3 ? from[i] : 1, &want);
			assert_string_equal(got.name, want.name);
		}
		sx_messages_free(&out);
		free(m);
	}
}

static void
test_too_many(void **state)
{
	struct sx_sound_at at[SOUNDS_MOST + 1];

	(void)state;
	for (size_t k = 0; k < ARRAY(banks); k++) {
		struct made *m = make_bank(&banks[k]);
		struct sx_messages out;
		struct sx_err e = { 0 };

		for (size_t i = 0; i <= banks[k].count; i++)
			at[i] = (struct sx_sound_at){ m->msg, m->n, 0 };
		assert_int_equal(sx_recast_bank(NULL, at, banks[k].count + 1,
				     NULL, &out, NULL, &e),
		    -1);
		assert_int_equal(e.code, SX_EDATA);
		assert_non_null(strstr(e.msg, "holds"));
		free(m);
	}
}

static void
test_mixed(void **state)
{
	struct made *a = make_bank(&banks[0]), *b = make_bank(&banks[1]);
	const struct sx_sound_at at[] = { { a->msg, a->n, 0 },
		{ b->msg, b->n, 0 } };
	struct sx_messages out;
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(sx_recast_bank(NULL, at, 2, NULL, &out, NULL, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	assert_string_equal(e.msg,
	    "sound 2 is from a Microwave, the first from a K1: a bank "
	    "contains sounds of one instrument");
	free(a);
	free(b);
}

/* Check that differing bytes belong to the name or a checksum. */
static void
renamed_right(const struct bank *b, const struct made *m,
    const struct sx_messages *out, size_t i, const char *name)
{
	struct made *want = malloc(sizeof(*want));
	uint8_t *sound;
	size_t len = strlen(name), room = b->size == 102 ? 6 : 10;

	assert_non_null(want);
	*want = *m;
	sound = want->sounds + b->before + i * b->size;
	if (strcmp(b->device, "Voyager") == 0)
		room = 24;
	if (strcmp(b->device, "VFX") == 0)
		room = 11;
	if (b->size == 254)
		room = 12;
	if (b->size == 180)
		room = 16;
	memset(sound + b->name, ' ', room);
	memcpy(sound + b->name, name, len);
	if (b->size == 88) {
		sound[87] = 0xa5 & 0x7f;
		for (size_t k = 0; k < 87; k++)
			sound[87] = (sound[87] + sound[k]) & 0x7f;
	}
	want->n = message(want->msg, b->head, b->nhead, b->pack, b->sum,
	    want->sounds, b->before + b->count * b->size);
	holds(out, want->msg, want->n, b->device);
	free(want);
}

static void
test_names(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY(banks); k++) {
		const struct bank *b = &banks[k];
		struct made *m = make_bank(b);

		for (size_t i = 0; i < b->count; i += 7) {
			const struct sx_sound_at s = { m->msg, m->n, (long)i };
			struct sx_messages out;
			struct sx_err e = { 0 };

			succeeds(sx_recast_name(NULL, &s, "New 1", &out, &e),
			    &e, b->device);
			renamed_right(b, m, &out, i, "New 1");
			sx_messages_free(&out);
			assert_int_equal(
			    sx_recast_name(NULL, &s,
				"A name that is too long for all of them", &out,
				&e),
			    -1);
			assert_int_equal(e.code, SX_EREFUSED);
			assert_non_null(strstr(e.msg, "too long"));
			e = (struct sx_err){ 0 };
			assert_int_equal(
			    sx_recast_name(NULL, &s, "\xc3\xa9", &out, &e), -1);
			assert_non_null(
			    strstr(e.msg, "unsupported characters"));
		}
		free(m);
	}
}

static void
test_buffers(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY(banks); k++) {
		const struct bank *b = &banks[k];
		struct made *m = make_bank(b);
		const struct sx_sound_at s = { m->msg, m->n, 3 };
		struct sx_messages out;
		struct sx_err e = { 0 };
		struct sx_facts facts;
		int rc = sx_recast_buffer(NULL, &s, &out, &e);

		if (b->buffer) {
			succeeds(rc, &e, b->device);
			sx_device_decode(NULL, out.bytes, out.n, &facts);
			assert_string_equal(facts.device, b->device);
			assert_int_equal(facts.slot, -1);
			assert_memory_equal(facts.name, "Sound", 5);
		} else {
			assert_int_equal(rc, -1);
			assert_int_equal(e.code, SX_EREFUSED);
			assert_non_null(strstr(e.msg, "edit buffer"));
		}
		sx_messages_free(&out);
		free(m);
	}
}

static void
test_slots(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY(banks); k++) {
		const struct bank *b = &banks[k];
		struct made *m = make_bank(b);
		const struct sx_sound_at s = { m->msg, m->n, 3 };
		struct sx_messages out;
		struct sx_err e = { 0 };
		struct sx_slots slots;
		struct sx_facts facts;
		int rc = sx_recast_slots(NULL, &s, &slots, &e);

		if (b->store != NULL) {
			assert_int_equal(rc, -1);
			if (strstr(e.msg, b->store) == NULL)
				fail_msg("%s: %s", b->device, e.msg);
			free(m);
			continue;
		}
		succeeds(rc, &e, b->device);
		succeeds(sx_recast_slot(NULL, &s, 9, &out, &e), &e, b->device);
		sx_device_decode(NULL, out.bytes, out.n, &facts);
		assert_int_equal(facts.slot, 9);
		assert_string_equal(facts.name, "Sound 04");
		sx_messages_free(&out);
		assert_int_equal(
		    sx_recast_slot(NULL, &s, slots.count, &out, &e), -1);
		free(m);
	}
}

/* ---- A DX7 ---- */

#define DX7_BANK 4104

static void
make_dx7(uint8_t *msg)
{
	static const uint8_t head[] = { 0xf0, 0x43, 4, 9, 0x20, 0 };
	uint8_t voices[4096];

	seed = 7;
	for (size_t i = 0; i < sizeof(voices); i++) {
		size_t at = i % 128;

		voices[i] = any_byte() & 0x7f;
		if (at < 102 && at % 17 == 11)
			voices[i] &= 0x0f;
		if (at < 102 && at % 17 == 13)
			voices[i] &= 0x1f;
		if (at < 102 && at % 17 == 15)
			voices[i] &= 0x3f;
		if (at == 110)
			voices[i] &= 0x1f;
		if (at == 111)
			voices[i] &= 0x0f;
		if (at == 127)
			memcpy(voices + i - 9, "VOICE     ", 10);
	}
	assert_int_equal(
	    message(msg, head, sizeof(head), RAW, NEG7, voices, sizeof(voices)),
	    DX7_BANK);
}

static void
test_dx7(void **state)
{
	uint8_t bank[DX7_BANK];
	struct sx_sound_at at[32];
	struct sx_messages one[32], out;
	struct sx_err e = { 0 };
	struct sx_facts facts;

	(void)state;
	make_dx7(bank);
	for (size_t i = 0; i < 32; i++) {
		at[i] = (struct sx_sound_at){ bank, sizeof(bank), (long)i };
		succeeds(
		    sx_recast_single(NULL, &at[i], &one[i], &e), &e, "DX7");
		assert_int_equal(one[i].n, 163);
		assert_memory_equal(
		    one[i].bytes, "\xf0\x43\x04\x00\x01\x1b", 6);
		sx_device_decode(NULL, one[i].bytes, one[i].n, &facts);
		assert_string_equal(facts.name, "VOICE");
		assert_int_equal(facts.checksum, SX_CHECKSUM_OK);
	}
	for (size_t i = 0; i < 32; i++)
		at[i] = (struct sx_sound_at){ one[i].bytes, one[i].n, -1 };
	succeeds(sx_recast_bank(NULL, at, 32, NULL, &out, NULL, &e), &e, "DX7");
	holds(&out, bank, sizeof(bank), "DX7");
	sx_messages_free(&out);
	for (size_t i = 0; i < 32; i++)
		sx_messages_free(&one[i]);
}

/* Bits without a meaning are kept in banks, and counted where they have no
 * place. */
static void
test_dx7_spare_bits(void **state)
{
	uint8_t bank[DX7_BANK];
	struct sx_sound_at at[32];
	struct sx_messages out;
	struct sx_err e = { 0 };

	(void)state;
	make_dx7(bank);
	bank[6 + 11] |= 0x70;
	bank[DX7_BANK - 2] = (bank[DX7_BANK - 2] - 0x70) & 0x7f;
	for (size_t i = 0; i < 32; i++)
		at[i] = (struct sx_sound_at){ bank, sizeof(bank), (long)i };
	succeeds(sx_recast_bank(NULL, at, 32, NULL, &out, NULL, &e), &e, "DX7");
	holds(&out, bank, sizeof(bank), "DX7");
	sx_messages_free(&out);
	succeeds(sx_recast_name(NULL, &at[0], "X", &out, &e), &e, "DX7");
	assert_int_equal(out.bytes[6 + 11], bank[6 + 11]);
	sx_messages_free(&out);
	succeeds(sx_recast_single(NULL, &at[0], &out, &e), &e, "DX7");
	assert_int_equal(out.dropped, 3);
	sx_messages_free(&out);
}

/* ---- A TX81Z: a voice is two messages ---- */

/* Make 32 voices: four operators of a DX21 and, with `more`, the additional
 * parameters of a TX81Z from byte 73 on. */
static void
make_tx81z(uint8_t *msg, bool more)
{
	static const uint8_t head[] = { 0xf0, 0x43, 4, 4, 0x20, 0 };
	/* Operators, algorithm to pitch envelope, then the rest. */
	static const uint8_t bits[84] = { [40] = 0x7f,
		[41] = 0x7f,
		[42] = 0x7f,
		[43] = 0x7f,
		[44] = 0x7f,
		[45] = 0x7f,
		[46] = 0x7f,
		[47] = 0x7f,
		[48] = 0x1f,
		[49] = 0x7f,
		[50] = 0x7f,
		[73] = 0x3f,
		[74] = 0x7f,
		[75] = 0x3f,
		[76] = 0x7f,
		[77] = 0x3f,
		[78] = 0x7f,
		[79] = 0x3f,
		[80] = 0x7f,
		[81] = 7,
		[82] = 0x7f,
		[83] = 0x7f };
	uint8_t voices[4096] = { 0 };

	seed = 81;
	for (size_t i = 0; i < sizeof(voices); i++) {
		size_t at = i % 128;

		if (at < 40)
			voices[i] = any_byte() & (at % 10 == 9 ? 0x1f : 0x7f);
		else if (at < 73 || (at < 84 && more))
			voices[i] =
			    any_byte() & (at < 73 && at > 50 ? 0x7f : bits[at]);
		if (at >= 57 && at < 67)
			voices[i] = (uint8_t) "FOUR OPS  "[at - 57];
	}
	assert_int_equal(
	    message(msg, head, sizeof(head), RAW, NEG7, voices, sizeof(voices)),
	    DX7_BANK);
}

static void
test_tx81z(void **state)
{
	uint8_t bank[DX7_BANK], want[41] = { 0xf0, 0x43, 4, 0x7e, 0, 0x21 };
	struct sx_sound_at at[32];
	struct sx_messages one[32], out;
	struct sx_err e = { 0 };
	unsigned sum = 0;

	(void)state;
	make_tx81z(bank, true);
	for (size_t i = 0; i < 32; i++) {
		at[i] = (struct sx_sound_at){ bank, sizeof(bank), (long)i };
		succeeds(
		    sx_recast_single(NULL, &at[i], &one[i], &e), &e, "TX81Z");
		assert_int_equal(one[i].n, 41 + 101);
		assert_int_equal(one[i].dropped, 0);
		assert_memory_equal(
		    one[i].bytes + 41, "\xf0\x43\x04\x03\x00\x5d", 6);
		assert_memory_equal(one[i].bytes + 41 + 83, "FOUR OPS  ", 10);
	}
	/* Additional parameters of the first one, by hand. */
	memcpy(want + 6, "LM  8976AE", 10);
	for (size_t op = 0; op < 4; op++) {
		const uint8_t *p = bank + 6 + 73 + 2 * op;
		uint8_t *to = want + 16 + 5 * op;

		to[0] = (p[0] & 8) != 0;
		to[1] = p[0] % 8;
		to[2] = p[1] % 16;
		to[3] = p[1] / 16;
		to[4] = p[0] / 16;
	}
	memcpy(want + 36, bank + 6 + 81, 3);
	for (size_t i = 6; i < 39; i++)
		sum += want[i];
	want[39] = -sum & 0x7f;
	want[40] = 0xf7;
	assert_memory_equal(one[0].bytes, want, sizeof(want));
	for (size_t i = 0; i < 32; i++)
		at[i] = (struct sx_sound_at){ one[i].bytes, one[i].n, -1 };
	succeeds(
	    sx_recast_bank(NULL, at, 32, NULL, &out, NULL, &e), &e, "TX81Z");
	holds(&out, bank, sizeof(bank), "TX81Z");
	sx_messages_free(&out);
	/* Both messages are for the edit buffer. */
	succeeds(sx_recast_buffer(NULL, &at[5], &out, &e), &e, "TX81Z");
	holds(&out, one[5].bytes, one[5].n, "TX81Z");
	sx_messages_free(&out);
	succeeds(
	    sx_recast_name(NULL, &at[5], "Renamed", &out, &e), &e, "TX81Z");
	assert_memory_equal(out.bytes, one[5].bytes, 41);
	assert_memory_equal(out.bytes + 41 + 83, "Renamed   ", 10);
	sx_messages_free(&out);
	for (size_t i = 0; i < 32; i++)
		sx_messages_free(&one[i]);
}

/* A DX21 bank: no message precedes a voice. A DX21 voice in a TX81Z bank:
 * nothing is added. */
static void
test_dx21(void **state)
{
	uint8_t bank[DX7_BANK], other[DX7_BANK];
	struct sx_sound_at at[32], only;
	struct sx_messages one, out;
	struct sx_err e = { 0 };

	(void)state;
	make_tx81z(bank, false);
	make_tx81z(other, true);
	for (size_t i = 0; i < 32; i++)
		at[i] = (struct sx_sound_at){ other, sizeof(other), (long)i };
	only = (struct sx_sound_at){ bank, sizeof(bank), 7 };
	succeeds(sx_recast_single(NULL, &only, &one, &e), &e, "DX21");
	assert_int_equal(one.n, 101);
	at[3] = (struct sx_sound_at){ one.bytes, one.n, -1 };
	succeeds(
	    sx_recast_bank(NULL, at, 32, NULL, &out, NULL, &e), &e, "DX21");
	assert_memory_equal(out.bytes + 6 + 3 * 128, bank + 6 + 7 * 128, 128);
	assert_memory_equal(
	    out.bytes + 6 + 4 * 128, other + 6 + 4 * 128, 28 * 128);
	sx_messages_free(&out);
	sx_messages_free(&one);
	/* The preceding message alone is not a sound. */
	succeeds(sx_recast_single(NULL, &at[4], &one, &e), &e, "TX81Z");
	at[3] = (struct sx_sound_at){ one.bytes, 41, -1 };
	assert_int_equal(
	    sx_recast_bank(NULL, at, 32, NULL, &out, NULL, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	assert_non_null(strstr(e.msg, "only part of a sound"));
	sx_messages_free(&one);
	/* A DX11 has more parameters than both. */
	bank[6 + 7 * 128 + 84] = 1;
	bank[DX7_BANK - 2] = (bank[DX7_BANK - 2] - 1) & 0x7f;
	e = (struct sx_err){ 0 };
	assert_int_equal(sx_recast_single(NULL, &only, &one, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	assert_non_null(strstr(e.msg, "byte 84"));
}

/* ---- By address ---- */

static void
address(uint8_t *to, unsigned a)
{
	to[0] = a >> 14 & 0x7f;
	to[1] = a >> 7 & 0x7f;
	to[2] = a & 0x7f;
}

static const struct memory {
	const char *device;
	uint8_t model;
	unsigned from, size, name, buffer, piece;
	unsigned bytes; /* in a message of the bank */
} memories[] = {
	{ "D-50", 0x14, 2 << 14, 448, 384, 0, 64, 256 },
	{ "U-20 / U-220", 0x2b, 3 << 14, 160, 0, 6 << 7, 128, 128 },
	{ "JD-800", 0x3d, 5 << 14, 384, 0, 0, 256, 256 },
	{ "U-110", 0x23, 2 << 14, 256, 8, 1 << 14 | 1 << 7, 128, 128 },
};

/* One message of data. */
static size_t
make_data(const struct memory *m, unsigned at, const uint8_t *data, unsigned n,
    uint8_t *msg)
{
	uint8_t head[8] = { 0xf0, 0x41, 0x10, m->model, 0x12 };
	unsigned sum = 0;
	size_t len;

	address(head + 5, at);
	len = message(msg, head, 8, RAW, NEG7, data, n);
	for (size_t i = 5; i < len - 2; i++)
		sum += msg[i];
	msg[len - 2] = -sum & 0x7f;
	return len;
}

struct made_memory {
	uint8_t data[64 * 448];
	uint8_t msgs[40000];
	size_t n;
};

static struct made_memory *
make_memory(const struct memory *m)
{
	struct made_memory *made = calloc(1, sizeof(*made));
	unsigned all = 64 * m->size;

	assert_non_null(made);
	seed = m->size;
	for (unsigned i = 0; i < all; i++)
		made->data[i] = any_byte() & (m->size == 160 ? 15 : 63);
	for (unsigned i = 0; i < 64; i++) {
		uint8_t *name = made->data + i * m->size + m->name;

		/* D-50: A is 1; U-110 and U-220: low nibble first; JD-800:
		 * ASCII. */
		memset(name, 0, 24);
		if (m->size == 448)
			name[0] = 1;
		if (m->size == 384)
			name[0] = 'A';
		for (unsigned k = 0; m->size <= 256 && k < 12; k++) {
			name[2 * k] = k == 0 ? 1 : 0;
			name[2 * k + 1] = k == 0 ? 4 : 2;
		}
	}
	for (unsigned at = 0; at < all; at += m->bytes)
		made->n += make_data(m, m->from + at, made->data + at, m->bytes,
		    made->msgs + made->n);
	return made;
}

static void
test_memories(void **state)
{
	uint8_t want[600];

	(void)state;
	for (size_t k = 0; k < ARRAY(memories); k++) {
		const struct memory *m = &memories[k];
		struct made_memory *made = make_memory(m);
		struct sx_sound_at at[64];
		struct sx_messages out;
		struct sx_err e = { 0 };

		for (unsigned i = 0; i < 64; i++) {
			size_t n = 0;
			unsigned len;

			at[i] =
			    (struct sx_sound_at){ made->msgs, made->n, (int)i };
			for (unsigned b = 0; b < m->size; b += len) {
				len = m->size - b < m->piece ? m->size - b
							     : m->piece;
				n += make_data(m, m->buffer + b,
				    made->data + i * m->size + b, len,
				    want + n);
			}
			succeeds(sx_recast_buffer(NULL, &at[i], &out, &e), &e,
			    m->device);
			holds(&out, want, n, m->device);
			sx_messages_free(&out);
		}
		succeeds(sx_recast_bank(NULL, at, 64, NULL, &out, NULL, &e), &e,
		    m->device);
		holds(&out, made->msgs, made->n, m->device);
		sx_messages_free(&out);
		/* An edit buffer dump can go into a bank. */
		succeeds(
		    sx_recast_buffer(NULL, &at[9], &out, &e), &e, m->device);
		at[9] = (struct sx_sound_at){ out.bytes, out.n, -1 };
		{
			struct sx_messages bank;

			succeeds(
			    sx_recast_bank(NULL, at, 64, NULL, &bank, NULL, &e),
			    &e, m->device);
			holds(&bank, made->msgs, made->n, m->device);
			sx_messages_free(&bank);
		}
		sx_messages_free(&out);
		free(made);
	}
}

static void
test_memory_names(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY(memories); k++) {
		const struct memory *m = &memories[k];
		struct made_memory *made = make_memory(m);
		const struct sx_sound_at s = { made->msgs, made->n, 40 };
		struct sx_messages out;
		struct sx_err e = { 0 };
		uint8_t *name = made->data + 40 * m->size + m->name;

		succeeds(
		    sx_recast_name(NULL, &s, "AB", &out, &e), &e, m->device);
		if (m->size == 448) {
			name[1] = 2;
		} else if (m->size == 384) {
			name[1] = 'B';
		} else {
			name[2] = 2;
			name[3] = 4;
		}
		made->n = 0;
		for (unsigned at = 0; at < 64 * m->size; at += m->bytes)
			made->n += make_data(m, m->from + at, made->data + at,
			    m->bytes, made->msgs + made->n);
		holds(&out, made->msgs, made->n, m->device);
		sx_messages_free(&out);
		free(made);
	}
}

static void
test_d50_characters(void **state)
{
	struct made_memory *made = make_memory(&memories[0]);
	const struct sx_sound_at s = { made->msgs, made->n, 0 };
	struct sx_messages out;
	struct sx_err e = { 0 };

	(void)state;
	assert_int_equal(sx_recast_name(NULL, &s, "A+B", &out, &e), -1);
	assert_string_equal(e.msg,
	    "unsupported characters in a name: this unit allows 18: "
	    "blanks, letters, digits and -");
	free(made);
}

/* ---- Sounds of different size ---- */

static size_t
k5000_sound(uint8_t *p, uint8_t sources, bool additive, uint8_t letter)
{
	size_t n = 82 + 86 * (size_t)sources, all = n;
	unsigned sum = 0xa5;

	for (size_t i = 0; i < 82 + 86 * 3 + 806; i++)
		p[i] = any_byte() & 0x7f;
	memcpy(p + 40, "Tone    ", 8);
	p[44] = letter;
	p[51] = sources;
	for (size_t i = 0; i < sources; i++) {
		p[82 + 86 * i + 28] = additive && i == 0 ? 4 : 1;
		p[82 + 86 * i + 29] = 0;
	}
	for (size_t i = 1; i < n; i++)
		sum += p[i];
	p[0] = sum & 0x7f;
	if (additive)
		all += 806;
	return all;
}

static void
test_k5000(void **state)
{
	static const uint8_t head[] = { 0xf0, 0x40, 0, 0x21, 0, 0x0a, 0, 0 };
	static uint8_t bank[4096], again[4096];
	static const uint8_t one[] = { 0xf0, 0x40, 0, 0x20, 0, 0x0a, 0, 0, 1 };
	size_t n = 27, begin[4];
	struct sx_sound_at at[3];
	struct sx_messages out, single;
	struct sx_err e = { 0 };
	struct sx_facts facts;

	(void)state;
	seed = 5;
	memcpy(bank, head, sizeof(head));
	bank[8] = 7;
	for (size_t i = 0; i < 3; i++) {
		begin[i] = n;
		n += k5000_sound(
		    bank + n, (uint8_t)(i + 1), i == 1, (uint8_t)('A' + i));
	}
	begin[3] = n;
	bank[n++] = 0xf7;
	for (size_t i = 0; i < 3; i++)
		at[i] = (struct sx_sound_at){ bank, n, (long)i };
	succeeds(
	    sx_recast_bank(NULL, at, 3, NULL, &out, NULL, &e), &e, "K5000");
	holds(&out, bank, n, "K5000");
	sx_messages_free(&out);
	/* The second one alone, and back; then all in another order. */
	succeeds(sx_recast_single(NULL, &at[1], &single, &e), &e, "K5000");
	assert_int_equal(single.n, begin[2] - begin[1] + 10);
	assert_memory_equal(single.bytes, one, sizeof(one));
	assert_memory_equal(
	    single.bytes + 9, bank + begin[1], begin[2] - begin[1]);
	sx_device_decode(NULL, single.bytes, single.n, &facts);
	assert_int_equal(facts.checksum, SX_CHECKSUM_OK);
	assert_string_equal(facts.slot_text, "A002");
	at[1] = at[0];
	at[0] = (struct sx_sound_at){ single.bytes, single.n, -1 };
	memcpy(again, bank, 27);
	memcpy(again + 27, bank + begin[1], begin[2] - begin[1]);
	memcpy(again + 27 + begin[2] - begin[1], bank + begin[0],
	    begin[1] - begin[0]);
	memcpy(again + begin[2], bank + begin[2], n - begin[2]);
	succeeds(
	    sx_recast_bank(NULL, at, 3, NULL, &out, NULL, &e), &e, "K5000");
	holds(&out, again, n, "K5000");
	sx_messages_free(&out);
	/* Another name changes its checksum, but not that of others. */
	succeeds(sx_recast_name(NULL, &at[2], "Z", &out, &e), &e, "K5000");
	assert_memory_equal(out.bytes, bank, begin[2]);
	assert_memory_equal(out.bytes + begin[2] + 40, "Z       ", 8);
	assert_memory_equal(
	    out.bytes + begin[2] + 48, bank + begin[2] + 48, n - begin[2] - 48);
	at[2] = (struct sx_sound_at){ out.bytes, out.n, 2 };
	sx_messages_free(&single);
	succeeds(sx_recast_single(NULL, &at[2], &single, &e), &e, "K5000");
	sx_messages_free(&single);
	sx_messages_free(&out);
}

/* ---- A message, or several, for each sound ---- */

#define PROPHET 300

static size_t
make_prophet(uint8_t *msg, uint8_t bank, uint8_t number)
{
	uint8_t head[] = { 0xf0, 0x01, 0x23, 0x02, bank, number };
	uint8_t data[256];

	seed = number;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = any_byte();
	memcpy(data + 184, "Prophet         ", 16);
	return message(msg, head, 6, HIGH_BITS, NO_SUM, data, sizeof(data));
}

static void
test_slot_and_buffer(void **state)
{
	uint8_t msg[PROPHET], want[PROPHET];
	size_t n = make_prophet(msg, 1, 7);
	struct sx_sound_at s = { msg, n, -1 };
	struct sx_messages buffer, slot;
	struct sx_slots slots;
	struct sx_err e = { 0 };

	(void)state;
	memcpy(want, "\xf0\x01\x23\x03", 4);
	memcpy(want + 4, msg + 6, n - 6);
	succeeds(sx_recast_buffer(NULL, &s, &buffer, &e), &e, "Prophet '08");
	holds(&buffer, want, n - 2, "Prophet '08");
	/* And back, into another slot. */
	s = (struct sx_sound_at){ buffer.bytes, buffer.n, -1 };
	succeeds(sx_recast_slots(NULL, &s, &slots, &e), &e, "Prophet '08");
	assert_int_equal(slots.count, 256);
	succeeds(sx_recast_slot(NULL, &s, 130, &slot, &e), &e, "Prophet '08");
	msg[4] = 1;
	msg[5] = 2;
	holds(&slot, msg, n, "Prophet '08");
	sx_messages_free(&slot);
	/* An edit buffer dump stays one. */
	succeeds(sx_recast_buffer(NULL, &s, &slot, &e), &e, "Prophet '08");
	holds(&slot, want, n - 2, "Prophet '08");
	sx_messages_free(&slot);
	sx_messages_free(&buffer);
}

/* A stored sound and its edit buffer dump: the same bytes after another head.
 * With an inner checksum: the length of the data before it. */
static const struct edit {
	const char *device;
	uint8_t from[10];
	size_t nfrom;
	uint8_t to[10];
	size_t nto, data, inner;
	enum sum sum;
	size_t sum_from;
} edits[] = {
	{ "Virus", { 0xf0, 0, 0x20, 0x33, 1, 3, 0x10, 2, 7 }, 9,
	    { 0xf0, 0, 0x20, 0x33, 1, 3, 0x10, 0, 0x40 }, 9, 256, 0, SUM7, 5 },
	{ "Virus TI", { 0xf0, 0, 0x20, 0x33, 1, 3, 0x10, 2, 7 }, 9,
	    { 0xf0, 0, 0x20, 0x33, 1, 3, 0x10, 0, 0x40 }, 9, 513, 256, SUM7,
	    5 },
	{ "Virus multi", { 0xf0, 0, 0x20, 0x33, 1, 3, 0x11, 1, 7 }, 9,
	    { 0xf0, 0, 0x20, 0x33, 1, 3, 0x11, 0, 0 }, 9, 256, 0, SUM7, 5 },
	{ "V-Amp 2", { 0xf0, 0, 0x20, 0x32, 3, 0x11, 0x20, 6, 0x30 }, 9,
	    { 0xf0, 0, 0x20, 0x32, 3, 0x11, 0x20, 0x7f, 0x30 }, 9, 48, 0,
	    NO_SUM, 0 },
	{ "CZ-101", { 0xf0, 0x44, 0, 0, 0x73, 0x30 }, 6,
	    { 0xf0, 0x44, 0, 0, 0x73, 0x20, 0x60 }, 7, 256, 0, NO_SUM, 0 },
	{ "CZ-101, stored", { 0xf0, 0x44, 0, 0, 0x73, 0x20, 0x25 }, 7,
	    { 0xf0, 0x44, 0, 0, 0x73, 0x20, 0x60 }, 7, 256, 0, NO_SUM, 0 },
	{ "Pulse", { 0xf0, 0x3e, 0x0b, 4, 0, 5 }, 6,
	    { 0xf0, 0x3e, 0x0b, 4, 0, 5 }, 6, 69, 0, SUM7, 6 },
	{ "Pulse, stored", { 0xf0, 0x3e, 0x0b, 4, 1, 5 }, 6,
	    { 0xf0, 0x3e, 0x0b, 4, 0, 5 }, 6, 69, 0, SUM7, 6 },
	{ "Kyra", { 0xf0, 0x3e, 0x22, 4, 0x40, 1, 2, 9 }, 8,
	    { 0xf0, 0x3e, 0x22, 4, 0, 1, 0x7f, 0x7f }, 8, 230, 0, NO_SUM, 0 },
	{ "GP-16", { 0xf0, 0x41, 5, 0x2a, 0x12, 9, 3, 0 }, 8,
	    { 0xf0, 0x41, 5, 0x2a, 0x12, 8, 0, 0 }, 8, 117, 0, NEG7, 5 },
	{ "Juno-106", { 0xf0, 0x41, 0x30, 2, 9 }, 5, { 0xf0, 0x41, 0x30, 2, 9 },
	    5, 18, 0, NO_SUM, 0 },
	{ "DW-6000", { 0xf0, 0x42, 0x32, 4, 0x40 }, 5,
	    { 0xf0, 0x42, 0x32, 4, 0x40 }, 5, 26, 0, NO_SUM, 0 },
	{ "MKS-70 tone", { 0xf0, 0x41, 0x37, 2, 0x24, 0x20, 1, 0, 5 }, 9,
	    { 0xf0, 0x41, 0x35, 2, 0x24, 0x20, 1 }, 7, 59, 0, NO_SUM, 0 },
	{ "MS-50G", { 0xf0, 0x52, 0, 0x58, 0x28 }, 5,
	    { 0xf0, 0x52, 0, 0x58, 0x28 }, 5, 140, 0, NO_SUM, 0 },
	{ "MS-60B", { 0xf0, 0x52, 0, 0x5f, 0x28 }, 5,
	    { 0xf0, 0x52, 0, 0x5f, 0x28 }, 5, 99, 0, NO_SUM, 0 },
	{ "MS-70CDR", { 0xf0, 0x52, 0, 0x61, 0x28 }, 5,
	    { 0xf0, 0x52, 0, 0x61, 0x28 }, 5, 140, 0, NO_SUM, 0 },
};

static uint8_t
edit_sum(const struct edit *t, const uint8_t *msg, size_t n)
{
	unsigned total = 0;

	for (size_t i = t->sum_from; i < n; i++)
		total += msg[i];
	return (uint8_t)((t->sum == NEG7 ? -total : total) & 0x7f);
}

static size_t
make_edit(const struct edit *t, const uint8_t *head, size_t nhead, uint8_t *msg)
{
	size_t n = nhead;

	memcpy(msg, head, nhead);
	for (size_t i = 0; i < t->data; i++)
		if (t->inner > 0 && i == t->inner)
			msg[n] = edit_sum(t, msg, n), n++;
		else
			msg[n++] = (uint8_t)(0x20 + i * 7 % 0x50);
	if (t->sum != NO_SUM)
		msg[n] = edit_sum(t, msg, n), n++;
	msg[n++] = 0xf7;
	return n;
}

static void
test_edit_buffers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY(edits); i++) {
		const struct edit *t = &edits[i];
		uint8_t msg[600], want[600];
		size_t n = make_edit(t, t->from, t->nfrom, msg);
		size_t nwant = make_edit(t, t->to, t->nto, want);
		struct sx_sound_at s = { msg, n, -1 };
		struct sx_messages out;
		struct sx_err e = { 0 };

		succeeds(sx_recast_buffer(NULL, &s, &out, &e), &e, t->device);
		holds(&out, want, nwant, t->device);
		sx_messages_free(&out);
	}
}

/* Without a bank the dumps are consecutive, from the slot of the first one on.
 */
static void
test_in_a_row(void **state)
{
	static const uint8_t numbers[] = { 9, 3, 120 };
	uint8_t msgs[3][PROPHET], want[3 * PROPHET];
	struct sx_sound_at at[3];
	struct sx_messages out;
	struct sx_err e = { 0 };
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t len = make_prophet(msgs[i], 0, numbers[i]);

		at[i] = (struct sx_sound_at){ msgs[i], len, -1 };
		memcpy(want + n, msgs[i], len);
		want[n + 5] = (uint8_t)(9 + i);
		n += len;
	}
	succeeds(sx_recast_bank(NULL, at, 3, NULL, &out, NULL, &e), &e,
	    "Prophet '08");
	holds(&out, want, n, "Prophet '08");
	sx_messages_free(&out);
	(void)make_prophet(msgs[0], 1, 126);
	assert_int_equal(sx_recast_bank(NULL, at, 3, NULL, &out, NULL, &e), -1);
	assert_int_equal(e.code, SX_EDATA);
	assert_non_null(strstr(e.msg, "256"));
}

/* A dump and its store. */
static void
test_pairs(void **state)
{
	static const uint8_t store[] = { 0xf0, 0x42, 0x32, 3, 0x11, 5, 0xf7 };
	uint8_t pair[57 + 7] = { 0xf0, 0x42, 0x32, 3, 0x40, [56] = 0xf7 };
	const struct sx_sound_at s = { pair, sizeof(pair), -1 };
	struct sx_messages out;
	struct sx_slots slots;
	struct sx_err e = { 0 };

	(void)state;
	for (size_t i = 5; i < 56; i++)
		pair[i] = (uint8_t)i;
	memcpy(pair + 57, store, sizeof(store));
	succeeds(sx_recast_buffer(NULL, &s, &out, &e), &e, "DW-8000");
	holds(&out, pair, 57, "DW-8000");
	sx_messages_free(&out);
	succeeds(sx_recast_slots(NULL, &s, &slots, &e), &e, "DW-8000");
	assert_int_equal(slots.count, 64);
	succeeds(sx_recast_slot(NULL, &s, 63, &out, &e), &e, "DW-8000");
	pair[57 + 5] = 63;
	holds(&out, pair, sizeof(pair), "DW-8000");
	sx_messages_free(&out);
	assert_int_equal(sx_recast_name(NULL, &s, "X", &out, &e), -1);
	assert_non_null(strstr(e.msg, "has no name"));
}

/* Five blocks of a patch. */
static void
test_blocks(void **state)
{
	static const struct memory jv = { .model = 0x6a };
	static const uint8_t blocks[] = { 0x00, 0x10, 0x12, 0x14, 0x16 };
	uint8_t msgs[700], want[700], data[130] = { 0 };
	size_t n = 0, len[5];
	struct sx_sound_at s;
	struct sx_messages out;
	struct sx_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		uint8_t head[9] = { 0xf0, 0x41, 0x10, jv.model, 0x12, 0x11, 6,
			blocks[i], 0 };
		unsigned sum = 0;

		memset(data, (int)i + 1, sizeof(data));
		memcpy(data, "Five Blocks ", 12);
		len[i] = message(msgs + n, head, 9, RAW, NEG7, data, 70);
		for (size_t k = 5; k < len[i] - 2; k++)
			sum += msgs[n + k];
		msgs[n + len[i] - 2] = -sum & 0x7f;
		n += len[i];
	}
	s = (struct sx_sound_at){ msgs, n, -1 };
	memcpy(want, msgs, n);
	for (size_t i = 0, at = 0; i < 5; at += len[i++]) {
		want[at + 5] = 3;
		want[at + 6] = 0;
		want[at + len[i] - 2] =
		    (want[at + len[i] - 2] + 0x11 + 6 - 3) & 0x7f;
	}
	succeeds(sx_recast_buffer(NULL, &s, &out, &e), &e, "JV-1080");
	holds(&out, want, n, "JV-1080");
	sx_messages_free(&out);
	memcpy(want, msgs, n);
	for (size_t i = 0, at = 0; i < 5; at += len[i++]) {
		want[at + 6] = 7;
		want[at + len[i] - 2] = (want[at + len[i] - 2] - 1) & 0x7f;
	}
	succeeds(sx_recast_slot(NULL, &s, 7, &out, &e), &e, "JV-1080");
	holds(&out, want, n, "JV-1080");
	sx_messages_free(&out);
	/* The name is in the first block, whose checksum changes. */
	succeeds(sx_recast_name(NULL, &s, "Renamed", &out, &e), &e, "JV-1080");
	assert_memory_equal(out.bytes + 9, "Renamed     ", 12);
	assert_memory_equal(out.bytes + len[0], msgs + len[0], n - len[0]);
	sx_messages_free(&out);
}

/* ---- Content ---- */

static void
content(const struct sx_sound_at *s, bool names, struct sx_messages *out)
{
	struct sx_err e = { 0 };

	succeeds(sx_recast_content(NULL, s, names, out, &e), &e, "content");
}

/* A sound in a bank, its dump, one with another name: equal except for the
 * name. */
static void
test_content(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY(banks); k++) {
		const struct bank *b = &banks[k];
		struct made *m = make_bank(b);
		const struct sx_sound_at s = { m->msg, m->n, 3 };
		struct sx_sound_at of_single, of_renamed;
		struct sx_messages single, renamed, c[3], bare[3];
		struct sx_err e = { 0 };

		succeeds(
		    sx_recast_single(NULL, &s, &single, &e), &e, b->device);
		succeeds(sx_recast_name(NULL, &s, "Other", &renamed, &e), &e,
		    b->device);
		of_single = (struct sx_sound_at){ single.bytes, single.n, -1 };
		of_renamed =
		    (struct sx_sound_at){ renamed.bytes, renamed.n, 3 };
		content(&s, true, &c[0]);
		content(&of_single, true, &c[1]);
		content(&of_renamed, true, &c[2]);
		content(&s, false, &bare[0]);
		content(&of_single, false, &bare[1]);
		content(&of_renamed, false, &bare[2]);
		holds(&c[1], c[0].bytes, c[0].n, b->device);
		holds(&bare[1], bare[0].bytes, bare[0].n, b->device);
		holds(&bare[2], bare[0].bytes, bare[0].n, b->device);
		assert_true(c[2].n == c[0].n &&
			    memcmp(c[2].bytes, c[0].bytes, c[0].n) != 0);
		for (size_t i = 0; i < 3; i++) {
			sx_messages_free(&c[i]);
			sx_messages_free(&bare[i]);
		}
		sx_messages_free(&single);
		sx_messages_free(&renamed);
		free(m);
	}
}

/* Of a TX81Z: one or two messages. */
static void
test_content_of_two(void **state)
{
	static const uint8_t none[41] = { 0xf0, 0x43, 4, 0x7e, 0, 0x21, 'L',
		'M', ' ', ' ', '8', '9', '7', '6', 'A',
		'E', [39] = 0x43, [40] = 0xf7 };
	uint8_t bank[DX7_BANK], two[41 + 101];
	struct sx_sound_at s = { bank, sizeof(bank), 9 }, of_single;
	struct sx_messages single, c[2], bare;
	struct sx_err e = { 0 };

	(void)state;
	for (int more = 0; more < 2; more++) {
		make_tx81z(bank, more);
		succeeds(sx_recast_single(NULL, &s, &single, &e), &e, "TX81Z");
		of_single = (struct sx_sound_at){ single.bytes, single.n, -1 };
		if (!more) {
			memcpy(two, none, 41);
			memcpy(two + 41, single.bytes, 101);
			of_single =
			    (struct sx_sound_at){ two, sizeof(two), -1 };
		}
		content(&s, true, &c[0]);
		content(&of_single, true, &c[1]);
		content(&s, false, &bare);
		assert_int_equal(c[0].n, more ? 23 + 93 : 93);
		holds(&c[1], c[0].bytes, c[0].n, "TX81Z");
		assert_true(bare.n == c[0].n &&
			    memcmp(bare.bytes, c[0].bytes, bare.n) != 0);
		sx_messages_free(&c[0]);
		sx_messages_free(&c[1]);
		sx_messages_free(&bare);
		sx_messages_free(&single);
	}
}

/* ---- Refused conversions ---- */

static void
test_refused(void **state)
{
	uint8_t bank[DX7_BANK];
	struct sx_sound_at s = { bank, sizeof(bank), 0 };
	struct sx_messages out;
	struct sx_err e = { 0 };

	(void)state;
	make_dx7(bank);
	bank[DX7_BANK - 2] ^= 1;
	assert_int_equal(sx_recast_single(NULL, &s, &out, &e), -1);
	assert_non_null(strstr(e.msg, "checksum"));
	e = (struct sx_err){ 0 };
	bank[DX7_BANK - 2] ^= 1;
	s.n--;
	assert_int_equal(sx_recast_single(NULL, &s, &out, &e), -1);
	assert_non_null(strstr(e.msg, "complete message"));
	e = (struct sx_err){ 0 };
	s = (struct sx_sound_at){ (const uint8_t *)"\xf0\x7d\x01\x02\xf7", 5,
		0 };
	assert_int_equal(sx_recast_single(NULL, &s, &out, &e), -1);
	assert_int_equal(e.code, SX_EREFUSED);
	s.n = 0;
	assert_int_equal(sx_recast_buffer(NULL, &s, &out, &e), -1);
}

/* ---- Read-only forms, and sounds with gaps between them ---- */

static const char gaps[] =
    "[It]\nmask = F0 7D 10\nchecksum = none\nshown = A01-B64\n"
    "[:preset]\nmatch = @3 01\ndata = nibbles 4..-1\nslot = data 1\n"
    "name = data 2 2\n"
    "[:text]\nkind = preset\nmatch = @3 02\nslot = text 4\n"
    "name = 7 -1 chars json\n"
    "[:words]\nkind = preset\nmatch = @3 03\nslot = 4\n"
    "data = nibbles 5..-1\nname = data 0 2 chars words\n"
    "[:sum]\nkind = bank\nmatch = @3 04\nchecksum = unknown\n"
    "sounds = 4 of 3 from 4 skip 1 every 2\nsound-name = 0 2\n"
    "sound-as = one\n"
    "[:bank]\nmatch = @3 05\nsounds = 4 of 3 from 4 skip 1 every 2\n"
    "sound-name = 0 2\n"
    "[:one]\nkind = preset\nmatch = @3 06\nbody = 4..-1\nname = 4 2\n";

static struct sx_devices *
devices_of(const char *text)
{
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_err e = { 0 };
	struct sx_config *f =
	    sx_config_memory("it.conf", text, strlen(text), &e);

	assert_non_null(d);
	assert_non_null(f);
	if (sx_config_device(f, d, &e) != 1)
		fail_msg("%s", e.msg);
	sx_config_close(f);
	return d;
}

#define SOUND(text, index)                                       \
	{                                                        \
		(const uint8_t *)(text), sizeof(text) - 1, index \
	}
/* AA and BB, a gap of 55, CC and DD. */
#define GAPS(kind)                         \
	"\xf0\x7d\x10" kind "AA\1BB\2\x55" \
	"CC\3DD\4\xf7"

static void
refuses(int rc, struct sx_err *e, const char *why)
{
	assert_int_equal(rc, -1);
	assert_int_equal(e->code, SX_EREFUSED);
	assert_string_equal(e->msg, why);
	*e = (struct sx_err){ 0 };
}

static void
test_only_read(void **state)
{
	static const struct sx_sound_at packed =
	    SOUND("\xf0\x7d\x10\1\0\0\2\0\1\4\2\4\xf7", -1);
	static const struct sx_sound_at text =
	    SOUND("\xf0\x7d\x10\2A02{\"name\":\"X\"}\xf7", -1);
	static const struct sx_sound_at words =
	    SOUND("\xf0\x7d\x10\3\5\1\4\1\4\xf7", -1);
	struct sx_devices *d = devices_of(gaps);
	struct sx_slots slots;
	struct sx_messages out;
	struct sx_facts facts;
	struct sx_err e = { 0 };

	(void)state;
	sx_device_decode(d, packed.bytes, packed.n, &facts);
	assert_string_equal(facts.slot_text, "A03");
	assert_string_equal(facts.name, "AB");
	refuses(sx_recast_slots(d, &packed, &slots, &e), &e,
	    "the slot of an It preset cannot be changed: it is in packed data, "
	    "which sxlib can only read");
	refuses(sx_recast_slot(d, &packed, 5, &out, &e), &e,
	    "the slot of an It preset cannot be changed: it is in packed data, "
	    "which sxlib can only read");
	sx_device_decode(d, text.bytes, text.n, &facts);
	assert_string_equal(facts.slot_text, "A02");
	assert_string_equal(facts.name, "X");
	refuses(sx_recast_slot(d, &text, 5, &out, &e), &e,
	    "the slot of an It text cannot be changed: it is a text, which "
	    "sxlib can only read");
	refuses(sx_recast_name(d, &text, "Y", &out, &e), &e,
	    "its name cannot be changed: it is in JSON, which sxlib can only "
	    "read");
	refuses(sx_recast_name(d, &words, "Y", &out, &e), &e,
	    "its name cannot be changed: it has two characters in each word, "
	    "which sxlib can only read");
	/* Another field of the message can be changed. */
	succeeds(sx_recast_slot(d, &words, 6, &out, &e), &e, "words");
	holds(
	    &out, (const uint8_t *)"\xf0\x7d\x10\3\6\1\4\1\4\xf7", 10, "words");
	sx_messages_free(&out);
	succeeds(sx_recast_name(d, &packed, "Z", &out, &e), &e, "packed");
	holds(&out, (const uint8_t *)"\xf0\x7d\x10\1\0\0\2\0\x0a\5\0\2\xf7", 13,
	    "packed");
	sx_messages_free(&out);
	sx_devices_free(d);
}

static void
test_gaps(void **state)
{
	static const struct sx_sound_at all[] = { SOUND(GAPS("\5"), 3),
		SOUND(GAPS("\5"), 2), SOUND(GAPS("\5"), 1),
		SOUND(GAPS("\5"), 0) };
	static const struct sx_sound_at sum[] = { SOUND(GAPS("\4"), 2),
		SOUND(GAPS("\4"), 1), SOUND(GAPS("\4"), 3),
		SOUND(GAPS("\4"), 0) };
	struct sx_devices *d = devices_of(gaps);
	struct sx_messages out;
	struct sx_err e = { 0 };

	(void)state;
	succeeds(sx_recast_bank(d, all, 4, NULL, &out, NULL, &e), &e, "gaps");
	holds(&out,
	    (const uint8_t *)"\xf0\x7d\x10\5DD\4CC\3\x55"
			     "BB\2AA\1\xf7",
	    18, "gaps");
	sx_messages_free(&out);
	succeeds(sx_recast_name(d, &all[1], "X", &out, &e), &e, "gaps");
	holds(&out,
	    (const uint8_t *)"\xf0\x7d\x10\5"
			     "AA\1BB\2\x55X \3DD\4\xf7",
	    18, "gaps");
	sx_messages_free(&out);
	/* With a checksum of unknown rule in a gap, a sound can only be read.
	 */
	succeeds(sx_recast_single(d, &sum[0], &out, &e), &e, "gaps");
	holds(&out, (const uint8_t *)"\xf0\x7d\x10\6CC\3\xf7", 8, "gaps");
	sx_messages_free(&out);
	refuses(sx_recast_bank(d, sum, 4, NULL, &out, NULL, &e), &e,
	    "a bank of an It cannot be changed: its checksum rule is unknown");
	refuses(sx_recast_name(d, &sum[0], "X", &out, &e), &e,
	    "a bank of an It cannot be changed: its checksum rule is unknown");
	sx_devices_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_singles),
		cmocka_unit_test(test_not_there),
		cmocka_unit_test(test_banks),
		cmocka_unit_test(test_another_order),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_buffers),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_dx7),
		cmocka_unit_test(test_dx7_spare_bits),
		cmocka_unit_test(test_tx81z),
		cmocka_unit_test(test_dx21),
		cmocka_unit_test(test_memories),
		cmocka_unit_test(test_memory_names),
		cmocka_unit_test(test_d50_characters),
		cmocka_unit_test(test_k5000),
		cmocka_unit_test(test_slot_and_buffer),
		cmocka_unit_test(test_edit_buffers),
		cmocka_unit_test(test_in_a_row),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_content_of_two),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_only_read),
		cmocka_unit_test(test_gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
