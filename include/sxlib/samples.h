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
 * Samples to an instrument and from it, by the Sample Dump Standard, over a
 * talk.
 */

/* A driver may hold the last bytes for a moment after its queue is empty, and
 * closing a port drops them: a pause after the last message, in us. */
#define SX_SAMPLE_LINGER_US 50000

/* ---- A sound as a sample ---- */

enum sx_sample_side { SX_SAMPLE_MEAN, SX_SAMPLE_LEFT, SX_SAMPLE_RIGHT };

/* All channels become one. */
void sx_sample_mix(struct sx_audio *a, enum sx_sample_side side);

/* Put rate and length of a sound into the header, and no loop; path is what
 * errors name. -1 and e (SX_EDATA): it cannot be a sample dump. */
int sx_sample_header(const struct sx_stream *s, const char *path,
    struct sx_sds_header *h, struct sx_err *e);

/* The loop that is wanted: that of the file, or another one. */
struct sx_sample_loop {
	bool none, given; /* none at all; start to end, in words */
	long start, end;
	bool alternate; /* to and fro */
};

enum sx_sample_loop_is {
	SX_LOOP_NONE,	  /* none is wanted, or there */
	SX_LOOP_SENT,	  /* see the header */
	SX_LOOP_OUTSIDE,  /* the file's, outside the sound: none is sent */
	SX_LOOP_BACKWARD, /* the file's runs backward: none is sent */
	SX_LOOP_BEYOND,	  /* the wanted one ends outside the sound */
	SX_LOOP_MISSING,  /* there is none to go to and fro */
};

/* Put the loop into the header. */
enum sx_sample_loop_is sx_sample_set_loop(const struct sx_stream *s,
    const struct sx_sample_loop *want, struct sx_sds_header *h);

/* So many bits a word: as wanted, or if that is 0 as the sound has and a dump
 * can hold, or as a Machinedrum takes them. */
void sx_sample_set_bits(const struct sx_stream *s, long wanted,
    bool machinedrum, struct sx_sds_header *h);

/* Can a Machinedrum UW give this name to its sample `slot`? -1 and e
 * (SX_EUSAGE). */
int sx_sample_check_name(const char *name, long slot, struct sx_err *e);

/* ---- Out ---- */

struct sx_sample_out {
	/* Set by the caller, borrowed. */
	struct sx_talk *talk;
	unsigned rate;		     /* bytes/s; 0: no limit */
	const int32_t *samples;	     /* header.words */
	struct sx_sds_header header; /* its device takes part in the talk */
	const char *name; /* up to 4 characters, for a Machinedrum in a message
			     of its own; or NULL */
	struct sx_sds_sender sender; /* what it says is to be set */
	/* Read-only. */
	size_t bytes; /* sent of the dump */
	/* Private. */
	bool named;
};

void sx_sample_out_begin(struct sx_sample_out *s);

/* What is sent as a dump: its facts, which are returned in *facts, its bytes
 * and messages. */
struct sx_record sx_sample_out_record(
    const struct sx_sample_out *s, struct sx_facts *facts);

/*
 * The next step: one message out, or an answer, or none. 1: see what sender
 * says. 0: it is over: sender.todo is DONE or FAILED. -1 as sx_talk_send():
 * send CANCEL with sx_sample_cancel().
 */
int sx_sample_out_next(struct sx_sample_out *s);

/* Send CANCEL, also after a signal. -1 as sx_talk_send(). */
int sx_sample_cancel(
    struct sx_talk *t, unsigned rate, unsigned device, size_t packet);

/* ---- In ---- */

/*
 * A dump comes in twice over: what arrives goes into a part as it is, which is
 * what is kept if anything fails; and the packets go where they belong, out of
 * which a file is made at the end.
 */
struct sx_sample_in {
	/* Set by the caller, borrowed. */
	struct sx_talk *talk;
	unsigned rate;	 /* bytes/s; 0: no limit */
	long channel;	 /* of the unit; -1: any */
	int64_t timeout; /* us to wait for the first message; -1: as long as is
			    usual if it is asked, else for ever */
	struct sx_store *store; /* of the part */
	unsigned slot;		/* that it asks for */
	/* open, asks and retries are to be set. */
	struct sx_sds_receiver receiver;
	/* Read-only. */
	unsigned device;       /* that it talks to; set to the first guess */
	struct sx_pending got; /* what came, as it came. The caller may consume
				  it */
	size_t extra_messages; /* besides header and packets, each once */
	size_t others;	       /* messages that are no part of it */
	/* Private. */
	uint8_t *extras;
	size_t nextras; /* bytes */
	int64_t sync_at;
};

void sx_sample_in_begin(struct sx_sample_in *s);

/*
 * The next step: an answer out, or a message in, or silence. 1: see what
 * receiver says. 0: it is over: receiver.todo is DONE or FAILED. -1 as
 * sx_talk_next(), or since the disk failed. Blocks on the disk, too.
 */
int sx_sample_in_next(struct sx_sample_in *s);

/* What is wrong with the dump that has FAILED: its packets are not all there.
 */
enum sx_damage_kind sx_sample_in_damage(const struct sx_sample_in *s);

/* ---- Its file ---- */

enum sx_sample_format { SX_SAMPLE_WAV, SX_SAMPLE_AIFF, SX_SAMPLE_SYX };

/* Two stores: of the file, and of the part, in the folder of that file. */
struct sx_sample_place {
	enum sx_sample_format format; /* of the file */
	struct sx_store_opts file, raw;
	char *folder; /* private */
};

/*
 * out is a folder, where the file gets its name by the template `name` (NULL:
 * the default) and has this format, or a file, whose suffix tells its format;
 * both are borrowed. Checks all without touching anything. -1 and e
 * (SX_EUSAGE, SX_EREFUSED, SX_EIO); in any case free it.
 */
int sx_sample_place(struct sx_sample_place *p, const char *out,
    const char *name, enum sx_sample_format format, struct sx_err *e);
void sx_sample_place_free(struct sx_sample_place *p);

/* What a sound file of it takes from nowhere, and leaves out. */
struct sx_sample_odd {
	int rate;  /* Hz, assumed: the header has none; 0: it has one */
	bool loop; /* the header's is none inside the sample, and left out */
};

/*
 * The file of a dump that is DONE, not yet kept: a sound, or for SX_SAMPLE_SYX
 * the dump as it should have come, every message once and in order. -1 and e;
 * *odd is valid.
 */
int sx_sample_in_file(const struct sx_sample_in *s,
    enum sx_sample_format format, struct sx_store *store,
    struct sx_sample_odd *odd, struct sx_pending *file, struct sx_err *e);

/* The part, if it is still there, stays for a later start. */
void sx_sample_in_free(struct sx_sample_in *s);

#endif
