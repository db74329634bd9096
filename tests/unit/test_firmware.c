/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sxlib/firmware.h"

/*
 * OS files made here by a separate encoder, from the description of the
 * formats: valid ones pass, and a change of any byte is detected.
 */

#define MOST 65536

struct file {
	uint8_t data[MOST];
	size_t len;
	size_t at[600]; /* where each message begins */
	size_t n;
};

static void
message(struct file *f, uint8_t product, const uint8_t *body, size_t n)
{
	static const uint8_t head[] = { 0xf0, 0x00, 0x20, 0x3c };

	f->at[f->n++] = f->len;
	memcpy(f->data + f->len, head, 4);
	f->data[f->len + 4] = product;
	f->data[f->len + 5] = 0;
	memcpy(f->data + f->len + 6, body, n);
	f->data[f->len + 6 + n] = 0xf7;
	f->len += n + 7;
	f->at[f->n] = f->len;
}

static void
put_be32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void
put_nibbles(uint8_t *p, unsigned long v, int n)
{
	while (n-- > 0) {
		p[n] = v & 0xf;
		v >>= 4;
	}
}

/* Bytes with all bits in use. */
static void
noise(uint8_t *p, size_t n, uint32_t seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = (uint8_t)(seed >> 24);
	}
}

static size_t
pack8(uint8_t *to, const uint8_t *p, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i += 7) {
		size_t marker = len++;

		to[marker] = 0;
		for (size_t k = 0; k < 7 && i + k < n; k++) {
			to[marker] |= (uint8_t)((p[i + k] >> 7) << (6 - k));
			to[len++] = p[i + k] & 0x7f;
		}
	}
	return len;
}

static size_t
pack_words(uint8_t *to, const uint8_t *p, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i += 2) {
		unsigned low = i + 1 < n ? p[i + 1] : 0;
		unsigned w = (unsigned)p[i] << 8 | low;

		to[len++] = (uint8_t)(w >> 14);
		to[len++] = (w >> 7) & 0x7f;
		to[len++] = w & 0x7f;
	}
	return len;
}

static void
legacy(struct file *f, uint8_t product, const uint8_t *p, size_t n)
{
	bool words = product != 5;
	size_t full = words ? 64 : 63;
	uint8_t body[128];

	f->len = f->n = 0;
	for (size_t at = 0; at < n; at += full) {
		size_t take = n - at < full ? n - at : full;
		unsigned long address = 0x4000 + at;
		unsigned long total = (address >> 16) + (address >> 8) +
				      (address & (words ? 0xc0 : 0xff));

		for (size_t i = 0; i < take; i++)
			total += p[at + i];
		body[0] = 0x7e;
		put_nibbles(body + 1, total, 2);
		put_nibbles(body + 3, address, 6);
		message(f, product, body,
		    9 + (words ? pack_words : pack8)(body + 9, p + at, take));
	}
	message(f, product, (const uint8_t[]){ 0x7e }, 1);
	body[0] = 0x7f;
	put_nibbles(body + 1, n, 6);
	message(f, product, body, 7);
}

static void
machinedrum(struct file *f, uint8_t product)
{
	uint8_t data[1001];
	size_t at = 0;

	noise(data, sizeof(data), 1);
	for (int i = 0; i < 3; i++) {
		put_be32(data + at, 200 + (uint32_t)i);
		at += 208 + (size_t)i;
	}
	memcpy(data + at, "163 ", 4);
	legacy(f, product, data, sizeof(data));
}

static void
octatrack(struct file *f, uint8_t product)
{
	uint8_t data[1000];
	uint32_t total = 0;

	noise(data, sizeof(data) - 2, 2);
	memset(data + 998, 0, 2);
	memcpy(data, "ELEK0178     1.40C", 18);
	for (size_t i = 26; i < 998; i++)
		total += data[i];
	put_be32(data + 18, 998 - 26);
	put_be32(data + 22, total);
	legacy(f, product, data, sizeof(data));
}

/* 242 is the number of the first packet in all files seen. */
static void
ele3_packets(struct file *f, uint8_t product, uint8_t base,
    const uint8_t *stream, size_t packets)
{
	uint8_t body[128] = { 0x7f, 1, base, 0, 1, 0x72, 0,
		(uint8_t)(packets >> 7), (uint8_t)(packets & 0x7f) };

	f->len = f->n = 0;
	message(f, product, body, 9);
	for (size_t i = 0; i < packets; i++) {
		unsigned total = base;
		size_t number = 242 + i;

		body[0] = 0x7e;
		body[1] = 0;
		body[2] = (uint8_t)(number >> 7);
		body[3] = number & 0x7f;
		pack8(body + 4, stream + i * 101, 101);
		for (unsigned k = 0; k < 119; k++)
			total += body[1 + k] ^ (k + base);
		body[120] = total & 0x7f;
		message(f, product, body, 121);
	}
	memcpy(body, f->data + 6, 9);
	body[1] = 2;
	message(f, product, body, 9);
}

