/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DEVICES_H
#define SXLIB_DEVICES_H

#include "sxlib/instrument.h"
#include "sxlib/teach.h"
#include "term/cli.h"

/* What devices.c and its parts share. */

struct devices_opts {
	const char *device, *maker;  /* NULL: not given */
	int kind;		     /* enum sx_kind; -1: not given */
	struct sx_typed_slot *slots; /* of the dumps, in their order; owned */
	size_t nslots;
	const char **names; /* the same; or one, of the first; owned */
	size_t nnames;
	long delay; /* ms; -1: not given */
	long rate;  /* bytes/s; 0: not given */
	bool yes;
};

/* devices add: c->argv from c->next on are the dumps. */
void devices_add(struct cli *c, const struct devices_opts *o);

/* devices show: c->argv[c->next] is its name. */
void devices_show(struct cli *c);

/* devices check: c->argv from c->next on are pages. */
enum status devices_check(struct cli *c);

/* A row as one JSON object, in a line. */
void print_device_json(struct cli *c, const struct sx_device_row *row);
/* The same without its end, for more keys. */
void print_device_facts(struct cli *c, const struct sx_device_row *row);

#endif
