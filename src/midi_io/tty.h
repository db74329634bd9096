/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_TTY_H
#define SXLIB_MIDI_IO_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * With PARMRK the line discipline replaces a byte xx that had a framing error
 * with FF 00 xx (a break: FF 00 00), and FF with FF FF.
 */
struct tty_marks {
	uint8_t seen; /* bytes of an incomplete mark: 0, 1 (FF) or 2 (FF 00) */
};

/* Positions of corrupted bytes relative to those that tty_unmark() keeps. */
struct tty_errors {
	bool before; /* before the first */
	bool among;
	bool after; /* after the last */
};

/*
 * Remove the marks from p[0..n-1], in place. Returns the number of remaining
 * bytes and fills *errors. A mark that is incomplete in p is completed by the
 * next call.
 */
size_t tty_unmark(
    struct tty_marks *m, uint8_t *p, size_t n, struct tty_errors *errors);

/*
 * Parse "tty:PATH[@BAUD]": the length of PATH and the baud rate, default 31250.
 * Returns false if BAUD is not a number from 1 to 4,000,000 or PATH is empty.
 */
bool tty_parse(const char *spec, size_t *path_len, unsigned *baud);

/*
 * What is wrong with this rate on a line of this kind, by its TIOCGSERIAL type
 * and baud_base: that the driver of a Raspberry Pi's PL011 was given a wrong
 * clock; or NULL. Source: midi-uart0-overlay.dts in raspberrypi/linux.
 */
const char *tty_remark(unsigned baud, int type, int baud_base);

#endif
