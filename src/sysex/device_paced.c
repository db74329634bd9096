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

#define KAWAI(model)                                        \
	.value = { 0xf0, 0x40, 0x00, 0x00, 0x00, (model) }, \
	.mask = { 0xff, 0xff, 0x00, 0x00, 0xff, 0xff }

const struct sx_device sx_kawai_k1 = {
	PACED(0x40, "K1", "github.com/christofmuc/KnobKraft-orm; " EDISYN, 150),
	KAWAI(0x03),
};

const struct sx_device sx_kawai_k4 = {
	PACED(0x40, "K4", EDISYN, 200),
	KAWAI(0x04),
};

const struct sx_device sx_kawai_k5 = { PACED(0x40, "K5", EDISYN, 30) };

const struct sx_device sx_matrix1000 = {
	PACED(0x10, "Matrix-6 / Matrix-1000", EDISYN "; file(1)", 300),
	.value = { 0xf0, 0x10, 0x06 },
	.mask = { 0xff, 0xff, 0xff },
};

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
