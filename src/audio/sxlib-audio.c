/* SPDX-License-Identifier: ISC */
/*
 * sxlib-audio: converts sound files to a plain stream and back, so that
 * libsndfile and its codecs are loaded only when a sample is sent or received.
 *
 *	sxlib-audio read MOST <FILE >STREAM	fails beyond MOST frames
 *	sxlib-audio write wav|aiff <STREAM >FILE
 *
 * The stream is one line of numbers, see struct sx_stream, followed by the
 * samples as int32_t, at full scale for any bit depth. Files are seekable
 * descriptors.
 */
#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "cut.h"
#include "sxlib/stream.h"

#define CHUNK 4096 /* frames per conversion */

static int
sound_fail(const char *why)
{
	fprintf(stderr, "%s\n", why);
	return 1;
}

/* Return the bits per sample of this format; *floating: it is floating-point,
 * which has more. */
static int
bits_of(int format, int *floating)
{
	*floating = 0;
	switch (format & SF_FORMAT_SUBMASK) {
	case SF_FORMAT_PCM_S8:
	case SF_FORMAT_PCM_U8:
	case SF_FORMAT_DPCM_8:
		return 8;
	case SF_FORMAT_DWVW_12:
		return 12;
	case SF_FORMAT_PCM_24:
	case SF_FORMAT_ALAC_24:
	case SF_FORMAT_DWVW_24:
		return 24;
	case SF_FORMAT_ALAC_20:
		return 20;
	case SF_FORMAT_PCM_32:
	case SF_FORMAT_ALAC_32:
		return 32;
	case SF_FORMAT_FLOAT:
	case SF_FORMAT_DOUBLE:
		*floating = 1;
		return 24;
	default:
		return 16;
	}
}

/* libsndfile reports every AIFF loop as forward: read the INST chunk, which has
 * the mode of the sustain loop in bytes 8 and 9. */
static int
is_alternating_aiff(SNDFILE *f)
{
	unsigned char inst[20] = { 0 };
	SF_CHUNK_INFO chunk = { .id = "INST",
		.id_size = 4,
		.datalen = sizeof(inst),
		.data = inst };
	SF_CHUNK_ITERATOR *it = sf_get_chunk_iterator(f, &chunk);

	return it != NULL && sf_get_chunk_data(it, &chunk) == SF_ERR_NO_ERROR &&
	       inst[8] == 0 && inst[9] == 2;
}

/* Limit a position to what the line can hold; samples that can be sent have
 * fewer words. */
static long
sound_word(uint32_t at)
{
	return at < SX_STREAM_MOST ? (long)at : SX_STREAM_MOST;
}

