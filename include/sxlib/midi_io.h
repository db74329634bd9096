/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_H
#define SXLIB_MIDI_IO_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sxlib/err.h"

/*
 * Ports: list, open, read, write, drain, drop, close. Nothing is ever sent
 * except by midi_io_write(). One thread may read a port while another one
 * writes to it; a single thread opens and closes it.
 */

enum { MIDI_IO_IN = 1, MIDI_IO_OUT = 2 };

/* DIN MIDI: 31250 baud, 10 bits per byte. */
#define MIDI_IO_DIN_RATE 3125 /* bytes/s */

struct midi_io_port {
	unsigned dirs;	  /* MIDI_IO_IN | MIDI_IO_OUT */
	char name[64];	  /* "hw:1,0,0", "seq:20:0": accepted by --port */
	char title[128];  /* the device's own name; of a sequencer port, the
			     port's */
	char card_id[32]; /* ALSA card id, or "" */
	char card[128];	  /* the card's name, or ""; of a sequencer port, the
			     client's */
	char socket[32];  /* USB socket, "1-1.2", or "" */
	char vendor[64];  /* from the USB descriptor, or "" */
	char product[64];
	char serial[64];
	bool simulated;
	bool sequencer; /* a port of the ALSA sequencer */
	bool hardware;	/* outside this computer, as far as ALSA knows */
	bool inactive;	/* of a UMP device: an unused group */
	char twin[64];	/* of a sequencer port: the same hardware, "hw:1,0,0",
			   or "" */
};

/* What to list besides hardware. */
enum {
	MIDI_IO_SIMULATED = 1,
	MIDI_IO_SEQUENCER = 2,
	MIDI_IO_INACTIVE = 4,
	MIDI_IO_ALL = 7
};

/*
 * List the current ports: hardware, and the kinds in `also`. Sequencer ports
 * are those that other clients may connect to, without this process's own.
 * *ports (NULL if there are none) is an array of *n that the caller frees with
 * free(). Returns 0, or -1 and sets e if the list cannot be read. A system
 * without any sound card or sequencer is not an error.
 */
int midi_io_list(
    struct midi_io_port **ports, size_t *n, unsigned also, struct sx_err *e);

struct midi_io_watch;

/*
 * Watch for ports that come and go, with `sequencer` also those of the
 * sequencer; if it is not there yet, watching starts when it appears. Returns
 * NULL and sets e on failure. Close with midi_io_watch_close(), which accepts
 * NULL.
 */
struct midi_io_watch *midi_io_watch_open(bool sequencer, struct sx_err *e);
/* A descriptor that becomes readable when ports may have come or gone. Then
 * call midi_io_watch_clear(); if it returns true, list the ports again, and
 * once more a second later, since a port appears before its permissions are
 * set. */
int midi_io_watch_fd(const struct midi_io_watch *w);
bool midi_io_watch_clear(struct midi_io_watch *w);
void midi_io_watch_close(struct midi_io_watch *w);

/* The port in the list that spec means, as in midi_io_open(); NULL if none or
 * several match, or if spec is not a listed port. */
const struct midi_io_port *midi_io_find(
    const struct midi_io_port *ports, size_t n, const char *spec);

struct midi_io;

#define MIDI_IO_NAME 1024 /* size of any midi_io_name(), with its NUL */

/*
 * Open a port for the given directions. spec is as in docs/sxlib.1: hw:1,0,0,
 * usb:1-1.4, an asoundrc name, tty:/dev/ttyAMA0[@BAUD], seq:CLIENT[:PORT],
 * sim:NAME, "-", or text found in the card ID, card name or title of exactly
 * one hardware or sequencer port (a match of the whole name beats one of a
 * part). NULL: $SXLIB_PORT, else the only hardware port with these directions.
 * Never blocks on a port that is in use. Returns NULL and sets e on failure:
 * SX_EPORT (in use, no permission, missing; the hint lists the ports),
 * SX_EUSAGE if spec is malformed, empty or too long.
 */
struct midi_io *midi_io_open(const char *spec, unsigned dirs, struct sx_err *e);

/* $SXLIB_PORT, or NULL if it is unset or empty; borrowed. */
const char *midi_io_default_port(void);

/* Its name, as displayed and in --json: "hw:1,0,0". Valid until the port is
 * closed. */
const char *midi_io_name(const struct midi_io *io);
/* A likely problem of an open port and its remedy: one line, a text that lives
 * as long as the program; or NULL. */
const char *midi_io_remark(const struct midi_io *io);
/* Is it a simulated instrument? */
bool midi_io_simulated(const struct midi_io *io);

/*
 * Start the input: nothing that arrives from now on is missed. (ALSA starts its
 * input at the first read, not at open.) Returns 0, or -1 and sets e.
 */
int midi_io_listen(struct midi_io *io, struct sx_err *e);

/* Descriptors to poll() for input (MIDI_IO_IN) or for room for output
 * (MIDI_IO_OUT). Fills up to max entries, of which at most 4 are needed, and
 * returns how many. */
#define MIDI_IO_POLLFDS 4
size_t midi_io_pollfds(
    struct midi_io *io, unsigned dir, struct pollfd *fds, size_t max);

/* Can the input be left unread for 20 ms without loss, at any rate of
 * arrival? */
bool midi_io_can_wait(const struct midi_io *io);

/* Result of one read. */
struct midi_io_in {
	size_t len;	  /* bytes; 0: nothing available now */
	bool lost_before; /* bytes were lost before these */
	bool lost_after;  /* bytes were lost right after these */
	size_t doubt;	  /* of the first `doubt` bytes some may be missing or
			     wrong */
	bool end;	  /* end of input ("-" only) */
};

/*
 * Read whatever is available, at most max bytes, without blocking (but for 0.1
 * s at most from a sequencer port that may have lost bytes). Returns 0 and
 * fills *in, or -1 and sets e: SX_EPORT if the port is gone (unplugged, hung
 * up), SX_EIO.
 */
int midi_io_read(struct midi_io *io, uint8_t *buf, size_t max,
    struct midi_io_in *in, struct sx_err *e);

/* Write at most n bytes without blocking. Returns the number of bytes accepted,
 * 0 if there is no room now, or -1 and sets e as midi_io_read() does. */
ssize_t midi_io_write(
    struct midi_io *io, const uint8_t *buf, size_t n, struct sx_err *e);

/* Can bytes be written at any rate without loss? False if whatever is behind
 * the port silently discards what it has no room for. */
bool midi_io_any_rate(const struct midi_io *io);

/* Bytes written that the driver has not accepted yet, or that it may still have
 * to send and would discard if the port were closed; 0 if unknown. Returns -1
 * and sets e if the port is gone. */
ssize_t midi_io_queued(struct midi_io *io, struct sx_err *e);

/*
 * Wait until the driver has sent everything it accepted. Call when
 * midi_io_queued() is 0: it then blocks for about 50 ms at most, otherwise
 * possibly for many seconds. Returns 0, or -1 and sets e.
 */
int midi_io_drain(struct midi_io *io, struct sx_err *e);

/* Discard what was written and has not been sent yet. Returns 0, or -1 and sets
 * e. */
int midi_io_drop(struct midi_io *io, struct sx_err *e);

/*
 * Bytes that arrived since midi_io_listen() according to the kernel, lost ones
 * included; -1 if unknown. More than the bytes read if some were lost silently.
 */
int64_t midi_io_arrived(struct midi_io *io);

/* Discard what is left in both directions and close. io may be NULL. */
void midi_io_close(struct midi_io *io);

#endif
