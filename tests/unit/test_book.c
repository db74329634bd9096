/* SPDX-License-Identifier: ISC */
/* The stored form of an instrument keeps all its values. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sysex/devices.h"
#include "instruments.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* Adjacent fields never have the same value. */
static const struct sx_slot_at slot = { .low = INT32_MIN,
	.high = INT32_MAX,
	.radix = UINT16_MAX,
	.below = 300,
	.from = UINT8_MAX,
	.bits = 0x3f,
	.counted = true,
	.form = SX_SLOT_TEXT };
static const struct sx_slots slots = { 1, -2, 3, INT8_MAX, INT8_MIN, true, 9,
	true };
static const struct sx_name_at name = { .at = -9,
	.len = -1,
	.in_data = true,
	.every = 2,
	.chars = SX_CHARS_ZERO,
	.blank = 0xff,
	.if_len = 3,
	.if_bytes = { 0x00, 0xf5, 0x00 },
	.if_at = 239 };
static const struct sx_sum_at sum = { SX_AT_END, -2, SX_SUM_14, 0xa5, 0x7f, 256,
	-7 };
static const struct sx_mask mask = {
	.value = { [2] = 0x12, [4] = 0x30, [15] = 0x01 },
	.bits = { [2] = 0xff, [4] = 0xf0, [15] = 0x7f },
};

static void
same_slot(const struct sx_slot_at *a, const struct sx_slot_at *b)
{
	assert_true(a->low == b->low && a->high == b->high &&
		    a->radix == b->radix && a->below == b->below &&
		    a->from == b->from && a->bits == b->bits &&
		    a->counted == b->counted && a->form == b->form);
}

static void
same_slots(const struct sx_slots *a, const struct sx_slots *b)
{
	assert_true(a->count == b->count && a->first == b->first &&
		    a->bank == b->bank && a->digits == b->digits &&
		    a->letter == b->letter && a->numbered == b->numbered &&
		    a->digit == b->digit && a->behind == b->behind);
}

static void
same_name(const struct sx_name_at *a, const struct sx_name_at *b)
{
	assert_true(a->at == b->at && a->len == b->len &&
		    a->in_data == b->in_data && a->every == b->every &&
		    a->chars == b->chars && a->blank == b->blank &&
		    a->if_len == b->if_len && a->if_at == b->if_at);
	assert_memory_equal(a->if_bytes, b->if_bytes, sizeof(a->if_bytes));
}

static void
same_sum(const struct sx_sum_at *a, const struct sx_sum_at *b)
{
	assert_true(a->from == b->from && a->to == b->to &&
		    a->rule == b->rule && a->add == b->add &&
		    a->free == b->free && a->longer == b->longer &&
		    a->at == b->at);
}

static void
same_mask(const struct sx_mask *a, const struct sx_mask *b)
{
	assert_memory_equal(a, b, sizeof(*a));
}

static void
same_text(const char *a, const char *b)
{
	assert_true((a == NULL) == (b == NULL));
	if (a != NULL)
		assert_string_equal(a, b);
}

static void
same_layout(const struct sx_layout *a, const struct sx_layout *b)
{
	same_slot(&a->slot, &b->slot);
	same_slots(&a->shown, &b->shown);
	assert_true(a->data.from == b->data.from && a->data.to == b->data.to &&
		    a->data.code == b->data.code && a->data.rle == b->data.rle);
	for (size_t i = 0; i < 2; i++) {
		same_name(&a->name[i], &b->name[i]);
		same_sum(&a->sum[i], &b->sum[i]);
	}
	assert_true(
	    a->count.at == b->count.at && a->count.from == b->count.from &&
	    a->count.to == b->count.to && a->count.width == b->count.width &&
	    a->count.less == b->count.less);
	assert_true(a->body_from == b->body_from && a->body_to == b->body_to);
}

