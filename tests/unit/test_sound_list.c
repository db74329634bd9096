/* SPDX-License-Identifier: ISC */
/* The sounds of a file, in all forms that instruments send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dumps.h"
#include "hex.h"
#include "scratch.h"
#include "sxlib/config.h"
#include "sxlib/sound_list.h"

#define DUMPS	 "../shared/data/syx/"
#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* Bank, single, dump and store, blocks at addresses, parts, memory. */
static const char page[] =
    "[It]\nmask = F0 7D 10\n"
    "[:bank]\nmatch = @3 01\nsounds = 3 of 4 from 4\nsound-name = 0 2\n"
    "sound-shown = A1-A3\n"
    "[:preset]\nmatch = @3 02\nslot = 4\nshown = 1-9\nname = 5 2\n"
    "[:tone]\nmatch = @3 03\nkind = preset\nname = 4 2\n"
    "stored-by = store\n"
    "[:store]\nmatch = @3 04\nkind = preset\nslot = 4\nshown = B1-C4\n"
    "[:patch]\nmatch = @3 12\nkind = preset\nname = 6 2 if 5 00\n"
    "shown = 1-4\n"
    "ask = roland F0 7D 10 11 at 00 00 step 01 00 size 00 06\n"
    "[:first]\nmatch = @3 06 41\nkind = preset\nparts = 3\n"
    "[:rest]\nmatch = @3 06\nkind = preset\nname = 5 2\n"
    "[:memory]\nmatch = @3 07\nkind = preset\n"
    "memory = 4 of 4 at 08 00 place 4 2\nsound-name = 0 2\n"
    "sound-shown = 1-4\n"
    "[:song]\nmatch = @3 08\n"
    "[:kit]\nmatch = @3 09\nname = 4 2\n"
    "[:unknown-bank]\nmatch = @3 0A\nkind = bank\n"
    "[:head]\nmatch = @3 0B\nkind = preset\nslot = 4\nshown = 1-9\n"
    "parts = 3\n";

/* Messages, separated by '|'; "!" before one: its end is missing; "~": stray
 * bytes. The sounds: index slot "name" place first-last*messages, each followed
 * by '|'; "+" for a store, "?" if it is not whole. */
