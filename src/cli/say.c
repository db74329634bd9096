/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"
#include "say.h"
#include "status.h"
#include "sxlib/text.h"
#include "sxlib/writer.h"

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

/* Text to stdout or stderr, whole lines. */
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

/* A line as it may stand on a terminal; no memory is needed to say that there
 * is none. */
struct line {
	char text[LINE_MOST * 4 + 1]; /* each byte may become \xNN; "\n" */
};

static const char *
vline(struct line *line, const char *fmt, va_list ap)
{
	char text[LINE_MOST];

	vsnprintf(text, sizeof(text), fmt, ap);
	return sx_text_safe(line->text, sizeof(line->text) - 1, text);
}

void
say_result(struct cli *c, const char *fmt, ...)
{
	struct line line;
	va_list ap;

	va_start(ap, fmt);
	vline(&line, fmt, ap);
	va_end(ap);
	(void)stpcpy(line.text + strlen(line.text), "\n");
	say_line(c, line.text);
}

void
say_line(struct cli *c, const char *line)
{
	progress(c, "%s", "");
	say_put(c, stdout, line);
}

void
say_path(struct cli *c, const char *path)
{
	char *line;

	if (isatty(STDOUT_FILENO)) {
		say_result(c, "%s", path);
		return;
	}
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

/* In one write, so that lines of two processes stay whole. */
static void
vsay(struct cli *c, bool prefix, const char *fmt, va_list ap)
{
	struct line line;
	char whole[sizeof(line.text) + 64];

	progress(c, "%s", "");
	vline(&line, fmt, ap);
	snprintf(whole, sizeof(whole), "%s%s%s%s\n", prefix ? "sxlib: " : "",
	    prefix ? c->command->name : "", prefix ? ": " : "", line.text);
	say_put(c, stderr, whole);
}

/* What is said even if --quiet is given, and is nothing wrong by itself. */
static void __attribute__((format(printf, 2, 3)))
say_always(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(c, false, fmt, ap);
	va_end(ap);
}

void
say(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	vsay(c, false, fmt, ap);
	va_end(ap);
}

void
warn(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(c, true, fmt, ap);
	va_end(ap);
}

void
say_skipped(struct cli *c, size_t n)
{
	if (n > 0)
		say(c, "%zu other file%s skipped", n, plural(n));
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
warn_rescue(struct cli *c, struct sx_err *e)
{
	if (e->code != SX_EREFUSED)
		c->worst = status_worse(c->worst, status_of(e));
	warn_error(c, e);
}

enum status
warn_of(struct cli *c, const struct sx_err *e)
{
	struct sx_err copy = *e;

	warn_error(c, &copy);
	return status_of(e);
}

bool
has_progress(const struct cli *c)
{
	return !c->quiet && isatty(STDERR_FILENO);
}

size_t
terminal_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		return 80;
	return size.ws_col;
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
	size_t width = terminal_width(STDERR_FILENO);
	struct line line;
	char drawn[sizeof(line.text) + 8];
	va_list ap;

	if (!has_progress(c) ||
	    (c->writer != NULL && sx_writer_waits(c->writer, SX_WRITER_ERR)))
		return;
	va_start(ap, fmt);
	vline(&line, fmt, ap);
	va_end(ap);
	if (strlen(line.text) >= width)
		line.text[width - 1] = '\0';
	snprintf(drawn, sizeof(drawn), "\r\033[K%s", line.text);
	say_put(c, stderr, drawn);
}

bool
has_colour(FILE *f)
{
	const char *no = getenv("NO_COLOR");

	return (no == NULL || no[0] == '\0') && isatty(fileno(f));
}

const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}
