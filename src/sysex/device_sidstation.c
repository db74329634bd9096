/* SPDX-License-Identifier: ISC */
/*
 * Elektron's first instrument, before all the conventions of the later ones.
 * A bank is one message that clears all patches, then 128 patches or skips.
 * The presets on Elektron's disk come with 00 45 01 in place of the ID.
 */
#include "device_row.h"

#define ERASES	 "it clears all patches in the SidStation"
#define NAME_LEN 10

/* version, size (14 bits, often wrong), 24 of 2D, 45, name, nibbles */
static void
read_patch(const uint8_t *msg, size_t n, size_t type_at, struct sx_facts *facts)
{
	size_t at = type_at + 29;

	if (at + NAME_LEN < n && msg[at - 1] == 0x45)
		sx_read_name(facts, msg + at, NAME_LEN, at, NAME_LEN);
}

static void
read_unit_patch(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_patch(msg, n, 6, facts);
}

static void
read_file_patch(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	read_patch(msg, n, 5, facts);
}

#define TYPE(at, type) SX_BYTE(at, type), .checksum = SX_CHECKSUM_NONE

/* clang-format off */
#define TYPES(at, how_sure, read_it)                                       \
	{ TYPE(at, 0x01), .kind = SX_KIND_BANK, .trust = (how_sure),       \
	    .note = "begins a bank: clear all patches",                    \
	    .danger = ERASES },                                            \
	{ TYPE(at, 0x02), .kind = SX_KIND_PRESET, .trust = (how_sure),     \
	    .decode = (read_it) },                                           \
	{ TYPE(at, 0x03), .kind = SX_KIND_PRESET, .trust = (how_sure),     \
	    .note = "skips a slot of a bank" },                            \
	{ TYPE(at, 0x04), .kind = SX_KIND_PARAMETER, .trust = (how_sure),  \
	    .passing = true }
/* clang-format on */

static const struct sx_format unit[] = {
	TYPES(6, SX_TRUST_DOCUMENTED, read_unit_patch),
};

const struct sx_device sx_sidstation = {
	.row = { .maker = 0x00203c,
	    .device = "SidStation",
	    .kinds = "bank, preset, parameter",
	    .trust = SX_TRUST_DOCUMENTED,
	    .source = "SidStation manual, pp. 39-41",
	    .checksum = "none",
	    .delay_ms = 50 },
	.value = { 0xf0, 0x00, 0x20, 0x3c, 0x01 },
	.mask = { 0xff, 0xff, 0xff, 0xff, 0xff },
	SX_FORMATS(unit),
};

static const struct sx_format file[] = {
	TYPES(5, SX_TRUST_INFERRED, read_file_patch),
};

const struct sx_device sx_sidstation_file = {
	.row = { .maker = 0x004501,
	    .maker_name = "Elektron",
	    .device = "SidStation",
	    .kinds = "bank, preset, parameter",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/anarkiwi/pysidstation, docs/FORMAT.md",
	    .checksum = "none",
	    .delay_ms = 50 },
	.value = { 0xf0, 0x00, 0x45, 0x01, 0x00 },
	.mask = { 0xff, 0xff, 0xff, 0xff, 0xff },
	SX_FORMATS(file),
};
