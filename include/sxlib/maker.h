/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_MAKER_H
#define SXLIB_MAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Manufacturer IDs. The table is generated at build time from
 * src/sysex/manufacturers.tsv, which lists its sources and corrections.
 */

/*
 * An ID as a number: 0x31, or 0x00203C for the three bytes 00 20 3C. 00 00 31
 * would be the same number as the single byte 31, so IDs of this form have bit
 * 24 set: 0x01000031. 0: no ID (00 and 00 00 00 are never IDs).
 */
typedef uint32_t sx_maker_id;

struct sx_maker {
	sx_maker_id id;
	const char *name;  /* UTF-8, as the MIDI Association prints it */
	const char *brand; /* without legal forms: "Roland" */
};

/* The ID of a message that begins with F0; 0 if it has none, or not all of it
 * yet. Sets *len, if not NULL, to the number of ID bytes: 1, 3 or 0. */
sx_maker_id sx_maker_of(const uint8_t *msg, size_t n, size_t *len);

/* Value of a hex digit in either case; -1 if it is not one. */
int sx_hex_digit(char c);

/* The ID in hex, as in file names and JSON: "31", "00203c"; "" for 0. */
#define SX_MAKER_ID_TEXT 7
const char *sx_maker_id_text(sx_maker_id id, char buf[SX_MAKER_ID_TEXT]);

/* Maker of messages with the ID 31 if nothing more is known. */
#define SX_MAKERS_31 "Viscount or Jomox"

/* The row of an ID, in static storage; NULL if the ID is not assigned. */
const struct sx_maker *sx_maker_find(sx_maker_id id);

/* All rows, sorted by ID; *n is their number. */
const struct sx_maker *sx_maker_table(size_t *n);

/*
 * Does `text`, as typed by a user, match this ID? It is an ID in hex ("31",
 * "00203c", "00 20 3C"), or the name from the beginning of any word, ignoring
 * case ("korg", "moog"). A few other names are known, too: "jomox" and
 * SX_MAKERS_31 match 31, "elektra" matches Elektron.
 */
bool sx_maker_matches(sx_maker_id id, const char *text);

/* Number of IDs that `text` matches; 0 if it is not a maker. */
size_t sx_maker_count(const char *text);

#endif
