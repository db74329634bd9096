/* SPDX-License-Identifier: ISC */
/*
 * A written MIDI file must be read back unchanged, by our reader and by libsmf.
 * Input: the dumps: their messages and the times between them.
 */
#include <smf.h>

#include "file.h"

#include "../../src/store/input.h"
#include "../../src/store/smf.h"

#define DUMPS	 4
#define MESSAGES 6

struct expected {
	int64_t ms;
	int track; /* from 1, as libsmf counts */
	const uint8_t *data;
	size_t len;
	bool seen;
};

struct world {
	uint8_t data[DUMPS * MESSAGES * 600];
	size_t n;
	struct sx_dump dumps[DUMPS];
	struct sx_piece pieces[DUMPS][MESSAGES];
	struct sx_smf_track tracks[DUMPS];
	size_t ntracks;
	struct expected expected[DUMPS * MESSAGES];
	size_t nexpected;
};

/* F0, data bytes, F7. */
static size_t
make_message(uint8_t *to, const uint8_t **in, size_t *n)
{
	uint8_t kind = fuzz_byte(in, n);
	size_t len = kind & 0x80 ? kind * 2u : kind % 20u, have = 0;

	to[have++] = 0xf0;
	while (len-- > 0)
		to[have++] = fuzz_byte(in, n) & 0x7f;
	to[have++] = 0xf7;
	return have;
}

/* Time since the previous message, in us; sometimes long, sometimes negative.
 */
static int64_t
make_step(const uint8_t **in, size_t *n)
{
	uint8_t b = fuzz_byte(in, n);

	return ((int64_t)(b & 63) - 2) * (b & 64 ? 10000000 : 333) *
	       (b & 128 ? 17 : 1);
}

static void
make_dump(struct world *w, size_t k, int64_t *t, const uint8_t **in, size_t *n)
{
	struct sx_dump *d = &w->dumps[k];
	size_t messages = 1 + fuzz_byte(in, n) % MESSAGES, from = w->n;

	*d = (struct sx_dump){
		.pieces = w->pieces[k], .messages = messages, .facts.slot = -1
	};
	for (size_t i = 0; i < messages; i++) {
		struct sx_piece *p = &w->pieces[k][i];

		*t += make_step(in, n);
		p->off = w->n - from;
		p->len = make_message(w->data + w->n, in, n);
		p->time.mono = *t;
		w->n += p->len;
	}
	d->bytes = w->n - from;
	d->time = d->pieces[0].time;
	d->time.wall = 1795324530123999;
	sx_device_decode(NULL, w->data + from, d->pieces[0].len, &d->facts);
}

/* Set the expected times: rounded to ms, and never earlier than the previous
 * message of the track. */
static void
expect(struct world *w, size_t k, uint64_t off)
{
	int64_t start = w->dumps[0].pieces[0].time.mono, last = 0, ms;

	for (size_t i = 0; i < w->dumps[k].messages; i++) {
		const struct sx_piece *p = &w->pieces[k][i];

		ms = p->time.mono > start ? (p->time.mono - start + 500) / 1000
					  : 0;
		last = ms > last ? ms : last;
		w->expected[w->nexpected++] = (struct expected){ .ms = last,
			.track = (int)k + 1,
			.data = w->data + off + p->off,
			.len = p->len };
	}
}

static void
found(struct world *w, int track, int64_t ms, const uint8_t *data, size_t len)
{
	struct expected *x;
	size_t i;

	for (i = 0; i < w->nexpected; i++) {
		x = &w->expected[i];
		if (x->seen || x->ms != ms || x->len != len ||
		    (track != 0 && x->track != track) ||
		    memcmp(x->data, data, len) != 0)
			continue;
		x->seen = true;
		break;
	}
	/* No other message. */
	MUST(i < w->nexpected);
}

static void
all_found(struct world *w)
{
	for (size_t i = 0; i < w->nexpected; i++) {
		MUST(w->expected[i].seen);
		w->expected[i].seen = false;
	}
}

static void
by_reader(struct world *w, const uint8_t *file, size_t n)
{
	struct sx_err e = { 0 };
	struct sx_file *f = sx_file_memory(file, n, &e);
	struct sx_item item;
	int64_t at = 0;
	int rc;

	MUST(f != NULL && sx_file_format(f) == SX_FILE_MID);
	while ((rc = sx_file_next(f, &item, &e)) == 1) {
		file_item(f, &item);
		MUST(item.damage.kind == SX_DAMAGE_NONE);
		MUST(item.at >= at && item.at % 1000 == 0);
		at = item.at;
		found(w, 0, item.at / 1000, item.data, item.len);
	}
	MUST(rc == 0 && sx_file_note(f) == NULL);
	sx_file_close(f);
	all_found(w);
}

static void
by_libsmf(struct world *w, const uint8_t *file, size_t n)
{
	smf_t *smf = smf_load_from_memory(file, (int)n);
	smf_event_t *event;

	MUST(smf != NULL && smf->ppqn == 500);
	MUST((size_t)smf->number_of_tracks == w->ntracks);
	while ((event = smf_get_next_event(smf)) != NULL)
		if (event->midi_buffer[0] == 0xf0)
			found(w, event->track_number, event->time_pulses,
			    event->midi_buffer,
			    (size_t)event->midi_buffer_length);
	smf_delete(smf);
	all_found(w);
}

static void
write_and_read(struct world *w)
{
	struct sx_err e = { 0 };
	struct sx_part *part = sx_part_create(NULL, 0, "", NULL, &e);
	const uint8_t *file;
	size_t n;

	MUST(part != NULL);
	MUST(sx_smf_write(part, w->tracks, w->ntracks, w->data, &e) == 0);
	file = sx_part_map(part, &n, &e);
	MUST(file != NULL);
	by_reader(w, file, n);
	by_libsmf(w, file, n);
	sx_part_release(part);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static struct world w;
	struct sx_smf_room room = { 0 };
	size_t dumps = 1 + fuzz_byte(&in, &n) % DUMPS;
	struct sx_err e = { 0 };
	int64_t t = 1000000;
	size_t off;

	w.n = w.ntracks = w.nexpected = 0;
	for (size_t k = 0; k < dumps; k++) {
		off = w.n;
		make_dump(&w, k, &t, &in, &n);
		if (sx_smf_obstacle(&w.dumps[k], w.data + off, w.n - off) !=
			NULL ||
		    !sx_smf_fits(&room, &w.dumps[k]))
			break;
		MUST(
		    sx_smf_track_init(&w.tracks[k], &w.dumps[k], off, &e) == 0);
		w.ntracks++;
		expect(&w, k, off);
	}
	if (w.ntracks > 0)
		write_and_read(&w);
	for (size_t k = 0; k < w.ntracks; k++)
		sx_smf_track_done(&w.tracks[k]);
	return 0;
}
