/* SPDX-License-Identifier: ISC */
/*
 * A .syx file beside the reference framer: every byte of it is in a message or
 * in a run that belongs to none, in order. Also what such runs and files
 * without messages may be. Input: the file.
 */
#include "file.h"
#include "reference.h"

#include "../../src/store/input.h"
#include "sxlib/stray.h"

/* A message as the reference sees it that begins at in[from]. */
struct message {
	uint8_t *data;
	size_t len, realtime, used;
	struct sx_damage damage;
};

/* What follows the F7, or what cut it, is not used. */
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
	if (n > 0)
		compare(in, n);
	return 0;
}
