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
 * Requests objects from an instrument, one after the other, and judges what
 * arrives. A pure state machine: it tells the caller what to do next; the
 * caller reports what it did, what arrived and that time has passed. Retries,
 * late and duplicate answers, echoes, remains of an answer, answers in several
 * messages, silence and floods are all handled here and nowhere else. Times are
 * numbers: monotonic, in microseconds.
 */

enum sx_target_state {
	SX_TARGET_OPEN,
	SX_TARGET_THERE,  /* already present; not requested */
	SX_TARGET_GOT,	  /* received whole */
	SX_TARGET_BAD,	  /* received damaged or with a wrong checksum */
	SX_TARGET_CUT,	  /* interrupted, unplugged, or end of input */
	SX_TARGET_SILENT, /* requested, no answer */
};

/* One object to request, and its outcome. */
struct sx_target {
	struct sx_request q;
	enum sx_target_state state; /* set OPEN, or THERE to skip it */
	size_t most;		    /* size of its answer if its row has none */
	bool asked;
	/* The whole answer, all its messages; owned by the asker. */
	uint8_t *bytes;
	size_t n;
	/* An answer of an odd length; the same. */
	uint8_t *odd;
	size_t nodd;
};

/* What counts as an answer. */
enum sx_answers {
	SX_ANSWERS_ROW, /* whatever sx_request_judge() accepts */
	SX_ANSWERS_ANY, /* any whole message; only the order tells which
			   target it is for */
	SX_ANSWERS_WHO, /* every identity reply, until no more arrive */
};

enum sx_asker_todo {
	SX_ASKER_SEND,	 /* send wire[0..len-1], then sx_asker_sent() */
	SX_ASKER_LISTEN, /* until `deadline`, then sx_asker_passed() */
	SX_ASKER_CUT, /* cut the message being received, with reason `end`; pass
			 on what that yields, then sx_asker_done() */
	SX_ASKER_GIVE_UP, /* an answer in several messages stays incomplete:
			     mark the held ones with `damage`, then
			     sx_asker_done() */
	SX_ASKER_SETTLE,  /* nothing more is expected for held messages: decide
			     by the target's state, then sx_asker_done() */
	SX_ASKER_DONE,	  /* see why, and the states of the targets */
};

enum sx_asker_why {
	SX_ASKER_ALL,	  /* everything was requested */
	SX_ASKER_DEAF,	  /* no answers: nothing was ever received */
	SX_ASKER_FLOOD,	  /* messages without a pause, none of them an answer */
	SX_ASKER_ENDLESS, /* one message that does not end */
	SX_ASKER_OVER,	  /* input over: sx_asker_over() */
};

/* State of the current attempt. */
enum sx_attempt {
	SX_ATTEMPT_NONE, /* no attempt */
	SX_ATTEMPT_WAITS,
	SX_ATTEMPT_ANSWERED,
	SX_ATTEMPT_DAMAGED, /* the answer is unusable */
};

/* A received message, or a dump of several related ones. */
struct sx_arrival {
	const uint8_t *data;
	size_t len;
	struct sx_damage damage;
	bool bad_sum;	 /* wrong checksum */
	bool odd_length; /* for its format: it counts only if a second request
			    gets the same */
	int64_t began;	 /* arrival of its first byte */
	int64_t now;	 /* after its last byte, later if it had to wait */
};

/* What an arrival is. */
enum sx_came_as {
	SX_CAME_ECHO,	/* the request itself: discard */
	SX_CAME_TWICE,	/* all of it was received before: discard, and if
			   `piece`, the held ones with it */
	SX_CAME_PIECE,	/* one message of an answer: hold it with the others */
	SX_CAME_ANSWER, /* the whole answer to target `of`: keep it */
	SX_CAME_BAD, /* like ANSWER, to the current target, but wrong checksum,
			or odd length: hold it until that target is settled;
			with the slot of another it is a STRANGER */
	SX_CAME_DAMAGED,  /* an answer to `of` with bytes missing: hold it as
			     well */
	SX_CAME_REST,	  /* remains of a damaged one: hold it as well */
	SX_CAME_STRANGER, /* not requested: keep it */
};

