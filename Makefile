# Needs python3 (3.11 or newer, with venv), make and git. Everything else arrives by checksum:
# uv by pip from requirements/uv.txt, the packages by uv from requirements/{run,dev}.txt, node as one of them,
# and what the browser needs by npm from package-lock.json. A second run has nothing to do and does nothing.

PYTHON ?= python3
WG_PORTAL_PORT ?= 8000

export UV_NO_PROGRESS := 1
export UV_PYTHON_DOWNLOADS := never
# Both trust what the machine trusts, also behind a proxy that has certificates of its own.
export UV_SYSTEM_CERTS := 1
export NODE_USE_SYSTEM_CA := 1
export UV_CUSTOM_COMPILE_COMMAND := make locks

BIN = .venv/bin
UV = $(BIN)/uv
NPM = PATH="$(CURDIR)/$(BIN):$$PATH" npm
# The folders are listed too: their times change when a file in them goes away.
ASSETS := $(shell find static -path static/dist -prune -o -print 2>/dev/null)
CATALOGUES := $(patsubst %.po,%.mo,$(shell find wg_portal/translations -name '*.po' 2>/dev/null))
LINK = $(UV) pip install -q --offline --no-deps --no-build-isolation -e .
COMPILE = $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check look prove bench messages locks clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.run static/dist/manifest.json $(CATALOGUES)  ## install what running needs, build scripts, styles and catalogues

run: setup  ## start the portal with its demonstration, on port 8000 or $WG_PORTAL_PORT
	$(BIN)/wg-portal run --demo --port $(WG_PORTAL_PORT)

test: .venv/.dev setup  ## run all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/.dev  ## style, types, templates, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports

look: .venv/.dev setup  ## take screenshots of the pages, to look at
	$(BIN)/python -m tests.look

prove: .venv/.dev setup  ## what takes too long for every run: crashes, races, rules broken on purpose
	$(BIN)/python -m tests.prove

bench: .venv/.dev setup  ## measure speed and load
	$(BIN)/python -m benchmarks

messages: .venv/.dev  ## collect the sentences to translate into the catalogues
	$(BIN)/python -m wg_portal.core.catalogues update

locks: $(UV) .venv/.run  ## take the newest versions that pyproject.toml and package.json allow into the locks
	$(COMPILE) --upgrade requirements/uv.in -o requirements/uv.txt
	$(COMPILE) --upgrade pyproject.toml --group build --group assets -o requirements/run.txt
	$(COMPILE) --upgrade pyproject.toml --group build --group assets --group test --group lint \
		-c requirements/run.txt -o requirements/dev.txt
	$(NPM) update --package-lock-only --loglevel=error

clean:  ## remove everything that setup and tests made; no data
	rm -rf .venv node_modules static/dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache test-results
	find wg_portal/translations -name '*.mo' -delete 2>/dev/null || true
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV): requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wg-portal needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	touch $@

# Where the developers' packages are, they stay: dev.txt holds everything that run.txt does, in the same versions.
.venv/.run: $(UV) requirements/run.txt pyproject.toml
	$(UV) pip sync -q --require-hashes $(if $(wildcard .venv/.dev),requirements/dev.txt,requirements/run.txt)
	$(LINK)
	touch $@ $(wildcard .venv/.dev)

.venv/.dev: .venv/.run requirements/dev.txt
	$(UV) pip sync -q --require-hashes requirements/dev.txt
	$(LINK)
	touch $@

node_modules/.stamp: package.json package-lock.json .npmrc | .venv/.run
	$(NPM) ci --include=dev --include=optional --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

static/dist/manifest.json: build.mjs node_modules/.stamp $(ASSETS)
	PATH="$(CURDIR)/$(BIN):$$PATH" node build.mjs

%.mo: %.po | .venv/.run
	$(BIN)/pybabel -q compile --input-file $< --output-file $@
