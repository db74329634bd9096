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
 * Reads SysEx files: .syx (raw bytes) and .mid (Standard MIDI File). The format
 * is detected from the content ("MThd" in the first 64 KiB, or "RIFF....RMID"),
 * not from the name, with two exceptions: a .damaged.syx is always raw bytes,
 * and a file named as a MIDI file is malformed if it is not one and does not
 * begin with F0. Every length in a file is checked. A large file is read
 * through a window no wider than its longest message. A message longer than
 * SX_ITEM_MOST is an error (SX_EDATA), unless it can be skimmed.
 */
#define SX_ITEM_MOST ((size_t)256 << 20)

enum sx_file_format { SX_FILE_SYX, SX_FILE_MID };

/* One message of a file, or bytes outside messages. */
struct sx_item {
	/* From F0; in a .mid with packets merged and the F0 added. Borrowed
	 * from the file until the next call on it. */
	const uint8_t *data; /* NULL: skimmed, see sx_file_skim(), or more than
				1 MiB of stray bytes; read it with
				sx_file_bytes() */
	size_t len;
	uint64_t offset;	/* in the file, of the first byte or of the MIDI
				   event */
	enum sx_span_kind kind; /* SYSEX, or any after sx_file_all() */
	bool stray; /* bytes outside messages (padding, headers); only in a
		       .syx. damage and facts are not set */
	enum sx_stray what; /* kind of stray bytes; WRAPPING and padding can be
			       left out without loss */
	bool padding; /* only fills the end of the file, after a message; never
			 set for hex text */
	struct sx_damage damage; /* NONE, STATUS, NEW_F0 or INPUT; in a take
				    written by sxlib, whatever its text says */
	size_t realtime;	 /* F8..FF inside, removed from data */
	/* Microseconds from the start: .mid by its tempo map; hex text as it
	 * says; .syx 0. */
	int64_t at;
	struct sx_facts facts;
};

struct sx_file;

/*
 * Open and check a file; "-" is standard input, read to its end. user: the
 * user's devices, borrowed, or NULL. Blocks; on a pipe only until SIGINT,
 * SIGTERM or SIGHUP is pending, if the caller has blocked it (EINTR). A pipe is
 * held in memory, at most 1 GiB and half of the free memory. Returns NULL and
 * sets e if the file cannot be read, is not what its name or header says, or is
 * of a known format without SysEx (SX_EDATA: an archive, a web page). Close
 * with sx_file_close().
 */
struct sx_file *sx_file_open(
    const char *path, const struct sx_devices *user, struct sx_err *e);
/* The same for one of many files, one at a time: the instrument data that is
 * read is kept in *kept for the next one. *kept is NULL at first; free it with
 * sx_decoder_free() after the last file is closed. */
struct sx_file *sx_file_open_next(const char *path,
    const struct sx_devices *user, struct sx_decoder **kept, struct sx_err *e);
void sx_file_close(struct sx_file *f);

/*
 * The same for hex text, read as the .syx it spells out: bytes such as F0,
 * 0xF0, $F0 or F0h, or several run together, separated by blanks, line ends or
 * commas. '#' starts a comment that extends to the end of the line; "# at
 * SECONDS" is the time of what follows. Offsets and size count the bytes, not
 * the text.
 */
struct sx_file *sx_file_open_hex(
    const char *path, const struct sx_devices *user, struct sx_err *e);
/* The same for text in memory; name is used in errors. */
struct sx_file *sx_file_hex_text(const char *name, const char *text,
    const struct sx_devices *user, struct sx_err *e);
/* A .syx in memory; data is borrowed until it is closed. time: returned by
 * sx_file_time(). */
struct sx_file *sx_file_of_bytes(const uint8_t *data, size_t n, int64_t time,
    const struct sx_devices *user, struct sx_err *e);
/* Does the name end as that of hex text, .hex or .txt? */
bool sx_is_hex_name(const char *path);
/* sx_file_open_hex() for such a name, sx_file_open() for any other. */
struct sx_file *sx_file_open_any(
    const char *path, const struct sx_devices *user, struct sx_err *e);

/*
 * Read facts only: from now on a long message of a .syx (more than 1 MiB) is
 * not loaded if the rest of it would not add to what its first bytes tell; its
 * item has no data.
 */
void sx_file_skim(struct sx_file *f);

enum sx_file_format sx_file_format(const struct sx_file *f);
uint64_t sx_file_size(const struct sx_file *f);

/*
 * The time of its dumps in microseconds since 1970, UTC: from a default file
 * name ("20261122T051530.123Z..."), a track name that begins so, else the
 * mtime; of a pipe, when it was opened.
 */
int64_t sx_file_time(const struct sx_file *f);

/*
 * Read the next message or run of stray bytes, in file order (.mid: by time
 * over all tracks). Returns 1 and fills *item; 0 at the end; -1 and sets e if
 * the file is malformed here (SX_EDATA; e says where and how) or cannot be
 * read. Earlier items are valid; there are no further ones.
 */
int sx_file_next(struct sx_file *f, struct sx_item *item, struct sx_err *e);

/* Start again at the first item; a pipe is not read again. */
void sx_file_rewind(struct sx_file *f);

/*
 * Restart a .mid and from now on return all messages, channel, common and
 * real-time ones too, each as sent on a wire. They are sorted by time over all
 * tracks, equal times by track. The file is read incrementally. May be called
 * again. Returns 0, or -1 and sets e (SX_EDATA) if it is not a .mid or its
 * tracks are independent (type 2).
 */
int sx_file_all(struct sx_file *f, struct sx_err *e);
/* Length of the longest track of a .mid in microseconds; else 0. */
int64_t sx_file_length(const struct sx_file *f);
/* Microseconds per quarter note at the start of a .mid; 0: timed in frames
 * (SMPTE), or not a .mid. */
unsigned sx_file_tempo(const struct sx_file *f);

/*
 * The n bytes of the file from off on, exactly as stored; valid until the next
 * call on it. n > 0, and off + n must not exceed the size. Returns NULL and
 * sets e if they cannot be read.
 */
const uint8_t *sx_file_bytes(
    struct sx_file *f, uint64_t off, size_t n, struct sx_err *e);

/*
 * What a file without messages contains instead, for people ("hex text",
 * "nothing"). *hint is set to what can be done about it, or NULL. Returns NULL
 * and sets e if it cannot be read.
 */
const char *sx_file_content(
    struct sx_file *f, const char **hint, struct sx_err *e);
/* Sets e to the same as an error (SX_EDATA). Always returns -1. */
int sx_file_nothing(struct sx_file *f, struct sx_err *e);

/*
 * Number of 0A bytes in a .syx if each of them follows a 0D inserted by a text
 * mode transfer: its messages are damaged though their framing is intact. 0: no
 * sign of that, or a checksum proves the file intact. Valid at the end.
 */
size_t sx_file_text_mode(const struct sx_file *f);

/* What was odd about the file (a missing end of track, an unknown chunk, see
 * also sx_file_text_mode()): one sentence for people, or NULL. Nothing was
 * lost, except what sx_file_stray() and sx_file_text_mode() count. Valid at the
 * end. */
const char *sx_file_note(const struct sx_file *f);

/* Bytes in F0 and F7 events of a .mid that belong to no message and are not in
 * any item; the note says where the first ones are. 0 for a .syx, where they
 * are items. */
uint64_t sx_file_stray(const struct sx_file *f);

#endif
