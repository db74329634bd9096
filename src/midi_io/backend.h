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
 * Shared by midi_io.c and the backends. Each backend is one file with one table
 * of operations; its port has a struct midi_io as its first member.
 */

struct midi_io_ops;

struct midi_io {
	const struct midi_io_ops *ops;
	unsigned dirs;	    /* MIDI_IO_IN | MIDI_IO_OUT, as opened */
	char *name;	    /* for display; owned */
	const char *remark; /* as midi_io_remark() */
};

/* A growing list of ports. Zero it before the first use. */
struct midi_io_list {
	struct midi_io_port *ports;
	size_t n;
};

/* Append a copy of port. Returns -1 and sets e if memory runs out; the list is
 * unchanged. */
int midi_io_list_add(struct midi_io_list *list, const struct midi_io_port *port,
    struct sx_err *e);

/*
 * The operations of a backend. midi_io.c has checked the directions: an
 * operation is only called on a port that is open for its direction.
 */
struct midi_io_ops {
	/* The flags for midi_io_list() that include these ports; 0: none. */
	unsigned also;

	/* True if spec has the form of a port name of this backend. */
	bool (*takes)(const char *spec);

	/* Append the ports that exist now. NULL: they cannot be listed. */
	int (*list)(struct midi_io_list *list, struct sx_err *e);

	/* Open a port whose spec takes() accepts, without waiting for it.
	 * Returns NULL and sets e on failure. */
	struct midi_io *(*open)(
	    const char *spec, unsigned dirs, struct sx_err *e);

	/* Start input. NULL: open() has started it. */
	int (*listen)(struct midi_io *io, struct sx_err *e);

	/* Fill at most max entries for one direction and return their number.
	 * Whenever read() could return bytes, one of them must be ready. */
	size_t (*pollfds)(
	    struct midi_io *io, unsigned dir, struct pollfd *fds, size_t max);

	/* As midi_io_can_wait(). NULL: false. */
	bool (*can_wait)(const struct midi_io *io);

	/* As midi_io_read(); *in is zeroed, max > 0. */
	int (*read)(struct midi_io *io, uint8_t *buf, size_t max,
	    struct midi_io_in *in, struct sx_err *e);

	/* As the functions of these names in midi_io.h; n > 0. A NULL pointer
	 * means, for queued, drain and drop: nothing is ever queued; for
	 * any_rate: true; for arrived: unknown. */
	ssize_t (*write)(
	    struct midi_io *io, const uint8_t *buf, size_t n, struct sx_err *e);
	ssize_t (*queued)(struct midi_io *io, struct sx_err *e);
	int (*drain)(struct midi_io *io, struct sx_err *e);
	int (*drop)(struct midi_io *io, struct sx_err *e);
	bool (*any_rate)(const struct midi_io *io);
	int64_t (*arrived)(struct midi_io *io);

	/* Drop unsent bytes, close and free; midi_io.c frees io->name. */
	void (*close)(struct midi_io *io);
};

extern const struct midi_io_ops midi_io_alsa_ops;
extern const struct midi_io_ops midi_io_seq_ops;
extern const struct midi_io_ops midi_io_tty_ops;
extern const struct midi_io_ops midi_io_stdio_ops;
extern const struct midi_io_ops midi_io_sim_ops;

/*
 * Select the one port among ports[0..n-1] that text means: its card id, card
 * name (for a sequencer port, the client name) or title equals text, or
 * otherwise contains it, ignoring case, and it has the directions. text NULL:
 * the only hardware port with the directions. Otherwise returns NULL and sets e
 * (SX_EPORT, with the candidates as its hint). Pure.
 */
const struct midi_io_port *midi_io_choose(const struct midi_io_port *ports,
    size_t n, const char *text, unsigned dirs, struct sx_err *e);

/* Lists ports in a hint, one per line, as many as fit. Zero it before the first
 * use. */
struct midi_io_lines {
	char text[SX_HINT_TEXT - 112]; /* minus the introduction and "more" */
	size_t used, left;
};
void midi_io_lines_add(struct midi_io_lines *l, const struct midi_io_port *p);
void midi_io_lines_hint(
    const struct midi_io_lines *l, const char *intro, struct sx_err *e);

/* The group that may use sound cards. */
#define MIDI_IO_ALSA_GROUP "audio"

/* List the hardware ports of ALSA. Afterwards its configuration is in memory,
 * which opening a port also needs. */
int midi_io_alsa_list(struct midi_io_list *list, struct sx_err *e);

/* List the ports of the ALSA sequencer; none if there is no sequencer. */
int midi_io_seq_list(struct midi_io_list *list, struct sx_err *e);

/* Set e for a hardware stream in use: its owner, and the workaround. card -1:
 * unknown. Always returns -1. */
struct hw_stream;
int midi_io_fail_busy(
    const char *name, const struct hw_stream *s, struct sx_err *e);

/* Stop alsa-lib from printing its errors; the return codes carry the same
 * information. Call before its functions that open or list. */
void midi_io_alsa_silence(void);

/* Set a hint: the existing hardware ports, or what to do if there are none. */
void midi_io_hint_ports(
    const struct midi_io_port *ports, size_t n, struct sx_err *e);

/* "port has no input" (or output): the directions in dirs that it lacks. */
int midi_io_fail_dirs(
    const char *port, unsigned has, unsigned dirs, struct sx_err *e);

/*
 * Set e for a port that could not be opened: no such port, in use, no
 * permission (group: the group that has it), or the text of sys. Always
 * SX_EPORT; returns -1.
 */
int midi_io_fail_open(
    const char *name, const char *group, int sys, struct sx_err *e);

/*
 * Set e for a failed call on an open port. Errors that mean that the device is
 * gone (ENODEV, ENXIO, EPIPE, EBADFD, ECONNRESET) become SX_EPORT "was
 * unplugged", others SX_EIO with their text. Always returns -1.
 */
int midi_io_fail_call(const struct midi_io *io, int sys, struct sx_err *e);

/* CLOCK_MONOTONIC, ns. */
int64_t midi_io_now(void);

/* Parse text as a whole number from least to most, only digits, into *value.
 * Returns false if it is not one. */
bool midi_io_number(
    const char *text, unsigned least, unsigned most, unsigned *value);

#endif
