/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "hw.h"

#define INDEX_MOST 4095 /* of a device or subdevice */

/* The pos-th part of a name, "VALUE" or "KEY=VALUE". */
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
hw_parse(const char *spec, struct hw_name *name)
{
	char text[128], *rest = text, *part;
	size_t len = strlen(spec);

	*name = (struct hw_name){ .card = "0" };
	if (strcmp(spec, "hw") == 0)
		return true;
	if (strncmp(spec, "hw:", 3) != 0 || len >= sizeof(text))
		return false;
	memcpy(text, spec + 3, len - 2);
	for (unsigned pos = 0; (part = strsep(&rest, ",")) != NULL; pos++)
		if (!parse_part(part, pos, name))
			return false;
	return true;
}

const struct midi_io_port *
hw_find(const struct midi_io_port *ports, size_t n, const struct hw_name *name)
{
	char wanted[64], found[64];

	snprintf(wanted, sizeof(wanted), "%s,%u,%u", name->card, name->device,
	    name->subdevice);
	for (size_t i = 0; i < n; i++) {
		const char *comma = strchr(ports[i].name, ',');

		if (comma == NULL)
			continue;
		snprintf(found, sizeof(found), "%s%s", ports[i].card_id, comma);
		if (strcmp(wanted, found) == 0 ||
		    strcmp(wanted, ports[i].name + strlen("hw:")) == 0)
			return &ports[i];
	}
	return NULL;
}

/*
 * The file has a section for each stream: "Input 0", then lines that are
 * indented, "  Buffer size  : 4096".
 */
int64_t
hw_number_in(FILE *f, const struct hw_stream *s, const char *field)
{
	char section[32], *line = NULL, *colon;
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

void
hw_socket(int card, char *buf, size_t size)
{
	char path[64], link[PATH_MAX];
	ssize_t n;

	*buf = '\0';
	snprintf(path, sizeof(path), "/sys/class/sound/card%d/device", card);
	n = readlink(path, link, sizeof(link) - 1);
	if (n <= 0)
		return;
	link[n] = '\0';
	hw_socket_in(link, buf, size);
}
