/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SAMPLE_IN_H
#define SXLIB_SAMPLE_IN_H

#include "receive.h"
#include "sample.h"

/* What sample_receive.c and sample_keep.c share: a dump that comes in. */

struct sample_in {
	struct cli *c;
	const struct sample_opts *o;
	struct sx_sds_receiver receiver;
	struct sample_line line;
	struct receive_opts raw_opts, file_opts;
	struct keeper raw, file;
	char *folder;	      /* of the part */
	struct sx_part *part; /* NULL: nothing has come */
	struct sx_dump dump;  /* what is in it */
	struct sx_piece *pieces;
	size_t capacity;
	uint8_t *extras; /* messages besides header and packets, each once */
	size_t nextras;	 /* bytes */
	size_t extra_messages;
	size_t others; /* messages that are no part of it */
	int64_t begun, draw_at, sync_at;
	enum status status;
};

#define SAMPLE_SYNC_US 1000000 /* as much of a part at most is unsynced */

/* Choose where everything goes, and check it without touching anything. -1 and
 * c->err, as all of these. */
int sample_places(struct sample_in *s);
int sample_keeper(
    struct sample_in *s, struct keeper *k, const struct receive_opts *o);

/* A message, as it came, into the part. */
int sample_keep_raw(struct sample_in *s, const struct sx_message *m);
/* One that is neither header nor packet: for a .syx. */
int sample_keep_extra(struct sample_in *s, const struct sx_message *m);

/* Make the file out of a whole dump. On failure the part is all there is. */
int sample_make_file(struct sample_in *s);
/* Make a file of the part, as it is; damage: NONE if it is whole. */
void sample_keep_part(struct sample_in *s, enum sx_damage_kind damage);

#endif
