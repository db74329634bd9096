/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "monitor.h"
#include "own.h"

void
monitor_show(struct monitor *m, const struct monitor_line *l)
{
	bool wrong = l->damage.kind != SX_DAMAGE_NONE;

	m->damaged += wrong;
	if (m->over)
		return;
	if (!wrong && ((m->o.hidden >> l->group & 1) ||
			  (l->midi.channel > 0 &&
			      !(m->o.channels >> l->midi.channel & 1)))) {
		m->hidden++;
		return;
	}
	monitor_print(&m->form, l);
	m->shown++;
	m->shown_at = m->now;
	if (m->o.count > 0 && m->shown == (size_t)m->o.count)
		m->over = true;
	/* Nobody reads it any more. */
	if (m->c->out_errno != 0)
		m->over = true;
}

/* The end: what is open on a port is cut, and shown so. */
static int
finish(struct monitor *m, enum sx_end why)
{
	struct sx_event ev;

	for (size_t i = 0; i < m->ninputs; i++) {
		if (m->inputs[i].over)
			continue;
		if (sx_session_cut(m->session, (int)i, why, &m->c->err) == -1)
			return -1;
		while (sx_session_step(m->session, &ev))
			monitor_take(m, &ev);
	}
	m->over = true;
	return 0;
}

/* A port has ended, or is gone; the others go on. */
static void
on_end(struct monitor *m, const struct sx_event *ev)
{
	monitor_tell_rests(m, &m->inputs[ev->port], ev->now, true);
	if (ev->type == SX_EV_GONE)
		m->status = status_worse(m->status, warn_of(m->c, ev->why));
	m->inputs[ev->port].over = true;
	m->open--;
	if (m->open == 0)
		m->over = true;
}

/* A SysEx message that is coming in is about to be shown. */
static int64_t
timeout_at(const struct monitor *m)
{
	const struct sx_facts *facts;
	struct sx_traffic t;
	int64_t since = m->shown_at;

	if (m->o.timeout == 0)
		return INT64_MAX;
	for (size_t i = 0; i < m->ninputs; i++) {
		if (sx_session_incoming(m->session, (int)i, &facts) == 0)
			continue;
		sx_session_traffic(m->session, (int)i, &t);
		since = t.last_sysex > since ? t.last_sysex : since;
	}
	return since + m->o.timeout;
}

static int
on_event(struct monitor *m, const struct sx_event *ev)
{
	m->now = ev->now.mono;
	switch (ev->type) {
	case SX_EV_SPAN:
	case SX_EV_STEP:
		monitor_take(m, ev);
		return 0;
	case SX_EV_QUIET:
		for (size_t i = 0; i < m->ninputs; i++)
			monitor_tell_rests(m, &m->inputs[i], ev->now, false);
		if (ev->now.mono >= timeout_at(m))
			return finish(m, SX_END_TIMEOUT);
		return 0;
	case SX_EV_END:
	case SX_EV_GONE:
		on_end(m, ev);
		return 0;
	case SX_EV_STOP:
		return finish(m, SX_END_INTERRUPTED);
	case SX_EV_SENT:
	case SX_EV_INPUT:
		break;
	}
	return 0;
}

static int
loop(struct monitor *m)
{
	struct sx_event ev;
	int64_t until;

	while (!m->over) {
		until = timeout_at(m);
		for (size_t i = 0; i < m->ninputs; i++)
			until = earlier(until, monitor_rest_at(&m->inputs[i]));
		if (sx_session_next(m->session, &ev, until, &m->c->err) == -1 ||
		    on_event(m, &ev) == -1)
			return -1;
	}
	return 0;
}

static int
add_input(struct monitor *m, const char *port)
{
	struct monitor_input *in = &m->inputs[m->ninputs];
	struct midi_io *io = own_port_open(m->c, port, MIDI_IO_IN);
	int width;

	if (io == NULL)
		return -1;
	snprintf(in->name, sizeof(in->name), "%s", midi_io_name(io));
	sx_controllers_init(&in->controllers);
	if (sx_session_add(m->session, io, &m->o.rules, &m->c->err) == -1)
		return -1;
	sx_session_spans(m->session, (int)m->ninputs);
	m->ninputs++;
	m->open++;
	width = (int)strlen(in->name);
	if (m->o.nports > 1 && width > m->form.port_column)
		m->form.port_column = width;
	return 0;
}

static int
start(struct monitor *m)
{
	m->inputs = calloc(m->o.nports, sizeof(*m->inputs));
	if (m->inputs == NULL)
		return sx_fail_memory(&m->c->err);
	m->o.rules.devices = own_devices(m->c);
	m->session = sx_session_new(&m->c->err);
	if (m->session == NULL)
		return -1;
	for (size_t i = 0; i < m->o.nports; i++)
		if (add_input(m, m->o.ports[i]) == -1)
			return -1;
	m->form.began = m->form.before = m->shown_at = sx_now().mono;
	if (sx_session_start(m->session, &m->c->err) == -1)
		return -1;
	m->form.colour = has_colour(stdout) && !m->c->json;
	for (size_t i = 0; i < m->ninputs; i++)
		say(m->c, "listening on %s", m->inputs[i].name);
	return 0;
}

static void
say_rest(struct monitor *m)
{
	if (m->hidden > 0)
		say(m->c, "not shown: %zu line%s that %s not asked for",
		    m->hidden, plural(m->hidden),
		    m->hidden == 1 ? "was" : "were");
	if (m->choices > 0)
		say(m->c,
		    "not shown: %zu control change%s that choose%s a parameter "
		    "(--raw shows them)",
		    m->choices, plural(m->choices), m->choices == 1 ? "s" : "");
	if (m->damaged > 0)
		m->status = status_worse(m->status, ST_DAMAGED);
	if (m->shown == 0 || m->shown < (size_t)m->o.count)
		m->status = status_worse(m->status, ST_INCOMPLETE);
}

static enum status
run_monitor(struct cli *c)
{
	struct monitor m = { .c = c };

	m.form = (struct monitor_form){ .c = c, .opts = &m.o };
	if (monitor_parse(c, &m.o) == 0 && start(&m) == 0) {
		if (loop(&m) == -1)
			m.status = ST_FAILED;
		say_rest(&m);
	}
	sx_session_close(m.session);
	free(m.inputs);
	monitor_opts_free(&m.o);
	return m.status;
}

const struct command cmd_monitor = {
	.name = "monitor",
	.synopsis = "[--port PORT]... [options]",
	.summary = "Show what comes in, decoded, live",
	.options = monitor_options,
	.run = run_monitor,
};
