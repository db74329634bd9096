/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "load_snapshot.h"
#include "sxlib/snapshot.h"

/* A snapshot has nothing else: a song that starts with a controller is not
 * one. */
static bool
snapshot_has(const struct sx_item *item)
{
	return item->kind == SX_SPAN_CHANNEL && item->at == 0 &&
	       sx_snapshot_wants(item->data);
}

int
sx_snapshot_bytes(
    struct sx_file *f, uint8_t **bytes, size_t *n, struct sx_err *e)
{
	struct sx_item item;
	uint8_t *p;
	int rc;

	*bytes = NULL;
	*n = 0;
	if (sx_file_format(f) != SX_FILE_MID || sx_file_all(f, NULL) == -1)
		return 0;
	while (
	    (rc = sx_file_next(f, &item, NULL)) == 1 && snapshot_has(&item)) {
		p = realloc(*bytes, *n + item.len);
		if (p == NULL) {
			free(*bytes);
			return sx_fail_memory(e);
		}
		memcpy(p + *n, item.data, item.len);
		*bytes = p;
		*n += item.len;
	}
	if (rc == 0 && *n > 0)
		return 1;
	free(*bytes);
	return 0;
}
