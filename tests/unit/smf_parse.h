/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_TESTS_SMF_PARSE_H
#define SXLIB_TESTS_SMF_PARSE_H

/*
 * An independent, strict reader of the Standard MIDI Files that sxlib writes:
 * it shares no code with the reader under src. Anything unexpected fails the
 * test. Include after cmocka.h and its headers.
 */
#include <stdlib.h>
#include <string.h>

struct smf_file {
	unsigned format, division;
	size_t ntracks;
	struct smf_parsed_track {
		char name[128];
		struct smf_event {
			uint32_t tick;
			size_t len;
		} * events;
		size_t nevents;
		uint8_t *data; /* all messages, with their F0 */
		size_t bytes;
	} * tracks;
};

static inline uint32_t
smf_be(const uint8_t *p, int n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

static inline uint32_t
smf_vlq(const uint8_t **p, const uint8_t *end)
{
	uint32_t v = 0;

	for (int i = 0;; i++) {
		assert_true(i < 4 && *p < end);
		v = v << 7 | (**p & 0x7f);
		if ((*(*p)++ & 0x80) == 0)
			return v;
	}
}

static inline void
smf_parse_track(
    struct smf_parsed_track *t, const uint8_t *p, const uint8_t *end)
{
	uint32_t tick = 0, len;

	/* No message is longer than the track. */
	t->data = malloc((size_t)(end - p) + 1);
	t->events = calloc((size_t)(end - p) / 3 + 1, sizeof(*t->events));
	assert_non_null(t->data);
	assert_non_null(t->events);
	for (;;) {
		tick += smf_vlq(&p, end);
		assert_true(p < end);
		if (*p == 0xff) {
			uint8_t type = p[1];

			p += 2;
			len = smf_vlq(&p, end);
			assert_true(len <= (size_t)(end - p));
			if (type == 0x2f)
				break;
			assert_int_equal(type, 3);
			assert_true(len <= 127 && t->name[0] == '\0');
			memcpy(t->name, p, len);
			p += len;
			continue;
		}
		assert_int_equal(*p, 0xf0);
		p++;
		len = smf_vlq(&p, end);
		assert_true(len <= (size_t)(end - p));
		t->events[t->nevents].tick = tick;
		t->events[t->nevents++].len = len + 1;
		t->data[t->bytes++] = 0xf0;
		memcpy(t->data + t->bytes, p, len);
		t->bytes += len;
		p += len;
	}
	assert_ptr_equal(p, end);
}

static inline void
smf_parse(struct smf_file *f, const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;

	assert_true(n > 14);
	assert_memory_equal(p, "MThd\0\0\0\6", 8);
	f->format = smf_be(p + 8, 2);
	f->ntracks = smf_be(p + 10, 2);
	f->division = smf_be(p + 12, 2);
	assert_int_equal(f->format, f->ntracks > 1);
	f->tracks = calloc(f->ntracks, sizeof(*f->tracks));
	assert_non_null(f->tracks);
	p += 14;
	for (size_t i = 0; i < f->ntracks; i++) {
		uint32_t len;

		assert_true(end - p >= 8);
		assert_memory_equal(p, "MTrk", 4);
		len = smf_be(p + 4, 4);
		p += 8;
		assert_true(len <= (size_t)(end - p));
		smf_parse_track(&f->tracks[i], p, p + len);
		p += len;
	}
	assert_ptr_equal(p, end);
}

static inline void
smf_done(struct smf_file *f)
{
	for (size_t i = 0; i < f->ntracks; i++) {
		free(f->tracks[i].events);
		free(f->tracks[i].data);
	}
	free(f->tracks);
}

#endif
