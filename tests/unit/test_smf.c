/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>

#include "../../src/store/smf.h"
#include "scratch.h"
#include "smf_parse.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define WALL	 INT64_C(1795324530123999)
#define TIME	 "20261122T051530.123Z"

/* A dump of n messages of `len` bytes, `step` us apart, from mono time 77. */
static uint8_t *
make_dump(struct sx_dump *d, size_t n, size_t len, int64_t step)
{
	struct sx_piece *pieces = calloc(n, sizeof(*pieces));
	uint8_t *data = malloc(n * len);

	assert_non_null(pieces);
	assert_non_null(data);
	for (size_t i = 0; i < n; i++) {
		uint8_t *m = data + i * len;

		for (size_t k = 0; k < len; k++)
			m[k] = (uint8_t)((i * 31 + k * 7) & 0x7f);
		m[0] = 0xf0;
		m[len - 1] = 0xf7;
		pieces[i].off = i * len;
		pieces[i].len = len;
		pieces[i].time.mono = 77 + (int64_t)i * step;
	}
	*d = (struct sx_dump){ .bytes = n * len,
		.messages = n,
		.pieces = pieces,
		.time = { .wall = WALL, .mono = 77 },
		.facts = { .slot = -1 } };
	return data;
}

static void
free_dump(struct sx_dump *d, uint8_t *data)
{
	free((void *)(uintptr_t)d->pieces);
	free(data);
}

/* Write one dump and parse the file. */
static void
write_one(struct smf_file *f, const struct sx_dump *d, const uint8_t *data)
{
	struct sx_err e = { 0 };
	struct sx_smf_track t;
	struct sx_part *p = sx_part_create(NULL, 0, "", NULL, &e);
	const uint8_t *bytes;
	size_t n;

	assert_non_null(p);
	assert_int_equal(sx_smf_track_init(&t, d, 0, &e), 0);
	if (sx_smf_write(p, &t, 1, data, &e) == -1)
		fail_msg("%s", e.msg);
	bytes = sx_part_map(p, &n, &e);
	assert_non_null(bytes);
	smf_parse(f, bytes, n);
	sx_smf_track_done(&t);
	sx_part_release(p);
}

static void
every_size_comes_back(void **state)
{
	static const size_t lens[] = { 2, 3, 5, 127, 128, 129, 4104, 16383,
		16384, 16385, 65536, (2 << 20) - 1, (2 << 20) + 3 };

	(void)state;
	for (size_t i = 0; i < COUNT(lens); i++) {
		struct sx_dump d;
		struct smf_file f;
		uint8_t *data = make_dump(&d, 2, lens[i], 1500);

		assert_null(sx_smf_obstacle(&d, data, 2 * lens[i]));
		write_one(&f, &d, data);
		assert_int_equal(f.division, 500);
		assert_int_equal(f.ntracks, 1);
		assert_string_equal(f.tracks[0].name, TIME);
		assert_int_equal(f.tracks[0].nevents, 2);
		assert_int_equal(f.tracks[0].events[0].tick, 0);
		assert_int_equal(f.tracks[0].events[1].tick, 2);
		assert_int_equal(f.tracks[0].bytes, 2 * lens[i]);
		assert_memory_equal(f.tracks[0].data, data, 2 * lens[i]);
		smf_done(&f);
		free_dump(&d, data);
	}
}