static void
ele3(struct file *f, uint8_t product)
{
	uint8_t stream[10 * 101] = { 0 };
	uint32_t total = 0, words = 240;

	noise(stream, 990, 3);
	memcpy(stream + 8,
	    "ELE3\0\0\0\x2c"
	    "0104        1.53",
	    24);
	for (uint32_t i = 1; i <= words; i++) {
		const uint8_t *p = stream + 4 + 4 * (size_t)i;

		total += i ^ ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
				 (uint32_t)p[2] << 8 | p[3]);
	}
	put_be32(stream, words * 4);
	put_be32(stream + 4, total);
	ele3_packets(f, product, (uint8_t)(product - 5), stream, 10);
}

struct result {
	struct sx_firmware_facts facts;
	struct sx_firmware_problem first; /* the problem found */
	size_t at;			  /* its message */
};

static void
note(struct result *r, int rc, const struct sx_firmware_problem *p, size_t at)
{
	assert_int_not_equal(rc, -1);
	if (rc == 0 && r->first.text[0] == '\0') {
		r->first = *p;
		r->at = at;
	}
}

/* The file as a reader would give it: from F0 to F7. */
static void
check(struct result *r, const uint8_t *p, size_t len)
{
	struct sx_err e = { 0 };
	struct sx_firmware *f = sx_firmware_new(&e);
	struct sx_firmware_problem problem;
	size_t count = 0, n;

	*r = (struct result){ 0 };
	assert_non_null(f);
	for (size_t i = 0; i < len; i += n) {
		struct sx_facts facts;
		const uint8_t *end = memchr(p + i, 0xf7, len - i);

		n = end != NULL ? (size_t)(end - p) + 1 - i : len - i;
		sx_device_decode(NULL, p + i, n, &facts);
		note(r, sx_firmware_add(f, p + i, n, &facts, &problem, &e),
		    &problem, count++);
	}
	note(r, sx_firmware_end(f, &problem), &problem, SIZE_MAX);
	r->facts = *sx_firmware_facts(f);
	sx_firmware_free(f);
}

static const struct {
	void (*make)(struct file *f, uint8_t product);
	uint8_t product;
	const char *device, *version, *build;
	size_t bytes;
} files[] = {
	{ machinedrum, 0x02, "Machinedrum", "1.63", "", 1002 },
	{ machinedrum, 0x03, "Monomachine", "", "", 1002 },
	{ octatrack, 0x05, "Octatrack", "1.40C", "0178", 1000 },
	{ ele3, 0x0a, "Digitakt", "1.53", "0104", 1010 },
	{ ele3, 0x0d, "Digitone", "1.53", "0104", 1010 },
	{ ele3, 0x11, "Model:Cycles", "1.53", "0104", 1010 },
	{ ele3, 0x16, "Syntakt", "1.53", "0104", 1010 },
	/* A file in the form of another device is accepted as such. */
	{ ele3, 0x0c, "Analog Rytm MKII", "1.53", "0104", 1010 },
	{ octatrack, 0x06, "Analog Four", "", "", 1000 },
};
#define FILES (sizeof(files) / sizeof(files[0]))

static void
make(struct file *f, size_t i)
{
	if (files[i].make == octatrack && files[i].product != 5) {
		files[i].make(f, 5);
		for (size_t k = 0; k < f->n; k++)
			f->data[f->at[k] + 4] = files[i].product;
	} else {
		files[i].make(f, files[i].product);
	}
}

static void
test_whole(void **state)
{
	static struct file f;
	struct result r;

	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		make(&f, i);
		check(&r, f.data, f.len);
		assert_string_equal(r.first.text, "");
		assert_true(r.facts.is);
		assert_string_equal(r.facts.maker, "Elektron");
		assert_string_equal(r.facts.device, files[i].device);
		if (files[i].product != 6) {
			assert_string_equal(r.facts.version, files[i].version);
			assert_string_equal(r.facts.build, files[i].build);
		}
		assert_int_equal(r.facts.product, files[i].product);
		assert_int_equal(r.facts.bytes, files[i].bytes);
		assert_int_equal(r.facts.messages, f.n);
		assert_int_equal(r.facts.wrong, 0);
		assert_null(r.facts.unchecked);
		assert_non_null(r.facts.unit);
		assert_non_null(r.facts.source);
	}
}

/* Return the offset of byte k in its message. */
static size_t
offset(const struct file *f, size_t k)
{
	size_t i = 0;

	while (f->at[i + 1] <= k)
		i++;
	return k - f->at[i];
}

