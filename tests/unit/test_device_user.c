/* SPDX-License-Identifier: ISC */
/* The user's rows: their facts, their precedence, and its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sysex/devices.h"
#include "facts.h"
#include "hex.h"
#include "instruments.h"
#include "sxlib/config.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))
#define PRESET	 "kind = preset\n"

/* Read one more instrument. Returns 0, or -1 and sets e. */
static int
try(struct sx_devices *d, const char *text, struct sx_err *e)
{
	struct sx_config *f = sx_config_memory("x.conf", text, strlen(text), e);
	int rc;

	assert_non_null(f);
	rc = sx_config_device(f, d, e);
	sx_config_close(f);
	return rc == 1 ? 0 : -1;
}

/* Add a device D with this mask and more keys, one per line. */
static void
add(struct sx_devices *d, const char *mask, const char *keys)
{
	struct sx_err e = { 0 };
	char text[512];

	snprintf(text, sizeof(text), "[D]\nmask = %s\n%s", mask, keys);
	if (try(d, text, &e) == -1)
		fail_msg("%s: %s", mask, e.msg);
}

static void
bad_rows_are_refused(void **state)
{
#define LONG "123456789 123456789 123456789 123456789 123456789 123456789 1234"
	static const struct {
		const char *text, *why;
	} t[] = {
		{ "[D]\n", "no mask" },
		{ "[D]\nmask = 31 7F", "F0" },
		{ "[D]\nmask = ?? 31", "F0" },
		{ "[D]\nmask = F0", "ID" },
		{ "[D]\nmask = F0 00 20", "ID" },
		{ "[D]\nmask = F0 00 00 00", "ID" },
		{ "[D]\nmask = F0 00 ?? 3C", "open" },
		{ "[D]\nmask = F0 ?? 20", "ID" },
		{ "[D]\nmask = F0 31 F7", "above 7F" },
		{ "[D]\nmask = F0 31 80 01", "above 7F" },
		{ "[D]\nmask = F0 31 ??", "ends" },
		{ "[D]\nmask = F0 31\nslot = 1", "slot" },
		{ "[D]\nmask = F0 00 20 3C\nslot = 3", "slot" },
		{ "[]\nmask = F0 31", "name" },
		{ "[(all)]\nmask = F0 31", "(" },
		{ "[" LONG "]\nmask = F0 31", "too long" },
		{ "[D]\nmaker = \nmask = F0 31", "maker" },
		{ "[D]\nmaker = (b)\nmask = F0 31", "maker" },
		{ "[D]\nmask = F0 31\nmaker = " LONG, "longer" },
		{ "[E]\nmask = F0 7D 01", "same as that of D (x.conf:1)" },
		{ "[E]\nmask = F0 7D 02", "same as that of D (x.conf:1)" },
	};
	struct sx_devices *d = sx_devices_new(NULL);

	(void)state;
	add(d, "F0 7D 01", PRESET);
	add(d, "F0 7D 02", PRESET);
	for (size_t i = 0; i < ARRAY(t); i++) {
		struct sx_err e = { 0 };

		assert_int_equal(try(d, t[i].text, &e), -1);
		if (e.code != SX_EDATA || strstr(e.msg, t[i].why) == NULL)
			fail_msg("row %zu: %s", i, e.msg);
	}
	assert_int_equal(sx_devices_count(d), 2);
	assert_string_equal(instrument_at(d, 0).row.device, "D");
	sx_devices_free(d);
	assert_int_equal(sx_devices_count(NULL), 0);
}

