/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <string.h>

#include "sxlib/natural.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Two numbers without their leading zeros, in one pass: the longer one is
 * larger, else the first digit that differs decides. If they are equal *p and
 * *q go behind them. */
static inline int
natural_numbers(const char **p, const char **q)
{
	const char *x = *p, *y = *q;
	int rc = 0;

	while (*x == '0')
		x++;
	while (*y == '0')
		y++;
	for (; is_digit(*x) && is_digit(*y); x++, y++)
		if (rc == 0)
			rc = *x - *y;
	*p = x;
	*q = y;
	return is_digit(*x) ? 1 : is_digit(*y) ? -1 : rc;
}

int
sx_natural_order(const char *a, const char *b)
{
	const char *p = a, *q = b;
	int rc = 0;

	while (rc == 0 && *p != '\0' && *q != '\0')
		rc = is_digit(*p) && is_digit(*q)
			 ? natural_numbers(&p, &q)
			 : (unsigned char)*p++ - (unsigned char)*q++;
	if (rc == 0)
		rc = (unsigned char)*p - (unsigned char)*q;
	return rc != 0 ? rc : strcmp(a, b);
}
