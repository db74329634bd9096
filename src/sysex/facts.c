/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "facts.h"

bool
sx_facts_stores(const struct sx_facts *dump, const struct sx_facts *store)
{
	return dump->pair > 0 && store->pair == -dump->pair &&
	       dump->maker_id == store->maker_id &&
	       strcmp(dump->device, store->device) == 0 &&
	       dump->unit == store->unit;
}

/* Does it contain a visible character? */
static bool
is_printable(const uint8_t *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((text[i] > ' ' && text[i] < 0x7f) || text[i] >= 0xa0)
			return true;
	return false;
}

void
sx_name_text(char name[SX_FACT_TEXT], const uint8_t *text, size_t len)
{
	const uint8_t *nul = memchr(text, 0, len);

	if (nul != NULL)
		len = (size_t)(nul - text);
	/* Some units pad with DEL, which no display shows. */
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == 0x7f))
		len--;
	if (len >= SX_FACT_TEXT)
		len = SX_FACT_TEXT - 1;
	if (!is_printable(text, len))
		len = 0;
	memcpy(name, text, len);
	name[len] = '\0';
}

void
sx_read_name(struct sx_facts *facts, const uint8_t *text, size_t len,
    size_t off, size_t region)
{
	sx_name_text(facts->name, text, len);
	facts->name_at = (struct sx_region){ off, region };
}

void
sx_read_slot(struct sx_facts *facts, long slot, size_t off, size_t len)
{
	facts->slot = slot;
	facts->slot_at = (struct sx_region){ off, len };
}

void
sx_read_packed(struct sx_facts *facts, size_t off, size_t to, bool rle)
{
	if (to > off)
		facts->packed = (struct sx_region){ off, to - off };
	facts->rle = rle;
}

static void
facts_judge(struct sx_facts *facts, bool good)
{
	if (!good)
		facts->checksum = SX_CHECKSUM_BAD;
	else if (facts->checksum != SX_CHECKSUM_BAD)
		facts->checksum = SX_CHECKSUM_OK;
}

void
sx_read_checksum(struct sx_facts *facts, unsigned have, unsigned want,
    size_t off, size_t len)
{
	facts->checksum_have = have;
	facts->checksum_want = want;
	facts->checksum_at = (struct sx_region){ off, len };
	facts_judge(facts, have == want);
}

void
sx_read_length(
    struct sx_facts *facts, size_t have, size_t want, size_t off, size_t len)
{
	facts->length_have = have;
	facts->length_want = want;
	facts->length_at = (struct sx_region){ off, len };
	facts_judge(facts, have == want);
}

#define EVERY_OTHER 0x00ff00ff00ff00ffu
#define WORDS	    128 /* as many as fit a 16-bit sum */

/* Add eight bytes at a time, in four sums: checksums are much of the work on a
 * large collection. */
unsigned
sx_sum(const uint8_t *msg, size_t from, size_t to)
{
	size_t words = from < to ? (to - from) / sizeof(uint64_t) : 0, n;
	uint64_t word, lanes;
	unsigned sum = 0;

	for (; words > 0; words -= n) {
		n = words < WORDS ? words : WORDS;
		lanes = 0;
		for (size_t i = 0; i < n; i++) {
			memcpy(&word, msg + from, sizeof(word));
			from += sizeof(word);
			lanes +=
			    (word & EVERY_OTHER) + (word >> 8 & EVERY_OTHER);
		}
		for (; lanes != 0; lanes >>= 16)
			sum += lanes & 0xffff;
	}
	while (from < to)
		sum += msg[from++];
	return sum;
}

size_t
sx_packed_at(size_t i)
{
	return i / 7 * 8 + 1 + i % 7;
}

int
sx_unpack(const uint8_t *p, size_t n, size_t i)
{
	size_t at = sx_packed_at(i);

	if (at >= n)
		return -1;
	return p[at] | (p[i / 7 * 8] << (1 + i % 7) & 0x80);
}

bool
sx_unpack_next(struct sx_unpacker *u, size_t to, struct sx_unpacked *next)
{
	size_t at = u->at;
	int b = sx_unpack(u->p, u->n, at);

	*next = (struct sx_unpacked){ .times = 1 };
	if (u->rle && b >= 0x80) {
		next->run = true;
		next->times = (size_t)b & 0x7f;
		b = sx_unpack(u->p, u->n, ++at);
	}
	if (b == -1 || sx_packed_at(at) >= to)
		return false;
	next->byte = (uint8_t)b;
	u->at = at + 1;
	return true;
}