/* Precedence: mask of the user's row, message, resulting device. */
static const struct {
	const char *mask, *msg, *device;
	enum sx_kind kind;
	enum sx_trust trust;
} wins[] = {
	/* 7D is unknown. */
	{ "F0 7D", "F0 7D 01 02 F7", "D", SX_KIND_PRESET, SX_TRUST_USER },
	{ "F0 7D ?? 02", "F0 7D 01 02 F7", "D", SX_KIND_PRESET, SX_TRUST_USER },
	{ "F0 7D 02", "F0 7D 01 02 F7", "", SX_KIND_UNKNOWN, SX_TRUST_NONE },
	{ "F0 7D 01 02 03", "F0 7D 01 F7", "", SX_KIND_UNKNOWN, SX_TRUST_NONE },
	/* An inferred row gives way, */
	{ "F0 31 7F", "F0 31 7F 61 02 55 00 F7", "D", SX_KIND_PRESET,
	    SX_TRUST_USER },
	{ "F0 31", "F0 31 01 02 03 F7", "D", SX_KIND_PRESET, SX_TRUST_USER },
	/* except for firmware, unless the user's row fixes more bytes, */
	{ "F0 31 7F 61", "F0 31 7F 61 10 55 00 F7", "product 61",
	    SX_KIND_FIRMWARE, SX_TRUST_INFERRED },
	{ "F0 31 7F 61 10 55", "F0 31 7F 61 10 55 00 F7", "D", SX_KIND_PRESET,
	    SX_TRUST_USER },
	/* and for a message that is not a dump; */
	{ "F0 00 20 3C 10", "F0 00 20 3C 10 00 01 02 03 F7", "Elektron API",
	    SX_KIND_TRANSPORT, SX_TRUST_INFERRED },
	{ "F0 00 20 3C 10 00 01", "F0 00 20 3C 10 00 01 02 03 F7", "D",
	    SX_KIND_PRESET, SX_TRUST_USER },
	/* a documented row only to one that fixes more bytes. */
	{ "F0 31 7F", "F0 31 7F 5D 02 55 00 F7", "Alpha Base", SX_KIND_PATTERN,
	    SX_TRUST_DOCUMENTED },
	{ "F0 31 7F 5D 02 55", "F0 31 7F 5D 02 55 00 F7", "Alpha Base",
	    SX_KIND_PATTERN, SX_TRUST_DOCUMENTED },
	{ "F0 31 ?? ?? ?? ?? ?? 01", "F0 31 7F 5D 02 55 00 01 F7", "Alpha Base",
	    SX_KIND_PATTERN, SX_TRUST_DOCUMENTED },
	{ "F0 31 7F 5D 02 55 00", "F0 31 7F 5D 02 55 00 01 F7", "D",
	    SX_KIND_PRESET, SX_TRUST_USER },
	/* A documented device with an undocumented message. */
	{ "F0 31 7F 5D", "F0 31 7F 5D 04 55 00 01 F7", "Alpha Base",
	    SX_KIND_UNKNOWN, SX_TRUST_DOCUMENTED },
	{ "F0 31 7F 5D 04", "F0 31 7F 5D 04 55 00 01 F7", "D", SX_KIND_PRESET,
	    SX_TRUST_USER },
};

static void
the_more_special_wins(void **state)
{
	uint8_t msg[64];

	(void)state;
	for (size_t i = 0; i < ARRAY(wins); i++) {
		struct sx_devices *d = sx_devices_new(NULL);
		struct sx_facts f;

		add(d, wins[i].mask, PRESET);
		f = facts_of(d, msg, bytes_of(wins[i].msg, msg));
		if (strcmp(f.device, wins[i].device) != 0 ||
		    f.kind != wins[i].kind || f.trust != wins[i].trust)
			fail_msg("row %zu: %s, %s, %s", i, f.device,
			    sx_kind_text(f.kind), sx_trust_text(f.trust));
		assert_true(f.trust != SX_TRUST_USER ||
			    f.checksum == SX_CHECKSUM_UNKNOWN);
		sx_devices_free(d);
	}
}

static void
of_several_the_longest_then_the_first(void **state)
{
	static const char *const masks[] = { "F0 7D 01", "F0 7D 01 ?? 03",
		"F0 7D ?? ?? 03", "F0 7D" };
	static const struct {
		const char *msg;
		int delay;
	} t[] = { { "F0 7D 01 02 03 F7", 1 }, { "F0 7D 01 02 04 F7", 0 },
		{ "F0 7D 05 02 03 F7", 2 }, { "F0 7D 05 F7", 3 } };
	struct sx_devices *d = sx_devices_new(NULL);
	uint8_t msg[64];

	(void)state;
	for (int i = 0; i < (int)ARRAY(masks); i++) {
		char delay[32];

		snprintf(delay, sizeof(delay), "delay = %d\n", i);
		add(d, masks[i], delay);
	}
	for (size_t i = 0; i < ARRAY(t); i++)
		assert_int_equal(
		    facts_of(d, msg, bytes_of(t[i].msg, msg)).delay_ms,
		    t[i].delay);
	sx_devices_free(d);
}

