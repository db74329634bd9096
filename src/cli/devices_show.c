/* SPDX-License-Identifier: ISC */
/* devices show: the page of one instrument, as it stands. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "json.h"
#include "say.h"
#include "sxlib/config.h"
#include "sxlib/instrument.h"
#include "sxlib/nearest.h"
#include "user.h"

/* ---- Which instrument ---- */

enum called { NOT_CALLED, IN_PART, SX_BY_NAME, EXACTLY };

/* "korg-m1" or "korg-m1.conf" */
static bool
is_file_name(const char *file, const char *text)
{
	size_t n = strlen(text);

	return file != NULL && n > 0 && strncasecmp(file, text, n) == 0 &&
	       (file[n] == '\0' || strcmp(file + n, ".conf") == 0);
}

/* "Korg M1" */
static bool
is_after_maker(struct cli *c, const struct sx_device_row *row, const char *text)
{
	const char *maker = devices_maker(row);
	size_t n = maker != NULL ? strlen(maker) : 0;

	return n > 0 && strncasecmp(text, maker, n) == 0 && text[n] == ' ' &&
	       sx_device_called(user_devices(c), row->device, text + n + 1) ==
		   2;
}

static enum called
called(struct cli *c, const struct sx_instrument *in, const char *text)
{
	int by = sx_device_called(user_devices(c), in->row.device, text);

	if (strcmp(in->row.device, text) == 0)
		return EXACTLY;
	if (by == 2 || is_file_name(in->file, text) ||
	    is_after_maker(c, &in->row, text))
		return SX_BY_NAME;
	return by == 1 ? IN_PART : NOT_CALLED;
}

/* Pages are told apart by their files; a section of devices.conf is one, too.
 */
