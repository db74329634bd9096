# sxlib: make, make demo, make check, make install and make uninstall (PREFIX,
# DESTDIR, UNITS for systemd), make deb, make clean; tests/dev.mk has what only
# developers need. SAN=address,undefined builds and tests apart, under build/SAN.
# CFLAGS, LDFLAGS, CC, PKG_CONFIG are yours; what the program needs is added. V=1
# shows the commands.

PREFIX    ?= /usr/local
UNITS     ?= $(PREFIX)/lib/systemd
USERUNITS ?= $(UNITS)/user
VERSION   := 1.0.0
SAN       ?=
BUILD     := build$(if $(SAN),/$(SAN))
PKG_CONFIG ?= pkg-config
PKGS      := alsa smf
CFLAGS    ?= -O2 -g

JOBS     := -j$(shell nproc)
V        ?=
say       = $(if $(V),,@echo "  $(1)" &&)

# Asked for once, and only when a recipe needs it: the packages may not be
# there yet when this file is read.
once      = $(eval $(1) := $(2))$($(1))
pkg       = $(shell $(PKG_CONFIG) $(1) $(2) 2>/dev/null)
pkg_cflags = $(call once,pkg_cflags,$(call pkg,--cflags,$(PKGS)))
pkg_libs   = $(call once,pkg_libs,$(call pkg,--libs,$(PKGS)))
# What not every compiler has: the first of these that it takes.
takes     = $(shell printf '\043include <stdio.h>\nint main(void) { return 0; }\n' | \
                $(CC) -O2 -Werror $(1) -x c -c -o /dev/null - 2>/dev/null && echo '$(1)')
first_of  = $(or $(call takes,$(1)),$(call takes,$(2)))
fortify    = $(call once,fortify,$(call first_of,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2))
stackclash = $(call once,stackclash,$(call takes,-fstack-clash-protection))
# It would hide from an analyzer, or valgrind, what was never set: INIT= for these.
INIT       = $(call once,INIT,$(call takes,-ftrivial-auto-var-init=zero))
hardening  = -fPIE -fstack-protector-strong $(stackclash) $(if $(SAN),,$(fortify) $(INIT))
sanitize  = $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
warnings  = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes
ours      = -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -DSX_VERSION='"$(VERSION)"' \
            -Iinclude -Isrc -I$(BUILD) -pthread \
            $(warnings) $(hardening) $(sanitize) $(pkg_cflags)
link      = -pie -Wl,-z,relro,-z,now,--as-needed -pthread $(sanitize)

LIB_SRC  := $(wildcard src/*.c src/session/*.c src/midi_io/*.c src/sysex/*.c src/store/*.c \
              src/config/*.c src/collection/*.c src/exchange/*.c src/panel/*.c)
LIB_SRC  := $(filter-out src/main.c,$(LIB_SRC))
CLI_SRC  := src/main.c $(wildcard src/cli/*.c src/term/*.c)
AUDIO_SRC := $(wildcard src/audio/*.c)
obj       = $(patsubst %.c,$(BUILD)/%.o,$(1))
LIB      := $(BUILD)/libsxlib.a
BIN      := $(BUILD)/sxlib
AUDIO    := $(BUILD)/sxlib-audio
MAKERS   := $(BUILD)/maker_table.h
PAGES    := $(sort $(wildcard src/instruments/*.conf))
EXAMPLES := $(sort $(wildcard src/instruments/*.syx src/instruments/*.mid))
PAGEDIR   = $(PREFIX)/share/sxlib/instruments
TABLES   := $(BUILD)/instrument_table.h
TEXTS    := $(BUILD)/page_text.h

# What `make` alone does: all, on every processor if no -j says otherwise.
default:
	@$(MAKE) --no-print-directory $(if $(filter -j% --job%,$(MAKEFLAGS)),,$(JOBS)) all

all: $(BIN) $(AUDIO)

$(BIN): $(call obj,$(CLI_SRC)) $(LIB)
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ $^ $(pkg_libs)

# A program of its own, so that sxlib does not load the codecs of libsndfile.
$(call obj,$(AUDIO_SRC)): pkg_cflags = $(call pkg,--cflags,sndfile)
$(AUDIO): $(call obj,$(AUDIO_SRC))
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,sndfile) -lm

$(LIB): $(call obj,$(LIB_SRC)) $(BUILD)/sources
	$(call say,AR $@) rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

# Changes when a source file comes or goes.
$(BUILD)/sources: FORCE
	@mkdir -p $(@D)
	@echo $(LIB_SRC) | cmp -s - $@ || echo $(LIB_SRC) >$@

$(BUILD)/%.o: %.c | $(MAKERS)
	@mkdir -p $(@D)
	$(call say,CC $<) $(CC) $(ours) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(MAKERS): src/sysex/manufacturers.tsv src/sysex/maker_table.awk
	@mkdir -p $(@D)
	$(call say,AWK $@) LC_ALL=C awk -f src/sysex/maker_table.awk src/sysex/manufacturers.tsv >$@.new && mv $@.new $@

# Made and run by the machine that builds.
HOSTCC   ?= cc
NOT_READER := $(addprefix src/config/,built_in.c example.c example_run.c folders.c proof.c recall_line.c recall_map.c taught.c user.c user_find.c)
$(BUILD)/tables: src/instruments/tables.c include/sxlib/*.h \
    $(filter-out $(NOT_READER),$(wildcard src/config/*.[ch])) \
    $(addprefix src/,err.c $(addprefix sysex/,book.c book.h devices.c devices.h kinds.c knobs.c maker.c mask.c)) | $(MAKERS)
	$(call say,HOSTCC $@) $(HOSTCC) -std=c17 -D_GNU_SOURCE -O1 -Iinclude -I$(BUILD) -o $@ $(filter %.c,$^)

$(TABLES): $(BUILD)/tables $(PAGES)
	$(call say,TABLES $@) $(BUILD)/tables $(PAGES) >$@.new && mv $@.new $@

$(BUILD)/src/sysex/instruments.o: $(TABLES)

# The pages as they stand, as bytes of C.
$(TEXTS): $(PAGES)
	@mkdir -p $(@D)
	$(call say,OD $@) for page in $(PAGES); do \
	    printf '%s\0' "$${page##*/}" && cat "$$page" && printf '\0'; \
	done | od -An -v -tu1 | sed 's/[0-9][0-9]*/&,/g' >$@.new && mv $@.new $@

