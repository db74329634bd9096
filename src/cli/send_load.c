/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "own.h"
#include "send.h"
#include "sxlib/reader.h"
#include "walk.h"

void
send_list_free(struct send_list *list)
{
	for (size_t i = 0; i < list->nmessages; i++)
		free(list->messages[i].data);
	for (size_t i = 0; i < list->nfiles; i++)
		free(list->files[i]);
	free(list->messages);
	free(list->files);
}

static void __attribute__((format(printf, 4, 5)))
complain(struct cli *c, const char *path, uint64_t offset, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	warn(c, "%s: offset %" PRIu64 ": %s", path, offset, text);
}

size_t
send_check(struct cli *c, const char *path, const struct sx_item *item)
{
	char damage[SX_DAMAGE_TEXT];
	const struct sx_facts *f = &item->facts;
	size_t wrong = 0;

	if (sx_damage_text(item->damage, damage) != NULL) {
		complain(c, path, item->offset,
		    "message of %zu bytes is cut: %s", item->len, damage);
		wrong++;
	} else if (f->checksum == SX_CHECKSUM_BAD) {
		complain(c, path, item->offset,
		    "message of %zu bytes has a wrong checksum or length",
		    item->len);
		wrong++;
	}
	if (f->danger != NULL) {
		complain(c, path, item->offset, "%s", f->danger);
		wrong++;
	}
	return wrong;
}

int
send_refuse_firmware(
    struct cli *c, const char *path, const struct sx_facts *f, const char *hint)
{
	sx_fail(&c->err, SX_EREFUSED, 0,
	    "refused: '%s' holds an OS upgrade (%s%s%s); nothing was sent",
	    path, f->maker, f->device[0] != '\0' ? " " : "", f->device);
	return sx_hint(&c->err,
	    "it replaces the operating system of the instrument: %s", hint);
}

int
send_refuse(struct cli *c)
{
	sx_fail(&c->err, SX_EREFUSED, 0,
	    "refused because of what is said above; nothing was sent");
	return sx_hint(&c->err, "--force sends it nevertheless");
}

static int
add_message(struct cli *c, struct send_list *list, const struct sx_item *item,
    int64_t time)
{
	struct outgoing_message m = {
		.file = list->nfiles - 1,
		.offset = item->offset,
		.time = time,
		.len = item->len,
		.facts = item->facts,
	};
	struct outgoing_message *p = list->messages;

	/* The list doubles: it has room unless its length is a power of 2. */
	if ((list->nmessages & (list->nmessages - 1)) == 0)
		p = realloc(p, (list->nmessages > 0 ? list->nmessages * 2 : 1) *
				   sizeof(*p));
	if (p == NULL)
		return sx_fail_memory(&c->err);
	list->messages = p;
	m.data = malloc(item->len + 1);
	if (m.data == NULL)
		return sx_fail_memory(&c->err);
	memcpy(m.data, item->data, item->len);
	/* With --force a cut message goes out as well, but closed. */
	if (item->damage.kind != SX_DAMAGE_NONE)
		m.data[m.len++] = 0xf7;
	list->messages[list->nmessages++] = m;
	return 0;
}

static int
add_name(struct cli *c, struct send_list *list, const char *path)
{
	char **p = realloc(list->files, (list->nfiles + 1) * sizeof(*p));
	char *name = strdup(path);

	if (p != NULL)
		list->files = p;
	if (p == NULL || name == NULL) {
		free(name);
		return sx_fail_memory(&c->err);
	}
	list->files[list->nfiles++] = name;
	return 0;
}

/* In a folder that is sent as a whole: one that was kept because it came. */
static void
check_name(struct cli *c, struct send_list *list, const char *path)
{
	if (!is_damaged_name(path))
		return;
	warn(c, "%s: kept as damaged: move it away, or --force sends it, too",
	    path);
	list->wrong++;
}

/* Those of a .mid are no items. */
static void
check_stray(struct cli *c, struct send_list *list, const struct sx_file *f,
    const char *stray)
{
	uint64_t n = sx_file_stray(f);

	if (n == 0)
		return;
	warn(c, "%s: %ju byte%s to no message%s: %s",
	    list->files[list->nfiles - 1], (uintmax_t)n,
	    n == 1 ? " belongs" : "s belong", stray, sx_file_note(f));
	list->wrong++;
}

/* All messages of a file; what becomes of its other bytes is said. */
static int
load_items(
    struct cli *c, struct send_list *list, struct sx_file *f, const char *stray)
{
	const char *path = list->files[list->nfiles - 1];
	struct sx_item item;
	int rc;

