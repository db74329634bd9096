/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_RESCUE_H
#define SXLIB_STORE_RESCUE_H

#include "folder.h"
#include "name.h"
#include "numbers.h"
#include "sxlib/store.h"

/* Recovers the parts that crashed runs left in a folder, which is borrowed. See
 * sx_store_rescue(). */
struct sx_rescue;

/* user is borrowed and may be NULL; so is name, the file name template, with
 * its numbers if it has {n}; NULL: default names. Returns NULL and sets e on
 * failure. */
struct sx_rescue *sx_rescue_new(const struct sx_folder *f,
    const struct sx_devices *user, const struct sx_template *name,
    struct sx_numbers *numbers, struct sx_err *e);
/* r may be NULL. */
void sx_rescue_free(struct sx_rescue *r);

/* The name of the next part; NULL: none. */
const char *sx_rescue_peek(const struct sx_rescue *r);

int sx_rescue_next(struct sx_rescue *r, struct sx_stored *stored,
    const struct sx_dump **dump, struct sx_err *e);

#endif