$(BUILD)/src/config/built_in.o: $(TEXTS)

$(BUILD)/src/main.o: Makefile # it says the version

-include $(patsubst %.o,%.d,$(call obj,$(LIB_SRC) $(CLI_SRC) $(AUDIO_SRC)))

# Both of these set the machine up first, see tests/setup.sh.
demo:
	@tests/setup.sh build
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/demo.sh $(BIN)

check:
	@tests/setup.sh build check
	@$(MAKE) --no-print-directory $(JOBS) all unit replay check-house
	@tests/run.sh $(BUILD)

install: all
	install -Dm755 $(BIN) $(DESTDIR)$(PREFIX)/bin/sxlib
	install -Dm755 $(AUDIO) $(DESTDIR)$(PREFIX)/libexec/sxlib/sxlib-audio
	install -Dm644 docs/sxlib.1 $(DESTDIR)$(PREFIX)/share/man/man1/sxlib.1
	install -Dm644 docs/completions/sxlib.bash \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/sxlib
	install -Dm644 docs/completions/_sxlib $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sxlib
	install -Dm644 docs/completions/sxlib.fish \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/sxlib.fish
	install -Dm644 docs/sxlib.xml $(DESTDIR)$(PREFIX)/share/mime/packages/sxlib.xml
	install -d $(DESTDIR)$(PAGEDIR)
	install -m644 $(PAGES) $(EXAMPLES) $(DESTDIR)$(PAGEDIR)
	install -d $(DESTDIR)$(UNITS)/system $(DESTDIR)$(USERUNITS)
	sed 's|@BINDIR@|$(PREFIX)/bin|' docs/systemd/sxlib-watch.service \
	    >$(DESTDIR)$(UNITS)/system/sxlib-watch.service
	sed 's|@BINDIR@|$(PREFIX)/bin|' docs/systemd/sxlib-recall.service \
	    >$(DESTDIR)$(UNITS)/system/sxlib-recall.service
	sed 's|@BINDIR@|$(PREFIX)/bin|' docs/systemd/user/sxlib-watch.service \
	    >$(DESTDIR)$(USERUNITS)/sxlib-watch.service
	chmod 644 $(DESTDIR)$(UNITS)/system/sxlib-watch.service \
	    $(DESTDIR)$(UNITS)/system/sxlib-recall.service \
	    $(DESTDIR)$(USERUNITS)/sxlib-watch.service

uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,bin/sxlib libexec/sxlib/sxlib-audio share/man/man1/sxlib.1 \
	    share/bash-completion/completions/sxlib share/zsh/site-functions/_sxlib \
	    share/fish/vendor_completions.d/sxlib.fish share/mime/packages/sxlib.xml) \
	    $(DESTDIR)$(UNITS)/system/sxlib-watch.service \
	    $(DESTDIR)$(UNITS)/system/sxlib-recall.service \
	    $(DESTDIR)$(USERUNITS)/sxlib-watch.service \
	    $(addprefix $(DESTDIR)$(PAGEDIR)/,$(notdir $(PAGES) $(EXAMPLES)))
	rmdir $(DESTDIR)$(PREFIX)/libexec/sxlib $(DESTDIR)$(PAGEDIR) $(DESTDIR)$(PREFIX)/share/sxlib

# A Debian package, $(BUILD)/deb/sxlib_*.deb, built in a copy of the sources; with
# ARCH=arm64 or ARCH=armhf for that, in $(BUILD)/deb-$(ARCH).
deb:
	@tests/setup.sh build deb $(ARCH:%=cross)
	@tests/deb.sh $(if $(ARCH),cross,build) $(BUILD)/deb$(ARCH:%=-%) $(VERSION) $(ARCH)

clean:
	rm -rf build

include tests/dev.mk

.PHONY: default all demo check install uninstall deb clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:
