/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_FACTS_MUST_H
#define SXLIB_TESTS_FACTS_MUST_H

#include "fuzz.h"
#include "sxlib/device.h"

/* What must hold of the facts of any message. */

#define EACH 20 /* so many beginnings are all tried, */
#define SOME 6	/* and of the longer ones so many */

static inline void
region(struct sx_region r, size_t n)
{
	MUST(r.off <= n && r.len <= n - r.off);
}

static inline void
text(const char *buf, size_t size)
{
	MUST(memchr(buf, '\0', size) != NULL);
}

static inline void
sound(const struct sx_facts *f, const uint8_t *msg, size_t n)
{
	text(f->maker, sizeof(f->maker));
	text(f->device, sizeof(f->device));
	text(f->slot_text, sizeof(f->slot_text));
	text(f->name, sizeof(f->name));
	region(f->header, n);
	region(f->slot_at, n);
	region(f->name_at, n);
	region(f->checksum_at, n);
	region(f->length_at, n);
	region(f->packed, n);
	MUST(f->kind < SX_KINDS && sx_kind_text(f->kind) != NULL);
	MUST(sx_checksum_text(f->checksum) != NULL);
	MUST(sx_trust_text(f->trust) != NULL);
	MUST(f->maker_len == 0 || f->maker_len == 1 || f->maker_len == 3);
	MUST((f->maker_len == 0) == (f->maker_id == 0));
	MUST(f->slot >= -1 && f->delay_ms >= -1 && f->rate >= 0);
	if (f->checksum == SX_CHECKSUM_BAD)
		MUST((f->checksum_at.len > 0 &&
			 f->checksum_want != f->checksum_have) ||
		     (f->length_at.len > 0 &&
			 f->length_want != f->length_have) ||
		     f->note != NULL || f->length_at.len == 0);
	/* Slot, name, length and checksum are judged only of a whole one. */
	if (n == 0 || msg[n - 1] != 0xf7)
		MUST(f->checksum != SX_CHECKSUM_OK &&
		     f->checksum != SX_CHECKSUM_BAD && f->name[0] == '\0' &&
		     f->slot == -1);
	for (size_t i = 0; f->packed.len > 0; i++) {
		int b = sx_unpack(msg + f->packed.off, f->packed.len, i);

		if (b == -1)
			break;
		MUST(b <= 0xff && sx_packed_at(i) < f->packed.len);
	}
}

static inline void
same(const struct sx_facts *a, const struct sx_facts *b)
{
	MUST(a->maker_id == b->maker_id && a->maker_len == b->maker_len);
	MUST(strcmp(a->maker, b->maker) == 0);
	MUST(strcmp(a->device, b->device) == 0);
	MUST(a->kind == b->kind && a->slot == b->slot);
	MUST(strcmp(a->slot_text, b->slot_text) == 0);
	MUST(strcmp(a->name, b->name) == 0);
	MUST(a->checksum == b->checksum && a->trust == b->trust);
	MUST(a->source == b->source && a->note == b->note);
	MUST(a->danger == b->danger && a->dump == b->dump);
	MUST(a->complete == b->complete);
	MUST(a->delay_ms == b->delay_ms && a->rate == b->rate);
}

static inline void
decode(const struct sx_devices *user, const uint8_t *msg, size_t n,
    struct sx_facts *facts)
{
	uint8_t *copy = fuzz_copy(msg, n);

	memset(facts, 0xaa, sizeof(*facts));
	sx_device_decode(user, copy, n, facts);
	sound(facts, copy, n);
	free(copy);
}

/* What the first bytes settle stays so. */
static inline void
settled(const struct sx_facts *head, const struct sx_facts *all)
{
	MUST(head->maker_id == all->maker_id);
	MUST(strcmp(head->maker, all->maker) == 0);
	MUST(head->dump == all->dump && head->complete == all->complete);
}

/* Can it be told from the head alone? Then it must be the same. */
static inline void
skim(const struct sx_devices *user, const uint8_t *msg, size_t n)
{
	struct sx_facts all, head;
	bool whole = msg[n - 1] == 0xf7;
	uint8_t *copy = fuzz_copy(msg, SX_TRIAGE_BYTES);

	sx_device_decode(user, msg, n, &all);
	if (sx_device_skim(user, copy, SX_TRIAGE_BYTES, n, whole, &head))
		same(&head, &all);
	free(copy);
}

static inline void
all_beginnings(const struct sx_devices *user, uint8_t *msg, size_t n)
{
	struct sx_facts head, facts, again;
	uint8_t kept;

	decode(user, msg, n < SX_TRIAGE_BYTES ? n : SX_TRIAGE_BYTES, &head);
	for (size_t k = 0; k < n; k += k < EACH ? 1 : 1 + n / SOME) {
		decode(user, msg, k, &facts);
		if (k >= SX_TRIAGE_BYTES)
			settled(&head, &facts);
		kept = msg[k];
		msg[k] = 0xf7;
		decode(user, msg, k + 1, &facts);
		if (k >= SX_TRIAGE_BYTES) {
			settled(&head, &facts);
			skim(user, msg, k + 1);
		}
		msg[k] = kept;
	}
	decode(user, msg, n, &facts);
	/* Nothing of what was in its place before is left. */
	memset(&again, 0x55, sizeof(again));
	sx_device_decode(user, msg, n, &again);
	same(&facts, &again);
	if (n >= SX_TRIAGE_BYTES) {
		settled(&head, &facts);
		skim(user, msg, n);
	}
}

#endif