struct sx_came {
	enum sx_came_as as;
	size_t of;  /* index of the target, or SX_NO_TARGET */
	bool piece; /* ANSWER, BAD, TWICE, STRANGER: the last of several
		       messages; the held ones belong to it */
	bool late;  /* ANSWER: arrived after its attempt had ended */
	bool known; /* ANSWER: same bytes as before; already kept */
	bool again; /* BAD: will be retried, or arrived late */
	/* STRANGER: if `doubt` is not SX_NO_TARGET, this may still be the
	 * answer to that target: hold it until the target is settled, then call
	 * sx_asker_is_copy() with `copy`. */
	size_t doubt, copy;
	enum sx_answer answer; /* STRANGER: its relation to the request */
};

#define SX_NO_TARGET SIZE_MAX

struct sx_asker {
	/* Set by the caller. */
	struct sx_target *targets; /* borrowed until sx_asker_free() */
	size_t n;		   /* at least 1 */
	enum sx_answers answers;
	unsigned retries; /* per target */
	int64_t patience; /* for the first byte of an answer */
	int64_t going;	  /* between bytes of an answer */
	int64_t delay;	  /* before the next request; -1: as in its row */
	bool fresh;	  /* a message that began before its target was first
			     requested is not its answer */
	unsigned deaf; /* give up after this many unanswered targets if nothing
			  was ever received; 0: never */
	bool linger;   /* at the end, wait for a message that has begun */
	size_t remember; /* bytes of strangers to copy, so as to recognize
			    duplicates */
	/* Read-only. */
	enum sx_asker_todo todo;
	enum sx_asker_why why;
	size_t at;	 /* the current target, or the last one */
	unsigned tries;	 /* earlier attempts at this target */
	bool unanswered; /* the previous attempt got no answer */
	enum sx_attempt attempt;
	uint8_t wire[SX_REQUEST_WIRE];
	size_t len;
	int64_t deadline;
	enum sx_end end;
	struct sx_damage damage;
	bool of_other; /* GIVE_UP: the held messages may be of an earlier
			  target: keep them */
	size_t echoes, doubled, strangers;
	/* Private. */
	int phase;
	bool over, heard_any;
	bool doubted;	   /* the answer may belong to an earlier target */
	unsigned rechecks; /* attempts repeated because of that */
	unsigned owed;	   /* requests whose answers may still come */
	size_t missed;	   /* earlier targets whose answers may still come */
	size_t strange;	   /* answers that may belong to these */
	int64_t begun;	   /* when the target was first requested */
	int64_t asked, heard, last;
	uint8_t *pieces;
	size_t npieces;
	struct sx_received got;
	bool odd, bad_sum;
	struct sx_copy *copies;
	size_t ncopies, copied;
};

/* Set everything above "Read-only"; the rest is zero or freed. */
void sx_asker_begin(struct sx_asker *a, int64_t now);
/* SEND is done: the last byte has left. */
void sx_asker_sent(struct sx_asker *a, int64_t now);
/* Something arrived, at any time after sx_asker_begin(). Returns -1 and sets e
 * if out of memory; *came is then undefined. */
int sx_asker_take(struct sx_asker *a, const struct sx_arrival *in,
    struct sx_came *came, struct sx_err *e);
/* The deadline has passed. coming: bytes so far of the message being received,
 * 0: none; heard: when the last SysEx byte arrived, -1: never. */
void sx_asker_passed(
    struct sx_asker *a, int64_t now, size_t coming, int64_t heard);
/* CUT, GIVE_UP or SETTLE is done. */
void sx_asker_done(struct sx_asker *a, int64_t now);
/* A message that did not end was cut and passed to sx_asker_take(). */
void sx_asker_endless(struct sx_asker *a, int64_t now);
/* No more input, or none is wanted (SX_END_INTERRUPTED). */
void sx_asker_over(struct sx_asker *a, enum sx_end why, int64_t now);

/* True if this is the current request coming back. */
bool sx_asker_is_echo(
    const struct sx_asker *a, const uint8_t *data, size_t len);
/* True if stranger `copy` has the bytes that target i got: it is then
 * discarded, and counts as a duplicate. */
bool sx_asker_is_copy(struct sx_asker *a, size_t i, size_t copy);
/* Number of targets in this state. */
size_t sx_asker_count(const struct sx_asker *a, enum sx_target_state state);
/* Frees what it owns, including the targets' bytes. */
void sx_asker_free(struct sx_asker *a);

#endif
