/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

#define LINE_MOST SX_ERR_TEXT

static void
out_failed(struct cli *c)
{
	if (c->out_errno == 0)
		c->out_errno = errno != 0 ? errno : EIO;
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
	char text[LINE_MOST * 4]; /* each byte may become \xNN */
};

static const char *
vline(struct line *line, const char *fmt, va_list ap)
{
	char text[LINE_MOST];

	vsnprintf(text, sizeof(text), fmt, ap);
	return safe_text(line->text, sizeof(line->text), text);
}

void
say_result(struct cli *c, const char *fmt, ...)
{
	struct line line;
	va_list ap;

	progress(c, "%s", "");
	va_start(ap, fmt);
	puts(vline(&line, fmt, ap));
	va_end(ap);
	flush_result(c);
}

void
say_path(struct cli *c, const char *path)
{
	if (isatty(STDOUT_FILENO)) {
		say_result(c, "%s", path);
		return;
	}
	progress(c, "%s", "");
	puts(path);
	flush_result(c);
}

/* In one write, so that lines of two processes stay whole. */
static void
vsay(struct cli *c, bool prefix, const char *fmt, va_list ap)
{
	struct line line;

	progress(c, "%s", "");
	vline(&line, fmt, ap);
	if (fprintf(stderr, "%s%s%s%s\n", prefix ? "sxlib: " : "",
		prefix ? c->command->name : "", prefix ? ": " : "",
		line.text) < 0 ||
	    fflush(stderr) == EOF)
		out_failed(c);
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
warn_error(struct cli *c, struct sx_err *e)
{
	warn(c, "%s", e->msg);
	for (char *rest = e->hint; rest != NULL && *rest != '\0';)
		say_always(c, "%s", strsep(&rest, "\n"));
	*e = (struct sx_err){ 0 };
}

enum status
warn_of(struct cli *c, const struct sx_err *e)
{
	struct sx_err copy = *e;

	warn_error(c, &copy);
	return status_of(e);
}

enum status
status_worse(enum status a, enum status b)
{
	static const int rank[] = { [ST_OK] = 5,
		[ST_USAGE] = 0,
		[ST_FAILED] = 1,
		[ST_PORT] = 2,
		[ST_DAMAGED] = 3,
		[ST_INCOMPLETE] = 4 };

	return rank[a] < rank[b] ? a : b;
}

enum status
status_of(const struct sx_err *e)
{
	switch (e->code) {
	case SX_OK:
		return ST_OK;
	case SX_EUSAGE:
		return ST_USAGE;
	case SX_EPORT:
		return ST_PORT;
	case SX_ETIMEOUT:
		return ST_INCOMPLETE;
	case SX_EIO:
	case SX_EDATA:
	case SX_EREFUSED:
	case SX_ENOMEM:
		break;
	}
	return ST_FAILED;
}

bool
has_progress(const struct cli *c)
{
	return !c->quiet && isatty(STDERR_FILENO);
}

void
progress(struct cli *c, const char *fmt, ...)
{
	struct winsize size = { .ws_col = 80 };
	struct line line;
	va_list ap;

	if (!has_progress(c))
		return;
	va_start(ap, fmt);
	vline(&line, fmt, ap);
	va_end(ap);
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		size.ws_col = 80;
	if (strlen(line.text) >= size.ws_col)
		line.text[size.ws_col - 1] = '\0';
	if (fprintf(stderr, "\r\033[K%s", line.text) < 0 ||
	    fflush(stderr) == EOF)
		out_failed(c);
}

bool
has_colour(FILE *f)
{
	const char *no = getenv("NO_COLOR");

	return (no == NULL || no[0] == '\0') && isatty(fileno(f));
}

size_t
utf8_length(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n = p[0] < 0x80			  ? 1
		   : p[0] >= 0xc2 && p[0] <= 0xdf ? 2
		   : p[0] >= 0xe0 && p[0] <= 0xef ? 3
		   : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4
						  : 0;

	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if (n == 3 &&
	    ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f)))
		return 0;
	if (n == 4 &&
	    ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)))
		return 0;
	return n;
}

char *
safe_text(char *buf, size_t size, const char *text)
{
	size_t at = 0, n;
	char escape[5];
	unsigned char b;

	while (*text != '\0') {
		b = (unsigned char)*text;
		n = utf8_length(text);
		/* C0, DEL, C1 (in UTF-8 C2 80..9F) */
		if (n == 0 || b < 0x20 || b == 0x7f ||
		    (b == 0xc2 && (unsigned char)text[1] < 0xa0)) {
			snprintf(escape, sizeof(escape), "\\x%02x", b);
			n = 4;
		} else {
			memcpy(escape, text, n);
		}
		if (at + n >= size)
			break;
		memcpy(buf + at, escape, n);
		at += n;
		text += n == 4 && escape[0] == '\\' ? 1 : n;
	}
	buf[at] = '\0';
	return buf;
}
