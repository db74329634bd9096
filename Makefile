# sxlib: make, make demo, make check, make check-alsa, make check-systemd,
# make check-faults, make coverage, make analyze, make fuzz, make soak,
# make drift, make compare, make bench, make install and make uninstall (PREFIX,
# DESTDIR, UNITS for systemd), make deb, make devices-page, make clean.
# SAN=address,undefined builds and tests apart, under build/SAN.
# CFLAGS, LDFLAGS, CC are yours; what the program needs is added to them. V=1
# shows the commands.

PREFIX    ?= /usr/local
UNITS     ?= $(PREFIX)/lib/systemd
USERUNITS ?= $(UNITS)/user
VERSION   := 0.1.0
SAN       ?=
BUILD     := build$(if $(SAN),/$(SAN))
PKGS      := alsa smf
CMOCKA    := cmocka
CFLAGS    ?= -O2 -g

JOBS     := -j$(shell nproc)
V        ?=
say       = $(if $(V),,@echo "  $(1)" &&)

# Asked for once, and only when a recipe needs it: the packages may not be
# there yet when this file is read.
once      = $(eval $(1) := $(2))$($(1))
pkg       = $(shell pkg-config $(1) $(2) 2>/dev/null)
pkg_cflags = $(call once,pkg_cflags,$(call pkg,--cflags,$(PKGS)))
pkg_libs   = $(call once,pkg_libs,$(call pkg,--libs,$(PKGS)))
hardening = -fPIE -fstack-protector-strong $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
sanitize  = $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
warnings  = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes
ours      = -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DSX_VERSION='"$(VERSION)"' \
            -Iinclude -I$(BUILD) -pthread \
            $(warnings) $(hardening) $(sanitize) $(pkg_cflags)
link      = -pie -Wl,-z,relro,-z,now,--as-needed -pthread $(sanitize)

