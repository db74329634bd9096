/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "send.h"
#include "sxlib/record.h"
#include "term/say.h"
#include "user.h"

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

void
send_warn_faults(struct cli *c, const char *path, const struct sx_item *item,
    unsigned faults)
{
	char damage[SX_DAMAGE_TEXT];

	if (faults & SX_FAULT_CUT)
		complain(c, path, item->offset,
		    "message of %zu bytes is truncated: %s", item->len,
		    sx_damage_text(item->damage, damage));
	if (faults & SX_FAULT_CHECKSUM)
		complain(c, path, item->offset,
		    "message of %zu bytes has a wrong checksum or length",
		    item->len);
	if (faults & SX_FAULT_DANGER)
		complain(c, path, item->offset, "%s", item->facts.danger);
	if (faults & SX_FAULT_STORES)
		complain(c, path, item->offset,
		    "it stores the preceding dump, but there is none right "
		    "before it in this file: it would overwrite a memory with "
		    "a different sound (sxlib join puts both in one file)");
}

int
send_refuse_firmware(
    struct cli *c, const char *path, const struct sx_facts *f, const char *hint)
{
	sx_fail(&c->err, SX_EREFUSED, 0,
	    "refused: '%s' contains an OS upgrade (%s%s%s); nothing was sent",
	    path, f->maker, f->device[0] != '\0' ? " " : "", f->device);
	return sx_hint(&c->err,
	    "it replaces the operating system of the instrument: %s", hint);
}

int
send_refuse(struct cli *c)
{
	sx_fail(&c->err, SX_EREFUSED, 0,
	    "refused because of the problems above; nothing was sent");
	return sx_hint(&c->err, "use --force to send anyway");
}

/* F8..FF inside a message. */
static void
warn_realtime(struct cli *c, const struct sx_load_event *ev)
{
	complain(c, ev->path, ev->item->offset,
	    "%zu real-time byte%s inside the message %s%s", ev->item->realtime,
	    plural(ev->item->realtime), ev->kept ? "sent as well" : "left out",
	    ev->kept  ? ""
	    : ev->mid ? ": MIDI files are read without them"
		      : " (--force sends them)");
}

static void
tell_sound(struct cli *c, const struct sx_load_event *ev)
{
	if (ev->slot[0] != '\0')
		say(c, "%s: to slot %s", ev->path, ev->slot);
	else
		say(c, "%s: to the edit buffer", ev->path);
	if (ev->dropped > 0)
		warn(c, "%s: %zu bit%s without a meaning left out", ev->path,
		    ev->dropped, plural(ev->dropped));
}

/* What was read, but for what is simply there; what becomes of bytes of no
 * message, `stray`. */
static void
tell(struct cli *c, const struct sx_load_event *ev, const char *stray)
{
	const struct sx_item *item = ev->item;

	switch (ev->type) {
	case SX_LOAD_FAULTS:
		send_warn_faults(c, ev->path, item, ev->faults);
		break;
	case SX_LOAD_REALTIME:
		warn_realtime(c, ev);
		break;
	case SX_LOAD_SPARE:
		say(c, "%s: offset %" PRIu64 ": %zu byte%s of %s left out",
		    ev->path, item->offset, item->len, plural(item->len),
		    sx_item_spare(item));
		break;
	case SX_LOAD_STRAY:
		complain(c, ev->path, item->offset,
		    "%zu byte%s outside any message%s", item->len,
		    plural(item->len), stray);
		break;
	case SX_LOAD_DAMAGED:
		warn(c, "%s: stored as damaged, even if it looks complete",
		    ev->path);
		break;
	case SX_LOAD_LOST:
		warn(c, "%s: %ju byte%s outside any message%s: %s", ev->path,
		    (uintmax_t)ev->bytes, plural((size_t)ev->bytes), stray,
		    ev->note);
		break;
	case SX_LOAD_TEXT:
		warn(c, "%s: %s", ev->path, ev->note);
		break;
	case SX_LOAD_NOTE:
		say(c, "%s: %s", ev->path, ev->note);
		break;
	case SX_LOAD_SOUND:
		tell_sound(c, ev);
		break;
	case SX_LOAD_MALFORMED:
		(void)warn_of(c, ev->why);
		break;
	case SX_LOAD_FOLDER:
		warn(c, "'%s' is a subfolder: not sent", ev->path);
		break;
	case SX_LOAD_NO_FILE:
		warn(c, "'%s' is not a regular file: not sent", ev->path);
		break;
	}
}

int
send_load(struct cli *c, struct sx_load *load)
{
	const char *stray = !load->force	? ""
			    : load->hex != NULL ? ": sent as given"
						: ": left out";
	struct sx_load_event ev;
	int rc;

	load->user = user_devices(c);
	while ((rc = sx_load_next(load, &ev, &c->err)) == 1)
		tell(c, &ev, stray);
	if (rc == -1 && load->malformed)
		sx_hint(&c->err, "--force sends the readable messages");
	if (rc == 0 && load->buffers > 0)
		say(c, "%zu dump%s of an edit buffer: not restored to any slot",
		    load->buffers, plural(load->buffers));
	if (rc == 0 && load->skipped > 0)
		say(c, "%zu other file%s skipped", load->skipped,
		    plural(load->skipped));
	return rc;
}
