/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_WRITER_H
#define SXLIB_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Text to standard output and standard error that never keeps its caller
 * waiting: what a stream does not take now is written by its own thread, in
 * order. While the stream takes everything there is no thread. Two streams that
 * are the same terminal or pipe share one queue.
 */
struct sx_writer;

enum { SX_WRITER_OUT, SX_WRITER_ERR, SX_WRITER_STREAMS };

/* fds: of the two streams, borrowed. NULL: out of memory. */
struct sx_writer *sx_writer_new(const int fds[SX_WRITER_STREAMS]);

/* Write text to a stream, now or later. 0; errno: it is lost, since the stream
 * has failed, or takes nothing and 16 MiB wait. */
int sx_writer_put(struct sx_writer *w, int stream, const char *text, size_t n);

/* Does something wait? */
bool sx_writer_waits(struct sx_writer *w, int stream);

/* Wait until all is written, at most until mono time `until`. Bytes that are
 * still left, of both streams. */
size_t sx_writer_wait(struct sx_writer *w, int64_t until);

/* Why a stream failed: errno; 0: it did not. */
int sx_writer_error(struct sx_writer *w, int stream);

/* Free it. What is left is lost, and a thread that hangs is left to the end of
 * the process, with what it needs. w may be NULL. */
void sx_writer_free(struct sx_writer *w);

#endif
