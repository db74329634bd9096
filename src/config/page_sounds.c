/* SPDX-License-Identifier: ISC */
/* The keys of the sounds in a message, and of messages that sxlib makes. */
#include <string.h>

#include "page.h"
#include "words.h"

#define TRAILING    "has trailing text"
#define GAP_MOST    4096      /* bytes */
#define K5000_MOST  133	      /* sounds: 19 bytes of 7 bits */
#define MEMORY_MOST (1 << 24) /* addresses */
#define PIECE_MOST  4096      /* bytes of data in a message */

static bool
read_count_of_size(const char **value, struct sx_sounds_at *s)
{
	long count, size;

	if (!take_number(value, 1, SX_SLOTS_MOST, &count) ||
	    !take_word(value, "of"))
		return false;
	s->count = (uint16_t)count;
	if (take_word(value, "k5000")) {
		s->form = SX_SOUNDS_K5000;
		return count <= K5000_MOST;
	}
	if (!take_number(value, 1, 1 << 20, &size))
		return false;
	s->size = (uint32_t)size;
	return true;
}

/* Bytes that are not of a sound, between groups of them. */
static bool
read_groups(const char **value, struct sx_sounds_at *s)
{
	long skip, group;

	if (!take_word(value, "skip"))
		return true;
	if (s->form != SX_SOUNDS_EVEN || s->in_data ||
	    !take_number(value, 1, GAP_MOST, &skip) ||
	    !take_word(value, "every") ||
	    !take_number(value, 1, SX_SLOTS_MOST, &group))
		return false;
	s->form = SX_SOUNDS_GROUPS;
	s->skip = (uint16_t)skip;
	s->group = (uint16_t)group;
	return true;
}

/* Read the offset of the first sound's slot, for a bank in several messages. */
static bool
read_first(const char **value, struct sx_sounds_at *s)
{
	long at = -1;

	if (!take_word(value, "first"))
		return true;
	if (s->form == SX_SOUNDS_K5000 ||
	    (!take_word(value, "none") && !take_number(value, 1, 1 << 20, &at)))
		return false;
	s->first_at = (int32_t)at;
	return true;
}

static const char *
page_read_sounds(struct page *p, struct page_message *m, const char *value)
{
	long from;

	(void)p;
	if (!read_count_of_size(&value, &m->format.sounds) ||
	    !take_word(&value, "from"))
		return "has no COUNT of SIZE, or one out of range";
	m->format.sounds.in_data = m->format.sounds.form == SX_SOUNDS_EVEN &&
				   take_word(&value, "data");
	if (!take_number(&value, 0, 1 << 20, &from))
		return "has no offset after 'from'";
	m->format.sounds.from = (uint32_t)from;
	if (!read_groups(&value, &m->format.sounds))
		return "has no 'skip' of bytes 'every' so many sounds, or one "
		       "in data";
	if (!read_first(&value, &m->format.sounds))
		return "has no offset, and not 'none', after 'first'";
	return at_end(value) ? NULL : TRAILING;
}

static const char *
read_memory(struct page *p, struct page_message *m, const char *value)
{
	struct sx_sounds_at *s = &m->format.sounds;
	long at, width, given = 0, trim = 2, used;
	const char *address;

	(void)p;
	if (!read_count_of_size(&value, s) || s->form != SX_SOUNDS_EVEN ||
	    !take_word(&value, "at"))
		return "has no COUNT of SIZE, or one out of range";
	address = value;
	for (; !take_word(&value, "place"); given++)
		if (!take_sevens(&value, 1, &s->from))
			return "has an ADDRESS with bytes above 7F";
	if (!take_number(&value, 2, 15, &at) ||
	    !take_number(&value, 1, 4, &width) || width != given ||
	    !take_sevens(&address, (size_t)width, &s->from))
		return "has no place AT WIDTH with the WIDTH of ADDRESS";
	if (take_word(&value, "trim") && !take_number(&value, 1, 100, &trim))
		return "has no number from 1 to 100 after 'trim'";
	used = (long)s->size;
	if (take_word(&value, "used") && !take_number(&value, 1, used, &used))
		return "has no number from 1 to SIZE after 'used'";
	if ((uint64_t)s->count * s->size > MEMORY_MOST)
		return "is larger than the memory of an instrument";
	s->address_at = (uint16_t)at;
	s->width = (uint8_t)width;
	s->trim = (uint8_t)trim;
	s->used = (uint32_t)used;
	return at_end(value) ? NULL : TRAILING;
}

static const char *
read_sound_name(struct page *p, struct page_message *m, const char *value)
{
	const char *why = page_read_name(&m->format.sounds.name, value);

	(void)p;
	if (why == NULL && m->format.sounds.name.len == -1)
		why = "has no length from 1 to 63";
	if (why == NULL && m->format.sounds.name.chars == SX_CHARS_JSON)
		why = "has 'json', which is for names of a message";
	return why;
}

static const char *
read_sound_shown(struct page *p, struct page_message *m, const char *value)
{
	(void)p;
	return page_read_shown(&m->format.sounds.shown, value);
}

