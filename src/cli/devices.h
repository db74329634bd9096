/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DEVICES_H
#define SXLIB_DEVICES_H

#include "sxlib/instrument.h"
#include "sxlib/teach.h"
#include "term/cli.h"

/* Shared by devices.c and its parts. */

struct devices_opts {
	const char *device, *maker;  /* NULL: not given */
	int kind;		     /* enum sx_kind; -1: not given */
	struct sx_typed_slot *slots; /* per dump, in their order; owned */
	size_t nslots;
	const char **names; /* the same; or one, for the first; owned */
	size_t nnames;
	long delay; /* ms; -1: not given */
	long rate;  /* bytes/s; 0: not given */
	bool yes;
};

/* devices add: the dumps are c->argv from c->next on. */
void devices_add(struct cli *c, const struct devices_opts *o);

/* devices show: c->argv[c->next] is the device's name. */
void devices_show(struct cli *c);

/* devices check: the pages are c->argv from c->next on. */
enum status devices_check(struct cli *c);

/* Print a row as one JSON object, on one line. */
void print_device_json(struct cli *c, const struct sx_device_row *row);
/* Print the same without its end, to add keys. */
void print_device_facts(struct cli *c, const struct sx_device_row *row);

#endif