static void
names_are_cut_at_a_character(void **state)
{
	static const struct {
		const char *maker, *name;
		size_t pad; /* 'x' before the name */
		const char *track;
	} t[] = {
		{ "Jomox", "", 0, TIME " Jomox Alpha Base pattern A01" },
		{ "K\xc3\xb6ln", "N\x01me", 0,
		    TIME " K\xc3\xb6ln Alpha Base pattern A01 N?me" },
		{ "", "", 0, TIME " Alpha Base pattern A01" },
	};
	struct sx_dump d;
	uint8_t *data = make_dump(&d, 1, 5, 0);
	struct smf_file f;

	(void)state;
	d.facts = (struct sx_facts){ .device = "Alpha Base",
		.kind = SX_KIND_PATTERN,
		.slot_text = "A01" };
	for (size_t i = 0; i < COUNT(t); i++) {
		(void)snprintf(
		    d.facts.maker, sizeof(d.facts.maker), "%s", t[i].maker);
		(void)snprintf(
		    d.facts.name, sizeof(d.facts.name), "%s", t[i].name);
		write_one(&f, &d, data);
		assert_string_equal(f.tracks[0].name, t[i].track);
		smf_done(&f);
	}
	/* Two-byte characters at every offset around the limit of 127. */
	for (size_t pad = 0; pad < 2; pad++) {
		char *const texts[] = { d.facts.maker, d.facts.device,
			d.facts.name };

		for (size_t k = 0; k < COUNT(texts); k++)
			for (size_t i = 0; i < SX_FACT_TEXT - 1; i++)
				texts[k][i] = "x\xc3\xa4"[i == 0       ? 0
							  : i % 2 == 0 ? 2
								       : 1];
		if (pad == 1)
			memmove(texts[0], texts[0] + 1, SX_FACT_TEXT - 1);
		write_one(&f, &d, data);
		assert_in_range(strlen(f.tracks[0].name), 126, 127);
		assert_true(mbstowcs(NULL, f.tracks[0].name, 0) != (size_t)-1);
		smf_done(&f);
	}
	free_dump(&d, data);
}

