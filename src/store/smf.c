/* SPDX-License-Identifier: ISC */
/*
 * libsmf is used only to write, and only for what it writes well: plain F0 ..
 * F7 events and track names of at most 127 bytes, in rising order, within the
 * bounds of sx_smf_fits(). It saves into memory: on a full disk its smf_save()
 * leaks the file, it gives the reason only to its log, and it reads back what
 * it wrote. GLib aborts or deadlocks when memory runs out: so memory is checked
 * first, and jobs that may take more run in a separate process. That takes some
 * ms, too many for each of many small dumps.
 *
 * It is loaded when needed and not linked: with GLib and PCRE it would be half
 * of the time that every start of the program takes.
 */
#include <dlfcn.h>
#include <errno.h>
#include <smf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "apart.h"
#include "smf.h"

#define TOO_LONG "too long for a MIDI file"

#define TEXT_MAX 127 /* bytes of a text that libsmf can read back */

static int64_t
ms_between(int64_t start, int64_t t)
{
	return t > start ? (t - start + 500) / 1000 : 0;
}

const char *
sx_smf_too_large(const struct sx_dump *dump)
{
	return dump->messages >= SX_SMF_EVENTS || dump->bytes > SX_SMF_BYTES
		   ? TOO_LONG
		   : NULL;
}

bool
sx_smf_fits(struct sx_smf_room *room, const struct sx_dump *dump)
{
	struct sx_smf_room r = *room;

	if (sx_smf_too_large(dump) != NULL)
		return false;
	if (r.tracks == 0 && !r.from_zero)
		r.start = dump->pieces[0].time.mono;
	r.tracks++;
	r.events += dump->messages + 1;
	r.bytes += dump->bytes;
	for (size_t i = 0; i < dump->messages; i++)
		if (ms_between(r.start, dump->pieces[i].time.mono) > SX_SMF_MS)
			return false;
	if (r.tracks > SX_SMF_TRACKS || r.events > SX_SMF_EVENTS ||
	    r.bytes > SX_SMF_BYTES)
		return false;
	*room = r;
	return true;
}

/* Are its messages F0, data bytes, F7, one after the other? */
static bool
is_clean(const struct sx_dump *dump, const uint8_t *data, size_t n)
{
	uint64_t at = 0;

	for (size_t i = 0; i < dump->messages; i++) {
		const struct sx_piece *p = &dump->pieces[i];

		if (p->off != at || p->len < 2 || p->len > n - at ||
		    data[at] != 0xf0 || data[at + p->len - 1] != 0xf7 ||
		    sx_find_status(data + at + 1, p->len - 2) != p->len - 2)
			return false;
		at += p->len;
	}
	return at == n && n > 0;
}

const char *
sx_smf_obstacle(const struct sx_dump *dump, const uint8_t *data, size_t n)
{
	struct sx_smf_room empty = { 0 };

	if (!sx_smf_fits(&empty, dump))
		return TOO_LONG;
	if (!is_clean(dump, data, n))
		return "it contains incomplete messages";
	return NULL;
}

/* Format the name of a track: "20261122T051530.123Z Jomox Alpha Base
 * pattern". */
