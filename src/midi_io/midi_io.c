/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend.h"
#include "hw.h"
#include "seq_name.h"

/* The first one whose takes() returns true opens the port. */
static const struct midi_io_ops *const kinds[] = {
	&midi_io_stdio_ops,
	&midi_io_tty_ops,
	&midi_io_sim_ops,
	&midi_io_seq_ops,
	&midi_io_alsa_ops,
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

int
midi_io_list_add(struct midi_io_list *list, const struct midi_io_port *port,
    struct sx_err *e)
{
	struct midi_io_port *grown;

	grown = reallocarray(list->ports, list->n + 1, sizeof(*grown));
	if (grown == NULL)
		return sx_fail_memory(e);
	grown[list->n++] = *port;
	list->ports = grown;
	return 0;
}

/* Leave out the ports that a device does not use. */
static void
list_drop_inactive(struct midi_io_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++)
		if (!list->ports[i].inactive)
			list->ports[kept++] = list->ports[i];
	list->n = kept;
}

int
midi_io_list(
    struct midi_io_port **ports, size_t *n, unsigned also, struct sx_err *e)
{
	struct midi_io_list list = { 0 };

	*ports = NULL;
	*n = 0;
	/* Hardware is the last kind, but is listed first. */
	for (size_t i = KINDS; i-- > 0;) {
		if (kinds[i]->list == NULL ||
		    (kinds[i]->also & also) != kinds[i]->also)
			continue;
		if (kinds[i]->list(&list, e) == -1) {
			free(list.ports);
			return -1;
		}
	}
	if (!(also & MIDI_IO_INACTIVE))
		list_drop_inactive(&list);
	*ports = list.ports;
	*n = list.n;
	return 0;
}

static const char *
dirs_text(unsigned dirs)
{
	static const char *const text[] = { "no input or output", "input",
		"output", "input and output" };

	return text[dirs & (MIDI_IO_IN | MIDI_IO_OUT)];
}

int
midi_io_fail_dirs(
    const char *port, unsigned has, unsigned dirs, struct sx_err *e)
{
	sx_fail(e, SX_EPORT, 0, "%s has no %s", port,
	    dirs & ~has & MIDI_IO_IN ? "input" : "output");
	return sx_hint(e, "it has %s only", dirs_text(has));
}

int
midi_io_fail_open(
    const char *name, const char *group, int sys, struct sx_err *e)
{
	switch (sys) {
	case EBUSY:
	case EAGAIN:
		return sx_fail(
		    e, SX_EPORT, 0, "%s is in use by another program", name);
	case EACCES:
	case EPERM:
		sx_fail(e, SX_EPORT, 0, "no permission to use %s", name);
		return sx_hint(e,
		    "only members of the group %s may use it:\nsudo usermod "
		    "-aG %s $USER, then log in again",
		    group, group);
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return sx_fail(e, SX_EPORT, 0, "no such port: %s", name);
	default:
		return sx_fail(e, SX_EPORT, sys, "cannot open %s", name);
	}
}

int
midi_io_fail_call(const struct midi_io *io, int sys, struct sx_err *e)
{
	switch (sys) {
	case ENODEV:
	case ENXIO:
	case EPIPE:
	case EBADFD:
	case ECONNRESET:
		return sx_fail(e, SX_EPORT, 0, "%s was unplugged", io->name);
	default:
		return sx_fail(e, SX_EIO, sys, "%s", io->name);
	}
}

int64_t
midi_io_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool
midi_io_number(const char *text, unsigned least, unsigned most, unsigned *value)
{
	unsigned long number;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || number < least || number > most)
		return false;
	*value = (unsigned)number;
	return true;
}

/* How well a text matches a port, best last. */
enum fit { FITS_NOT, FITS_PART, FITS_CARD, FITS_TITLE };

/* A whole name is better than part of one, and the port's name better than that
 * of the card, which may have several. */
static enum fit
fit_of(const struct midi_io_port *port, const char *text)
{
	/* A sequencer port of hardware is also listed as hardware. */
	if (port->simulated || port->twin[0] != '\0')
		return FITS_NOT;
	if (text == NULL)
		return port->sequencer ? FITS_NOT : FITS_PART;
	if (strcasecmp(port->title, text) == 0)
		return FITS_TITLE;
	if (strcasecmp(port->card_id, text) == 0 ||
	    strcasecmp(port->card, text) == 0)
		return FITS_CARD;
	return strcasestr(port->card_id, text) != NULL ||
		       strcasestr(port->card, text) != NULL ||
		       strcasestr(port->title, text) != NULL
		   ? FITS_PART
		   : FITS_NOT;
}

static enum fit
best_fit(const struct midi_io_port *ports, size_t n, const char *text)
{
	enum fit best = FITS_PART, fit;

	for (size_t i = 0; i < n; i++) {
		fit = fit_of(&ports[i], text);
		best = fit > best ? fit : best;
	}
	return best;
}

