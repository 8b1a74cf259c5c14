# equity: scholarship eligibility and allocation inside PostgreSQL.
#
#   make && make install            with the server of PG_CONFIG (default: pg_config)
#   make installcheck               regression tests on a running server that has it
#   make help                       prints this
#
# These do all their own set-up:
#
#   make test [ONLY=stage[:name]]   every test, on a throw-away server; test/README.md tells more
#   make lint                       the promises about the tree alone
#   make fuzz                       a minute of libFuzzer for each part of the core
#   make demo [KEEP=1]              the demonstration
#   make bench                      what a round takes
#   make snapshot                   writes sql/extension/snapshot.sql anew
#   make reference                  writes doc/reference.md anew
#   make pictures                   makes the pictures of the guides anew
#   make dist                       the archive for PGXN, of what is committed

PG_CONFIG ?= pg_config
export PG_CONFIG ONLY KEEP

here := $(or $(VPATH),$(patsubst %/,%,$(dir $(firstword $(MAKEFILE_LIST)))))

EXTENSION = equity
MODULE_big = equity
version := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" '$(here)/equity.control')

sources := $(wildcard $(here)/src/*.c $(here)/src/core/*/*.c)
headers := $(wildcard $(here)/src/*.h $(here)/src/core/*/*.h)
OBJS = $(patsubst $(here)/%.c,%.o,$(sources))

# A folder a layer, a file a concept, in the order in which they are created; and what leads from older
# versions to this one.
pieces := $(sort $(wildcard $(here)/sql/extension/[1-9]-*/*.sql))
changes := $(wildcard $(here)/sql/extension/changes/*--*.sql)
older := $(sort $(foreach file,$(notdir $(changes)),$(firstword $(subst --, ,$(file)))))
DATA_built = equity--$(version).sql $(older:%=equity--%--$(version).sql)
DOCS := $(patsubst $(here)/%,%,$(wildcard $(here)/doc/*.md))

REGRESS = $(sort $(basename $(notdir $(wildcard $(here)/sql/*.sql))))
REGRESS_OPTS = --load-extension=equity
EXTRA_CLEAN = results regression.diffs regression.out equity-*.zip

# No fused multiply-add: figures are the same on every processor.
PG_CPPFLAGS = -I$(here)/src -DEQUITY_VERSION='"$(version)"' -ffp-contract=off

# These goals install what they need themselves, so they come before any look for PostgreSQL.
standalone := help test lint fuzz demo bench snapshot reference pictures dist
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

# The guides lie in a folder of their own: their names are not only ours.
docmoduledir := equity

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

equity--%--$(version).sql: $(pieces) $(changes) $(here)/sql/extension/upgrade
	perl '$(here)/sql/extension/upgrade' '$*' '$(version)' >$@

else ifeq ($(filter-out $(standalone) clean distclean,$(goals)),)

clean distclean:
	rm -rf $(OBJS) $(OBJS:.o=.bc) equity.so $(DATA_built) $(EXTRA_CLEAN)

else
$(error The headers of the PostgreSQL server were not found with PG_CONFIG=$(PG_CONFIG): \
install the Debian package postgresql-server-dev-$(or $(major),all), or name another server with make PG_CONFIG=/path/to/pg_config)
endif

endif

.PHONY: $(standalone)

help:
	@sed -n -e '/^#/!q' -e 's/^# \{0,1\}//p' '$(here)/Makefile'

test:
	@bash '$(here)/test/run'

lint:
	@ONLY=lint bash '$(here)/test/run'

fuzz:
	@bash '$(here)/test/fuzz/run'

demo bench:
	@bash '$(here)/test/$@/run'

snapshot:
	@bash '$(here)/test/lib/snapshot' >'$(here)/sql/extension/snapshot.sql.new'
	@mv '$(here)/sql/extension/snapshot.sql.new' '$(here)/sql/extension/snapshot.sql'

reference:
	@bash '$(here)/test/lib/reference' >'$(here)/doc/reference.md.new'
	@mv '$(here)/doc/reference.md.new' '$(here)/doc/reference.md'

pictures:
	@mkdir -p '$(here)/doc/picture'
	@bash '$(here)/test/lib/pictures' >'$(here)/pictures.new'
	@tar -x --no-same-owner -f '$(here)/pictures.new' -C '$(here)/doc/picture'
	@rm '$(here)/pictures.new'

# In PGXN versions have three numbers, as META.json has them.
dist:
	@name=equity-$$(sed -n 's/^  "version": "\(.*\)",$$/\1/p' '$(here)/META.json') && \
	git -c safe.directory='*' -C '$(here)' archive --format=zip --prefix="$$name/" -o "$$name.zip" HEAD && \
	echo "$(here)/$$name.zip"
