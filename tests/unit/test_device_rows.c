/* SPDX-License-Identifier: ISC */
/* Rules for every row, present and future, and for real dumps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dumps.h"
#include "facts.h"
#include "instruments.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

static size_t
devices(void)
{
	struct sx_instrument in;
	size_t n = 0;

	while (sx_instrument(NULL, n, &in))
		n++;
	return n;
}

static bool
listed_only(const struct sx_instrument *d)
{
	return d->mask.bits[0] == 0;
}

static void
check_head(const char *what, const uint8_t *value, const uint8_t *mask)
{
	size_t i;

	for (i = 0; i < SX_TRIAGE_BYTES; i++)
		if ((value[i] & ~mask[i]) != 0 ||
		    (i > 0 && (value[i] & 0x80) != 0))
			fail_msg("%s: byte %zu", what, i);
}

static void
check_format(const struct sx_instrument *d, const struct sx_message_kind *f)
{
	const char *what = d->row.device;

	check_head(what, f->mask.value, f->mask.bits);
	assert_true(f->max == 0 || f->min <= f->max);
	assert_true(f->trust > SX_TRUST_USER);
	assert_true(f->checksum == SX_CHECKSUM_NONE ||
		    f->checksum == SX_CHECKSUM_UNKNOWN);
	assert_false(f->complete && f->transient);
	assert_true(f->pair == 0 || f->complete);
	/* A request is not a dump. */
	assert_true(f->kind != SX_KIND_REQUEST || f->transient);
	assert_true(f->delay_ms >= 0);
	if (strstr(d->row.kinds, sx_kind_text(f->kind)) == NULL &&
	    f->kind != SX_KIND_UNKNOWN)
		fail_msg("%s: %s is not among '%s'", what,
		    sx_kind_text(f->kind), d->row.kinds);
}

static void
test_rows(void **state)
{
	size_t i, k;
	sx_maker_id last = 0, id;

	(void)state;
	assert_true(devices() > 50);
	for (i = 0; i < devices(); i++) {
		const struct sx_instrument in = instrument_at(NULL, i);
		const struct sx_instrument *d = &in;

		assert_true(d->row.maker >= last);
		last = d->row.maker;
		assert_true(d->row.device[0] != '\0');
		assert_true(strlen(d->row.device) < SX_FACT_TEXT);
		assert_true(d->row.kinds[0] != '\0');
		assert_true(d->row.source[0] != '\0');
		assert_true(d->row.trust > SX_TRUST_USER);
		assert_true(d->row.delay_ms >= -1);
		assert_true(d->row.rate >= 0);
		check_head(d->row.device, d->mask.value, d->mask.bits);
		if (listed_only(d)) {
			assert_int_equal(d->nformats, 0);
			continue;
		}
		id = sx_maker_of(d->mask.value, SX_TRIAGE_BYTES, NULL);
		assert_int_equal(id, d->row.maker);
		assert_true(d->mask.bits[0] == 0xff && d->mask.bits[1] == 0xff);
		for (k = 0; k < d->nformats; k++) {
			const struct sx_message_kind f = format_at(d, k);

			check_format(d, &f);
		}
	}
}

static bool
is_same_row(const struct sx_instrument *d, size_t other)
{
	const struct sx_instrument in = instrument_at(NULL, other);

	return d->row.maker == in.row.maker &&
	       strcmp(d->row.device, in.row.device) == 0;
}

static bool
is_same_format(const struct sx_instrument *d, size_t i, size_t k)
{
	const struct sx_message_kind a = format_at(d, i), b = format_at(d, k);

	return a.max == b.max && memcmp(&a.mask, &b.mask, sizeof(a.mask)) == 0;
}

static void
test_rows_are_unique(void **state)
{
	size_t i, j, k;

	(void)state;
	for (i = 0; i < devices(); i++) {
		const struct sx_instrument in = instrument_at(NULL, i);
		const struct sx_instrument *d = &in;

		for (j = 0; j < i; j++)
			if (is_same_row(d, j))
				fail_msg("two rows: %s", d->row.device);
		for (j = 0; j < d->nformats; j++)
			for (k = 0; k < j; k++)
				if (is_same_format(d, j, k))
					fail_msg("%s: formats %zu, %zu",
					    d->row.device, j, k);
	}
}

