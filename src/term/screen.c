/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "screen.h"
#include "sxlib/fit.h"

#define WIDTH_LEAST 20	 /* columns: a narrower terminal gets unwrapped lines */
#define LINES_MOST  4608 /* bytes: a path of PATH_MAX and a sentence */

size_t
terminal_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

size_t
line_width(FILE *f)
{
	size_t width = isatty(fileno(f)) ? terminal_width(fileno(f)) : SIZE_MAX;

	return width < WIDTH_LEAST ? SIZE_MAX : width;
}

void
print_wrapped(FILE *f, const char *text, size_t taken, size_t indent)
{
	char lines[LINES_MOST];

	fprintf(f, "%s\n",
	    sx_fit_wrap(
		lines, sizeof(lines), text, line_width(f), taken, indent));
}

void
print_help_row(FILE *f, const char *word, int width, const char *text)
{
	size_t column = 3 + (size_t)width, below = 6;

	if (line_width(f) < 2 * column) {
		fprintf(f, "  %s\n%*s", word, (int)below, "");
		print_wrapped(f, text, below, below);
		return;
	}
	fprintf(f, "  %-*s ", width, word);
	print_wrapped(f, text,
	    strlen(word) > (size_t)width ? strlen(word) + 3 : column, column);
}

size_t
print_break(FILE *f, size_t taken, size_t n, size_t indent)
{
	const size_t width = line_width(f);

	if (taken == 0 || (taken <= width && n <= width - taken))
		return taken;
	fprintf(f, "\n%*s", (int)indent, "");
	return indent;
}

bool
screen_is_dumb(void)
{
	const char *term = getenv("TERM");

	return term != NULL && strcmp(term, "dumb") == 0;
}

static bool
is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && value[0] != '\0';
}

static bool
is_zero(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && strcmp(value, "0") == 0;
}

bool
has_colour(const struct cli *c, FILE *f)
{
	if (c->colours != COLOURS_AUTO)
		return c->colours == COLOURS_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (is_set("CLICOLOR_FORCE") && !is_zero("CLICOLOR_FORCE"))
		return true;
	return !is_zero("CLICOLOR") && !screen_is_dumb() && isatty(fileno(f));
}
