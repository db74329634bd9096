/* SPDX-License-Identifier: ISC */
/*
 * A page made from the input, and a message for it: all its beginnings are
 * decoded, and its sounds, the requests for its slots, and the message moved to
 * another slot and unit are checked. Input: bytes that select keys and numbers,
 * up to an FF, then the message.
 */
#include "../../src/sysex/devices.h"
#include "../../src/sysex/layout.h"
#include "facts_must.h"
#include "sxlib/config.h"
#include "sxlib/identity.h"
#include "sxlib/slot.h"
#include "sxlib/sounds.h"
#include "sxlib/steps.h"

#define LONGEST 600
#define SLOTS	40 /* slots tried per request */

/* ---- The page ---- */

/* In these, # is a number, @ an offset, ~ a range, $ a byte, and | separates
 * words of which one is used. */
static const char *const head_lines[] = {
	"unit = @ bits 0F|7F|03 #-# is $ usually # any $",
	"unit = 2 bits 0F 1-16 usually 1",
	"unit = 2 0-126 any 7F",
	"delay = #",
	"rate = #",
	"call = product %# of %#",
	"identity = $ $ as It version text|1.23|korg",
	"checksum = sum7|xor7|neg7 ~",
	"alias = it, other",
};

static const char *const lines[] = {
	"match = @# $",
	"match = @3 01",
	"size = #-#",
	"size = #-",
	"keep = yes|no",
	"whole = yes|no",
	"waits = yes|no",
	"steps = # of 8|16|32|64 at # length #",
	"steps = 2 of 8|16|32 at 5 then # length 4",
	"slot = @",
	"slot = @ @",
	"slot = @ @ x# from # below #",
	"slot = @ bits $",
	"slot = none",
	"slot = data #",
	"slot = data # # x# from #",
	"slot = text @",
	"shown = 0-#",
	"shown = 1-#",
	"shown = A01-D#",
	"shown = 11-88 by 8",
	"shown = A1-H8",
	"data = 8in7|8in7-low|7of8|nibbles|nibbles-high|pairs|stream|plain ~",
	"data = 8in7|8in7-low|7of8|nibbles|nibbles-high|pairs|stream ~ rle",
	"body = ~",
	"name = @ #",
	"name = @ -1",
	"name = @ # every # chars six|seven|d50|digits",
	"name = @ # chars words|json",
	"name = @ -1 chars json",
	"name = data # # chars words|nibbles",
	"name = data # #",
	"name = data # # every # if # $ $",
	"name = @ # not $ if @ $",
	"name-2 = data # #",
	"checksum = sum7|neg7|sum14|xor7|nibbles7|unknown ~",
	"checksum = sum7|neg7|sum14|xor7|nibbles7|unknown ~ +$ or $ longer #",
	"checksum-2 = sum7|neg7|sum14|xor7|nibbles7 ~ longer #",
	"count = @ 1|2 of ~",
	"count = @ 1|2 of ~ less #",
	"sounds = # of # from #",
	"sounds = # of # from data #",
	"sounds = # of # from # first #",
	"sounds = # of # from # skip # every #",
	"sounds = # of # from data # first none",
	"sounds = # of k5000 from #",
	"memory = # of # at $ $ place # 2",
	"memory = # of # at $ $ $ place # 3 trim # used #",
	"sound-name = # #",
	"sound-name = data # # chars six|d50",
	"sound-shown = A1-H#",
	"parts = #",
	"ask = F0 7D nn $ F7",
	"ask = F0 7D $ ss F7",
	"ask = F0 7D 0n ss ss F7",
	"ask = F0 7D 03 ss ss $ F7",
	"ask = roland F0 7D nn $ at $ $ step $ $ size $ $ data # to #",
	"ask = roland F0 7D 01 at $ $ $ size $ $ $ last $ $ $",
	"before = B0 00 bb C0 ss",
	"before = C$ ss",
	"most = #",
	"backup = no",
};

struct text {
	char buf[4096];
	size_t n;
};

static void
put(struct text *t, const char *word, size_t n)
{
	if (t->n + n < sizeof(t->buf)) {
		memcpy(t->buf + t->n, word, n);
		t->n += n;
	}
}

static void
put_number(struct text *t, const char *form, int n)
{
	char word[16];

	put(t, word, (size_t)snprintf(word, sizeof(word), form, n));
}

/* Only a few offsets are large. */
static int
offset(uint8_t b)
{
	if (b >= 0xf0)
		return (b - 0xf0) * 97;
	return b < 0x40 ? -1 - b % 8 : b % 24;
}

