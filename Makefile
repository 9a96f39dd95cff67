# `make help` lists the targets.

CARGO ?= cargo
# Profile of `make demo`: release, or dev to use what `make test` has built.
PROFILE ?= release
FUZZ_SECONDS ?= 20

ifeq ($(strip $(CARGO_TARGET_DIR)),)
OUT := target/demo
else
OUT := $(CARGO_TARGET_DIR)/demo
endif

# HiGHS takes minutes to compile; ccache keeps its objects between clones and profiles.
ifneq ($(shell command -v ccache 2>/dev/null),)
CMAKE_C_COMPILER_LAUNCHER ?= ccache
CMAKE_CXX_COMPILER_LAUNCHER ?= ccache
CCACHE_NOHASHDIR ?= 1
CCACHE_BASEDIR ?= $(CURDIR)
export CMAKE_C_COMPILER_LAUNCHER CMAKE_CXX_COMPILER_LAUNCHER CCACHE_NOHASHDIR CCACHE_BASEDIR
endif

DATA := tests/data/titanic.csv
JUDGE := --no-default-features
COMMAND := --no-default-features --features cli

# Prints a heaviside command line and runs it.
define heaviside
@echo
@echo '$$ heaviside $(1)'
@$(CARGO) run --profile $(PROFILE) --quiet --bin heaviside -- $(1)
endef

.NOTPARALLEL:
.PHONY: help prerequisites build demo test check fmt clippy doc judge independent bench fuzz clean

help:
	@echo 'make demo    build in release mode, then train, verify and predict on the Titanic data'
	@echo 'make test    every test, with the solvers'
	@echo 'make check   formatting, lints and documentation'
	@echo 'make judge   the judge alone: tests without solvers, and its dependencies'
	@echo 'make bench   benchmarks'
	@echo 'make fuzz    each fuzz target for FUZZ_SECONDS seconds ($(FUZZ_SECONDS)); needs nightly'
	@echo 'make clean   remove what was built'

prerequisites:
	@sh scripts/prerequisites.sh

build: prerequisites
	$(CARGO) build --profile $(PROFILE)

demo: build
	@mkdir -p '$(OUT)'
	$(call heaviside,train $(DATA) --classify --beta 1 --model $(OUT)/model.json --certificate $(OUT)/certificate.json)
	$(call heaviside,verify $(DATA) $(OUT)/certificate.json)
	$(call heaviside,predict $(OUT)/model.json $(DATA) --output $(OUT)/predictions.csv)
	@echo
	@echo '$$ head $(OUT)/predictions.csv'
	@head '$(OUT)/predictions.csv'

# Library, command, integration and doc tests. The benchmarks are compiled by `make clippy`.
test: prerequisites
	$(CARGO) test

check: fmt clippy doc

fmt:
	$(CARGO) fmt --all --check
	@if [ -f fuzz/Cargo.toml ]; then \
		echo '$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check'; \
		$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check; \
	fi

clippy: prerequisites
	$(CARGO) clippy --all-targets -- -D warnings
	$(CARGO) clippy --all-targets $(JUDGE) -- -D warnings
	$(CARGO) clippy --all-targets $(COMMAND) -- -D warnings

doc: prerequisites
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --no-deps

# Needs neither CMake nor libclang.
judge: independent
	$(CARGO) test $(JUDGE)
	$(CARGO) test $(COMMAND)

independent:
	@sh scripts/judge-is-independent.sh

bench: prerequisites
	$(CARGO) bench

fuzz:
	sh scripts/fuzz.sh $(FUZZ_SECONDS)

clean:
	$(CARGO) clean
	rm -rf fuzz/target
