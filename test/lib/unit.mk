# Builds PROGRAMS of test/unit, with the helpers there, from src/core as an ordinary program would:
# with -DFRONTEND. What it makes goes to OUT.

core := $(patsubst src/core/%.c,$(OUT)/core/%.o,$(wildcard src/core/*/*.c))
helpers := $(patsubst test/unit/%.c,$(OUT)/%.o,$(wildcard test/unit/helper/*.c))
headers := $(wildcard src/core/*/*.h test/unit/helper/*.h)

CFLAGS = -g -O1 -fwrapv -ffp-contract=off -fsanitize=$(SANITIZE) -fno-sanitize-recover=undefined $(WARNINGS)
CPPFLAGS = -DFRONTEND -DUSE_PRIVATE_ENCODING_FUNCS -DUSE_ASSERT_CHECKING -D_GNU_SOURCE -Isrc -Itest/unit -I$(shell $(PG_CONFIG) --includedir-server)
LDLIBS = -L$(shell $(PG_CONFIG) --pkglibdir) -L$(shell $(PG_CONFIG) --libdir) -lpgcommon -lpgport -lcrypto -lm

programs: $(PROGRAMS:%=$(OUT)/%)
$(PROGRAMS:%=$(OUT)/%): $(OUT)/%: $(OUT)/%.o $(core) $(helpers)
	gcc $(CFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/core/%.o: src/core/%.c $(headers)
	mkdir -p $(@D)
	gcc $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(OUT)/%.o: test/unit/%.c $(headers)
	mkdir -p $(@D)
	gcc $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

.PRECIOUS: $(OUT)/%.o
