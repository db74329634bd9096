/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_STORE_JOURNAL_H
#define SXLIB_STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "part.h"
#include "sxlib/take.h"

/*
 * The journal of a take: a sequence of records, each a received span or a
 * description of the take. A record is 20 bytes plus data: port, kind and
 * flags, end, status, length (4 bytes), time (8), and a checksum (4) of all of
 * it; numbers are big-endian. Records corrupted on disk are skipped; a record
 * truncated by a crash at the end is not damage.
 */
#define SX_RECORD_HEAD 20

enum {			    /* kinds other than those of spans */
	SX_RECORD_TAKE = 8, /* the first: form in `port`, wall time of time 0 in
			       `at`, file name as data */
	SX_RECORD_PORT = 9, /* the name of a port */
};

struct sx_journal_record {
	unsigned port;
	unsigned kind;
	struct sx_span span;
	bool doubt;
	int64_t at; /* us since the take's time 0 */
	const uint8_t *data;
	size_t len;
	bool torn; /* sx_journal_walk_next(): preceded by undecodable bytes */
};

/* Store v in n bytes, big-endian. */
void sx_put_number(uint8_t *p, size_t n, uint64_t v);

void sx_journal_record_pack(
    uint8_t head[SX_RECORD_HEAD], const struct sx_journal_record *r);

/* Read the record at p[*pos] and advance *pos past it. Returns false at the end
 * or at an invalid record. */
bool sx_journal_record_next(
    const uint8_t *p, size_t n, size_t *pos, struct sx_journal_record *r);

/* True if these n bytes, which are not a valid record, are the beginning of one
 * that was being written. */
bool sx_journal_record_is_cut(const uint8_t *p, size_t n);

/* Add a span's record to the counts. */
void sx_journal_record_count(
    struct sx_take_facts *facts, const struct sx_journal_record *r);

/* The damage of the message that this record ends. */
struct sx_damage sx_journal_record_damage(const struct sx_journal_record *r);

/* Bytes from begin up to, not including, end. */
struct sx_gap {
	size_t begin, end;
};

/* A journal in memory. Its contents are untrusted. */
struct sx_journal {
	const uint8_t *data;
	size_t size; /* without a record truncated while it was written */
	enum sx_take_form form;
	int64_t wall;			 /* -1: unknown */
	char *name;			 /* file name; owned; NULL: unknown */
	char *ports[SX_TAKE_PORTS_MOST]; /* names; owned; NULL: unknown */
	struct sx_gap *gaps;		 /* undecodable; owned */
	size_t ngaps;
	uint64_t lost;	/* total bytes in gaps */
	uint64_t spans; /* valid records of spans */
	struct sx_take_facts facts;
};

/* Scan data[0..n-1], borrowed until sx_journal_close(). Returns -1 and sets e
 * if nothing in it can be decoded (SX_EDATA) or memory runs out; *j needs no
 * closing then. */
int sx_journal_open(
    struct sx_journal *j, const uint8_t *data, size_t n, struct sx_err *e);
void sx_journal_close(struct sx_journal *j);

/* Iterates over the spans of a journal. Initialize it as { .j = j }; a copy is
 * an independent iterator. */
struct sx_journal_walk {
	const struct sx_journal *j;
	size_t pos, gap;
	uint8_t open[SX_TAKE_PORTS_MOST]; /* kind of the open run, or 0 */
};

/* The next span; false if there are no more. The rest of a run whose beginning
 * is lost is returned as a stray run. */
bool sx_journal_walk_next(
    struct sx_journal_walk *w, struct sx_journal_record *r);

/* Write what was added to the take and start syncing it, as
 * sx_part_sync_begin(). */
int sx_take_sync_begin(
    struct sx_take *t, struct sx_part_sync **sync, struct sx_err *e);

/* Prefix of the text event after a damaged message; sx_damage_text()
 * follows. */
#define SX_TAKE_DAMAGED "sxlib: damaged: "

/* Write the journal as a MIDI file into the empty part `out`. A message longer
 * than `most` bytes is continued in further packets. */
#define SX_EVENT_MOST ((uint64_t)0x0fffffff)
int sx_journal_write(const struct sx_journal *j, struct sx_part *out,
    uint64_t most, struct sx_err *e);

#endif
