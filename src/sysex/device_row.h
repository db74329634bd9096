/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_DEVICE_ROW_H
#define SXLIB_DEVICE_ROW_H

#include "sxlib/device.h"

/*
 * Devices as data, private to the sysex room. A device is known by the first
 * bytes of its messages, what a message holds by some more of them. So a new
 * device is one struct sx_device in device_MAKER.c and one line in SX_DEVICES
 * below, and never needs code unless bytes must be unpacked.
 */

/* One kind of message of a device. The first that fits is taken. */
struct sx_format {
	/* Bytes from F0 on, under a mask; the device's own need not be
	 * repeated. */
	uint8_t value[SX_TRIAGE_BYTES], mask[SX_TRIAGE_BYTES];
	/* Bytes of the whole message, F0 and F7 included; max 0: no limit.
	 * A message of another length is not this format if SX_TRIAGE_BYTES
	 * are enough to know it; else it is, with a note, since sizes change
	 * between versions of a device's software. */
	size_t min, max;
	enum sx_kind kind;
	enum sx_trust trust; /* what is said of it is the lesser of this and
				the device's */
	enum sx_checksum
	    checksum;	    /* NONE, or UNKNOWN unless decode() finds it */
	bool passing;	    /* holds no user data: facts.dump = false */
	bool complete;	    /* one complete object a message */
	int delay_ms;	    /* 0: as the device */
	const char *source; /* NULL: as the device */
	const char *note, *danger;
	size_t slot; /* offset of a byte that holds it, before min; 0: none */
	/* Slot, name, length and checksum of a whole message; n >= min. */
	void (*decode)(const uint8_t *msg, size_t n, struct sx_facts *facts);
};

struct sx_device {
	/* The first member: see sx_device_rows(). A name in parentheses is a
	 * heading for several devices and not said of a message. */
	struct sx_device_row row;
	/* The bytes that make it this device. All 0: only listed. Bytes beyond
	 * the maker's ID settle the device even if no format fits. */
	uint8_t value[SX_TRIAGE_BYTES], mask[SX_TRIAGE_BYTES];
	const struct sx_format *formats;
	size_t nformats;
	/* Sets facts->device where row.device is a heading, or leaves it. */
	void (*name)(const uint8_t *msg, size_t n, struct sx_facts *facts);
};

/* .value and .mask for one byte, or for some bits of it. */
#define SX_BYTE(off, byte)	 SX_BITS(off, byte, 0xff)
#define SX_BITS(off, byte, bits) .value[off] = (byte), .mask[off] = (bits)
/* .formats and .nformats */
#define SX_FORMATS(array) \
	.formats = (array), .nformats = sizeof(array) / sizeof((array)[0])

