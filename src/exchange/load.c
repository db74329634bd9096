/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "load_snapshot.h"
#include "load_sound.h"
#include "sxlib/store.h"
#include "sxlib/walk.h"

enum load_step {
	STEP_BEGIN,
	STEP_PATH,     /* next argument */
	STEP_ENTRY,    /* next entry of a folder */
	STEP_SOUND,    /* next sound of an argument */
	STEP_NAME,     /* a file was opened: check its name */
	STEP_ITEM,     /* next message */
	STEP_REALTIME, /* real-time bytes inside it */
	STEP_NOTES,    /* after the last message */
	STEP_CLOSE,
	STEP_LOADED, /* end of the file */
	STEP_OVER,
};

static void
load_drop_messages(struct sx_load *l)
{
	for (size_t i = 0; i < l->nmessages; i++) {
		free(l->messages[i].data);
		free(l->messages[i].wire);
	}
	l->nmessages = 0;
}

static void
load_leave_folder(struct sx_load *l)
{
	for (int i = 0; i < l->nnames; i++)
		free(l->names[i]);
	free(l->names);
	l->names = NULL;
	l->nnames = 0;
}

void
sx_load_free(struct sx_load *l)
{
	load_drop_messages(l);
	for (size_t i = 0; i < l->nfiles; i++)
		free(l->files[i]);
	free(l->messages);
	free(l->files);
	load_leave_folder(l);
	free(l->path);
	sx_file_close(l->file);
	sx_decoder_free(l->decoder);
	sx_load_sounds_free(l);
}

/* ---- Messages ---- */

/* Is it a store message without its sound right before it? */
static bool
stores_another(const struct sx_facts *f, const struct sx_facts *before)
{
	return f->pair < 0 && (before == NULL || !sx_facts_stores(before, f));
}

unsigned
sx_faults(const struct sx_item *item, const struct sx_facts *before)
{
	const struct sx_facts *f = &item->facts;
	unsigned faults = 0;

	if (item->damage.kind != SX_DAMAGE_NONE)
		faults |= SX_FAULT_CUT;
	else if (f->checksum == SX_CHECKSUM_BAD)
		faults |= SX_FAULT_CHECKSUM;
	if (f->danger != NULL)
		faults |= SX_FAULT_DANGER;
	if (stores_another(f, before))
		faults |= SX_FAULT_STORES;
	return faults;
}

const char *
sx_fault_text(
    char buf[SX_FAULT_TEXT], const struct sx_item *item, enum sx_fault fault)
{
	char damage[SX_DAMAGE_TEXT];

	switch (fault) {
	case SX_FAULT_CUT:
		snprintf(buf, SX_FAULT_TEXT,
		    "message of %zu bytes is truncated: %s", item->len,
		    sx_damage_text(item->damage, damage));
		return buf;
	case SX_FAULT_CHECKSUM:
		snprintf(buf, SX_FAULT_TEXT,
		    "message of %zu bytes has a wrong checksum or length",
		    item->len);
		return buf;
	case SX_FAULT_DANGER:
		return item->facts.danger;
	case SX_FAULT_STORES:
		break;
	}
	return "it stores the preceding dump, but there is none right before "
	       "it in this file: it would overwrite a memory with a different "
	       "sound (sxlib join puts both in one file)";
}

int
sx_refuse_faults(struct sx_err *e)
{
	sx_fail(e, SX_EREFUSED, 0,
	    "refused because of the problems above; nothing was sent");
	return sx_hint(e, "use --force to send anyway");
}

int
sx_refuse_firmware(const char *path, const struct sx_facts *f, const char *hint,
    struct sx_err *e)
{
	sx_fail(e, SX_EREFUSED, 0,
	    "refused: '%s' contains an OS upgrade (%s%s%s); nothing was sent",
	    path, f->maker, f->device[0] != '\0' ? " " : "", f->device);
	return sx_hint(
	    e, "it replaces the operating system of the instrument: %s", hint);
}