/*
 * Two changes that the Octatrack's sums do not detect: exchanged high bits of a
 * group, and bits of its last marker that belong to no byte.
 */
static bool
unseen(const struct file *f, size_t i, size_t k, uint8_t was, uint8_t now)
{
	size_t off = offset(f, k);

	if (files[i].make != octatrack || off < 15 || (off - 15) % 8 != 0)
		return false;
	return __builtin_popcount(was) == __builtin_popcount(now) ||
	       (k + 8 == f->at[f->n - 2] && (was ^ now) == 1);
}

/* Each byte with one and with several bits changed. */
static void
test_each_byte(void **state)
{
	static const uint8_t flips[] = { 0x01, 0x40, 0x7f, 0x12 };
	static struct file f;
	struct result r;

	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		make(&f, i);
		for (size_t k = 0; k < f.len * sizeof(flips); k++) {
			uint8_t *p = &f.data[k / sizeof(flips)];
			uint8_t was = *p;

			*p ^= flips[k % sizeof(flips)];
			if (!unseen(&f, i, k / sizeof(flips), was, *p)) {
				check(&r, f.data, f.len);
				assert_true(r.facts.wrong > 0);
				assert_null(r.facts.unchecked);
			}
			*p = was;
		}
	}
}

/* For a product whose files are known, no damaged file passes as unknown. */
static void
test_known_stays_known(void **state)
{
	static struct file f;
	struct result r;

	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		if (files[i].product == 0x03 || files[i].product == 0x06 ||
		    files[i].product == 0x0c)
			continue;
		make(&f, i);
		for (size_t k = 6; k < f.at[1] - 1; k++) {
			f.data[k] ^= 0x20;
			check(&r, f.data, f.len);
			assert_true(!r.facts.is || r.facts.wrong > 0);
			if (f.data[6] >= 0x7e && r.facts.is)
				assert_null(r.facts.unchecked);
			f.data[k] ^= 0x20;
		}
	}
}

/* Messages lost, duplicated and exchanged, and the file cut anywhere. */
static void
test_each_message(void **state)
{
	static struct file f;
	static uint8_t other[2 * MOST];
	struct result r;

	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		make(&f, i);
		for (size_t k = 0; k < f.n; k++) {
			size_t from = f.at[k], to = f.at[k + 1];

			memcpy(other, f.data, from);
			memcpy(other + from, f.data + to, f.len - to);
			check(&r, other, f.len - (to - from));
			if (r.facts.unchecked == NULL)
				assert_true(r.facts.wrong > 0);
			else
				assert_int_equal(k, 0);

			memcpy(other, f.data, to);
			memcpy(other + to, f.data + from, f.len - from);
			check(&r, other, f.len + to - from);
			assert_true(r.facts.wrong > 0);
			assert_int_equal(r.at, k + 1);

			check(&r, f.data, from);
			assert_true(r.facts.wrong > 0 || k == 0);

			if (k + 1 == f.n)
				continue;
			memcpy(other, f.data, from);
			memcpy(other + from, f.data + to, f.at[k + 2] - to);
			memcpy(other + from + f.at[k + 2] - to, f.data + from,
			    to - from);
			memcpy(other + f.at[k + 2], f.data + f.at[k + 2],
			    f.len - f.at[k + 2]);
			check(&r, other, f.len);
			assert_true(
			    r.facts.wrong > 0 || r.facts.unchecked != NULL);
		}
	}
}

static void
expect(const struct file *f, size_t at, size_t offset, const char *text)
{
	struct result r;

	check(&r, f->data, f->len);
	assert_string_equal(r.first.text, text);
	assert_int_equal(r.at, at);
	assert_int_equal(r.first.at, offset);
}

static void
test_words(void **state)
{
	static struct file f;
	uint8_t stream[202] = { 0, 0, 0, 60, 0, 0, 0, 0, 'E', 'L', 'E', '3' };

	(void)state;
	machinedrum(&f, 2);
	f.data[f.at[3] + 20] ^= 1;
	expect(&f, 3, 7, "wrong checksum");
	octatrack(&f, 5);
	f.data[f.at[4] + 11] ^= 1;
	expect(&f, 4, 9,
	    "out of sequence: packets are missing, duplicated or reordered");
	octatrack(&f, 5);
	f.data[f.at[4] + 9] = 0x10;
	expect(&f, 4, 9, "a number is out of range");
	ele3(&f, 0x0a);
	f.data[f.at[10] + 50] ^= 1;
	expect(&f, 10, 126, "wrong checksum");
	ele3(&f, 0x0a);
	f.data[8] ^= 1;
	expect(&f, 0, 8, "it is for a different product than it claims");
	ele3(&f, 0x0a);
	f.data[f.at[5] + 4] = 0x0d;
	expect(&f, 5, 0, "not part of this operating system");
	ele3(&f, 0x0a);
	memmove(f.data + f.at[10], f.data + f.at[11], f.len - f.at[11]);
	f.len -= f.at[11] - f.at[10];
	expect(&f, 10, 12, "wrong number of packets");
	/* Valid packets with wrong contents. */
	ele3_packets(&f, 0x14, 0x0f, stream, 2);
	expect(&f, SIZE_MAX, 0, "wrong checksum of its contents");
	put_be32(stream, 200);
	ele3_packets(&f, 0x14, 0x0f, stream, 2);
	expect(&f, SIZE_MAX, 0, "its contents are shorter than declared");
	stream[8] = 'X';
	ele3_packets(&f, 0x14, 0x0f, stream, 2);
	expect(&f, SIZE_MAX, 0, "its packets contain no operating system");
	legacy(&f, 5, stream, sizeof(stream));
	expect(&f, SIZE_MAX, 0, "its packets contain no operating system");
}

