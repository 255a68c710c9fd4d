# Thin over CMake: every target can be typed by hand, and `make -n TARGET` shows it. Safe to repeat.
#   make serve [ENGINE=cpu|cuda|vulkan] [ARGS="--listen 0.0.0.0:8080 --model name=/path/file.gguf"]
.DEFAULT_GOAL := help
.PHONY: help setup setup-test build serve chat test test-fast test-asan test-tsan test-agents fuzz tidy format \
        checks model bench install clean

ENGINE ?= cpu
ARGS ?=
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 8
PREFIX ?= /usr/local

ifeq ($(ENGINE),cpu)
BUILD := build/release
else
BUILD := build/release-$(ENGINE)
endif
CONFIGURE_RELEASE := cmake --preset release -B $(BUILD) -DTRILOGUE_LLAMA_DIR=$(CURDIR)/build/llama-$(ENGINE) \
                     --log-level=WARNING >/dev/null
say = @printf '\n== %s\n' "$(1)"

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup:
	@tools/setup.sh serve
	@tools/fetch_llama.sh $(ENGINE)

setup-test: setup
	@tools/setup.sh test

build: setup ## the program, build/release/trilogue
	$(call say,building $(BUILD)/trilogue)
	@$(CONFIGURE_RELEASE) -DTRILOGUE_TESTS=OFF
	@cmake --build $(BUILD) --target trilogue -j $(JOBS)

serve: build ## build what is needed and start the server with the bundled model
	@exec $(BUILD)/trilogue serve $(ARGS)

chat: build ## a conversation in the terminal
	@exec $(BUILD)/trilogue chat $(ARGS)

test: setup-test ## every test: unit, path, clients, sanitizers, fuzz, style
	@tools/test.sh all

test-fast: setup-test ## the release build's unit tests only
	@tools/test.sh unit

test-asan: setup-test ## unit and path tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/test.sh asan

test-tsan: setup-test ## the threads' tests under ThreadSanitizer
	@tools/test.sh tsan

test-agents: setup-test build ## Claude Code and Codex against the server (downloads 650 MB once)
	@tests/agents/run.sh

fuzz: setup-test ## each fuzz harness for FUZZ_SECONDS
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tools/test.sh fuzz

tidy: setup-test ## clang-tidy over src/
	@tools/test.sh tidy

checks: setup-test ## floors, sizes and format
	@tools/test.sh checks

format: ## format every source file in place
	@git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i

model: ## make the bundled model from its data generator on
	@models/make.sh $(ARGS)

bench: setup-test ## the numbers of docs/performance.md
	$(call say,building the benchmarks)
	@$(CONFIGURE_RELEASE) -DTRILOGUE_BENCH=ON
	@cmake --build $(BUILD) -j $(JOBS)
	@bench/run.sh $(BUILD) $(ARGS)

install: build ## into PREFIX, as a tree that can be moved
	@cmake --install $(BUILD) --prefix $(PREFIX)

clean: ## forget the build folders (the fetched llama.cpp stays)
	@rm -rf build/dev build/release build/release-* build/asan build/tsan build/no-llama
