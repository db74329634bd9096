/* SPDX-License-Identifier: ISC */
#include <inttypes.h>

#include "send.h"
#include "sxlib/record.h"
#include "term/say.h"
#include "user.h"

void
send_warn_faults(struct cli *c, const char *path, const struct sx_item *item,
    unsigned faults)
{
	static const enum sx_fault all[] = { SX_FAULT_CUT, SX_FAULT_CHECKSUM,
		SX_FAULT_DANGER, SX_FAULT_STORES };
	char text[SX_FAULT_TEXT];

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (faults & all[i])
			warn_at(c, path, item->offset, "%s",
			    sx_fault_text(text, item, all[i]));
}

/* Warn about F8..FF inside a message. */
static void
send_load_warn_realtime(struct cli *c, const struct sx_load_event *ev)
{
	warn_at(c, ev->path, ev->item->offset,
	    "%zu real-time byte%s inside the message %s%s", ev->item->realtime,
	    plural(ev->item->realtime), ev->kept ? "sent as well" : "left out",
	    ev->kept  ? ""
	    : ev->mid ? ": MIDI files are read without them"
		      : " (--force sends them)");
}

static void
send_load_tell_sound(struct cli *c, const struct sx_load_event *ev)
{
	if (ev->slot[0] != '\0')
		say(c, "%s: to slot %s", ev->path, ev->slot);
	else
		say(c, "%s: to the edit buffer", ev->path);
	if (ev->dropped > 0)
		warn(c, "%s: %zu bit%s without a meaning left out", ev->path,
		    ev->dropped, plural(ev->dropped));
}

/* Report what was read, if that is worth reporting. stray: the fate of bytes
 * outside any message. */
static void
send_load_tell(struct cli *c, const struct sx_load_event *ev, const char *stray)
{
	const struct sx_item *item = ev->item;

	switch (ev->type) {
	case SX_LOAD_FAULTS:
		send_warn_faults(c, ev->path, item, ev->faults);
		break;
	case SX_LOAD_REALTIME:
		send_load_warn_realtime(c, ev);
		break;
	case SX_LOAD_SPARE:
		say_at(c, ev->path, item->offset, "%zu byte%s of %s left out",
		    item->len, plural(item->len), sx_item_spare(item));
		break;
	case SX_LOAD_STRAY:
		warn_at(c, ev->path, item->offset,
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
		send_load_tell_sound(c, ev);
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
		send_load_tell(c, &ev, stray);
	if (rc == -1 && load->malformed)
		sx_hint(&c->err, "--force sends the readable messages");
	if (rc == 0 && load->buffers > 0)
		say(c, "%zu dump%s of an edit buffer: not restored to any slot",
		    load->buffers, plural(load->buffers));
	if (rc == 0 && load->refused > 0)
		say(c, "%zu dump%s that the unit does not accept: not restored",
		    load->refused, plural(load->refused));
	if (rc == 0)
		say_skipped(c, load->skipped);
	return rc;
}

int
send_move(struct send *s, struct sx_load_to *to)
{
	struct sx_load_moved m;
	int rc;

	while ((rc = sx_load_to_next(to, &m, &s->c->err)) == 1)
		if (m.text[0] != '\0')
			say_at(s->c, s->list.files[m.message->file],
			    m.message->offset, "%s", m.text);
	sx_load_to_end(to);
	return rc;
}
