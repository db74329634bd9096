/* SPDX-License-Identifier: ISC */
/* devices show: prints the page of one instrument unchanged. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "devices.h"
#include "sxlib/config.h"
#include "sxlib/instrument.h"
#include "term/json.h"
#include "term/opt.h"
#include "term/say.h"
#include "user.h"

/* ---- JSON ---- */

static void
devices_print_message(
    const struct sx_instrument *in, const struct sx_message_kind *f)
{
	print_json_pair(stdout, "{", "what", f->what);
	print_json_pair(
	    stdout, ", ", "kind", sx_kind_text((enum sx_kind)f->kind));
	print_json_flag(stdout, ", ", "has_slot", f->layout.slot.low != 0);
	print_json_flag(stdout, ", ", "has_name", f->layout.name[0].len != 0);
	print_json_flag(
	    stdout, ", ", "has_checksum", f->layout.sum[0].rule != SX_SUM_NO);
	print_json_number(stdout, ", ", "sounds", f->sounds.count);
	print_json_flag(stdout, ", ", "can_be_requested",
	    sx_instrument_requests(in, f->what));
	print_json_pair(stdout, ", ", "trust",
	    sx_trust_text(f->trust < in->row.trust ? (enum sx_trust)f->trust
						   : in->row.trust));
	putchar('}');
}

static void
devices_print_instrument_json(
    struct cli *c, const struct sx_instrument *in, const char *file)
{
	char mask[SX_MASK_TEXT];
	struct sx_message_kind f;

	print_device_facts(c, &in->row);
	print_json_pair(stdout, ", ", "file", file != NULL ? file : in->file);
	print_json_flag(stdout, ", ", "built_in", file == NULL);
	print_json_pair(stdout, ", ", "alias", in->alias);
	print_json_given(stdout, ", ", "mask", sx_mask_text(mask, &in->mask));
	print_json_pair(stdout, ", ", "panel", in->panel);
	print_json_pair(stdout, ", ", "controllers", in->knobs);
	printf(", \"messages\": [");
	for (size_t i = 0; i < in->nformats; i++) {
		if (i > 0)
			printf(", ");
		sx_instrument_format(in, i, &f);
		devices_print_message(in, &f);
	}
	puts("]}");
}

static void
devices_print_page(struct cli *c, size_t i)
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

	if (opt_arguments(c, 1, INT_MAX, "missing NAME of an instrument") ==
		-1 ||
	    opt_arguments(c, 1, 1,
		"more than one NAME: quote names that "
		"contain blanks") == -1)
		return;
	user = user_devices(c);
	i = sx_user_find(user_of(c), c->argv[c->next], &c->err);
	if (i == -1)
		return;
	sx_instrument(user, (size_t)i, &in);
	file = user_devices_file(c, (size_t)i);
	if (c->json)
		devices_print_instrument_json(c, &in, file);
	else
		devices_print_page(c, (size_t)i);
	flush_result(c);
}
