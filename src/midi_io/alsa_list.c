/* SPDX-License-Identifier: ISC */
#include <alsa/asoundlib.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "backend.h"
#include "hw.h"

static void
alsa_silent(const char *file, int line, const char *function, int err,
    const char *fmt, ...)
{
	(void)file, (void)line, (void)function, (void)err, (void)fmt;
}

void
midi_io_alsa_silence(void)
{
	snd_lib_error_set_handler(alsa_silent);
}

/* Add the subdevices of one device. port: what is known of its card. */
static int
list_device(snd_ctl_t *ctl, int card, int device, struct midi_io_port port,
    struct midi_io_list *list, struct sx_err *e)
{
	static const snd_rawmidi_stream_t streams[] = {
		SND_RAWMIDI_STREAM_INPUT, SND_RAWMIDI_STREAM_OUTPUT
	};
	static const unsigned dirs[] = { MIDI_IO_IN, MIDI_IO_OUT };
	snd_rawmidi_info_t *info;
	const char *title;

	snd_rawmidi_info_alloca(&info);
	snd_rawmidi_info_set_device(info, (unsigned)device);
	for (unsigned sub = 0;; sub++) {
		port.dirs = 0;
		port.inactive = true;
		snd_rawmidi_info_set_subdevice(info, sub);
		for (size_t i = 0; i < 2; i++) {
			snd_rawmidi_info_set_stream(info, streams[i]);
			if (snd_ctl_rawmidi_info(ctl, info) < 0)
				continue;
			port.dirs |= dirs[i];
			port.inactive &=
			    hw_inactive(snd_rawmidi_info_get_flags(info));
			title = snd_rawmidi_info_get_subdevice_name(info);
			if (*title == '\0')
				title = snd_rawmidi_info_get_name(info);
			snprintf(port.title, sizeof(port.title), "%s", title);
		}
		if (port.dirs == 0)
			return 0;
		snprintf(port.name, sizeof(port.name), "hw:%d,%d,%u", card,
		    device, sub);
		if (midi_io_list_add(list, &port, e) == -1)
			return -1;
	}
}

static int
list_card(int card, struct midi_io_list *list, struct sx_err *e)
{
	struct midi_io_port port = { 0 };
	snd_ctl_card_info_t *info;
	snd_ctl_t *ctl;
	char name[16];
	int device = -1, rc = 0;

	snprintf(name, sizeof(name), "hw:%d", card);
	if (snd_ctl_open(&ctl, name, SND_CTL_NONBLOCK) < 0)
		return 0; /* it has just gone */
	snd_ctl_card_info_alloca(&info);
	if (snd_ctl_card_info(ctl, info) == 0) {
		snprintf(port.card_id, sizeof(port.card_id), "%s",
		    snd_ctl_card_info_get_id(info));
		snprintf(port.card, sizeof(port.card), "%s",
		    snd_ctl_card_info_get_name(info));
	}
	hw_usb(HW_SYSFS, card, &port);
	port.hardware = true;
	while (rc == 0 && snd_ctl_rawmidi_next_device(ctl, &device) == 0 &&
	       device >= 0)
		rc = list_device(ctl, card, device, port, list, e);
	snd_ctl_close(ctl);
	return rc;
}

/* True if a card may not be opened: alsa-lib does not even see it. */
static bool
some_card_forbidden(void)
{
	char path[32];

	for (int card = 0; card < 32; card++) {
		snprintf(path, sizeof(path), "/dev/snd/controlC%d", card);
		if (access(path, R_OK | W_OK) == -1 && errno == EACCES)
			return true;
	}
	return false;
}

int
midi_io_alsa_list(struct midi_io_list *list, struct sx_err *e)
{
	size_t before = list->n;
	int card = -1;

	midi_io_alsa_silence();
	while (snd_card_next(&card) == 0 && card >= 0)
		if (list_card(card, list, e) == -1)
			return -1;
	if (list->n == before && some_card_forbidden())
		return midi_io_fail_open(
		    "the sound cards", MIDI_IO_ALSA_GROUP, EACCES, e);
	return 0;
}
