/* SPDX-License-Identifier: ISC */
/*
 * Instruments whose pace is known and little else, for makers that have no
 * file of their own. Those without bytes cannot be told from others of their
 * maker: they are listed for people to look up.
 */
#include "device_row.h"

#define EDISYN "github.com/eclab/edisyn"

#define PACED(id, called, where, ms)        \
	.row = { .maker = (id),             \
		.device = (called),         \
		.kinds = "unknown",         \
		.trust = SX_TRUST_INFERRED, \
		.source = (where),          \
		.delay_ms = (ms) }

const struct sx_device sx_kawai_k5 = { PACED(0x40, "K5", EDISYN, 30) };

const struct sx_device sx_hydrasynth = {
	PACED(0x00202b, "ASM Hydrasynth", EDISYN, 3500),
	.value = { 0xf0, 0x00, 0x20, 0x2b, 0x00, 0x6f },
	.mask = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
};

const struct sx_device sx_proteus_px7 = {
	PACED(0x18, "PX-7", "PX-7 manual, p. 178", 300),
};

const struct sx_device sx_alesis_d4 = {
	PACED(0x0100000e, "D4", EDISYN, 2000),
};

/* One byte each 15 ms. */
const struct sx_device sx_midi_raider = {
	.row = { .maker = 0x01000029,
	    .device = "MIDI Raider",
	    .kinds = "unknown",
	    .trust = SX_TRUST_INFERRED,
	    .source = "github.com/krevis/MIDIApps issue 72",
	    .delay_ms = -1,
	    .rate = 66 },
};
