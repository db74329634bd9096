/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MAKER_H
#define SXLIB_MAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Manufacturer IDs. The table is made at build time from
 * src/sysex/manufacturers.tsv, which names its sources and corrections.
 */

/*
 * An ID as a number: 0x31, or 0x00203C for the three bytes 00 20 3C. Those of
 * 00 00 31, which would be the same number as the one byte 31, are 0x01000031.
 * 0: none (00 and 00 00 00 are never IDs).
 */
typedef uint32_t sx_maker_id;

struct sx_maker {
	sx_maker_id id;
	const char *name;  /* UTF-8, as the MIDI Association prints it */
	const char *brand; /* the same without legal forms: "Roland" */
};

/* The ID of a message that begins F0; 0 if there is none (yet). *len, if not
 * NULL, gets the number of ID bytes: 1 or 3, or 0. */
sx_maker_id sx_maker_of(const uint8_t *msg, size_t n, size_t *len);

/* The value of a hex digit of either case; -1: it is none. */
int sx_hex_digit(char c);

/* The ID in hex, as in file names and JSON: "31", "00203c"; "" for none. */
#define SX_MAKER_ID_TEXT 7
const char *sx_maker_id_text(sx_maker_id id, char buf[SX_MAKER_ID_TEXT]);

/* Who a message with the ID 31 is from, where no more than that is known. */
#define SX_MAKERS_31 "Viscount or Jomox"

/* The row of an ID, static storage; NULL if the ID is not assigned. */
const struct sx_maker *sx_maker_find(sx_maker_id id);

/* All rows by rising ID; *n gets their number. */
const struct sx_maker *sx_maker_table(size_t *n);

/*
 * Does `text`, as a user types it, mean this ID? An ID in hex ("31",
 * "00203c", "00 20 3C"), or the name's beginning at any word, ignoring case
 * ("korg", "moog"). "jomox" means 31, as does SX_MAKERS_31; "elektra" means
 * Elektron.
 */
bool sx_maker_matches(sx_maker_id id, const char *text);

/* How many IDs `text` means: 0 if it is not a maker at all. */
size_t sx_maker_count(const char *text);

#endif
