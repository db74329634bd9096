/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_SIM_H
#define SXLIB_MIDI_IO_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/*
 * A simulated instrument: which dumps it makes and takes. How fast and when is
 * the affair of sim.c.
 */
struct sim_instrument {
	const char *name; /* sim:NAME */
	const char *title;
	/* The nth dump, from 0, that is started on its panel; the same bytes
	 * each time. To be freed with free(). NULL: out of memory. No function:
	 * it only answers. */
	uint8_t *(*dump)(unsigned n, size_t *len);
	/* Is this message, F0 to F7, a dump that it stores? */
	bool (*stores)(const uint8_t *msg, size_t len);
	/* What it answers to a message, to be freed with free(), or NULL;
	 * stored is the last dump that was sent to it. May be NULL. */
	uint8_t *(*answer)(const uint8_t *msg, size_t len,
	    const uint8_t *stored, size_t nstored, size_t *n);
};

#define SIM_SECOND INT64_C(1000000000)

/* How its wire and its player behave; times in ns. */
struct sim_options {
	int64_t first;	  /* from listen() to its first dump */
	int64_t interval; /* silence between two dumps */
	unsigned rate;	  /* bytes/s in both directions */
	unsigned repeats; /* how often each dump is made in a row */
};

/* Change *o by "OPTION[&OPTION]...", as the top of sim.c lists them. */
int sim_parse(const char *text, struct sim_options *o, struct sx_err *e);

extern const struct sim_instrument midi_io_sim_alpha_base;
extern const struct sim_instrument midi_io_sim_machinedrum;
extern const struct sim_instrument midi_io_sim_dx7;

#endif
