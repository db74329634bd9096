/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_HW_H
#define SXLIB_MIDI_IO_HW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sxlib/midi_io.h"

/* Names of ALSA hardware ports, and their state in /proc/asound. */

struct hw_name {
	char card[32]; /* number, id, or USB socket */
	bool usb;
	unsigned device, subdevice;
};

/*
 * Parse "hw" or "hw:CARD[,DEVICE[,SUBDEVICE]]", also with the keys CARD=, DEV=
 * and SUBDEV=. Missing numbers are 0: if they were left open, ALSA would choose
 * any free subdevice, which is a different instrument. Returns false if spec
 * does not have this form.
 */
bool hw_parse(const char *spec, struct hw_name *name);

/*
 * True for "usb:SOCKET[,DEVICE[,SUBDEVICE]]", which hw_parse() parses as well:
 * the device in that USB socket, whatever its card number.
 */
bool hw_is_usb(const char *spec);

/* Find the port of a hw: or usb: name, or NULL. Never returns a sequencer
 * port. */
const struct midi_io_port *hw_find(
    const struct midi_io_port *ports, size_t n, const struct hw_name *name);

/* One direction of an open hardware port. */
struct hw_stream {
	int card;
	unsigned device, subdevice;
	bool input;
};

/*
 * A number, such as "Buffer size", for a stream from /proc/asound/cardN/midiN;
 * -1 if it is not there.
 */
int64_t hw_number(const struct hw_stream *s, const char *field);

/* The same, from the text of that file. */
int64_t hw_number_in(FILE *f, const struct hw_stream *s, const char *field);

#define HW_OWNER 64
/*
 * The process that has a stream open: "amidi (process 123)" in buf. Returns
 * false if /proc does not show it. If the process no longer exists, it made a
 * connection that the sequencer keeps.
 */
bool hw_owner(const struct hw_stream *s, char buf[HW_OWNER]);

/* Extract the USB socket from the target of /sys/class/sound/cardN/device, such
 * as ".../usb1/1-1/1-1.2/1-1.2:1.0"; "" if it is not USB or longer than buf. */
void hw_socket_in(const char *link, char *buf, size_t size);

/* Fill in the USB socket and names of a card in port from sysfs, mounted there;
 * "" for what it does not have. */
#define HW_SYSFS "/sys"
void hw_usb(const char *sysfs, int card, struct midi_io_port *port);

/* True if the flags of a rawmidi stream mark it as unused by a UMP device. */
bool hw_inactive(unsigned flags);

/* The id of a card, from /proc/asound; "" if there is none. */
void hw_card_id(int card, char *buf, size_t size);

#endif
