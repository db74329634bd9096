/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "stray_run.h"

#define LOOK ((size_t)64 << 10) /* bytes to look at first */
#define LONG ((size_t)1 << 20)	/* more is not kept in memory */

size_t
sx_look_on(size_t n, uint64_t left)
{
	size_t more = n == 0 ? LOOK : n * 2;

	return left < more ? (size_t)left : more;
}

/* Find the end of a run that is too long to be kept in memory. */
static int
pass_long(struct sx_input *in, uint64_t pos, uint64_t end, struct sx_item *item,
    struct sx_err *e)
{
	uint64_t left = end - pos;
	uint8_t filler = item->data[item->len - 1];
	const uint8_t *f0 = NULL, *p;
	enum sx_stray what;
	size_t n;

	/* Bytes that a size_t cannot count are a separate run. */
	if (left > SIZE_MAX - LOOK)
		left = SIZE_MAX - LOOK;
	for (item->data = NULL; f0 == NULL && item->len < left;
	     item->len += n) {
		n = left - item->len < LOOK ? (size_t)left - item->len : LOOK;
		p = sx_input_at(in, pos + item->len, n, e);
		if (p == NULL)
			return -1;
		f0 = memchr(p, 0xf0, n);
		if (f0 == p)
			break;
		n = f0 != NULL ? (size_t)(f0 - p) : n;
		what = sx_stray_kind(p, n);
		if (what == SX_STRAY_REST)
			item->what = what;
		else if (item->what != SX_STRAY_REST &&
			 (item->what != what ||
			     (what == SX_STRAY_PADDING && *p != filler)))
			item->what = SX_STRAY_UNKNOWN;
	}
	return 0;
}

int
sx_stray_run(struct sx_input *in, uint64_t pos, uint64_t end,
    struct sx_item *item, struct sx_err *e)
{
	uint64_t left = end - pos;
	const uint8_t *f0 = NULL, *p;
	size_t n = 0, seen;

	do {
		seen = n;
		n = sx_look_on(n, left);
		p = sx_input_at(in, pos, n, e);
		if (p == NULL)
			return -1;
		f0 = memchr(p + seen, 0xf0, n - seen);
	} while (f0 == NULL && n < left && n < LONG);
	item->kind = SX_SPAN_STRAY;
	item->stray = true;
	item->data = p;
	item->len = f0 != NULL ? (size_t)(f0 - p) : n;
	item->what = sx_stray_kind(p, item->len);
	if (f0 == NULL && n < left && pass_long(in, pos, end, item, e) == -1)
		return -1;
	return 0;
}

int
sx_wrapping_run(struct sx_input *in, uint64_t pos, uint64_t end,
    struct sx_item *item, struct sx_err *e)
{
	item->kind = SX_SPAN_STRAY;
	item->stray = true;
	item->what = SX_STRAY_WRAPPING;
	item->len = (size_t)(end - pos);
	if (item->len > LONG)
		return 0;
	item->data = sx_input_at(in, pos, item->len, e);
	return item->data != NULL ? 0 : -1;
}
