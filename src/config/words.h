/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_WORDS_H
#define SXLIB_CONFIG_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Read the words of a value, one after the other. Each function skips blanks
 * and reads its item from *p; if the item is not there, it returns false and
 * leaves *p unchanged.
 */

/* This word, not a longer one. */
bool take_word(const char **p, const char *word);
/* One of words[0..n-1]. Returns its index, or -1. */
int take_one_of(const char **p, const char *const *words, size_t n);
/* A decimal number within [least, most]. */
bool take_number(const char **p, long least, long most, long *value);
/* The same, with anything after its digits. */
bool take_digits(const char **p, long least, long most, long *value);
/* An offset in a message: a number, negative from the end. */
bool take_offset(const char **p, int32_t *at);
/* "6..-2"; the first defaults to 0, the second to SX_AT_END. */
bool take_range(const char **p, int32_t *from, int32_t *to);
/* Two hex digits. */
bool take_byte(const char **p, uint8_t *byte);
/* The same for 01, 03, 07, .. 7F: the lowest bits of a data byte. */
bool take_low_bits(const char **p, uint8_t *bits);
/* "F0", "3?", "??", or "40/78". */
bool take_mask(const char **p, uint8_t *value, uint8_t *mask);
/* width bytes of 7 bits each. */
bool take_sevens(const char **p, size_t width, uint32_t *value);
/* Are only blanks left? */
bool at_end(const char *p);

#endif
