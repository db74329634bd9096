/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PICK_H
#define SXLIB_PICK_H

#include "sxlib/recast.h"
#include "sxlib/ref.h"

/* The sounds that an argument of a command refers to, in their bytes. */

struct sx_pick {
	const struct sx_devices *user; /* borrowed */
	struct sx_ref_sounds refs;     /* its file, and which sounds of it */
	struct sx_sound_at *at; /* refs.n sounds, as recast.h takes them */
	/* Private. */
	struct sx_messages *joined; /* those of several messages */
	size_t njoined;
};

/* FILE:SLOTS, FILE:#N, FILE:=NAME, or FILE: all of its sounds. arg and user are
 * borrowed. Blocks on the disk. -1 and e, as sx_ref_load(). Free *p whatever
 * this returns. */
int sx_pick_load(struct sx_pick *p, const char *arg,
    const struct sx_devices *user, struct sx_err *e);
void sx_pick_free(struct sx_pick *p);

/* The listed sound i of the pick. */
const struct sx_listed *sx_pick_sound(const struct sx_pick *p, size_t i);
/* Fail for sound i because of `why`: "FILE:A01: why". Always -1. */
int sx_pick_fail(const struct sx_pick *p, size_t i, const struct sx_err *why,
    struct sx_err *e);

/* What sound i becomes. */
enum sx_pick_as {
	SX_PICK_SINGLE, /* sx_recast_single() */
	SX_PICK_BUFFER, /* sx_recast_buffer() */
};
/*
 * As a file in memory, in the time of its own file. *m holds its bytes and must
 * outlive it; m->dropped as there. NULL and e: it cannot be, and for which
 * sound.
 */
struct sx_file *sx_pick_file(const struct sx_pick *p, size_t i,
    enum sx_pick_as as, struct sx_messages *m, struct sx_err *e);

/*
 * An argument as a file: a reference as the sounds it refers to, in memory, one
 * behind the other; else sx_file_open_any(). *m, as above, is empty for a file;
 * free it after the file. NULL and e.
 */
struct sx_file *sx_pick_open(const char *arg, enum sx_pick_as as,
    const struct sx_devices *user, struct sx_messages *m, struct sx_err *e);
/* Is it a reference? Asks the file system. */
bool sx_pick_is_ref(const char *arg);

/* Which items of its file a sound's messages are, `at[i].bytes` in their order:
 * a malloc'ed list of *n. NULL and e: out of memory. */
size_t *sx_pick_items(
    const struct sx_pick *p, size_t i, size_t *n, struct sx_err *e);

#endif
