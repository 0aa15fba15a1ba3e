# A fresh clone needs Python 3.11 or newer and a network; make does the rest.
#
#   make quick   the tests of a moment: no browser, nothing slow, less than 20 seconds
#   make test    every test, those in real browsers too: 9 to 10 minutes on two cores
#   make random  live random lives of an application against a model of it, and try random input: minutes
#   make corpus  real sites and manifests from the registries: minutes, and 500 MB the first time
#   make demo    build the sample site as an app, and say how to look at it
#   make lint    style and types of the Python and the JavaScript
#   make golden  write the expected output of tests/golden and the JSON Schema again, to be reviewed as a diff

PYTHON_BIN = .venv/bin/python
JS = tests/js

# Where no Node.js of today is installed, tools/node puts one into .venv/bin.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# Tests start Python more than a thousand times: what it has compiled is kept, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: quick random corpus demo test lint golden clean

# Whole files, each with its worker's own browser, bus and push service, the longest first (tests/conftest.py).
SIDE_BY_SIDE = --numprocesses auto --dist loadfile --no-loadscope-reorder

quick: .venv/.installed-dev
	$(PYTHON_BIN) -m pytest -m "not browser" --ignore tests/browser --ignore tests/applications $(SIDE_BY_SIDE)

demo: .venv/.installed
	@$(PYTHON_BIN) tools/demo.py

test: .venv/.installed-dev $(JS)/node_modules/.package-lock.json
	@$(PYTHON_BIN) tools/browsers.py; browsers=$$?; \
	$(PYTHON_BIN) -m pytest --slow $(SIDE_BY_SIDE) || exit 1; \
	test $$browsers = 0 || { echo "the browser tests were skipped: see above what is missing"; exit 1; }

random: .venv/.installed-dev $(JS)/node_modules/.package-lock.json
	PWAGEN_RANDOM=20 $(PYTHON_BIN) -m pytest --slow tests/applications/test_random.py
	$(PYTHON_BIN) -m pytest --slow --hypothesis-profile=default -m hypothesis

lint: .venv/.installed-dev $(JS)/node_modules/.package-lock.json
	$(PYTHON_BIN) -m ruff check .
	$(PYTHON_BIN) -m ruff format --check .
	$(PYTHON_BIN) -m mypy pwagen tests tools
	$(PYTHON_BIN) -m mypy benchmarks
	.venv/bin/lint-imports --no-cache
	cd $(JS) && npm run check && npm run lint

corpus: .venv/.installed-dev
	PWAGEN_CORPUS=$(if $(WRITE),write,run) $(PYTHON_BIN) -m pytest --slow tests/corpus tests/browser/audit

golden: .venv/.installed-dev
	$(PYTHON_BIN) -m tests.golden.update
	$(PYTHON_BIN) tools/commands.py
	$(PYTHON_BIN) tools/config_reference.py
	$(PYTHON_BIN) tools/rules_reference.py
	$(PYTHON_BIN) -m pwagen.config.config_schema > templates/pwagen.schema.json

clean:
	rm -rf build dist sample_site/dist

# The stamps are older than pyproject.toml exactly when something has to be installed again.
.venv/.installed: pyproject.toml
	@sh tools/venv
	@test .venv/.installed-dev -nt pyproject.toml || $(PYTHON_BIN) -m pip install --quiet --editable ".[serve,test]"
	@touch $@

.venv/.installed-dev: pyproject.toml
	@sh tools/venv
	$(PYTHON_BIN) -m pip install --quiet --upgrade "pip>=25.1"
	$(PYTHON_BIN) -m pip install --quiet --editable ".[serve,test,postgresql,celery]" --group dev
	@sh tools/node
	@touch $@

$(JS)/node_modules/.package-lock.json: $(JS)/package-lock.json .venv/.installed-dev
	cd $(JS) && npm ci --no-audit --no-fund
	@touch $@
