/* SPDX-License-Identifier: ISC */
/* The user's own rows: what they say, what they win over, what they may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sysex/device_row.h"
#include "facts.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))
static const struct sx_own_row plain = { .device = "D",
	.kind = SX_KIND_PRESET,
	.delay_ms = -1,
	.source = "x.conf:1" };

/* "F0 31 ??" into value, mask and len of a row. */
static void
set_mask(struct sx_own_row *row, const char *hex)
{
	row->len = 0;
	for (; *hex != '\0'; hex += strspn(hex, " ")) {
		char *end = (char *)(uintptr_t)hex + 2;

		assert_true(row->len < SX_OWN_BYTES);
		if (*hex != '?') {
			row->value[row->len] = (uint8_t)strtoul(hex, &end, 16);
			row->mask[row->len] = 0xff;
		}
		row->len++;
		hex = end;
	}
}

static void
add(struct sx_devices *d, struct sx_own_row row, const char *mask)
{
	struct sx_err e = { 0 };

	set_mask(&row, mask);
	if (sx_devices_add(d, &row, &e) == -1)
		fail_msg("%s: %s", mask, e.msg);
}

static void
bad_rows_are_refused(void **state)
{
	static const char long_name[] =
	    "123456789 123456789 123456789 123456789 123456789 123456789 1234";
	static const struct {
		const char *mask, *why, *device, *maker;
		size_t slot;
	} t[] = {
		{ "", "1 to 8", "D", NULL, 0 },
		{ "31 7F", "F0", "D", NULL, 0 },
		{ "?? 31", "F0", "D", NULL, 0 },
		{ "F0", "ID", "D", NULL, 0 },
		{ "F0 00 20", "ID", "D", NULL, 0 },
		{ "F0 00 00 00", "ID", "D", NULL, 0 },
		{ "F0 00 ?? 3C", "open", "D", NULL, 0 },
		{ "F0 ?? 20", "ID", "D", NULL, 0 },
		{ "F0 31 F7", "data byte", "D", NULL, 0 },
		{ "F0 31 80 01", "data byte", "D", NULL, 0 },
		{ "F0 31 ??", "ends", "D", NULL, 0 },
		{ "F0 31", "slot", "D", NULL, 1 },
		{ "F0 00 20 3C", "slot", "D", NULL, 3 },
		{ "F0 31", "name", "", NULL, 0 },
		{ "F0 31", "(", "(all)", NULL, 0 },
		{ "F0 31", "longer", long_name, NULL, 0 },
		{ "F0 31", "maker", "D", "", 0 },
		{ "F0 31", "longer", "D", long_name, 0 },
		{ "F0 7D 01", "already, for D (x.conf:1)", "E", NULL, 0 },
		{ "F0 7D 02", "already, for D (x.conf:1)", "E", NULL, 0 },
	};
	struct sx_err e = { 0 };
	struct sx_devices *d = sx_devices_new(&e);
	size_t n;

	(void)state;
	add(d, plain, "F0 7D 01");
	add(d, plain, "F0 7D 02");
	for (size_t i = 0; i < ARRAY(t); i++) {
		struct sx_own_row row = { .device = t[i].device,
			.maker = t[i].maker,
			.slot = t[i].slot,
			.source = "x.conf:2" };

		set_mask(&row, t[i].mask);
		e = (struct sx_err){ 0 };
		assert_int_equal(sx_devices_add(d, &row, &e), -1);
		if (e.code != SX_EDATA || strstr(e.msg, t[i].why) == NULL)
			fail_msg("row %zu: %s", i, e.msg);
	}
	assert_string_equal(sx_devices_rows(d, &n)[0]->device, "D");
	assert_int_equal(n, 2);
	sx_devices_free(d);
	assert_null(sx_devices_rows(NULL, &n));
	assert_int_equal(n, 0);
}

