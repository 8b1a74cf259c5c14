# equity: scholarship eligibility and allocation inside PostgreSQL.
#
#   make && make install            with the server of PG_CONFIG (default: pg_config)
#   make installcheck               regression tests on a running server that has it
#   make test [ONLY=stage[:name]]   every test; does all its own set-up
#   make demo [KEEP=1]              the demonstration; does all its own set-up
#   make bench                      what a round takes; does all its own set-up
#   make snapshot                   writes sql/extension/snapshot.sql anew; does all its own set-up
#   make reference                  writes the README's reference anew; does all its own set-up

PG_CONFIG ?= pg_config
export PG_CONFIG ONLY KEEP

here := $(or $(VPATH),$(patsubst %/,%,$(dir $(firstword $(MAKEFILE_LIST)))))

EXTENSION = equity
MODULE_big = equity
version := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" '$(here)/equity.control')

sources := $(wildcard $(here)/src/*.c $(here)/src/core/*/*.c)
headers := $(wildcard $(here)/src/*.h $(here)/src/core/*/*.h)
OBJS = $(patsubst $(here)/%.c,%.o,$(sources))

# A folder a layer, a file a concept, in the order in which they are created
pieces := $(sort $(wildcard $(here)/sql/extension/[1-9]-*/*.sql))
DATA_built = equity--$(version).sql

REGRESS = $(sort $(basename $(notdir $(wildcard $(here)/sql/*.sql))))
REGRESS_OPTS = --load-extension=equity

# No fused multiply-add: figures are the same on every processor.
PG_CPPFLAGS = -I$(here)/src -DEQUITY_VERSION='"$(version)"' -ffp-contract=off

# These goals install what they need themselves, so they come before any look for PostgreSQL.
standalone := test demo bench snapshot reference
goals := $(or $(MAKECMDGOALS),all)
ifneq ($(filter-out $(standalone),$(goals)),)

PGXS := $(shell '$(PG_CONFIG)' --pgxs 2>/dev/null)
server_headers := $(shell '$(PG_CONFIG)' --includedir-server 2>/dev/null)
major := $(shell '$(PG_CONFIG)' --version 2>/dev/null | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p')

ifneq ($(and $(PGXS),$(wildcard $(PGXS)),$(wildcard $(server_headers)/postgres.h)),)

# The bitcode for JIT is optional: do without it where its compiler is not installed.
clang := $(shell sed -n 's/^CLANG *= *//p' '$(dir $(PGXS))../Makefile.global')
ifeq ($(shell command -v $(or $(clang),clang) 2>/dev/null),)
override with_llvm = no
endif

include $(PGXS)

# PostgreSQL 15 has no mark for functions that are to be seen, so the linker hides the others.
ifneq ($(filter linux freebsd,$(PORTNAME)),)
SHLIB_LINK += -Wl,--version-script=$(here)/src/exports.map
endif

ifneq ($(here),.)
$(shell mkdir -p $(sort $(dir $(OBJS))))
endif
$(OBJS) $(OBJS:.o=.bc): $(headers) $(here)/equity.control
$(shlib): $(here)/src/exports.map

equity--$(version).sql: $(pieces)
	cat $^ >$@

else ifeq ($(filter-out $(standalone) clean distclean,$(goals)),)

clean distclean:
	rm -f $(OBJS) $(OBJS:.o=.bc) equity.so $(DATA_built)

else
$(error The headers of the PostgreSQL server were not found with PG_CONFIG=$(PG_CONFIG): \
install the Debian package postgresql-server-dev-$(or $(major),all), or name another server with make PG_CONFIG=/path/to/pg_config)
endif

endif

.PHONY: $(standalone)

test:
	@'$(here)/test/run'

demo bench:
	@'$(here)/test/$@/run'

snapshot:
	@'$(here)/test/lib/snapshot' >'$(here)/sql/extension/snapshot.sql.new'
	@mv '$(here)/sql/extension/snapshot.sql.new' '$(here)/sql/extension/snapshot.sql'

reference:
	@'$(here)/test/lib/reference' >'$(here)/README.md.new'
	@sed -i -e '/^<!-- reference -->$$/,/^<!-- \/reference -->$$/ { //!d }' \
	  -e '/^<!-- reference -->$$/ r $(here)/README.md.new' '$(here)/README.md'
	@rm '$(here)/README.md.new'
