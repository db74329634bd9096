/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TERM_JSON_H
#define SXLIB_TERM_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sxlib/record.h"

/* Print the record as one JSON object, on one line. */
void print_json(FILE *f, const struct sx_record *r);
/* Print the same without its end, to add keys. */
void print_json_facts(FILE *f, const struct sx_record *r);
/* Print bytes outside any message, without the end of the object. */
void print_json_stray(
    FILE *f, const char *path, uint64_t offset, uint64_t bytes);
/* Print a quoted JSON string; NULL is null. Bytes that are not UTF-8 become
 * \udcXX, as in Python's surrogateescape. */
void print_json_text(FILE *f, const char *text);

/* Print `before`, then "key": and such a string. `before` is ", " between
 * pairs, "{" before the first. */
void print_json_pair(
    FILE *f, const char *before, const char *key, const char *text);
/* The same, but "" means unknown: null. */
void print_json_given(
    FILE *f, const char *before, const char *key, const char *text);
/* The same with a number, null if it is below 0; or with true or false. */
void print_json_number(
    FILE *f, const char *before, const char *key, int64_t number);
void print_json_flag(FILE *f, const char *before, const char *key, bool flag);

/* Print bytes as a string of hex digits; NULL is null. */
void print_json_hex(FILE *f, const uint8_t *bytes, size_t n);

#endif