/* An unknown format is reported as such; a file without an OS has none. */
static void
test_unknown(void **state)
{
	static const uint8_t jomox[] = { 0xf0, 0x31, 0x7f, 0x5d, 0x10, 0x55,
		0x00, 0x01, 0x77, 0x01, 0x02, 0xf7 };
	static const uint8_t elektron[] = { 0xf0, 0x00, 0x20, 0x3c, 0x08, 0x00,
		0x7e, 0x01, 0x02, 0xf7, 0xf0, 0x00, 0x20, 0x3c, 0x08, 0x00,
		0x7e, 0x01, 0x03, 0xf7 };
	static const uint8_t none[] = { 0xf0, 0x43, 0x00, 0xf7 };
	uint8_t mixed[sizeof(jomox) + sizeof(none)];
	struct result r;

	(void)state;
	check(&r, jomox, sizeof(jomox));
	assert_true(r.facts.is);
	assert_int_equal(r.facts.wrong, 0);
	assert_string_equal(r.facts.unchecked, "its format has no checksum");
	assert_string_equal(r.facts.device, "Alpha Base");
	check(&r, elektron, sizeof(elektron));
	assert_true(r.facts.is);
	assert_int_equal(r.facts.messages, 2);
	assert_int_equal(r.facts.wrong, 0);
	assert_string_equal(r.facts.unchecked, "its structure is unknown");
	assert_string_equal(r.facts.device, "Analog Heat");
	check(&r, none, sizeof(none));
	assert_false(r.facts.is);
	memcpy(mixed, none, sizeof(none));
	memcpy(mixed + sizeof(none), jomox, sizeof(jomox));
	check(&r, mixed, sizeof(mixed));
	assert_true(r.facts.is);
	assert_int_equal(r.facts.wrong, 1);
	assert_int_equal(r.at, 1);
}

/* The firmware of two unnamed devices is not one file. */
static void
test_of_another_maker(void **state)
{
	static const uint8_t msg[] = { 0xf0, 0x7d, 0x01, 0xf7 };
	struct sx_facts facts = { .maker = "A", .kind = SX_KIND_FIRMWARE };
	struct sx_firmware *f = sx_firmware_new(NULL);
	struct sx_firmware_problem p;

	(void)state;
	assert_non_null(f);
	assert_int_equal(
	    sx_firmware_add(f, msg, sizeof(msg), &facts, &p, NULL), 1);
	assert_int_equal(
	    sx_firmware_add(f, msg, sizeof(msg), &facts, &p, NULL), 1);
	facts.maker[0] = 'B';
	assert_int_equal(
	    sx_firmware_add(f, msg, sizeof(msg), &facts, &p, NULL), 0);
	assert_string_equal(p.text, "not part of this operating system");
	sx_firmware_free(f);
}

/* A row of the user's can declare the shortest message to be an OS. */
static void
test_too_short_for_a_product(void **state)
{
	static const uint8_t id[] = { 0xf0, 0x00, 0x20, 0x3c, 0xf7 };
	const struct sx_facts facts = { .maker_id = 0x00203c,
		.kind = SX_KIND_FIRMWARE };

	(void)state;
	for (size_t n = 4; n <= sizeof(id); n++) {
		struct sx_firmware *f = sx_firmware_new(NULL);
		struct sx_firmware_problem p;
		uint8_t *msg = malloc(n);

		assert_non_null(f);
		assert_non_null(msg);
		memcpy(msg, id, n);
		assert_int_equal(sx_firmware_add(f, msg, n, &facts, &p, NULL),
		    n == sizeof(id));
		assert_int_equal(sx_firmware_facts(f)->product, -1);
		free(msg);
		sx_firmware_free(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_each_byte),
		cmocka_unit_test(test_known_stays_known),
		cmocka_unit_test(test_each_message),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_of_another_maker),
		cmocka_unit_test(test_too_short_for_a_product),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
