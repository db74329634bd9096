/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "monitor.h"
#include "sxlib/instrument.h"
#include "term/say.h"
#include "term/screen.h"
#include "term/status.h"
#include "user.h"

struct monitor {
	struct cli *c;
	struct monitor_opts o;
	struct monitor_form form;
	char (*names)[MIDI_IO_NAME]; /* of the ports */
	struct sx_monitor monitor;
	enum status status;
};

static int
show(struct monitor *m)
{
	struct sx_monitor_event ev;
	int rc;

	while ((rc = sx_monitor_next(&m->monitor, &ev, &m->c->err)) == 1) {
		if (ev.type == SX_MONITOR_GONE)
			m->status =
			    status_worse(m->status, warn_of(m->c, ev.why));
		else
			monitor_print(&m->form, &ev.line);
		/* Nobody reads it any more. */
		if (m->c->out_errno != 0)
			m->monitor.over = true;
	}
	return rc;
}

/* The instrument at a port, to name its controllers. -1 and c->err: --device is
 * none. */
static int
monitor_device(struct monitor *m, size_t i)
{
	const struct sx_named_port *named = user_port(m->c, m->o.ports[i]);
	const char *name = m->o.device;
	struct sx_instrument in;

	if (name == NULL && named != NULL)
		name = named->device;
	for (size_t k = 0;
	     name != NULL && sx_instrument(user_devices(m->c), k, &in); k++)
		if (strcasecmp(in.row.device, name) == 0) {
			m->monitor.ports[i].knobs = in.knobs;
			if (in.knobs != NULL)
				say(m->c, "controllers of the %s: %s (%s)",
				    name,
				    in.knobs_source != NULL ? in.knobs_source
							    : "your page",
				    sx_trust_text(
					(enum sx_trust)in.knobs_trust));
			return 0;
		}
	if (m->o.device == NULL)
		return 0;
	sx_fail(
	    &m->c->err, SX_EUSAGE, 0, "--device '%s': no such device", name);
	return sx_hint(&m->c->err, "sxlib devices lists them");
}

static int
add_port(struct monitor *m, size_t i)
{
	struct sx_session *session = m->monitor.session;
	struct midi_io *io = user_port_open(m->c, m->o.ports[i], MIDI_IO_IN);
	char *name = m->names[i];
	int width;

	if (io == NULL)
		return -1;
	snprintf(name, MIDI_IO_NAME, "%s", midi_io_name(io));
	if (sx_session_add(session, io, &m->o.rules, &m->c->err) == -1)
		return -1;
	sx_session_spans(session, (int)i);
	m->monitor.ports[i].name = name;
	if (monitor_device(m, i) == -1)
		return -1;
	width = (int)strlen(name);
	if (m->o.nports > 1 && width > m->form.port_column)
		m->form.port_column = width;
	return 0;
}

static int
start(struct monitor *m)
{
	struct sx_monitor *monitor = &m->monitor;
	const size_t n = m->o.nports;

	*monitor =
	    (struct sx_monitor){ .ports = calloc(n, sizeof(*monitor->ports)),
		    .nports = n,
		    .without = m->o.hidden,
		    .channels = m->o.channels,
		    .raw = m->o.raw,
		    .count = (size_t)m->o.count,
		    .timeout = m->o.timeout };
	m->names = calloc(n, sizeof(*m->names));
	if (monitor->ports == NULL || m->names == NULL)
		return sx_fail_memory(&m->c->err);
	m->o.rules.devices = user_devices(m->c);
	monitor->session = sx_session_new(&m->c->err);
	if (monitor->session == NULL)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_port(m, i) == -1)
			return -1;
	sx_monitor_begin(monitor);
	m->form.began = m->form.before = monitor->shown_at;
	if (sx_session_start(monitor->session, &m->c->err) == -1)
		return -1;
	m->form.colour = has_colour(m->c, stdout) && !m->c->json;
	for (size_t i = 0; i < n; i++)
		say(m->c, "listening on %s", m->names[i]);
	return 0;
}

static void
say_rest(struct monitor *m)
{
	const struct sx_monitor *monitor = &m->monitor;

	if (monitor->hidden > 0)
		say(m->c, "not shown: %zu filtered line%s", monitor->hidden,
		    plural(monitor->hidden));
	if (monitor->choices > 0)
		say(m->c,
		    "not shown: %zu control change%s that select%s a parameter "
		    "(--raw shows them)",
		    monitor->choices, plural(monitor->choices),
		    monitor->choices == 1 ? "s" : "");
	if (monitor->damaged > 0)
		m->status = status_worse(m->status, ST_DAMAGED);
	if (monitor->shown == 0 || monitor->shown < monitor->count)
		m->status = status_worse(m->status, ST_INCOMPLETE);
}

static enum status
run_monitor(struct cli *c)
{
	struct monitor m = { .c = c };

	m.form = (struct monitor_form){ .c = c, .opts = &m.o };
	if (monitor_parse(c, &m.o) == 0 && start(&m) == 0) {
		if (show(&m) == -1)
			m.status = ST_FAILED;
		say_rest(&m);
	}
	sx_session_close(m.monitor.session);
	free(m.monitor.ports);
	free(m.names);
	monitor_opts_free(&m.o);
	return m.status;
}

const struct command cmd_monitor = {
	.name = "monitor",
	.synopsis = "[--port PORT]... [options]",
	.summary = "Decode and show MIDI input live",
	.options = monitor_options,
	.run = run_monitor,
};