static bool
same_page(const struct sx_instrument *a, const char *file_a,
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

/* In lower case, malloc'ed. */
static char *
lower(const char *text)
{
	char *copy = strdup(text);

	for (char *p = copy; p != NULL && *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

static void
hint_nearest(struct cli *c, const char *text)
{
	struct sx_instrument in;
	const char *name = NULL;
	struct sx_nearest best = { .word = lower(text) };

	for (size_t i = 0;
	     best.word != NULL && sx_instrument(user_devices(c), i, &in); i++) {
		char *known = lower(in.row.device);
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
		sx_hint(&c->err, "did you mean '%s'?", name);
	else
		sx_hint(&c->err, "`sxlib devices` lists them");
}

/* Says which ones it may be, up to some. */
static void
fail_ambiguous(struct cli *c, const char *text, enum called best)
{
	struct sx_instrument in;
	char list[512] = "";
	size_t used = 0, n = 0;

	for (size_t i = 0; sx_instrument(user_devices(c), i, &in); i++)
		if (called(c, &in, text) == best && used < sizeof(list) - 80 &&
		    n++ < 12)
			used +=
			    (size_t)snprintf(list + used, sizeof(list) - used,
				"%s'%s'", n > 1 ? ", " : "", in.row.device);
	sx_fail(
	    &c->err, SX_EUSAGE, 0, "'%.64s' matches several instruments", text);
	sx_hint(&c->err, "there is: %s%s", list, n > 12 ? ", ..." : "");
}

/* The number of the instrument that text means; -1 and c->err. */
static long
find(struct cli *c, const char *text)
{
	const struct sx_devices *user = user_devices(c);
	enum called best = NOT_CALLED, by;
	struct sx_instrument in, found = { 0 };
	const char *file = NULL;
	bool several = false;
	long at = -1;

	for (size_t i = 0; sx_instrument(user, i, &in); i++) {
		by = called(c, &in, text);
		if (by > best) {
			best = by;
			several = false;
			found = in;
			file = user_devices_file(c, i);
			at = (long)i;
		} else if (by != NOT_CALLED && by == best && by != EXACTLY) {
			several |= !same_page(
			    &found, file, &in, user_devices_file(c, i));
		}
	}
	if (at != -1 && !several)
		return at;
	if (several) {
		fail_ambiguous(c, text, best);
	} else {
		sx_fail(
		    &c->err, SX_EUSAGE, 0, "unknown instrument '%.64s'", text);
		hint_nearest(c, text);
	}
	return -1;
}

/* ---- Its text ---- */

/* Does the line begin an instrument, and which? */
static bool
begins(const char *line, size_t n, const char **name, size_t *len)
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
is_comment(const char *line)
{
	line += strspn(line, " \t\r");
	return *line == '#' || *line == ';' || *line == '\n' || *line == '\0';
}

/* Of devices.conf: the sections of this name, each with the comments before
 * it. */
static void
print_sections(const char *text, const char *device)
{
	const char *comments = NULL, *name, *line;
	bool in = false;
	size_t n, len;

	for (line = text; *line != '\0'; line += n) {
		n = strcspn(line, "\n");
		n += line[n] == '\n';
		if (is_comment(line)) {
			if (comments == NULL)
				comments = line;
			continue;
		}
		if (begins(line, n, &name, &len))
			in = strlen(device) == len &&
			     memcmp(name, device, len) == 0;
		if (in)
			fwrite(comments != NULL ? comments : line, 1,
			    (size_t)(line + n -
				     (comments != NULL ? comments : line)),
			    stdout);
		comments = NULL;
	}
}

static int
print_page(struct cli *c, const struct sx_instrument *in, const char *file)
{
	size_t n = 0;
	char *text;

	if (file == NULL) {
		const char *page = sx_page_text(in->file, &n);

		fwrite(page != NULL ? page : "", 1, n, stdout);
		return 0;
	}
	text = sx_config_text(file, &n, &c->err);
	if (text == NULL)
		return -1;
	if (strcmp(in->file, DEVICES_CONF) == 0)
		print_sections(text, in->row.device);
	else
		fwrite(text, 1, n, stdout);
	free(text);
	return 0;
}

/* ---- The same as JSON ---- */

static void
print_mask(const struct sx_instrument *in)
{
	size_t n = sx_mask_reach(&in->mask);

	if (n == 0) {
		fputs("null", stdout);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		fputs(i == 0 ? "\"" : " ", stdout);
		if (in->mask.bits[i] == 0)
			fputs("??", stdout);
		else if (in->mask.bits[i] == 0xff)
			printf("%02X", in->mask.value[i]);
		else if (in->mask.bits[i] == 0xf0)
			printf("%X?", in->mask.value[i] >> 4);
		else
			printf(
			    "%02X/%02X", in->mask.value[i], in->mask.bits[i]);
	}
	putchar('"');
}

static bool
has_request(const struct sx_instrument *in, const char *what)
{
	struct sx_request_row row;

	for (size_t i = 0; i < in->nrequests; i++) {
		sx_instrument_request(in, i, &row);
		if (strcmp(row.what, what) == 0)
			return true;
	}
	return false;
}

static void
print_message(const struct sx_instrument *in, const struct sx_message_kind *f)
{
	printf("{\"what\": ");
	print_json_text(stdout, f->what);
	printf(", \"kind\": \"%s\", \"has_slot\": %s, \"has_name\": %s, "
	       "\"has_checksum\": %s, \"sounds\": %d, \"can_be_requested\": %s",
	    sx_kind_text((enum sx_kind)f->kind),
	    f->layout.slot.low != 0 ? "true" : "false",
	    f->layout.name[0].len != 0 ? "true" : "false",
	    f->layout.sum[0].rule != SX_SUM_NO ? "true" : "false",
	    f->sounds.count, has_request(in, f->what) ? "true" : "false");
	printf(", \"trust\": \"%s\"}",
	    sx_trust_text(f->trust < in->row.trust ? (enum sx_trust)f->trust
						   : in->row.trust));
}

static void
print_instrument_json(
    struct cli *c, const struct sx_instrument *in, const char *file)
{
	struct sx_message_kind f;

	print_device_facts(c, &in->row);
	printf(", \"file\": ");
	print_json_text(stdout, file != NULL ? file : in->file);
	printf(
	    ", \"built_in\": %s, \"alias\": ", file == NULL ? "true" : "false");
	print_json_text(stdout, in->alias);
	printf(", \"mask\": ");
	print_mask(in);
	printf(", \"panel\": ");
	print_json_text(stdout, in->panel);
	printf(", \"messages\": [");
	for (size_t i = 0; i < in->nformats; i++) {
		if (i > 0)
			printf(", ");
		sx_instrument_format(in, i, &f);
		print_message(in, &f);
	}
	puts("]}");
}

void
devices_show(struct cli *c)
{
	struct sx_instrument in;
	const char *file;
	long i;

	if (c->next + 1 != c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    c->next == c->argc
			? "missing NAME: which instrument?"
			: "more than one NAME: quote a name that has blanks");
		return;
	}
	i = find(c, c->argv[c->next]);
	if (i == -1)
		return;
	sx_instrument(user_devices(c), (size_t)i, &in);
	file = user_devices_file(c, (size_t)i);
	if (c->json)
		print_instrument_json(c, &in, file);
	else
		print_page(c, &in, file);
	flush_result(c);
}
