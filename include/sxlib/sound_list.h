/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SOUND_LIST_H
#define SXLIB_SOUND_LIST_H

#include "sxlib/instrument.h"
#include "sxlib/items.h"
#include "sxlib/sounds.h"

/*
 * All sounds in a dump file, regardless of storage: a place in a bank, an area
 * of a memory spread over several messages, a separate message, or several
 * messages (a patch in blocks, a dump followed by a store). A sound is a
 * message of kind preset, sound or kit, or an entry of a bank whose layout is
 * known. Damaged messages contain no sounds.
 */

enum sx_sound_place {
	SX_SOUND_MESSAGE,    /* messages `first` to `last` */
	SX_SOUND_IN_BANK,    /* sound.index in the bank message `first` */
	SX_SOUND_BY_ADDRESS, /* at sound.slot of a memory; its messages, `first`
				to `last`, hold other sounds, too */
};

struct sx_listed {
	size_t index; /* in its file, from 1 */
	enum sx_sound_place place;
	/* Slot, name and their positions; sound.slot is -1 if it has no slot
	 * (an edit buffer). sound.index is the index in the bank, from 0. For
	 * SX_SOUND_MESSAGE, `at` spans the whole first message. */
	struct sx_sound sound;
	/* How its slots are named (count 0: by number, from 0), and the slot's
	 * index among these names, from 0; -1: not among them. */
	struct sx_slots shown;
	long number;
	/* Maker, device, format, unit and trust of its first message. Slot and
	 * name may come from another message: see `sound`. */
	const struct sx_facts *facts;
	/* Items of the file, from 0, in the order of sx_file_next(), which
	 * counts stray bytes as items; such items may lie between them. For a
	 * memory, the items that contain its bytes. */
	size_t first, last;
	size_t messages; /* number of messages it is stored in */
	uint64_t bytes;	 /* of these messages, including any other contents */
	uint64_t offset; /* of item `first` in the file */
	bool stored;	 /* the last message is a store command, which has the
			    slot */
	/* False if some of its messages are missing. An incomplete sound
	 * without a name is not listed at all. */
	bool whole;
};

#define SX_LISTED_SLOT 24
/* The slot as the display shows it, or its number, or "". Returns buf. */
char *sx_listed_slot(const struct sx_listed *s, char buf[SX_LISTED_SLOT]);
/* How its slots are named, even where `shown` is empty. */
const struct sx_slots *sx_listed_slots(const struct sx_listed *s);
/* True if both are in the same slot, or a reference to one would match the
 * other. */
bool sx_listed_same_slot(const struct sx_listed *a, const struct sx_listed *b);

/* Make a record for it: kind, slot and name in *facts are those of the sound;
 * offset, bytes and messages are those of the messages it is stored in. path is
 * borrowed. */
struct sx_record sx_listed_record(const struct sx_listed *s, const char *path,
    int64_t time, struct sx_facts *facts);
/* The kind of its message; a sound in a bank is a preset. */
enum sx_kind sx_listed_kind(const struct sx_listed *s);

/*
 * Finds sounds in the items of a file as they are read. Pure. Reusable for
 * several files, which is cheaper than a new one for each.
 */
struct sx_lister;

/* user: the user's devices, borrowed, or NULL. Returns NULL and sets e if
 * memory runs out. */
struct sx_lister *sx_lister_new(
    const struct sx_devices *user, struct sx_err *e);
void sx_lister_free(struct sx_lister *l);

/*
 * Add the next item of a file; pass all items, in order. data are its item->len
 * bytes; NULL: not available, and the item is treated as one without sounds.
 * Both are borrowed until the next call of _add or _end. First fetch all sounds
 * that are ready. Returns -1 and sets e if memory runs out.
 */
int sx_lister_add(struct sx_lister *l, const struct sx_item *item,
    const uint8_t *data, struct sx_err *e);
/* End of the file. The next item starts another file. */
void sx_lister_end(struct sx_lister *l);
/* Fetch the next complete sound; false if there is none. *s and its facts are
 * valid until the next call of _add or _end. */
bool sx_lister_next(struct sx_lister *l, struct sx_listed *s);

/* A file in memory and all its sounds. */
struct sx_sound_list {
	struct sx_items items;
	struct sx_listed *sounds; /* facts point into items */
	size_t n;
};

/* Read a file, as sx_items_load(). Returns -1 and sets e on failure; call
 * sx_sound_list_free() in both cases. A file without sounds is not an error. */
int sx_sound_list_load(struct sx_sound_list *l, const char *path,
    const struct sx_devices *user, struct sx_err *e);
void sx_sound_list_free(struct sx_sound_list *l);

/* Set e (SX_EDATA) to the reason why the list is empty: no sounds, or a bank
 * whose layout is not known. Always returns -1. */
int sx_sound_list_nothing(const struct sx_sound_list *l, struct sx_err *e);

#endif
