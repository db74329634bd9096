/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_FACTS_H
#define SXLIB_CLI_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/reader.h"
#include "sxlib/record.h"

/* "2026-11-22T05:15:30.123Z" into buf; returns it. NULL, and "" in buf: before
 * the year 0 or after 9999, where RFC 3339 ends. */
#define TIME_TEXT 25
char *time_text(char buf[TIME_TEXT], int64_t wall);

/* What a record says, key by key. */

#define FACTS 18

/* One key of the contract. */
struct fact {
	const char *key;
	const char *text; /* NULL: absent */
	bool number;	  /* not quoted in JSON */
};

/* Storage behind these texts. */
struct fact_texts {
	char time[TIME_TEXT];
	char offset[24], bytes[24], messages[24], slot[24], unit[24];
	char maker_id[SX_MAKER_ID_TEXT];
	char damaged[SX_DAMAGE_TEXT];
};

/* All facts of a record, in the order of the contract. They borrow from r and
 * texts. */
void facts_list(struct fact list[FACTS], struct fact_texts *texts,
    const struct sx_record *r);

/* The record of a message that has come in, on no port as yet. */
struct sx_record message_record(const struct sx_message *m);

/* "NAME=value" for each fact, SXLIB_ before it, absent ones left out, texts
 * made safe as by safe_text(); and SXLIB_NAME_HEX, the name byte for byte. Ends
 * in NULL; free with free_env(). NULL if memory ends. */
char **facts_env(const struct sx_record *r);
void free_env(char **env);
/* Has "NAME=value" the name of a fact, be it absent or not? */
bool names_fact(const char *variable);

/*
 * What it is, for people: "Jomox, Alpha Base, pattern, 1234 bytes, no checksum
 * in this format". Cut to size. Returns buf.
 */
char *describe(char *buf, size_t size, const struct sx_record *r);
/* What the bytes of no message are that can be left out without a loss:
 * "padding at the end"; NULL: they are others. */
const char *spare_text(const struct sx_item *item);
/* Where it belongs: as the unit shows it, else the number, else "". */
#define SLOT_TEXT 24
char *slot_text(char buf[SLOT_TEXT], const struct sx_facts *f);
/* Only the beginning of it: "Elektron, Machinedrum, kit 3, \"NAME\"". */
char *describe_facts(char *buf, size_t size, const struct sx_facts *f);

#endif
