/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXCHANGE_RECALL_FILE_H
#define SXLIB_EXCHANGE_RECALL_FILE_H

#include "sxlib/recall_set.h"

/* Fill d, whose path and output are set, from its file or hex text. On -1, with
 * e set, d can be freed. */
int sx_recall_file_read(struct sx_recall_dump *d,
    const struct sx_recall_load *load, struct sx_err *e);

/* Is a value hex text rather than a file name? */
bool sx_recall_file_is_hex(const char *value);

#endif
