/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECALL_MAP_H
#define SXLIB_RECALL_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/*
 * Which messages of a sequencer recall what: the lines of a map file, in the
 * syntax of ports.conf with a single section [recall]. Does not access the
 * files that they name. Pure, except for reading the map.
 */

enum sx_trigger_kind {
	SX_TRIGGER_NOTE,    /* a note-on */
	SX_TRIGGER_PROGRAM, /* a program change */
	SX_TRIGGER_CC,	    /* a control change */
};

/* A message that may recall something, with numbers as on the wire. */
struct sx_trigger {
	enum sx_trigger_kind kind;
	int channel;	/* 1 to 16 */
	int controller; /* CC */
	int number;	/* note, program, or controller value, from 0 */
	int bank; /* PROGRAM: controllers 0 and 32 as 14 bits; one not received
		     counts as 0 */
};

/* One line; strings are borrowed from the map. */
struct sx_recall_line {
	size_t line;	  /* line number in the file; 0: from the command
			     line */
	const char *text; /* as written: "program 17-32 on 16" */
	enum sx_trigger_kind kind;
	bool pattern;	   /* PROGRAM, in Elektron notation: A01 to H16 */
	int channel;	   /* 1 to 16 */
	int bank;	   /* PROGRAM: 14 bits; -1: any */
	int controller;	   /* CC */
	int first, last;   /* on the wire, from 0 */
	int base;	   /* {n} for number 0 */
	const char *value; /* a file, a template with {n}, or hex text */
	const char *to;	   /* name of the output; NULL: the first */
	bool pass;	   /* also pass the trigger through to the first
			      output */
};

struct sx_config;

struct sx_recall_map {
	/* Read-only. */
	struct sx_recall_line *lines;
	size_t nlines;
	int64_t settle; /* us without a newer trigger before a dump is sent */
	/* Private. */
	struct sx_config *file;
	struct sx_recall_pair *pairs; /* all those in the file */
	size_t npairs, next;
	long count_from; /* -1: not set */
	bool collected;
};

/* Read the file; blocks on the disk. Returns 0, or -1 and sets e if it is
 * missing or cannot be read. Call sx_recall_map_free() in both cases. */
int sx_recall_map_open(
    struct sx_recall_map *m, const char *path, struct sx_err *e);
/* The same for text in memory; path is used in errors. */
int sx_recall_map_memory(struct sx_recall_map *m, const char *path,
    const char *text, struct sx_err *e);
/*
 * Parse the next line: it is added to `lines`, or sets `settle` or
 * `count-from`. Returns 1; 0 at the end; -1 and sets e. SX_EUSAGE, with file
 * and line: the line is wrong, or can never match because of earlier lines; it
 * is skipped, keep calling for the others. SX_ENOMEM: give up.
 */
int sx_recall_map_next(struct sx_recall_map *m, struct sx_err *e);
/*
 * The map of `recall --channel C --name TEMPLATE`: program N, counted from
 * count_from, recalls the file that the template `value`, borrowed, gives for
 * N. Returns 0, or -1 and sets e if out of memory.
 */
int sx_recall_map_programs(struct sx_recall_map *m, int channel, int count_from,
    const char *value, struct sx_err *e);
/* m may be zeroed and never used. */
void sx_recall_map_free(struct sx_recall_map *m);

/* The first of lines[0..n-1] that matches, or NULL. */
const struct sx_recall_line *sx_recall_find(
    const struct sx_recall_line *lines, size_t n, const struct sx_trigger *t);

/* "program 17 on 16", counted as the line does; line NULL: as on the wire, from
 * 0. Returns buf. */
#define SX_TRIGGER_TEXT 64
const char *sx_trigger_text(const struct sx_trigger *t,
    const struct sx_recall_line *line, char buf[SX_TRIGGER_TEXT]);

/* A program in Elektron notation: "A01" for 0, "H16" for 127. Returns buf. */
#define SX_PATTERN_TEXT 8
const char *sx_pattern_text(int program, char buf[SX_PATTERN_TEXT]);

/* In every way in which instruments number it: "program 16 from 0, 17 from 1,
 * pattern B01, on 16". Returns buf. */
#define SX_TRIGGER_NUMBERS 160
const char *sx_trigger_numbers(
    const struct sx_trigger *t, char buf[SX_TRIGGER_NUMBERS]);

#endif
