/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_PLUG_H
#define SXLIB_TESTS_PLUG_H

/*
 * A port with the test at its other end: a pseudo terminal. Include after
 * cmocka.h and its headers.
 */
#include <pty.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "sxlib/midi_io.h"

#define PLUG_NAME 128 /* bytes of "tty:PATH" */

/* Open one; *unit gets the instrument's end, to be closed by the caller. */
static inline struct midi_io *
plug_open(int *unit, char name[PLUG_NAME], unsigned dirs)
{
	struct sx_err e = { 0 };
	struct midi_io *io;
	struct termios raw;
	char path[100];
	int slave;

	assert_int_equal(openpty(unit, &slave, path, NULL, NULL), 0);
	assert_int_equal(tcgetattr(slave, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(slave, TCSANOW, &raw), 0);
	snprintf(name, PLUG_NAME, "tty:%s", path);
	io = midi_io_open(name, dirs, &e);
	if (io == NULL)
		fail_msg("%s", e.msg);
	close(slave);
	return io;
}

#endif
