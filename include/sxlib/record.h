/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECORD_H
#define SXLIB_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/reader.h"
#include "sxlib/store.h"

/* One dump, message or file as all commands speak of it. Borrowed texts; NULL
 * or a negative number where absent. */
struct sx_record {
	const char *file;
	const char *port;
	int64_t time; /* us since 1970; -1 */
	int64_t offset;
	uint64_t bytes;
	size_t messages;
	const struct sx_facts *facts; /* NULL: it is not one dump */
	const char *label;
	struct sx_damage damage;
};

/*
 * Add a message to the record of all messages of a file, whose facts are
 * summed up in *facts. Zero both before the first; r->time is the file's. True:
 * it is the second one of a pair.
 */
bool sx_record_add(
    struct sx_record *r, struct sx_summary *facts, const struct sx_item *item);

/*
 * After the last one: what is in a .damaged.syx is damaged, however whole it
 * looks. stray: there were bytes of no message.
 */
void sx_record_judge(struct sx_record *r, bool stray);

/* The damage of a file that is read from its beginning, by its name alone: none
 * if its bytes show what is wrong. It is rewound. */
struct sx_damage sx_hidden_damage(struct sx_file *f, const char *path);

/* ---- A record as text: record_text.c ---- */

/* "2026-11-22T05:15:30.123Z" into buf; returns it. NULL, and "" in buf: before
 * the year 0 or after 9999, where RFC 3339 ends. */
#define SX_TIME_TEXT 25
char *sx_time_text(char buf[SX_TIME_TEXT], int64_t wall);

/* What a record says, key by key. */

#define SX_RECORD_FACTS 18

/* One key of the contract. */
struct sx_fact {
	const char *key;
	const char *text; /* NULL: absent */
	bool number;	  /* not quoted in JSON */
};

/* Storage behind these texts. */
struct sx_fact_texts {
	char time[SX_TIME_TEXT];
	char offset[24], bytes[24], messages[24], slot[24], unit[24];
	char maker_id[SX_MAKER_ID_TEXT];
	char damaged[SX_DAMAGE_TEXT];
};

/* All facts of a record, in the order of the contract. They borrow from r and
 * texts. */
void sx_record_facts(struct sx_fact list[SX_RECORD_FACTS],
    struct sx_fact_texts *texts, const struct sx_record *r);

/* The record of a message that has come in, on no port as yet. */
struct sx_record sx_record_of_message(const struct sx_message *m);

/* "NAME=value" for each fact, SXLIB_ before it, absent ones left out, texts
 * made safe as by sx_text_safe(); and SXLIB_NAME_HEX, the name byte for byte.
 * Ends in NULL; free with sx_record_env_free(). NULL if memory ends. */
char **sx_record_env(const struct sx_record *r);
void sx_record_env_free(char **env);
/* Has "NAME=value" the name of a fact, be it absent or not? */
bool sx_record_is_env(const char *variable);

/*
 * What it is, for people: "Jomox, Alpha Base, pattern, 1234 bytes, no checksum
 * in this format". Cut to size. Returns buf.
 */
char *sx_record_text(char *buf, size_t size, const struct sx_record *r);
/* What the bytes of no message are that can be left out without a loss:
 * "padding at the end"; NULL: they are others. */
const char *sx_item_spare(const struct sx_item *item);
/* Where it belongs: as the unit shows it, else the number, else "". */
#define SX_FACTS_SLOT 24
char *sx_facts_slot(char buf[SX_FACTS_SLOT], const struct sx_facts *f);
/* Only the beginning of it: "Elektron, Machinedrum, kit 3, \"NAME\"". */
char *sx_facts_text(char *buf, size_t size, const struct sx_facts *f);

/* An item as lines of hex text behind a comment that says what it is, and with
 * its time if `timed`; malloc'ed, *size gets their length. NULL: memory ends.
 */
char *sx_hex_lines(const struct sx_item *item, const uint8_t *raw, size_t n,
    bool timed, size_t *size);

/* A dump that is a file, or is in one; without port and label. */
struct sx_record sx_record_of_dump(
    const struct sx_dump *d, const struct sx_stored *stored);

/* Its maker: the name, else "ID 00 20 3C", else "". Returns buf. */
#define SX_FACTS_MAKER 80
char *sx_facts_maker(char buf[SX_FACTS_MAKER], const struct sx_facts *f);

#endif
