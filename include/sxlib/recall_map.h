/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_RECALL_MAP_H
#define SXLIB_RECALL_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sxlib/err.h"

/*
 * Which messages of a sequencer recall what: the lines of a map, in the syntax
 * of ports.conf, in one section [recall]. Knows nothing of the files that they
 * name. Pure, but for reading the map.
 */

enum sx_trigger_kind {
	SX_TRIGGER_NOTE,    /* a note-on */
	SX_TRIGGER_PROGRAM, /* a program change */
	SX_TRIGGER_CC,	    /* a control change */
};

/* A message that may recall something, as it is on the wire. */
struct sx_trigger {
	enum sx_trigger_kind kind;
	int channel;	/* 1 to 16 */
	int controller; /* CC */
	int number;	/* note, program, or value of the controller: from 0 */
	int bank; /* PROGRAM: controllers 0 and 32 as 14 bits; one that has not
		     come counts as 0 */
};

/* One line; texts are borrowed from the map. */
struct sx_recall_line {
	size_t line;	  /* in the file; 0: it is from the command line */
	const char *text; /* as written: "program 17-32 on 16" */
	enum sx_trigger_kind kind;
	bool pattern;	   /* PROGRAM, in Elektron's names: A01 to H16 */
	int channel;	   /* 1 to 16 */
	int bank;	   /* PROGRAM: 14 bits; -1: any */
	int controller;	   /* CC */
	int first, last;   /* on the wire, from 0 */
	int base;	   /* {n} of number 0 */
	const char *value; /* a file, a template with {n}, or hex text */
	const char *to;	   /* name of the output; NULL: the first */
	bool pass;	   /* the trigger goes on to the first output */
};

struct sx_config;

struct sx_recall_map {
	/* Read-only. */
	struct sx_recall_line *lines;
	size_t nlines;
	int64_t settle; /* us without a newer trigger before sending */
	/* Private. */
	struct sx_config *file;
	struct sx_recall_pair *pairs; /* of the file, all of them */
	size_t npairs, next;
	long count_from; /* -1: not given */
	bool collected;
};

/* Read the file; blocks on the disk. -1 and e: it is not there, or cannot be
 * read. sx_recall_map_free() is due in both cases. */
int sx_recall_map_open(
    struct sx_recall_map *m, const char *path, struct sx_err *e);
/* The same for text in memory; path is what errors say. */
int sx_recall_map_memory(struct sx_recall_map *m, const char *path,
    const char *text, struct sx_err *e);
/*
 * The next line becomes one of `lines`, or is `settle` or `count-from`: 1. 0:
 * there are no more. -1: it is wrong (SX_EUSAGE: file and line are in e), and
 * left out; call on for the others. One that can never match because of those
 * before it is wrong.
 */
int sx_recall_map_next(struct sx_recall_map *m, struct sx_err *e);
/*
 * The map of `recall --channel C --name TEMPLATE`: program N, counted from
 * count_from, recalls the file that value yields for N; borrowed. -1 and e: out
 * of memory.
 */
int sx_recall_map_programs(struct sx_recall_map *m, int channel, int count_from,
    const char *value, struct sx_err *e);
/* m may be zeroed and never used. */
void sx_recall_map_free(struct sx_recall_map *m);

/* The first of lines[0..n-1] that matches; NULL: none does. */
const struct sx_recall_line *sx_recall_find(
    const struct sx_recall_line *lines, size_t n, const struct sx_trigger *t);

/* "program 17 on 16", as its line counts; line may be NULL: then as on the
 * wire, from 0. Returns buf. */
#define SX_TRIGGER_TEXT 64
const char *sx_trigger_text(const struct sx_trigger *t,
    const struct sx_recall_line *line, char buf[SX_TRIGGER_TEXT]);

/* Elektron's name of a program: "A01" for 0, "H16" for 127. */
#define SX_PATTERN_TEXT 8
const char *sx_pattern_text(int program, char buf[SX_PATTERN_TEXT]);

#endif
