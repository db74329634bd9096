/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "hw.h"

#define INDEX_MOST 4095 /* of a device or subdevice */

/* Parse the pos-th part of a name, "VALUE" or "KEY=VALUE". */
static bool
parse_part(const char *part, unsigned pos, struct hw_name *name)
{
	static const char *const keys[] = { "CARD=", "DEV=", "SUBDEV=" };
	size_t len;

	for (unsigned i = 0; i < 3; i++) {
		len = strlen(keys[i]);
		if (strncmp(part, keys[i], len) == 0) {
			pos = i;
			part += len;
			break;
		}
	}
	len = strlen(part);
	switch (pos) {
	case 0:
		if (len == 0 || len >= sizeof(name->card))
			return false;
		memcpy(name->card, part, len + 1);
		return true;
	case 1:
		return midi_io_number(part, 0, INDEX_MOST, &name->device);
	case 2:
		return midi_io_number(part, 0, INDEX_MOST, &name->subdevice);
	default:
		return false;
	}
}

bool
hw_is_usb(const char *spec)
{
	return strncmp(spec, "usb:", 4) == 0;
}

/* Is it a socket as the kernel names it, "1-1.4": bus and ports? */
static bool
hw_is_socket(const char *text)
{
	char socket[64], link[80];

	snprintf(link, sizeof(link), "%s:1.0", text);
	hw_socket_in(link, socket, sizeof(socket));
	return *text != '\0' && strcmp(socket, text) == 0;
}

bool
hw_parse(const char *spec, struct hw_name *name)
{
	char text[128], *rest = text, *part;
	size_t len = strlen(spec), scheme = hw_is_usb(spec) ? 4 : 3;

	*name = (struct hw_name){ .card = "0", .usb = hw_is_usb(spec) };
	if (strcmp(spec, "hw") == 0)
		return true;
	if ((strncmp(spec, "hw:", 3) != 0 && !name->usb) || len >= sizeof(text))
		return false;
	memcpy(text, spec + scheme, len - scheme + 1);
	for (unsigned pos = 0; (part = strsep(&rest, ",")) != NULL; pos++)
		if (!parse_part(part, pos, name))
			return false;
	return !name->usb || hw_is_socket(name->card);
}

/* Does the name mean the card of this port? */
static bool
hw_is_card(const struct hw_name *name, const struct midi_io_port *port)
{
	const char *number = port->name + strlen("hw:");
	size_t len = strcspn(number, ",");

	if (name->usb)
		return strcmp(name->card, port->socket) == 0;
	return strcmp(name->card, port->card_id) == 0 ||
	       (strlen(name->card) == len &&
		   strncmp(name->card, number, len) == 0);
}

const struct midi_io_port *
hw_find(const struct midi_io_port *ports, size_t n, const struct hw_name *name)
{
	char wanted[32];

	snprintf(
	    wanted, sizeof(wanted), ",%u,%u", name->device, name->subdevice);
	for (size_t i = 0; i < n; i++) {
		const char *comma = strchr(ports[i].name, ',');

		if (comma != NULL && !ports[i].sequencer &&
		    strcmp(comma, wanted) == 0 && hw_is_card(name, &ports[i]))
			return &ports[i];
	}
	return NULL;
}

/* The file has a section for each stream: "Input 0", then indented lines, "
 * Buffer size  : 4096". */
int64_t
hw_number_in(FILE *f, const struct hw_stream *s, const char *field)
{
	char section[32], *line = NULL;
	const char *colon;
	size_t size = 0, len = strlen(field);
	bool inside = false;
	int64_t number = -1;

	snprintf(section, sizeof(section), "%s %u\n",
	    s->input ? "Input" : "Output", s->subdevice);
	while (number == -1 && getline(&line, &size, f) != -1) {
		const char *text = line + strspn(line, " ");

		if (text == line)
			inside = strcmp(line, section) == 0;
		else if (inside && strncmp(text, field, len) == 0 &&
			 (colon = strchr(text, ':')) != NULL)
			number = strtoll(colon + 1, NULL, 10);
	}
	free(line);
	return number;
}

int64_t
hw_number(const struct hw_stream *s, const char *field)
{
	char path[64];
	int64_t number;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/asound/card%d/midi%u", s->card,
	    s->device);
	f = fopen(path, "re");
	if (f == NULL)
		return -1;
	number = hw_number_in(f, s, field);
	fclose(f);
	return number;
}

bool
hw_owner(const struct hw_stream *s, char buf[HW_OWNER])
{
	int64_t pid = hw_number(s, "Owner PID");
	char path[64], comm[32];
	FILE *f;

	if (pid <= 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%lld/comm", (long long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	if (fgets(comm, sizeof(comm), f) == NULL)
		*comm = '\0';
	fclose(f);
	comm[strcspn(comm, "\n")] = '\0';
	snprintf(buf, HW_OWNER, "%s (process %lld)", comm, (long long)pid);
	return true;
}

void
hw_socket_in(const char *link, char *buf, size_t size)
{
	const char *slash = strrchr(link, '/');
	const char *name = slash != NULL ? slash + 1 : link;
	size_t bus = strspn(name, "0123456789"), n = bus;

	*buf = '\0';
	if (bus == 0 || name[n++] != '-')
		return;
	n += strspn(name + n, "0123456789.");
	if (n == bus + 1 || name[n] != ':' || n >= size)
		return;
	memcpy(buf, name, n);
	buf[n] = '\0';
}

/* Read the first line of a file into buf; "" if there is none. */
static void
hw_read_line(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");

	*buf = '\0';
	if (f == NULL)
		return;
	if (fgets(buf, (int)size, f) == NULL)
		*buf = '\0';
	fclose(f);
	buf[strcspn(buf, "\n")] = '\0';
}

static void
hw_read_usb(
    const char *sysfs, int card, const char *field, char *buf, size_t size)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path),
	    "%s/class/sound/card%d/device/../%s", sysfs, card, field);

	*buf = '\0';
	if (n > 0 && n < (int)sizeof(path))
		hw_read_line(path, buf, size);
}

void
hw_usb(const char *sysfs, int card, struct midi_io_port *port)
{
	char path[PATH_MAX], link[PATH_MAX];
	ssize_t n = -1;
	int len = snprintf(
	    path, sizeof(path), "%s/class/sound/card%d/device", sysfs, card);

	if (len > 0 && len < (int)sizeof(path))
		n = readlink(path, link, sizeof(link) - 1);
	link[n > 0 ? n : 0] = '\0';
	hw_socket_in(link, port->socket, sizeof(port->socket));
	port->vendor[0] = port->product[0] = port->serial[0] = '\0';
	if (port->socket[0] == '\0')
		return;
	hw_read_usb(
	    sysfs, card, "manufacturer", port->vendor, sizeof(port->vendor));
	hw_read_usb(
	    sysfs, card, "product", port->product, sizeof(port->product));
	hw_read_usb(sysfs, card, "serial", port->serial, sizeof(port->serial));
}

#define STREAM_INACTIVE 0x10 /* SNDRV_RAWMIDI_INFO_, from Linux 6.14 on */

bool
hw_inactive(unsigned flags)
{
	return flags & STREAM_INACTIVE;
}

void
hw_card_id(int card, char *buf, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/asound/card%d/id", card);
	hw_read_line(path, buf, size);
}
