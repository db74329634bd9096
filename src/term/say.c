/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "say.h"
#include "screen.h"
#include "status.h"
#include "sxlib/fit.h"
#include "sxlib/text.h"
#include "sxlib/writer.h"

#define RESULTS_AT_ONCE ((size_t)128 << 10)

#define LINE_MOST 4608 /* bytes: a path of PATH_MAX and a sentence */

static void
out_failed(struct cli *c)
{
	if (c->out_errno == 0)
		c->out_errno = errno != 0 ? errno : EIO;
}

int
say_without_waiting(struct cli *c)
{
	const int fds[] = { fileno(stdout), fileno(stderr) };

	if (fflush(stdout) == EOF)
		out_failed(c);
	c->say_until = INT64_MAX;
	c->writer = sx_writer_new(fds);
	return c->writer != NULL ? 0 : sx_fail_memory(&c->err);
}

bool
say_waits(struct cli *c)
{
	return c->writer != NULL &&
	       (sx_writer_waits(c->writer, SX_WRITER_OUT) ||
		   sx_writer_waits(c->writer, SX_WRITER_ERR));
}

void
say_wait(struct cli *c, int64_t until)
{
	(void)sx_writer_wait(c->writer, until);
}

void
say_end(struct cli *c)
{
	int error;

	if (c->writer == NULL)
		return;
	(void)sx_writer_wait(c->writer, c->say_until);
	for (int i = 0; i < SX_WRITER_STREAMS; i++) {
		error = sx_writer_error(c->writer, i);
		if (error == 0 && sx_writer_waits(c->writer, i)) {
			error = EAGAIN;
			c->deaf = c->deaf || i == SX_WRITER_ERR;
		}
		if (error != 0 && c->out_errno == 0)
			c->out_errno = error;
	}
	sx_writer_free(c->writer);
	c->writer = NULL;
}

/* Write text, in whole lines, to stdout or stderr. */
static void
say_put(struct cli *c, FILE *f, const char *text)
{
	int error;

	if (c->writer == NULL) {
		if (fputs(text, f) == EOF || fflush(f) == EOF)
			out_failed(c);
		return;
	}
	error = sx_writer_put(c->writer,
	    f == stdout ? SX_WRITER_OUT : SX_WRITER_ERR, text, strlen(text));
	if (error != 0 && c->out_errno == 0)
		c->out_errno = error;
}

void
flush_result(struct cli *c)
{
	if (fflush(stdout) == EOF || ferror(stdout))
		out_failed(c);
}

void
widen_stdout(void)
{
	char *buffer;

	if (isatty(STDOUT_FILENO))
		return;
	buffer = malloc(RESULTS_AT_ONCE);
	if (buffer != NULL)
		(void)setvbuf(stdout, buffer, _IOFBF, RESULTS_AT_ONCE);
	/* cppcheck-suppress memleak ; stdout has it */
}

#define HANG 2 /* indent of wrapped lines */

static const char red[] = "\033[31m", plain[] = "\033[0m";

/* A line that is safe for a terminal, in a fixed buffer, so that it can also
 * report that memory ran out. */
struct line {
	char text[LINE_MOST * 4 + 1]; /* each byte may become \xNN; "\n" */
};

/* The same with its "\n", wrapped and coloured. Two consecutive lines hold more
 * than WIDTH_LEAST - HANG columns, so wrapping adds less than a quarter. */
struct lines {
	char text[LINE_MOST * 6 + 128];
};

static const char *
say_vline(struct line *line, const char *fmt, va_list ap)
{
	char text[LINE_MOST];

	vsnprintf(text, sizeof(text), fmt, ap);
	return sx_text_safe(line->text, sizeof(line->text) - 1, text);
}

/* Wrap text if f is a terminal; else copy it. */
static void
wrap_line(struct lines *out, FILE *f, const char *text)
{
	sx_fit_wrap(out->text, sizeof(out->text), text, line_width(f), 0,
	    strspn(text, " ") + HANG);
}

/* Colour the first n bytes red, if f has colours. */
static void
paint_line(struct cli *c, FILE *f, struct lines *l, size_t n)
{
	size_t colour = sizeof(red) - 1, end = sizeof(plain) - 1;
	size_t len = strlen(l->text);

	if (n == 0 || !has_colour(c, f) ||
	    len + colour + end >= sizeof(l->text))
		return;
	if (n > len)
		n = len;
	memmove(l->text + colour + n + end, l->text + n, len - n + 1);
	memmove(l->text + colour, l->text, n);
	memcpy(l->text, red, colour);
	memcpy(l->text + colour + n, plain, end);
}

static void
say_lines(struct cli *c, FILE *f, struct lines *l)
{
	size_t len = strlen(l->text);

	if (len > sizeof(l->text) - 2)
		len = sizeof(l->text) - 2;
	(void)stpcpy(l->text + len, "\n");
	progress(c, "%s", "");
	say_put(c, f, l->text);
}

static void
vsay_result(struct cli *c, size_t painted, const char *fmt, va_list ap)
{
	struct lines lines;
	struct line line;

	wrap_line(&lines, stdout, say_vline(&line, fmt, ap));
	paint_line(c, stdout, &lines, painted);
	say_lines(c, stdout, &lines);
}

void
say_result(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay_result(c, 0, fmt, ap);
	va_end(ap);
}

void
say_bad_result(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay_result(c, SIZE_MAX, fmt, ap);
	va_end(ap);
}

void
say_line(struct cli *c, const char *line)
{
	progress(c, "%s", "");
	say_put(c, stdout, line);
}

