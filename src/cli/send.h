/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_SEND_H
#define SXLIB_SEND_H

#include "cli.h"
#include "sxlib/reader.h"

/* Say what is wrong with sending this message of a file; how many things. */
size_t send_check(struct cli *c, const char *path, const struct sx_item *item);
/* c->err: why nothing is sent. Always -1. */
int send_refuse_firmware(
    struct cli *c, const char *path, const struct sx_facts *f);
int send_refuse(struct cli *c);

/* What is to be sent, read and checked as a whole before anything leaves. */

#define NO_FIRMWARE SIZE_MAX

struct outgoing_message {
	size_t file; /* index */
	uint64_t offset;
	uint8_t *data; /* owned; ends in F7 */
	size_t len;
	struct sx_facts facts;
};

struct send_list {
	char **files; /* names, owned */
	size_t nfiles;
	struct outgoing_message *messages;
	size_t nmessages;
	size_t wrong; /* messages or bytes that need --force */
	/* The first message of an OS upgrade, which needs --firmware; or
	 * NO_FIRMWARE. */
	size_t firmware;
};

/*
 * Read arguments: files, folders (their .syx and .mid in name order) and "-".
 * What is wrong with them is said, and counted. 0, or -1 and c->err.
 */
int send_load(struct cli *c, struct send_list *list, char **arguments,
    int count, bool force);
void send_list_free(struct send_list *list);

#endif
