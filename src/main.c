/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/user.h"
#include "sxlib/nearest.h"
#include "sxlib/text.h"
#include "term/opt.h"
#include "term/say.h"
#include "term/screen.h"
#include "term/status.h"

static const struct command *const commands[] = {
	&cmd_ports,
	&cmd_receive,
	&cmd_send,
	&cmd_identify,
	&cmd_request,
	&cmd_sample,
	&cmd_watch,
	&cmd_record,
	&cmd_recall,
	&cmd_play,
	&cmd_monitor,
	&cmd_show,
	&cmd_list,
	&cmd_find,
	&cmd_verify,
	&cmd_diff,
	&cmd_duplicates,
	&cmd_split,
	&cmd_join,
	&cmd_rename,
	&cmd_convert,
	&cmd_devices,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void
main_usage(FILE *f)
{
	static const char *const uses[] = {
		"Usage: sxlib COMMAND [options] [arguments]",
		"       sxlib COMMAND --help | sxlib help COMMAND",
		"       sxlib --help | --version",
	};

	print_wrapped(f,
	    "sxlib receives, stores, shows and sends MIDI SysEx dumps.", 0, 0);
	fputs("\n", f);
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
		print_wrapped(f, uses[i], 0, 9);
	fputs("\nCommands:\n", f);
	for (size_t i = 0; i < COMMANDS; i++)
		print_help_row(f, commands[i]->name, 10, commands[i]->summary);
	fputs("\n", f);
	print_wrapped(
	    f, "Store each dump from an instrument in its own file:", 0, 0);
	fputs("  sxlib receive --port hw:1 --out mbrane/\nSend one back:\n  "
	      "sxlib send --port hw:1 pattern03.syx\nManual: man sxlib\n",
	    f);
}

/* Open descriptors 0 to 2, so that no file or port gets one of these numbers
 * and is written to by mistake. */
static bool
have_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
	return fd != -1;
}

static enum status
main_run(const struct command *command, int argc, char **argv)
{
	struct cli c = {
		.command = command,
		.argc = argc,
		.argv = argv,
	};
	bool closed_out = fcntl(STDOUT_FILENO, F_GETFD) == -1;
	enum status status;

	/* A reader that goes away must not end a capture. */
	signal(SIGPIPE, SIG_IGN);
	/* Exceeding a file size limit is reported like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	if (!have_standard_streams()) {
		warn(&c, "cannot open /dev/null: %s", strerror(errno));
		return ST_FAILED;
	}
	status = command->run(&c);
	status = status_worse(status, c.worst);
	user_free(&c);
	flush_result(&c);
	if (c.err.code != SX_OK) {
		status = status_worse(status, status_of(&c.err));
		warn_error(&c, &c.err);
	}
	say_end(&c);
	if (closed_out)
		c.out_errno = EBADF;
	if (c.out_errno != 0) {
		status = status_worse(status, ST_FAILED);
		/* EPIPE: the reader (head, say) quit on purpose; stay quiet. */
		if (c.out_errno == EAGAIN && !c.deaf)
			warn(&c, "standard output is not being read: its last "
				 "lines are lost");
		else if (c.out_errno != EPIPE && !c.deaf)
			warn(&c, "cannot write to standard output: %s",
			    strerror(c.out_errno));
	}
	if (c.signal != 0) {
		signal(c.signal, SIG_DFL);
		raise(c.signal);
	}
	return status;
}

static const struct command *
find_command(const char *word)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(word, commands[i]->name) == 0)
			return commands[i];
	return NULL;
}

static enum status
no_such_command(const char *word)
{
	struct sx_nearest near = { .word = word };
	char safe[256];

	for (size_t i = 0; i < COMMANDS; i++)
		sx_nearest_try(&near, commands[i]->name);
	sx_nearest_try(&near, "help");
	fprintf(stderr, "sxlib: unknown command '%s'\n",
	    sx_text_safe(safe, sizeof(safe), word));
	if (near.best != NULL)
		fprintf(stderr, "did you mean '%s'? ", near.best);
	fputs("see 'sxlib --help'\n", stderr);
	return ST_USAGE;
}

/* sxlib help [COMMAND]: words follow "help". */
static enum status
main_help(int count, char **words)
{
	const struct command *command;

	if (count > 1) {
		fputs("sxlib: help: only one COMMAND is allowed\n", stderr);
		return ST_USAGE;
	}
	command = count == 1 ? find_command(words[0]) : NULL;
	if (count == 1 && command == NULL && strcmp(words[0], "help") != 0)
		return no_such_command(words[0]);
	if (command != NULL)
		print_help(command);
	else
		main_usage(stdout);
	return ST_OK;
}

int
main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	const struct command *command = find_command(word);

	if (command != NULL)
		return (int)main_run(command, argc - 1, argv + 1);
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		puts("sxlib " SX_VERSION);
	} else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		main_usage(stdout);
	} else if (strcmp(word, "help") == 0) {
		if (main_help(argc - 2, argv + 2) != ST_OK)
			return ST_USAGE;
	} else if (argc == 1) {
		main_usage(stderr);
		return ST_USAGE;
	} else {
		return (int)no_such_command(word);
	}
	if (fflush(stdout) == 0)
		return ST_OK;
	fprintf(stderr, "sxlib: cannot write to standard output: %s\n",
	    strerror(errno));
	return ST_FAILED;
}