bool
line_open(struct line_text *l, struct cli *c)
{
	*l = (struct line_text){ .text = NULL };
	l->f = open_memstream(&l->text, &l->size);
	if (l->f == NULL)
		sx_fail_memory(&c->err);
	return l->f != NULL;
}

char *
line_close(struct line_text *l, struct cli *c)
{
	if (fclose(l->f) != EOF)
		return l->text;
	free(l->text);
	sx_fail_memory(&c->err);
	return NULL;
}

int
line_say(struct line_text *l, struct cli *c)
{
	char *text = line_close(l, c);

	if (text == NULL)
		return -1;
	say_line(c, text);
	free(text);
	return 0;
}

void
say_path(struct cli *c, const char *path)
{
	char safe[sizeof(struct line)];
	char *line;

	if (isatty(STDOUT_FILENO))
		path = sx_text_safe(safe, sizeof(safe), path);
	line = malloc(strlen(path) + 2);
	if (line == NULL) {
		errno = ENOMEM;
		out_failed(c);
		return;
	}
	(void)stpcpy(stpcpy(line, path), "\n");
	say_line(c, line);
	free(line);
}

/* Write a message in one write, so that the lines of two processes stay whole.
 * painted: the number of bytes in red. */
static void
vsay(struct cli *c, const char *prefix, size_t painted, const char *fmt,
    va_list ap)
{
	struct lines lines;
	struct line line;
	char whole[sizeof(line.text) + 64];

	say_vline(&line, fmt, ap);
	snprintf(whole, sizeof(whole), "%s%s", prefix, line.text);
	wrap_line(&lines, stderr, whole);
	paint_line(c, stderr, &lines, painted);
	say_lines(c, stderr, &lines);
}

/* Say something even with --quiet that is not an error itself. */
static void __attribute__((format(printf, 2, 3)))
say_always(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(c, "", 0, fmt, ap);
	va_end(ap);
}

void
say(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	vsay(c, "", 0, fmt, ap);
	va_end(ap);
}

void
say_damage(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	vsay(c, "", SIZE_MAX, fmt, ap);
	va_end(ap);
}

void
warn(struct cli *c, const char *fmt, ...)
{
	char prefix[64];
	va_list ap;

	snprintf(prefix, sizeof(prefix), "sxlib: %s: ", c->command->name);
	va_start(ap, fmt);
	vsay(c, prefix, strlen(prefix) - 1, fmt, ap);
	va_end(ap);
}

void
say_at(struct cli *c, const char *path, uint64_t offset, const char *fmt, ...)
{
	struct line line;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line.text, sizeof(line.text), fmt, ap);
	va_end(ap);
	say(c, "%s: offset %" PRIu64 ": %s", path, offset, line.text);
}

void
warn_at(struct cli *c, const char *path, uint64_t offset, const char *fmt, ...)
{
	struct line line;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line.text, sizeof(line.text), fmt, ap);
	va_end(ap);
	warn(c, "%s: offset %" PRIu64 ": %s", path, offset, line.text);
}

void
say_skipped(struct cli *c, size_t n)
{
	if (n > 0)
		say(c, "%zu other file%s skipped", n, plural(n));
}

void
say_walked(struct cli *c, const struct sx_walk *w, bool failed, size_t without,
    const struct sx_err *why)
{
	say_skipped(c, w->skipped);
	if (c->err.code != SX_OK)
		return;
	if (w->files == 0 && !failed)
		sx_walk_nothing(w, &c->err);
	else if (w->files > 0 && without == w->files)
		c->err = *why;
}

void
warn_error(struct cli *c, struct sx_err *e)
{
	warn(c, "%s", e->msg);
	for (char *rest = e->hint; rest != NULL && *rest != '\0';)
		say_always(c, "%s", strsep(&rest, "\n"));
	*e = (struct sx_err){ 0 };
}

void
warn_counted(struct cli *c, struct sx_err *e)
{
	c->worst = status_worse(c->worst, status_of(e));
	warn_error(c, e);
}

void
warn_rescue(struct cli *c, struct sx_err *e)
{
	if (e->code != SX_EREFUSED)
		warn_counted(c, e);
	else
		warn_error(c, e);
}

enum status
warn_of(struct cli *c, const struct sx_err *e)
{
	struct sx_err copy = *e;

	warn_error(c, &copy);
	return status_of(e);
}

void
warn_hint(struct cli *c, const struct sx_err *e, const char *hint)
{
	struct sx_err copy = *e;

	sx_hint(&copy, "%s", hint);
	warn_error(c, &copy);
}

bool
has_progress(const struct cli *c)
{
	return !c->quiet && isatty(STDERR_FILENO) && !screen_is_dumb();
}

bool
progress_is_due(const struct cli *c, int64_t now, int64_t *at)
{
	if (!has_progress(c) || now < *at)
		return false;
	*at = now + PROGRESS_US;
	return true;
}

void
progress(struct cli *c, const char *fmt, ...)
{
	struct line line;
	char cut[sizeof(line.text)], drawn[sizeof(line.text) + 8];
	va_list ap;

	if (!has_progress(c) ||
	    (c->writer != NULL && sx_writer_waits(c->writer, SX_WRITER_ERR)))
		return;
	va_start(ap, fmt);
	say_vline(&line, fmt, ap);
	va_end(ap);
	sx_fit_cut(
	    cut, sizeof(cut), line.text, terminal_width(STDERR_FILENO) - 1);
	snprintf(drawn, sizeof(drawn), "\r\033[K%s", cut);
	say_put(c, stderr, drawn);
}

const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}
