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
 * of all of it, numbers with the highest byte first. What a disk has changed is
 * skipped; what a crash has cut off at the end is no damage.
 */
#define SX_RECORD_HEAD 20

enum {			    /* kinds beside those of spans */
	SX_RECORD_TAKE = 8, /* the first: form in `port`, time 0 (wall) in `at`,
			       name of the file */
	SX_RECORD_PORT = 9, /* a port's name */
};

struct sx_journal_record {
	unsigned port;
	unsigned kind;
	struct sx_span span;
	bool doubt;
	int64_t at; /* us since the take's time 0 */
	const uint8_t *data;
	size_t len;
	bool torn; /* sx_journal_walk_next(): what was before it is not
		      understood */
};

/* v as n bytes, the highest first. */
void sx_put_number(uint8_t *p, size_t n, uint64_t v);

void sx_journal_record_pack(
    uint8_t head[SX_RECORD_HEAD], const struct sx_journal_record *r);

/* The record at p[*pos], which moves behind it. false: no more, or none that is
 * good. */
bool sx_journal_record_next(
    const uint8_t *p, size_t n, size_t *pos, struct sx_journal_record *r);

/* Are these n bytes, which are no good record, the beginning of one that was
 * being written? */
bool sx_journal_record_is_cut(const uint8_t *p, size_t n);

/* Count a span's record in. */
void sx_journal_record_count(
    struct sx_take_facts *facts, const struct sx_journal_record *r);

/* What is wrong with the message that this record ends. */
struct sx_damage sx_journal_record_damage(const struct sx_journal_record *r);

/* Bytes from begin to before end. */
struct sx_gap {
	size_t begin, end;
};

/* A journal in memory. Anybody may have written it. */
struct sx_journal {
	const uint8_t *data;
	size_t size; /* what is behind it was cut off while it was written */
	enum sx_take_form form;
	int64_t wall; /* -1: not known */
	char *name;   /* of its file; owned; NULL: not known */
	char *ports[SX_TAKE_PORTS_MOST]; /* names; owned; NULL: not known */
	struct sx_gap *gaps;		 /* not understood; owned */
	size_t ngaps;
	uint64_t lost;	/* bytes in these */
	uint64_t spans; /* records that are understood */
	struct sx_take_facts facts;
};

/* Read through data[0..n-1], borrowed until sx_journal_close(). -1 and e if
 * nothing in it can be understood (SX_EDATA), or memory ends; *j needs no
 * closing then. */
int sx_journal_open(
    struct sx_journal *j, const uint8_t *data, size_t n, struct sx_err *e);
void sx_journal_close(struct sx_journal *j);

/* A walk along the spans of a journal: it begins as { .j = j }, and a copy goes
 * its own way. */
struct sx_journal_walk {
	const struct sx_journal *j;
	size_t pos, gap;
	uint8_t open[SX_TAKE_PORTS_MOST]; /* kind of the run, or 0 */
};

/* The next one; false: no more. The rest of a run whose beginning is lost is a
 * stray run. */
bool sx_journal_walk_next(
    struct sx_journal_walk *w, struct sx_journal_record *r);

/* Write what was added to the take, and begin to sync it: as
 * sx_part_sync_begin(). */
int sx_take_sync_begin(
    struct sx_take *t, struct sx_part_sync **sync, struct sx_err *e);

/* The text behind a damaged message begins so, and ends as sx_damage_text(). */
#define SX_TAKE_DAMAGED "sxlib: damaged: "

/* Write it as a MIDI file into the empty part `out`. A message longer than
 * `most` bytes is continued in further packets. */
#define SX_EVENT_MOST ((uint64_t)0x0fffffff)
int sx_journal_write(const struct sx_journal *j, struct sx_part *out,
    uint64_t most, struct sx_err *e);

#endif
