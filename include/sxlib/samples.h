/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SAMPLES_H
#define SXLIB_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/audio.h"
#include "sxlib/err.h"
#include "sxlib/pending.h"
#include "sxlib/record.h"
#include "sxlib/sds.h"
#include "sxlib/store.h"
#include "sxlib/talk.h"

/*
 * Sends samples to an instrument and receives them, with the Sample Dump
 * Standard, over a talk.
 */

/* Pause after the last message, in us. A driver may still hold the last bytes
 * when its queue is empty, and closing the port drops them. */
#define SX_SAMPLE_LINGER_US 50000

/* ---- Audio to sample ---- */

enum sx_sample_side { SX_SAMPLE_MEAN, SX_SAMPLE_LEFT, SX_SAMPLE_RIGHT };

/* Mix all channels down to one. */
void sx_sample_mix(struct sx_audio *a, enum sx_sample_side side);

/* Copy the rate and length of a sound into the header and set no loop. path is
 * used in error messages. Returns -1 and sets e (SX_EDATA) if the sound does
 * not fit a sample dump. */
int sx_sample_header(const struct sx_stream *s, const char *path,
    struct sx_sds_header *h, struct sx_err *e);

/* The requested loop: the file's loop, or another one. */
struct sx_sample_loop {
	bool none, given; /* none: no loop; given: start to end, in words */
	long start, end;
	bool alternate; /* back and forth */
};

enum sx_sample_loop_is {
	SX_LOOP_NONE,	  /* none requested, or none in the file */
	SX_LOOP_SENT,	  /* in the header */
	SX_LOOP_OUTSIDE,  /* the file's loop lies outside the sound: not sent */
	SX_LOOP_BACKWARD, /* the file's loop runs backward: not sent */
	SX_LOOP_BEYOND,	  /* the requested loop ends outside the sound */
	SX_LOOP_MISSING,  /* alternate requested, but there is no loop */
};

/* Set the loop in the header. */
enum sx_sample_loop_is sx_sample_set_loop(const struct sx_stream *s,
    const struct sx_sample_loop *want, struct sx_sds_header *h);

enum sx_sample_device { SX_SAMPLE_STANDARD, SX_SAMPLE_MACHINEDRUM };

/* How a sound is to be sent. */
struct sx_sample_wish {
	enum sx_sample_device device;
	long bits; /* per word; 0: what the device needs, or the resolution of
		      the sound, up to what a dump can hold */
	struct sx_sample_loop loop;
	enum sx_sample_side side;
};

/* Check that the device can give this name to sample `slot`: a Machinedrum UW.
 * Returns -1 and sets e (SX_EUSAGE) if not. */
int sx_sample_check_name(enum sx_sample_device device, const char *name,
    long slot, struct sx_err *e);

/* ---- Sending ---- */

struct sx_sample_out {
	/* Set by the caller, borrowed. */
	struct sx_talk *talk;
	unsigned rate;		     /* bytes/s; 0: no limit */
	const int32_t *samples;	     /* header.words */
	struct sx_sds_header header; /* its device is used for the talk */
	const char *name; /* up to 4 characters, sent to a Machinedrum in a
			     separate message; or NULL */
	struct sx_sds_sender sender; /* set its input fields */
	/* Read-only. */
	size_t bytes; /* of the dump, sent so far */
	/* Private. */
	bool named;
};

/*
 * Set the samples, borrowed from a, and the header. a is mixed down to mono;
 * path: its file, for errors. *is: what becomes of the loop. Returns -1 and
 * sets e (SX_EDATA, SX_EUSAGE) if the sound cannot be sent like this; then a is
 * unchanged, and header.bits is 0 and *is not set if no sample dump can hold
 * the sound.
 */
int sx_sample_prepare(struct sx_sample_out *s, struct sx_audio *a,
    const char *path, const struct sx_sample_wish *w,
    enum sx_sample_loop_is *is, struct sx_err *e);
void sx_sample_out_begin(struct sx_sample_out *s);

/* The dump being sent: its facts (returned in *facts), bytes and messages. */
struct sx_record sx_sample_out_record(
    const struct sx_sample_out *s, struct sx_facts *facts);

