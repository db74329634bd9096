/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_COMMANDS_H
#define SXLIB_COMMANDS_H

#include "term/cli.h"

/* A new command needs its file in src/cli, a line here and one in main.c. */
extern const struct command cmd_convert;
extern const struct command cmd_devices;
extern const struct command cmd_diff;
extern const struct command cmd_duplicates;
extern const struct command cmd_find;
extern const struct command cmd_identify;
extern const struct command cmd_join;
extern const struct command cmd_list;
extern const struct command cmd_monitor;
extern const struct command cmd_play;
extern const struct command cmd_ports;
extern const struct command cmd_recall;
extern const struct command cmd_receive;
extern const struct command cmd_record;
extern const struct command cmd_request;
extern const struct command cmd_sample;
extern const struct command cmd_send;
extern const struct command cmd_show;
extern const struct command cmd_split;
extern const struct command cmd_rename;
extern const struct command cmd_verify;
extern const struct command cmd_watch;

#endif
