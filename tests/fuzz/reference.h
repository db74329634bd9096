/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_FUZZ_REFERENCE_H
#define SXLIB_TESTS_FUZZ_REFERENCE_H

#include "fuzz.h"
#include "sxlib/framer.h"

/*
 * MIDI bytes as a list of the smallest things there are, so that it does not
 * matter in which pieces they came: slow, byte by byte, after the letter of the
 * specification.
 */
enum token_kind {
	TOKEN_BEGIN,	/* of SysEx or a stray run */
	TOKEN_BYTE,	/* of it */
	TOKEN_END,	/* of it */
	TOKEN_SHORT,	/* a channel or common message */
	TOKEN_REALTIME, /* wherever it stands */
};

struct token {
	enum token_kind kind;
	enum sx_span_kind span;
	enum sx_end end;
	uint8_t status; /* what cut it */
	uint8_t len, bytes[3];
};

struct tokens {
	struct token *list;
	size_t n, cap;
};

void tokens_add(struct tokens *t, struct token token);
void tokens_free(struct tokens *t);
void tokens_same(const struct tokens *a, const struct tokens *b);

/* What the framer under test gave, taken apart. */
void tokens_span(struct tokens *t, const struct sx_span *span);

/* Zero it before the first use. */
struct reference {
	enum sx_span_kind open;
	uint8_t running, message[3], have;
};

void reference_byte(struct reference *r, uint8_t b, struct tokens *t);
void reference_cut(struct reference *r, enum sx_end why, struct tokens *t);

#endif
