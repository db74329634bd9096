/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "sxlib/instrument.h"

size_t
sx_mask_reach(const struct sx_mask *m)
{
	size_t n = SX_TRIAGE_BYTES;

	while (n > 0 && m->bits[n - 1] == 0)
		n--;
	return n;
}

size_t
sx_mask_weight(const struct sx_mask *m)
{
	size_t n = 0;

	for (size_t i = 0; i < SX_TRIAGE_BYTES; i++)
		n += m->bits[i] != 0;
	return n;
}

bool
sx_mask_fits(const struct sx_mask *m, const uint8_t *msg, size_t n)
{
	size_t len = sx_mask_reach(m);

	if (len > n)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((msg[i] & m->bits[i]) != m->value[i])
			return false;
	return true;
}

static int
mask_byte(char *buf, size_t size, unsigned value, unsigned bits)
{
	if (bits == 0)
		return snprintf(buf, size, "??");
	if (bits == 0xff)
		return snprintf(buf, size, "%02X", value);
	if (bits == 0xf0)
		return snprintf(buf, size, "%X?", value >> 4);
	return snprintf(buf, size, "%02X/%02X", value, bits);
}

char *
sx_mask_text(char buf[SX_MASK_TEXT], const struct sx_mask *m)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < sx_mask_reach(m); i++) {
		if (i > 0)
			buf[used++] = ' ';
		used += (size_t)mask_byte(
		    buf + used, SX_MASK_TEXT - used, m->value[i], m->bits[i]);
	}
	return buf;
}
