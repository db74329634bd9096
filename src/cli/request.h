/* SPDX-License-Identifier: ISC */
#ifndef SXLIB_CLI_REQUEST_H
#define SXLIB_CLI_REQUEST_H

#include "receive.h"
#include "sxlib/request.h"

/* What request.c and its parts share. */

struct request_opts {
	struct receive_opts keep;
	const char *hex;  /* the user's own request, or NULL */
	long retries;	  /* after the first time */
	int64_t patience; /* us without a byte of an answer */
	int64_t delay;	  /* us before the next request; -1: as is known */
	int id;		  /* the unit's number; -1: not told */
	bool resume;
	bool everything;   /* "all": what belongs in a backup */
	const char *panel; /* it cannot be asked: what to do instead */
};

enum wish_state {
	WISH_OPEN,
	WISH_THERE,  /* by an earlier run (--resume) */
	WISH_GOT,    /* it came, whole */
	WISH_BAD,    /* it came damaged or with a wrong checksum, no better */
	WISH_SILENT, /* asked for, and it did not come */
};

/* One thing that is asked for, and what became of it. */
struct wish {
	struct sx_request q;
	enum wish_state state;
	bool asked;
	uint8_t *bytes; /* what came and was kept; NULL: nothing */
	size_t n;
};

struct wishes {
	struct wish *list;
	size_t n;
};

/* request_list.c: what is asked for, and its words. */

/* "pattern A03", "settings", "request 17" */
#define WISH_TEXT 64
char *wish_text(const struct wish *w, char buf[WISH_TEXT]);
/* Names of all in this state: "pattern A03-A05, kit 7", malloc'ed; NULL: there
 * are none, or memory ends. */
char *wishes_text(const struct wishes *w, enum wish_state state);
size_t wishes_count(const struct wishes *w, enum wish_state state);
/* One more; NULL and c->err if memory ends. Moves the others. */
struct wish *wishes_add(struct cli *c, struct wishes *w);
void wishes_free(struct wishes *w);

extern const struct option_row request_options[];
/* Take the command line apart. 0; -1 and c->err, left empty for --help. */
int request_parse(struct cli *c, struct request_opts *o, struct wishes *w);

/*
 * What the arguments ask for. A device that cannot be asked gives o->panel and
 * the number of its dumps in o->keep.count. -1 and c->err.
 */
int wishes_parse(struct cli *c, struct request_opts *o, struct wishes *w);

/* --resume: find those that the folder has already, whole. -1 and c->err. */
int wishes_find(struct cli *c, const struct request_opts *o, struct wishes *w);

/* How a request is getting on. */
enum attempt {
	ATTEMPT_NONE, /* none is out */
	ATTEMPT_WAITS,
	ATTEMPT_ANSWERED,
	ATTEMPT_DAMAGED, /* what came is no good */
};

/* An answer that is no good, until it is known whether a good one comes. */
struct bad {
	struct taken taken;
	struct wish *wish;
};

struct request {
	struct cli *c;
	struct request_opts o;
	struct sx_session *session;
	int port;
	char port_name[128];
	struct sx_store *store;
	struct keeper keeper;
	struct wishes wishes;
	struct wishes strangers; /* what came and nobody had asked for */
	struct wish *current;
	enum attempt attempt;
	bool last;	      /* the last attempt */
	bool sent;	      /* the request has left */
	struct sx_part *part; /* of the message that is coming in */
	struct wish *since;   /* what was asked for when it began */
	struct taken pieces;  /* of an answer of several messages */
	bool odd;	      /* they do not follow each other */
	size_t got;	      /* data bytes in them */
	struct bad *bad;      /* answers that are no good, so far */
	size_t nbad;
	int64_t heard; /* mono; when bytes of a dump last came */
	int64_t sync_at, draw_at;
	bool drawing;
	size_t doubled, unasked, echoes, no_dumps;
	enum status status;
	bool over;
};

/* request_take.c: what comes in. -1 and c->err. */
int take_step(struct request *r, const struct sx_event *ev);
/* No more of an answer that has come in part: keep that as damaged. */
int take_rest(struct request *r);
/* Make files of what has come. Of answers that are no good only where there is
 * no good one, which is on the disk then. */
int take_settle(struct request *r);
void bad_free(struct request *r);

/* request_say.c: where the knowledge comes from, if from no manual; that this
 * is the next attempt, counted from 0; and how it went, with the status. */
void say_source(struct request *r);
void say_again(struct request *r, long attempt);
void say_end(struct request *r);

#endif
