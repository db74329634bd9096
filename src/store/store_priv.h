/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_PRIV_H
#define SXLIB_STORE_PRIV_H

#include "gather.h"
#include "name.h"
#include "numbers.h"
#include "part.h"
#include "sxlib/store.h"

/* Shared by store.c, keep.c and archiver.c. */

enum target { TO_FOLDER, TO_SYX, TO_MID, TO_STDOUT };

struct sx_store {
	enum target target;
	struct sx_folder folder;  /* fd -1: standard output */
	struct sx_rescue *rescue; /* NULL: not started, or */
	bool rescue_failed;
	enum sx_format format; /* TO_FOLDER */
	const char *suffix;    /* for TO_FOLDER; borrowed */
	bool number_all, copy;
	struct sx_template *name;
	struct sx_numbers *numbers; /* NULL: no name uses {n} */
	bool shared;		    /* they are opts.numbers */
	bool existing;		    /* as in the options */
	long first;		    /* {n} of the first dump */
	long shift;		    /* offset of {n} from the moved-th dump
				       on */
	size_t moved;		    /* 0: none was moved */
	char *out;		    /* with opts.memory: */
	struct sx_memory *memory;
	struct sx_gather *gather; /* TO_SYX, TO_MID */
	int64_t begun_ms;	  /* time of the last part, */
	unsigned begun;		  /* and its index among those of that time */
	/* archiver.c, under its lock: why jobs are returned untried; SX_OK:
	 * they are not */
	struct sx_err stopped;
};

/* Create a file {time}-{pid}suffix; such names sort in order of arrival. */
struct sx_part *sx_store_begin(
    struct sx_store *s, struct sx_time t, const char *suffix, struct sx_err *e);

#endif
