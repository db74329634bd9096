/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sxlib/html.h"
#include "sxlib/list_page.h"

/* Characters that need no quotes in a shell. */
#define PAGE_PLAIN                                                       \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" \
	"_@%+=:,./-"

/* ---- Constant parts of a page ---- */

/* Only the script with this hash may run; tests compare it. */
static const char page_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'; script-src "
    "'sha256-1jgwn9U8rWQmFwNPtr6+Ah7ICPDGocvCilSe5GpFBvc='\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>SysEx collection</title>\n";

static const char page_style[] =
    "<style>\n"
    ":root{--text:#16181d;--dim:#5b6270;--paper:#fff;--line:#dfe2e8;"
    "--bad:#b3140d;--ref:#f1f3f7}\n"
    "@media(prefers-color-scheme:dark){:root{--text:#e8eaee;--dim:#9aa2b1;"
    "--paper:#121418;--line:#2c3038;--bad:#ff8078;--ref:#1e2229}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--paper);color:var(--text);"
    "font:1rem/1.4 system-ui,sans-serif}\n"
    "header{position:sticky;top:0;background:var(--paper);padding:.75rem 1rem;"
    "border-bottom:1px solid var(--line);display:flex;flex-wrap:wrap;gap:.5rem "
    "1rem;align-items:baseline}\n"
    "h1{font-size:1.1rem;margin:0}\n"
    "input{flex:1 1 14rem;max-width:34rem;min-width:0;font:inherit;"
    "padding:.5rem .75rem;border:1px solid var(--dim);border-radius:.4rem;"
    "background:var(--paper);color:inherit}\n"
    "output,p,i{color:var(--dim)}\n"
    "main{padding:0 1rem 4rem}\n"
    "section{padding:.9rem 0;border-bottom:1px solid var(--line);"
    "content-visibility:auto;contain-intrinsic-size:auto 6rem}\n"
    "h2{font-size:1rem;margin:0}\n"
    "p{margin:.15rem 0 0;font-size:.875rem}\n"
    "section.bad p{color:var(--bad)}\n"
    "ul{list-style:none;margin:.5rem 0 0;padding:0;display:grid;gap:.1rem "
    "1.5rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),"
    "1fr))}\n"
    "li{display:grid;grid-template-columns:2.5rem 1fr;gap:0 .5rem;"
    "padding:.25rem 0;align-items:baseline;min-width:0}\n"
    "b{font-weight:600;overflow-wrap:anywhere}\n"
    "i{font-style:normal;text-align:right;font-variant-numeric:tabular-nums}\n"
    "li code{grid-column:2}\n"
    "code{font:.8125rem/1.4 ui-monospace,monospace;background:var(--ref);"
    "padding:.1rem .3rem;border-radius:.25rem;user-select:all;"
    "-webkit-user-select:all;overflow-wrap:anywhere;justify-self:start}\n"
    "h2 code{font-size:.9375rem}\n"
    "[hidden]{display:none}\n"
    "</style>\n</head>\n<body>\n<header>\n<h1>SysEx collection</h1>\n"
    "<input type=\"search\" id=\"filter\" placeholder=\"Filter: name, device, "
    "slot, file\" aria-label=\"Filter\" autocomplete=\"off\" "
    "spellcheck=\"false\" hidden>\n<output id=\"count\">";

/* All words must be found, in any order: in a sound and its file's text
 * together, or in the file's text alone, which then shows all of its sounds. */
static const char page_script[] =
    "\n'use strict';\n"
    "const box = document.getElementById('filter');\n"
    "const count = document.getElementById('count');\n"
    "const text = e => e.textContent.toLowerCase();\n"
    "const files = Array.from(document.querySelectorAll('section'), s => ({\n"
    "  e: s, text: text(s.firstElementChild) + ' ' + "
    "text(s.children[1]),\n"
    "  sounds: Array.from(s.querySelectorAll('li'), l => ({e: l, text: "
    "text(l)})),\n"
    "}));\n"
    "const show = (e, on) => { if (e.hidden === on) e.hidden = !on; };\n"
    "function filter() {\n"
    "  const words = box.value.toLowerCase().split(/\\s+/).filter(w => w);\n"
    "  let nfiles = 0, nsounds = 0;\n"
    "  for (const f of files) {\n"
    "    const left = words.filter(w => !f.text.includes(w));\n"
    "    let any = left.length === 0;\n"
    "    for (const s of f.sounds) {\n"
    "      const on = left.every(w => s.text.includes(w));\n"
    "      show(s.e, on);\n"
    "      nsounds += on;\n"
    "      any ||= on;\n"
    "    }\n"
    "    show(f.e, any);\n"
    "    nfiles += any;\n"
    "  }\n"
    "  count.textContent = `${nfiles} file${nfiles === 1 ? '' : 's'}, "
    "${nsounds} sound${nsounds === 1 ? '' : 's'}`;\n"
    "}\n"
    "box.addEventListener('input', filter);\n"
    "box.hidden = false;\n"
    "if (box.value) filter();\n";

