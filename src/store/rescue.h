/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_RESCUE_H
#define SXLIB_STORE_RESCUE_H

#include "folder.h"
#include "name.h"
#include "numbers.h"
#include "sxlib/store.h"

/* Takes in the parts that crashed runs have left in a folder, which is
 * borrowed. See sx_store_rescue(). */
struct sx_rescue;

/* own is borrowed, and may be NULL; so may name, the template for names, with
 * its numbers if it has any: NULL for default names. NULL and e on failure. */
struct sx_rescue *sx_rescue_new(const struct sx_folder *f,
    const struct sx_devices *user, const struct sx_template *name,
    struct sx_numbers *numbers, struct sx_err *e);
/* r may be NULL. */
void sx_rescue_free(struct sx_rescue *r);

/* The name of the part that is next; NULL: none is. */
const char *sx_rescue_peek(const struct sx_rescue *r);

int sx_rescue_next(struct sx_rescue *r, struct sx_stored *stored,
    const struct sx_dump **dump, struct sx_err *e);

#endif
