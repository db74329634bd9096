/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_INPUT_H
#define SXLIB_TESTS_INPUT_H

/*
 * Bytes for the port "-": standard input is a pipe with these bytes and an end.
 * Include after cmocka.h and its headers.
 */
#include <signal.h>
#include <unistd.h>

#include "sxlib/midi_io.h"
#include "sxlib/session.h"

/* Make a whole message: F0 7D number .. F7, n bytes. */
static inline void
input_message(uint8_t *p, uint8_t number, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = i * 7 & 0x7f;
	p[0] = 0xf0;
	p[1] = 0x7d;
	p[2] = number;
	p[n - 1] = 0xf7;
}

/* No more bytes than a pipe can hold. */
static inline void
input_set(const void *bytes, size_t n)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], bytes, n), n);
	assert_int_equal(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	close(fds[0]);
	close(fds[1]);
}

static inline struct midi_io *
input_open(void)
{
	struct sx_err e = { 0 };
	struct midi_io *io = midi_io_open("-", MIDI_IO_IN, &e);

	if (io == NULL)
		fail_msg("%s", e.msg);
	return io;
}

/* Send SIGINT, as for ^C, which a session handles. */
static inline void
input_stop(void)
{
	assert_int_equal(kill(getpid(), SIGINT), 0);
}

#endif
