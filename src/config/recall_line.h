/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_RECALL_LINE_H
#define SXLIB_CONFIG_RECALL_LINE_H

#include "conf.h"
#include "sxlib/recall_map.h"

/* Read one line of a map. count_from -1: not given. Texts are borrowed from the
 * file, whose text is changed. Returns -1 and sets e on failure. */
int sx_recall_line_read(const struct sx_config *f, const struct conf_pair *p,
    long count_from, struct sx_recall_line *l, struct sx_err *e);

#endif
