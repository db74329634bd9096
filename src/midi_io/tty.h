/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_TTY_H
#define SXLIB_MIDI_IO_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * With PARMRK the line discipline puts FF 00 xx in the place of a byte xx that
 * came with a framing error (a break: FF 00 00), and FF FF in that of FF.
 */
struct tty_marks {
	uint8_t seen; /* bytes of an open mark: 0, 1 (FF) or 2 (FF 00) */
};

/* Where bytes were spoilt among those that tty_unmark() leaves. */
struct tty_errors {
	bool before; /* before the first */
	bool among;
	bool after; /* after the last */
};

/*
 * Undo the marks in p[0..n-1], in place. Returns how many bytes are left and
 * fills *errors. A mark that p only begins is finished by the next call.
 */
size_t tty_unmark(
    struct tty_marks *m, uint8_t *p, size_t n, struct tty_errors *errors);

/*
 * Take "tty:PATH[@BAUD]" apart: the length of PATH and the baud rate, 31250 if
 * there is none. false: BAUD is not a number from 1 to 4,000,000, or PATH is
 * empty.
 */
bool tty_parse(const char *spec, size_t *path_len, unsigned *baud);

#endif
