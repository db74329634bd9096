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
 * Print lines of text, which may contain text from an instrument or a file
 * name: it is made safe for a terminal, see sx_text_safe(), and wrapped between
 * words on one. A stream's failure is remembered.
 */

/* Print a line of results to stdout, and flush. */
void say_result(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for something damaged, in red if colours are enabled. */
void say_bad_result(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for the path of an undamaged file; unchanged, for scripts, if stdout
 * is not a terminal. */
void say_path(struct cli *c, const char *path);
/* Print a line of results unchanged; it ends with "\n". */
void say_line(struct cli *c, const char *line);
/* A line to be composed in a stream, f. */
struct line_text {
	FILE *f;
	char *text;  /* private */
	size_t size; /* in bytes, after line_close() */
};
/* Returns false and sets c->err if memory runs out; then there is nothing to
 * close. */
bool line_open(struct line_text *l, struct cli *c);
/* Close the stream and return its text, malloc'ed. Returns NULL and sets c->err
 * if memory runs out; nothing is left then. */
char *line_close(struct line_text *l, struct cli *c);
/* The same, but print it as say_line() does. Returns -1 and sets c->err on
 * failure. */
int line_say(struct line_text *l, struct cli *c);
/* End a line of results that was written piece by piece. */
void flush_result(struct cli *c);
/* Give stdout a larger buffer until the program ends: call before a lot is
 * printed at once, and before anything is. Does nothing on a terminal. */
void widen_stdout(void);

/*
 * From here on none of these functions waits for a reader: text that a stream
 * does not accept now is written later, in order. Returns -1 and sets c->err if
 * memory runs out.
 */
int say_without_waiting(struct cli *c);
/* Is any text still to be written? */
bool say_waits(struct cli *c);
/* Wait for it, until mono time `until`. */
void say_wait(struct cli *c, int64_t until);
/* End this mode, waiting until c->say_until. Text not written by then is lost,
 * which is an error. */
void say_end(struct cli *c);

/* Print a line for the user to stderr; the progress line is cleared first. Not
 * with --quiet. */
void say(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for something damaged, in red if colours are enabled. */
void say_damage(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for errors: "sxlib: COMMAND: ...", even with --quiet. */
void warn(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* say() and warn() about a place in a file: "PATH: offset N: ..." */
void say_at(struct cli *c, const char *path, uint64_t offset, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));
void warn_at(struct cli *c, const char *path, uint64_t offset, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));
/* Say how many files a walk skipped, if any. */
void say_skipped(struct cli *c, size_t n);
/*
 * The same, and set c->err, unless it is set: if there were no files, which is
 * not an error if one could not be read (failed); or to *why if none of the
 * files has SysEx (there are `without` of these).
 */
void say_walked(struct cli *c, const struct sx_walk *w, bool failed,
    size_t without, const struct sx_err *why);
/* Print an error with its hint, and clear it. */
void warn_error(struct cli *c, struct sx_err *e);
/* The same, and count it in the exit status: for an error after which work
 * continues. */
void warn_counted(struct cli *c, struct sx_err *e);
/* The same for files of an earlier run that cannot be recovered. It counts in
 * the exit status, unless they are not ours to recover (SX_EREFUSED). */
void warn_rescue(struct cli *c, struct sx_err *e);
/* The same for an error that ends only part of the work, and is borrowed.
 * Returns its exit status; c->err remains free for later errors. */
enum status warn_of(struct cli *c, const struct sx_err *e);
/* Print an error, which is borrowed, with this hint instead of its own. Does
 * not count in the exit status. */
void warn_hint(struct cli *c, const struct sx_err *e, const char *hint);
/* Draw the progress line, if stderr is a terminal that can erase it again; ""
 * erases it. */
void progress(struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool has_progress(const struct cli *c);
/* Time between two progress lines. progress_is_due(): is the one for mono time
 * *at due at mono time now? Then *at becomes the time of the next one. */
#define PROGRESS_US 200000
bool progress_is_due(const struct cli *c, int64_t now, int64_t *at);

/* Return "" for 1, else "s". */
const char *plural(uint64_t n);

#endif
