/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_FACTS_H
#define SXLIB_FACTS_H

#include "sxlib/device.h"

/*
 * Stores texts and numbers in the facts together with the region where they
 * were found.
 */

/* Convert the characters of a name. It ends at its first NUL; trailing blanks
 * and DELs are removed. Without a printable character it is empty; its position
 * is still known. */
void sx_name_text(char name[SX_FACT_TEXT], const uint8_t *text, size_t len);
/* The same, and record where it was found. */
void sx_read_name(struct sx_facts *facts, const uint8_t *text, size_t len,
    size_t off, size_t region);
void sx_read_slot(struct sx_facts *facts, long slot, size_t off, size_t len);
/* Once bad, the checksum stays bad, even if others are right. */
void sx_read_checksum(struct sx_facts *facts, unsigned have, unsigned want,
    size_t off, size_t len);
void sx_read_length(
    struct sx_facts *facts, size_t have, size_t want, size_t off, size_t len);

/* Note that msg[off..to-1] is 8-in-7 packed. */
void sx_read_packed(struct sx_facts *facts, size_t off, size_t to, bool rle);

/* Return the sum of msg[from..to-1]. */
unsigned sx_sum(const uint8_t *msg, size_t from, size_t to);

#endif
