# make demo · test · bench · check · lock · clean. Each sets itself up the first time, on a
# machine that has nothing but Python 3.11 or newer. ARGS="…" is passed on.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r
PROJECTS := authserver photos_api printshop
.PHONY: help demo test bench check format style types imports templates migrations lock clean

help:
	@echo 'make demo    the three projects on this machine, until Ctrl-C (ARGS="--port 9000 --data elsewhere")'
	@echo 'make test    every test, browser included (ARGS="tests/printshop -k refresh")'
	@echo 'make bench   how fast it is, beside others (ARGS="authserver --json FILE")'
	@echo 'make check   format, lint, types, imports, templates, migrations'
	@echo "make format  put code, templates and the pages made of them into shape"
	@echo 'make lock    choose the newest dependencies that fit, and write down their hashes'
	@echo 'make clean   remove the virtual environment, caches and the demo'"'"'s data'

demo: .venv/installed
	@$(BIN)/python manage.py demo $(ARGS)

test: .venv/installed-dev
	@$(BIN)/python -m pytest $(ARGS)

# The peer is an npm package, shared with the tests; without Node.js it is left out.
bench: .venv/installed-dev
	@if command -v npm >/dev/null; then npm install --no-package-lock --no-audit --no-fund --silent --prefix tests; fi
	@$(BIN)/python -m bench $(ARGS)

check: style types imports templates migrations
	@echo 'All checks passed.'

format: .venv/installed-dev
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format
	git ls-files -z 'templates/*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2
	$(BIN)/python -m tests.story.citations --write
	$(BIN)/python -m tests.story.rules --write

style: .venv/installed-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check

# These need a project's settings, but none of its secrets or data.
types migrations: export AUTHSERVER_DEMO = 1
types migrations: export PHOTOS_API_DEMO = 1
types migrations: export PRINTSHOP_DEMO = 1
migrations: export AUTHSERVER_DATABASE_URL = sqlite://:memory:
migrations: export PHOTOS_API_DATABASE_URL = sqlite://:memory:
migrations: export PRINTSHOP_DATABASE_URL = sqlite://:memory:

# The types of Django need one settings module: once per project. What is left goes with
# one of them, after it: the libraries have been read then.
types: $(PROJECTS:%=types-%) types-demo types-bench
types-bench: .venv/installed-dev $(PROJECTS:%=types-%)
	DJANGO_SETTINGS_MODULE=authserver.settings $(BIN)/mypy --cache-dir .mypy_cache/authserver $(filter-out $(IN_PHOTOS) $(IN_PRINTSHOP),$(wildcard bench/*.py))
	DJANGO_SETTINGS_MODULE=photos_api.settings $(BIN)/mypy --cache-dir .mypy_cache/photos_api $(IN_PHOTOS)
	DJANGO_SETTINGS_MODULE=printshop.settings $(BIN)/mypy --cache-dir .mypy_cache/printshop $(IN_PRINTSHOP)
# The parts of the benchmark that run inside photos_api, and inside printshop.
IN_PHOTOS := $(shell grep -l '^from photos_api' bench/*.py)
IN_PRINTSHOP := $(shell grep -l '^from printshop' bench/*.py)
types-demo: .venv/installed-dev types-bench
	DJANGO_SETTINGS_MODULE=printshop.settings $(BIN)/mypy --cache-dir .mypy_cache/printshop manage.py serving.py demo tests/conftest.py tests/nursery.py tests/ports.py tests/processes.py tests/qr.py tests/story
types-%: .venv/installed-dev
	DJANGO_SETTINGS_MODULE=$*.settings $(BIN)/mypy --cache-dir .mypy_cache/$* $* tests/$*

imports: .venv/installed-dev
	$(BIN)/lint-imports

templates: .venv/installed-dev
	git ls-files -z 'templates/*.html' | xargs -0 -r $(BIN)/djade --check --target-version 5.2
	$(BIN)/djlint --lint --quiet templates

migrations: $(PROJECTS:%=migrations-%)
migrations-%: .venv/installed-dev
	$(BIN)/python manage.py $* makemigrations --check --dry-run
	$(BIN)/python manage.py $* check --fail-level WARNING

lock: .venv/installed-dev
	$(BIN)/uv pip compile $(LOCK) --extra desktop pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile $(LOCK) --extra desktop --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
LOCK := --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
	--python-version 3.11 --custom-compile-command 'make lock'

clean:
	rm -rf .venv var tests/node_modules .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage* test-results screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: requirements.txt | .venv/bin/pip
	@echo 'Installing what the demo needs into .venv (once) …'
	@$(INSTALL) requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/bin/pip
	@echo 'Installing what demo, tests and checks need into .venv (once) …'
	@$(INSTALL) requirements-dev.txt
	@touch $@

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo 'This needs Python 3.11 or newer: none was found. If it has another name: make PYTHON=/path/to/python'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo 'This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv'; exit 1; }
	@$(PYTHON) -m venv .venv
