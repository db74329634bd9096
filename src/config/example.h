/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_EXAMPLE_H
#define SXLIB_CONFIG_EXAMPLE_H

#include "conf.h"
#include "sxlib/config.h"
#include "sxlib/example.h"

/* What example.c and example_run.c share. */

struct sx_examples {
	struct sx_config *f;
	struct conf_section s;
	const char *device; /* of the section; NULL: of no instrument as yet */
	size_t next;	    /* its pair that is next */
	size_t count, seen;
};

#endif
