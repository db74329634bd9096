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
	char card[32]; /* number or id, or a USB socket */
	bool usb;
	unsigned device, subdevice;
};

/*
 * Take "hw", "hw:CARD[,DEVICE[,SUBDEVICE]]" apart, also with the keys CARD=,
 * DEV= and SUBDEV=. What is missing is 0: left open, ALSA would choose a
 * subdevice that is free, which is another instrument. false: not of this
 * form.
 */
bool hw_parse(const char *spec, struct hw_name *name);

/*
 * The same for "usb:SOCKET[,DEVICE[,SUBDEVICE]]": what is in that USB socket,
 * whatever the number of its card.
 */
bool hw_is_usb(const char *spec);

/* The port of a hw: or usb: name, or NULL. Of the sequencer's none. */
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

/* What sysfs, mounted there, tells of the USB device that a card is: its socket
 * and its names go into port; "" is what it does not tell. */
#define HW_SYSFS "/sys"
void hw_usb(const char *sysfs, int card, struct midi_io_port *port);

/* Do the flags of a rawmidi stream say that a UMP device does not use it? */
bool hw_inactive(unsigned flags);

/* The id of a card, from /proc/asound; "" if there is none. */
void hw_card_id(int card, char *buf, size_t size);

#endif
