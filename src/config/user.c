/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sxlib/user.h"

struct sx_user {
	struct sx_devices *devices;
	char **pages;	/* instrument files; NULL: none found */
	size_t *behind; /* number of instruments up to the end of each page */
	size_t page;	/* the one being read */
	struct sx_config *file; /* the same, open; or NULL */
	size_t rows;
	bool devices_begun;
	struct sx_config *ports_file; /* the rows point into it */
	struct sx_named_port *ports;
	size_t nports;
	bool ports_begun;
};

struct sx_user *
sx_user_new(struct sx_err *e)
{
	struct sx_user *u = calloc(1, sizeof(*u));

	if (u == NULL)
		sx_fail_memory(e);
	return u;
}

void
sx_user_free(struct sx_user *u)
{
	if (u == NULL)
		return;
	sx_config_close(u->file);
	sx_devices_free(u->devices);
	sx_config_pages_free(u->pages);
	free(u->behind);
	sx_config_close(u->ports_file);
	free(u->ports);
	free(u);
}

/* ---- Instruments ---- */

static int
user_begin_devices(struct sx_user *u, struct sx_err *e)
{
	size_t n = 0;
	int rc;

	u->devices_begun = true;
	u->devices = sx_devices_new(e);
	if (u->devices == NULL)
		return -1;
	rc = sx_config_pages(&u->pages, e);
	while (u->pages != NULL && u->pages[n] != NULL)
		n++;
	u->behind = calloc(n + 1, sizeof(*u->behind));
	if (u->behind != NULL)
		return rc;
	sx_config_pages_free(u->pages);
	u->pages = NULL;
	return sx_fail_memory(e);
}

static void
user_end_page(struct sx_user *u)
{
	sx_config_close(u->file);
	u->file = NULL;
	u->behind[u->page++] = u->rows;
}

int
sx_user_read_devices(struct sx_user *u, struct sx_err *e)
{
	int rc;

	if (!u->devices_begun && user_begin_devices(u, e) == -1)
		return -1;
	while (u->pages != NULL && u->pages[u->page] != NULL) {
		if (u->file == NULL)
			u->file = sx_config_open(u->pages[u->page], e);
		if (u->file == NULL) {
			user_end_page(u);
			return -1;
		}
		rc = sx_config_device(u->file, u->devices, e);
		if (rc == -1)
			return -1;
		if (rc == 1)
			u->rows++;
		else
			user_end_page(u);
	}
	return 0;
}

const struct sx_devices *
sx_user_devices(const struct sx_user *u)
{
	return u != NULL ? u->devices : NULL;
}

const char *
sx_user_devices_file(const struct sx_user *u, size_t i)
{
	for (size_t k = 0; k < u->page; k++)
		if (i < u->behind[k])
			return u->pages[k];
	return NULL;
}

int
sx_user_add_devices(
    struct sx_user *u, const char *path, const char *text, struct sx_err *e)
{
	struct sx_config *f;
	int rc;

	if (u->devices == NULL)
		return sx_fail_memory(e);
	f = sx_config_memory(path, text, strlen(text), e);
	if (f == NULL)
		return -1;
	do
		rc = sx_config_device(f, u->devices, e);
	while (rc == 1);
	sx_config_close(f);
	return rc;
}

/* ---- Ports ---- */

static int
user_begin_ports(struct sx_user *u, struct sx_err *e)
{
	char *path = sx_config_path(PORTS_CONF, NULL);

	u->ports_begun = true;
	if (path == NULL)
		return 0;
	u->ports_file = sx_config_open(path, e);
	free(path);
	return u->ports_file != NULL ? 0 : -1;
}

int
sx_user_read_ports(struct sx_user *u, struct sx_err *e)
{
	struct sx_named_port row, *p;
	int rc;

	if (!u->ports_begun && user_begin_ports(u, e) == -1)
		return -1;
	while (u->ports_file != NULL) {
		rc = sx_config_port(u->ports_file, &row, e);
		if (rc != 1)
			return rc;
		p = realloc(u->ports, (u->nports + 1) * sizeof(*p));
		if (p == NULL)
			return sx_fail_memory(e);
		u->ports = p;
		p[u->nports++] = row;
	}
	return 0;
}

const struct sx_named_port *
sx_user_ports(const struct sx_user *u, size_t *n)
{
	*n = u != NULL ? u->nports : 0;
	return u != NULL ? u->ports : NULL;
}

const struct sx_named_port *
sx_user_port(const struct sx_user *u, const char *name)
{
	for (size_t i = 0; u != NULL && i < u->nports; i++)
		if (strcasecmp(u->ports[i].name, name) == 0)
			return &u->ports[i];
	return NULL;
}
