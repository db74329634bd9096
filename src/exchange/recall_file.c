/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recall_file.h"
#include "sxlib/reader.h"
#include "sxlib/store.h"

/* A file being read into a dump. */
struct file_reader {
	struct sx_recall_dump *d;
	const struct sx_recall_load *load;
	const struct sx_load_pace *pace;
	bool stray; /* bytes belong to no message, the first of them at: */
	uint64_t stray_at;
	bool any; /* a SysEx message was read, the last one with: */
	struct sx_facts before;
	struct sx_err *e;
};

bool
sx_recall_file_is_hex(const char *value)
{
	const char *p = value;

	for (; *p != '\0'; p += strspn(p, " \t")) {
		if (!isxdigit((unsigned char)p[0]) ||
		    !isxdigit((unsigned char)p[1]) ||
		    (p[2] != '\0' && p[2] != ' ' && p[2] != '\t'))
			return false;
		p += 2;
	}
	return p > value && strchr("89abcdefABCDEF", value[0]) != NULL &&
	       access(value, F_OK) == -1;
}

/* Count a problem; without force, refuse the file. */
static int
file_wrong(struct file_reader *r, uint64_t offset, const char *what)
{
	r->d->wrong++;
	if (r->load->force)
		return 0;
	sx_fail(r->e, SX_EREFUSED, 0, "refused: %s: offset %" PRIu64 ": %s",
	    r->d->path, offset, what);
	return sx_hint(r->e, "use --force to send anyway");
}

static struct sx_recall_message *
file_add(struct file_reader *r)
{
	struct sx_recall_dump *d = r->d;
	struct sx_recall_message *p =
	    realloc(d->messages, (d->nmessages + 1) * sizeof(*p));

	if (p == NULL) {
		sx_fail_memory(r->e);
		return NULL;
	}
	d->messages = p;
	p[d->nmessages] = (struct sx_recall_message){ 0 };
	return &p[d->nmessages++];
}

static int
file_grow(struct file_reader *r, struct sx_recall_message *m,
    const uint8_t *data, size_t n)
{
	uint8_t *p = realloc(m->data, m->len + n);

	if (p == NULL)
		return sx_fail_memory(r->e);
	m->data = p;
	memcpy(p + m->len, data, n);
	m->len += n;
	r->d->bytes += n;
	return 0;
}

/* Add a message that is not SysEx; several in a row are sent as one. */
static int
file_short(struct file_reader *r, const uint8_t *data, size_t n)
{
	static const struct sx_outgoing any = { .file = 0 };
	struct sx_recall_dump *d = r->d;
	struct sx_recall_message *m =
	    d->nmessages > 0 ? &d->messages[d->nmessages - 1] : NULL;

	if (data[0] == 0xfe)
		return 0;
	if (m == NULL || m->sysex) {
		m = file_add(r);
		if (m == NULL)
			return -1;
		m->rate = sx_load_rate(r->pace, &any);
	}
	return file_grow(r, m, data, n);
}

static int
file_faults(struct file_reader *r, const struct sx_item *item)
{
	static const char *const text[] = { "a message is truncated",
		"a message has a wrong checksum or length", NULL,
		"it stores the preceding dump, but there is none right before "
		"it in this file" };
	unsigned faults = sx_faults(item, r->any ? &r->before : NULL);

	for (unsigned i = 0; i < 4; i++)
		if ((faults >> i & 1) &&
		    file_wrong(r, item->offset,
			text[i] != NULL ? text[i] : item->facts.danger) == -1)
			return -1;
	if (item->facts.kind != SX_KIND_FIRMWARE || r->load->firmware)
		return 0;
	sx_fail(r->e, SX_EREFUSED, 0, "refused: %s: an OS upgrade (%s%s%s)",
	    r->d->path, item->facts.maker,
	    item->facts.device[0] != '\0' ? " " : "", item->facts.device);
	return sx_hint(r->e, "it replaces the operating system of the "
			     "instrument; --firmware allows it");
}

static int
file_sysex(struct file_reader *r, const struct sx_item *item)
{
	static const uint8_t eox = 0xf7;
	struct sx_outgoing out = { .facts = item->facts };
	struct sx_recall_message *m;

	if (file_faults(r, item) == -1)
		return -1;
	r->any = true;
	r->before = item->facts;
	m = file_add(r);
	if (m == NULL || file_grow(r, m, item->data, item->len) == -1)
		return -1;
	if (item->damage.kind != SX_DAMAGE_NONE &&
	    file_grow(r, m, &eox, 1) == -1)
		return -1;
	m->sysex = true;
	m->rate = sx_load_rate(r->pace, &out);
	m->delay = sx_load_delay(r->pace, &out);
	r->d->stores |= item->facts.dump;
	return 0;
}

