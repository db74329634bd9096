/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <string.h>

#include "sxlib/knobs.h"

#define BLANKS " \t"

/* Read a number from 0 to 127. Returns -1 if there is no such number. */
static int
knob_number(const char **at)
{
	const char *p = *at;
	int n = 0;

	if (!isdigit((unsigned char)*p))
		return -1;
	for (; isdigit((unsigned char)*p); p++) {
		n = n * 10 + (*p - '0');
		if (n > 127)
			return -1;
	}
	*at = p;
	return n;
}

int
sx_knob_next(const char **at, struct sx_knob *k)
{
	const char *p = *at + strspn(*at, BLANKS);
	size_t n;

	if (*p == '\0')
		return 0;
	*k = (struct sx_knob){ .high = -1, .low = knob_number(&p) };
	if (k->low != -1 && *p == '/') {
		p++;
		k->high = k->low;
		k->low = knob_number(&p);
	}
	if (k->low == -1 || *p == '\0' || strchr(BLANKS, *p) == NULL)
		return -1;
	p += strspn(p, BLANKS);
	n = strcspn(p, ",");
	k->name = p;
	*at = p + n + (p[n] == ',');
	while (n > 0 && strchr(BLANKS, p[n - 1]) != NULL)
		n--;
	k->len = n;
	return n > 0 ? 1 : -1;
}

bool
sx_knobs_valid(const char *text)
{
	bool seen[128] = { false };
	struct sx_knob k;
	int rc;

	while ((rc = sx_knob_next(&text, &k)) == 1) {
		if (seen[k.low] || (k.high != -1 && seen[k.high]) ||
		    k.high == k.low)
			return false;
		seen[k.low] = true;
		if (k.high != -1)
			seen[k.high] = true;
	}
	return rc == 0;
}

bool
sx_knob_find(const char *text, int controller, struct sx_knob *k)
{
	while (text != NULL && sx_knob_next(&text, k) == 1)
		if (k->low == controller || k->high == controller)
			return true;
	return false;
}
