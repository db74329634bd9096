/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "sxlib/rewrite.h"

int
sx_rewrite_count(struct sx_rewrite *r, struct sx_file *f, const char *path,
    size_t *n, struct sx_err *e)
{
	struct sx_item item;
	size_t messages = 0;
	int rc;

	for (*n = 0; (rc = sx_file_next(f, &item, e)) == 1; (*n)++)
		messages += !item.stray;
	sx_file_rewind(f);
	if (rc == -1 && (!r->force || e->code != SX_EDATA)) {
		r->malformed = e->code == SX_EDATA;
		return -1;
	}
	/* With --force, the error is reported when the items are written. */
	*e = (struct sx_err){ 0 };
	if (messages > 0 ||
	    (*n > 0 && !r->leave_stray && sx_is_damaged_name(path)))
		return 0;
	return sx_file_nothing(f, e);
}

char *
sx_rewrite_name(size_t n, bool sounds, struct sx_err *e)
{
	int digits = 2;
	char *name;

	for (; n > 99; n /= 10)
		digits++;
	if (asprintf(&name, "{time}-{n:0%d}-{maker}-{device}-{kind}{slot}%s",
		digits, sounds ? "-{name}" : "") != -1)
		return name;
	sx_fail_memory(e);
	return NULL;
}
