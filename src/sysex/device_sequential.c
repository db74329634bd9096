/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "device_row.h"

#define NAME_MAX_LEN 32

/* Groups of seven bytes, each followed by one more of unknown meaning; the
 * name ends at its NUL. */
static void
read_tempest(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	uint8_t text[NAME_MAX_LEN];
	size_t i, len = 0;

	for (i = 0; 6 + i + 1 < n && len < sizeof(text); i++) {
		if (i % 8 == 7)
			continue;
		if (msg[6 + i] == 0) {
			sx_read_name(facts, text, len, 6, i);
			return;
		}
		text[len++] = msg[6 + i];
	}
}

static const struct sx_format tempest[] = {
	{ SX_BYTE(3, 0x63), .min = 8, .kind = SX_KIND_SOUND,
	    .trust = SX_TRUST_SEEN, .note = "from flash memory",
	    .decode = read_tempest },
	{ SX_BYTE(3, 0x60), .kind = SX_KIND_SOUND, .trust = SX_TRUST_INFERRED,
	    .note = "from RAM" },
};

const struct sx_device sx_tempest = {
	.row = { .maker = 0x01,
	    .device = "Tempest",
	    .kinds = "sound",
	    .trust = SX_TRUST_SEEN,
	    .source = "a sound; github.com/christofmuc/KnobKraft-orm",
	    .delay_ms = -1 },
	.value = { 0xf0, 0x01, 0x28 },
	.mask = { 0xff, 0xff, 0xff },
	SX_FORMATS(tempest),
};

static void
read_program_of(
    const uint8_t *msg, unsigned programs_of_bank, struct sx_facts *facts)
{
	sx_read_slot(facts, msg[4] * (long)programs_of_bank + msg[5], 4, 2);
	snprintf(facts->slot_text, sizeof(facts->slot_text), "%c%03d",
	    'A' + msg[4] % 26, msg[5] + 1);
}

/* Bank and program; none in a dump of the edit buffer. */
static void
read_program(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	read_program_of(msg, 128, facts);
}

static void
read_program_of_99(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	read_program_of(msg, 99, facts);
}

static void
read_combo(const uint8_t *msg, size_t n, struct sx_facts *facts)
{
	(void)n;
	sx_read_slot(facts, msg[4], 4, 1);
	snprintf(
	    facts->slot_text, sizeof(facts->slot_text), "%03d", msg[4] + 1);
}

/* clang-format off */
#define PROGRAM(command)                                             \
	SX_BYTE(3, command), .kind = SX_KIND_PRESET,                 \
	    .trust = SX_TRUST_DOCUMENTED,                            \
	    .checksum = SX_CHECKSUM_NONE, .complete = true
#define REQUEST(command)                                             \
	SX_BYTE(3, command), .kind = SX_KIND_REQUEST,                \
	    .trust = SX_TRUST_DOCUMENTED, .passing = true
#define FORMATS(read)                                                \
	{ PROGRAM(0x02), .min = 8, .decode = (read) },               \
	{ PROGRAM(0x03), .min = 6, .note = "edit buffer" },          \
	{ SX_BYTE(3, 0x0f), .kind = SX_KIND_GLOBAL,                  \
	    .trust = SX_TRUST_DOCUMENTED,                            \
	    .checksum = SX_CHECKSUM_NONE, .complete = true,          \
	    .note = "not taken back by the unit" },                  \
	{ REQUEST(0x05), .max = 7 },                                 \
	{ REQUEST(0x06), .max = 5 },                                 \
	{ REQUEST(0x0e), .max = 5 }

static const struct sx_format prophet[] = { FORMATS(read_program) };
static const struct sx_format prophet12[] = { FORMATS(read_program_of_99) };
static const struct sx_format tetra[] = {
	FORMATS(read_program),
	{ PROGRAM(0x22), .min = 7, .note = "combo", .decode = read_combo },
	{ PROGRAM(0x37), .min = 6, .note = "edit buffer of a combo" },
	{ REQUEST(0x21), .max = 6 },
	{ REQUEST(0x38), .max = 5 },
};

#define PROPHET(product, called, formats, where)                     \
	{ .row = { .maker = 0x01, .device = (called),                \
	    .kinds = "preset, global, request",                      \
	    .trust = SX_TRUST_DOCUMENTED, .source = (where),         \
	    .checksum = "none", .delay_ms = -1 },                    \
	    .value = { 0xf0, 0x01, (product) },                      \
	    .mask = { 0xff, 0xff, 0xff }, SX_FORMATS(formats) }
/* clang-format on */

const struct sx_device sx_prophet08 =
    PROPHET(0x23, "Prophet '08", prophet, "Prophet '08 manual, pp. 52, 53");
const struct sx_device sx_mopho =
    PROPHET(0x25, "Mopho", prophet, "Mopho manual, p. 42");
const struct sx_device sx_tetra =
    PROPHET(0x26, "Tetra", tetra, "Tetra manual, pp. 62-66");
const struct sx_device sx_mopho_keyboard =
    PROPHET(0x27, "Mopho Keyboard", prophet, "Mopho SE manual, p. 59");
const struct sx_device sx_prophet12 =
    PROPHET(0x2a, "Prophet 12", prophet12, "Prophet 12 manual, pp. 84, 85");
const struct sx_device sx_prophet_rev2 =
    PROPHET(0x2f, "Prophet Rev2", prophet, "Prophet Rev2 manual, pp. 96, 97");
const struct sx_device sx_prophet_x =
    PROPHET(0x30, "Prophet X", prophet, "Prophet X manual, pp. 153-155");
const struct sx_device sx_pro3 =
    PROPHET(0x31, "Pro 3", prophet, "Pro 3 manual, pp. 148, 149");
