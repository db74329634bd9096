/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DEVICES_H
#define SXLIB_DEVICES_H

#include "cli.h"
#include "sxlib/device.h"

/* What devices.c and its parts share. */

struct devices_opts {
	const char *device, *maker; /* NULL: not given */
	int kind;		    /* enum sx_kind; -1: not given */
	long *slots;		    /* of the dumps, in their order; owned */
	size_t nslots;
	long delay; /* ms; -1: not given */
	long rate;  /* bytes/s; 0: not given */
	bool yes;
};

/* A message of a dump that was given. */
struct sample {
	const char *file;
	uint8_t *data; /* owned */
	size_t len;
	long slot; /* -1: not given */
};

struct teach {
	struct cli *c;
	const struct devices_opts *o;
	struct sample *samples;
	size_t nsamples;
	struct sx_own_row row;
	char maker[SX_FACT_TEXT]; /* as the first message has it */
	char *path;		  /* of devices.conf */
};

/* devices_learn.c: read the dumps, and make the row of them. -1 and c->err. */
int teach_row(struct teach *t, char **files, size_t n);

/* devices add: c->argv from c->next on are the dumps. */
void devices_add(struct cli *c, const struct devices_opts *o);

void print_device_json(const struct sx_device_row *row);

#endif
