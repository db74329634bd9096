/* SPDX-License-Identifier: ISC */
/*
 * tables PAGE...: writes instrument pages to stdout as const tables of C. Runs
 * while sxlib is built. The user's pages have the same reader and the same
 * form.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../sysex/devices.h"
#include "sxlib/config.h"

/* Nothing is built in yet. */
struct sx_mark
sx_built_in(size_t i)
{
	(void)i;
	return (struct sx_mark){ 0 };
}

/* ---- Tables ---- */

static void
put_bytes(const char *name, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	printf("static const uint8_t %s[] = {", name);
	for (size_t i = 0; i < n; i++)
		printf("%s%d,", i % 16 == 0 ? "\n\t" : " ", p[i]);
	puts("\n};");
}

static int
add_to_book(struct sx_book *b, const struct sx_instrument *in)
{
	struct sx_message_kind *formats =
	    calloc(in->nformats + 1u, sizeof(*formats));
	struct sx_request_row *requests =
	    calloc(in->nrequests + 1u, sizeof(*requests));
	struct sx_identity_row *identities =
	    calloc(in->nidentities + 1u, sizeof(*identities));
	int rc = -1;

	if (formats == NULL || requests == NULL || identities == NULL)
		goto out;
	for (size_t k = 0; k < in->nformats; k++)
		sx_instrument_format(in, k, &formats[k]);
	for (size_t k = 0; k < in->nrequests; k++)
		sx_instrument_request(in, k, &requests[k]);
	for (size_t k = 0; k < in->nidentities; k++)
		sx_instrument_identity(in, k, &identities[k]);
	rc = sx_book_add(b, in, formats, requests, identities, NULL);
out:
	free(formats);
	free(requests);
	free(identities);
	return rc;
}

static int
put_book(const struct sx_instrument *all, size_t n)
{
	struct sx_book b = { 0 };
	int rc = 0;

	puts(
	    "/* Made by src/instruments/tables.c from the pages beside it. */");
	fputs("static const uint32_t place[] = {", stdout);
	for (size_t i = 0; i < n && rc == 0; i++) {
		printf(" %zu,", b.n);
		rc = add_to_book(&b, &all[i]);
	}
	puts(" };");
	put_bytes("records", b.bytes, b.n);
	put_bytes("texts", b.texts, b.ntexts);
	sx_book_free(&b);
	return rc;
}

/* Manufacturer IDs of three bytes begin with 00. */
static uint32_t
second_byte(const struct sx_instrument *in)
{
	return in->row.maker < 0x80 ? in->row.maker : 0;
}

/* Write where instruments with the second byte 00, 01, ... begin and end. */
static void
put_index(const struct sx_instrument *all, size_t n)
{
	size_t first[128] = { 0 }, behind[128] = { 0 };

	for (size_t i = n; i > 0; i--) {
		uint32_t byte = second_byte(&all[i - 1]);

		first[byte] = i - 1;
		if (behind[byte] == 0)
			behind[byte] = i;
	}
	fputs("static const uint16_t first[128] = {", stdout);
	for (size_t byte = 0; byte < 128; byte++)
		printf(" %zu,", first[byte]);
	fputs(" };\nstatic const uint16_t behind[128] = {", stdout);
	for (size_t byte = 0; byte < 128; byte++)
		printf(" %zu,", behind[byte]);
	puts(" };");
}

/* ---- Pages ---- */

/* Order by manufacturer; headings last, of others those with the longer mask
 * first. */
static int
by_maker(const struct sx_instrument *a, const struct sx_instrument *b)
{
	bool a_last = a->row.device[0] == '(', b_last = b->row.device[0] == '(';
	size_t a_len = sx_mask_weight(&a->mask),
	       b_len = sx_mask_weight(&b->mask);

	if (a->row.maker != b->row.maker)
		return a->row.maker < b->row.maker ? -1 : 1;
	if (a_last != b_last)
		return a_last ? 1 : -1;
	if (a_len != b_len)
		return a_len > b_len ? -1 : 1;
	return strcmp(a->file, b->file);
}

/* Sort. Equal ones stay in the order of their page. */
static void
sort(struct sx_instrument *all, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct sx_instrument in = all[i];
		size_t k = i;

		for (; k > 0 && by_maker(&all[k - 1], &in) > 0; k--)
			all[k] = all[k - 1];
		all[k] = in;
	}
}

static bool
is_like_line(const char *line)
{
	line += strspn(line, " \t");
	if (strncmp(line, "like", 4) != 0)
		return false;
	line += 4;
	return line[strspn(line, " \t")] == '=';
}

static bool
is_like_another(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[512];
	bool found = false;

	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL)
		found = is_like_line(line);
	if (f != NULL)
		fclose(f);
	return found;
}

/* Check that a compiled-in page has source and trust. */
static int
check(const struct sx_devices *d, size_t from)
{
	struct sx_instrument in;

	for (; sx_instrument(d, from, &in); from++)
		if (in.row.source == NULL || in.row.trust <= SX_TRUST_USER) {
			fprintf(stderr,
			    "%s: [%s]: source and trust are needed\n", in.file,
			    in.row.device);
			return -1;
		}
	return 0;
}

static int
read_page(struct sx_devices *d, const char *path)
{
	size_t before = sx_devices_count(d);
	struct sx_err e = { 0 };
	struct sx_config *f = sx_config_open(path, &e);
	int rc = -1;

	if (f != NULL) {
		sx_config_built_in(f);
		while ((rc = sx_config_device(f, d, &e)) == 1)
			;
	}
	sx_config_close(f);
	if (rc == -1)
		fprintf(stderr, "%s\n", e.msg);
	return rc == 0 ? check(d, before) : rc;
}

int
main(int argc, char **argv)
{
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_instrument *all;
	bool bad = false;
	size_t n;

	if (d == NULL)
		abort();
	for (int pass = 0; pass < 2; pass++)
		for (int i = 1; i < argc; i++)
			if (is_like_another(argv[i]) == (pass == 1) &&
			    read_page(d, argv[i]) == -1)
				bad = true;
	n = sx_devices_count(d);
	all = calloc(n + 1, sizeof(*all));
	if (all == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		sx_instrument(d, i, &all[i]);
	sort(all, n);
	if (put_book(all, n) == -1)
		abort();
	put_index(all, n);
	free(all);
	sx_devices_free(d);
	return bad || fflush(stdout) == EOF;
}