/* ---- Output ---- */

static void
page_put(FILE *f, const char *text)
{
	(void)fwrite(text, 1, strlen(text), f); /* checked with ferror(f) */
}

static void
page_put_count(FILE *f, size_t n, const char *what)
{
	char text[64];

	snprintf(text, sizeof(text), "%zu %s%s", n, what, n == 1 ? "" : "s");
	page_put(f, text);
}

/* Write a path, with ":" and a reference for a sound, quoted for a shell:
 * nothing in a name may run when it is pasted. */
static int
page_put_word(FILE *f, const char *path, const char *ref)
{
	char *word = NULL, *quoted, *to;

	if (asprintf(&word, "%s%s%s%s", path[0] == '-' ? "./" : "", path,
		ref != NULL ? ":" : "", ref != NULL ? ref : "") == -1)
		return -1;
	quoted = malloc(strlen(word) * 4 + 3);
	if (quoted == NULL) {
		free(word);
		return -1;
	}
	to = stpcpy(quoted, "'");
	for (const char *p = word; *p != '\0'; p++)
		if (*p == '\'')
			to = stpcpy(to, "'\\''");
		else
			*to++ = *p;
	(void)stpcpy(to, "'");
	page_put(f, "<code>");
	sx_html_text(f, word[strspn(word, PAGE_PLAIN)] == '\0' ? word : quoted);
	page_put(f, "</code>");
	free(quoted);
	free(word);
	return 0;
}

static int
page_put_sound(FILE *f, const struct sx_row *row)
{
	struct sx_facts facts;
	struct sx_record r = sx_row_record(row, &facts);
	char slot[SX_FACTS_SLOT];
	int rc;

	page_put(f, "<li><i>");
	sx_html_text(f, sx_facts_slot(slot, &facts));
	page_put(f, "</i><b>");
	sx_html_text(f, facts.name);
	page_put(f, "</b>");
	rc = page_put_word(f, r.file, sx_row_ref(row));
	page_put(f, "</li>\n");
	return rc;
}

/* ", 2026-11-22 05:15 UTC" */
static void
page_put_time(FILE *f, int64_t wall)
{
	char time[SX_TIME_TEXT];

	if (sx_time_text(time, wall) == NULL)
		return;
	time[sizeof("2026-11-22") - 1] = ' ';
	time[sizeof("2026-11-22T05:15") - 1] = '\0';
	page_put(f, ", ");
	page_put(f, time);
	page_put(f, " UTC");
}

static int
page_put_file(FILE *f, const struct sx_row *row, const struct sx_row *sounds,
    size_t nsounds)
{
	struct sx_facts facts;
	struct sx_record r = sx_row_record(row, &facts);
	char text[640];
	bool bad = r.damage.kind != SX_DAMAGE_NONE ||
		   facts.checksum == SX_CHECKSUM_BAD;

	page_put(f, bad ? "<section class=\"bad\"><h2>" : "<section><h2>");
	if (page_put_word(f, r.file, NULL) == -1)
		return -1;
	page_put(f, "</h2><p>");
	sx_html_text(f, sx_record_text(text, sizeof(text), &r));
	page_put_time(f, r.time);
	page_put(f, "</p>");
	if (nsounds > 0)
		page_put(f, "\n<ul>\n");
	for (size_t i = 0; i < nsounds; i++)
		if (page_put_sound(f, &sounds[i]) == -1)
			return -1;
	page_put(f, nsounds > 0 ? "</ul></section>\n" : "</section>\n");
	return 0;
}

