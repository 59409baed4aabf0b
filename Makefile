# What a developer or a visitor types. Everything is made under .build; nothing is installed but
# missing Debian packages, by packaging/needs.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test conformance daemons lab bench fuzz fuzz-reader fuzz-services fuzz-address soak lint docs \
	release install sanitize sanitize-address sanitize-thread build-address build-thread build-reader assertions \
	mutants coverage startup-order clean

help:
	@echo "make demo      show a service that starts, fails, refuses and stops (1 minute after the build)"
	@echo "make test      everything this machine can test"
	@echo "make conformance  the cases that say what the classic tools print (2 minutes)"
	@echo "make daemons   eight real daemons as classic services (2 minutes)"
	@echo "make lab       LVM on multipath and a mirror, on two virtual machines; the tutorial as typed (6 minutes)"
	@echo "make bench     measure against floors, and hold the gates"
	@echo "make fuzz      random files, states and command lines against the program (SECONDS=60)"
	@echo "make fuzz-reader   libFuzzer against the reader of classic files (SECONDS=60)"
	@echo "make fuzz-address  make fuzz on a program built with AddressSanitizer (SECONDS=60)"
	@echo "make soak      random services, random deeds, laws after each (SECONDS=60, or SERVICES=2000; JOBS=2 workers)"
	@echo "make lint      format and scripts"
	@echo "make docs      the generated references and the manual page"
	@echo "make release   .build/release/osvc: one static file"
	@echo "make install   what make release made, with the classic names, into DESTDIR/opt/opensvc"
	@echo "make sanitize  the Lua boundary under AddressSanitizer and ThreadSanitizer"
	@echo "make assertions  the same on a Lua that checks every call of its C interface"
	@echo "make mutants   each rule of the Lua boundary taken away: its tests must fail (10 minutes)"
	@echo "make coverage  which lines the unit tests execute, by module and folder (5 minutes)"
	@echo "make clean     remove .build"

release:
	@packaging/needs build || pkg-config --exists lua5.4
	swift build -c release --product osvc

install:
	@packaging/install

demo: release
	@packaging/needs demo || true
	@packaging/demo

test:
	@packaging/needs build || pkg-config --exists lua5.4
	@packaging/needs demo test conformance fewdaemons || true
	swift build --build-tests
	@Tests/run

conformance: release
	@packaging/needs conformance
	@OSVC=.build/release/osvc Tests/Conformance/conformance

daemons: release
	@packaging/needs demo daemons
	@OSVC=.build/release/osvc Tests/Classic/run daemons

lab: release
	@packaging/needs lab
	Tests/Lab/tutorial-storage
	Tests/Lab/tutorial-classic
	Tests/Lab/mirror

bench: release
	@packaging/needs bench
	@if grep -q osvc-luabench Package.swift; then swift build -c release --product osvc-luabench; fi
	@Tests/Bench/bench

# Seconds of each of these; SEED repeats a run. 77: this machine has no private namespaces, or one is not root.
SECONDS ?= 60
SEED ?=
SERVICES ?= 0

fuzz: fuzz-reader fuzz-services

fuzz-services: release
	@packaging/needs fuzz
	@Tests/Fuzz/selftest || [[ $$? == 77 ]]
	@OSVC=.build/release/osvc Tests/Fuzz/fuzz --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) || [[ $$? == 77 ]]

fuzz-reader: build-reader
	@$(if $(SEED),FUZZ_SEED=$(SEED)) Tests/Fuzz/Reader/reader $(SECONDS)

build-reader:
	@packaging/needs build || pkg-config --exists lua5.4
	@Tests/Fuzz/Reader/reader --build

fuzz-address: build-address
	@packaging/needs fuzz
	@OSVC=.build/address/debug/osvc Tests/Fuzz/fuzz --address --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) \
		|| [[ $$? == 77 ]]

soak: release
	@packaging/needs soak
	@OSVC=.build/release/osvc Tests/Soak/soak $(if $(SEED),--seed $(SEED)) \
		$(if $(filter-out 0,$(SERVICES)),--services $(SERVICES),--seconds $(SECONDS)) || [[ $$? == 77 ]]

lint:
	@packaging/needs lint
	swift format lint --strict -r Sources Tests Package.swift
	@packaging/scripts | xargs shellcheck
	@echo "lint: silent"

# Of docs/lua.md only what follows the mark is made; what precedes it is written by hand.
REFERENCE := .build/debug/osvc doc --reference
MARK := <!-- made by make docs from here -->

docs:
	@packaging/needs build || pkg-config --exists lua5.4
	swift build --product osvc
	$(REFERENCE) keywords > docs/keywords.md
	cat docs/classic/keywords.tsv docs/classic/actions.tsv | $(REFERENCE) status > docs/status.md
	$(REFERENCE) man > packaging/man/osvc.1
	$(REFERENCE) svcmgr > packaging/man/svcmgr.1
	$(REFERENCE) classic-man > packaging/man/osvc-classic.7
	sed '/^$(MARK)$$/q' docs/classic.md > .build/classic.md
	$(REFERENCE) classic >> .build/classic.md
	mv .build/classic.md docs/classic.md
	sed '/^$(MARK)$$/q' docs/lua.md > .build/lua.md
	$(REFERENCE) lua >> .build/lua.md
	mv .build/lua.md docs/lua.md

# A sanitizer has a build of its own, of everything: objects do not mix. The bridge's tests are called
# themselves, within 15 minutes, for `swift test` would leave them running when the time is up; without XCTest,
# which leaks by itself; one after another, for tests of limits of time. Half of the time went into stacks of
# allocations: eight frames do.
SANITIZERS ?= address thread

sanitize: $(SANITIZERS:%=sanitize-%)

sanitize-address sanitize-thread: sanitize-%: build-%
	@echo "the bridge's tests, --sanitize=$*"
	@ASAN_OPTIONS=malloc_context_size=8 timeout --kill-after=10 900 \
		.build/$*/debug/osvcPackageTests.xctest --testing-library swift-testing \
		--no-parallel --filter OSVCLuaBridgeTests

build-address build-thread: build-%:
	@packaging/needs build || pkg-config --exists lua5.4
	swift build --build-tests --sanitize=$* --scratch-path .build/$*

assertions:
	@packaging/needs build || pkg-config --exists lua5.4
	swift build --build-tests
	@Tests/Assertions/run

# SAMPLE=4 tries four rules, which the commit chooses.
mutants:
	@packaging/needs build || pkg-config --exists lua5.4
	@Tests/Mutants/run $(if $(SAMPLE),--sample $(SAMPLE))

coverage:
	@packaging/needs build || pkg-config --exists lua5.4
	@Tests/Coverage/coverage $(FILES)

startup-order:
	@packaging/startup-order

clean:
	rm -rf .build .build-symbols
