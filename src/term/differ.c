/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "differ.h"
#include "json.h"
#include "screen.h"

/* Return how many bytes of a run are shown to users; --json has all. */
static size_t
bytes_shown(void)
{
	size_t width = line_width(stdout);

	return width >= 120 ? 16 : width >= 60 ? 8 : 4;
}

/* Print the values of a run on one side, on the next line if they do not fit;
 * colour is an SGR parameter. Returns the columns used on the line. */
static size_t
print_values(const struct cli *c, const char *between, const char *colour,
    const uint8_t *p, size_t n, const struct sx_run *run, size_t taken)
{
	size_t shown = bytes_shown(), len = 0;
	char text[16 * 3 + 16];

	if (run->off >= n)
		len = (size_t)snprintf(text, sizeof(text), " nothing");
	else
		for (size_t i = 0; i < run->len && i < shown; i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    " %02X", p[run->off + i]);
	if (run->off < n && run->len > shown)
		len += (size_t)snprintf(text + len, sizeof(text) - len, " ..");
	else if (run->off < n && run->len == 1)
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, " (%u)", p[run->off]);
	len += strlen(between);
	taken = print_break(stdout, taken, len, 4);
	if (has_colour(c, stdout))
		printf("%s\033[%sm%s\033[0m", between, colour, text);
	else
		printf("%s%s", between, text);
	return taken + len;
}

static void
print_side_json(
    const char *key, const uint8_t *p, size_t n, const struct sx_run *run)
{
	printf(", \"%s\": ", key);
	print_json_hex(stdout, run->off < n ? p + run->off : NULL, run->len);
}

static void
print_run_json(const char *field, bool decoded, const struct sx_run *run,
    const struct sx_runs *of)
{
	print_json_number(stdout, "{", "offset", (int64_t)run->off);
	print_json_number(stdout, ", ", "bytes", (int64_t)run->len);
	print_json_flag(stdout, ", ", "decoded", decoded);
	print_json_pair(stdout, ", ", "field", field);
	print_side_json("a", of->a, of->na, run);
	print_side_json("b", of->b, of->nb, run);
	putchar('}');
}

void
print_run(const struct cli *c, size_t nth, const char *field, bool decoded,
    const struct sx_run *run, const struct sx_runs *of)
{
	int taken;

	if (c->json) {
		fputs(nth > 0 ? ", " : "", stdout);
		print_run_json(field, decoded, run, of);
		return;
	}
	taken = printf("  %s%06zx", decoded ? "decoded " : "", run->off);
	if (run->len > 1)
		taken += printf("-%06zx", run->off + run->len - 1);
	if (field != NULL)
		taken += printf(" (%s)", field);
	taken += printf(":");
	taken =
	    (int)print_values(c, "", "31", of->a, of->na, run, (size_t)taken);
	(void)print_values(c, " ->", "32", of->b, of->nb, run, (size_t)taken);
	putchar('\n');
}
