/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SOUND_LIST_H
#define SXLIB_SOUND_LIST_H

#include "sxlib/instrument.h"
#include "sxlib/items.h"
#include "sxlib/sounds.h"

/*
 * All sounds of a dump file, however each is stored: a place in a bank, an
 * area of a memory that is spread over messages, a message of its own, several
 * messages (a patch in blocks, a dump and its store). A sound is a message of
 * the kinds preset, sound and kit, or a part of a bank whose layout is known.
 * Damaged messages hold none.
 */

enum sx_sound_place {
	SX_SOUND_MESSAGE,    /* the messages from `first` to `last` */
	SX_SOUND_IN_BANK,    /* sound.index in the bank message `first` */
	SX_SOUND_BY_ADDRESS, /* at sound.slot of a memory whose messages, from
				`first` to `last`, hold others, too */
};

struct sx_listed {
	size_t index; /* in its file, from 1 */
	enum sx_sound_place place;
	/* Slot, name and where these stand; sound.slot is -1 if there is none
	 * (an edit buffer). sound.index is that in the bank, from 0. For
	 * SX_SOUND_MESSAGE `at` is all of its first message. */
	struct sx_sound sound;
	/* How its slots are called (count 0: by number, from 0), and which of
	 * these it is in, from 0; -1: in none. */
	struct sx_slots shown;
	long number;
	/* Of its first message: maker, device, format, unit, trust. Slot and
	 * name may be those of another one: see `sound`. */
	const struct sx_facts *facts;
	/* Items of the file, from 0, as sx_file_next() returns them (stray
	 * bytes count); stray bytes may lie between them. Of a memory, those
	 * that its bytes come from. */
	size_t first, last;
	size_t messages; /* how many it stands in */
	uint64_t bytes;	 /* of these, with whatever else they hold */
	uint64_t offset; /* of item `first` in the file */
	bool stored;	 /* the last message is a store, which has the slot */
	/* False: some of the messages that it should have are missing. Those
	 * without a name are not listed at all. */
	bool whole;
};

#define SX_LISTED_SLOT 24
/* Its slot as the display shows it, else its number, else "". Returns buf. */
char *sx_listed_slot(const struct sx_listed *s, char buf[SX_LISTED_SLOT]);
/* How its slots are called, where `shown` does not say it. */
const struct sx_slots *sx_listed_slots(const struct sx_listed *s);
/* Are both in the same slot, or would a reference to one mean the other? */
bool sx_listed_same_slot(const struct sx_listed *a, const struct sx_listed *b);

/* Its record: kind, slot and name in *facts are its own; offset, bytes and
 * messages are those of what it stands in. path is borrowed. */
struct sx_record sx_listed_record(const struct sx_listed *s, const char *path,
    int64_t time, struct sx_facts *facts);
/* What it is: that of its message, but a bank holds presets. */
enum sx_kind sx_listed_kind(const struct sx_listed *s);

/*
 * Finds sounds in the items of files, as they are read. Pure. Can be used for
 * one file after another, which costs less than a new one for each.
 */
struct sx_lister;

/* user, borrowed, are the user's own devices, or NULL. NULL and e: out of
 * memory. */
struct sx_lister *sx_lister_new(
    const struct sx_devices *user, struct sx_err *e);
void sx_lister_free(struct sx_lister *l);

/*
 * Take the next item of a file, all of them in order, whose bytes are data
 * (item->len; NULL: they are not at hand, and it is passed over as if it held
 * no sound). Both are borrowed until the next call of _add or _end. First take
 * out all sounds that are there. -1 and e: out of memory.
 */
int sx_lister_add(struct sx_lister *l, const struct sx_item *item,
    const uint8_t *data, struct sx_err *e);
/* The file ends here. The next item is the first one of another. */
void sx_lister_end(struct sx_lister *l);
/* The next sound that is complete: true. *s and its facts are valid until the
 * next call of _add or _end. */
bool sx_lister_next(struct sx_lister *l, struct sx_listed *s);

/* A file in memory with all its sounds. */
struct sx_sound_list {
	struct sx_items items;
	struct sx_listed *sounds; /* facts point into items */
	size_t n;
};

/* Read a file, as sx_items_load(). -1 and e. Free it whatever this returns. A
 * file without sounds is no error. */
int sx_sound_list_load(struct sx_sound_list *l, const char *path,
    const struct sx_devices *user, struct sx_err *e);
void sx_sound_list_free(struct sx_sound_list *l);

/* Why there is no sound in it (SX_EDATA): no sound at all, or a bank whose
 * layout is not known. Always -1. */
int sx_sound_list_nothing(const struct sx_sound_list *l, struct sx_err *e);

#endif
