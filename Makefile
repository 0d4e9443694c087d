# Commands of the project: « make help ».
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test e2e chaos fuzz bench docs quality lock

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input --require-hashes
install = $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) || $(PIP) -r $(1)
# What the settings require when a command only reads the code: no server is reached at these addresses.
NO_SERVER := env DEBUG=0 SECRET_KEY=quality-checks-only ALLOWED_HOSTS=localhost PUBLIC_BASE_URL=http://localhost \
	DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 DATABASE_POOL_SIZE=0
CODE := config grc routing knowledge channels_in agents_ui
PROCESSES ?= 2

help: ## Liste des commandes
	@echo "Commandes :"
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

demo: $(VENV)/.base ## Démarre tout en local (PORT=8000 choisit le port) ; Ctrl-C arrête tout
	@$(BIN)/python -m config.demo.run $(if $(PORT),--port $(PORT))

demo-reset: $(VENV)/.base ## Efface les données de la démonstration
	@$(BIN)/python -m config.demo.reset

test: $(VENV)/.dev ## Tous les tests que cette machine peut passer (ARGS=... pour pytest)
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile $(ARGS)

e2e: $(VENV)/.dev ## Seulement les parcours dans un vrai navigateur
	@$(BIN)/python -m pytest -m e2e $(ARGS)

chaos: $(VENV)/.dev ## Tue de vrais processus et moteurs pendant 5 minutes (SECONDS=... pour une autre durée)
	@CHAOS_SECONDS=$(or $(SECONDS),300) $(BIN)/python -m pytest -m chaos $(ARGS)

fuzz: $(VENV)/.dev ## Les tests de propriétés, avec beaucoup plus d'exemples et un hasard nouveau
	@$(BIN)/python -m pytest -n $(PROCESSES) -m hypothesis --hypothesis-profile=fuzz $(ARGS)

bench: $(VENV)/.base ## Mesure la vitesse (ONLY=voice_webhook,claim SECONDS=20) ; résultats dans benchmarks/results
	@$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(SECONDS),--seconds $(SECONDS))

docs: $(VENV)/.dev ## Vérifie les pages de la documentation et en fait un site dans build/docs
	@$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -c docs -d build/doctrees . build/docs
	@$(BIN)/python -m pytest -q tests/architecture/test_docs.py
	@echo "Documentation : build/docs/README.html"

quality: $(VENV)/.dev ## Style, types, frontières entre dossiers, gabarits, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(NO_SERVER) $(BIN)/mypy .
	$(BIN)/lint-imports --no-cache $(if $(wildcard importlinter.toml),--config importlinter.toml)
	$(BIN)/djlint $(CODE) --lint --quiet
	$(NO_SERVER) $(BIN)/python manage.py makemigrations --check --dry-run --verbosity 1
	$(BIN)/python -m tests.architecture.migrations_lint

lock: ## Recalcule requirements/*.txt depuis requirements/*.in
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(PYTHON) -m venv "$$folder"; "$$folder/bin/pip" install --quiet --disable-pip-version-check uv; \
	for name in installer base dev; do \
	  "$$folder/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url "requirements/$$name.in" -o "requirements/$$name.txt"; \
	  echo "requirements/$$name.txt recalculé"; \
	done

# A stamp per lock file: nothing is installed again until it changes.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Il faut Python 3.11 ou plus récent (« $(PYTHON) » : $$($(PYTHON) --version 2>&1 || true))." >&2; \
	  echo "Python 3.11 or later is needed; choose it with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Le module venv de Python manque. Debian, Ubuntu : apt install python3-venv" >&2; \
	  echo "Python's venv module is missing. Debian, Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "• Environnement Python dans $(VENV)…"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# uv downloads and unpacks in parallel; pip does the same, slower, where uv has no wheel or no network settings.
$(VENV)/.installer: requirements/installer.txt | $(VENV)/.python
	@$(PIP) --quiet -r requirements/installer.txt || echo "• uv ne s'installe pas ici : pip fera le travail."
	@touch $@

$(VENV)/.base: requirements/base.txt | $(VENV)/.installer
	@echo "• Installation des paquets (une seule fois)…"
	@$(call install,requirements/base.txt)
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/base.txt | $(VENV)/.installer
	@echo "• Installation des paquets des tests (une seule fois)…"
	@$(call install,requirements/dev.txt)
	@touch $(VENV)/.base $@