void
midi_io_lines_add(struct midi_io_lines *l, const struct midi_io_port *p)
{
	const char *client = p->sequencer ? p->card : "";
	char line[SX_HINT_TEXT];
	size_t len;

	/* A line break in a device's name must not make another line. */
	snprintf(line, sizeof(line), "\n  %c%c  %s  %.*s%s%.*s",
	    p->dirs & MIDI_IO_IN ? 'I' : ' ', p->dirs & MIDI_IO_OUT ? 'O' : ' ',
	    p->name, (int)strcspn(client, "\n"), client,
	    p->sequencer ? ": " : "", (int)strcspn(p->title, "\n"), p->title);
	len = strlen(line);
	if (l->left > 0 || len >= sizeof(l->text) - l->used) {
		l->left++;
		return;
	}
	memcpy(l->text + l->used, line, len + 1);
	l->used += len;
}

void
midi_io_lines_hint(
    const struct midi_io_lines *l, const char *intro, struct sx_err *e)
{
	char more[48] = "";

	if (l->left > 0)
		snprintf(more, sizeof(more), "\n  and %zu more: `sxlib ports`",
		    l->left);
	sx_hint(e, "%s%s%s", intro, l->text, more);
}

/* Set a hint: a line of introduction, and the ports with dirs that text
 * matches, as many as there is room for. */
static void
hint_list(const struct midi_io_port *ports, size_t n, const char *text,
    enum fit fit, unsigned dirs, const char *intro, struct sx_err *e)
{
	struct midi_io_lines lines = { 0 };

	for (size_t i = 0; i < n; i++)
		if (fit_of(&ports[i], text) >= fit &&
		    (ports[i].dirs & dirs) == dirs)
			midi_io_lines_add(&lines, &ports[i]);
	midi_io_lines_hint(&lines, intro, e);
}

void
midi_io_hint_ports(const struct midi_io_port *ports, size_t n, struct sx_err *e)
{
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any |= fit_of(&ports[i], NULL) != FITS_NOT;
	if (any)
		hint_list(ports, n, NULL, FITS_PART, 0, "available ports:", e);
	else
		sx_hint(e, "no MIDI hardware is connected: plug it in and see "
			   "`sxlib ports`;\nsim:alpha-base is a simulated "
			   "instrument for trying things out");
}

const struct midi_io_port *
midi_io_choose(const struct midi_io_port *ports, size_t n, const char *text,
    unsigned dirs, struct sx_err *e)
{
	const struct midi_io_port *found = NULL, *other = NULL;
	enum fit fit = best_fit(ports, n, text);
	size_t matches = 0;

	for (size_t i = 0; i < n; i++) {
		if (fit_of(&ports[i], text) < fit)
			continue;
		if ((ports[i].dirs & dirs) != dirs) {
			other = &ports[i];
			continue;
		}
		found = &ports[i];
		matches++;
	}
	if (matches == 1)
		return found;
	if (matches > 1) {
		if (text != NULL)
			sx_fail(e, SX_EPORT, 0, "'%s' matches %zu ports", text,
			    matches);
		else
			sx_fail(
			    e, SX_EPORT, 0, "found %zu MIDI ports", matches);
		hint_list(
		    ports, n, text, fit, dirs, "choose one with --port:", e);
	} else if (other != NULL && text != NULL) {
		midi_io_fail_dirs(other->name, other->dirs, dirs, e);
	} else if (text != NULL) {
		sx_fail(e, SX_EPORT, 0, "no such port: '%s'", text);
	} else if (other != NULL) {
		sx_fail(e, SX_EPORT, 0, "no MIDI port with %s found",
		    dirs_text(dirs));
	} else {
		sx_fail(e, SX_EPORT, 0, "no MIDI port found");
	}
	midi_io_hint_ports(ports, n, e);
	return NULL;
}

static const struct midi_io_ops *
kind_of(const char *spec)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i]->takes(spec))
			return kinds[i];
	return NULL;
}

const struct midi_io_port *
midi_io_find(const struct midi_io_port *ports, size_t n, const char *spec)
{
	struct hw_name name;

	if (hw_parse(spec, &name))
		return hw_find(ports, n, &name);
	if (seq_is_name(spec))
		return seq_choose(ports, n, spec, 0, NULL);
	if (kind_of(spec) == NULL)
		return midi_io_choose(ports, n, spec, 0, NULL);
	for (size_t i = 0; i < n; i++)
		if (strcmp(ports[i].name, spec) == 0)
			return &ports[i];
	return NULL;
}

