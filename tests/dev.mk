# For developers, part of ../Makefile: make dist, make distcheck, make check-alsa,
# make check-arm, make check-systemd, make check-faults, make coverage,
# make analyze, make fuzz, make soak, make drift, make compare, make bench,
# make devices-page, and the programs that make check runs: docs/testing.md.

CMOCKA   := cmocka
UNIT_SRC := $(wildcard tests/unit/test_*.c)
ALSA     := $(addprefix $(BUILD)/tests/alsa/,peer judge terminal)
UNIT     := $(patsubst %.c,$(BUILD)/%,$(UNIT_SRC))
FUZZ     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))

-include $(patsubst %.o,%.d,$(call obj,$(UNIT_SRC) \
           $(wildcard tests/alsa/*.c tests/bench/*.c tests/fuzz/*.c)))

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIB)
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ $^ $(pkg_libs) $(call pkg,--libs,$(CMOCKA))

# With libFuzzer, or over files of input alone: docs/testing.md.
driver = $(if $(findstring fuzzer,$(SAN)),-fsanitize=fuzzer,$(BUILD)/tests/fuzz/replay.o)

$(FUZZ): %: %.o $(BUILD)/tests/fuzz/reference.o $(BUILD)/tests/fuzz/replay.o $(LIB)
	$(call say,LD $@) $(CC) $(CFLAGS) $(link) $(LDFLAGS) -o $@ \
	    $(filter-out %/replay.o,$(filter %.o,$^)) $(driver) $(LIB) $(pkg_libs)

$(UNIT:=.o): ours += -include tests/unit/cmocka_any.h

unit: $(UNIT) $(BUILD)/tests/fault/slow.so $(BUILD)/tests/fault/cards.so

# The unit tests alone; installs nothing.
check-unit: all unit
	@tests/run.sh $(BUILD) $(BUILD)/tests/unit

replay: $(FUZZ)

# The sources as a release; and does that build, pass, install and uninstall?
RELEASE := build/dist/sxlib-$(VERSION).tar.gz
dist:
	@tests/dist.sh make $(RELEASE) $(VERSION)
	@echo $(RELEASE)

distcheck: dist
	@tests/setup.sh build check
	@tests/dist.sh check $(RELEASE) $(VERSION)

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

# Recall between a sequencer and a unit, at random, for SOAK_SECONDS.
soak-recall:
	@tests/setup.sh build check
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/soak_recall.py $(BUILD) $(SOAK_SECONDS)

# Do play and record stay in time, for DRIFT_SECONDS: docs/reliability.md.
DRIFT_SECONDS ?= 60
drift:
	@tests/setup.sh build check
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/bench/drift.py $(BUILD) $(DRIFT_SECONDS)

# The program on ARM, which this machine only emulates: docs/testing.md.
check-arm:
	@tests/setup.sh build check arm
	@tests/arm/check.sh $(BUILD)

# The same program on a real kernel, in a virtual machine: docs/testing.md.
check-alsa:
	@tests/setup.sh build
	@$(MAKE) --no-print-directory $(JOBS) all alsa
	@tests/alsa/check.sh $(BUILD)

# The package and its unit in a Debian with systemd, in a virtual machine, as
# root: docs/testing.md.
check-systemd: deb
	@tests/setup.sh alsa systemd
	@tests/systemd/check.sh $(BUILD)/deb/sxlib_$(VERSION)-*.deb

# Every call fails once, and the program is killed at every call to the disk:
# docs/reliability.md. Nothing of libc is inlined, so that its calls are seen.
FAULT := $(BUILD)/fault
check-faults:
	@tests/setup.sh build check
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(FAULT) \
	    CFLAGS='-O1 -g -U_FORTIFY_SOURCE -fno-optimize-sibling-calls' all $(FAULT)/tests/fault/shim.so
	@tests/fault/faults.py $(FAULT)
	@tests/fault/crash.py $(FAULT)

SHIM := $(wildcard tests/fault/shim*.c)
preloaded = $(call say,LD $@) $(CC) -std=c17 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wshadow \
            -Wno-nonnull -fPIC -shared -fno-builtin -o $@ $(filter %.c,$^)
$(BUILD)/tests/fault/shim.so: $(SHIM) tests/fault/shim.h
	@mkdir -p $(@D)
	$(preloaded)

# A disk that takes its time: tests/cli/test_blocked.py; sound cards that are not
# there: tests/cli/test_ports.py.
$(BUILD)/tests/fault/slow.so $(BUILD)/tests/fault/cards.so: \
    $(BUILD)/tests/fault/%.so: tests/fault/%.c
	@mkdir -p $(@D)
	$(preloaded)

# Which lines of src/ the tests run: $(COVERAGE)/coverage.html, docs/reliability.md.
# coverage-alsa, after it, adds what the kernel rig runs.
COVERAGE := $(BUILD)/coverage
counted  := @$(MAKE) --no-print-directory $(JOBS) BUILD=$(COVERAGE) LDFLAGS=--coverage \
            CFLAGS='-O0 -g -U_FORTIFY_SOURCE --coverage -fprofile-update=atomic -DSX_COVERAGE'
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
	    --enable=warning,performance,portability -D_GNU_SOURCE -DSX_VERSION= -Iinclude -Isrc $(SOURCES)
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(ANALYZE) CC=gcc \
	    CFLAGS='-O0 -U_FORTIFY_SOURCE -fanalyzer -Wno-analyzer-malloc-leak -Werror' INIT= all
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(ANALYZE) INIT= tidy

# For a processor whose libraries are not there: tests/arm/cross.sh.
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
check-house: $(call obj,$(LIB_SRC) $(CLI_SRC))
	@tests/house.sh "$(CC)" $(BUILD)
	@tests/alsa/faults.sh --plant $(BUILD)/planted

# docs/devices.md is made from the rows in the sources.
devices-page: all
	tests/devices_page.py $(BIN) >docs/devices.md

.PHONY: check-alsa check-arm check-systemd check-faults fuzz soak soak-recall drift replay compare \
        bench unit alsa check-house check-unit coverage coverage-alsa analyze tidy objects \
        devices-page dist distcheck