static void
same_sounds(const struct sx_sounds_at *a, const struct sx_sounds_at *b)
{
	assert_true(a->form == b->form && a->count == b->count &&
		    a->size == b->size && a->from == b->from &&
		    a->in_data == b->in_data && a->first_at == b->first_at &&
		    a->address_at == b->address_at && a->width == b->width &&
		    a->trim == b->trim && a->used == b->used &&
		    a->group == b->group && a->skip == b->skip);
	same_name(&a->name, &b->name);
	same_slots(&a->shown, &b->shown);
	same_text(a->as, b->as);
	same_text(a->more, b->more);
	assert_true(a->voice == b->voice && a->buffer == b->buffer &&
		    a->piece == b->piece);
}

static void
same_format(const struct sx_message_kind *a, const struct sx_message_kind *b)
{
	same_mask(&a->mask, &b->mask);
	same_layout(&a->layout, &b->layout);
	same_sounds(&a->sounds, &b->sounds);
	assert_true(a->min == b->min && a->max == b->max &&
		    a->kind == b->kind && a->trust == b->trust &&
		    a->checksum == b->checksum &&
		    a->transient == b->transient &&
		    a->complete == b->complete && a->waits == b->waits &&
		    a->no_unit == b->no_unit && a->pair == b->pair &&
		    a->parts == b->parts && a->delay_ms == b->delay_ms);
	same_text(a->what, b->what);
	same_text(a->source, b->source);
	same_text(a->note, b->note);
	same_text(a->danger, b->danger);
	assert_true(a->steps.tracks == b->steps.tracks &&
		    a->steps.steps == b->steps.steps &&
		    a->steps.at == b->steps.at &&
		    a->steps.then == b->steps.then &&
		    a->steps.length == b->steps.length);
	same_text(a->steps.source, b->steps.source);
	same_text(a->call, b->call);
	same_text(a->buffer, b->buffer);
	assert_int_equal(a->head_len, b->head_len);
	assert_memory_equal(a->head, b->head, sizeof(a->head));
}

static void
same_ask(const struct sx_ask *a, const struct sx_ask *b)
{
	const struct sx_range *r = &a->range, *s = &b->range;

	assert_memory_equal(a->msg, b->msg, sizeof(a->msg));
	same_slot(&a->slot, &b->slot);
	same_slot(&a->found, &b->found);
	same_mask(&a->answer, &b->answer);
	assert_true(a->id_at == b->id_at && a->id_zero == b->id_zero &&
		    a->id_unset == b->id_unset && a->id_also == b->id_also &&
		    a->common == b->common && a->end_at == b->end_at &&
		    a->end_byte == b->end_byte &&
		    a->before_id == b->before_id &&
		    a->before_len == b->before_len);
	assert_memory_equal(a->before, b->before, sizeof(a->before));
	assert_true(r->at == s->at && r->width == s->width &&
		    r->address == s->address && r->step == s->step &&
		    r->span == s->span && r->data == s->data &&
		    r->more == s->more && r->last == s->last);
}

static void
same_request(const struct sx_request_row *a, const struct sx_request_row *b)
{
	assert_true(a->maker == b->maker && a->kind == b->kind &&
		    a->most == b->most && a->delay_ms == b->delay_ms &&
		    a->id_least == b->id_least && a->id_most == b->id_most &&
		    a->id == b->id && a->not_in_backup == b->not_in_backup &&
		    a->trust == b->trust);
	same_text(a->device, b->device);
	same_text(a->what, b->what);
	same_text(a->source, b->source);
	same_text(a->note, b->note);
	same_text(a->lacks, b->lacks);
	same_slots(&a->slots, &b->slots);
	same_ask(&a->ask, &b->ask);
}

static void
same_identity(const struct sx_identity_row *a, const struct sx_identity_row *b)
{
	assert_true(a->maker == b->maker && a->family == b->family &&
		    a->member == b->member && a->version == b->version &&
		    a->trust == b->trust);
	same_text(a->device, b->device);
	same_text(a->source, b->source);
}