static void
a_row_says_all_it_has(void **state)
{
	static const uint8_t msg[] = { 0xf0, 0x31, 0x7f, 0x61, 1, 5, 0xf7 };
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_err e = { 0 };
	struct sx_facts f;

	(void)state;
	f = facts_of(NULL, msg, sizeof(msg));
	assert_int_equal(f.delay_ms, 200);
	assert_int_equal(try(d,
			     "# mine\n\n[MBrane 11]\nmask = F0 31 7F 61\n"
			     "kind = pattern\nslot = 5\n",
			     &e),
	    0);
	f = facts_of(d, msg, sizeof(msg));
	assert_string_equal(f.maker, "Jomox"); /* as the built-in row says */
	assert_string_equal(f.device, "MBrane 11");
	assert_string_equal(f.source, "x.conf:3");
	assert_int_equal(f.delay_ms, 200);
	assert_int_equal(f.rate, 0);
	assert_int_equal(f.slot, 5);
	assert_true(f.slot_at.off == 5 && f.slot_at.len == 1);
	assert_int_equal(f.header.len, 4);
	assert_true(f.dump && !f.complete);
	/* Not whole: the slot is unknown. */
	assert_int_equal(facts_of(d, msg, 6).slot, -1);
	/* The slot would be the F7. */
	f = facts_of(d, (const uint8_t *)"\xf0\x31\x7f\x61\x01\xf7", 6);
	assert_int_equal(f.slot, -1);

	assert_int_equal(try(d,
			     "[MBase 11]\nmask = F0 31 7F 61 01 05\n"
			     "maker = JoMoX\nkind = request\ndelay = 0\n"
			     "rate = 99\n",
			     &e),
	    0);
	f = facts_of(d, msg, sizeof(msg));
	assert_string_equal(f.maker, "JoMoX");
	assert_true(f.delay_ms == 0 && f.rate == 99 && !f.dump);
	assert_int_equal(sx_devices_count(d), 2);
	assert_string_equal(instrument_at(d, 1).row.kinds, "request");
	sx_devices_free(d);
}

/* A mask that fixes the first n bytes of msg. */
static const char *
mask_of(const uint8_t *msg, size_t n, char text[64])
{
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		sprintf(text + strlen(text), "%02X ", msg[i]);
	return text;
}

#define FIXED 8

static void
danger_stays(void **state)
{
	struct sx_devices *d = sx_devices_new(NULL);
	uint8_t msg[SX_TRIAGE_BYTES + 600];
	struct sx_instrument dev;
	size_t dangers = 0;
	char mask[64];

	(void)state;
	for (size_t i = 0; sx_instrument(NULL, i, &dev); i++) {
		for (size_t k = 0; k < dev.nformats; k++) {
			struct sx_message_kind f = format_at(&dev, k);
			size_t len = f.max != 0 ? f.max : f.min + 20;

			if (f.danger == NULL || len > sizeof(msg))
				continue;
			memset(msg, 0x01, sizeof(msg));
			for (size_t j = 0; j < SX_TRIAGE_BYTES; j++)
				msg[j] = (uint8_t)((msg[j] & ~dev.mask.bits[j] &
						       ~f.mask.bits[j]) |
						   dev.mask.value[j] |
						   f.mask.value[j]);
			msg[len - 1] = 0xf7;
			add(d, mask_of(msg, FIXED, mask), PRESET);
			assert_ptr_equal(
			    facts_of(d, msg, len).danger, f.danger);
			dangers++;
		}
	}
	assert_true(dangers > 0);
	sx_devices_free(d);
}

