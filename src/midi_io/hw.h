/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_HW_H
#define SXLIB_MIDI_IO_HW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sxlib/midi_io.h"

/* Names of ALSA hardware ports, and what /proc/asound tells of them. */

struct hw_name {
	char card[32]; /* number or id */
	unsigned device, subdevice;
};

/*
 * Take "hw", "hw:CARD[,DEVICE[,SUBDEVICE]]" apart, also with the keys CARD=,
 * DEV= and SUBDEV=. What is missing is 0: left open, ALSA would choose a
 * subdevice that is free, which is another instrument. false: not of this
 * form.
 */
bool hw_parse(const char *spec, struct hw_name *name);

/* The port of that name, or NULL. */
const struct midi_io_port *hw_find(
    const struct midi_io_port *ports, size_t n, const struct hw_name *name);

/* One direction of a hardware port that is open. */
struct hw_stream {
	int card;
	unsigned device, subdevice;
	bool input;
};

/*
 * A number, such as "Buffer size", that /proc/asound/cardN/midiN tells of a
 * stream; -1 if it does not.
 */
int64_t hw_number(const struct hw_stream *s, const char *field);

/* The same, from the text of that file. */
int64_t hw_number_in(FILE *f, const struct hw_stream *s, const char *field);

#define HW_OWNER 64
/*
 * Who has a stream open: "amidi (process 123)" into buf. false: /proc does not
 * tell. A process that is gone made a connection that the sequencer keeps.
 */
bool hw_owner(const struct hw_stream *s, char buf[HW_OWNER]);

/* The USB socket in what /sys/class/sound/cardN/device points to, such as
 * ".../usb1/1-1/1-1.2/1-1.2:1.0"; "" if it is none, or longer than buf. */
void hw_socket_in(const char *link, char *buf, size_t size);
/* The socket a card is in now, or "". */
void hw_socket(int card, char *buf, size_t size);

#endif
