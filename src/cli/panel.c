/* SPDX-License-Identifier: ISC */
#include "panel.h"
#include "term/say.h"

void
panel_tell(struct cli *c, struct sx_display *d)
{
	struct sx_err e;

	while (sx_display_failed(d, &e))
		warn_error(c, &e);
}

void
panel_close(struct cli *c, struct sx_display *d)
{
	struct sx_err e = { 0 };

	panel_tell(c, d);
	while (sx_display_close(d, &e) == -1)
		warn_error(c, &e);
}
