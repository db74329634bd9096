/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_JOURNAL_H
#define SXLIB_STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "part.h"
#include "sxlib/take.h"

/*
 * A take's journal: records one behind the other, each a span as it came, or
 * one of those that say what take it is. A record is 20 bytes and its data:
 * port, kind and flags, end, status, length (4 bytes), time (8), checksum (4)
 * of all of it, numbers with the highest byte first. A journal is good up to
 * the first record that is not.
 */
#define SX_RECORD_HEAD 20

enum {			    /* kinds beside those of spans */
	SX_RECORD_TAKE = 8, /* the first: form in `port`, time 0 (wall) in `at`,
			       name of the file */
	SX_RECORD_PORT = 9, /* a port's name */
};

struct sx_record {
	unsigned port;
	unsigned kind;
	struct sx_span span;
	bool doubt;
	int64_t at; /* us since the take's time 0 */
	const uint8_t *data;
	size_t len;
};

/* v as n bytes, the highest first. */
void sx_put_number(uint8_t *p, size_t n, uint64_t v);

void sx_record_pack(uint8_t head[SX_RECORD_HEAD], const struct sx_record *r);

/* The record at p[*pos], which moves behind it. false: no more, or none that is
 * good. */
bool sx_record_next(
    const uint8_t *p, size_t n, size_t *pos, struct sx_record *r);

/* Count a span's record in. */
void sx_record_count(struct sx_take_facts *facts, const struct sx_record *r);

/* What is wrong with the message that this record ends. */
struct sx_damage sx_record_damage(const struct sx_record *r);

/* A journal in memory. */
struct sx_journal {
	const uint8_t *data;
	size_t size;  /* as far as it is good */
	size_t begin; /* of its first span */
	enum sx_take_form form;
	int64_t wall;
	char *name;   /* of its file; owned */
	char **ports; /* owned */
	size_t nports;
	enum sx_span_kind open[SX_TAKE_PORTS_MOST]; /* at its end */
	struct sx_take_facts facts;
};

/* Read through data[0..n-1], borrowed until sx_journal_close(). -1 and e if it
 * is no journal (SX_EDATA); *j needs no closing then. */
int sx_journal_open(
    struct sx_journal *j, const uint8_t *data, size_t n, struct sx_err *e);
void sx_journal_close(struct sx_journal *j);

/* The text behind a damaged message begins so, and ends as sx_damage_text(). */
#define SX_TAKE_DAMAGED "sxlib: damaged: "

/* Write it as a MIDI file into the empty part `out`. A message longer than
 * `most` bytes is continued in further packets. */
#define SX_EVENT_MOST ((uint64_t)0x0fffffff)
int sx_journal_write(const struct sx_journal *j, struct sx_part *out,
    uint64_t most, struct sx_err *e);

#endif