/* Who wins: mask of the own row, message, the device that it is then. */
static const struct {
	const char *mask, *msg, *device;
	enum sx_kind kind;
	enum sx_trust trust;
} wins[] = {
	/* Nothing is known of 7D. */
	{ "F0 7D", "F0 7D 01 02 F7", "D", SX_KIND_PRESET, SX_TRUST_USER },
	{ "F0 7D ?? 02", "F0 7D 01 02 F7", "D", SX_KIND_PRESET, SX_TRUST_USER },
	{ "F0 7D 02", "F0 7D 01 02 F7", "", SX_KIND_UNKNOWN, SX_TRUST_NONE },
	{ "F0 7D 01 02 03", "F0 7D 01 F7", "", SX_KIND_UNKNOWN, SX_TRUST_NONE },
	/* What is inferred gives way, */
	{ "F0 31 7F", "F0 31 7F 61 02 55 00 F7", "D", SX_KIND_PRESET,
	    SX_TRUST_USER },
	{ "F0 31", "F0 31 01 02 03 F7", "D", SX_KIND_PRESET, SX_TRUST_USER },
	/* but for firmware, unless the row fixes more bytes; */
	{ "F0 31 7F 61", "F0 31 7F 61 10 55 00 F7", "product 61",
	    SX_KIND_FIRMWARE, SX_TRUST_INFERRED },
	{ "F0 31 7F 61 10 55", "F0 31 7F 61 10 55 00 F7", "D", SX_KIND_PRESET,
	    SX_TRUST_USER },
	/* and but for what is no dump; */
	{ "F0 00 20 3C 10", "F0 00 20 3C 10 00 01 02 03 F7", "Elektron API",
	    SX_KIND_TRANSPORT, SX_TRUST_INFERRED },
	{ "F0 00 20 3C 10 00 01", "F0 00 20 3C 10 00 01 02 03 F7", "D",
	    SX_KIND_PRESET, SX_TRUST_USER },
	/* what is documented only to a row that fixes more bytes. */
	{ "F0 31 7F", "F0 31 7F 5D 02 55 00 F7", "Alpha Base", SX_KIND_PATTERN,
	    SX_TRUST_DOCUMENTED },
	{ "F0 31 7F 5D 02 55", "F0 31 7F 5D 02 55 00 F7", "Alpha Base",
	    SX_KIND_PATTERN, SX_TRUST_DOCUMENTED },
	{ "F0 31 ?? ?? ?? ?? ?? 01", "F0 31 7F 5D 02 55 00 01 F7", "Alpha Base",
	    SX_KIND_PATTERN, SX_TRUST_DOCUMENTED },
	{ "F0 31 7F 5D 02 55 00", "F0 31 7F 5D 02 55 00 01 F7", "D",
	    SX_KIND_PRESET, SX_TRUST_USER },
	/* A documented device whose message is not. */
	{ "F0 31 7F 5D", "F0 31 7F 5D 04 55 00 01 F7", "Alpha Base",
	    SX_KIND_UNKNOWN, SX_TRUST_DOCUMENTED },
	{ "F0 31 7F 5D 04", "F0 31 7F 5D 04 55 00 01 F7", "D", SX_KIND_PRESET,
	    SX_TRUST_USER },
};

static size_t
bytes_of(const char *hex, uint8_t *out)
{
	size_t n = 0;

	for (; *hex != '\0'; hex += hex[2] == ' ' ? 3 : 2)
		out[n++] = (uint8_t)strtoul(hex, NULL, 16);
	return n;
}