static uint32_t
random_number(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static size_t
built_in(void)
{
	struct sx_instrument in;
	size_t n = 0;

	while (sx_instrument(NULL, n, &in))
		n++;
	return n;
}

/* A row for the head of a built-in device. */
static void
add_random(struct sx_devices *d, uint32_t *seed)
{
	const struct sx_instrument dev =
	    instrument_at(NULL, random_number(seed) % built_in());
	size_t len = 2 + random_number(seed) % (FIXED - 1);
	char text[256] = "[D]\nmask = ";

	for (size_t j = 0; j < len; j++)
		if (dev.mask.bits[j] != 0 || j + 1 == len)
			sprintf(
			    text + strlen(text), "%02X ", dev.mask.value[j]);
		else
			strcat(text, "?? ");
	sprintf(text + strlen(text), "\nslot = 4\nkind = %s\n",
	    sx_kind_text((enum sx_kind)(random_number(seed) % SX_KINDS)));
	/* Many of these are invalid; the others suffice. */
	(void)try(d, text, NULL);
}

static struct sx_devices *
random_rows(uint32_t *seed)
{
	struct sx_devices *d = sx_devices_new(NULL);

	for (size_t i = 0; i < 100 && sx_devices_count(d) < 20; i++)
		add_random(d, seed);
	assert_true(sx_devices_count(d) > 4);
	return d;
}

/* The first SX_TRIAGE_BYTES determine maker, dump and complete of the whole. */
static void
triage_holds(void **state)
{
	uint8_t msg[300];
	uint32_t seed = 7;
	size_t n = built_in(), taught = 0;

	(void)state;
	for (size_t round = 0; round < 300; round++) {
		struct sx_devices *d = random_rows(&seed);

		for (size_t k = 0; k < n; k++) {
			const struct sx_instrument dev = instrument_at(NULL, k);
			size_t len = 17 + random_number(&seed) % 280;
			struct sx_facts whole, begun;

			for (size_t i = 0; i < len; i++)
				msg[i] = random_number(&seed) & 0x7f;
			for (size_t i = 0; i < SX_TRIAGE_BYTES; i++)
				msg[i] =
				    (uint8_t)((msg[i] & ~dev.mask.bits[i]) |
					      dev.mask.value[i]);
			msg[0] = 0xf0;
			msg[len - 1] = 0xf7;
			whole = facts_of(d, msg, len);
			taught += whole.trust == SX_TRUST_USER;
			for (size_t part = SX_TRIAGE_BYTES; part < len;
			     part += 1 + part / 2) {
				begun = facts_of(d, msg, part);
				assert_int_equal(
				    begun.maker_id, whole.maker_id);
				assert_string_equal(begun.maker, whole.maker);
				assert_int_equal(begun.dump, whole.dump);
				assert_int_equal(
				    begun.complete, whole.complete);
				assert_int_equal(begun.trust == SX_TRUST_USER,
				    whole.trust == SX_TRUST_USER);
			}
		}
		sx_devices_free(d);
	}
	assert_true(taught > 1000);
}

/* A head that ends before the slot does not contain it: the rest must be read.
 */
static void
a_slot_behind_the_head_is_not_skimmed(void **state)
{
	static const uint8_t begin[] = { 0xf0, 0x31, 0x7f, 0x66 };

	(void)state;
	for (int slot = SX_TRIAGE_BYTES - 1; slot < 40; slot++) {
		struct sx_devices *d = sx_devices_new(NULL);
		uint8_t *head = calloc(1, SX_TRIAGE_BYTES);
		bool within = slot < SX_TRIAGE_BYTES;
		struct sx_facts facts;
		char key[32];

		assert_non_null(d);
		assert_non_null(head);
		memcpy(head, begin, sizeof(begin));
		head[SX_TRIAGE_BYTES - 1] = 7;
		snprintf(key, sizeof(key), "slot = %d\n", slot);
		add(d, "F0 31 7F 66", key);
		assert_int_equal(sx_device_skim(d, head, SX_TRIAGE_BYTES, 2000,
				     true, &facts),
		    within);
		assert_int_equal(facts.slot, within ? 7 : -1);
		free(head);
		sx_devices_free(d);
	}
}

/* A slot of two bytes; a row for a message of a pair leaves it in the pair. */
static void
a_slot_in_two_bytes_and_pairs(void **state)
{
	static const uint8_t low_first[] = { 0xf0, 0x7d, 0x01, 0x02, 0x01,
		0xf7 };
	static const uint8_t tone[] = { 0xf0, 0x41, 0x35, 0x00, 0x24, 0x20,
		0x01, 0xf7 };
	static const uint8_t store[] = { 0xf0, 0x41, 0x34, 0x00, 0x24, 0x20,
		0x01, 0x00, 0x05, 0x02, 0xf7 };
	struct sx_facts facts;
	struct sx_devices *d = sx_devices_new(NULL);

	(void)state;
	add(d, "F0 7D 01", "slot = 4 3\n");
	facts = facts_of(d, low_first, sizeof(low_first));
	assert_int_equal(facts.slot, 130);
	assert_int_equal(facts.slot_at.off, 3);
	assert_int_equal(facts.slot_at.len, 2);
	add(d, "F0 7D 01 02", "slot = 3 4\n");
	facts = facts_of(d, low_first, sizeof(low_first));
	assert_int_equal(facts.slot, 2 * 128 + 1);
	assert_int_equal(
	    facts_of(d, low_first, sizeof(low_first) - 1).slot, -1);

	add(d, "F0 41 35 00 24 20 01", PRESET);
	facts = facts_of(d, tone, sizeof(tone));
	assert_string_equal(facts.device, "D");
	assert_int_equal(facts.pair, 1);
	add(d, "F0 41 34 00 24 20 01 00", PRESET);
	facts = facts_of(d, store, sizeof(store));
	assert_string_equal(facts.device, "D");
	assert_int_equal(facts.pair, -1);
	sx_devices_free(d);
}

/* Messages of the same device or format, of another one, and of none. */
static const char *const sequence[] = { "F0 7D 01 02 03 F7", "F0 7D 05 F7",
	"F0 31 7F 5D 02 55 00 01 F7", "F0 31 7F 5D 03 55 00 05 77 01 F7",
	"F0 31 7F 5D 04 55 00 01 F7", "F0 31 01 02 03 F7",
	"F0 00 20 3C 10 00 01 02 03 F7", "F0 41 35 00 24 20 01 F7",
	"F0 41 34 00 24 20 01 00 05 02 F7", "F0 F7", "90 00 F7" };

static void
assert_same(const struct sx_facts *a, const struct sx_facts *b)
{
	assert_string_equal(a->maker, b->maker);
	assert_string_equal(a->device, b->device);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->slot, b->slot);
	assert_string_equal(a->slot_text, b->slot_text);
	assert_string_equal(a->name, b->name);
	assert_int_equal(a->trust, b->trust);
	assert_int_equal(a->unit, b->unit);
	assert_int_equal(a->pair, b->pair);
	assert_int_equal(a->dump, b->dump);
	assert_int_equal(a->delay_ms, b->delay_ms);
	assert_int_equal(a->header.len, b->header.len);
	assert_ptr_equal(a->format.at, b->format.at);
	assert_ptr_equal(a->source, b->source);
	assert_ptr_equal(a->note, b->note);
	assert_ptr_equal(a->danger, b->danger);
}

