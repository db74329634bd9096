/* SPDX-License-Identifier: ISC */
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