static void
get_loop(SNDFILE *f, const SF_INFO *info, struct sx_stream *s)
{
	SF_INSTRUMENT in;

	s->loop = SX_STREAM_NO_LOOP;
	if (sf_command(f, SFC_GET_INSTRUMENT, &in, sizeof(in)) != SF_TRUE ||
	    in.loop_count < 1 || in.loops[0].mode == SF_LOOP_NONE)
		return;
	s->loops = in.loop_count;
	s->loop = in.loops[0].mode == SF_LOOP_FORWARD ? SX_STREAM_FORWARD
		  : in.loops[0].mode == SF_LOOP_ALTERNATING
		      ? SX_STREAM_ALTERNATING
		      : SX_STREAM_BACKWARD;
	if ((info->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_AIFF &&
	    is_alternating_aiff(f))
		s->loop = SX_STREAM_ALTERNATING;
	s->loop_start = sound_word(in.loops[0].start);
	/* libsndfile's end is the first word that is not played; ours is the
	 * last. */
	s->loop_end = sound_word(in.loops[0].end > 0 ? in.loops[0].end - 1 : 0);
}

/* Convert a value in -1 to 1; all formats are read as such, which is exact for
 * integers. */
static int32_t
to_int(double value, long *clipped)
{
	value = rint(value * 2147483648.0);
	if (value >= -2147483648.0 && value <= 2147483647.0)
		return (int32_t)value;
	/* 1.0 is full scale in many programs: not clipping. */
	*clipped += value != 2147483648.0;
	return value > 0 ? INT32_MAX : value < 0 ? INT32_MIN : 0;
}

static int
read_samples(SNDFILE *f, struct sx_stream *s, int32_t *samples)
{
	double chunk[CHUNK];
	sf_count_t most = s->frames * s->channels, n, at = 0;

	while (at < most) {
		n = most - at < CHUNK ? most - at : CHUNK;
		n = sf_read_double(f, chunk, n);
		if (n <= 0)
			break;
		for (sf_count_t i = 0; i < n; i++)
			samples[at++] = to_int(chunk[i], &s->clipped);
	}
	if (sf_error(f) != SF_ERR_NO_ERROR)
		return sound_fail(sf_strerror(f));
	s->missing = s->frames - (long)(at / s->channels);
	s->frames = (long)(at / s->channels);
	return 0;
}

/* Return the missing frames; for compressed sound, bytes. */
static long
missing_frames(long frames, const struct cut *cut)
{
	uint64_t size = frames > 0 ? cut->there / (uint64_t)frames : 0, n;

	if (cut->missing == 0 || size == 0)
		return (long)cut->missing;
	n = (cut->there + cut->missing) / size - (uint64_t)frames;
	return n > 0 ? (long)n : 1;
}

static int
audio_put_output(const struct sx_stream *s, const int32_t *samples)
{
	size_t n = (size_t)s->frames * (size_t)s->channels;

	if (printf(SX_STREAM_LINE, SX_STREAM_VALUES(s)) < 0 ||
	    fwrite(samples, sizeof(*samples), n, stdout) != n ||
	    fflush(stdout) == EOF)
		return sound_fail(strerror(errno));
	return 0;
}

static int
audio_read_file(long most)
{
	SF_INFO info = { 0 };
	struct cut cut = cut_of(STDIN_FILENO);
	struct sx_stream s = { 0 };
	int32_t *samples;
	SNDFILE *f;
	int rc;

	f = sf_open_fd(STDIN_FILENO, SFM_READ, &info, SF_FALSE);
	if (f == NULL)
		return sound_fail(sf_strerror(NULL));
	s.rate = info.samplerate;
	s.channels = info.channels;
	s.bits = bits_of(info.format, &s.floating);
	if (info.frames > most || info.frames < 0) {
		fprintf(stderr,
		    "%lld samples: a sample dump holds at most %ld\n",
		    (long long)info.frames, most);
		sf_close(f);
		return 1;
	}
	s.frames = (long)info.frames;
	get_loop(f, &info, &s);
	samples =
	    calloc((size_t)s.frames * (size_t)s.channels + 1, sizeof(*samples));
	rc = samples == NULL ? sound_fail("out of memory")
			     : read_samples(f, &s, samples);
	s.missing += missing_frames(s.frames, &cut);
	if (rc == 0)
		rc = audio_put_output(&s, samples);
	free(samples);
	sf_close(f);
	return rc;
}

static int
sound_format_of(const char *name, const struct sx_stream *s)
{
	int eight = SF_FORMAT_PCM_U8, format = SF_FORMAT_WAV;

	if (strcmp(name, "aiff") == 0) {
		eight = SF_FORMAT_PCM_S8;
		format = SF_FORMAT_AIFF;
	}
	return format | (s->bits <= 8	    ? eight
			    : s->bits <= 16 ? SF_FORMAT_PCM_16
			    : s->bits <= 24 ? SF_FORMAT_PCM_24
					    : SF_FORMAT_PCM_32);
}

static int
set_wav_loop(SNDFILE *f, const struct sx_stream *s)
{
	SF_INSTRUMENT in = { .gain = 1,
		.basenote = 60,
		.velocity_hi = 127,
		.key_hi = 127,
		.loop_count = 1 };

	in.loops[0].mode = s->loop == SX_STREAM_FORWARD ? SF_LOOP_FORWARD
							: SF_LOOP_ALTERNATING;
	in.loops[0].start = (uint32_t)s->loop_start;
	in.loops[0].end = (uint32_t)s->loop_end + 1;
	return sf_command(f, SFC_SET_INSTRUMENT, &in, sizeof(in)) == SF_TRUE;
}

static void
sound_put32(unsigned char *p, long value)
{
	for (int i = 3; i >= 0; i--, value >>= 8)
		p[i] = (unsigned char)(value & 0xff);
}

static int
set_chunk(SNDFILE *f, const char *id, unsigned char *data, unsigned n)
{
	SF_CHUNK_INFO chunk = { .id_size = 4, .datalen = n, .data = data };

	memcpy(chunk.id, id, 4);
	return sf_set_chunk(f, &chunk) == SF_ERR_NO_ERROR;
}

/* libsndfile reads AIFF loops, but does not write them. A loop is between two
 * markers; each one is before the word that it names. */
static int
set_aiff_loop(SNDFILE *f, const struct sx_stream *s)
{
	/* count; id, position, name, twice */
	unsigned char mark[] = { 0, 2, 0, 1, 0, 0, 0, 0, 5, 's', 't', 'a', 'r',
		't', 0, 2, 0, 0, 0, 0, 3, 'e', 'n', 'd' };
	/* note, detune, keys, velocities, gain; mode and markers, twice */
	unsigned char inst[] = { 60, 0, 0, 127, 1, 127, 0, 0, 0, 1, 0, 1, 0, 2,
		0, 0, 0, 0, 0, 0 };

	sound_put32(mark + 4, s->loop_start);
	sound_put32(mark + 16, s->loop_end + 1);
	inst[9] = s->loop == SX_STREAM_FORWARD ? 1 : 2;
	return set_chunk(f, "MARK", mark, sizeof(mark)) &&
	       set_chunk(f, "INST", inst, sizeof(inst));
}

static int
set_loop(SNDFILE *f, const struct sx_stream *s, int format)
{
	int done;

	if (s->loop != SX_STREAM_FORWARD && s->loop != SX_STREAM_ALTERNATING)
		return 0;
	if ((format & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAV)
		done = set_wav_loop(f, s);
	else
		done = set_aiff_loop(f, s);
	return done ? 0 : sound_fail(sf_strerror(f));
}

static int
write_samples(SNDFILE *f, const struct sx_stream *s)
{
	int32_t chunk[CHUNK];
	sf_count_t left = s->frames;

	while (left > 0) {
		size_t n = left < CHUNK ? (size_t)left : CHUNK;

		if (fread(chunk, sizeof(*chunk), n, stdin) != n)
			return sound_fail("truncated samples");
		if (sf_write_int(f, chunk, (sf_count_t)n) != (sf_count_t)n)
			return sound_fail(sf_strerror(f));
		left -= (sf_count_t)n;
	}
	return 0;
}

#define COMM_FRAMES 22 /* offset of the frame count in an AIFF */

static uint32_t
sound_get32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* libsndfile (1.2.0) counts the byte that pads an AIFF to an even size as one
 * more sample, if samples have one byte: correct its two counts. */
static int
mend_odd_aiff(const struct sx_stream *s)
{
	unsigned char frames[4], size[4];
	off_t data = lseek(STDOUT_FILENO, 0, SEEK_END) - 1 - s->frames;
	off_t size_at = data - 8 - 4;

	if (pread(STDOUT_FILENO, frames, 4, COMM_FRAMES) != 4 ||
	    pread(STDOUT_FILENO, size, 4, size_at) != 4)
		return sound_fail(strerror(errno));
	if (sound_get32(frames) != (uint32_t)s->frames + 1 ||
	    sound_get32(size) != (uint32_t)s->frames + 9)
		return 0;
	sound_put32(frames, s->frames);
	sound_put32(size, s->frames + 8);
	if (pwrite(STDOUT_FILENO, frames, 4, COMM_FRAMES) != 4 ||
	    pwrite(STDOUT_FILENO, size, 4, size_at) != 4)
		return sound_fail(strerror(errno));
	return 0;
}

static int
sound_write_file(const char *name)
{
	SF_INFO info = { 0 };
	struct sx_stream s;
	SNDFILE *f;
	int rc;

	if (scanf(SX_STREAM_LINE_IN, SX_STREAM_PLACES(&s)) !=
		SX_STREAM_FIELDS ||
	    getchar() != '\n')
		return sound_fail("missing header line");
	info.samplerate = s.rate;
	info.channels = 1;
	info.format = sound_format_of(name, &s);
	f = sf_open_fd(STDOUT_FILENO, SFM_WRITE, &info, SF_FALSE);
	if (f == NULL)
		return sound_fail(sf_strerror(NULL));
	rc = set_loop(f, &s, info.format);
	if (rc == 0)
		rc = write_samples(f, &s);
	if (sf_close(f) != 0 && rc == 0)
		rc = sound_fail("cannot finish the file");
	if (rc == 0 && s.bits <= 8 && s.frames % 2 == 1 &&
	    (info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_AIFF)
		rc = mend_odd_aiff(&s);
	return rc;
}

int
main(int argc, char **argv)
{
	char *end;
	long most;

	confine();
	if (argc == 3 && strcmp(argv[1], "write") == 0 &&
	    (strcmp(argv[2], "wav") == 0 || strcmp(argv[2], "aiff") == 0))
		return sound_write_file(argv[2]);
	if (argc == 3 && strcmp(argv[1], "read") == 0) {
		most = strtol(argv[2], &end, 10);
		if (*end == '\0' && most > 0)
			return audio_read_file(most);
	}
	fputs("sxlib-audio is an internal helper, run by sxlib\n", stderr);
	return 2;
}
