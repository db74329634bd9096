/* SPDX-License-Identifier: ISC */
/* The file made of a sample: its place, its format and its bytes. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sxlib/samples.h"

#define RATE_UNKNOWN 44100

/* ---- Place ---- */

/* Does `out` name a file, by its suffix, and not an existing folder? Sets
 * *format. */
static bool
place_is_file(const char *out, enum sx_sample_format *format)
{
	struct stat st;

	if (stat(out, &st) == 0 && S_ISDIR(st.st_mode))
		return false;
	if (sx_path_has_suffix(out, ".wav"))
		*format = SX_SAMPLE_WAV;
	else if (sx_path_has_suffix(out, ".aiff") ||
		 sx_path_has_suffix(out, ".aif"))
		*format = SX_SAMPLE_AIFF;
	else if (sx_path_has_suffix(out, ".syx"))
		*format = SX_SAMPLE_SYX;
	else
		return false;
	return true;
}

int
sx_sample_place(struct sx_sample_place *p, const char *out, const char *name,
    enum sx_sample_format format, struct sx_err *e)
{
	static const char *const suffixes[] = { ".wav", ".aiff", ".syx" };
	const char *slash = strrchr(out, '/');
	bool is_file;

	*p = (struct sx_sample_place){ .format = format };
	if (strcmp(out, "-") == 0)
		return sx_fail(
		    e, SX_EUSAGE, 0, "--out - is not available for samples");
	is_file = place_is_file(out, &p->format);
	if (!is_file)
		p->folder = strdup(out);
	else if (slash != NULL)
		p->folder = strndup(out, (size_t)(slash - out) + 1);
	else
		p->folder = strdup("./");
	if (p->folder == NULL)
		return sx_fail_memory(e);
	p->raw = (struct sx_store_opts){ .out = p->folder, .first = -1 };
	p->file = (struct sx_store_opts){ .out = out,
		.name = name,
		.format = is_file ? SX_FORMAT_BYTES : SX_FORMAT_SYX,
		.first = -1,
		.suffix = suffixes[p->format],
		.copy = true };
	if (sx_store_check(&p->file, e) == -1)
		return -1;
	return p->format != SX_SAMPLE_SYX ? sx_audio_check(e) : 0;
}

void
sx_sample_place_free(struct sx_sample_place *p)
{
	free(p->folder);
	p->folder = NULL;
}

/* ---- Bytes ---- */

/* Return every message once, in order; malloc'ed. */
static uint8_t *
file_of_messages(const struct sx_sample_in *s, size_t *n, struct sx_err *e)
{
	const struct sx_sds_receiver *r = &s->receiver;
	uint8_t *bytes, *p;

	*n = SX_SDS_HEADER_SIZE + s->nextras + r->packets * SX_SDS_PACKET_SIZE;
	bytes = p = malloc(*n);
	if (bytes == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	sx_sds_put_header(p, &r->header);
	p += SX_SDS_HEADER_SIZE;
	if (s->nextras > 0)
		memcpy(p, s->extras, s->nextras);
	p += s->nextras;
	for (size_t i = 0; i < r->packets; i++, p += SX_SDS_PACKET_SIZE)
		sx_sds_put_packet(
		    p, r->header.device, i, r->data + i * SX_SDS_DATA);
	return bytes;
}

/* Set the loop of the sound. Returns why it is left out, or NULL. Some units
 * mean no loop by a loop of one word. */
static const char *
file_loop(const struct sx_sds_header *h, struct sx_stream *head)
{
	if (h->loop != SX_SDS_FORWARD && h->loop != SX_SDS_ALTERNATING)
		return NULL;
	if (h->loop_end >= h->words)
		return "it ends outside the sample";
	if (h->loop_start >= h->loop_end)
		return h->loop_start == h->loop_end
			   ? "it is a single word"
			   : "it ends before it starts";
	head->loop = (int)h->loop;
	head->loops = 1;
	head->loop_start = (long)h->loop_start;
	head->loop_end = (long)h->loop_end;
	return NULL;
}

static uint8_t *
file_of_sound(const struct sx_sample_in *s, const char *format,
    struct sx_sample_odd *odd, size_t *n, struct sx_err *e)
{
	const struct sx_sds_receiver *r = &s->receiver;
	const struct sx_sds_header *h = &r->header;
	struct sx_audio sound = { .head = { .rate = (int)sx_sds_rate(h->period),
				      .channels = 1,
				      .frames = (long)h->words,
				      .bits = (int)h->bits,
				      .loop = SX_STREAM_NO_LOOP } };
	size_t words = sx_sds_packet_words(h->bits);
	uint8_t *bytes;

	*odd = (struct sx_sample_odd){ 0 };
	if (sound.head.rate < 1)
		sound.head.rate = odd->rate = RATE_UNKNOWN;
	odd->loop = file_loop(h, &sound.head);
	sound.samples = calloc(r->packets * words, sizeof(*sound.samples));
	if (sound.samples == NULL) {
		sx_fail_memory(e);
		return NULL;
	}
	for (size_t i = 0; i < r->packets; i++)
		sx_sds_unpack(r->data + i * SX_SDS_DATA, h->bits,
		    sound.samples + i * words, words);
	bytes = sx_audio_write(format, &sound, n, e);
	sx_audio_free(&sound);
	return bytes;
}

int
sx_sample_in_file(const struct sx_sample_in *s, enum sx_sample_format format,
    struct sx_store *store, struct sx_sample_odd *odd, struct sx_pending *file,
    struct sx_err *e)
{
	struct sx_dump d = s->got.dump;
	uint8_t *bytes;
	size_t n;
	int rc = -1;

	*odd = (struct sx_sample_odd){ 0 };
	*file = (struct sx_pending){ 0 };
	bytes =
	    format == SX_SAMPLE_SYX
		? file_of_messages(s, &n, e)
		: file_of_sound(
		      s, format == SX_SAMPLE_AIFF ? "aiff" : "wav", odd, &n, e);
	if (bytes == NULL)
		return -1;
	d.bytes = n;
	d.messages = 1 + s->receiver.packets;
	if (format == SX_SAMPLE_SYX)
		d.messages += s->extra_messages;
	d.damage.kind = SX_DAMAGE_NONE;
	d.facts.checksum = SX_CHECKSUM_OK;
	if (sx_pending_begin(file, store, d.time, e) == 0) {
		rc = sx_pending_append(file, bytes, n, e);
		if (rc == 0)
			rc = sx_pending_add(file, &d, e);
		if (rc == -1)
			sx_pending_drop(file);
	}
	free(bytes);
	return rc;
}
