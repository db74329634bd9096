/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_FUZZ_H
#define SXLIB_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A target is one file with one function. libFuzzer calls it with what it
 * invents, replay.c with what is in files. It aborts where something is wrong.
 */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

#define MUST(condition)                                                     \
	do {                                                                \
		if (!(condition)) {                                         \
			/* A target may have turned stderr away. */         \
			(void)dprintf(STDERR_FILENO, "%s:%d: not so: %s\n", \
			    __FILE__, __LINE__, #condition);                \
			abort();                                            \
		}                                                           \
	} while (0)

/* A copy of exactly n bytes, so that who reads beyond it is seen. Free it. */
static inline uint8_t *
fuzz_copy(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n > 0 ? n : 1);

	MUST(copy != NULL);
	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

/* The same as a string; a NUL in it ends it. */
static inline char *
fuzz_string(const uint8_t *p, size_t n)
{
	char *text = malloc(n + 1);

	MUST(text != NULL);
	if (n > 0)
		memcpy(text, p, n);
	text[n] = '\0';
	return text;
}

/* The next byte of the input, 0 when there is none. */
static inline uint8_t
fuzz_byte(const uint8_t **in, size_t *n)
{
	if (*n == 0)
		return 0;
	(*n)--;
	return *(*in)++;
}

/* How long the next piece of `left` bytes is, left > 0: all if *state is 0, 1
 * if it is 1, else any size. */
static inline size_t
fuzz_piece(uint32_t *state, size_t left)
{
	size_t most;

	if (*state < 2)
		return *state == 0 ? left : 1;
	*state = *state * 1103515245u + 12345u;
	if (*state < 2)
		*state = 2;
	most = *state >> 28 == 0 ? 300 : 7;
	most = 1 + (*state >> 8) % most;
	return most < left ? most : left;
}

#endif
