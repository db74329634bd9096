/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_BACKEND_H
#define SXLIB_MIDI_IO_BACKEND_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sxlib/err.h"
#include "sxlib/midi_io.h"

/*
 * What midi_io.c and the kinds of ports share. Each kind is one file with one
 * table of operations; its port has a struct midi_io as its first member.
 */

struct midi_io_ops;

struct midi_io {
	const struct midi_io_ops *ops;
	unsigned dirs; /* MIDI_IO_IN | MIDI_IO_OUT: what it was opened for */
	char *name;    /* for people; owned */
};

/* A list of ports that grows. Zero it before the first use. */
struct midi_io_list {
	struct midi_io_port *ports;
	size_t n;
};

/* Add a copy of port. -1: out of memory, the list stays as it was. */
int midi_io_list_add(struct midi_io_list *list, const struct midi_io_port *port,
    struct sx_err *e);

/*
 * One kind of port. midi_io.c has checked the directions: the operations of
 * one are only called on a port that is open for it.
 */
struct midi_io_ops {
	/* What midi_io_list() must be asked for to list them; 0: nothing. */
	unsigned also;

	/* Is spec in a form that names a port of this kind? */
	bool (*takes)(const char *spec);

	/* Add the ports that there are now. NULL: they cannot be listed. */
	int (*list)(struct midi_io_list *list, struct sx_err *e);

	/* Open the port of a spec that takes() is true for, never waiting for
	 * it. NULL and e filled on failure. */
	struct midi_io *(*open)(
	    const char *spec, unsigned dirs, struct sx_err *e);

	/* Input starts here. NULL: it did at open. */
	int (*listen)(struct midi_io *io, struct sx_err *e);

	/* Fill at most max entries for one direction, return how many. Bytes
	 * that read() could give must make one of them ready. */
	size_t (*pollfds)(
	    struct midi_io *io, unsigned dir, struct pollfd *fds, size_t max);

	/* As midi_io_can_wait(). NULL: no. */
	bool (*can_wait)(const struct midi_io *io);

	/* As midi_io_read(); *in is zeroed, max > 0. */
	int (*read)(struct midi_io *io, uint8_t *buf, size_t max,
	    struct midi_io_in *in, struct sx_err *e);

	/* As their namesakes in midi_io.h; n > 0. NULL for queued, drain and
	 * drop: nothing is ever queued; for any_rate: yes; for arrived: not
	 * known. */
	ssize_t (*write)(
	    struct midi_io *io, const uint8_t *buf, size_t n, struct sx_err *e);
	ssize_t (*queued)(struct midi_io *io, struct sx_err *e);
	int (*drain)(struct midi_io *io, struct sx_err *e);
	int (*drop)(struct midi_io *io, struct sx_err *e);
	bool (*any_rate)(const struct midi_io *io);
	int64_t (*arrived)(struct midi_io *io);

	/* Drop what is left, close, free; io->name is freed by midi_io.c. */
	void (*close)(struct midi_io *io);
};

extern const struct midi_io_ops midi_io_alsa_ops;
extern const struct midi_io_ops midi_io_seq_ops;
extern const struct midi_io_ops midi_io_tty_ops;
extern const struct midi_io_ops midi_io_stdio_ops;
extern const struct midi_io_ops midi_io_sim_ops;

/*
 * The one port among ports[0..n-1] that is meant by text: its card id, card
 * name (of a sequencer port, the client's) or title equals it, or else contains
 * it, ignoring case, and it has the directions. text
 * NULL: there is only one hardware port with the directions. NULL and e
 * (SX_EPORT, with the ports to choose from as its hint) otherwise. Pure.
 */
const struct midi_io_port *midi_io_choose(const struct midi_io_port *ports,
    size_t n, const char *text, unsigned dirs, struct sx_err *e);

/* Ports that a hint tells of, a line each: as many as there is room for. Zero
 * it before the first use. */
struct midi_io_lines {
	char text[SX_HINT_TEXT - 112]; /* with the introduction and "more" */
	size_t used, left;
};
void midi_io_lines_add(struct midi_io_lines *l, const struct midi_io_port *p);
void midi_io_lines_hint(
    const struct midi_io_lines *l, const char *intro, struct sx_err *e);

/* Whose members may use sound cards. */
#define MIDI_IO_ALSA_GROUP "audio"

/* The hardware ports of ALSA, after which its configuration is in memory, as
 * opening one needs it too. */
int midi_io_alsa_list(struct midi_io_list *list, struct sx_err *e);

/* The ports of the ALSA sequencer; none if there is no sequencer. */
int midi_io_seq_list(struct midi_io_list *list, struct sx_err *e);

/* A stream of hardware that is in use: who has it, and the way around. card -1:
 * it is not known which. Always returns -1. */
struct hw_stream;
int midi_io_fail_busy(
    const char *name, const struct hw_stream *s, struct sx_err *e);

/* alsa-lib prints its errors if nobody takes them. What they say is said by the
 * codes that come back, too. For before its calls that open or list. */
void midi_io_alsa_silence(void);

/* Hint at the hardware ports there are, or at what to do if there are none. */
void midi_io_hint_ports(
    const struct midi_io_port *ports, size_t n, struct sx_err *e);

/* "port has no input" (or output): those of dirs that it has not. */
int midi_io_fail_dirs(
    const char *port, unsigned has, unsigned dirs, struct sx_err *e);

/*
 * A port that could not be opened: no such port, in use, no permission (group:
 * whose members have it), or the text of sys. Always SX_EPORT, returns -1.
 */
int midi_io_fail_open(
    const char *name, const char *group, int sys, struct sx_err *e);

/*
 * A failed call on an open port. An error that means that the device has left
 * (ENODEV, ENXIO, EPIPE, EBADFD, ECONNRESET) is SX_EPORT "was unplugged",
 * others are SX_EIO with their own text. Always returns -1.
 */
int midi_io_fail_call(const struct midi_io *io, int sys, struct sx_err *e);

/* CLOCK_MONOTONIC, ns. */
int64_t midi_io_now(void);

/* Is text a whole number from least to most, digits and nothing else? Then it
 * goes into *value. */
bool midi_io_number(
    const char *text, unsigned least, unsigned most, unsigned *value);

#endif
