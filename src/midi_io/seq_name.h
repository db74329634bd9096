/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_SEQ_NAME_H
#define SXLIB_MIDI_IO_SEQ_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "sxlib/err.h"
#include "sxlib/midi_io.h"

/*
 * Names of ports of the ALSA sequencer, "seq:CLIENT[:PORT]": numbers, names, or
 * parts of names; what is in double quotes is a name, and may hold colons.
 */

#define SEQ_SCHEME "seq:"

/* A client or a port as it was named. */
struct seq_part {
	char text[128];
	bool named;  /* false: any */
	bool quoted; /* never a number */
	int number;  /* -1: it is a name */
};

struct seq_name {
	struct seq_part client, port;
};

/* Does spec have this form, right or wrong? */
bool seq_is_name(const char *spec);

/* Take spec apart. -1 and e (SX_EUSAGE): it is malformed. */
int seq_parse(const char *spec, struct seq_name *name, struct sx_err *e);

/* "seq:20:1" into its numbers. false: it is no name of this form. */
bool seq_address(const char *spec, int *client, int *port);

/* How a port of the sequencer is named best, as a shell takes it: by the names
 * of its client and its number, if that can be typed, else by numbers. */
#define SEQ_SPELLED 160
void seq_spell(const struct midi_io_port *port, char *buf, size_t size);

/*
 * The one sequencer port among ports[0..n-1] that spec means and that has the
 * directions. Digits are a number, else a name as a whole wins over a part of
 * one, ignoring case. NULL and e otherwise: SX_EUSAGE if it is malformed,
 * SX_EPORT with the ports to choose from as its hint. Pure.
 */
const struct midi_io_port *seq_choose(const struct midi_io_port *ports,
    size_t n, const char *spec, unsigned dirs, struct sx_err *e);

#endif