static void
midi_file_track_name(char buf[TEXT_MAX + 1], const struct sx_dump *dump)
{
	const struct sx_facts *f = &dump->facts;
	char slot[24] = "", text[512], *p;
	const char *const words[] = { f->maker, f->device,
		f->kind != SX_KIND_UNKNOWN ? sx_kind_text(f->kind) : "",
		f->slot_text[0] != '\0' ? f->slot_text : slot, f->name };
	size_t n;

	if (f->slot >= 0)
		(void)snprintf(slot, sizeof(slot), "%ld", f->slot);
	sx_time_name(dump->time.wall, text);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		n = strlen(text);
		if (words[i][0] != '\0')
			(void)snprintf(
			    text + n, sizeof(text) - n, " %s", words[i]);
	}
	for (p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	n = strnlen(text, TEXT_MAX);
	/* Do not cut inside a UTF-8 character. */
	while (
	    n > 0 && text[n] != '\0' && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(buf, text, n);
	buf[n] = '\0';
}

int
sx_smf_track_init(struct sx_smf_track *t, const struct sx_dump *dump,
    uint64_t off, struct sx_err *e)
{
	char name[TEXT_MAX + 1];
	size_t size = dump->messages * sizeof(*t->pieces);

	midi_file_track_name(name, dump);
	*t = (struct sx_smf_track){ .off = off, .bytes = dump->bytes };
	t->npieces = dump->messages;
	t->start = dump->pieces[0].time.mono;
	t->name = strdup(name);
	t->pieces = malloc(size);
	if (t->name == NULL || t->pieces == NULL) {
		sx_smf_track_done(t);
		return sx_fail_memory(e);
	}
	memcpy(t->pieces, dump->pieces, size);
	return 0;
}

void
sx_smf_track_done(struct sx_smf_track *t)
{
	free(t->name);
	free(t->pieces);
}

/* Functions used of libsmf, and of GLib, which it loads. */
#define LIBSMF "libsmf.so.0"
#define LIBSMF_CALLS(X)               \
	X(smf_new)                    \
	X(smf_delete)                 \
	X(smf_save)                   \
	X(smf_set_ppqn)               \
	X(smf_add_track)              \
	X(smf_track_new)              \
	X(smf_track_add_event_pulses) \
	X(smf_event_new_textual)      \
	X(smf_event_new_from_pointer) \
	X(g_log_set_handler)          \
	X(g_log_remove_handler)

struct libsmf {
#define CALL(name) __typeof__(&(name)) name;
	LIBSMF_CALLS(CALL)
#undef CALL
};

/* Store the address of a function in a function pointer. */
static bool
midi_file_find(void *handle, const char *name, void *pointer)
{
	void *address = dlsym(handle, name);

	memcpy(pointer, &address, sizeof(address));
	return address != NULL;
}

/* Load libsmf. It stays open: GLib cannot be unloaded. */
static int
open_libsmf(struct libsmf *lib, struct sx_err *e)
{
	void *handle = dlopen(LIBSMF, RTLD_NOW | RTLD_LOCAL);

#define CALL(name) &&midi_file_find(handle, #name, &lib->name)
	if (handle != NULL LIBSMF_CALLS(CALL))
		return 0;
#undef CALL
	sx_fail(e, SX_EIO, 0, "cannot create a MIDI file: %s", dlerror());
	return sx_hint(e, "install libsmf (libsmf0), or use a .syx file");
}

int
sx_smf_check(struct sx_err *e)
{
	struct libsmf lib;

	return open_libsmf(&lib, e);
}

/* Keep libsmf's first message about a failure. */
static void
note_reason(
    const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer arg)
{
	char *why = arg;

	(void)domain;
	if ((level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) != 0 &&
	    why[0] == '\0')
		(void)snprintf(why, SX_APART_WHY, "%s", text);
}

static int
add_event(const struct libsmf *lib, smf_track_t *track, smf_event_t *event,
    int64_t tick)
{
	if (event == NULL)
		return -1;
	lib->smf_track_add_event_pulses(track, event, (int)tick);
	return 0;
}

static int
midi_file_add_track(const struct libsmf *lib, smf_t *smf,
    const struct sx_smf_track *t, int64_t start, const uint8_t *data)
{
	smf_track_t *track = lib->smf_track_new();
	int64_t tick, last;

	if (track == NULL)
		return -1;
	lib->smf_add_track(smf, track);
	last = ms_between(start, t->pieces[0].time.mono);
	if (add_event(
		lib, track, lib->smf_event_new_textual(3, t->name), last) == -1)
		return -1;
	for (size_t i = 0; i < t->npieces; i++) {
		const struct sx_piece *p = &t->pieces[i];
		/* libsmf takes bytes without const, but only reads them. */
		void *bytes = (void *)(uintptr_t)(data + t->off + p->off);

		tick = ms_between(start, p->time.mono);
		last = tick > last ? tick : last;
		if (add_event(lib, track,
			lib->smf_event_new_from_pointer(bytes, (int)p->len),
			last) == -1)
			return -1;
	}
	return 0;
}

static int
midi_file_build(const struct libsmf *lib, smf_t *smf,
    const struct sx_smf_track *tracks, size_t n, const uint8_t *data)
{
	if (lib->smf_set_ppqn(smf, 500) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (midi_file_add_track(
			lib, smf, &tracks[i], tracks[0].start, data) == -1)
			return -1;
	return 0;
}

/* Build a MIDI file and save it into a part in memory. */
static int
midi_file_save(const struct libsmf *lib, struct sx_part *memory,
    const struct sx_smf_track *tracks, size_t n, const uint8_t *data)
{
	smf_t *smf = lib->smf_new();
	char path[40];
	int rc = -1;

	if (smf == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", memory->fd);
	if (midi_file_build(lib, smf, tracks, n, data) == 0 &&
	    lib->smf_save(smf, path) == 0)
		rc = 0;
	lib->smf_delete(smf);
	return rc;
}

/* What to save, and where. */
struct job {
	struct libsmf lib;
	struct sx_part *memory;
	const struct sx_smf_track *tracks;
	size_t n;
	const uint8_t *data;
};

static int
save_job(void *arg, char why[SX_APART_WHY])
{
	const struct job *j = arg;
	guint handler = j->lib.g_log_set_handler("libsmf",
	    G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION,
	    note_reason, why);
	int rc = midi_file_save(&j->lib, j->memory, j->tracks, j->n, j->data);

	j->lib.g_log_remove_handler("libsmf", handler);
	return rc;
}

/* Limits of a small file, and the memory it may take, with room to spare. */
#define SMALL_BYTES  ((uint64_t)64 << 10)
#define SMALL_EVENTS ((size_t)1000)
#define SMALL_MEMORY ((size_t)8 << 20)

static bool
is_small(const struct job *j)
{
	uint64_t bytes = 0;
	size_t events = 0;

	for (size_t i = 0; i < j->n; i++) {
		bytes += j->tracks[i].bytes;
		events += j->tracks[i].npieces + 1;
	}
	return bytes <= SMALL_BYTES && events <= SMALL_EVENTS;
}

/* Can n bytes of memory be allocated? */
static bool
has_memory(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return false;
	munmap(p, n);
	return true;
}

#define CANNOT "cannot create a MIDI file: libsmf"

static int
save_here(struct job *j, struct sx_err *e)
{
	char why[SX_APART_WHY] = "";

	if (!has_memory(SMALL_MEMORY))
		return sx_fail_memory(e);
	if (save_job(j, why) == 0)
		return 0;
	return sx_fail(e, SX_EIO, 0, CANNOT ": %s",
	    why[0] != '\0' ? why : "no reason given");
}

int
sx_smf_write(struct sx_part *out, const struct sx_smf_track *tracks, size_t n,
    const uint8_t *data, struct sx_err *e)
{
	struct job job = { .tracks = tracks, .n = n, .data = data };
	int rc;

	if (open_libsmf(&job.lib, e) == -1)
		return -1;
	job.memory = sx_part_create(NULL, 0, "", NULL, e);
	if (job.memory == NULL)
		return -1;
	rc = is_small(&job) ? save_here(&job, e)
			    : sx_apart(save_job, &job, CANNOT, e);
	if (rc == 0 && sx_part_measure(job.memory) == -1)
		rc = sx_fail(e, SX_EIO, errno, "cannot create a MIDI file");
	if (rc == 0 && job.memory->size == 0)
		rc = sx_fail(e, SX_EIO, 0, "libsmf created an empty file");
	if (rc == 0)
		rc = sx_part_copy(out, job.memory, e);
	sx_part_release(job.memory);
	return rc;
}