LIB_SRC  := $(wildcard src/*.c src/session/*.c src/midi_io/*.c src/sysex/*.c src/store/*.c \
              src/config/*.c)
LIB_SRC  := $(filter-out src/main.c,$(LIB_SRC))
CLI_SRC  := src/main.c $(wildcard src/cli/*.c)
AUDIO_SRC := $(wildcard src/audio/*.c)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
obj       = $(patsubst %.c,$(BUILD)/%.o,$(1))
LIB      := $(BUILD)/libsxlib.a
BIN      := $(BUILD)/sxlib
AUDIO    := $(BUILD)/sxlib-audio
ALSA     := $(addprefix $(BUILD)/tests/alsa/,peer judge terminal)
UNIT     := $(patsubst %.c,$(BUILD)/%,$(UNIT_SRC))
FUZZ     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
MAKERS   := $(BUILD)/maker_table.h

all: $(BIN) $(AUDIO)

$(BIN): $(call obj,$(CLI_SRC)) $(LIB)
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ $^ $(pkg_libs)

# A program of its own, so that sxlib does not load the codecs of libsndfile.
$(call obj,$(AUDIO_SRC)): pkg_cflags = $(call pkg,--cflags,sndfile)
$(AUDIO): $(call obj,$(AUDIO_SRC))
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,sndfile) -lm

$(LIB): $(call obj,$(LIB_SRC))
	$(call say,AR $@) rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c | $(MAKERS)
	@mkdir -p $(@D)
	$(call say,CC $<) $(CC) $(ours) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(MAKERS): src/sysex/manufacturers.tsv src/sysex/maker_table.awk
	@mkdir -p $(@D)
	$(call say,AWK $@) LC_ALL=C awk -f src/sysex/maker_table.awk src/sysex/manufacturers.tsv >$@.new && mv $@.new $@

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIB)
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ $^ $(pkg_libs) $(call pkg,--libs,$(CMOCKA))

-include $(patsubst %.o,%.d,$(call obj,$(LIB_SRC) $(CLI_SRC) $(AUDIO_SRC) $(UNIT_SRC) \
           $(wildcard tests/alsa/*.c tests/bench/*.c tests/fuzz/*.c)))

# With libFuzzer, or over files of input alone: docs/testing.md.
driver = $(if $(findstring fuzzer,$(SAN)),-fsanitize=fuzzer,$(BUILD)/tests/fuzz/replay.o)

# The command, with another session.
$(BUILD)/tests/fuzz/fuzz_request: $(BUILD)/tests/fuzz/fake_session.o $(call obj,\
    $(wildcard src/cli/request*.c src/cli/receive*.c) \
    $(addprefix src/cli/,facts.c opt.c own.c print.c run_program.c walk.c))

$(FUZZ): %: %.o $(BUILD)/tests/fuzz/reference.o $(BUILD)/tests/fuzz/replay.o $(LIB)
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ \
	    $(filter-out %/replay.o,$(filter %.o,$^)) $(driver) $(LIB) $(pkg_libs)

# Both of these set the machine up first, see tests/setup.sh.
demo:
	@tests/setup.sh build
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/demo.sh $(BIN)

check:
	@tests/setup.sh build check
	@$(MAKE) --no-print-directory $(JOBS) all unit replay check-house
	@tests/run.sh $(BUILD)

unit: $(UNIT)

replay: $(FUZZ)

# All targets under libFuzzer, FUZZ_SECONDS in all.
FUZZ_SECONDS ?= 60
fuzz:
	@tests/setup.sh build fuzz
	@$(MAKE) --no-print-directory $(JOBS) BUILD=build/fuzz CC=clang CFLAGS='-O1 -g' \
	    SAN=fuzzer-no-link,address,undefined replay
	@tests/fuzz/run.sh build/fuzz $(FUZZ_SECONDS)

# Four ports, everything that happens to them, for SOAK_SECONDS: docs/testing.md.
SOAK_SECONDS ?= 60
soak:
	@tests/setup.sh build check
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/soak.py $(BUILD) $(SOAK_SECONDS)

# Do play and record stay in time, for DRIFT_SECONDS: docs/reliability.md.
DRIFT_SECONDS ?= 60
drift:
	@tests/setup.sh build check
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/bench/drift.py $(BUILD) $(DRIFT_SECONDS)

# The same program on a real kernel, in a virtual machine: docs/testing.md.
check-alsa:
	@tests/setup.sh build
	@$(MAKE) --no-print-directory $(JOBS) all alsa
	@tests/alsa/check.sh $(BUILD)

# The package and its unit in a Debian with systemd, in a virtual machine, as
# root: docs/testing.md.
check-systemd: deb
	@tests/setup.sh alsa systemd
	@tests/systemd/check.sh $(BUILD)/deb/sxlib_$(VERSION)_*.deb

# Every call fails once, and the program is killed at every call to the disk:
# docs/reliability.md. Nothing of libc is inlined, so that its calls are seen.
FAULT := $(BUILD)/fault
check-faults:
	@tests/setup.sh build check
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(FAULT) \
	    CFLAGS='-O1 -g -U_FORTIFY_SOURCE -fno-optimize-sibling-calls' all $(FAULT)/tests/fault/shim.so
	@tests/fault/faults.py $(FAULT)
	@tests/fault/crash.py $(FAULT)

SHIM := $(wildcard tests/fault/*.c)
$(BUILD)/tests/fault/shim.so: $(SHIM) tests/fault/shim.h
	@mkdir -p $(@D)
	$(call say,LD $@) $(CC) -std=c17 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wshadow -Wno-nonnull \
	    -fPIC -shared -fno-builtin -o $@ $(SHIM)

# Which lines of src/ the tests run: $(COVERAGE)/coverage.html, docs/reliability.md.
# coverage-alsa, after it, adds what the kernel rig runs.
COVERAGE := $(BUILD)/coverage
counted  := @$(MAKE) --no-print-directory $(JOBS) BUILD=$(COVERAGE) LDFLAGS=--coverage \
            CFLAGS='-O0 -g -U_FORTIFY_SOURCE --coverage -fprofile-update=atomic'
complain := GCOV_ERROR_FILE=$(abspath $(COVERAGE))/log/gcov.log
lines    := @gcovr -s -f src/ --gcov-ignore-parse-errors --html-details $(COVERAGE)/coverage.html $(COVERAGE)/src
coverage:
	@tests/setup.sh build check coverage
	$(counted) all unit replay $(COVERAGE)/tests/fault/shim.so
	@find $(COVERAGE) -name '*.gcda' -delete
	-@$(complain) tests/run.sh $(COVERAGE)
	-@$(complain) tests/fault/faults.py $(COVERAGE) >$(COVERAGE)/log/faults.log
	$(lines)

coverage-alsa:
	@tests/setup.sh build alsa coverage
	$(counted) all alsa
	-@tests/alsa/run.sh $(COVERAGE)
	@for run in $(COVERAGE)/log/*.gcov; do \
	    gcov-tool merge -o $(COVERAGE)/both $(COVERAGE)/src $$run$(abspath $(COVERAGE))/src && \
	    cp -r $(COVERAGE)/both/. $(COVERAGE)/src && rm -r $(COVERAGE)/both $$run || exit; \
	done
	$(lines)

# What analyzers see in src/, as errors. gcc 12 takes what is kept in an array
# that realloc() has moved for leaked: leaks are looked for by the sanitizers,
# valgrind and check-faults.
SOURCES := $(LIB_SRC) $(CLI_SRC) $(AUDIO_SRC)
ANALYZE := build/analyze
analyze:
	@tests/setup.sh build analyze
	cppcheck $(JOBS) -q --std=c11 --error-exitcode=1 --inline-suppr \
	    --enable=warning,performance,portability -D_GNU_SOURCE -DSX_VERSION= -Iinclude $(SOURCES)
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(ANALYZE) CC=gcc \
	    CFLAGS='-O0 -U_FORTIFY_SOURCE -fanalyzer -Wno-analyzer-malloc-leak -Werror' all
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(ANALYZE) tidy
	@[ "$$(uname -m)" != x86_64 ] || $(MAKE) --no-print-directory $(JOBS) \
	    BUILD=$(ANALYZE)/32 CC='gcc -m32' CFLAGS='-O1 -Werror' objects

# Where a long has 32 bits, as on small boards: compiled only, without warning.
objects: $(call obj,$(LIB_SRC) $(CLI_SRC) $(AUDIO_SRC))

# clang-tidy's part of that: .clang-tidy says which checks.
tidy: $(patsubst %.c,$(BUILD)/%.tidy,$(SOURCES))

$(BUILD)/%.tidy: %.c .clang-tidy | $(MAKERS)
	@mkdir -p $(@D)
	$(call say,TIDY $<) clang-tidy --quiet $< -- $(ours) 2>$@.err && mv $@.err $@

# The same jobs by the other tools and by this one: docs/comparison.md.
compare:
	@tests/setup.sh build alsa
	@$(MAKE) --no-print-directory $(JOBS) all alsa $(addprefix $(BUILD)/tests/alsa/compare/,syx timing)
	@tests/alsa/compare.sh $(BUILD)

# Speed, beside peers and limits: docs/performance.md.
bench:
	@tests/setup.sh build bench
	@$(MAKE) --no-print-directory $(JOBS) all $(BUILD)/tests/bench/framing
	@tests/bench/bench.py $(BUILD)

alsa: $(ALSA)

$(BUILD)/tests/bench/framing: $(BUILD)/tests/bench/framing.o $(LIB)
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,alsa)

$(BUILD)/tests/alsa/compare/%: $(BUILD)/tests/alsa/compare/%.o
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ $^

$(BUILD)/tests/alsa/%: $(BUILD)/tests/alsa/%.o $(BUILD)/tests/alsa/stream.o
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,alsa)

# The rules of docs/architecture.md: who may include whom, each header alone.
check-house:
	@tests/house.sh "$(CC)"

install: all
	install -Dm755 $(BIN) $(DESTDIR)$(PREFIX)/bin/sxlib
	install -Dm755 $(AUDIO) $(DESTDIR)$(PREFIX)/libexec/sxlib/sxlib-audio
	install -Dm644 docs/sxlib.1 $(DESTDIR)$(PREFIX)/share/man/man1/sxlib.1
	install -Dm644 docs/completions/sxlib.bash \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/sxlib
	install -Dm644 docs/completions/_sxlib $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sxlib
	install -Dm644 docs/completions/sxlib.fish \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/sxlib.fish
	install -d $(DESTDIR)$(UNITS)/system $(DESTDIR)$(USERUNITS)
	sed 's|@BINDIR@|$(PREFIX)/bin|' docs/systemd/sxlib-watch.service \
	    >$(DESTDIR)$(UNITS)/system/sxlib-watch.service
	sed 's|@BINDIR@|$(PREFIX)/bin|' docs/systemd/user/sxlib-watch.service \
	    >$(DESTDIR)$(USERUNITS)/sxlib-watch.service
	chmod 644 $(DESTDIR)$(UNITS)/system/sxlib-watch.service \
	    $(DESTDIR)$(USERUNITS)/sxlib-watch.service

uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,bin/sxlib libexec/sxlib/sxlib-audio share/man/man1/sxlib.1 \
	    share/bash-completion/completions/sxlib share/zsh/site-functions/_sxlib \
	    share/fish/vendor_completions.d/sxlib.fish) \
	    $(DESTDIR)$(UNITS)/system/sxlib-watch.service \
	    $(DESTDIR)$(USERUNITS)/sxlib-watch.service
	rmdir $(DESTDIR)$(PREFIX)/libexec/sxlib

# A Debian package, $(BUILD)/deb/sxlib_*.deb: built in a copy of the sources.
deb:
	@tests/setup.sh build deb
	@tests/deb.sh build $(BUILD)/deb $(VERSION)

# docs/devices.md is made from the rows in the sources.
devices-page: all
	tests/devices_page.py $(BIN) >docs/devices.md

clean:
	rm -rf build

.PHONY: all demo check check-alsa check-systemd check-faults fuzz soak drift replay \
        compare bench unit alsa check-house coverage coverage-alsa analyze tidy \
        objects install uninstall deb devices-page clean
.DELETE_ON_ERROR:
.SECONDARY:
