/* SPDX-License-Identifier: ISC */
#include "receive.h"
#include "sample.h"
#include "term/say.h"
#include "term/status.h"
#include "user.h"

/* A sample being received. */
struct sample_in {
	struct cli *c;
	const struct sample_opts *o;
	struct sx_talk talk;
	struct sx_sample_in in;
	struct sx_sample_place place;
	struct keeper raw, file;
	int64_t begun, draw_at;
	enum status status;
};

static void
sample_receive_draw(struct sample_in *s, int64_t now)
{
	const struct sx_sds_receiver *r = &s->in.receiver;
	double left = 0;

	if (!progress_is_due(s->c, now, &s->draw_at))
		return;
	if (!r->has_header) {
		progress(s->c, "waiting for a sample");
		return;
	}
	if (s->begun == 0)
		s->begun = now;
	if (r->got > 0)
		left = (double)(now - s->begun) / 1e6 / (double)r->got *
		       (double)(r->packets - r->got);
	progress(s->c, "%zu of %zu packets, %llu bytes, %.0f s left", r->got,
	    r->packets, (unsigned long long)s->in.got.dump.bytes, left);
}

/* Returns 0 once the sample is complete or has failed: see receiver.todo. */
static int
sample_receive_converse(struct sample_in *s)
{
	int rc;

	do {
		sample_receive_draw(s, sx_now().mono);
		rc = sx_sample_in_next(&s->in);
	} while (rc == 1);
	return rc;
}

static void
sample_warn_odd(struct sample_in *s, const struct sx_sample_odd *odd)
{
	const struct sx_sds_header *h = &s->in.receiver.header;

	if (odd->rate > 0)
		warn(s->c, "no sample rate in the header: using %d Hz",
		    odd->rate);
	if (odd->loop != NULL)
		warn(s->c, "dropping the loop %u-%u: %s", h->loop_start,
		    h->loop_end, odd->loop);
}

/* Write the file. Returns -1 and sets c->err on failure: the received dump is
 * then still the only copy. */
static int
sample_make_file(struct sample_in *s)
{
	struct sx_sample_odd odd;
	struct sx_pending file;
	int rc = sx_sample_in_file(
	    &s->in, s->place.format, s->file.k.store, &odd, &file, &s->c->err);

	sample_warn_odd(s, &odd);
	if (rc == -1 || keeper_add(&s->file, &file) == -1)
		return -1;
	return keeper_finish(&s->file);
}

/* Store the received bytes unchanged. */
static void
sample_keep_raw(struct sample_in *s)
{
	if (s->in.got.part == NULL)
		return;
	if (keeper_add(&s->raw, &s->in.got) == -1 ||
	    keeper_finish(&s->raw) == -1)
		s->status = status_worse(s->status, ST_FAILED);
	if (s->raw.k.damaged > 0)
		s->status = status_worse(s->status, ST_DAMAGED);
}

static void
sample_receive_whole(struct sample_in *s)
{
	const struct sx_sds_receiver *r = &s->in.receiver;
	char text[256];

	progress(s->c, "%s", "");
	say(s->c, "sample %u: %s", r->header.slot,
	    sx_sds_header_text(text, sizeof(text), &r->header));
	if (r->bad + r->repeated > 0)
		say(s->c, "%zu damaged packet%s, %zu repeated", r->bad,
		    plural(r->bad), r->repeated);
	if (sample_make_file(s) == 0) {
		sx_pending_drop(&s->in.got);
		return;
	}
	warn_error(s->c, &s->c->err);
	s->status = status_worse(s->status, ST_FAILED);
	say(s->c, "the dump itself is complete and is kept as received:");
	s->in.got.dump.damage.kind = SX_DAMAGE_NONE;
	sample_keep_raw(s);
}

static void
sample_receive_failed(struct sample_in *s)
{
	progress(s->c, "%s", "");
	sample_keep_raw(s);
	sx_sample_in_fail(&s->in, &s->c->err);
}

static void
sample_receive_stopped(struct sample_in *s)
{
	const struct sx_sds_receiver *r = &s->in.receiver;
	const char *told = "";

	progress(s->c, "%s", "");
	if (sx_sample_in_stop(&s->in))
		told = "; CANCEL was sent";
	if (r->has_header)
		warn(s->c, "stopped after %zu of %zu packets%s", r->got,
		    r->packets, told);
	else
		warn(s->c, "stopped before a sample came: nothing is saved%s",
		    told);
	sample_keep_raw(s);
	s->status = status_worse(s->status, ST_INCOMPLETE);
}

static int
sample_open_keeper(
    struct sample_in *s, struct keeper *k, const struct sx_store_opts *store)
{
	const struct receive_opts o = { .store = *store };

	keeper_init(k, s->c, &o, NULL, sx_store_open(store, &s->c->err));
	k->t.port_name = s->talk.port_name;
	return k->k.store != NULL ? 0 : -1;
}

static int
sample_receive_start(struct sample_in *s)
{
	const struct sample_opts *o = s->o;
	bool asks = o->word == SAMPLE_REQUEST;

	if (sx_sample_place(
		&s->place, o->out, o->name, o->format, &s->c->err) == -1 ||
	    sample_open(s->c, o, &s->talk, &s->in.rate) == -1 ||
	    sample_open_keeper(s, &s->raw, &s->place.raw) == -1)
		return -1;
	recover(s->c, user_devices(s->c), s->raw.k.store, NULL);
	if (sample_open_keeper(s, &s->file, &s->place.file) == -1)
		return -1;
	s->in.talk = &s->talk;
	s->in.store = s->raw.k.store;
	s->in.channel = o->channel;
	s->in.slot = asks ? (unsigned)o->slot : 0;
	s->in.timeout = o->timeout;
	s->in.receiver = (struct sx_sds_receiver){
		.open = o->open, .asks = asks, .retries = (unsigned)o->retries
	};
	sx_sample_in_begin(&s->in);
	say(s->c, "listening on %s%s", s->talk.port_name,
	    asks ? "" : ": start the dump on the unit");
	return 0;
}

enum status
sample_receive(struct cli *c, const struct sample_opts *o)
{
	struct sample_in s = { .c = c, .o = o };

	if (sample_receive_start(&s) == 0) {
		if (sample_receive_converse(&s) == -1)
			sample_receive_stopped(&s);
		else if (s.in.receiver.todo == SX_SDS_DONE)
			sample_receive_whole(&s);
		else
			sample_receive_failed(&s);
	}
	/* After a failure its part may be the only copy. */
	sx_sample_in_free(&s.in);
	keeper_free(&s.file);
	keeper_free(&s.raw);
	sx_store_close(s.file.k.store);
	sx_store_close(s.raw.k.store);
	sx_talk_close(&s.talk);
	sx_sample_place_free(&s.place);
	return s.status;
}