static struct midi_io *
open_named(const char *spec, unsigned dirs, struct sx_err *e)
{
	const struct midi_io_ops *kind = kind_of(spec);
	struct midi_io *io;

	if (kind == NULL) {
		sx_fail(e, SX_EPORT, 0, "no such port: '%s'", spec);
		return NULL;
	}
	io = kind->open(spec, dirs, e);
	if (io != NULL) {
		io->ops = kind;
		io->dirs = dirs;
	}
	return io;
}

const char *
midi_io_default_port(void)
{
	const char *spec = getenv("SXLIB_PORT");

	return spec != NULL && *spec != '\0' ? spec : NULL;
}

struct midi_io *
midi_io_open(const char *spec, unsigned dirs, struct sx_err *e)
{
	const struct midi_io_port *chosen;
	struct midi_io_port *ports;
	struct midi_io *io = NULL;
	size_t n;
	unsigned also;

	if (spec == NULL)
		spec = midi_io_default_port();
	if (spec != NULL && *spec == '\0') {
		sx_fail(e, SX_EUSAGE, 0, "the port name is empty");
		return NULL;
	}
	if (spec != NULL && strlen(spec) >= MIDI_IO_NAME) {
		sx_fail(e, SX_EUSAGE, 0,
		    "the port name is too long: %zu bytes, at most %d",
		    strlen(spec), MIDI_IO_NAME - 1);
		return NULL;
	}
	if (spec != NULL && kind_of(spec) != NULL)
		return open_named(spec, dirs, e);
	also = spec != NULL ? MIDI_IO_SEQUENCER | MIDI_IO_INACTIVE : 0;
	if (midi_io_list(&ports, &n, also, e) == -1)
		return NULL;
	chosen = midi_io_choose(ports, n, spec, dirs, e);
	if (chosen != NULL)
		io = open_named(chosen->name, dirs, e);
	free(ports);
	return io;
}

const char *
midi_io_name(const struct midi_io *io)
{
	return io->name;
}

const char *
midi_io_remark(const struct midi_io *io)
{
	return io->remark;
}

bool
midi_io_simulated(const struct midi_io *io)
{
	return io->ops->also == MIDI_IO_SIMULATED;
}

/* Is it open for dir? If not, sets e. */
static bool
open_for(const struct midi_io *io, unsigned dir, struct sx_err *e)
{
	if (io->dirs & dir)
		return true;
	sx_fail(
	    e, SX_EIO, 0, "%s is not open for %s", io->name, dirs_text(dir));
	return false;
}

int
midi_io_listen(struct midi_io *io, struct sx_err *e)
{
	if (!open_for(io, MIDI_IO_IN, e))
		return -1;
	return io->ops->listen == NULL ? 0 : io->ops->listen(io, e);
}

size_t
midi_io_pollfds(
    struct midi_io *io, unsigned dir, struct pollfd *fds, size_t max)
{
	return open_for(io, dir, NULL) ? io->ops->pollfds(io, dir, fds, max)
				       : 0;
}

int
midi_io_read(struct midi_io *io, uint8_t *buf, size_t max,
    struct midi_io_in *in, struct sx_err *e)
{
	*in = (struct midi_io_in){ 0 };
	if (!open_for(io, MIDI_IO_IN, e))
		return -1;
	return max == 0 ? 0 : io->ops->read(io, buf, max, in, e);
}

ssize_t
midi_io_write(
    struct midi_io *io, const uint8_t *buf, size_t n, struct sx_err *e)
{
	if (!open_for(io, MIDI_IO_OUT, e))
		return -1;
	return n == 0 ? 0 : io->ops->write(io, buf, n, e);
}

ssize_t
midi_io_queued(struct midi_io *io, struct sx_err *e)
{
	if (!open_for(io, MIDI_IO_OUT, e))
		return -1;
	return io->ops->queued == NULL ? 0 : io->ops->queued(io, e);
}

int
midi_io_drain(struct midi_io *io, struct sx_err *e)
{
	if (!open_for(io, MIDI_IO_OUT, e))
		return -1;
	return io->ops->drain == NULL ? 0 : io->ops->drain(io, e);
}

int
midi_io_drop(struct midi_io *io, struct sx_err *e)
{
	if (!open_for(io, MIDI_IO_OUT, e))
		return -1;
	return io->ops->drop == NULL ? 0 : io->ops->drop(io, e);
}

bool
midi_io_any_rate(const struct midi_io *io)
{
	return io->ops->any_rate == NULL || io->ops->any_rate(io);
}

bool
midi_io_can_wait(const struct midi_io *io)
{
	return io->ops->can_wait != NULL && io->ops->can_wait(io);
}

int64_t
midi_io_arrived(struct midi_io *io)
{
	return io->ops->arrived == NULL ? -1 : io->ops->arrived(io);
}

void
midi_io_close(struct midi_io *io)
{
	char *name;

	if (io == NULL)
		return;
	name = io->name;
	io->ops->close(io);
	free(name);
}
