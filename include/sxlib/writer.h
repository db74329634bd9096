/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_WRITER_H
#define SXLIB_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Writes text to standard output and standard error without ever blocking the
 * caller: what a stream does not accept now is written by a separate thread, in
 * order. No thread is started as long as the stream accepts everything. Two
 * streams on the same terminal or pipe share one queue.
 */
struct sx_writer;

enum { SX_WRITER_OUT, SX_WRITER_ERR, SX_WRITER_STREAMS };

/* fds: the two streams, borrowed. Returns NULL if memory runs out. */
struct sx_writer *sx_writer_new(const int fds[SX_WRITER_STREAMS]);

/* Write text to a stream, now or later. Returns 0, or an errno if it is lost
 * because the stream has failed or 16 MiB are already queued. */
int sx_writer_put(struct sx_writer *w, int stream, const char *text, size_t n);

/* True if text is queued. */
bool sx_writer_waits(struct sx_writer *w, int stream);

/* Wait until everything is written, at most until mono time `until`. Returns
 * the number of bytes still queued, for both streams. */
size_t sx_writer_wait(struct sx_writer *w, int64_t until);

/* The errno with which a stream failed; 0: it did not. */
int sx_writer_error(struct sx_writer *w, int stream);

/* Free it. Queued text is lost; a thread that hangs is left running, with its
 * memory, until the process exits. w may be NULL. */
void sx_writer_free(struct sx_writer *w);

#endif
