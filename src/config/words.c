/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/instrument.h"
#include "words.h"

#define OFFSET_MOST 1000000

static const char *
words_skip(const char *p)
{
	return p + strspn(p, " \t");
}

static bool
ends_word(char c)
{
	return c == '\0' || c == ' ' || c == '\t';
}

bool
at_end(const char *p)
{
	return *words_skip(p) == '\0';
}

bool
take_word(const char **p, const char *word)
{
	const char *at = words_skip(*p);
	size_t n = strlen(word);

	if (strncmp(at, word, n) != 0 || !ends_word(at[n]))
		return false;
	*p = at + n;
	return true;
}

int
take_one_of(const char **p, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (take_word(p, words[i]))
			return (int)i;
	return -1;
}

bool
take_digits(const char **p, long least, long most, long *value)
{
	const char *at = words_skip(*p);
	char *end;
	long n;

	if (!isdigit((unsigned char)at[at[0] == '-']))
		return false;
	errno = 0;
	n = strtol(at, &end, 10);
	if (errno != 0 || n < least || n > most)
		return false;
	*value = n;
	*p = end;
	return true;
}

bool
take_number(const char **p, long least, long most, long *value)
{
	const char *at = *p;
	long n;

	if (!take_digits(&at, least, most, &n) || isalpha((unsigned char)*at))
		return false;
	*value = n;
	*p = at;
	return true;
}

bool
take_offset(const char **p, int32_t *at)
{
	long n;

	if (!take_number(p, -OFFSET_MOST, OFFSET_MOST, &n))
		return false;
	*at = (int32_t)n;
	return true;
}

bool
take_range(const char **p, int32_t *from, int32_t *to)
{
	const char *at = words_skip(*p);
	long first = 0, behind = SX_AT_END;

	if (strncmp(at, "..", 2) != 0 &&
	    !take_digits(&at, -OFFSET_MOST, OFFSET_MOST, &first))
		return false;
	if (strncmp(at, "..", 2) != 0)
		return false;
	at += 2;
	if (!ends_word(*at) &&
	    !take_digits(&at, -OFFSET_MOST, OFFSET_MOST, &behind))
		return false;
	if (!ends_word(*at))
		return false;
	*from = (int32_t)first;
	*to = (int32_t)behind;
	*p = at;
	return true;
}

bool
take_byte(const char **p, uint8_t *byte)
{
	const char *at = words_skip(*p);
	int high = sx_hex_digit(at[0]);
	int low = high != -1 ? sx_hex_digit(at[1]) : -1;

	if (low == -1)
		return false;
	*byte = (uint8_t)(high << 4 | low);
	*p = at + 2;
	return true;
}

bool
take_low_bits(const char **p, uint8_t *bits)
{
	const char *at = *p;
	uint8_t byte;

	if (!take_byte(&at, &byte) || byte == 0 || byte > 0x7f ||
	    (byte & (byte + 1)) != 0)
		return false;
	*bits = byte;
	*p = at;
	return true;
}

bool
take_mask(const char **p, uint8_t *value, uint8_t *mask)
{
	const char *at = words_skip(*p);

	if (at[0] == '?' && at[1] == '?') {
		*value = *mask = 0;
		*p = at + 2;
		return true;
	}
	if (sx_hex_digit(at[0]) != -1 && at[1] == '?') {
		*value = (uint8_t)(sx_hex_digit(at[0]) << 4);
		*mask = 0xf0;
		*p = at + 2;
		return true;
	}
	if (!take_byte(&at, value))
		return false;
	*mask = 0xff;
	if (*at == '/') {
		at++;
		if (!take_byte(&at, mask))
			return false;
	}
	*p = at;
	return true;
}

bool
take_sevens(const char **p, size_t width, uint32_t *value)
{
	const char *at = *p;
	uint32_t n = 0;
	uint8_t byte;

	for (size_t i = 0; i < width; i++) {
		if (!take_byte(&at, &byte) || byte > 0x7f)
			return false;
		n = n << 7 | byte;
	}
	*value = n;
	*p = at;
	return true;
}
