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
 * unless midi_io_write() is called. A port may be read by one thread and
 * written by another at the same time; it is opened and closed by one.
 */

enum { MIDI_IO_IN = 1, MIDI_IO_OUT = 2 };

/* DIN MIDI: 31250 baud, 10 bits a byte. */
#define MIDI_IO_DIN_RATE 3125 /* bytes/s */

struct midi_io_port {
	unsigned dirs;	  /* MIDI_IO_IN | MIDI_IO_OUT */
	char name[64];	  /* "hw:1,0,0", "seq:20:0": what --port takes */
	char title[128];  /* the device's own name; of a sequencer port, its */
	char card_id[32]; /* ALSA card id, or "" */
	char card[128];	  /* the card's name, or ""; of a sequencer port, the
			     client's */
	char socket[32];  /* the USB socket it is in, "1-1.2", or "" */
	char vendor[64];  /* what the USB device says of itself, or "" */
	char product[64];
	char serial[64];
	bool simulated;
	bool sequencer; /* a port of the ALSA sequencer */
	bool hardware;	/* outside of this computer, as far as ALSA knows */
	bool inactive;	/* of a UMP device: a group that it does not use */
	char twin[64];	/* of a sequencer port: the same hardware, "hw:1,0,0",
			   or "" */
};

/* What else may be listed besides hardware. */
enum {
	MIDI_IO_SIMULATED = 1,
	MIDI_IO_SEQUENCER = 2,
	MIDI_IO_INACTIVE = 4,
	MIDI_IO_ALL = 7
};

/*
 * The ports there are now: hardware, and those of `also`. Of the sequencer
 * these are the ports that others may connect to, without this process's own.
 * *ports (to be freed with free(); NULL if there are none) gets *n of them. 0,
 * or -1 and e if the list cannot be read; no sound card and no sequencer at all
 * is not an error.
 */
int midi_io_list(
    struct midi_io_port **ports, size_t *n, unsigned also, struct sx_err *e);

struct midi_io_watch;

/*
 * Watch for ports that come and go, those of the sequencer too if `sequencer`.
 * To be closed with midi_io_watch_close(), which takes NULL; NULL and e on
 * failure. No sequencer is none: it is watched once it is there.
 */
struct midi_io_watch *midi_io_watch_open(bool sequencer, struct sx_err *e);
/* A descriptor that becomes readable when ports may have come or gone. After it
 * has: midi_io_watch_clear(); if that is true, list again, and once more a
 * second later, since a port is there before its permissions are right. */
int midi_io_watch_fd(const struct midi_io_watch *w);
bool midi_io_watch_clear(struct midi_io_watch *w);
void midi_io_watch_close(struct midi_io_watch *w);

/* The one of them that spec, as in midi_io_open(), means; NULL if none or
 * several, or if it is not a port that is listed. */
const struct midi_io_port *midi_io_find(
    const struct midi_io_port *ports, size_t n, const char *spec);

struct midi_io;

#define MIDI_IO_NAME 1024 /* bytes of any midi_io_name(), with its NUL */

/*
 * Open a port for the given directions. spec as in docs/sxlib.1: hw:1,0,0,
 * usb:1-1.4, an asoundrc name, tty:/dev/ttyAMA0[@BAUD], seq:CLIENT[:PORT],
 * sim:NAME, "-", or a text that is found in exactly one port's card id or name,
 * or in those of one port of the sequencer. NULL: $SXLIB_PORT, else the only
 * hardware port with these directions. Never blocks on a port that is in use.
 * NULL and e filled on failure: SX_EPORT with words about who holds it, what is
 * missing, which ports there are; SX_EUSAGE if spec is not a name.
 */
struct midi_io *midi_io_open(const char *spec, unsigned dirs, struct sx_err *e);

/* $SXLIB_PORT, or NULL if it is not set or empty; not to be freed. */
const char *midi_io_default_port(void);

/* Its name for people and for --json: "hw:1,0,0". Lives as long as the port. */
const char *midi_io_name(const struct midi_io *io);
/* Is it a simulated instrument? */
bool midi_io_simulated(const struct midi_io *io);

/*
 * Start the input: from here on nothing that arrives is missed. ALSA's input
 * starts at the first read, not at open.
 */
int midi_io_listen(struct midi_io *io, struct sx_err *e);

/* What to poll() for input (MIDI_IO_IN) or room for output (MIDI_IO_OUT).
 * Returns how many of the max entries were filled: at most 4 are needed. */
#define MIDI_IO_POLLFDS 4
size_t midi_io_pollfds(
    struct midi_io *io, unsigned dir, struct pollfd *fds, size_t max);

/* Is nothing lost if the input is not read for 20 ms, as fast as it may come?
 */
bool midi_io_can_wait(const struct midi_io *io);

/* What one read brought. */
struct midi_io_in {
	size_t len;	  /* bytes; 0: nothing is there now */
	bool lost_before; /* bytes are missing before these */
	bool lost_after;  /* bytes are missing right after these */
	size_t doubt;	  /* of these, from the first on: some may be missing or
			     wrong */
	bool end;	  /* end of the input ("-" only); nothing more comes */
};

/*
 * Read what is there, at most max bytes, without blocking. 0 and *in filled;
 * -1 and e: SX_EPORT if the port is gone (unplugged, hung up), SX_EIO.
 */
int midi_io_read(struct midi_io *io, uint8_t *buf, size_t max,
    struct midi_io_in *in, struct sx_err *e);

/* Write at most n bytes without blocking. Returns how many were taken, 0 if
 * there is no room now, -1 and e as for reading. */
ssize_t midi_io_write(
    struct midi_io *io, const uint8_t *buf, size_t n, struct sx_err *e);

/* Is nothing lost however fast bytes are written? False where what lies behind
 * the port throws away what it has no room for, and nobody tells. */
bool midi_io_any_rate(const struct midi_io *io);

/* Bytes that were written and that the driver has not taken yet, or that it may
 * still have to send and would forget if the port were closed; 0 if that is
 * not known. -1 and e: gone. */
ssize_t midi_io_queued(struct midi_io *io, struct sx_err *e);

/*
 * Wait until the driver is through with what it took. Call when queued() is 0:
 * then it takes some 50 ms at most; else it may block for many seconds.
 */
int midi_io_drain(struct midi_io *io, struct sx_err *e);

/* Forget what was written and has not left yet. */
int midi_io_drop(struct midi_io *io, struct sx_err *e);

/*
 * Bytes that the kernel says arrived since listen(), lost ones included; -1 if
 * it does not tell. Differs from the bytes read if some were lost without a
 * trace.
 */
int64_t midi_io_arrived(struct midi_io *io);

/* Drops what is left in both directions, then closes. io may be NULL. */
void midi_io_close(struct midi_io *io);

#endif