/* Read "buffer", or "buffer by dx7". */
static const char *
read_sound_as(struct page *p, struct page_message *m, const char *value)
{
	static const char *const voices[] = { "itself", "dx7", "dx21" };
	const char *by = strstr(value, " by ");
	int voice = SX_VOICE_SAME;
	char *what;

	if (by != NULL) {
		const char *word = by + 4;

		voice = take_one_of(
		    &word, voices, sizeof(voices) / sizeof(voices[0]));
		if (voice <= SX_VOICE_SAME || !at_end(word))
			return "has no voice format after 'by'";
	}
	what = page_text(p, value);
	if (what != NULL && by != NULL)
		what[strcspn(what, " \t")] = '\0';
	m->format.sounds.as = what;
	m->format.sounds.voice = (uint8_t)voice;
	return NULL;
}

static const char *
read_sound_more(struct page *p, struct page_message *m, const char *value)
{
	m->format.sounds.more = page_text(p, value);
	return m->format.sounds.voice == SX_VOICE_DX21
		   ? NULL
		   : "is for sounds 'by dx21'";
}

/* Read the edit buffer of a memory: "00 00 00 by 64". */
static const char *
read_sound_to(struct page *p, struct page_message *m, const char *value)
{
	struct sx_sounds_at *s = &m->format.sounds;
	long piece;

	(void)p;
	if (s->width == 0)
		return "has no 'memory' to refer to";
	if (!take_sevens(&value, s->width, &s->buffer))
		return "has no address as wide as that of 'memory'";
	if (!take_word(&value, "by") ||
	    !take_number(&value, 1, PIECE_MOST, &piece) || !at_end(value))
		return "has no number of bytes after 'by'";
	s->piece = (uint16_t)piece;
	return NULL;
}

#define HEAD_FROM_MOST 0x6f

/* Read byte i. For the unit number or a slot, it has only the bits that the
 * masks give. */
static bool
take_head_byte(const char **value, size_t i, uint8_t masks, uint8_t *byte)
{
	const char *p;
	int high;
	long from = (long)i;

	p = *value + strspn(*value, " \t");
	if (take_word(value, "==") ||
	    (*p == '=' && (p++, take_number(&p, 0, HEAD_FROM_MOST, &from)))) {
		if (from != (long)i)
			*value = p;
		*byte = (uint8_t)(SX_HEAD_FROM + from);
		return true;
	}
	*byte = masks;
	if (take_word(value, "nn") || take_word(value, "ss"))
		return true;
	high = sx_hex_digit(p[0]);
	if (high >= 0 && high < 8 && p[1] == 'n') {
		*byte = (uint8_t)(high << 4);
		*value = p + 2;
		return true;
	}
	return take_byte(value, byte) && (*byte < 0x80 || i == 0);
}

static const char *
page_read_sounds_head(struct page *p, struct page_message *m, const char *value)
{
	struct sx_message_kind *f = &m->format;
	const struct sx_mask *a = &p->in.mask, *b = &f->mask;

	for (; !at_end(value); f->head_len++) {
		size_t i = f->head_len;
		uint8_t bits = 0, fixed = 0;

		if (i == SX_HEAD_MOST)
			return "is longer than 24 bytes";
		if (i < SX_TRIAGE_BYTES) {
			bits = a->bits[i] | b->bits[i];
			fixed = a->value[i] | b->value[i];
		}
		if (!take_head_byte(&value, i, fixed, &f->head[i]))
			return "has a part that is not a byte up to 7F, nn, "
			       "ss, == or =N";
		if ((f->head[i] < SX_HEAD_FROM || i == 0) &&
		    ((f->head[i] ^ fixed) & bits) != 0)
			return "contradicts 'mask' or 'match'";
	}
	return f->head_len > 1 && f->head[0] == 0xf0 ? NULL
						     : "does not start with F0";
}

static const char *
read_parts(struct page *p, struct page_message *m, const char *value)
{
	long n;

	(void)p;
	if (!take_number(&value, 2, 255, &n) || !at_end(value))
		return "is not a number from 2 to 255";
	m->format.parts = (uint8_t)n;
	return NULL;
}

const struct page_key page_sound_keys[] = {
	{ "sounds", page_read_sounds,
	    "COUNT of SIZE from AT, or from data AT, then skip N every M, "
	    "first "
	    "AT",
	    false },
	{ "memory", read_memory,
	    "COUNT of SIZE at ADDRESS place AT WIDTH [trim N] [used N]",
	    false },
	{ "sound-name", read_sound_name, NAME_WANT, false },
	{ "sound-shown", read_sound_shown, SHOWN_WANT, false },
	{ "sound-as", read_sound_as,
	    "the name of a message, then by dx7 or by dx21", false },
	{ "sound-more", read_sound_more, "the name of a message", false },
	{ "sound-to", read_sound_to, "ADDRESS by N", false },
	{ "head", page_read_sounds_head,
	    "bytes: F0 3E 13 nn 10 7F 00, and nn, ss, == or =N", false },
	{ "parts", read_parts, "how many messages one sound has", false },
	{ .key = NULL },
};
