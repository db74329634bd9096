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
	const char *which; /* what follows the ':', in arg; NULL: all of it */
};

/*
 * Is arg a reference, or a file? It is a reference if no file has this name
 * and, for one of its ':', the text before it is the name of a file that is no
 * folder, or "-"; of several the last such ':'. Anything else is a file, which
 * need not exist. Asks the file system. -1 and e: out of memory. r->path is the
 * caller's to free.
 */
int sx_ref_split(const char *arg, struct sx_ref *r, struct sx_err *e);

/*
 * The sounds that `which` (NULL: all) refers to: *chosen, malloc'ed, gets their
 * places in list->sounds, in the order of the reference, none twice; *n how
 * many, at least 1. -1 and e, with *chosen NULL:
 * - SX_EUSAGE: it does not parse, there is no such slot, number or name, or
 *   several sounds have that slot or name, which the hint lists;
 * - SX_EDATA: the file holds no sounds.
 */
int sx_ref_choose(const struct sx_sound_list *list, const char *which,
    size_t **chosen, size_t *n, struct sx_err *e);

/* An argument with the sounds it refers to. */
struct sx_ref_sounds {
	struct sx_ref ref;
	struct sx_sound_list list;
	size_t *chosen;
	size_t n;
};

/* All of it: split arg, which is borrowed, load the file, choose. Blocks on the
 * disk. -1 and e. Free *r whatever this returns. */
int sx_ref_load(struct sx_ref_sounds *r, const char *arg,
    const struct sx_devices *user, struct sx_err *e);
void sx_ref_free(struct sx_ref_sounds *r);

/* The items of list that the chosen sounds stand in: malloc'ed, one for each.
 * NULL: out of memory. */
bool *sx_ref_items(const struct sx_ref_sounds *r);

/* Is a sound of this name what =ASKED means: the same but for case and blanks?
 */
bool sx_ref_is_name(const char *name, const char *asked);

/* The shortest reference to a sound of the list, without the file: "A01", or
 * "#12" where its slot is none or not its alone. Returns buf. */
#define SX_REF_TEXT SX_LISTED_SLOT
char *sx_ref_text(
    const struct sx_sound_list *list, size_t i, char buf[SX_REF_TEXT]);
/* "#12". Returns buf. */
char *sx_ref_number(size_t index, char buf[SX_REF_TEXT]);

#endif