static void
same_instrument(const struct sx_instrument *a, const struct sx_instrument *b)
{
	const struct sx_device_row *r = &a->row, *s = &b->row;

	assert_true(r->maker == s->maker && r->trust == s->trust &&
		    r->delay_ms == s->delay_ms && r->rate == s->rate);
	same_text(r->maker_name, s->maker_name);
	same_text(r->device, s->device);
	same_text(r->kinds, s->kinds);
	same_text(r->source, s->source);
	same_text(r->checksum, s->checksum);
	same_text(a->file, b->file);
	same_text(a->alias, b->alias);
	same_text(a->call, b->call);
	same_text(a->panel, b->panel);
	same_text(a->knobs, b->knobs);
	same_text(a->knobs_source, b->knobs_source);
	assert_int_equal(a->knobs_trust, b->knobs_trust);
	same_mask(&a->mask, &b->mask);
	assert_true(a->unit.at == b->unit.at && a->unit.bits == b->unit.bits &&
		    a->unit.all == b->unit.all &&
		    a->unit.first == b->unit.first);
	assert_true(a->nformats == b->nformats &&
		    a->nrequests == b->nrequests &&
		    a->nidentities == b->nidentities && a->page == b->page &&
		    a->nameless == b->nameless);
}

static struct sx_message_kind
full_format(void)
{
	return (struct sx_message_kind){ .what = "kit",
		.mask = mask,
		.layout = { .slot = slot,
		    .shown = slots,
		    .data = { -300, 0xef, SX_CODE_STREAM, true },
		    .name = { name, { .at = 5, .len = 63 } },
		    .sum = { sum, { .rule = SX_SUM_7, .to = -1 } },
		    .count = { 0xf0, -5, 6, 2, 1 },
		    .body_from = -70000,
		    .body_to = 1 },
		.sounds = { .form = SX_SOUNDS_K5000,
		    .count = UINT16_MAX,
		    .size = UINT32_MAX,
		    .from = 1 << 20,
		    .in_data = true,
		    .first_at = -1,
		    .address_at = 5,
		    .width = 4,
		    .trim = 2,
		    .used = 3,
		    .name = name,
		    .shown = slots,
		    .as = "",
		    .voice = SX_VOICE_DX21,
		    .more = "more",
		    .buffer = 1 << 20,
		    .piece = UINT16_MAX },
		.steps = { 32, 64, 1 << 20, (1 << 20) + 1, 178, "where" },
		.min = 1,
		.max = UINT32_MAX,
		.kind = SX_KIND_KIT,
		.trust = SX_TRUST_SEEN,
		.checksum = SX_CHECKSUM_NONE,
		.transient = true,
		.complete = true,
		.waits = true,
		.no_unit = true,
		.pair = INT8_MIN,
		.parts = UINT8_MAX,
		.delay_ms = INT32_MAX,
		.source = "its source",
		.note = "a note",
		.danger = "a danger",
		.call = "call %4",
		.buffer = "it",
		.head_len = 3,
		.head = { 0xf0, 0x7f, SX_HEAD_FROM + 5 } };
}

static struct sx_request_row
full_request(void)
{
	return (struct sx_request_row){ .maker = 0x207f,
		.device = "It",
		.what = "kit",
		.kind = SX_KIND_BANK,
		.slots = slots,
		.most = 1 << 24,
		.delay_ms = 7,
		.id_least = -1,
		.id_most = 127,
		.id = 3,
		.not_in_backup = true,
		.trust = SX_TRUST_INFERRED,
		.source = "s",
		.note = "n",
		.lacks = "songs",
		.ask = { .msg = { 0xf0, 0, [23] = 0xf7 },
		    .slot = slot,
		    .id_at = 3,
		    .id_zero = INT16_MIN,
		    .id_unset = 0x7f,
		    .id_also = 5,
		    .common = 3,
		    .end_at = 8,
		    .end_byte = 0x0f,
		    .before_id = 2,
		    .answer = mask,
		    .found = { .low = 5 },
		    .range = { 1, 2, UINT32_MAX, 4, 5, 6, 7, 8 },
		    .before = { 0xb0, 0, SX_BEFORE_BANK, 0, 1, 2, 3, 0 },
		    .before_len = 8 } };
}