/* Add messages of hex text that are not SysEx, such as controllers. */
static int
file_frame(struct file_reader *r, const struct sx_item *item)
{
	struct sx_framer framer;
	struct sx_span span;
	size_t at = 0;

	sx_framer_init(&framer);
	while (at < item->len) {
		at += sx_framer_feed(
		    &framer, item->data + at, item->len - at, &span);
		if (span.kind == SX_SPAN_NONE)
			continue;
		if (span.kind == SX_SPAN_STRAY || span.end != SX_END_WHOLE) {
			if (file_wrong(r, item->offset + at,
				"this is outside any complete message") == -1)
				return -1;
		} else if (file_short(r, span.data, span.len) == -1) {
			return -1;
		}
	}
	sx_framer_cut(&framer, SX_END_INPUT, &span);
	return span.kind == SX_SPAN_NONE
		   ? 0
		   : file_wrong(r, item->offset + at,
			 "the last message is not complete");
}

static int
file_stray(struct file_reader *r, const struct sx_item *item, bool hex)
{
	if (hex && item->data != NULL)
		return file_frame(r, item);
	if (item->what == SX_STRAY_WRAPPING || item->padding)
		return 0;
	if (!r->stray)
		r->stray_at = item->offset;
	r->stray = true;
	return 0;
}

static int
file_items(struct file_reader *r, struct sx_file *f, bool hex)
{
	struct sx_item item;
	int rc;

	if (sx_file_format(f) == SX_FILE_MID && sx_file_all(f, r->e) == -1)
		return -1;
	while ((rc = sx_file_next(f, &item, r->e)) == 1) {
		if (item.stray)
			rc = file_stray(r, &item, hex);
		else if (item.kind == SX_SPAN_SYSEX)
			rc = file_sysex(r, &item);
		else
			rc = file_short(r, item.data, item.len);
		if (rc == -1)
			return -1;
	}
	if (rc == -1)
		return -1;
	if (r->d->nmessages == 0)
		return sx_file_nothing(f, r->e);
	if (r->stray &&
	    file_wrong(r, r->stray_at, "bytes outside any message") == -1)
		return -1;
	if (sx_file_stray(f) > 0 || sx_file_text_mode(f) > 0)
		return file_wrong(r, 0, sx_file_note(f));
	return 0;
}

static void
file_time(struct sx_recall_dump *d)
{
	for (size_t i = 0; i < d->nmessages; i++) {
		const struct sx_recall_message *m = &d->messages[i];

		if (m->rate > 0)
			d->time += (int64_t)m->len * 1000000 / m->rate;
		if (i + 1 < d->nmessages)
			d->time += m->delay;
	}
}

/* ---- Sounds in a bank ---- */

/* Is it a reference, FILE:WHICH? Returns -1 and sets e if out of memory. */
static int
file_is_reference(const char *path, struct sx_err *e)
{
	const char *colon = strrchr(path, ':');
	char *file;
	int rc;

	if (colon == NULL || access(path, F_OK) == 0)
		return 0;
	file = strndup(path, (size_t)(colon - path));
	if (file == NULL)
		return sx_fail_memory(e);
	rc = access(file, F_OK) == 0;
	free(file);
	return rc;
}

/* Read sounds as send would send them: to the edit buffer, so that nothing is
 * stored. */
static int
file_sounds(struct file_reader *r)
{
	char *path = r->d->path;
	struct sx_load l = { .user = r->load->user,
		.paths = &path,
		.npaths = 1,
		.force = r->load->force };
	struct sx_load_event ev;
	int rc;

	while ((rc = sx_load_next(&l, &ev, r->e)) == 1)
		continue;
	if (rc == 0 && l.wrong > 0)
		rc = file_wrong(r, 0, "a message of it is damaged");
	for (size_t i = 0; rc == 0 && i < l.nmessages; i++) {
		const struct sx_item item = { .data = l.messages[i].data,
			.len = l.messages[i].len,
			.facts = l.messages[i].facts };

		rc = file_sysex(r, &item);
	}
	sx_load_free(&l);
	r->d->stores = false;
	return rc;
}

int
sx_recall_file_read(struct sx_recall_dump *d, const struct sx_recall_load *load,
    struct sx_err *e)
{
	struct file_reader r = { .d = d,
		.load = load,
		.pace = &load->places[d->output].pace,
		.e = e };
	bool text = sx_recall_file_is_hex(d->path);
	struct sx_file *f;
	int rc = text ? 0 : file_is_reference(d->path, e);

	if (rc == 1) {
		rc = file_sounds(&r);
		file_time(d);
	}
	if (rc == -1 || d->nmessages > 0)
		return rc;
	f = text ? sx_file_hex_text(d->path, d->path, load->user, e)
		 : sx_file_open_any(d->path, load->user, e);
	if (f == NULL)
		return -1;
	rc = sx_is_damaged_name(d->path)
		 ? file_wrong(
		       &r, 0, "stored as damaged, even if it looks complete")
		 : 0;
	if (rc == 0)
		rc = file_items(&r, f, text || sx_is_hex_name(d->path));
	sx_file_close(f);
	file_time(d);
	return rc;
}
