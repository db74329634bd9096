/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_PICK_H
#define SXLIB_PICK_H

#include "sxlib/recast.h"
#include "sxlib/ref.h"

/* The sounds that a command argument refers to, with their bytes. */

struct sx_pick {
	const struct sx_devices *user; /* borrowed */
	struct sx_ref_sounds refs;     /* its file, and the sounds chosen */
	struct sx_sound_at *at; /* refs.n sounds, as recast.h expects them */
	/* Private. */
	struct sx_messages *joined; /* messages of sounds that have several */
	size_t njoined;
};

/* Load the sounds of FILE:SLOTS, FILE:#N, FILE:=NAME, or of FILE (all). arg and
 * user are borrowed. Blocks on the disk. Returns 0, or -1 and sets e as
 * sx_ref_load() does. The caller frees *p in both cases. */
int sx_pick_load(struct sx_pick *p, const char *arg,
    const struct sx_devices *user, struct sx_err *e);
void sx_pick_free(struct sx_pick *p);

/* The listed sound for sound i of the pick. */
const struct sx_listed *sx_pick_sound(const struct sx_pick *p, size_t i);
/* `FILE:A01 "NAME"`, safe for a terminal. Two paths that had to be cut can
 * still be told apart. Returns buf. */
#define SX_PICK_TEXT 1200
char *sx_pick_text(const struct sx_pick *p, size_t i, char buf[SX_PICK_TEXT]);
/* Set e to "FILE:A01: why" for sound i. Always returns -1. */
int sx_pick_fail(const struct sx_pick *p, size_t i, const struct sx_err *why,
    struct sx_err *e);

/* Form to convert a sound to. */
enum sx_pick_as {
	SX_PICK_SINGLE, /* sx_recast_single() */
	SX_PICK_BUFFER, /* sx_recast_buffer() */
};
/*
 * Sound i as a file in memory, dated like its own file. *m owns the bytes and
 * must outlive the file; the caller frees it. m->dropped is as in recast.h.
 * Returns NULL and sets e, with the name of the sound, if it cannot be
 * converted.
 */
struct sx_file *sx_pick_file(const struct sx_pick *p, size_t i,
    enum sx_pick_as as, struct sx_messages *m, struct sx_err *e);

/*
 * Open an argument as a file: a reference gives its sounds in memory, back to
 * back, anything else is opened by sx_file_open_any(). *m owns the bytes of the
 * sounds (empty for a plain file); free it after closing the file. Returns NULL
 * and sets e on failure; *m is empty then.
 */
struct sx_file *sx_pick_open(const char *arg, enum sx_pick_as as,
    const struct sx_devices *user, struct sx_messages *m, struct sx_err *e);
/* Is it a reference? Accesses the file system. */
bool sx_pick_is_ref(const char *arg);

/* The items of the file that make up a sound, in the order of `at[i].bytes`: a
 * malloc'ed array of *n indexes. Returns NULL and sets e if out of memory. */
size_t *sx_pick_items(
    const struct sx_pick *p, size_t i, size_t *n, struct sx_err *e);

#endif
