/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/resource.h>

#include "../../src/sysex/devices.h"
#include "hex.h"
#include "instruments.h"
#include "scratch.h"
#include "sxlib/config.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char good[] = "\xef\xbb\xbf# of mine\r\n"
			   "\r\n"
			   "[MBrane 11]\r\n"
			   "mask = F0 31 7f ?? 02\n"
			   "  kind=pattern  \n"
			   "; more\n"
			   "maker = Jomox\n"
			   "slot = 5\n"
			   "delay = 0\n"
			   "rate = 1000\n"
			   "[ Two = [1] ]\n"
			   "mask = F0002041\n"
			   "\n"
			   "[MBrane 11]\n"
			   "mask=F0 31 7F 61\n"
			   "kind = settings";

static struct sx_device_row
row_at(const struct sx_devices *d, size_t i)
{
	assert_true(i < sx_devices_count(d));
	return instrument_at(d, i).row;
}

/* Read all rows of a text; errors gets a line for each wrong one. */
static struct sx_devices *
rows_of(const char *text, size_t n, char *errors, size_t size)
{
	struct sx_devices *d = sx_devices_new(NULL);
	struct sx_config *f = sx_config_memory("d.conf", text, n, NULL);
	struct sx_err e = { 0 };
	int rc;

	assert_non_null(d);
	assert_non_null(f);
	errors[0] = '\0';
	while ((rc = sx_config_device(f, d, &e)) != 0) {
		size_t used = strlen(errors);

		assert_true(rc == 1 || rc == -1);
		if (rc == -1) {
			assert_int_equal(e.code, SX_EDATA);
			snprintf(errors + used, size - used, "%s\n", e.msg);
		}
		e = (struct sx_err){ 0 };
	}
	assert_int_equal(sx_config_device(f, d, &e), 0);
	sx_config_close(f);
	return d;
}

static void
good_rows_are_read(void **state)
{
	static const uint8_t msg[] = { 0xf0, 0x31, 0x7f, 9, 2, 7, 0xf7 };
	struct sx_device_row r;
	struct sx_facts facts;
	struct sx_devices *d;
	char errors[4096];

	(void)state;
	d = rows_of(good, sizeof(good) - 1, errors, sizeof(errors));
	assert_string_equal(errors, "");
	assert_int_equal(sx_devices_count(d), 3);
	r = row_at(d, 0);
	assert_string_equal(r.device, "MBrane 11");
	assert_string_equal(r.maker_name, "Jomox");
	assert_string_equal(r.kinds, "pattern");
	assert_string_equal(r.source, "d.conf:3");
	assert_true(r.delay_ms == 0 && r.rate == 1000);
	assert_int_equal(r.trust, SX_TRUST_USER);
	r = row_at(d, 1);
	assert_string_equal(r.device, "Two = [1]");
	assert_string_equal(r.source, "d.conf:11");
	assert_true(r.maker == 0x2041 && r.delay_ms == -1);
	assert_string_equal(row_at(d, 2).kinds, "settings");
	sx_device_decode(d, msg, sizeof(msg), &facts);
	assert_string_equal(facts.device, "MBrane 11");
	assert_int_equal(facts.slot, 7);
	sx_devices_free(d);
}