/* A store message has the slot of the dump before it. */
static void
load_slot(struct sx_facts *dump, const struct sx_facts *store)
{
	dump->slot = store->slot;
	memcpy(dump->slot_text, store->slot_text, sizeof(dump->slot_text));
}

static int
load_message(struct sx_load *l, const struct sx_item *item, int64_t time,
    struct sx_err *e)
{
	struct sx_outgoing m = {
		.file = l->nfiles - 1,
		.offset = item->offset,
		.time = time,
		.len = item->len,
		.facts = item->facts,
	};
	struct sx_outgoing *p = l->messages;
	size_t n = l->nmessages;

	if (n > 0 && sx_facts_stores(&p[n - 1].facts, &m.facts))
		load_slot(&p[n - 1].facts, &m.facts);
	/* The list doubles: it has room unless its length is a power of 2. */
	if ((n & (n - 1)) == 0)
		p = realloc(p, (n > 0 ? n * 2 : 1) * sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(e);
	l->messages = p;
	m.data = malloc(item->len + 1);
	if (m.data == NULL)
		return sx_fail_memory(e);
	memcpy(m.data, item->data, item->len);
	/* A cut message is sent closed. */
	if (item->damage.kind != SX_DAMAGE_NONE)
		m.data[m.len++] = 0xf7;
	m.wire_len = m.len;
	l->messages[l->nmessages++] = m;
	return 0;
}

/* Send the last message with its real-time bytes, as in its file: its data do
 * not have their positions. */
static int
load_keep_realtime(struct sx_load *l, struct sx_err *e)
{
	struct sx_outgoing *m = &l->messages[l->nmessages - 1];
	size_t n = l->item.len + l->item.realtime;
	const uint8_t *bytes = sx_file_bytes(l->file, l->item.offset, n, e);

	if (bytes == NULL)
		return -1;
	m->wire = malloc(n + 1);
	if (m->wire == NULL)
		return sx_fail_memory(e);
	memcpy(m->wire, bytes, n);
	if (l->item.damage.kind != SX_DAMAGE_NONE)
		m->wire[n++] = 0xf7;
	m->wire_len = n;
	return 0;
}

static int
load_realtime(struct sx_load *l, struct sx_load_event *ev, struct sx_err *e)
{
	l->step = STEP_ITEM;
	ev->type = SX_LOAD_REALTIME;
	ev->mid = sx_file_format(l->file) == SX_FILE_MID;
	ev->kept = l->realtime && !ev->mid;
	return ev->kept && load_keep_realtime(l, e) == -1 ? -1 : 1;
}

static int
load_item(struct sx_load *l, struct sx_load_event *ev, struct sx_err *e)
{
	const struct sx_item *item = &l->item;
	const struct sx_facts *before = NULL;
	int rc = sx_file_next(l->file, &l->item, &l->why);

	if (rc != 1) {
		l->malformed = rc == -1;
		l->step = STEP_NOTES;
		return 0;
	}
	if (item->stray) {
		ev->type = item->what == SX_STRAY_WRAPPING || item->padding
			       ? SX_LOAD_SPARE
			       : SX_LOAD_STRAY;
		l->wrong += ev->type == SX_LOAD_STRAY;
		return 1;
	}
	/* The last message of another file would be its sound only by
	 * chance. */
	if (l->nmessages > l->first)
		before = &l->messages[l->nmessages - 1].facts;
	ev->type = SX_LOAD_FAULTS;
	ev->faults = sx_faults(item, before);
	for (unsigned bit = 1; bit <= SX_FAULT_STORES; bit <<= 1)
		l->wrong += (ev->faults & bit) != 0;
	if (item->facts.kind == SX_KIND_FIRMWARE &&
	    l->firmware == SX_NO_FIRMWARE)
		l->firmware = l->nmessages;
	if (item->realtime > 0)
		l->step = STEP_REALTIME;
	if (load_message(l, item, sx_file_time(l->file) + item->at, e) == -1)
		return -1;
	return ev->faults != 0;
}

/* ---- Files ---- */

static int
load_name(struct sx_load *l, const char *name, struct sx_err *e)
{
	char **p = realloc(l->files, (l->nfiles + 1) * sizeof(*p));
	char *copy = strdup(name);

	if (p != NULL)
		l->files = p;
	if (p == NULL || copy == NULL) {
		free(copy);
		return sx_fail_memory(e);
	}
	l->files[l->nfiles++] = copy;
	l->first = l->nmessages;
	return 0;
}

/* Load the sounds of an argument instead of its file. */
static int
load_open_sounds(struct sx_load *l, const char *arg, struct sx_err *e)
{
	l->step = STEP_SOUND;
	l->picking = true;
	return sx_load_sounds_begin(l, arg, e);
}

static int
load_open(struct sx_load *l, const char *path, struct sx_err *e)
{
	if (l->buffer || sx_pick_is_ref(path))
		return load_open_sounds(l, path, e);
	if (l->to != NULL && l->sounds > 0)
		return sx_fail(e, SX_EUSAGE, 0,
		    "'%s' is a file, and there are sounds before it: --to "
		    "takes either",
		    path);
	l->file = sx_file_open_next(path, l->user, &l->decoder, e);
	l->step = STEP_NAME;
	return l->file != NULL ? load_name(l, path, e) : -1;
}

/* Open hex text. Bad text in an option is a usage error. */
static int
load_open_hex(struct sx_load *l, struct sx_err *e)
{
	const bool standard = strcmp(l->hex, "-") == 0;

	l->file = standard ? sx_file_open_hex(l->hex, l->user, e)
			   : sx_file_hex_text(l->hex_name, l->hex, l->user, e);
	if (l->file == NULL) {
		if (!standard && e->code == SX_EDATA)
			e->code = SX_EUSAGE;
		return -1;
	}
	l->step = STEP_ITEM;
	return load_name(l, standard ? "-" : l->hex_name, e);
}

/* A file stored as damaged is damaged, however complete it looks. */
static int
load_damaged(struct sx_load *l, struct sx_load_event *ev)
{
	l->step = STEP_ITEM;
	if (!sx_is_damaged_name(ev->path))
		return 0;
	l->wrong++;
	ev->type = SX_LOAD_DAMAGED;
	return 1;
}

/* Report what was odd about the file. Stray bytes of a .mid are not items. */
static int
load_notes(struct sx_load *l, struct sx_load_event *ev)
{
	ev->note = sx_file_note(l->file);
	ev->bytes = sx_file_stray(l->file);
	ev->type = ev->bytes > 0		    ? SX_LOAD_LOST
		   : sx_file_text_mode(l->file) > 0 ? SX_LOAD_TEXT
						    : SX_LOAD_NOTE;
	l->wrong += ev->type != SX_LOAD_NOTE;
	l->step = STEP_CLOSE;
	return ev->type != SX_LOAD_NOTE || ev->note != NULL;
}

/* Load all bytes as one message, whatever they are. */
static int
load_raw(struct sx_load *l, struct sx_err *e)
{
	struct sx_item item = { .len = (size_t)sx_file_size(l->file) };

	item.data = sx_file_bytes(l->file, 0, item.len, e);
	if (item.data == NULL)
		return -1;
	sx_device_decode(l->user, item.data, item.len, &item.facts);
	load_drop_messages(l);
	if (l->firmware != SX_NO_FIRMWARE)
		l->firmware = 0;
	return load_message(l, &item, 0, e);
}

static int
load_close_hex(struct sx_load *l, struct sx_err *e)
{
	l->step = STEP_OVER;
	if (l->malformed) {
		l->malformed = false;
		*e = l->why;
		return -1;
	}
	if (sx_file_size(l->file) == 0)
		return sx_fail(e,
		    strcmp(l->hex, "-") == 0 ? SX_EDATA : SX_EUSAGE, 0,
		    "the hex text contains no bytes");
	return l->wrong > 0 && l->force ? load_raw(l, e) : 0;
}

static int
load_close(struct sx_load *l, struct sx_load_event *ev, struct sx_err *e)
{
	if (l->hex != NULL)
		return load_close_hex(l, e);
	l->step = STEP_LOADED;
	if (!l->malformed)
		return 0;
	l->malformed = l->why.code == SX_EDATA;
	if (!l->malformed || !l->force) {
		*e = l->why;
		return -1;
	}
	l->malformed = false;
	l->wrong++;
	ev->type = SX_LOAD_MALFORMED;
	ev->why = &l->why;
	return 1;
}

/* Load a snapshot. It has no SysEx: its controllers become one message. Returns
 * 1, 0 if the file is something else, or -1 and sets e. */
static int
load_snapshot(struct sx_load *l, struct sx_err *e)
{
	struct sx_item all = { .kind = SX_SPAN_CHANNEL };
	uint8_t *bytes;
	int rc = sx_snapshot_bytes(l->file, &bytes, &all.len, e);

	if (rc != 1)
		return rc;
	all.data = bytes;
	sx_device_decode(l->user, bytes, all.len, &all.facts);
	if (load_message(l, &all, sx_file_time(l->file), e) == -1)
		rc = -1;
	free(bytes);
	return rc;
}

static int
load_done(struct sx_load *l, struct sx_err *e)
{
	int rc = 0;

	if (l->nmessages == l->first)
		rc = load_snapshot(l, e);
	if (rc == 0 && l->nmessages == l->first)
		rc = sx_file_nothing(l->file, e);
	rc = rc == 1 ? 0 : rc;
	sx_file_close(l->file);
	l->file = NULL;
	l->why = (struct sx_err){ 0 };
	l->step = l->picking	     ? STEP_SOUND
		  : l->names != NULL ? STEP_ENTRY
				     : STEP_PATH;
	return rc;
}

static int
load_sound(struct sx_load *l, struct sx_load_event *ev, struct sx_err *e)
{
	char *name;
	int rc;

	if (l->to != NULL && l->nfiles > l->sounds)
		return sx_fail(e, SX_EUSAGE, 0,
		    "'%s' names sounds, and there are files before it: --to "
		    "takes either",
		    l->pick.refs.ref.path);
	rc = sx_load_sounds_next(l, &name, ev, e);
	if (rc == 1 && load_name(l, name, e) == -1)
		rc = -1;
	free(name);
	if (rc == 1) {
		ev->path = l->files[l->nfiles - 1];
		l->step = STEP_ITEM;
	} else if (rc == 0) {
		l->picking = false;
		l->step = l->names != NULL ? STEP_ENTRY : STEP_PATH;
	}
	return rc;
}

/* ---- Folders ---- */

static int
load_path(struct sx_load *l, struct sx_err *e)
{
	const char *path;
	struct stat st;

	if (l->next_path == l->npaths) {
		l->step = STEP_OVER;
		return sx_load_sounds_end(l, e);
	}
	path = l->paths[l->next_path++];
	if (stat(path, &st) == -1 || !S_ISDIR(st.st_mode))
		return load_open(l, path, e);
	l->nnames = sx_walk_names(path, &l->names);
	if (l->nnames == -1) {
		l->nnames = 0;
		return sx_fail(e, SX_EIO, errno, "cannot read '%s'", path);
	}
	l->next_name = 0;
	l->files_before = l->nfiles;
	l->step = STEP_ENTRY;
	return 0;
}

/* Is it the dump of an edit buffer, which the unit does not store? */
static int
load_is_buffer(const struct sx_load *l, size_t i, struct sx_edit_buffers *b,
    struct sx_err *e)
{
	const struct sx_outgoing *m = &l->messages[i];
	int is;

