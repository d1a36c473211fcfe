# The project's commands. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
CONFIGURATION := Release
ROWS ?= 100000
export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1

.PHONY: help
help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: ensure
ensure:
	@eng/ensure-dotnet.sh
	@eng/ensure-postgres.sh

.PHONY: demo
demo: ensure ## Import a sample, project it, extract from it: the whole path in a few minutes. ROWS=100000.
	@ROWS=$(ROWS) eng/demo.sh

.PHONY: test
test: ensure ## Run all tests, on a PostgreSQL of their own.
	@eng/test.sh $(CONFIGURATION)

.PHONY: lint
lint: ## Check the format and build without a warning.
	@eng/ensure-dotnet.sh
	dotnet build Cqrs.sln --configuration $(CONFIGURATION) --verbosity quiet -warnaserror
	dotnet format Cqrs.sln --verify-no-changes --no-restore

.PHONY: bench
bench: ensure ## Measure import, projection and extraction on this machine. ROWS=100000.
	@ROWS=$(ROWS) eng/bench.sh

.PHONY: docs
docs: ## Make docs/configuration.md from the doc comments of the settings.
	@eng/ensure-dotnet.sh
	./padron settings --markdown > docs/configuration.md.new && mv docs/configuration.md.new docs/configuration.md

.PHONY: clean
clean: ## Remove what was built, and the demo's data.
	rm -rf out src/*/bin src/*/obj tests/*/bin tests/*/obj
	@eng/demo.sh --clean