	while ((rc = sx_file_next(f, &item, &c->err)) == 1) {
		if (item.stray) {
			complain(c, path, item.offset,
			    "%zu byte%s to no message%s", item.len,
			    item.len == 1 ? " belongs" : "s belong", stray);
			list->wrong++;
			continue;
		}
		list->wrong += send_check(c, path, &item);
		if (item.facts.kind == SX_KIND_FIRMWARE &&
		    list->firmware == NO_FIRMWARE)
			list->firmware = list->nmessages;
		if (add_message(c, list, &item, sx_file_time(f) + item.at) ==
		    -1)
			return -1;
	}
	check_stray(c, list, f, stray);
	return rc;
}

static int
load_file(struct cli *c, struct send_list *list, const char *path, bool force)
{
	struct sx_file *f = sx_file_open(path, own_devices(c), &c->err);
	size_t before = list->nmessages;
	int rc;

	if (f == NULL)
		return -1;
	rc = add_name(c, list, path);
	if (rc == 0)
		rc = load_items(c, list, f, force ? ": left out" : "");
	sx_file_close(f);
	if (rc == 0 && list->nmessages == before)
		return sx_fail(
		    &c->err, SX_EDATA, 0, "'%s' holds no SysEx", path);
	return rc;
}

static int
may_be_sent(const struct dirent *d)
{
	return is_dump_name(d->d_name) ||
	       (d->d_type == DT_DIR && d->d_name[0] != '.');
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* A file of a folder; what else is there is left out, and said. */
static int
load_entry(struct cli *c, struct send_list *list, const char *path, bool force)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		warn(c, "'%s' is %s: not sent", path,
		    S_ISDIR(st.st_mode) ? "a folder in a folder" : "no file");
		return 0;
	}
	check_name(c, list, path);
	return load_file(c, list, path, force);
}

static int
load_folder(struct cli *c, struct send_list *list, const char *path, bool force)
{
	size_t bare = strlen(path), before = list->nfiles;
	struct dirent **names;
	char *file;
	int n = scandir(path, &names, may_be_sent, by_name), rc = 0;

	if (n == -1)
		return sx_fail(
		    &c->err, SX_EIO, errno, "cannot read '%s'", path);
	while (bare > 1 && path[bare - 1] == '/')
		bare--;
	for (int i = 0; i < n; i++) {
		if (rc == 0 && asprintf(&file, "%.*s/%s", (int)bare, path,
				   names[i]->d_name) == -1)
			rc = sx_fail_memory(&c->err);
		else if (rc == 0) {
			rc = load_entry(c, list, file, force);
			free(file);
		}
		free(names[i]);
	}
	free(names);
	if (rc == 0 && list->nfiles == before)
		rc = sx_fail(&c->err, SX_EDATA, 0,
		    "no .syx and no .mid file in '%s'", path);
	return rc;
}

int
send_load(struct cli *c, struct send_list *list, char **arguments, int count,
    bool force)
{
	struct stat st;
	int rc;

	list->firmware = NO_FIRMWARE;
	for (int i = 0; i < count; i++) {
		if (stat(arguments[i], &st) == 0 && S_ISDIR(st.st_mode))
			rc = load_folder(c, list, arguments[i], force);
		else
			rc = load_file(c, list, arguments[i], force);
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* All bytes as one message, whatever they are. */
static int
load_raw(struct cli *c, struct send_list *list, struct sx_file *f)
{
	struct sx_item item = { .len = (size_t)sx_file_size(f) };

	item.data = sx_file_bytes(f, 0, item.len, &c->err);
	if (item.data == NULL)
		return -1;
	sx_device_decode(own_devices(c), item.data, item.len, &item.facts);
	for (size_t i = 0; i < list->nmessages; i++)
		free(list->messages[i].data);
	list->nmessages = 0;
	if (list->firmware != NO_FIRMWARE)
		list->firmware = 0;
	return add_message(c, list, &item, 0);
}

int
send_load_hex(
    struct cli *c, struct send_list *list, const char *text, bool force)
{
	bool standard = strcmp(text, "-") == 0;
	struct sx_file *f;
	int rc;

	list->firmware = NO_FIRMWARE;
	f = standard ? sx_file_open_hex(text, own_devices(c), &c->err)
		     : sx_file_hex_text("--hex", text, own_devices(c), &c->err);
	if (f == NULL) {
		/* What stands in an option is usage. */
		if (!standard && c->err.code == SX_EDATA)
			c->err.code = SX_EUSAGE;
		return -1;
	}
	rc = add_name(c, list, standard ? "-" : "--hex");
	if (rc == 0)
		rc = load_items(c, list, f, force ? ": sent as it stands" : "");
	if (rc == 0 && sx_file_size(f) == 0)
		rc = sx_fail(&c->err, standard ? SX_EDATA : SX_EUSAGE, 0,
		    "there are no bytes in the hex text");
	else if (rc == 0 && list->wrong > 0 && force)
		rc = load_raw(c, list, f);
	sx_file_close(f);
	return rc;
}
