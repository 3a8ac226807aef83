# What one types. `make demo` and `make test` work on a clean clone with Swift 6.3 and apt (or Homebrew).

SWIFT ?= swift
PACKAGES := librdkafka-dev libsqlite3-dev libpq-dev libavro-dev libprotobuf-c-dev libcurl4-openssl-dev libssl-dev zlib1g-dev \
    libmicrohttpd-dev libedit-dev pkg-config
PEER_PACKAGES := openjdk-17-jre-headless postgresql mariadb-server-core mariadb-client-core nginx kcat openssl \
    protobuf-compiler libprotobuf-dev procps util-linux python3-venv curl
BENCH_PACKAGES := libsimdjson-dev libzstd-dev protobuf-c-compiler

.PHONY: help setup setup-peers demo install test soak test-librdkafka test-traits test-flink lint bench docs public-api clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## installs what is missing to build, and says which
	@scripts/setup $(PACKAGES)

setup-peers: setup ## installs what is missing to test: Java 17, kcat, a Python environment in .cache, promtool
	@scripts/setup $(PEER_PACKAGES)
	@scripts/setup-python
	@scripts/promtool --version >/dev/null || true

demo: setup ## the main job, end to end, in this process
	@$(SWIFT) build --product laminar
	@$(SWIFT) run --skip-build laminar demo

install: setup ## the laminar command, its man page and completions, below PREFIX (/usr/local)
	@scripts/install "$(PREFIX)"

test: setup-peers ## every test, against Apache Kafka in processes of its own; delivery and logins with a current librdkafka too
	@LD_LIBRARY_PATH="$$(scripts/newer-librdkafka)" scripts/test --filter 'SourceDeliveryTests|RebalanceTests|FetchGapTests|ConnectionErrorTests|TokenTests|RotationTests'
	@scripts/test

soak: setup-peers ## the proofs of exactly once, 200 rounds each instead of 20; ROUNDS=n for another number
	@LAMINAR_ROUNDS=$(or $(ROUNDS),200) scripts/test --filter 'CrashTests|ChurnTests|FailoverTests|NetworkTests|CommitFateTests'

test-librdkafka: setup-peers ## what talks to a broker, with a current librdkafka in place of the system's
	@LD_LIBRARY_PATH="$$(scripts/newer-librdkafka)" scripts/test --filter 'IntegrationTests|LaminarKafkaTests|EmbeddedBrokerTests'

test-flink: setup-peers ## exported scripts, run by Apache Flink (850 MB, once) against Apache Kafka and a registry
	@LAMINAR_FLINK="$$(scripts/setup-flink)" scripts/test --filter 'Flink'

lint: ## format, warnings and the promises of README and documents
	@scripts/lint

bench: setup-peers ## against C, Python and Foundation in the same run; QUICK=1 for a first look
	@scripts/setup $(BENCH_PACKAGES)
	@Benchmarks/run $(if $(QUICK),--quick)

docs: setup ## one DocC site of every public symbol and every page, into .build/docs
	@scripts/setup python3
	@scripts/docs

public-api: setup ## prints every public declaration into docs/public-api.md
	@scripts/setup python3
	@scripts/symbol-graphs
	@scripts/public-api

test-traits: setup-peers ## builds and tests with every package trait on, where the packages can be had
	@scripts/test-traits

clean: ## removes what was built and downloaded
	rm -rf .build .cache Benchmarks/.build
