/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Notes, one each 5 ms, and how far from that they are.
 *
 *	timing notes COUNT		them, on stdout
 *	timing song COUNT		a MIDI file of them, in ticks of 1 ms
 *	timing heard COUNT <TIMES	as peer recv -t took them down
 *	timing file COUNT <MID		as they are in a MIDI file, type 0
 *
 * The last two say the median error and the one that 99 of 100 are below, in
 * ms, once the median delay of all is taken off; or how many have come if that
 * is not COUNT.
 */

#define EVERY_US 5000.0
#define DIVISION 500 /* at 120 beats a minute, which is the default */

static double *error;
static size_t events, most;

static void
event_at(double us)
{
	if (events < most)
		error[events] = us - EVERY_US * (double)events;
	events++;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
report(void)
{
	double middle;

	if (events != most || most == 0) {
		printf("%zu of %zu events\n", events, most);
		return;
	}
	qsort(error, most, sizeof(*error), compare);
	middle = error[most / 2];
	for (size_t i = 0; i < most; i++) {
		error[i] -= middle;
		error[i] = error[i] < 0 ? -error[i] : error[i];
	}
	qsort(error, most, sizeof(*error), compare);
	printf("timing error %.2f ms, 99 %% below %.2f ms\n",
	    error[most / 2] / 1000, error[most * 99 / 100] / 1000);
}

static void
put_note(size_t i)
{
	putchar(i % 2 == 0 ? 0x90 : 0x80);
	putchar((int)(40 + i / 2 % 40));
	putchar(0x40);
}

static void
put_song(size_t count)
{
	size_t n = 4 * count + 4;

	fwrite("MThd\0\0\0\6\0\0\0\1", 1, 12, stdout);
	putchar(DIVISION >> 8);
	putchar(DIVISION & 0xff);
	fwrite("MTrk", 1, 4, stdout);
	for (int shift = 24; shift >= 0; shift -= 8)
		putchar((int)(n >> shift & 0xff));
	for (size_t i = 0; i < count; i++) {
		putchar(i == 0 ? 0 : 5);
		put_note(i);
	}
	fwrite("\0\xff\x2f\0", 1, 4, stdout);
}

static void
read_times(void)
{
	long long us;
	size_t total;

	while (scanf("%lld %zu", &us, &total) == 2)
		while (3 * (events + 1) <= total)
			event_at((double)us);
}

static uint32_t
varlen(const uint8_t **p, const uint8_t *end)
{
	uint32_t value = 0;

	while (*p < end) {
		value = value << 7 | (**p & 0x7f);
		if ((*(*p)++ & 0x80) == 0)
			break;
	}
	return value;
}

/* The first track. */
static void
read_file(void)
{
	static uint8_t file[1 << 20];
	size_t size = fread(file, 1, sizeof(file), stdin);
	const uint8_t *p = file + 22, *end = file + size;
	double us = 0, tempo = 500000;
	double division = size > 22 ? file[12] << 8 | file[13] : 1;
	uint8_t status = 0;

	while (p < end) {
		us += varlen(&p, end) * tempo / division;
		if (p < end && *p & 0x80)
			status = *p++;
		if (status >= 0xf0) {
			uint8_t kind = status == 0xff && p < end ? *p++ : 0;
			uint32_t n = varlen(&p, end);

			if (kind == 0x51 && end - p >= 3)
				tempo = p[0] << 16 | p[1] << 8 | p[2];
			if (kind == 0x2f || n > (size_t)(end - p))
				return;
			p += n;
			continue;
		}
		if (status < 0xa0 && p < end)
			event_at(us);
		p += status >= 0xc0 && status < 0xe0 ? 1 : 2;
	}
}

int
main(int argc, char *argv[])
{
	const char *what = argc == 3 ? argv[1] : "";

	most = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	error = calloc(most + 1, sizeof(*error));
	if (error == NULL)
		return 2;
	if (strcmp(what, "notes") == 0) {
		for (size_t i = 0; i < most; i++)
			put_note(i);
	} else if (strcmp(what, "song") == 0) {
		put_song(most);
	} else if (strcmp(what, "heard") == 0) {
		read_times();
		report();
	} else if (strcmp(what, "file") == 0) {
		read_file();
		report();
	} else {
		fprintf(stderr, "see the top of timing.c\n");
		return 2;
	}
	free(error);
	return fflush(stdout) == 0 ? 0 : 2;
}
