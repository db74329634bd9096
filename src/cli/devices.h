/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DEVICES_H
#define SXLIB_DEVICES_H

#include "cli.h"
#include "sxlib/device.h"

/* What devices.c and devices_add.c share. */

struct devices_opts {
	const char *device, *maker; /* NULL: not given */
	int kind;		    /* enum sx_kind; -1: not given */
	long *slots;		    /* of the dumps, in their order; owned */
	size_t nslots;
	long delay; /* ms; -1: not given */
	long rate;  /* bytes/s; 0: not given */
	bool yes;
};

/* devices add: c->argv from c->next on are the dumps. */
void devices_add(struct cli *c, const struct devices_opts *o);

void print_device_json(const struct sx_device_row *row);

#endif
