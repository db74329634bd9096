/* SPDX-License-Identifier: ISC */
/*
 * The facts of a message: of each beginning, with and without an F7 at the end,
 * with and without a row of the user's. Input: a byte for how much of a row is
 * made from the message (0: no row), two that select the device and the format
 * that the message is made to match (FF: none), and its data.
 */
#include "facts_must.h"
#include "sxlib/config.h"
#include "sxlib/instrument.h"

#define LONGEST 5000
#define FIXED	8 /* bytes of the user's mask */

/* A row of the user's that fits this message. */
static struct sx_devices *
own_row(uint8_t how, const uint8_t *msg, size_t n)
{
	struct sx_devices *user = sx_devices_new(NULL);
	struct sx_err e = { 0 };
	struct sx_config *f;
	char text[256] = "[Mine]\nmask =";
	size_t len = (size_t)(how & 7) + 2, used = strlen(text);

	for (size_t i = 0; i < len && i < n && i < FIXED; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    how & 0x80 && i == 4 && len > 5 ? " ??" : " %02X", msg[i]);
	used += (size_t)snprintf(text + used, sizeof(text) - used,
	    "\nkind = %s\n%s",
	    sx_kind_text((enum sx_kind)((how >> 4) % SX_KINDS)),
	    how & 8 ? "maker = Me\n" : "");
	if (how & 0x40)
		snprintf(text + used, sizeof(text) - used, "slot = %d\n",
		    (how & 7) * 3 + 2);
	f = sx_config_memory("own", text, strlen(text), &e);
	MUST(user != NULL && f != NULL);
	if (sx_config_device(f, user, &e) == -1)
		MUST(e.code == SX_EDATA && e.msg[0] != '\0');
	sx_config_close(f);
	return user;
}

/* The number of known devices: messages are made for them, so that their masks
 * need not be guessed. */
static size_t
devices(void)
{
	static size_t n;
	struct sx_instrument in;

	while (sx_instrument(NULL, n, &in))
		n++;
	return n;
}

static size_t
put_on(uint8_t *msg, size_t n, const uint8_t *value, const uint8_t *mask)
{
	for (size_t i = 0; i < SX_TRIAGE_BYTES; i++) {
		if (mask[i] == 0)
			continue;
		for (; n <= i; n++)
			msg[n] = 0;
		msg[i] = (uint8_t)((msg[i] & ~mask[i]) | value[i]);
	}
	return n;
}

/* Make it a message of a device and a format, with a size of that format. */
static size_t
make_known(uint8_t *msg, size_t n, size_t device, size_t format)
{
	struct sx_instrument d;
	struct sx_message_kind f;

	MUST(sx_instrument(NULL, device, &d));
	n = put_on(msg, n, d.mask.value, d.mask.bits);
	if (d.nformats == 0)
		return n;
	sx_instrument_format(&d, format % d.nformats, &f);
	n = put_on(msg, n, f.mask.value, f.mask.bits);
	for (; n + 1 < f.min && n < LONGEST; n++)
		msg[n] = (uint8_t)("A seed "[n % 7]);
	return f.max > 0 && n >= f.max ? f.max - 1 : n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	uint8_t how = fuzz_byte(&in, &n), device = fuzz_byte(&in, &n);
	uint8_t format = fuzz_byte(&in, &n), *msg;
	struct sx_devices *user = NULL;
	size_t have = 1;

	n = n < LONGEST ? n : LONGEST;
	msg = malloc(LONGEST + SX_TRIAGE_BYTES + 2);
	MUST(msg != NULL);
	/* A message as the framer would give it. */
	msg[0] = 0xf0;
	for (size_t i = 0; i < n; i++)
		if (in[i] < 0x80)
			msg[have++] = in[i];
	if (device < devices())
		have = make_known(msg, have, device, format);
	if (have < LONGEST + SX_TRIAGE_BYTES)
		msg[have++] = 0xf7;
	if (how != 0)
		user = own_row(how, msg, have);
	all_beginnings(user, msg, have);
	sx_devices_free(user);
	/* And as a framer never would. */
	memcpy(msg, in, n);
	for (size_t k = 0; k <= n && k < 64; k++)
		sx_device_decode(NULL, msg, k, &(struct sx_facts){ .slot = 0 });
	free(msg);
	return 0;
}
