/* SPDX-License-Identifier: ISC */
/*
 * A .syx file against the reference framer: every byte must be in a message or
 * in a stray run, in order. Also the classification of such runs and of files
 * without messages. Input: the file.
 */
#include "file.h"
#include "reference.h"

#include "../../src/store/input.h"
#include "sxlib/ref.h"
#include "sxlib/stray.h"

/* A message that begins at in[from], as decoded by the reference. */
struct message {
	uint8_t *data;
	size_t len, realtime, used;
	struct sx_damage damage;
};

/* Bytes after the F7, or from the byte that cut it on, are not used. */
static void
one_message(const uint8_t *in, size_t n, struct message *m)
{
	struct reference r = { .have = 0 };
	struct tokens t = { .n = 0 };
	size_t i = 0;
	bool ended = false;

	*m = (struct message){ .data = fuzz_copy(in, n) };
	while (i < n && !ended) {
		reference_byte(&r, in[i++], &t);
		for (size_t k = 0; k < t.n && !ended; k++) {
			const struct token *token = &t.list[k];

			if (token->kind == TOKEN_BYTE)
				m->data[m->len++] = token->bytes[0];
			m->realtime += token->kind == TOKEN_REALTIME;
			ended = token->kind == TOKEN_END;
			if (ended && token->end != SX_END_WHOLE) {
				m->damage.kind = token->end == SX_END_NEW_F0
						     ? SX_DAMAGE_NEW_F0
						     : SX_DAMAGE_STATUS;
				m->damage.status = token->status;
				i--;
			}
		}
		t.n = 0;
	}
	if (!ended)
		m->damage.kind = SX_DAMAGE_INPUT;
	m->used = i;
	tokens_free(&t);
}

static void
compare(const uint8_t *in, size_t n)
{
	uint8_t *copy = fuzz_copy(in, n);
	struct sx_err e = { 0 };
	struct sx_item item;
	struct sx_file *f = sx_file_memory(copy, n, &e);
	struct message m;
	size_t at = 0, len;
	int rc;

	MUST(f != NULL && sx_file_format(f) == SX_FILE_SYX);
	while ((rc = sx_file_next(f, &item, &e)) == 1) {
		file_item(f, &item);
		MUST(item.offset == at);
		if (in[at] == 0xf0) {
			one_message(in + at, n - at, &m);
			MUST(!item.stray && item.len == m.len);
			MUST(memcmp(item.data, m.data, m.len) == 0);
			MUST(item.realtime == m.realtime);
			MUST(item.damage.kind == m.damage.kind);
			MUST(item.damage.kind != SX_DAMAGE_STATUS ||
			     item.damage.status == m.damage.status);
			at += m.used;
			free(m.data);
		} else {
			for (len = 0; at + len < n && in[at + len] != 0xf0;)
				len++;
			MUST(item.stray && item.len == len);
			MUST(sx_stray_text(
				 sx_stray_kind(item.data, item.len)) != NULL);
			at += len;
		}
	}
	MUST(rc == 0 && at == n && e.code == SX_OK);
	sx_file_close(f);
	free(copy);
}

#define SOUNDS 512

/* Check references, the input among them: the sounds they refer to must be in
 * the list. */
static void
check_references(
    const uint8_t *in, size_t n, struct sx_listed *sounds, size_t count)
{
	struct sx_sound_list list = {
		.items.path = "it", .sounds = sounds, .n = count
	};
	char ref[SX_REF_TEXT], which[64] = "";
	size_t *chosen, found;
	struct sx_err e = { 0 };

	memcpy(which, in, n < sizeof(which) ? n : sizeof(which) - 1);
	for (int k = 0; k < 2 && count > 0; k++) {
		if (sx_ref_choose(&list, which, &chosen, &found, &e) == 0) {
			MUST(found > 0 && found <= count);
			for (size_t i = 0; i < found; i++)
				MUST(chosen[i] < count);
		} else {
			MUST(chosen == NULL && e.msg[0] != '\0');
		}
		free(chosen);
		/* The reference to a sound must match it alone. */
		sx_ref_text(&list, n % count, ref);
		MUST(sx_ref_choose(&list, ref, &chosen, &found, NULL) == 0);
		MUST(found == 1 && chosen[0] == n % count);
		free(chosen);
		which[0] = "#="[k];
	}
}

/* Check its sounds: numbered, each within its items, and incomplete ones named.
 */
static void
list_sounds(const uint8_t *in, size_t n)
{
	static struct sx_listed sounds[SOUNDS];
	uint8_t *copy = fuzz_copy(in, n);
	struct sx_file *f = sx_file_memory(copy, n, NULL);
	struct sx_lister *l = sx_lister_new(NULL, NULL);
	size_t count = 0, items = 0;
	struct sx_listed s;
	struct sx_item item;
	bool more = true;

	MUST(f != NULL && l != NULL);
	while (more) {
		more = sx_file_next(f, &item, NULL) == 1;
		if (more)
			MUST(sx_lister_add(l, &item, item.data, NULL) == 0);
		else
			sx_lister_end(l);
		items += more;
		while (sx_lister_next(l, &s)) {
			MUST(s.index == count + 1);
			MUST(s.first <= s.last && s.last < items);
			MUST(s.messages >= 1 && s.bytes > 0 && s.offset < n);
			MUST(s.whole || s.sound.name[0] != '\0');
			MUST(s.facts->maker_id != 0);
			MUST(strlen(s.sound.name) < sizeof(s.sound.name));
			if (count++ < SOUNDS)
				sounds[count - 1] = s;
		}
	}
	sx_lister_free(l);
	sx_file_close(f);
	free(copy);
	check_references(in, n, sounds, count < SOUNDS ? count : SOUNDS);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	const char *hint, *what;
	uint64_t data;

	what = sx_alien_text(in, n, &hint);
	MUST(what != NULL || hint == NULL);
	what = sx_remains_text(in, n, &hint);
	MUST(what != NULL || hint == NULL);
	if (n >= SX_MACBINARY && sx_macbinary(in, n, &data)) {
		MUST(data <= n - SX_MACBINARY);
		return 0;
	}
	if (n >= 4 &&
	    (memcmp(in, "MThd", 4) == 0 || memcmp(in, "RIFF", 4) == 0))
		return 0;
	if (memmem(in, n, "MThd\0\0\0\6", 9) != NULL) /* and a 0 */
		return 0;
	if (n == 0)
		return 0;
	compare(in, n);
	list_sounds(in, n);
	return 0;
}