static struct sx_instrument
full_instrument(void)
{
	return (struct sx_instrument){ .row = { .maker = 0x207f,
					   .maker_name = "Me",
					   .device = "It",
					   .kinds = "kit",
					   .trust = SX_TRUST_SEEN,
					   .source = "its source",
					   .checksum = "a sum",
					   .delay_ms = -1,
					   .rate = INT_MAX },
		.file = "it.conf",
		.alias = "i, it",
		.call = "call %5",
		.panel = "Push.",
		.knobs = "1 One",
		.knobs_source = "somebody",
		.knobs_trust = SX_TRUST_DOCUMENTED,
		.mask = mask,
		.unit = { 2, 0x7f, 0x10, INT16_MIN },
		.nformats = 3,
		.nrequests = 2,
		.nidentities = 2,
		.nameless = true,
		.page = true };
}

/* Every field is kept, and no others appear. */
static void
test_all_comes_back(void **state)
{
	const struct sx_instrument in = full_instrument();
	const struct sx_message_kind formats[] = { full_format(),
		{ .what = "bare" }, full_format() };
	const struct sx_request_row requests[] = { full_request(),
		{ .maker = 0x207f, .device = "It", .what = "bare" } };
	const struct sx_identity_row identities[] = {
		{ 0x207f, 0x3fff, -1, "It II", SX_VERSION_KORG, SX_TRUST_SEEN,
		    "reply" },
		{ .maker = 0x207f, .member = 0x3fff },
	};
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_instrument out;

	(void)state;
	assert_int_equal(
	    sx_devices_add(d, &in, formats, requests, identities, NULL), 0);
	out = instrument_at(d, 0);
	same_instrument(&in, &out);
	for (size_t i = 0; i < ARRAY(formats); i++) {
		const struct sx_message_kind f = format_at(&out, i);

		same_format(&formats[i], &f);
	}
	for (size_t i = 0; i < ARRAY(requests); i++) {
		const struct sx_request_row r = request_at(&out, i);

		same_request(&requests[i], &r);
	}
	for (size_t i = 0; i < ARRAY(identities); i++) {
		struct sx_identity_row r;

		sx_instrument_identity(&out, i, &r);
		same_identity(&identities[i], &r);
	}
	sx_devices_free(d);
}

/* Rare fields, each on its own. */
#define LAYOUT(...)                                      \
	{                                                \
		.what = "kit", .layout = { __VA_ARGS__ } \
	}
#define SLOT(...) LAYOUT(.slot = { .low = 5, __VA_ARGS__ })
#define NAME(...) LAYOUT(.name[0] = { .len = 5, __VA_ARGS__ })
#define SUM(...)  LAYOUT(.sum[0] = { .rule = SX_SUM_7, __VA_ARGS__ })
static const struct sx_message_kind few[] = {
	{ .what = "kit", .waits = true },
	{ .what = "kit", .no_unit = true },
	{ .what = "kit", .pair = 1 },
	{ .what = "kit", .parts = 2 },
	{ .what = "kit", .delay_ms = 1 },
	{ .what = "kit", .note = "n" },
	{ .what = "kit", .danger = "d" },
	{ .what = "kit", .call = "c" },
	{ .what = "kit", .buffer = "b" },
	{ .what = "kit", .sounds.count = 1 },
	{ .what = "kit",
	    .sounds = { .count = 1,
		.form = SX_SOUNDS_GROUPS,
		.group = 4,
		.skip = UINT16_MAX } },
	{ .what = "kit", .steps.tracks = 1 },
	{ .what = "kit", .head_len = 1 },
	SLOT(.radix = 100),
	SLOT(.below = 100),
	SLOT(.from = 1),
	SLOT(.bits = 1),
	SLOT(.counted = true),
	SLOT(.form = SX_SLOT_DATA),
	NAME(.every = 2),
	NAME(.chars = SX_CHARS_SIX),
	NAME(.blank = 1),
	NAME(.if_len = 1),
	SUM(.add = 1),
	SUM(.free = 1),
	SUM(.longer = 1),
	SUM(.at = 1),
	LAYOUT(.name[1] = { .len = 1 }),
	LAYOUT(.sum[1] = { .rule = SX_SUM_7 }),
	LAYOUT(.count = { .width = 1 }),
	LAYOUT(.body_from = 1),
};