static const struct {
	const char *messages, *sounds;
} forms[] = {
	/* A place in a bank. */
	{ "F0 7D 10 01 41 42 00 00 43 44 00 00 45 46 00 00 F7",
	    "1 A1 AB b0-0*1|2 A2 CD b0-0*1|3 A3 EF b0-0*1|" },
	{ "F0 7D 10 01 41 42 00 00 43 44 00 F7", "1 A1 AB b0-0*1|" },
	{ "! F0 7D 10 01 41 42 00 00 43 44 00 00", "" },
	/* A separate message; numbers continue from bank to bank. */
	{ "F0 7D 10 02 07 41 42 F7 | F0 7D 10 02 08 43 44 F7",
	    "1 8 AB m0-0*1|2 9 CD m1-1*1|" },
	{ "F0 7D 10 01 41 42 00 00 F7 | F0 7D 10 02 00 43 44 F7 | "
	  "F0 7D 10 01 45 46 00 00 F7",
	    "1 A1 AB b0-0*1|2 1 CD m1-1*1|3 A1 EF b2-2*1|" },
	{ "F0 7D 10 09 41 42 F7", "1 - AB m0-0*1|" },
	/* In a slot that the display does not have: named by its number. */
	{ "F0 7D 10 02 20 41 42 F7 | F0 7D 10 03 43 44 F7 | F0 7D 10 04 08 F7",
	    "1 32 AB m0-0*1|2 8 CD m1-2*2+|" },
	/* Songs are not sounds, nor is an unknown bank. */
	{ "F0 7D 10 08 41 42 F7 | F0 7D 10 0A 01 F7 | F0 7D 10 02 00 43 44 F7",
	    "1 1 CD m2-2*1|" },
	{ "~ 00 00 | F0 7D 10 02 00 43 44 F7", "1 1 CD m1-1*1|" },
	/* A dump and its store; without a store it has no slot. */
	{ "F0 7D 10 03 41 42 F7 | F0 7D 10 04 00 F7 | F0 7D 10 03 43 44 F7 | "
	  "F0 7D 10 04 05 F7",
	    "1 B1 AB m0-1*2+|2 C2 CD m2-3*2+|" },
	{ "F0 7D 10 03 41 42 F7 | F0 7D 10 03 43 44 F7 | F0 7D 10 04 05 F7",
	    "1 - AB m0-0*1|2 C2 CD m1-2*2+|" },
	{ "F0 7D 10 03 41 42 F7 | ~ 00 | F0 7D 10 04 05 F7",
	    "1 C2 AB m0-2*2+|" },
	{ "F0 7D 10 03 41 42 F7 | ! F0 7D 10 04 05", "1 - AB m0-0*1|" },
	{ "F0 7D 10 04 05 F7", "" },
	{ "F0 7D 10 03 41 42 F7", "1 - AB m0-0*1|" },
	/* A range of addresses in several messages. */
	{ "F0 7D 10 12 00 00 41 42 43 00 F7 | F0 7D 10 12 00 03 44 45 46 00 F7 "
	  "| F0 7D 10 12 02 00 47 48 49 4A 4B 4C 00 F7",
	    "1 1 AB m0-1*2|2 3 GH m2-2*1|" },
	/* The rest is missing; a sound without a name is not listed. */
	{ "F0 7D 10 12 00 00 41 42 43 00 F7 | F0 7D 10 12 01 03 44 45 46 00 F7 "
	  "| F0 7D 10 02 00 43 44 F7",
	    "1 1 AB m0-0*1?|2 1 CD m2-2*1|" },
	/* A fixed number of parts. */
	{ "F0 7D 10 06 41 00 F7 | F0 7D 10 06 42 43 44 F7 | "
	  "F0 7D 10 06 42 45 46 F7 | F0 7D 10 06 42 47 48 F7",
	    "1 - CD m0-2*3|2 - GH m3-3*1|" },
	{ "F0 7D 10 06 41 00 F7 | F0 7D 10 06 42 43 44 F7 | "
	  "F0 7D 10 06 41 00 F7",
	    "1 - CD m0-1*2?|" },
	/* The first part has the slot, and others have the same one, or none.
	 */
	{ "F0 7D 10 0B 02 F7 | F0 7D 10 06 42 43 44 F7 | "
	  "F0 7D 10 02 02 45 46 F7",
	    "1 3 CD m0-2*3|" },
	{ "F0 7D 10 0B 02 F7 | F0 7D 10 06 42 43 44 F7 | "
	  "F0 7D 10 02 03 45 46 F7",
	    "1 3 CD m0-1*2?|2 4 EF m2-2*1|" },
	/* Spread over messages that also hold other sounds. */
	{ "F0 7D 10 07 08 00 41 42 43 44 45 46 00 F7 | "
	  "F0 7D 10 07 08 06 00 00 47 48 00 F7 | "
	  "F0 7D 10 07 08 0A 00 00 00 F7",
	    "1 1 AB a0-0*1|2 2 EF a0-1*2|3 3 GH a1-2*2|" },
};

/* Check that the name of a slot refers to this slot. */
static void
check_slot(const struct sx_listed *s, const char *slot)
{
	long from = -1, to = -1;

	if (*slot == '\0')
		return;
	assert_int_equal(
	    sx_slots_range(sx_listed_slots(s), &slot, &from, &to), 0);
	assert_string_equal(slot, "");
	assert_int_equal(from, s->number);
	assert_int_equal(to, s->number);
}

/* Append the sounds found to text. */
static void
tell(struct sx_lister *l, char *text, size_t size)
{
	static const char places[] = { [SX_SOUND_MESSAGE] = 'm',
		[SX_SOUND_IN_BANK] = 'b',
		[SX_SOUND_BY_ADDRESS] = 'a' };
	char slot[SX_LISTED_SLOT];
	struct sx_listed s;
	size_t used;

	while (sx_lister_next(l, &s)) {
		used = strlen(text);
		check_slot(&s, sx_listed_slot(&s, slot));
		snprintf(text + used, size - used,
		    "%zu %s %s %c%zu-%zu*%zu%s%s|", s.index,
		    slot[0] != '\0' ? slot : "-", s.sound.name, places[s.place],
		    s.first, s.last, s.messages, s.stored ? "+" : "",
		    s.whole ? "" : "?");
		assert_string_equal(s.facts->device, "It");
		assert_int_equal(s.offset, 100 * s.first);
	}
}

