/* SPDX-License-Identifier: ISC */
/* devices show: the page of one instrument, as it stands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "sxlib/config.h"
#include "sxlib/instrument.h"
#include "term/json.h"
#include "term/say.h"
#include "user.h"

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
	print_json_pair(stdout, "{", "what", f->what);
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
	print_json_pair(stdout, ", ", "file", file != NULL ? file : in->file);
	printf(
	    ", \"built_in\": %s, \"alias\": ", file == NULL ? "true" : "false");
	print_json_text(stdout, in->alias);
	printf(", \"mask\": ");
	print_mask(in);
	print_json_pair(stdout, ", ", "panel", in->panel);
	print_json_pair(stdout, ", ", "controllers", in->knobs);
	printf(", \"messages\": [");
	for (size_t i = 0; i < in->nformats; i++) {
		if (i > 0)
			printf(", ");
		sx_instrument_format(in, i, &f);
		print_message(in, &f);
	}
	puts("]}");
}

static void
print_page(struct cli *c, size_t i)
{
	size_t n = 0;
	char *text = sx_user_page(user_of(c), i, &n, &c->err);

	if (text != NULL)
		fwrite(text, 1, n, stdout);
	free(text);
}

void
devices_show(struct cli *c)
{
	const struct sx_devices *user;
	struct sx_instrument in;
	const char *file;
	long i;

	if (c->next + 1 != c->argc) {
		sx_fail(&c->err, SX_EUSAGE, 0,
		    c->next == c->argc ? "missing NAME of an instrument"
				       : "more than one NAME: quote names that "
					 "contain blanks");
		return;
	}
	user = user_devices(c);
	i = sx_user_find(user_of(c), c->argv[c->next], &c->err);
	if (i == -1)
		return;
	sx_instrument(user, (size_t)i, &in);
	file = user_devices_file(c, (size_t)i);
	if (c->json)
		print_instrument_json(c, &in, file);
	else
		print_page(c, (size_t)i);
	flush_result(c);
}