static void
test_each_alone(void **state)
{
	static const struct sx_instrument heads[] = {
		{ .row = { .device = "It", .maker_name = "Me" } },
		{ .row = { .device = "It", .checksum = "a sum" } },
		{ .row = { .device = "It", .rate = 1 } },
		{ .row.device = "It", .call = "c" },
		{ .row.device = "It", .panel = "p" },
		{ .row.device = "It", .knobs = "1 One" },
		{ .row.device = "It", .nformats = ARRAY(few) },
	};
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_instrument out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY(heads); i++) {
		assert_int_equal(
		    sx_devices_add(d, &heads[i], few, NULL, NULL, NULL), 0);
		out = instrument_at(d, i);
		same_instrument(&heads[i], &out);
	}
	for (size_t i = 0; i < ARRAY(few); i++) {
		const struct sx_message_kind f = format_at(&out, i);

		same_format(&few[i], &f);
	}
	sx_devices_free(d);
}

/* Numbers of every encoded length are kept exactly. */
static void
test_numbers(void **state)
{
	static const int32_t numbers[] = { 0, 1, -1, 119, -120, 120, -121, 127,
		128, 255, 256, 32767, -32768, 32768, 1 << 24, INT32_MAX,
		INT32_MIN,
		/* The largest and smallest of each length. */
		87, -88, 88, -89, 6231, -6232, 6232, -6233 };

	(void)state;
	for (size_t i = 0; i < ARRAY(numbers); i++) {
		const struct sx_instrument in = { .row.device = "It",
			.nformats = 1 };
		const struct sx_message_kind kind = {
			.what = "kit", .delay_ms = numbers[i], .parts = 1
		};
		struct sx_devices *d = sx_devices_new(NULL);
		struct sx_instrument out;

		assert_int_equal(
		    sx_devices_add(d, &in, &kind, NULL, NULL, NULL), 0);
		out = instrument_at(d, 0);
		assert_int_equal(format_at(&out, 0).delay_ms, numbers[i]);
		sx_devices_free(d);
	}
}

/* Values read from one instrument stay valid when another is added; equal texts
 * are shared. */
static void
test_texts(void **state)
{
	struct sx_instrument in = full_instrument();
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_instrument first, again;

	(void)state;
	in.row.trust = SX_TRUST_SEEN;
	in.nformats = in.nrequests = in.nidentities = 0;
	in.row.kinds = in.row.device;
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(
		    sx_devices_add(d, &in, NULL, NULL, NULL, NULL), 0);
		if (i == 0)
			first = instrument_at(d, 0);
	}
	again = instrument_at(d, 0);
	assert_ptr_equal(first.row.source, again.row.source);
	assert_ptr_equal(first.row.device, first.row.kinds);
	same_instrument(&first, &in);
	sx_devices_free(d);
}