static void
feed(struct sx_lister *l, const struct sx_devices *own, const char *messages,
    char *text, size_t size)
{
	struct sx_err e = { 0 };
	char one[256];
	uint8_t data[256];
	size_t len;

	for (uint64_t at = 0; *messages != '\0'; at += 100) {
		struct sx_item item = { .offset = at };

		len = strcspn(messages, "|");
		snprintf(one, sizeof(one), "%.*s", (int)len, messages);
		messages += len + (messages[len] == '|');
		item.stray = strchr(one, '~') != NULL;
		if (strchr(one, '!') != NULL)
			item.damage.kind = SX_DAMAGE_INPUT;
		item.len = bytes_of(one + strspn(one, " ~!"), data);
		item.data = data;
		if (!item.stray)
			sx_device_decode(own, data, item.len, &item.facts);
		assert_int_equal(sx_lister_add(l, &item, data, &e), 0);
		tell(l, text, size);
	}
	sx_lister_end(l);
	tell(l, text, size);
}

static struct sx_devices *
make_devices(void)
{
	struct sx_err e = { 0 };
	struct sx_devices *own = sx_devices_new(&e);
	struct sx_config *f =
	    sx_config_memory("it", page, sizeof(page) - 1, &e);

	assert_non_null(own);
	assert_non_null(f);
	if (sx_config_device(f, own, &e) != 1)
		fail_msg("%s", e.msg);
	sx_config_close(f);
	return own;
}

/* One lister for all forms, as for consecutive files. */
static void
each_form(void **state)
{
	struct sx_devices *own = make_devices();
	struct sx_lister *l = sx_lister_new(own, NULL);
	char text[512];

	(void)state;
	assert_non_null(l);
	for (size_t i = 0; i < ARRAY(forms); i++) {
		text[0] = '\0';
		feed(l, own, forms[i].messages, text, sizeof(text));
		if (strcmp(text, forms[i].sounds) != 0)
			fail_msg("row %zu: %s", i, text);
	}
	sx_lister_free(l);
	sx_devices_free(own);
}

/* A message whose bytes are not available ends an open sound. */
static void
bytes_that_are_not_at_hand(void **state)
{
	struct sx_lister *l = sx_lister_new(NULL, NULL);
	struct sx_item item = { .len = 1 << 20 };
	struct sx_listed s;

	(void)state;
	assert_int_equal(sx_lister_add(l, &item, NULL, NULL), 0);
	assert_false(sx_lister_next(l, &s));
	sx_lister_end(l);
	assert_false(sx_lister_next(l, &s));
	sx_lister_free(l);
}

/* ---- Real dumps ---- */

