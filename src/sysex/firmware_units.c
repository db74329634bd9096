/* SPDX-License-Identifier: ISC */
/* Instructions for owners, from release notes, forums and other people's
 * readings of the units' own updaters: none of it was tried here. */
#include "firmware.h"

#define PACE                                                                  \
	"20 ms after each packet, which is what others found a Model:Cycles " \
	"to need; if the unit stops receiving, send again with --delay 60"

#define AGAIN                                                                 \
	"the unit has not received the whole operating system, and writes "   \
	"nothing before it has: switch it off, enter its upgrade mode again " \
	"and send the whole file"

#define TRIGS "its trig LEDs light up one after another"

/* Common to all products whose updater others have read. */
#define KNOWN .stopped = AGAIN, .pace = PACE, .trust = SX_TRUST_INFERRED

static const struct sx_firmware_unit machinedrum = {
	.before = "switch it on with FUNCTION held down, then press trig 5 "
		  "(MIDI UPGRADE); connect its 5-pin MIDI IN",
	.during = TRIGS,
	.after = "it checks and writes the operating system and restarts by "
		 "itself: do not switch it off until it has",
	KNOWN,
	.source =
	    "release notes of OS X.04; the updater, as analysed by others",
};

static const struct sx_firmware_unit monomachine = {
	.before = "enter its early start-up menu and choose the MIDI upgrade "
		  "(see its manual); connect its 5-pin MIDI IN",
	.during = "see its manual",
	.after = "it should write the operating system and restart by itself, "
		 "as the Machinedrum does: do not switch it off until it has",
	.stopped = "the unit has not received the whole operating system: "
		   "switch it off, enter its upgrade mode again and send the "
		   "whole file",
	.pace = PACE,
	.trust = SX_TRUST_INFERRED,
	.source = "assumed to work like the Machinedrum",
};

static const struct sx_firmware_unit octatrack = {
	.before = "switch it on with FUNC held down, then press trig 3 (MIDI "
		  "UPGRADE): it shows READY TO RECEIVE MIDI UPGRADE; connect "
		  "its 5-pin MIDI IN (its USB port does not do MIDI), and send "
		  "it no MIDI clock",
	.during = TRIGS,
	.after =
	    "it shows PREPARING FLASH, then UPDATING FLASH, and may update its "
	    "bootstrap: do not switch it off until it has restarted",
	KNOWN,
	.source = "notes by developers of a custom OS for it",
};

static const struct sx_firmware_unit ele3 = {
	.before = "either SETTINGS > SYSTEM > OS UPGRADE (5-pin MIDI IN or "
		  "USB), or switch it on with FUNC held down and press trig 4 "
		  "(OS UPGRADE; 5-pin MIDI IN only): it shows READY TO RECEIVE",
	.during = "it shows RECEIVING",
	.after = "it checks the operating system, shows UPDATING FLASH and "
		 "restarts by itself: do not switch it off until it has. If it "
		 "stays at RECEIVING, a packet was lost and nothing was "
		 "written: send again with --delay 60",
	KNOWN,
	.source = "a sender for Model:Cycles; updaters of Digitakt II and "
		  "Digitone II, as analysed by others",
};

const struct sx_firmware_unit sx_firmware_elektron = {
	.before = "enter its OS upgrade mode (see its manual); in the start-up "
		  "menu most units accept it on the 5-pin MIDI IN only",
	.during = "see its manual",
	.after = "do not switch it off until it has written the operating "
		 "system and restarted",
	.stopped =
	    "the unit has not received the whole operating system and may have "
	    "started writing: leave it on while it shows that it is writing, "
	    "then enter its upgrade mode again and send the whole file",
	.pace = PACE,
	.trust = SX_TRUST_INFERRED,
	.source = "assumed to work like other Elektron products",
};

const struct sx_firmware_unit sx_firmware_other = {
	.before = "enter its upgrade mode as its manufacturer says",
	.during = "as its manufacturer describes",
	.after = "do not switch it off until it has restarted, or is in the "
		 "state its manufacturer describes",
	.stopped = "the unit has not received the whole operating system and "
		   "may have written part of it: leave it on while it shows "
		   "that it is writing, then enter its upgrade mode again and "
		   "send the whole file",
	.pace = "from the device's page, see sxlib devices",
	.trust = SX_TRUST_NONE,
	.source = "its upgrade mode is unknown",
};

/* clang-format off */
static const struct sx_firmware_product products[] = {
	{ 0x02, &sx_firmware_machinedrum, &machinedrum },
	{ 0x03, NULL, &monomachine },
	{ 0x05, &sx_firmware_octatrack, &octatrack },
	{ 0x0a, &sx_firmware_ele3, &ele3 },
	{ 0x0d, &sx_firmware_ele3, &ele3 },
	{ 0x0f, &sx_firmware_ele3, &ele3 },
	{ 0x11, &sx_firmware_ele3, &ele3 },
	{ 0x14, &sx_firmware_ele3, &ele3 },
	{ 0x15, &sx_firmware_ele3, &ele3 },
	{ 0x16, &sx_firmware_ele3, &ele3 },
};
/* clang-format on */

const struct sx_firmware_product *
sx_firmware_product(int product)
{
	for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++)
		if (products[i].product == product)
			return &products[i];
	return NULL;
}
