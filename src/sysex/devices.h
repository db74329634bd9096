/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DEVICES_H
#define SXLIB_DEVICES_H

#include "book.h"

/* The record of built-in instrument i; at NULL: none. */
struct sx_mark sx_built_in(size_t i);
/* The instruments that messages with this second byte may belong to: the first
 * one, and the number of consecutive ones. */
struct sx_mark sx_built_in_of(uint8_t byte, size_t *n);

/* The number of the user's devices, and the record of one. d may be NULL. */
size_t sx_devices_count(const struct sx_devices *d);
struct sx_mark sx_devices_at(const struct sx_devices *d, size_t i);

/* The record of sx_instrument(user, i); at NULL: none. */
struct sx_mark sx_devices_record(const struct sx_devices *user, size_t i);

#endif