static const struct {
	const char *file;
	size_t n, i; /* the number of sounds, and one of them, from 1: */
	const char *slot, *name;
	size_t messages;
} dumps[] = {
	{ "yamaha-dx7-rom2b.syx", 32, 12, "12", "SYNORGAN 2", 1 },
	{ "korg-m1-programs.syx", 100, 1, "00", "Universe", 1 },
	{ "korg-m1-factory.mid", 200, 1, "00", "One World", 1 },
	{ "korg-m1-factory.mid", 200, 101, "00", "CosmicRain", 1 },
	{ "korg-ms2000-programs.syx", 128, 2, "1", "Pulsator", 1 },
	{ "moog-voyager-bankA.syx", 128, 1, "001", "Tasty Moog  Bass", 1 },
	{ "waldorf-microwave1-cards.syx", 130, 98, "B01", "808 Congas    CB",
	    1 },
	{ "waldorf-microwave1-cards.syx", 130, 1, "A01", "808 Set 1     CB",
	    1 },
	{ "waldorf-microwave1-cards.syx", 130, 65, "", "Multi Init", 1 },
	{ "kawai-k1-bank+singles.syx", 66, 35, "E1", "Airy", 1 },
	{ "kawai-k5000-bankA.syx", 98, 98, "A098", NULL, 1 },
	{ "roland-d50-bank.syx", 64, 64, "88", NULL, 2 },
	{ "roland-d50-editbuffer.syx", 1, 1, "", "Vibraphone", 7 },
	{ "roland-u220-factory.syx", 65, 65, "", "Future Pad", 2 },
	{ "roland-u220-factory.syx", 65, 64, "88", "Catastrophe", 2 },
	{ "roland-jv1080-patches.syx", 46, 46, "046", NULL, 5 },
	{ "roland-jdxi-tone.syx", 1, 1, "", "Atmo Pad", 5 },
	{ "roland-jx8p-bank.syx", 32, 2, "1", " PIANO 2", 2 },
	{ "roland-mks70-bank.syx", 114, 1, "A1", "  HEAVEN BRASS", 1 },
	{ "korg-dw8000-bank.syx", 64, 64, "88", "", 2 },
	{ "yamaha-fs1r-bank.syx", 129, 1, "", "Zap !", 5 },
	{ "sequential-prophet6-programs.syx", 500, 500, "499", NULL, 1 },
	{ "elektron-monomachine-kit+pattern.syx", 1, 1, "6", "TECHNOT6", 1 },
};

static void
real_dumps(void **state)
{
	struct sx_sound_list l;
	char path[128], slot[SX_LISTED_SLOT];
	struct sx_err e = { 0 };

	(void)state;
	need_dumps(DUMPS);
	for (size_t i = 0; i < ARRAY(dumps); i++) {
		const struct sx_listed *s;

		snprintf(path, sizeof(path), DUMPS "%s", dumps[i].file);
		if (sx_sound_list_load(&l, path, NULL, &e) == -1)
			fail_msg("%s", e.msg);
		if (l.n != dumps[i].n)
			fail_msg("%s: %zu", path, l.n);
		s = &l.sounds[dumps[i].i - 1];
		assert_int_equal(s->index, dumps[i].i);
		assert_int_equal(s->messages, dumps[i].messages);
		assert_string_equal(sx_listed_slot(s, slot), dumps[i].slot);
		if (dumps[i].name != NULL)
			assert_string_equal(s->sound.name, dumps[i].name);
		assert_true(s->whole);
		assert_ptr_equal(s->facts, &l.items.items[s->first].facts);
		assert_int_equal(s->offset, l.items.items[s->first].offset);
		sx_sound_list_free(&l);
	}
}

/* ---- Files without sounds ---- */

static const struct {
	const char *hex, *why;
} nothings[] = {
	{ "F0 7D 10 08 41 F7", "f.syx contains no sound: found a song (It)" },
	{ "F0 7D 10 08 41 F7 F0 7D 10 0A 01 F7",
	    "f.syx contains a bank (It) with an unknown layout" },
	{ "F0 7D 11 F7", "f.syx contains no recognised sound" },
};

static void
files_without_sounds(void **state)
{
	struct sx_devices *own = make_devices();
	struct sx_sound_list l;
	uint8_t data[64];

	(void)state;
	for (size_t i = 0; i < ARRAY(nothings); i++) {
		struct sx_err e = { 0 };

		scratch_write("f.syx", data, bytes_of(nothings[i].hex, data));
		assert_int_equal(sx_sound_list_load(&l, "f.syx", own, &e), 0);
		assert_int_equal(l.n, 0);
		assert_int_equal(sx_sound_list_nothing(&l, &e), -1);
		assert_int_equal(e.code, SX_EDATA);
		assert_string_equal(e.msg, nothings[i].why);
		sx_sound_list_free(&l);
		remove("f.syx");
	}
	sx_devices_free(own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form),
		cmocka_unit_test(bytes_that_are_not_at_hand),
		cmocka_unit_test(real_dumps),
		cmocka_unit_test_setup_teardown(
		    files_without_sounds, scratch_enter, scratch_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
