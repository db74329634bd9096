/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_ASKER_H
#define SXLIB_ASKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/framer.h"
#include "sxlib/request.h"

/*
 * Ask an instrument for things, one after the other, and judge what comes. A
 * pure machine: it says what is to be done next, and is told what was done,
 * what came, and that time has passed. Retries, late and doubled answers,
 * echoes, remains of an answer, answers in several messages, silence and floods
 * are decided here and nowhere else. Times are numbers, monotonic, in
 * microseconds.
 */

enum sx_target_state {
	SX_TARGET_OPEN,
	SX_TARGET_THERE,  /* it was there before; not asked for */
	SX_TARGET_GOT,	  /* it came, whole */
	SX_TARGET_BAD,	  /* it came damaged or with a wrong checksum */
	SX_TARGET_CUT,	  /* it was broken off, and not by the unit */
	SX_TARGET_SILENT, /* asked for, and it did not come */
};

/* One thing that is asked for, and what happened to it. */
struct sx_target {
	struct sx_request q;
	enum sx_target_state state; /* OPEN, or THERE to pass over it */
	size_t most; /* bytes of its answer, where its row does not say */
	bool asked;
	/* What came of it whole, all its messages; owned by the asker. */
	uint8_t *bytes;
	size_t n;
};

/* What counts as an answer. */
enum sx_answers {
	SX_ANSWERS_ROW, /* what sx_request_judge() says */
	SX_ANSWERS_ANY, /* whichever whole message comes */
	SX_ANSWERS_WHO, /* every identity reply, until no more come */
};

enum sx_asker_todo {
	SX_ASKER_SEND,	  /* wire[0..len-1], then sx_asker_sent() */
	SX_ASKER_LISTEN,  /* until `deadline`, then sx_asker_passed() */
	SX_ASKER_CUT,	  /* end what is coming in, because of `end`; report
			     what that gives, then sx_asker_done() */
	SX_ASKER_GIVE_UP, /* no more comes of an answer in several messages:
			     those held have `damage`; then sx_asker_done() */
	SX_ASKER_SETTLE,  /* nothing more is expected for what is held: decide
			     about it by its target; then sx_asker_done() */
	SX_ASKER_DONE,	  /* see why, and the states of the targets */
};

enum sx_asker_why {
	SX_ASKER_ALL,	  /* all were asked for */
	SX_ASKER_DEAF,	  /* several in vain, and nothing ever came */
	SX_ASKER_FLOOD,	  /* messages without a pause, none an answer */
	SX_ASKER_ENDLESS, /* one message that does not end */
	SX_ASKER_OVER,	  /* no more can come: sx_asker_over() */
};

/* How the attempt under way is getting on. */
enum sx_attempt {
	SX_ATTEMPT_NONE, /* none is under way */
	SX_ATTEMPT_WAITS,
	SX_ATTEMPT_ANSWERED,
	SX_ATTEMPT_DAMAGED, /* what came is no good */
};

/* A message that came, or a dump of several that belong together. */
struct sx_arrival {
	const uint8_t *data;
	size_t len;
	struct sx_damage damage;
	bool bad_sum;  /* its checksum is wrong */
	int64_t began; /* arrival of its first byte */
	int64_t now;   /* later than that of its last, if it had to wait */
};

/* What it is. */
enum sx_came_as {
	SX_CAME_ECHO,	  /* the request itself: nothing to keep */
	SX_CAME_TWICE,	  /* all of it came before: nothing to keep */
	SX_CAME_PIECE,	  /* one message of an answer: hold it with the others
			   */
	SX_CAME_ANSWER,	  /* the answer to target `of`, whole: keep it */
	SX_CAME_BAD,	  /* the same with a wrong checksum: hold it until its
			     target is settled */
	SX_CAME_DAMAGED,  /* an answer to `of` of which bytes are missing: hold
			     it likewise */
	SX_CAME_REST,	  /* what is left of one: hold it likewise */
	SX_CAME_STRANGER, /* something that was not asked for: keep it */
};

struct sx_came {
	enum sx_came_as as;
	size_t of;  /* index of the target; SX_NO_TARGET: of none */
	bool piece; /* ANSWER, BAD: the last one of several messages; those
		       that are held belong to it */
	bool late;  /* ANSWER: it had been given up */
	bool known; /* ANSWER: the same bytes came before: they are kept */
	bool again; /* BAD: it is asked for again, or has come late */
	enum sx_answer answer; /* STRANGER: what it is to the request */
};

#define SX_NO_TARGET SIZE_MAX

struct sx_asker {
	/* Set by the caller. */
	struct sx_target *targets; /* borrowed until sx_asker_free() */
	size_t n;		   /* at least 1 */
	enum sx_answers answers;
	unsigned retries; /* of one target */
	int64_t patience; /* for the first byte of an answer */
	int64_t going;	  /* from byte to byte of one */
	int64_t delay;	  /* before the next request; -1: as its row says */
	bool fresh;    /* what began before it was asked for is not an answer */
	unsigned deaf; /* this many in vain, with nothing ever heard, are
			  enough; 0: never */
	bool linger;   /* at the end, what somebody has begun to send is
			  taken to its end */
	size_t remember; /* bytes of strangers to keep a copy of, to know them
			    if they come again */
	/* Read-only. */
	enum sx_asker_todo todo;
	enum sx_asker_why why;
	size_t at;	 /* the target under way, or the last one */
	unsigned tries;	 /* attempts before this one */
	bool unanswered; /* nothing came of the one before */
	enum sx_attempt attempt;
	uint8_t wire[SX_REQUEST_WIRE];
	size_t len;
	int64_t deadline;
	enum sx_end end;
	struct sx_damage damage;
	size_t echoes, doubled, strangers;
	/* Private. */
	int phase;
	bool over, heard_any;
	int64_t begun; /* when the target was first asked for */
	int64_t asked, heard, last;
	uint8_t *pieces;
	size_t npieces, got;
	bool odd, bad_sum;
	struct sx_copy *copies;
	size_t ncopies, copied;
};

/* Everything above "Read-only" is set, the rest is zero or freed. */
void sx_asker_begin(struct sx_asker *a, int64_t now);
/* SEND is done: its last byte has left. */
void sx_asker_sent(struct sx_asker *a, int64_t now);
/*
 * Something came, at any time after sx_asker_begin(). -1 and e: out of memory;
 * then *came is void.
 */
int sx_asker_take(struct sx_asker *a, const struct sx_arrival *in,
    struct sx_came *came, struct sx_err *e);
/* The deadline has passed. So many bytes of a message are coming in, 0: none;
 * bytes of SysEx came last at `heard`, -1: never. */
void sx_asker_passed(
    struct sx_asker *a, int64_t now, size_t coming, int64_t heard);
/* CUT, GIVE_UP or SETTLE is done. */
void sx_asker_done(struct sx_asker *a, int64_t now);
/* A message that does not end came; it was cut, and that was taken. */
void sx_asker_endless(struct sx_asker *a, int64_t now);
/* No more can come, or is wanted (SX_END_INTERRUPTED). */
void sx_asker_over(struct sx_asker *a, enum sx_end why, int64_t now);

/* Is this the request under way, which came back? */
bool sx_asker_is_echo(
    const struct sx_asker *a, const uint8_t *data, size_t len);
/* How many targets are in this state? */
size_t sx_asker_count(const struct sx_asker *a, enum sx_target_state state);
/* Frees what it holds, also that of the targets. */
void sx_asker_free(struct sx_asker *a);

#endif
