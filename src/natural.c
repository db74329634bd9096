/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "sxlib/natural.h"

/* Skip leading zeros and return the number of digits, which begin at *digits;
 * *p then points after them. */
static size_t
natural_read_number(const char **p, const char **digits)
{
	while (**p == '0')
		(*p)++;
	*digits = *p;
	while (**p >= '0' && **p <= '9')
		(*p)++;
	return (size_t)(*p - *digits);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int
sx_natural_order(const char *a, const char *b)
{
	const char *p = a, *q = b, *x, *y;
	size_t m, n;
	int rc = 0;

	while (rc == 0 && *p != '\0' && *q != '\0') {
		if (!is_digit(*p) || !is_digit(*q)) {
			rc = (unsigned char)*p++ - (unsigned char)*q++;
			continue;
		}
		m = natural_read_number(&p, &x);
		n = natural_read_number(&q, &y);
		rc = m != n ? (m < n ? -1 : 1) : memcmp(x, y, m);
	}
	if (rc == 0)
		rc = (unsigned char)*p - (unsigned char)*q;
	return rc != 0 ? rc : strcmp(a, b);
}