/* The mask is kept exactly, for a message of any length. */
static void
test_masks(void **state)
{
	static const struct sx_mask masks[] = {
		{ { 0 }, { 0 } },
		{ { 0xf0, 0x41 }, { 0xff, 0xff } },
		{ { 0xf0, 0, 0, 0x10 }, { 0xff, 0, 0, 0xf0 } },
		{ { [15] = 5 }, { [15] = 0x0f } },
		{ { [1] = 1, [14] = 2 }, { [1] = 1, [14] = 0x7f } },
		/* Status bytes in a mask. */
		{ { 0xf0, 0x80, 0xef, 0xf7 }, { 0xff, 0xff, 0xff, 0xff } },
		{ { 0xf0, [15] = 0x7f }, { 0xff, [15] = 0xff } },
		{ { 0 }, { 0xff, 0xff, 0x7f } },
	};
	static const char *const texts[] = { "", "F0 41", "F0 ?? ?? 1?",
		"?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? 05/0F",
		"?? 01/01 ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? 02/7F",
		"F0 80 EF F7",
		"F0 ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? 7F",
		"00 00 00/7F" };
	static const uint8_t heads[][SX_TRIAGE_BYTES] = {
		{ 0xf0, 0x80, 0xef, 0xf7, [15] = 0x7f },
		{ 0xf0, 0x80, 0xee, 0xf7 },
		{ 0 },
		{ 0xf0, 0x41, 7, 0x1f, [14] = 2, [15] = 0x75 },
		{ 0xf0, 0x42, 7, 0x2f, [14] = 3, [15] = 0x74 },
		{ 0xf0, 0x41, 0, 0x10, [15] = 5 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY(masks); i++) {
		const struct sx_instrument in = { .row.device = "It",
			.mask = masks[i] };
		struct sx_instrument back = { 0 };
		struct sx_book b = { 0 };
		struct sx_mark m;
		char text[SX_MASK_TEXT];

		assert_string_equal(sx_mask_text(text, &masks[i]), texts[i]);
		assert_int_equal(
		    sx_book_add(&b, &in, NULL, NULL, NULL, NULL), 0);
		m = (struct sx_mark){ b.bytes, b.texts };
		assert_int_equal(sx_book_reach(m), sx_mask_reach(&masks[i]));
		sx_book_instrument(m, &back);
		assert_memory_equal(&back.mask, &masks[i], sizeof(back.mask));
		for (size_t k = 0; k < ARRAY(heads); k++)
			for (size_t n = 0; n <= SX_TRIAGE_BYTES; n++)
				assert_int_equal(sx_book_fits(m, heads[k], n),
				    sx_mask_fits(&masks[i], heads[k], n));
		sx_book_free(&b);
	}
}

/* A copy of each built-in instrument is identical. */
static void
test_built_in(void **state)
{
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_instrument in;

	(void)state;
	for (size_t i = 0; sx_instrument(NULL, i, &in); i++) {
		struct sx_message_kind formats[256];
		struct sx_request_row requests[128];
		struct sx_identity_row identities[4], id;
		struct sx_instrument out;

		assert_true(in.nformats <= ARRAY(formats) &&
			    in.nrequests <= ARRAY(requests) &&
			    in.nidentities <= ARRAY(identities));
		for (size_t k = 0; k < in.nformats; k++)
			formats[k] = format_at(&in, k);
		for (size_t k = 0; k < in.nrequests; k++)
			requests[k] = request_at(&in, k);
		for (size_t k = 0; k < in.nidentities; k++)
			sx_instrument_identity(&in, k, &identities[k]);
		assert_int_equal(
		    sx_devices_add(d, &in, formats, requests, identities, NULL),
		    0);
		out = instrument_at(d, i);
		same_instrument(&in, &out);
		for (size_t k = 0; k < in.nformats; k++) {
			const struct sx_message_kind f = format_at(&out, k);

			same_format(&formats[k], &f);
		}
		for (size_t k = 0; k < in.nrequests; k++) {
			const struct sx_request_row r = request_at(&out, k);

			same_request(&requests[k], &r);
		}
		for (size_t k = 0; k < in.nidentities; k++) {
			sx_instrument_identity(&out, k, &id);
			same_identity(&identities[k], &id);
		}
	}
	assert_true(sx_devices_count(d) > 100);
	sx_devices_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_comes_back),
		cmocka_unit_test(test_each_alone),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_built_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
