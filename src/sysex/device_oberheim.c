/* SPDX-License-Identifier: ISC */
/* F0 10 06 operation .. F7. Data are nibbles, the low one first, and end in the
 * sum of the bytes that they are of. */
#include "device_row.h"

#define NAME_LEN 8

static void
read_nibbles(const uint8_t *msg, size_t n, size_t from, struct sx_facts *facts)
{
	unsigned sum = 0;

	for (size_t i = from; i + 1 < n - 2; i += 2)
		sum += (unsigned)(msg[i] & 0xf) | (unsigned)(msg[i + 1] << 4);
	sx_read_checksum(facts, msg[n - 2], sum & 0x7f, n - 2, 1);
}

/* The name is in the lower six bits of ASCII; a Matrix-1000 has none. */
static void
read_patch(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	uint8_t text[NAME_LEN];

	sx_read_slot(facts, msg[4], 4, 1);
	for (size_t i = 0; i < NAME_LEN; i++) {
		text[i] = (uint8_t)(msg[5 + 2 * i] | msg[6 + 2 * i] << 4);
		text[i] = text[i] & 0x3f;
		if (text[i] != 0 && text[i] < ' ')
			text[i] += 0x40;
	}
	sx_read_name(facts, text, NAME_LEN, 5, 2 * NAME_LEN);
	read_nibbles(msg, n, 5, facts);
}

static void
read_master(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_nibbles(msg, n, 5, facts);
}

static const struct sx_format matrix[] = {
	{ SX_BYTE(3, 0x01), .min = 275, .max = 275, .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_DOCUMENTED, .decode = read_patch },
	{ SX_BYTE(3, 0x02), .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_DOCUMENTED, .note = "split" },
	{ SX_BYTE(3, 0x03), .min = 8, .kind = SX_KIND_SETTINGS,
	    .trust = SX_TRUST_DOCUMENTED, .note = "master parameters",
	    .decode = read_master },
	{ SX_BYTE(3, 0x04), .max = 7, .kind = SX_KIND_REQUEST,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
	{ SX_BYTE(3, 0x06), .max = 7, .kind = SX_KIND_PARAMETER,
	    .trust = SX_TRUST_DOCUMENTED, .passing = true },
	{ SX_BYTE(3, 0x0d), .kind = SX_KIND_PRESET,
	    .trust = SX_TRUST_DOCUMENTED, .note = "edit buffer" },
};

const struct sx_device sx_matrix1000 = {
	.row = { .maker = 0x10,
	    .device = "Matrix-6 / Matrix-1000",
	    .kinds = "preset, settings, request, parameter",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "Matrix-1000 manual, pp. 43-46; "
		      "github.com/eclab/edisyn",
	    .checksum = "sum of the bytes, 7 bits",
	    .delay_ms = 300 },
	.value = { 0xf0, 0x10, 0x06 },
	.mask = { 0xff, 0xff, 0xff },
	SX_FORMATS(matrix),
};
