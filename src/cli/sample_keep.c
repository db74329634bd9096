/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sample_in.h"

/* The format by the name that was given; -1: it is a folder. */
static int
named_format(const char *out)
{
	struct stat st;

	if (stat(out, &st) == 0 && S_ISDIR(st.st_mode))
		return -1;
	if (sx_path_has_suffix(out, ".wav"))
		return SAMPLE_WAV;
	if (sx_path_has_suffix(out, ".aiff") || sx_path_has_suffix(out, ".aif"))
		return SAMPLE_AIFF;
	return sx_path_has_suffix(out, ".syx") ? SAMPLE_SYX : -1;
}

static enum sample_format
format_of(const struct sample_in *s)
{
	int named = named_format(s->o->out);

	return named != -1 ? (enum sample_format)named : s->o->format;
}

/* The options of both stores: the file, and the part beside it. */
int
sample_places(struct sample_in *s)
{
	static const char *const suffixes[] = { ".wav", ".aiff", ".syx" };
	struct sx_store_opts *raw = &s->raw_opts.store;
	struct sx_store_opts *file = &s->file_opts.store;
	const char *out = s->o->out, *slash = strrchr(out, '/');
	struct sx_err *e = &s->c->err;

	s->raw_opts = s->file_opts = (struct receive_opts)RECEIVE_OPTS;
	if (strcmp(out, "-") == 0)
		return sx_fail(e, SX_EUSAGE, 0, "--out - is not for samples");
	file->out = out;
	file->name = s->o->name;
	file->copy = true;
	file->suffix = suffixes[format_of(s)];
	if (named_format(out) == -1)
		s->folder = strdup(out);
	else if (slash != NULL)
		s->folder = strndup(out, (size_t)(slash - out) + 1);
	else
		s->folder = strdup("./");
	if (s->folder == NULL)
		return sx_fail_memory(e);
	if (named_format(out) != -1)
		file->format = SX_FORMAT_BYTES;
	raw->out = s->folder;
	if (sx_store_check(file, e) == -1)
		return -1;
	return format_of(s) != SAMPLE_SYX ? sx_audio_check(&s->c->err) : 0;
}

int
sample_keeper(
    struct sample_in *s, struct keeper *k, const struct receive_opts *o)
{
	keeper_init(k, s->c, o, NULL, sx_store_open(&o->store, &s->c->err));
	k->t.port_name = s->talk.port_name;
	return k->k.store != NULL ? 0 : -1;
}

static void
warn_odd(struct sample_in *s, const struct sx_sample_odd *odd)
{
	const struct sx_sds_header *h = &s->in.receiver.header;

	if (odd->rate > 0)
		warn(s->c, "the header has no sample rate: %d Hz is taken",
		    odd->rate);
	if (odd->loop)
		warn(s->c, "the loop %u-%u is not kept: %s", h->loop_start,
		    h->loop_end,
		    h->loop_end >= h->words ? "it ends outside of the sample"
		    : h->loop_start == h->loop_end
			? "it has one word"
			: "it ends before it begins");
}

static uint8_t *
whole_file(struct sample_in *s, size_t *n)
{
	const enum sample_format format = format_of(s);
	struct sx_sample_odd odd;
	uint8_t *bytes;

	if (format == SAMPLE_SYX)
		return sx_sample_in_dump(&s->in, n, &s->c->err);
	bytes = sx_sample_in_sound(&s->in,
	    format == SAMPLE_AIFF ? "aiff" : "wav", &odd, n, &s->c->err);
	warn_odd(s, &odd);
	return bytes;
}

/* Make the file. -1 and c->err: the part is still all there is. */
int
sample_make_file(struct sample_in *s)
{
	struct sx_dump d = s->in.dump;
	struct sx_part *part;
	uint8_t *bytes;
	size_t n;
	int rc = -1;

	bytes = whole_file(s, &n);
	if (bytes == NULL)
		return -1;
	d.bytes = n;
	d.messages = 1 + s->in.receiver.packets;
	if (format_of(s) == SAMPLE_SYX)
		d.messages += s->in.extra_messages;
	d.damage.kind = SX_DAMAGE_NONE;
	d.facts.checksum = SX_CHECKSUM_OK;
	part = sx_part_begin(s->file.k.store, d.time, &s->c->err);
	if (part != NULL) {
		rc = sx_part_append(part, bytes, n, &s->c->err);
		if (rc == 0)
			rc = keeper_add(&s->file, part, &d, false);
		else
			sx_part_drop(part);
	}
	free(bytes);
	return rc == 0 ? keeper_finish(&s->file) : -1;
}

/* Keep what came, as it came. */
void
sample_keep_part(struct sample_in *s, enum sx_damage_kind damage)
{
	struct sx_part *part = s->in.part;

	s->in.part = NULL;
	if (part == NULL)
		return;
	if (s->in.dump.damage.kind == SX_DAMAGE_NONE)
		s->in.dump.damage.kind = damage;
	if (keeper_add(&s->raw, part, &s->in.dump, false) == -1 ||
	    keeper_finish(&s->raw) == -1)
		s->status = status_worse(s->status, ST_FAILED);
	if (s->raw.k.damaged > 0)
		s->status = status_worse(s->status, ST_DAMAGED);
}
