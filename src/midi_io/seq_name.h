/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_SEQ_NAME_H
#define SXLIB_MIDI_IO_SEQ_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/err.h"
#include "sxlib/midi_io.h"

/*
 * Names of ALSA sequencer ports, "seq:CLIENT[:PORT]", as numbers, names, or
 * parts of names; text in double quotes is a name and may contain colons.
 */

#define SEQ_SCHEME "seq:"

/* A client or port as typed. */
struct seq_part {
	char text[128];
	bool named;  /* false: any */
	bool quoted; /* never a number */
	int number;  /* -1: it is a name */
};

struct seq_name {
	struct seq_part client, port;
};

/* True if spec has this prefix, valid or not. */
bool seq_is_name(const char *spec);

/* Parse spec. Returns -1 and sets e (SX_EUSAGE) if it is malformed. */
int seq_parse(const char *spec, struct seq_name *name, struct sx_err *e);

/* Parse "seq:20:1" into its numbers. Returns false for any other form. */
bool seq_address(const char *spec, int *client, int *port);

/* The preferred spelling of a sequencer port, as typed in a shell: the client
 * name and the port number if the name can be typed, else numbers. */
#define SEQ_SPELLED 160
void seq_spell(const struct midi_io_port *port, char *buf, size_t size);

/*
 * Select the one sequencer port among ports[0..n-1] that spec names and that
 * has the directions. Digits are a number; otherwise a full name takes
 * precedence over part of one, ignoring case. Otherwise returns NULL and sets
 * e: SX_EUSAGE if it is malformed, SX_EPORT with the candidates as its hint.
 * Pure.
 */
const struct midi_io_port *seq_choose(const struct midi_io_port *ports,
    size_t n, const char *spec, unsigned dirs, struct sx_err *e);

#endif