/* ---- Sounds of a file ---- */

/* The sounds of a file: a run of rows. */
struct page_group {
	const char *path;
	const struct sx_row *sounds;
	size_t n;
};

struct page {
	struct sx_rows sounds;
	struct page_group *groups; /* sorted by path */
	size_t ngroups;
};

static int
page_read(struct page *p, struct sx_find *find, struct sx_err *e)
{
	const struct sx_found *found;
	struct sx_err unread = { 0 };
	int rc = sx_find_begin(find, e);

	while (rc == 0 && (rc = sx_find_next(find, &found, &unread)) != 0) {
		if (rc == -1 && unread.code == SX_ENOMEM)
			return sx_fail_memory(e);
		if (rc == 1 && sx_rows_add_sound(&p->sounds, &found->record,
				   found->ref, found->file, found->index) == -1)
			return sx_fail_memory(e);
		rc = 0;
	}
	return rc;
}

static int
page_compare(const void *a, const void *b)
{
	return strcmp(((const struct page_group *)a)->path,
	    ((const struct page_group *)b)->path);
}

static int
page_group(struct page *p, struct sx_err *e)
{
	const struct sx_rows *rows = &p->sounds;
	struct sx_facts facts;

	p->groups = calloc(rows->n + 1, sizeof(*p->groups));
	if (p->groups == NULL)
		return sx_fail_memory(e);
	for (size_t i = 0; i < rows->n; i++) {
		if (i == 0 || rows->rows[i].file != rows->rows[i - 1].file)
			p->groups[p->ngroups++] = (struct page_group){
				.path =
				    sx_row_record(&rows->rows[i], &facts).file,
				.sounds = &rows->rows[i],
			};
		p->groups[p->ngroups - 1].n++;
	}
	qsort(p->groups, p->ngroups, sizeof(*p->groups), page_compare);
	return 0;
}

/* Find the sounds of a row's file; NULL if there are none. */
static const struct page_group *
page_sounds(const struct page *p, const struct sx_row *row)
{
	struct sx_facts facts;
	struct page_group key = { .path = sx_row_record(row, &facts).file };

	return bsearch(&key, p->groups, p->ngroups, sizeof(key), page_compare);
}

static size_t
page_count(const struct page *p, const struct sx_rows *files)
{
	const struct page_group *g;
	size_t n = 0;

	for (size_t i = 0; i < files->n; i++) {
		g = page_sounds(p, sx_rows_at(files, i));
		n += g != NULL ? g->n : 0;
	}
	return n;
}

static int
page_put_files(FILE *f, const struct page *p, const struct sx_rows *files)
{
	const struct page_group *g;

	for (size_t i = 0; i < files->n; i++) {
		const struct sx_row *row = sx_rows_at(files, i);

		g = page_sounds(p, row);
		if (page_put_file(f, row, g != NULL ? g->sounds : NULL,
			g != NULL ? g->n : 0) == -1)
			return -1;
	}
	return 0;
}

static int
page_put_all(FILE *f, const struct page *p, const struct sx_rows *files,
    size_t *n, struct sx_err *e)
{
	*n = page_count(p, files);
	page_put(f, page_head);
	page_put(f, page_style);
	page_put_count(f, files->n, "file");
	page_put(f, ", ");
	page_put_count(f, *n, "sound");
	page_put(f, "</output>\n</header>\n<main>\n");
	if (page_put_files(f, p, files) == -1)
		return sx_fail_memory(e);
	page_put(f, "</main>\n<script>");
	page_put(f, page_script);
	page_put(f, "</script>\n</body>\n</html>\n");
	errno = 0;
	if (fflush(f) == EOF || ferror(f))
		return sx_fail(e, SX_EIO, errno, "cannot write the page");
	return 0;
}

int
sx_list_page(FILE *f, const struct sx_rows *files, struct sx_find *sounds,
    size_t *n, struct sx_err *e)
{
	struct page p = { .ngroups = 0 };
	int rc = -1;

	if (page_read(&p, sounds, e) == 0 && page_group(&p, e) == 0)
		rc = page_put_all(f, &p, files, n, e);
	free(p.groups);
	sx_rows_free(&p.sounds);
	return rc;
}
