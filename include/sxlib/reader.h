/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_READER_H
#define SXLIB_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/dump.h"
#include "sxlib/err.h"
#include "sxlib/stray.h"

/*
 * SysEx files in: .syx (raw bytes) and .mid (Standard MIDI File), told apart
 * by their content ("MThd" in their first 64 KiB, or "RIFF....RMID"), not by
 * their name, except that a .damaged.syx is raw bytes whatever they look like,
 * and that what is named like a MIDI file is malformed if it is neither one nor
 * begins with F0. Every length in a file is checked. A large file is read
 * through a window, no wider than its longest message; a message of more than
 * SX_ITEM_MOST is an error (SX_EDATA), unless it can be skimmed.
 */
#define SX_ITEM_MOST ((size_t)256 << 20)

enum sx_file_format { SX_FILE_SYX, SX_FILE_MID };

/* One message of a file, or bytes that belong to none. */
struct sx_item {
	/* From F0; in a .mid the packets merged and the F0 supplied. Borrowed
	 * from the file until the next call on it. */
	const uint8_t *data; /* NULL: see sx_file_skim(), or more than 1 MiB of
				stray bytes: sx_file_bytes() has them */
	size_t len;
	uint64_t offset; /* in the file, of its first byte or of its event */
	enum sx_span_kind kind; /* SYSEX, or see sx_file_all() */
	bool stray; /* belongs to no message (padding, headers); only in a
		       .syx. damage and facts are not set. */
	enum sx_stray what; /* such bytes are; WRAPPING and padding cost nothing
			       when they are left out */
	bool padding; /* they only fill the end of the file, after a message;
			 not in hex text */
	struct sx_damage damage; /* NONE, STATUS, NEW_F0, INPUT; in a take of
				    ours whatever its text says */
	size_t realtime;	 /* F8..FF inside, taken out of data */
	/* Microseconds from the start: .mid, by its tempo map; hex text, as it
	 * says; .syx: 0 */
	int64_t at;
	struct sx_facts facts;
};

struct sx_file;

/*
 * Open and check a file; "-" is standard input, read to its end. own, borrowed,
 * are the user's own devices, or NULL. Blocks; for a pipe no longer than until
 * a SIGINT, SIGTERM or SIGHUP comes that the caller has blocked (EINTR). A
 * pipe is held in memory, 1 GiB at most and half of what is free. NULL
 * and e filled if it cannot be read, is not a file of its format at all or is a
 * known format without SysEx (SX_EDATA: an archive, a web page). Close
 * with sx_file_close().
 */
struct sx_file *sx_file_open(
    const char *path, const struct sx_devices *user, struct sx_err *e);
void sx_file_close(struct sx_file *f);

/*
 * The same for hex text, read as the .syx that it spells: bytes such as F0,
 * 0xF0, $F0 or F0h, or many in a row, between blanks, line ends or commas. A
 * '#' begins a comment, up to the end of its line; "# at SECONDS" is the time
 * of what follows. Offsets and size are those of the bytes.
 */
struct sx_file *sx_file_open_hex(
    const char *path, const struct sx_devices *user, struct sx_err *e);
/* The same for text in memory; name is what errors say. */
struct sx_file *sx_file_hex_text(const char *name, const char *text,
    const struct sx_devices *user, struct sx_err *e);
/* A .syx in memory; data is borrowed until it is closed. time: see
 * sx_file_time(). */
struct sx_file *sx_file_of_bytes(const uint8_t *data, size_t n, int64_t time,
    const struct sx_devices *user, struct sx_err *e);
/* Does a file of this name hold hex text: .hex or .txt? */
bool sx_is_hex_name(const char *path);
/* sx_file_open_hex() for such a name, else sx_file_open(). */
struct sx_file *sx_file_open_any(
    const char *path, const struct sx_devices *user, struct sx_err *e);

/*
 * Only facts are wanted: from now on a long message of a .syx (more than 1 MiB)
 * of which no more can be said than its first bytes tell is not held in memory,
 * and its item has no data.
 */
void sx_file_skim(struct sx_file *f);

enum sx_file_format sx_file_format(const struct sx_file *f);
uint64_t sx_file_size(const struct sx_file *f);

/*
 * Where the time of its dumps comes from: a default name
 * ("20261122T051530.123Z..."), a track name that begins so, else the mtime; of
 * a pipe when it was opened. Microseconds since 1970, UTC.
 */
int64_t sx_file_time(const struct sx_file *f);

/*
 * The next message or run of stray bytes, in file order (.mid: in the order of
 * their times over all tracks). 1: *item is filled. 0: the end. -1: the file
 * is malformed here, e says where and how; what came before was good, and
 * nothing more comes.
 */
int sx_file_next(struct sx_file *f, struct sx_item *item, struct sx_err *e);

/* Begin again with the first one; a pipe is not read again. */
void sx_file_rewind(struct sx_file *f);

/*
 * Start a .mid over. From now on sx_file_next() gives all messages: channel,
 * common and real-time ones, too, each as it goes over a wire, of all tracks
 * together in the order of their times; of equal times in the order of the
 * tracks. The file is read as it goes. May be called again. -1 and e
 * (SX_EDATA): it is no .mid, or its tracks do not belong together (type 2).
 */
int sx_file_all(struct sx_file *f, struct sx_err *e);
/* Microseconds to the end of the longest track of a .mid; else 0. */
int64_t sx_file_length(const struct sx_file *f);
/* Microseconds for a quarter note at the beginning of a .mid; 0: it does not
 * count in notes (SMPTE), or is no .mid. */
unsigned sx_file_tempo(const struct sx_file *f);

/*
 * The n bytes of the file from off on as they stand in it, until the next call
 * on it; n > 0, off + n is not beyond its size. NULL and e: they cannot be
 * read.
 */
const uint8_t *sx_file_bytes(
    struct sx_file *f, uint64_t off, size_t n, struct sx_err *e);

/*
 * What a file without any message holds instead, for people ("hex text",
 * "nothing"); *hint gets what can be done about it, or NULL. NULL and e: it
 * cannot be read.
 */
const char *sx_file_content(
    struct sx_file *f, const char **hint, struct sx_err *e);
/* The same as an error (SX_EDATA). Always -1. */
int sx_file_nothing(struct sx_file *f, struct sx_err *e);

/*
 * How many 0A a .syx has, each of them behind a 0D that a transfer in text mode
 * has put there: its messages are damaged, though their framing is whole. 0: it
 * went through none, as far as can be seen, or a checksum proves it whole.
 * Valid at the end.
 */
size_t sx_file_text_mode(const struct sx_file *f);

/* What was odd about it (a missing end of track, an alien chunk, see also
 * sx_file_text_mode()): one sentence for people, or NULL. It cost nothing, but
 * for what sx_file_stray() and sx_file_text_mode() count. Valid at the end. */
const char *sx_file_note(const struct sx_file *f);

/* Bytes in the F0 and F7 events of a .mid that belong to no message and are in
 * no item; the note says where the first are. Of a .syx they are items: 0. */
uint64_t sx_file_stray(const struct sx_file *f);

#endif