static void
the_more_special_wins(void **state)
{
	uint8_t msg[64];

	(void)state;
	for (size_t i = 0; i < ARRAY(wins); i++) {
		struct sx_devices *d = sx_devices_new(NULL);
		struct sx_facts f;

		add(d, plain, wins[i].mask);
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
		struct sx_own_row row = plain;

		row.delay_ms = i;
		add(d, row, masks[i]);
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
	struct sx_facts f;
	size_t n;

	(void)state;
	f = facts_of(NULL, msg, sizeof(msg));
	assert_int_equal(f.delay_ms, 200);
	add(d,
	    (struct sx_own_row){ .device = "MBrane 11",
		.kind = SX_KIND_PATTERN,
		.slot = 5,
		.delay_ms = -1,
		.source = "here:7" },
	    "F0 31 7F 61");
	f = facts_of(d, msg, sizeof(msg));
	assert_string_equal(f.maker, "Jomox"); /* as the built-in row says */
	assert_string_equal(f.device, "MBrane 11");
	assert_string_equal(f.source, "here:7");
	assert_int_equal(f.delay_ms, 200);
	assert_int_equal(f.rate, 0);
	assert_int_equal(f.slot, 5);
	assert_true(f.slot_at.off == 5 && f.slot_at.len == 1);
	assert_int_equal(f.header.len, 4);
	assert_true(f.dump && !f.complete);
	/* Not whole: nothing is said of the slot. */
	assert_int_equal(facts_of(d, msg, 6).slot, -1);
	/* The slot would be the F7. */
	f = facts_of(d, (const uint8_t *)"\xf0\x31\x7f\x61\x01\xf7", 6);
	assert_int_equal(f.slot, -1);

	add(d,
	    (struct sx_own_row){ .device = "MBase 11",
		.maker = "JoMoX",
		.kind = SX_KIND_REQUEST,
		.delay_ms = 0,
		.rate = 99,
		.source = "here:9" },
	    "F0 31 7F 61 01 05");
	f = facts_of(d, msg, sizeof(msg));
	assert_string_equal(f.maker, "JoMoX");
	assert_true(f.delay_ms == 0 && f.rate == 99 && !f.dump);
	assert_string_equal(sx_devices_rows(d, &n)[1]->kinds, "request");
	assert_int_equal(n, 2);
	sx_devices_free(d);
}

static void
danger_stays(void **state)
{
	struct sx_devices *d = sx_devices_new(NULL);
	uint8_t msg[SX_TRIAGE_BYTES + 600];
	size_t n, dangers = 0;
	const struct sx_device_row *const *rows = sx_device_rows(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct sx_device *dev = (const struct sx_device *)rows[i];

		for (size_t k = 0; k < dev->nformats; k++) {
			const struct sx_format *f = &dev->formats[k];
			struct sx_own_row row = plain;
			size_t len = f->max != 0 ? f->max : f->min + 20;

			if (f->danger == NULL || len > sizeof(msg))
				continue;
			memset(msg, 0x01, sizeof(msg));
			for (size_t j = 0; j < SX_TRIAGE_BYTES; j++)
				msg[j] = (uint8_t)((msg[j] & ~dev->mask[j] &
						       ~f->mask[j]) |
						   dev->value[j] | f->value[j]);
			msg[len - 1] = 0xf7;
			row.len = SX_OWN_BYTES;
			memcpy(row.value, msg, SX_OWN_BYTES);
			memset(row.mask, 0xff, SX_OWN_BYTES);
			assert_int_equal(sx_devices_add(d, &row, NULL), 0);
			assert_ptr_equal(
			    facts_of(d, msg, len).danger, f->danger);
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

/* A few rows over the heads of all built-in devices. */
static struct sx_devices *
random_rows(uint32_t *seed)
{
	struct sx_devices *d = sx_devices_new(NULL);
	size_t n;
	const struct sx_device_row *const *rows = sx_device_rows(&n);

	for (size_t i = 0; i < 40; i++) {
		const struct sx_device *dev =
		    (const struct sx_device *)rows[random_number(seed) % n];
		struct sx_own_row row = plain;

		row.slot = 4;
		row.kind = (enum sx_kind)(random_number(seed) % SX_KINDS);
		row.len = 2 + random_number(seed) % (SX_OWN_BYTES - 1);
		for (size_t j = 0; j < row.len; j++) {
			row.value[j] = dev->value[j];
			row.mask[j] =
			    dev->mask[j] != 0 || j + 1 == row.len ? 0xff : 0;
		}
		/* Many of these are no good; the others are enough. */
		(void)sx_devices_add(d, &row, NULL);
	}
	sx_devices_rows(d, &n);
	assert_true(n > 4);
	return d;
}

/* What SX_TRIAGE_BYTES say of maker, dump and complete, the whole says. */
static void
triage_holds(void **state)
{
	uint8_t msg[300];
	uint32_t seed = 7;
	size_t n, taught = 0;
	const struct sx_device_row *const *rows = sx_device_rows(&n);

	(void)state;
	for (size_t round = 0; round < 300; round++) {
		struct sx_devices *d = random_rows(&seed);

		for (size_t k = 0; k < n; k++) {
			const struct sx_device *dev =
			    (const struct sx_device *)rows[k];
			size_t len = 17 + random_number(&seed) % 280;
			struct sx_facts whole, begun;

			for (size_t i = 0; i < len; i++)
				msg[i] = random_number(&seed) & 0x7f;
			for (size_t i = 0; i < SX_TRIAGE_BYTES; i++)
				msg[i] = (uint8_t)((msg[i] & ~dev->mask[i]) |
						   dev->value[i]);
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

/* A head that ends before the slot does not tell it, and is not read on. */
static void
a_slot_behind_the_head_is_not_skimmed(void **state)
{
	static const uint8_t begin[] = { 0xf0, 0x31, 0x7f, 0x66 };
	struct sx_err e = { 0 };
	struct sx_own_row row = plain;

	(void)state;
	for (row.slot = SX_TRIAGE_BYTES - 1; row.slot < 40; row.slot++) {
		struct sx_devices *d = sx_devices_new(&e);
		uint8_t *head = calloc(1, SX_TRIAGE_BYTES);
		bool within = row.slot < SX_TRIAGE_BYTES;
		struct sx_facts facts;

		assert_non_null(d);
		assert_non_null(head);
		memcpy(head, begin, sizeof(begin));
		head[SX_TRIAGE_BYTES - 1] = 7;
		add(d, row, "F0 31 7F 66");
		assert_int_equal(sx_device_skim(d, head, SX_TRIAGE_BYTES, 2000,
				     true, &facts),
		    within);
		assert_int_equal(facts.slot, within ? 7 : -1);
		free(head);
		sx_devices_free(d);
	}
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
		cmocka_unit_test(triage_holds),
		cmocka_unit_test(a_slot_behind_the_head_is_not_skimmed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