/* A message of format f of device d, n bytes long. */
static void
make_message(const struct sx_instrument *d, const struct sx_message_kind *f,
    uint8_t fill, uint8_t *msg, size_t n)
{
	size_t i;

	memset(msg, fill, n);
	for (i = 0; i < SX_TRIAGE_BYTES && i < n; i++) {
		if (d->mask.bits[i] != 0)
			msg[i] = (uint8_t)((fill & ~d->mask.bits[i] & 0x7f) |
					   d->mask.value[i]);
		if (f->mask.bits[i] != 0)
			msg[i] = (uint8_t)((msg[i] & ~f->mask.bits[i]) |
					   f->mask.value[i]);
	}
	msg[n - 1] = 0xf7;
}

/* Each format is reachable: its own bytes lead to it, not to another. */
static void
test_rows_are_reached(void **state)
{
	uint8_t msg[65536];
	size_t i, k, n;

	(void)state;
	for (i = 0; i < devices(); i++) {
		const struct sx_instrument in = instrument_at(NULL, i);
		const struct sx_instrument *d = &in;

		for (k = 0; k < d->nformats; k++) {
			const struct sx_message_kind kind = format_at(d, k);
			const struct sx_message_kind *f = &kind;
			struct sx_facts facts;

			n = f->max != 0 ? f->max : 600;
			assert_true(n <= sizeof(msg));
			/* 2C is not a known Roland model. */
			make_message(d, f, 0x2c, msg, n);
			facts = facts_of(NULL, msg, n);
			if (facts.kind != f->kind ||
			    facts.dump != !f->transient ||
			    facts.complete != f->complete ||
			    facts.danger != f->danger ||
			    (f->note != NULL && facts.note != f->note))
				fail_msg("%s: format %zu is %s", d->row.device,
				    k, sx_kind_text(facts.kind));
			assert_non_null(facts.source);
			assert_true(facts.header.len > 1);
		}
	}
}

/* The beginning of a message determines maker, dump and complete of the whole.
 */
static void
check_triage(const uint8_t *msg, size_t n)
{
	struct sx_facts whole = facts_of(NULL, msg, n);
	size_t part;

	for (part = SX_TRIAGE_BYTES; part < n;
	     part += part < 64 ? 1 : part / 2) {
		struct sx_facts begun = facts_of(NULL, msg, part);

		if (begun.maker_id != whole.maker_id ||
		    strcmp(begun.maker, whole.maker) != 0 ||
		    begun.dump != whole.dump ||
		    begun.complete != whole.complete)
			fail_msg("%s, %s: %zu of %zu bytes", whole.maker,
			    whole.device, part, n);
		assert_int_equal(begun.slot, -1);
		assert_int_equal(begun.name_at.len, 0);
		assert_int_equal(begun.checksum_at.len, 0);
		assert_int_equal(begun.length_at.len, 0);
	}
}

static void
check_regions(const struct sx_facts *f, size_t n)
{
	const struct sx_region *const regions[] = { &f->header, &f->slot_at,
		&f->name_at, &f->checksum_at, &f->length_at };
	size_t i;

	for (i = 0; i < ARRAY(regions); i++)
		assert_true(regions[i]->len == 0 ||
			    (regions[i]->off < n &&
				regions[i]->len <= n - regions[i]->off));
}

static void
test_triage_of_rows(void **state)
{
	static const uint8_t fills[] = { 0x00, 0x2a, 0x7f };
	uint8_t msg[65536];
	size_t i, k, j, n;

	(void)state;
	for (i = 0; i < devices(); i++) {
		const struct sx_instrument in = instrument_at(NULL, i);
		const struct sx_instrument *d = &in;

		if (listed_only(d))
			continue;
		for (k = 0; k <= d->nformats; k++) {
			struct sx_message_kind f = { 0 };

			if (k < d->nformats)
				f = format_at(d, k);
			for (j = 0; j < ARRAY(fills); j++)
				for (n = 2; n < 700; n += n < 24 ? 1 : 113) {
					make_message(d, &f, fills[j], msg, n);
					check_triage(msg, n);
				}
		}
	}
}

