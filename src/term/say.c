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

/* Put a line together. */
static void
line_put(struct said *l, const char *prefix, const char *fmt, va_list ap)
{
	size_t n = strlen(prefix);

	memcpy(l->text, prefix, n);
	vsnprintf(l->text + n, SAY_MOST, fmt, ap);
	sx_text_safe(l->safe, sizeof(l->safe), l->text);
}

/* Wrap it if f is a terminal; else copy it. */
static void
line_wrap(struct said *l, FILE *f)
{
	sx_fit_wrap(l->lines, sizeof(l->lines), l->safe, line_width(f), 0,
	    strspn(l->safe, " ") + HANG);
}

/* Colour the first n bytes red, if f has colours. */
static void
line_paint(struct cli *c, FILE *f, size_t n)
{
	char *text = c->line.lines;
	size_t colour = sizeof(red) - 1, end = sizeof(plain) - 1;
	size_t len = strlen(text);

	if (n == 0 || !has_colour(c, f) ||
	    len + colour + end >= sizeof(c->line.lines))
		return;
	if (n > len)
		n = len;
	memmove(text + colour + n + end, text + n, len - n + 1);
	memmove(text + colour, text, n);
	memcpy(text, red, colour);
	memcpy(text + colour + n, plain, end);
}

/* In one write, so that lines of two processes stay whole. painted: so many
 * bytes of it are red. */
static void
say_vline(struct cli *c, FILE *f, const char *prefix, size_t painted,
    const char *fmt, va_list ap)
{
	struct said *l = &c->line;
	size_t len;

	progress(c, "%s", "");
	line_put(l, prefix, fmt, ap);
	line_wrap(l, f);
	line_paint(c, f, painted);
	len = strlen(l->lines);
	if (len > sizeof(l->lines) - 2)
		len = sizeof(l->lines) - 2;
	(void)stpcpy(l->lines + len, "\n");
	say_put(c, f, l->lines);
}

void
say_result(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_vline(c, stdout, "", 0, fmt, ap);
	va_end(ap);
}

void
say_bad_result(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_vline(c, stdout, "", SIZE_MAX, fmt, ap);
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
	char *line;

	if (isatty(STDOUT_FILENO))
		path = sx_text_safe(c->line.safe, sizeof(c->line.safe), path);
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

/* What is said even if --quiet is given, and is nothing wrong by itself. */
static void __attribute__((format(printf, 2, 3)))
say_always(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_vline(c, stderr, "", 0, fmt, ap);
	va_end(ap);
}

void
say(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	say_vline(c, stderr, "", 0, fmt, ap);
	va_end(ap);
}

void
say_damage(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	say_vline(c, stderr, "", SIZE_MAX, fmt, ap);
	va_end(ap);
}

void
warn(struct cli *c, const char *fmt, ...)
{
	char prefix[SAY_PREFIX];
	va_list ap;

	snprintf(prefix, sizeof(prefix), "sxlib: %s: ", c->command->name);
	va_start(ap, fmt);
	say_vline(c, stderr, prefix, strlen(prefix) - 1, fmt, ap);
	va_end(ap);
}

void
say_at(struct cli *c, const char *path, uint64_t offset, const char *fmt, ...)
{
	char text[SAY_MOST];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say(c, "%s: offset %" PRIu64 ": %s", path, offset, text);
}

void
warn_at(struct cli *c, const char *path, uint64_t offset, const char *fmt, ...)
{
	char text[SAY_MOST];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	warn(c, "%s: offset %" PRIu64 ": %s", path, offset, text);
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
	static const char clear[] = "\r\033[K";
	struct said *l = &c->line;
	size_t n = sizeof(clear) - 1;
	va_list ap;

	if (!has_progress(c) ||
	    (c->writer != NULL && sx_writer_waits(c->writer, SX_WRITER_ERR)))
		return;
	va_start(ap, fmt);
	line_put(l, "", fmt, ap);
	va_end(ap);
	memcpy(l->lines, clear, n);
	sx_fit_cut(l->lines + n, sizeof(l->lines) - n, l->safe,
	    terminal_width(STDERR_FILENO) - 1);
	say_put(c, stderr, l->lines);
}

const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}