	if (i + 1 < l->nmessages && m[1].file == m->file &&
	    sx_facts_stores(&m->facts, &m[1].facts))
		return 0;
	if (m->facts.pair > 0)
		return 1;
	is = sx_edit_buffers_untold(b, m->data, m->len, &m->facts, e);
	if (is != 0)
		return is;
	return sx_edit_buffers_have(b, m->data, m->len, &m->facts, e);
}

/* The dumps of a folder that will not be where they were: of an edit buffer,
 * which the unit does not store, or refused. */
static int
load_count_lost(struct sx_load *l, struct sx_err *e)
{
	struct sx_edit_buffers buffers = { .user = l->user };
	int is = 0;

	for (size_t i = 0; is != -1 && i < l->nmessages; i++) {
		const struct sx_outgoing *m = &l->messages[i];

		if (m->file < l->files_before)
			continue;
		l->refused += m->facts.refused;
		is = m->facts.refused ? 0 : load_is_buffer(l, i, &buffers, e);
		l->buffers += is == 1;
	}
	sx_edit_buffers_free(&buffers);
	return is == -1 ? -1 : 0;
}

/* After the last entry. */
static int
load_folder_done(struct sx_load *l, const char *folder, struct sx_err *e)
{
	load_leave_folder(l);
	l->step = STEP_PATH;
	if (l->nfiles == l->files_before)
		return sx_fail(e, SX_ENONE, 0, "no dump in '%s'", folder);
	return load_count_lost(l, e);
}

/* Load the next entry of a folder. An entry that is not sent is reported, or
 * counted if it is not named as a dump. */
static int
load_entry(struct sx_load *l, struct sx_load_event *ev, struct sx_err *e)
{
	const char *folder = l->paths[l->next_path - 1], *name;
	size_t bare = strlen(folder);
	struct stat st;
	bool known;

	if (l->next_name == l->nnames)
		return load_folder_done(l, folder, e);
	name = l->names[l->next_name++]->d_name;
	while (bare > 1 && folder[bare - 1] == '/')
		bare--;
	free(l->path);
	if (asprintf(&l->path, "%.*s/%s", (int)bare, folder, name) == -1) {
		l->path = NULL;
		return sx_fail_memory(e);
	}
	ev->path = l->path;
	known = stat(l->path, &st) == 0;
	if (known && S_ISDIR(st.st_mode)) {
		ev->type = SX_LOAD_FOLDER;
		return 1;
	}
	if (!sx_is_dump_name(name)) {
		l->skipped++;
		return 0;
	}
	ev->type = SX_LOAD_NO_FILE;
	return known && !S_ISREG(st.st_mode) ? 1 : load_open(l, l->path, e);
}

/* Do the next step. Returns 1 and sets *ev, 0 to go on, or -1 and sets e. */
static int
load_go(struct sx_load *l, struct sx_load_event *ev, struct sx_err *e)
{
	switch ((enum load_step)l->step) {
	case STEP_BEGIN:
		l->firmware = SX_NO_FIRMWARE;
		l->step = STEP_PATH;
		return l->hex != NULL ? load_open_hex(l, e) : 0;
	case STEP_PATH:
		return load_path(l, e);
	case STEP_ENTRY:
		return load_entry(l, ev, e);
	case STEP_SOUND:
		return load_sound(l, ev, e);
	case STEP_NAME:
		return load_damaged(l, ev);
	case STEP_ITEM:
		return load_item(l, ev, e);
	case STEP_REALTIME:
		return load_realtime(l, ev, e);
	case STEP_NOTES:
		return load_notes(l, ev);
	case STEP_CLOSE:
		return load_close(l, ev, e);
	case STEP_LOADED:
		return load_done(l, e);
	case STEP_OVER:
		break;
	}
	return 0;
}

int
sx_load_next(struct sx_load *l, struct sx_load_event *ev, struct sx_err *e)
{
	int rc = 0;

	while (rc == 0 && l->step != STEP_OVER) {
		*ev = (struct sx_load_event){ .item = &l->item };
		if (l->nfiles > 0)
			ev->path = l->files[l->nfiles - 1];
		rc = load_go(l, ev, e);
	}
	return rc;
}
