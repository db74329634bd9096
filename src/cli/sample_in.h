/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SAMPLE_IN_H
#define SXLIB_SAMPLE_IN_H

#include "receive.h"
#include "sample.h"

/* What sample_receive.c and sample_keep.c share: a dump that comes in. */

struct sample_in {
	struct cli *c;
	const struct sample_opts *o;
	struct sx_talk talk;
	struct sx_sample_in in;
	struct receive_opts raw_opts, file_opts;
	struct keeper raw, file;
	char *folder; /* of the part */
	int64_t begun, draw_at;
	enum status status;
};

/* Choose where everything goes, and check it without touching anything. -1 and
 * c->err, as all of these. */
int sample_places(struct sample_in *s);
int sample_keeper(
    struct sample_in *s, struct keeper *k, const struct receive_opts *o);

/* Make the file out of a whole dump. On failure the part is all there is. */
int sample_make_file(struct sample_in *s);
/* Make a file of the part, as it is; damage: NONE if it is whole. */
void sample_keep_part(struct sample_in *s, enum sx_damage_kind damage);

#endif