static void
clean_messages_only(void **state)
{
	static const struct {
		const char *bytes;
		size_t n, first; /* length of the first of two messages */
		bool good;
	} t[] = {
		{ "\xf0\x01\xf7\xf0\xf7", 5, 3, true },
		{ "\xf0\x01\xf7\xf0\xf7", 5, 2, false },
		{ "\xf0\x01\xf7\xf0\xf7", 4, 3, false },
		{ "\xf0\x01\x02\xf0\xf7", 5, 3, false },
		{ "\x01\x02\xf7\xf0\xf7", 5, 3, false },
		{ "\xf0\x80\xf7\xf0\xf7", 5, 3, false },
		{ "\xf0\xf8\xf7\xf0\xf7", 5, 3, false },
		{ "\xf0\x01\xf7\xf7\xf7", 5, 3, false },
		{ "\xf0\x01\xf7\xf0\xf7\x01", 6, 3, false },
		{ "\xf0\xf0\xf7", 3, 1, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		const struct sx_piece pieces[] = {
			{ .off = 0, .len = t[i].first },
			{ .off = t[i].first, .len = 2 },
		};
		struct sx_dump d = {
			.messages = 2, .pieces = pieces, .bytes = t[i].n
		};
		const uint8_t *data = (const uint8_t *)t[i].bytes;

		if ((sx_smf_obstacle(&d, data, t[i].n) == NULL) != t[i].good)
			fail_msg("row %zu", i);
	}
}

/* Files that would make libsmf abort are refused before. */
static void
files_have_limits(void **state)
{
	const int64_t ms = 1000, far = (INT64_C(1) << 28) - 1;
	struct sx_piece p[2] = { { .len = 2 }, { .off = 2, .len = 2 } };
	struct sx_dump d = { .messages = 1, .pieces = p, .bytes = 2 };
	struct sx_smf_room room = { 0 };
	struct sx_piece *many = calloc(SX_SMF_EVENTS, sizeof(*many));

	(void)state;
	assert_non_null(many);
	for (int i = 0; i < 1000; i++)
		assert_true(sx_smf_fits(&room, &d));
	assert_false(sx_smf_fits(&room, &d));
	assert_int_equal(room.tracks, 1000);

	/* Time: within a dump, and from the first dump. */
	room = (struct sx_smf_room){ 0 };
	p[1].time.mono = far * ms;
	d = (struct sx_dump){ .messages = 2, .pieces = p, .bytes = 4 };
	assert_true(sx_smf_fits(&room, &d));
	p[1].time.mono = (far + 1) * ms;
	assert_false(sx_smf_fits(&room, &d));
	room = (struct sx_smf_room){ 0 };
	assert_false(sx_smf_fits(&room, &d));
	d.messages = 1;
	assert_true(sx_smf_fits(&room, &d));
	p[0].time.mono = (far + 1) * ms;
	assert_false(sx_smf_fits(&room, &d));

	/* Events: a name for each track counts. */
	room = (struct sx_smf_room){ 0 };
	d = (struct sx_dump){ .messages = SX_SMF_EVENTS, .pieces = many };
	assert_false(sx_smf_fits(&room, &d));
	d.messages = SX_SMF_EVENTS - 1;
	assert_true(sx_smf_fits(&room, &d));
	d.messages = 1;
	assert_false(sx_smf_fits(&room, &d));

	/* Bytes. */
	room = (struct sx_smf_room){ 0 };
	d.bytes = SX_SMF_BYTES;
	assert_true(sx_smf_fits(&room, &d));
	d.bytes = 1;
	assert_false(sx_smf_fits(&room, &d));
	room = (struct sx_smf_room){ 0 };
	d.bytes = SX_SMF_BYTES + 1;
	assert_false(sx_smf_fits(&room, &d));
	d.bytes = UINT64_MAX;
	assert_false(sx_smf_fits(&room, &d));
	free(many);
}

/* The longest possible delta, and a clock that runs backwards. */
static void
odd_times_are_written(void **state)
{
	static const int64_t mono[] = { 5000000, 4000000, 5000499, 5000500,
		5000000 + ((INT64_C(1) << 28) - 1) * 1000 };
	static const uint32_t ticks[] = { 0, 0, 0, 1, (1u << 28) - 1 };
	struct sx_piece pieces[COUNT(mono)];
	struct sx_dump d;
	struct smf_file f;
	uint8_t *data = make_dump(&d, COUNT(mono), 9, 0);

	(void)state;
	memcpy(pieces, d.pieces, sizeof(pieces));
	for (size_t i = 0; i < COUNT(mono); i++)
		pieces[i].time.mono = mono[i];
	free((void *)(uintptr_t)d.pieces);
	d.pieces = pieces;
	assert_null(sx_smf_obstacle(&d, data, (size_t)d.bytes));
	write_one(&f, &d, data);
	for (size_t i = 0; i < COUNT(mono); i++)
		assert_int_equal(f.tracks[0].events[i].tick, ticks[i]);
	smf_done(&f);
	free(data);
}

/* As many tracks as fit, in one file. */
static void
a_full_file_is_whole(void **state)
{
	static struct sx_smf_track t[SX_SMF_TRACKS];
	struct sx_err e = { 0 };
	struct sx_part *p = sx_part_create(NULL, 0, "", NULL, &e);
	struct sx_dump d;
	struct smf_file f;
	uint8_t *data = make_dump(&d, SX_SMF_TRACKS, 12, 20000);
	const struct sx_piece *pieces = d.pieces;
	const uint8_t *bytes;
	size_t n;

	(void)state;
	for (size_t i = 0; i < SX_SMF_TRACKS; i++) {
		struct sx_piece piece = pieces[i];
		struct sx_dump one = d;

		piece.off = 0;
		one.messages = 1;
		one.bytes = 12;
		one.pieces = &piece;
		one.time.wall += (int64_t)i * 20000;
		assert_int_equal(sx_smf_track_init(&t[i], &one, i * 12, &e), 0);
	}
	assert_int_equal(sx_smf_write(p, t, SX_SMF_TRACKS, data, &e), 0);
	bytes = sx_part_map(p, &n, &e);
	assert_non_null(bytes);
	smf_parse(&f, bytes, n);
	assert_int_equal(f.ntracks, SX_SMF_TRACKS);
	for (size_t i = 0; i < SX_SMF_TRACKS; i++) {
		char name[SX_TIME_NAME];

		sx_time_name(WALL + (int64_t)i * 20000, name);
		assert_string_equal(f.tracks[i].name, name);
		assert_int_equal(f.tracks[i].nevents, 1);
		assert_int_equal(f.tracks[i].events[0].tick, i * 20);
		assert_memory_equal(f.tracks[i].data, data + i * 12, 12);
		sx_smf_track_done(&t[i]);
	}
	smf_done(&f);
	sx_part_release(p);
	free_dump(&d, data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_comes_back),
		cmocka_unit_test(names_are_cut_at_a_character),
		cmocka_unit_test(clean_messages_only),
		cmocka_unit_test(files_have_limits),
		cmocka_unit_test(odd_times_are_written),
		cmocka_unit_test(a_full_file_is_whole),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