static uint32_t
random_number(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Any bytes after any head, of any length: no crash, no region outside the
 * message. */
static void
test_any_bytes(void **state)
{
	uint8_t msg[400];
	uint32_t seed = 1;
	size_t i, round, n;

	(void)state;
	for (round = 0; round < 20000; round++) {
		const struct sx_instrument in =
		    instrument_at(NULL, round % devices());
		const struct sx_instrument *d = &in;
		struct sx_facts f;

		n = random_number(&seed) % sizeof(msg);
		for (i = 0; i < n; i++) {
			msg[i] = (uint8_t)random_number(&seed);
			if (round % 3 != 0)
				msg[i] &= 0x7f;
			if (i < SX_TRIAGE_BYTES)
				msg[i] = (uint8_t)((msg[i] & ~d->mask.bits[i]) |
						   d->mask.value[i]);
		}
		if (n > 0 && round % 4 != 0)
			msg[n - 1] = 0xf7;
		f = facts_of(NULL, msg, n);
		check_regions(&f, n);
		if (round % 16 == 1 && round % 3 != 0)
			check_triage(msg, n);
	}
}

static const struct {
	const char *file;
	size_t messages;
	const char *maker, *device;
	/* Of the first message; the checksum of all. */
	enum sx_kind kind;
	long slot;
	const char *name;
	enum sx_checksum checksum;
	bool complete;
} dumps[] = {
	{ "access-virusti-single.syx", 1, "Access", "Virus", SX_KIND_PRESET, -1,
	    " -INIT-", SX_CHECKSUM_OK, false },
	{ "akai-ax80-bank.syx", 64, "Akai", "AX80", SX_KIND_PRESET, 0, "",
	    SX_CHECKSUM_NONE, false },
	{ "behringer-wave-editbuffer.syx", 1, "Behringer", "Wave",
	    SX_KIND_PRESET, -1, "", SX_CHECKSUM_OK, false },
	{ "elektron-machinedrum-kit.syx", 1, "Elektron", "Machinedrum",
	    SX_KIND_KIT, 44, "DISTORTED", SX_CHECKSUM_OK, true },
	{ "elektron-monomachine-global.syx", 1, "Elektron", "Monomachine",
	    SX_KIND_GLOBAL, 7, "", SX_CHECKSUM_OK, true },
	{ "elektron-monomachine-kit.syx", 1, "Elektron", "Monomachine",
	    SX_KIND_KIT, 0, "TECHNOT123", SX_CHECKSUM_OK, true },
	{ "elektron-monomachine-kit+pattern.syx", 2, "Elektron", "Monomachine",
	    SX_KIND_KIT, 5, "TECHNOT6", SX_CHECKSUM_OK, true },
	{ "elektron-monomachine-song.syx", 1, "Elektron", "Monomachine",
	    SX_KIND_SONG, 0, "", SX_CHECKSUM_OK, true },
	{ "elektron-rytm-7sounds.syx", 7, "Elektron", "Analog Rytm",
	    SX_KIND_SOUND, 0, "909 TRIANGLE", SX_CHECKSUM_OK, true },
	{ "ensoniq-esq1-program.syx", 1, "Ensoniq", "ESQ-1", SX_KIND_PRESET, -1,
	    "RADZIC", SX_CHECKSUM_NONE, false },
	{ "korg-dw8000-bank.syx", 128, "Korg", "DW-8000", SX_KIND_PRESET, -1,
	    "", SX_CHECKSUM_NONE, true },
	{ "korg-m1-programs.syx", 1, "Korg", "M1", SX_KIND_BANK, -1, "",
	    SX_CHECKSUM_NONE, true },
	{ "korg-minilogueXD-program.syx", 1, "Korg", "minilogue xd",
	    SX_KIND_PRESET, 53, "1982theme", SX_CHECKSUM_NONE, false },
	{ "moog-voyager-bankA.syx", 1, "Moog", "Voyager", SX_KIND_BANK, -1, "",
	    SX_CHECKSUM_UNKNOWN, true },
	{ "novation-peak-patch.syx", 1, "Novation", "Peak", SX_KIND_PRESET, -1,
	    "Reflections", SX_CHECKSUM_NONE, false },
	{ "novation-ultranova-patch.syx", 1, "Novation", "UltraNova",
	    SX_KIND_PRESET, 35, "Poppy", SX_CHECKSUM_NONE, false },
	{ "roland-d50-editbuffer.syx", 7, "Roland", "D-50", SX_KIND_PRESET, -1,
	    "", SX_CHECKSUM_OK, false },
	{ "roland-jdxi-tone.syx", 5, "Roland", "JD-Xi", SX_KIND_PRESET, -1,
	    "Atmo Pad", SX_CHECKSUM_OK, false },
	{ "roland-jx8p-bank.syx", 64, "Roland", "JX-8P", SX_KIND_PRESET, -1,
	    " PIANO 1", SX_CHECKSUM_NONE, true },
	{ "sequential-tempest-sound.syx", 1, "Sequential", "Tempest",
	    SX_KIND_SOUND, -1, "/S/Kicks/909 AS 1", SX_CHECKSUM_UNKNOWN,
	    false },
	{ "waldorf-m-wavetable.syx", 1, "Waldorf", "M", SX_KIND_PRESET, -1,
	    "Wavetable El. Piano", SX_CHECKSUM_UNKNOWN, false },
	{ "waldorf-pulse-sound.syx", 1, "Waldorf", "Pulse", SX_KIND_PRESET, 0,
	    "", SX_CHECKSUM_OK, false },
	{ "yamaha-dx7-rom2b.syx", 1, "Yamaha", "DX7", SX_KIND_BANK, -1, "",
	    SX_CHECKSUM_OK, true },
	{ "zoom-ms-patch.syx", 1, "Zoom", "MS series", SX_KIND_PRESET, -1,
	    "C-D-R", SX_CHECKSUM_UNKNOWN, false },
};

static const char *
dumps_folder(void)
{
	const char *folder = getenv("SXLIB_DUMPS");

	return folder != NULL ? folder : "../shared/data/syx";
}

static size_t
read_dump(const char *name, uint8_t *buf, size_t max)
{
	char path[4096];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", dumps_folder(), name);
	f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("cannot open %s", path);
	n = fread(buf, 1, max, f);
	assert_int_equal(ferror(f), 0);
	assert_true(n < max);
	fclose(f);
	return n;
}

/* The next message from *pos on; 0 if there is none. */
static size_t
next_message(const uint8_t *buf, size_t n, size_t *pos)
{
	const uint8_t *start, *end;

	start = memchr(buf + *pos, 0xf0, n - *pos);
	if (start == NULL)
		return 0;
	*pos = (size_t)(start - buf);
	end = memchr(start, 0xf7, n - *pos);
	assert_non_null(end);
	return (size_t)(end - start) + 1;
}

static void
check_dump(size_t i, const uint8_t *buf, size_t n)
{
	size_t pos = 0, len, messages = 0;

	while ((len = next_message(buf, n, &pos)) != 0) {
		struct sx_facts f = facts_of(NULL, buf + pos, len);

		if (strcmp(f.maker, dumps[i].maker) != 0 ||
		    strcmp(f.device, dumps[i].device) != 0 ||
		    f.checksum != dumps[i].checksum || !f.dump ||
		    f.complete != dumps[i].complete || f.trust != SX_TRUST_SEEN)
			fail_msg("%s, message %zu: %s, %s, checksum %s, %s",
			    dumps[i].file, messages, f.maker, f.device,
			    sx_checksum_text(f.checksum),
			    sx_trust_text(f.trust));
		if (messages == 0 &&
		    (f.kind != dumps[i].kind || f.slot != dumps[i].slot ||
			strcmp(f.name, dumps[i].name) != 0))
			fail_msg("%s: %s, slot %ld, name '%s'", dumps[i].file,
			    sx_kind_text(f.kind), f.slot, f.name);
		assert_true(f.note == NULL ||
			    strstr(f.note, "not of the length") == NULL);
		check_regions(&f, len);
		check_triage(buf + pos, len);
		pos += len;
		messages++;
	}
	assert_int_equal(messages, dumps[i].messages);
}

static void
test_real_dumps(void **state)
{
	static uint8_t buf[65536];
	size_t i;

	(void)state;
	need_dumps(dumps_folder());
	for (i = 0; i < ARRAY(dumps); i++)
		check_dump(i, buf, read_dump(dumps[i].file, buf, sizeof(buf)));
}

/* A change of one data byte is detected wherever there is a checksum. */
static void
test_changed_dumps(void **state)
{
	static uint8_t buf[65536];
	size_t i, n, pos, len, at;

	(void)state;
	need_dumps(dumps_folder());
	for (i = 0; i < ARRAY(dumps); i++) {
		if (dumps[i].checksum != SX_CHECKSUM_OK)
			continue;
		n = read_dump(dumps[i].file, buf, sizeof(buf));
		for (pos = 0; (len = next_message(buf, n, &pos)) != 0;
		     pos += len) {
			at = pos + len / 2;
			buf[at] ^= 0x05;
			if (facts_of(NULL, buf + pos, len).checksum !=
			    SX_CHECKSUM_BAD)
				fail_msg("%s at %zu", dumps[i].file, pos);
			buf[at] ^= 0x05;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_rows_are_unique),
		cmocka_unit_test(test_rows_are_reached),
		cmocka_unit_test(test_triage_of_rows),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_real_dumps),
		cmocka_unit_test(test_changed_dumps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
