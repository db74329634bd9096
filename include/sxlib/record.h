/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECORD_H
#define SXLIB_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/reader.h"
#include "sxlib/store.h"

/* A dump, message or file, as reported by all commands. Strings are borrowed;
 * absent values are NULL or negative. */
struct sx_record {
	const char *file;
	const char *port;
	int64_t time; /* us since 1970; -1 */
	int64_t offset;
	uint64_t bytes;
	size_t messages;
	const struct sx_facts *facts; /* NULL: not a single dump */
	const char *label;
	struct sx_damage damage;
};

/*
 * Add a message to the record of all messages of a file; *facts sums up their
 * facts. Zero both before the first one and set r->time to the time of the
 * file. Returns true if the message is the second of a pair.
 */
bool sx_record_add(
    struct sx_record *r, struct sx_summary *facts, const struct sx_item *item);

/*
 * Call after the last one: marks the record as damaged if the file is a
 * .damaged.syx, even if it looks intact. stray: there were bytes outside
 * messages.
 */
void sx_record_judge(struct sx_record *r, bool stray);

/* The damage that only the name of a file shows; none if its bytes show damage
 * too. Reads f from its current position, the start, and rewinds it. */
struct sx_damage sx_hidden_damage(struct sx_file *f, const char *path);

/* ---- A record as text: record_text.c ---- */

/* Formats "2026-11-22T05:15:30.123Z" into buf and returns it. Returns NULL,
 * with "" in buf, before the year 0 and after 9999, which RFC 3339 cannot
 * express. */
#define SX_TIME_TEXT 25
char *sx_time_text(char buf[SX_TIME_TEXT], int64_t wall);

/* A record as keys and values. */

#define SX_RECORD_FACTS 18

/* One key of the JSON output. */
struct sx_fact {
	const char *key;
	const char *text; /* NULL: absent */
	bool number;	  /* not quoted in JSON */
};

/* Storage for these strings. */
struct sx_fact_texts {
	char time[SX_TIME_TEXT];
	char offset[24], bytes[24], messages[24], slot[24], unit[24];
	char maker_id[SX_MAKER_ID_TEXT];
	char damaged[SX_DAMAGE_TEXT];
};

/* All facts of a record, in output order. They borrow from r and texts. */
void sx_record_facts(struct sx_fact list[SX_RECORD_FACTS],
    struct sx_fact_texts *texts, const struct sx_record *r);

/* The record of a received message, without a port. */
struct sx_record sx_record_of_message(const struct sx_message *m);

/* "SXLIB_NAME=value" for each fact that is present, with values made safe as by
 * sx_text_safe(), and SXLIB_NAME_HEX, the exact bytes of the name.
 * NULL-terminated; free with sx_record_env_free(). Returns NULL if out of
 * memory. */
char **sx_record_env(const struct sx_record *r);
void sx_record_env_free(char **env);
/* Is "NAME=value" a variable for a fact, present or not? */
bool sx_record_is_env(const char *variable);

/*
 * A description for people: "Jomox, Alpha Base, pattern, 1234 bytes, no
 * checksum in this format". Truncated to size. Returns buf.
 */
char *sx_record_text(char *buf, size_t size, const struct sx_record *r);
/* Describes bytes outside messages that can be left out without loss: "padding
 * at the end". NULL for any others. */
const char *sx_item_spare(const struct sx_item *item);
/* The quality of an item and the trust in its facts: "documented; CAREFUL: it
 * erases all patterns", "DAMAGED: no F7". Truncated to size. */
void sx_item_remark(char *buf, size_t size, const struct sx_item *item);
/* Its slot as the unit shows it, else the number, else "". Returns buf. */
#define SX_FACTS_SLOT 24
char *sx_facts_slot(char buf[SX_FACTS_SLOT], const struct sx_facts *f);
/* The start of that description: "Elektron, Machinedrum, kit 3, \"NAME\"". */
char *sx_facts_text(char *buf, size_t size, const struct sx_facts *f);

/* An item as lines of hex text after a comment that describes it, with its time
 * if `timed`. Returns malloc'ed text, *size is its length; NULL if out of
 * memory. */
char *sx_hex_lines(const struct sx_item *item, const uint8_t *raw, size_t n,
    bool timed, size_t *size);

/* The record of a dump, without port and label. stored: of one that is a file
 * or in one; or NULL. */
struct sx_record sx_record_of_dump(
    const struct sx_dump *d, const struct sx_stored *stored);

/* The maker's name, else "ID 00 20 3C", else "". Returns buf. */
#define SX_FACTS_MAKER 80
char *sx_facts_maker(char buf[SX_FACTS_MAKER], const struct sx_facts *f);

#endif