/* A wrong row between two good ones. */
static void
a_bad_row_is_told_and_left_out(void **state)
{
	static const struct {
		const char *row, *error; /* in its line from 3 on */
	} t[] = {
		{ "[b]\n", "3: [b]: no mask: expected a key 'mask'" },
		{ "[b]\nkind = preset\n",
		    "3: [b]: no mask: expected a key 'mask'" },
		{ "[b\nmask = F0 42\n", "3: [b: no ']': expected [NAME]" },
		{ "[]\nmask = F0 42\n", "3: []: no name: expected [NAME]" },
		{ "[(b)]\nmask = F0 42\n",
		    "3: [(b)]: a name in parentheses: expected one without" },
		{ "[b]\nmask\n",
		    "4: not a key and value: expected KEY = VALUE" },
		{ "[b]\nmask =\n", "4: mask: no value: expected KEY = VALUE" },
		{ "[b]\nmask = F0 4\n", "4: mask: 'F0 4' has a part" },
		{ "[b]\nmask = F0 4g\n", "4: mask: 'F0 4g' has a part" },
		{ "[b]\nmask = F0 ?\n", "4: mask: 'F0 ?' has a part" },
		{ "[b]\nmask = F0 1 2 3 4 5 6 7 8\n", "4: mask: 'F0 1 2" },
		{ "[b]\nmask = F0 01020304 05060708 090A0B0C 0D0E0F10\n",
		    "4: mask: 'F0 01020304 05060708 090A0B0C 0D0E0F10' has "
		    "more than 16 bytes: expected bytes from F0 on" },
		{ "[b]\nmask = 42\n", "4: mask: '42' does not start with F0" },
		{ "[b]\nmask = F0 42\nmask = F0 43\n",
		    "5: mask: duplicate key" },
		{ "[b]\nmask = F0 42\ncolour = red\n",
		    "5: colour: unknown key" },
		{ "[b]\nmask = F0 42\nkind = thing\n",
		    "5: kind: 'thing' is not a kind: expected preset, " },
		{ "[b]\nmask = F0 42\n\n# x\nslot = 1\n",
		    "7: slot: '1' has an offset within the maker ID" },
		{ "[b]\nmask = F0 42\nslot = 99999999999999999999\n",
		    "5: slot: '9" },
		{ "[b]\nmask = F0 42\ndelay = -1\n",
		    "5: delay: '-1' is not in range: expected ms from" },
		{ "[b]\nmask = F0 42\ndelay = 5 ms\n", "5: delay: '5 ms'" },
		{ "[b]\nmask = F0 42\nrate = 0\n",
		    "5: rate: '0' is not in range: expected bytes per" },
		{ "[b]\nmask = F0 42\nrate = max\n", "5: rate: 'max'" },
		{ "[b]\nmask = F0 42\nmaker = \x1b[1m\n",
		    "5: control character" },
		{ "[\x1b]\nmask = F0 42\n", "3: [NAME]: control character" },
		{ "[b]\nmask = F0 40\n",
		    "3: mask: same as that of a (d.conf:1): expected a "
		    "different one" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		char text[512], errors[4096], want[128];
		struct sx_devices *d;

		snprintf(text, sizeof(text),
		    "[a]\nmask = F0 40\n%s[c]\nmask = F0 41\n", t[i].row);
		d = rows_of(text, strlen(text), errors, sizeof(errors));
		snprintf(want, sizeof(want), "d.conf:%s", t[i].error);
		if (strncmp(errors, want, strlen(want)) != 0 ||
		    strchr(errors, '\n')[1] != '\0')
			fail_msg("row %zu: %s", i, errors);
		assert_int_equal(sx_devices_count(d), 2);
		assert_string_equal(row_at(d, 1).device, "c");
		sx_devices_free(d);
	}
}

static void
what_stands_before_all_sections_is_wrong_once(void **state)
{
	static const char text[] = "mask = F0\nkind = x\n\n[a]\nmask = F0 40";
	struct sx_devices *d;
	char errors[4096];

	(void)state;
	d = rows_of(text, sizeof(text) - 1, errors, sizeof(errors));
	assert_string_equal(errors,
	    "d.conf:1: no section yet: expected [NAME] before the first key\n");
	assert_int_equal(sx_devices_count(d), 1);
	sx_devices_free(d);
}

/* Rows complete before the cut are read, whatever remains of the next. */
static void
every_truncation_is_read(void **state)
{
	char errors[4096];

	(void)state;
	for (size_t n = 0; n < sizeof(good); n++) {
		/* A copy of exactly this size, so that ASan detects a read
		 * beyond it. */
		char *copy = malloc(n > 0 ? n : 1);
		struct sx_devices *d;
		size_t rows;

		assert_non_null(copy);
		memcpy(copy, good, n);
		d = rows_of(copy, n, errors, sizeof(errors));
		rows = sx_devices_count(d);
		assert_true(rows >= (n > 130) + (size_t)(n > 180));
		assert_true(rows <= 3);
		sx_devices_free(d);
		free(copy);
	}
}

static uint32_t
random_number(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void
any_bytes_are_survived(void **state)
{
	static const char bits[] = "[]=\n\r #;\0?F0314\x80mask kind slot";
	char text[sizeof(good) + 64], errors[65536];
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t n = random_number(&seed) % sizeof(text);
		struct sx_devices *d;

		memset(text, ' ', sizeof(text));
		memcpy(text, good, sizeof(good));
		for (size_t k = random_number(&seed) % 40; k > 0; k--)
			text[random_number(&seed) % sizeof(text)] =
			    round % 2 ? bits[random_number(&seed) %
					     (sizeof(bits) - 1)]
				      : (char)random_number(&seed);
		if (round % 5 == 0)
			for (size_t i = 0; i < n; i++)
				text[i] = bits[random_number(&seed) %
					       (sizeof(bits) - 1)];
		d = rows_of(text, n, errors, sizeof(errors));
		sx_devices_free(d);
	}
}

static void
ports_are_read(void **state)
{
	static const char text[] = "[mbrane]\n"
				   "port = UM-ONE\n"
				   "device = MBrane 11\n"
				   "delay = 250\n"
				   "rate = max\n"
				   "[no name]\nport = x\n"
				   "[-x]\nport = x\n"
				   "[MBRANE]\nport = x\n"
				   "[b]\ndelay = 1\n"
				   "[c]\nport = -\n"
				   "[d]\nport = x\nrate = fast\n"
				   "[pi]\nport = tty:/dev/ttyAMA0\nrate=din\n"
				   "[e]\nport = x\nmask = F0\n"
				   "[f.1_2-3]\nport = hw:1,0\nrate = 99\n";
	static const char *const wrong[] = { "p:6: invalid port name",
		"p:8: invalid port name", "p:10: [MBRANE] already exists",
		"p:12: [b] has no port", "p:15: standard",
		"p:18: rate: 'fast' is not in range",
		"p:24: mask: unknown key" };
	struct sx_config *f =
	    sx_config_memory("p", text, sizeof(text) - 1, NULL);
	struct sx_named_port got[8];
	struct sx_err e = { 0 };
	size_t n = 0, bad = 0;
	int rc;

	(void)state;
	while ((rc = sx_config_port(f, &got[n], &e)) != 0) {
		if (rc == 1) {
			n++;
			continue;
		}
		assert_true(bad < COUNT(wrong));
		if (strncmp(e.msg, wrong[bad], strlen(wrong[bad])) != 0)
			fail_msg("%s", e.msg);
		e = (struct sx_err){ 0 };
		bad++;
	}
	assert_int_equal(bad, COUNT(wrong));
	assert_int_equal(n, 3);
	assert_string_equal(got[0].name, "mbrane");
	assert_string_equal(got[0].port, "UM-ONE");
	assert_string_equal(got[0].device, "MBrane 11");
	assert_true(got[0].delay_ms == 250 && got[0].rate == 0);
	assert_string_equal(got[1].port, "tty:/dev/ttyAMA0");
	assert_true(got[1].device == NULL && got[1].delay_ms == -1 &&
		    got[1].rate == 3125);
	assert_string_equal(got[2].name, "f.1_2-3");
	assert_int_equal(got[2].rate, 99);
	sx_config_close(f);
}

/* Rows of devices.conf from before pages existed keep their meaning. */
static const struct {
	const char *row, *msg, *device, *maker;
	enum sx_kind kind;
	long slot;
	int delay, rate;
} old[] = {
	{ "mask = F0 7D", "F0 7D 01 F7", "Old", "Non-commercial",
	    SX_KIND_UNKNOWN, -1, -1, 0 },
	{ "mask = f07d", "F0 7D 01 F7", "Old", "Non-commercial",
	    SX_KIND_UNKNOWN, -1, -1, 0 },
	{ "mask = F0 7D ?? 05 \nmaker = M\xc3\xbcller", "F0 7D 01 05 F7", "Old",
	    "M\xc3\xbcller", SX_KIND_UNKNOWN, -1, -1, 0 },
	{ "mask = F0 7D ??05 06", "F0 7D 01 05 07 F7", "", "Non-commercial",
	    SX_KIND_UNKNOWN, -1, -1, 0 },
	{ "mask = F0 00 20 7F ?? ?? ?? 07", "F0 00 20 7F 01 02 03 07 F7", "Old",
	    NULL, SX_KIND_UNKNOWN, -1, -1, 0 },
	{ "mask = F0 7D\nkind = preset\nslot = 3\ndelay = 0\nrate = 1",
	    "F0 7D 01 07 F7", "Old", "Non-commercial", SX_KIND_PRESET, 7, 0,
	    1 },
	{ "mask = F0 7D\nkind = request\nslot = 2", "F0 7D 7F F7", "Old",
	    "Non-commercial", SX_KIND_REQUEST, 127, -1, 0 },
	/* Two 7-bit bytes, high byte first. */
	{ "mask = F0 7D\nkind = bank\nslot = 3 4", "F0 7D 01 02 03 F7", "Old",
	    "Non-commercial", SX_KIND_BANK, 2 * 128 + 3, -1, 0 },
	{ "mask = F0 7D\nkind = kit\nslot = 4 3", "F0 7D 01 02 03 F7", "Old",
	    "Non-commercial", SX_KIND_KIT, 3 * 128 + 2, -1, 0 },
	{ "mask = F0 7D\nslot = 2 4", "F0 7D 7F 02 7F F7", "Old",
	    "Non-commercial", SX_KIND_UNKNOWN, 16383, -1, 0 },
	{ "mask = F0 7D\nslot = 3 0", "F0 7D 01 02 03 F7", "Old",
	    "Non-commercial", SX_KIND_UNKNOWN, 2, -1, 0 },
	/* A message that ends before its slot has none. */
	{ "mask = F0 7D\nslot = 5", "F0 7D 01 02 03 F7", "Old",
	    "Non-commercial", SX_KIND_UNKNOWN, -1, -1, 0 },
	{ "mask = F0 7D\nslot = 65535", "F0 7D 01 02 03 F7", "Old",
	    "Non-commercial", SX_KIND_UNKNOWN, -1, -1, 0 },
	{ "mask = F0 7D\ndelay = +5\nrate = 1000000000", "F0 7D 01 F7", "Old",
	    "Non-commercial", SX_KIND_UNKNOWN, -1, 5, 1000000000 },
	{ "mask = F0 7D\ndelay = 3600000\nrate = 0031", "F0 7D 01 F7", "Old",
	    "Non-commercial", SX_KIND_UNKNOWN, -1, 3600000, 31 },
};

static void
old_rows_mean_what_they_did(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(old); i++) {
		char text[512], errors[512];
		struct sx_devices *d;
		struct sx_facts f;
		uint8_t msg[64];
		bool fits = old[i].device[0] != '\0';

		snprintf(text, sizeof(text), "[Old]\n%s\n", old[i].row);
		d = rows_of(text, strlen(text), errors, sizeof(errors));
		assert_string_equal(errors, "");
		sx_device_decode(d, msg, bytes_of(old[i].msg, msg), &f);
		if (strcmp(f.device, old[i].device) != 0 ||
		    f.kind != old[i].kind || f.slot != old[i].slot ||
		    f.delay_ms != old[i].delay || f.rate != old[i].rate ||
		    (old[i].maker != NULL &&
			strcmp(f.maker, old[i].maker) != 0))
			fail_msg("row %zu: %s %s %s, slot %ld, %d ms, %d B/s",
			    i, f.maker, f.device, sx_kind_text(f.kind), f.slot,
			    f.delay_ms, f.rate);
		assert_int_equal(f.trust, fits ? SX_TRUST_USER : SX_TRUST_NONE);
		if (fits)
			assert_string_equal(f.source, "d.conf:1");
		assert_string_equal(f.slot_text, "");
		assert_int_equal(f.dump, f.kind < SX_KIND_REQUEST);
		assert_int_equal(f.checksum, SX_CHECKSUM_UNKNOWN);
		assert_string_equal(row_at(d, 0).kinds,
		    fits ? sx_kind_text(f.kind) : "unknown");
		sx_devices_free(d);
	}
}

