/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "sxlib/nearest.h"

#define WORD_MOST 24 /* longer words are not misspellings of ours */

static size_t
nearest_least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Return the number of letters to insert, delete, replace or swap with the next
 * one, between two words of at most WORD_MOST (optimal string alignment). */
static size_t
nearest_distance(const char *a, size_t m, const char *b, size_t n)
{
	size_t d[WORD_MOST + 1][WORD_MOST + 1];

	for (size_t i = 0; i <= m; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= n; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= m; i++)
		for (size_t j = 1; j <= n; j++) {
			d[i][j] = nearest_least(
			    d[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
			    nearest_least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] =
				    nearest_least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[m][n];
}

void
sx_nearest_try(struct sx_nearest *s, const char *known)
{
	size_t m = strlen(s->word), n = strlen(known), away;

	if (m == 0 || m > WORD_MOST || n > WORD_MOST)
		return;
	/* A prefix of a word is near to it, however long the rest is. */
	away = m >= 2 && strncmp(known, s->word, m) == 0
		   ? 1
		   : nearest_distance(s->word, m, known, n);
	if (away > (m + 2) / 3 || (s->best != NULL && away >= s->away))
		return;
	s->best = known;
	s->away = away;
}