/*
 * Perform the next step: send a message, receive an answer, or time out.
 * Returns 1 to continue (see sender for the state); 0 when done; -1 if the dump
 * failed, with the talk's error set, or as sx_talk_send(): after a signal call
 * sx_sample_cancel().
 */
int sx_sample_out_next(struct sx_sample_out *s);

/* Send CANCEL, even after a signal. Returns -1 as sx_talk_send(). */
int sx_sample_cancel(
    struct sx_talk *t, unsigned rate, unsigned device, size_t packet);

/* ---- Receiving ---- */

/*
 * A dump is stored twice. All received bytes go into a part unchanged; it is
 * what is kept if anything fails. The packets are also collected in their
 * places, and the file is made from these at the end.
 */
struct sx_sample_in {
	/* Set by the caller, borrowed. */
	struct sx_talk *talk;
	unsigned rate;	 /* bytes/s; 0: no limit */
	long channel;	 /* of the unit; -1: any */
	int64_t timeout; /* us to wait for the first message; -1: the usual time
			    after a request, otherwise for ever */
	struct sx_store *store; /* for the part */
	unsigned slot;		/* to request */
	/* Set open, asks and retries. */
	struct sx_sds_receiver receiver;
	/* Read-only. */
	unsigned device;       /* the unit it talks to; initially `channel`,
				  or 0 */
	struct sx_pending got; /* all bytes as received. The caller may consume
				  it */
	size_t extra_messages; /* messages beside header and packets, each
				  once */
	size_t others;	       /* unrelated messages */
	/* Private. */
	uint8_t *extras;
	size_t nextras; /* bytes */
	int64_t sync_at;
};

void sx_sample_in_begin(struct sx_sample_in *s);

/*
 * Perform the next step: send an answer, receive a message, or time out.
 * Returns 1 to continue (see receiver for the state); 0 when done, with
 * receiver.todo DONE, or FAILED and `got` marked as damaged; -1 as
 * sx_talk_next(), or if the disk failed: then call sx_sample_in_stop(). Blocks
 * on the disk, too.
 */
int sx_sample_in_next(struct sx_sample_in *s);

/* Mark `got` as damaged, and send CANCEL to a unit that would go on. Returns
 * whether that was sent. */
bool sx_sample_in_stop(struct sx_sample_in *s);
/* Why the dump FAILED. Always returns -1 and sets e. */
int sx_sample_in_fail(const struct sx_sample_in *s, struct sx_err *e);

/* ---- The output file ---- */

enum sx_sample_format { SX_SAMPLE_WAV, SX_SAMPLE_AIFF, SX_SAMPLE_SYX };

/* Two stores: one for the file, one for the part in the same folder. */
struct sx_sample_place {
	enum sx_sample_format format; /* of the file */
	struct sx_store_opts file, raw;
	char *folder; /* private */
};

/*
 * out is a folder or a file. In a folder the file is named from the template
 * `name` (NULL: the default) and gets this format; for a file the suffix
 * selects the format. Both strings are borrowed. Only checks; creates nothing.
 * Returns -1 and sets e (SX_EUSAGE, SX_EREFUSED, SX_EIO). Call
 * sx_sample_place_free() in all cases.
 */
int sx_sample_place(struct sx_sample_place *p, const char *out,
    const char *name, enum sx_sample_format format, struct sx_err *e);
void sx_sample_place_free(struct sx_sample_place *p);

/* What a sound file had to assume or leave out. */
struct sx_sample_odd {
	int rate; /* assumed rate in Hz, since the header has none; 0: not
		     assumed */
	const char *loop; /* why the header's loop was left out; NULL: it was
			     not */
};

/*
 * Make the file for a dump that is DONE; it is not kept yet. A sound file, or
 * for SX_SAMPLE_SYX the dump as a clean transfer would have been: every message
 * once, in order. Returns -1 and sets e on failure. *odd is always valid.
 */
int sx_sample_in_file(const struct sx_sample_in *s,
    enum sx_sample_format format, struct sx_store *store,
    struct sx_sample_odd *odd, struct sx_pending *file, struct sx_err *e);

/* If the part still exists, its file stays for recovery at the next start. */
void sx_sample_in_free(struct sx_sample_in *s);

#endif
