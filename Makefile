# `make help` lists what can be done. Everything runs in .venv, which every target keeps current.

PYTHON ?= python3
RUN := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help setup demo album dev token seed stop status reset test check format bench migrate schema package deploy clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make the virtual environment and install the pinned packages
	@$(PYTHON) infra/local/venv.py

demo: setup ## Make a video from a prompt: PROMPT= MINUTES= NICHE= FORMAT= TRANSCRIPT= PORT=
	@$(RUN) -m infra.local demo $(if $(PORT),--port $(PORT)) $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(NICHE),--niche $(NICHE)) $(if $(FORMAT),--format $(FORMAT)) \
		$(if $(TRANSCRIPT),--transcript "$(TRANSCRIPT)") $(if $(PROMPT),--prompt "$${PROMPT}")

album: setup ## Make an hour of music over pictures: NICHE= MOOD= MINUTES= STYLE= LIVING= PORT=
	@$(RUN) -m infra.local album $(if $(PORT),--port $(PORT)) $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(NICHE),--niche "$${NICHE}") $(if $(MOOD),--mood "$${MOOD}") \
		$(if $(STYLE),--style "$${STYLE}") $(if $(LIVING),--living $(LIVING))

dev: setup ## Run the stack until Ctrl-C; rows and objects survive a restart: PORT=
	@$(RUN) -m infra.local dev $(if $(PORT),--port $(PORT))

token: setup ## Print a token of another user of the stack, a new one unless told: FOR=user-id EMAIL=
	@$(RUN) -m infra.local token $(if $(FOR),--user "$(FOR)") $(if $(EMAIL),--email "$(EMAIL)")

seed: setup ## Load the demo studio for a user: FOR=user-id EMAIL= (OWNER_DATABASE_URL, or the local one)
	@$(RUN) -m infra.local seed $(if $(FOR),--user "$(FOR)") $(if $(EMAIL),--email "$(EMAIL)")

stop: setup ## Stop the stack that `make demo` left running
	@$(RUN) -m infra.local stop

status: setup ## Say what is running
	@$(RUN) -m infra.local status

reset: setup ## Stop the stack and delete its rows and objects
	@$(RUN) -m infra.local reset --yes

test: setup ## Run every test: unit, integration, end to end
	@$(RUN) -m pytest -n 2 --dist loadgroup

check: setup ## The gate: style, types, imports, schema, template
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(RUN) -m infra.local.schema --check
	@$(RUN) -m pytest -q tests/unit/test_imports.py tests/unit/test_template.py

format: setup ## Format the code and mend what can be mended
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

bench: setup ## Measure, each figure a ratio within one run
	@$(RUN) -m pytest -q -s tests/bench

migrate: setup ## Bring a database up to date: OWNER_DATABASE_URL, or the local one
	@$(RUN) -m infra.local.migrate

schema: setup ## Write sql/schema.sql and the data dictionary from the migrations
	@$(RUN) -m infra.local.schema

package: setup ## Build the template, the zip and the two layers in build/package: STAGE=
	@$(RUN) -m infra.package $(if $(STAGE),--stage $(STAGE))

deploy: setup ## Deploy build/package to AWS: STACK= BUCKET= PARAMETERS="Name=Value …"
	@$(if $(BUCKET),,echo "Say where to put the package: make deploy BUCKET=my-artifacts"; exit 2)
	@$(RUN) -m infra.deploy --bucket "$(BUCKET)" $(if $(STACK),--stack "$(STACK)") $(PARAMETERS)

clean: ## Delete what can be made again: .venv, build, caches
	@rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .chalice/deployments
