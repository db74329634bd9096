/* SPDX-License-Identifier: ISC */
#include "reference.h"

void
tokens_add(struct tokens *t, struct token token)
{
	if (t->n == t->cap) {
		t->cap = t->cap > 0 ? t->cap * 2 : 64;
		t->list = realloc(t->list, t->cap * sizeof(*t->list));
		MUST(t->list != NULL);
	}
	t->list[t->n++] = token;
}

void
tokens_free(struct tokens *t)
{
	free(t->list);
	*t = (struct tokens){ .n = 0 };
}

void
tokens_same(const struct tokens *a, const struct tokens *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++) {
		const struct token *p = &a->list[i], *q = &b->list[i];

		MUST(p->kind == q->kind);
		MUST(p->span == q->span);
		MUST(p->end == q->end);
		MUST(p->status == q->status);
		MUST(p->len == q->len);
		MUST(memcmp(p->bytes, q->bytes, p->len) == 0);
	}
	MUST(a->n == b->n);
}

void
tokens_span(struct tokens *t, const struct sx_span *span)
{
	bool run = span->kind == SX_SPAN_SYSEX || span->kind == SX_SPAN_STRAY;
	struct token token = { .span = span->kind, .len = 0 };

	if (span->kind == SX_SPAN_NONE)
		return;
	if (!run) {
		token.kind = span->kind == SX_SPAN_REALTIME ? TOKEN_REALTIME
							    : TOKEN_SHORT;
		MUST(span->first && span->end != SX_END_OPEN);
		MUST(span->len >= 1 && span->len <= 3);
		token.end = span->end;
		token.status = span->status;
		token.len = (uint8_t)span->len;
		memcpy(token.bytes, span->data, span->len);
		tokens_add(t, token);
		return;
	}
	token.kind = TOKEN_BEGIN;
	if (span->first)
		tokens_add(t, token);
	token.kind = TOKEN_BYTE;
	token.len = 1;
	for (size_t i = 0; i < span->len; i++) {
		token.bytes[0] = span->data[i];
		tokens_add(t, token);
	}
	token.kind = TOKEN_END;
	token.len = 0;
	token.end = span->end;
	token.status = span->status;
	if (span->end != SX_END_OPEN)
		tokens_add(t, token);
}

/* MIDI 1.0, tables 1, 5 and 6: bytes of a message with this status. */
static int
length(uint8_t status)
{
	if (status >= 0xf0)
		return status == 0xf2			  ? 3
		       : status == 0xf1 || status == 0xf3 ? 2
							  : 1;
	return status >= 0xc0 && status <= 0xdf ? 2 : 3;
}

static void
begin(struct reference *r, enum sx_span_kind kind, struct tokens *t)
{
	r->open = kind;
	tokens_add(t, (struct token){ .kind = TOKEN_BEGIN, .span = kind });
}

static void
byte(const struct reference *r, uint8_t b, struct tokens *t)
{
	tokens_add(t, (struct token){ .kind = TOKEN_BYTE,
			  .span = r->open,
			  .len = 1,
			  .bytes = { b } });
}

static void
end(struct reference *r, enum sx_end why, uint8_t status, struct tokens *t)
{
	struct token token = {
		.kind = TOKEN_END, .span = r->open, .end = why, .status = status
	};

	if (r->open == SX_SPAN_CHANNEL || r->open == SX_SPAN_COMMON) {
		token.kind = TOKEN_SHORT;
		token.len = r->have;
		memcpy(token.bytes, r->message, r->have);
	}
	if (r->open != SX_SPAN_NONE)
		tokens_add(t, token);
	r->open = SX_SPAN_NONE;
}

/* A byte of a channel or common message. */
static void
take(struct reference *r, uint8_t b, struct tokens *t)
{
	r->message[r->have++] = b;
	if (r->have == length(r->message[0]))
		end(r, SX_END_WHOLE, 0, t);
}

static void
status_byte(struct reference *r, uint8_t b, struct tokens *t)
{
	bool run = r->open == SX_SPAN_SYSEX || r->open == SX_SPAN_STRAY;

	if (b == 0xf7 && run) {
		byte(r, b, t);
		end(r, SX_END_WHOLE, 0, t);
		return;
	}
	end(r, b == 0xf0 ? SX_END_NEW_F0 : SX_END_STATUS, b, t);
	r->running = b < 0xf0 ? b : 0;
	if (b == 0xf0 || b == 0xf7) {
		begin(r, b == 0xf0 ? SX_SPAN_SYSEX : SX_SPAN_STRAY, t);
		byte(r, b, t);
		if (b == 0xf7)
			end(r, SX_END_WHOLE, 0, t);
		return;
	}
	r->open = b < 0xf0 ? SX_SPAN_CHANNEL : SX_SPAN_COMMON;
	r->have = 0;
	take(r, b, t);
}

void
reference_byte(struct reference *r, uint8_t b, struct tokens *t)
{
	if (b >= 0xf8) {
		tokens_add(t, (struct token){ .kind = TOKEN_REALTIME,
				  .span = SX_SPAN_REALTIME,
				  .end = SX_END_WHOLE,
				  .len = 1,
				  .bytes = { b } });
	} else if (b >= 0x80) {
		status_byte(r, b, t);
	} else if (r->open == SX_SPAN_CHANNEL || r->open == SX_SPAN_COMMON) {
		take(r, b, t);
	} else if (r->open == SX_SPAN_NONE && r->running != 0) {
		r->open = SX_SPAN_CHANNEL;
		r->have = 0;
		take(r, r->running, t);
		take(r, b, t);
	} else {
		if (r->open == SX_SPAN_NONE)
			begin(r, SX_SPAN_STRAY, t);
		byte(r, b, t);
	}
}

void
reference_cut(struct reference *r, enum sx_end why, struct tokens *t)
{
	end(r, why, 0, t);
	r->running = 0;
}
