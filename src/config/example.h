/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CONFIG_EXAMPLE_H
#define SXLIB_CONFIG_EXAMPLE_H

#include "conf.h"
#include "sxlib/config.h"
#include "sxlib/example.h"

/* Shared by example.c and example_run.c. */

struct sx_examples {
	struct sx_config *f;
	struct conf_section s;
	const char *device; /* of the section; NULL: no instrument yet */
	size_t next;	    /* index of its next pair */
	size_t count, seen;
};

#endif