/* Put one of the words separated by '|'. */
static const char *
put_choice(struct text *t, const char *words, uint8_t which)
{
	size_t all = strcspn(words, " \n"), n = 1;
	const char *end = words + all;

	for (size_t i = 0; i < all; i++)
		n += words[i] == '|';
	for (which = (uint8_t)(which % n); which > 0; which--)
		words = strchr(words, '|') + 1;
	put(t, words, strcspn(words, "| \n"));
	return end;
}

static void
put_line(struct text *t, const char *line, const uint8_t **in, size_t *n)
{
	while (*line != '\0') {
		const char *bar = strchr(line, '|');

		if (bar != NULL && strcspn(line, " ") > (size_t)(bar - line)) {
			line = put_choice(t, line, fuzz_byte(in, n));
			continue;
		}
		if (*line == '#') {
			put_number(t, "%d", fuzz_byte(in, n));
		} else if (*line == '@' && line[1] != '#') {
			put_number(t, "%d", offset(fuzz_byte(in, n)));
		} else if (*line == '$') {
			put_number(t, "%02X", fuzz_byte(in, n) & 0x7f);
		} else if (*line == '~') {
			put_number(t, "%d..", offset(fuzz_byte(in, n)));
			put_number(t, "%d", offset(fuzz_byte(in, n)));
		} else {
			put(t, line, 1);
		}
		line++;
	}
	put(t, "\n", 1);
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Put keys of one section, none twice. */
static void
put_keys(struct text *t, const char *const *all, size_t most,
    const uint8_t **in, size_t *n)
{
	bool seen[COUNT(lines)] = { false };

	for (uint8_t b = fuzz_byte(in, n); b < 0xf0 && *n > 0;
	     b = fuzz_byte(in, n)) {
		size_t i = b % most;
		size_t key = i;

		/* The first line with the same key stands for all of them. */
		while (key > 0 &&
		       strncmp(all[key - 1], all[i], strcspn(all[i], "=")) == 0)
			key--;
		if (seen[key])
			continue;
		seen[key] = true;
		put_line(t, all[i], in, n);
	}
}

static struct sx_devices *
make_page(const uint8_t **in, size_t *n)
{
	struct sx_devices *d = sx_devices_new(NULL);
	struct text t = { .n = 0 };
	struct sx_err e = { 0 };
	struct sx_config *f;
	int rc;

	put_line(&t, "[It]", in, n);
	put_line(&t, "mask = F0 7D", in, n);
	put_keys(&t, head_lines, COUNT(head_lines), in, n);
	for (size_t i = 0; i < 3; i++) {
		static const char *const whats[] = { "[:preset]", "[:bank]",
			"[:kit]" };

		put_line(&t, whats[i], in, n);
		put_keys(&t, lines, COUNT(lines), in, n);
	}
	f = sx_config_memory("page", t.buf, t.n, &e);
	MUST(d != NULL && f != NULL);
	rc = sx_config_device(f, d, &e);
	if (rc == -1)
		MUST(e.code == SX_EDATA && strncmp(e.msg, "page:", 5) == 0);
	sx_config_close(f);
	return d;
}

/* ---- Decoding a message ---- */

static void
check_sounds(const struct sx_facts *f, const uint8_t *msg, size_t n)
{
	struct sx_memory *m = sx_memory_new(NULL);
	struct sx_steps steps;
	struct sx_sound s;
	struct sx_bank b;
	size_t count = sx_bank_open(&b, f, msg, n);

	if (sx_steps_read(&steps, f, msg, n))
		MUST(steps.tracks > 0 && steps.tracks <= SX_STEPS_TRACKS &&
		     steps.length > 0 && steps.length <= SX_STEPS_MOST);
	for (size_t i = 0; i < count; i++) {
		sx_bank_sound(f, msg, n, i, &s);
		text(s.name, sizeof(s.name));
		text(s.slot_text, sizeof(s.slot_text));
		region(s.at, n);
		region(s.name_at, n);
		MUST(s.index == i);
		/* Unknown only if the message does not contain the slot. */
		if (s.slot < 0)
			MUST(s.slot == -1 && s.slot_text[0] == '\0' &&
			     b.kind.sounds.first_at != 0);
		else
			MUST((size_t)s.slot >= i);
	}
	MUST(m != NULL);
	if (sx_memory_add(m, f, msg, n, 0, NULL) == 1)
		while (sx_memory_next(m, &s))
			text(s.name, sizeof(s.name));
	sx_memory_free(m);
}

static void
check_request(
    const struct sx_request_row *row, long slot, const uint8_t *msg, size_t n)
{
	uint8_t wire[SX_REQUEST_WIRE], *copy;
	struct sx_request q;
	struct sx_received got = { 0 };
	size_t len;
	long held;

	sx_request_make(row, slot, -1, &q);
	MUST(q.len >= 4 && q.len <= sizeof(q.msg) && q.msg[0] == 0xf0);
	for (size_t i = 1; i + 1 < q.len; i++)
		MUST(q.msg[i] < 0x80);
	MUST(q.msg[q.len - 1] == 0xf7);
	len = sx_request_wire(&q, wire);
	for (size_t i = 1; i < len - q.len; i++)
		MUST(wire[i] < 0xf0);
	copy = fuzz_copy(msg, n);
	(void)sx_request_judge(&q, copy, n, &got, &held);
	MUST(held >= -1 && held < SX_SLOTS_MOST);
	/* The message, moved to this slot, must answer it. */
	held = sx_request_slot_of(row, copy, n);
	MUST(held >= -1 && (row->slots.count == 0 || held < row->slots.count));
	if (held != -1 && slot >= 0 && row->ask.range.span == 0 &&
	    row->ask.found.low != 0) {
		sx_slot_put(&row->ask.found, copy, n, slot);
		if (sx_mask_fits(&row->ask.answer, copy, n))
			MUST(sx_request_slot_of(row, copy, n) == slot);
	}
	free(copy);
}

static void
check_requests(const struct sx_devices *user, const uint8_t *msg, size_t n)
{
	struct sx_instrument in;
	struct sx_request_row row;

	MUST(sx_instrument(user, 0, &in));
	for (size_t i = 0; i < in.nrequests; i++) {
		long most, step;

		sx_instrument_request(&in, i, &row);
		most = row.slots.count;
		step = 1 + most / SLOTS;
		check_request(&row, most - 1, msg, n);
		for (long slot = 0; slot < most; slot += step)
			check_request(&row, slot, msg, n);
	}
}

/* A moved message differs only in its place; one that cannot be moved is
 * unchanged. */
static void
check_moves(const struct sx_devices *user, const uint8_t *msg, size_t n,
    const struct sx_facts *facts, uint8_t to)
{
	struct sx_request_row row;
	bool movable = sx_slot_row(user, msg, n, facts, &row, NULL) == 0;
	uint8_t *copy = fuzz_copy(msg, n);
	struct sx_facts after;
	struct sx_request q;

	(void)sx_request_for_message(user, msg, n, facts, &q);
	if (movable && row.slots.count > 0) {
		long slot = to % row.slots.count;

		if (sx_slot_move(user, copy, n, &row, slot, &after, NULL) == 0)
			MUST(sx_request_slot_of(&row, copy, n) == slot &&
			     after.checksum != SX_CHECKSUM_BAD);
		else
			MUST(memcmp(copy, msg, n) == 0);
	}
	memcpy(copy, msg, n);
	if (sx_unit_move(user, copy, n, to, &after, NULL) == 0)
		MUST(after.unit == to);
	else
		MUST(memcmp(copy, msg, n) == 0);
	free(copy);
}

/* A message as the framer would give it, with correct checksums. */
static size_t
make_message(
    const struct sx_devices *user, uint8_t *msg, const uint8_t *in, size_t n)
{
	struct sx_facts f;
	size_t have = 2;

	msg[0] = 0xf0;
	msg[1] = 0x7d;
	for (size_t i = 0; i < n && have < LONGEST; i++)
		msg[have++] = in[i] & 0x7f;
	msg[have++] = 0xf7;
	for (int i = 0; i < 2; i++) {
		sx_device_decode(user, msg, have, &f);
		if (f.checksum_at.len == 0 || f.checksum != SX_CHECKSUM_BAD)
			break;
		if (f.checksum_at.len == 2)
			msg[f.checksum_at.off] = f.checksum_want >> 7 & 0x7f;
		msg[f.checksum_at.off + f.checksum_at.len - 1] =
		    f.checksum_want & 0x7f;
	}
	return have;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	uint8_t msg[LONGEST + 4], to = fuzz_byte(&in, &n);
	struct sx_devices *user = make_page(&in, &n);
	struct sx_facts f;
	struct sx_identity id;
	size_t have = make_message(user, msg, in, n);
	uint8_t *copy = fuzz_copy(msg, have);

	all_beginnings(user, msg, have);
	if (sx_devices_count(user) > 0) {
		decode(user, copy, have, &f);
		check_sounds(&f, copy, have);
		check_requests(user, copy, have);
		check_moves(user, copy, have, &f, to);
		(void)sx_identity_decode(user, copy, have, &id);
	}
	free(copy);
	sx_devices_free(user);
	return 0;
}
