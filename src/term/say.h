/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_SAY_H
#define SXLIB_TERM_SAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cli.h"
#include "sxlib/err.h"
#include "sxlib/walk.h"

/*
 * Lines of text, which may be from elsewhere (an instrument, a file name):
 * what they say is made safe for a terminal, see sx_text_safe(), and on one it
 * is wrapped between words. A stream that fails is remembered.
 */

/* A line of results: to stdout, flushed. */
void say_result(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same, in red where there are colours: of something damaged. */
void say_bad_result(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The path of a file that is whole, the same way; but as it is, for scripts,
 * where stdout is no terminal. */
void say_path(struct cli *c, const char *path);
/* A line of results as it is, with its "\n". */
void say_line(struct cli *c, const char *line);
/* A line that is put together in a stream, f. */
struct line_text {
	FILE *f;
	char *text;  /* private */
	size_t size; /* in bytes, after line_close() */
};
/* false and c->err: out of memory; there is nothing to close. */
bool line_open(struct line_text *l, struct cli *c);
/* End the stream, and return what was written, malloc'ed. NULL and c->err: out
 * of memory; nothing is left. */
char *line_close(struct line_text *l, struct cli *c);
/* The same, but print it as say_line() does. -1 and c->err. */
int line_say(struct line_text *l, struct cli *c);
/* The end of a line of results that was written piece by piece. */
void flush_result(struct cli *c);
/* Before much is printed at once, and before anything is: give stdout a larger
 * buffer, until the program ends. Does nothing on a terminal. */
void widen_stdout(void);

/*
 * From here on nothing of the above waits for whoever reads: what a stream does
 * not take now it gets later, in order. -1 and c->err: out of memory.
 */
int say_without_waiting(struct cli *c);
/* Is there something that waits? */
bool say_waits(struct cli *c);
/* Wait for that, until mono time `until`. */
void say_wait(struct cli *c, int64_t until);
/* No longer so: waits until c->say_until. What is left then is lost, and that
 * is an error. */
void say_end(struct cli *c);

/* A line to the person, on stderr; the progress line makes way. Silenced by
 * --quiet. */
void say(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same, in red where there are colours: of something damaged. */
void say_damage(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for what is wrong: "sxlib: COMMAND: ...", never silenced. */
void warn(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* say() and warn() of a place in a file: "PATH: offset N: ..." */
void say_at(struct cli *c, const char *path, uint64_t offset, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));
void warn_at(struct cli *c, const char *path, uint64_t offset, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));
/* After a walk: how many files it skipped, if any. */
void say_skipped(struct cli *c, size_t n);
/* The same, and set c->err, unless it is set: if there was no file, which is no
 * error if one could not be read (failed); or if all files, `without` of them,
 * have no SysEx: *why. */
void say_walked(struct cli *c, const struct sx_walk *w, bool failed,
    size_t without, const struct sx_err *why);
/* Print an error with its hint, and empty it. */
void warn_error(struct cli *c, struct sx_err *e);
/* The same, and count it in the exit status, for an error after which the rest
 * of the work goes on. */
void warn_counted(struct cli *c, struct sx_err *e);
/* The same for what an earlier run has left and that cannot be taken in: it
 * counts in the exit status, unless it is not ours to take. */
void warn_rescue(struct cli *c, struct sx_err *e);
/* The same for one that ends only a part of the work, and is borrowed; its exit
 * status. So c->err is free for what fails after it. */
enum status warn_of(struct cli *c, const struct sx_err *e);
/* Print an error, which is borrowed, with this hint instead of its own. It does
 * not count in the exit status. */
void warn_hint(struct cli *c, const struct sx_err *e, const char *hint);
/* Draw the progress line, if stderr is a terminal that can take it away again;
 * "" does. */
void progress(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool has_progress(const struct cli *c);
/* From one of these lines to the next. Is one due at mono time now? Then *at,
 * when it was due, is when the next one is. */
#define PROGRESS_US 200000
bool progress_is_due(const struct cli *c, int64_t now, int64_t *at);

/* "" for one, "s" for any other number. */
const char *plural(uint64_t n);

#endif