/* Data that a decoder keeps of one message does not affect the next. */
static void
a_decoder_says_the_same(void **state)
{
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_err e = { 0 };
	uint8_t msg[64];

	(void)state;
	add(d, "F0 7D 01", PRESET "slot = 3\n");
	add(d, "F0 31", "delay = 7\n");
	add(d, "F0 41 35 00 24 20 01", PRESET);
	for (size_t i = 0; i < ARRAY(sequence) * ARRAY(sequence); i++) {
		const char *const pair[2] = { sequence[i / ARRAY(sequence)],
			sequence[i % ARRAY(sequence)] };
		struct sx_decoder *decoder = sx_decoder_new(d, &e);
		struct sx_facts f, alone;

		assert_non_null(decoder);
		for (size_t k = 0; k < 2; k++) {
			size_t n = bytes_of(pair[k], msg);

			alone = facts_of(d, msg, n);
			sx_decoder_next(decoder, msg, n, &f);
			assert_same(&f, &alone);
		}
		sx_decoder_free(decoder);
	}
	sx_decoder_free(NULL);
	sx_devices_free(d);
}

/* The user's instruments come first; case is ignored. */
static void
one_is_found_by_its_name(void **state)
{
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_instrument in;

	(void)state;
	assert_false(sx_instrument_named(d, "d", &in));
	add(d, "F0 7D 01", PRESET);
	assert_true(sx_instrument_named(d, "d", &in));
	assert_string_equal(in.row.device, "D");
	assert_int_equal(in.row.trust, SX_TRUST_USER);
	assert_true(sx_instrument_named(NULL, "MACHINEDRUM", &in));
	assert_string_equal(in.row.device, "Machinedrum");
	assert_false(sx_instrument_named(d, "Machinedru", &in));
	sx_devices_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_rows_are_refused),
		cmocka_unit_test(the_more_special_wins),
		cmocka_unit_test(of_several_the_longest_then_the_first),
		cmocka_unit_test(a_row_says_all_it_has),
		cmocka_unit_test(danger_stays),
		cmocka_unit_test(a_slot_in_two_bytes_and_pairs),
		cmocka_unit_test(triage_holds),
		cmocka_unit_test(a_slot_behind_the_head_is_not_skimmed),
		cmocka_unit_test(a_decoder_says_the_same),
		cmocka_unit_test(one_is_found_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
