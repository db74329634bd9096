/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_PRIV_H
#define SXLIB_STORE_PRIV_H

#include "gather.h"
#include "name.h"
#include "numbers.h"
#include "part.h"
#include "sxlib/store.h"

/* What store.c, keep.c and archiver.c share. */

enum target { TO_FOLDER, TO_SYX, TO_MID, TO_STDOUT };

struct sx_store {
	enum target target;
	struct sx_folder folder;  /* fd -1: standard output */
	struct sx_rescue *rescue; /* NULL: not begun, or */
	bool rescue_failed;
	enum sx_format format; /* TO_FOLDER */
	const char *suffix;    /* the same; borrowed */
	bool number_all, copy;
	struct sx_template *name;
	struct sx_numbers *numbers; /* NULL: no name has one */
	bool shared;		    /* they are opts.numbers */
	long first;		    /* that of the first dump */
	long shift;		    /* of the dumps from the moved-th on */
	size_t moved;		    /* 0: none has had to move */
	char *out;		    /* with opts.memory: */
	struct sx_memory *memory;
	struct sx_gather *gather; /* TO_SYX, TO_MID */
	int64_t begun_ms;	  /* the last part began then, */
	unsigned begun;		  /* and its place among those of that time */
	/* archiver.c, under its lock: why dumps come back; SX_OK: they do not
	 */
	struct sx_err stopped;
};

/* Make a file {time}-{pid}suffix, the names of which tell what came first. */
struct sx_part *sx_store_begin(
    struct sx_store *s, struct sx_time t, const char *suffix, struct sx_err *e);

#endif
