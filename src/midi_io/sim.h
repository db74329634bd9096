/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MIDI_IO_SIM_H
#define SXLIB_MIDI_IO_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/*
 * A simulated instrument: the dumps it sends and accepts. sim.c decides when
 * and how fast.
 */
struct sim_instrument {
	const char *name; /* sim:NAME */
	const char *title;
	/* The nth dump, from 0, started on its panel; the same bytes each time.
	 * The caller frees it. Returns NULL if memory runs out. No function: it
	 * only answers. */
	uint8_t *(*dump)(unsigned n, size_t *len);
	/* True if this message, F0 to F7, is a dump that it stores. */
	bool (*stores)(const uint8_t *msg, size_t len);
	/* The answer to a message, or NULL; the caller frees it. stored is the
	 * last dump sent to it. May be NULL. */
	uint8_t *(*answer)(const uint8_t *msg, size_t len,
	    const uint8_t *stored, size_t nstored, size_t *n);
};

#define SIM_SECOND INT64_C(1000000000)

/* Behavior of its wire and its player; times in ns. */
struct sim_options {
	int64_t first;	  /* from listen() to its first dump */
	int64_t interval; /* silence between two dumps */
	unsigned rate;	  /* bytes/s in both directions */
	unsigned repeats; /* number of times each dump is sent in a row */
};

/* Update *o from "OPTION[&OPTION]...", listed at the top of sim.c. */
int sim_parse(const char *text, struct sim_options *o, struct sx_err *e);

extern const struct sim_instrument midi_io_sim_alpha_base;
extern const struct sim_instrument midi_io_sim_machinedrum;
extern const struct sim_instrument midi_io_sim_dx7;

#endif
