/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "backend.h"
#include "seq_name.h"

#define NUMBER_MOST 255 /* of clients and ports */

bool
seq_is_name(const char *spec)
{
	return strncmp(spec, SEQ_SCHEME, strlen(SEQ_SCHEME)) == 0;
}

/* Parse a client or port at the start of text; *rest is the text after it.
 * Returns false if a quote is not closed, or it is empty or too long. */
static bool
seq_take(const char *text, struct seq_part *part, const char **rest)
{
	size_t len;
	unsigned number;

	*part = (struct seq_part){ .named = true, .number = -1 };
	part->quoted = *text == '"';
	if (part->quoted)
		text++;
	len = strcspn(text, part->quoted ? "\"" : ":");
	if (len == 0 || len >= sizeof(part->text) ||
	    (part->quoted && text[len] != '"'))
		return false;
	memcpy(part->text, text, len);
	*rest = text + len + part->quoted;
	if (!part->quoted &&
	    midi_io_number(part->text, 0, NUMBER_MOST, &number))
		part->number = (int)number;
	return true;
}

int
seq_parse(const char *spec, struct seq_name *name, struct sx_err *e)
{
	const char *rest = spec;

	*name = (struct seq_name){ .client.number = -1, .port.number = -1 };
	if (seq_is_name(spec) &&
	    seq_take(spec + strlen(SEQ_SCHEME), &name->client, &rest) &&
	    (*rest == '\0' ||
		(*rest == ':' && seq_take(rest + 1, &name->port, &rest) &&
		    *rest == '\0')))
		return 0;
	sx_fail(e, SX_EUSAGE, 0,
	    "invalid port '%s': expected seq:CLIENT[:PORT]", spec);
	return sx_hint(e, "quote a name that contains a colon: "
			  "'seq:\"A: B\":1'");
}

bool
seq_address(const char *spec, int *client, int *port)
{
	struct seq_name name;

	if (seq_parse(spec, &name, NULL) == -1 || name.client.number == -1 ||
	    name.port.number == -1)
		return false;
	*client = name.client.number;
	*port = name.port.number;
	return true;
}

void
seq_spell(const struct midi_io_port *port, char *buf, size_t size)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789 -_.,+()/&#:";
	static const char digits[] = "0123456789";
	const char *name = port->card;
	const char *quote;
	int client, number;

	if (name[0] == '\0' || name[strspn(name, plain)] != '\0' ||
	    !seq_address(port->name, &client, &number)) {
		snprintf(buf, size, "%s", port->name);
		return;
	}
	quote = strchr(name, ':') != NULL || name[strspn(name, digits)] == '\0'
		    ? "\""
		    : "";
	snprintf(buf, size, "'seq:%s%s%s:%d'", quote, name, quote, number);
}

/* How well a part of a name matches, best last. */
enum seq_fit { SEQ_FITS_NOT, SEQ_FITS_SOME, SEQ_FITS_WHOLE, SEQ_FITS_NUMBER };

static enum seq_fit
seq_part_fits(const struct seq_part *part, int number, const char *name)
{
	if (!part->named)
		return SEQ_FITS_SOME;
	if (part->number != -1)
		return part->number == number ? SEQ_FITS_NUMBER : SEQ_FITS_NOT;
	if (strcasecmp(part->text, name) == 0)
		return SEQ_FITS_WHOLE;
	return strcasestr(name, part->text) != NULL ? SEQ_FITS_SOME
						    : SEQ_FITS_NOT;
}

/* Return how well a port matches, 0: not at all. The client counts more. */
static int
seq_fits(const struct seq_name *name, const struct midi_io_port *p)
{
	enum seq_fit client_fit, port_fit;
	int client, port;

	if (!p->sequencer || !seq_address(p->name, &client, &port))
		return 0;
	client_fit = seq_part_fits(&name->client, client, p->card);
	port_fit = seq_part_fits(&name->port, port, p->title);
	if (client_fit == SEQ_FITS_NOT || port_fit == SEQ_FITS_NOT)
		return 0;
	return (int)client_fit * 4 + (int)port_fit;
}

static void
seq_hint_all(const struct midi_io_port *ports, size_t n, struct sx_err *e)
{
	struct midi_io_lines lines = { 0 };

	for (size_t i = 0; i < n; i++)
		if (ports[i].sequencer && !ports[i].inactive)
			midi_io_lines_add(&lines, &ports[i]);
	if (lines.used > 0)
		midi_io_lines_hint(&lines, "available sequencer ports:", e);
	else
		sx_hint(e, "the sequencer has no port to connect to");
}

static void
seq_fail_several(const struct midi_io_port *ports, size_t n,
    const struct seq_name *name, int best, unsigned dirs, const char *spec,
    struct sx_err *e)
{
	struct midi_io_lines lines = { 0 };
	size_t matches = 0;

	for (size_t i = 0; i < n; i++)
		if (seq_fits(name, &ports[i]) == best &&
		    (ports[i].dirs & dirs) == dirs) {
			midi_io_lines_add(&lines, &ports[i]);
			matches++;
		}
	sx_fail(e, SX_EPORT, 0, "'%s' matches %zu ports", spec, matches);
	midi_io_lines_hint(&lines, "choose one with --port:", e);
}

const struct midi_io_port *
seq_choose(const struct midi_io_port *ports, size_t n, const char *spec,
    unsigned dirs, struct sx_err *e)
{
	const struct midi_io_port *found = NULL, *other = NULL;
	struct seq_name name;
	size_t matches = 0;
	int best = 1, fit;

	if (seq_parse(spec, &name, e) == -1)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		fit = seq_fits(&name, &ports[i]);
		best = fit > best ? fit : best;
	}
	for (size_t i = 0; i < n; i++) {
		if (seq_fits(&name, &ports[i]) != best)
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
		seq_fail_several(ports, n, &name, best, dirs, spec, e);
	} else if (other != NULL) {
		midi_io_fail_dirs(other->name, other->dirs, dirs, e);
	} else {
		sx_fail(e, SX_EPORT, 0, "no such port: %s", spec);
		seq_hint_all(ports, n, e);
	}
	return NULL;
}
