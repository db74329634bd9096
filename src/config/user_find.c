/* SPDX-License-Identifier: ISC */
/* Finds the instrument that the user means, and its page. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sxlib/instrument.h"
#include "sxlib/nearest.h"
#include "sxlib/request.h"
#include "sxlib/user.h"

static const char *
find_file(const struct sx_user *u, size_t i)
{
	return u != NULL ? sx_user_devices_file(u, i) : NULL;
}

enum find_called { NOT_CALLED, IN_PART, BY_NAME, EXACTLY };

/* True for "korg-m1" or "korg-m1.conf". */
static bool
find_is_file(const char *file, const char *text)
{
	size_t n = strlen(text);

	return file != NULL && n > 0 && strncasecmp(file, text, n) == 0 &&
	       (file[n] == '\0' || strcmp(file + n, ".conf") == 0);
}

/* True for "Korg M1". */
static bool
find_is_after_maker(
    const struct sx_user *u, const struct sx_device_row *row, const char *text)
{
	const char *maker = sx_device_maker(row);
	size_t n = maker != NULL ? strlen(maker) : 0;

	return n > 0 && strncasecmp(text, maker, n) == 0 && text[n] == ' ' &&
	       sx_device_called(
		   sx_user_devices(u), row->device, text + n + 1) == 2;
}

static enum find_called
find_how(
    const struct sx_user *u, const struct sx_instrument *in, const char *text)
{
	int by = sx_device_called(sx_user_devices(u), in->row.device, text);

	if (strcmp(in->row.device, text) == 0)
		return EXACTLY;
	if (by == 2 || find_is_file(in->file, text) ||
	    find_is_after_maker(u, &in->row, text))
		return BY_NAME;
	return by == 1 ? IN_PART : NOT_CALLED;
}

/* Pages differ by their files; a section of devices.conf is a page, too. */
static bool
find_is_same_page(const struct sx_instrument *a, const char *file_a,
    const struct sx_instrument *b, const char *file_b)
{
	if ((file_a == NULL) != (file_b == NULL))
		return false;
	if (file_a != NULL && strcmp(file_a, file_b) != 0)
		return false;
	if (strcmp(a->row.device, b->row.device) == 0)
		return true;
	return strcmp(a->file, b->file) == 0 &&
	       strcmp(a->file, DEVICES_CONF) != 0;
}

