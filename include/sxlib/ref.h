/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_REF_H
#define SXLIB_REF_H

#include "sxlib/sound_list.h"

/*
 * References to sounds inside a file:
 *
 *   FILE:SLOTS   slots as the display shows them: 12, A01-A16, B03,C07, B (a
 *                whole bank), all
 *   FILE:#N      the Nth sound of the file, from 1; #1-#8, #1,#3
 *   FILE:=NAME   the sound of this name, ignoring case and blanks
 *
 * A file whose name is the whole argument wins.
 */
struct sx_ref {
	char *path;	   /* malloc'ed */
	const char *which; /* the part after the ':', in arg; NULL:
			      everything */
};

/*
 * Split an argument into file and reference. It is a reference if no file or
 * folder has the whole name and the text before one of its ':' is "-" or the
 * name of an existing file that is not a folder; the last such ':' counts.
 * Anything else is a file, which need not exist. Accesses the file system.
 * Returns 0, or -1 and sets e if out of memory. The caller frees r->path.
 */
int sx_ref_split(const char *arg, struct sx_ref *r, struct sx_err *e);

/*
 * Find the sounds that `which` (NULL: all) refers to. *chosen is set to a
 * malloc'ed array of *n indexes into list->sounds, at least one, in the order
 * of the reference and without duplicates. Returns 0, or -1 and sets e, with
 * *chosen NULL:
 * - SX_EUSAGE: it does not parse, there is no such slot, number or name, or
 *   several sounds have that slot or name, which the hint lists;
 * - SX_EDATA: the file contains no sounds;
 * - SX_ENOMEM.
 */
int sx_ref_choose(const struct sx_sound_list *list, const char *which,
    size_t **chosen, size_t *n, struct sx_err *e);

/* An argument and the sounds it refers to. */
struct sx_ref_sounds {
	struct sx_ref ref;
	struct sx_sound_list list;
	size_t *chosen;
	size_t n;
};

/* Split arg, which is borrowed, load the file and find the sounds. Blocks on
 * the disk. Returns 0, or -1 and sets e. The caller frees *r in both cases. */
int sx_ref_load(struct sx_ref_sounds *r, const char *arg,
    const struct sx_devices *user, struct sx_err *e);
void sx_ref_free(struct sx_ref_sounds *r);

/* Which items of the list hold the chosen sounds: a malloc'ed array with one
 * entry per item. NULL if out of memory. */
bool *sx_ref_items(const struct sx_ref_sounds *r);

/* Does =ASKED match this name, ignoring case and blanks? */
bool sx_ref_is_name(const char *name, const char *asked);

/* The shortest reference to a sound of the list, without the file: "A01", or
 * "#12" if it has no slot or shares it. Returns buf. */
#define SX_REF_TEXT SX_LISTED_SLOT
char *sx_ref_text(
    const struct sx_sound_list *list, size_t i, char buf[SX_REF_TEXT]);
/* "#12". Returns buf. */
char *sx_ref_number(size_t index, char buf[SX_REF_TEXT]);

#endif
