/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_EXCHANGE_RECALL_PRIV_H
#define SXLIB_EXCHANGE_RECALL_PRIV_H

#include "sxlib/recall_machine.h"

/* Shared by the parts of the machine. */

#define RECALL_EVENTS	32
#define RECALL_REALTIME 4096
#define RECALL_SEEN	256 /* programs without a line that are reported */

/* ---- recall_queue.c: messages waiting to pass through, in order ---- */

struct recall_entry {
	size_t len, sent; /* bytes waiting, and bytes sent */
	int64_t at;	  /* when it arrived */
	uint64_t seq;
	uint8_t head[3]; /* the message, unless it is longer */
	bool ended;	 /* no more of it follows */
	bool sysex;	 /* or the rest of one */
	bool offs;	 /* stands for the note-offs of all sounding notes */
};

struct recall_queue {
	struct recall_entry *entries; /* a ring */
	size_t first, n, room;
	uint8_t *bytes; /* of the entries, back to back, from `start` on */
	size_t start, len, size;
};

/* Append an empty entry. Returns NULL and sets e if out of memory. */
struct recall_entry *sx_recall_queue_add(
    struct recall_queue *q, struct sx_err *e);
/* Append bytes to the last entry. */
int sx_recall_queue_grow(
    struct recall_queue *q, const uint8_t *data, size_t n, struct sx_err *e);
struct recall_entry *sx_recall_queue_first(const struct recall_queue *q);
struct recall_entry *sx_recall_queue_last(const struct recall_queue *q);
/* n bytes of the first entry were sent. */
void sx_recall_queue_take(struct recall_queue *q, size_t n);
/* Remove the first entry with its bytes. */
void sx_recall_queue_drop(struct recall_queue *q);
void sx_recall_queue_free(struct recall_queue *q);

/* ---- The machine ---- */

/* Notes at one point of the path, by channel and key. */
struct recall_notes {
	uint8_t on[16][128];   /* notes that passed and sound */
	uint8_t gone[16][128]; /* notes dropped; drop their note-offs */
};

/* A dump to send, and its trigger. */
struct recall_send {
	const struct sx_recall_dump *dump; /* NULL: none */
	const struct sx_recall_line *line;
	struct sx_trigger trigger;
	int64_t at;
};

enum recall_given {
	RECALL_GIVEN_NOTHING,
	RECALL_GIVEN_REALTIME,
	RECALL_GIVEN_DUMP,
	RECALL_GIVEN_OFF,
	RECALL_GIVEN_ENTRY,
};

struct recall_output {
	bool up;
	unsigned rate;
	enum recall_given given; /* by sx_recall_machine_next() */
	struct recall_send wire;
	size_t message, byte, bytes; /* position in wire.dump; bytes sent */
	int64_t paced_from; /* when its message began, if it is slower than the
			       wire */
	struct recall_send next; /* waiting */
	int64_t fire_at;
	bool fired;	     /* `next` has settled, */
	uint64_t seq;	     /* to be sent after entries up to this */
	int64_t pause_until; /* after SysEx of a dump */
	int64_t over_at;     /* when the last dump was sent */
	int64_t wears[SX_RECALL_WEAR], wear_until; /* sends to a memory; no
						      further warning */
	size_t nwears;
};

enum recall_run {
	RECALL_RUN_NONE,
	RECALL_RUN_PASS, /* goes into the last entry */
	RECALL_RUN_ECHO, /* equals a dump that was sent, so far */
	RECALL_RUN_LEFT, /* counted at `run_left`, and dropped */
};

struct sx_recall_machine {
	const struct sx_recall_set *set;
	struct recall_output *outputs;
	size_t noutputs;
	enum sx_recall_thru thru;
	bool drop_realtime, only_playing;
	bool is_playing;
	int bank[16][2]; /* controllers 0 and 32; -1: not known */
	uint64_t seq;	 /* of the last entry */
	struct recall_queue queue;
	uint8_t realtime[RECALL_REALTIME]; /* a ring */
	size_t rt_first, rt_n;
	struct recall_notes came, left; /* at the input, at the output */
	bool clear; /* the last message passed leaves no running status */
	/* the incoming SysEx message, or the rest of one */
	enum recall_run run;
	uint64_t *run_left;
	/* the dump that it may be an echo of */
	const struct sx_recall_dump *echo;
	const struct sx_recall_message *echo_message;
	size_t echo_bytes;
	uint8_t off[3]; /* the note-off being sent */
	size_t off_len, off_sent;
	struct {
		uint8_t channel, program;
		int bank;
	} seen[RECALL_SEEN];
	size_t nseen;
	struct sx_recall_event events[RECALL_EVENTS]; /* a ring */
	size_t ev_first, ev_n;
	struct sx_recall_counts counts;
};

/* Report and count the outcome of a dump for `output`. */
void sx_recall_tell(struct sx_recall_machine *m, size_t output,
    const struct recall_send *s, enum sx_recall_outcome outcome, int64_t took);
struct sx_recall_event *sx_recall_event_add(struct sx_recall_machine *m);

/* recall_output.c: send this dump. */
void sx_recall_trigger(struct sx_recall_machine *m, size_t output,
    const struct recall_send *s, int64_t now);

/* recall_pass.c: pass-through. */

/* Queue a complete message if it may pass. */
int sx_recall_pass(struct sx_recall_machine *m, const uint8_t *data, size_t n,
    int64_t now, struct sx_err *e);
/* Take a piece of SysEx, or of the rest of one. */
int sx_recall_pass_run(struct sx_recall_machine *m, const struct sx_span *span,
    int64_t now, struct sx_err *e);
void sx_recall_pass_realtime(struct sx_recall_machine *m, uint8_t byte);
/* Queue the note-offs of all sounding notes, behind everything that passes. */
int sx_recall_pass_offs(
    struct sx_recall_machine *m, int64_t now, struct sx_err *e);
/* The first output is lost: drop everything that waits to pass. */
void sx_recall_pass_forget(struct sx_recall_machine *m);

#endif