/* Return a lower-case copy, malloc'ed. */
static char *
find_lower(const char *text)
{
	char *copy = strdup(text);

	for (char *p = copy; p != NULL && *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

static void
find_hint_nearest(const struct sx_user *u, const char *text, struct sx_err *e)
{
	struct sx_instrument in;
	const char *name = NULL;
	struct sx_nearest best = { .word = find_lower(text) };

	for (size_t i = 0;
	     best.word != NULL && sx_instrument(sx_user_devices(u), i, &in);
	     i++) {
		char *known = find_lower(in.row.device);
		const char *before = best.best;

		if (known != NULL)
			sx_nearest_try(&best, known);
		if (best.best != before) {
			name = in.row.device;
			best.best = name;
		}
		free(known);
	}
	free((char *)best.word);
	if (name != NULL)
		sx_hint(e, "did you mean '%s'?", name);
	else
		sx_hint(e, "`sxlib devices` lists all devices");
}

/* Report the instruments that match, up to a limit. */
static void
find_fail(const struct sx_user *u, const char *text, enum find_called best,
    struct sx_err *e)
{
	struct sx_instrument in;
	char list[512] = "";
	size_t used = 0, n = 0;

	for (size_t i = 0; sx_instrument(sx_user_devices(u), i, &in); i++)
		if (find_how(u, &in, text) == best &&
		    used < sizeof(list) - 80 && n++ < 12)
			used +=
			    (size_t)snprintf(list + used, sizeof(list) - used,
				"%s'%s'", n > 1 ? ", " : "", in.row.device);
	sx_fail(e, SX_EUSAGE, 0, "'%.64s' matches several instruments", text);
	sx_hint(e, "matches: %s%s", list, n > 12 ? ", ..." : "");
}

long
sx_user_find(const struct sx_user *u, const char *text, struct sx_err *e)
{
	const struct sx_devices *user = sx_user_devices(u);
	enum find_called best = NOT_CALLED, by;
	struct sx_instrument in, found = { 0 };
	const char *file = NULL;
	bool several = false;
	long at = -1;

	for (size_t i = 0; sx_instrument(user, i, &in); i++) {
		by = find_how(u, &in, text);
		if (by > best) {
			best = by;
			several = false;
			found = in;
			file = find_file(u, i);
			at = (long)i;
		} else if (by != NOT_CALLED && by == best && by != EXACTLY) {
			several |= !find_is_same_page(
			    &found, file, &in, find_file(u, i));
		}
	}
	if (at != -1 && !several)
		return at;
	if (several) {
		find_fail(u, text, best, e);
	} else {
		sx_fail(e, SX_EUSAGE, 0, "unknown instrument '%.64s'", text);
		find_hint_nearest(u, text, e);
	}
	return -1;
}

/* ---- The page of an instrument ---- */

/* Does the line begin an instrument? Sets its name. */
static bool
find_begins(const char *line, size_t n, const char **name, size_t *len)
{
	while (n > 0 && isspace((unsigned char)line[n - 1]))
		n--;
	while (n > 0 && isblank((unsigned char)*line)) {
		line++;
		n--;
	}
	if (n < 3 || line[0] != '[' || line[n - 1] != ']')
		return false;
	line++;
	n -= 2;
	while (n > 0 && isblank((unsigned char)*line)) {
		line++;
		n--;
	}
	while (n > 0 && isblank((unsigned char)line[n - 1]))
		n--;
	*name = line;
	*len = n;
	return n > 0 && *line != ':';
}

static bool
find_is_comment(const char *line)
{
	line += strspn(line, " \t\r");
	return *line == '#' || *line == ';' || *line == '\n' || *line == '\0';
}

/* Write the sections of this name in devices.conf, each with the comments
 * before it. */
static void
find_put_sections(FILE *f, const char *text, const char *device)
{
	const char *comments = NULL, *name, *line;
	bool in = false;
	size_t n, len;

	for (line = text; *line != '\0'; line += n) {
		n = strcspn(line, "\n");
		n += line[n] == '\n';
		if (find_is_comment(line)) {
			if (comments == NULL)
				comments = line;
			continue;
		}
		if (find_begins(line, n, &name, &len))
			in = strlen(device) == len &&
			     memcmp(name, device, len) == 0;
		if (in)
			fwrite(comments != NULL ? comments : line, 1,
			    (size_t)(line + n -
				     (comments != NULL ? comments : line)),
			    f);
		comments = NULL;
	}
}

char *
sx_user_page(const struct sx_user *u, size_t i, size_t *n, struct sx_err *e)
{
	const char *file = find_file(u, i), *built_in;
	char *whole, *text = NULL;
	struct sx_instrument in;
	FILE *f;

	sx_instrument(sx_user_devices(u), i, &in);
	if (file == NULL) {
		built_in = sx_page_text(in.file, n);
		text = calloc(1, built_in != NULL ? *n + 1 : 1);
		if (text == NULL)
			sx_fail_memory(e);
		else if (built_in != NULL)
			memcpy(text, built_in, *n);
		return text;
	}
	whole = sx_config_text(file, n, e);
	if (whole == NULL || strcmp(in.file, DEVICES_CONF) != 0)
		return whole;
	f = open_memstream(&text, n);
	if (f != NULL)
		find_put_sections(f, whole, in.row.device);
	free(whole);
	if (f != NULL && fclose(f) == 0)
		return text;
	free(text);
	sx_fail_memory(e);
	return NULL;
}

char *
sx_device_requests(const struct sx_devices *user, const char *device, bool all)
{
	struct sx_instrument in;
	struct sx_request_row row;
	char *text = NULL;
	size_t size, n = 0;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return NULL;
	for (size_t i = 0; sx_instrument(user, i, &in); i++)
		for (size_t k = 0;
		     k < in.nrequests && strcmp(in.row.device, device) == 0;
		     k++) {
			sx_instrument_request(&in, k, &row);
			if (all || !row.not_in_backup)
				fprintf(
				    f, "%s%s", n++ > 0 ? ", " : "", row.what);
		}
	if (fclose(f) == 0 && n > 0)
		return text;
	free(text);
	return NULL;
}

const char *
sx_device_names(const struct sx_devices *user, const char *device)
{
	enum sx_names names = SX_NAMES_UNKNOWN, one;
	struct sx_instrument in;

	for (size_t i = 0; sx_instrument(user, i, &in); i++) {
		one = strcmp(in.row.device, device) == 0
			  ? sx_instrument_names(&in)
			  : SX_NAMES_UNKNOWN;
		if (one > names)
			names = one;
	}
	return names == SX_NAMES_YES	? "yes"
	       : names == SX_NAMES_NONE ? "none"
					: NULL;
}