static void
nothing_of_the_file_is_lost(void **state)
{
	struct sx_err e = { 0 };
	struct stat st;

	(void)state;
	umask(022);
	assert_int_equal(sx_config_append("a/b/d.conf", "[x]\n", &e), 0);
	scratch_holds("a/b/d.conf", "[x]\n", 4);
	assert_int_equal(stat("a/b/d.conf", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(chmod("a/b/d.conf", 0600), 0);
	assert_int_equal(sx_config_append("a/b/d.conf", "[y]\n", &e), 0);
	scratch_holds("a/b/d.conf", "[x]\n\n[y]\n", 9);
	assert_int_equal(stat("a/b/d.conf", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	scratch_lists("a/b", "d.conf ");

	scratch_write("odd", "# no end\0\xff", 10);
	assert_int_equal(symlink("odd", "link"), 0);
	assert_int_equal(sx_config_append("link", "[z]\n", &e), 0);
	scratch_holds("odd", "# no end\0\xff\n\n[z]\n", 16);
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	/* A dangling link, as to a disk that is not plugged in, stays a link,
	 * too. */
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(sx_config_append("dangling", "[z]\n", &e), -1);
	assert_int_equal(e.sys, ENOENT);
	assert_int_equal(lstat("dangling", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

/* If the disk fills up, at any byte, the file is unchanged. */
static void
nothing_is_lost_on_a_full_disk(void **state)
{
	struct rlimit limit = { 0, RLIM_INFINITY };
	struct sx_err e = { 0 };

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	scratch_write("d.conf", "[x]", 3);
	for (limit.rlim_cur = 1; limit.rlim_cur < 9; limit.rlim_cur++) {
		e = (struct sx_err){ 0 };
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		assert_int_equal(sx_config_append("d.conf", "[y]\n", &e), -1);
		assert_int_equal(e.sys, EFBIG);
		scratch_holds("d.conf", "[x]", 3);
		scratch_lists(".", "d.conf ");
	}
	limit.rlim_cur = RLIM_INFINITY;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(sx_config_append("d.conf", "[y]\n", &e), 0);
	scratch_holds("d.conf", "[x]\n\n[y]\n", 9);
}

/* The text after it is not hidden. */
static void
a_nul_is_wrong(void **state)
{
	static const char text[] = "[a]\nmask = F0 42\nkind = p\0reset\n"
				   "[b]\nmask = F0 43\n";
	char errors[512];
	struct sx_devices *d =
	    rows_of(text, sizeof(text) - 1, errors, sizeof(errors));
	size_t n;

	(void)state;
	n = sx_devices_count(d);
	assert_int_equal(n, 1);
	assert_non_null(strstr(errors, "d.conf:3: "));
	sx_devices_free(d);
}

/* A slot may be at any offset that a mask can have. */
static void
slots_at_the_limit(void **state)
{
	static const struct {
		const char *text;
		size_t rows;
	} t[] = { { "[a]\nmask = F0 42\nslot = 2 65535\n", 1 },
		{ "[a]\nmask = F0 42\nslot = 65535 2\n", 1 },
		{ "[a]\nmask = F0 42\nslot = 2 65536\n", 0 },
		{ "[a]\nmask = F0 42\nslot = 2 1\n", 0 } };
	char errors[512];
	struct sx_devices *d;
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		d = rows_of(
		    t[i].text, strlen(t[i].text), errors, sizeof(errors));
		n = sx_devices_count(d);
		assert_int_equal(n, t[i].rows);
		sx_devices_free(d);
	}
}

static void
what_cannot_be_read_is_said(void **state)
{
	struct sx_err e = { 0 };
	struct sx_config *f = sx_config_open("none/at/all", &e);
	struct sx_devices *d = sx_devices_new(&e);

	(void)state;
	assert_non_null(f);
	assert_int_equal(sx_config_device(f, d, &e), 0);
	sx_config_close(f);
	sx_devices_free(d);
	assert_int_equal(mkdir("folder", 0777), 0);
	assert_null(sx_config_open("folder", &e));
	assert_int_equal(e.code, SX_EIO);
	e = (struct sx_err){ 0 };
	assert_null(sx_config_open("/dev/zero", &e));
	assert_int_equal(e.code, SX_EIO);
	/* It has no writer. */
	assert_int_equal(mkfifo("pipe", 0666), 0);
	alarm(20);
	assert_null(sx_config_open("pipe", &e));
	alarm(0);
	assert_int_equal(unlink("pipe"), 0);
	e = (struct sx_err){ 0 };
	assert_int_equal(sx_config_append("folder", "x", &e), -1);
	e = (struct sx_err){ 0 };
	scratch_write("file", "", 0);
	assert_int_equal(sx_config_append("file/d.conf", "x", &e), -1);
	assert_int_equal(e.code, SX_EIO);
	scratch_lists(".", "file folder ");
}

static void
the_place_is_that_of_xdg(void **state)
{
	static const struct {
		const char *xdg, *home, *path;
	} t[] = {
		{ "/x", "/h", "/x/sxlib/d" },
		{ "", "/h", "/h/.config/sxlib/d" },
		{ "relative", "/h", "/h/.config/sxlib/d" },
		{ NULL, "/h", "/h/.config/sxlib/d" },
		{ NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct sx_err e = { 0 };
		char *path;

		unsetenv("XDG_CONFIG_HOME");
		unsetenv("HOME");
		if (t[i].xdg != NULL)
			setenv("XDG_CONFIG_HOME", t[i].xdg, 1);
		if (t[i].home != NULL)
			setenv("HOME", t[i].home, 1);
		path = sx_config_path("d", &e);
		if (t[i].path != NULL)
			assert_string_equal(path, t[i].path);
		else
			assert_true(path == NULL && e.code == SX_EIO);
		free(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_rows_are_read),
		cmocka_unit_test(a_bad_row_is_told_and_left_out),
		cmocka_unit_test(what_stands_before_all_sections_is_wrong_once),
		cmocka_unit_test(every_truncation_is_read),
		cmocka_unit_test(any_bytes_are_survived),
		cmocka_unit_test(ports_are_read),
		cmocka_unit_test(old_rows_mean_what_they_did),
		cmocka_unit_test_setup_teardown(
		    nothing_of_the_file_is_lost, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(nothing_is_lost_on_a_full_disk,
		    scratch_enter, scratch_leave),
		cmocka_unit_test(a_nul_is_wrong),
		cmocka_unit_test(slots_at_the_limit),
		cmocka_unit_test_setup_teardown(
		    what_cannot_be_read_is_said, scratch_enter, scratch_leave),
		cmocka_unit_test(the_place_is_that_of_xdg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
