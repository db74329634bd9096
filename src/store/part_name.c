/* SPDX-License-Identifier: ISC */
/*
 * Names of parts: a stem (time, process and count) and a suffix. Two suffixes
 * tell that a part's bytes may also be in another file:
 *
 *   STEM.OFFSET-INODE.part  in the file with that inode, from OFFSET on
 *   STEM.I.piece            in the part STEM, as its I-th dump
 *   STEM.I-MS.piece         in the spool STEM, MS after its beginning
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "part.h"

void
sx_part_nth_name(
    char buf[SX_PART_NAME], int64_t wall, unsigned k, const char *suffix)
{
	char time[SX_TIME_NAME], more[24] = "";

	sx_time_name(wall, time);
	if (k > 1)
		snprintf(more, sizeof(more), "-%u", k);
	snprintf(buf, SX_PART_NAME, "%s-%ld%s%s", time, (long)getpid(), more,
	    suffix);
}

size_t
sx_part_stem(const char *name)
{
	static const char shape[] = "00000000T000000.000Z-0";
	const char *p = name;

	for (const char *s = shape; *s != '\0'; s++, p++)
		if (*s == '0' ? !isdigit((unsigned char)*p) : *p != *s)
			return 0;
	p += strspn(p, "0123456789");
	if (*p == '-' && isdigit((unsigned char)p[1]))
		p += 1 + strspn(p + 1, "0123456789");
	return (size_t)(p - name);
}

bool
sx_part_named(const char *name, const char *suffix)
{
	size_t stem = sx_part_stem(name);

	return stem > 0 && strcmp(name + stem, suffix) == 0;
}

void
sx_part_joined_name(
    char buf[SX_PART_NAME], const char *name, uint64_t inode, uint64_t off)
{
	snprintf(buf, SX_PART_NAME, "%.*s.%" PRIu64 "-%" PRIu64 SX_PART_SUFFIX,
	    (int)sx_part_stem(name), name, off, inode);
}

/* Read the number at *p and advance past it. Returns false if there is none. */
static bool
part_name_read_number(const char **p, uint64_t *n)
{
	char *end;

	if (!isdigit((unsigned char)**p))
		return false;
	*n = strtoull(*p, &end, 10);
	*p = end;
	return true;
}

bool
sx_part_is_joined(const char *name, uint64_t *inode, uint64_t *off)
{
	size_t stem = sx_part_stem(name);
	const char *p = name + stem;

	return stem > 0 && *p++ == '.' && part_name_read_number(&p, off) &&
	       *p++ == '-' && part_name_read_number(&p, inode) &&
	       strcmp(p, SX_PART_SUFFIX) == 0;
}

void
sx_part_piece_name(
    char buf[SX_PART_NAME], const char *name, size_t i, int64_t ms, bool marked)
{
	char later[24] = "";

	if (ms > 0)
		snprintf(later, sizeof(later), "-%" PRId64, ms);
	snprintf(buf, SX_PART_NAME, "%.*s.%zu%s%s", (int)sx_part_stem(name),
	    name, i, later, marked ? SX_MARKED_PIECE_SUFFIX : SX_PIECE_SUFFIX);
}

bool
sx_part_is_piece(const char *name, int64_t *ms, bool *marked)
{
	size_t stem = sx_part_stem(name);
	const char *p = name + stem;
	uint64_t i, later = 0;

	if (stem == 0 || *p++ != '.' || !part_name_read_number(&p, &i))
		return false;
	if (*p == '-') {
		p++;
		if (!part_name_read_number(&p, &later) || later > INT32_MAX)
			return false;
	}
	*marked = strcmp(p, SX_MARKED_PIECE_SUFFIX) == 0;
	if (!*marked && strcmp(p, SX_PIECE_SUFFIX) != 0)
		return false;
	*ms = (int64_t)later;
	return true;
}

/* Return the length of the stem and of a piece number behind it. */
static size_t
numbered_stem(const char *name)
{
	size_t stem = sx_part_stem(name), n;

	if (stem == 0 || name[stem] != '.')
		return stem;
	n = strspn(name + stem + 1, "0123456789");
	return n > 0 ? stem + 1 + n : stem;
}

void
sx_part_temp_name(char buf[SX_PART_NAME], const char *name)
{
	int64_t ms;
	bool marked;
	size_t n = sx_part_is_piece(name, &ms, &marked) ? numbered_stem(name)
							: sx_part_stem(name);

	snprintf(buf, SX_PART_NAME, "%.*s" SX_TEMP_SUFFIX, (int)n, name);
}

bool
sx_part_is_temp(const char *name)
{
	size_t n = numbered_stem(name);

	return n > 0 && strcmp(name + n, SX_TEMP_SUFFIX) == 0;
}

/* Parse the numbers after the time in a part's name: process, count, piece. */
static void
part_numbers(const char *name, unsigned long long number[3])
{
	char *end;

	number[0] = strtoull(name + SX_TIME_NAME, &end, 10);
	number[1] = *end == '-' ? strtoull(end + 1, &end, 10) : 1;
	number[2] = *end == '.' ? strtoull(end + 1, NULL, 10) : 0;
}

int
sx_part_order(const char *a, const char *b)
{
	unsigned long long of_a[3], of_b[3];
	int rc = strncmp(a, b, SX_TIME_NAME);

	if (rc != 0)
		return rc;
	part_numbers(a, of_a);
	part_numbers(b, of_b);
	for (size_t i = 0; i < 3; i++)
		if (of_a[i] != of_b[i])
			return of_a[i] < of_b[i] ? -1 : 1;
	return strcmp(a, b);
}