/* By maker's ID; of one maker, the more special before the more general. */
#define SX_DEVICES(X)         \
	X(sx_tempest)         \
	X(sx_prophet08)       \
	X(sx_mopho)           \
	X(sx_tetra)           \
	X(sx_mopho_keyboard)  \
	X(sx_prophet12)       \
	X(sx_prophet_rev2)    \
	X(sx_prophet_x)       \
	X(sx_pro3)            \
	X(sx_voyager)         \
	X(sx_esq1)            \
	X(sx_matrix1000)      \
	X(sx_proteus1)        \
	X(sx_proteus_px7)     \
	X(sx_xbase09)         \
	X(sx_alpha_base)      \
	X(sx_jomox_other)     \
	X(sx_viscount)        \
	X(sx_pulse)           \
	X(sx_microwave2)      \
	X(sx_blofeld)         \
	X(sx_kyra)            \
	X(sx_waldorf_m)       \
	X(sx_kawai_k1)        \
	X(sx_kawai_k4)        \
	X(sx_kawai_k5)        \
	X(sx_jx8p)            \
	X(sx_mks70)           \
	X(sx_d50)             \
	X(sx_mt32)            \
	X(sx_u220)            \
	X(sx_jv880)           \
	X(sx_jv1080)          \
	X(sx_jdxi)            \
	X(sx_roland_other)    \
	X(sx_m1)              \
	X(sx_dw8000)          \
	X(sx_microkorg)       \
	X(sx_wavestation)     \
	X(sx_03rw)            \
	X(sx_minilogue)       \
	X(sx_minilogue_xd)    \
	X(sx_reface_dx)       \
	X(sx_reface)          \
	X(sx_fs1r)            \
	X(sx_dx7)             \
	X(sx_dx_4op)          \
	X(sx_tx7)             \
	X(sx_yamaha_other)    \
	X(sx_ax80)            \
	X(sx_zoom_ms)         \
	X(sx_sds)             \
	X(sx_mtc_setup)       \
	X(sx_identity)        \
	X(sx_file_dump)       \
	X(sx_tuning)          \
	X(sx_general_midi)    \
	X(sx_dls)             \
	X(sx_file_reference)  \
	X(sx_visual)          \
	X(sx_midi_ci)         \
	X(sx_mtc)             \
	X(sx_show_control)    \
	X(sx_notation)        \
	X(sx_device_control)  \
	X(sx_mtc_cueing)      \
	X(sx_mmc)             \
	X(sx_tuning_now)      \
	X(sx_controllers)     \
	X(sx_novation_peak)   \
	X(sx_novation_summit) \
	X(sx_ultranova)       \
	X(sx_bass_station)    \
	X(sx_a_station)       \
	X(sx_novation_sl)     \
	X(sx_hydrasynth)      \
	X(sx_behringer_wave)  \
	X(sx_virus)           \
	X(sx_turbo)           \
	X(sx_sidstation)      \
	X(sx_machinedrum)     \
	X(sx_monomachine)     \
	X(sx_tm1)             \
	X(sx_octatrack)       \
	X(sx_analog_four)     \
	X(sx_analog_rytm)     \
	X(sx_analog_heat)     \
	X(sx_analog_drive)    \
	X(sx_digitakt)        \
	X(sx_analog_four2)    \
	X(sx_analog_rytm2)    \
	X(sx_digitone)        \
	X(sx_analog_heat2)    \
	X(sx_model_samples)   \
	X(sx_elektron_api)    \
	X(sx_model_cycles)    \
	X(sx_digitakt2)       \
	X(sx_digitone2)       \
	X(sx_syntakt)         \
	X(sx_elektron_other)  \
	X(sx_sidstation_file) \
	X(sx_andromeda)       \
	X(sx_alesis_d4)       \
	X(sx_midi_raider)

#define SX_DECLARE(device) extern const struct sx_device device;
SX_DEVICES(SX_DECLARE)

/* How many bytes a mask looks at. */
size_t sx_reach(const uint8_t mask[SX_TRIAGE_BYTES]);
bool sx_matches(const uint8_t *msg, size_t n,
    const uint8_t value[SX_TRIAGE_BYTES], const uint8_t mask[SX_TRIAGE_BYTES]);

/* The user's own row that fits best, with its one format; NULL if none does.
 * own may be NULL. */
const struct sx_device *sx_devices_find(
    const struct sx_devices *own, const uint8_t *msg, size_t n);

/*
 * For decode(). Texts and numbers go into the facts together with the region
 * they were found at.
 */

/* Trailing blanks and NULs go, and a name ends at its first NUL. */
void sx_read_name(struct sx_facts *facts, const uint8_t *text, size_t len,
    size_t off, size_t region);
void sx_read_slot(struct sx_facts *facts, long slot, size_t off, size_t len);
/* A bad one stays bad, whatever else is right. */
void sx_read_checksum(struct sx_facts *facts, unsigned have, unsigned want,
    size_t off, size_t len);
void sx_read_length(
    struct sx_facts *facts, size_t have, size_t want, size_t off, size_t len);

/* msg[off..to-1] is 8-in-7. */
void sx_read_packed(struct sx_facts *facts, size_t off, size_t to, bool rle);

/* The sum of msg[from..to-1]. */
unsigned sx_sum(const uint8_t *msg, size_t from, size_t to);

#endif
