\echo Use "CREATE EXTENSION equity" to load this file. \quit

CREATE SCHEMA equity;

COMMENT ON SCHEMA equity IS
  'Scholarship eligibility and allocation: scorecards, quota allocation with proof, the scholarship registry, its operations and reports.';

GRANT USAGE ON SCHEMA equity TO PUBLIC;

-- What is called by plpgsql is found with the caller's rights, hence USAGE; what may be read or
-- done there is settled object by object, as in equity.
CREATE SCHEMA equity_internal;

COMMENT ON SCHEMA equity_internal IS
  'What only other parts of the extension equity call: no promise is made about it, and it changes with any version.';

GRANT USAGE ON SCHEMA equity_internal TO PUBLIC;

CREATE FUNCTION equity.text_digest(content text) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN encode(sha256(convert_to(content, 'UTF8')), 'hex');

COMMENT ON FUNCTION equity.text_digest(text) IS
  'The sha256 of a text in UTF-8, 64 hexadecimal digits.';

CREATE FUNCTION equity_internal.library_version() RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_library_version';

COMMENT ON FUNCTION equity_internal.library_version() IS
  'Version of the loaded shared library, for example 1.0.';

CREATE FUNCTION equity.version(OUT sql text, OUT library text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT e.extversion, equity_internal.library_version()
    FROM pg_catalog.pg_extension AS e
   WHERE e.extname = 'equity';
END;

COMMENT ON FUNCTION equity.version(OUT text, OUT text) IS
  'Version of the SQL objects and of the loaded library; they differ between a package upgrade and ALTER EXTENSION equity UPDATE.';

-- What a caller gives may be as long as memory is; an error, and so the server's log, tells where it begins.
CREATE FUNCTION equity_internal.excerpt(given text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN length(given) > 100 THEN left(given, 100) || '...' ELSE given END;

COMMENT ON FUNCTION equity_internal.excerpt(text) IS
  'The first hundred characters of a text, for messages that quote it.';
-- How far long work has come (src/progress.c). allocate and verify report by themselves, an operation for all of
-- its parts.

--- A call that names another phase ends the one before; the work itself ends with the statement in which it began.
CREATE FUNCTION equity_internal.report_progress(operation text, round_id bigint, phase text, total bigint DEFAULT 0) RETURNS void
  LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED
  AS 'MODULE_PATHNAME', 'equity_report_progress';

COMMENT ON FUNCTION equity_internal.report_progress(text, bigint, text, bigint) IS
  'Tells other sessions that an operation on a round begins a phase, of about so many rows, or of 0 when that is not known. No personal data in it.';

-- SECURITY DEFINER only so that whom no level lets may not call it.
CREATE FUNCTION equity_internal.progress_slots(
  OUT pid integer, OUT operation text, OUT round_id bigint, OUT phase text, OUT done bigint, OUT total bigint,
  OUT started_at timestamptz, OUT phase_started_at timestamptz
) RETURNS SETOF record
  LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1000 ROWS 5
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'equity_progress_slots';

COMMENT ON FUNCTION equity_internal.progress_slots() IS
  'The work that runs in this database, as each backend last reported it (equity_internal.report_progress).';
CREATE TYPE equity.scorecard;

CREATE FUNCTION equity_internal.scorecard_in(cstring) RETURNS equity.scorecard
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_scorecard_in';

CREATE FUNCTION equity_internal.scorecard_out(equity.scorecard) RETURNS cstring
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_scorecard_out';

CREATE FUNCTION equity_internal.scorecard_recv(internal) RETURNS equity.scorecard
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_scorecard_recv';

CREATE FUNCTION equity_internal.scorecard_send(equity.scorecard) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_scorecard_send';

--- Malformed JSON is refused with 22P02, a rule without sense with 22023 and the name of its
--- criterion.
CREATE TYPE equity.scorecard (
  INPUT = equity_internal.scorecard_in,
  OUTPUT = equity_internal.scorecard_out,
  RECEIVE = equity_internal.scorecard_recv,
  SEND = equity_internal.scorecard_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = extended
);

COMMENT ON TYPE equity.scorecard IS
  'The rules of a programme as one value: gates, criteria that give points, and classes. Written as JSON, kept in canonical form with the program compiled from it.';

COMMENT ON FUNCTION equity_internal.scorecard_in(cstring) IS
  'Input of type scorecard: JSON text. Errors: 22P02 malformed JSON, 22023 a rule without sense.';
COMMENT ON FUNCTION equity_internal.scorecard_out(equity.scorecard) IS
  'Output of type scorecard: the canonical JSON text (no spaces, keys in byte order, defaults left out, numbers trimmed).';
COMMENT ON FUNCTION equity_internal.scorecard_recv(internal) IS
  'Binary input of type scorecard: a two-byte format number, then JSON text that passes the same checks as text input. Errors: 22P03 unknown format, 22P02, 22023.';
COMMENT ON FUNCTION equity_internal.scorecard_send(equity.scorecard) IS
  'Binary output of type scorecard: a two-byte format number, then the canonical JSON text.';

-- Two cards are the same when their canonical texts are.

CREATE FUNCTION equity_internal.scorecard_eq(equity.scorecard, equity.scorecard) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
  AS 'MODULE_PATHNAME', 'equity_scorecard_eq';

CREATE FUNCTION equity_internal.scorecard_ne(equity.scorecard, equity.scorecard) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
  AS 'MODULE_PATHNAME', 'equity_scorecard_ne';

CREATE FUNCTION equity_internal.scorecard_lt(equity.scorecard, equity.scorecard) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
  AS 'MODULE_PATHNAME', 'equity_scorecard_lt';

CREATE FUNCTION equity_internal.scorecard_le(equity.scorecard, equity.scorecard) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
  AS 'MODULE_PATHNAME', 'equity_scorecard_le';

CREATE FUNCTION equity_internal.scorecard_gt(equity.scorecard, equity.scorecard) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
  AS 'MODULE_PATHNAME', 'equity_scorecard_gt';

CREATE FUNCTION equity_internal.scorecard_ge(equity.scorecard, equity.scorecard) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
  AS 'MODULE_PATHNAME', 'equity_scorecard_ge';

CREATE FUNCTION equity_internal.scorecard_cmp(equity.scorecard, equity.scorecard) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
  AS 'MODULE_PATHNAME', 'equity_scorecard_cmp';

CREATE FUNCTION equity_internal.scorecard_hash(equity.scorecard) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
  AS 'MODULE_PATHNAME', 'equity_scorecard_hash';

CREATE FUNCTION equity_internal.scorecard_hash_extended(equity.scorecard, bigint) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
  AS 'MODULE_PATHNAME', 'equity_scorecard_hash_extended';

COMMENT ON FUNCTION equity_internal.scorecard_eq(equity.scorecard, equity.scorecard) IS
  'Whether two scorecards have the same canonical text; operator =.';
COMMENT ON FUNCTION equity_internal.scorecard_ne(equity.scorecard, equity.scorecard) IS
  'Whether the canonical texts of two scorecards differ; operator <>.';
COMMENT ON FUNCTION equity_internal.scorecard_lt(equity.scorecard, equity.scorecard) IS
  'Byte order of the canonical texts, for sorting and DISTINCT; operator <.';
COMMENT ON FUNCTION equity_internal.scorecard_le(equity.scorecard, equity.scorecard) IS
  'Byte order of the canonical texts, for sorting and DISTINCT; operator <=.';
COMMENT ON FUNCTION equity_internal.scorecard_gt(equity.scorecard, equity.scorecard) IS
  'Byte order of the canonical texts, for sorting and DISTINCT; operator >.';
COMMENT ON FUNCTION equity_internal.scorecard_ge(equity.scorecard, equity.scorecard) IS
  'Byte order of the canonical texts, for sorting and DISTINCT; operator >=.';
COMMENT ON FUNCTION equity_internal.scorecard_cmp(equity.scorecard, equity.scorecard) IS
  'Byte order of the canonical texts as negative, zero or positive: support of btree indexes.';
COMMENT ON FUNCTION equity_internal.scorecard_hash(equity.scorecard) IS
  'Hash of the canonical text: support of hash indexes, hash joins and GROUP BY.';
COMMENT ON FUNCTION equity_internal.scorecard_hash_extended(equity.scorecard, bigint) IS
  'Hash of the canonical text with a seed: support of hash partitions.';

CREATE OPERATOR equity.= (
  LEFTARG = equity.scorecard, RIGHTARG = equity.scorecard, FUNCTION = equity_internal.scorecard_eq,
  COMMUTATOR = OPERATOR(equity.=), NEGATOR = OPERATOR(equity.<>),
  RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

CREATE OPERATOR equity.<> (
  LEFTARG = equity.scorecard, RIGHTARG = equity.scorecard, FUNCTION = equity_internal.scorecard_ne,
  COMMUTATOR = OPERATOR(equity.<>), NEGATOR = OPERATOR(equity.=),
  RESTRICT = neqsel, JOIN = neqjoinsel
);

CREATE OPERATOR equity.< (
  LEFTARG = equity.scorecard, RIGHTARG = equity.scorecard, FUNCTION = equity_internal.scorecard_lt,
  COMMUTATOR = OPERATOR(equity.>), NEGATOR = OPERATOR(equity.>=),
  RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

CREATE OPERATOR equity.<= (
  LEFTARG = equity.scorecard, RIGHTARG = equity.scorecard, FUNCTION = equity_internal.scorecard_le,
  COMMUTATOR = OPERATOR(equity.>=), NEGATOR = OPERATOR(equity.>),
  RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

CREATE OPERATOR equity.> (
  LEFTARG = equity.scorecard, RIGHTARG = equity.scorecard, FUNCTION = equity_internal.scorecard_gt,
  COMMUTATOR = OPERATOR(equity.<), NEGATOR = OPERATOR(equity.<=),
  RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

CREATE OPERATOR equity.>= (
  LEFTARG = equity.scorecard, RIGHTARG = equity.scorecard, FUNCTION = equity_internal.scorecard_ge,
  COMMUTATOR = OPERATOR(equity.<=), NEGATOR = OPERATOR(equity.<),
  RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR equity.= (equity.scorecard, equity.scorecard) IS 'same canonical text';
COMMENT ON OPERATOR equity.<> (equity.scorecard, equity.scorecard) IS 'different canonical texts';
COMMENT ON OPERATOR equity.< (equity.scorecard, equity.scorecard) IS 'canonical text before, in byte order';
COMMENT ON OPERATOR equity.<= (equity.scorecard, equity.scorecard) IS 'canonical text before or same, in byte order';
COMMENT ON OPERATOR equity.> (equity.scorecard, equity.scorecard) IS 'canonical text after, in byte order';
COMMENT ON OPERATOR equity.>= (equity.scorecard, equity.scorecard) IS 'canonical text after or same, in byte order';

CREATE OPERATOR CLASS equity.scorecard_ops DEFAULT FOR TYPE equity.scorecard USING btree AS
  OPERATOR 1 equity.<,
  OPERATOR 2 equity.<=,
  OPERATOR 3 equity.=,
  OPERATOR 4 equity.>=,
  OPERATOR 5 equity.>,
  FUNCTION 1 equity_internal.scorecard_cmp(equity.scorecard, equity.scorecard);

CREATE OPERATOR CLASS equity.scorecard_hash_ops DEFAULT FOR TYPE equity.scorecard USING hash AS
  OPERATOR 1 equity.=,
  FUNCTION 1 equity_internal.scorecard_hash(equity.scorecard),
  FUNCTION 2 equity_internal.scorecard_hash_extended(equity.scorecard, bigint);

COMMENT ON OPERATOR CLASS equity.scorecard_ops USING btree IS 'Scorecards in the byte order of their canonical texts.';
COMMENT ON OPERATOR CLASS equity.scorecard_hash_ops USING hash IS 'Scorecards by the hash of their canonical texts.';
COMMENT ON OPERATOR FAMILY equity.scorecard_ops USING btree IS 'Scorecards in the byte order of their canonical texts.';
COMMENT ON OPERATOR FAMILY equity.scorecard_hash_ops USING hash IS 'Scorecards by the hash of their canonical texts.';

-- What a card says of itself

CREATE FUNCTION equity.fields(card equity.scorecard) RETURNS text[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_scorecard_fields';

COMMENT ON FUNCTION equity.fields(equity.scorecard) IS
  'The columns that a scorecard reads, each once, in order of first use. For a path such as answers.income the column is answers.';

CREATE FUNCTION equity.digest(card equity.scorecard) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_scorecard_digest';

COMMENT ON FUNCTION equity.digest(equity.scorecard) IS
  'SHA-256 of the canonical text in UTF-8, as 64 hex digits: two cards with the same digest have the same rules.';

-- What the planner is told: a card over a table's row becomes the form over fields; cost; how many rows pass

CREATE FUNCTION equity_internal.scorecard_support(internal) RETURNS internal
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_scorecard_support';

COMMENT ON FUNCTION equity_internal.scorecard_support(internal) IS
  'Planner support of score and eligible: with a constant scorecard, a call over the row of a table becomes score_fields or eligible_fields over the columns that the card reads, so that only those are read and an index on them is used.';

CREATE FUNCTION equity_internal.scorecard_fields_support(internal) RETURNS internal
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_scorecard_fields_support';

COMMENT ON FUNCTION equity_internal.scorecard_fields_support(internal) IS
  'Planner support of score_fields and eligible_fields: the cost by the number of criteria, and how many rows pass the gates by the statistics of the columns.';

-- What a card says of a record

--- Errors: 42703 the record lacks a field, 42804 a type that cannot be judged, 22003 a number
--- of 10^12 or more where it must be multiplied.
CREATE FUNCTION equity.eligible(card equity.scorecard, applicant record) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
  SUPPORT equity_internal.scorecard_support
  AS 'MODULE_PATHNAME', 'equity_eligible';

COMMENT ON FUNCTION equity.eligible(equity.scorecard, record) IS
  'Whether a record passes the gates of a scorecard: every lone gate, and one gate of each group. NULL when a missing value leaves it undetermined.';

--- Errors: 42703, 42804, 22003 as eligible.
CREATE FUNCTION equity.score(card equity.scorecard, applicant record) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
  SUPPORT equity_internal.scorecard_support
  AS 'MODULE_PATHNAME', 'equity_score';

COMMENT ON FUNCTION equity.score(equity.scorecard, record) IS
  'The points that a scorecard gives to a record, with all decimals of the card''s scale; gates do not change it. NULL when a missing value leaves it undetermined or is rejected.';

-- The same over separate values: for expression indexes, generated columns and remote servers

--- A value of an enum type counts by its label: rebuild indexes after ALTER TYPE … RENAME
--- VALUE.
---
--- Errors: 22023 another number of values, 42804, 22003 as eligible.
CREATE FUNCTION equity.score_fields(card equity.scorecard, VARIADIC field_values "any") RETURNS numeric
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10
  SUPPORT equity_internal.scorecard_fields_support
  AS 'MODULE_PATHNAME', 'equity_score_fields';

COMMENT ON FUNCTION equity.score_fields(equity.scorecard, "any") IS
  'score over separate values, one for each of equity.fields(card), in that order; at most 98. For expression indexes, generated columns and remote servers.';

CREATE FUNCTION equity.eligible_fields(card equity.scorecard, VARIADIC field_values "any") RETURNS boolean
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10
  SUPPORT equity_internal.scorecard_fields_support
  AS 'MODULE_PATHNAME', 'equity_eligible_fields';

COMMENT ON FUNCTION equity.eligible_fields(equity.scorecard, "any") IS
  'eligible over separate values, one for each of equity.fields(card), in that order; at most 98. Errors: 22023 another number of values, 42804, 22003 as eligible.';

--- reasons holds the reason code of each criterion that failed or is undetermined, in the
--- order of the card; gates of a group that passed give none.
---
--- Errors: 42703, 42804, 22003 as eligible.
CREATE FUNCTION equity.assess(
  card equity.scorecard,
  applicant record,
  OUT eligible boolean,
  OUT score numeric,
  OUT class text,
  OUT reasons text[]
)
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
  SUPPORT equity_internal.scorecard_support
  AS 'MODULE_PATHNAME', 'equity_assess';

COMMENT ON FUNCTION equity.assess(equity.scorecard, record) IS
  'eligible, score, class and reasons of a record in one pass. class is that of the score, NULL without classes or score.';

CREATE FUNCTION equity.assess_fields(
  card equity.scorecard,
  VARIADIC field_values "any",
  OUT eligible boolean,
  OUT score numeric,
  OUT class text,
  OUT reasons text[]
)
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 20
  SUPPORT equity_internal.scorecard_fields_support
  AS 'MODULE_PATHNAME', 'equity_assess_fields';

COMMENT ON FUNCTION equity.assess_fields(equity.scorecard, "any") IS
  'assess over separate values, one for each of equity.fields(card), in that order; at most 98. Errors: 22023 another number of values, 42804, 22003 as eligible.';

--- A section shows its points after its limits, a derived field its value. After the rule of
--- a gate between two fields stands the value of the other field, in parentheses.
---
--- Errors: 42703, 42804, 22003 as eligible.
CREATE FUNCTION equity.explain(
  card equity.scorecard,
  applicant record,
  OUT seq integer,
  OUT criterion text,
  OUT kind text,
  OUT field text,
  OUT value text,
  OUT rule text,
  OUT passed boolean,
  OUT points numeric,
  OUT max_points numeric,
  OUT reason text
) RETURNS SETOF record
  LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100 ROWS 20
  AS 'MODULE_PATHNAME', 'equity_explain';

COMMENT ON FUNCTION equity.explain(equity.scorecard, record) IS
  'A row for each criterion of a scorecard, in its order: what was read, the rule, passed (of gates; false also where a missing value was rejected; NULL undetermined), the points given and the most that are possible, and the reason code where the criterion speaks against the record.';

--- A field that several criteria read counts in each by itself, so the true range may be
--- narrower, never wider.
---
--- Errors: 42703, 42804, 22003 as eligible.
CREATE FUNCTION equity.score_bounds(
  card equity.scorecard,
  applicant record,
  OUT lo numeric,
  OUT hi numeric
)
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
  AS 'MODULE_PATHNAME', 'equity_score_bounds';

COMMENT ON FUNCTION equity.score_bounds(equity.scorecard, record) IS
  'What the score of a record can be, whatever the missing fields are, and whatever the card does when they are missing: lo and hi are the score itself when nothing is missing, NULL where a coef without min or max can go anywhere.';

--- value is what was read, needed the nearest value that suffices (a bound such as >= 3.2 or
--- < 1000, of a field of whole numbers a whole number, or the text of an enum), points what the
--- criterion gives now, needed_points what it must give. No rows when the score reaches the
--- cut-off or is undetermined.
---
--- Errors: 22023 the cut-off is no number below 10^12; 42703, 42804, 22003 as eligible.
CREATE FUNCTION equity.shortfall(
  card equity.scorecard,
  applicant record,
  cutoff numeric,
  OUT criterion text,
  OUT field text,
  OUT value text,
  OUT needed text,
  OUT points numeric,
  OUT needed_points numeric
) RETURNS SETOF record
  LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100 ROWS 5
  AS 'MODULE_PATHNAME', 'equity_shortfall';

COMMENT ON FUNCTION equity.shortfall(equity.scorecard, record, numeric) IS
  'Which single criterion, moved how far, would lift the score of a record to a cut-off: a row for each criterion that can do it alone, the others staying as they are.';

CREATE FUNCTION equity.lint(
  card equity.scorecard,
  OUT severity text,
  OUT criterion text,
  OUT message text
) RETURNS SETOF record
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 5
  AS 'MODULE_PATHNAME', 'equity_lint';

COMMENT ON FUNCTION equity.lint(equity.scorecard) IS
  'What a scorecard says that its author may not mean: a row for each finding, of severity warning (no effect, or one that surprises) or info (good to know). criterion is NULL when the whole card is concerned.';

CREATE FUNCTION equity.lint(
  card equity.scorecard,
  relation regclass,
  OUT severity text,
  OUT criterion text,
  OUT message text
) RETURNS SETOF record
  LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100 ROWS 5
  AS 'MODULE_PATHNAME', 'equity_lint';

COMMENT ON FUNCTION equity.lint(equity.scorecard, regclass) IS
  'lint, and with severity error all that would fail when the card is put to the rows of a table or view: missing columns, and types that a criterion cannot judge.';
--- Anyone can redo it: printf %s ID | openssl dgst -sha256 -hmac SEED, the first 16 hex
--- digits, shifted right by one bit.
CREATE FUNCTION equity.lottery(seed text, id bigint) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50
  AS 'MODULE_PATHNAME', 'equity_lottery';

COMMENT ON FUNCTION equity.lottery(text, bigint) IS
  'The lottery number of an applicant: the first 63 bits of HMAC-SHA256 with the seed (UTF-8) as key and the id in decimal digits as message. 0 to 2^63 - 1; the smaller number wins.';

CREATE FUNCTION equity.lottery(seed text, id bigint, pool_id bigint) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50
  AS 'MODULE_PATHNAME', 'equity_lottery_in_pool';

COMMENT ON FUNCTION equity.lottery(text, bigint, bigint) IS
  'The lottery number of an applicant in one pool: as lottery(seed, id), over the message id/pool_id, so that each pool draws anew.';

CREATE FUNCTION equity.commitment(seed text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_commitment';

COMMENT ON FUNCTION equity.commitment(text) IS
  'What is published of a seed before applications close: the SHA-256 of its UTF-8, as 64 hex digits. When the seed is revealed, anyone can check that it is the one.';
-- Who gets which seat: allocation, and the words for how.

CREATE DOMAIN equity.mechanism AS text
  CONSTRAINT mechanism_recognized CHECK (
    VALUE IN ('deferred_acceptance', 'serial_dictatorship', 'immediate_acceptance', 'top_trading_cycles'));

COMMENT ON DOMAIN equity.mechanism IS
  'How seats are given (equity.allocate): deferred_acceptance, or, to compare policies, serial_dictatorship, immediate_acceptance or top_trading_cycles, which honour no reserves, ceilings or floors.';

CREATE DOMAIN equity.tie_break AS text
  CONSTRAINT tie_break_recognized CHECK (
    VALUE IN ('lottery', 'lottery_per_pool', 'admit_all', 'admit_none', 'strict'));

COMMENT ON DOMAIN equity.tie_break IS
  'What breaks ties (equity.allocate): lottery, lottery_per_pool, admit_all (the whole last class gets in), admit_none (nobody of it does) or strict (nothing does, and a tie at a cut-off is an error).';

--- The queries and their columns:
---
--- - applications: `applicant_id`, `pool_id`, `choice` (0 and up, the smaller is preferred), `score`
---   (more is better; integer, numeric or double precision); optionally `tie` (the smaller wins, NULL
---   last), `groups` (text[]: the reserve groups to which the applicant belongs), `holds` (open or a
---   reserve's name: the seat held from before; in that pool the applicant asks for it alone, and
---   ranks first there and in every cap)
--- - pools: `pool_id`, `seats` (0 and up); optionally `min_seats` (a floor), `cap_id`
--- - reserves: `pool_id`, `reserve` (the group's name), `seats`; optionally `mode` (after_open, the
---   default: the open seats are filled first; before_open), `cascade` (text[]: who may take a
---   reserved seat that its group leaves, in this order; * is anyone; {*} by default), `position`
---   (order among reserves; NULL last, then by name in byte order)
--- - caps: `cap_id`, `seats`; optionally `parent_id`, `min_seats`: a tree of ceilings over pools
---
--- An applicant asks pool by pool in the order of choice; in a pool first for the seats that are the
--- applicant's own (open ones and those of the applicant's groups) in their order, then for those
--- that a cascade opens, in theirs. A group of seats ranks by tier, score descending, tie ascending,
--- lottery ascending, applicant id. A cap keeps the best of what lies under it in the same order,
--- where open seats and * count as one last tier. Of the pools and caps that hold somebody but fewer
--- than their `min_seats`, the one furthest below closes, until there is none.
---
--- tie_break:
---
--- - lottery, lottery_per_pool: a number for each applicant, or for each applicant and pool, from seed
--- - strict: an error when a tie decides
--- - admit_all: the last class of equals is in as a whole, beyond the seats
--- - admit_none: a class that does not fit is out as a whole
---
--- Of the result, seat is open or the reserve's name; tier is 0 for open seats and for the group of
--- the reserve, and otherwise the place in the cascade, from 1; score is that of the application. A
--- NOTICE counts caps above no pool, reserves for groups to which nobody belongs, and pools for which
--- nobody asks.
---
--- Errors: 22004 NULL; 22023 a value out of range, NaN, a missing seed, an unrecognized word, a
--- circle of caps, reserves above the seats of the pool, a cascade with an entry twice or
--- with * not last, a reserve called open, holds that names no seat, more holders than seats,
--- two scores of an applicant with serial_dictatorship; 23505 an applicant and pool, an
--- applicant and choice, a pool, a reserve or a cap twice; 23503 a pool or cap that does not exist;
--- 0A000 what a mechanism cannot honour, admit_all and admit_none with caps; 42703 a column
--- missing or of another name than these, unless it begins with _; 42702 one twice; 42804 one
--- of a wrong type; 53400 more memory than equity.max_memory.
CREATE FUNCTION equity.allocate(
  applications text,
  pools text,
  reserves text DEFAULT NULL,
  caps text DEFAULT NULL,
  mechanism text DEFAULT 'deferred_acceptance',
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL,
  OUT applicant_id bigint,
  OUT pool_id bigint,
  OUT choice integer,
  OUT seat text,
  OUT tier integer,
  OUT score numeric
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 10000
  AS 'MODULE_PATHNAME', 'equity_allocate';

COMMENT ON FUNCTION equity.allocate(text, text, text, text, text, text, text) IS
  'Gives the seats of pools to applicants by deferred acceptance: a row for each admitted applicant, in the order of their ids. The arguments are queries; columns are found by name; they run with the caller''s rights and search_path and may only read.';

--- The message by which equity.allocate refuses a mechanism with a tie break in a market that
--- has reserves, caps or floors; NULL when it does not refuse them.
CREATE FUNCTION equity_internal.policy_problem(mechanism text, tie_break text, has_reserves boolean, has_caps boolean, has_floors boolean) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_check_policy';

COMMENT ON FUNCTION equity_internal.policy_problem(text, text, boolean, boolean, boolean) IS
  'Why equity.allocate refuses a mechanism and a tie break where there are reserves, caps or floors; NULL when it does not.';
-- Who asks for the seats of each group, in their order: up to whom the seats went, what turns away who
-- comes next, and who waits.

--- The queries are those of equity.allocate; placements is a query with `applicant_id`, `pool_id`, `seat`,
--- such as that result; its other columns `choice`, `tier` and `score` may be there and are not read. To
--- prove placements is up to equity.verify; here they are taken as they are.
---
--- A row for each pool and group of seats, in the order of pool_id and precedence, that in which the seats
--- of a pool are filled:
---
--- - seats, held, is_full: the seats, their holders, and whether these are as many or more
--- - members_held: of the holders those whom the seats are for (tier 0): everybody for open seats
--- - last_tier, last_score, last_tie, last_lottery: of the last holder in the order of the seats; NULL when
---   nobody holds one, and where there is no tie or no lottery
--- - last_kept: even the last holder has the seat from before (holds)
--- - stopped_by: what turns others away: seat (these seats are full), cap (cap_id is), floor (the pool is
---   empty under a min_seats of 2 or more, its own or that of a cap above); NULL when nothing does, but for
---   classes of equals with admit_none
--- - cap_id: the nearest cap above the pool that is full
---
--- Errors: those of equity.allocate for the queries, but more holders than seats are none; for placements
--- 23503 one without an application, 23505 two of an applicant, 22023 a seat that the pool does not have, or
--- that is not open to the applicant.
CREATE FUNCTION equity.cutoffs(
  applications text,
  pools text,
  reserves text,
  caps text,
  placements text,
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL,
  OUT pool_id bigint,
  OUT seat text,
  OUT precedence integer,
  OUT seats integer,
  OUT held bigint,
  OUT members_held bigint,
  OUT is_full boolean,
  OUT last_tier integer,
  OUT last_score numeric,
  OUT last_tie numeric,
  OUT last_lottery bigint,
  OUT last_kept boolean,
  OUT stopped_by text,
  OUT cap_id bigint
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 1000
  AS 'MODULE_PATHNAME', 'equity_cutoffs';

COMMENT ON FUNCTION equity.cutoffs(text, text, text, text, text, text, text) IS
  'How far down the seats of an allocation reached, a row for each pool and kind of seat, and what turns away who comes next. The arguments are queries, as for equity.allocate and equity.verify.';

--- The queries, placements and errors are those of equity.cutoffs.
---
--- position 1 is the first who waits, in the order of the seats: holders of a seat from before, tier, score
--- descending, tie ascending (NULL last), lottery ascending, applicant id. Who can ask for several kinds of
--- seat of a pool waits for each. tie and lottery are NULL where there is none.
CREATE FUNCTION equity.waitlist(
  applications text,
  pools text,
  reserves text,
  caps text,
  placements text,
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL,
  OUT pool_id bigint,
  OUT seat text,
  OUT "position" bigint,
  OUT applicant_id bigint,
  OUT choice integer,
  OUT tier integer,
  OUT score numeric,
  OUT tie numeric,
  OUT lottery bigint
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 100000
  AS 'MODULE_PATHNAME', 'equity_waitlist';

COMMENT ON FUNCTION equity.waitlist(text, text, text, text, text, text, text) IS
  'Who waits for the seats of an allocation (บัญชีสำรอง), in order: for each pool and kind of seat everybody who asks for it and has no seat, or one at a choice that is wanted less. The arguments are queries, as for equity.allocate and equity.verify.';

--- The tier is NULL for open seats and for whoever has a reserved seat as anybody: they come last.
CREATE FUNCTION equity_internal.cap_cutoffs(
  applications text,
  pools text,
  reserves text,
  caps text,
  placements text,
  tie_break text,
  seed text,
  OUT cap_id bigint,
  OUT seats integer,
  OUT held bigint,
  OUT is_full boolean,
  OUT last_pool_id bigint,
  OUT last_seat text,
  OUT last_tier integer,
  OUT last_score numeric,
  OUT last_tie numeric,
  OUT last_lottery bigint,
  OUT last_kept boolean
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 100
  AS 'MODULE_PATHNAME', 'equity_cap_cutoffs';

COMMENT ON FUNCTION equity_internal.cap_cutoffs(text, text, text, text, text, text, text) IS
  'equity.cutoffs for the caps: how many hold a seat under each, and the last of them.';

--- placements is a query with `applicant_id` and `choice`: which choice each has, also one that is not among
--- the applications; without a row somebody waits everywhere.
CREATE FUNCTION equity_internal.ranking(
  applications text,
  pools text,
  reserves text,
  caps text,
  placements text,
  tie_break text,
  seed text,
  OUT pool_id bigint,
  OUT seat text,
  OUT precedence integer,
  OUT place bigint,
  OUT "position" bigint,
  OUT applicant_id bigint,
  OUT choice integer,
  OUT tier integer,
  OUT score numeric,
  OUT tie numeric,
  OUT lottery bigint
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 100000
  AS 'MODULE_PATHNAME', 'equity_ranking';

COMMENT ON FUNCTION equity_internal.ranking(text, text, text, text, text, text, text) IS
  'Everybody who asks for the seats of each group, in their order, with the position among those who wait.';

--- The first arguments are those of equity_internal.ranking; seats for which nobody can ask have no row.
--- When read is given, which is the applications query whose digests are wanted, there are two rows more
--- with input and digest alone: applications, and choices, of which those without a score are part too.
--- Applications are read once when read is the same query.
CREATE FUNCTION equity_internal.packed_ranking(
  applications text,
  pools text,
  reserves text,
  caps text,
  placements text,
  tie_break text,
  seed text,
  read text DEFAULT NULL,
  OUT pool_id bigint,
  OUT seat text,
  OUT applicants bigint[],
  OUT waiting bit varying,
  OUT input text,
  OUT digest text
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 1000
  AS 'MODULE_PATHNAME', 'equity_packed_ranking';

COMMENT ON FUNCTION equity_internal.packed_ranking(text, text, text, text, text, text, text, text) IS
  'equity_internal.ranking with a row for each group of seats: the applicants in order, and a bit for each who waits; and the digests of what it read.';
--- applications, pools, reserves, caps, tie_break and seed are those of equity.allocate; placements
--- is a query with `applicant_id`, `pool_id`, `seat`, and optionally `choice`, `tier` and `score`,
--- which are then checked too.
---
--- An applicant has reason to complain of each place wished for that is preferred to the one
--- held, lies in a pool that is not closed, and is refused neither by its seats nor by a cap above
--- them. One of them refuses when it is full and all that it holds rank above. Pools and caps that are
--- empty and have a floor of 2 or more count as closed.
---
--- Violations:
---
--- - justified_envy: somebody holds the place who does not rank above; other_applicant_id is the worst
---   holder of the innermost full seats or cap
--- - wasted_seat: nothing on the way is full
--- - wrong_seat: the same within the pool that the applicant holds
--- - unknown_application: there is no such application; it counts nowhere
--- - double_placement: an applicant placed twice
--- - over_capacity: seats with more holders than there are; with admit_none also with one of a class
---   of equals that does not fit, or below it
--- - over_cap: the same of a cap
--- - wrong_tier: seat, tier, choice or score are not what the inputs say; a seat that the pool does not
---   have counts as open
--- - below_minimum: a pool or cap with fewer holders than its floor
--- - holder_worse: who had a seat from before has neither it nor a better choice
--- - not_applicant_best: nothing else is wrong, but applicants, of whom the one with the smallest id is
---   named, can exchange seats, each for a better one, and nobody has reason to complain: a stable
---   improvement cycle; other_applicant_id would leave the seat
---
--- The last is looked for only without caps, floors, admit_all and admit_none; with them it is proved
--- by allocating again, as equity.replay_run does, that the outcome is the best for applicants.
--- applicant_id and pool_id are NULL where a violation concerns none; detail names choice, seat, cap
--- and counts.
---
--- Errors: those of allocate; 0A000 for admit_all and admit_none with caps.
CREATE FUNCTION equity.verify(
  applications text,
  pools text,
  reserves text,
  caps text,
  placements text,
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL,
  OUT violation text,
  OUT applicant_id bigint,
  OUT pool_id bigint,
  OUT other_applicant_id bigint,
  OUT detail text
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 10
  AS 'MODULE_PATHNAME', 'equity_verify';

COMMENT ON FUNCTION equity.verify(text, text, text, text, text, text, text) IS
  'Proves or refutes an allocation without the code that made it: no rows when all holds.';
-- What two sets of placements mean for whom.

--- applications is that of equity.allocate, of which score, tie and holds are not read; before and
--- after are queries with `applicant_id`, `pool_id` and optionally `choice`, which then must be that of
--- the application; seat, tier and score may stand beside, so that both can be equity.allocate itself.
---
--- dimension names a column of the applications query by whose values rows come: one of the caller's
--- own, whose name begins with `_` (text, an integer, numeric or boolean), `groups`, of which each
--- element counts, or `pool_id`. Rows are in byte order of value, those without one last; without
--- dimension there is one row, and value is NULL.
---
--- applicants are persons, counted under each value that one of their applications has. A seat counts
--- under the values of the application that it was given for: admitted; first_choices, those admitted at
--- the choice that their list begins with; mean_choice, the mean of the choices of those admitted, exact
--- and rounded to four decimals, NULL of nobody. gains are those who after have a seat that they want
--- more, or only then one, counted like the seat after; loses the other way round, like the seat before.
---
--- The queries run with the caller's rights and search_path and may only read.
---
--- Errors: 22004 NULL; 22023 another dimension, a choice out of range or another than that of the
--- application; 23503 a placement without an application; 23505 a duplicate application, choice or
--- placement; 42703 and 42804 a column missing or of a wrong type; 53400 more memory than
--- `equity.max_memory`.
CREATE FUNCTION equity.compare_placements(
  applications text,
  before text,
  after text,
  dimension text DEFAULT NULL,
  OUT value text,
  OUT applicants bigint,
  OUT admitted_before bigint,
  OUT admitted_after bigint,
  OUT first_choices_before bigint,
  OUT first_choices_after bigint,
  OUT mean_choice_before numeric,
  OUT mean_choice_after numeric,
  OUT gains bigint,
  OUT loses bigint
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 100
  AS 'MODULE_PATHNAME', 'equity_compare_placements';

COMMENT ON FUNCTION equity.compare_placements(text, text, text, text) IS
  'What one set of placements means against another for those who applied, counted for all or by group: who is admitted, at which choice, who gains and who loses.';
-- What applicants are told of seats: sentences with figures, in Thai and English, and which of them
-- an outcome calls for.

CREATE FUNCTION equity_internal.fill_sentence(sentence text, figures jsonb, lang text) RETURNS text
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_fill_sentence';

COMMENT ON FUNCTION equity_internal.fill_sentence(text, jsonb, text) IS
  'A sentence in which the members of a JSON object replace their names in braces, null a dash; in English (en) 1 points become 1 point.';

CREATE FUNCTION equity_internal.sentence_separator() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE getdatabaseencoding() WHEN 'UTF8' THEN format(' %s ', chr(183)) ELSE ' - ' END;

COMMENT ON FUNCTION equity_internal.sentence_separator() IS
  'What stands between two sentences of one line: a middle dot, which the encodings of Thai alone lack.';

CREATE FUNCTION equity_internal.require_letter_language(lang text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF lang IS NULL OR lang NOT IN ('th', 'en') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('there are no letters in language %s', coalesce(quote_literal(equity_internal.excerpt(lang)), 'NULL')),
      HINT = 'Languages are th and en.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_letter_language(text) IS
  'Raises 22023 unless there are letters in a language.';

CREATE FUNCTION equity_internal.placement_sentences() RETURNS TABLE (code text, text_th text, text_en text)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  ROWS 30
BEGIN ATOMIC
  VALUES
    ('CHOICE', 'อันดับที่ {choice}: {pool}',
     'Choice {choice}: {pool}'),
    ('PLACE', 'ลำดับที่ {place} จากผู้เลือก {asked} คน จำนวน {seats} ที่นั่ง คะแนนต่ำสุดที่ได้รับ {cutoff}',
     'Place {place} of {asked} who asked for it; seats {seats}; lowest score admitted {cutoff}'),
    ('PLACE_ALONE', 'ลำดับที่ {place} จากผู้เลือก {asked} คน จำนวน {seats} ที่นั่ง',
     'Place {place} of {asked} who asked for it; seats {seats}'),
    ('ADMITTED', 'ได้รับการจัดสรร',
     'Admitted'),
    ('BETTER_CHOICE', 'ได้รับการจัดสรรในอันดับที่เลือกไว้ก่อนหน้า',
     'Admitted to a choice that was wanted more'),
    ('OTHERS_BEFORE', 'ไม่ได้รับการจัดสรร ที่นั่งเต็มด้วยผู้ที่อยู่ในลำดับก่อน',
     'Not admitted: the seats went to others who come before'),
    ('BELOW_CUTOFF', 'ไม่ได้รับการจัดสรร คะแนนต่ำกว่าคะแนนต่ำสุดที่ได้รับอยู่ {distance} คะแนน',
     'Not admitted: {distance} points below the lowest score admitted'),
    ('TIE_LOST', 'ไม่ได้รับการจัดสรร คะแนนเท่ากับคะแนนต่ำสุดที่ได้รับ แต่ผู้อื่นที่มีคะแนนเท่ากันอยู่ในลำดับก่อน',
     'Not admitted: the score equals the lowest one admitted, and the tie was broken for others'),
    ('TIE_VALUE_LOST', 'ไม่ได้รับการจัดสรร คะแนนเท่ากับคะแนนต่ำสุดที่ได้รับ แต่ค่าที่ใช้ตัดสินเมื่อคะแนนเท่ากันอยู่หลังผู้ได้รับรายสุดท้าย',
     'Not admitted: the score equals the lowest one admitted; the value that ranks equal scores comes after that of the last one admitted'),
    ('LOTTERY_LOST', 'ไม่ได้รับการจัดสรร คะแนนเท่ากับคะแนนต่ำสุดที่ได้รับ แต่เลขสลาก {draw} อยู่หลังเลขสลากสุดท้ายที่ได้รับ',
     'Not admitted: the score equals the lowest one admitted; lottery number {draw} comes after the last one admitted'),
    ('TIES_REFUSED', 'ไม่ได้รับการจัดสรร เพราะที่นั่งไม่พอสำหรับผู้ที่มีคะแนนเท่ากันทุกคน',
     'Not admitted: there were not seats for all with equal scores, and so none of them was admitted'),
    ('TIER_AFTER', 'ไม่ได้รับการจัดสรร ที่นั่งเหล่านี้เต็มด้วยผู้ที่อยู่ในกลุ่มก่อนหน้า',
     'Not admitted: these seats went to groups that come first'),
    ('SEATS_KEPT', 'ไม่ได้รับการจัดสรร ที่นั่งทั้งหมดมีผู้ได้รับอยู่ก่อนแล้ว',
     'Not admitted: all of these seats were held from before'),
    ('CEILING_REACHED', 'ไม่ได้รับการจัดสรร เพราะครบจำนวนสูงสุดของ {ceiling} แล้ว',
     'Not admitted: the ceiling of {ceiling} is reached'),
    ('CEILING_BELOW', 'ไม่ได้รับการจัดสรร ครบจำนวนสูงสุดของ {ceiling} แล้ว และคะแนนต่ำกว่าคะแนนต่ำสุดที่ได้รับอยู่ {distance} คะแนน',
     'Not admitted: the ceiling of {ceiling} is reached, {distance} points above this score'),
    ('POOL_CLOSED', 'ไม่เปิดรับในอันดับนี้ เพราะมีผู้ได้รับการจัดสรรไม่ถึงจำนวนขั้นต่ำ',
     'This choice was closed: too few people for its minimum'),
    ('ADMITTED_SEAT', 'ได้รับการจัดสรรในที่นั่งสำรองสำหรับ {seat}',
     'Admitted to a seat reserved for: {seat}'),
    ('QUEUE', 'บัญชีสำรองของอันดับที่ {choice}: {seat}',
     'Waiting list of choice {choice}: {seat}'),
    ('QUEUE_PLACE', 'สำรองลำดับที่ {place} จาก {asked} คน',
     'Position {place} of {asked} on the waiting list'),
    ('COUNTED_MEMBER', 'นับเป็นสมาชิกของกลุ่มนี้',
     'Counted as a member of this group'),
    ('COUNTED_AFTER', 'นับถัดจากสมาชิกของกลุ่มนี้',
     'Counted after the members of this group'),
    ('SEAT open', 'ที่นั่งทั่วไป',
     'open seats'),
    ('NO_SEAT', 'ไม่มีที่นั่งทุนในอันดับนี้',
     'There is no seat in this choice'),
    ('RESULT', 'ผลการพิจารณา',
     'Result'),
    ('CHOSEN', 'ได้รับการจัดสรรในอันดับที่ {choice}: {pool}',
     'Admitted to choice {choice}: {pool}'),
    ('NONE_CHOSEN', 'ไม่ได้รับการจัดสรรในอันดับใด',
     'Not admitted to any choice');
END;

COMMENT ON FUNCTION equity_internal.placement_sentences() IS
  'Sentences of equity.explain_placement, by code; in the registry they are rows of equity.reason, which may be reworded.';

CREATE FUNCTION equity_internal.placement_sentence(code text, lang text, figures jsonb DEFAULT '{}') RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.fill_sentence(CASE placement_sentence.lang WHEN 'en' THEN s.text_en ELSE s.text_th END, figures, placement_sentence.lang)
    FROM equity_internal.placement_sentences() AS s
   WHERE s.code = placement_sentence.code;
END;

COMMENT ON FUNCTION equity_internal.placement_sentence(text, text, jsonb) IS
  'A sentence of equity_internal.placement_sentences in English (en) or otherwise Thai, with its figures; NULL for a code that does not exist.';

--- What refused a bid for a kind of seat, in the order in which it is looked for. missing is the points
--- under the lowest one that was admitted, by which a ceiling is said to lie above the score.
CREATE FUNCTION equity_internal.refusal_code(waits boolean, stopped_by text, held bigint, last_kept boolean, tier integer, last_tier integer,
                                             cutoff numeric, score numeric, missing numeric, tie_code text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN NOT waits THEN NULL
         WHEN stopped_by = 'cap' THEN CASE WHEN missing > 0 THEN 'CEILING_BELOW' ELSE 'CEILING_REACHED' END
         WHEN stopped_by = 'floor' THEN 'POOL_CLOSED'
         WHEN stopped_by IS NULL THEN 'TIES_REFUSED'
         WHEN held = 0 THEN 'NO_SEAT'
         WHEN last_kept THEN 'SEATS_KEPT'
         WHEN tier > last_tier THEN 'TIER_AFTER'
         WHEN cutoff IS NULL THEN 'OTHERS_BEFORE'
         WHEN score < cutoff THEN 'BELOW_CUTOFF'
         ELSE tie_code
       END;

COMMENT ON FUNCTION equity_internal.refusal_code(boolean, text, bigint, boolean, integer, integer, numeric, numeric, numeric, text) IS
  'The code of what refused whoever waits for a kind of seat (equity.reason), of equal scores tie_code; NULL of who does not wait.';

CREATE FUNCTION equity_internal.outcome_code(held_pool bigint, held_seat text, held_choice integer, standing text, status text, late boolean,
                                             pool bigint, choice integer, has_run boolean, competes boolean, pool_seats integer, refusal text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN held_pool = pool AND held_seat <> 'open' THEN 'ADMITTED_SEAT'
         WHEN held_pool = pool THEN 'ADMITTED'
         WHEN standing = 'out' THEN 'TAKES_NO_PART'
         WHEN status = 'draft' THEN 'NOT_SUBMITTED'
         WHEN status = 'withdrawn' THEN 'WITHDRAWN'
         WHEN late THEN 'LATE'
         WHEN NOT has_run THEN 'NOT_ALLOCATED'
         WHEN NOT competes THEN 'NOT_CONSIDERED'
         WHEN held_choice < choice THEN 'BETTER_CHOICE'
         WHEN standing = 'freeze' THEN 'FROZEN'
         WHEN pool_seats = 0 THEN 'NO_SEAT'
         ELSE refusal
       END;

COMMENT ON FUNCTION equity_internal.outcome_code(bigint, text, integer, text, text, boolean, bigint, integer, boolean, boolean, integer, text) IS
  'The code of what came of a choice (equity.reason); refusal is what its open seats answered, held_seat NULL when it must not be shown.';
-- What came of one applicant's choices, in words, over any tables.
--
-- Of others it tells counts alone, and the lowest score of five or more, as the letters of the registry do.

CREATE FUNCTION equity_internal.sub_query(query text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN E'(\n' || rtrim(query, E'; \n\t') || E'\n)';

COMMENT ON FUNCTION equity_internal.sub_query(text) IS
  'A query of a caller in parentheses, to select from.';

CREATE FUNCTION equity_internal.require_applicant(has_applied boolean, applicant bigint) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT has_applied THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('applicant %s has no application', coalesce(applicant::text, 'NULL')),
      HINT = 'Name one of column "applicant_id" of the applications query.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_applicant(boolean, bigint) IS
  'Raises P0002 unless an applicant was found.';

--- applications, pools, reserves, caps, placements, tie_break and seed are those of equity.verify and
--- equity.cutoffs; each must be a query that can stand in parentheses, `SELECT` or `TABLE`.
---
--- For each choice, in the order of the list, a line of section choice: whether it was given (passed), the
--- score (points), the place among all who asked for its open seats, how many asked, the seats of the pool, the lowest
--- score that was admitted to an open seat (cutoff) and the points missing to it (distance); after it a line of section queue for each kind
--- of seat that was refused: the position on its waiting list and how many wait. The last line is the
--- result. reason is the code of the sentence, message the sentence in Thai (th) or English (en): what
--- stopped the applicant, be it better holders, a tie, a cap that is full or a floor that closed the pool. Of fewer than
--- five holders the lowest score is not told.
---
--- It reads the applications twice, once of them all.
---
--- Errors: those of equity.cutoffs; 22023 another language; P0002 the applicant has no application.
CREATE FUNCTION equity.explain_placement(
  applications text,
  pools text,
  reserves text,
  caps text,
  placements text,
  applicant_id bigint,
  lang text DEFAULT 'th',
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL
) RETURNS TABLE (section text, line integer, choice integer, pool_id bigint, seat text, label text, passed boolean, points numeric,
                 place bigint, asked bigint, seats integer, cutoff numeric, distance numeric, reason text, message text)
  LANGUAGE sql STABLE PARALLEL UNSAFE COST 100000 ROWS 10
BEGIN ATOMIC
  SELECT equity_internal.require_letter_language(explain_placement.lang);

  WITH text AS MATERIALIZED (
    SELECT equity_internal.sub_query(explain_placement.applications) AS applications,
           equity_internal.sub_query(explain_placement.placements) AS placements,
           coalesce(explain_placement.applicant_id::text, 'NULL') AS applicant
  ), own AS MATERIALIZED (
    -- the queues of the pools that the applicant asks for, by what choice each of them has
    SELECT r.*,
           count(*) OVER queue AS asked,
           count(r."position") OVER queue AS waiting
      FROM text AS t
     CROSS JOIN LATERAL equity_internal.ranking(
             format('SELECT * FROM %1$s AS a WHERE a.pool_id IN (SELECT o.pool_id FROM %1$s AS o WHERE o.applicant_id = %2$s)',
                    t.applications, t.applicant),
             explain_placement.pools, explain_placement.reserves, explain_placement.caps,
             format('SELECT p.applicant_id, a.choice FROM %s AS p JOIN %s AS a ON a.applicant_id = p.applicant_id AND a.pool_id = p.pool_id',
                    t.placements, t.applications),
             explain_placement.tie_break, explain_placement.seed) AS r
    WINDOW queue AS (PARTITION BY r.pool_id, r.seat)
  ), mine AS MATERIALIZED (
    SELECT o.* FROM own AS o WHERE o.applicant_id = explain_placement.applicant_id
  ), found AS MATERIALIZED (
    SELECT equity_internal.require_applicant(EXISTS (SELECT FROM mine), explain_placement.applicant_id) AS checked
  ), edge AS MATERIALIZED (
    SELECT k.*, sum(k.seats) OVER (PARTITION BY k.pool_id)::integer AS pool_seats
      FROM equity.cutoffs(explain_placement.applications, explain_placement.pools, explain_placement.reserves, explain_placement.caps,
                          explain_placement.placements, explain_placement.tie_break, explain_placement.seed) AS k
  ), ceiling AS MATERIALIZED (
    SELECT u.cap_id, u.last_tier, CASE WHEN u.held >= 5 AND NOT u.last_kept THEN u.last_score END AS cutoff
      FROM equity_internal.cap_cutoffs(explain_placement.applications, explain_placement.pools, explain_placement.reserves,
                                       explain_placement.caps, explain_placement.placements,
                                       explain_placement.tie_break, explain_placement.seed) AS u
     WHERE EXISTS (SELECT FROM edge AS e WHERE e.stopped_by = 'cap' AND e.pool_id IN (SELECT m.pool_id FROM mine AS m))
  ), held AS MATERIALIZED (
    SELECT k.pool_id, k.seat, m.choice
      FROM text AS t
     CROSS JOIN LATERAL equity.cutoffs(
             format('SELECT * FROM %s AS a WHERE a.applicant_id = %s', t.applications, t.applicant),
             explain_placement.pools, explain_placement.reserves, explain_placement.caps,
             format('SELECT * FROM %s AS p WHERE p.applicant_id = %s', t.placements, t.applicant),
             explain_placement.tie_break, explain_placement.seed) AS k
      JOIN mine AS m ON m.pool_id = k.pool_id AND m.seat = k.seat
     WHERE k.held > 0
  ), bid AS (
    SELECT m.*, e.seats, e.pool_seats, e.stopped_by, e.held, e.last_kept, e.last_tier, e.last_tie, e.last_lottery, e.cap_id,
           CASE WHEN e.held >= 5 THEN e.last_score END AS cutoff,
           -- under a cap open seats come last, and members of a group by their tier; what a cascade opens is either
           CASE WHEN e.stopped_by <> 'cap' OR e.stopped_by IS NULL THEN CASE WHEN e.held >= 5 THEN e.last_score END - m.score
                WHEN m.tier = 0 AND u.last_tier IS NOT DISTINCT FROM CASE WHEN m.seat <> 'open' THEN 0 END THEN u.cutoff - m.score
           END AS missing
      FROM mine AS m
      JOIN edge AS e ON e.pool_id = m.pool_id AND e.seat = m.seat
      LEFT JOIN ceiling AS u ON u.cap_id = e.cap_id
  ), answer AS MATERIALIZED (
    SELECT b.*, h.pool_id AS held_pool, h.seat AS held_seat, h.choice AS held_choice,
           row_number() OVER (PARTITION BY b.pool_id ORDER BY b.seat <> 'open', b.precedence) = 1 AS is_choice,
           equity_internal.refusal_code(b."position" IS NOT NULL, b.stopped_by, b.held, b.last_kept, b.tier, b.last_tier, b.cutoff,
             b.score, b.missing,
             CASE WHEN b.tie IS DISTINCT FROM b.last_tie THEN 'TIE_VALUE_LOST'
                  WHEN b.lottery > b.last_lottery THEN 'LOTTERY_LOST'
                  ELSE 'TIE_LOST' END) AS refusal,
           jsonb_build_object('distance', b.missing, 'draw', b.lottery,
                              'seat', CASE h.seat WHEN 'open' THEN equity_internal.placement_sentence('SEAT open', explain_placement.lang) ELSE h.seat END,
                              'ceiling', format(CASE explain_placement.lang WHEN 'en' THEN 'cap %s' ELSE 'เพดาน %s' END, b.cap_id)) AS figures,
           format(CASE explain_placement.lang WHEN 'en' THEN 'pool %s' ELSE 'กลุ่มที่นั่ง %s' END, b.pool_id) AS pool_words,
           CASE b.seat WHEN 'open' THEN equity_internal.placement_sentence('SEAT open', explain_placement.lang) ELSE b.seat END AS seat_words,
           CASE WHEN b.missing < 0 THEN b.score - b.score ELSE b.missing END AS distance
      FROM bid AS b
      LEFT JOIN held AS h ON true
  ), told AS (
    SELECT 'choice' AS section, a.choice AS n, 0 AS m, a.choice, a.pool_id, NULL::text AS seat,
           equity_internal.placement_sentence('CHOICE', explain_placement.lang, jsonb_build_object('choice', a.choice, 'pool', a.pool_words)) AS label,
           coalesce(a.held_pool = a.pool_id, false) AS passed, a.score, a.place, a.asked, a.pool_seats AS seats, a.cutoff, a.distance,
           c.code AS reason,
           concat_ws(equity_internal.sentence_separator(),
             equity_internal.placement_sentence(c.code, explain_placement.lang, a.figures),
             CASE WHEN a.pool_seats > 0 THEN
               equity_internal.placement_sentence(CASE WHEN a.cutoff IS NULL THEN 'PLACE_ALONE' ELSE 'PLACE' END, explain_placement.lang,
                 jsonb_build_object('place', a.place, 'asked', a.asked, 'seats', a.pool_seats, 'cutoff', a.cutoff)) END) AS message
      FROM answer AS a
     CROSS JOIN LATERAL (SELECT equity_internal.outcome_code(a.held_pool, a.held_seat, a.held_choice, NULL, 'submitted', false,
                                                             a.pool_id, a.choice, true, true, a.pool_seats, a.refusal) AS code) AS c
     WHERE a.is_choice
    UNION ALL
    SELECT 'queue', a.choice, a.precedence, a.choice, a.pool_id, a.seat,
           equity_internal.placement_sentence('QUEUE', explain_placement.lang, jsonb_build_object('choice', a.choice, 'seat', a.seat_words)),
           NULL, a.score, a."position", a.waiting, a.seats, a.cutoff, a.distance, a.refusal,
           concat_ws(equity_internal.sentence_separator(),
             CASE WHEN a.seat <> 'open' THEN
               equity_internal.placement_sentence(CASE a.tier WHEN 0 THEN 'COUNTED_MEMBER' ELSE 'COUNTED_AFTER' END, explain_placement.lang) END,
             CASE WHEN a.seat <> 'open' THEN equity_internal.placement_sentence(a.refusal, explain_placement.lang, a.figures) END,
             equity_internal.placement_sentence('QUEUE_PLACE', explain_placement.lang, jsonb_build_object('place', a."position", 'asked', a.waiting)))
      FROM answer AS a
     WHERE a."position" IS NOT NULL
       AND a.seats > 0
    UNION ALL
    SELECT 'result', NULL, 0, h.choice, h.pool_id, h.seat, equity_internal.placement_sentence('RESULT', explain_placement.lang),
           h.pool_id IS NOT NULL, NULL, NULL, NULL, NULL, NULL, NULL, c.code,
           equity_internal.placement_sentence(c.code, explain_placement.lang, jsonb_build_object('choice', h.choice, 'pool', h.pool_words))
      FROM found AS f
      LEFT JOIN (SELECT a.choice, a.pool_id, a.seat, a.pool_words FROM answer AS a WHERE a.held_pool = a.pool_id AND a.held_seat = a.seat) AS h ON true
     CROSS JOIN LATERAL (SELECT CASE WHEN h.pool_id IS NULL THEN 'NONE_CHOSEN' ELSE 'CHOSEN' END AS code) AS c
  )
  SELECT t.section, (row_number() OVER (ORDER BY t.n NULLS LAST, t.m))::integer, t.choice, t.pool_id, t.seat, t.label, t.passed, t.score,
         t.place, t.asked, t.seats, t.cutoff, t.distance, t.reason, t.message
    FROM told AS t
   ORDER BY t.n NULLS LAST, t.m;
END;

COMMENT ON FUNCTION equity.explain_placement(text, text, text, text, text, bigint, text, text, text) IS
  'What came of an applicant''s choices in an allocation over any tables, line by line in words, in Thai (th) or English (en): each choice, the waiting lists and the result. The arguments are queries, as for equity.cutoffs.';
-- Seats in proportion to weights: in a partition, step by step, and in a matrix with both totals fixed.

--- | method | the next seat goes to the row with the largest |
--- | --- | --- |
--- | `sainte_lague` (Webster; the default) | weight / (2 * seats + 1) |
--- | `dhondt` (Jefferson) | weight / (seats + 1) |
--- | `huntington_hill` | weight / sqrt(seats * (seats + 1)) |
--- | `adams` | weight / seats |
--- | `dean` | weight / the harmonic mean of seats and seats + 1 |
--- | `hamilton` (largest remainder) | seats of all * weight / sum of weights - seats |
--- | `hamilton_renewed` | the same among the rows that their bounds do not bind, as Swiss law has it: a row whose quota is below its minimum has that minimum, one above its maximum has the maximum, and the others share out anew what is left |
---
--- Each row starts at `minimum` (NULL: 0) and ends at `maximum` (NULL: none). Equal claims: the larger weight, then the earlier row in
--- ORDER BY; a tie that decides between peers is an error. Frames have no meaning. The comparison is exact, for up to 36 digits.
---
--- A row of weight 0 keeps its minimum. With a NULL weight it takes no part and the result is NULL, as in a partition whose seats are
--- NULL: so windows nest, from nation to region to province. A WARNING counts the seats that maxima leave empty.
---
--- Errors: 22023 a negative weight, seats or minimum, NaN, a minimum above the maximum, minima above the seats, seats or method that vary
--- in a partition, an unrecognized method, a tie between peers; 22003 weights of more than 36 digits together; 22004 a NULL method;
--- 53400 more memory than `equity.max_memory`.
CREATE FUNCTION equity.apportion(
  weight numeric,
  seats integer,
  method text DEFAULT 'sainte_lague',
  minimum integer DEFAULT 0,
  maximum integer DEFAULT NULL
) RETURNS integer
  LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
  AS 'MODULE_PATHNAME', 'equity_apportion';

COMMENT ON FUNCTION equity.apportion(numeric, integer, text, integer, integer) IS
  'Window function: the seats of this row when the seats are shared out to the rows of the partition in proportion to weight, exactly, by one of seven methods and within bounds.';

CREATE FUNCTION equity.apportion(
  weight bigint,
  seats integer,
  method text DEFAULT 'sainte_lague',
  minimum integer DEFAULT 0,
  maximum integer DEFAULT NULL
) RETURNS integer
  LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
  AS 'MODULE_PATHNAME', 'equity_apportion';

COMMENT ON FUNCTION equity.apportion(bigint, integer, text, integer, integer) IS
  'Window function: the seats of this row in proportion to a weight that is a whole number.';

--- The shortest decimal that reads back as the same number is the one that PostgreSQL prints, such as 0.1.
CREATE FUNCTION equity.apportion(
  weight double precision,
  seats integer,
  method text DEFAULT 'sainte_lague',
  minimum integer DEFAULT 0,
  maximum integer DEFAULT NULL
) RETURNS integer
  LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
  AS 'MODULE_PATHNAME', 'equity_apportion';

COMMENT ON FUNCTION equity.apportion(double precision, integer, text, integer, integer) IS
  'Window function: the seats of this row in proportion to a weight that counts as its shortest decimal.';

--- `weights` is a query with `row_key` (text), `weight`, and optionally `minimum`, `maximum` and `position` (integers; the smaller position is
--- the earlier row, NULL last; rows of equal position or without one are peers).
---
--- | column | meaning |
--- | --- | --- |
--- | `seat` | counts from 1; the minima come first |
--- | `held` | seats that the row held before |
--- | `divisor` | d(held); NULL by Hamilton's methods |
--- | `quotient` | weight / divisor, by Hamilton's methods quota - held; rounded to be read, while the decision is exact; NULL when infinite |
--- | `rule` | what put this seat before the next claim: `minimum`, `maximum` (a row that its maximum binds by `hamilton_renewed`), `quotient`, `larger_weight` or `earlier_row` |
--- | `tied` | the claim before or after, honoured or not, is equal |
---
--- Errors: those of `equity.apportion`; 22004 NULL arguments or keys; 23505 a duplicate key; 42703 and 42804 a column missing or of a
--- wrong type.
CREATE FUNCTION equity.apportion_steps(
  weights text,
  seats integer,
  method text DEFAULT 'sainte_lague',
  OUT seat integer,
  OUT row_key text,
  OUT held integer,
  OUT weight numeric,
  OUT divisor numeric,
  OUT quotient numeric,
  OUT rule text,
  OUT tied boolean
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 10000 ROWS 1000
  AS 'MODULE_PATHNAME', 'equity_apportion_steps';

COMMENT ON FUNCTION equity.apportion_steps(text, integer, text) IS
  'Why each seat of an apportionment went where it did: a row for each seat in the order of award, by the rules of equity.apportion.';

--- `weights` is a query with `row_key`, `col_key` (text) and `weight` (0 and up, exact, up to 36 digits together; a cell that is not given has
--- weight 0 and gets no seat); `row_seats` has `row_key` and `seats`; `col_seats` has `col_key` and `seats`. The queries run with the
--- caller's rights and search_path and may only read.
---
--- Cells are rounded as Sainte-Lague does (Balinski and Demange 1989): no alternating cycle of added and removed seats has a product above 1
--- of w / d(seats) of the added by w / d(seats - 1) of the removed, d(k) = 2k + 1. Of matrices that are as good it is the lexicographically
--- largest, keys in the order of bytes.
---
--- Errors: 22023 totals that differ, totals that no matrix over the cells with a weight meets (the detail says which rows), negative
--- weights or seats, NaN; 22003 weights of too many digits; 22004 NULL; 23505 a duplicate key or cell; 23503 a key without seats; 42703 and
--- 42804 a column missing or of a wrong type; 53400 more memory than `equity.max_memory`.
CREATE FUNCTION equity.apportion_matrix(
  weights text,
  row_seats text,
  col_seats text,
  OUT row_key text,
  OUT col_key text,
  OUT seats integer
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 1000
  AS 'MODULE_PATHNAME', 'equity_apportion_matrix';

COMMENT ON FUNCTION equity.apportion_matrix(text, text, text) IS
  'Biproportional apportionment, as of provinces and programmes: seats in proportion to weights such that each row and each column has its total. A row for every cell, by row_key and col_key in the order of bytes.';

--- Anyone checks a cell by one division: `round(weight / (row_divisor * col_divisor))` is `seats`. Where `tied` is true the quotient lies just
--- between two numbers, and other seats would be as good; the rule of ties decided. Divisors have 15 digits, and those of rows a geometric
--- mean of 1, so that a column's is the weight of about a seat; NULL for a row or column without any weight.
---
--- Arguments and errors are those of `equity.apportion_matrix`.
CREATE FUNCTION equity.apportion_divisors(
  weights text,
  row_seats text,
  col_seats text,
  OUT row_key text,
  OUT col_key text,
  OUT seats integer,
  OUT weight numeric,
  OUT row_divisor numeric,
  OUT col_divisor numeric,
  OUT quotient numeric,
  OUT tied boolean
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 1000
  AS 'MODULE_PATHNAME', 'equity_apportion_divisors';

COMMENT ON FUNCTION equity.apportion_divisors(text, text, text) IS
  'How to check a biproportional apportionment by hand: for every cell the divisors of its row and column, its weight over both, which rounds to its seats, and whether a tie decided.';
-- The order in which a waiting list is called.

--- `candidates` is a query with `pool_id`, `applicant_id`, `rank` (the smaller is called first, then the smaller `applicant_id`) and `groups`
--- (text[], or NULL for none). `shares` is a query with `pool_id`, `reserve` (the name of the group), `min_percent` (0 to 100, exact, up to 24
--- decimals) and optionally `position` (the smaller one wins when shares conflict; NULL last, then by name in the order of bytes). Groups
--- without a share in the pool say nothing.
---
--- For position k a group is due when fewer than ceil(min_percent * k / 100) of it are called; with `rounding` `down`, as India's roster of posts
--- counts, when fewer than floor(min_percent * k / 100) are. Of those left the members of each due group are kept, in order of position, but
--- for a group that would leave none, and the one with the smallest rank is called.
---
--- The queries run with the caller's rights and search_path and may only read.
---
--- Errors: 22004 NULL; 22023 a percentage out of range, an unrecognized rounding; 22003 a percentage of more decimals; 23505 a duplicate
--- candidate or share in a pool; 42703 and 42804 a column missing or of a wrong type; 0A000 more than 63 shares in a pool; 53400 more memory
--- than `equity.max_memory`.
CREATE FUNCTION equity.call_order(
  candidates text,
  shares text,
  rounding text DEFAULT 'up',
  OUT pool_id bigint,
  OUT applicant_id bigint,
  OUT "position" integer
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 10000
  AS 'MODULE_PATHNAME', 'equity_call_order';

COMMENT ON FUNCTION equity.call_order(text, text, text) IS
  'The order in which the candidates of waiting lists are called such that, however far a list is called, each group has at least its share of those called, while members are left. A row for each candidate, by pool and position.';
-- Measures of inequality, poverty and targeting. A transition function with fewer arguments is the same one.
--
-- A weight is so many equal rows, and need not be a whole number. A row with a weight of NULL or 0 takes no part, nor does one with
-- NULL in another argument. A negative weight is an error (22023).

-- ---- from sums ----

CREATE FUNCTION equity_internal.sums_combine(state double precision[], other double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_sums_combine';

COMMENT ON FUNCTION equity_internal.sums_combine(double precision[], double precision[]) IS
  'Adds up two states of a measure that is made from sums.';

CREATE FUNCTION equity_internal.sums_final(state double precision[]) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_sums_final';

COMMENT ON FUNCTION equity_internal.sums_final(double precision[]) IS
  'The measure of a state that is made from sums.';

CREATE FUNCTION equity_internal.theil_t_accum(state double precision[], x double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_t_accum';

COMMENT ON FUNCTION equity_internal.theil_t_accum(double precision[], double precision) IS
  'Adds a row to the state of equity.theil_t().';

CREATE FUNCTION equity_internal.theil_t_accum(state double precision[], x double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_t_accum';

COMMENT ON FUNCTION equity_internal.theil_t_accum(double precision[], double precision, double precision) IS
  'Adds a row with a weight to the state of equity.theil_t().';

--- It is the sum of a part between groups, `theil_t(m, n)` over the means and sizes of the groups, and a part within them, the mean of
--- `theil_t` in each group weighted by `n * m`. 0 * ln 0 counts as 0. NULL for no rows and when all are 0.
---
--- Errors: 22023 for a negative value, NaN or infinity.
CREATE AGGREGATE equity.theil_t(x double precision) (
  SFUNC = equity_internal.theil_t_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_t(double precision) IS
  'Theil index T of x, the mean of x/m * ln(x/m) where m is the mean of x: 0 when all are equal, ln(n) when one has all.';

CREATE AGGREGATE equity.theil_t(x double precision, weight double precision) (
  SFUNC = equity_internal.theil_t_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_t(double precision, double precision) IS
  'Theil index T of x, the mean of x/m * ln(x/m) where m is the mean of x: 0 when all are equal, ln(n) when one has all; each row counts as weight equal rows.';

CREATE FUNCTION equity_internal.theil_l_accum(state double precision[], x double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_l_accum';

COMMENT ON FUNCTION equity_internal.theil_l_accum(double precision[], double precision) IS
  'Adds a row to the state of equity.theil_l().';

CREATE FUNCTION equity_internal.theil_l_accum(state double precision[], x double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_l_accum';

COMMENT ON FUNCTION equity_internal.theil_l_accum(double precision[], double precision, double precision) IS
  'Adds a row with a weight to the state of equity.theil_l().';

--- It is the sum of a part between groups, `theil_l(m, n)` over the means and sizes of the groups, and a part within them, the mean of
--- `theil_l` in each group weighted by `n`. NULL for no rows.
---
--- Errors: 22023 for a value that is not above 0, NaN or infinity.
CREATE AGGREGATE equity.theil_l(x double precision) (
  SFUNC = equity_internal.theil_l_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_l(double precision) IS
  'Theil index L of x, the mean logarithmic deviation: ln of the mean less the mean of ln(x), 0 when all are equal.';

CREATE AGGREGATE equity.theil_l(x double precision, weight double precision) (
  SFUNC = equity_internal.theil_l_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_l(double precision, double precision) IS
  'Theil index L of x, the mean logarithmic deviation: ln of the mean less the mean of ln(x), 0 when all are equal; each row counts as weight equal rows.';

CREATE FUNCTION equity_internal.atkinson_accum(state double precision[], x double precision, e double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_atkinson_accum';

COMMENT ON FUNCTION equity_internal.atkinson_accum(double precision[], double precision, double precision) IS
  'Adds a row to the state of equity.atkinson().';

CREATE FUNCTION equity_internal.atkinson_accum(state double precision[], x double precision, e double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_atkinson_accum';

COMMENT ON FUNCTION equity_internal.atkinson_accum(double precision[], double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.atkinson().';

--- `e` is 0 or more and the same in all rows; with 1 the index rests on the geometric mean. It is 1 when someone has nothing and `e` is 1
--- or more. NULL for no rows and when all are 0.
---
--- Errors: 22023 for a negative value or `e`, NaN or infinity.
CREATE AGGREGATE equity.atkinson(x double precision, e double precision) (
  SFUNC = equity_internal.atkinson_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.atkinson(double precision, double precision) IS
  'Atkinson index of x, 0 to 1: the share of the total that could be given up if the rest were divided equally, at the aversion e to inequality.';

CREATE AGGREGATE equity.atkinson(x double precision, e double precision, weight double precision) (
  SFUNC = equity_internal.atkinson_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.atkinson(double precision, double precision, double precision) IS
  'Atkinson index of x, 0 to 1: the share of the total that could be given up if the rest were divided equally, at the aversion e to inequality; each row counts as weight equal rows.';

CREATE FUNCTION equity_internal.fgt_accum(state double precision[], x double precision, line double precision, alpha double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_fgt_accum';

COMMENT ON FUNCTION equity_internal.fgt_accum(double precision[], double precision, double precision, double precision) IS
  'Adds a row to the state of equity.fgt().';

CREATE FUNCTION equity_internal.fgt_accum(state double precision[], x double precision, line double precision, alpha double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_fgt_accum';

COMMENT ON FUNCTION equity_internal.fgt_accum(double precision[], double precision, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.fgt().';

--- `alpha` 0 gives the headcount (the share below the line), 1 the poverty gap, 2 its severity; it is the same in all rows. The line may
--- differ from row to row, for example by province. NULL for no rows.
---
--- Errors: 22023 for a line that is not above 0, a negative `alpha`, NaN or infinity.
CREATE AGGREGATE equity.fgt(x double precision, line double precision, alpha double precision) (
  SFUNC = equity_internal.fgt_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.fgt(double precision, double precision, double precision) IS
  'Poverty by Foster, Greer and Thorbecke: the mean of ((line - x) / line)^alpha over all, where those at or above the line count 0.';

CREATE AGGREGATE equity.fgt(x double precision, line double precision, alpha double precision, weight double precision) (
  SFUNC = equity_internal.fgt_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.fgt(double precision, double precision, double precision, double precision) IS
  'Poverty by Foster, Greer and Thorbecke: the mean of ((line - x) / line)^alpha over all, where those at or above the line count 0; each row counts as weight equal rows.';

CREATE FUNCTION equity_internal.inclusion_error_accum(state double precision[], selected boolean, in_need boolean) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_inclusion_error_accum';

COMMENT ON FUNCTION equity_internal.inclusion_error_accum(double precision[], boolean, boolean) IS
  'Adds a row to the state of equity.inclusion_error().';

CREATE FUNCTION equity_internal.inclusion_error_accum(state double precision[], selected boolean, in_need boolean, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_inclusion_error_accum';

COMMENT ON FUNCTION equity_internal.inclusion_error_accum(double precision[], boolean, boolean, double precision) IS
  'Adds a row with a weight to the state of equity.inclusion_error().';

--- NULL when nobody is selected. Its interval: `equity.wilson_low` and `equity.wilson_high` of the two counts.
CREATE AGGREGATE equity.inclusion_error(selected boolean, in_need boolean) (
  SFUNC = equity_internal.inclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.inclusion_error(boolean, boolean) IS
  'Leakage, FP / (TP + FP): of those selected, the share that is not in need, 0 to 1.';

CREATE AGGREGATE equity.inclusion_error(selected boolean, in_need boolean, weight double precision) (
  SFUNC = equity_internal.inclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.inclusion_error(boolean, boolean, double precision) IS
  'Leakage, FP / (TP + FP): of those selected, the share that is not in need, 0 to 1; each row counts as weight equal rows.';

CREATE FUNCTION equity_internal.exclusion_error_accum(state double precision[], selected boolean, in_need boolean) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_exclusion_error_accum';

COMMENT ON FUNCTION equity_internal.exclusion_error_accum(double precision[], boolean, boolean) IS
  'Adds a row to the state of equity.exclusion_error().';

CREATE FUNCTION equity_internal.exclusion_error_accum(state double precision[], selected boolean, in_need boolean, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_exclusion_error_accum';

COMMENT ON FUNCTION equity_internal.exclusion_error_accum(double precision[], boolean, boolean, double precision) IS
  'Adds a row with a weight to the state of equity.exclusion_error().';

--- NULL when nobody is in need. Its interval: `equity.wilson_low` and `equity.wilson_high` of the two counts.
CREATE AGGREGATE equity.exclusion_error(selected boolean, in_need boolean) (
  SFUNC = equity_internal.exclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.exclusion_error(boolean, boolean) IS
  'Undercoverage, FN / (TP + FN): of those in need, the share that is not selected, 0 to 1.';

CREATE AGGREGATE equity.exclusion_error(selected boolean, in_need boolean, weight double precision) (
  SFUNC = equity_internal.exclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.exclusion_error(boolean, boolean, double precision) IS
  'Undercoverage, FN / (TP + FN): of those in need, the share that is not selected, 0 to 1; each row counts as weight equal rows.';

-- ---- from distributions: the state gathers the rows, 24 bytes each ----

CREATE FUNCTION equity_internal.distribution_accum(state internal, x double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum';

COMMENT ON FUNCTION equity_internal.distribution_accum(internal, double precision) IS
  'Adds a row to the state of measures that need values in order.';

CREATE FUNCTION equity_internal.distribution_accum(state internal, x double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum';

COMMENT ON FUNCTION equity_internal.distribution_accum(internal, double precision, double precision) IS
  'Adds a row with a weight to the state of measures that need values in order.';

CREATE FUNCTION equity_internal.distribution_accum_rank(state internal, x double precision, rank_by double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_rank';

COMMENT ON FUNCTION equity_internal.distribution_accum_rank(internal, double precision, double precision) IS
  'Adds a row to the state of equity.concentration_index().';

CREATE FUNCTION equity_internal.distribution_accum_rank(state internal, x double precision, rank_by double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_rank';

COMMENT ON FUNCTION equity_internal.distribution_accum_rank(internal, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.concentration_index().';

CREATE FUNCTION equity_internal.distribution_accum_range(state internal, x double precision, lo double precision, hi double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_range';

COMMENT ON FUNCTION equity_internal.distribution_accum_range(internal, double precision, double precision, double precision) IS
  'Adds a row to the state of equity.quantile_share().';

CREATE FUNCTION equity_internal.distribution_accum_range(state internal, x double precision, lo double precision, hi double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_range';

COMMENT ON FUNCTION equity_internal.distribution_accum_range(internal, double precision, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.quantile_share().';

CREATE FUNCTION equity_internal.distribution_accum_points(state internal, x double precision, points integer) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_points';

COMMENT ON FUNCTION equity_internal.distribution_accum_points(internal, double precision, integer) IS
  'Adds a row to the state of equity.lorenz().';

CREATE FUNCTION equity_internal.distribution_accum_points(state internal, x double precision, points integer, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_points';

COMMENT ON FUNCTION equity_internal.distribution_accum_points(internal, double precision, integer, double precision) IS
  'Adds a row with a weight to the state of equity.lorenz().';

CREATE FUNCTION equity_internal.distribution_accum_quantile(state internal, x double precision, p double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_quantile';

COMMENT ON FUNCTION equity_internal.distribution_accum_quantile(internal, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.weighted_quantile().';

CREATE FUNCTION equity_internal.distribution_accum_line(state internal, x double precision, line double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_line';

COMMENT ON FUNCTION equity_internal.distribution_accum_line(internal, double precision, double precision) IS
  'Adds a row to the state of equity.sen_index().';

CREATE FUNCTION equity_internal.distribution_accum_line(state internal, x double precision, line double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_line';

COMMENT ON FUNCTION equity_internal.distribution_accum_line(internal, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.sen_index().';

CREATE FUNCTION equity_internal.distribution_accum_outcome(state internal, outcome boolean, rank_by double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_outcome';

COMMENT ON FUNCTION equity_internal.distribution_accum_outcome(internal, boolean, double precision) IS
  'Adds a row to the state of equity.erreygers_index() and equity.wagstaff_index().';

CREATE FUNCTION equity_internal.distribution_accum_outcome(state internal, outcome boolean, rank_by double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_outcome';

COMMENT ON FUNCTION equity_internal.distribution_accum_outcome(internal, boolean, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.erreygers_index() and equity.wagstaff_index().';

CREATE FUNCTION equity_internal.distribution_accum_share(state internal, outcome double precision, rank_by double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_share';

COMMENT ON FUNCTION equity_internal.distribution_accum_share(internal, double precision, double precision) IS
  'Adds a row to the state of equity.erreygers_index() and equity.wagstaff_index().';

CREATE FUNCTION equity_internal.distribution_accum_share(state internal, outcome double precision, rank_by double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_share';

COMMENT ON FUNCTION equity_internal.distribution_accum_share(internal, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.erreygers_index() and equity.wagstaff_index().';

CREATE FUNCTION equity_internal.distribution_combine(state internal, other internal) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_combine';

COMMENT ON FUNCTION equity_internal.distribution_combine(internal, internal) IS
  'Joins two states of a measure that needs values in order.';

CREATE FUNCTION equity_internal.distribution_serialize(state internal) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_serialize';

COMMENT ON FUNCTION equity_internal.distribution_serialize(internal) IS
  'Writes a state so that a parallel worker may hand it over.';

CREATE FUNCTION equity_internal.distribution_deserialize(serialized bytea, dummy internal) RETURNS internal
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_deserialize';

COMMENT ON FUNCTION equity_internal.distribution_deserialize(bytea, internal) IS
  'Reads a state that a parallel worker has written.';

CREATE FUNCTION equity_internal.gini_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_gini_final';

COMMENT ON FUNCTION equity_internal.gini_final(internal) IS
  'The result of equity.gini().';

CREATE FUNCTION equity_internal.gini_interval_final(state internal) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_gini_interval_final';

COMMENT ON FUNCTION equity_internal.gini_interval_final(internal) IS
  'The result of equity.gini_interval().';

CREATE FUNCTION equity_internal.hoover_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_hoover_final';

COMMENT ON FUNCTION equity_internal.hoover_final(internal) IS
  'The result of equity.hoover().';

CREATE FUNCTION equity_internal.palma_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_palma_final';

COMMENT ON FUNCTION equity_internal.palma_final(internal) IS
  'The result of equity.palma().';

CREATE FUNCTION equity_internal.quantile_share_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_quantile_share_final';

COMMENT ON FUNCTION equity_internal.quantile_share_final(internal) IS
  'The result of equity.quantile_share().';

CREATE FUNCTION equity_internal.concentration_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_concentration_final';

COMMENT ON FUNCTION equity_internal.concentration_final(internal) IS
  'The result of equity.concentration_index().';

CREATE FUNCTION equity_internal.lorenz_final(state internal) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_lorenz_final';

COMMENT ON FUNCTION equity_internal.lorenz_final(internal) IS
  'The result of equity.lorenz().';

CREATE FUNCTION equity_internal.quantile_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_quantile_final';

COMMENT ON FUNCTION equity_internal.quantile_final(internal) IS
  'The result of equity.weighted_quantile().';

CREATE FUNCTION equity_internal.sen_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_sen_final';

COMMENT ON FUNCTION equity_internal.sen_final(internal) IS
  'The result of equity.sen_index().';

CREATE FUNCTION equity_internal.erreygers_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_erreygers_final';

COMMENT ON FUNCTION equity_internal.erreygers_final(internal) IS
  'The result of equity.erreygers_index().';

CREATE FUNCTION equity_internal.wagstaff_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_wagstaff_final';

COMMENT ON FUNCTION equity_internal.wagstaff_final(internal) IS
  'The result of equity.wagstaff_index().';

--- It is the population formula; multiply by n / (n - 1) for the corrected one. Negative values are allowed, and it may then exceed 1.
--- NULL for no rows and when the values add up to 0.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.gini(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.gini_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.gini(double precision) IS
  'Gini coefficient of x: twice the area between the diagonal and the Lorenz curve, 0 when all are equal, (n - 1) / n when one has all.';

CREATE AGGREGATE equity.gini(x double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.gini_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.gini(double precision, double precision) IS
  'Gini coefficient of x: twice the area between the diagonal and the Lorenz curve, 0 when all are equal, (n - 1) / n when one has all; each row counts as weight equal rows.';

--- It is plus and minus 1.96 standard errors by leaving out each row (the jackknife of Ogwang 2000), for rows that are a simple random
--- sample, a few dozen at least. NULL also for one row. NULL for no rows and when the values add up to 0.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.gini_interval(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.gini_interval_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.gini_interval(double precision) IS
  'The 95 % confidence interval of equity.gini(), as {low, high}, within 0 to 1.';

CREATE AGGREGATE equity.gini_interval(x double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.gini_interval_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.gini_interval(double precision, double precision) IS
  'The 95 % confidence interval of equity.gini(), as {low, high}, within 0 to 1; each row counts as weight equal rows.';

--- It is half the mean absolute deviation over the mean. NULL for no rows and when the values add up to 0.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.hoover(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.hoover_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.hoover(double precision) IS
  'Hoover index of x (Robin Hood index, Ricci-Schutz coefficient): the share of the total that would have to change hands for all to be equal.';

CREATE AGGREGATE equity.hoover(x double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.hoover_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.hoover(double precision, double precision) IS
  'Hoover index of x (Robin Hood index, Ricci-Schutz coefficient): the share of the total that would have to change hands for all to be equal; each row counts as weight equal rows.';

--- A row on the border counts in part. NULL also when the lowest four tenths have nothing. NULL for no rows and when the values add up to 0.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.palma(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.palma_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.palma(double precision) IS
  'Palma ratio of x: the share of the highest tenth over that of the lowest four tenths.';

CREATE AGGREGATE equity.palma(x double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.palma_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.palma(double precision, double precision) IS
  'Palma ratio of x: the share of the highest tenth over that of the lowest four tenths; each row counts as weight equal rows.';

--- `lo` and `hi` are from 0 to 1 and the same in all rows. A row on the border counts in part.
--- NULL for no rows and when the values add up to 0.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.quantile_share(x double precision, lo double precision, hi double precision) (
  SFUNC = equity_internal.distribution_accum_range,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.quantile_share_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.quantile_share(double precision, double precision, double precision) IS
  'The share of the total that those between two parts of the population have: (x, 0.8, 1) is the share of the highest fifth.';

CREATE AGGREGATE equity.quantile_share(x double precision, lo double precision, hi double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_range,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.quantile_share_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.quantile_share(double precision, double precision, double precision, double precision) IS
  'The share of the total that those between two parts of the population have: (x, 0.8, 1) is the share of the highest fifth; each row counts as weight equal rows.';

--- `p` is from 0 to 1 and the same in all rows. Where the part ends just between two rows it is their mean, as the statistical offices of
--- the European Union compute poverty lines. Without weights PostgreSQL has `percentile_cont` and `percentile_disc`. NULL for no rows.
---
--- Errors: 22023 for another `p`, NaN or infinity; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.weighted_quantile(x double precision, p double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_quantile,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.quantile_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.weighted_quantile(double precision, double precision, double precision) IS
  'The value of x below which the part p of the weights lies, such as the weighted median with p = 0.5.';

--- It is the formula for many people. The line is the same in all rows. 0 when nobody is below it; NULL for no rows.
---
--- Errors: 22023 for a negative value, a line that is not above 0, NaN or infinity; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.sen_index(x double precision, line double precision) (
  SFUNC = equity_internal.distribution_accum_line,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.sen_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.sen_index(double precision, double precision) IS
  'Sen index of poverty, 0 to 1: H * (I + (1 - I) * G), with the headcount H of those below the line, their mean gap I, and the Gini coefficient G among them.';

CREATE AGGREGATE equity.sen_index(x double precision, line double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_line,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.sen_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.sen_index(double precision, double precision, double precision) IS
  'Sen index of poverty, 0 to 1: H * (I + (1 - I) * G), with the headcount H of those below the line, their mean gap I, and the Gini coefficient G among them; each row counts as weight equal rows.';

--- People of equal `rank_by` have their mean rank. NULL for no rows and when the values add up to 0.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.concentration_index(x double precision, rank_by double precision) (
  SFUNC = equity_internal.distribution_accum_rank,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.concentration_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.concentration_index(double precision, double precision) IS
  'Concentration index of x over people in order of rank_by, for example of awards over income: -1 when the lowest has all, 0 when it does not depend on rank_by, 1 when the highest has all.';

CREATE AGGREGATE equity.concentration_index(x double precision, rank_by double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_rank,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.concentration_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.concentration_index(double precision, double precision, double precision) IS
  'Concentration index of x over people in order of rank_by, for example of awards over income: -1 when the lowest has all, 0 when it does not depend on rank_by, 1 when the highest has all; each row counts as weight equal rows.';

--- It is four times the mean of the outcome times its concentration index (Erreygers 2009): an index of yes and one of no differ in sign
--- only. 0 when all say the same; NULL for no rows.
---
--- Errors: 22023 for an outcome outside 0 to 1 and for NaN or infinity in `rank_by`; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.erreygers_index(outcome boolean, rank_by double precision) (
  SFUNC = equity_internal.distribution_accum_outcome,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.erreygers_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.erreygers_index(boolean, double precision) IS
  'Erreygers index of an outcome, yes or no, over people in order of rank_by: -1 when the lower half says yes and the upper half no, 1 the other way round, 0 when it does not depend on rank_by.';

CREATE AGGREGATE equity.erreygers_index(outcome boolean, rank_by double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_outcome,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.erreygers_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.erreygers_index(boolean, double precision, double precision) IS
  'Erreygers index of an outcome, yes or no, over people in order of rank_by: -1 when the lower half says yes and the upper half no, 1 the other way round, 0 when it does not depend on rank_by; each row counts as weight equal rows.';

--- It is the concentration index over 1 less the mean of the outcome (Wagstaff 2005). NULL for no rows, and when all say yes or all no.
---
--- Errors: 22023 for an outcome outside 0 to 1 and for NaN or infinity in `rank_by`; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.wagstaff_index(outcome boolean, rank_by double precision) (
  SFUNC = equity_internal.distribution_accum_outcome,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.wagstaff_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.wagstaff_index(boolean, double precision) IS
  'Wagstaff index of an outcome, yes or no, over people in order of rank_by: the concentration index over its greatest value at that mean, -1 to 1.';

CREATE AGGREGATE equity.wagstaff_index(outcome boolean, rank_by double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_outcome,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.wagstaff_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.wagstaff_index(boolean, double precision, double precision) IS
  'Wagstaff index of an outcome, yes or no, over people in order of rank_by: the concentration index over its greatest value at that mean, -1 to 1; each row counts as weight equal rows.';

--- It is four times the mean of the outcome times its concentration index (Erreygers 2009): an index of yes and one of no differ in sign
--- only. 0 when all say the same; NULL for no rows.
---
--- Errors: 22023 for an outcome outside 0 to 1 and for NaN or infinity in `rank_by`; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.erreygers_index(outcome double precision, rank_by double precision) (
  SFUNC = equity_internal.distribution_accum_share,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.erreygers_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.erreygers_index(double precision, double precision) IS
  'Erreygers index of an outcome, from 0 (no) to 1 (yes), over people in order of rank_by: -1 when the lower half says yes and the upper half no, 1 the other way round, 0 when it does not depend on rank_by.';

CREATE AGGREGATE equity.erreygers_index(outcome double precision, rank_by double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_share,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.erreygers_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.erreygers_index(double precision, double precision, double precision) IS
  'Erreygers index of an outcome, from 0 (no) to 1 (yes), over people in order of rank_by: -1 when the lower half says yes and the upper half no, 1 the other way round, 0 when it does not depend on rank_by; each row counts as weight equal rows.';

--- It is the concentration index over 1 less the mean of the outcome (Wagstaff 2005). NULL for no rows, and when all say yes or all no.
---
--- Errors: 22023 for an outcome outside 0 to 1 and for NaN or infinity in `rank_by`; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.wagstaff_index(outcome double precision, rank_by double precision) (
  SFUNC = equity_internal.distribution_accum_share,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.wagstaff_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.wagstaff_index(double precision, double precision) IS
  'Wagstaff index of an outcome, from 0 (no) to 1 (yes), over people in order of rank_by: the concentration index over its greatest value at that mean, -1 to 1.';

CREATE AGGREGATE equity.wagstaff_index(outcome double precision, rank_by double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_share,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.wagstaff_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.wagstaff_index(double precision, double precision, double precision) IS
  'Wagstaff index of an outcome, from 0 (no) to 1 (yes), over people in order of rank_by: the concentration index over its greatest value at that mean, -1 to 1; each row counts as weight equal rows.';

CREATE AGGREGATE equity.lorenz(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.lorenz_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.lorenz(double precision) IS
  'The Lorenz curve of x at 101 points, as equity.lorenz(x, 100).';

--- The array has `points` + 1 numbers; `points` is 1 to 10000 and the same in all rows. NULL for no rows and when the values add up to 0.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.lorenz(x double precision, points integer) (
  SFUNC = equity_internal.distribution_accum_points,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.lorenz_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.lorenz(double precision, integer) IS
  'The Lorenz curve of x for plots: the shares of the total that the lowest 0, 1/points, 2/points ... 1 of the population have.';

CREATE AGGREGATE equity.lorenz(x double precision, points integer, weight double precision) (
  SFUNC = equity_internal.distribution_accum_points,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.lorenz_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.lorenz(double precision, integer, double precision) IS
  'The Lorenz curve of x for plots: the shares of the total that the lowest 0, 1/points, 2/points ... 1 of the population have; each row counts as weight equal rows.';
-- How sure a rate is.

-- The interval holds for small counts and never leaves 0 to 1. z = 1.959963984540054, its square 3.841458820694124.

--- Six decimals, computed in numeric. NULL without trials, and unless 0 <= hits <= trials.
CREATE FUNCTION equity.wilson_low(hits bigint, trials bigint) RETURNS numeric
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN trials > 0 AND hits BETWEEN 0 AND trials
           THEN greatest(0, round((hits + 1.920729410347062
                                   - 1.959963984540054 * sqrt(hits * (trials - hits)::numeric / trials + 0.960364705173531))
                                  / (trials + 3.841458820694124), 6))
         END;
END;

COMMENT ON FUNCTION equity.wilson_low(bigint, bigint) IS
  'Lower end of the 95 % interval of Wilson (1927) for a rate of hits in trials, 0 to 1.';

--- Six decimals, computed in numeric. NULL without trials, and unless 0 <= hits <= trials.
CREATE FUNCTION equity.wilson_high(hits bigint, trials bigint) RETURNS numeric
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN trials > 0 AND hits BETWEEN 0 AND trials
           THEN least(1, round((hits + 1.920729410347062
                                + 1.959963984540054 * sqrt(hits * (trials - hits)::numeric / trials + 0.960364705173531))
                               / (trials + 3.841458820694124), 6))
         END;
END;

COMMENT ON FUNCTION equity.wilson_high(bigint, bigint) IS
  'Upper end of the 95 % interval of Wilson (1927) for a rate of hits in trials, 0 to 1.';
-- Calibration of proxy means tests. A transition function with fewer arguments is the same one.

CREATE TYPE equity.pmt_model AS (
  coefficients double precision[],
  standard_errors double precision[],
  r_squared double precision,
  n bigint,
  adjusted_r_squared double precision,
  residual_error double precision,
  inverse double precision[]
);

COMMENT ON TYPE equity.pmt_model IS
  'A fitted proxy means test: y = b0 + b1*x[1] + b2*x[2] + ... by least squares, as equity.pmt_fit() returns it.';
COMMENT ON COLUMN equity.pmt_model.coefficients IS
  'The constant b0, then a coefficient for each column of x: one more than the columns.';
COMMENT ON COLUMN equity.pmt_model.standard_errors IS
  'Standard errors of the coefficients, provided that the residuals spread alike in all rows (and weights are their precision); equity.pmt_robust_errors() does without that. NULL when there are as many coefficients as rows.';
COMMENT ON COLUMN equity.pmt_model.r_squared IS
  'Share of the (weighted) variance of y that the columns explain, 0 to 1; NULL when y is the same in all rows.';
COMMENT ON COLUMN equity.pmt_model.n IS
  'Rows that took part: y, x and the weight not NULL, the weight above zero.';
COMMENT ON COLUMN equity.pmt_model.adjusted_r_squared IS
  'r_squared less what as many columns would explain by chance; may be negative.';
COMMENT ON COLUMN equity.pmt_model.residual_error IS
  'Standard deviation of the residuals, in the unit of y: the root of their (weighted) sum of squares over n less the number of coefficients.';
COMMENT ON COLUMN equity.pmt_model.inverse IS
  'Inverse of the (weighted) cross products of the constant and the columns, for equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_fit_accum(state double precision[], y double precision, x double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_accum';

COMMENT ON FUNCTION equity_internal.pmt_fit_accum(double precision[], double precision, double precision[]) IS
  'Adds a row to the state of equity.pmt_fit().';

CREATE FUNCTION equity_internal.pmt_fit_accum(state double precision[], y double precision, x double precision[], weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_accum';

COMMENT ON FUNCTION equity_internal.pmt_fit_accum(double precision[], double precision, double precision[], double precision) IS
  'Adds a row with a weight to the state of equity.pmt_fit().';

CREATE FUNCTION equity_internal.pmt_fit_combine(state double precision[], other double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_combine';

COMMENT ON FUNCTION equity_internal.pmt_fit_combine(double precision[], double precision[]) IS
  'Joins two states of equity.pmt_fit().';

CREATE FUNCTION equity_internal.pmt_fit_final(state double precision[]) RETURNS equity.pmt_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_final';

COMMENT ON FUNCTION equity_internal.pmt_fit_final(double precision[]) IS
  'The result of equity.pmt_fit().';

--- It takes one pass, by planar rotations, and at most 500 columns. A row with a NULL takes no part; no rows give NULL. The last digits may
--- differ with the order of the rows and the workers: no award depends on them once `equity.pmt_card` has rounded.
---
--- Errors: 22023 NaN or infinity, arrays of different lengths, fewer rows than coefficients, and columns that are constant or a linear
--- combination of others, which are named by their number.
CREATE AGGREGATE equity.pmt_fit(y double precision, x double precision[]) (
  SFUNC = equity_internal.pmt_fit_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_fit(double precision, double precision[]) IS
  'Fits y by least squares on a constant and the columns of x: coefficients, standard errors, R squared and n, as a pmt_model.';

--- Standard errors take weights as precision: with survey weights use `equity.pmt_robust_errors`. A row of weight NULL or 0 takes no part.
---
--- Errors: those of `equity.pmt_fit(y, x)`, and 22023 for a negative weight.
CREATE AGGREGATE equity.pmt_fit(y double precision, x double precision[], weight double precision) (
  SFUNC = equity_internal.pmt_fit_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_fit(double precision, double precision[], double precision) IS
  'Fits y by weighted least squares on a constant and the columns of x, for example over a sample survey.';

CREATE FUNCTION equity_internal.pmt_robust_accum(state double precision[], model equity.pmt_model, y double precision, x double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_accum';

COMMENT ON FUNCTION equity_internal.pmt_robust_accum(double precision[], equity.pmt_model, double precision, double precision[]) IS
  'Adds a row to the state of equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_robust_accum(state double precision[], model equity.pmt_model, y double precision, x double precision[], weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_accum';

COMMENT ON FUNCTION equity_internal.pmt_robust_accum(double precision[], equity.pmt_model, double precision, double precision[], double precision) IS
  'Adds a row with a weight to the state of equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_robust_accum(state double precision[], model equity.pmt_model, y double precision, x double precision[], weight double precision, kind text) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_accum';

COMMENT ON FUNCTION equity_internal.pmt_robust_accum(double precision[], equity.pmt_model, double precision, double precision[], double precision, text) IS
  'Adds a row with a weight to the state of equity.pmt_robust_errors(), for a kind of error.';

CREATE FUNCTION equity_internal.pmt_robust_combine(state double precision[], other double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_combine';

COMMENT ON FUNCTION equity_internal.pmt_robust_combine(double precision[], double precision[]) IS
  'Joins two states of equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_robust_final(state double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_final';

COMMENT ON FUNCTION equity_internal.pmt_robust_final(double precision[]) IS
  'The result of equity.pmt_robust_errors().';

--- It is a second pass over the rows that made the model. The kind is HC1 (White 1980; MacKinnon and White 1985).
---
--- Errors: 22023 as `equity.pmt_fit`, and for other rows than those of the model.
CREATE AGGREGATE equity.pmt_robust_errors(model equity.pmt_model, y double precision, x double precision[]) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors(equity.pmt_model, double precision, double precision[]) IS
  'Standard errors of the coefficients of a model that hold when residuals spread more in some rows than in others.';

CREATE AGGREGATE equity.pmt_robust_errors(model equity.pmt_model, y double precision, x double precision[], weight double precision) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors(equity.pmt_model, double precision, double precision[], double precision) IS
  'Robust standard errors of the coefficients of a weighted fit.';

CREATE AGGREGATE equity.pmt_robust_errors(model equity.pmt_model, y double precision, x double precision[], weight double precision, kind text) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors(equity.pmt_model, double precision, double precision[], double precision, text) IS
  'Robust standard errors of a weighted fit, of a kind: HC1, or HC3, which is safer for a few hundred rows or fewer.';

--- It is for trying a model out: an award is scored by the card of `equity.pmt_card`. NULL when an element is NULL.
---
--- Errors: 22023 when `x` has not as many numbers as the model has columns.
CREATE FUNCTION equity.pmt_predict(model equity.pmt_model, x double precision[]) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_predict';

COMMENT ON FUNCTION equity.pmt_predict(equity.pmt_model, double precision[]) IS
  'The prediction of a model for one row: b0 + b1*x[1] + b2*x[2] and so on.';

--- The card has a `const` for b0 (6 decimals) and a `coef` for each field, in the order of `x` (12 decimals, of the 15 digits that a double
--- precision is good for). From here on all is exact: the score is the prediction, but for half a millionth in each criterion. Fields are
--- numeric columns, or paths into jsonb; `classes` are as in a card, for example `[[null, 7.6, "POOR"], [7.6, null, "NON_POOR"]]`.
---
--- Errors: 22023 when there are not as many fields as columns, and what the type `scorecard` refuses.
CREATE FUNCTION equity.pmt_card(
  model equity.pmt_model,
  fields text[],
  code text DEFAULT 'PMT',
  classes jsonb DEFAULT NULL
) RETURNS equity.scorecard
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  terms jsonb;
BEGIN
  IF model IS NULL OR fields IS NULL THEN
    RETURN NULL;
  END IF;
  IF cardinality(fields) <> cardinality(model.coefficients) - 1 THEN
    RAISE EXCEPTION 'the model has % columns, but % fields are given', cardinality(model.coefficients) - 1, cardinality(fields)
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Give a field for each column of x, in their order.';
  END IF;
  SELECT jsonb_agg(jsonb_build_object('code', f.field, 'kind', 'coef', 'field', f.field, 'coef', round(c.coef::numeric, 12))
                   ORDER BY f.position)
    INTO terms
    FROM unnest(fields) WITH ORDINALITY AS f (field, position)
    JOIN unnest(model.coefficients) WITH ORDINALITY AS c (coef, position) ON c.position = f.position + 1;
  RETURN (jsonb_build_object('code', code, 'scale', 6, 'criteria',
            jsonb_build_array(jsonb_build_object('code', 'CONSTANT', 'kind', 'const', 'points', round(model.coefficients[1]::numeric, 6)))
            || coalesce(terms, '[]'))
          || CASE WHEN classes IS NULL THEN '{}' ELSE jsonb_build_object('classes', classes) END)::text::equity.scorecard;
END;
$$;

COMMENT ON FUNCTION equity.pmt_card(equity.pmt_model, text[], text, jsonb) IS
  'The scorecard of a model, at scale 6, which scores a row by its prediction, exactly.';

--- Who scores at least `cutoff` is selected, or with `low_is_poor` (a predicted income) who scores at most `cutoff`. Rows with a NULL take no part.
--- Exact, without floating point.
---
--- | column | meaning |
--- | --- | --- |
--- | `selected` | TP + FP, a count or a sum of weights |
--- | `in_need_total` | TP + FN |
--- | `selected_in_need` | TP |
--- | `exclusion_error` | FN / (TP + FN), to six decimals; NULL when nobody is in need |
--- | `inclusion_error` | FP / (TP + FP), to six decimals |
---
--- Errors: 22023 when the arrays are not of the same length or a weight is negative.
CREATE FUNCTION equity.targeting_curve(
  scores numeric[],
  in_need boolean[],
  weights numeric[] DEFAULT NULL,
  low_is_poor boolean DEFAULT false,
  OUT cutoff numeric,
  OUT selected numeric,
  OUT in_need_total numeric,
  OUT selected_in_need numeric,
  OUT exclusion_error numeric,
  OUT inclusion_error numeric
) RETURNS SETOF record
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF cardinality(scores) <> cardinality(targeting_curve.in_need) OR cardinality(scores) <> cardinality(weights) THEN
    RAISE EXCEPTION 'scores, in_need and weights must be arrays of the same length'
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Gather them over the same rows: array_agg(score), array_agg(in_need), array_agg(weight).';
  END IF;
  IF EXISTS (SELECT FROM unnest(weights) AS w (weight) WHERE w.weight < 0 OR w.weight = 'NaN' OR w.weight = 'Infinity') THEN
    RAISE EXCEPTION 'weights must be finite and not negative'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN QUERY
    WITH point AS (
      SELECT p.score, sum(coalesce(p.weight, 1)) AS weight, coalesce(sum(coalesce(p.weight, 1)) FILTER (WHERE p.need), 0) AS need
        FROM unnest(scores, targeting_curve.in_need, weights) AS p (score, need, weight)
       WHERE p.score IS NOT NULL AND p.need IS NOT NULL AND (weights IS NULL OR p.weight IS NOT NULL)
       GROUP BY p.score),
    curve AS (
      SELECT p.score, sum(p.weight) OVER so_far AS weight, sum(p.need) OVER so_far AS need, sum(p.need) OVER () AS total
        FROM point AS p
      WINDOW so_far AS (ORDER BY CASE WHEN low_is_poor THEN p.score ELSE - p.score END))
    SELECT c.score, c.weight, c.total, c.need,
           round((c.total - c.need) / nullif(c.total, 0), 6),
           round((c.weight - c.need) / nullif(c.weight, 0), 6)
      FROM curve AS c
     ORDER BY CASE WHEN low_is_poor THEN c.score ELSE - c.score END;
END;
$$;

COMMENT ON FUNCTION equity.targeting_curve(numeric[], boolean[], numeric[], boolean) IS
  'Both errors of targeting at each cut-off that there can be, the narrowest first.';
-- What Thai registers and files hold: identities, names, dates of the Buddhist era, amounts, yes and no.

--- Accepted: dashes, spaces, Thai digits, and characters that nobody sees (Unicode's property, as the direction marks
--- that come along when an id is copied from a page). It says nothing of whether the id was ever given.
CREATE FUNCTION equity.citizen_id_valid(id text) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_citizen_id_valid';

COMMENT ON FUNCTION equity.citizen_id_valid(text) IS
  'Whether a text is a Thai citizen id (เลขประจำตัวประชาชน): 13 digits, the last of which is the check digit (11 - s mod 11) mod 10, s being the sum of (14 - i) times the i-th digit over the first twelve.';

--- NULL when the text is not 13 digits with dashes and spaces. The check digit is not looked at; `citizen_id_valid` does.
CREATE FUNCTION equity.citizen_id_normal(id text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_citizen_id_normal';

COMMENT ON FUNCTION equity.citizen_id_normal(text) IS
  'The plain form of a citizen id: 13 ASCII digits, leading zeros kept.';

--- Of any text that is neither, nothing is shown: `x-xxxx-xxxxx-xx-x`.
CREATE FUNCTION equity.citizen_id_mask(id text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_citizen_id_mask';

COMMENT ON FUNCTION equity.citizen_id_mask(text) IS
  'A citizen id for public lists, with its last three digits only: x-xxxx-xxxxx-56-2. A G-code is masked alike: Gxxxxxxxxx123.';

--- Dashes, spaces, Thai digits and characters that nobody sees are accepted. A G-code has no check digit.
CREATE FUNCTION equity.g_code_valid(code text) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_g_code_valid';

COMMENT ON FUNCTION equity.g_code_valid(text) IS
  'Whether a text is a G-code (รหัส G), the identity of a child without registration: a capital G and 12 digits.';

--- NULL when the text is no G-code.
CREATE FUNCTION equity.g_code_normal(code text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_g_code_normal';

COMMENT ON FUNCTION equity.g_code_normal(text) IS
  'The plain form of a G-code: G and 12 ASCII digits.';

--- - Sara am (ำ) is one character, after the tone; two เ are แ; ๅ is า but after ฤ and ฦ.
--- - Vowels, tones and signs of a consonant come in one order, each once, and before a vowel that follows: `บา้น` is `บ้าน`.
--- - Characters that nobody sees are left out, by Unicode's property; blanks of any kind are one space, and none at the ends.
--- - Thai digits are 0 to 9. Everything else stays.
---
--- Doing it twice changes nothing. The result is in Unicode's normal form NFC (in an SQL_ASCII database, where the text is UTF-8).
CREATE FUNCTION equity.thai_normal(string text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_thai_normal';

COMMENT ON FUNCTION equity.thai_normal(text) IS
  'A text with all that looks the same written in one way, to compare, join and index names.';

--- Until 2483 years began on 1 April, and that one lasted nine months: 1940-03-31 is in 2482, 1940-12-31 in 2483,
--- 1941-01-01 in 2484.
---
--- Errors: 22008 for an infinite date.
CREATE FUNCTION equity.be_year(day date) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_be_year';

COMMENT ON FUNCTION equity.be_year(date) IS
  'The year of the Buddhist era (พ.ศ.) that a date is in: 543 more than the common era.';

--- equity.parse_date_be reads it back.
---
--- Errors: 22008 for an infinite date.
CREATE FUNCTION equity.thai_date(day date) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_thai_date';

COMMENT ON FUNCTION equity.thai_date(date) IS
  'A date as Thai letters write it, with the year of the Buddhist era: 16 พฤษภาคม 2566.';

--- The second term, which ends in the next calendar year, has the same academic year as the first. `starts` is MM-DD; of a whole
--- date YYYY-MM-DD month and day count.
---
--- Errors: 22007 for another text, 22008 for an infinite date.
CREATE FUNCTION equity.academic_year(day date, starts text DEFAULT '05-16') RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_academic_year_text';

COMMENT ON FUNCTION equity.academic_year(date, text) IS
  'The academic year (ปีการศึกษา) of a date: the year of the Buddhist era in which its first term opened. It opens on 16 May unless starts says otherwise.';

--- Errors: 22008 for an infinite date.
CREATE FUNCTION equity.academic_year(day date, starts date) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_academic_year';

COMMENT ON FUNCTION equity.academic_year(date, date) IS
  'The academic year of a date, where the day of opening is a date: its month and day count, its year does not.';

--- It reads, in Thai or other digits:
---
--- - `16 พฤษภาคม 2566`, `16 พฤษภา 2566`, `16 พ.ค. 66`, `16-พ.ค.-66`, `พ.ค. 16, 2566`, also with `วันที่`, `เดือน`, `พ.ศ.`, `พุทธศักราช`;
--- - `16/05/2566`, also with `-` or `.`, and `2566-05-16`;
--- - a day of the week before it (`วันอังคารที่ …`) and a time of day after it (`08:28`, `เวลา 08.28 น.`), which it reads over.
---
--- A year of two digits is one of 2500 to 2599 where the month is named or พ.ศ. stands before it; in figures alone it is an error.
--- Until 2483 years began on 1 April: `15 มกราคม 2482` is 1940-01-15, and January to March 2483 never were.
---
--- Errors: 22007 for a text that is no date and for a year of two digits in figures alone; 22008 for a day that does not exist
--- (leap years are those of the common era) and for a year outside 2400 to 2700, as one of the common era is.
CREATE FUNCTION equity.parse_date_be(string text) RETURNS date
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_parse_date_be';

COMMENT ON FUNCTION equity.parse_date_be(text) IS
  'The date that a text names in the Buddhist era, as letters, forms and spreadsheets write it: 16 พฤษภาคม 2566, 16 พ.ค. 66, 16/05/2566 or 2566-05-16.';

--- Beside what `parse_date_be` reads: the number of days that a spreadsheet leaves of a date (`45062`, also with a time as fraction; six
--- digits where a year of the Buddhist era had been typed), and, when `century` is given, years of two digits in figures alone: with 2500
--- `16/05/05` is in 2505, with 2000 in the common era's 2005.
---
--- Errors: 22023 for a century that is not a multiple of 100.
CREATE FUNCTION equity.try_date_be(string text, century integer DEFAULT NULL) RETURNS date
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_try_date_be';

COMMENT ON FUNCTION equity.try_date_be(text, integer) IS
  'The date that a text of a file names in the Buddhist era, or NULL where parse_date_be would raise an error. It also reads the day numbers of spreadsheets and, with a century, years of two digits.';

--- Accepted: `12,500`, `฿12,500.50`, `12,500 บาท`, `๑๒`, `500.-`, `(500)` for -500. NULL: blanks, `-`, commas that do not stand between
--- thousands (`1,25` may be meant as a fraction), exponents, more than 36 digits, any other text.
CREATE FUNCTION equity.try_amount(string text) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_try_amount';

COMMENT ON FUNCTION equity.try_amount(text) IS
  'The amount of money that a text of a file holds, or NULL when it holds none.';

--- True: `ใช่`, `มี`, `เป็น`, `จริง`, `ได้`, `ถูก`, `ถูกต้อง`, `เคย`, `Y`, `yes`, `T`, `true`, `1`, `on`, `/`, a tick. False: these after `ไม่`, `ไม่` alone, `เท็จ`, `ผิด`, `N`, `no`,
--- `F`, `false`, `0`, `off`, a ballot cross. Anything else is NULL, also `x`, which ticks on one form and crosses out on another.
CREATE FUNCTION equity.try_boolean(string text) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_try_boolean';

COMMENT ON FUNCTION equity.try_boolean(text) IS
  'Whether a text of a file says yes (ใช่, มี, Y, 1) or no (ไม่, ไม่มี, N, 0), or NULL when it says neither.';

--- Read are the Thai and English names, with `จังหวัด` or `จ.`, `Province` or `Changwat`, whatever the case, blanks and hyphens; `กทม.`,
--- `กรุงเทพฯ`, `อยุธยา`, `โคราช`; and codes (`50`, `TH-50`). The names are part of the function: it reads no table, so it may stand in an
--- index or a generated column. NULL for any other text.
CREATE FUNCTION equity.province_code_of(string text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
  AS 'MODULE_PATHNAME', 'equity_province_code_of';

COMMENT ON FUNCTION equity.province_code_of(text) IS
  'The code of the province that a text names, as in equity.province: 50 for จ.เชียงใหม่ or Chiang Mai.';
-- The rows of a caller's query as texts, for operations that read a file which somebody has put into a
-- table. The query runs with the caller's rights, read-only, and with the search_path that is passed on,
-- because an operation has its own.

-- Errors: 42601 not one SELECT, and those of the query.
CREATE FUNCTION equity_internal.source_columns(source text, search_path text) RETURNS TABLE ("position" integer, heading text, type text)
  LANGUAGE c STABLE STRICT PARALLEL UNSAFE ROWS 20
  AS 'MODULE_PATHNAME', 'equity_source_columns';

COMMENT ON FUNCTION equity_internal.source_columns(text, text) IS
  'The columns of a query, which is not run: position, name and type.';

-- Called with a column definition list: a bigint, the number of the row in the query's order, and a text
-- for each position.
CREATE FUNCTION equity_internal.source_rows(source text, search_path text, positions integer[]) RETURNS SETOF record
  LANGUAGE c STABLE STRICT PARALLEL UNSAFE ROWS 100000
  AS 'MODULE_PATHNAME', 'equity_source_rows';

COMMENT ON FUNCTION equity_internal.source_rows(text, text, integer[]) IS
  'The rows of a query, numbered from 1, with the columns at these positions as text.';

CREATE FUNCTION equity_internal.word_distance(one text, other text) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_word_distance';

COMMENT ON FUNCTION equity_internal.word_distance(text, text) IS
  'How many letters have to be changed, put in or left out to make one text of the other (Levenshtein 1966).';
-- Reference rows: what a table with a column "shipped" promises.
--
-- Such a table is dumped WHERE NOT shipped, because CREATE EXTENSION brings the shipped rows
-- back. One trigger keeps that true: an edited row is dumped, and the row that a restore
-- brings takes the place of the shipped row of the same key. It takes its place by UPDATE, so
-- that foreign keys onto the row hold at every moment.
--
-- The base script inserts the shipped rows before it creates a table's triggers, so "shipped"
-- is true only for rows that a script of the extension brought.

--- An INSERT of the key of a shipped row changes that row in its place (the command tag
--- counts 0 rows), so that a restored dump carries edits. Deleting a shipped row, changing
--- its key or truncating the table is refused with 55000, because a restore would bring the
--- row back. An edited row may be deleted, but a restore brings its shipped form back.
CREATE FUNCTION equity_internal.keep_reference_row() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  key_match text;
  assignments text;
  key_changed boolean;
  replaced bigint;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'cannot truncate %.%: its shipped rows belong to the extension',
      TG_TABLE_SCHEMA, TG_TABLE_NAME
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Delete your own rows with DELETE ... WHERE NOT shipped.';
  END IF;

  IF TG_OP = 'DELETE' THEN
    IF OLD.shipped THEN
      RAISE EXCEPTION 'cannot delete a shipped row of %.%', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state',
              DETAIL = format('The row is %s.', to_jsonb(OLD)),
              HINT = 'A restored dump would bring the row back; leave it unused instead.';
    END IF;
    RETURN OLD;
  END IF;

  IF TG_OP = 'UPDATE' THEN
    IF OLD IS NOT DISTINCT FROM NEW THEN
      RETURN NEW;
    END IF;
    IF OLD.shipped THEN
      SELECT bool_or(to_jsonb(OLD) -> a.attname IS DISTINCT FROM to_jsonb(NEW) -> a.attname)
        INTO key_changed
        FROM pg_index AS i
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
       WHERE i.indrelid = TG_RELID AND i.indisprimary;
      IF key_changed THEN
        RAISE EXCEPTION 'cannot change the key of a shipped row of %.%',
          TG_TABLE_SCHEMA, TG_TABLE_NAME
          USING ERRCODE = 'object_not_in_prerequisite_state',
                DETAIL = format('The row is %s.', to_jsonb(OLD)),
                HINT = 'Insert a row with the new key instead.';
      END IF;
    END IF;
    NEW.shipped := false;
    RETURN NEW;
  END IF;

  NEW.shipped := false;
  SELECT string_agg(format('t.%1$I = ($1).%1$I', a.attname), ' AND ' ORDER BY a.attnum)
           FILTER (WHERE a.attnum = ANY (i.indkey)),
         string_agg(format('%1$I = ($1).%1$I', a.attname), ', ' ORDER BY a.attnum)
           FILTER (WHERE a.attnum <> ALL (i.indkey))
    INTO key_match, assignments
    FROM pg_index AS i
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum > 0 AND NOT a.attisdropped
                          AND a.attgenerated = ''
   WHERE i.indrelid = TG_RELID AND i.indisprimary;
  EXECUTE format('UPDATE %I.%I AS t SET %s WHERE t.shipped AND %s',
                 TG_TABLE_SCHEMA, TG_TABLE_NAME, assignments, key_match)
    USING NEW;
  GET DIAGNOSTICS replaced = ROW_COUNT;
  IF replaced > 0 THEN
    RETURN NULL;                -- the shipped row now is the new row
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_reference_row() IS
  'Trigger of every reference table with a column shipped. An UPDATE that changes a row clears shipped, so that the row is dumped.';
-- Foreign keys of tables into which operations write hundreds of thousands of rows at once. The keys are
-- PostgreSQL's; but whether what new rows name is there is looked up once a statement, not once a row
-- (src/keys.c says how, and why nothing is lost by it).

CREATE FUNCTION equity_internal.check_keys() RETURNS trigger
  LANGUAGE c VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'equity_check_keys';

COMMENT ON FUNCTION equity_internal.check_keys() IS
  'Trigger AFTER INSERT FOR EACH STATEMENT: checks the foreign keys whose check of each row is off (equity_internal.check_keys_at_once) for all new rows, or raises 23503 as PostgreSQL does.';

--- The table needs a trigger of equity_internal.check_keys. Only a superuser may turn a row's
--- check off: the extension's script does. Where a check is on again, after pg_upgrade or
--- ALTER TABLE … ENABLE TRIGGER ALL, rows are checked one by one, until this is called again.
CREATE FUNCTION equity_internal.check_keys_at_once(relation regclass) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  row_check name;
BEGIN
  FOR row_check IN
    SELECT t.tgname
      FROM pg_trigger AS t
     WHERE t.tgrelid = relation
       AND t.tgfoid = 'pg_catalog."RI_FKey_check_ins"'::regproc
  LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', relation, row_check);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_keys_at_once(regclass) IS
  'Turns off the check of each new row against the foreign keys of a table, which is left to equity_internal.check_keys.';
-- Text of which an error message prints nothing. A key that is not unique is printed, in messages and so
-- in the server's log, by the output function of its type; this type's prints an empty text.

CREATE TYPE equity_internal.unprinted;

CREATE FUNCTION equity_internal.unprinted_in(cstring) RETURNS equity_internal.unprinted
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION equity_internal.unprinted_out(equity_internal.unprinted) RETURNS cstring
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'void_out';

CREATE TYPE equity_internal.unprinted (
  INPUT = equity_internal.unprinted_in,
  OUTPUT = equity_internal.unprinted_out,
  LIKE = pg_catalog.text
);

COMMENT ON TYPE equity_internal.unprinted IS
  'Text that is compared byte by byte and never printed: what a unique index has instead of an identity.';
COMMENT ON FUNCTION equity_internal.unprinted_in(cstring) IS 'Input: the text.';
COMMENT ON FUNCTION equity_internal.unprinted_out(equity_internal.unprinted) IS 'Output: nothing.';

CREATE CAST (pg_catalog.text AS equity_internal.unprinted) WITHOUT FUNCTION;

CREATE FUNCTION equity_internal.unprinted_lt(equity_internal.unprinted, equity_internal.unprinted) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bytealt';
COMMENT ON FUNCTION equity_internal.unprinted_lt(equity_internal.unprinted, equity_internal.unprinted) IS 'Operator < of bytes.';
CREATE FUNCTION equity_internal.unprinted_le(equity_internal.unprinted, equity_internal.unprinted) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteale';
COMMENT ON FUNCTION equity_internal.unprinted_le(equity_internal.unprinted, equity_internal.unprinted) IS 'Operator <= of bytes.';
CREATE FUNCTION equity_internal.unprinted_eq(equity_internal.unprinted, equity_internal.unprinted) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteaeq';
COMMENT ON FUNCTION equity_internal.unprinted_eq(equity_internal.unprinted, equity_internal.unprinted) IS 'Operator = of bytes.';
CREATE FUNCTION equity_internal.unprinted_ge(equity_internal.unprinted, equity_internal.unprinted) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteage';
COMMENT ON FUNCTION equity_internal.unprinted_ge(equity_internal.unprinted, equity_internal.unprinted) IS 'Operator >= of bytes.';
CREATE FUNCTION equity_internal.unprinted_gt(equity_internal.unprinted, equity_internal.unprinted) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteagt';
COMMENT ON FUNCTION equity_internal.unprinted_gt(equity_internal.unprinted, equity_internal.unprinted) IS 'Operator > of bytes.';
CREATE FUNCTION equity_internal.unprinted_cmp(equity_internal.unprinted, equity_internal.unprinted) RETURNS integer
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteacmp';
COMMENT ON FUNCTION equity_internal.unprinted_cmp(equity_internal.unprinted, equity_internal.unprinted) IS 'Order of bytes.';

CREATE OPERATOR equity_internal.< (FUNCTION = equity_internal.unprinted_lt, LEFTARG = equity_internal.unprinted, RIGHTARG = equity_internal.unprinted);
CREATE OPERATOR equity_internal.<= (FUNCTION = equity_internal.unprinted_le, LEFTARG = equity_internal.unprinted, RIGHTARG = equity_internal.unprinted);
CREATE OPERATOR equity_internal.= (FUNCTION = equity_internal.unprinted_eq, LEFTARG = equity_internal.unprinted, RIGHTARG = equity_internal.unprinted);
CREATE OPERATOR equity_internal.>= (FUNCTION = equity_internal.unprinted_ge, LEFTARG = equity_internal.unprinted, RIGHTARG = equity_internal.unprinted);
CREATE OPERATOR equity_internal.> (FUNCTION = equity_internal.unprinted_gt, LEFTARG = equity_internal.unprinted, RIGHTARG = equity_internal.unprinted);
COMMENT ON OPERATOR equity_internal.< (equity_internal.unprinted, equity_internal.unprinted) IS 'Less than.';
COMMENT ON OPERATOR equity_internal.<= (equity_internal.unprinted, equity_internal.unprinted) IS 'At most.';
COMMENT ON OPERATOR equity_internal.= (equity_internal.unprinted, equity_internal.unprinted) IS 'Equal.';
COMMENT ON OPERATOR equity_internal.>= (equity_internal.unprinted, equity_internal.unprinted) IS 'At least.';
COMMENT ON OPERATOR equity_internal.> (equity_internal.unprinted, equity_internal.unprinted) IS 'Greater than.';

CREATE OPERATOR CLASS equity_internal.unprinted_ops DEFAULT FOR TYPE equity_internal.unprinted USING btree AS
  OPERATOR 1 equity_internal.<,
  OPERATOR 2 equity_internal.<=,
  OPERATOR 3 equity_internal.=,
  OPERATOR 4 equity_internal.>=,
  OPERATOR 5 equity_internal.>,
  FUNCTION 1 equity_internal.unprinted_cmp(equity_internal.unprinted, equity_internal.unprinted);
-- Geography: provinces, and the regions that one or another scheme puts them in.

CREATE TABLE equity.region (
  scheme text NOT NULL,
  region_code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT region_pkey PRIMARY KEY (scheme, region_code),
  CONSTRAINT region_scheme_is_code CHECK (scheme ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT region_code_is_code CHECK (region_code ~ '^[a-z0-9][a-z0-9_]*$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.region', 'WHERE NOT shipped');

COMMENT ON TABLE equity.region IS
  'Regions (ภูมิภาค) of a scheme. Offices divide the country in different ways, so a region belongs to a named scheme.';
COMMENT ON COLUMN equity.region.scheme IS
  'Name of the division of the country, lower-case code; six_region is the six geographical regions.';
COMMENT ON COLUMN equity.region.region_code IS
  'Code of the region within its scheme, lower case, for example northeast.';
COMMENT ON COLUMN equity.region.name_th IS
  'Thai name (ชื่อภูมิภาค).';
COMMENT ON COLUMN equity.region.name_en IS
  'English name.';
COMMENT ON COLUMN equity.region.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

CREATE TABLE equity.province (
  province_code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT province_pkey PRIMARY KEY (province_code),
  CONSTRAINT province_code_two_digits CHECK (province_code ~ '^[0-9]{2}$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.province', 'WHERE NOT shipped');

COMMENT ON TABLE equity.province IS
  'Provinces (จังหวัด) of Thailand, 77 as shipped, Bangkok included.';
COMMENT ON COLUMN equity.province.province_code IS
  'Code of the ministry of interior (รหัสจังหวัด), two digits, 10 to 96; ISO 3166-2 is TH- and the same digits.';
COMMENT ON COLUMN equity.province.name_th IS
  'Thai name without the word จังหวัด.';
COMMENT ON COLUMN equity.province.name_en IS
  'English name, in the spelling of the Royal Thai General System of Transcription or in common use.';
COMMENT ON COLUMN equity.province.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

CREATE TABLE equity.region_province (
  scheme text NOT NULL,
  province_code text NOT NULL,
  region_code text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT region_province_pkey PRIMARY KEY (scheme, province_code),
  CONSTRAINT region_province_region_fkey FOREIGN KEY (scheme, region_code)
    REFERENCES equity.region (scheme, region_code),
  CONSTRAINT region_province_province_fkey FOREIGN KEY (province_code)
    REFERENCES equity.province (province_code)
);

SELECT pg_catalog.pg_extension_config_dump('equity.region_province', 'WHERE NOT shipped');

COMMENT ON TABLE equity.region_province IS
  'Which region each province is in, one row for each scheme and province.';
COMMENT ON COLUMN equity.region_province.scheme IS
  'Scheme of the region, as in equity.region.';
COMMENT ON COLUMN equity.region_province.province_code IS
  'Province (จังหวัด), as in equity.province.';
COMMENT ON COLUMN equity.region_province.region_code IS
  'Region of the province in this scheme, as in equity.region.';
COMMENT ON COLUMN equity.region_province.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.region (scheme, region_code, name_th, name_en, shipped) VALUES
  ('six_region', 'north', 'ภาคเหนือ', 'Northern', true),
  ('six_region', 'central', 'ภาคกลาง', 'Central', true),
  ('six_region', 'northeast', 'ภาคตะวันออกเฉียงเหนือ', 'Northeastern', true),
  ('six_region', 'west', 'ภาคตะวันตก', 'Western', true),
  ('six_region', 'east', 'ภาคตะวันออก', 'Eastern', true),
  ('six_region', 'south', 'ภาคใต้', 'Southern', true);

INSERT INTO equity.province (province_code, name_th, name_en, shipped) VALUES
  ('10', 'กรุงเทพมหานคร', 'Bangkok', true),
  ('11', 'สมุทรปราการ', 'Samut Prakan', true),
  ('12', 'นนทบุรี', 'Nonthaburi', true),
  ('13', 'ปทุมธานี', 'Pathum Thani', true),
  ('14', 'พระนครศรีอยุธยา', 'Phra Nakhon Si Ayutthaya', true),
  ('15', 'อ่างทอง', 'Ang Thong', true),
  ('16', 'ลพบุรี', 'Lopburi', true),
  ('17', 'สิงห์บุรี', 'Sing Buri', true),
  ('18', 'ชัยนาท', 'Chai Nat', true),
  ('19', 'สระบุรี', 'Saraburi', true),
  ('20', 'ชลบุรี', 'Chon Buri', true),
  ('21', 'ระยอง', 'Rayong', true),
  ('22', 'จันทบุรี', 'Chanthaburi', true),
  ('23', 'ตราด', 'Trat', true),
  ('24', 'ฉะเชิงเทรา', 'Chachoengsao', true),
  ('25', 'ปราจีนบุรี', 'Prachin Buri', true),
  ('26', 'นครนายก', 'Nakhon Nayok', true),
  ('27', 'สระแก้ว', 'Sa Kaeo', true),
  ('30', 'นครราชสีมา', 'Nakhon Ratchasima', true),
  ('31', 'บุรีรัมย์', 'Buri Ram', true),
  ('32', 'สุรินทร์', 'Surin', true),
  ('33', 'ศรีสะเกษ', 'Si Sa Ket', true),
  ('34', 'อุบลราชธานี', 'Ubon Ratchathani', true),
  ('35', 'ยโสธร', 'Yasothon', true),
  ('36', 'ชัยภูมิ', 'Chaiyaphum', true),
  ('37', 'อำนาจเจริญ', 'Amnat Charoen', true),
  ('38', 'บึงกาฬ', 'Bueng Kan', true),
  ('39', 'หนองบัวลำภู', 'Nong Bua Lam Phu', true),
  ('40', 'ขอนแก่น', 'Khon Kaen', true),
  ('41', 'อุดรธานี', 'Udon Thani', true),
  ('42', 'เลย', 'Loei', true),
  ('43', 'หนองคาย', 'Nong Khai', true),
  ('44', 'มหาสารคาม', 'Maha Sarakham', true),
  ('45', 'ร้อยเอ็ด', 'Roi Et', true),
  ('46', 'กาฬสินธุ์', 'Kalasin', true),
  ('47', 'สกลนคร', 'Sakon Nakhon', true),
  ('48', 'นครพนม', 'Nakhon Phanom', true),
  ('49', 'มุกดาหาร', 'Mukdahan', true),
  ('50', 'เชียงใหม่', 'Chiang Mai', true),
  ('51', 'ลำพูน', 'Lamphun', true),
  ('52', 'ลำปาง', 'Lampang', true),
  ('53', 'อุตรดิตถ์', 'Uttaradit', true),
  ('54', 'แพร่', 'Phrae', true),
  ('55', 'น่าน', 'Nan', true),
  ('56', 'พะเยา', 'Phayao', true),
  ('57', 'เชียงราย', 'Chiang Rai', true),
  ('58', 'แม่ฮ่องสอน', 'Mae Hong Son', true),
  ('60', 'นครสวรรค์', 'Nakhon Sawan', true),
  ('61', 'อุทัยธานี', 'Uthai Thani', true),
  ('62', 'กำแพงเพชร', 'Kamphaeng Phet', true),
  ('63', 'ตาก', 'Tak', true),
  ('64', 'สุโขทัย', 'Sukhothai', true),
  ('65', 'พิษณุโลก', 'Phitsanulok', true),
  ('66', 'พิจิตร', 'Phichit', true),
  ('67', 'เพชรบูรณ์', 'Phetchabun', true),
  ('70', 'ราชบุรี', 'Ratchaburi', true),
  ('71', 'กาญจนบุรี', 'Kanchanaburi', true),
  ('72', 'สุพรรณบุรี', 'Suphan Buri', true),
  ('73', 'นครปฐม', 'Nakhon Pathom', true),
  ('74', 'สมุทรสาคร', 'Samut Sakhon', true),
  ('75', 'สมุทรสงคราม', 'Samut Songkhram', true),
  ('76', 'เพชรบุรี', 'Phetchaburi', true),
  ('77', 'ประจวบคีรีขันธ์', 'Prachuap Khiri Khan', true),
  ('80', 'นครศรีธรรมราช', 'Nakhon Si Thammarat', true),
  ('81', 'กระบี่', 'Krabi', true),
  ('82', 'พังงา', 'Phangnga', true),
  ('83', 'ภูเก็ต', 'Phuket', true),
  ('84', 'สุราษฎร์ธานี', 'Surat Thani', true),
  ('85', 'ระนอง', 'Ranong', true),
  ('86', 'ชุมพร', 'Chumphon', true),
  ('90', 'สงขลา', 'Songkhla', true),
  ('91', 'สตูล', 'Satun', true),
  ('92', 'ตรัง', 'Trang', true),
  ('93', 'พัทลุง', 'Phatthalung', true),
  ('94', 'ปัตตานี', 'Pattani', true),
  ('95', 'ยะลา', 'Yala', true),
  ('96', 'นราธิวาส', 'Narathiwat', true);

INSERT INTO equity.region_province (scheme, province_code, region_code, shipped)
SELECT 'six_region', m.province_code, r.region_code, true
  FROM (VALUES
    ('north', ARRAY['50', '51', '52', '53', '54', '55', '56', '57', '58']),
    ('central', ARRAY['10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '26', '60',
      '61', '62', '64', '65', '66', '67', '72', '73', '74', '75']),
    ('northeast', ARRAY['30', '31', '32', '33', '34', '35', '36', '37', '38', '39', '40', '41',
      '42', '43', '44', '45', '46', '47', '48', '49']),
    ('west', ARRAY['63', '70', '71', '76', '77']),
    ('east', ARRAY['20', '21', '22', '23', '24', '25', '27']),
    ('south', ARRAY['80', '81', '82', '83', '84', '85', '86', '90', '91', '92', '93', '94',
      '95', '96'])
  ) AS r (region_code, province_codes)
 CROSS JOIN LATERAL pg_catalog.unnest(r.province_codes) AS m (province_code);

CREATE TRIGGER region_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.region
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER region_reference_truncate
  BEFORE TRUNCATE ON equity.region
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER province_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.province
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER province_reference_truncate
  BEFORE TRUNCATE ON equity.province
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER region_province_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.region_province
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER region_province_reference_truncate
  BEFORE TRUNCATE ON equity.region_province
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();
-- Programmes, the grants they give, the monthly rates and the fields of study.

CREATE TABLE equity.programme (
  programme_code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  special_needs boolean NOT NULL DEFAULT false,
  published_year smallint,
  published_quota integer,
  published_recipients integer,
  published_recipients_status text,
  published_source text,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT programme_pkey PRIMARY KEY (programme_code),
  CONSTRAINT programme_code_is_code CHECK (programme_code ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT programme_published_year_be CHECK (published_year BETWEEN 2400 AND 2700),
  CONSTRAINT programme_published_quota_not_negative CHECK (published_quota >= 0),
  CONSTRAINT programme_published_recipients_not_negative CHECK (published_recipients >= 0),
  CONSTRAINT programme_published_recipients_status_known
    CHECK (published_recipients_status IN ('graduated', 'studying', 'received')),
  CONSTRAINT programme_published_figures_have_source
    CHECK ((published_quota IS NULL AND published_recipients IS NULL)
           OR (published_year IS NOT NULL AND published_source IS NOT NULL))
);

SELECT pg_catalog.pg_extension_config_dump('equity.programme', 'WHERE NOT shipped');

COMMENT ON TABLE equity.programme IS
  'Scholarship programmes (โครงการทุน). The published figures are what an office announced, kept to compare with the sums of the award rows; nothing computes with them.';
COMMENT ON COLUMN equity.programme.programme_code IS
  'Code of the programme, lower case, for example innovation_general.';
COMMENT ON COLUMN equity.programme.name_th IS
  'Thai name (ชื่อโครงการ).';
COMMENT ON COLUMN equity.programme.name_en IS
  'English name.';
COMMENT ON COLUMN equity.programme.special_needs IS
  'True for a programme for persons with special needs (ผู้มีความต้องการจำเป็นพิเศษ).';
COMMENT ON COLUMN equity.programme.published_year IS
  'Academic year (ปีการศึกษา) of the published figures, พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.programme.published_quota IS
  'Published number of new scholarships of that year (โควตา), persons; NULL when none was published.';
COMMENT ON COLUMN equity.programme.published_recipients IS
  'Published number of recipients so far (ผู้รับทุน), persons; NULL when none was published.';
COMMENT ON COLUMN equity.programme.published_recipients_status IS
  'What the published recipients did when they were counted: graduated (received the scholarship and graduated), studying, or received (no more was said).';
COMMENT ON COLUMN equity.programme.published_source IS
  'Where the figures were published.';
COMMENT ON COLUMN equity.programme.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.programme (programme_code, name_th, name_en, special_needs, published_year,
  published_quota, published_recipients, published_recipients_status, published_source, shipped)
VALUES
  ('full_potential',
   'โครงการพัฒนาเต็มศักยภาพสายอาชีพ "ทุนพระกนิษฐาสัมมาชีพ"',
   'Full Potential Vocational Development (Phra Kanittha Sammachip scholarship)',
   false, 2566, NULL, 27, 'received', 'OVEC (สอศ.) article of 7 July 2566', true),
  ('innovation_general',
   'โครงการทุนนวัตกรรมสายอาชีพชั้นสูง สำหรับสถานศึกษาทั่วไป',
   'High Vocational Innovation Scholarship, general institutions',
   false, 2566, 1265, 2177, 'graduated', 'OVEC (สอศ.) article of 7 July 2566', true),
  ('innovation_innovation',
   'โครงการทุนนวัตกรรมสายอาชีพชั้นสูง สำหรับสถานศึกษานวัตกรรม',
   'High Vocational Innovation Scholarship, innovation institutions',
   false, 2566, 275, 136, 'studying', 'OVEC (สอศ.) article of 7 July 2566', true),
  ('innovation_special',
   'โครงการทุนนวัตกรรมสายอาชีพชั้นสูง สำหรับผู้มีความต้องการจำเป็นพิเศษ',
   'High Vocational Innovation Scholarship, persons with special needs',
   true, 2566, 140, 62, 'graduated', 'OVEC (สอศ.) article of 7 July 2566', true);

CREATE TRIGGER programme_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.programme
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER programme_reference_truncate
  BEFORE TRUNCATE ON equity.programme
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TABLE equity.grant_type (
  grant_type text NOT NULL,
  years smallint,
  level text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT grant_type_pkey PRIMARY KEY (grant_type),
  CONSTRAINT grant_type_is_code CHECK (grant_type ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT grant_type_years_in_range CHECK (years BETWEEN 1 AND 10),
  CONSTRAINT grant_type_level_is_code CHECK (level ~ '^[a-z][a-z0-9_]*$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.grant_type', 'WHERE NOT shipped');

COMMENT ON TABLE equity.grant_type IS
  'Kinds of scholarship by length and level of study (ประเภททุน).';
COMMENT ON COLUMN equity.grant_type.grant_type IS
  'Code of the kind: one_year, two_year, five_year or bachelor as shipped.';
COMMENT ON COLUMN equity.grant_type.years IS
  'Length in academic years, 1 to 10; NULL when it depends on the course.';
COMMENT ON COLUMN equity.grant_type.level IS
  'Level of study (ระดับการศึกษา): short_course, high_vocational (ปวส.), vocational_to_high (ปวช. ต่อเนื่อง ปวส.) or bachelor (ปริญญาตรี) as shipped.';
COMMENT ON COLUMN equity.grant_type.name_th IS
  'Thai name (ชื่อประเภททุน).';
COMMENT ON COLUMN equity.grant_type.name_en IS
  'English name.';
COMMENT ON COLUMN equity.grant_type.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.grant_type (grant_type, years, level, name_th, name_en, shipped) VALUES
  ('one_year', 1, 'short_course', 'ทุน 1 ปี (หลักสูตร 1 ปี)', 'One-year grant (one-year course)', true),
  ('two_year', 2, 'high_vocational', 'ทุน 2 ปี (ปวส.)', 'Two-year grant (higher vocational certificate)', true),
  ('five_year', 5, 'vocational_to_high', 'ทุน 5 ปี (ปวช. ต่อเนื่อง ปวส.)',
   'Five-year grant (vocational certificate through higher vocational certificate)', true),
  ('bachelor', NULL, 'bachelor', 'ทุนปริญญาตรี', 'Bachelor''s degree grant', true);

CREATE TRIGGER grant_type_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.grant_type
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER grant_type_reference_truncate
  BEFORE TRUNCATE ON equity.grant_type
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TABLE equity.rate (
  programme_code text NOT NULL,
  grant_type text NOT NULL,
  academic_year smallint NOT NULL,
  monthly_amount numeric(12,2) NOT NULL,
  confirmed boolean NOT NULL DEFAULT false,
  source text,
  CONSTRAINT rate_pkey PRIMARY KEY (programme_code, grant_type, academic_year),
  CONSTRAINT rate_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT rate_grant_type_fkey FOREIGN KEY (grant_type)
    REFERENCES equity.grant_type (grant_type),
  CONSTRAINT rate_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT rate_monthly_amount_not_negative CHECK (monthly_amount >= 0),
  CONSTRAINT rate_confirmed_has_source CHECK (NOT confirmed OR source IS NOT NULL)
);

SELECT pg_catalog.pg_extension_config_dump('equity.rate', '');

COMMENT ON TABLE equity.rate IS
  'Monthly amount of a grant of a programme in an academic year. No row is shipped: amounts come from each year''s announcement.';
COMMENT ON COLUMN equity.rate.programme_code IS
  'Programme (โครงการ).';
COMMENT ON COLUMN equity.rate.grant_type IS
  'Kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.rate.academic_year IS
  'Academic year (ปีการศึกษา) that the amount is for, พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.rate.monthly_amount IS
  'Monthly amount (จำนวนเงินต่อเดือน), baht, 0 or more.';
COMMENT ON COLUMN equity.rate.confirmed IS
  'True when the amount was read in an announcement; false for an example or a guess.';
COMMENT ON COLUMN equity.rate.source IS
  'Where the amount comes from; required when confirmed.';

CREATE TABLE equity.field_of_study (
  field_code text NOT NULL,
  name_th text NOT NULL,
  name_en text,
  special_needs boolean NOT NULL DEFAULT false,
  CONSTRAINT field_of_study_pkey PRIMARY KEY (field_code),
  CONSTRAINT field_of_study_code_is_code CHECK (field_code ~ '^[A-Za-z0-9][A-Za-z0-9_.-]*$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.field_of_study', '');

COMMENT ON TABLE equity.field_of_study IS
  'Fields of study (สาขาวิชา) that institutions offer. No row is shipped.';
COMMENT ON COLUMN equity.field_of_study.field_code IS
  'Code of the field (รหัสสาขาวิชา): letters, digits, dot, dash and underscore.';
COMMENT ON COLUMN equity.field_of_study.name_th IS
  'Thai name (ชื่อสาขาวิชา).';
COMMENT ON COLUMN equity.field_of_study.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.field_of_study.special_needs IS
  'True when the field is arranged for persons with special needs (ผู้มีความต้องการจำเป็นพิเศษ).';
-- Institutions that take scholars.

CREATE TABLE equity.institution (
  institution_id bigint GENERATED BY DEFAULT AS IDENTITY,
  institution_code text NOT NULL,
  name_th text NOT NULL,
  name_en text,
  province_code text NOT NULL,
  kind text NOT NULL,
  ownership text NOT NULL,
  affiliation text NOT NULL,
  CONSTRAINT institution_pkey PRIMARY KEY (institution_id),
  CONSTRAINT institution_code_unique UNIQUE (institution_code),
  CONSTRAINT institution_province_fkey FOREIGN KEY (province_code)
    REFERENCES equity.province (province_code),
  CONSTRAINT institution_code_ten_digits CHECK (institution_code ~ '^[0-9]{10}$'),
  CONSTRAINT institution_kind_known CHECK (kind IN ('general', 'innovation', 'institute')),
  CONSTRAINT institution_ownership_known CHECK (ownership IN ('state', 'private')),
  CONSTRAINT institution_affiliation_known
    CHECK (affiliation IN ('ovec', 'community_college', 'mhesi', 'other'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.institution', '');
SELECT pg_catalog.pg_extension_config_dump('equity.institution_institution_id_seq', '');

COMMENT ON TABLE equity.institution IS
  'Institutions (สถานศึกษา) that take scholars. No row is shipped.';
COMMENT ON COLUMN equity.institution.institution_id IS
  'Key assigned by the database.';
COMMENT ON COLUMN equity.institution.institution_code IS
  'Official code (รหัสสถานศึกษา), ten digits; the first two are the affiliation, 13 for OVEC.';
COMMENT ON COLUMN equity.institution.name_th IS
  'Thai name (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.institution.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.institution.province_code IS
  'Province (จังหวัด) where the institution is.';
COMMENT ON COLUMN equity.institution.kind IS
  'general (สถานศึกษาทั่วไป), innovation (สถานศึกษานวัตกรรม) or institute (สถาบันการอาชีวศึกษา).';
COMMENT ON COLUMN equity.institution.ownership IS
  'state (รัฐ) or private (เอกชน).';
COMMENT ON COLUMN equity.institution.affiliation IS
  'Parent body (สังกัด): ovec (สอศ.), community_college (วิทยาลัยชุมชน), mhesi (อว.) or other.';
-- Versions of scorecards: the rules and points that a round uses, sealed once they are in use.

--- A sealed version never changes; a correction is a new version. Two sealed versions of a
--- code are never valid on the same day.
CREATE TABLE equity.scorecard_version (
  card_code text NOT NULL,
  version integer NOT NULL,
  card equity.scorecard,
  digest text GENERATED ALWAYS AS (equity.digest(card)) STORED,
  name_th text,
  name_en text,
  scale smallint,
  rounding text,
  as_of date,
  valid_from date,
  valid_to date,
  sealed_at timestamptz,
  CONSTRAINT scorecard_version_pkey PRIMARY KEY (card_code, version),
  CONSTRAINT scorecard_version_positive CHECK (version >= 1),
  CONSTRAINT scorecard_version_scale_in_range CHECK (scale BETWEEN 0 AND 6),
  CONSTRAINT scorecard_version_rounding_known CHECK (rounding IN ('half_up', 'half_even', 'down')),
  CONSTRAINT scorecard_version_as_of_is_day CHECK (pg_catalog.isfinite(as_of)),
  CONSTRAINT scorecard_version_validity_in_order CHECK (valid_from <= valid_to),
  CONSTRAINT scorecard_version_sealed_has_card CHECK (sealed_at IS NULL OR card IS NOT NULL)
);

SELECT pg_catalog.pg_extension_config_dump('equity.scorecard_version', '');

COMMENT ON TABLE equity.scorecard_version IS
  'Versions of scorecards (เกณฑ์การให้คะแนน). A draft is written either as one value in card, or row by row in equity.criterion with scale, rounding and as_of here; equity.seal_scorecard() makes card and rows say the same.';
COMMENT ON COLUMN equity.scorecard_version.card_code IS
  'Code that the versions of one scorecard share, for example HVIS-2566.';
COMMENT ON COLUMN equity.scorecard_version.version IS
  'Number of the version, 1 and up.';
COMMENT ON COLUMN equity.scorecard_version.card IS
  'The scorecard: gates, points and rounding as one value. NULL while a draft is written as rows of equity.criterion; never NULL once sealed.';
COMMENT ON COLUMN equity.scorecard_version.digest IS
  'Sha256 of the card''s canonical form, 64 hexadecimal digits; always that of card, NULL with it.';
COMMENT ON COLUMN equity.scorecard_version.name_th IS
  'Thai name (ชื่อเกณฑ์), or NULL.';
COMMENT ON COLUMN equity.scorecard_version.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.scorecard_version.scale IS
  'Decimals of points and scores (จำนวนทศนิยม), 0 to 6; NULL is 4, and a draft written as a value may leave it out. Set when sealed.';
COMMENT ON COLUMN equity.scorecard_version.rounding IS
  'How points are rounded (การปัดเศษ): half_up, half_even or down; NULL is half_up, and a draft written as a value may leave it out. Set when sealed.';
COMMENT ON COLUMN equity.scorecard_version.as_of IS
  'Day on which ages count (วันที่ใช้คำนวณอายุ); NULL when no rule needs it.';
COMMENT ON COLUMN equity.scorecard_version.valid_from IS
  'First day on which the version may be used; NULL for no limit.';
COMMENT ON COLUMN equity.scorecard_version.valid_to IS
  'Last day on which the version may be used, that day included; NULL for no limit. An open end of a sealed version may be set once, so that another version can follow.';
COMMENT ON COLUMN equity.scorecard_version.sealed_at IS
  'When the version was sealed; NULL while it is a draft. From then on only the names may change, and valid_to from NULL to a day. equity.seal_scorecard() sets it.';

CREATE FUNCTION equity_internal.keep_sealed_scorecard() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'UPDATE'
     AND OLD.card_code = NEW.card_code
     AND OLD.version = NEW.version
     AND equity.digest(OLD.card) = equity.digest(NEW.card)
     AND (OLD.scale, OLD.rounding, OLD.as_of, OLD.valid_from, OLD.sealed_at)
         IS NOT DISTINCT FROM (NEW.scale, NEW.rounding, NEW.as_of, NEW.valid_from, NEW.sealed_at)
     AND (OLD.valid_to IS NULL OR OLD.valid_to IS NOT DISTINCT FROM NEW.valid_to)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'scorecard "%" version % is sealed', OLD.card_code, OLD.version
    USING ERRCODE = 'object_not_in_prerequisite_state',
          DETAIL = format('It was sealed at %s.', OLD.sealed_at),
          HINT = 'Make a new version of the card, for example with equity.copy_scorecard(); of a sealed one only the names and an open end of its validity may change.';
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_sealed_scorecard() IS
  'Trigger of equity.scorecard_version: a sealed version keeps its code, number, card, scale, rounding, as_of, validity and seal, and is not deleted; anything else is refused with 55000. An open end of the validity (valid_to NULL) may be set.';

CREATE TRIGGER scorecard_version_sealed
  BEFORE UPDATE OR DELETE ON equity.scorecard_version
  FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL)
  EXECUTE FUNCTION equity_internal.keep_sealed_scorecard();

CREATE FUNCTION equity_internal.refuse_scorecard_truncate() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM equity.scorecard_version AS v WHERE v.sealed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'cannot truncate %.%: it holds sealed scorecards', TG_TABLE_SCHEMA, TG_TABLE_NAME
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Delete the drafts with DELETE ... WHERE sealed_at IS NULL on equity.scorecard_version; their rows go with them.';
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_scorecard_truncate() IS
  'Trigger of equity.scorecard_version and equity.criterion: TRUNCATE is refused with 55000 while a version is sealed.';

CREATE TRIGGER scorecard_version_truncate
  BEFORE TRUNCATE ON equity.scorecard_version
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.refuse_scorecard_truncate();

-- Two sealed versions of a code that are valid on the same day would both be the rule of that day.
-- All versions of the code are locked first, so that of two seals at once the second sees the first,
-- or is told to run again (40001) when its snapshot is too old for that.
CREATE FUNCTION equity_internal.check_scorecard_validity() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  other equity.scorecard_version;
BEGIN
  PERFORM FROM equity.scorecard_version AS v
    WHERE v.card_code = NEW.card_code
    ORDER BY v.version
      FOR NO KEY UPDATE;
  SELECT v.* INTO other
    FROM equity.scorecard_version AS v
   WHERE v.card_code = NEW.card_code
     AND v.version <> NEW.version
     AND v.sealed_at IS NOT NULL
     AND daterange(v.valid_from, v.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
   ORDER BY v.version
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'scorecard "%" version % is valid on days of version %', NEW.card_code, NEW.version, other.version
      USING ERRCODE = 'exclusion_violation',
            DETAIL = format('Version %s: from %s to %s; version %s: from %s to %s.',
                            NEW.version, coalesce(to_char(NEW.valid_from, 'YYYY-MM-DD'), 'ever'), coalesce(to_char(NEW.valid_to, 'YYYY-MM-DD'), 'ever'),
                            other.version, coalesce(to_char(other.valid_from, 'YYYY-MM-DD'), 'ever'), coalesce(to_char(other.valid_to, 'YYYY-MM-DD'), 'ever')),
            HINT = 'Set valid_from and valid_to so that they follow each other; an open end of a sealed version may still be set.';
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_scorecard_validity() IS
  'Trigger of equity.scorecard_version: two sealed versions of a code are never valid on the same day, or 23P01 is raised.';

CREATE TRIGGER scorecard_version_validity
  AFTER INSERT OR UPDATE OF sealed_at, valid_from, valid_to ON equity.scorecard_version
  FOR EACH ROW WHEN (NEW.sealed_at IS NOT NULL)
  EXECUTE FUNCTION equity_internal.check_scorecard_validity();
-- The rules of a scorecard as rows, one a line of a spreadsheet: what a clerk fills in, copies in and
-- out as CSV, and reads beside the announcement. equity.card_from_rows() makes the card of them,
-- equity.scorecard_rows() the rows of a card.
--
-- A criterion of kind band, linear or enum has a row for each range, point or value; any other has
-- one row. What such rows say of the whole criterion (field, missing, otherwise, reason) may stand on
-- one of them or on all, but must not differ. Lists (members, fields of a derive, values of a gate)
-- stand in one cell, so that a gate is one row whatever its op.

--- A column that the kind does not know must be empty: the error names criterion and column.
--- Once the version is sealed only labels, words of values and sensitive may change.
CREATE TABLE equity.criterion (
  card_code text NOT NULL,
  version integer NOT NULL,
  position integer NOT NULL,
  criterion text NOT NULL,
  kind text NOT NULL,
  field text,
  op text,
  value text,
  than text,
  low numeric,
  high numeric,
  upper boolean,
  points numeric,
  coef numeric,
  otherwise numeric,
  gate_group text,
  missing text,
  missing_points numeric,
  minimum numeric,
  maximum numeric,
  members text,
  fn text,
  reason text,
  label_th text,
  label_en text,
  value_th text,
  value_en text,
  legal_reference text,
  sensitive boolean NOT NULL DEFAULT false,
  CONSTRAINT criterion_pkey PRIMARY KEY (card_code, version, position),
  CONSTRAINT criterion_version_fkey FOREIGN KEY (card_code, version)
    REFERENCES equity.scorecard_version (card_code, version) ON DELETE CASCADE,
  CONSTRAINT criterion_not_empty CHECK (criterion <> ''),
  CONSTRAINT criterion_kind_known CHECK (
    kind IN ('gate', 'band', 'linear', 'enum', 'coef', 'const', 'section', 'derive', 'class')),
  CONSTRAINT criterion_enum_has_value CHECK (kind <> 'enum' OR value IS NOT NULL),
  CONSTRAINT criterion_missing_known CHECK (
    missing IN ('undetermined', 'reject', 'points', 'worst', 'best')),
  CONSTRAINT criterion_missing_points_have_policy CHECK (
    (missing IS NOT DISTINCT FROM 'points') = (missing_points IS NOT NULL)),
  CONSTRAINT criterion_class_is_a_range CHECK (
    kind <> 'class'
    OR pg_catalog.num_nonnulls(field, op, value, than, upper, points, coef, otherwise, gate_group, missing, minimum,
                               maximum, members, fn, reason) = 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.criterion', '');

COMMENT ON TABLE equity.criterion IS
  'Rules of scorecards as rows (เกณฑ์รายข้อ), one for each gate, range of a band, point of a linear, value of an enum, coef, const, section, derive or class. An empty cell is NULL.';
COMMENT ON COLUMN equity.criterion.card_code IS
  'Code of the scorecard (รหัสเกณฑ์).';
COMMENT ON COLUMN equity.criterion.version IS
  'Version of the scorecard.';
COMMENT ON COLUMN equity.criterion.position IS
  'Order of the rows (ลำดับ), any numbers, gaps allowed. Criteria are in the order of their first rows; a derive comes before what reads it.';
COMMENT ON COLUMN equity.criterion.criterion IS
  'Code of the criterion (รหัสข้อ), for example G1; the rows of one band, linear or enum share it. Of a class its name.';
COMMENT ON COLUMN equity.criterion.kind IS
  'gate (คุณสมบัติ), band (ช่วง), linear (เส้นตรง), enum (รายค่า), coef (สัมประสิทธิ์), const (ค่าคงที่), section (หมวด), derive (ค่าที่คำนวณ) or class (ระดับ).';
COMMENT ON COLUMN equity.criterion.field IS
  'Column that is read, or column.key.key in a jsonb column (ข้อมูลที่ใช้). Of a derive other than age_years and age_years_thai a list: names with commas between, or a JSON array of strings.';
COMMENT ON COLUMN equity.criterion.op IS
  'Of a gate: = <> < <= > >= between in notin isnull notnull overlaps contains disjoint.';
COMMENT ON COLUMN equity.criterion.value IS
  'Of a gate the value to compare with, for between, in, notin, overlaps, contains and disjoint a list: values with commas between, or a JSON array. Of an enum the value that gives the points, of a linear the number. 2.00 is a number, true a truth value, anything else a text; a text that looks like a number or holds a comma is put in double quotes, for example "10".';
COMMENT ON COLUMN equity.criterion.than IS
  'Of a gate that compares two fields: the other field (เทียบกับข้อมูล), instead of a value.';
COMMENT ON COLUMN equity.criterion.low IS
  'Low end (ตั้งแต่) of a band or class, included unless upper is true; NULL for no limit.';
COMMENT ON COLUMN equity.criterion.high IS
  'High end (ถึงก่อน) of a band or class, not included unless upper is true; NULL for no limit.';
COMMENT ON COLUMN equity.criterion.upper IS
  'Of a band: true when its ranges hold their high ends and not their low ends (มากกว่า … แต่ไม่เกิน …); NULL or false otherwise.';
COMMENT ON COLUMN equity.criterion.points IS
  'Points (คะแนน) of a range, point, value or const, at most as many decimals as the scale.';
COMMENT ON COLUMN equity.criterion.coef IS
  'Of a coef: the coefficient (สัมประสิทธิ์), at most 12 decimals.';
COMMENT ON COLUMN equity.criterion.otherwise IS
  'Points of a band or enum for a value that no row covers; NULL when there are none: then bands must cover all numbers, and a value that an enum does not list is missing.';
COMMENT ON COLUMN equity.criterion.gate_group IS
  'Of a gate: name of its group; one gate of a group must hold. NULL for a gate that must hold by itself.';
COMMENT ON COLUMN equity.criterion.missing IS
  'What happens without a value (กรณีไม่มีข้อมูล): undetermined (also NULL), reject, points, worst or best.';
COMMENT ON COLUMN equity.criterion.missing_points IS
  'Points without a value; given exactly when missing is points.';
COMMENT ON COLUMN equity.criterion.minimum IS
  'Lowest value of a coef that counts, or floor of a section; NULL for none.';
COMMENT ON COLUMN equity.criterion.maximum IS
  'Highest value of a coef that counts, or cap of a section; NULL for none.';
COMMENT ON COLUMN equity.criterion.members IS
  'Of a section: codes of its criteria with commas between, or a JSON array of strings.';
COMMENT ON COLUMN equity.criterion.fn IS
  'Of a derive: ratio, sum, min, max, count_true, age_years or age_years_thai.';
COMMENT ON COLUMN equity.criterion.reason IS
  'Reason code (equity.reason) when the criterion speaks against an applicant; NULL for the criterion''s own code.';
COMMENT ON COLUMN equity.criterion.label_th IS
  'Thai label of the criterion (ชื่อข้อ) or class; on any of its rows. No part of the card.';
COMMENT ON COLUMN equity.criterion.label_en IS
  'English label of the criterion or class; on any of its rows. No part of the card.';
COMMENT ON COLUMN equity.criterion.value_th IS
  'Thai words for the cell value of this row (คำอธิบายค่า): of an enum''s value, or of what a gate asks. No part of the card.';
COMMENT ON COLUMN equity.criterion.value_en IS
  'English words for the cell value of this row. No part of the card.';
COMMENT ON COLUMN equity.criterion.legal_reference IS
  'Where the rule was laid down (ข้ออ้างอิงในประกาศ), for example the clause of the announcement; NULL when not noted. No part of the card.';
COMMENT ON COLUMN equity.criterion.sensitive IS
  'True when what the criterion reads is sensitive personal data (ข้อมูลอ่อนไหว, PDPA section 26): disability, health, ethnicity. Explanations then show it only to who may read the column it comes from. No part of the card.';

-- What the constraints ask, said in words before they say it in their names

CREATE FUNCTION equity_internal.check_criterion() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  problem text;
  hint text;
BEGIN
  IF NEW.kind NOT IN ('gate', 'band', 'linear', 'enum', 'coef', 'const', 'section', 'derive', 'class') THEN
    problem := format('unrecognized kind "%s"', equity_internal.excerpt(NEW.kind));
    hint := 'Kinds are gate, band, linear, enum, coef, const, section, derive and class.';
  ELSIF NEW.kind = 'enum' AND NEW.value IS NULL THEN
    problem := 'a row of an enum needs a value';
    hint := 'Give one row for each value; points for all others stand in otherwise.';
  ELSIF NEW.missing NOT IN ('undetermined', 'reject', 'points', 'worst', 'best') THEN
    problem := format('unrecognized word "%s" in missing', equity_internal.excerpt(NEW.missing));
    hint := 'Words are undetermined, reject, points (the number stands in missing_points), worst and best.';
  ELSIF (NEW.missing IS NOT DISTINCT FROM 'points') <> (NEW.missing_points IS NOT NULL) THEN
    problem := 'missing_points belongs to missing = points, and to nothing else';
    hint := 'Write points in missing and the number in missing_points, or leave missing_points empty.';
  END IF;
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'check_violation',
      MESSAGE = format('criterion "%s" at position %s: %s', NEW.criterion, NEW.position, problem),
      DETAIL = format('Scorecard "%s" version %s.', NEW.card_code, NEW.version),
      HINT = hint;
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_criterion() IS
  'Trigger of equity.criterion: refuses with 23514 an unrecognized kind or word in missing, a row of an enum without value, and points for a missing value without their policy; it names criterion and position.';

CREATE TRIGGER criterion_checked
  BEFORE INSERT OR UPDATE ON equity.criterion
  FOR EACH ROW EXECUTE FUNCTION equity_internal.check_criterion();

-- Cells

--- Error 22023 for what is none of these; place says in the message where it stands.
CREATE FUNCTION equity_internal.read_word(word text, place text) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  bare text := btrim(word, E' \t\r\n');
BEGIN
  IF bare ~ '^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$' THEN
    RETURN bare::jsonb;
  ELSIF lower(bare) IN ('true', 'false') THEN      -- a spreadsheet writes TRUE
    RETURN lower(bare)::jsonb;
  ELSIF bare ~ '^["[]' THEN
    RETURN bare::jsonb;
  ELSIF bare = '' OR bare ~ '"' THEN
    RAISE invalid_text_representation;
  END IF;
  RETURN to_jsonb(bare);
EXCEPTION
  WHEN data_exception THEN
    RAISE EXCEPTION '%: a value cannot be read', place
      USING ERRCODE = 'invalid_parameter_value',
            DETAIL = format('The cell has: %s', equity_internal.excerpt(word)),
            HINT = 'Write a number, true, false or a plain text; a text with commas or quotes as a JSON string, a list of such texts as a JSON array.';
END;
$$;

COMMENT ON FUNCTION equity_internal.read_word(text, text) IS
  'The JSON value of one cell of a spreadsheet: number, truth value, JSON string or array, or otherwise plain text without the blanks around it.';

CREATE FUNCTION equity_internal.read_words(cell text, place text) RETURNS jsonb
  LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT CASE
           WHEN btrim(cell, E' \t\r\n') ~ '^[[]' THEN equity_internal.read_word(cell, place)
           ELSE (SELECT jsonb_agg(equity_internal.read_word(w.word, place) ORDER BY w.n)
                   FROM regexp_split_to_table(cell, ',') WITH ORDINALITY AS w (word, n))
         END;
END;

COMMENT ON FUNCTION equity_internal.read_words(text, text) IS
  'The JSON array of a cell that holds a list, values with commas between or a JSON array. Errors as equity_internal.read_word.';

CREATE FUNCTION equity_internal.read_names(cell text, place text) RETURNS jsonb
  LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT jsonb_agg(CASE jsonb_typeof(w.word)
                     WHEN 'string' THEN w.word
                     ELSE to_jsonb(w.word #>> '{}')
                   END ORDER BY w.n)
    FROM jsonb_array_elements(equity_internal.read_words(cell, place)) WITH ORDINALITY AS w (word, n);
END;

COMMENT ON FUNCTION equity_internal.read_names(text, text) IS
  'As equity_internal.read_words, but each item is a text whatever it looks like.';

CREATE FUNCTION equity_internal.write_word(word jsonb, any_type boolean) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT CASE
           WHEN jsonb_typeof(word) <> 'string' THEN word::text
           WHEN t.bare = '' OR t.bare ~ '[",]|^[[]' OR btrim(t.bare, E' \t\r\n') <> t.bare THEN word::text
           WHEN any_type AND equity_internal.read_word(t.bare, '') #>> '{}' = t.bare THEN t.bare
           WHEN equity_internal.read_word(t.bare, '') = word THEN t.bare
           ELSE word::text
         END
    FROM (SELECT word #>> '{}' AS bare) AS t;
END;

COMMENT ON FUNCTION equity_internal.write_word(jsonb, boolean) IS
  'The cell that equity_internal.read_word reads as a JSON value, in double quotes only where they are needed; with any_type it is enough that the text is the same.';

CREATE FUNCTION equity_internal.write_words(words jsonb, any_type boolean) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT CASE
           WHEN bool_or(w.cell ~ ',') THEN words::text
           ELSE string_agg(w.cell, ', ' ORDER BY w.n)
         END
    FROM (SELECT equity_internal.write_word(e.word, any_type) AS cell, e.n
            FROM jsonb_array_elements(words) WITH ORDINALITY AS e (word, n)) AS w;
END;

COMMENT ON FUNCTION equity_internal.write_words(jsonb, boolean) IS
  'The cell that equity_internal.read_words, or with any_type equity_internal.read_names, reads as a JSON array.';

-- Rows to card

CREATE FUNCTION equity_internal.criterion_keys(line equity.criterion) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT jsonb_strip_nulls(jsonb_build_object(
           'code', (line).criterion,
           'kind', (line).kind,
           'field', CASE WHEN (line).kind <> 'derive' OR (line).fn IN ('age_years', 'age_years_thai')
                      THEN (line).field END,
           'fields', CASE WHEN (line).kind = 'derive' AND (line).fn NOT IN ('age_years', 'age_years_thai')
                       THEN equity_internal.read_names((line).field, p.place) END,
           'op', (line).op,
           'value', CASE
                      WHEN (line).kind IN ('enum', 'linear') THEN NULL
                      WHEN (line).op IN ('between', 'in', 'notin', 'overlaps', 'contains', 'disjoint')
                        THEN equity_internal.read_words((line).value, p.place)
                      ELSE equity_internal.read_word((line).value, p.place)
                    END,
           'than', (line).than,
           'upper', (line).upper,
           'low', CASE WHEN (line).kind <> 'band' THEN (line).low END,
           'high', CASE WHEN (line).kind <> 'band' THEN (line).high END,
           'points', CASE WHEN (line).kind NOT IN ('band', 'linear', 'enum') THEN (line).points END,
           'coef', (line).coef,
           'otherwise', (line).otherwise,
           'group', (line).gate_group,
           'missing', CASE (line).missing
                        WHEN 'points' THEN jsonb_build_object('points', (line).missing_points)
                        ELSE to_jsonb((line).missing)
                      END,
           'min', (line).minimum,
           'max', (line).maximum,
           'members', equity_internal.read_names((line).members, p.place),
           'fn', (line).fn,
           'reason', (line).reason))
    FROM (SELECT format('criterion "%s" at position %s', (line).criterion, (line).position) AS place) AS p;
END;

COMMENT ON FUNCTION equity_internal.criterion_keys(equity.criterion) IS
  'What a row says of its whole criterion, as the keys of the scorecard''s JSON. Errors as equity_internal.read_word.';

CREATE FUNCTION equity_internal.criterion_parts(card_code text, version integer)
  RETURNS TABLE (criterion text, kind text, "position" integer, parts jsonb)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT c.criterion,
         c.kind,
         min(c.position),
         CASE c.kind
           WHEN 'band' THEN jsonb_build_object('bands',
             jsonb_agg(jsonb_build_array(c.low, c.high, c.points) ORDER BY c.position))
           WHEN 'linear' THEN jsonb_build_object('points',
             jsonb_agg(jsonb_build_array(equity_internal.read_word(c.value, format('criterion "%s" at position %s', c.criterion, c.position)),
                                         c.points) ORDER BY c.position) FILTER (WHERE c.kind = 'linear'))
           WHEN 'enum' THEN jsonb_build_object('points',
             jsonb_object_agg(equity_internal.read_word(c.value, format('criterion "%s" at position %s', c.criterion, c.position)) #>> '{}',
                              c.points) FILTER (WHERE c.kind = 'enum'))
           ELSE '{}'
         END
    FROM equity.criterion AS c
   WHERE c.card_code = criterion_parts.card_code
     AND c.version = criterion_parts.version
     AND c.kind <> 'class'
   GROUP BY c.criterion, c.kind, CASE WHEN c.kind NOT IN ('band', 'linear', 'enum') THEN c.position END;
END;

COMMENT ON FUNCTION equity_internal.criterion_parts(text, integer) IS
  'Each criterion of a version with its ranges, points or values gathered from their rows, and the position of the first.';

CREATE FUNCTION equity_internal.criterion_conflicts(card_code text, version integer)
  RETURNS TABLE (criterion text, problem text, "values" text, hint text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT c.criterion,
         format('its rows differ in "%s"', k.key),
         string_agg(DISTINCT k.value::text, ', '),
         'What rows say of their whole criterion stands on one of them, or the same on several.'
    FROM equity.criterion AS c
   CROSS JOIN LATERAL jsonb_each(equity_internal.criterion_keys(c)) AS k
   WHERE c.card_code = criterion_conflicts.card_code
     AND c.version = criterion_conflicts.version
     AND c.kind IN ('band', 'linear', 'enum')
   GROUP BY c.criterion, c.kind, k.key
  HAVING count(DISTINCT k.value) > 1
  UNION ALL
  SELECT c.criterion,
         'duplicate value',
         min(c.value),
         'Keep one of the rows.'
    FROM equity.criterion AS c
   WHERE c.card_code = criterion_conflicts.card_code
     AND c.version = criterion_conflicts.version
     AND c.kind = 'enum'
   GROUP BY c.criterion, equity_internal.read_word(c.value, format('criterion "%s"', c.criterion)) #>> '{}'
  HAVING count(*) > 1
  UNION ALL
  SELECT k.criterion,
         'its rows differ in "kind"',
         string_agg(format('%s at position %s', k.kind, k."position"), ', ' ORDER BY k."position"),
         'All rows of a criterion have the same kind; another criterion has another code.'
    FROM (SELECT c.criterion, c.kind, min(c.position) AS "position"
            FROM equity.criterion AS c
           WHERE c.card_code = criterion_conflicts.card_code
             AND c.version = criterion_conflicts.version
             AND c.kind <> 'class'
           GROUP BY c.criterion, c.kind) AS k
   GROUP BY k.criterion
  HAVING count(*) > 1;
END;

COMMENT ON FUNCTION equity_internal.criterion_conflicts(text, integer) IS
  'Where the rows of one criterion of a version contradict each other, and what to do; no rows when they agree.';

CREATE FUNCTION equity_internal.kind_cells(kind text) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_to_array(
           CASE kind
             WHEN 'gate' THEN 'field op value than gate_group missing missing_points reason'
             WHEN 'band' THEN 'field low high upper points otherwise missing missing_points reason'
             WHEN 'linear' THEN 'field value points missing missing_points reason'
             WHEN 'enum' THEN 'field value points otherwise missing missing_points reason'
             WHEN 'coef' THEN 'field coef minimum maximum missing missing_points reason'
             WHEN 'const' THEN 'points'
             WHEN 'section' THEN 'members minimum maximum'
             WHEN 'derive' THEN 'field fn'
             WHEN 'class' THEN 'low high'
           END, ' ');
END;

COMMENT ON FUNCTION equity_internal.kind_cells(text) IS
  'The columns of equity.criterion that a kind of criterion uses; all others but its labels are empty.';

CREATE FUNCTION equity_internal.stray_cells(card_code text, version integer)
  RETURNS TABLE ("position" integer, criterion text, kind text, cell text, value text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT c.position, c.criterion, c.kind, e.key, e.value
    FROM equity.criterion AS c
   CROSS JOIN LATERAL jsonb_each_text(to_jsonb(c)) AS e
   WHERE c.card_code = stray_cells.card_code
     AND c.version = stray_cells.version
     AND e.value IS NOT NULL
     AND e.key IN ('field', 'op', 'value', 'than', 'low', 'high', 'upper', 'points', 'coef', 'otherwise', 'gate_group',
                   'missing', 'missing_points', 'minimum', 'maximum', 'members', 'fn', 'reason')
     AND e.key <> ALL (equity_internal.kind_cells(c.kind));
END;

COMMENT ON FUNCTION equity_internal.stray_cells(text, integer) IS
  'The cells of a version''s rows that their kind does not use, and that should be empty.';

CREATE FUNCTION equity_internal.require_consistent_rows(head equity.scorecard_version) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  conflict record;
  stray record;
BEGIN
  SELECT c.* INTO conflict
    FROM equity_internal.criterion_conflicts(head.card_code, head.version) AS c
   ORDER BY c.criterion COLLATE "C", c.problem <> 'its rows differ in "kind"', c.problem COLLATE "C"
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('criterion "%s": %s', conflict.criterion, conflict.problem),
      DETAIL = format('Scorecard "%s" version %s has: %s.', head.card_code, head.version, left(conflict."values", 200)),
      HINT = conflict.hint;
  END IF;
  SELECT s.* INTO stray
    FROM equity_internal.stray_cells(head.card_code, head.version) AS s
   ORDER BY s.position, s.cell COLLATE "C"
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('criterion "%s" at position %s: kind %s has nothing in column "%s"',
                       stray.criterion, stray.position, stray.kind, stray.cell),
      DETAIL = format('Scorecard "%s" version %s; the cell has: %s', head.card_code, head.version, equity_internal.excerpt(stray.value)),
      HINT = format('Leave the cell empty. Kind %s uses the columns %s.',
                    stray.kind, array_to_string(equity_internal.kind_cells(stray.kind), ', '));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_consistent_rows(equity.scorecard_version) IS
  'Raises 22023 when rows of one criterion contradict each other, or a cell is filled that its kind does not use.';

--- Errors: P0002 no such version; 55000 it has no rows; 22023 rows of a criterion that
--- differ, a cell that its kind does not know or that cannot be read, and all that type
--- scorecard refuses, with the name of the criterion.
CREATE FUNCTION equity.card_from_rows(card_code text, version integer) RETURNS equity.scorecard
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  head equity.scorecard_version;
  written record;
  criteria jsonb;
  classes jsonb;
BEGIN
  SELECT v.* INTO head
    FROM equity.scorecard_version AS v
   WHERE v.card_code = card_from_rows.card_code
     AND v.version = card_from_rows.version;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('scorecard "%s" has no version %s', equity_internal.excerpt(card_from_rows.card_code), coalesce(card_from_rows.version::text, 'NULL')),
      HINT = 'The versions are in equity.scorecard_version.';
  END IF;
  SELECT h.* INTO written FROM equity.scorecard_header(head.card) AS h;
  PERFORM equity_internal.require_consistent_rows(head);
  SELECT jsonb_agg(k.keys || p.parts ORDER BY p.position) INTO criteria
    FROM equity_internal.criterion_parts(head.card_code, head.version) AS p
   CROSS JOIN LATERAL (SELECT jsonb_object_agg(e.key, e.value) AS keys
                         FROM equity.criterion AS c
                        CROSS JOIN LATERAL jsonb_each(equity_internal.criterion_keys(c)) AS e
                        WHERE c.card_code = head.card_code
                          AND c.version = head.version
                          AND c.criterion = p.criterion
                          AND c.kind = p.kind
                          AND (c.kind IN ('band', 'linear', 'enum') OR c.position = p.position)) AS k;
  IF criteria IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('scorecard "%s" version %s has no rows', head.card_code, head.version),
      HINT = 'Fill equity.criterion, for example by COPY or with equity.scorecard_rows(card).';
  END IF;

  SELECT jsonb_agg(jsonb_build_array(c.low, c.high, c.criterion) ORDER BY c.position) INTO classes
    FROM equity.criterion AS c
   WHERE c.card_code = head.card_code
     AND c.version = head.version
     AND c.kind = 'class';
  RETURN (jsonb_strip_nulls(jsonb_build_object('code', head.card_code, 'scale', coalesce(head.scale, written.scale),
                                               'rounding', coalesce(head.rounding, written.rounding), 'as_of', coalesce(head.as_of, written.as_of)))
          || jsonb_build_object('criteria', criteria)
          || CASE WHEN classes IS NULL THEN '{}' ELSE jsonb_build_object('classes', classes) END)::text::equity.scorecard;
END;
$$;

COMMENT ON FUNCTION equity.card_from_rows(text, integer) IS
  'The scorecard that the rows of a version in equity.criterion make, with scale, rounding and as_of of equity.scorecard_version (or where they are NULL, of its card, if it has one), whether sealed or not.';

-- Card to rows

CREATE FUNCTION equity.scorecard_header(
  card equity.scorecard,
  OUT card_code text,
  OUT scale smallint,
  OUT rounding text,
  OUT as_of date
)
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT j.card ->> 'code',
         coalesce((j.card ->> 'scale')::smallint, 4::smallint),
         coalesce(j.card ->> 'rounding', 'half_up'),
         make_date(split_part(j.card ->> 'as_of', '-', 1)::integer,
                   split_part(j.card ->> 'as_of', '-', 2)::integer,
                   split_part(j.card ->> 'as_of', '-', 3)::integer)
    FROM (SELECT card::text::json AS card) AS j;
END;

COMMENT ON FUNCTION equity.scorecard_header(equity.scorecard) IS
  'What a scorecard says of itself as a whole: code, scale and rounding with their defaults, and as_of or NULL; what equity.scorecard_version holds beside the rows.';

--- Labels, words of values, legal references and sensitive are no part of a card.
CREATE FUNCTION equity.scorecard_rows(card equity.scorecard, version integer DEFAULT 1) RETURNS SETOF equity.criterion
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  ROWS 40
AS $$
BEGIN
  RETURN QUERY
  WITH part AS (
    WITH whole AS (
      SELECT card::text::json AS card
    ), element AS (
      -- head is what every row repeats, so it must not hold what becomes a row each
      SELECT e.n, e.rule, e.rule ->> 'kind' AS kind, e.rule::jsonb - '{bands,points,value}'::text[] AS head
        FROM whole AS w
       CROSS JOIN LATERAL json_array_elements(w.card -> 'criteria') WITH ORDINALITY AS e (rule, n)
    )
    SELECT e.n, b.m, e.head AS rule, NULL::text AS value,
           (b.band ->> 0)::numeric AS low, (b.band ->> 1)::numeric AS high, (b.band ->> 2)::numeric AS points
      FROM element AS e
     CROSS JOIN LATERAL json_array_elements(CASE WHEN e.kind = 'band' THEN e.rule -> 'bands' END) WITH ORDINALITY AS b (band, m)
    UNION ALL
    SELECT e.n, p.m, e.head, p.point ->> 0, NULL, NULL, (p.point ->> 1)::numeric
      FROM element AS e
     CROSS JOIN LATERAL json_array_elements(CASE WHEN e.kind = 'linear' THEN e.rule -> 'points' END) WITH ORDINALITY AS p (point, m)
    UNION ALL
    SELECT e.n, v.m, e.head, equity_internal.write_word(to_jsonb(v.key), true), NULL, NULL, (v.points #>> '{}')::numeric
      FROM element AS e
     CROSS JOIN LATERAL json_each(CASE WHEN e.kind = 'enum' THEN e.rule -> 'points' END) WITH ORDINALITY AS v (key, points, m)
    UNION ALL
    SELECT e.n, 1, e.head,
           CASE json_typeof(e.rule -> 'value')
             WHEN 'array' THEN equity_internal.write_words((e.rule -> 'value')::jsonb, false)
             ELSE equity_internal.write_word((e.rule -> 'value')::jsonb, false)
           END,
           NULL, NULL, CASE WHEN e.kind = 'const' THEN (e.rule ->> 'points')::numeric END
      FROM element AS e
     WHERE e.kind NOT IN ('band', 'linear', 'enum')
    UNION ALL
    SELECT 1000000, c.m, jsonb_build_object('code', c.class ->> 2, 'kind', 'class'), NULL,
           (c.class ->> 0)::numeric, (c.class ->> 1)::numeric, NULL
      FROM whole AS w
     CROSS JOIN LATERAL json_array_elements(w.card -> 'classes') WITH ORDINALITY AS c (class, m)
  )
  SELECT h.card_code,
         scorecard_rows.version,
         row_number() OVER (ORDER BY p.n, p.m)::integer,
         p.rule ->> 'code',
         p.rule ->> 'kind',
         coalesce(p.rule ->> 'field', equity_internal.write_words(p.rule -> 'fields', true)),
         p.rule ->> 'op',
         p.value,
         p.rule ->> 'than',
         p.low,
         p.high,
         (p.rule -> 'upper')::boolean,
         p.points,
         (p.rule ->> 'coef')::numeric,
         CASE WHEN p.m = 1 THEN (p.rule ->> 'otherwise')::numeric END,
         p.rule ->> 'group',
         CASE WHEN p.m = 1 THEN CASE jsonb_typeof(p.rule -> 'missing') WHEN 'object' THEN 'points' ELSE p.rule ->> 'missing' END END,
         CASE WHEN p.m = 1 AND jsonb_typeof(p.rule -> 'missing') = 'object' THEN (p.rule #>> '{missing,points}')::numeric END,
         (p.rule ->> 'min')::numeric,
         (p.rule ->> 'max')::numeric,
         equity_internal.write_words(p.rule -> 'members', true),
         p.rule ->> 'fn',
         CASE WHEN p.m = 1 THEN p.rule ->> 'reason' END,
         NULL::text,
         NULL::text,
         NULL::text,
         NULL::text,
         NULL::text,
         false
    FROM part AS p
   CROSS JOIN equity.scorecard_header(card) AS h
   ORDER BY p.n, p.m;
END;
$$;

COMMENT ON FUNCTION equity.scorecard_rows(equity.scorecard, integer) IS
  'The rows of equity.criterion that make a scorecard, as the given version of its code: INSERT INTO equity.criterion SELECT * FROM equity.scorecard_rows(card, 1). equity.card_from_rows() of them is the same card again.';
-- Applicants. What names a person is in applicant_identity and nowhere else, so that scoring,
-- allocation and statistics need no right to read it.

CREATE TABLE equity.applicant (
  applicant_id bigint GENERATED BY DEFAULT AS IDENTITY,
  birth_date date,
  sex text,
  province_code text,
  created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  intake_institution_id bigint,
  forgotten_at timestamptz,
  source text,
  source_key text,
  CONSTRAINT applicant_pkey PRIMARY KEY (applicant_id),
  CONSTRAINT applicant_province_fkey FOREIGN KEY (province_code)
    REFERENCES equity.province (province_code),
  CONSTRAINT applicant_sex_known CHECK (sex IN ('female', 'male', 'other')),
  CONSTRAINT applicant_birth_date_in_range
    CHECK (birth_date BETWEEN DATE '1857-01-01' AND DATE '2157-12-31'),
  CONSTRAINT applicant_intake_institution_fkey FOREIGN KEY (intake_institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT applicant_source_has_key CHECK ((source IS NULL) = (source_key IS NULL))
);

SELECT pg_catalog.pg_extension_config_dump('equity.applicant', '');
SELECT pg_catalog.pg_extension_config_dump('equity.applicant_applicant_id_seq', '');

CREATE INDEX applicant_by_intake ON equity.applicant (intake_institution_id) WHERE intake_institution_id IS NOT NULL;

CREATE UNIQUE INDEX applicant_source_key_once
  ON equity.applicant (source, (source_key::equity_internal.unprinted));

CREATE INDEX applicant_by_source_key ON equity.applicant (source_key) WHERE source_key IS NOT NULL;

COMMENT ON TABLE equity.applicant IS
  'Persons who apply for or hold a scholarship (ผู้สมัคร), without anything that identifies them.';
COMMENT ON COLUMN equity.applicant.applicant_id IS
  'Key assigned by the database; it says nothing about the person.';
COMMENT ON COLUMN equity.applicant.birth_date IS
  'Date of birth (วันเกิด), 1857 to 2157 (พ.ศ. 2400 to 2700); NULL when unknown.';
COMMENT ON COLUMN equity.applicant.sex IS
  'female (หญิง), male (ชาย) or other; NULL when not stated.';
COMMENT ON COLUMN equity.applicant.province_code IS
  'Home province (จังหวัดภูมิลำเนา); NULL when unknown.';
COMMENT ON COLUMN equity.applicant.created_at IS
  'When the row was made.';
COMMENT ON COLUMN equity.applicant.intake_institution_id IS
  'The institution whose officer entered the applicant (สถานศึกษาที่รับสมัคร), and may see the row before there is a choice; NULL when none did.';
COMMENT ON COLUMN equity.applicant.forgotten_at IS
  'When the person was forgotten (equity.forget_applicant): what is left proves rounds and leads to nobody; NULL while not.';
COMMENT ON COLUMN equity.applicant.source IS
  'The system that the person came from (ระบบต้นทาง), as the files loaded name it; NULL when entered here.';
COMMENT ON COLUMN equity.applicant.source_key IS
  'What that system calls the person, unique with source, so that its files can be loaded again. It may be personal data.';

CREATE TABLE equity.applicant_identity (
  applicant_id bigint NOT NULL,
  identity_kind text NOT NULL,
  identity text NOT NULL,
  title text,
  given_name text,
  family_name text,
  valid_from date NOT NULL DEFAULT CURRENT_DATE,
  valid_to date,
  CONSTRAINT applicant_identity_pkey PRIMARY KEY (applicant_id, identity_kind, valid_from),
  CONSTRAINT applicant_identity_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT applicant_identity_kind_known
    CHECK (identity_kind IN ('citizen_id', 'g_code', 'passport')),
  CONSTRAINT applicant_identity_form CHECK (
    CASE identity_kind
      WHEN 'citizen_id' THEN identity ~ '^[0-9]{13}$'
      WHEN 'g_code' THEN identity ~ '^G[0-9]{12}$'
      ELSE identity ~ '^[A-Z0-9]{3,20}$'
    END),
  CONSTRAINT applicant_identity_period_in_order CHECK (valid_from < valid_to)
);

SELECT pg_catalog.pg_extension_config_dump('equity.applicant_identity', '');

CREATE UNIQUE INDEX applicant_identity_one_current_of_kind
  ON equity.applicant_identity (applicant_id, identity_kind) WHERE valid_to IS NULL;

CREATE UNIQUE INDEX applicant_identity_one_current_owner
  ON equity.applicant_identity (identity_kind, (identity::equity_internal.unprinted)) WHERE valid_to IS NULL;

CREATE INDEX applicant_identity_by_identity ON equity.applicant_identity (identity);

COMMENT ON TABLE equity.applicant_identity IS
  'Identities and names of persons with their history: a child with a G-code may get a citizen id later, and names change. The current row of a kind has no end. Personal data: grant it to few.';
COMMENT ON COLUMN equity.applicant_identity.applicant_id IS
  'The person.';
COMMENT ON COLUMN equity.applicant_identity.identity_kind IS
  'citizen_id (เลขประจำตัวประชาชน), g_code (รหัส G, a child without registration) or passport (หนังสือเดินทาง).';
COMMENT ON COLUMN equity.applicant_identity.identity IS
  'The identity in its plain form: 13 ASCII digits; G and 12 digits; or 3 to 20 capital letters and digits. Only the form is checked; equity.citizen_id_valid() tells whether the check digit is right. It has one current owner.';
COMMENT ON COLUMN equity.applicant_identity.title IS
  'Title (คำนำหน้าชื่อ), apart from the name; NULL when none.';
COMMENT ON COLUMN equity.applicant_identity.given_name IS
  'Given name (ชื่อ), in the script of the document; NULL when unknown.';
COMMENT ON COLUMN equity.applicant_identity.family_name IS
  'Family name (นามสกุล); NULL when none or unknown.';
COMMENT ON COLUMN equity.applicant_identity.valid_from IS
  'First day of this identity and name.';
COMMENT ON COLUMN equity.applicant_identity.valid_to IS
  'First day on which they are no longer valid; NULL for the current row.';

-- The constraints would refuse the same, without a word of what is right.
CREATE FUNCTION equity_internal.check_identity() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  form text := CASE NEW.identity_kind
                 WHEN 'citizen_id' THEN '^[0-9]{13}$'
                 WHEN 'g_code' THEN '^G[0-9]{12}$'
                 WHEN 'passport' THEN '^[A-Z0-9]{3,20}$'
               END;
BEGIN
  IF NEW.identity ~ form AND NOT NEW.valid_to <= NEW.valid_from IS TRUE THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'check_violation',
    MESSAGE = CASE WHEN form IS NULL THEN 'unrecognized kind of identity'
                   WHEN NEW.identity ~ form THEN 'identity ends before it begins'
                   ELSE format('identity is not a %s in its plain form', NEW.identity_kind)
              END,
    DETAIL = format('Applicant %s.', NEW.applicant_id),
    HINT = CASE WHEN form IS NULL THEN 'Kinds are citizen_id, g_code and passport.'
                WHEN NEW.identity ~ form THEN 'valid_to is the first day on which it is no longer valid.'
                ELSE format('It must match %s; equity.citizen_id_normal() and equity.g_code_normal() take out dashes, spaces and Thai digits.', form)
           END;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_identity() IS
  'Trigger of equity.applicant_identity: refuses with 23514 what its constraints would refuse, naming the applicant and not the identity or the name.';

CREATE TRIGGER applicant_identity_checked
  BEFORE INSERT OR UPDATE ON equity.applicant_identity
  FOR EACH ROW EXECUTE FUNCTION equity_internal.check_identity();

CREATE TABLE equity.need_group (
  group_code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  sensitive boolean NOT NULL DEFAULT true,
  confirmed boolean NOT NULL DEFAULT false,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT need_group_pkey PRIMARY KEY (group_code),
  CONSTRAINT need_group_code_is_code CHECK (group_code ~ '^[a-z][a-z0-9_]*$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.need_group', 'WHERE NOT shipped');

COMMENT ON TABLE equity.need_group IS
  'Codes of disadvantaged groups (กลุ่มผู้ด้อยโอกาส). The shipped rows are examples to configure, not a confirmed list: no rule uses a group unless a scorecard names it. No order among groups is meant.';
COMMENT ON COLUMN equity.need_group.group_code IS
  'Code of the group, lower case; this is what a scorecard compares with.';
COMMENT ON COLUMN equity.need_group.name_th IS
  'Thai name (ชื่อกลุ่ม).';
COMMENT ON COLUMN equity.need_group.name_en IS
  'English name.';
COMMENT ON COLUMN equity.need_group.sensitive IS
  'True when membership is sensitive personal data (ข้อมูลอ่อนไหว, PDPA section 26): health, disability, ethnicity, offences. True unless stated.';
COMMENT ON COLUMN equity.need_group.confirmed IS
  'True when an announcement defines the group; every shipped row is an unconfirmed example.';
COMMENT ON COLUMN equity.need_group.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.need_group (group_code, name_th, name_en, sensitive, shipped) VALUES
  ('orphan_or_abandoned', 'กำพร้าหรือถูกทอดทิ้ง', 'Orphaned or abandoned', false, true),
  ('guardian_disabled_or_imprisoned', 'ผู้ปกครองพิการหรือต้องโทษจำคุก', 'Guardian disabled or imprisoned', true, true),
  ('ethnic_minority', 'กลุ่มชาติพันธุ์', 'Ethnic minority', true, true),
  ('stateless', 'ผู้ไม่มีสถานะทางทะเบียนหรือไร้สัญชาติ', 'Stateless or without registration', true, true),
  ('remote_or_risky_area', 'อยู่ในพื้นที่ห่างไกลหรือเสี่ยงภัย', 'Lives in a remote or risky area', false, true),
  ('family_emergency', 'ครอบครัวประสบภาวะฉุกเฉิน', 'Family emergency', false, true),
  ('teenage_mother', 'แม่วัยรุ่น', 'Teenage mother', true, true),
  ('juvenile_centre', 'อยู่ในสถานพินิจหรือศูนย์ฝึกอบรมเด็กและเยาวชน', 'In a juvenile centre', true, true),
  ('hiv_or_drugs', 'ได้รับผลกระทบจากเอชไอวีหรือยาเสพติด', 'Affected by HIV or drugs', true, true),
  ('out_of_school', 'เด็กและเยาวชนนอกระบบการศึกษา', 'Out of school', false, true);

CREATE TRIGGER need_group_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.need_group
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER need_group_reference_truncate
  BEFORE TRUNCATE ON equity.need_group
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TABLE equity.applicant_group (
  applicant_id bigint NOT NULL,
  group_code text NOT NULL,
  verified boolean NOT NULL DEFAULT false,
  verified_at timestamptz,
  verified_by text,
  evidence text,
  CONSTRAINT applicant_group_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT applicant_group_group_fkey FOREIGN KEY (group_code)
    REFERENCES equity.need_group (group_code)
);

SELECT pg_catalog.pg_extension_config_dump('equity.applicant_group', '');

-- The older index is looked at first, so that no message says which group somebody is in.
CREATE UNIQUE INDEX applicant_group_once
  ON equity.applicant_group (applicant_id, (group_code::equity_internal.unprinted));

ALTER TABLE equity.applicant_group ADD CONSTRAINT applicant_group_pkey PRIMARY KEY (applicant_id, group_code);

COMMENT ON TABLE equity.applicant_group IS
  'Disadvantaged groups to which a person claims to belong; only verified ones reach scoring. May be sensitive personal data.';
COMMENT ON COLUMN equity.applicant_group.applicant_id IS
  'The person.';
COMMENT ON COLUMN equity.applicant_group.group_code IS
  'The group, as in equity.need_group.';
COMMENT ON COLUMN equity.applicant_group.verified IS
  'True when an officer has seen evidence; false while it is only a claim.';
COMMENT ON COLUMN equity.applicant_group.verified_at IS
  'When it was verified; NULL when not verified or not recorded.';
COMMENT ON COLUMN equity.applicant_group.verified_by IS
  'Who verified it: role or office, not a person''s name; NULL when not recorded.';
COMMENT ON COLUMN equity.applicant_group.evidence IS
  'Reference of the evidence, for example a document number; NULL when none.';
-- Rounds: one call for applications and the programmes it serves, by rules that stay as they were announced.

--- Once it is not draft, seed_commitment is fixed, and mechanism, tie_break, tie_field, opens_at
--- and closes_at change only after equity.amend_round.
CREATE TABLE equity.round (
  round_id bigint GENERATED BY DEFAULT AS IDENTITY,
  round_code text NOT NULL,
  academic_year smallint NOT NULL,
  call_number smallint NOT NULL DEFAULT 1,
  name_th text NOT NULL,
  name_en text,
  status text NOT NULL DEFAULT 'draft',
  opens_at timestamptz,
  closes_at timestamptz,
  offer_days integer,
  mechanism equity.mechanism NOT NULL DEFAULT 'deferred_acceptance',
  tie_break equity.tie_break NOT NULL DEFAULT 'lottery',
  tie_field text,
  seed_commitment text,
  seed text,
  published_run_id bigint,
  created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  run_until text,
  retain_until date,
  CONSTRAINT round_pkey PRIMARY KEY (round_id),
  CONSTRAINT round_code_unique UNIQUE (round_code),
  CONSTRAINT round_code_not_empty CHECK (round_code <> ''),
  CONSTRAINT round_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT round_call_number_positive CHECK (call_number >= 1),
  CONSTRAINT round_status_known CHECK (
    status IN ('draft', 'open', 'closed', 'scored', 'allocated', 'verified', 'published')),
  CONSTRAINT round_opens_before_it_closes CHECK (opens_at < closes_at),
  CONSTRAINT round_offer_days_in_range CHECK (offer_days BETWEEN 1 AND 366),
  CONSTRAINT round_tie_field_known CHECK (tie_field IN ('income_per_head', 'gpa', 'birth_date')),
  CONSTRAINT round_seed_commitment_is_sha256 CHECK (seed_commitment ~ '^[0-9a-f]{64}$'),
  CONSTRAINT round_open_has_commitment CHECK (status = 'draft' OR seed_commitment IS NOT NULL),
  CONSTRAINT round_closed_has_seed CHECK (status IN ('draft', 'open') OR seed IS NOT NULL),
  CONSTRAINT round_seed_was_committed
    CHECK (seed IS NULL OR (seed_commitment IS NOT NULL
                            AND equity.commitment(seed) = seed_commitment)),
  CONSTRAINT round_published_has_run
    CHECK ((status = 'published') = (published_run_id IS NOT NULL)),
  CONSTRAINT round_run_until_known CHECK (
    run_until IN ('open', 'closed', 'scored', 'allocated', 'verified', 'published', 'refilled'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.round', '');
SELECT pg_catalog.pg_extension_config_dump('equity.round_round_id_seq', '');

COMMENT ON TABLE equity.round IS
  'Rounds: calls for applications (รอบการรับสมัคร). The operations move a round from draft to open, closed, scored, allocated, verified and published.';
COMMENT ON COLUMN equity.round.round_id IS
  'Key assigned by the database.';
COMMENT ON COLUMN equity.round.round_code IS
  'Code that people use for the round, unique, for example 2566-1.';
COMMENT ON COLUMN equity.round.academic_year IS
  'Academic year (ปีการศึกษา) in which the scholars start, พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.round.call_number IS
  'Number of the call (ครั้งที่) within the academic year, 1 and up.';
COMMENT ON COLUMN equity.round.name_th IS
  'Thai name (ชื่อรอบ).';
COMMENT ON COLUMN equity.round.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.round.status IS
  'draft, open, closed, scored, allocated, verified or published, in this order.';
COMMENT ON COLUMN equity.round.opens_at IS
  'When applications open (เปิดรับสมัคร): the round cannot be opened before; NULL when not fixed.';
COMMENT ON COLUMN equity.round.closes_at IS
  'When applications close (ปิดรับสมัคร): the round cannot be closed before without a reason, and what is submitted later does not compete unless it is accepted (equity.accept_late); NULL when not fixed.';
COMMENT ON COLUMN equity.round.offer_days IS
  'Days that an offer stays open after publication, 1 to 366; NULL: offers do not expire.';
COMMENT ON COLUMN equity.round.mechanism IS
  'Mechanism of allocation: deferred_acceptance, or, to compare policies, serial_dictatorship, immediate_acceptance or top_trading_cycles, which honour no reserves, ceilings or floors (see equity.allocate).';
COMMENT ON COLUMN equity.round.tie_break IS
  'What breaks ties: lottery, lottery_per_pool, admit_all (the whole last class gets in), admit_none (nobody of it does) or strict (nothing does, and a tie at a cut-off is an error).';
COMMENT ON COLUMN equity.round.tie_field IS
  'What ranks equal scores before tie_break does: income_per_head (the lower income first), gpa (the higher grade first) or birth_date (the older first); who has not answered comes last. NULL: nothing.';
COMMENT ON COLUMN equity.round.seed_commitment IS
  'Published commitment to the lottery''s seed: its sha256, 64 lower-case hexadecimal digits; required once the round is open.';
COMMENT ON COLUMN equity.round.seed IS
  'The lottery''s seed, revealed when the round closes; it must match seed_commitment. NULL before.';
COMMENT ON COLUMN equity.round.published_run_id IS
  'The published run (equity.allocation_run); set exactly when status is published. An update is checked by trigger; a foreign key would make a circle that no dump could be restored through.';
COMMENT ON COLUMN equity.round.created_at IS
  'When the row was made.';
COMMENT ON COLUMN equity.round.retain_until IS
  'Day on which data of its applicants need not be kept any longer (วันสิ้นสุดการเก็บข้อมูลส่วนบุคคล), see equity.apply_retention; NULL: they are kept.';
COMMENT ON COLUMN equity.round.run_until IS
  'How far equity.run_due takes the round by itself when the dates come: open, closed, scored, allocated, verified, published or refilled, each with those before; NULL: nowhere, a person does each step.';

CREATE TABLE equity.round_programme (
  round_id bigint NOT NULL,
  programme_code text NOT NULL,
  card_code text,
  card_version integer,
  quota integer,
  allows_other_awards boolean NOT NULL DEFAULT false,
  CONSTRAINT round_programme_pkey PRIMARY KEY (round_id, programme_code),
  CONSTRAINT round_programme_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT round_programme_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT round_programme_card_fkey FOREIGN KEY (card_code, card_version)
    REFERENCES equity.scorecard_version (card_code, version) MATCH FULL,
  CONSTRAINT round_programme_quota_not_negative CHECK (quota >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.round_programme', '');

COMMENT ON TABLE equity.round_programme IS
  'Programmes that a round serves, each with its scorecard and quota. Once the round is not draft they change only after equity.amend_round.';
COMMENT ON COLUMN equity.round_programme.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.round_programme.programme_code IS
  'The programme (โครงการ).';
COMMENT ON COLUMN equity.round_programme.card_code IS
  'Code of the scorecard that decides; NULL while not chosen.';
COMMENT ON COLUMN equity.round_programme.card_version IS
  'Version of that scorecard; NULL exactly when card_code is NULL.';
COMMENT ON COLUMN equity.round_programme.quota IS
  'Announced number of scholarships (โควตา), persons, 0 or more; NULL when none was announced.';
COMMENT ON COLUMN equity.round_programme.allows_other_awards IS
  'True when whoever holds an award may win one of this programme too; otherwise equity.round_gaps tells when its scorecard does not ask.';

CREATE FUNCTION equity_internal.check_published_run() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM 1
     FROM equity.allocation_run AS r
    WHERE r.round_id = NEW.round_id AND r.run_id = NEW.published_run_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'round "%" has no run %', NEW.round_code, NEW.published_run_id
      USING ERRCODE = 'foreign_key_violation',
            DETAIL = format('Run %s is not a run of round %s.', NEW.published_run_id, NEW.round_id),
            HINT = 'Publish a run of the same round with equity.publish_run().';
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_published_run() IS
  'Trigger of equity.round: the published run must be a run of the same round, or 23503 is raised. Only updates are checked: a restored dump brings rounds before their runs.';

CREATE TRIGGER round_published_run
  BEFORE UPDATE OF published_run_id ON equity.round
  FOR EACH ROW WHEN (NEW.published_run_id IS NOT NULL)
  EXECUTE FUNCTION equity_internal.check_published_run();
-- The seats of a round: pools, ceilings over pools, and seats that a pool reserves for groups.

CREATE TABLE equity.seat_cap (
  cap_id bigint GENERATED BY DEFAULT AS IDENTITY,
  round_id bigint NOT NULL,
  cap_code text NOT NULL,
  name_th text NOT NULL,
  name_en text,
  seats integer NOT NULL,
  min_seats integer,
  parent_id bigint,
  CONSTRAINT seat_cap_pkey PRIMARY KEY (cap_id),
  CONSTRAINT seat_cap_in_round UNIQUE (round_id, cap_id),
  CONSTRAINT seat_cap_code_unique UNIQUE (round_id, cap_code),
  CONSTRAINT seat_cap_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT seat_cap_parent_fkey FOREIGN KEY (round_id, parent_id)
    REFERENCES equity.seat_cap (round_id, cap_id),
  CONSTRAINT seat_cap_code_not_empty CHECK (cap_code <> ''),
  CONSTRAINT seat_cap_seats_not_negative CHECK (seats >= 0),
  CONSTRAINT seat_cap_floor_in_range CHECK (min_seats BETWEEN 0 AND seats),
  CONSTRAINT seat_cap_not_its_own_parent CHECK (parent_id <> cap_id)
);

SELECT pg_catalog.pg_extension_config_dump('equity.seat_cap', '');
SELECT pg_catalog.pg_extension_config_dump('equity.seat_cap_cap_id_seq', '');

COMMENT ON TABLE equity.seat_cap IS
  'Ceilings (เพดานจำนวนทุน) over seat pools of a round: of an institution, a province, the nation. They make trees: each pool and each ceiling is under at most one.';
COMMENT ON COLUMN equity.seat_cap.cap_id IS
  'Key assigned by the database; it belongs to one round.';
COMMENT ON COLUMN equity.seat_cap.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.seat_cap.cap_code IS
  'Code that people use for the ceiling, unique in the round, for example province-50.';
COMMENT ON COLUMN equity.seat_cap.name_th IS
  'Thai name (ชื่อเพดาน).';
COMMENT ON COLUMN equity.seat_cap.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.seat_cap.seats IS
  'Largest number of persons admitted to all pools below it together (จำนวนสูงสุด), 0 or more.';
COMMENT ON COLUMN equity.seat_cap.min_seats IS
  'Floor (จำนวนขั้นต่ำ): if the pools below it end with somebody but with fewer persons than this, they close; 0 to seats. NULL: no floor.';
COMMENT ON COLUMN equity.seat_cap.parent_id IS
  'The ceiling above it, of the same round; NULL at the top. No ceiling may be above itself (equity.round_gaps).';

CREATE TABLE equity.seat_pool (
  pool_id bigint GENERATED BY DEFAULT AS IDENTITY,
  round_id bigint NOT NULL,
  programme_code text NOT NULL,
  institution_id bigint NOT NULL,
  field_code text NOT NULL,
  grant_type text NOT NULL,
  seats integer NOT NULL,
  min_seats integer,
  cap_id bigint,
  CONSTRAINT seat_pool_pkey PRIMARY KEY (pool_id),
  CONSTRAINT seat_pool_in_round UNIQUE (round_id, pool_id),
  CONSTRAINT seat_pool_one_of_a_kind
    UNIQUE (round_id, programme_code, institution_id, field_code, grant_type),
  CONSTRAINT seat_pool_round_programme_fkey FOREIGN KEY (round_id, programme_code)
    REFERENCES equity.round_programme (round_id, programme_code),
  CONSTRAINT seat_pool_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT seat_pool_field_fkey FOREIGN KEY (field_code)
    REFERENCES equity.field_of_study (field_code),
  CONSTRAINT seat_pool_grant_type_fkey FOREIGN KEY (grant_type)
    REFERENCES equity.grant_type (grant_type),
  CONSTRAINT seat_pool_cap_fkey FOREIGN KEY (round_id, cap_id)
    REFERENCES equity.seat_cap (round_id, cap_id),
  CONSTRAINT seat_pool_seats_not_negative CHECK (seats >= 0),
  CONSTRAINT seat_pool_floor_in_range CHECK (min_seats BETWEEN 0 AND seats)
);

SELECT pg_catalog.pg_extension_config_dump('equity.seat_pool', '');
SELECT pg_catalog.pg_extension_config_dump('equity.seat_pool_pool_id_seq', '');

COMMENT ON TABLE equity.seat_pool IS
  'Pools of seats, among which applicants choose: one for each institution, field of study and grant type of a programme in a round.';
COMMENT ON COLUMN equity.seat_pool.pool_id IS
  'Key assigned by the database; it belongs to one round.';
COMMENT ON COLUMN equity.seat_pool.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.seat_pool.programme_code IS
  'The programme (โครงการ) that pays; the round must serve it.';
COMMENT ON COLUMN equity.seat_pool.institution_id IS
  'The institution (สถานศึกษา).';
COMMENT ON COLUMN equity.seat_pool.field_code IS
  'The field of study (สาขาวิชา).';
COMMENT ON COLUMN equity.seat_pool.grant_type IS
  'The kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.seat_pool.seats IS
  'Number of seats (จำนวนที่นั่ง), persons, 0 or more; reserved seats (equity.pool_reserve) are among them.';
COMMENT ON COLUMN equity.seat_pool.min_seats IS
  'Floor (จำนวนขั้นต่ำ): if the pool ends with somebody but with fewer persons than this, it closes and they go on down their lists; 0 to seats. NULL: no floor.';
COMMENT ON COLUMN equity.seat_pool.cap_id IS
  'The ceiling (equity.seat_cap) that the pool is under, of the same round; NULL when under none.';

CREATE FUNCTION equity_internal.cascade_valid(cascade text[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(array_ndims(cascade_valid.cascade), 1) = 1
         AND count(*) = count(DISTINCT c.entry)
         AND count(*) FILTER (WHERE c.entry = 'open' OR c.entry = '') = 0
         AND coalesce(max(c.place) FILTER (WHERE c.entry = '*'), count(*)) = count(*)
    FROM unnest(cascade_valid.cascade) WITH ORDINALITY AS c (entry, place);
END;

COMMENT ON FUNCTION equity_internal.cascade_valid(text[]) IS
  'Check of equity.pool_reserve: whether a cascade is a plain list of different groups, none NULL or empty, with * at most at its end.';

CREATE TABLE equity.pool_reserve (
  pool_id bigint NOT NULL,
  reserve text NOT NULL,
  seats integer NOT NULL,
  mode text NOT NULL DEFAULT 'after_open',
  cascade text[] NOT NULL DEFAULT '{*}',
  position integer,
  CONSTRAINT pool_reserve_pkey PRIMARY KEY (pool_id, reserve),
  CONSTRAINT pool_reserve_pool_fkey FOREIGN KEY (pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT pool_reserve_is_a_group CHECK (reserve NOT IN ('', 'open', '*')),
  CONSTRAINT pool_reserve_seats_not_negative CHECK (seats >= 0),
  CONSTRAINT pool_reserve_mode_known CHECK (mode IN ('after_open', 'before_open')),
  CONSTRAINT pool_reserve_cascade_valid CHECK (equity_internal.cascade_valid(cascade))
);

SELECT pg_catalog.pg_extension_config_dump('equity.pool_reserve', '');

COMMENT ON TABLE equity.pool_reserve IS
  'Seats that a pool reserves for a group (ที่นั่งสำรองสำหรับกลุ่ม), one row for each group. Who belongs to a group is in equity.reserve_member.';
COMMENT ON COLUMN equity.pool_reserve.pool_id IS
  'The seat pool.';
COMMENT ON COLUMN equity.pool_reserve.reserve IS
  'The group, and the name of its seats: a code of equity.need_group, or welfare_card, disability_registered, female, male, or province_ and two digits (home province).';
COMMENT ON COLUMN equity.pool_reserve.seats IS
  'Seats reserved of those of the pool, 0 or more.';
COMMENT ON COLUMN equity.pool_reserve.mode IS
  'after_open: open seats are asked for first, so that members who win one leave the reserve to others (over and above); before_open: reserved seats first (a minimum guarantee).';
COMMENT ON COLUMN equity.pool_reserve.cascade IS
  'Who may take reserved seats that the group leaves, in this order: other groups, and * for anybody, which can only be last. {} keeps them empty.';
COMMENT ON COLUMN equity.pool_reserve.position IS
  'Order among the pool''s reserves of one mode, smaller first; NULL last; equal ones in byte order of their names.';
-- Limits of what an institution may offer in a round.

--- For example 30 to 150 recipients a project, at least 15 in a field of study, at most 5
--- fields.
---
--- Without a row a project has no limits. They serve equity.propose_seats.
CREATE TABLE equity.seat_rule (
  round_id bigint NOT NULL,
  programme_code text NOT NULL,
  institution_kind text NOT NULL,
  grant_type text NOT NULL,
  min_seats integer NOT NULL DEFAULT 0,
  max_seats integer,
  min_field_seats integer NOT NULL DEFAULT 0,
  max_fields integer,
  source text,
  CONSTRAINT seat_rule_pkey PRIMARY KEY (round_id, programme_code, institution_kind, grant_type),
  CONSTRAINT seat_rule_round_programme_fkey FOREIGN KEY (round_id, programme_code)
    REFERENCES equity.round_programme (round_id, programme_code),
  CONSTRAINT seat_rule_grant_type_fkey FOREIGN KEY (grant_type)
    REFERENCES equity.grant_type (grant_type),
  CONSTRAINT seat_rule_institution_kind_known
    CHECK (institution_kind IN ('general', 'innovation', 'institute')),
  CONSTRAINT seat_rule_min_seats_not_negative CHECK (min_seats >= 0),
  CONSTRAINT seat_rule_max_seats_in_order CHECK (max_seats >= min_seats),
  CONSTRAINT seat_rule_min_field_seats_in_range CHECK (min_field_seats BETWEEN 0 AND coalesce(max_seats, min_field_seats)),
  CONSTRAINT seat_rule_max_fields_positive CHECK (max_fields >= 1)
);

SELECT pg_catalog.pg_extension_config_dump('equity.seat_rule', '');

COMMENT ON TABLE equity.seat_rule IS
  'Limits of institution projects (โครงการของสถานศึกษา) in a round, as its announcement has them. A project is what an institution offers of one programme and grant type.';
COMMENT ON COLUMN equity.seat_rule.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.seat_rule.programme_code IS
  'The programme (โครงการ); the round must serve it.';
COMMENT ON COLUMN equity.seat_rule.institution_kind IS
  'Kind of the institutions it is for (ประเภทสถานศึกษา), as in equity.institution: general, innovation or institute.';
COMMENT ON COLUMN equity.seat_rule.grant_type IS
  'Grant type that it is for (ประเภททุน), as in equity.grant_type.';
COMMENT ON COLUMN equity.seat_rule.min_seats IS
  'Fewest seats of a project that has any (จำนวนผู้รับทุนขั้นต่ำต่อโครงการ), persons, 0 or more.';
COMMENT ON COLUMN equity.seat_rule.max_seats IS
  'Most seats of a project (จำนวนผู้รับทุนสูงสุดต่อโครงการ), persons; NULL: no limit.';
COMMENT ON COLUMN equity.seat_rule.min_field_seats IS
  'Fewest seats of a field of study that has any (ขั้นต่ำต่อสาขาวิชา), persons, 0 or more.';
COMMENT ON COLUMN equity.seat_rule.max_fields IS
  'Most fields of study of a project (จำนวนสาขาวิชาสูงสุด), 1 and up; NULL: no limit.';
COMMENT ON COLUMN equity.seat_rule.source IS
  'Where the figures come from, for example the announcement; NULL when not recorded.';
-- Applications to a round and their ranked choices. The applicant leads every key, so that
-- these tables can be partitioned or sharded by applicant. No triggers of their own: they
-- hold millions of rows.

CREATE TABLE equity.application (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  application_id bigint GENERATED BY DEFAULT AS IDENTITY,
  status text NOT NULL DEFAULT 'draft',
  submitted_at timestamptz,
  education_level text,
  gpa numeric(3,2),
  graduated_year smallint,
  welfare_card boolean,
  disability_registered boolean,
  answers jsonb,
  verified_need boolean,
  late boolean NOT NULL DEFAULT false,
  late_reason text,
  forgotten_tie numeric,
  forgotten_groups text[],
  source text,
  source_key text,
  CONSTRAINT application_pkey PRIMARY KEY (applicant_id, round_id),
  CONSTRAINT application_id_unique UNIQUE (application_id),
  CONSTRAINT application_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT application_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT application_status_known CHECK (status IN ('draft', 'submitted', 'withdrawn')),
  CONSTRAINT application_submitted_has_time
    CHECK (status <> 'submitted' OR submitted_at IS NOT NULL),
  CONSTRAINT application_late_reason_not_empty CHECK (late_reason <> ''),
  CONSTRAINT application_gpa_in_range CHECK (gpa BETWEEN 0 AND 4),
  CONSTRAINT application_graduated_year_be CHECK (graduated_year BETWEEN 2400 AND 2700),
  CONSTRAINT application_answers_object CHECK (pg_catalog.jsonb_typeof(answers) = 'object'),
  CONSTRAINT application_source_has_key CHECK ((source IS NULL) = (source_key IS NULL))
);

SELECT pg_catalog.pg_extension_config_dump('equity.application', '');
SELECT pg_catalog.pg_extension_config_dump('equity.application_application_id_seq', '');

CREATE INDEX application_by_round ON equity.application (round_id);

CREATE UNIQUE INDEX application_source_key_once
  ON equity.application (source, (source_key::equity_internal.unprinted));

CREATE INDEX application_by_source_key ON equity.application (source_key) WHERE source_key IS NOT NULL;

COMMENT ON TABLE equity.application IS
  'Applications (ใบสมัคร), one for each person and round. An answer that was not given is NULL, never 0 or false.';
COMMENT ON COLUMN equity.application.applicant_id IS
  'The person who applies (ผู้สมัคร).';
COMMENT ON COLUMN equity.application.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.application.application_id IS
  'Number of the application (เลขที่ใบสมัคร), assigned by the database, unique over all rounds.';
COMMENT ON COLUMN equity.application.status IS
  'draft, submitted or withdrawn; only applications that were submitted in time, or accepted late, are scored.';
COMMENT ON COLUMN equity.application.submitted_at IS
  'When it was submitted; required when submitted.';
COMMENT ON COLUMN equity.application.education_level IS
  'Level of study finished or attended (ระดับการศึกษา), a code such as m3, m6 or pvc; NULL when not given.';
COMMENT ON COLUMN equity.application.gpa IS
  'Grade point average (เกรดเฉลี่ยสะสม, GPAX), 0.00 to 4.00; NULL when not given.';
COMMENT ON COLUMN equity.application.graduated_year IS
  'Academic year in which that level was finished (ปีที่จบ), พ.ศ., 2400 to 2700; NULL when not finished or not given.';
COMMENT ON COLUMN equity.application.welfare_card IS
  'True when the applicant or household holds a state welfare card (บัตรสวัสดิการแห่งรัฐ); NULL when not answered.';
COMMENT ON COLUMN equity.application.disability_registered IS
  'True when the applicant is registered as disabled (บัตรประจำตัวคนพิการ); NULL when not answered. Sensitive personal data.';
COMMENT ON COLUMN equity.application.answers IS
  'Other answers of the form as a JSON object, which scorecards read as answers.key; NULL when none.';
COMMENT ON COLUMN equity.application.late IS
  'True when it was submitted after the round''s closes_at and not accepted late: it takes no part. Closing, scoring and amending the round set it.';
COMMENT ON COLUMN equity.application.late_reason IS
  'Why the application competes although it was submitted after the round''s closes_at (equity.accept_late); NULL when it was not accepted.';
COMMENT ON COLUMN equity.application.forgotten_tie IS
  'Of somebody who was forgotten, what ranked equal scores (equity.allocation_input.tie); NULL when nothing did.';
COMMENT ON COLUMN equity.application.forgotten_groups IS
  'Of somebody who was forgotten, the groups that mattered in the round (equity.allocation_input.groups); NULL while not forgotten.';
COMMENT ON COLUMN equity.application.source IS
  'The system that the application came from (ระบบต้นทาง), as the files loaded name it; NULL when entered here.';
COMMENT ON COLUMN equity.application.source_key IS
  'What that system calls the application (เลขที่ใบสมัครของระบบต้นทาง), unique with source, so that its files can be loaded again.';
COMMENT ON COLUMN equity.application.verified_need IS
  'Whether a visit or a check of records afterwards found the applicant in need (ผลการตรวจสอบความยากจน); NULL when not checked. No scorecard reads it: equity.targeting measures scorecards by it.';

CREATE TABLE equity.choice (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  choice smallint NOT NULL,
  pool_id bigint NOT NULL,
  CONSTRAINT choice_pkey PRIMARY KEY (applicant_id, round_id, choice),
  CONSTRAINT choice_pool_once UNIQUE (applicant_id, round_id, pool_id),
  CONSTRAINT choice_application_fkey FOREIGN KEY (applicant_id, round_id)
    REFERENCES equity.application (applicant_id, round_id),
  CONSTRAINT choice_pool_fkey FOREIGN KEY (round_id, pool_id)
    REFERENCES equity.seat_pool (round_id, pool_id),
  CONSTRAINT choice_positive CHECK (choice >= 1)
);

SELECT pg_catalog.pg_extension_config_dump('equity.choice', '');

CREATE INDEX choice_by_pool ON equity.choice (round_id, pool_id);

COMMENT ON TABLE equity.choice IS
  'Ranked choices (ลำดับการเลือก) of an application: pools of the same round, each at most once.';
COMMENT ON COLUMN equity.choice.applicant_id IS
  'The person who chooses.';
COMMENT ON COLUMN equity.choice.round_id IS
  'The round; application and pool are both of it.';
COMMENT ON COLUMN equity.choice.choice IS
  'Rank of the choice (อันดับ), 1 is the most wanted; numbers may leave gaps.';
COMMENT ON COLUMN equity.choice.pool_id IS
  'The seat pool chosen.';
-- What an application says of the household: income, members and the dwelling. Together with
-- the application's own answers these are the areas of the proxy means test.

CREATE TABLE equity.household (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  household_size integer,
  monthly_income numeric(12,2),
  CONSTRAINT household_pkey PRIMARY KEY (applicant_id, round_id),
  CONSTRAINT household_application_fkey FOREIGN KEY (applicant_id, round_id)
    REFERENCES equity.application (applicant_id, round_id),
  CONSTRAINT household_size_positive CHECK (household_size >= 1),
  CONSTRAINT household_monthly_income_not_negative CHECK (monthly_income >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.household', '');

COMMENT ON TABLE equity.household IS
  'Household (ครัวเรือน) of an applicant as declared in a round.';
COMMENT ON COLUMN equity.household.applicant_id IS
  'The person who applies.';
COMMENT ON COLUMN equity.household.round_id IS
  'The round of the application.';
COMMENT ON COLUMN equity.household.household_size IS
  'Number of members (จำนวนสมาชิกในครัวเรือน), the applicant included, 1 and up; NULL when not given.';
COMMENT ON COLUMN equity.household.monthly_income IS
  'Income of the whole household a month (รายได้ครัวเรือนต่อเดือน), baht, 0 or more; NULL when not given, which is not 0.';

CREATE TABLE equity.household_member (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  member_number smallint NOT NULL,
  relation text,
  birth_year smallint,
  monthly_income numeric(12,2),
  disabled boolean,
  chronically_ill boolean,
  elderly boolean,
  without_income boolean,
  CONSTRAINT household_member_pkey PRIMARY KEY (applicant_id, round_id, member_number),
  CONSTRAINT household_member_household_fkey FOREIGN KEY (applicant_id, round_id)
    REFERENCES equity.household (applicant_id, round_id),
  CONSTRAINT household_member_number_positive CHECK (member_number >= 1),
  CONSTRAINT household_member_birth_year_be CHECK (birth_year BETWEEN 2400 AND 2700),
  CONSTRAINT household_member_monthly_income_not_negative CHECK (monthly_income >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.household_member', '');

COMMENT ON TABLE equity.household_member IS
  'Members (สมาชิกครัวเรือน) of a declared household, without names. Health and disability are sensitive personal data.';
COMMENT ON COLUMN equity.household_member.applicant_id IS
  'The person who applies.';
COMMENT ON COLUMN equity.household_member.round_id IS
  'The round of the application.';
COMMENT ON COLUMN equity.household_member.member_number IS
  'Number of the member in the form, 1 and up.';
COMMENT ON COLUMN equity.household_member.relation IS
  'Relation to the applicant (ความสัมพันธ์), a code such as self, father, mother, sibling or grandparent; NULL when not given.';
COMMENT ON COLUMN equity.household_member.birth_year IS
  'Year of birth (ปีเกิด), พ.ศ., 2400 to 2700; NULL when not given.';
COMMENT ON COLUMN equity.household_member.monthly_income IS
  'Income a month (รายได้ต่อเดือน), baht, 0 or more; NULL when not given.';
COMMENT ON COLUMN equity.household_member.disabled IS
  'True when the member is disabled (พิการ); NULL when not answered.';
COMMENT ON COLUMN equity.household_member.chronically_ill IS
  'True when the member is chronically ill (เจ็บป่วยเรื้อรัง); NULL when not answered.';
COMMENT ON COLUMN equity.household_member.elderly IS
  'True when the member is elderly (ผู้สูงอายุ) as the round''s form defines it; NULL when not answered.';
COMMENT ON COLUMN equity.household_member.without_income IS
  'True when the member is of working age and earns nothing (ไม่มีรายได้ / ว่างงาน); NULL when not answered.';

CREATE TABLE equity.dwelling (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  tenure text,
  floor text,
  wall text,
  roof text,
  toilet text,
  drinking_water text,
  electricity text,
  farm_land_rai numeric(8,2),
  vehicles smallint,
  refrigerator boolean,
  air_conditioner boolean,
  washing_machine boolean,
  television boolean,
  computer boolean,
  CONSTRAINT dwelling_pkey PRIMARY KEY (applicant_id, round_id),
  CONSTRAINT dwelling_application_fkey FOREIGN KEY (applicant_id, round_id)
    REFERENCES equity.application (applicant_id, round_id),
  CONSTRAINT dwelling_farm_land_not_negative CHECK (farm_land_rai >= 0),
  CONSTRAINT dwelling_vehicles_not_negative CHECK (vehicles >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.dwelling', '');

COMMENT ON TABLE equity.dwelling IS
  'Dwelling and belongings (ที่อยู่อาศัยและทรัพย์สิน) as declared or seen at a home visit. An answer that was not given is NULL. Codes are those of the round''s form; a scorecard names them.';
COMMENT ON COLUMN equity.dwelling.applicant_id IS
  'The person who applies.';
COMMENT ON COLUMN equity.dwelling.round_id IS
  'The round of the application.';
COMMENT ON COLUMN equity.dwelling.tenure IS
  'How the household holds the dwelling (การอยู่อาศัย), a code such as own, rent, free or none.';
COMMENT ON COLUMN equity.dwelling.floor IS
  'Material of the floor (พื้นบ้าน), a code such as tile, cement, wood, bamboo or earth.';
COMMENT ON COLUMN equity.dwelling.wall IS
  'Material of the walls (ฝาบ้าน), a code such as cement, wood, bamboo or scrap.';
COMMENT ON COLUMN equity.dwelling.roof IS
  'Material of the roof (หลังคา), a code such as tile, metal, thatch or scrap.';
COMMENT ON COLUMN equity.dwelling.toilet IS
  'Kind of toilet (ส้วม), a code such as own, shared or none.';
COMMENT ON COLUMN equity.dwelling.drinking_water IS
  'Source of drinking water (แหล่งน้ำดื่ม), a code such as bottled, tap, well, rain or river.';
COMMENT ON COLUMN equity.dwelling.electricity IS
  'Source of electricity (ไฟฟ้า), a code such as grid, solar, shared or none.';
COMMENT ON COLUMN equity.dwelling.farm_land_rai IS
  'Farm land that the household works (ที่ดินทำการเกษตร), rai of 1,600 square metres, 0 or more.';
COMMENT ON COLUMN equity.dwelling.vehicles IS
  'Number of vehicles that work (ยานพาหนะที่ใช้งานได้), 0 or more.';
COMMENT ON COLUMN equity.dwelling.refrigerator IS
  'True when the household has a refrigerator (ตู้เย็น).';
COMMENT ON COLUMN equity.dwelling.air_conditioner IS
  'True when the household has an air conditioner (เครื่องปรับอากาศ).';
COMMENT ON COLUMN equity.dwelling.washing_machine IS
  'True when the household has a washing machine (เครื่องซักผ้า).';
COMMENT ON COLUMN equity.dwelling.television IS
  'True when the household has a flat-screen television (โทรทัศน์จอแบน).';
COMMENT ON COLUMN equity.dwelling.computer IS
  'True when the household has a computer (คอมพิวเตอร์).';
-- What scoring and allocation write: assessments, runs with their digests, placements.
--
-- An assessment's programme and card have no foreign keys. One scoring writes a row for every application
-- from the few rows of round_programme. A sealed card cannot go away, and the digest tells which one it was.
--
-- Nor have a placement's applicant and pool, which made a third of what an allocation costs: placements come from
-- the allocator, who read both from rows that have such keys, and verification finds a placement that no
-- application of its round stands behind (unknown_application).
--
-- What keys would have refused of new rows is found by equity.check_integrity.

CREATE TABLE equity.assessment (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  programme_code text NOT NULL,
  eligible boolean,
  score numeric,
  class text,
  reasons text[],
  card_code text NOT NULL,
  card_version integer NOT NULL,
  card_digest text NOT NULL,
  assessed_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  CONSTRAINT assessment_pkey PRIMARY KEY (applicant_id, round_id, programme_code),
  CONSTRAINT assessment_application_fkey FOREIGN KEY (applicant_id, round_id)
    REFERENCES equity.application (applicant_id, round_id),
  CONSTRAINT assessment_card_digest_is_64_bytes
    CHECK (pg_catalog.octet_length(card_digest) = 64)
);

SELECT pg_catalog.pg_extension_config_dump('equity.assessment', '');

CREATE TRIGGER check_keys
  AFTER INSERT ON equity.assessment
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_keys();

SELECT equity_internal.check_keys_at_once('equity.assessment');

CREATE INDEX assessment_by_round ON equity.assessment (round_id, programme_code);

COMMENT ON TABLE equity.assessment IS
  'What a programme''s scorecard says of an application (ผลการประเมิน), one row for each application and programme; scoring again replaces the rows of the round.';
COMMENT ON COLUMN equity.assessment.applicant_id IS
  'The person assessed, who applied to the round.';
COMMENT ON COLUMN equity.assessment.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.assessment.programme_code IS
  'The programme of the round whose card was used (no foreign key).';
COMMENT ON COLUMN equity.assessment.eligible IS
  'True when every gate holds (มีสิทธิ์), false when one fails; NULL when a missing answer leaves it undetermined. Only who is eligible with a score competes: true without a score counts as undetermined.';
COMMENT ON COLUMN equity.assessment.score IS
  'Points (คะแนน) with the decimals of the card''s scale; larger is first in the queue; NULL when undetermined.';
COMMENT ON COLUMN equity.assessment.class IS
  'Class of the score as the card names it, or NULL.';
COMMENT ON COLUMN equity.assessment.reasons IS
  'Reason codes of the gates that failed or could not be decided, in the card''s order.';
COMMENT ON COLUMN equity.assessment.card_code IS
  'Scorecard that was used (no foreign key).';
COMMENT ON COLUMN equity.assessment.card_version IS
  'Version of that scorecard.';
COMMENT ON COLUMN equity.assessment.card_digest IS
  'Digest of the card as used, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.assessment.assessed_at IS
  'When the row was made.';

CREATE TABLE equity.allocation_run (
  run_id bigint GENERATED BY DEFAULT AS IDENTITY,
  round_id bigint NOT NULL,
  kind text NOT NULL DEFAULT 'main',
  parent_run_id bigint,
  status text NOT NULL DEFAULT 'draft',
  mechanism equity.mechanism NOT NULL,
  tie_break equity.tie_break NOT NULL,
  tie_field text,
  seed text,
  result_digest text,
  applicants integer,
  applications bigint,
  seats bigint,
  admitted bigint,
  violations bigint,
  equity_version text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  finished_at timestamptz,
  run_by text NOT NULL DEFAULT SESSION_USER,
  CONSTRAINT allocation_run_pkey PRIMARY KEY (run_id),
  CONSTRAINT allocation_run_in_round UNIQUE (round_id, run_id),
  CONSTRAINT allocation_run_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT allocation_run_parent_fkey FOREIGN KEY (round_id, parent_run_id)
    REFERENCES equity.allocation_run (round_id, run_id),
  CONSTRAINT allocation_run_kind_known CHECK (kind IN ('main', 'refill')),
  CONSTRAINT allocation_run_refill_has_parent CHECK ((kind = 'refill') = (parent_run_id IS NOT NULL)),
  CONSTRAINT allocation_run_parent_came_before CHECK (parent_run_id < run_id),
  CONSTRAINT allocation_run_status_known CHECK (
    status IN ('draft', 'verified', 'failed', 'superseded', 'published')),
  CONSTRAINT allocation_run_result_digest_is_sha256 CHECK (result_digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT allocation_run_counts_not_negative CHECK (
    applicants >= 0 AND applications >= 0 AND seats >= 0 AND admitted >= 0 AND violations >= 0),
  CONSTRAINT allocation_run_verified_has_no_violation
    CHECK (status NOT IN ('verified', 'published') OR (violations IS NOT NULL AND violations = 0)),
  CONSTRAINT allocation_run_times_in_order CHECK (started_at <= finished_at)
);

SELECT pg_catalog.pg_extension_config_dump('equity.allocation_run', '');
SELECT pg_catalog.pg_extension_config_dump('equity.allocation_run_run_id_seq', '');

CREATE UNIQUE INDEX allocation_run_one_published
  ON equity.allocation_run (round_id) WHERE status = 'published' AND kind = 'main';

CREATE UNIQUE INDEX allocation_run_one_published_refill
  ON equity.allocation_run (parent_run_id) WHERE status = 'published' AND kind = 'refill';

COMMENT ON TABLE equity.allocation_run IS
  'Runs of the allocation (การจัดสรร) of a round, each with digests of everything that decided it (equity.run_input), so that anyone with the same rows can repeat it.';
COMMENT ON COLUMN equity.allocation_run.run_id IS
  'Key assigned by the database.';
COMMENT ON COLUMN equity.allocation_run.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.allocation_run.kind IS
  'main (การจัดสรรครั้งแรก), or refill (การจัดสรรที่นั่งว่าง): of the seats that came free since the parent run, where nobody who holds a seat is made worse.';
COMMENT ON COLUMN equity.allocation_run.parent_run_id IS
  'The run whose seats a refill goes on from, of the same round; set exactly for a refill.';
COMMENT ON COLUMN equity.allocation_run.status IS
  'draft (not verified), verified (no violation found), failed (violations found), superseded (a later step replaced it) or published; a round has at most one published first run, and a published run at most one published refill.';
COMMENT ON COLUMN equity.allocation_run.mechanism IS
  'Mechanism used: deferred_acceptance, serial_dictatorship, immediate_acceptance or top_trading_cycles.';
COMMENT ON COLUMN equity.allocation_run.tie_break IS
  'What broke ties: lottery, lottery_per_pool, admit_all, admit_none or strict.';
COMMENT ON COLUMN equity.allocation_run.tie_field IS
  'What ranked equal scores before that, as in equity.round; NULL when nothing did.';
COMMENT ON COLUMN equity.allocation_run.seed IS
  'Seed of the lottery; NULL when the tie break needs none.';
COMMENT ON COLUMN equity.allocation_run.result_digest IS
  'Digest of the placements, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.allocation_run.applicants IS
  'Number of applicants who took part.';
COMMENT ON COLUMN equity.allocation_run.applications IS
  'Number of their choices that took part.';
COMMENT ON COLUMN equity.allocation_run.seats IS
  'Number of seats offered.';
COMMENT ON COLUMN equity.allocation_run.admitted IS
  'Number of applicants placed.';
COMMENT ON COLUMN equity.allocation_run.violations IS
  'Number of violations that verification found; NULL before it ran, 0 when the run is verified or published.';
COMMENT ON COLUMN equity.allocation_run.equity_version IS
  'Version of the extension that made the run.';
COMMENT ON COLUMN equity.allocation_run.started_at IS
  'When the run started.';
COMMENT ON COLUMN equity.allocation_run.finished_at IS
  'When the run finished; NULL when not recorded.';
COMMENT ON COLUMN equity.allocation_run.run_by IS
  'Database role of the session that made the run.';

CREATE TABLE equity.placement (
  run_id bigint NOT NULL,
  applicant_id bigint NOT NULL,
  pool_id bigint NOT NULL,
  choice integer NOT NULL,
  seat text NOT NULL,
  tier integer NOT NULL,
  score numeric,
  CONSTRAINT placement_pkey PRIMARY KEY (run_id, applicant_id),
  CONSTRAINT placement_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT placement_choice_positive CHECK (choice >= 1),
  CONSTRAINT placement_tier_not_negative CHECK (tier >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.placement', '');

CREATE TRIGGER check_keys
  AFTER INSERT ON equity.placement
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_keys();

SELECT equity_internal.check_keys_at_once('equity.placement');

CREATE INDEX placement_by_pool ON equity.placement (run_id, pool_id);

COMMENT ON TABLE equity.placement IS
  'Result of a run: the seat of each applicant who got one.';
COMMENT ON COLUMN equity.placement.run_id IS
  'The run.';
COMMENT ON COLUMN equity.placement.applicant_id IS
  'The applicant placed (ผู้ได้รับการจัดสรร; no foreign key).';
COMMENT ON COLUMN equity.placement.pool_id IS
  'The seat pool (no foreign key).';
COMMENT ON COLUMN equity.placement.choice IS
  'Rank that the applicant gave to the pool (อันดับ), 1 and up.';
COMMENT ON COLUMN equity.placement.seat IS
  'Kind of seat: open, or the name of a reserve.';
COMMENT ON COLUMN equity.placement.tier IS
  'Place in the seat''s cascade, 0 for the group that the seat is for.';
COMMENT ON COLUMN equity.placement.score IS
  'Score with which the applicant competed (คะแนน).';
-- What a run keeps beside its placements: who had a seat already when it was made, the digests of
-- all that it read, and the very text behind them.

CREATE TABLE equity.run_standing (
  run_id bigint NOT NULL,
  applicant_id bigint NOT NULL,
  decision text NOT NULL,
  pool_id bigint,
  seat text,
  choice integer,
  score numeric,
  CONSTRAINT run_standing_pkey PRIMARY KEY (run_id, applicant_id),
  CONSTRAINT run_standing_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT run_standing_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT run_standing_pool_fkey FOREIGN KEY (pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT run_standing_known CHECK (decision IN ('freeze', 'float', 'out')),
  CONSTRAINT run_standing_holder_has_seat CHECK (
    decision = 'out'
    OR (pool_id IS NOT NULL AND seat IS NOT NULL AND choice IS NOT NULL AND score IS NOT NULL)),
  CONSTRAINT run_standing_choice_positive CHECK (choice >= 1)
);

SELECT pg_catalog.pg_extension_config_dump('equity.run_standing', '');

CREATE TRIGGER check_keys
  AFTER INSERT ON equity.run_standing
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_keys();

SELECT equity_internal.check_keys_at_once('equity.run_standing');

COMMENT ON TABLE equity.run_standing IS
  'Who held a seat, or was out, when a run was made. Whoever has no row asked for all of their choices.';
COMMENT ON COLUMN equity.run_standing.run_id IS
  'The run that went by it.';
COMMENT ON COLUMN equity.run_standing.applicant_id IS
  'The applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.run_standing.decision IS
  'What the holder decided: freeze (keeps the seat and asks for nothing else), float (keeps the seat and may move up to a choice before it) or out (takes no part: declined, expired, withdrawn).';
COMMENT ON COLUMN equity.run_standing.pool_id IS
  'The seat pool held; NULL only for who is out.';
COMMENT ON COLUMN equity.run_standing.seat IS
  'The seat held, open or the name of a reserve; NULL only for who is out.';
COMMENT ON COLUMN equity.run_standing.choice IS
  'Rank that the applicant gave to that pool (อันดับ), 1 and up; NULL only for who is out.';
COMMENT ON COLUMN equity.run_standing.score IS
  'Score with which the seat was won (คะแนน); NULL only for who is out.';

CREATE TABLE equity.run_input (
  run_id bigint NOT NULL,
  input text NOT NULL,
  digest text NOT NULL,
  CONSTRAINT run_input_pkey PRIMARY KEY (run_id, input),
  CONSTRAINT run_input_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT run_input_digest_is_sha256 CHECK (digest ~ '^[0-9a-f]{64}$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.run_input', '');

COMMENT ON TABLE equity.run_input IS
  'Digests of what a run read, one row for each input. Their text is in equity.digest_source.';
COMMENT ON COLUMN equity.run_input.run_id IS
  'The run.';
COMMENT ON COLUMN equity.run_input.input IS
  'cards, quotas, pools, reserves, caps, applications, standing or seed (equity.run_manifest says over which lines).';
COMMENT ON COLUMN equity.run_input.digest IS
  'sha256 of the text in UTF-8, 64 hexadecimal digits; of the seed it is the commitment.';

CREATE TABLE equity.digest_source (
  digest text NOT NULL,
  content text NOT NULL,
  CONSTRAINT digest_source_pkey PRIMARY KEY (digest),
  CONSTRAINT digest_source_is_its_sha256
    CHECK (digest = equity.text_digest(content))
);

SELECT pg_catalog.pg_extension_config_dump('equity.digest_source', '');

-- A round of a million has 80 MB of such text: PostgreSQL's own method would compress it for longer than an
-- allocation takes.
DO $$
BEGIN
  ALTER TABLE equity.digest_source ALTER COLUMN content SET COMPRESSION lz4;
EXCEPTION
  WHEN feature_not_supported THEN NULL;                    -- a server built without it
END;
$$;

COMMENT ON TABLE equity.digest_source IS
  'The text behind the digests of allocation runs, each text once, whichever runs share it: what a run read can be shown long after the rows have changed (equity.diff_runs). A digest that is not the sha256 of its text cannot be stored.';
COMMENT ON COLUMN equity.digest_source.digest IS
  'sha256 of the text in UTF-8, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.digest_source.content IS
  'The text: lines that end with a line feed; equity.run_manifest says of what.';
-- The order of everybody who competed in a published run, kept.

CREATE TABLE equity.run_ranking (
  run_id bigint NOT NULL,
  pool_id bigint NOT NULL,
  seat text NOT NULL,
  applicants bigint[] NOT NULL,
  waiting bit varying NOT NULL,
  CONSTRAINT run_ranking_pkey PRIMARY KEY (run_id, pool_id, seat),
  CONSTRAINT run_ranking_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT run_ranking_pool_fkey FOREIGN KEY (pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT run_ranking_a_bit_each
    CHECK (pg_catalog.bit_length(waiting) = pg_catalog.cardinality(applicants))
);

SELECT pg_catalog.pg_extension_config_dump('equity.run_ranking', '');

-- ids hardly compress, and a letter wants one of many
ALTER TABLE equity.run_ranking ALTER COLUMN applicants SET STORAGE EXTERNAL;

COMMENT ON TABLE equity.run_ranking IS
  'equity.ranking of each published run as it was at publication, one row for each pool and kind of seat, so that a letter finds a place among a million at once.';
COMMENT ON COLUMN equity.run_ranking.run_id IS
  'The published run.';
COMMENT ON COLUMN equity.run_ranking.pool_id IS
  'The seat pool.';
COMMENT ON COLUMN equity.run_ranking.seat IS
  'Kind of seat: open, or the name of a reserve.';
COMMENT ON COLUMN equity.run_ranking.applicants IS
  'Everybody who competed for these seats, the first in their order first.';
COMMENT ON COLUMN equity.run_ranking.waiting IS
  'A bit for each of them: 1 when refused there without anything better, that is, on the waiting list.';
-- Awards and what happened to them.

CREATE TABLE equity.award (
  award_id bigint GENERATED BY DEFAULT AS IDENTITY,
  applicant_id bigint NOT NULL,
  programme_code text NOT NULL,
  grant_type text,
  institution_id bigint,
  field_code text,
  academic_year smallint NOT NULL,
  round_id bigint,
  run_id bigint,
  pool_id bigint,
  status text NOT NULL,
  offered_at timestamptz,
  offer_expires_at timestamptz,
  decided_at timestamptz,
  decision text,
  CONSTRAINT award_pkey PRIMARY KEY (award_id),
  CONSTRAINT award_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT award_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT award_grant_type_fkey FOREIGN KEY (grant_type)
    REFERENCES equity.grant_type (grant_type),
  CONSTRAINT award_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT award_field_fkey FOREIGN KEY (field_code)
    REFERENCES equity.field_of_study (field_code),
  CONSTRAINT award_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT award_run_fkey FOREIGN KEY (round_id, run_id)
    REFERENCES equity.allocation_run (round_id, run_id),
  CONSTRAINT award_pool_fkey FOREIGN KEY (round_id, pool_id)
    REFERENCES equity.seat_pool (round_id, pool_id),
  CONSTRAINT award_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT award_status_known CHECK (
    status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
               'graduated', 'discontinued')),
  CONSTRAINT award_run_has_round
    CHECK (round_id IS NOT NULL OR (run_id IS NULL AND pool_id IS NULL)),
  CONSTRAINT award_offer_has_time CHECK (status <> 'offered' OR offered_at IS NOT NULL),
  CONSTRAINT award_offer_times_in_order CHECK (offered_at < offer_expires_at),
  CONSTRAINT award_decision_known CHECK (decision IN ('freeze', 'float')),
  CONSTRAINT award_decision_when_accepted CHECK (status <> 'offered' OR decision IS NULL)
);

SELECT pg_catalog.pg_extension_config_dump('equity.award', '');
SELECT pg_catalog.pg_extension_config_dump('equity.award_award_id_seq', '');

-- Rows come by the hundred thousand, so indexes are few: this one also finds the awards of an applicant.
CREATE UNIQUE INDEX award_one_in_a_round ON equity.award (applicant_id, round_id);

CREATE INDEX award_by_round ON equity.award (round_id, award_id);

CREATE INDEX award_open_offer
  ON equity.award (offer_expires_at) WHERE status = 'offered';

CREATE TRIGGER check_keys
  AFTER INSERT ON equity.award
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_keys();

SELECT equity_internal.check_keys_at_once('equity.award');

COMMENT ON TABLE equity.award IS
  'Scholarships offered and given (ทุนที่ให้). Awards from before the system are rows too, without round, run and pool.';
COMMENT ON COLUMN equity.award.award_id IS
  'Key assigned by the database.';
COMMENT ON COLUMN equity.award.applicant_id IS
  'The scholar (ผู้รับทุน).';
COMMENT ON COLUMN equity.award.programme_code IS
  'The programme (โครงการ) that pays.';
COMMENT ON COLUMN equity.award.grant_type IS
  'The kind of grant (ประเภททุน); NULL when an old record does not say.';
COMMENT ON COLUMN equity.award.institution_id IS
  'The institution (สถานศึกษา); NULL when an old record does not say.';
COMMENT ON COLUMN equity.award.field_code IS
  'The field of study (สาขาวิชา); NULL when an old record does not say.';
COMMENT ON COLUMN equity.award.academic_year IS
  'Academic year (ปีการศึกษา) in which the scholar starts, พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.award.round_id IS
  'The round that gave it, at most one award an applicant; NULL for an award from before the system.';
COMMENT ON COLUMN equity.award.run_id IS
  'The published run that gave the seat that it fills now, of the same round: a refill that moves the award puts its own run here. NULL when no run did.';
COMMENT ON COLUMN equity.award.pool_id IS
  'The seat pool that it fills, of the same round; NULL when none.';
COMMENT ON COLUMN equity.award.status IS
  'offered, accepted, declined, expired, withdrawn, studying (กำลังศึกษา), graduated (สำเร็จการศึกษา) or discontinued.';
COMMENT ON COLUMN equity.award.offered_at IS
  'When it was offered; required while offered, NULL when an old record does not say.';
COMMENT ON COLUMN equity.award.offer_expires_at IS
  'When the offer ends unless it is accepted; NULL when it does not end.';
COMMENT ON COLUMN equity.award.decided_at IS
  'When the applicant accepted or declined, or the offer expired or was withdrawn; NULL before.';
COMMENT ON COLUMN equity.award.decision IS
  'What the applicant asked for when accepting: freeze (keep this seat, ask for nothing else) or float (keep it, and move up when a seat of a choice that is wanted more falls vacant); NULL before, and when an old record does not say.';

CREATE TABLE equity.award_event (
  award_id bigint NOT NULL,
  event_number bigint GENERATED BY DEFAULT AS IDENTITY,
  event text NOT NULL,
  from_status text,
  to_status text NOT NULL,
  actor text NOT NULL DEFAULT SESSION_USER,
  at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  note text,
  from_pool_id bigint,
  to_pool_id bigint,
  CONSTRAINT award_event_pkey PRIMARY KEY (award_id, event_number),
  CONSTRAINT award_event_award_fkey FOREIGN KEY (award_id)
    REFERENCES equity.award (award_id),
  CONSTRAINT award_event_from_pool_fkey FOREIGN KEY (from_pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT award_event_to_pool_fkey FOREIGN KEY (to_pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT award_event_moved_has_pools CHECK (
    (event = 'moved') = (from_pool_id IS NOT NULL)
    AND (event = 'moved') = (to_pool_id IS NOT NULL)),
  CONSTRAINT award_event_is_code CHECK (event ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT award_event_from_status_known CHECK (
    from_status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
                    'graduated', 'discontinued')),
  CONSTRAINT award_event_to_status_known CHECK (
    to_status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
                  'graduated', 'discontinued'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.award_event', '');
SELECT pg_catalog.pg_extension_config_dump('equity.award_event_event_number_seq', '');

CREATE TRIGGER check_keys
  AFTER INSERT ON equity.award_event
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_keys();

SELECT equity_internal.check_keys_at_once('equity.award_event');

COMMENT ON TABLE equity.award_event IS
  'History of awards: each change of status, of decision or of pool, in the order of event_number.';
COMMENT ON COLUMN equity.award_event.award_id IS
  'The award.';
COMMENT ON COLUMN equity.award_event.event_number IS
  'Number assigned by the database; later events of an award have larger ones, with gaps.';
COMMENT ON COLUMN equity.award_event.event IS
  'What happened, a code such as offered, accepted, wished, declined, expired, withdrawn, moved or graduated.';
COMMENT ON COLUMN equity.award_event.from_status IS
  'Status of the award before; NULL for its first event.';
COMMENT ON COLUMN equity.award_event.to_status IS
  'Status of the award after.';
COMMENT ON COLUMN equity.award_event.actor IS
  'Database role of the session that did it, or the office named by an import.';
COMMENT ON COLUMN equity.award_event.at IS
  'When it happened.';
COMMENT ON COLUMN equity.award_event.note IS
  'Remark; no personal data. NULL when none.';
COMMENT ON COLUMN equity.award_event.from_pool_id IS
  'Of a move, the seat pool that the award filled before; NULL for other events.';
COMMENT ON COLUMN equity.award_event.to_pool_id IS
  'Of a move, the seat pool that it fills since then; NULL for other events.';

CREATE TABLE equity.refill_move (
  run_id bigint NOT NULL,
  applicant_id bigint NOT NULL,
  chain integer NOT NULL,
  step integer NOT NULL,
  from_pool_id bigint,
  from_seat text,
  to_pool_id bigint,
  to_seat text,
  vacated_by bigint,
  CONSTRAINT refill_move_pkey PRIMARY KEY (run_id, applicant_id),
  CONSTRAINT refill_move_in_order UNIQUE (run_id, chain, step),
  CONSTRAINT refill_move_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT refill_move_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT refill_move_from_pool_fkey FOREIGN KEY (from_pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT refill_move_to_pool_fkey FOREIGN KEY (to_pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT refill_move_vacated_by_fkey FOREIGN KEY (vacated_by)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT refill_move_from_seat_of_pool CHECK ((from_pool_id IS NULL) = (from_seat IS NULL)),
  CONSTRAINT refill_move_to_seat_of_pool CHECK ((to_pool_id IS NULL) = (to_seat IS NULL)),
  CONSTRAINT refill_move_from_or_to CHECK (from_pool_id IS NOT NULL OR to_pool_id IS NOT NULL),
  CONSTRAINT refill_move_chain_positive CHECK (chain >= 1),
  CONSTRAINT refill_move_leaves_at_step_0 CHECK (step >= 0 AND (step = 0) = (to_pool_id IS NULL))
);

SELECT pg_catalog.pg_extension_config_dump('equity.refill_move', '');

CREATE TRIGGER check_keys
  AFTER INSERT ON equity.refill_move
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_keys();

SELECT equity_internal.check_keys_at_once('equity.refill_move');

COMMENT ON TABLE equity.refill_move IS
  'Who went where in a refill, one row for each applicant whose seat changed, in chains: somebody leaves (step 0), the next takes that seat and leaves another, until a seat stays empty or somebody comes who had none.';
COMMENT ON COLUMN equity.refill_move.run_id IS
  'The refill.';
COMMENT ON COLUMN equity.refill_move.applicant_id IS
  'Who moved (ผู้ที่ย้าย).';
COMMENT ON COLUMN equity.refill_move.chain IS
  'Number of the chain in the refill, 1 and up.';
COMMENT ON COLUMN equity.refill_move.step IS
  'Place in the chain: 0 for those who left the round (declined, expired, withdrawn), 1 and up for those who took the seat that the step before left. A chain that starts with step 1 started from an empty seat, or is a circle.';
COMMENT ON COLUMN equity.refill_move.from_pool_id IS
  'The seat pool that the applicant left; NULL for those who had no seat.';
COMMENT ON COLUMN equity.refill_move.from_seat IS
  'Kind of the seat that the applicant left, open or the name of a reserve; NULL for those who had none.';
COMMENT ON COLUMN equity.refill_move.to_pool_id IS
  'The seat pool that the applicant fills now; NULL for those who left the round.';
COMMENT ON COLUMN equity.refill_move.to_seat IS
  'Kind of the seat that the applicant fills now; NULL for those who left the round.';
COMMENT ON COLUMN equity.refill_move.vacated_by IS
  'Who had that seat before; NULL when it was empty, and for those who left the round.';
-- Who may do what. A level is a set of rights on tables, views and functions, equity_internal.level_right has
-- them all; equity.access_grant has who was given which level; and row security narrows officers to
-- their institutions.
--
-- Nobody is narrowed but officers: any other role reads all rows of the tables that it was granted, as it
-- did before there were levels. What makes an officer is a right too, USAGE on the type
-- equity_internal.officer: it follows a role that is renamed, and comes back with a dump, as the rights
-- on the tables do. An officer without institutions sees nobody.

CREATE TABLE equity.access_grant (
  grant_id bigint GENERATED BY DEFAULT AS IDENTITY,
  role_name text NOT NULL,
  level text NOT NULL,
  institution_id bigint,
  granted_by text NOT NULL DEFAULT SESSION_USER,
  granted_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  CONSTRAINT access_grant_pkey PRIMARY KEY (grant_id),
  CONSTRAINT access_grant_once UNIQUE NULLS NOT DISTINCT (role_name, level, institution_id),
  CONSTRAINT access_grant_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT access_grant_level_known CHECK (level IN ('reader', 'analyst', 'officer', 'operator', 'auditor')),
  CONSTRAINT access_grant_officer_has_institution CHECK ((level = 'officer') = (institution_id IS NOT NULL))
);

SELECT pg_catalog.pg_extension_config_dump('equity.access_grant', '');
SELECT pg_catalog.pg_extension_config_dump('equity.access_grant_grant_id_seq', '');

COMMENT ON TABLE equity.access_grant IS
  'Which role has which level (สิทธิการเข้าถึง), of an officer one row for each institution. Written by equity.grant_access and equity.revoke_access, which also give and take the rights.';
COMMENT ON COLUMN equity.access_grant.grant_id IS
  'Key assigned by the database.';
COMMENT ON COLUMN equity.access_grant.role_name IS
  'Name of the role, so that a dump can be restored elsewhere; a role that is gone is of no consequence.';
COMMENT ON COLUMN equity.access_grant.level IS
  'reader (ผู้อ่านรายงาน), analyst (นักวิเคราะห์), officer (เจ้าหน้าที่สถานศึกษา), operator (ผู้ดำเนินการ) or auditor (ผู้ตรวจสอบ).';
COMMENT ON COLUMN equity.access_grant.institution_id IS
  'Of an officer the institution (สถานศึกษา) whose applicants are seen; NULL for other levels.';
COMMENT ON COLUMN equity.access_grant.granted_by IS
  'Database role of the session that granted it.';
COMMENT ON COLUMN equity.access_grant.granted_at IS
  'When it was granted.';

CREATE DOMAIN equity_internal.officer AS boolean;

COMMENT ON DOMAIN equity_internal.officer IS
  'No value has it: whoever has USAGE on it is an officer, whom row security narrows to institutions.';

REVOKE USAGE ON TYPE equity_internal.officer FROM PUBLIC;

-- The one list of who may do what. Letters are those of PostgreSQL: r SELECT, a INSERT, w UPDATE, d DELETE,
-- x EXECUTE, U USAGE; in parentheses the columns, without them all. A table or view without a line here is
-- nobody's, and the test access_levels fails until it has one. A delegate does an operation with the
-- rights of the owner (3-operations/99-delegates.sql).
CREATE VIEW equity_internal.level_right (kind, object, reader, analyst, officer, operator, auditor) WITH (security_invoker = true) AS
  VALUES
    -- reference
    ('table', 'region', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'province', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'region_province', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'programme', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'grant_type', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'rate', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'institution', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'field_of_study', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'need_group', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'reason', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'reference_population', '', 'r', '', 'rawd', 'r'),
    -- rules of a round
    ('table', 'scorecard_version', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'criterion', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'round', '', 'r', 'r',
     'r a(round_code,academic_year,call_number,name_th,name_en,opens_at,closes_at,offer_days,mechanism,tie_break,tie_field,run_until,retain_until)'
     ' w(round_code,academic_year,call_number,name_th,name_en,opens_at,closes_at,offer_days,mechanism,tie_break,tie_field,run_until,retain_until)', 'r'),
    ('table', 'round_programme', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'seat_pool', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'seat_cap', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'pool_reserve', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'seat_rule', '', 'r', 'r', 'rawd', 'r'),
    -- persons and what they declare; an analyst reads nothing that is sensitive in law (PDPA section 26)
    ('table', 'applicant', '', 'r', 'r a(applicant_id,birth_date,sex,province_code,intake_institution_id) w(birth_date,sex,province_code)', 'r', 'r'),
    ('table', 'applicant_identity', '', '', 'raw', '', ''),
    ('table', 'applicant_group', '', '', 'rawd', 'r', 'r'),
    ('table', 'application', '',
     'r(applicant_id,round_id,application_id,status,submitted_at,education_level,gpa,graduated_year,welfare_card,answers,verified_need,late)',
     'r a(applicant_id,round_id,status,submitted_at,education_level,gpa,graduated_year,welfare_card,disability_registered,answers,verified_need)'
     ' w(status,submitted_at,education_level,gpa,graduated_year,welfare_card,disability_registered,answers,verified_need)', 'r', 'r'),
    ('table', 'choice', '', 'r', 'rawd', 'r', 'r'),
    ('table', 'household', '', 'r', 'rawd', 'r', 'r'),
    ('table', 'household_member', '',
     'r(applicant_id,round_id,member_number,relation,birth_year,monthly_income,elderly,without_income)', 'rawd', 'r', 'r'),
    ('table', 'dwelling', '', 'r', 'rawd', 'r', 'r'),
    -- what operations write; the kind of a seat tells who is in a group
    ('table', 'assessment', '', 'r', 'r', 'r', 'r'),
    ('table', 'allocation_run', '', 'r', 'r', 'r', 'r'),
    ('table', 'placement', '', 'r(run_id,applicant_id,pool_id,choice,score)', 'r', 'r', 'r'),
    ('table', 'run_standing', '', '', 'r', 'r', 'r'),
    ('table', 'run_input', '', 'r', '', 'r', 'r'),
    ('table', 'digest_source', '', '', '', 'r', 'r'),
    ('table', 'run_ranking', '', '', '', 'r', 'r'),
    ('table', 'award', '', 'r', 'r', 'r', 'r'),
    ('table', 'award_event', '', '', 'r', 'r', 'r'),
    ('table', 'refill_move', '', '', 'r', 'r', 'r'),
    ('table', 'audit_event', '', '', '', 'r', 'r'),
    ('table', 'audit_checkpoint', '', '', '', 'r', 'r'),
    ('table', 'audit_lock', '', '', '', '', ''),
    ('table', 'access_grant', '', '', '', 'r', 'r'),
    -- loading files
    ('table', 'import_batch', '', 'r', 'r', 'r', 'r'),
    ('table', 'import_reject', '', '', 'r', 'r', 'r'),
    ('table', 'import_column', '', 'r', 'r', 'rawd', 'r'),
    ('table', 'duplicate_candidate', '', '', 'r', 'r w(decision,decided_by,decided_at,note)', 'r'),
    -- jobs
    ('table', 'kept_seed', '', '', '', 'r(round_id,kept_at,kept_by)', 'r(round_id,kept_at,kept_by)'),
    ('table', 'job_run', '', '', '', 'r', 'r'),
    ('table', 'job_health', '', '', '', 'r', 'r'),
    ('table', 'progress', '', '', '', 'r', 'r'),
    -- views
    ('table', 'fact_column', '', 'r', 'r', 'r', 'r'),
    ('table', 'application_facts', '', 'r', 'r', 'r', 'r'),
    ('table', 'entry', '', 'r', 'r', 'r', 'r'),
    ('table', 'competing_choice', '', 'r', 'r', 'r', 'r'),
    ('table', 'reserve_group', '', 'r', 'r', 'r', 'r'),
    ('table', 'reserve_member', '', '', 'r', 'r', 'r'),
    ('table', 'allocation_input', '', '', 'r', 'r', 'r'),
    ('table', 'standing_input', '', '', 'r', 'r', 'r'),
    ('table', 'seat_group', '', 'r', 'r', 'r', 'r'),
    ('table', 'refill_chain', '', '', '', 'r', 'r'),
    -- reports
    ('table', 'current_run', 'r', 'r', 'r', 'r', 'r'),
    ('table', 'pool_label', 'r', 'r', 'r', 'r', 'r'),
    ('table', 'programme_summary', 'r', 'r', 'r', 'r', 'r'),
    ('table', 'pool_cutoff', 'r', 'r', 'r', 'r', 'r'),
    ('table', 'pool_fill', 'r', 'r', 'r', 'r', 'r'),
    ('table', 'equity_gap', 'r', 'r', 'r', 'r', 'r'),
    ('table', 'targeting', 'r', 'r', 'r', 'r', 'r'),
    ('table', 'province_coverage', 'r', 'r', 'r', 'r', 'r'),
    ('table', 'composition_change', 'r', 'r', 'r', 'r', 'r'),
    -- what functions read for their caller
    ('internal', 'own_level', 'r', 'r', 'r', 'r', 'r'),
    ('internal', 'own_applicant', '', '', 'r', '', ''),
    ('internal', 'applicant_institution', '', '', '', '', ''),
    ('internal', 'round_person', '', '', '', '', ''),
    ('internal', 'person_category', '', '', '', 'r', 'r'),
    ('internal', 'category_label', '', '', '', 'r', 'r'),
    ('internal', 'category_count', '', '', '', 'r', 'r'),
    -- operations
    ('delegate', 'open_round', '', '', '', 'x', ''),
    ('delegate', 'close_round', '', '', '', 'x', ''),
    ('delegate', 'amend_round', '', '', '', 'x', ''),
    ('delegate', 'accept_late', '', '', '', 'x', ''),
    ('delegate', 'copy_round', '', '', '', 'x', ''),
    ('delegate', 'score_round', '', '', '', 'x', ''),
    ('delegate', 'allocate_round', '', '', '', 'x', ''),
    ('delegate', 'verify_run', '', '', '', 'x', 'x'),
    ('delegate', 'publish_run', '', '', '', 'x', ''),
    ('delegate', 'accept_award', '', '', '', 'x', ''),
    ('delegate', 'decline_award', '', '', '', 'x', ''),
    ('delegate', 'withdraw_award', '', '', '', 'x', ''),
    ('delegate', 'expire_offers', '', '', '', 'x', ''),
    ('delegate', 'refill_round', '', '', '', 'x', ''),
    ('delegate', 'prune_digest_sources', '', '', '', 'x', ''),
    ('delegate', 'audit_checkpoint', '', '', '', 'x', 'x'),
    ('delegate', 'export_identities', '', '', '', 'x', ''),
    ('delegate', 'subject_record', '', '', '', 'x', ''),
    ('delegate', 'record_reading', '', '', 'x', '', ''),
    ('delegate', 'forget_applicant', '', '', '', 'x', ''),
    ('delegate', 'apply_retention', '', '', '', 'x', ''),
    ('delegate', 'keep_seed', '', '', '', 'x', ''),
    ('delegate', 'begin_run_due', '', '', '', 'x', ''),
    ('delegate', 'begin_step', '', '', '', 'x', ''),
    ('delegate', 'do_step', '', '', '', 'x', ''),
    ('delegate', 'end_run_due', '', '', '', 'x', ''),
    ('delegate', 'progress_slots', '', '', '', 'x', 'x'),
    ('delegate', 'explain_application', '', '', 'x', '', ''),
    ('delegate', 'letters', '', '', 'x', '', ''),
    -- what makes an officer
    ('type', 'officer', '', '', 'U', '', '');

COMMENT ON VIEW equity_internal.level_right IS
  'What each level may do with each object: PostgreSQL''s letters, with columns in parentheses where it is not all.';
COMMENT ON COLUMN equity_internal.level_right.kind IS
  'table (a table or view of schema equity), internal (a view of equity_internal), delegate (a function that does an operation for those without rights on its tables) or type.';
COMMENT ON COLUMN equity_internal.level_right.object IS 'Name of the object.';
COMMENT ON COLUMN equity_internal.level_right.reader IS 'Rights of a reader.';
COMMENT ON COLUMN equity_internal.level_right.analyst IS 'Rights of an analyst.';
COMMENT ON COLUMN equity_internal.level_right.officer IS 'Rights of an officer.';
COMMENT ON COLUMN equity_internal.level_right.operator IS 'Rights of an operator.';
COMMENT ON COLUMN equity_internal.level_right.auditor IS 'Rights of an auditor.';

-- Read with the rights of the owner, by whom a level lets: who asks sees the own levels, and needs no right on the
-- table.
CREATE VIEW equity_internal.own_level WITH (security_barrier = true) AS
  SELECT g.level, g.institution_id
    FROM equity.access_grant AS g
    JOIN pg_catalog.pg_roles AS r ON r.rolname = g.role_name
   WHERE pg_catalog.pg_has_role(r.oid, 'USAGE');

COMMENT ON VIEW equity_internal.own_level IS
  'The levels of whoever reads it, also those of the roles that it is a member of.';
COMMENT ON COLUMN equity_internal.own_level.level IS 'Level, as in equity.access_grant.';
COMMENT ON COLUMN equity_internal.own_level.institution_id IS 'Of an officer the institution, NULL for other levels.';

CREATE FUNCTION equity_internal.owns_registry(role name DEFAULT CURRENT_USER) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT bool_or(pg_has_role(owns_registry.role, o.owner, 'USAGE'))
    FROM (SELECT c.relowner FROM pg_class AS c WHERE c.oid = 'equity.access_grant'::regclass
          UNION ALL
          SELECT x.extowner FROM pg_extension AS x WHERE x.extname = 'equity') AS o (owner);
END;

COMMENT ON FUNCTION equity_internal.owns_registry(name) IS
  'Whether a role has the rights of who owns the tables or has installed the extension; no level narrows or helps it.';

-- In a function that has the rights of its owner current_user is that owner.
CREATE FUNCTION equity_internal.calling_role() RETURNS name
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('role'), 'none'), session_user)::name;

COMMENT ON FUNCTION equity_internal.calling_role() IS
  'The role that the session has now, by login or SET ROLE, whatever function asks.';

CREATE FUNCTION equity_internal.has_level(VARIADIC levels text[]) RETURNS boolean
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- a query needs its rights before it finds that it has nothing to read
  IF NOT has_table_privilege('equity_internal.own_level', 'SELECT') OR equity_internal.owns_registry() THEN
    RETURN false;
  END IF;
  RETURN EXISTS (SELECT FROM equity_internal.own_level AS l WHERE l.level = ANY (levels));
END;
$$;

COMMENT ON FUNCTION equity_internal.has_level(text[]) IS
  'Whether the caller has one of these levels, and needs it because the registry is not its own.';

CREATE FUNCTION equity_internal.own_institutions() RETURNS bigint[]
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT equity_internal.has_level('officer') THEN
    RETURN '{}';
  END IF;
  RETURN ARRAY(SELECT l.institution_id FROM equity_internal.own_level AS l WHERE l.level = 'officer');
END;
$$;

COMMENT ON FUNCTION equity_internal.own_institutions() IS
  'The institutions of which the caller is an officer.';

CREATE VIEW equity_internal.applicant_institution AS
  SELECT p.applicant_id, p.intake_institution_id AS institution_id
    FROM equity.applicant AS p
   WHERE p.intake_institution_id IS NOT NULL
  UNION ALL
  SELECT c.applicant_id, s.institution_id
    FROM equity.choice AS c
    JOIN equity.seat_pool AS s
      ON s.round_id = c.round_id
     AND s.pool_id = c.pool_id
  UNION ALL
  SELECT w.applicant_id, w.institution_id
    FROM equity.award AS w
   WHERE w.institution_id IS NOT NULL;

COMMENT ON VIEW equity_internal.applicant_institution IS
  'Whose officers see an applicant, some of them several times: of the institution that entered the row, of those that the applicant has chosen a pool of, and of those where there is or was an award.';
COMMENT ON COLUMN equity_internal.applicant_institution.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.applicant_institution.institution_id IS 'Institution (สถานศึกษา).';

-- Read with the rights of the owner, since the tables behind it are narrowed by it.
CREATE VIEW equity_internal.own_applicant WITH (security_barrier = true) AS
  SELECT a.applicant_id
    FROM equity_internal.applicant_institution AS a
   WHERE a.institution_id = ANY ((SELECT equity_internal.own_institutions())::bigint[]);

COMMENT ON VIEW equity_internal.own_applicant IS
  'Whom an officer sees (equity_internal.applicant_institution), some of them several times.';
COMMENT ON COLUMN equity_internal.own_applicant.applicant_id IS 'Applicant (ผู้สมัคร).';

-- What policies ask for: a role that is no officer needs no right on the view.
CREATE FUNCTION equity_internal.own_applicants() RETURNS SETOF bigint
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  ROWS 10000
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF equity_internal.has_level('officer') THEN
    RETURN QUERY SELECT o.applicant_id FROM equity_internal.own_applicant AS o;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.own_applicants() IS
  'Whom the caller sees as an officer (equity_internal.own_applicant).';

-- For functions that have the rights of the owner, and ask for whom they work.
CREATE FUNCTION equity_internal.applicants_of(role name) RETURNS SETOF bigint
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 10000
BEGIN ATOMIC
  SELECT a.applicant_id
    FROM equity_internal.applicant_institution AS a
   WHERE a.institution_id IN (SELECT g.institution_id
                                FROM equity.access_grant AS g
                                JOIN pg_catalog.pg_roles AS r ON r.rolname = g.role_name
                               WHERE g.level = 'officer'
                                 AND pg_catalog.pg_has_role(applicants_of.role, r.oid, 'USAGE'));
END;

COMMENT ON FUNCTION equity_internal.applicants_of(name) IS
  'Whom a role sees as an officer.';

CREATE FUNCTION equity_internal.own_awards() RETURNS SETOF bigint
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  ROWS 10000
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF equity_internal.has_level('officer') THEN
    RETURN QUERY SELECT w.award_id FROM equity.award AS w;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.own_awards() IS
  'The awards of those whom the caller sees as an officer.';

-- Once for each statement and table: policies call it in a subquery that depends on no row.
--
-- Policies that a site has put on a table decide there for whoever is no officer: what they hid before there
-- were levels stays hidden.
--
-- An operation that judges rows sets equity_internal.whole_rows, and gets an error instead of a part of
-- them. PostgreSQL's own setting for that, row_security, refuses also those from whom a policy hides nothing.
CREATE FUNCTION equity_internal.sees_whole(relation text) RETURNS boolean
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  narrowed boolean := has_type_privilege('equity_internal.officer', 'USAGE') AND NOT equity_internal.owns_registry();
  decided_by_site boolean := EXISTS (SELECT FROM pg_policy AS p
                                      WHERE p.polrelid = format('equity.%I', relation)::regclass
                                        AND p.polname <> 'equity_rows');
BEGIN
  IF NOT decided_by_site AND NOT narrowed THEN
    RETURN true;
  END IF;
  IF NOT decided_by_site AND equity_internal.has_level(VARIADIC ARRAY(
       SELECT l.level
         FROM equity_internal.level_right AS r
        CROSS JOIN unnest('{reader, analyst, operator, auditor}'::text[]) AS l (level)
        WHERE r.object = relation
          AND to_jsonb(r) ->> l.level <> ''))
  THEN
    RETURN true;
  END IF;
  IF current_setting('equity_internal.whole_rows', true) = 'on' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'insufficient_privilege',
      MESSAGE = format('permission denied for the whole of %s', relation),
      DETAIL = 'Row security hides rows that this has to see, and it never goes by a part of them.',
      HINT = CASE WHEN narrowed THEN 'An officer sees the own institutions alone: let an operator, an auditor or an analyst do it (equity.grant_access).'
                  ELSE format('Policies of this database on equity.%s hide rows from the role.', relation) END;
  END IF;
  RETURN false;
END;
$$;

COMMENT ON FUNCTION equity_internal.sees_whole(text) IS
  'Whether row security hides no row of a table of schema equity from the caller. Error 42501 instead of false for an operation that judges rows.';
-- What scorecards read: one row an application, each answer a column.
--
-- Groups and members are gathered by lateral subqueries over their primary keys: their cost
-- follows the number of applications read, whether that is one (an explanation) or a round.
--
-- The view reads with the rights of its owner: whoever is granted it needs no right on the tables. An
-- officer sees the own applicants, everybody else all of them; but sensitive answers are NULL
-- unless the reader may read the column that they come from, as a letter withholds them.

CREATE FUNCTION equity_internal.criterion_fields(card equity.scorecard) RETURNS TABLE (criterion text, field text)
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  WITH RECURSIVE line AS (
    SELECT r.criterion, r.kind, min(r.position) AS position,
           CASE WHEN r.kind = 'derive' AND r.fn NOT IN ('age_years', 'age_years_thai')
                  THEN equity_internal.read_names(r.field, '')
                WHEN r.than IS NOT NULL THEN jsonb_build_array(r.field, r.than)
                WHEN r.field IS NOT NULL THEN jsonb_build_array(r.field)
                WHEN r.members IS NOT NULL THEN equity_internal.read_names(r.members, '')
           END AS names
      FROM equity.scorecard_rows(card) AS r
     GROUP BY r.criterion, r.kind, r.field, r.than, r.fn, r.members
  ), reading AS (
    SELECT l.criterion, l.kind, l.position, n.name
      FROM line AS l
     CROSS JOIN LATERAL jsonb_array_elements_text(l.names) AS n (name)
    UNION
    SELECT r.criterion, l.kind, l.position, n.name
      FROM reading AS r
      JOIN line AS l
        ON l.criterion = r.name
       AND (r.kind = 'section' OR l.kind = 'derive' AND l.position < r.position)
     CROSS JOIN LATERAL jsonb_array_elements_text(l.names) AS n (name)
  )
  SELECT DISTINCT r.criterion, r.name
    FROM reading AS r
   WHERE r.kind <> 'section'
     AND NOT EXISTS (SELECT FROM line AS l
                      WHERE l.criterion = r.name AND l.kind = 'derive' AND l.position < r.position);
END;
$$;

COMMENT ON FUNCTION equity_internal.criterion_fields(equity.scorecard) IS
  'The columns, or paths into jsonb columns, that each criterion of a scorecard reads, itself, through derived fields or through the members of a section.';

CREATE VIEW equity.fact_column WITH (security_invoker = true) AS
  SELECT f.fact, f.base_table, f.base_column, f.sensitive, f.label_th, f.label_en
    FROM (VALUES
      ('applicant_id', 'application', 'applicant_id', false, 'เลขที่ผู้สมัคร', 'applicant number'),
      ('round_id', 'application', 'round_id', false, 'เลขที่รอบ', 'round number'),
      ('application_id', 'application', 'application_id', false, 'เลขที่ใบสมัคร', 'application number'),
      ('status', 'application', 'status', false, 'สถานะใบสมัคร', 'status of the application'),
      ('submitted_at', 'application', 'submitted_at', false, 'เวลายื่นใบสมัคร', 'time of submission'),
      ('academic_year', 'round', 'academic_year', false, 'ปีการศึกษา', 'academic year'),
      ('birth_date', 'applicant', 'birth_date', false, 'วันเกิด', 'date of birth'),
      ('sex', 'applicant', 'sex', false, 'เพศ', 'sex'),
      ('province_code', 'applicant', 'province_code', false, 'จังหวัด', 'province'),
      ('education_level', 'application', 'education_level', false, 'ระดับการศึกษา', 'level of study'),
      ('gpa', 'application', 'gpa', false, 'เกรดเฉลี่ยสะสม', 'grade point average'),
      ('graduated_year', 'application', 'graduated_year', false, 'ปีที่สำเร็จการศึกษา', 'year of graduation'),
      ('years_since_graduation', 'application', 'graduated_year', false, 'จำนวนปีหลังสำเร็จการศึกษา', 'years since graduation'),
      ('welfare_card', 'application', 'welfare_card', false, 'บัตรสวัสดิการแห่งรัฐ', 'state welfare card'),
      ('disability_registered', 'application', 'disability_registered', true, 'การจดทะเบียนคนพิการ', 'registration of a disability'),
      ('household_size', 'household', 'household_size', false, 'จำนวนสมาชิกในครัวเรือน', 'household members'),
      ('monthly_income', 'household', 'monthly_income', false, 'รายได้ครัวเรือนต่อเดือน', 'household income a month'),
      ('income_per_head', 'household', 'monthly_income', false, 'รายได้ต่อคนต่อเดือน', 'income per head and month'),
      ('income_per_head', 'household', 'household_size', false, 'รายได้ต่อคนต่อเดือน', 'income per head and month'),
      ('members_listed', 'household_member', 'member_number', false, 'จำนวนสมาชิกที่แจ้งรายชื่อ', 'members listed'),
      ('members_disabled', 'household_member', 'disabled', true, 'จำนวนสมาชิกที่พิการ', 'members with a disability'),
      ('members_chronically_ill', 'household_member', 'chronically_ill', true, 'จำนวนสมาชิกที่เจ็บป่วยเรื้อรัง', 'members chronically ill'),
      ('members_elderly', 'household_member', 'elderly', false, 'จำนวนสมาชิกสูงอายุ', 'elderly members'),
      ('members_without_income', 'household_member', 'without_income', false, 'จำนวนสมาชิกที่ไม่มีรายได้', 'members without income'),
      ('tenure', 'dwelling', 'tenure', false, 'การถือครองที่อยู่อาศัย', 'tenure of the dwelling'),
      ('floor', 'dwelling', 'floor', false, 'พื้นบ้าน', 'floor'),
      ('wall', 'dwelling', 'wall', false, 'ฝาบ้าน', 'wall'),
      ('roof', 'dwelling', 'roof', false, 'หลังคา', 'roof'),
      ('toilet', 'dwelling', 'toilet', false, 'ห้องส้วม', 'toilet'),
      ('drinking_water', 'dwelling', 'drinking_water', false, 'แหล่งน้ำดื่ม', 'drinking water'),
      ('electricity', 'dwelling', 'electricity', false, 'ไฟฟ้า', 'electricity'),
      ('farm_land_rai', 'dwelling', 'farm_land_rai', false, 'ที่ดินทำกิน (ไร่)', 'farm land (rai)'),
      ('vehicles', 'dwelling', 'vehicles', false, 'ยานพาหนะ', 'vehicles'),
      ('refrigerator', 'dwelling', 'refrigerator', false, 'ตู้เย็น', 'refrigerator'),
      ('air_conditioner', 'dwelling', 'air_conditioner', false, 'เครื่องปรับอากาศ', 'air conditioner'),
      ('washing_machine', 'dwelling', 'washing_machine', false, 'เครื่องซักผ้า', 'washing machine'),
      ('television', 'dwelling', 'television', false, 'โทรทัศน์', 'television'),
      ('computer', 'dwelling', 'computer', false, 'คอมพิวเตอร์', 'computer'),
      ('groups', 'applicant_group', 'group_code', true, 'กลุ่มผู้ด้อยโอกาส', 'disadvantaged groups'),
      ('answers', 'application', 'answers', false, 'คำตอบในใบสมัคร', 'answers of the application'),
      ('awards_active', 'award', 'status', false, 'จำนวนทุนที่มีอยู่', 'awards held'),
      ('awards_before', 'award', 'status', false, 'จำนวนทุนที่เคยได้รับ', 'awards held before'),
      ('last_award_year', 'award', 'academic_year', false, 'ปีการศึกษาของทุนล่าสุด', 'academic year of the last award'),
      ('last_award_status', 'award', 'status', false, 'สถานะของทุนล่าสุด', 'status of the last award')
    ) AS f (fact, base_table, base_column, sensitive, label_th, label_en);

COMMENT ON VIEW equity.fact_column IS
  'Where the columns of equity.application_facts come from, one row for each fact and column, and which facts are sensitive personal data (ข้อมูลอ่อนไหว). Whoever may not read the column is not shown a sensitive criterion that reads the fact.';
COMMENT ON COLUMN equity.fact_column.fact IS 'Column of equity.application_facts.';
COMMENT ON COLUMN equity.fact_column.base_table IS 'Table of schema equity that it is stored in or computed from.';
COMMENT ON COLUMN equity.fact_column.base_column IS 'Column of that table.';
COMMENT ON COLUMN equity.fact_column.label_th IS 'What letters call the fact, in Thai (ชื่อข้อมูล).';
COMMENT ON COLUMN equity.fact_column.label_en IS 'What letters call the fact, in English.';
COMMENT ON COLUMN equity.fact_column.sensitive IS 'True for disability, health and membership of disadvantaged groups, whatever a card says; answers.key is sensitive where the criterion says so.';

-- Whatever the card: where one criterion says that it is sensitive, the answer is.
CREATE VIEW equity_internal.sensitive_field WITH (security_invoker = true) AS
  WITH marked AS (
    SELECT k.fact AS field FROM equity.fact_column AS k WHERE k.sensitive
    UNION
    SELECT f.field
      FROM (SELECT DISTINCT c.card_code, c.version, c.criterion FROM equity.criterion AS c WHERE c.sensitive) AS c
      JOIN equity.scorecard_version AS v
        ON v.card_code = c.card_code
       AND v.version = c.version
     CROSS JOIN LATERAL equity_internal.criterion_fields(v.card) AS f
     WHERE f.criterion = c.criterion
  )
  SELECT m.field FROM marked AS m
  UNION
  SELECT o.fact
    FROM marked AS m
    JOIN equity.fact_column AS k ON k.fact = m.field
    JOIN equity.fact_column AS o
      ON o.base_table = k.base_table
     AND o.base_column = k.base_column;

COMMENT ON VIEW equity_internal.sensitive_field IS
  'The facts, or paths into answers, that are sensitive personal data: those of equity.fact_column, what a criterion reads that is marked so, and what comes from the same column.';
COMMENT ON COLUMN equity_internal.sensitive_field.field IS 'Column of equity.application_facts, or a path into one.';

CREATE FUNCTION equity_internal.withheld_fields() RETURNS text[]
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(pg_catalog.array_agg(DISTINCT s.field), '{}')
    FROM equity_internal.sensitive_field AS s
    JOIN equity.fact_column AS k ON k.fact = pg_catalog.split_part(s.field, '.', 1)
   WHERE NOT pg_catalog.has_column_privilege(pg_catalog.format('equity.%I', k.base_table), k.base_column, 'SELECT');
END;

COMMENT ON FUNCTION equity_internal.withheld_fields() IS
  'The sensitive facts, or paths into answers, that come from a column that the caller may not read.';

CREATE FUNCTION equity_internal.require_facts(card equity.scorecard) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  missing text := (SELECT string_agg(DISTINCT w.field, ', ')
                     FROM unnest(equity_internal.withheld_fields()) AS w (field)
                     JOIN equity_internal.criterion_fields(card) AS f
                       ON starts_with(f.field || '.', w.field || '.') OR starts_with(w.field || '.', f.field || '.'));
BEGIN
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'insufficient_privilege',
      MESSAGE = 'permission denied for facts that the scorecard reads',
      DETAIL = format('They are sensitive, and come from columns that the role may not read: %s.', missing),
      HINT = 'equity.fact_column says which columns those are.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_facts(equity.scorecard) IS
  'Error 42501 unless the caller may read all that a scorecard reads of equity.application_facts: what is withheld would count as missing.';

CREATE FUNCTION equity_internal.without_paths(answers jsonb, fields text[]) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field text;
  shown jsonb := answers;
BEGIN
  FOREACH field IN ARRAY fields LOOP
    IF starts_with(field, 'answers.') THEN
      shown := shown #- (string_to_array(field, '.'))[2:];
    END IF;
  END LOOP;
  RETURN shown;
END;
$$;

COMMENT ON FUNCTION equity_internal.without_paths(jsonb, text[]) IS
  'For equity.application_facts: answers without the paths that are withheld.';

CREATE VIEW equity.application_facts WITH (security_barrier = true) AS
  SELECT a.applicant_id,
         a.round_id,
         a.application_id,
         a.status,
         a.submitted_at,
         r.academic_year,
         CASE WHEN 'birth_date' = ANY (w.fields) THEN NULL ELSE p.birth_date END AS birth_date,
         CASE WHEN 'sex' = ANY (w.fields) THEN NULL ELSE p.sex END AS sex,
         CASE WHEN 'province_code' = ANY (w.fields) THEN NULL ELSE p.province_code END AS province_code,
         CASE WHEN 'education_level' = ANY (w.fields) THEN NULL ELSE a.education_level END AS education_level,
         CASE WHEN 'gpa' = ANY (w.fields) THEN NULL ELSE a.gpa END AS gpa,
         CASE WHEN 'graduated_year' = ANY (w.fields) THEN NULL ELSE a.graduated_year END AS graduated_year,
         CASE WHEN 'years_since_graduation' = ANY (w.fields) THEN NULL ELSE r.academic_year - a.graduated_year END AS years_since_graduation,
         CASE WHEN 'welfare_card' = ANY (w.fields) THEN NULL ELSE a.welfare_card END AS welfare_card,
         CASE WHEN 'disability_registered' = ANY (w.fields) THEN NULL ELSE a.disability_registered END AS disability_registered,
         CASE WHEN 'household_size' = ANY (w.fields) THEN NULL ELSE h.household_size END AS household_size,
         CASE WHEN 'monthly_income' = ANY (w.fields) THEN NULL ELSE h.monthly_income END AS monthly_income,
         CASE WHEN 'income_per_head' = ANY (w.fields) THEN NULL ELSE h.monthly_income / h.household_size END AS income_per_head,
         CASE WHEN 'members_listed' = ANY (w.fields) THEN NULL ELSE m.members_listed END AS members_listed,
         CASE WHEN 'members_disabled' = ANY (w.fields) THEN NULL ELSE m.members_disabled END AS members_disabled,
         CASE WHEN 'members_chronically_ill' = ANY (w.fields) THEN NULL ELSE m.members_chronically_ill END AS members_chronically_ill,
         CASE WHEN 'members_elderly' = ANY (w.fields) THEN NULL ELSE m.members_elderly END AS members_elderly,
         CASE WHEN 'members_without_income' = ANY (w.fields) THEN NULL ELSE m.members_without_income END AS members_without_income,
         CASE WHEN 'tenure' = ANY (w.fields) THEN NULL ELSE d.tenure END AS tenure,
         CASE WHEN 'floor' = ANY (w.fields) THEN NULL ELSE d.floor END AS floor,
         CASE WHEN 'wall' = ANY (w.fields) THEN NULL ELSE d.wall END AS wall,
         CASE WHEN 'roof' = ANY (w.fields) THEN NULL ELSE d.roof END AS roof,
         CASE WHEN 'toilet' = ANY (w.fields) THEN NULL ELSE d.toilet END AS toilet,
         CASE WHEN 'drinking_water' = ANY (w.fields) THEN NULL ELSE d.drinking_water END AS drinking_water,
         CASE WHEN 'electricity' = ANY (w.fields) THEN NULL ELSE d.electricity END AS electricity,
         CASE WHEN 'farm_land_rai' = ANY (w.fields) THEN NULL ELSE d.farm_land_rai END AS farm_land_rai,
         CASE WHEN 'vehicles' = ANY (w.fields) THEN NULL ELSE d.vehicles END AS vehicles,
         CASE WHEN 'refrigerator' = ANY (w.fields) THEN NULL ELSE d.refrigerator END AS refrigerator,
         CASE WHEN 'air_conditioner' = ANY (w.fields) THEN NULL ELSE d.air_conditioner END AS air_conditioner,
         CASE WHEN 'washing_machine' = ANY (w.fields) THEN NULL ELSE d.washing_machine END AS washing_machine,
         CASE WHEN 'television' = ANY (w.fields) THEN NULL ELSE d.television END AS television,
         CASE WHEN 'computer' = ANY (w.fields) THEN NULL ELSE d.computer END AS computer,
         CASE
           WHEN 'groups' = ANY (w.fields) THEN NULL
           ELSE ARRAY(SELECT g.group_code
                        FROM equity.applicant_group AS g
                       WHERE g.applicant_id = a.applicant_id AND g.verified
                       ORDER BY g.group_code COLLATE pg_catalog."C")
         END AS groups,
         CASE
           WHEN w.fields IS NULL THEN a.answers
           WHEN 'answers' = ANY (w.fields) THEN NULL
           ELSE equity_internal.without_paths(a.answers, w.fields)
         END AS answers,
         CASE WHEN 'awards_active' = ANY (w.fields) THEN NULL ELSE n.awards_active END AS awards_active,
         CASE WHEN 'awards_before' = ANY (w.fields) THEN NULL ELSE n.awards_before END AS awards_before,
         CASE WHEN 'last_award_year' = ANY (w.fields) THEN NULL ELSE n.last_award_year END AS last_award_year,
         CASE WHEN 'last_award_status' = ANY (w.fields) THEN NULL ELSE n.last_award_status END AS last_award_status
    FROM equity.application AS a
    LEFT JOIN equity.round AS r ON r.round_id = a.round_id
    LEFT JOIN equity.applicant AS p ON p.applicant_id = a.applicant_id
    LEFT JOIN equity.household AS h
      ON h.applicant_id = a.applicant_id AND h.round_id = a.round_id
    LEFT JOIN equity.dwelling AS d
      ON d.applicant_id = a.applicant_id AND d.round_id = a.round_id
    LEFT JOIN LATERAL (
      SELECT NULLIF(pg_catalog.count(*), 0)::integer AS members_listed,
             CASE WHEN pg_catalog.bool_and(hm.disabled IS NOT NULL)
               THEN pg_catalog.count(*) FILTER (WHERE hm.disabled)::integer
             END AS members_disabled,
             CASE WHEN pg_catalog.bool_and(hm.chronically_ill IS NOT NULL)
               THEN pg_catalog.count(*) FILTER (WHERE hm.chronically_ill)::integer
             END AS members_chronically_ill,
             CASE WHEN pg_catalog.bool_and(hm.elderly IS NOT NULL)
               THEN pg_catalog.count(*) FILTER (WHERE hm.elderly)::integer
             END AS members_elderly,
             CASE WHEN pg_catalog.bool_and(hm.without_income IS NOT NULL)
               THEN pg_catalog.count(*) FILTER (WHERE hm.without_income)::integer
             END AS members_without_income
        FROM equity.household_member AS hm
       WHERE hm.applicant_id = a.applicant_id AND hm.round_id = a.round_id) AS m ON true
    LEFT JOIN LATERAL (
      SELECT pg_catalog.count(*) FILTER (WHERE aw.status IN ('offered', 'accepted', 'studying'))::integer AS awards_active,
             pg_catalog.count(*) FILTER (WHERE aw.status IN ('graduated', 'discontinued'))::integer AS awards_before,
             (pg_catalog.array_agg(aw.academic_year ORDER BY aw.academic_year DESC, aw.award_id DESC))[1] AS last_award_year,
             (pg_catalog.array_agg(aw.status ORDER BY aw.academic_year DESC, aw.award_id DESC))[1] AS last_award_status
        FROM equity.award AS aw
       WHERE aw.applicant_id = a.applicant_id
         AND aw.round_id IS DISTINCT FROM a.round_id
         AND aw.status IN ('offered', 'accepted', 'studying', 'graduated', 'discontinued')) AS n ON true
    -- scanned once, not asked for each row; NULL, which costs a row nothing, when nothing is withheld
    CROSS JOIN NULLIF(equity_internal.withheld_fields(), '{}') AS w (fields)
   WHERE (SELECT equity_internal.sees_whole('application_facts'))
      OR a.applicant_id IN (SELECT equity_internal.own_applicants());

COMMENT ON VIEW equity.application_facts IS
  'What scorecards read: one row for each application, whatever its status. An answer that was not given is NULL, and so is a sensitive one that its reader may not read where it is stored. No names and no identity numbers.';
COMMENT ON COLUMN equity.application_facts.applicant_id IS
  'The person who applies (ผู้สมัคร).';
COMMENT ON COLUMN equity.application_facts.round_id IS
  'The round (รอบ); filter by it.';
COMMENT ON COLUMN equity.application_facts.application_id IS
  'Number of the application (เลขที่ใบสมัคร).';
COMMENT ON COLUMN equity.application_facts.status IS
  'draft, submitted or withdrawn.';
COMMENT ON COLUMN equity.application_facts.submitted_at IS
  'When it was submitted; NULL before.';
COMMENT ON COLUMN equity.application_facts.academic_year IS
  'Academic year of the round (ปีการศึกษา), พ.ศ.';
COMMENT ON COLUMN equity.application_facts.birth_date IS
  'Date of birth (วันเกิด).';
COMMENT ON COLUMN equity.application_facts.sex IS
  'female, male or other.';
COMMENT ON COLUMN equity.application_facts.province_code IS
  'Home province (จังหวัดภูมิลำเนา), two digits.';
COMMENT ON COLUMN equity.application_facts.education_level IS
  'Level of study (ระดับการศึกษา), a code.';
COMMENT ON COLUMN equity.application_facts.gpa IS
  'Grade point average (เกรดเฉลี่ยสะสม, GPAX), 0.00 to 4.00.';
COMMENT ON COLUMN equity.application_facts.graduated_year IS
  'Academic year in which that level was finished (ปีที่จบ), พ.ศ.';
COMMENT ON COLUMN equity.application_facts.years_since_graduation IS
  'Academic years from graduated_year to the round''s academic year (จำนวนปีที่จบมาแล้ว); negative when the applicant finishes later.';
COMMENT ON COLUMN equity.application_facts.welfare_card IS
  'State welfare card (บัตรสวัสดิการแห่งรัฐ).';
COMMENT ON COLUMN equity.application_facts.disability_registered IS
  'Registered as disabled (บัตรประจำตัวคนพิการ).';
COMMENT ON COLUMN equity.application_facts.household_size IS
  'Number of household members (จำนวนสมาชิกในครัวเรือน), 1 and up.';
COMMENT ON COLUMN equity.application_facts.monthly_income IS
  'Monthly income of the household (รายได้ครัวเรือนต่อเดือน), baht.';
COMMENT ON COLUMN equity.application_facts.income_per_head IS
  'Monthly income per head (รายได้เฉลี่ยต่อคนต่อเดือน), baht: monthly_income / household_size as numeric, not rounded to satang (at least 16 significant digits); NULL when either is NULL.';
COMMENT ON COLUMN equity.application_facts.members_listed IS
  'Number of members listed one by one; NULL when none is.';
COMMENT ON COLUMN equity.application_facts.members_disabled IS
  'Number of listed members who are disabled (พิการ); NULL when none is listed or an answer is missing.';
COMMENT ON COLUMN equity.application_facts.members_chronically_ill IS
  'Number of listed members who are chronically ill (เจ็บป่วยเรื้อรัง); NULL when none is listed or an answer is missing.';
COMMENT ON COLUMN equity.application_facts.members_elderly IS
  'Number of listed members who are elderly (ผู้สูงอายุ); NULL when none is listed or an answer is missing.';
COMMENT ON COLUMN equity.application_facts.members_without_income IS
  'Number of listed members without income (ไม่มีรายได้); NULL when none is listed or an answer is missing.';
COMMENT ON COLUMN equity.application_facts.tenure IS
  'How the dwelling is held (การอยู่อาศัย), a code.';
COMMENT ON COLUMN equity.application_facts.floor IS
  'Material of the floor (พื้นบ้าน), a code.';
COMMENT ON COLUMN equity.application_facts.wall IS
  'Material of the walls (ฝาบ้าน), a code.';
COMMENT ON COLUMN equity.application_facts.roof IS
  'Material of the roof (หลังคา), a code.';
COMMENT ON COLUMN equity.application_facts.toilet IS
  'Kind of toilet (ส้วม), a code.';
COMMENT ON COLUMN equity.application_facts.drinking_water IS
  'Source of drinking water (แหล่งน้ำดื่ม), a code.';
COMMENT ON COLUMN equity.application_facts.electricity IS
  'Source of electricity (ไฟฟ้า), a code.';
COMMENT ON COLUMN equity.application_facts.farm_land_rai IS
  'Farm land (ที่ดินทำการเกษตร), rai.';
COMMENT ON COLUMN equity.application_facts.vehicles IS
  'Number of working vehicles (ยานพาหนะที่ใช้งานได้).';
COMMENT ON COLUMN equity.application_facts.refrigerator IS
  'Has a refrigerator (ตู้เย็น).';
COMMENT ON COLUMN equity.application_facts.air_conditioner IS
  'Has an air conditioner (เครื่องปรับอากาศ).';
COMMENT ON COLUMN equity.application_facts.washing_machine IS
  'Has a washing machine (เครื่องซักผ้า).';
COMMENT ON COLUMN equity.application_facts.television IS
  'Has a flat-screen television (โทรทัศน์จอแบน).';
COMMENT ON COLUMN equity.application_facts.computer IS
  'Has a computer (คอมพิวเตอร์).';
COMMENT ON COLUMN equity.application_facts.groups IS
  'Codes of the verified disadvantaged groups (กลุ่มผู้ด้อยโอกาส), in byte order; empty, never NULL, when none is verified.';
COMMENT ON COLUMN equity.application_facts.answers IS
  'Other answers of the form, a JSON object; a scorecard reads answers.key.';
COMMENT ON COLUMN equity.application_facts.awards_active IS
  'Number of awards (ทุนที่มีอยู่) that the applicant holds by other rounds or by an earlier list: offered, accepted or studying; 0 when none, never NULL.';
COMMENT ON COLUMN equity.application_facts.awards_before IS
  'Number of awards that the applicant has held and that ended (ทุนที่เคยได้รับ), graduated or discontinued, not of this round; 0 when none, never NULL.';
COMMENT ON COLUMN equity.application_facts.last_award_year IS
  'Academic year of the newest of these awards (ปีการศึกษาของทุนล่าสุด), พ.ศ.; NULL when there is none.';
COMMENT ON COLUMN equity.application_facts.last_award_status IS
  'Status of the newest of these awards: offered, accepted, studying, graduated or discontinued; NULL when there is none.';
-- Sealing: from then on a version of a scorecard is what it is, as a card and as rows.
--
-- Whoever edits the rows of a draft also touches its version, so that sealing and editing meet at one
-- row: the later one waits and sees what the earlier did, or is told to run again (40001) when its
-- snapshot is too old for that.

CREATE FUNCTION equity_internal.keep_sealed_criterion() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  words text[] := ARRAY['label_th', 'label_en', 'value_th', 'value_en', 'sensitive'];
  sealed equity.scorecard_version;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - words = to_jsonb(NEW) - words THEN
    RETURN NEW;
  END IF;
  SELECT v.* INTO sealed
    FROM equity.scorecard_version AS v
   WHERE v.sealed_at IS NOT NULL
     AND ((v.card_code, v.version) = (OLD.card_code, OLD.version)
          OR TG_OP = 'UPDATE' AND (v.card_code, v.version) = (NEW.card_code, NEW.version))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'scorecard "%" version % is sealed', sealed.card_code, sealed.version
      USING ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('Its row at position %s is criterion "%s".', OLD.position, OLD.criterion),
            HINT = 'Make a new version of the card with equity.copy_scorecard(); of a sealed one only labels, words of values and sensitive may change.';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_sealed_criterion() IS
  'Trigger of equity.criterion: rows of a sealed version are not changed, except for label_th, label_en, value_th, value_en and sensitive, and not deleted, or 55000 is raised.';

CREATE TRIGGER criterion_sealed
  BEFORE UPDATE OR DELETE ON equity.criterion
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_sealed_criterion();

CREATE TRIGGER criterion_truncate
  BEFORE TRUNCATE ON equity.criterion
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.refuse_scorecard_truncate();

-- A restored dump brings the sealed version before its rows, in one statement or in many. So rows may
-- come to a sealed version until they are as many as its card has, and then must say what it says.
CREATE FUNCTION equity_internal.check_sealed_rows() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  sealed equity.scorecard_version;
  present bigint;
  proper bigint;
BEGIN
  UPDATE equity.scorecard_version AS v
     SET name_th = v.name_th
    FROM (SELECT DISTINCT e.card_code, e.version FROM edited AS e) AS d
   WHERE v.card_code = d.card_code
     AND v.version = d.version
     AND v.sealed_at IS NULL;

  FOR sealed IN
    SELECT v.*
      FROM equity.scorecard_version AS v
     WHERE v.sealed_at IS NOT NULL
       AND (v.card_code, v.version) IN (SELECT e.card_code, e.version FROM edited AS e)
  LOOP
    SELECT count(*) INTO present
      FROM equity.criterion AS c
     WHERE c.card_code = sealed.card_code AND c.version = sealed.version;
    SELECT count(*) INTO proper FROM equity.scorecard_rows(sealed.card);
    IF present > proper
       OR present < proper AND TG_OP <> 'INSERT'
       OR present = proper AND equity.digest(equity.card_from_rows(sealed.card_code, sealed.version)) <> sealed.digest
    THEN
      RAISE EXCEPTION 'scorecard "%" version % is sealed', sealed.card_code, sealed.version
        USING ERRCODE = 'object_not_in_prerequisite_state',
              DETAIL = 'With this change its rows would not be those of its card.',
              HINT = 'Make a new version of the card with equity.copy_scorecard().';
    END IF;
  END LOOP;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_sealed_rows() IS
  'Trigger of equity.criterion: no row is added to a sealed version that has its rows, and those that a restored dump brings must be the rows of its card, or 55000 is raised.';

CREATE TRIGGER criterion_inserted
  AFTER INSERT ON equity.criterion
  REFERENCING NEW TABLE AS edited
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_sealed_rows();

CREATE TRIGGER criterion_updated
  AFTER UPDATE ON equity.criterion
  REFERENCING NEW TABLE AS edited
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_sealed_rows();

CREATE TRIGGER criterion_moved
  AFTER UPDATE ON equity.criterion
  REFERENCING OLD TABLE AS edited
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_sealed_rows();

CREATE TRIGGER criterion_deleted
  AFTER DELETE ON equity.criterion
  REFERENCING OLD TABLE AS edited
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_sealed_rows();

CREATE FUNCTION equity_internal.require_same_card(draft equity.scorecard_version, card equity.scorecard, source text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  head record := equity.scorecard_header(card);
BEGIN
  IF draft.card_code = head.card_code
     AND coalesce(draft.scale, head.scale) = head.scale
     AND coalesce(draft.rounding, head.rounding) = head.rounding
     AND (draft.as_of IS NULL OR draft.as_of IS NOT DISTINCT FROM head.as_of)
     AND coalesce(draft.digest, equity.digest(card)) = equity.digest(card)
  THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'invalid_parameter_value',
    MESSAGE = format('scorecard "%s" version %s contradicts itself', draft.card_code, draft.version),
    DETAIL = CASE
               WHEN draft.card_code <> head.card_code THEN format('Its card calls itself "%s".', head.card_code)
               WHEN draft.digest <> equity.digest(card) THEN 'Its card and its rows in equity.criterion differ.'
               ELSE format('Its card has scale %s, rounding %s, as_of %s; the version says otherwise.',
                           head.scale, head.rounding, coalesce(to_char(head.as_of, 'YYYY-MM-DD'), 'none'))
             END,
    HINT = format('It is sealed by its %s: correct the other, or set it to NULL.', source);
END;
$$;

COMMENT ON FUNCTION equity_internal.require_same_card(equity.scorecard_version, equity.scorecard, text) IS
  'Raises 22023 unless a draft''s code, scale, rounding, as_of and card are those of the card to seal, or NULL.';

CREATE FUNCTION equity_internal.lint_for(card equity.scorecard, relation regclass)
  RETURNS TABLE (severity text, criterion text, message text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT l.severity, l.criterion, l.message
    FROM equity.lint(card) AS l
   WHERE relation IS NULL
  UNION ALL
  SELECT l.severity, l.criterion, l.message
    FROM equity.lint(card, relation) AS l;        -- no rows without a relation
END;

COMMENT ON FUNCTION equity_internal.lint_for(equity.scorecard, regclass) IS
  'The findings of equity.lint, for the rows of a table or view unless relation is NULL.';

CREATE FUNCTION equity_internal.require_clean_card(draft equity.scorecard_version, card equity.scorecard, relation regclass) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  finding record;
  found_errors text;
BEGIN
  SELECT string_agg(coalesce(format('criterion "%s": ', l.criterion), '') || l.message, E'\n') INTO found_errors
    FROM equity_internal.lint_for(card, relation) AS l
   WHERE l.severity = 'error';
  IF found_errors IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('scorecard "%s" version %s cannot be put to %s', draft.card_code, draft.version, relation),
      DETAIL = found_errors,
      HINT = 'Correct the card; or name the table that it reads as third argument, NULL for none yet.';
  END IF;
  FOR finding IN
    SELECT coalesce(format('criterion "%s": ', l.criterion), '') || l.message AS message
      FROM equity_internal.lint_for(card, relation) AS l
     WHERE l.severity = 'warning'
  LOOP
    RAISE NOTICE 'scorecard "%" version %: %', draft.card_code, draft.version, finding.message;
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_clean_card(equity.scorecard_version, equity.scorecard, regclass) IS
  'Raises 22023 with all findings of severity error in DETAIL, and a NOTICE for each warning.';

--- The third argument is the table or view that the card will read, equity.application_facts
--- unless given; NULL checks the card alone. Warnings of equity.lint are NOTICEs. A second
--- call changes nothing.
---
--- Errors: P0002 no such version; 55000 neither rows nor card; 22023 what card_from_rows
--- refuses, a card and rows that differ, or findings of equity.lint of severity error, all in
--- DETAIL; 23P01 another sealed version of the code is valid on one of its days.
CREATE FUNCTION equity.seal_scorecard(
  code text,
  version integer,
  relation regclass DEFAULT 'equity.application_facts'
) RETURNS text
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  draft equity.scorecard_version;
  has_rows boolean;
  sealed_card equity.scorecard;
  head record;
BEGIN
  -- all versions of the code, in order, so that seals of several wait for each other
  PERFORM FROM equity.scorecard_version AS v
    WHERE v.card_code = seal_scorecard.code
    ORDER BY v.version
      FOR NO KEY UPDATE;
  SELECT v.* INTO draft
    FROM equity.scorecard_version AS v
   WHERE v.card_code = seal_scorecard.code
     AND v.version = seal_scorecard.version;
  IF draft.sealed_at IS NOT NULL THEN
    RAISE NOTICE 'scorecard "%" version % is sealed already: nothing was changed', draft.card_code, draft.version;
    RETURN draft.digest;
  END IF;

  has_rows := EXISTS (SELECT FROM equity.criterion AS c
                       WHERE c.card_code = draft.card_code AND c.version = draft.version);
  IF draft.card IS NOT NULL AND NOT has_rows THEN
    sealed_card := draft.card;
  ELSE
    sealed_card := equity.card_from_rows(seal_scorecard.code, seal_scorecard.version);
  END IF;
  PERFORM equity_internal.require_same_card(draft, sealed_card, CASE WHEN has_rows THEN 'rows' ELSE 'card' END);
  PERFORM equity_internal.require_clean_card(draft, sealed_card, seal_scorecard.relation);

  IF NOT has_rows THEN
    INSERT INTO equity.criterion
    SELECT r.* FROM equity.scorecard_rows(sealed_card, draft.version) AS r;
  END IF;
  head := equity.scorecard_header(sealed_card);
  UPDATE equity.scorecard_version AS v
     SET card = sealed_card,
         scale = head.scale,
         rounding = head.rounding,
         as_of = head.as_of,
         sealed_at = now()
   WHERE v.card_code = draft.card_code
     AND v.version = draft.version;
  RETURN equity.digest(sealed_card);
END;
$$;

COMMENT ON FUNCTION equity.seal_scorecard(text, integer, regclass) IS
  'Seals a version of a scorecard and returns the digest to publish. The card is made of the rows of equity.criterion, or without rows is the one in equity.scorecard_version, whose rows are then added; afterwards both say the same, and neither changes any more.';

--- Errors: P0002 no such earlier version; 23505 the new version exists.
CREATE FUNCTION equity.copy_scorecard(code text, from_version integer, to_version integer) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  source equity.scorecard_version;
  head record;
  copied bigint;
BEGIN
  SELECT v.* INTO source
    FROM equity.scorecard_version AS v
   WHERE v.card_code = copy_scorecard.code
     AND v.version = copy_scorecard.from_version;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('scorecard "%s" has no version %s', equity_internal.excerpt(code), coalesce(from_version::text, 'NULL')),
      HINT = 'The versions are in equity.scorecard_version.';
  END IF;

  head := equity.scorecard_header(source.card);
  INSERT INTO equity.scorecard_version (card_code, version, name_th, name_en, scale, rounding, as_of)
  VALUES (source.card_code, to_version, source.name_th, source.name_en,
          coalesce(source.scale, head.scale), coalesce(source.rounding, head.rounding), coalesce(source.as_of, head.as_of));

  INSERT INTO equity.criterion
  SELECT p.*
    FROM equity.criterion AS c
   CROSS JOIN LATERAL jsonb_populate_record(c, jsonb_build_object('version', to_version)) AS p
   WHERE c.card_code = source.card_code
     AND c.version = source.version;
  GET DIAGNOSTICS copied = ROW_COUNT;
  IF copied = 0 AND source.card IS NOT NULL THEN
    INSERT INTO equity.criterion
    SELECT p.*
      FROM equity.scorecard_rows(source.card, to_version) AS r
     CROSS JOIN LATERAL jsonb_populate_record(r, jsonb_build_object('card_code', source.card_code)) AS p;
    GET DIAGNOSTICS copied = ROW_COUNT;
  END IF;
  RETURN copied;
END;
$$;

COMMENT ON FUNCTION equity.copy_scorecard(text, integer, integer) IS
  'Starts a new version of a scorecard as a draft in rows: names, scale, rounding, as_of and the rows with their labels of an earlier version, sealed or not; not its validity. Returns the number of rows.';

CREATE FUNCTION equity_internal.check_sealed_card() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM equity.criterion AS c WHERE c.card_code = NEW.card_code AND c.version = NEW.version)
     AND equity.digest(equity.card_from_rows(NEW.card_code, NEW.version)) <> equity.digest(NEW.card)
  THEN
    RAISE EXCEPTION 'scorecard "%" version % contradicts itself', NEW.card_code, NEW.version
      USING ERRCODE = 'invalid_parameter_value',
            DETAIL = 'Its card and its rows in equity.criterion differ.',
            HINT = 'Seal it with equity.seal_scorecard().';
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_sealed_card() IS
  'Trigger of equity.scorecard_version: a version that is sealed has the card that its rows make, or 22023 is raised.';

CREATE TRIGGER scorecard_version_card
  AFTER UPDATE OF sealed_at ON equity.scorecard_version
  FOR EACH ROW WHEN (OLD.sealed_at IS NULL AND NEW.sealed_at IS NOT NULL)
  EXECUTE FUNCTION equity_internal.check_sealed_card();
-- The audit trail: append-only, and chained by hashes, so that a row that was changed or taken
-- out afterwards, even by a superuser, is found by anyone who may read the table.

CREATE TABLE equity.audit_event (
  event_id bigint NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  acting_as text NOT NULL,
  operation text NOT NULL,
  round_id bigint,
  run_id bigint,
  detail jsonb NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  CONSTRAINT audit_event_pkey PRIMARY KEY (event_id),
  CONSTRAINT audit_event_one_successor UNIQUE (previous_hash),
  CONSTRAINT audit_event_id_positive CHECK (event_id >= 1),
  CONSTRAINT audit_event_detail_object CHECK (pg_catalog.jsonb_typeof(detail) = 'object'),
  CONSTRAINT audit_event_previous_hash_is_sha256 CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
  CONSTRAINT audit_event_hash_is_sha256 CHECK (hash ~ '^[0-9a-f]{64}$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.audit_event', '');

COMMENT ON TABLE equity.audit_event IS
  'What the operations did (บันทึกการตรวจสอบ), one row for each operation, numbered from 1 without gaps. Rows are only appended, by equity.audit_append(); each holds the hash of the row before, and equity.audit_check() proves the chain.';
COMMENT ON COLUMN equity.audit_event.event_id IS
  'Number of the event, 1 and up without gaps.';
COMMENT ON COLUMN equity.audit_event.at IS
  'When it was appended.';
COMMENT ON COLUMN equity.audit_event.actor IS
  'Database role that logged in (session_user).';
COMMENT ON COLUMN equity.audit_event.acting_as IS
  'Database role whose rights were used (current_user).';
COMMENT ON COLUMN equity.audit_event.operation IS
  'Name of the operation, for example open_round.';
COMMENT ON COLUMN equity.audit_event.round_id IS
  'Round concerned, or NULL. No foreign key: the trail outlives what it names.';
COMMENT ON COLUMN equity.audit_event.run_id IS
  'Allocation run concerned, or NULL. No foreign key: the trail outlives what it names.';
COMMENT ON COLUMN equity.audit_event.detail IS
  'Counts, digests and parameters as a JSON object; no personal data and no unrevealed seed.';
COMMENT ON COLUMN equity.audit_event.previous_hash IS
  'Hash of the event before, 64 zeros for the first.';
COMMENT ON COLUMN equity.audit_event.hash IS
  'Sha256 of this row as equity.audit_hash() defines it, 64 hexadecimal digits.';

CREATE FUNCTION equity_internal.refuse_audit_change() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'audit events cannot be changed or removed'
    USING ERRCODE = 'insufficient_privilege',
          DETAIL = format('%s of %s.%s was refused.', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME),
          HINT = 'Append a correcting event with equity.audit_append().';
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_audit_change() IS
  'Trigger of equity.audit_event: UPDATE, DELETE and TRUNCATE are refused to everybody with 42501.';

CREATE TRIGGER audit_event_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON equity.audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.refuse_audit_change();

-- Also in a session that replays changes (session_replication_role = replica).
ALTER TABLE equity.audit_event ENABLE ALWAYS TRIGGER audit_event_append_only;

--- The array is [event_id, at, actor, acting_as, operation, round_id, run_id, detail,
--- previous_hash] in UTF-8, as PostgreSQL prints jsonb: one space after each comma and colon,
--- keys of an object ordered by length and then by bytes. at is UTC with microseconds, for
--- example 2023-07-07T02:30:00.000000Z.
---
--- The column hash itself plays no part.
CREATE FUNCTION equity.audit_hash(event equity.audit_event) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity.text_digest(
           pg_catalog.jsonb_build_array(
             (event).event_id,
             pg_catalog.to_char((event).at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
             (event).actor,
             (event).acting_as,
             (event).operation,
             (event).round_id,
             (event).run_id,
             (event).detail,
             (event).previous_hash)::text);
END;

COMMENT ON FUNCTION equity.audit_hash(equity.audit_event) IS
  'Hash that an audit event must have: the sha256, in lower-case hexadecimal, of a JSON array of its other columns.';

CREATE TABLE equity.audit_lock (
  only_row boolean NOT NULL DEFAULT true,
  CONSTRAINT audit_lock_pkey PRIMARY KEY (only_row),
  CONSTRAINT audit_lock_only_row CHECK (only_row)
);

SELECT pg_catalog.pg_extension_config_dump('equity.audit_lock', 'WHERE false');

INSERT INTO equity.audit_lock (only_row) VALUES (true);

COMMENT ON TABLE equity.audit_lock IS
  'The row that is locked while an event is appended to the audit trail. Whoever may SELECT and UPDATE it may append.';
COMMENT ON COLUMN equity.audit_lock.only_row IS
  'Always true.';

CREATE FUNCTION equity_internal.lock_audit() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM FROM equity.audit_lock FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = 'the row of equity.audit_lock is gone',
      HINT = 'Put it back: INSERT INTO equity.audit_lock DEFAULT VALUES.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_audit() IS
  'Locks the audit trail until the end of the transaction. equity.audit_append() does so itself; an operation that locks rows one by one calls it before the first, so that nobody waits for a row while holding the trail.';

-- pg_dump turns check_function_bodies off in each of its scripts, and whoever restores owns the extension. Who
-- logged in counts too: triggers may have the rights of the owner, whoever sets them off.
CREATE FUNCTION equity_internal.is_restoring() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT NOT current_setting('check_function_bodies')::boolean
         AND (SELECT pg_has_role(x.extowner, 'USAGE') AND pg_has_role(session_user, x.extowner, 'MEMBER')
                FROM pg_extension AS x
               WHERE x.extname = 'equity');
END;

COMMENT ON FUNCTION equity_internal.is_restoring() IS
  'Whether the owner of the extension restores a dump, whose rows are taken as they were.';

-- A dump is loaded as it was taken, also where somebody had tampered with it: that is for
-- equity.audit_check() to find. A stray INSERT of the owner is filled in too, and so is, even then,
-- what comes without a hash: it is new, and of no dump. Replicated
-- rows come as they are because the trigger does not fire where session_replication_role is replica.
CREATE FUNCTION equity_internal.fill_audit_event() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  last_event equity.audit_event;
BEGIN
  IF NEW.hash IS NOT NULL AND equity_internal.is_restoring() THEN
    RETURN NEW;
  END IF;

  PERFORM equity_internal.lock_audit();   -- the next appender must read this event's hash
  SELECT e.* INTO last_event
    FROM equity.audit_event AS e
   ORDER BY e.event_id DESC
   LIMIT 1;
  NEW.event_id := coalesce(last_event.event_id, 0) + 1;
  NEW.previous_hash := coalesce(last_event.hash, repeat('0', 64));
  NEW.at := clock_timestamp();
  NEW.actor := session_user;
  NEW.acting_as := current_user;
  NEW.hash := equity.audit_hash(NEW);
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.fill_audit_event() IS
  'Trigger of equity.audit_event: number, time, roles and hashes of a new event are filled in, whatever was given. Only a dump that the owner of the extension restores brings events as they were.';

CREATE TRIGGER audit_event_filled
  BEFORE INSERT ON equity.audit_event
  FOR EACH ROW EXECUTE FUNCTION equity_internal.fill_audit_event();

--- Appends wait for each other until the end of the transaction, so call it last. It needs
--- SELECT and INSERT on equity.audit_event, SELECT and UPDATE on equity.audit_lock.
---
--- Errors: 22004 without an operation; 40001 when a repeatable-read transaction finds that
--- another appended first.
CREATE FUNCTION equity.audit_append(
  operation text,
  round_id bigint,
  run_id bigint,
  detail jsonb
) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  number bigint;
BEGIN
  IF audit_append.operation IS NULL THEN
    RAISE EXCEPTION 'an audit event needs an operation'
      USING ERRCODE = 'null_value_not_allowed',
            HINT = 'Pass the name of the operation.';
  END IF;

  INSERT INTO equity.audit_event (operation, round_id, run_id, detail)
  VALUES (audit_append.operation, audit_append.round_id, audit_append.run_id, coalesce(audit_append.detail, '{}'))
  RETURNING event_id INTO number;
  RETURN number;
EXCEPTION
  WHEN unique_violation THEN
    -- A snapshot older than the lock did not see the last event.
    RAISE EXCEPTION 'another transaction appended an audit event first'
      USING ERRCODE = 'serialization_failure',
            HINT = 'Run the transaction again.';
END;
$$;

COMMENT ON FUNCTION equity.audit_append(text, bigint, bigint, jsonb) IS
  'Appends one audit event and returns its number. Arguments: operation, round and run concerned (or NULL), detail (a JSON object without personal data; NULL is {}).';

-- Up to where the chain was proved already. Whoever forges a row here is found by equity.audit_check_whole().
CREATE TABLE equity.audit_checkpoint (
  event_id bigint NOT NULL,
  hash text NOT NULL,
  checked_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  checked_by text NOT NULL DEFAULT SESSION_USER,
  CONSTRAINT audit_checkpoint_pkey PRIMARY KEY (event_id),
  CONSTRAINT audit_checkpoint_hash_is_sha256 CHECK (hash ~ '^[0-9a-f]{64}$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.audit_checkpoint', '');

COMMENT ON TABLE equity.audit_checkpoint IS
  'Events of the audit trail up to which the chain was proved (จุดตรวจสอบ), by equity.audit_checkpoint(): equity.audit_check() begins at the newest one.';
COMMENT ON COLUMN equity.audit_checkpoint.event_id IS
  'The last event that was proved.';
COMMENT ON COLUMN equity.audit_checkpoint.hash IS
  'Its hash.';
COMMENT ON COLUMN equity.audit_checkpoint.checked_at IS
  'When it was proved.';
COMMENT ON COLUMN equity.audit_checkpoint.checked_by IS
  'Database role of the session that had it proved.';

CREATE FUNCTION equity_internal.audit_problems(after_event bigint, after_hash text)
  RETURNS TABLE (event_id bigint, step integer, problem text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH chain AS (
    SELECT e.event_id,
           e.previous_hash,
           e.hash,
           equity.audit_hash(e) AS proper_hash,
           pg_catalog.lag(e.event_id, 1, audit_problems.after_event) OVER in_order AS event_before,
           pg_catalog.lag(e.hash, 1, audit_problems.after_hash) OVER in_order AS hash_before
      FROM equity.audit_event AS e
     WHERE e.event_id > audit_problems.after_event
    WINDOW in_order AS (ORDER BY e.event_id)
  )
  SELECT c.event_id, p.step, p.problem
    FROM chain AS c
   CROSS JOIN LATERAL (VALUES (1, 'events before it are missing', c.event_id <> c.event_before + 1),
                              (2, 'previous_hash is not the hash of the event before', c.previous_hash <> c.hash_before),
                              (3, 'hash does not match the row', c.hash <> c.proper_hash)) AS p (step, problem, holds)
   WHERE p.holds;
END;

COMMENT ON FUNCTION equity_internal.audit_problems(bigint, text) IS
  'What is wrong with the events of the audit trail after one that has the given number and hash; 0 and 64 zeros for all of them.';

CREATE FUNCTION equity_internal.checkpoint_problems() RETURNS TABLE (event_id bigint, problem text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT c.event_id, 'the event is not the one of its checkpoint'
    FROM equity.audit_checkpoint AS c
    LEFT JOIN equity.audit_event AS e ON e.event_id = c.event_id
   WHERE e.hash IS DISTINCT FROM c.hash
      OR c.hash <> equity.audit_hash(e);
END;

COMMENT ON FUNCTION equity_internal.checkpoint_problems() IS
  'Checkpoints that the audit trail does not have.';

--- The chain is proved from the newest checkpoint on (equity.audit_checkpoint), and that the
--- events of the checkpoints are what they were; without a checkpoint it is proved from the
--- beginning, as equity.audit_check_whole() always does.
---
--- Events cut off at the end leave a proper chain, so note the last hash from time to time
--- (equity.audit_head) and pass it as known_hash: when no event has it, a row without event_id
--- says so.
CREATE FUNCTION equity.audit_check(
  known_hash text DEFAULT NULL,
  OUT event_id bigint,
  OUT problem text
) RETURNS SETOF record
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH start AS (
    SELECT coalesce(max(c.event_id), 0) AS event_id,
           coalesce((pg_catalog.array_agg(c.hash ORDER BY c.event_id DESC))[1], pg_catalog.repeat('0', 64)) AS hash
      FROM equity.audit_checkpoint AS c
  )
  SELECT f.event_id, f.problem
    FROM (SELECT c.event_id, 0 AS step, c.problem
            FROM equity_internal.checkpoint_problems() AS c
          UNION ALL
          SELECT p.event_id, p.step, p.problem
            FROM start AS s
           CROSS JOIN LATERAL equity_internal.audit_problems(s.event_id, s.hash) AS p
          UNION ALL
          SELECT NULL, 4, 'no event has the known hash'
           WHERE known_hash IS NOT NULL
             AND NOT EXISTS (SELECT FROM equity.audit_event AS e WHERE e.previous_hash = known_hash)
             AND known_hash IS DISTINCT FROM (SELECT e.hash FROM equity.audit_event AS e ORDER BY e.event_id DESC LIMIT 1)) AS f
   ORDER BY f.event_id, f.step;
END;

COMMENT ON FUNCTION equity.audit_check(text) IS
  'Proves the audit trail with SELECT alone: a row (event_id, problem) for each event that is missing before another, does not follow from the one before, or does not match its hash; no row when the chain holds.';

CREATE FUNCTION equity.audit_check_whole(OUT event_id bigint, OUT problem text) RETURNS SETOF record
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT f.event_id, f.problem
    FROM (SELECT c.event_id, 0 AS step, c.problem
            FROM equity_internal.checkpoint_problems() AS c
          UNION ALL
          SELECT p.event_id, p.step, p.problem
            FROM equity_internal.audit_problems(0, pg_catalog.repeat('0', 64)) AS p) AS f
   ORDER BY f.event_id, f.step;
END;

COMMENT ON FUNCTION equity.audit_check_whole() IS
  'equity.audit_check from the first event on, whatever checkpoints say.';

--- Publish it, or note it where nobody can change it, and pass the hash to equity.audit_check
--- later. No row for an empty trail.
CREATE FUNCTION equity.audit_head(OUT event_id bigint, OUT hash text, OUT at timestamptz) RETURNS SETOF record
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 1
BEGIN ATOMIC
  SELECT e.event_id, e.hash, e.at
    FROM equity.audit_event AS e
   ORDER BY e.event_id DESC
   LIMIT 1;
END;

COMMENT ON FUNCTION equity.audit_head() IS
  'The last event of the audit trail: its number, its hash, which all events before it went into, and its time.';

--- Errors: 55000 the chain does not hold; 40001 as of equity.audit_append.
CREATE FUNCTION equity.audit_checkpoint() RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  head record;
  found_problems text;
BEGIN
  IF equity_internal.has_level('operator', 'auditor') THEN
    RETURN equity_internal.audit_checkpoint();
  END IF;
  PERFORM equity_internal.lock_audit();
  SELECT string_agg(format('event %s: %s', p.event_id, p.problem), '; ' ORDER BY p.event_id) INTO found_problems
    FROM (SELECT c.* FROM equity.audit_check() AS c LIMIT 10) AS p;
  IF found_problems IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = 'the audit trail does not hold',
      DETAIL = format('Among others: %s.', found_problems),
      HINT = 'equity.audit_check() lists all that is wrong.';
  END IF;

  SELECT h.* INTO head FROM equity.audit_head() AS h;
  IF NOT FOUND OR EXISTS (SELECT FROM equity.audit_checkpoint AS c WHERE c.event_id >= head.event_id - 1) THEN
    RAISE NOTICE 'no event came since the last checkpoint: nothing was changed';
    RETURN (SELECT max(c.event_id) FROM equity.audit_checkpoint AS c);
  END IF;
  INSERT INTO equity.audit_checkpoint (event_id, hash) VALUES (head.event_id, head.hash);
  PERFORM equity.audit_append('audit_checkpoint', NULL, NULL, jsonb_build_object('event_id', head.event_id, 'hash', head.hash));
  RETURN head.event_id;
END;
$$;

COMMENT ON FUNCTION equity.audit_checkpoint() IS
  'Proves the audit trail since the last checkpoint and makes a new one, so that equity.audit_check() stays quick however long the trail is; returns the number of its event.';

CREATE FUNCTION equity_internal.audit_checkpoint() RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.audit_checkpoint();

COMMENT ON FUNCTION equity_internal.audit_checkpoint() IS
  'equity.audit_checkpoint with the rights of the owner, for an operator or an auditor.';

CREATE FUNCTION equity_internal.in_operation() RETURNS boolean
  LANGUAGE c VOLATILE PARALLEL UNSAFE
  AS 'MODULE_PATHNAME', 'equity_in_operation';

COMMENT ON FUNCTION equity_internal.in_operation() IS
  'For equity_internal.record_direct_write: whether a function of the extension made the statement that set it off.';

-- Before the statement: operations take the trail before the rows too. With the rights of the owner, since who may
-- change a row need not be able to write to the trail.
CREATE FUNCTION equity_internal.record_direct_write() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT equity_internal.in_operation() AND NOT equity_internal.is_restoring() THEN
    PERFORM equity.audit_append('direct_write', NULL, NULL,
                                jsonb_build_object('table', TG_TABLE_NAME, 'statement', TG_OP, 'role', equity_internal.calling_role()));
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.record_direct_write() IS
  'Trigger of tables that operations write: a statement that writes to one by hand is an event of the audit trail (direct_write), which names the role, the table and the kind of statement.';
-- What loading files leaves behind: how a load went, what was wrong with which line, the headings by
-- which columns are found, and persons who may be one and the same.

CREATE TABLE equity.import_batch (
  batch text NOT NULL,
  kind text NOT NULL,
  dry_run boolean NOT NULL,
  rows_read bigint NOT NULL,
  inserted bigint NOT NULL,
  updated bigint NOT NULL,
  unchanged bigint NOT NULL,
  rejected bigint NOT NULL,
  warnings bigint NOT NULL,
  ignored_columns text[] NOT NULL,
  loaded_at timestamptz NOT NULL,
  loaded_by text NOT NULL,
  CONSTRAINT import_batch_pkey PRIMARY KEY (batch, kind),
  CONSTRAINT import_batch_not_empty CHECK (batch <> ''),
  CONSTRAINT import_batch_counts_add_up CHECK (rows_read = inserted + updated + unchanged + rejected)
);

SELECT pg_catalog.pg_extension_config_dump('equity.import_batch', '');

COMMENT ON TABLE equity.import_batch IS
  'The newest load of each batch and kind (equity.load_rows), with its counts. Earlier loads of the same batch are in the audit trail.';
COMMENT ON COLUMN equity.import_batch.batch IS
  'Name of the batch (ชุดข้อมูล): what the caller gave, else made of kind and time.';
COMMENT ON COLUMN equity.import_batch.kind IS
  'What was loaded, for example applicant.';
COMMENT ON COLUMN equity.import_batch.dry_run IS
  'True when it was a trial: the registry was left as it was.';
COMMENT ON COLUMN equity.import_batch.rows_read IS
  'Rows of the source; always the sum of the four counts that follow.';
COMMENT ON COLUMN equity.import_batch.inserted IS
  'Rows that were new.';
COMMENT ON COLUMN equity.import_batch.updated IS
  'Rows that changed something.';
COMMENT ON COLUMN equity.import_batch.unchanged IS
  'Rows that say what the registry says already, or what an earlier line of the source says.';
COMMENT ON COLUMN equity.import_batch.rejected IS
  'Rows that were not loaded; equity.import_reject tells why.';
COMMENT ON COLUMN equity.import_batch.warnings IS
  'Remarks on rows that were loaded nevertheless.';
COMMENT ON COLUMN equity.import_batch.ignored_columns IS
  'Headings of the source that no field is known by.';
COMMENT ON COLUMN equity.import_batch.loaded_at IS
  'When it was loaded.';
COMMENT ON COLUMN equity.import_batch.loaded_by IS
  'Database role that logged in (session_user).';

CREATE TABLE equity.import_reject (
  batch text NOT NULL,
  kind text NOT NULL,
  line bigint NOT NULL,
  field text NOT NULL,
  reason_code text NOT NULL,
  severity text NOT NULL,
  masked_value text,
  reason_th text NOT NULL,
  reason_en text NOT NULL,
  applicant_id bigint,
  CONSTRAINT import_reject_pkey PRIMARY KEY (batch, kind, line, field, reason_code),
  CONSTRAINT import_reject_batch_fkey FOREIGN KEY (batch, kind)
    REFERENCES equity.import_batch (batch, kind) ON DELETE CASCADE,
  CONSTRAINT import_reject_severity_known CHECK (severity IN ('error', 'warning'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.import_reject', '');

CREATE INDEX import_reject_by_applicant ON equity.import_reject (applicant_id) WHERE applicant_id IS NOT NULL;

COMMENT ON TABLE equity.import_reject IS
  'What was wrong with which line of a batch (แถวที่ไม่ผ่าน), one row for each finding, as the newest load of the batch left it. Values are masked, but a line leads to a person: grant it as other personal data.';
COMMENT ON COLUMN equity.import_reject.batch IS
  'The batch (equity.import_batch).';
COMMENT ON COLUMN equity.import_reject.kind IS
  'What was loaded.';
COMMENT ON COLUMN equity.import_reject.line IS
  'The line (บรรทัด): the column line of the source, or else the number of the row in its order, from 1.';
COMMENT ON COLUMN equity.import_reject.field IS
  'The field concerned; of several the first.';
COMMENT ON COLUMN equity.import_reject.reason_code IS
  'Code of the reason, for example ROW_DATE.';
COMMENT ON COLUMN equity.import_reject.severity IS
  'error: the row was not loaded; warning: it was.';
COMMENT ON COLUMN equity.import_reject.masked_value IS
  'What was read, masked: the shape of a text with 9 for a digit and x for a letter, the end of an identity, nothing of a sensitive answer. NULL when nothing stood there.';
COMMENT ON COLUMN equity.import_reject.reason_th IS
  'The reason in Thai (เหตุผล).';
COMMENT ON COLUMN equity.import_reject.reason_en IS
  'The reason in English.';
COMMENT ON COLUMN equity.import_reject.applicant_id IS
  'The person of the line, when known. No foreign key: it is a remark.';

--- A site adds rows of its own. Headings are compared without case, blanks, invisible characters and the signs . _ - / ( ) : * " ',
--- and as far as the 63 bytes go that PostgreSQL keeps of a column's name. `#` at the end of a heading stands for
--- a number, as in `choice#`.
CREATE TABLE equity.import_column (
  kind text NOT NULL,
  heading text NOT NULL,
  field text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT import_column_pkey PRIMARY KEY (kind, heading),
  CONSTRAINT import_column_heading_not_empty CHECK (heading <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.import_column', 'WHERE NOT shipped');

COMMENT ON TABLE equity.import_column IS
  'Headings (หัวคอลัมน์) by which equity.load_rows finds the fields of a kind, beside the names of the fields themselves.';
COMMENT ON COLUMN equity.import_column.kind IS
  'The kind of rows, for example applicant; * for every kind that has the field.';
COMMENT ON COLUMN equity.import_column.heading IS
  'The heading as files have it, for example วันเกิด.';
COMMENT ON COLUMN equity.import_column.field IS
  'The field, for example birth_date.';
COMMENT ON COLUMN equity.import_column.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.import_column (kind, heading, field, shipped)
SELECT h.kind, w.heading, h.field, true
  FROM (VALUES
    ('*', 'line', ARRAY['บรรทัด', 'บรรทัดที่']),
    ('*', 'citizen_id', ARRAY['เลขประจำตัวประชาชน', 'เลขบัตรประชาชน', 'เลขที่บัตรประชาชน', 'เลขบัตรประจำตัวประชาชน',
      'เลขประจำตัว 13 หลัก', 'บัตรประชาชน', 'รหัสประชาชน', 'cid', 'national id']),
    ('*', 'g_code', ARRAY['รหัส G', 'เลขรหัส G']),
    ('*', 'passport', ARRAY['หนังสือเดินทาง', 'เลขที่หนังสือเดินทาง']),
    ('*', 'source', ARRAY['ระบบต้นทาง', 'แหล่งข้อมูล']),
    ('*', 'applicant_key', ARRAY['รหัสผู้สมัคร', 'รหัสนักเรียน', 'รหัสนักศึกษา', 'รหัสประจำตัวนักเรียน']),
    ('*', 'round', ARRAY['รอบ', 'รหัสรอบ', 'รอบการรับสมัคร', 'round_code']),
    ('*', 'province_code', ARRAY['จังหวัด', 'รหัสจังหวัด', 'province']),
    ('applicant', 'source_key', ARRAY['รหัสผู้สมัคร', 'รหัสนักเรียน', 'รหัสนักศึกษา', 'รหัสประจำตัวนักเรียน']),
    ('applicant', 'full_name', ARRAY['ชื่อ-นามสกุล', 'ชื่อ-สกุล', 'ชื่อและนามสกุล', 'ชื่อผู้สมัคร', 'name']),
    ('applicant', 'title', ARRAY['คำนำหน้า', 'คำนำหน้าชื่อ', 'คำนำหน้านาม']),
    ('applicant', 'given_name', ARRAY['ชื่อ', 'ชื่อตัว', 'first name']),
    ('applicant', 'family_name', ARRAY['นามสกุล', 'สกุล', 'surname', 'last name']),
    ('applicant', 'birth_date', ARRAY['วันเกิด', 'วันเดือนปีเกิด', 'ว/ด/ป เกิด', 'date of birth']),
    ('applicant', 'sex', ARRAY['เพศ', 'gender']),
    ('applicant', 'province_code', ARRAY['ภูมิลำเนา', 'จังหวัดภูมิลำเนา']),
    ('application', 'source_key', ARRAY['เลขที่ใบสมัคร', 'รหัสใบสมัคร']),
    ('application', 'status', ARRAY['สถานะ', 'สถานะใบสมัคร']),
    ('application', 'submitted_at', ARRAY['วันที่ยื่น', 'วันที่สมัคร', 'วันที่ยื่นใบสมัคร', 'วันเวลาที่สมัคร', 'ประทับเวลา', 'timestamp']),
    ('application', 'education_level', ARRAY['ระดับการศึกษา', 'ระดับชั้น']),
    ('application', 'gpa', ARRAY['เกรดเฉลี่ย', 'เกรดเฉลี่ยสะสม', 'ผลการเรียนเฉลี่ย', 'gpax']),
    ('application', 'graduated_year', ARRAY['ปีที่จบ', 'ปีที่จบการศึกษา', 'ปีที่สำเร็จการศึกษา']),
    ('application', 'welfare_card', ARRAY['บัตรสวัสดิการแห่งรัฐ', 'บัตรสวัสดิการ']),
    ('application', 'disability_registered', ARRAY['บัตรประจำตัวคนพิการ', 'บัตรคนพิการ']),
    ('application', 'verified_need', ARRAY['ผลการตรวจสอบความยากจน']),
    ('application', 'household_size', ARRAY['จำนวนสมาชิกในครัวเรือน', 'จำนวนสมาชิก', 'สมาชิกในครัวเรือน', 'สมาชิก']),
    ('application', 'monthly_income', ARRAY['รายได้ครัวเรือนต่อเดือน', 'รายได้ครัวเรือน', 'รายได้ต่อเดือน', 'รายได้']),
    ('application', 'tenure', ARRAY['การอยู่อาศัย']),
    ('application', 'floor', ARRAY['พื้นบ้าน']),
    ('application', 'wall', ARRAY['ฝาบ้าน']),
    ('application', 'roof', ARRAY['หลังคา']),
    ('application', 'toilet', ARRAY['ส้วม']),
    ('application', 'drinking_water', ARRAY['แหล่งน้ำดื่ม']),
    ('application', 'electricity', ARRAY['ไฟฟ้า']),
    ('application', 'farm_land_rai', ARRAY['ที่ดินทำการเกษตร']),
    ('application', 'vehicles', ARRAY['ยานพาหนะ', 'ยานพาหนะที่ใช้งานได้']),
    ('application', 'refrigerator', ARRAY['ตู้เย็น']),
    ('application', 'air_conditioner', ARRAY['เครื่องปรับอากาศ', 'แอร์']),
    ('application', 'washing_machine', ARRAY['เครื่องซักผ้า']),
    ('application', 'television', ARRAY['โทรทัศน์', 'โทรทัศน์จอแบน']),
    ('application', 'computer', ARRAY['คอมพิวเตอร์']),
    ('application', 'choice#', ARRAY['อันดับ#', 'อันดับที่#', 'ลำดับที่#', 'ตัวเลือกที่#', 'เลือกอันดับ#']),
    ('household_member', 'member_number', ARRAY['ลำดับ', 'ลำดับที่', 'คนที่', 'สมาชิกคนที่']),
    ('household_member', 'relation', ARRAY['ความสัมพันธ์', 'เกี่ยวข้องเป็น']),
    ('household_member', 'birth_year', ARRAY['ปีเกิด']),
    ('household_member', 'monthly_income', ARRAY['รายได้', 'รายได้ต่อเดือน']),
    ('household_member', 'disabled', ARRAY['พิการ']),
    ('household_member', 'chronically_ill', ARRAY['เจ็บป่วยเรื้อรัง', 'ป่วยเรื้อรัง']),
    ('household_member', 'elderly', ARRAY['ผู้สูงอายุ']),
    ('household_member', 'without_income', ARRAY['ไม่มีรายได้', 'ว่างงาน']),
    ('choice', 'choice', ARRAY['อันดับ', 'อันดับที่', 'ลำดับที่']),
    ('choice', 'pool', ARRAY['กลุ่มที่นั่ง', 'สถานศึกษา/สาขา']),
    ('institution', 'institution_code', ARRAY['รหัสสถานศึกษา', 'รหัสวิทยาลัย']),
    ('institution', 'name_th', ARRAY['ชื่อสถานศึกษา', 'สถานศึกษา', 'ชื่อวิทยาลัย', 'วิทยาลัย']),
    ('institution', 'name_en', ARRAY['ชื่อภาษาอังกฤษ', 'ชื่อสถานศึกษาภาษาอังกฤษ']),
    ('institution', 'kind', ARRAY['ประเภท', 'ประเภทสถานศึกษา']),
    ('institution', 'ownership', ARRAY['รัฐ/เอกชน']),
    ('institution', 'affiliation', ARRAY['สังกัด']),
    ('applicant_group', 'group_code', ARRAY['กลุ่ม', 'กลุ่มผู้ด้อยโอกาส']),
    ('applicant_group', 'verified', ARRAY['ตรวจสอบแล้ว']),
    ('applicant_group', 'verified_by', ARRAY['ผู้ตรวจสอบ']),
    ('applicant_group', 'evidence', ARRAY['หลักฐาน'])
  ) AS h (kind, field, headings)
 CROSS JOIN LATERAL pg_catalog.unnest(h.headings) AS w (heading);

CREATE TRIGGER import_column_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.import_column
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER import_column_reference_truncate
  BEFORE TRUNCATE ON equity.import_column
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

--- A person decides by an UPDATE of decision, decided_by and note. Nothing is merged by itself: what is decided the
--- same stays two rows until somebody moves what hangs on one of them.
CREATE TABLE equity.duplicate_candidate (
  applicant_id bigint NOT NULL,
  other_applicant_id bigint NOT NULL,
  reason text NOT NULL,
  batch text NOT NULL,
  found_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  decision text,
  decided_by text,
  decided_at timestamptz,
  note text,
  CONSTRAINT duplicate_candidate_pkey PRIMARY KEY (applicant_id, other_applicant_id),
  CONSTRAINT duplicate_candidate_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT duplicate_candidate_other_fkey FOREIGN KEY (other_applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT duplicate_candidate_in_order CHECK (applicant_id < other_applicant_id),
  CONSTRAINT duplicate_candidate_reason_known CHECK (reason IN ('name_and_birth_date', 'identities')),
  CONSTRAINT duplicate_candidate_decision_known CHECK (decision IN ('same', 'different'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.duplicate_candidate', '');

CREATE INDEX duplicate_candidate_by_other ON equity.duplicate_candidate (other_applicant_id);

COMMENT ON TABLE equity.duplicate_candidate IS
  'Pairs of persons who may be one (ผู้สมัครที่อาจซ้ำกัน), found while loading: a person decides. Exact identities decide by themselves and never come here as long as they agree.';
COMMENT ON COLUMN equity.duplicate_candidate.applicant_id IS
  'The person with the smaller number.';
COMMENT ON COLUMN equity.duplicate_candidate.other_applicant_id IS
  'The person with the larger number.';
COMMENT ON COLUMN equity.duplicate_candidate.reason IS
  'name_and_birth_date: both are the same when written in one way; identities: one line of a file names identities of both.';
COMMENT ON COLUMN equity.duplicate_candidate.batch IS
  'The batch that they were found by first.';
COMMENT ON COLUMN equity.duplicate_candidate.found_at IS
  'When they were found first.';
COMMENT ON COLUMN equity.duplicate_candidate.decision IS
  'same or different; NULL while nobody has decided.';
COMMENT ON COLUMN equity.duplicate_candidate.decided_by IS
  'Who decided: role or office, not a person''s name.';
COMMENT ON COLUMN equity.duplicate_candidate.decided_at IS
  'When it was decided.';
COMMENT ON COLUMN equity.duplicate_candidate.note IS
  'Why, without personal data; NULL for nothing.';
-- What the nightly call does by itself: how far it may take a round, the seeds that it needs for it, and
-- what it did.

CREATE TABLE equity.kept_seed (
  round_id bigint NOT NULL,
  seed text NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  kept_by text NOT NULL DEFAULT SESSION_USER,
  CONSTRAINT kept_seed_pkey PRIMARY KEY (round_id),
  CONSTRAINT kept_seed_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT kept_seed_not_empty CHECK (seed <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.kept_seed', '');

COMMENT ON TABLE equity.kept_seed IS
  'Secret seeds of lotteries that equity.run_due opens and closes rounds with (equity.keep_seed); a row goes when its round closes and the seed is no longer secret. Whoever reads it can foresee the lottery, and a dump holds it.';
COMMENT ON COLUMN equity.kept_seed.round_id IS
  'The round (รอบ), draft or open.';
COMMENT ON COLUMN equity.kept_seed.seed IS
  'The seed; equity.commitment(seed) is published when the round opens.';
COMMENT ON COLUMN equity.kept_seed.kept_at IS
  'When it was given.';
COMMENT ON COLUMN equity.kept_seed.kept_by IS
  'Database role of the session that gave it.';

CREATE TABLE equity.job_run (
  job_run_id bigint GENERATED BY DEFAULT AS IDENTITY,
  step text NOT NULL,
  round_id bigint,
  status text NOT NULL DEFAULT 'running',
  attempts integer NOT NULL DEFAULT 1,
  started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  finished_at timestamptz,
  result jsonb,
  error_code text,
  error text,
  run_by text NOT NULL DEFAULT SESSION_USER,
  CONSTRAINT job_run_pkey PRIMARY KEY (job_run_id),
  CONSTRAINT job_run_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT job_run_step_known CHECK (
    step IN ('run_due', 'open', 'close', 'score', 'allocate', 'verify', 'publish', 'expire', 'refill')),
  CONSTRAINT job_run_status_known CHECK (status IN ('running', 'done', 'failed', 'interrupted')),
  CONSTRAINT job_run_attempts_positive CHECK (attempts >= 1),
  CONSTRAINT job_run_finished_unless_running CHECK ((status = 'running') = (finished_at IS NULL)),
  CONSTRAINT job_run_failed_has_error CHECK ((status = 'failed') = (error IS NOT NULL))
);

SELECT pg_catalog.pg_extension_config_dump('equity.job_run', '');
SELECT pg_catalog.pg_extension_config_dump('equity.job_run_job_run_id_seq', '');

CREATE INDEX job_run_by_round ON equity.job_run (round_id, step, job_run_id);

COMMENT ON TABLE equity.job_run IS
  'What equity.run_due did (บันทึกงานอัตโนมัติ), one row for each step of a round; a step that fails again in the same way counts on its row. Rows of more than a year ago are deleted.';
COMMENT ON COLUMN equity.job_run.job_run_id IS
  'Key assigned by the database; a later step has a larger one.';
COMMENT ON COLUMN equity.job_run.step IS
  'What was done: open, close, score, allocate, verify, publish, expire or refill; run_due is the call itself, one row that tells when it last came.';
COMMENT ON COLUMN equity.job_run.round_id IS
  'The round (รอบ); NULL for run_due and expire, which are of all rounds.';
COMMENT ON COLUMN equity.job_run.status IS
  'running, done, failed (see error), or interrupted: the server or the session ended before the step did, and nothing of it was kept.';
COMMENT ON COLUMN equity.job_run.attempts IS
  'How many times in a row it was tried with this outcome, 1 and up.';
COMMENT ON COLUMN equity.job_run.started_at IS
  'When it was first tried.';
COMMENT ON COLUMN equity.job_run.finished_at IS
  'When it last ended, or was found to be interrupted; NULL while running.';
COMMENT ON COLUMN equity.job_run.result IS
  'Counts that the operation returned, as a JSON object; NULL when it did not get so far.';
COMMENT ON COLUMN equity.job_run.error_code IS
  'SQLSTATE of a failure; NULL when a verification found violations, and when nothing failed.';
COMMENT ON COLUMN equity.job_run.error IS
  'Message, detail and hint of a failure, without personal data; NULL when it did not fail.';
COMMENT ON COLUMN equity.job_run.run_by IS
  'Database role of the session that did it.';
-- What applicants are told: sentences by code, in Thai and English. Codes that scorecards name as
-- reasons, outcomes of the allocation, and the other words of a letter. No figure of any programme
-- is in them: limits and scores come from the card and the run.

--- Shipped rows may be reworded.
CREATE TABLE equity.reason (
  reason_code text NOT NULL,
  text_th text NOT NULL,
  text_en text NOT NULL,
  advice_th text,
  advice_en text,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT reason_pkey PRIMARY KEY (reason_code),
  CONSTRAINT reason_code_not_empty CHECK (reason_code <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.reason', 'WHERE NOT shipped');

COMMENT ON TABLE equity.reason IS
  'Sentences for applicants (เหตุผล), by code: reasons that a criterion names, outcomes, and the words of which equity.explain_application() makes a letter. A word in braces, for example {cutoff}, is replaced by the figure of the case.';
COMMENT ON COLUMN equity.reason.reason_code IS
  'Code of the reason: what equity.criterion.reason or a scorecard names, or a code of a letter.';
COMMENT ON COLUMN equity.reason.text_th IS
  'The sentence in Thai (ข้อความ). May hold {value}, {low}, {high}, {first}, {second}, {score}, {points}, {place}, {asked}, {seats}, {cutoff}, {distance}, {choice}, {pool} or {programme} where they make sense.';
COMMENT ON COLUMN equity.reason.text_en IS
  'The sentence in English, with the same words in braces.';
COMMENT ON COLUMN equity.reason.advice_th IS
  'What the applicant can do, in Thai (คำแนะนำ); NULL for nothing.';
COMMENT ON COLUMN equity.reason.advice_en IS
  'What the applicant can do, in English; NULL for nothing.';
COMMENT ON COLUMN equity.reason.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

-- What is told of own tables too has its words there.
INSERT INTO equity.reason (reason_code, text_th, text_en, advice_th, advice_en, shipped) VALUES
  -- reasons of criteria
  ('GPA_BELOW', 'เกรดเฉลี่ยสะสมต่ำกว่าเกณฑ์', 'Grade point average below the limit',
   'ตรวจสอบเกรดเฉลี่ยสะสมกับใบแสดงผลการเรียน', 'Check the grade point average against the transcript', true),
  ('INCOME_ABOVE', 'รายได้เฉลี่ยต่อคนต่อเดือนสูงกว่าเกณฑ์', 'Income per head and month above the limit',
   'ตรวจสอบรายได้และจำนวนสมาชิกในครัวเรือนที่แจ้งไว้', 'Check the income and the number of household members stated', true),
  ('AGE_ABOVE', 'อายุเกินเกณฑ์', 'Age above the limit', 'ตรวจสอบวันเกิดที่แจ้งไว้', 'Check the date of birth stated', true),
  ('AGE_BELOW', 'อายุต่ำกว่าเกณฑ์', 'Age below the limit', 'ตรวจสอบวันเกิดที่แจ้งไว้', 'Check the date of birth stated', true),
  ('GRADUATED_EARLIER', 'สำเร็จการศึกษามานานเกินเกณฑ์', 'Finished school longer ago than the limit',
   'ตรวจสอบปีที่สำเร็จการศึกษาที่แจ้งไว้', 'Check the year of graduation stated', true),
  ('LEVEL_OTHER', 'ระดับการศึกษาไม่ตรงตามเกณฑ์', 'Level of study is not one of those admitted',
   'ตรวจสอบระดับการศึกษาที่แจ้งไว้', 'Check the level of study stated', true),
  ('PROVINCE_OTHER', 'ภูมิลำเนาอยู่นอกพื้นที่ของโครงการ', 'Home province is outside the area of the programme', NULL, NULL, true),
  ('NO_GROUP', 'ไม่พบข้อมูลว่าอยู่ในกลุ่มผู้ด้อยโอกาสตามประกาศ', 'Not recorded in a disadvantaged group of the announcement',
   'หากอยู่ในกลุ่มดังกล่าว ให้ยื่นหลักฐานเพิ่มเติม', 'If this is wrong, hand in the evidence', true),
  ('NO_WELFARE_CARD', 'ไม่พบข้อมูลบัตรสวัสดิการแห่งรัฐ', 'No state welfare card recorded',
   'หากมีบัตร ให้ยื่นสำเนาบัตร', 'If there is a card, hand in a copy', true),
  ('NO_REGISTRATION', 'ไม่พบข้อมูลการจดทะเบียนคนพิการ', 'No registration of a disability recorded',
   'หากจดทะเบียนแล้ว ให้ยื่นสำเนาบัตร', 'If there is a registration, hand in a copy of the card', true),
  ('FAILED', 'ไม่ผ่านเกณฑ์ข้อนี้', 'This rule is not met', NULL, NULL, true),
  ('MISSING', 'ไม่มีข้อมูลข้อนี้', 'No information on this was given',
   'ยื่นข้อมูลหรือหลักฐานเพิ่มเติม', 'Give the information or hand in the evidence', true),
  ('PASSED', 'ผ่านเกณฑ์ข้อนี้', 'This rule is met', NULL, NULL, true),
  ('ALTERNATIVE', 'ไม่เข้าเกณฑ์ข้อนี้ แต่ผ่านเกณฑ์ข้ออื่นในกลุ่มเดียวกัน', 'Not met, but an alternative to this rule is', NULL, NULL, true),
  ('WITHHELD', 'ข้อมูลอ่อนไหว ไม่แสดง', 'Sensitive, not shown', NULL, NULL, true),
  -- the application
  ('APPLICATION', 'ใบสมัคร', 'Application', NULL, NULL, true),
  ('SUBMITTED', 'ยื่นใบสมัครแล้ว', 'The application was submitted', NULL, NULL, true),
  ('NOT_SUBMITTED', 'ยังไม่ได้ยื่นใบสมัคร จึงไม่ได้รับการพิจารณา', 'The application was not submitted, so it is not considered',
   'ยื่นใบสมัครก่อนปิดรับสมัคร', 'Submit it before the round closes', true),
  ('LATE', 'ยื่นใบสมัครหลังปิดรับสมัคร จึงไม่ได้รับการพิจารณา', 'The application came after the round closed, so it is not considered', NULL, NULL, true),
  ('WITHDRAWN', 'ถอนใบสมัครแล้ว จึงไม่ได้รับการพิจารณา', 'The application was withdrawn, so it is not considered', NULL, NULL, true),
  ('NO_CHOICE', 'ไม่ได้เลือกสถานศึกษาและสาขาวิชา จึงไม่ได้รับการพิจารณา', 'No place was chosen, so the application is not considered',
   'เลือกสถานศึกษาและสาขาวิชาก่อนปิดรับสมัคร', 'Choose a place before the round closes', true),
  -- the assessment
  ('ELIGIBILITY', 'คุณสมบัติ', 'Eligibility', NULL, NULL, true),
  ('ELIGIBLE', 'มีคุณสมบัติครบตามเกณฑ์', 'All rules of eligibility are met', NULL, NULL, true),
  ('INELIGIBLE', 'คุณสมบัติไม่ครบตามเกณฑ์', 'The rules of eligibility are not met',
   'ดูเกณฑ์ข้อที่ไม่ผ่าน', 'See the rules that are not met', true),
  ('UNDETERMINED', 'ยังตัดสินไม่ได้ เพราะข้อมูลไม่ครบ', 'Undecided, because information is missing',
   'ดูข้อที่ไม่มีข้อมูลและยื่นเพิ่มเติม', 'See which information is missing and give it', true),
  ('SCORE', 'คะแนนรวม', 'Total score', NULL, NULL, true),
  ('FACTS_CHANGED', 'ข้อมูลเปลี่ยนไปหลังการให้คะแนน คะแนนที่ใช้พิจารณาคือ {score}', 'The facts have changed since they were scored; the score that counts is {score}', NULL, NULL, true),
  ('NOT_ASSESSED', 'ยังไม่ได้ให้คะแนน ผลนี้คำนวณจากข้อมูลปัจจุบัน', 'Not scored yet: this is computed from the facts of now', NULL, NULL, true),
  ('ASSESSED_LATER', 'ยังไม่ได้ให้คะแนน', 'Not scored yet', NULL, NULL, true),
  ('NO_CARD', 'ยังไม่ได้กำหนดเกณฑ์การให้คะแนน', 'The rules are not fixed yet', NULL, NULL, true),
  -- the choices
  ('CHOICE', equity_internal.placement_sentence('CHOICE', 'th'), equity_internal.placement_sentence('CHOICE', 'en'), NULL, NULL, true),
  ('PLACE', equity_internal.placement_sentence('PLACE', 'th'), equity_internal.placement_sentence('PLACE', 'en'), NULL, NULL, true),
  ('PLACE_ALONE', equity_internal.placement_sentence('PLACE_ALONE', 'th'), equity_internal.placement_sentence('PLACE_ALONE', 'en'), NULL, NULL, true),
  ('ADMITTED', equity_internal.placement_sentence('ADMITTED', 'th'), equity_internal.placement_sentence('ADMITTED', 'en'), NULL, NULL, true),
  ('BETTER_CHOICE', equity_internal.placement_sentence('BETTER_CHOICE', 'th'), equity_internal.placement_sentence('BETTER_CHOICE', 'en'), NULL, NULL, true),
  ('OTHERS_BEFORE', equity_internal.placement_sentence('OTHERS_BEFORE', 'th'), equity_internal.placement_sentence('OTHERS_BEFORE', 'en'), NULL, NULL, true),
  ('BELOW_CUTOFF', equity_internal.placement_sentence('BELOW_CUTOFF', 'th'), equity_internal.placement_sentence('BELOW_CUTOFF', 'en'), NULL, NULL, true),
  ('TIE_LOST', equity_internal.placement_sentence('TIE_LOST', 'th'), equity_internal.placement_sentence('TIE_LOST', 'en'), NULL, NULL, true),
  ('TIE_VALUE_LOST', equity_internal.placement_sentence('TIE_VALUE_LOST', 'th'), equity_internal.placement_sentence('TIE_VALUE_LOST', 'en'), NULL, NULL, true),
  ('LOTTERY_LOST', equity_internal.placement_sentence('LOTTERY_LOST', 'th'), equity_internal.placement_sentence('LOTTERY_LOST', 'en'), NULL, NULL, true),
  ('TIES_REFUSED', equity_internal.placement_sentence('TIES_REFUSED', 'th'), equity_internal.placement_sentence('TIES_REFUSED', 'en'), NULL, NULL, true),
  ('TIER_AFTER', equity_internal.placement_sentence('TIER_AFTER', 'th'), equity_internal.placement_sentence('TIER_AFTER', 'en'), NULL, NULL, true),
  ('SEATS_KEPT', equity_internal.placement_sentence('SEATS_KEPT', 'th'), equity_internal.placement_sentence('SEATS_KEPT', 'en'), NULL, NULL, true),
  ('CEILING_REACHED', equity_internal.placement_sentence('CEILING_REACHED', 'th'), equity_internal.placement_sentence('CEILING_REACHED', 'en'), NULL, NULL, true),
  ('CEILING_BELOW', equity_internal.placement_sentence('CEILING_BELOW', 'th'), equity_internal.placement_sentence('CEILING_BELOW', 'en'), NULL, NULL, true),
  ('POOL_CLOSED', equity_internal.placement_sentence('POOL_CLOSED', 'th'), equity_internal.placement_sentence('POOL_CLOSED', 'en'), NULL, NULL, true),
  ('FROZEN', 'ไม่ได้ขอเลื่อนอันดับ เพราะยืนยันรับที่นั่งเดิมไว้แล้ว', 'Not asked for any more: the seat held was accepted for good', NULL, NULL, true),
  ('TAKES_NO_PART', 'ไม่มีส่วนในการจัดสรรแล้ว เพราะสละสิทธิ์ หมดเวลายืนยัน หรือถูกถอนสิทธิ์',
   'Takes no further part: the award was declined, not accepted in time, or withdrawn', NULL, NULL, true),
  ('ADMITTED_SEAT', equity_internal.placement_sentence('ADMITTED_SEAT', 'th'), equity_internal.placement_sentence('ADMITTED_SEAT', 'en'), NULL, NULL, true),
  ('QUEUE', equity_internal.placement_sentence('QUEUE', 'th'), equity_internal.placement_sentence('QUEUE', 'en'), NULL, NULL, true),
  ('QUEUE_PLACE', equity_internal.placement_sentence('QUEUE_PLACE', 'th'), equity_internal.placement_sentence('QUEUE_PLACE', 'en'), NULL, NULL, true),
  ('COUNTED_MEMBER', equity_internal.placement_sentence('COUNTED_MEMBER', 'th'), equity_internal.placement_sentence('COUNTED_MEMBER', 'en'), NULL, NULL, true),
  ('COUNTED_AFTER', equity_internal.placement_sentence('COUNTED_AFTER', 'th'), equity_internal.placement_sentence('COUNTED_AFTER', 'en'), NULL, NULL, true),
  ('SEAT open', equity_internal.placement_sentence('SEAT open', 'th'), equity_internal.placement_sentence('SEAT open', 'en'), NULL, NULL, true),
  ('SEAT welfare_card', 'ผู้มีบัตรสวัสดิการแห่งรัฐ', 'holders of a state welfare card', NULL, NULL, true),
  ('SEAT disability_registered', 'ผู้จดทะเบียนคนพิการ', 'persons with a registered disability', NULL, NULL, true),
  ('SEAT female', 'เพศหญิง', 'women', NULL, NULL, true),
  ('SEAT male', 'เพศชาย', 'men', NULL, NULL, true),
  ('SEAT province', 'ภูมิลำเนา {province}', 'home province {province}', NULL, NULL, true),
  ('NO_SEAT', equity_internal.placement_sentence('NO_SEAT', 'th'), equity_internal.placement_sentence('NO_SEAT', 'en'), NULL, NULL, true),
  ('NOT_ADMITTED', 'ไม่ได้รับการจัดสรร', 'Not admitted', NULL, NULL, true),
  ('NOT_CONSIDERED', 'ไม่ได้รับการพิจารณาในอันดับนี้ เพราะคุณสมบัติไม่ครบหรือข้อมูลไม่ครบ',
   'Not considered here, because a rule is not met or information is missing', NULL, NULL, true),
  ('NOT_ALLOCATED', 'ยังไม่ได้จัดสรรทุน', 'Seats are not allocated yet', NULL, NULL, true),
  -- the result
  ('RESULT', equity_internal.placement_sentence('RESULT', 'th'), equity_internal.placement_sentence('RESULT', 'en'), NULL, NULL, true),
  ('PROVISIONAL', 'ผลนี้ยังไม่ได้ประกาศและอาจเปลี่ยนแปลง', 'This result is not published and may change', NULL, NULL, true),
  ('CHOSEN', equity_internal.placement_sentence('CHOSEN', 'th'), equity_internal.placement_sentence('CHOSEN', 'en'), NULL, NULL, true),
  ('NONE_CHOSEN', equity_internal.placement_sentence('NONE_CHOSEN', 'th'), equity_internal.placement_sentence('NONE_CHOSEN', 'en'), NULL, NULL, true),
  ('AWARD offered', 'รอการยืนยันรับทุนภายใน {until}', 'The award is on offer until {until}', 'ยืนยันหรือสละสิทธิ์ก่อนหมดเวลา', 'Accept or decline it in time', true),
  ('AWARD accepted', 'ยืนยันรับทุนแล้ว', 'The award is accepted', NULL, NULL, true),
  ('AWARD declined', 'สละสิทธิ์แล้ว', 'The award was declined', NULL, NULL, true),
  ('AWARD expired', 'ไม่ได้ยืนยันภายในเวลาที่กำหนด', 'The offer was not accepted in time', NULL, NULL, true),
  ('AWARD withdrawn', 'ถอนทุนแล้ว', 'The award was withdrawn', NULL, NULL, true),
  -- words of rules and values
  ('OP =', '{value}', '{value}', NULL, NULL, true),
  ('OP <>', 'ไม่ใช่ {value}', 'other than {value}', NULL, NULL, true),
  ('OP <', 'น้อยกว่า {value}', 'less than {value}', NULL, NULL, true),
  ('OP <=', 'ไม่เกิน {value}', 'at most {value}', NULL, NULL, true),
  ('OP >', 'มากกว่า {value}', 'more than {value}', NULL, NULL, true),
  ('OP >=', 'ตั้งแต่ {value} ขึ้นไป', 'at least {value}', NULL, NULL, true),
  ('OP between', 'ตั้งแต่ {low} ถึง {high}', 'from {low} to {high}', NULL, NULL, true),
  ('OP in', 'เป็นหนึ่งใน {value}', 'one of {value}', NULL, NULL, true),
  ('OP notin', 'ไม่ใช่ข้อใดใน {value}', 'none of {value}', NULL, NULL, true),
  ('OP isnull', 'ไม่ได้ระบุ', 'not stated', NULL, NULL, true),
  ('OP notnull', 'ระบุไว้', 'stated', NULL, NULL, true),
  ('OP overlaps', 'อยู่ในอย่างน้อยหนึ่งข้อของ {value}', 'at least one of {value}', NULL, NULL, true),
  ('OP contains', 'มีครบทุกข้อใน {value}', 'all of {value}', NULL, NULL, true),
  ('OP disjoint', 'ไม่มีข้อใดใน {value}', 'none of {value}', NULL, NULL, true),
  ('RANGE all', 'ทุกค่า', 'any number', NULL, NULL, true),
  ('RANGE below', 'น้อยกว่า {high}', 'less than {high}', NULL, NULL, true),
  ('RANGE within', 'ตั้งแต่ {low} แต่น้อยกว่า {high}', 'from {low} to less than {high}', NULL, NULL, true),
  ('RANGE from', 'ตั้งแต่ {low} ขึ้นไป', '{low} or more', NULL, NULL, true),
  ('RANGE up to', 'ไม่เกิน {high}', '{high} or less', NULL, NULL, true),
  ('RANGE within upper', 'มากกว่า {low} แต่ไม่เกิน {high}', 'more than {low} up to {high}', NULL, NULL, true),
  ('RANGE above', 'มากกว่า {low}', 'more than {low}', NULL, NULL, true),
  ('RULE points', '{value} ได้ {points} คะแนน', '{value}: {points} points', NULL, NULL, true),
  ('RULE otherwise', 'นอกนั้นได้ {points} คะแนน', 'otherwise: {points} points', NULL, NULL, true),
  ('RULE linear', '{value}; ระหว่างนั้นคิดตามสัดส่วน', '{value}; in between in proportion', NULL, NULL, true),
  ('RULE const', 'ทุกคนได้ {points} คะแนน', '{points} points for everybody', NULL, NULL, true),
  ('RULE coef', 'หน่วยละ {points} คะแนน', '{points} points for each unit', NULL, NULL, true),
  ('RULE coef minimum', 'นับอย่างน้อย {low} หน่วย', 'at least {low} units count', NULL, NULL, true),
  ('RULE coef maximum', 'นับไม่เกิน {high} หน่วย', 'at most {high} units count', NULL, NULL, true),
  ('RULE section', 'คะแนนรวมของ {value}', 'sum of {value}', NULL, NULL, true),
  ('RULE section minimum', 'ไม่ต่ำกว่า {low} คะแนน', 'at least {low} points', NULL, NULL, true),
  ('RULE section maximum', 'ไม่เกิน {high} คะแนน', 'at most {high} points', NULL, NULL, true),
  ('RULE ratio', '{first} หารด้วย {second}', '{first} divided by {second}', NULL, NULL, true),
  ('RULE sum', 'ผลรวมของ {value}', 'sum of {value}', NULL, NULL, true),
  ('RULE min', 'ค่าต่ำสุดของ {value}', 'least of {value}', NULL, NULL, true),
  ('RULE max', 'ค่าสูงสุดของ {value}', 'greatest of {value}', NULL, NULL, true),
  ('RULE count_true', 'จำนวนข้อที่ใช่ใน {value}', 'how many of {value} hold', NULL, NULL, true),
  ('RULE age_years', 'อายุเต็มปีนับจาก{value}', 'completed years since {value}', NULL, NULL, true),
  ('RULE age_years_thai', 'อายุเต็มปีนับจาก{value} โดยนับวันเกิดเป็นวันแรก', 'completed years since {value}, the first day counted', NULL, NULL, true),
  ('true', 'ใช่', 'yes', NULL, NULL, true),
  ('false', 'ไม่ใช่', 'no', NULL, NULL, true);

CREATE TRIGGER reason_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.reason
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER reason_reference_truncate
  BEFORE TRUNCATE ON equity.reason
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE FUNCTION equity.reason_text(reason_code text, lang text, figures jsonb DEFAULT '{}') RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.fill_sentence(CASE reason_text.lang WHEN 'en' THEN r.text_en ELSE r.text_th END, figures, reason_text.lang)
    FROM equity.reason AS r
   WHERE r.reason_code = reason_text.reason_code;
END;

COMMENT ON FUNCTION equity.reason_text(text, text, jsonb) IS
  'The sentence of a reason code in English (en) or otherwise Thai, its words in braces replaced by the figures, a JSON object from word to value (null: a dash). NULL for a code that does not exist.';

CREATE FUNCTION equity.reason_advice(reason_code text, lang text) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE reason_advice.lang WHEN 'en' THEN r.advice_en ELSE r.advice_th END
    FROM equity.reason AS r
   WHERE r.reason_code = reason_advice.reason_code;
END;

COMMENT ON FUNCTION equity.reason_advice(text, text) IS
  'The advice of a reason code in English (en) or otherwise Thai; NULL when there is none.';
-- Head counts from outside, and how sure a rate is: what rates of coverage are reckoned with.

--- No row is shipped.
CREATE TABLE equity.reference_population (
  academic_year smallint NOT NULL,
  dimension text NOT NULL,
  category text NOT NULL,
  persons bigint NOT NULL,
  source text NOT NULL,
  CONSTRAINT reference_population_pkey PRIMARY KEY (academic_year, dimension, category),
  CONSTRAINT reference_population_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT reference_population_dimension_known CHECK (
    dimension IN ('whole', 'province', 'sex', 'disability', 'group', 'poverty_quintile')),
  CONSTRAINT reference_population_persons_not_negative CHECK (persons >= 0),
  CONSTRAINT reference_population_source_not_empty CHECK (source <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.reference_population', '');

COMMENT ON TABLE equity.reference_population IS
  'How many young people could apply (ประชากรกลุ่มเป้าหมาย), counted outside this system, for example those found poor in each province. Rates of application and coverage need it; without a row they are NULL.';
COMMENT ON COLUMN equity.reference_population.academic_year IS
  'Academic year (ปีการศึกษา) that the count stands for, พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.reference_population.dimension IS
  'What is counted by, as in equity.equity_gap: whole, province, sex, disability, group or poverty_quintile.';
COMMENT ON COLUMN equity.reference_population.category IS
  'Category in that dimension, as in equity.equity_gap, for example a province_code; whole has the one category all.';
COMMENT ON COLUMN equity.reference_population.persons IS
  'Number of persons, 0 or more.';
COMMENT ON COLUMN equity.reference_population.source IS
  'Where the count comes from.';
-- What operations write is written by hand only in the open: the audit trail has each statement that does.

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.assessment
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.allocation_run
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.placement
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.run_standing
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.run_input
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.digest_source
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.run_ranking
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.refill_move
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.award
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.award_event
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.access_grant
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.audit_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.kept_seed
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE UPDATE OF status, seed, seed_commitment, published_run_id OR DELETE OR TRUNCATE ON equity.round
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();
-- Personal data stays out of error messages, and so out of the server's log. PostgreSQL prints the
-- whole row that violates a CHECK or NOT NULL. So each table with a row for a person, or with what is
-- gathered of many, is changed here:
--   - the condition of each CHECK is put into equity_internal.row_keeps, which names the applicant
--     by number alone;
--   - a trigger, whose condition costs next to nothing, comes before NOT NULL is looked at.
-- Unique keys are ids, or equity_internal.unprinted.

CREATE FUNCTION equity_internal.refuse_row(relation text, constraint_name text, applicant_id bigint) RETURNS boolean
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'check_violation',
    MESSAGE = format('new row for relation "%s" violates check constraint "%s"', relation, constraint_name),
    DETAIL = CASE WHEN applicant_id IS NULL THEN '' ELSE format('The applicant is %s.', applicant_id) END,
    SCHEMA = 'equity', TABLE = relation, CONSTRAINT = constraint_name;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_row(text, text, bigint) IS
  'Raises 23514 as PostgreSQL does, without printing the row.';

-- Inlined, so a row that keeps its conditions calls no function; not IMMUTABLE, or a refusal without an
-- applicant would be worked out beforehand.
CREATE FUNCTION equity_internal.row_keeps(condition boolean, relation text, constraint_name text, applicant_id bigint) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
         WHEN condition IS NOT FALSE THEN true
         ELSE equity_internal.refuse_row(relation, constraint_name, applicant_id)
       END;

COMMENT ON FUNCTION equity_internal.row_keeps(boolean, text, text, bigint) IS
  'For constraints: true unless the condition is false, which is error 23514 that does not print the row.';

CREATE FUNCTION equity_internal.refuse_null() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given jsonb := to_jsonb(NEW);
  missing text := (SELECT a.attname
                     FROM pg_attribute AS a
                    WHERE a.attrelid = TG_RELID
                      AND a.attnum > 0
                      AND a.attnotnull
                      AND given ->> a.attname IS NULL
                    ORDER BY a.attnum
                    LIMIT 1);
BEGIN
  IF missing IS NULL THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'not_null_violation',
    MESSAGE = format('null value in column "%s" of relation "%s" violates not-null constraint', missing, TG_TABLE_NAME),
    DETAIL = CASE WHEN given ->> 'applicant_id' IS NULL THEN '' ELSE format('The applicant is %s.', given ->> 'applicant_id') END,
    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = missing;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_null() IS
  'Trigger of tables with personal data: error 23502 as PostgreSQL raises it, without the row.';

DO $$
DECLARE
  personal record;
  checked record;
BEGIN
  FOR personal IN
    SELECT c.oid, c.relname,
           CASE WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'applicant_id')
             THEN 'applicant_id' ELSE 'NULL' END AS applicant,
           (SELECT string_agg(format('NEW.%I IS NULL', a.attname), ' OR ' ORDER BY a.attnum)
              FROM pg_attribute AS a
             WHERE a.attrelid = c.oid
               AND a.attnum > 0
               AND a.attnotnull) AS null_somewhere
      FROM pg_class AS c
     WHERE c.relnamespace = 'equity'::regnamespace
       AND c.relkind = 'r'
       AND EXISTS (SELECT FROM pg_attribute AS a
                    WHERE a.attrelid = c.oid
                      AND (a.attname, a.atttypid) IN (('applicant_id', 'bigint'::regtype), ('applicants', 'bigint[]'::regtype),
                                                      ('content', 'text'::regtype)))
     ORDER BY c.relname COLLATE "C"
  LOOP
    FOR checked IN
      SELECT n.conname, pg_get_expr(n.conbin, n.conrelid) AS condition
        FROM pg_constraint AS n
       WHERE n.conrelid = personal.oid
         AND n.contype = 'c'
       ORDER BY n.conname COLLATE "C"
    LOOP
      EXECUTE format('ALTER TABLE equity.%1$I DROP CONSTRAINT %2$I, '
                     'ADD CONSTRAINT %2$I CHECK (equity_internal.row_keeps(%3$s, %1$L, %2$L, %4$s))',
                     personal.relname, checked.conname, checked.condition, personal.applicant);
    END LOOP;
    EXECUTE format('CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.%I '
                   'FOR EACH ROW WHEN (%s) EXECUTE FUNCTION equity_internal.refuse_null()',
                   personal.relname, personal.null_somewhere);
  END LOOP;
END;
$$;
-- Row security: which rows of each table an officer sees (equity_internal.sees_whole tells who sees all).

-- A policy for each table. Row security is in force on those of which a row tells of a person; on the others
-- the policy waits for a site that puts its own beside it.
CREATE POLICY equity_rows ON equity.applicant USING (
  (SELECT equity_internal.sees_whole('applicant'))
  OR intake_institution_id = ANY ((SELECT equity_internal.own_institutions())::bigint[])
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.applicant_identity USING (
  (SELECT equity_internal.sees_whole('applicant_identity'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.applicant_group USING (
  (SELECT equity_internal.sees_whole('applicant_group'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.application USING (
  (SELECT equity_internal.sees_whole('application'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.choice USING (
  (SELECT equity_internal.sees_whole('choice'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.household USING (
  (SELECT equity_internal.sees_whole('household'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.household_member USING (
  (SELECT equity_internal.sees_whole('household_member'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.dwelling USING (
  (SELECT equity_internal.sees_whole('dwelling'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.assessment USING (
  (SELECT equity_internal.sees_whole('assessment'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.placement USING (
  (SELECT equity_internal.sees_whole('placement'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.run_standing USING (
  (SELECT equity_internal.sees_whole('run_standing'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.award USING (
  (SELECT equity_internal.sees_whole('award'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.refill_move USING (
  (SELECT equity_internal.sees_whole('refill_move'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.award_event USING (
  (SELECT equity_internal.sees_whole('award_event'))
  OR award_id IN (SELECT equity_internal.own_awards()));
CREATE POLICY equity_rows ON equity.run_ranking USING ((SELECT equity_internal.sees_whole('run_ranking')));
CREATE POLICY equity_rows ON equity.import_reject USING (
  (SELECT equity_internal.sees_whole('import_reject'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.duplicate_candidate USING (
  (SELECT equity_internal.sees_whole('duplicate_candidate'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.digest_source USING ((SELECT equity_internal.sees_whole('digest_source')));
CREATE POLICY equity_rows ON equity.region USING ((SELECT equity_internal.sees_whole('region')));
CREATE POLICY equity_rows ON equity.province USING ((SELECT equity_internal.sees_whole('province')));
CREATE POLICY equity_rows ON equity.region_province USING ((SELECT equity_internal.sees_whole('region_province')));
CREATE POLICY equity_rows ON equity.programme USING ((SELECT equity_internal.sees_whole('programme')));
CREATE POLICY equity_rows ON equity.grant_type USING ((SELECT equity_internal.sees_whole('grant_type')));
CREATE POLICY equity_rows ON equity.rate USING ((SELECT equity_internal.sees_whole('rate')));
CREATE POLICY equity_rows ON equity.institution USING ((SELECT equity_internal.sees_whole('institution')));
CREATE POLICY equity_rows ON equity.field_of_study USING ((SELECT equity_internal.sees_whole('field_of_study')));
CREATE POLICY equity_rows ON equity.need_group USING ((SELECT equity_internal.sees_whole('need_group')));
CREATE POLICY equity_rows ON equity.scorecard_version USING ((SELECT equity_internal.sees_whole('scorecard_version')));
CREATE POLICY equity_rows ON equity.criterion USING ((SELECT equity_internal.sees_whole('criterion')));
CREATE POLICY equity_rows ON equity.round USING ((SELECT equity_internal.sees_whole('round')));
CREATE POLICY equity_rows ON equity.round_programme USING ((SELECT equity_internal.sees_whole('round_programme')));
CREATE POLICY equity_rows ON equity.seat_pool USING ((SELECT equity_internal.sees_whole('seat_pool')));
CREATE POLICY equity_rows ON equity.seat_cap USING ((SELECT equity_internal.sees_whole('seat_cap')));
CREATE POLICY equity_rows ON equity.pool_reserve USING ((SELECT equity_internal.sees_whole('pool_reserve')));
CREATE POLICY equity_rows ON equity.seat_rule USING ((SELECT equity_internal.sees_whole('seat_rule')));
CREATE POLICY equity_rows ON equity.allocation_run USING ((SELECT equity_internal.sees_whole('allocation_run')));
CREATE POLICY equity_rows ON equity.run_input USING ((SELECT equity_internal.sees_whole('run_input')));
CREATE POLICY equity_rows ON equity.access_grant USING ((SELECT equity_internal.sees_whole('access_grant')));
CREATE POLICY equity_rows ON equity.reason USING ((SELECT equity_internal.sees_whole('reason')));
CREATE POLICY equity_rows ON equity.reference_population USING ((SELECT equity_internal.sees_whole('reference_population')));
CREATE POLICY equity_rows ON equity.import_batch USING ((SELECT equity_internal.sees_whole('import_batch')));
CREATE POLICY equity_rows ON equity.import_column USING ((SELECT equity_internal.sees_whole('import_column')));
CREATE POLICY equity_rows ON equity.kept_seed USING ((SELECT equity_internal.sees_whole('kept_seed')));
CREATE POLICY equity_rows ON equity.job_run USING ((SELECT equity_internal.sees_whole('job_run')));
CREATE POLICY equity_rows ON equity.audit_event USING ((SELECT equity_internal.sees_whole('audit_event')));
CREATE POLICY equity_rows ON equity.audit_checkpoint USING ((SELECT equity_internal.sees_whole('audit_checkpoint')));
CREATE POLICY equity_rows ON equity.audit_lock USING ((SELECT equity_internal.sees_whole('audit_lock')));

-- Whoever owns the tables is not subject to their row security. Where an ordinary role has installed the
-- extension it is, and PostgreSQL then lets it neither dump them nor COPY into them without further ado: so
-- there the first officer brings row security into force, and elsewhere the installation.
CREATE FUNCTION equity_internal.enforce_row_security() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  personal regclass;
BEGIN
  FOR personal IN
    SELECT c.oid
      FROM pg_class AS c
     WHERE c.oid = ANY ('{equity.applicant, equity.applicant_identity, equity.applicant_group, equity.application,
                          equity.choice, equity.household, equity.household_member, equity.dwelling,
                          equity.assessment, equity.placement, equity.run_standing, equity.run_ranking,
                          equity.digest_source, equity.award, equity.award_event, equity.refill_move,
                          equity.import_reject, equity.duplicate_candidate}'::regclass[])
       AND NOT c.relrowsecurity
     ORDER BY c.oid::regclass::text COLLATE "C"
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', personal);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.enforce_row_security() IS
  'Brings row security into force on the tables of which a row tells of a person.';

DO $$
BEGIN
  PERFORM equity_internal.enforce_row_security()
     FROM pg_extension AS x
     JOIN pg_class AS c ON c.oid = 'equity.access_grant'::regclass
    WHERE x.extname = 'equity'
      AND x.extowner = c.relowner;
END;
$$;

-- A restored dump brings officers too. With the rights of the owner, which alone may do it; it does nothing else.
CREATE FUNCTION equity_internal.guard_rows() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM equity.access_grant AS g WHERE g.level = 'officer') THEN
    PERFORM equity_internal.enforce_row_security();
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.guard_rows() IS
  'Trigger of equity.access_grant: with the first officer row security comes into force.';

CREATE TRIGGER access_grant_guards_rows
  AFTER INSERT OR UPDATE ON equity.access_grant
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.guard_rows();
-- Steps that all operations on a round share. An operation is one transaction: it
-- takes the round, checks its status, does its work on whole sets of rows, moves the
-- round on and writes one audit event. It runs with the caller's rights, and with
-- equity_internal.whole_rows on, so that a role that sees only some rows gets an error instead
-- of a smaller round: the views that say who takes part are security_invoker. The facts
-- and the reports read with the rights of their owner.
--
-- Operations lock rows, never advisory locks, which any role may take: a row is locked by who may
-- SELECT it and UPDATE a column of it. So only who may change a round holds up its operations, only
-- who may change awards holds up decisions and refills, and only who may UPDATE equity.audit_lock
-- holds up the audit trail. Where several are needed, the round comes first, then the awards of the
-- round, then the audit trail, then single awards.
--
-- Settings of the planner on functions of operations and reports have these reasons:
--
-- - enable_nestloop = off: right after a step its rows have no statistics, and a guess of one row
--   would cost hours over a whole round.
-- - jit = off: what cannot do without a nested loop then looks so dear that the smallest query would
--   be compiled; and compiling the many columns of the facts costs more than it saves.
-- - plan_cache_mode = force_custom_plan: the plan must know the round, whose share of a table is
--   anything from nothing to all, and see a scorecard as a constant.

CREATE FUNCTION equity_internal.find_round(round_id bigint) RETURNS equity.round
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_round equity.round;
BEGIN
  SELECT r.* INTO found_round
    FROM equity.round AS r
   WHERE r.round_id = find_round.round_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('round %s does not exist', coalesce(find_round.round_id::text, 'NULL')),
      HINT = 'The ids are in equity.round.';
  END IF;
  RETURN found_round;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_round(bigint) IS
  'Returns the row of a round. Error P0002 when there is no such round.';

CREATE FUNCTION equity_internal.find_run(run_id bigint) RETURNS equity.allocation_run
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_run equity.allocation_run;
BEGIN
  SELECT a.* INTO found_run
    FROM equity.allocation_run AS a
   WHERE a.run_id = find_run.run_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('allocation run %s does not exist', coalesce(find_run.run_id::text, 'NULL')),
      HINT = 'The ids are in equity.allocation_run.';
  END IF;
  RETURN found_run;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_run(bigint) IS
  'Returns the row of an allocation run. Error P0002 when there is no such run.';

CREATE FUNCTION equity_internal.lock_round(round_id bigint) RETURNS equity.round
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
BEGIN
  -- intake goes on beside it: foreign keys onto the round lock in a weaker mode
  SELECT r.* INTO this_round
    FROM equity.round AS r
   WHERE r.round_id = lock_round.round_id
     FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    PERFORM equity_internal.find_round(lock_round.round_id);
    RAISE EXCEPTION USING
      ERRCODE = 'lock_not_available',
      MESSAGE = format('another operation is at work on round %s', lock_round.round_id),
      HINT = 'Run this again when that operation has ended.';
  END IF;
  RETURN this_round;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_round(bigint) IS
  'Locks a round until the end of the transaction and returns its row. Error 55P03 when another operation holds it, P0002 when there is no such round.';

CREATE FUNCTION equity_internal.require_status(this_round equity.round, operation text, VARIADIC allowed text[]) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF this_round.status = ANY (allowed) THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('round %s is %s', this_round.round_id, this_round.status),
    DETAIL = format('%s needs a round that is %s.', operation, array_to_string(allowed, ' or ')),
    HINT = CASE this_round.status
             WHEN 'draft' THEN format('Open it first: equity.open_round(%s, commitment).', this_round.round_id)
             WHEN 'open' THEN format('Close it first: equity.close_round(%s, seed).', this_round.round_id)
             WHEN 'closed' THEN format('Score it first: equity.score_round(%s).', this_round.round_id)
             WHEN 'scored' THEN format('Allocate it first: equity.allocate_round(%s).', this_round.round_id)
             WHEN 'allocated' THEN 'Verify its newest run first: equity.verify_run(run).'
             WHEN 'verified' THEN 'Publish its newest run: equity.publish_run(run).'
             ELSE 'The awards of this round are published: they change one by one, no longer as a round.'
           END;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_status(equity.round, text, text[]) IS
  'Raises 55000 unless the round has one of the statuses that the operation needs; the hint names the step to do first.';

CREATE FUNCTION equity_internal.lock_run(run_id bigint) RETURNS equity.allocation_run
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.lock_round(a.round_id)
     FROM equity.allocation_run AS a
    WHERE a.run_id = lock_run.run_id;
  -- read once the round is ours: what another operation did to the run is seen
  RETURN equity_internal.find_run(lock_run.run_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_run(bigint) IS
  'Locks the round of an allocation run until the end of the transaction and returns the run. Error 55P03 when another operation holds the round, P0002 when there is no such run.';

CREATE FUNCTION equity_internal.supersede_runs(round_id bigint) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  changed bigint;
BEGIN
  UPDATE equity.allocation_run AS a
     SET status = 'superseded'
   WHERE a.round_id = supersede_runs.round_id
     AND a.status IN ('draft', 'verified', 'failed');
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END;
$$;

COMMENT ON FUNCTION equity_internal.supersede_runs(bigint) IS
  'Marks the unpublished allocation runs of a round as superseded and returns how many there were.';
-- What long operations report while they run.

CREATE VIEW equity.progress WITH (security_invoker = true) AS
  SELECT s.pid, s.operation, s.round_id, s.phase, s.done, s.total,
         round(s.done / t.seconds) AS rate,
         CASE WHEN s.done > 0 AND s.total > 0 THEN make_interval(secs => ceil(t.seconds * (s.total - s.done) / s.done)::double precision) END AS time_left,
         s.started_at
    FROM equity_internal.progress_slots() AS s
   CROSS JOIN LATERAL (SELECT greatest(extract(epoch FROM clock_timestamp() - s.phase_started_at), 0.001) AS seconds) AS t;

COMMENT ON VIEW equity.progress IS
  'How far the long operations have come that run in this database now: one row for each session that is at one. Counts are renewed every 100,000 rows.';
COMMENT ON COLUMN equity.progress.pid IS 'Process of the session, as in pg_stat_activity; pg_cancel_backend(pid) ends the work without a trace.';
COMMENT ON COLUMN equity.progress.operation IS 'Operation: score_round, allocate_round, verify_run, publish_run or refill_round; allocate or verify when one is called by itself.';
COMMENT ON COLUMN equity.progress.round_id IS 'Round (รอบการรับสมัคร) of the operation, NULL for allocate and verify by themselves.';
COMMENT ON COLUMN equity.progress.phase IS 'What it is doing.';
COMMENT ON COLUMN equity.progress.done IS 'Rows that the phase has read; 0 where it does not count them: scoring, of which several processes may do a part, tells its scorecard alone.';
COMMENT ON COLUMN equity.progress.total IS 'About how many rows the phase will have; NULL when it is not known.';
COMMENT ON COLUMN equity.progress.rate IS 'Rows a second since the phase began.';
COMMENT ON COLUMN equity.progress.time_left IS 'How long the phase will still take at this rate; NULL when that is not known.';
COMMENT ON COLUMN equity.progress.started_at IS 'When the operation began.';
-- What the allocation of a round reads: who competes where, and the four queries that equity.allocate
-- and equity.verify are given. A query has the columns that the round needs and no others, so
-- that a round without reserves, ceilings and floors is read as quickly as ever.

-- Both are inlined, so that a query plans as if the conditions stood there.
CREATE FUNCTION equity_internal.takes_part(status text, late boolean) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN status = 'submitted' AND NOT late;

COMMENT ON FUNCTION equity_internal.takes_part(text, boolean) IS
  'Whether an application takes part in its round: submitted, and in time or accepted late.';

CREATE FUNCTION equity_internal.competes(eligible boolean, score numeric) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN eligible AND score IS NOT NULL;

COMMENT ON FUNCTION equity_internal.competes(boolean, numeric) IS
  'Whether an application that takes part and that a programme''s scorecard assessed so competes for seats of the programme: eligible, with a score.';

CREATE VIEW equity.entry WITH (security_invoker = true) AS
  SELECT a.round_id,
         a.applicant_id,
         a.application_id
    FROM equity.application AS a
   WHERE equity_internal.takes_part(a.status, a.late);

COMMENT ON VIEW equity.entry IS
  'Who takes part: one row for each application that was submitted before its round closed, or accepted late.';
COMMENT ON COLUMN equity.entry.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.entry.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.entry.application_id IS 'Number of the application (เลขที่ใบสมัคร).';

CREATE VIEW equity_internal.entered_choice WITH (security_invoker = true) AS
  SELECT c.round_id,
         c.applicant_id,
         c.choice::integer AS choice,
         c.pool_id,
         p.programme_code,
         s.score
    FROM equity.choice AS c
    LEFT JOIN equity.seat_pool AS p
      ON p.pool_id = c.pool_id
     AND p.round_id = c.round_id
    JOIN equity.entry AS e
      ON e.applicant_id = c.applicant_id
     AND e.round_id = c.round_id
    LEFT JOIN equity.assessment AS s
      ON s.applicant_id = c.applicant_id
     AND s.round_id = c.round_id
     AND s.programme_code = p.programme_code
     AND equity_internal.competes(s.eligible, s.score);

COMMENT ON VIEW equity_internal.entered_choice IS
  'Who asks for what: one row for each choice of an application that takes part (equity.entry), with a score when it competes (equity.competing_choice).';
COMMENT ON COLUMN equity_internal.entered_choice.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.entered_choice.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.entered_choice.choice IS 'Rank of the pool in the applicant''s own list, the smallest most wanted (อันดับที่เลือก).';
COMMENT ON COLUMN equity_internal.entered_choice.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity_internal.entered_choice.programme_code IS 'Programme (โครงการ) of the pool.';
COMMENT ON COLUMN equity_internal.entered_choice.score IS 'Points by the programme''s scorecard (คะแนน); NULL when the choice does not compete.';

-- The outer joins are planned as inner ones.
CREATE VIEW equity.competing_choice WITH (security_invoker = true) AS
  SELECT c.round_id,
         c.applicant_id,
         c.choice,
         c.pool_id,
         c.programme_code,
         c.score
    FROM equity_internal.entered_choice AS c
   WHERE c.score IS NOT NULL;

COMMENT ON VIEW equity.competing_choice IS
  'Who competes: one row for each choice of an application that takes part (equity.entry) and whose applicant is eligible, with a score, for the programme of the chosen pool.';
COMMENT ON COLUMN equity.competing_choice.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.competing_choice.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.competing_choice.choice IS 'Rank of the pool in the applicant''s own list, the smallest most wanted (อันดับที่เลือก).';
COMMENT ON COLUMN equity.competing_choice.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.competing_choice.programme_code IS 'Programme (โครงการ) of the pool.';
COMMENT ON COLUMN equity.competing_choice.score IS 'Points by the programme''s scorecard (คะแนน).';

CREATE VIEW equity_internal.fact_group (group_code, fact, value) WITH (security_invoker = true) AS
  VALUES ('welfare_card', 'welfare_card', 'true'),
         ('disability_registered', 'disability_registered', 'true'),
         ('female', 'sex', 'female'),
         ('male', 'sex', 'male')
  UNION ALL
  SELECT 'province_' || p.province_code, 'province_code', p.province_code
    FROM equity.province AS p;

COMMENT ON VIEW equity_internal.fact_group IS
  'The groups for which seats can be reserved and to which people belong by a fact, beside those of equity.need_group.';
COMMENT ON COLUMN equity_internal.fact_group.group_code IS 'Group (รหัสกลุ่ม), as in equity.pool_reserve.';
COMMENT ON COLUMN equity_internal.fact_group.fact IS 'Column of equity.application_facts that decides.';
COMMENT ON COLUMN equity_internal.fact_group.value IS 'Its value for those who belong to the group, as text.';

CREATE VIEW equity.reserve_group WITH (security_invoker = true) AS
  SELECT DISTINCT
         p.round_id,
         g.group_code
    FROM equity.pool_reserve AS r
    JOIN equity.seat_pool AS p ON p.pool_id = r.pool_id
   CROSS JOIN LATERAL unnest(r.reserve || r.cascade) AS g (group_code)
   WHERE g.group_code <> '*';

COMMENT ON VIEW equity.reserve_group IS
  'The groups that matter in a round: those for whom a pool reserves seats, and those whom a cascade names.';
COMMENT ON COLUMN equity.reserve_group.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.reserve_group.group_code IS 'Group (รหัสกลุ่ม), as in equity.pool_reserve.';

--- Only applications that take part (equity.entry).
--- Members are those of the verified groups of equity.applicant_group; of welfare_card and
--- disability_registered those whose application says so; of female and male by sex; of
--- province_ with two digits by home province.
CREATE VIEW equity.reserve_member WITH (security_invoker = true) AS
  SELECT a.round_id,
         a.applicant_id,
         g.group_code
    FROM equity.entry AS a
    JOIN equity.applicant_group AS m
      ON m.applicant_id = a.applicant_id
     AND m.verified
    JOIN equity.reserve_group AS g
      ON g.round_id = a.round_id
     AND g.group_code = m.group_code
  UNION
  SELECT a.round_id,
         a.applicant_id,
         g.group_code
    FROM equity.entry AS e
    JOIN equity.application AS a
      ON a.applicant_id = e.applicant_id
     AND a.round_id = e.round_id
    JOIN equity.applicant AS p
      ON p.applicant_id = a.applicant_id
   CROSS JOIN LATERAL (VALUES ('welfare_card', a.welfare_card::text),
                              ('disability_registered', a.disability_registered::text),
                              ('sex', p.sex),
                              ('province_code', p.province_code)) AS f (fact, value)
    JOIN equity_internal.fact_group AS b
      ON b.fact = f.fact
     AND b.value = f.value
    JOIN equity.reserve_group AS g
      ON g.round_id = a.round_id
     AND g.group_code = b.group_code;

COMMENT ON VIEW equity.reserve_member IS
  'Who belongs to which of the groups that matter in a round (equity.reserve_group), among those who take part.';
COMMENT ON COLUMN equity.reserve_member.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.reserve_member.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.reserve_member.group_code IS 'Group (รหัสกลุ่ม) that the applicant belongs to.';

CREATE VIEW equity_internal.reserve_groups WITH (security_invoker = true) AS
  SELECT m.round_id,
         m.applicant_id,
         array_agg(m.group_code ORDER BY m.group_code COLLATE "C") AS groups
    FROM equity.reserve_member AS m
   GROUP BY m.round_id, m.applicant_id;

COMMENT ON VIEW equity_internal.reserve_groups IS
  'equity.reserve_member with one row for each applicant; who belongs to no group that matters has none.';
COMMENT ON COLUMN equity_internal.reserve_groups.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.reserve_groups.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.reserve_groups.groups IS 'Groups (รหัสกลุ่ม) that the applicant belongs to, in byte order.';

-- Inlined, as the two above.
CREATE FUNCTION equity_internal.tie_value(tie_field text, monthly_income numeric, household_size integer, gpa numeric, birth_date date)
  RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE tie_field
         WHEN 'income_per_head' THEN monthly_income / household_size
         WHEN 'gpa' THEN - gpa
         WHEN 'birth_date' THEN (birth_date - DATE '1857-01-01')::numeric
       END;

COMMENT ON FUNCTION equity_internal.tie_value(text, numeric, integer, numeric, date) IS
  'What ranks equal scores by a tie field, the smaller first; NULL when it is unknown or there is no such field.';

-- The joins of columns that a query does not ask for vanish from its plan.
CREATE VIEW equity_internal.entered_input WITH (security_invoker = true) AS
  SELECT c.round_id,
         c.applicant_id,
         c.pool_id,
         c.choice,
         c.score,
         CASE WHEN a.forgotten_groups IS NULL
           THEN equity_internal.tie_value(r.tie_field, h.monthly_income, h.household_size, a.gpa, v.birth_date)
           ELSE a.forgotten_tie END AS tie,
         coalesce(a.forgotten_groups, g.groups, '{}') AS groups
    FROM equity_internal.entered_choice AS c
    LEFT JOIN equity.round AS r
      ON r.round_id = c.round_id
    LEFT JOIN equity.application AS a
      ON a.applicant_id = c.applicant_id
     AND a.round_id = c.round_id
    LEFT JOIN equity.applicant AS v
      ON v.applicant_id = c.applicant_id
    LEFT JOIN equity.household AS h
      ON h.applicant_id = c.applicant_id
     AND h.round_id = c.round_id
    LEFT JOIN equity_internal.reserve_groups AS g
      ON g.applicant_id = c.applicant_id
     AND g.round_id = c.round_id;

COMMENT ON VIEW equity_internal.entered_input IS
  'equity.allocation_input with the choices that do not compete, which have no score.';
COMMENT ON COLUMN equity_internal.entered_input.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.entered_input.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.entered_input.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity_internal.entered_input.choice IS 'Rank of the pool in the applicant''s own list (อันดับที่เลือก).';
COMMENT ON COLUMN equity_internal.entered_input.score IS 'Points by the programme''s scorecard (คะแนน); NULL when the choice does not compete.';
COMMENT ON COLUMN equity_internal.entered_input.tie IS 'What ranks equal scores, as in equity.allocation_input.';
COMMENT ON COLUMN equity_internal.entered_input.groups IS 'Groups with reserved seats that the applicant belongs to, in byte order; never NULL.';

CREATE VIEW equity.allocation_input WITH (security_invoker = true) AS
  SELECT i.round_id,
         i.applicant_id,
         i.pool_id,
         i.choice,
         i.score,
         i.tie,
         i.groups
    FROM equity_internal.entered_input AS i
   WHERE i.score IS NOT NULL;

COMMENT ON VIEW equity.allocation_input IS
  'What the allocation of a round reads: equity.competing_choice with what ranks equal scores and the groups that matter.';
COMMENT ON COLUMN equity.allocation_input.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.allocation_input.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.allocation_input.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.allocation_input.choice IS 'Rank of the pool in the applicant''s own list, 1 first (อันดับที่เลือก); ranks of pools for which the applicant is not eligible are missing from the sequence.';
COMMENT ON COLUMN equity.allocation_input.score IS 'Points by the programme''s scorecard (คะแนน).';
COMMENT ON COLUMN equity.allocation_input.tie IS 'What ranks equal scores, the smaller first, by the round''s tie_field: income per head in baht, the grade with a minus, or the day of birth counted from 1 January 1857 (พ.ศ. 2400); NULL when it is unknown, and in a round without tie_field.';
COMMENT ON COLUMN equity.allocation_input.groups IS 'Groups with reserved seats that the applicant belongs to (equity.reserve_member), in byte order; never NULL.';

CREATE FUNCTION equity_internal.round_features(round_id bigint, OUT has_tie_field boolean, OUT has_reserves boolean, OUT has_caps boolean, OUT has_floors boolean)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM equity.round AS r
                  WHERE r.round_id = round_features.round_id
                    AND r.tie_field IS NOT NULL),
         EXISTS (SELECT FROM equity.pool_reserve AS v
                   JOIN equity.seat_pool AS p ON p.pool_id = v.pool_id
                  WHERE p.round_id = round_features.round_id),
         EXISTS (SELECT FROM equity.seat_pool AS p
                  WHERE p.round_id = round_features.round_id
                    AND p.cap_id IS NOT NULL),
         EXISTS (SELECT FROM equity.seat_pool AS p
                  WHERE p.round_id = round_features.round_id
                    AND p.min_seats IS NOT NULL);
END;

COMMENT ON FUNCTION equity_internal.round_features(bigint) IS
  'What the allocation of a round reads beside applications, scores and seats: a field that breaks ties, reserves, ceilings above pools, floors of pools.';

--- A holder asks for the seat held, and ranks first there whatever breaks ties.
CREATE VIEW equity.standing_input WITH (security_invoker = true) AS
  SELECT a.run_id,
         i.round_id,
         i.applicant_id,
         i.pool_id,
         i.choice,
         i.score,
         i.tie,
         i.groups,
         NULL::text AS holds
    FROM equity.allocation_run AS a
    JOIN equity.allocation_input AS i
      ON i.round_id = a.round_id
    LEFT JOIN equity.run_standing AS s
      ON s.run_id = a.run_id
     AND s.applicant_id = i.applicant_id
   WHERE s.decision IS NULL
      OR s.decision = 'float' AND i.choice < s.choice AND i.pool_id <> s.pool_id
   UNION ALL
  SELECT s.run_id,
         a.round_id,
         s.applicant_id,
         s.pool_id,
         s.choice,
         s.score,
         NULL,
         coalesce(g.groups, '{}'),
         s.seat
    FROM equity.allocation_run AS a
    JOIN equity.run_standing AS s
      ON s.run_id = a.run_id
    LEFT JOIN equity_internal.reserve_groups AS g
      ON g.round_id = a.round_id
     AND g.applicant_id = s.applicant_id
   WHERE s.decision <> 'out';

COMMENT ON VIEW equity.standing_input IS
  'What a run reads in which somebody has a standing (equity.run_standing): who has one asks for the seat held and, when floating, for choices before it, and for nothing when out; everybody else as in equity.allocation_input.';
COMMENT ON COLUMN equity.standing_input.run_id IS 'The run; filter by it and by its round.';
COMMENT ON COLUMN equity.standing_input.round_id IS 'Its round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.standing_input.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.standing_input.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.standing_input.choice IS 'Rank of the pool in the applicant''s own list (อันดับที่เลือก).';
COMMENT ON COLUMN equity.standing_input.score IS 'Points (คะแนน); for a seat held, those that won it.';
COMMENT ON COLUMN equity.standing_input.tie IS 'What ranks equal scores, as in equity.allocation_input; NULL for a seat held.';
COMMENT ON COLUMN equity.standing_input.groups IS 'Groups with reserved seats that the applicant belongs to, in byte order; never NULL.';
COMMENT ON COLUMN equity.standing_input.holds IS 'The seat held from before, open or the name of a reserve; NULL for what is asked for anew.';

--- Of the optional columns it names those that matter in the round (equity_internal.round_features).
--- pools limits it to some pools.
CREATE FUNCTION equity_internal.application_query(round_id bigint, run_id bigint DEFAULT NULL, pools bigint[] DEFAULT NULL) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('SELECT i.applicant_id, i.pool_id, i.choice, i.score%s%s%s FROM equity.%s AS i WHERE i.round_id = %s%s%s',
                CASE WHEN t.has_tie_field THEN ', i.tie' END,
                CASE WHEN t.has_reserves THEN ', i.groups' END,
                CASE WHEN s.has_standing THEN ', i.holds' END,
                CASE WHEN s.has_standing THEN 'standing_input' ELSE 'allocation_input' END,
                application_query.round_id,
                CASE WHEN s.has_standing THEN format(' AND i.run_id = %s', application_query.run_id) END,
                CASE WHEN application_query.pools IS NOT NULL THEN format(' AND i.pool_id = ANY (%L::bigint[])', application_query.pools) END)
    FROM equity_internal.round_features(application_query.round_id) AS t
   CROSS JOIN (SELECT EXISTS (SELECT FROM equity.run_standing AS s WHERE s.run_id = application_query.run_id) AS has_standing) AS s;
END;

COMMENT ON FUNCTION equity_internal.application_query(bigint, bigint, bigint[]) IS
  'The applications query of a round, or of one of its runs, fully qualified.';

CREATE FUNCTION equity_internal.entered_query(round_id bigint) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('SELECT i.applicant_id, i.pool_id, i.choice, i.score%s%s FROM equity_internal.entered_input AS i WHERE i.round_id = %s',
                CASE WHEN t.has_tie_field THEN ', i.tie' END,
                CASE WHEN t.has_reserves THEN ', i.groups' END,
                entered_query.round_id)
    FROM equity_internal.round_features(entered_query.round_id) AS t;
END;

COMMENT ON FUNCTION equity_internal.entered_query(bigint) IS
  'equity_internal.application_query of a round with the choices that do not compete, which have no score: one reading gives the digests of both.';

--- settings is a policy of equity.compare_policies; without one the queries are those of the
--- round itself.
CREATE FUNCTION equity_internal.seat_queries(round_id bigint, settings jsonb DEFAULT '{}',
                                             OUT pools text, OUT reserves text, OUT caps text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('SELECT p.pool_id, %s%s%s FROM equity.seat_pool AS p WHERE p.round_id = %s',
                CASE jsonb_typeof(s.seats)
                  WHEN 'number' THEN format('floor(p.seats * %L::numeric)::integer AS seats', s.seats)
                  WHEN 'object' THEN format('coalesce((%L::jsonb ->> p.pool_id::text)::integer, p.seats) AS seats', s.seats)
                  ELSE 'p.seats' END,
                CASE WHEN t.has_floors AND s.floors THEN ', p.min_seats' END,
                CASE WHEN t.has_caps AND s.caps THEN ', p.cap_id' END,
                seat_queries.round_id),
         CASE WHEN t.has_reserves AND s.reserves IS DISTINCT FROM jsonb '"none"' THEN
           format('SELECT v.pool_id, v.reserve, %s, %s, v.cascade, v."position"'
                  ' FROM equity.pool_reserve AS v JOIN equity.seat_pool AS p ON p.pool_id = v.pool_id WHERE p.round_id = %s',
                  CASE WHEN s.scale IS NULL THEN 'v.seats' ELSE format('floor(v.seats * %L::numeric)::integer AS seats', s.scale) END,
                  CASE WHEN s.mode IS NULL THEN 'v.mode' ELSE format('%L AS mode', s.mode) END,
                  seat_queries.round_id) END,
         CASE WHEN t.has_caps AND s.caps THEN
           format('SELECT c.cap_id, %s, %s, c.parent_id FROM equity.seat_cap AS c WHERE c.round_id = %s',
                  CASE jsonb_typeof(settings -> 'caps')
                    WHEN 'object' THEN format('coalesce((%L::jsonb ->> c.cap_id::text)::integer, c.seats) AS seats', settings -> 'caps')
                    ELSE 'c.seats' END,
                  CASE WHEN s.floors THEN 'c.min_seats' ELSE 'NULL::integer AS min_seats' END,
                  seat_queries.round_id) END
    FROM equity_internal.round_features(seat_queries.round_id) AS t
   CROSS JOIN LATERAL (SELECT settings -> 'seats' AS seats,
                              settings -> 'reserves' AS reserves,
                              settings #>> '{reserves,mode}' AS mode,
                              coalesce(settings #>> '{reserves,scale}',
                                       CASE jsonb_typeof(settings -> 'seats') WHEN 'number' THEN settings ->> 'seats' END) AS scale,
                              settings -> 'caps' IS DISTINCT FROM 'false' AS caps,
                              coalesce((settings ->> 'floors')::boolean, true) AS floors) AS s;
END;

COMMENT ON FUNCTION equity_internal.seat_queries(bigint, jsonb) IS
  'The queries for pools, reserves and caps of a round under a policy, fully qualified; NULL for reserves and caps that there are not.';

CREATE FUNCTION equity.round_queries(round_id bigint,
                                     OUT applications text, OUT pools text, OUT reserves text, OUT caps text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT equity_internal.application_query(round_queries.round_id), q.pools, q.reserves, q.caps
    FROM equity_internal.seat_queries(round_queries.round_id) AS q;
END;

COMMENT ON FUNCTION equity.round_queries(bigint) IS
  'The queries over the rows of a round that equity.allocate and equity.verify are given, fully qualified: applications, pools, and reserves and caps or NULL when the round has none. Run them to see every row that decides.';

CREATE FUNCTION equity.run_queries(run_id bigint,
                                   OUT applications text, OUT pools text, OUT reserves text, OUT caps text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT equity_internal.application_query(a.round_id, a.run_id), q.pools, q.reserves, q.caps
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity_internal.seat_queries(a.round_id) AS q
   WHERE a.run_id = run_queries.run_id;
END;

COMMENT ON FUNCTION equity.run_queries(bigint) IS
  'The queries of equity.round_queries for a run: in one where somebody has a standing the applications are those of equity.standing_input, with the seat held as holds.';

CREATE FUNCTION equity_internal.run_reading(run_id bigint,
                                            OUT applications text, OUT pools text, OUT reserves text, OUT caps text, OUT read text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT CASE q.applications WHEN equity_internal.application_query(a.round_id) THEN e.query ELSE q.applications END,
         q.pools, q.reserves, q.caps, e.query
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity.run_queries(a.run_id) AS q
   CROSS JOIN LATERAL equity_internal.entered_query(a.round_id) AS e (query)
   WHERE a.run_id = run_reading.run_id;
END;

COMMENT ON FUNCTION equity_internal.run_reading(bigint) IS
  'The queries of equity.run_queries for whoever also wants the digests of who asks for what in the round (read): where nobody has a standing the applications are the same query.';
-- Digests: what proves which rows went into an allocation and which came out. A digest is the sha256 of
-- lines of text: each ends with a line feed, its values are parted by commas, numbers are as PostgreSQL
-- prints them, NULL is nothing at all, a text is a JSON string and an array a JSON array, all in
-- UTF-8. Lists as long as the round have two levels, so that no text grows with the whole round: the
-- lines of each pool have a digest, and the lines "pool_id,digest" have the one that counts.
--
-- What a run reads is equity_internal.run_conditions and its applications. The digests are stored (equity.run_input),
-- compared, published and kept by name, however many there are.

--- cards: programme_code, not quoted, and equity.digest of its card. quotas: programme_code
--- and quota. pools: pool_id, seats, min_seats, cap_id, programme_code, institution_id,
--- field_code, grant_type. reserves: pool_id, reserve, seats, mode, cascade, position. caps:
--- cap_id, seats, min_seats, parent_id. Numbers are in order, codes in byte order.
CREATE FUNCTION equity_internal.round_rules(round_id bigint) RETURNS TABLE (input text, content text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  ROWS 5
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT l.input, coalesce(l.content, '')
    FROM (SELECT 'cards',
                 string_agg(concat(rp.programme_code, ',', equity.digest(v.card), E'\n'), ''
                            ORDER BY rp.programme_code COLLATE "C")
            FROM equity.round_programme AS rp
            LEFT JOIN equity.scorecard_version AS v
              ON v.card_code = rp.card_code
             AND v.version = rp.card_version
           WHERE rp.round_id = round_rules.round_id
          UNION ALL
          SELECT 'quotas',
                 string_agg(concat(rp.programme_code, ',', rp.quota, E'\n'), '' ORDER BY rp.programme_code COLLATE "C")
            FROM equity.round_programme AS rp
           WHERE rp.round_id = round_rules.round_id
          UNION ALL
          SELECT 'pools',
                 string_agg(concat(p.pool_id, ',', p.seats, ',', p.min_seats, ',', p.cap_id, ',', to_json(p.programme_code), ',',
                                   p.institution_id, ',', to_json(p.field_code), ',', to_json(p.grant_type), E'\n'), ''
                            ORDER BY p.pool_id)
            FROM equity.seat_pool AS p
           WHERE p.round_id = round_rules.round_id
          UNION ALL
          SELECT 'reserves',
                 string_agg(concat(v.pool_id, ',', to_json(v.reserve), ',', v.seats, ',', to_json(v.mode), ',',
                                   to_json(v.cascade), ',', v."position", E'\n'), ''
                            ORDER BY v.pool_id, v.reserve COLLATE "C")
            FROM equity.pool_reserve AS v
            JOIN equity.seat_pool AS p
              ON p.pool_id = v.pool_id
           WHERE p.round_id = round_rules.round_id
          UNION ALL
          SELECT 'caps',
                 string_agg(concat(c.cap_id, ',', c.seats, ',', c.min_seats, ',', c.parent_id, E'\n'), '' ORDER BY c.cap_id)
            FROM equity.seat_cap AS c
           WHERE c.round_id = round_rules.round_id) AS l (input, content);
END;

COMMENT ON FUNCTION equity_internal.round_rules(bigint) IS
  'The rules of a round as they are now, each as lines of text: cards, quotas, pools, reserves and caps; empty for what the round does not have.';

CREATE FUNCTION equity_internal.rule_digests(round_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT jsonb_object_agg(r.input, equity.text_digest(r.content))
    FROM equity_internal.round_rules(rule_digests.round_id) AS r;
END;

COMMENT ON FUNCTION equity_internal.rule_digests(bigint) IS
  'The sha256 of each text of equity_internal.round_rules, by its name.';

--- The lines of a query's rows, written as they are read: of applications
--- "applicant_id,choice,score,tie,groups" (tie and groups are empty where the query has none), of
--- choices "applicant_id,choice", of placements "applicant_id,choice,seat,tier,score". A pool's lines
--- are in order of applicant_id; the whole is the lines "pool_id,digest" in order of pool_id, and it
--- alone has its text in content. lines counts rows.
---
--- Errors: as of equity.allocate for the columns and values of a query; 53400 more memory than
--- equity.max_memory.
CREATE FUNCTION equity_internal.application_pages(applications text)
  RETURNS TABLE (whole boolean, pool_id bigint, lines bigint, digest text, content text)
  LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 100000 ROWS 1000
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET work_mem = '128MB'
  AS 'MODULE_PATHNAME', 'equity_application_pages';

COMMENT ON FUNCTION equity_internal.application_pages(text) IS
  'Digests of the rows of an applications query (equity_internal.application_query), pool by pool and as a whole.';

CREATE FUNCTION equity_internal.choice_pages(choices text)
  RETURNS TABLE (whole boolean, pool_id bigint, lines bigint, digest text, content text)
  LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 100000 ROWS 1000
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET work_mem = '128MB'
  AS 'MODULE_PATHNAME', 'equity_choice_pages';

COMMENT ON FUNCTION equity_internal.choice_pages(text) IS
  'Digests of who asks for which pool as which choice, by a query for applicant_id, pool_id and choice: pool by pool and as a whole.';

CREATE FUNCTION equity_internal.placement_pages(placements text)
  RETURNS TABLE (whole boolean, pool_id bigint, lines bigint, digest text, content text)
  LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 100000 ROWS 1000
  SET equity_internal.whole_rows = on
  SET jit = off
  AS 'MODULE_PATHNAME', 'equity_placement_pages';

COMMENT ON FUNCTION equity_internal.placement_pages(text) IS
  'Digests of the rows of a placements query, pool by pool and as a whole.';

CREATE FUNCTION equity_internal.standing_sources(run_id bigint) RETURNS TABLE (pool_id bigint, content text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT s.pool_id,
         string_agg(concat(s.applicant_id, ',', to_json(s.decision), ',', to_json(s.seat), ',', s.choice, ',', s.score, E'\n'), ''
                    ORDER BY s.applicant_id)
    FROM equity.run_standing AS s
   WHERE s.run_id = standing_sources.run_id
   GROUP BY s.pool_id;
END;

COMMENT ON FUNCTION equity_internal.standing_sources(bigint) IS
  'Those who had a standing in a run (equity.run_standing), pool by pool: the lines "applicant_id,decision,seat,choice,score" in order of applicant_id.';

--- A row that is not whole has the lines of one pool, whose digest the text of the whole input
--- names. The text of seed is the seed itself, so that its digest is the commitment.
CREATE FUNCTION equity_internal.run_conditions(run_id bigint) RETURNS TABLE (input text, whole boolean, digest text, content text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH this_run AS MATERIALIZED (
    SELECT a.round_id, a.seed FROM equity.allocation_run AS a WHERE a.run_id = run_conditions.run_id
  ), part AS MATERIALIZED (
    SELECT s.pool_id, equity.text_digest(s.content) AS digest, s.content
      FROM equity_internal.standing_sources(run_conditions.run_id) AS s
  ), entire (input, content) AS (
    SELECT r.input, r.content
      FROM this_run AS t
     CROSS JOIN LATERAL equity_internal.round_rules(t.round_id) AS r
    UNION ALL
    SELECT 'standing',
           coalesce(string_agg(concat(p.pool_id, ',', p.digest, E'\n'), '' ORDER BY p.pool_id NULLS FIRST), '')
      FROM part AS p
    UNION ALL
    SELECT 'seed', t.seed FROM this_run AS t WHERE t.seed IS NOT NULL
  )
  SELECT e.input, true, equity.text_digest(e.content), e.content FROM entire AS e
  UNION ALL
  SELECT 'standing', false, p.digest, p.content FROM part AS p;
END;

COMMENT ON FUNCTION equity_internal.run_conditions(bigint) IS
  'What an allocation run reads beside applications, from the current rows: the rules of its round (equity_internal.round_rules); standing as lines "pool_id,digest" in order of pool_id, no pool first, and the lines of each of these pools; and the seed.';

--- applications is the digest of the applications that the run reads now, and its text.
CREATE FUNCTION equity_internal.changed_inputs(run_id bigint, applications text, applications_text text DEFAULT NULL)
  RETURNS TABLE (input text, stored text, present text, content text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT coalesce(s.input, p.input), s.digest, p.digest, p.content
    FROM (SELECT i.* FROM equity.run_input AS i WHERE i.run_id = changed_inputs.run_id) AS s
    FULL JOIN (SELECT c.input, c.digest, c.content
                 FROM equity_internal.run_conditions(changed_inputs.run_id) AS c
                WHERE c.whole
               UNION ALL
               SELECT 'applications', changed_inputs.applications, changed_inputs.applications_text) AS p
      ON p.input = s.input
   WHERE s.digest IS DISTINCT FROM p.digest
   ORDER BY coalesce(s.input, p.input) COLLATE "C";
END;

COMMENT ON FUNCTION equity_internal.changed_inputs(bigint, text, text) IS
  'What an allocation run read that is no longer so in the current rows: digests at that time and now, and the current text.';

CREATE FUNCTION equity_internal.changed_inputs(run_id bigint)
  RETURNS TABLE (input text, stored text, present text, content text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT c.input, c.stored, c.present, c.content
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity_internal.application_pages(equity_internal.application_query(a.round_id)) AS p
   CROSS JOIN LATERAL equity_internal.changed_inputs(a.run_id, p.digest, p.content) AS c
   WHERE a.run_id = changed_inputs.run_id
     AND p.whole;
END;

COMMENT ON FUNCTION equity_internal.changed_inputs(bigint) IS
  'The same, for whoever has not read the applications.';

CREATE FUNCTION equity_internal.diff_lines(before text, after text) RETURNS TABLE (key text, before_value text, after_value text)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH line AS (
    SELECT l.side, split_part(l.line, ',', 1) AS key, substr(l.line, strpos(l.line, ',') + 1) AS value
      FROM (SELECT 1 AS side, b.line FROM string_to_table(diff_lines.before, E'\n') AS b (line)
            UNION ALL
            SELECT 2, n.line FROM string_to_table(diff_lines.after, E'\n') AS n (line)) AS l
     WHERE l.line <> ''
       AND diff_lines.before IS DISTINCT FROM diff_lines.after
  ), entry AS (
    SELECT l.key,
           string_agg(l.value, '; ' ORDER BY l.value COLLATE "C") FILTER (WHERE l.side = 1) AS before_value,
           string_agg(l.value, '; ' ORDER BY l.value COLLATE "C") FILTER (WHERE l.side = 2) AS after_value
      FROM line AS l
     GROUP BY l.key
  )
  SELECT e.key, e.before_value, e.after_value
    FROM entry AS e
   WHERE e.before_value IS DISTINCT FROM e.after_value;
END;

COMMENT ON FUNCTION equity_internal.diff_lines(text, text) IS
  'Where two texts behind digests differ: by the first field of their lines, the rest of the lines before and after, NULL when there was none. NULL is a text without lines.';

CREATE FUNCTION equity.digest_text(digest text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT p.content
    FROM equity.digest_source AS p
   WHERE p.digest = digest_text.digest;
END;

COMMENT ON FUNCTION equity.digest_text(text) IS
  'The text behind a digest of an allocation run, from equity.digest_source; NULL when it is not kept.';

CREATE FUNCTION equity_internal.diff_keys(before text, after text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT concat(string_agg(d.key, ', ' ORDER BY d.place) FILTER (WHERE d.place <= 5),
                CASE WHEN count(*) > 5 THEN format(' and %s more', count(*) - 5) END)
    FROM (SELECT l.key, row_number() OVER (ORDER BY length(l.key), l.key COLLATE "C") AS place
            FROM equity_internal.diff_lines(diff_keys.before, diff_keys.after) AS l) AS d;
END;

COMMENT ON FUNCTION equity_internal.diff_keys(text, text) IS
  'The first five keys by which equity_internal.diff_lines finds two texts to differ, and how many more there are.';
-- What keeps a round from opening, told before, and what is amiss once people have applied.

CREATE FUNCTION equity_internal.reserve_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('pool %s reserves %s seats, more than its %s', p.pool_id, sum(v.seats), p.seats)
    FROM equity.seat_pool AS p
    JOIN equity.pool_reserve AS v
      ON v.pool_id = p.pool_id
   WHERE p.round_id = reserve_problems.round_id
   GROUP BY p.pool_id, p.seats
  HAVING sum(v.seats) > p.seats
  UNION ALL
  SELECT format('nobody can belong to the group %s, for which seats are reserved', g.group_code)
    FROM equity.reserve_group AS g
   WHERE g.round_id = reserve_problems.round_id
     AND NOT EXISTS (SELECT FROM equity.need_group AS n WHERE n.group_code = g.group_code)
     AND NOT EXISTS (SELECT FROM equity_internal.fact_group AS f WHERE f.group_code = g.group_code);
END;

COMMENT ON FUNCTION equity_internal.reserve_problems(bigint) IS
  'What is wrong with the reserves of a round, for equity.round_gaps: more reserved seats than seats, groups that nobody can belong to (see equity.pool_reserve).';

CREATE FUNCTION equity_internal.quota_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('programme %s has %s seats, more than its quota of %s', rp.programme_code, sum(p.seats), rp.quota)
    FROM equity.round_programme AS rp
    JOIN equity.seat_pool AS p
      ON p.round_id = rp.round_id
     AND p.programme_code = rp.programme_code
   WHERE rp.round_id = quota_problems.round_id
   GROUP BY rp.programme_code, rp.quota
  HAVING sum(p.seats) > rp.quota;
END;

COMMENT ON FUNCTION equity_internal.quota_problems(bigint) IS
  'Programmes of a round with more seats than their quota, for equity.round_gaps.';

-- Seats and quota change in separate statements of an amendment: only whoever uses them sees both.
CREATE FUNCTION equity_internal.require_quotas(this_round equity.round) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  gaps text;
BEGIN
  SELECT string_agg(g.gap, '; ' ORDER BY g.gap COLLATE "C") INTO gaps
    FROM equity_internal.quota_problems(this_round.round_id) AS g;
  IF gaps IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round %s has more seats than its quotas allow', this_round.round_id),
      DETAIL = format('What is wrong: %s.', gaps),
      HINT = format('Call equity.amend_round(%s, ''who decided, and why'') and change seats or quota in the same transaction.', this_round.round_id);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_quotas(equity.round) IS
  'Error 55000 when a programme of a round has more seats than its quota.';

CREATE FUNCTION equity_internal.cap_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH RECURSIVE rooted (cap_id) AS (
    SELECT c.cap_id
      FROM equity.seat_cap AS c
     WHERE c.round_id = cap_problems.round_id
       AND c.parent_id IS NULL
    UNION
    SELECT c.cap_id
      FROM rooted AS o
      JOIN equity.seat_cap AS c
        ON c.parent_id = o.cap_id
  )
  SELECT format('ceiling %s is above itself, or under one that is', c.cap_code)
    FROM equity.seat_cap AS c
   WHERE c.round_id = cap_problems.round_id
     AND c.cap_id NOT IN (SELECT o.cap_id FROM rooted AS o);
END;

COMMENT ON FUNCTION equity_internal.cap_problems(bigint) IS
  'Ceilings of a round that are not in a tree, for equity.round_gaps.';

CREATE FUNCTION equity_internal.mechanism_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT DISTINCT p.problem
    FROM equity.round AS r
   CROSS JOIN LATERAL equity_internal.round_features(r.round_id) AS t
   CROSS JOIN generate_series(1, 3) AS n
   CROSS JOIN LATERAL equity_internal.policy_problem(r.mechanism, r.tie_break, n = 1 AND t.has_reserves, n = 2 AND t.has_caps, n = 3 AND t.has_floors) AS p (problem)
   WHERE r.round_id = mechanism_problems.round_id
     AND p.problem IS NOT NULL
  UNION ALL
  SELECT format('mechanism serial_dictatorship needs one score an applicant, and there are %s scorecards', count(DISTINCT (rp.card_code, rp.card_version)))
    FROM equity.round AS r
    JOIN equity.round_programme AS rp
      ON rp.round_id = r.round_id
   WHERE r.round_id = mechanism_problems.round_id
     AND r.mechanism = 'serial_dictatorship'
  HAVING count(DISTINCT (rp.card_code, rp.card_version)) > 1;
END;

COMMENT ON FUNCTION equity_internal.mechanism_problems(bigint) IS
  'What the mechanism and the tie break of a round cannot do, for equity.round_gaps.';

--- What equity.seal_scorecard would refuse, and what the facts lack.
CREATE FUNCTION equity_internal.card_problems(card_code text, version integer) RETURNS SETOF text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  chosen equity.scorecard_version;
  card equity.scorecard;
  has_rows boolean;
  detail text;
BEGIN
  SELECT v.* INTO chosen
    FROM equity.scorecard_version AS v
   WHERE v.card_code = card_problems.card_code
     AND v.version = card_problems.version;
  has_rows := EXISTS (SELECT FROM equity.criterion AS c
                       WHERE c.card_code = chosen.card_code AND c.version = chosen.version);
  IF NOT has_rows AND chosen.card IS NULL THEN
    RETURN NEXT 'a scorecard without rules';
    RETURN;
  END IF;

  IF NOT (now() AT TIME ZONE 'Asia/Bangkok')::date BETWEEN coalesce(chosen.valid_from, '-infinity') AND coalesce(chosen.valid_to, 'infinity') THEN
    RETURN NEXT 'a scorecard that is not valid today';
  END IF;
  IF chosen.sealed_at IS NULL THEN
    RETURN QUERY
    SELECT format('a scorecard that is valid on days on which sealed version %s is', o.version)
      FROM equity.scorecard_version AS o
     WHERE o.card_code = chosen.card_code
       AND o.version <> chosen.version
       AND o.sealed_at IS NOT NULL
       AND daterange(o.valid_from, o.valid_to, '[]') && daterange(chosen.valid_from, chosen.valid_to, '[]')
     ORDER BY o.version;
  END IF;

  card := chosen.card;
  BEGIN
    IF chosen.sealed_at IS NULL AND has_rows THEN
      card := equity.card_from_rows(chosen.card_code, chosen.version);
    END IF;
    IF chosen.sealed_at IS NULL THEN
      PERFORM equity_internal.require_same_card(chosen, card, CASE WHEN has_rows THEN 'rows' ELSE 'card' END);
    END IF;
  EXCEPTION
    WHEN data_exception THEN
      GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
      RETURN NEXT 'a scorecard that cannot be sealed: ' || concat_ws('; ', SQLERRM, nullif(rtrim(detail, '.'), ''));
      RETURN;
  END;
  RETURN QUERY
  SELECT format('a scorecard that the facts do not suit: %s%s', 'criterion "' || l.criterion || '": ', l.message)
    FROM equity_internal.lint_for(card, 'equity.application_facts'::regclass) AS l
   WHERE l.severity = 'error';
END;
$$;

COMMENT ON FUNCTION equity_internal.card_problems(text, integer) IS
  'Why a round cannot open with a version of a scorecard, as phrases that follow "has": no rules, not valid today (by the calendar of Thailand), valid on days of another sealed version, in contradiction with itself, or reading what equity.application_facts lacks.';

CREATE FUNCTION equity_internal.count_entries(round_id bigint, OUT entries bigint, OUT without_choices bigint, OUT late bigint)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  SELECT count(*) FILTER (WHERE NOT a.late),
         count(*) FILTER (WHERE NOT a.late AND c.applicant_id IS NULL),
         count(*) FILTER (WHERE a.late)
    INTO entries, without_choices, late
    FROM equity.application AS a
    LEFT JOIN (SELECT DISTINCT n.applicant_id FROM equity.choice AS n WHERE n.round_id = count_entries.round_id) AS c
      ON c.applicant_id = a.applicant_id
   WHERE a.round_id = count_entries.round_id
     AND a.status = 'submitted';
END;
$$;

COMMENT ON FUNCTION equity_internal.count_entries(bigint) IS
  'How many submitted applications take part in a round (equity.entry), how many of these ask for no seat pool, and how many do not take part because they came after closes_at.';

CREATE FUNCTION equity_internal.entry_problems(round_id bigint) RETURNS SETOF text
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT format('nobody who takes part belongs to the group %s, for which %s seats are reserved', v.reserve, sum(v.seats))
    FROM equity.pool_reserve AS v
    JOIN equity.seat_pool AS p
      ON p.pool_id = v.pool_id
   WHERE p.round_id = entry_problems.round_id
     AND v.reserve NOT IN (SELECT m.group_code FROM equity.reserve_member AS m WHERE m.round_id = entry_problems.round_id)
   GROUP BY v.reserve
  HAVING sum(v.seats) > 0
  UNION ALL
  SELECT format('%s who take part claim the group %s, which is not verified', count(*), g.group_code)
    FROM equity.entry AS e
    JOIN equity.applicant_group AS g
      ON g.applicant_id = e.applicant_id
     AND NOT g.verified
    JOIN equity.reserve_group AS r
      ON r.round_id = e.round_id
     AND r.group_code = g.group_code
   WHERE e.round_id = entry_problems.round_id
   GROUP BY g.group_code
  UNION ALL
  SELECT format('%s submitted applications %s', m.entries, m.fate)
    FROM equity_internal.count_entries(entry_problems.round_id) AS e
   CROSS JOIN LATERAL (VALUES (e.without_choices, 'ask for no seat pool'),
                              (e.late, 'came after closes_at and take no part')) AS m (entries, fate)
   WHERE m.entries > 0;
END;

COMMENT ON FUNCTION equity_internal.entry_problems(bigint) IS
  'What those who applied to a round may want to know: reserves to which nobody belongs, groups claimed but not verified, applications without choices, applications that came too late.';

--- shuts: whether equity.open_round refuses because of it.
CREATE FUNCTION equity_internal.round_problems(round_id bigint) RETURNS TABLE (problem text, shuts boolean)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH this_round AS MATERIALIZED (
    SELECT r.round_id, r.status, r.opens_at FROM equity.round AS r WHERE r.round_id = round_problems.round_id
  ), served AS MATERIALIZED (
    SELECT rp.programme_code, rp.card_code, rp.card_version, rp.quota, rp.allows_other_awards, v.version, v.card, t.status
      FROM this_round AS t
      JOIN equity.round_programme AS rp
        ON rp.round_id = t.round_id
      LEFT JOIN equity.scorecard_version AS v
        ON v.card_code = rp.card_code
       AND v.version = rp.card_version
  )
  SELECT 'no programme takes part in it', true
   WHERE NOT EXISTS (SELECT FROM served)
  UNION ALL
  SELECT format('it was announced that it opens at %s', t.opens_at), true
    FROM this_round AS t
   WHERE t.status = 'draft'
     AND t.opens_at > now()
  UNION ALL
  SELECT format('programme %s has no scorecard', s.programme_code), true
    FROM served AS s
   WHERE s.version IS NULL
  UNION ALL
  SELECT format('programme %s has %s', s.programme_code, c.problem), true
    FROM served AS s
   CROSS JOIN LATERAL equity_internal.card_problems(s.card_code, s.version) AS c (problem)
   WHERE s.version IS NOT NULL
     AND s.status = 'draft'
  UNION ALL
  SELECT format('programme %s has no seats', s.programme_code), true
    FROM served AS s
   WHERE NOT EXISTS (SELECT FROM equity.seat_pool AS p
                      WHERE p.round_id = round_problems.round_id
                        AND p.programme_code = s.programme_code
                        AND p.seats > 0)
  UNION ALL
  SELECT g.gap, true FROM equity_internal.quota_problems(round_problems.round_id) AS g
  UNION ALL
  SELECT g.gap, true FROM equity_internal.reserve_problems(round_problems.round_id) AS g
  UNION ALL
  SELECT g.gap, true FROM equity_internal.cap_problems(round_problems.round_id) AS g
  UNION ALL
  SELECT g.gap, true FROM equity_internal.mechanism_problems(round_problems.round_id) AS g
  UNION ALL
  SELECT format('programme %s has a scorecard that does not ask for awards that people hold (equity.round_programme.allows_other_awards says that it need not)', s.programme_code), false
    FROM served AS s
   WHERE NOT s.allows_other_awards
     AND NOT equity.fields(s.card) && ARRAY['awards_active', 'awards_before', 'last_award_year', 'last_award_status']
     AND EXISTS (SELECT FROM equity.award AS w
                  WHERE w.round_id IS DISTINCT FROM round_problems.round_id
                    AND w.status IN ('offered', 'accepted', 'studying'))
  UNION ALL
  SELECT e.problem, false
    FROM this_round AS t
   CROSS JOIN LATERAL equity_internal.entry_problems(t.round_id) AS e (problem)
   WHERE t.status <> 'draft';
END;

COMMENT ON FUNCTION equity_internal.round_problems(bigint) IS
  'What is missing or wrong in a round, and whether it keeps the round from opening.';
-- Opening and closing a round. The seed of the lottery is chosen before the round
-- opens and only its sha256 is published; closing the round reveals the seed. Nobody
-- can then choose a seed that suits somebody.

--- No rows when all is well. Before the round is opened they are what equity.open_round refuses;
--- and, which it only tells, that no scorecard of a programme asks for awards that people hold.
--- Afterwards they are what people who applied may want to know: groups with reserves to which
--- nobody belongs, groups claimed but not verified, applications that ask for nothing.
---
--- Errors: P0002 no such round.
CREATE FUNCTION equity.round_gaps(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT p.problem
    FROM equity_internal.find_round(round_gaps.round_id) AS r
   CROSS JOIN LATERAL equity_internal.round_problems(r.round_id) AS p
   ORDER BY p.shuts DESC, p.problem COLLATE "C";
END;

COMMENT ON FUNCTION equity.round_gaps(bigint) IS
  'What keeps a draft round from opening, or is amiss in one that is open, one row a gap.';

CREATE FUNCTION equity_internal.round_terms(round_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT jsonb_build_object('mechanism', r.mechanism,
                            'tie_break', r.tie_break,
                            'tie_field', r.tie_field,
                            'seed_commitment', r.seed_commitment,
                            'opens_at', to_char(r.opens_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                            'closes_at', to_char(r.closes_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                            'rules', equity_internal.rule_digests(r.round_id))
    FROM equity.round AS r
   WHERE r.round_id = round_terms.round_id;
END;

COMMENT ON FUNCTION equity_internal.round_terms(bigint) IS
  'By what a round is decided, as it is now and as the audit trail keeps it: mechanism, tie break, tie field, commitment, dates in UTC, and the digests of its rules (equity_internal.round_rules).';

--- event_id: as they were announced when that event was appended.
CREATE FUNCTION equity_internal.announced_rules(round_id bigint, event_id bigint DEFAULT NULL) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT e.detail
    FROM equity.audit_event AS e
   WHERE e.round_id = announced_rules.round_id
     AND e.operation IN ('open_round', 'amend_round')
     AND e.detail ? 'rules'
     AND (announced_rules.event_id IS NULL OR e.event_id < announced_rules.event_id)
   ORDER BY e.event_id DESC
   LIMIT 1;
END;

COMMENT ON FUNCTION equity_internal.announced_rules(bigint, bigint) IS
  'equity_internal.round_terms of a round as it was opened or last amended, by the audit trail; NULL when the trail does not say.';

CREATE FUNCTION equity_internal.keep_rule_texts(round_id bigint) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  INSERT INTO equity.digest_source (digest, content)
  SELECT equity.text_digest(r.content), r.content
    FROM equity_internal.round_rules(keep_rule_texts.round_id) AS r
   ORDER BY 1
  ON CONFLICT DO NOTHING;
END;

COMMENT ON FUNCTION equity_internal.keep_rule_texts(bigint) IS
  'Keeps the texts of the rules of a round as they are now (equity.digest_source), so that a change of them can be told.';

--- Seals the scorecards of the round. From then on the rules are fixed (cards, quotas, pools,
--- reserves, ceilings, mechanism, tie_break, tie_field and dates) and change only after
--- equity.amend_round. A second call with the same commitment changes nothing.
---
--- Errors: P0002 no such round; 22023 malformed commitment; 55000 not a draft, or something
--- is missing or wrong (see equity.round_gaps); 22023, 23P01 a scorecard cannot be sealed
--- (see equity.seal_scorecard); 55P03 another operation is at work on the round.
CREATE FUNCTION equity.open_round(round_id bigint, commitment text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
  gaps text;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.open_round(open_round.round_id, open_round.commitment);
    RETURN;
  END IF;
  IF commitment IS NULL OR commitment !~ '^[0-9a-f]{64}$' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'commitment is not a sha256 in 64 lower-case hexadecimal digits',
      DETAIL = format('It has %s characters.', coalesce(length(commitment), 0)),
      HINT = 'Choose a secret seed, keep it, and pass equity.commitment(seed).';
  END IF;

  this_round := equity_internal.lock_round(open_round.round_id);
  IF this_round.status <> 'draft' AND this_round.seed_commitment = commitment THEN
    RAISE NOTICE 'round % is open already: nothing was changed', this_round.round_id;
    RETURN;
  END IF;
  IF this_round.status <> 'draft' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round %s is %s', this_round.round_id, this_round.status),
      DETAIL = 'It was opened with another commitment.',
      HINT = 'A published commitment cannot be changed: make a new round for another seed.';
  END IF;

  SELECT string_agg(p.problem, '; ' ORDER BY p.problem COLLATE "C") INTO gaps
    FROM equity_internal.round_problems(this_round.round_id) AS p
   WHERE p.shuts;
  IF gaps IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round %s is not ready to open', this_round.round_id),
      DETAIL = format('What is missing or wrong: %s.', gaps),
      HINT = format('equity.round_gaps(%s) lists what is missing or wrong in equity.round, equity.round_programme, equity.seat_pool, equity.pool_reserve, equity.seat_cap and the scorecards.', this_round.round_id);
  END IF;
  FOR gaps IN
    SELECT p.problem
      FROM equity_internal.round_problems(this_round.round_id) AS p
     ORDER BY p.problem COLLATE "C"
  LOOP
    RAISE NOTICE 'round %: %', this_round.round_id, gaps;
  END LOOP;

  UPDATE equity.round AS r
     SET status = 'open',
         seed_commitment = open_round.commitment
   WHERE r.round_id = this_round.round_id;
  PERFORM equity_internal.seal_cards(this_round.round_id);
  PERFORM equity_internal.keep_rule_texts(this_round.round_id);
  PERFORM equity.audit_append('open_round', this_round.round_id, NULL, equity_internal.round_terms(this_round.round_id));
END;
$$;

COMMENT ON FUNCTION equity.open_round(bigint, text) IS
  'Opens a draft round for applications and publishes the commitment, the sha256 of the secret lottery seed in 64 hexadecimal digits (see equity.commitment).';

CREATE FUNCTION equity_internal.seal_cards(round_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity.seal_scorecard(v.card_code, v.version)
     FROM (SELECT d.card_code, d.version
             FROM equity.scorecard_version AS d
            WHERE d.sealed_at IS NULL
              AND (d.card_code, d.version) IN (SELECT rp.card_code, rp.card_version
                                                 FROM equity.round_programme AS rp
                                                WHERE rp.round_id = seal_cards.round_id)
            ORDER BY d.card_code COLLATE "C", d.version) AS v;
END;
$$;

COMMENT ON FUNCTION equity_internal.seal_cards(bigint) IS
  'Seals the scorecards of a round with equity.seal_scorecard, so that they cannot change while people apply. Errors: those of equity.seal_scorecard.';

CREATE FUNCTION equity_internal.mark_late(this_round equity.round) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  changed bigint;
BEGIN
  UPDATE equity.application AS a
     SET late = NOT a.late
   WHERE a.round_id = this_round.round_id
     AND a.late IS DISTINCT FROM coalesce(a.status = 'submitted' AND a.late_reason IS NULL AND a.submitted_at > this_round.closes_at, false);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END;
$$;

COMMENT ON FUNCTION equity_internal.mark_late(equity.round) IS
  'Sets equity.application.late of the applications to a round: submitted after its closes_at, and not accepted late. Returns how many it changed.';

CREATE FUNCTION equity_internal.choice_query(round_id bigint) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN format('SELECT c.applicant_id, c.pool_id, c.choice FROM equity.choice AS c'
              ' JOIN equity.entry AS e ON e.applicant_id = c.applicant_id AND e.round_id = c.round_id'
              ' WHERE c.round_id = %1$s AND e.round_id = %1$s', round_id);

COMMENT ON FUNCTION equity_internal.choice_query(bigint) IS
  'The query for who asks for what in a round: each choice of the applications that take part, fully qualified.';

--- Tells in which pool two states differ.
CREATE FUNCTION equity_internal.round_application_pools(round_id bigint) RETURNS TABLE (pool_id bigint, choices bigint, digest text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT p.pool_id, p.lines, p.digest
    FROM equity_internal.choice_pages(equity_internal.choice_query(round_application_pools.round_id)) AS p
   WHERE NOT p.whole;
END;

COMMENT ON FUNCTION equity_internal.round_application_pools(bigint) IS
  'Digest, pool by pool, of who asks for what in a round now: pool, number of choices of applications that take part, and the sha256 in hexadecimal of their lines "applicant_id,choice" in order of applicant_id, each ending with a line feed.';

CREATE FUNCTION equity_internal.choices_digest(round_id bigint, OUT choices numeric, OUT digest text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT p.lines, p.digest
    FROM equity_internal.choice_pages(equity_internal.choice_query(choices_digest.round_id)) AS p
   WHERE p.whole;
END;

COMMENT ON FUNCTION equity_internal.choices_digest(bigint) IS
  'How many choices the applications that take part in a round have, and the digest that equity.round_application_digest describes.';

CREATE FUNCTION equity_internal.application_record(round_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT jsonb_strip_nulls(jsonb_build_object('applications', e.entries,
                                              'without_choices', nullif(e.without_choices, 0),
                                              'late', nullif(e.late, 0),
                                              'choices', d.choices,
                                              'application_digest', d.digest))
    FROM equity_internal.count_entries(application_record.round_id) AS e
   CROSS JOIN equity_internal.choices_digest(application_record.round_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.application_record(bigint) IS
  'What the audit trail keeps of who applied: numbers of applications that take part, of their choices, of those without choices and of those that came late, and the digest that equity.round_application_digest describes.';

--- What people answered plays no part: answers may be corrected, and scoring again is
--- audited.
CREATE FUNCTION equity.round_application_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT d.digest FROM equity_internal.choices_digest(round_application_digest.round_id) AS d;
END;

COMMENT ON FUNCTION equity.round_application_digest(bigint) IS
  'Digest of who asks for what in a round now, in hexadecimal: the sha256 of the lines "pool_id,digest" of equity_internal.round_application_pools in order of pool_id, each ending with a line feed. A pool that nobody asks for has no line.';

CREATE FUNCTION equity_internal.fixed_application_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT e.detail ->> 'application_digest'
    FROM equity.audit_event AS e
   WHERE e.round_id = fixed_application_digest.round_id
     AND e.operation IN ('close_round', 'accept_late', 'amend_round')
     AND e.detail ? 'application_digest'
   ORDER BY e.event_id DESC
   LIMIT 1;
END;

COMMENT ON FUNCTION equity_internal.fixed_application_digest(bigint) IS
  'Digest of the applications and choices of a round (equity.round_application_digest) as they were when it was closed, last amended or last accepted a late one, by the audit trail; NULL when the trail does not say.';

--- A second call with the same seed changes nothing. Before closes_at a round closes only with a
--- reason, as early, which stays in the audit trail. NOTICEs count submitted applications that
--- came after closes_at and do not take part (equity.accept_late), and those that ask for no
--- seat pool.
---
--- Errors: P0002 no such round; 22023 the seed is NULL or does not match; 55000 the round was
--- never opened, or closes_at has not come; 55P03 another operation is at work on the round.
CREATE FUNCTION equity.close_round(round_id bigint, seed text, early text DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
  entered jsonb;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.close_round(close_round.round_id, close_round.seed, close_round.early);
    RETURN;
  END IF;
  this_round := equity_internal.lock_round(close_round.round_id);
  IF this_round.status = 'draft' THEN
    PERFORM equity_internal.require_status(this_round, 'close_round', 'open');
  END IF;
  IF seed IS NULL OR equity.commitment(seed) IS DISTINCT FROM this_round.seed_commitment THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('seed does not match the commitment of round %s', this_round.round_id),
      DETAIL = CASE WHEN seed IS NULL THEN 'The given seed is NULL.'
                    ELSE format('The commitment is %s, that of the given seed is %s.', this_round.seed_commitment, equity.commitment(seed)) END,
      HINT = 'Pass the seed whose equity.commitment(seed) was published when the round was opened.';
  END IF;
  IF this_round.status <> 'open' THEN
    RAISE NOTICE 'round % is closed already: nothing was changed', this_round.round_id;
    RETURN;
  END IF;
  IF this_round.closes_at > clock_timestamp() AND coalesce(btrim(early), '') = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('applications to round %s have not closed', this_round.round_id),
      DETAIL = format('It was announced that they close at %s.', this_round.closes_at),
      HINT = format('Wait, or say who decided it and why: equity.close_round(%s, seed, early => ''reason'').', this_round.round_id);
  END IF;

  PERFORM equity_internal.require_quotas(this_round);
  UPDATE equity.round AS r
     SET status = 'closed',
         seed = close_round.seed
   WHERE r.round_id = this_round.round_id;
  PERFORM equity_internal.mark_late(this_round);
  entered := equity_internal.application_record(this_round.round_id);
  PERFORM equity.audit_append('close_round', this_round.round_id, NULL,
                              jsonb_build_object('seed', seed) || entered
                              || CASE WHEN this_round.closes_at > clock_timestamp() THEN jsonb_build_object('early', early) ELSE '{}' END);
  IF entered ? 'late' THEN
    RAISE NOTICE '% submitted applications to round % came too late and take no part', entered ->> 'late', this_round.round_id
      USING HINT = 'equity.accept_late(application_id, reason) lets one take part.';
  END IF;
  IF entered ? 'without_choices' THEN
    RAISE NOTICE '% applications to round % ask for no seat pool', entered ->> 'without_choices', this_round.round_id;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity.close_round(bigint, text, text) IS
  'Closes an open round and reveals the seed of its lottery, whose sha256 must be the published commitment. Who asks for what is fixed by its digest in the audit trail (equity.round_application_digest); later changes need equity.amend_round.';

--- When others are late than before, runs and scores are of other people: unpublished runs are
--- superseded, and the round must be scored again. The record is empty while the round is open,
--- whose closing takes it, and after publication.
CREATE FUNCTION equity_internal.retake_applications(this_round equity.round) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  changed bigint := equity_internal.mark_late(this_round);
BEGIN
  IF this_round.status IN ('open', 'published') THEN
    RETURN '{}';
  END IF;
  IF changed > 0 THEN
    PERFORM equity_internal.supersede_runs(this_round.round_id);
    UPDATE equity.round AS r SET status = 'closed' WHERE r.round_id = this_round.round_id;
  END IF;
  RETURN equity_internal.application_record(this_round.round_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.retake_applications(equity.round) IS
  'Marks who is late in a round by its closes_at, and returns equity_internal.application_record of those who take part from now on, for the audit trail.';

--- The reason says who decided and why, without personal data. In a round that is closed already
--- the applications as they are at the call count from then on, as with equity.amend_round, and
--- the round must be scored again. An application that is not late, or is accepted already, is
--- left as it is.
---
--- Errors: P0002 no such application; 22023 no reason; 55000 it was not submitted, or the round
--- is draft or published; 55P03 another operation is at work on the round.
CREATE FUNCTION equity.accept_late(application_id bigint, reason text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  late equity.application;
  this_round equity.round;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.accept_late(accept_late.application_id, accept_late.reason);
    RETURN;
  END IF;
  IF coalesce(btrim(reason), '') = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'accepting a late application needs a reason',
      HINT = 'Say who decided it and why, without personal data: the reason stays in the audit trail.';
  END IF;
  SELECT a.* INTO late FROM equity.application AS a WHERE a.application_id = accept_late.application_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('application %s does not exist', coalesce(accept_late.application_id::text, 'NULL')),
      HINT = 'The ids are in equity.application.';
  END IF;
  this_round := equity_internal.lock_round(late.round_id);
  PERFORM equity_internal.require_status(this_round, 'accept_late', 'open', 'closed', 'scored', 'allocated', 'verified');
  IF late.status <> 'submitted' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('application %s is %s', late.application_id, late.status),
      HINT = 'Only a submitted application can be accepted.';
  END IF;

  IF late.late_reason IS NOT NULL OR late.submitted_at <= this_round.closes_at OR this_round.closes_at IS NULL THEN
    RAISE NOTICE 'application % is %: nothing was changed', late.application_id,
      CASE WHEN late.late_reason IS NULL THEN 'not late' ELSE 'accepted already' END;
    RETURN;
  END IF;

  PERFORM equity_internal.mark_late(this_round);
  UPDATE equity.application AS a
     SET late_reason = accept_late.reason
   WHERE a.application_id = late.application_id;
  PERFORM equity.audit_append('accept_late', this_round.round_id, NULL,
                              jsonb_build_object('application_id', late.application_id, 'reason', reason)
                              || equity_internal.retake_applications(this_round));
END;
$$;

COMMENT ON FUNCTION equity.accept_late(bigint, text) IS
  'Lets an application take part that was submitted after its round''s closes_at, and leaves the reason in the audit trail.';

--- The note says who decided and why, without personal data. What follows in the same
--- transaction may change the rules of the round (equity.round_programme, seat_pool,
--- pool_reserve, seat_cap; mechanism, tie_break, tie_field and dates of equity.round), and each
--- statement that does leaves before and after in the audit trail. In a round that is closed
--- the applications and choices as they are at the call count from then on, after a late
--- withdrawal or a decision by hand; until then verification finds applications_changed.
--- Score and allocate again afterwards. After publication only pools, reserves, ceilings and
--- quotas can change, for the next refill, and no pool gets fewer seats than were given.
---
--- Errors: P0002 no such round; 22023 no note; 55000 not opened yet; 55P03 another operation is
--- at work on the round.
CREATE FUNCTION equity.amend_round(round_id bigint, note text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.amend_round(amend_round.round_id, amend_round.note);
    RETURN;
  END IF;
  IF coalesce(btrim(note), '') = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'amending a round needs a note',
      HINT = 'Say who decided it and why, without personal data: the note stays in the audit trail.';
  END IF;

  this_round := equity_internal.lock_round(amend_round.round_id);
  PERFORM equity_internal.require_status(this_round, 'amend_round', 'open', 'closed', 'scored', 'allocated', 'verified', 'published');
  PERFORM equity.audit_append('amend_round', this_round.round_id, NULL,
                              jsonb_build_object('note', note, 'transaction', pg_current_xact_id()::text)
                              || equity_internal.retake_applications(this_round));
END;
$$;

COMMENT ON FUNCTION equity.amend_round(bigint, text) IS
  'Opens the rules of a round that is no draft to changes in the rest of the transaction, and takes its applications as they are now for those that count; the note stays in the audit trail for everybody to see.';
-- Next year's round from one that there is: what was announced, without what happened.

CREATE FUNCTION equity_internal.require_new_code(new_code text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF coalesce(btrim(new_code), '') = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'a round needs a code',
      HINT = 'Give the new round a code that no round has, for example 2567/1.';
  END IF;
  IF EXISTS (SELECT FROM equity.round AS r WHERE r.round_code = new_code) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'unique_violation',
      MESSAGE = format('round "%s" exists already', equity_internal.excerpt(new_code)),
      HINT = 'The codes are in equity.round.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_new_code(text) IS
  'Errors 22023 for a blank code, 23505 for one that a round has.';

-- The call after the last of that year; the dates as many years later as the rounds are apart.
CREATE FUNCTION equity_internal.copy_round_row(source equity.round, new_code text, academic_year integer) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  INSERT INTO equity.round (round_code, academic_year, call_number, name_th, name_en, opens_at, closes_at, offer_days, mechanism, tie_break, tie_field)
  SELECT new_code, copy_round_row.academic_year,
         (SELECT coalesce(max(r.call_number), 0) + 1 FROM equity.round AS r WHERE r.academic_year = copy_round_row.academic_year),
         source.name_th, source.name_en,
         CASE WHEN s.years > 0 THEN source.opens_at + s.years * interval '1 year' END,
         CASE WHEN s.years > 0 THEN source.closes_at + s.years * interval '1 year' END,
         source.offer_days, source.mechanism, source.tie_break, source.tie_field
    FROM (SELECT copy_round_row.academic_year - source.academic_year AS years) AS s
  RETURNING round_id;
END;

COMMENT ON FUNCTION equity_internal.copy_round_row(equity.round, text, integer) IS
  'The row of a draft round with the terms of another, without seed and results.';

-- Ids are drawn beforehand, so that what points to a ceiling or a pool can be written in one go.
CREATE FUNCTION equity_internal.copy_seats(from_id bigint, to_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  caps jsonb := (SELECT coalesce(jsonb_object_agg(c.cap_id, nextval('equity.seat_cap_cap_id_seq')), '{}')
                   FROM equity.seat_cap AS c
                  WHERE c.round_id = from_id);
  pools jsonb := (SELECT coalesce(jsonb_object_agg(p.pool_id, nextval('equity.seat_pool_pool_id_seq')), '{}')
                    FROM equity.seat_pool AS p
                   WHERE p.round_id = from_id);
BEGIN
  INSERT INTO equity.seat_cap
  SELECT n.*
    FROM equity.seat_cap AS c
   CROSS JOIN LATERAL jsonb_populate_record(c, jsonb_build_object('round_id', to_id, 'cap_id', caps -> c.cap_id::text,
                                                                  'parent_id', caps -> c.parent_id::text)) AS n
   WHERE c.round_id = from_id;
  INSERT INTO equity.seat_pool
  SELECT n.*
    FROM equity.seat_pool AS p
   CROSS JOIN LATERAL jsonb_populate_record(p, jsonb_build_object('round_id', to_id, 'pool_id', pools -> p.pool_id::text,
                                                                  'cap_id', caps -> p.cap_id::text)) AS n
   WHERE p.round_id = from_id;
  INSERT INTO equity.pool_reserve
  SELECT n.*
    FROM equity.pool_reserve AS v
    JOIN equity.seat_pool AS p ON p.pool_id = v.pool_id AND p.round_id = from_id
   CROSS JOIN LATERAL jsonb_populate_record(v, jsonb_build_object('pool_id', pools -> v.pool_id::text)) AS n;
END;
$$;

COMMENT ON FUNCTION equity_internal.copy_seats(bigint, bigint) IS
  'Copies ceilings, pools and reserves of a round to another, each with a number of its own.';

--- What comes along: names, days of an offer, mechanism, tie break and tie field; programmes with their quotas and the
--- cards as assigned; the limits of projects (`equity.seat_rule`), ceilings, pools and reserves. The dates are as many years later as
--- the academic year is; in the same year there are none. The call is the next of its year. There is no seed, no application and no result.
---
--- A card may not be valid any more on the new dates, and its `as_of` is that of the old round: `equity.copy_scorecard` makes the next version, and
--- `equity.round_gaps` tells what is amiss.
---
--- Errors: P0002 no such round; 22023 a blank code, or a year that is none of the Buddhist era or is earlier than that of the round;
--- 23505 a round has this code.
CREATE FUNCTION equity.copy_round(round_id bigint, new_code text, academic_year integer) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  source equity.round;
  new_id bigint;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.copy_round(copy_round.round_id, copy_round.new_code, copy_round.academic_year);
  END IF;
  source := equity_internal.find_round(copy_round.round_id);
  PERFORM equity_internal.require_new_code(new_code);
  IF copy_round.academic_year BETWEEN source.academic_year AND 2700 IS NOT TRUE THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('academic year %s cannot follow that of round %s', coalesce(copy_round.academic_year::text, 'NULL'), source.round_id),
      DETAIL = format('The round is of academic year %s.', source.academic_year),
      HINT = 'Academic years are of the Buddhist era, at most 2700.';
  END IF;

  new_id := equity_internal.copy_round_row(source, new_code, copy_round.academic_year);
  INSERT INTO equity.round_programme
  SELECT n.*
    FROM equity.round_programme AS p
   CROSS JOIN LATERAL jsonb_populate_record(p, jsonb_build_object('round_id', new_id)) AS n
   WHERE p.round_id = source.round_id;
  INSERT INTO equity.seat_rule
  SELECT n.*
    FROM equity.seat_rule AS s
   CROSS JOIN LATERAL jsonb_populate_record(s, jsonb_build_object('round_id', new_id)) AS n
   WHERE s.round_id = source.round_id;
  PERFORM equity_internal.copy_seats(source.round_id, new_id);
  PERFORM equity.audit_append('copy_round', new_id, NULL, jsonb_build_object('from_round_id', source.round_id));
  RETURN new_id;
END;
$$;

COMMENT ON FUNCTION equity.copy_round(bigint, text, integer) IS
  'Makes a draft round for another academic year, with the rules and seats of a round that there is, and returns its round_id.';
-- From its opening on the rules of a round are fixed: what equity_internal.round_rules lists and, of the round
-- itself, mechanism, tie_break, tie_field, opens_at and closes_at. The audit trail has them. Whoever
-- changes one of them in the same transaction after equity.amend_round leaves before and after in the
-- trail, and every other change is refused. The permission is the event of equity.amend_round itself, so it
-- cannot be had without leaving a note for everybody to see, and it ends with the transaction.
--
-- The triggers have the rights of the owner: whoever may change a rule leaves it in the audit trail, and needs no right
-- to write there, where a forged event would change what was announced.

CREATE FUNCTION equity_internal.is_amending(round_id bigint) RETURNS boolean
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM equity.audit_event AS e
                  WHERE e.round_id = is_amending.round_id
                    AND e.operation = 'amend_round'
                    AND e.detail ->> 'transaction' = pg_current_xact_id()::text
                    AND e.at >= now());
END;

COMMENT ON FUNCTION equity_internal.is_amending(bigint) IS
  'Whether equity.amend_round was called for a round in this transaction.';

CREATE FUNCTION equity_internal.refuse_rule_change(this_round equity.round, rules text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('the rules of round "%s" are fixed', this_round.round_code),
    DETAIL = format('The round is %s, and this would change what was announced: %s.', this_round.status, rules),
    HINT = format('Call equity.amend_round(%s, ''who decided, and why'') first, in the same transaction.', this_round.round_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_rule_change(equity.round, text) IS
  'Error 55000 that names what was to change.';

CREATE FUNCTION equity_internal.rule_changes(round_id bigint) RETURNS TABLE (rule text, key text, before_value text, after_value text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH terms AS MATERIALIZED (
    SELECT equity_internal.announced_rules(rule_changes.round_id) AS announced,
           equity_internal.round_terms(rule_changes.round_id) AS present
  )
  SELECT coalesce(b.rule, n.rule), NULL, b.value, n.value
    FROM (SELECT e.key, e.value FROM terms AS t CROSS JOIN LATERAL jsonb_each_text(t.present - 'rules') AS e) AS n (rule, value)
    FULL JOIN (SELECT e.key, e.value
                 FROM terms AS t
                CROSS JOIN LATERAL jsonb_each_text(t.announced) AS e
                WHERE t.present - 'rules' ? e.key) AS b (rule, value)
      ON b.rule = n.rule
   WHERE b.value IS DISTINCT FROM n.value
  UNION ALL
  SELECT r.input, d.key, d.before_value, d.after_value
    FROM terms AS t
   CROSS JOIN LATERAL equity_internal.round_rules(rule_changes.round_id) AS r
   CROSS JOIN LATERAL equity_internal.diff_lines(equity.digest_text(t.announced #>> ARRAY['rules', r.input]), r.content) AS d
   WHERE t.announced #>> ARRAY['rules', r.input] IS DISTINCT FROM t.present #>> ARRAY['rules', r.input];
END;

COMMENT ON FUNCTION equity_internal.rule_changes(bigint) IS
  'Where the rules of a round are no longer those that the audit trail has: which rule, which line of it (pool, ceiling, programme), and its value before and after.';

--- After publication only seats, reserves, ceilings and quotas may change, for the next refill,
--- and no pool gets fewer seats than the published run has given.
CREATE FUNCTION equity_internal.require_change_after_publication(this_round equity.round) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  wrong text;
BEGIN
  SELECT string_agg(DISTINCT c.rule, ', ') INTO wrong
    FROM equity_internal.rule_changes(this_round.round_id) AS c
   WHERE c.rule NOT IN ('pools', 'reserves', 'caps', 'quotas');
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the awards of round "%s" are published', this_round.round_code),
      DETAIL = format('This would change by what they were given: %s.', wrong),
      HINT = 'After publication only pools, reserves, ceilings and quotas may change, for the next refill.';
  END IF;

  SELECT string_agg(format('pool %s has %s and would have %s seats', p.pool_id, p.holders, p.seats), ', ' ORDER BY p.pool_id) INTO wrong
    FROM (SELECT c.key::bigint AS pool_id,
                 coalesce(split_part(c.after_value, ',', 1), '0')::integer AS seats,
                 (SELECT count(*)
                    FROM equity.placement AS t
                   WHERE t.run_id = this_round.published_run_id
                     AND t.pool_id = c.key::bigint) AS holders
            FROM equity_internal.rule_changes(this_round.round_id) AS c
           WHERE c.rule = 'pools'
             AND coalesce(split_part(c.after_value, ',', 1), '0')::integer < coalesce(split_part(c.before_value, ',', 1), '0')::integer) AS p
   WHERE p.seats < p.holders;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round "%s" has given more seats than this would leave', this_round.round_code),
      DETAIL = format('By its published run %s: %s.', this_round.published_run_id, wrong),
      HINT = 'Seats that were declined come free with equity.refill_round.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_change_after_publication(equity.round) IS
  'Error 55000 when the change of a published round touches more than its seats, or takes seats that were given.';

CREATE FUNCTION equity_internal.record_rule_change(this_round equity.round, closing_moved boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF NOT equity_internal.is_amending(this_round.round_id) THEN
    PERFORM equity_internal.refuse_rule_change(this_round, string_agg(DISTINCT c.rule, ', '))
       FROM equity_internal.rule_changes(this_round.round_id) AS c;
  END IF;
  IF this_round.status = 'published' THEN
    PERFORM equity_internal.require_change_after_publication(this_round);
  END IF;
  PERFORM equity_internal.seal_cards(this_round.round_id);
  PERFORM equity.audit_append('amend_round', this_round.round_id, NULL,
                              equity_internal.round_terms(this_round.round_id)
                              || jsonb_build_object('changes', jsonb_agg(jsonb_build_object('rule', c.rule, 'key', c.key,
                                                                                            'before', c.before_value, 'after', c.after_value)
                                                                         ORDER BY c.rule COLLATE "C", c.key COLLATE "C"))
                              || CASE WHEN closing_moved THEN equity_internal.retake_applications(this_round) ELSE '{}' END)
     FROM equity_internal.rule_changes(this_round.round_id) AS c;
  PERFORM equity_internal.keep_rule_texts(this_round.round_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.record_rule_change(equity.round, boolean) IS
  'Leaves what a statement has changed in the audit trail, in a transaction that amends the round; otherwise error 55000. When closes_at has moved, others may be late: the applications are taken anew (equity_internal.retake_applications).';

CREATE FUNCTION equity_internal.round_of(line jsonb) RETURNS bigint
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce((line ->> 'round_id')::bigint,
                  (SELECT p.round_id FROM equity.seat_pool AS p WHERE p.pool_id = (line ->> 'pool_id')::bigint));
END;

COMMENT ON FUNCTION equity_internal.round_of(jsonb) IS
  'The round of a row of equity.round_programme, seat_pool, seat_cap or pool_reserve.';

CREATE FUNCTION equity_internal.keep_rules() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  touched bigint[];
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN
      IF equity_internal.is_restoring() THEN
        RETURN NULL;
      END IF;
      SELECT array_agg(DISTINCT equity_internal.round_of(to_jsonb(n))) INTO touched FROM new_rows AS n;
    WHEN 'DELETE' THEN
      SELECT array_agg(DISTINCT equity_internal.round_of(to_jsonb(o))) INTO touched FROM old_rows AS o;
    WHEN 'UPDATE' THEN
      SELECT array_agg(DISTINCT equity_internal.round_of(c.line)) INTO touched
        FROM (SELECT to_jsonb(n) FROM new_rows AS n UNION ALL SELECT to_jsonb(o) FROM old_rows AS o) AS c (line);
    ELSE
      touched := ARRAY(SELECT r.round_id FROM equity.round AS r WHERE r.status <> 'draft');
  END CASE;

  PERFORM equity_internal.record_rule_change(r)
     FROM (SELECT r.*
             FROM equity.round AS r
            WHERE r.round_id = ANY (touched)
              AND r.status <> 'draft'
            ORDER BY r.round_id) AS r
    CROSS JOIN LATERAL equity_internal.announced_rules(r.round_id) AS announced
    WHERE announced -> 'rules' IS DISTINCT FROM equity_internal.rule_digests(r.round_id)
      AND NOT (TG_OP = 'INSERT' AND announced IS NULL);    -- nobody has opened it by equity.open_round
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_rules() IS
  'Trigger of equity.round_programme, seat_pool, seat_cap and pool_reserve: the rules of a round that is not draft change only after equity.amend_round in the same transaction, else 55000. A restored dump is taken as it is.';

CREATE TRIGGER round_programme_inserted
  AFTER INSERT ON equity.round_programme
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER round_programme_updated
  AFTER UPDATE ON equity.round_programme
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER round_programme_deleted
  AFTER DELETE ON equity.round_programme
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_pool_inserted
  AFTER INSERT ON equity.seat_pool
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_pool_updated
  AFTER UPDATE ON equity.seat_pool
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_pool_deleted
  AFTER DELETE ON equity.seat_pool
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_cap_inserted
  AFTER INSERT ON equity.seat_cap
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_cap_updated
  AFTER UPDATE ON equity.seat_cap
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_cap_deleted
  AFTER DELETE ON equity.seat_cap
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER pool_reserve_inserted
  AFTER INSERT ON equity.pool_reserve
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER pool_reserve_updated
  AFTER UPDATE ON equity.pool_reserve
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER pool_reserve_deleted
  AFTER DELETE ON equity.pool_reserve
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER pool_reserve_truncated
  AFTER TRUNCATE ON equity.pool_reserve
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE FUNCTION equity_internal.keep_round() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF NEW.seed_commitment IS DISTINCT FROM OLD.seed_commitment
     OR OLD.seed IS NOT NULL AND NEW.seed IS DISTINCT FROM OLD.seed
     OR NEW.status = 'draft'
  THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the seed of round "%s" is fixed', OLD.round_code),
      DETAIL = format('The round is %s: its commitment and a seed that is known were announced, and it is no draft again.', OLD.status),
      HINT = 'Make a new round for another seed.';
  END IF;
  IF (NEW.mechanism, NEW.tie_break, NEW.tie_field, NEW.opens_at, NEW.closes_at)
     IS DISTINCT FROM (OLD.mechanism, OLD.tie_break, OLD.tie_field, OLD.opens_at, OLD.closes_at)
  THEN
    PERFORM equity_internal.record_rule_change(NEW, NEW.closes_at IS DISTINCT FROM OLD.closes_at);
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_round() IS
  'Trigger of equity.round: once a round is not draft it keeps its commitment, its seed only becomes known, it does not become draft again, and its rules and dates change only after equity.amend_round in the same transaction; else 55000.';

CREATE TRIGGER round_rules_fixed
  AFTER UPDATE ON equity.round
  FOR EACH ROW WHEN (OLD.status <> 'draft')
  EXECUTE FUNCTION equity_internal.keep_round();
-- What can be loaded: kinds of rows, their fields, and how a cell is read. A kind is added here, by a row of
-- import_kind and one of import_field for each of its fields; 27 to 29 go by these rows. What a kind does
-- beyond reading, comparing and writing the columns of its table stands in equity_internal.judge_kind and
-- equity_internal.write_kind.

-- The key of a row in its table. A kind that finds its person has applicant_id in it.
CREATE VIEW equity_internal.import_kind (kind, target, key_columns) WITH (security_invoker = true) AS
  VALUES ('institution', 'institution', ARRAY['institution_code']),
         ('applicant', 'applicant', ARRAY['applicant_id']),
         ('application', 'application', ARRAY['applicant_id', 'round_id']),
         ('household_member', 'household_member', ARRAY['applicant_id', 'round_id', 'member_number']),
         ('choice', 'choice', ARRAY['applicant_id', 'round_id', 'choice']),
         ('applicant_group', 'applicant_group', ARRAY['applicant_id', 'group_code']);

COMMENT ON VIEW equity_internal.import_kind IS 'Kinds of rows that equity.load_rows loads.';
COMMENT ON COLUMN equity_internal.import_kind.kind IS 'The kind.';
COMMENT ON COLUMN equity_internal.import_kind.target IS 'The table of schema equity that its rows go to.';
COMMENT ON COLUMN equity_internal.import_kind.key_columns IS 'The columns of that table that tell one row from another.';

-- In an expression %1$s is the cell: a text in normal form, which is not NULL; %2$L is the words of the field as a JSON object.
-- A cell that is read as NULL is wrong, for the reason given. plain is for a column of the source that has the type already.
CREATE VIEW equity_internal.import_reader (reader, type, expression, plain, reason_code) WITH (security_invoker = true) AS
  VALUES ('text', 'text', '%1$s', '%1$s', NULL),
         ('identity', 'text', 'CASE WHEN equity.citizen_id_valid(%1$s) THEN equity.citizen_id_normal(%1$s) ELSE equity.g_code_normal(%1$s) END', NULL, 'ROW_IDENTITY'),
         ('g_code', 'text', 'equity.g_code_normal(%1$s)', NULL, 'ROW_G_CODE'),
         ('passport', 'text', $$substring(upper(translate(%1$s, ' -', '')) FROM '^[A-Z0-9]{3,20}$')$$, NULL, 'ROW_PASSPORT'),
         ('date', 'date', 'equity.try_date_be(%1$s)',
          $$CASE WHEN %1$s::timestamp BETWEEN '1857-01-01' AND '2157-12-31' THEN %1$s::date END$$, 'ROW_DATE'),
         ('moment', 'timestamptz', 'equity_internal.read_moment(%1$s)',
          $$CASE WHEN isfinite(%1$s::timestamptz) THEN %1$s::timestamptz END$$, 'ROW_DATE'),
         ('amount', 'numeric', 'equity_internal.read_number(%1$s, 0, 9999999999.99, 2)', NULL, 'ROW_AMOUNT'),
         ('land', 'numeric', 'equity_internal.read_number(%1$s, 0, 999999.99, 2)', NULL, 'ROW_AMOUNT'),
         ('gpa', 'numeric', 'equity_internal.read_number(%1$s, 0, 4, 2)', NULL, 'ROW_GPA'),
         ('count', 'numeric', 'equity_internal.read_number(%1$s, 1, 32767, 0)', NULL, 'ROW_COUNT'),
         ('count0', 'numeric', 'equity_internal.read_number(%1$s, 0, 32767, 0)', NULL, 'ROW_COUNT'),
         ('year', 'numeric', $$equity_internal.read_number(regexp_replace(%1$s, '^(ปี )?(พ[.]ศ[.])? ?', ''), 2400, 2700, 0)$$, NULL, 'ROW_YEAR'),
         ('boolean', 'boolean', 'equity.try_boolean(%1$s)', NULL, 'ROW_YES_NO'),
         ('province', 'text', 'equity.province_code_of(%1$s)', NULL, 'ROW_PROVINCE'),
         ('institution_code', 'text', $$substring(translate(%1$s, ' -', '') FROM '^[0-9]{10}$')$$, NULL, 'ROW_INSTITUTION_CODE'),
         ('word', 'text', '%2$L::jsonb ->> lower(%1$s)', NULL, 'ROW_WORD'),
         ('round', 'bigint', '(%2$L::jsonb ->> lower(%1$s))::bigint', NULL, 'ROW_ROUND'),
         ('group', 'text', '%2$L::jsonb ->> lower(%1$s)', NULL, 'ROW_GROUP'),
         ('answer', 'jsonb', 'equity_internal.read_answer(%1$s)', NULL, NULL);

COMMENT ON VIEW equity_internal.import_reader IS 'How a cell is read.';
COMMENT ON COLUMN equity_internal.import_reader.reader IS 'Name of the reader.';
COMMENT ON COLUMN equity_internal.import_reader.type IS 'Type of what it reads.';
COMMENT ON COLUMN equity_internal.import_reader.expression IS 'SQL that reads it, for format().';
COMMENT ON COLUMN equity_internal.import_reader.plain IS 'SQL that reads a date or time of the source; NULL where the expression does.';
COMMENT ON COLUMN equity_internal.import_reader.reason_code IS 'What is wrong with a cell that cannot be read; NULL where every cell can.';

-- role: person (who it is), key, required, kept (a blank leaves what is there), optional (a blank empties it), and
-- line, source, name, choice, answer, which have ways of their own.
-- fallback: what a new row has where nothing is given, over the row as r.
-- mask: id, shown (a code), shape, name, hidden (sensitive).
CREATE VIEW equity_internal.import_field (kind, field, column_name, reader, words, target, role, fallback, mask) WITH (security_invoker = true) AS
  SELECT k.kind, 'line', 'line', 'text', NULL, NULL, 'line', NULL, 'shown'
    FROM equity_internal.import_kind AS k
  UNION ALL
  SELECT k.kind, f.*
    FROM equity_internal.import_kind AS k
   CROSS JOIN (VALUES ('citizen_id', 'citizen_id', 'identity', NULL, NULL, 'person', NULL, 'id'),
                      ('g_code', 'g_code', 'g_code', NULL, NULL, 'person', NULL, 'id'),
                      ('passport', 'passport', 'passport', NULL, NULL, 'person', NULL, 'id'),
                      ('applicant_key', 'applicant_key', 'text', NULL, NULL, 'person', NULL, 'shape'),
                      ('source', 'source', 'text', NULL, NULL, 'source', NULL, 'shape')) AS f
   WHERE 'applicant_id' = ANY (k.key_columns)
     AND NOT (k.kind = 'applicant' AND f.column1 = 'applicant_key')
  UNION ALL
  SELECT k.kind, 'round', 'round_id', 'round', 'round', k.target, 'key', NULL, 'shown'
    FROM equity_internal.import_kind AS k
   WHERE 'round_id' = ANY (k.key_columns)
  UNION ALL
  VALUES ('institution', 'institution_code', 'institution_code', 'institution_code', NULL, 'institution', 'key', NULL, 'shown'),
         ('institution', 'name_th', 'name_th', 'text', NULL, 'institution', 'required', NULL, 'shape'),
         ('institution', 'name_en', 'name_en', 'text', NULL, 'institution', 'optional', NULL, 'shape'),
         ('institution', 'province_code', 'province_code', 'province', NULL, 'institution', 'required', NULL, 'shown'),
         ('institution', 'kind', 'kind', 'word', 'institution_kind', 'institution', 'required', NULL, 'shown'),
         ('institution', 'ownership', 'ownership', 'word', 'ownership', 'institution', 'required', NULL, 'shown'),
         ('institution', 'affiliation', 'affiliation', 'word', 'affiliation', 'institution', 'required', NULL, 'shown'),

         ('applicant', 'source_key', 'source_key', 'text', NULL, 'applicant', 'kept', NULL, 'shape'),
         ('applicant', 'full_name', 'full_name', 'text', NULL, NULL, 'name', NULL, 'name'),
         ('applicant', 'title', 'title', 'text', NULL, NULL, 'name', NULL, 'name'),
         ('applicant', 'given_name', 'given_name', 'text', NULL, NULL, 'name', NULL, 'name'),
         ('applicant', 'family_name', 'family_name', 'text', NULL, NULL, 'name', NULL, 'name'),
         ('applicant', 'birth_date', 'birth_date', 'date', NULL, 'applicant', 'optional', NULL, 'shape'),
         ('applicant', 'sex', 'sex', 'word', 'sex', 'applicant', 'optional', NULL, 'shape'),
         ('applicant', 'province_code', 'province_code', 'province', NULL, 'applicant', 'optional', NULL, 'shape'),

         ('application', 'source_key', 'source_key', 'text', NULL, 'application', 'kept', NULL, 'shape'),
         ('application', 'status', 'status', 'word', 'application_status', 'application', 'kept',
          $$CASE WHEN r.submitted_at IS NULL THEN 'draft' ELSE 'submitted' END$$, 'shown'),
         ('application', 'submitted_at', 'submitted_at', 'moment', NULL, 'application', 'kept', NULL, 'shape'),
         ('application', 'education_level', 'education_level', 'text', NULL, 'application', 'optional', NULL, 'shown'),
         ('application', 'gpa', 'gpa', 'gpa', NULL, 'application', 'optional', NULL, 'shape'),
         ('application', 'graduated_year', 'graduated_year', 'year', NULL, 'application', 'optional', NULL, 'shape'),
         ('application', 'welfare_card', 'welfare_card', 'boolean', NULL, 'application', 'optional', NULL, 'shape'),
         ('application', 'disability_registered', 'disability_registered', 'boolean', NULL, 'application', 'optional', NULL, 'hidden'),
         ('application', 'verified_need', 'verified_need', 'boolean', NULL, 'application', 'optional', NULL, 'shape'),
         ('application', 'answers.*', 'answers', 'answer', NULL, 'application', 'answer', NULL, 'hidden'),
         ('application', 'household_size', 'household_size', 'count', NULL, 'household', 'optional', NULL, 'shape'),
         ('application', 'monthly_income', 'monthly_income', 'amount', NULL, 'household', 'optional', NULL, 'shape'),
         ('application', 'tenure', 'tenure', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'floor', 'floor', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'wall', 'wall', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'roof', 'roof', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'toilet', 'toilet', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'drinking_water', 'drinking_water', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'electricity', 'electricity', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'farm_land_rai', 'farm_land_rai', 'land', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'vehicles', 'vehicles', 'count0', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'refrigerator', 'refrigerator', 'boolean', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'air_conditioner', 'air_conditioner', 'boolean', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'washing_machine', 'washing_machine', 'boolean', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'television', 'television', 'boolean', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'computer', 'computer', 'boolean', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'choice#', 'choices', 'text', NULL, NULL, 'choice', NULL, 'shown'),

         ('household_member', 'member_number', 'member_number', 'count', NULL, 'household_member', 'key', NULL, 'shown'),
         ('household_member', 'relation', 'relation', 'word', 'relation', 'household_member', 'optional', NULL, 'shape'),
         ('household_member', 'birth_year', 'birth_year', 'year', NULL, 'household_member', 'optional', NULL, 'shape'),
         ('household_member', 'monthly_income', 'monthly_income', 'amount', NULL, 'household_member', 'optional', NULL, 'shape'),
         ('household_member', 'disabled', 'disabled', 'boolean', NULL, 'household_member', 'optional', NULL, 'hidden'),
         ('household_member', 'chronically_ill', 'chronically_ill', 'boolean', NULL, 'household_member', 'optional', NULL, 'hidden'),
         ('household_member', 'elderly', 'elderly', 'boolean', NULL, 'household_member', 'optional', NULL, 'shape'),
         ('household_member', 'without_income', 'without_income', 'boolean', NULL, 'household_member', 'optional', NULL, 'shape'),

         ('choice', 'choice', 'choice', 'count', NULL, 'choice', 'key', NULL, 'shown'),
         ('choice', 'pool', 'pool_id', 'text', NULL, 'choice', 'required', NULL, 'shown'),

         ('applicant_group', 'group_code', 'group_code', 'group', 'group', 'applicant_group', 'key', NULL, 'hidden'),
         ('applicant_group', 'verified', 'verified', 'boolean', NULL, 'applicant_group', 'kept', 'false', 'shape'),
         ('applicant_group', 'verified_by', 'verified_by', 'text', NULL, 'applicant_group', 'optional', NULL, 'shape'),
         ('applicant_group', 'evidence', 'evidence', 'text', NULL, 'applicant_group', 'optional', NULL, 'hidden');

COMMENT ON VIEW equity_internal.import_field IS 'Fields of the kinds of rows that equity.load_rows loads.';
COMMENT ON COLUMN equity_internal.import_field.kind IS 'The kind.';
COMMENT ON COLUMN equity_internal.import_field.field IS 'Name of the field: that of a column of the source. # stands for a number, * for a name.';
COMMENT ON COLUMN equity_internal.import_field.column_name IS 'The column of the table that it goes to.';
COMMENT ON COLUMN equity_internal.import_field.reader IS 'How its cells are read (equity_internal.import_reader).';
COMMENT ON COLUMN equity_internal.import_field.words IS 'The words that it may have (equity_internal.import_words); NULL where it is not one of a list.';
COMMENT ON COLUMN equity_internal.import_field.target IS 'The table that it goes to; NULL where the kind has its own way.';
COMMENT ON COLUMN equity_internal.import_field.role IS 'What it is to the row: line, person, key, required, kept, optional, source, name, choice or answer.';
COMMENT ON COLUMN equity_internal.import_field.fallback IS 'SQL of what a new row has when nothing is given, over the row as r; NULL for nothing.';
COMMENT ON COLUMN equity_internal.import_field.mask IS 'How a value is masked in equity.import_reject: id, shown, shape, name or hidden.';

CREATE VIEW equity_internal.import_word (words, word, code) WITH (security_invoker = true) AS
  SELECT w.words, s.word, w.code
    FROM (VALUES
      ('sex', 'female', ARRAY['female', 'f', 'หญิง', 'ญ', 'ญ.', 'เพศหญิง', 'ด.ญ.', 'น.ส.', 'นางสาว', 'นาง']),
      ('sex', 'male', ARRAY['male', 'm', 'ชาย', 'ช', 'ช.', 'เพศชาย', 'ด.ช.', 'นาย']),
      ('sex', 'other', ARRAY['other', 'อื่นๆ', 'อื่น ๆ']),
      ('institution_kind', 'general', ARRAY['general', 'ทั่วไป', 'สถานศึกษาทั่วไป']),
      ('institution_kind', 'innovation', ARRAY['innovation', 'นวัตกรรม', 'สถานศึกษานวัตกรรม']),
      ('institution_kind', 'institute', ARRAY['institute', 'สถาบัน', 'สถาบันการอาชีวศึกษา']),
      ('ownership', 'state', ARRAY['state', 'รัฐ', 'รัฐบาล', 'ภาครัฐ', 'ของรัฐ']),
      ('ownership', 'private', ARRAY['private', 'เอกชน', 'ภาคเอกชน']),
      ('affiliation', 'ovec', ARRAY['ovec', 'สอศ.', 'สอศ', 'สำนักงานคณะกรรมการการอาชีวศึกษา']),
      ('affiliation', 'community_college', ARRAY['community_college', 'วิทยาลัยชุมชน']),
      ('affiliation', 'mhesi', ARRAY['mhesi', 'อว.', 'อว']),
      ('affiliation', 'other', ARRAY['other', 'อื่นๆ', 'อื่น ๆ']),
      ('application_status', 'draft', ARRAY['draft', 'ร่าง', 'ยังไม่ยื่น']),
      ('application_status', 'submitted', ARRAY['submitted', 'ยื่นแล้ว', 'ยื่น', 'ส่งแล้ว', 'สมัครแล้ว']),
      ('application_status', 'withdrawn', ARRAY['withdrawn', 'ถอนแล้ว', 'ถอน', 'ยกเลิก', 'สละสิทธิ์']),
      ('relation', 'self', ARRAY['self', 'ตนเอง', 'ผู้สมัคร', 'นักเรียน', 'นักศึกษา']),
      ('relation', 'father', ARRAY['father', 'บิดา', 'พ่อ']),
      ('relation', 'mother', ARRAY['mother', 'มารดา', 'แม่']),
      ('relation', 'sibling', ARRAY['sibling', 'พี่', 'น้อง', 'พี่น้อง', 'พี่ชาย', 'พี่สาว', 'น้องชาย', 'น้องสาว']),
      ('relation', 'grandparent', ARRAY['grandparent', 'ปู่', 'ย่า', 'ตา', 'ยาย']),
      ('relation', 'spouse', ARRAY['spouse', 'สามี', 'ภรรยา', 'คู่สมรส']),
      ('relation', 'child', ARRAY['child', 'บุตร', 'ลูก']),
      ('relation', 'relative', ARRAY['relative', 'ญาติ', 'ลุง', 'ป้า', 'น้า', 'อา']),
      ('relation', 'other', ARRAY['other', 'อื่นๆ', 'อื่น ๆ'])) AS w (words, code, written)
   CROSS JOIN LATERAL unnest(w.written) AS s (word)
  UNION ALL
  SELECT 'round', r.round_code, r.round_id::text
    FROM equity.round AS r
  UNION ALL
  SELECT 'group', n.word, g.group_code
    FROM equity.need_group AS g
   CROSS JOIN LATERAL (VALUES (g.group_code), (g.name_th), (g.name_en)) AS n (word);

COMMENT ON VIEW equity_internal.import_word IS 'The words that stand for a code in a cell.';
COMMENT ON COLUMN equity_internal.import_word.words IS 'The list that a field names.';
COMMENT ON COLUMN equity_internal.import_word.word IS 'What the cell holds.';
COMMENT ON COLUMN equity_internal.import_word.code IS 'What it means.';

CREATE FUNCTION equity_internal.import_words(words text) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(jsonb_object_agg(lower(equity.thai_normal(w.word)), w.code ORDER BY w.code COLLATE "C"), '{}')
    FROM equity_internal.import_word AS w
   WHERE w.words = import_words.words;
END;

COMMENT ON FUNCTION equity_internal.import_words(text) IS
  'A list of words as a JSON object from the word, in lower case, to its code.';

CREATE VIEW equity_internal.import_reason (reason_code, severity, reason_th, reason_en) WITH (security_invoker = true) AS
  VALUES ('ROW_IDENTITY', 'error', 'เลขประจำตัวประชาชนหรือรหัส G ไม่ถูกต้อง', 'Neither a citizen id with a right check digit nor a G-code'),
         ('ROW_G_CODE', 'error', 'รหัส G ไม่ถูกต้อง', 'Not a G-code'),
         ('ROW_PASSPORT', 'error', 'เลขที่หนังสือเดินทางไม่ถูกต้อง', 'Not the number of a passport'),
         ('ROW_DATE', 'error', 'อ่านวันที่ไม่ได้ ให้เขียน วัน/เดือน/ปี พ.ศ. สี่หลัก', 'Not a date: day, month and year of the Buddhist era in four digits'),
         ('ROW_AMOUNT', 'error', 'ไม่ใช่จำนวนตั้งแต่ 0 ที่มีทศนิยมไม่เกิน 2 ตำแหน่ง', 'Not an amount of 0 or more with at most two decimals'),
         ('ROW_COUNT', 'error', 'ไม่ใช่จำนวนเต็มที่ใช้ได้', 'Not a whole number in range'),
         ('ROW_GPA', 'error', 'ไม่ใช่เกรดเฉลี่ย 0.00 ถึง 4.00', 'Not a grade point average of 0.00 to 4.00'),
         ('ROW_YEAR', 'error', 'ไม่ใช่ปี พ.ศ. สี่หลัก', 'Not a year of the Buddhist era in four digits'),
         ('ROW_YES_NO', 'error', 'ไม่ใช่คำตอบใช่หรือไม่ใช่', 'Neither yes nor no'),
         ('ROW_PROVINCE', 'error', 'ไม่พบจังหวัดนี้', 'Not the name or code of a province'),
         ('ROW_INSTITUTION_CODE', 'error', 'รหัสสถานศึกษาต้องเป็นตัวเลข 10 หลัก', 'The code of an institution has ten digits'),
         ('ROW_WORD', 'error', 'คำนี้ไม่อยู่ในรายการที่ใช้ได้', 'Not one of the words that this field may have'),
         ('ROW_ROUND', 'error', 'ไม่พบรอบการรับสมัครนี้', 'No round has this code'),
         ('ROW_GROUP', 'error', 'ไม่พบกลุ่มนี้', 'No disadvantaged group has this code or name'),
         ('ROW_POOL', 'error', 'ไม่พบกลุ่มที่นั่งนี้ในรอบ', 'The round has no such seat pool'),
         ('ROW_POOL_SEVERAL', 'error', 'มีกลุ่มที่นั่งหลายกลุ่มตรงกับรหัสนี้ ให้เพิ่มประเภททุนหรือโครงการ', 'Several seat pools fit: add the grant type, or the programme'),
         ('ROW_CHOICE_TWICE', 'error', 'เลือกกลุ่มที่นั่งเดียวกันสองอันดับ', 'One seat pool would be chosen twice'),
         ('ROW_MISSING', 'error', 'ต้องมีข้อมูลช่องนี้', 'This must be given'),
         ('ROW_NO_PERSON', 'error', 'ไม่มีเลขประจำตัวหรือรหัสของบุคคล', 'Nothing says who the person is'),
         ('ROW_PERSON_UNKNOWN', 'error', 'ไม่พบบุคคลนี้ในทะเบียน', 'The registry has no such person'),
         ('ROW_PERSONS_DIFFER', 'error', 'เลขประจำตัวในแถวเป็นของบุคคลหลายคน', 'The identities belong to different persons'),
         ('ROW_IDENTITY_DIFFERS', 'error', 'บุคคลนี้มีเลขประจำตัวประเภทนี้อยู่แล้ว และไม่ตรงกัน', 'The person has another identity of this kind'),
         ('ROW_IDENTITY_REPLACED', 'warning', 'แทนที่เลขประจำตัวเดิมของบุคคลนี้', 'An earlier identity of this person was replaced'),
         ('ROW_CONTRADICTED', 'error', 'แถวอื่นให้ข้อมูลของรายการเดียวกันไม่ตรงกัน', 'Another line says otherwise of the same'),
         ('ROW_REPEATED', 'warning', 'ซ้ำกับแถวก่อนหน้าทุกช่อง', 'An earlier line says the same'),
         ('ROW_OTHER_SOURCE', 'error', 'มีใบสมัครของบุคคลนี้ในรอบนี้จากแหล่งอื่นหรือเลขที่อื่นแล้ว', 'The person has applied in this round under another number or source'),
         ('ROW_KNOWN_ELSEWHERE', 'warning', 'บุคคลนี้มีรหัสจากแหล่งอื่นอยู่แล้ว รหัสใหม่ไม่ถูกเก็บ', 'The person has a key of another source already; this one is not kept'),
         ('ROW_NAME_STRANGE', 'warning', 'ชื่อมีตัวเลขหรือเครื่องหมายที่ชื่อไม่ควรมี', 'The name holds digits or signs that no name has'),
         ('ROW_NAME_NOT_KEPT', 'warning', 'ไม่ได้เก็บชื่อ เพราะไม่มีเลขประจำตัว', 'The name is not kept, since there is no identity to keep it with'),
         ('ROW_ROUND_FIXED', 'error', 'รอบนี้ปิดรับสมัครแล้ว', 'The round takes no more changes'),
         ('ROW_NO_APPLICATION', 'error', 'บุคคลนี้ไม่มีใบสมัครในรอบนี้', 'The person has no application in this round'),
         ('ROW_NO_TIME', 'error', 'ใบสมัครที่ยื่นแล้วต้องมีวันที่ยื่น', 'What was submitted needs the time of it'),
         ('ROW_MEMBERS_DIFFER', 'warning', 'จำนวนสมาชิกในรายชื่อไม่ตรงกับที่แจ้งไว้', 'The members are not as many as declared'),
         ('ROW_INCOME_DIFFERS', 'warning', 'รายได้รวมของสมาชิกไม่ตรงกับที่แจ้งไว้', 'The incomes of the members do not make the income declared');

COMMENT ON VIEW equity_internal.import_reason IS 'What can be wrong with a row that is loaded.';
COMMENT ON COLUMN equity_internal.import_reason.reason_code IS 'Code of the reason.';
COMMENT ON COLUMN equity_internal.import_reason.severity IS 'error: the row is not loaded; warning: it is.';
COMMENT ON COLUMN equity_internal.import_reason.reason_th IS 'The reason in Thai.';
COMMENT ON COLUMN equity_internal.import_reason.reason_en IS 'The reason in English.';

-- ---- readers ----

CREATE FUNCTION equity_internal.import_cell(given text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN nullif(nullif(nullif(nullif(equity.thai_normal(given), ''), '-'), '--'), '–');

COMMENT ON FUNCTION equity_internal.import_cell(text) IS
  'A cell of a file in its normal form (equity.thai_normal); NULL when it is blank or a dash.';

CREATE FUNCTION equity_internal.read_number(cell text, lowest numeric, highest numeric, decimals integer) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN equity.try_amount(cell) BETWEEN lowest AND highest AND scale(trim_scale(equity.try_amount(cell))) <= decimals
         THEN trim_scale(equity.try_amount(cell))
       END;

COMMENT ON FUNCTION equity_internal.read_number(text, numeric, numeric, integer) IS
  'The number that a cell holds, as equity.try_amount reads it; NULL unless it lies in a range and has at most so many decimals.';

CREATE FUNCTION equity_internal.read_moment(cell text) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN (equity.try_date_be(cell)
        + coalesce(replace(substring(cell FROM '[ ,T]((?:[01]?[0-9]|2[0-3])[:.][0-5][0-9](?:[:.][0-5][0-9])?)(?: ?น[.]?)?$'), '.', ':'), '00:00')::time)
       AT TIME ZONE 'Asia/Bangkok';

COMMENT ON FUNCTION equity_internal.read_moment(text) IS
  'The time that a cell names, in Thailand: a date as equity.try_date_be reads it, and the time of day behind it, or its beginning.';

CREATE FUNCTION equity_internal.read_answer(cell text) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN cell ~ '^-?(0|[1-9][0-9]*|[1-9][0-9]?[0-9]?(,[0-9]{3})+)([.][0-9]+)?$' THEN to_jsonb(equity.try_amount(cell))
         WHEN lower(cell) IN ('true', 'false') THEN to_jsonb(lower(cell)::boolean)
         ELSE to_jsonb(cell)
       END;

COMMENT ON FUNCTION equity_internal.read_answer(text) IS
  'A cell as an answer of equity.application.answers: a number, true or false, or a text. Digits that begin with 0 are a code.';

-- A title is cut from a name where a letter follows that a word can begin with: no vowel or tone of Thai.
CREATE FUNCTION equity_internal.split_name(full_name text, title text, given_name text, family_name text)
  RETURNS TABLE (person_title text, person_given text, person_family text)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
  SELECT n.title,
         CASE WHEN split_name.given_name IS NULL AND split_name.family_name IS NULL THEN split_part(n.name, ' ', 1) ELSE n.name END,
         coalesce(split_name.family_name,
                  CASE WHEN split_name.given_name IS NULL THEN nullif(substr(n.name, strpos(n.name || ' ', ' ') + 1), '') END)
    FROM (SELECT coalesce(split_name.title, s.glued) AS title,
                 CASE WHEN s.glued IS NOT NULL AND coalesce(split_name.title, s.glued) = s.glued THEN s.rest
                      ELSE coalesce(split_name.given_name, split_name.full_name) END AS name
            FROM (SELECT m.glued, ltrim(substr(m.name, length(m.glued) + 1)) AS rest
                    FROM (SELECT w.name,
                                 substring(w.name FROM '^(?:นางสาว|นาย|นาง|เด็กชาย|เด็กหญิง|น[.]? ?ส[.]|ด[.]? ?ช[.]|ด[.]? ?ญ[.]|สามเณร|ว่าที่ ?ร้อยตรี|ว่าที่ ?ร[.]ต[.]'
                                                       '|(?:Mr|Mrs|Ms|Miss|Master)(?:[.]|(?= )))(?= ?[ก-ฮเ-ไA-Za-z])') AS glued
                            FROM (SELECT coalesce(split_name.given_name, split_name.full_name) AS name) AS w
                          OFFSET 0) AS m) AS s) AS n;     -- looked for once, not in each column
END;

COMMENT ON FUNCTION equity_internal.split_name(text, text, text, text) IS
  'Title, given name and family name of what a file has: a title that is glued to the name comes apart, unless another one is given, and of a full name the given name is what stands before the first blank.';

-- ---- masks ----

CREATE FUNCTION equity_internal.import_mask(mask text, given text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN given IS NULL THEN NULL
         WHEN mask = 'hidden' THEN '***'
         WHEN mask = 'id' OR equity.citizen_id_normal(given) IS NOT NULL OR equity.g_code_normal(given) IS NOT NULL THEN equity.citizen_id_mask(given)
         WHEN mask = 'name' THEN left(given, 1) || '***'
         WHEN mask = 'shown' AND given ~ '^[A-Za-z0-9/_.-]{1,60}$' THEN given
         ELSE regexp_replace(regexp_replace(left(given, 40), '[0-9]', '9', 'g'), '[^0-9 /.,:()+-]', 'x', 'g')
       END;

COMMENT ON FUNCTION equity_internal.import_mask(text, text) IS
  'What equity.import_reject shows of a value: by its field nothing, the end of an identity, the first letter of a name, a code as it is, or its shape.';
-- Reading a source: whose column is which, and the rows with each cell judged. A load keeps what it is
-- working on in temporary tables of its own, which have statistics and are gone at its end:
--
--   equity_import_given    a row for each column of the source that is a field
--   equity_import_row      a row for each line that is still good: line, applicant_id, and the columns of
--                          its kind as the registry has them
--   equity_import_problem  what is wrong with which line
--
-- and others, which 28 and 29 describe.

CREATE FUNCTION equity_internal.open_import() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  CREATE TEMPORARY TABLE equity_import_problem (line bigint, field text, reason_code text, value text) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_key (line bigint, key_kind text, key text, source text) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_found (line bigint, key_kind text, applicant_id bigint, round_id bigint) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_person (line bigint, first_id bigint, last_id bigint) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_same (line bigint, label text) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_identity (line bigint, identity_kind text, identity text, replaces boolean) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_choice (line bigint, applicant_id bigint, round_id bigint, choice numeric, field text, code text, pool_id bigint,
                                               pools bigint) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_touched (line bigint) ON COMMIT DROP;
END;
$$;

COMMENT ON FUNCTION equity_internal.open_import() IS
  'Makes the temporary tables of a load that do not depend on its kind.';

CREATE FUNCTION equity_internal.close_import() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DROP TABLE pg_temp.equity_import_problem, pg_temp.equity_import_key, pg_temp.equity_import_found, pg_temp.equity_import_person,
    pg_temp.equity_import_same, pg_temp.equity_import_identity, pg_temp.equity_import_choice, pg_temp.equity_import_touched,
    pg_temp.equity_import_given, pg_temp.equity_import_row, pg_temp.equity_import_plan;
END;
$$;

COMMENT ON FUNCTION equity_internal.close_import() IS
  'Drops the temporary tables of a load.';

CREATE FUNCTION equity_internal.import_heading(given text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower(equity.thai_normal(given)), ' ._-/():*"''', '');

COMMENT ON FUNCTION equity_internal.import_heading(text) IS
  'A heading as headings are compared: in lower case, in one way of writing, without blanks and the signs . _ - / ( ) : * " and apostrophe.';

-- What a field is called, best first. A heading that PostgreSQL cut to 63 bytes as a column's name is known too.
CREATE FUNCTION equity_internal.field_headings(kind text) RETURNS TABLE (field text, role text, heading text, place integer)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT f.field, f.role, equity_internal.import_heading(f.field), 1
    FROM equity_internal.import_field AS f
   WHERE f.kind = field_headings.kind
     AND f.role <> 'answer'
  UNION ALL
  SELECT f.field, f.role, equity_internal.import_heading(n.heading), CASE c.kind WHEN '*' THEN 3 ELSE 2 END
    FROM equity_internal.import_field AS f
    JOIN equity.import_column AS c
      ON c.field = f.field
     AND c.kind IN (f.kind, '*')
   CROSS JOIN LATERAL (VALUES (c.heading), (c.heading::name::text)) AS n (heading)
   WHERE f.kind = field_headings.kind;
END;

COMMENT ON FUNCTION equity_internal.field_headings(text) IS
  'The headings of the fields of a kind, as equity_internal.import_heading writes them, the smaller place before the larger.';

CREATE FUNCTION equity_internal.heading_field(kind text, heading text, OUT field text, OUT place text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT m.field, m.place
    FROM (SELECT h.field,
                 CASE h.role WHEN 'choice' THEN substring(g.heading FROM '[0-9]+$') END AS place,
                 h.heading = g.heading AS is_exact,
                 h.place AS rank
            FROM (SELECT equity_internal.import_heading(heading_field.heading) AS heading) AS g
            JOIN equity_internal.field_headings(heading_field.kind) AS h
              ON h.heading IN (g.heading, regexp_replace(g.heading, '[0-9]+$', '#'))
           WHERE h.role <> 'choice' OR g.heading ~ '[0-9]$'
          UNION ALL
          SELECT f.field, substr(heading_field.heading, 9), true, 0
            FROM equity_internal.import_field AS f
           WHERE f.kind = heading_field.kind
             AND f.role = 'answer'
             AND heading_field.heading ~ '^answers[.].') AS m
   ORDER BY m.is_exact DESC, m.rank
   LIMIT 1;
END;

COMMENT ON FUNCTION equity_internal.heading_field(text, text) IS
  'The field of a kind that a column is by its heading, with the number of a choice or the name of an answer; NULL when it is none.';

CREATE FUNCTION equity_internal.match_columns(kind text, source text, search_path text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  CREATE TEMPORARY TABLE equity_import_given ON COMMIT DROP AS
  SELECT c.position AS cell, c.heading, c.type AS source_type, m.place,
         regexp_replace(m.field, '[#*]$', coalesce(m.place, '')) AS label, f.*
    FROM equity_internal.source_columns(match_columns.source, match_columns.search_path) AS c
   CROSS JOIN LATERAL equity_internal.heading_field(match_columns.kind, c.heading) AS m
    LEFT JOIN equity_internal.import_field AS f
      ON f.kind = match_columns.kind
     AND f.field = m.field;
END;
$$;

COMMENT ON FUNCTION equity_internal.match_columns(text, text, text) IS
  'Makes equity_import_given of the headings of a source; a column that is no field has no field there.';

CREATE FUNCTION equity_internal.nearest_heading(kind text, field text) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (SELECT equity_internal.excerpt(g.heading)
            FROM pg_temp.equity_import_given AS g
            JOIN equity_internal.field_headings(nearest_heading.kind) AS h
              ON h.field = nearest_heading.field
           CROSS JOIN LATERAL (SELECT equity_internal.import_heading(g.heading) AS heading) AS n
           WHERE g.field IS NULL
             AND n.heading <> ''
           ORDER BY equity_internal.word_distance(n.heading, h.heading)::numeric / greatest(length(n.heading), length(h.heading)), g.cell
           LIMIT 1);
END;
$$;

COMMENT ON FUNCTION equity_internal.nearest_heading(text, text) IS
  'Of the columns of the source that are no field, the heading that is most like one of a field; NULL when there is none.';

CREATE FUNCTION equity_internal.refuse_missing_column(kind text, field text, others text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  nearest text := equity_internal.nearest_heading(kind, field);
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'undefined_column',
    MESSAGE = format('the source of kind "%s" has no column "%s"%s', kind, field, others),
    DETAIL = format('Also known as: %s.', coalesce((SELECT string_agg(format('"%s"', c.heading), ', ' ORDER BY c.heading COLLATE "C")
                                                      FROM equity.import_column AS c
                                                     WHERE c.field = refuse_missing_column.field
                                                       AND c.kind IN (refuse_missing_column.kind, '*')), 'nothing else')),
    HINT = concat(CASE WHEN nearest IS NOT NULL THEN format('Perhaps you meant "%s". ', nearest) END,
                  format('Name it with AS %s, or add its heading to equity.import_column.', field));
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_missing_column(text, text, text) IS
  'Error 42703 that names the field, its headings and the nearest heading of the source.';

-- An application may be named by its number alone, once it has one.
CREATE FUNCTION equity_internal.require_columns(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  named_otherwise boolean := require_columns.kind = 'application'
                             AND EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = 'source_key');
  twice record;
BEGIN
  SELECT g.label, string_agg(format('"%s"', equity_internal.excerpt(g.heading)), ', ' ORDER BY g.cell) AS headings INTO twice
    FROM pg_temp.equity_import_given AS g
   WHERE g.field IS NOT NULL
   GROUP BY g.label
  HAVING count(*) > 1
   ORDER BY g.label COLLATE "C"
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'duplicate_column',
      MESSAGE = format('the source of kind "%s" has field "%s" more than once', kind, twice.label),
      DETAIL = format('Its columns are %s.', twice.headings),
      HINT = 'Leave one of them out of the query.';
  END IF;

  PERFORM equity_internal.refuse_missing_column(require_columns.kind, f.field, '')
     FROM equity_internal.import_field AS f
    WHERE f.kind = require_columns.kind
      AND f.role = 'key'
      AND NOT named_otherwise
      AND NOT EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = f.field);
  IF NOT named_otherwise
     AND EXISTS (SELECT FROM equity_internal.import_field AS f WHERE f.kind = require_columns.kind AND f.role = 'person')
     AND NOT EXISTS (SELECT FROM pg_temp.equity_import_given AS g
                      WHERE g.role = 'person' OR g.kind = 'applicant' AND g.field = 'source_key')
  THEN
    PERFORM equity_internal.refuse_missing_column(require_columns.kind, 'citizen_id', ', nor another that says who the person is');
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_columns(text) IS
  'Errors 42701 for a field that the source has twice, 42703 for a key that it lacks.';

-- Whether another kind reads it: one file serves several kinds, and nothing need be said of their columns.
CREATE FUNCTION equity_internal.ignored_columns(kind text) RETURNS text[]
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ignored text[];
BEGIN
  SELECT coalesce(array_agg(equity_internal.excerpt(g.heading) ORDER BY g.cell), '{}') INTO ignored
    FROM pg_temp.equity_import_given AS g
   WHERE g.field IS NULL
     AND left(g.heading, 1) <> '_'
     AND NOT EXISTS (SELECT
                       FROM equity_internal.import_kind AS k
                      CROSS JOIN LATERAL equity_internal.heading_field(k.kind, g.heading) AS m
                      WHERE m.field IS NOT NULL);
  IF ignored <> '{}' THEN
    RAISE NOTICE '% columns of the source are no field: "%"', cardinality(ignored), array_to_string(ignored, '", "')
      USING HINT = 'Add their headings to equity.import_column if they should be read.';
  END IF;
  RETURN ignored;
END;
$$;

COMMENT ON FUNCTION equity_internal.ignored_columns(text) IS
  'Headings of the source that are a field of no kind, after a NOTICE that counts them. One that begins with _ is for the caller''s own use.';

-- The SQL of a column of equity_import_row, over the cells as read, v1, v2 …, by their positions in the source.
CREATE FUNCTION equity_internal.row_column(kind text, column_name text) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field record;
  given text := (SELECT format('p.v%s', g.cell)
                   FROM pg_temp.equity_import_given AS g
                  WHERE g.column_name = row_column.column_name
                    AND g.place IS NULL);
BEGIN
  SELECT f.role, r.type INTO field
    FROM equity_internal.import_field AS f
    JOIN equity_internal.import_reader AS r ON r.reader = f.reader
   WHERE f.kind = row_column.kind
     AND f.column_name = row_column.column_name;
  CASE field.role
    WHEN 'name' THEN
      RETURN CASE column_name WHEN 'title' THEN 'n.person_title' WHEN 'given_name' THEN 'n.person_given' WHEN 'family_name' THEN 'n.person_family'
             ELSE 'NULL::text' END;
    WHEN 'choice' THEN
      RETURN coalesce((SELECT 'ARRAY[' || string_agg('p.v' || g.cell, ', ' ORDER BY g.place::numeric) || ']'
                         FROM pg_temp.equity_import_given AS g
                        WHERE g.role = 'choice'), 'NULL::text[]');
    WHEN 'answer' THEN
      RETURN coalesce((SELECT 'jsonb_strip_nulls(' || string_agg(format('jsonb_build_object(%L, p.v%s)', g.place, g.cell), ' || ') || ')'
                         FROM pg_temp.equity_import_given AS g
                        WHERE g.role = 'answer'), 'NULL::jsonb');
    ELSE
      RETURN coalesce(given, format('NULL::%s', field.type));
  END CASE;
END;
$$;

COMMENT ON FUNCTION equity_internal.row_column(text, text) IS
  'SQL of a column of the rows of a kind, over the cells of the source.';

CREATE FUNCTION equity_internal.read_rows(kind text, source text, search_path text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  cells record;
  columns text;
  name_parts text;
  numbered text;
  read_count bigint;
  numbers bigint;
BEGIN
  SELECT array_agg(g.cell ORDER BY g.cell) AS positions,
         string_agg(format('c%s text', g.cell), ', ' ORDER BY g.cell) AS texts,
         string_agg(format('equity_internal.import_cell(t.c%1$s) AS c%1$s', g.cell), ', ' ORDER BY g.cell) AS normal,
         string_agg(format('%s AS v%s',
                           format(CASE WHEN r.plain IS NOT NULL AND g.source_type ~ '^(date|timestamp)' THEN r.plain ELSE r.expression END,
                                  format('c.c%s', g.cell), equity_internal.import_words(g.words)),
                           g.cell), ', ' ORDER BY g.cell) AS readings,
         coalesce(string_agg(format('p.c%1$s IS NOT NULL AND p.v%1$s IS NULL', g.cell), ' OR ') FILTER (WHERE r.reason_code IS NOT NULL), 'false') AS wrong,
         coalesce(string_agg(format('jsonb_build_object(%2$L, CASE WHEN p.v%1$s IS NULL THEN p.c%1$s END)', g.cell, g.label), ' || ')
                    FILTER (WHERE r.reason_code IS NOT NULL), 'NULL::jsonb') AS unread
    INTO cells
    FROM pg_temp.equity_import_given AS g
    JOIN equity_internal.import_reader AS r ON r.reader = g.reader
   WHERE g.field IS NOT NULL;
  SELECT string_agg(format('%s AS %I', equity_internal.row_column(read_rows.kind, f.column_name), f.column_name), ', ') INTO columns
    FROM (SELECT DISTINCT i.column_name
            FROM equity_internal.import_field AS i
           WHERE i.kind = read_rows.kind
             AND i.role <> 'line') AS f;
  SELECT string_agg(coalesce('p.v' || g.cell, 'NULL::text'), ', ' ORDER BY f.place) INTO name_parts
    FROM unnest(ARRAY['full_name', 'title', 'given_name', 'family_name']) WITH ORDINALITY AS f (field, place)
    LEFT JOIN pg_temp.equity_import_given AS g ON g.field = f.field;
  numbered := coalesce((SELECT format('equity_internal.read_number(p.v%s, 0, 999999999999999999, 0)::bigint', g.cell)
                          FROM pg_temp.equity_import_given AS g
                         WHERE g.role = 'line'), 'p.row_number');

  EXECUTE format('CREATE TEMPORARY TABLE equity_import_row ON COMMIT DROP AS '
                 'SELECT %s AS line, NULL::bigint AS applicant_id, %s, CASE WHEN %s THEN jsonb_strip_nulls(%s) END AS unread '
                 'FROM (SELECT c.*, %s '
                 'FROM (SELECT t.row_number, %s FROM equity_internal.source_rows(%L, %L, %L) AS t (row_number bigint, %s) OFFSET 0) AS c OFFSET 0) AS p '
                 'CROSS JOIN LATERAL equity_internal.split_name(%s) AS n',
                 numbered, columns, cells.wrong, cells.unread, cells.readings, cells.normal, source, search_path, cells.positions, cells.texts, name_parts);
  ANALYZE pg_temp.equity_import_row;

  SELECT count(*), count(DISTINCT r.line) INTO read_count, numbers FROM pg_temp.equity_import_row AS r;
  IF read_count <> numbers THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'column "line" of the source must number its rows',
      DETAIL = format('It has %s different whole numbers for %s rows.', numbers, read_count),
      HINT = 'Leave it out to have the rows numbered in the order of the query.';
  END IF;
  RETURN read_count;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_rows(text, text, text) IS
  'Makes equity_import_row of the rows of a source and returns how many there are. Error 22023 when the source numbers its lines and a number is missing or comes twice.';

CREATE FUNCTION equity_internal.note_unread() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, u.key, d.reason_code, u.value
    FROM pg_temp.equity_import_row AS r
   CROSS JOIN LATERAL jsonb_each_text(r.unread) AS u
    JOIN pg_temp.equity_import_given AS g ON g.label = u.key
    JOIN equity_internal.import_reader AS d ON d.reader = g.reader
   WHERE r.unread IS NOT NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.note_unread() IS
  'Problems of the cells that could not be read.';

-- The rows that are left are good as far as anybody has looked.
CREATE FUNCTION equity_internal.drop_rejected() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM pg_temp.equity_import_row AS r
   USING pg_temp.equity_import_problem AS p
    JOIN equity_internal.import_reason AS s ON s.reason_code = p.reason_code AND s.severity = 'error'
   WHERE p.line = r.line;
END;
$$;

COMMENT ON FUNCTION equity_internal.drop_rejected() IS
  'Takes lines with an error out of equity_import_row.';
-- Who a line is about, and which lines are about the same.
--
--   equity_import_key    a row for each identity or key that a line names
--   equity_import_found  the person of the registry that has it; of an application, its number
--   equity_import_person the first and the last of the persons that a line leads to, with the lines it is joined with
--   equity_import_same   lines with one label are about one and the same

CREATE FUNCTION equity_internal.find_keys(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format($q$
    INSERT INTO pg_temp.equity_import_key (line, key_kind, key, source)
    SELECT r.line, k.key_kind, k.key, k.source
      FROM pg_temp.equity_import_row AS r
     CROSS JOIN LATERAL (VALUES (CASE WHEN r.citizen_id LIKE 'G%%' THEN 'g_code' ELSE 'citizen_id' END, r.citizen_id, NULL),
                                ('g_code', r.g_code, NULL),
                                ('passport', r.passport, NULL),
                                ('source', r.%I, coalesce(r.source, 'file')) %s) AS k (key_kind, key, source)
     WHERE k.key IS NOT NULL$q$,
    CASE kind WHEN 'applicant' THEN 'source_key' ELSE 'applicant_key' END,
    CASE kind WHEN 'application' THEN $q$, ('application', r.source_key, coalesce(r.source, 'file'))$q$ ELSE '' END);
  ANALYZE pg_temp.equity_import_key;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_keys(text) IS
  'Fills equity_import_key.';

-- An identity that nobody has any more leads to who had it: a child with a G-code is found by it later, too.
CREATE FUNCTION equity_internal.find_persons() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_found (line, key_kind, applicant_id, round_id)
  SELECT k.line, k.key_kind, i.applicant_id, NULL::bigint
    FROM pg_temp.equity_import_key AS k
    JOIN equity.applicant_identity AS i
      ON i.identity = k.key
     AND i.identity_kind = k.key_kind
   WHERE i.valid_to IS NULL
      OR NOT EXISTS (SELECT
                       FROM equity.applicant_identity AS c
                      WHERE c.identity = i.identity
                        AND c.identity_kind = i.identity_kind
                        AND c.valid_to IS NULL)
  UNION
  SELECT k.line, k.key_kind, a.applicant_id, NULL
    FROM pg_temp.equity_import_key AS k
    JOIN equity.applicant AS a
      ON a.source_key = k.key
     AND a.source = k.source
   WHERE k.key_kind = 'source'
  UNION
  SELECT k.line, k.key_kind, a.applicant_id, a.round_id
    FROM pg_temp.equity_import_key AS k
    JOIN equity.application AS a
      ON a.source_key = k.key
     AND a.source = k.source
   WHERE k.key_kind = 'application';
  ANALYZE pg_temp.equity_import_found;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_persons() IS
  'Fills equity_import_found with the persons that the keys of each line lead to.';

CREATE FUNCTION equity_internal.note_persons(field text, must_be_known boolean) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, note_persons.field,
         CASE WHEN k.line IS NULL THEN 'ROW_NO_PERSON' ELSE 'ROW_PERSON_UNKNOWN' END, k.key
    FROM pg_temp.equity_import_row AS r
    LEFT JOIN (SELECT y.line, min(y.key) FILTER (WHERE y.key_kind <> 'application') AS key
                 FROM pg_temp.equity_import_key AS y
                GROUP BY y.line) AS k
      ON k.line = r.line
   WHERE r.applicant_id IS NULL
     AND (k.line IS NULL OR must_be_known)
     AND NOT EXISTS (SELECT FROM pg_temp.equity_import_problem AS p WHERE p.line = r.line AND p.reason_code = 'ROW_PERSONS_DIFFER')
     AND NOT EXISTS (SELECT
                       FROM pg_temp.equity_import_problem AS p
                       JOIN pg_temp.equity_import_given AS g ON g.label = p.field AND g.role = 'person'
                      WHERE p.line = r.line);
END;
$$;

COMMENT ON FUNCTION equity_internal.note_persons(text, boolean) IS
  'Problems of lines that name nobody, and of those that name somebody who is not in the registry where that must be. A line with an identity that cannot be read has its problem already.';

-- A line joins what its keys lead to; so do lines with a key in common. label is the least line of those joined.
CREATE FUNCTION equity_internal.join_lines() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  changed bigint;
BEGIN
  CREATE TEMPORARY TABLE equity_import_link ON COMMIT DROP AS
  WITH node AS (
    SELECT k.line, concat_ws(' ', k.key_kind, length(k.source), k.source, k.key) AS node FROM pg_temp.equity_import_key AS k
    UNION
    SELECT f.line, 'applicant ' || f.applicant_id FROM pg_temp.equity_import_found AS f
  ), shared AS (
    SELECT n.node FROM node AS n GROUP BY n.node HAVING count(*) > 1
  )
  SELECT n.line, n.node, n.line AS label
    FROM node AS n
    JOIN shared AS s ON s.node = n.node;
  ANALYZE pg_temp.equity_import_link;

  LOOP
    UPDATE pg_temp.equity_import_link AS l
       SET label = m.label
      FROM (SELECT a.line, min(least(b.label, c.label)) AS label
              FROM pg_temp.equity_import_link AS a
              JOIN (SELECT n.node, min(n.label) AS label FROM pg_temp.equity_import_link AS n GROUP BY n.node) AS b ON b.node = a.node
              JOIN (SELECT n.line, min(n.label) AS label FROM pg_temp.equity_import_link AS n GROUP BY n.line) AS c ON c.line = a.label
             GROUP BY a.line) AS m
     WHERE m.line = l.line
       AND m.label < l.label;
    GET DIAGNOSTICS changed = ROW_COUNT;
    EXIT WHEN changed = 0;
  END LOOP;
  INSERT INTO pg_temp.equity_import_same (line, label)
  SELECT DISTINCT l.line, l.label::text FROM pg_temp.equity_import_link AS l;
  DROP TABLE pg_temp.equity_import_link;
END;
$$;

COMMENT ON FUNCTION equity_internal.join_lines() IS
  'Fills equity_import_same with the lines of persons that have a key or a person of the registry in common with another line, directly or by way of others.';

CREATE FUNCTION equity_internal.judge_persons(field text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_person (line, first_id, last_id)
  SELECT f.line, min(f.applicant_id) OVER w AS first_id, max(f.applicant_id) OVER w AS last_id
    FROM (SELECT DISTINCT coalesce(s.label, t.line::text) AS label, t.line, t.applicant_id
            FROM pg_temp.equity_import_found AS t
            LEFT JOIN pg_temp.equity_import_same AS s ON s.line = t.line
          UNION
          SELECT s.label, s.line, NULL
            FROM pg_temp.equity_import_same AS s) AS f
  WINDOW w AS (PARTITION BY f.label);
  ANALYZE pg_temp.equity_import_person;

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT DISTINCT p.line, judge_persons.field, 'ROW_PERSONS_DIFFER'
    FROM pg_temp.equity_import_person AS p
   WHERE p.first_id <> p.last_id;
  UPDATE pg_temp.equity_import_row AS r
     SET applicant_id = p.first_id
    FROM pg_temp.equity_import_person AS p
   WHERE p.line = r.line
     AND p.first_id = p.last_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_persons(text) IS
  'Gives lines the person that all their keys lead to, with those of the lines that they are joined with; where these are several it is a problem.';

CREATE FUNCTION equity_internal.resolve_persons(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field text := coalesce((SELECT g.field
                            FROM pg_temp.equity_import_given AS g
                           WHERE g.role = 'person'
                           ORDER BY array_position(ARRAY['citizen_id', 'g_code', 'passport', 'applicant_key'], g.field)
                           LIMIT 1), 'source_key');
BEGIN
  PERFORM equity_internal.find_keys(kind);
  PERFORM equity_internal.find_persons();
  IF kind = 'applicant' THEN
    PERFORM equity_internal.join_lines();
  END IF;
  PERFORM equity_internal.judge_persons(field);
  IF kind = 'application' THEN
    PERFORM equity_internal.find_rounds();
  END IF;
  PERFORM equity_internal.note_persons(field, kind <> 'applicant');
END;
$$;

COMMENT ON FUNCTION equity_internal.resolve_persons(text) IS
  'Finds the person of each line by all identities and keys that it names.';

-- An application that is named by its number need not name its round.
CREATE FUNCTION equity_internal.find_rounds() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'source_key', 'ROW_OTHER_SOURCE', r.source_key
    FROM pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_found AS f ON f.line = r.line AND f.key_kind = 'application'
   WHERE r.round_id <> f.round_id;
  UPDATE pg_temp.equity_import_row AS r
     SET round_id = f.round_id
    FROM pg_temp.equity_import_found AS f
   WHERE f.line = r.line
     AND f.key_kind = 'application'
     AND r.round_id IS NULL
     AND NOT coalesce(r.unread ? 'round', false);
END;
$$;

COMMENT ON FUNCTION equity_internal.find_rounds() IS
  'Gives applications that are known by their number the round that they are in; another one is a problem.';

CREATE FUNCTION equity_internal.require_keys(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field record;
BEGIN
  FOR field IN
    SELECT f.field, f.column_name
      FROM equity_internal.import_field AS f
     WHERE f.kind = require_keys.kind
       AND f.role = 'key'
  LOOP
    EXECUTE format('INSERT INTO pg_temp.equity_import_problem (line, field, reason_code) '
                   'SELECT r.line, %1$L, ''ROW_MISSING'' FROM pg_temp.equity_import_row AS r '
                   'WHERE r.%2$I IS NULL AND NOT coalesce(r.unread ? %1$L, false)', field.field, field.column_name);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_keys(text) IS
  'Problems of lines without a part of their key.';

-- A person is told by any of several keys, everything else by the columns of its table's key.
CREATE FUNCTION equity_internal.label_lines(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF kind = 'applicant' THEN
    RETURN;
  END IF;
  EXECUTE format('INSERT INTO pg_temp.equity_import_same (line, label) SELECT r.line, ROW(%s)::text FROM pg_temp.equity_import_row AS r',
                 (SELECT string_agg(format('r.%I', c.name), ', ' ORDER BY c.place)
                    FROM equity_internal.import_kind AS k
                   CROSS JOIN LATERAL unnest(k.key_columns) WITH ORDINALITY AS c (name, place)
                   WHERE k.kind = label_lines.kind));
END;
$$;

COMMENT ON FUNCTION equity_internal.label_lines(text) IS
  'Fills equity_import_same by the key of each line.';

-- Which of two lines is right cannot be told, and their order says nothing; so both are for a person to decide.
CREATE FUNCTION equity_internal.judge_repeats(field text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  repeated bigint;
BEGIN
  CREATE TEMPORARY TABLE equity_import_repeat ON COMMIT DROP AS
  SELECT t.line, min(t.line) OVER w AS first_line, min(t.content) OVER w = max(t.content) OVER w AS agrees
    FROM (SELECT s.line, s.label, (to_jsonb(r) - 'line')::text COLLATE "C" AS content
            FROM pg_temp.equity_import_same AS s
            JOIN pg_temp.equity_import_row AS r ON r.line = s.line
           WHERE s.label IN (SELECT d.label
                               FROM pg_temp.equity_import_same AS d
                               JOIN pg_temp.equity_import_row AS g ON g.line = d.line
                              GROUP BY d.label
                             HAVING count(*) > 1)) AS t
  WINDOW w AS (PARTITION BY t.label);

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT t.line, judge_repeats.field, CASE WHEN t.agrees THEN 'ROW_REPEATED' ELSE 'ROW_CONTRADICTED' END
    FROM pg_temp.equity_import_repeat AS t
   WHERE NOT t.agrees OR t.line <> t.first_line;
  DELETE FROM pg_temp.equity_import_row AS r
   USING pg_temp.equity_import_repeat AS t
   WHERE t.line = r.line
     AND t.agrees
     AND t.line <> t.first_line;
  GET DIAGNOSTICS repeated = ROW_COUNT;
  DROP TABLE pg_temp.equity_import_repeat;
  RETURN repeated;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_repeats(text) IS
  'Of lines that say the same of the same the first is kept, and the number of others returned; lines that contradict each other are a problem, all of them.';
-- Loading rows: what they would change, what stands in the way of it, and writing it.
--
--   equity_import_touched   lines that change more than the columns of their tables
--   equity_import_plan      what is to be done with each line that is still good: insert, update, unchanged
--   equity_import_identity  identities that a person does not have yet
--   equity_import_choice    the choices of applications, and of rows of kind choice

-- ---- columns and what they become ----

CREATE FUNCTION equity_internal.column_type(target text, column_name text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT format_type(a.atttypid, NULL)
    FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid
   WHERE c.relnamespace = 'equity'::regnamespace
     AND c.relname = column_type.target
     AND a.attname = column_type.column_name;
END;

COMMENT ON FUNCTION equity_internal.column_type(text, text) IS
  'The type of a column of a table of equity.';

-- new_value is over the row as r; next_value is over it and the row of the registry as t.
CREATE FUNCTION equity_internal.written_columns(kind text, target text) RETURNS TABLE (column_name text, new_value text, next_value text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT f.column_name,
         CASE WHEN f.role = 'answer' THEN 'nullif(r.answers, ''{}'')'
              ELSE format('coalesce(r.%I, %s)::%s', f.column_name, coalesce(f.fallback, 'NULL'), equity_internal.column_type(f.target, f.column_name)) END,
         CASE f.role
           WHEN 'answer' THEN
             format('nullif(coalesce(t.answers, ''{}'') - %L::text[] || coalesce(r.answers, ''{}''), ''{}'')',
                    ARRAY(SELECT g.place FROM pg_temp.equity_import_given AS g WHERE g.role = 'answer'))
           WHEN 'kept' THEN
             format('coalesce(r.%1$I::%2$s, t.%1$I)', f.column_name, equity_internal.column_type(f.target, f.column_name))
           ELSE format('r.%I::%s', f.column_name, equity_internal.column_type(f.target, f.column_name))
         END
    FROM equity_internal.import_field AS f
   WHERE f.kind = written_columns.kind
     AND f.target = written_columns.target
     AND f.role IN ('required', 'kept', 'optional', 'answer')
     AND (f.fallback IS NOT NULL OR EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = f.field))
  UNION ALL
  SELECT 'source', 'CASE WHEN r.source_key IS NOT NULL THEN coalesce(r.source, ''file'') END',
         'CASE WHEN r.source_key IS NULL THEN t.source ELSE coalesce(r.source, ''file'') END'
    FROM pg_temp.equity_import_given AS g
   WHERE g.field = 'source_key'
     AND g.target = written_columns.target;
END;
$$;

COMMENT ON FUNCTION equity_internal.written_columns(text, text) IS
  'The columns of a table that a load writes, with the SQL of what a new row has and of what a row that is there gets.';

CREATE FUNCTION equity_internal.key_match(kind text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_agg(format('t.%1$I = r.%1$I::%2$s', c.name, equity_internal.column_type(k.target, c.name)), ' AND ' ORDER BY c.place)
    FROM equity_internal.import_kind AS k
   CROSS JOIN LATERAL unnest(k.key_columns) WITH ORDINALITY AS c (name, place)
   WHERE k.kind = key_match.kind;
END;

COMMENT ON FUNCTION equity_internal.key_match(text) IS
  'SQL of whether row r is row t of the registry.';

CREATE FUNCTION equity_internal.changed_columns(kind text, target text) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT coalesce(string_agg(format('t.%I IS DISTINCT FROM %s', w.column_name, w.next_value), ' OR '), 'false')
    FROM equity_internal.written_columns(changed_columns.kind, changed_columns.target) AS w;
END;

COMMENT ON FUNCTION equity_internal.changed_columns(text, text) IS
  'SQL of whether row r says anything new of row t.';

-- Beside its own table a kind may write others with the same key: those of the household for an application.
CREATE FUNCTION equity_internal.side_targets(kind text) RETURNS SETOF text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT DISTINCT g.target
    FROM pg_temp.equity_import_given AS g
    JOIN equity_internal.import_kind AS k ON k.kind = g.kind
   WHERE g.target <> k.target;
END;
$$;

COMMENT ON FUNCTION equity_internal.side_targets(text) IS
  'The other tables that a load writes.';

CREATE FUNCTION equity_internal.some_given(kind text, target text) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT format('num_nonnulls(%s) > 0', string_agg(w.new_value, ', '))
    FROM equity_internal.written_columns(some_given.kind, some_given.target) AS w;
END;

COMMENT ON FUNCTION equity_internal.some_given(text, text) IS
  'SQL of whether row r has anything for a table: of nothing no row is made.';

CREATE FUNCTION equity_internal.plan_rows(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this equity_internal.import_kind;
  sides text;
BEGIN
  SELECT k.* INTO this FROM equity_internal.import_kind AS k WHERE k.kind = plan_rows.kind;
  SELECT coalesce(string_agg(format('coalesce((SELECT %s FROM equity.%I AS t WHERE %s), %s)',
                                    equity_internal.changed_columns(this.kind, s.target), s.target,
                                    equity_internal.key_match(this.kind), equity_internal.some_given(this.kind, s.target)), ' OR '), 'false') INTO sides
    FROM equity_internal.side_targets(this.kind) AS s (target);
  EXECUTE format('CREATE TEMPORARY TABLE equity_import_plan ON COMMIT DROP AS '
                 'SELECT r.line, CASE WHEN t.%I IS NULL THEN ''insert'' '
                 'WHEN %s OR r.line IN (SELECT x.line FROM pg_temp.equity_import_touched AS x) OR %s THEN ''update'' ELSE ''unchanged'' END AS action '
                 'FROM pg_temp.equity_import_row AS r LEFT JOIN equity.%I AS t ON %s',
                 this.key_columns[1], equity_internal.changed_columns(this.kind, this.target), sides, this.target, equity_internal.key_match(this.kind));
  ANALYZE pg_temp.equity_import_plan;
END;
$$;

COMMENT ON FUNCTION equity_internal.plan_rows(text) IS
  'Makes equity_import_plan.';

CREATE FUNCTION equity_internal.drop_planned() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.drop_rejected();
  DELETE FROM pg_temp.equity_import_plan AS p
   WHERE NOT EXISTS (SELECT FROM pg_temp.equity_import_row AS r WHERE r.line = p.line);
END;
$$;

COMMENT ON FUNCTION equity_internal.drop_planned() IS
  'Takes lines with an error out of equity_import_row and equity_import_plan.';

-- ---- what stands in the way ----

CREATE FUNCTION equity_internal.require_fields(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field record;
BEGIN
  FOR field IN
    SELECT f.field, f.column_name, EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = f.field) AS is_given
      FROM equity_internal.import_field AS f
     WHERE f.kind = require_fields.kind
       AND f.role = 'required'
  LOOP
    EXECUTE format('INSERT INTO pg_temp.equity_import_problem (line, field, reason_code) '
                   'SELECT r.line, %L, ''ROW_MISSING'' '
                   'FROM pg_temp.equity_import_row AS r JOIN pg_temp.equity_import_plan AS p ON p.line = r.line '
                   'WHERE r.%I IS NULL AND (%L OR p.action = ''insert'')', field.field, field.column_name, field.is_given);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_fields(text) IS
  'Problems of new rows without a field that they need, and of rows that would empty it.';

CREATE FUNCTION equity_internal.require_open_rounds() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'round', 'ROW_ROUND_FIXED', d.round_code
    FROM pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_plan AS p ON p.line = r.line
    JOIN (SELECT e.round_id, e.round_code
            FROM equity.round AS e
           WHERE e.status NOT IN ('draft', 'open')
             AND NOT equity_internal.is_amending(e.round_id)) AS d
      ON d.round_id = r.round_id
   WHERE p.action <> 'unchanged';
END;
$$;

COMMENT ON FUNCTION equity_internal.require_open_rounds() IS
  'Problems of lines that would change something in a round that is closed, unless equity.amend_round was called in this transaction.';

CREATE FUNCTION equity_internal.require_applications(field text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT r.line, require_applications.field, 'ROW_NO_APPLICATION'
    FROM pg_temp.equity_import_row AS r
   WHERE NOT EXISTS (SELECT FROM equity.application AS a WHERE a.applicant_id = r.applicant_id AND a.round_id = r.round_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.require_applications(text) IS
  'Problems of lines that belong to an application which is not there.';

-- ---- persons ----

CREATE FUNCTION equity_internal.judge_applicants() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'given_name', 'ROW_NAME_STRANGE', r.given_name
    FROM pg_temp.equity_import_row AS r
   WHERE concat_ws(' ', r.title, r.given_name, r.family_name) ~ '[][0-9<>{}@#$%^*_=|~]';

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'given_name', 'ROW_NAME_NOT_KEPT', r.given_name
    FROM pg_temp.equity_import_row AS r
   WHERE num_nonnulls(r.title, r.given_name, r.family_name) > 0
     AND NOT EXISTS (SELECT FROM pg_temp.equity_import_key AS k WHERE k.line = r.line AND k.key_kind <> 'source')
     AND NOT EXISTS (SELECT FROM equity.applicant_identity AS i WHERE i.applicant_id = r.applicant_id AND i.valid_to IS NULL);

  WITH kept AS (
    UPDATE pg_temp.equity_import_row AS r
       SET source_key = NULL
      FROM equity.applicant AS a
     WHERE a.applicant_id = r.applicant_id
       AND (a.source, a.source_key) <> (coalesce(r.source, 'file'), r.source_key)
    RETURNING r.line
  )
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT k.line, 'source_key', 'ROW_KNOWN_ELSEWHERE' FROM kept AS k;

  INSERT INTO pg_temp.equity_import_identity (line, identity_kind, identity, replaces)
  SELECT DISTINCT r.line, k.key_kind, k.key, i.identity IS NOT NULL
    FROM pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_key AS k ON k.line = r.line AND k.key_kind <> 'source'
    LEFT JOIN equity.applicant_identity AS i
      ON i.applicant_id = r.applicant_id
     AND i.identity_kind = k.key_kind
     AND i.valid_to IS NULL
   WHERE NOT EXISTS (SELECT
                       FROM equity.applicant_identity AS o
                      WHERE o.applicant_id = r.applicant_id
                        AND o.identity_kind = k.key_kind
                        AND o.identity = k.key);
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT n.line, n.identity_kind,
         CASE WHEN f.line IS NULL OR n.identities > 1 THEN 'ROW_IDENTITY_DIFFERS' ELSE 'ROW_IDENTITY_REPLACED' END, n.identity
    FROM (SELECT i.line, i.identity_kind, min(i.identity) AS identity, count(*) AS identities, bool_or(i.replaces) AS replaces
            FROM pg_temp.equity_import_identity AS i
           GROUP BY i.line, i.identity_kind) AS n
    LEFT JOIN pg_temp.equity_import_found AS f ON f.line = n.line AND f.key_kind = 'source'
   WHERE n.replaces OR n.identities > 1;

  INSERT INTO pg_temp.equity_import_touched (line)
  SELECT i.line FROM pg_temp.equity_import_identity AS i
  UNION
  SELECT r.line
    FROM pg_temp.equity_import_row AS r
    JOIN equity.applicant_identity AS i ON i.applicant_id = r.applicant_id AND i.valid_to IS NULL
   WHERE (i.title, i.given_name, i.family_name)
         IS DISTINCT FROM (coalesce(r.title, i.title), coalesce(r.given_name, i.given_name), coalesce(r.family_name, i.family_name));
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_applicants() IS
  'What lines say of names and identities: problems, equity_import_identity, and which lines change some of it.';

CREATE FUNCTION equity_internal.write_identities() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  -- an identity that began today has no history worth keeping, nor room for it
  UPDATE equity.applicant_identity AS i
     SET identity = n.identity
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
   WHERE n.replaces
     AND i.applicant_id = r.applicant_id
     AND i.identity_kind = n.identity_kind
     AND i.valid_to IS NULL
     AND i.valid_from >= CURRENT_DATE;
  UPDATE equity.applicant_identity AS i
     SET valid_to = CURRENT_DATE
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
   WHERE n.replaces
     AND i.applicant_id = r.applicant_id
     AND i.identity_kind = n.identity_kind
     AND i.valid_to IS NULL
     AND i.identity <> n.identity;

  INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name, family_name)
  SELECT r.applicant_id, n.identity_kind, n.identity,
         coalesce(r.title, o.title), coalesce(r.given_name, o.given_name), coalesce(r.family_name, o.family_name)
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
    LEFT JOIN (SELECT DISTINCT ON (i.applicant_id) i.applicant_id, i.title, i.given_name, i.family_name
                 FROM equity.applicant_identity AS i
                WHERE i.applicant_id IN (SELECT t.applicant_id FROM pg_temp.equity_import_row AS t)
                ORDER BY i.applicant_id, i.valid_to DESC NULLS FIRST, i.valid_from DESC, i.identity_kind) AS o
      ON o.applicant_id = r.applicant_id
   WHERE NOT EXISTS (SELECT
                       FROM equity.applicant_identity AS i
                      WHERE i.applicant_id = r.applicant_id
                        AND i.identity_kind = n.identity_kind
                        AND i.identity = n.identity);

  -- whoever has a citizen id needs a G-code no longer
  UPDATE equity.applicant_identity AS i
     SET valid_to = greatest(CURRENT_DATE, i.valid_from + 1)
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
   WHERE n.identity_kind = 'citizen_id'
     AND i.applicant_id = r.applicant_id
     AND i.identity_kind = 'g_code'
     AND i.valid_to IS NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_identities() IS
  'Gives persons the identities of equity_import_identity; those that they take the place of end.';

CREATE FUNCTION equity_internal.write_names() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  WITH renamed AS (
    SELECT i.applicant_id, i.identity_kind, i.valid_from,
           coalesce(r.title, i.title) AS title, coalesce(r.given_name, i.given_name) AS given_name, coalesce(r.family_name, i.family_name) AS family_name
      FROM pg_temp.equity_import_row AS r
      JOIN equity.applicant_identity AS i ON i.applicant_id = r.applicant_id AND i.valid_to IS NULL
     WHERE (i.title, i.given_name, i.family_name)
           IS DISTINCT FROM (coalesce(r.title, i.title), coalesce(r.given_name, i.given_name), coalesce(r.family_name, i.family_name))
  ), corrected AS (
    UPDATE equity.applicant_identity AS i
       SET title = n.title, given_name = n.given_name, family_name = n.family_name
      FROM renamed AS n
     WHERE (i.applicant_id, i.identity_kind, i.valid_from) = (n.applicant_id, n.identity_kind, n.valid_from)
       AND i.valid_from >= CURRENT_DATE
  ), ended AS (
    UPDATE equity.applicant_identity AS i
       SET valid_to = CURRENT_DATE
      FROM renamed AS n
     WHERE (i.applicant_id, i.identity_kind, i.valid_from) = (n.applicant_id, n.identity_kind, n.valid_from)
       AND i.valid_from < CURRENT_DATE
    RETURNING i.applicant_id, i.identity_kind, i.identity, n.title, n.given_name, n.family_name
  )
  INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name, family_name)
  SELECT e.applicant_id, e.identity_kind, e.identity, e.title, e.given_name, e.family_name FROM ended AS e;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_names() IS
  'Gives persons the names of their lines. A name of before today stays in the history.';

-- Only who shares birth date and name with another is looked at, and what was decided stays decided.
CREATE FUNCTION equity_internal.find_candidates(batch text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
AS $$
DECLARE
  found_pairs bigint;
BEGIN
  WITH touched AS MATERIALIZED (
    SELECT a.applicant_id, a.birth_date
      FROM pg_temp.equity_import_row AS r
      JOIN pg_temp.equity_import_plan AS p ON p.line = r.line AND p.action <> 'unchanged'
      JOIN equity.applicant AS a ON a.applicant_id = r.applicant_id
     WHERE a.birth_date IS NOT NULL
  ), known AS MATERIALIZED (
    SELECT DISTINCT a.applicant_id, a.birth_date,
           lower(equity.thai_normal(i.given_name)) AS given_name, lower(equity.thai_normal(coalesce(i.family_name, ''))) AS family_name
      FROM equity.applicant AS a
      JOIN equity.applicant_identity AS i ON i.applicant_id = a.applicant_id AND i.valid_to IS NULL
     WHERE a.birth_date IN (SELECT t.birth_date FROM touched AS t)
       AND i.given_name IS NOT NULL
  ), pair AS (
    SELECT least(k.applicant_id, o.applicant_id) AS first_id, greatest(k.applicant_id, o.applicant_id) AS other_id, 'name_and_birth_date' AS reason
      FROM touched AS t
      JOIN known AS k ON k.applicant_id = t.applicant_id
      JOIN known AS o
        ON o.birth_date = k.birth_date
       AND o.given_name = k.given_name
       AND o.family_name = k.family_name
       AND o.applicant_id <> k.applicant_id
    UNION ALL
    SELECT p.first_id, p.last_id, 'identities'
      FROM pg_temp.equity_import_person AS p
     WHERE p.first_id < p.last_id
  )
  INSERT INTO equity.duplicate_candidate (applicant_id, other_applicant_id, reason, batch)
  SELECT p.first_id, p.other_id, min(p.reason), find_candidates.batch
    FROM pair AS p
   GROUP BY p.first_id, p.other_id
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS found_pairs = ROW_COUNT;
  RETURN found_pairs;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_candidates(text) IS
  'Puts pairs of persons who may be one into equity.duplicate_candidate and returns how many are new.';

-- ---- applications ----

CREATE VIEW equity_internal.pool_code (round_id, code, pool_id, pools) WITH (security_invoker = true) AS
  SELECT p.round_id, c.code, min(p.pool_id), count(*)
    FROM equity.seat_pool AS p
    JOIN equity.institution AS i ON i.institution_id = p.institution_id
   CROSS JOIN LATERAL (VALUES (p.pool_id::text),
                              (concat_ws('/', i.institution_code, p.field_code)),
                              (concat_ws('/', i.institution_code, p.field_code, p.grant_type)),
                              (concat_ws('/', i.institution_code, p.field_code, p.grant_type, p.programme_code))) AS c (code)
   GROUP BY p.round_id, c.code;

COMMENT ON VIEW equity_internal.pool_code IS
  'What a seat pool may be called in a file: its number, or institution code and field code, with grant type and programme as needed, parted by /.';
COMMENT ON COLUMN equity_internal.pool_code.round_id IS 'The round.';
COMMENT ON COLUMN equity_internal.pool_code.code IS 'What it is called.';
COMMENT ON COLUMN equity_internal.pool_code.pool_id IS 'The pool, the first of several.';
COMMENT ON COLUMN equity_internal.pool_code.pools IS 'How many pools are called so.';

CREATE FUNCTION equity_internal.read_choices(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  choices text := CASE kind
                    WHEN 'choice' THEN $q$SELECT r.line, r.applicant_id, r.round_id, r.choice, 'pool' AS field, r.pool_id AS code FROM pg_temp.equity_import_row AS r$q$
                    ELSE $q$SELECT r.line, r.applicant_id, r.round_id, g.choice, g.field, c.code
                              FROM pg_temp.equity_import_row AS r
                             CROSS JOIN LATERAL unnest(r.choices) WITH ORDINALITY AS c (code, place)
                              JOIN (SELECT w.label AS field, w.place::numeric AS choice, row_number() OVER (ORDER BY w.place::numeric) AS place
                                      FROM pg_temp.equity_import_given AS w
                                     WHERE w.role = 'choice') AS g ON g.place = c.place$q$
                  END;
BEGIN
  EXECUTE format('INSERT INTO pg_temp.equity_import_choice (line, applicant_id, round_id, choice, field, code, pool_id, pools) '
                 'SELECT c.line, c.applicant_id, c.round_id, c.choice, c.field, c.code, p.pool_id, p.pools FROM (%s) AS c '
                 'LEFT JOIN equity_internal.pool_code AS p ON p.round_id = c.round_id AND p.code = translate(c.code, '' '', '''') '
                 'WHERE c.code IS NOT NULL', choices);
  ANALYZE pg_temp.equity_import_choice;

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT c.line, c.field, CASE WHEN c.pools IS NULL THEN 'ROW_POOL' ELSE 'ROW_POOL_SEVERAL' END, c.code
    FROM pg_temp.equity_import_choice AS c
   WHERE c.pools IS DISTINCT FROM 1;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_choices(text) IS
  'Fills equity_import_choice, with the pools that the codes mean; a code that means none or several is a problem.';

-- The columns choice1, choice2 … are the whole list of an application.
CREATE FUNCTION equity_internal.judge_choice_lists() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT c.line, min(c.field), 'ROW_CHOICE_TWICE', min(c.code)
    FROM pg_temp.equity_import_choice AS c
   WHERE c.pools = 1
   GROUP BY c.line, c.pool_id
  HAVING count(*) > 1;

  INSERT INTO pg_temp.equity_import_touched (line)
  SELECT DISTINCT coalesce(n.line, o.line)
    FROM pg_temp.equity_import_choice AS n
    FULL JOIN (SELECT r.line, c.choice, c.pool_id
                 FROM pg_temp.equity_import_row AS r
                 JOIN equity.choice AS c ON c.applicant_id = r.applicant_id AND c.round_id = r.round_id) AS o
      ON o.line = n.line
     AND o.choice = n.choice
     AND o.pool_id = n.pool_id
   WHERE n.line IS NULL OR o.line IS NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_choice_lists() IS
  'A pool that a list has twice is a problem; a list that is not that of the registry changes its application.';

CREATE FUNCTION equity_internal.judge_applications() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'source_key', 'ROW_CONTRADICTED', r.source_key
    FROM pg_temp.equity_import_row AS r
   WHERE (coalesce(r.source, 'file'), r.source_key) IN (SELECT coalesce(s.source, 'file'), s.source_key
                                                          FROM pg_temp.equity_import_row AS s
                                                         WHERE s.source_key IS NOT NULL
                                                         GROUP BY 1, 2
                                                        HAVING count(*) > 1);

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'source_key', 'ROW_OTHER_SOURCE', r.source_key
    FROM pg_temp.equity_import_row AS r
    JOIN equity.application AS a ON a.applicant_id = r.applicant_id AND a.round_id = r.round_id
   WHERE (a.source, a.source_key) <> (coalesce(r.source, 'file'), r.source_key);

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT r.line, 'submitted_at', 'ROW_NO_TIME'
    FROM pg_temp.equity_import_row AS r
    LEFT JOIN equity.application AS a ON a.applicant_id = r.applicant_id AND a.round_id = r.round_id
   WHERE coalesce(r.status, a.status) = 'submitted'
     AND coalesce(r.submitted_at, a.submitted_at) IS NULL;

  IF EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.role = 'choice') THEN
    PERFORM equity_internal.read_choices('application');
    PERFORM equity_internal.judge_choice_lists();
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_applications() IS
  'Problems of applications: one number for two, another number for one, no time of submission, choices.';

CREATE FUNCTION equity_internal.write_choice_lists() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.role = 'choice') THEN
    RETURN;
  END IF;
  DELETE FROM equity.choice AS c
   USING pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_plan AS p ON p.line = r.line AND p.action = 'update'
   WHERE c.applicant_id = r.applicant_id
     AND c.round_id = r.round_id
     AND NOT EXISTS (SELECT
                       FROM pg_temp.equity_import_choice AS n
                      WHERE n.line = r.line
                        AND n.choice = c.choice
                        AND n.pool_id = c.pool_id);
  INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
  SELECT n.applicant_id, n.round_id, n.choice, n.pool_id
    FROM pg_temp.equity_import_choice AS n
    JOIN pg_temp.equity_import_plan AS p ON p.line = n.line AND p.action <> 'unchanged'
   WHERE NOT EXISTS (SELECT
                       FROM equity.choice AS c
                      WHERE c.applicant_id = n.applicant_id
                        AND c.round_id = n.round_id
                        AND c.choice = n.choice);
END;
$$;

COMMENT ON FUNCTION equity_internal.write_choice_lists() IS
  'Makes the choices of applications those of their lines.';

-- A choice that was read alone: the others of its application stay. What one line gives up may be what
-- another asks for, so a line that falls may make another fall.
CREATE FUNCTION equity_internal.judge_choices() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  fallen bigint;
BEGIN
  PERFORM equity_internal.require_applications('round');
  PERFORM equity_internal.read_choices('choice');
  PERFORM equity_internal.drop_rejected();
  UPDATE pg_temp.equity_import_row AS r
     SET pool_id = c.pool_id::text
    FROM pg_temp.equity_import_choice AS c
   WHERE c.line = r.line;
  LOOP
    INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
    SELECT r.line, 'pool', 'ROW_CHOICE_TWICE', c.code
      FROM pg_temp.equity_import_row AS r
      JOIN pg_temp.equity_import_choice AS c ON c.line = r.line
     WHERE EXISTS (SELECT
                     FROM pg_temp.equity_import_row AS o
                    WHERE (o.applicant_id, o.round_id, o.pool_id) = (r.applicant_id, r.round_id, r.pool_id)
                      AND o.line <> r.line)
        OR EXISTS (SELECT
                     FROM equity.choice AS t
                    WHERE (t.applicant_id, t.round_id, t.pool_id) = (r.applicant_id, r.round_id, r.pool_id::bigint)
                      AND t.choice <> r.choice
                      AND NOT EXISTS (SELECT
                                        FROM pg_temp.equity_import_row AS o
                                       WHERE (o.applicant_id, o.round_id, o.choice) = (t.applicant_id, t.round_id, t.choice)));
    GET DIAGNOSTICS fallen = ROW_COUNT;
    EXIT WHEN fallen = 0;
    PERFORM equity_internal.drop_rejected();
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_choices() IS
  'Problems of rows of kind choice: no application, no pool, and a pool that its application would have twice.';

-- In one statement a pool could come to its new place before it has left the old one.
CREATE FUNCTION equity_internal.write_choices() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  DELETE FROM equity.choice AS c
   USING pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_plan AS p ON p.line = r.line AND p.action = 'update'
   WHERE c.applicant_id = r.applicant_id
     AND c.round_id = r.round_id
     AND c.choice = r.choice;
  INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
  SELECT r.applicant_id, r.round_id, r.choice, r.pool_id::bigint
    FROM pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_plan AS p ON p.line = r.line AND p.action <> 'unchanged';
END;
$$;

COMMENT ON FUNCTION equity_internal.write_choices() IS
  'Writes rows of kind choice.';

-- The applicant is one of the household, whether listed as self or not.
CREATE FUNCTION equity_internal.compare_households() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  WITH member AS (
    SELECT r.applicant_id, r.round_id, r.line, coalesce(r.relation, m.relation) AS relation,
           CASE WHEN EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = 'monthly_income') THEN r.monthly_income ELSE m.monthly_income END AS income
      FROM pg_temp.equity_import_row AS r
      LEFT JOIN equity.household_member AS m
        ON m.applicant_id = r.applicant_id
       AND m.round_id = r.round_id
       AND m.member_number = r.member_number
    UNION ALL
    SELECT m.applicant_id, m.round_id, NULL, m.relation, m.monthly_income
      FROM equity.household_member AS m
     WHERE (m.applicant_id, m.round_id) IN (SELECT r.applicant_id, r.round_id FROM pg_temp.equity_import_row AS r)
       AND NOT EXISTS (SELECT
                         FROM pg_temp.equity_import_row AS r
                        WHERE (r.applicant_id, r.round_id, r.member_number) = (m.applicant_id, m.round_id, m.member_number))
  ), listed AS (
    SELECT m.applicant_id, m.round_id, min(m.line) AS line, count(*) AS members,
           bool_or(m.relation IS NOT DISTINCT FROM 'self') AS has_self,
           CASE WHEN count(m.income) = count(*) THEN sum(m.income) END AS income
      FROM member AS m
     GROUP BY m.applicant_id, m.round_id
  )
  SELECT l.line, d.field, d.reason_code
    FROM listed AS l
    JOIN equity.household AS h ON h.applicant_id = l.applicant_id AND h.round_id = l.round_id
   CROSS JOIN LATERAL (VALUES ('member_number', 'ROW_MEMBERS_DIFFER',
                               h.household_size <> l.members AND (l.has_self OR h.household_size <> l.members + 1)),
                              ('monthly_income', 'ROW_INCOME_DIFFERS', h.monthly_income <> l.income)) AS d (field, reason_code, differs)
   WHERE d.differs;
END;
$$;

COMMENT ON FUNCTION equity_internal.compare_households() IS
  'Warnings at the first line of each household whose members, with those that the registry has already, do not make the number or the income declared.';

-- ---- a kind's own ways ----

CREATE FUNCTION equity_internal.judge_kind(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  CASE kind
    WHEN 'applicant' THEN
      PERFORM equity_internal.judge_applicants();
    WHEN 'application' THEN
      PERFORM equity_internal.judge_applications();
    WHEN 'choice' THEN
      PERFORM equity_internal.judge_choices();
    WHEN 'household_member' THEN
      PERFORM equity_internal.require_applications('round');
    ELSE
      NULL;
  END CASE;
  PERFORM equity_internal.drop_rejected();
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_kind(text) IS
  'What only rows of this kind can get wrong.';

CREATE FUNCTION equity_internal.judge_plan(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.require_fields(kind);
  IF EXISTS (SELECT FROM equity_internal.import_kind AS k WHERE k.kind = judge_plan.kind AND 'round_id' = ANY (k.key_columns)) THEN
    PERFORM equity_internal.require_open_rounds();
  END IF;
  PERFORM equity_internal.drop_planned();
  IF kind = 'household_member' THEN
    PERFORM equity_internal.compare_households();
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_plan(text) IS
  'What is wrong with rows because of what they would change.';

-- ---- writing ----

CREATE FUNCTION equity_internal.insert_rows(kind text, target text, condition text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  columns record;
BEGIN
  SELECT string_agg(quote_ident(c.name), ', ') AS names,
         string_agg(c.value, ', ') AS values
    INTO columns
    FROM (SELECT k.name, format('r.%I', k.name)
            FROM equity_internal.import_kind AS i
           CROSS JOIN LATERAL unnest(i.key_columns) AS k (name)
           WHERE i.kind = insert_rows.kind
          UNION ALL
          SELECT w.column_name, w.new_value
            FROM equity_internal.written_columns(insert_rows.kind, insert_rows.target) AS w) AS c (name, value);
  EXECUTE format('INSERT INTO equity.%I (%s) SELECT %s '
                 'FROM pg_temp.equity_import_row AS r JOIN pg_temp.equity_import_plan AS p ON p.line = r.line WHERE %s',
                 target, columns.names, columns.values, condition);
END;
$$;

COMMENT ON FUNCTION equity_internal.insert_rows(text, text, text) IS
  'Inserts the rows r that the plan p has under a condition into a table.';

CREATE FUNCTION equity_internal.update_rows(kind text, target text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  assignments text := (SELECT string_agg(format('%I = %s', w.column_name, w.next_value), ', ')
                         FROM equity_internal.written_columns(update_rows.kind, update_rows.target) AS w);
BEGIN
  IF assignments IS NOT NULL THEN
    EXECUTE format('UPDATE equity.%I AS t SET %s FROM pg_temp.equity_import_row AS r JOIN pg_temp.equity_import_plan AS p ON p.line = r.line '
                   'WHERE p.action = ''update'' AND %s AND (%s)',
                   target, assignments, equity_internal.key_match(kind), equity_internal.changed_columns(kind, target));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.update_rows(text, text) IS
  'Updates the rows of a table of which the rows r say something new.';

CREATE FUNCTION equity_internal.write_rows(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  target text := (SELECT k.target FROM equity_internal.import_kind AS k WHERE k.kind = write_rows.kind);
  side text;
BEGIN
  PERFORM equity_internal.insert_rows(kind, target, 'p.action = ''insert''');
  PERFORM equity_internal.update_rows(kind, target);
  FOR side IN SELECT s.target FROM equity_internal.side_targets(kind) AS s (target) LOOP
    PERFORM equity_internal.update_rows(kind, side);
    PERFORM equity_internal.insert_rows(kind, side,
      format('p.action <> ''unchanged'' AND %s AND NOT EXISTS (SELECT FROM equity.%I AS t WHERE %s)',
             equity_internal.some_given(kind, side), side, equity_internal.key_match(kind)));
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_rows(text) IS
  'Writes the tables of a kind by its plan.';

CREATE FUNCTION equity_internal.number_applicants() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE pg_temp.equity_import_row AS r
     SET applicant_id = n.applicant_id
    FROM (SELECT o.line, nextval('equity.applicant_applicant_id_seq') AS applicant_id
            FROM (SELECT g.line FROM pg_temp.equity_import_row AS g WHERE g.applicant_id IS NULL ORDER BY g.line) AS o) AS n
   WHERE n.line = r.line;
END;
$$;

COMMENT ON FUNCTION equity_internal.number_applicants() IS
  'Gives new persons their numbers, in the order of the lines.';

CREATE FUNCTION equity_internal.write_households() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO equity.household (applicant_id, round_id)
  SELECT DISTINCT r.applicant_id, r.round_id
    FROM pg_temp.equity_import_row AS r
  ON CONFLICT DO NOTHING;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_households() IS
  'Makes the households of members of whom nothing is declared.';

-- No nested loop: it would read anew, for each row, what the statement itself has written so far.
CREATE FUNCTION equity_internal.write_kind(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET enable_nestloop = off
AS $$
DECLARE
  broken text;
BEGIN
  CASE kind
    WHEN 'applicant' THEN
      PERFORM equity_internal.number_applicants();
      PERFORM equity_internal.write_rows(kind);
      PERFORM equity_internal.write_identities();
      PERFORM equity_internal.write_names();
    WHEN 'application' THEN
      PERFORM equity_internal.write_rows(kind);
      PERFORM equity_internal.write_choice_lists();
    WHEN 'choice' THEN
      PERFORM equity_internal.write_choices();
    WHEN 'household_member' THEN
      PERFORM equity_internal.write_households();
      PERFORM equity_internal.write_rows(kind);
    ELSE
      PERFORM equity_internal.write_rows(kind);
  END CASE;
EXCEPTION
  WHEN unique_violation THEN
    -- what the plan did not see was written meanwhile
    GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
    RAISE EXCEPTION 'another transaction wrote some of these rows first'
      USING ERRCODE = 'serialization_failure',
            DETAIL = format('They would break constraint "%s".', broken),
            HINT = 'Run the transaction again.';
END;
$$;

COMMENT ON FUNCTION equity_internal.write_kind(text) IS
  'Writes the rows of a kind. Error 40001 when somebody else wrote one of them meanwhile.';

-- ---- the record ----

CREATE FUNCTION equity_internal.record_rejects(batch text, kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO equity.import_reject (batch, kind, line, field, reason_code, severity, masked_value, reason_th, reason_en, applicant_id)
  SELECT record_rejects.batch, record_rejects.kind, p.line, p.field, p.reason_code, s.severity,
         equity_internal.import_mask(coalesce(f.mask, g.mask, 'hidden'), min(p.value)), s.reason_th, s.reason_en,
         min(o.first_id)
    FROM pg_temp.equity_import_problem AS p
    JOIN equity_internal.import_reason AS s ON s.reason_code = p.reason_code
    LEFT JOIN equity_internal.import_field AS f ON f.kind = record_rejects.kind AND f.field = p.field
    LEFT JOIN pg_temp.equity_import_given AS g ON g.label = p.field
    LEFT JOIN pg_temp.equity_import_person AS o ON o.line = p.line AND o.first_id = o.last_id
   GROUP BY p.line, p.field, p.reason_code, s.severity, f.mask, g.mask, s.reason_th, s.reason_en;
END;
$$;

COMMENT ON FUNCTION equity_internal.record_rejects(text, text) IS
  'Writes the problems of a load to equity.import_reject, with masked values.';

CREATE FUNCTION equity_internal.record_batch(this equity.import_batch) RETURNS equity.import_batch
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  SELECT count(*) FILTER (WHERE p.action = 'insert'), count(*) FILTER (WHERE p.action = 'update'),
         this.unchanged + count(*) FILTER (WHERE p.action = 'unchanged')
    INTO this.inserted, this.updated, this.unchanged
    FROM pg_temp.equity_import_plan AS p;
  SELECT count(DISTINCT p.line) FILTER (WHERE s.severity = 'error'),
         count(DISTINCT (p.line, p.field, p.reason_code)) FILTER (WHERE s.severity = 'warning')
    INTO this.rejected, this.warnings
    FROM pg_temp.equity_import_problem AS p
    JOIN equity_internal.import_reason AS s ON s.reason_code = p.reason_code;
  this.loaded_at := clock_timestamp();
  this.loaded_by := session_user;

  DELETE FROM equity.import_batch AS b WHERE b.batch = this.batch AND b.kind = this.kind;
  INSERT INTO equity.import_batch SELECT this.*;
  PERFORM equity_internal.record_rejects(this.batch, this.kind);
  RETURN this;
END;
$$;

COMMENT ON FUNCTION equity_internal.record_batch(equity.import_batch) IS
  'Counts a load and writes it to equity.import_batch and equity.import_reject, in the place of the last load of its batch and kind.';

CREATE FUNCTION equity_internal.judge_source(this equity.import_batch, source text, search_path text) RETURNS equity.import_batch
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  key_columns text[] := (SELECT k.key_columns FROM equity_internal.import_kind AS k WHERE k.kind = this.kind);
  first_key text := (SELECT f.field
                       FROM equity_internal.import_field AS f
                      WHERE f.kind = this.kind
                        AND f.column_name = key_columns[cardinality(key_columns)]);
BEGIN
  PERFORM equity_internal.open_import();
  PERFORM equity_internal.match_columns(this.kind, source, search_path);
  PERFORM equity_internal.require_columns(this.kind);
  this.ignored_columns := equity_internal.ignored_columns(this.kind);
  this.rows_read := equity_internal.read_rows(this.kind, source, search_path);
  PERFORM equity_internal.note_unread();
  IF 'applicant_id' = ANY (key_columns) THEN
    PERFORM equity_internal.resolve_persons(this.kind);
  END IF;
  PERFORM equity_internal.require_keys(this.kind);
  PERFORM equity_internal.drop_rejected();

  PERFORM equity_internal.label_lines(this.kind);
  this.unchanged := equity_internal.judge_repeats(coalesce(first_key, 'citizen_id'));
  PERFORM equity_internal.drop_rejected();
  PERFORM equity_internal.judge_kind(this.kind);
  PERFORM equity_internal.plan_rows(this.kind);
  PERFORM equity_internal.judge_plan(this.kind);
  RETURN this;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_source(equity.import_batch, text, text) IS
  'Reads a source and makes the plan of its load.';

CREATE FUNCTION equity_internal.begin_batch(kind text, batch text, dry_run boolean) RETURNS equity.import_batch
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  this equity.import_batch;
BEGIN
  IF NOT EXISTS (SELECT FROM equity_internal.import_kind AS k WHERE k.kind = begin_batch.kind) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('unrecognized kind of rows: %s', coalesce(format('"%s"', equity_internal.excerpt(kind)), 'NULL')),
      HINT = format('Kinds are %s.', (SELECT string_agg(k.kind, ', ' ORDER BY k.kind COLLATE "C") FROM equity_internal.import_kind AS k));
  END IF;
  -- loads wait for each other, so that each sees the persons of the one before
  LOCK TABLE equity.import_batch IN SHARE ROW EXCLUSIVE MODE;
  this.batch := coalesce(nullif(btrim(batch), ''), format('%s %s', kind, to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US')));
  this.kind := kind;
  this.dry_run := coalesce(dry_run, false);
  RETURN this;
END;
$$;

COMMENT ON FUNCTION equity_internal.begin_batch(text, text, boolean) IS
  'The row of a load that begins, which has the loads to itself until the end of the transaction. Error 22023 for an unknown kind.';

CREATE FUNCTION equity_internal.load_source(kind text, source text, batch text, dry_run boolean, search_path text,
                                            OUT batch_name text, OUT rows_read bigint, OUT inserted bigint, OUT updated bigint, OUT unchanged bigint,
                                            OUT rejected bigint, OUT warnings bigint, OUT candidates bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
AS $$
DECLARE
  this equity.import_batch;
BEGIN
  IF source IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'the source query is NULL',
      HINT = 'Pass a query over a table of the file, for example SELECT * FROM staging.';
  END IF;
  this := equity_internal.begin_batch(kind, batch, dry_run);
  this := equity_internal.judge_source(this, source, search_path);
  IF NOT this.dry_run THEN
    PERFORM equity_internal.write_kind(this.kind);
    candidates := CASE WHEN this.kind = 'applicant' THEN equity_internal.find_candidates(this.batch) ELSE 0 END;
  END IF;
  this := equity_internal.record_batch(this);
  PERFORM equity_internal.close_import();
  IF NOT this.dry_run THEN
    PERFORM equity.audit_append('load_rows', NULL, NULL,
                                to_jsonb(this) - '{dry_run,loaded_at,loaded_by,ignored_columns}'::text[]
                                || jsonb_build_object('candidates', candidates));
  END IF;
  SELECT this.batch, this.rows_read, this.inserted, this.updated, this.unchanged, this.rejected, this.warnings
    INTO batch_name, rows_read, inserted, updated, unchanged, rejected, warnings;
END;
$$;

COMMENT ON FUNCTION equity_internal.load_source(text, text, text, boolean, text) IS
  'equity.load_rows, with the search_path of the source.';

--- The source is one SELECT over a table of texts, as a file was copied into it; it is run with the rights and the search_path of
--- the caller. Columns are found by the name of a field or by a heading of `equity.import_column`, in any order. What is a date or a time in the
--- source is taken as such; everything else is read as text, in Thai or other digits, with years of the Buddhist era.
---
--- | kind | who or what | fields |
--- | --- | --- | --- |
--- | `institution` | `institution_code` | `name_th`, `name_en`, `province_code`, `kind`, `ownership`, `affiliation` |
--- | `applicant` | person | `source_key`, `full_name`, `title`, `given_name`, `family_name`, `birth_date`, `sex`, `province_code` |
--- | `application` | person, `round`, or `source_key` alone | `source_key`, `status`, `submitted_at`, `education_level`, `gpa`, `graduated_year`, `welfare_card`, `disability_registered`, `verified_need`, `answers.KEY`; `household_size`, `monthly_income`; the columns of `equity.dwelling`; `choice1`, `choice2` … |
--- | `choice` | person, `round`, `choice` | `pool` |
--- | `household_member` | person, `round`, `member_number` | the columns of `equity.household_member` |
--- | `applicant_group` | person, `group_code` | `verified`, `verified_by`, `evidence` |
---
--- A person is named by one or more of `citizen_id` (which may hold a G-code), `g_code`, `passport`, and `applicant_key` (for an
--- applicant's own row `source_key`), which belongs to the system that `source` names (`file` unless given). A pool is named by
--- its number or as `institution_code/field_code`, with `/grant_type` and `/programme_code` where several would fit. `line` numbers the lines.
---
--- - A row with an error is not loaded, and `equity.import_reject` says why; so of rows that contradict each other none is.
--- - A column that the source does not have leaves what is there; a blank cell or a dash empties it, but never an identity, a name, a status or a
---   key. `choice1` and those that follow are the whole list.
--- - `rows_read` is the sum of `inserted`, `updated`, `unchanged` and `rejected`. The same source once more is all unchanged.
--- - `candidates` are new rows of `equity.duplicate_candidate`. With `dry_run` nothing is written but `equity.import_batch` and
---   `equity.import_reject`, and `candidates` is NULL.
--- - Rows of a round that is no longer open change nothing, unless `equity.amend_round` was called in the same transaction.
---
--- It needs the right to make temporary tables. Loads wait for each other.
---
--- Errors: 22023 an unknown kind, or lines whose numbers are not each once; 22004 no source; 42601 not one SELECT; 42703 the source lacks
--- a column of the key, with the nearest heading; 42701 a field comes twice; 40001 somebody else wrote one of the rows meanwhile; 42501 rows
--- are hidden from the caller; and those of the source.
CREATE FUNCTION equity.load_rows(kind text, source text, INOUT batch text DEFAULT NULL, dry_run boolean DEFAULT false,
                                 OUT rows_read bigint, OUT inserted bigint, OUT updated bigint, OUT unchanged bigint,
                                 OUT rejected bigint, OUT warnings bigint, OUT candidates bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT l.batch_name, l.rows_read, l.inserted, l.updated, l.unchanged, l.rejected, l.warnings, l.candidates
    FROM equity_internal.load_source(load_rows.kind, load_rows.source, load_rows.batch, load_rows.dry_run, current_setting('search_path')) AS l;
END;

COMMENT ON FUNCTION equity.load_rows(text, text, text, boolean) IS
  'Loads the rows of a query into the registry: each cell is read and judged, good rows are inserted or updated, and the others are told in equity.import_reject. Returns the name of the batch and its counts.';
-- Scoring a round: each scorecard of the round, as a constant, is put to the facts of everybody who
-- applied to a programme that goes by it. Only rows that are new or different are written, so that
-- scoring twice changes nothing.

-- Inlined. EXISTS and unnest, not DISTINCT over the choices nor a join with equity.round_programme: so
-- planned, all of it is done by parallel workers.
CREATE FUNCTION equity_internal.programme_applications(round_id bigint, programmes text[])
  RETURNS TABLE (applicant_id bigint, programme_code text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT a.applicant_id, p.programme_code
    FROM equity.entry AS a
   CROSS JOIN unnest(programme_applications.programmes) AS p (programme_code)
   WHERE a.round_id = programme_applications.round_id
     AND EXISTS (SELECT FROM equity.choice AS c
                   JOIN equity.seat_pool AS q
                     ON q.pool_id = c.pool_id
                    AND q.round_id = c.round_id
                  WHERE c.applicant_id = a.applicant_id
                    AND c.round_id = programme_applications.round_id
                    AND q.programme_code = p.programme_code);
END;

COMMENT ON FUNCTION equity_internal.programme_applications(bigint, text[]) IS
  'Who asks for which of some programmes in a round: one row for each application that takes part and programme of which it chooses a pool.';

CREATE VIEW equity_internal.programme_application WITH (security_invoker = true) AS
  SELECT a.applicant_id,
         rp.round_id,
         a.programme_code
    FROM equity.round_programme AS rp
   CROSS JOIN LATERAL equity_internal.programme_applications(rp.round_id, ARRAY[rp.programme_code]) AS a;

COMMENT ON VIEW equity_internal.programme_application IS
  'Who asks for which programme: one row for each application that takes part and programme of which it chooses a pool.';
COMMENT ON COLUMN equity_internal.programme_application.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.programme_application.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.programme_application.programme_code IS 'Programme (โครงการ) of at least one of the chosen pools.';

CREATE FUNCTION equity_internal.round_cards(round_id bigint)
  RETURNS TABLE (card_code text, version integer, digest text, card equity.scorecard, programmes text[])
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT v.card_code, v.version, v.digest, v.card, r.programmes
    FROM (SELECT rp.card_code, rp.card_version, array_agg(rp.programme_code) AS programmes
            FROM equity.round_programme AS rp
           WHERE rp.round_id = round_cards.round_id
           GROUP BY rp.card_code, rp.card_version) AS r
    JOIN equity.scorecard_version AS v
      ON v.card_code = r.card_code
     AND v.version = r.card_version;
END;

COMMENT ON FUNCTION equity_internal.round_cards(bigint) IS
  'The scorecards of a round, each with the programmes that go by it.';

-- RETURN QUERY may use parallel workers; INSERT ... SELECT may not.
CREATE FUNCTION equity_internal.changed_assessments(round_id bigint)
  RETURNS TABLE (applicant_id bigint, programme_code text, eligible boolean, score numeric, class text, reasons text[],
                 card_code text, card_version integer, card_digest text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
DECLARE
  rule record;
BEGIN
  PERFORM equity_internal.require_facts(c.card) FROM equity_internal.round_cards(changed_assessments.round_id) AS c;
  FOR rule IN SELECT c.* FROM equity_internal.round_cards(changed_assessments.round_id) AS c LOOP
    PERFORM equity_internal.report_progress('score_round', changed_assessments.round_id, format('assessing with %s %s', rule.card_code, rule.version));
    RETURN QUERY
    SELECT n.applicant_id, n.programme_code,
           (n.result).eligible, (n.result).score, (n.result).class, (n.result).reasons,
           rule.card_code, rule.version, rule.digest
      FROM (SELECT a.applicant_id, a.programme_code, equity.assess(rule.card, f) AS result
              FROM equity_internal.programme_applications(changed_assessments.round_id, rule.programmes) AS a
              JOIN equity.application_facts AS f
                ON f.applicant_id = a.applicant_id
               AND f.round_id = changed_assessments.round_id
              LEFT JOIN equity.assessment AS old
                ON old.applicant_id = a.applicant_id
               AND old.round_id = changed_assessments.round_id
               AND old.programme_code = a.programme_code
             WHERE (old.card_code, old.card_version, old.card_digest) IS DISTINCT FROM (rule.card_code, rule.version, rule.digest)
                OR equity.assess(rule.card, f) IS DISTINCT FROM ROW(old.eligible, old.score, old.class, old.reasons)
            OFFSET 0) AS n;                -- assess once a row, not once a column
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.changed_assessments(bigint) IS
  'What the scorecards of a round say of everybody who asks for a programme, where equity.assessment does not say the same, by the same card.';

CREATE FUNCTION equity_internal.stale_assessments(round_id bigint) RETURNS TABLE (applicant_id bigint, programme_code text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
DECLARE
  programmes text[] := ARRAY(SELECT rp.programme_code
                               FROM equity.round_programme AS rp
                              WHERE rp.round_id = stale_assessments.round_id);
BEGIN
  RETURN QUERY
  SELECT s.applicant_id, s.programme_code
    FROM equity.assessment AS s
   WHERE s.round_id = stale_assessments.round_id
     AND NOT EXISTS (SELECT FROM equity_internal.programme_applications(stale_assessments.round_id, programmes) AS a
                      WHERE a.applicant_id = s.applicant_id
                        AND a.programme_code = s.programme_code);
END;
$$;

COMMENT ON FUNCTION equity_internal.stale_assessments(bigint) IS
  'The assessments of a round whose application no longer takes part or no longer asks for the programme.';

CREATE FUNCTION equity_internal.write_assessments(round_id bigint) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  deleted bigint;
  written bigint;
BEGIN
  DELETE FROM equity.assessment AS s
   USING equity_internal.stale_assessments(write_assessments.round_id) AS o
   WHERE s.applicant_id = o.applicant_id
     AND s.round_id = write_assessments.round_id
     AND s.programme_code = o.programme_code;
  GET DIAGNOSTICS deleted = ROW_COUNT;

  INSERT INTO equity.assessment AS s
         (applicant_id, round_id, programme_code, eligible, score, class, reasons, card_code, card_version, card_digest, assessed_at)
  SELECT n.applicant_id, write_assessments.round_id, n.programme_code, n.eligible, n.score, n.class, n.reasons,
         n.card_code, n.card_version, n.card_digest, now()
    FROM equity_internal.changed_assessments(write_assessments.round_id) AS n
  ON CONFLICT ON CONSTRAINT assessment_pkey DO UPDATE
     SET eligible = excluded.eligible,
         score = excluded.score,
         class = excluded.class,
         reasons = excluded.reasons,
         card_code = excluded.card_code,
         card_version = excluded.card_version,
         card_digest = excluded.card_digest,
         assessed_at = excluded.assessed_at;
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN deleted + written;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_assessments(bigint) IS
  'Makes the assessments of a round what its scorecards say, and returns how many were deleted, new or different.';

CREATE FUNCTION equity_internal.count_assessments(round_id bigint)
  RETURNS TABLE (applications bigint, eligible bigint, ineligible bigint, undetermined bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
BEGIN
  RETURN QUERY
  SELECT count(*),
         count(*) FILTER (WHERE s.eligible AND s.score IS NOT NULL),
         count(*) FILTER (WHERE NOT s.eligible),
         count(*) FILTER (WHERE s.eligible IS NULL OR s.eligible AND s.score IS NULL)
    FROM equity.assessment AS s
   WHERE s.round_id = count_assessments.round_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.count_assessments(bigint) IS
  'How many assessments a round has, and of those how many are eligible with a score, not eligible, and undetermined.';

--- Returns how many were assessed (applications: one for each application and programme) and
--- how many of those are eligible with a score, not eligible, and undetermined because a fact
--- is missing. Scoring again replaces what changed, and then the allocation runs that are not
--- published are superseded; when nothing changed, nothing is written.
---
--- Errors: P0002 no such round; 55000 not closed yet, or published; 55P03 another operation
--- is at work on the round; and those of equity.seal_scorecard, when a card is not sealed
--- yet.
CREATE FUNCTION equity.score_round(round_id bigint,
                                   OUT applications bigint, OUT eligible bigint, OUT ineligible bigint, OUT undetermined bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
  changed bigint;
BEGIN
  IF equity_internal.has_level('operator') THEN
    SELECT d.* INTO applications, eligible, ineligible, undetermined
      FROM equity_internal.score_round(score_round.round_id) AS d;
    RETURN;
  END IF;
  this_round := equity_internal.lock_round(score_round.round_id);
  PERFORM equity_internal.require_status(this_round, 'score_round', 'closed', 'scored', 'allocated', 'verified');

  -- A score from a card that can still change could not be recomputed.
  PERFORM equity_internal.report_progress('score_round', this_round.round_id, 'preparing');
  PERFORM equity_internal.seal_cards(this_round.round_id);
  PERFORM equity_internal.mark_late(this_round);
  changed := equity_internal.write_assessments(this_round.round_id);
  SELECT c.* INTO applications, eligible, ineligible, undetermined
    FROM equity_internal.count_assessments(this_round.round_id) AS c;

  IF changed = 0 AND this_round.status <> 'closed' THEN
    RAISE NOTICE 'round % is scored already: nothing was changed', this_round.round_id;
    RETURN;
  END IF;
  PERFORM equity_internal.supersede_runs(this_round.round_id);
  UPDATE equity.round AS r SET status = 'scored' WHERE r.round_id = this_round.round_id;
  PERFORM equity.audit_append('score_round', this_round.round_id, NULL,
                              jsonb_build_object('cards', equity_internal.rule_digests(this_round.round_id) -> 'cards',
                                                 'applications', applications,
                                                 'eligible', eligible,
                                                 'ineligible', ineligible,
                                                 'undetermined', undetermined,
                                                 'changed', changed));
END;
$$;

COMMENT ON FUNCTION equity.score_round(bigint) IS
  'Assesses every submitted application of a closed round, once for each programme that it asks for, with that programme''s scorecard.';
-- Allocating a round: the run, its placements, and the digests of what went in and what came out.

CREATE TYPE equity_internal.seat_placement AS (
  applicant_id bigint,
  pool_id bigint,
  choice integer,
  seat text,
  tier integer,
  score numeric
);

COMMENT ON TYPE equity_internal.seat_placement IS
  'A row of equity.allocate: who got which seat.';

--- No rows for a round that does not exist.
---
--- Errors: those of equity.allocate.
CREATE FUNCTION equity_internal.round_solution(round_id bigint)
  RETURNS SETOF equity_internal.seat_placement
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  SELECT s.applicant_id, s.pool_id, s.choice, s.seat, s.tier, s.score
    FROM equity.round AS r
   CROSS JOIN LATERAL equity.round_queries(r.round_id) AS q
   CROSS JOIN LATERAL equity.allocate(q.applications, q.pools, q.reserves, q.caps, r.mechanism, r.tie_break, r.seed) AS s
   WHERE r.round_id = round_solution.round_id;
END;

COMMENT ON FUNCTION equity_internal.round_solution(bigint) IS
  'Allocation of a round as it would come out now, by equity.allocate over equity.round_queries with the round''s mechanism, tie-break and seed. Writes nothing.';

--- Three kinds of rows. Placements, as of equity.allocate. One row with applicants and choices: how many
--- applicants the applications have, and how many rows. And, when read is given, which is the
--- applications query whose text is wanted, the pages of what was read (input applications, with
--- content) and of the placements (input placements, content of the whole alone), as of
--- equity_internal.application_pages. Applications are read once when read is the same query.
---
--- Errors: those of equity.allocate.
CREATE FUNCTION equity_internal.allocate_and_read(
  applications text, pools text, reserves text, caps text, mechanism text, tie_break text, seed text, read text,
  OUT applicant_id bigint, OUT pool_id bigint, OUT choice integer, OUT seat text, OUT tier integer, OUT score numeric,
  OUT input text, OUT whole boolean, OUT lines bigint, OUT digest text, OUT content text,
  OUT applicants bigint, OUT choices bigint
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 100000
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET work_mem = '128MB'
  AS 'MODULE_PATHNAME', 'equity_allocate_and_read';

COMMENT ON FUNCTION equity_internal.allocate_and_read(text, text, text, text, text, text, text, text) IS
  'equity.allocate with counts, and the text and digests of what it read and of what came out.';

CREATE FUNCTION equity_internal.allocate_dry(round_id bigint,
                                    OUT applicants bigint, OUT applications bigint, OUT seats bigint, OUT admitted bigint, OUT unfilled bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  WITH solved AS MATERIALIZED (
    SELECT s.pool_id, count(s.applicant_id) AS admitted, sum(s.applicants) AS applicants, sum(s.choices) AS choices
      FROM equity.round AS r
     CROSS JOIN LATERAL equity.round_queries(r.round_id) AS q
     CROSS JOIN LATERAL equity_internal.allocate_and_read(q.applications, q.pools, q.reserves, q.caps, r.mechanism, r.tie_break, r.seed, NULL) AS s
     WHERE r.round_id = allocate_dry.round_id
     GROUP BY s.pool_id
  )
  SELECT (SELECT sum(s.applicants) FROM solved AS s)::bigint,
         (SELECT sum(s.choices) FROM solved AS s)::bigint,
         coalesce(sum(p.seats), 0)::bigint,
         coalesce(sum(s.admitted), 0)::bigint,
         coalesce(sum(greatest(p.seats - coalesce(s.admitted, 0), 0)), 0)::bigint
    FROM equity.seat_pool AS p
    LEFT JOIN solved AS s
      ON s.pool_id = p.pool_id
   WHERE p.round_id = allocate_dry.round_id;
END;

COMMENT ON FUNCTION equity_internal.allocate_dry(bigint) IS
  'Counts of the allocation of a round as it would come out now; writes nothing and takes no lock.';

CREATE FUNCTION equity_internal.matching_run(this_round equity.round) RETURNS bigint
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  newest equity.allocation_run;
BEGIN
  SELECT a.* INTO newest
    FROM equity.allocation_run AS a
   WHERE a.round_id = this_round.round_id
     AND a.kind = 'main'
     AND a.status IN ('draft', 'verified')
   ORDER BY a.run_id DESC
   LIMIT 1;
  IF (newest.mechanism, newest.tie_break, newest.tie_field, newest.seed)
     IS NOT DISTINCT FROM (this_round.mechanism, this_round.tie_break, this_round.tie_field, this_round.seed)
     AND NOT EXISTS (SELECT FROM equity_internal.changed_inputs(newest.run_id))
  THEN
    RETURN newest.run_id;
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.matching_run(equity.round) IS
  'The first allocation run of a round, not published and not failed, that came from exactly the current inputs; NULL when there is none.';

CREATE FUNCTION equity_internal.begin_run(this_round equity.round, kind text DEFAULT 'main', parent bigint DEFAULT NULL) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  INSERT INTO equity.allocation_run (round_id, kind, parent_run_id, status, mechanism, tie_break, tie_field, seed,
                                     equity_version, started_at, run_by)
  VALUES (this_round.round_id, begin_run.kind, parent, 'draft', this_round.mechanism, this_round.tie_break, this_round.tie_field, this_round.seed,
          (SELECT v.sql FROM equity.version() AS v), clock_timestamp(), session_user)
  RETURNING run_id;
END;

COMMENT ON FUNCTION equity_internal.begin_run(equity.round, text, bigint) IS
  'A new draft run of a round by its rules, still without placements. Put those who have a standing into equity.run_standing, then call equity_internal.complete_run.';

--- A row of equity_internal.allocate_and_read has counts, a placement or a page.
---
--- Errors: those of equity.allocate.
CREATE FUNCTION equity_internal.repeat_run(run_id bigint)
  RETURNS TABLE (applicant_id bigint, pool_id bigint, choice integer, seat text, tier integer, score numeric,
                 input text, whole boolean, digest text, content text, applicants bigint, choices bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT s.applicant_id, s.pool_id, s.choice, s.seat, s.tier, s.score, s.input, s.whole, s.digest, s.content, s.applicants, s.choices
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity.run_queries(a.run_id) AS q
   CROSS JOIN LATERAL equity_internal.allocate_and_read(q.applications, q.pools, q.reserves, q.caps, a.mechanism, a.tie_break, a.seed,
                                                        equity_internal.application_query(a.round_id)) AS s
   WHERE a.run_id = repeat_run.run_id;
END;

COMMENT ON FUNCTION equity_internal.repeat_run(bigint) IS
  'Allocation of a run as it comes out of the current rows, with counts and pages (equity_internal.allocate_and_read): the pages are of the applications of the round, before anybody had a standing.';

CREATE FUNCTION equity_internal.placement_query(run_id bigint) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN format('SELECT t.applicant_id, t.pool_id, t.choice, t.seat, t.tier, t.score FROM equity.placement AS t WHERE t.run_id = %s', run_id);

COMMENT ON FUNCTION equity_internal.placement_query(bigint) IS
  'The placements query of an allocation run, fully qualified.';

-- Both for the placements as they are and for those that come out again, so that one text is compared with
-- the other.
CREATE FUNCTION equity_internal.result_lines(run_id bigint, again boolean DEFAULT false) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT p.content
    FROM equity_internal.placement_pages(equity_internal.placement_query(result_lines.run_id)) AS p
   WHERE NOT again
     AND p.whole
  UNION ALL
  SELECT n.content
    FROM equity_internal.repeat_run(result_lines.run_id) AS n
   WHERE again
     AND n.input = 'placements'
     AND n.whole;
END;

COMMENT ON FUNCTION equity_internal.result_lines(bigint, boolean) IS
  'The placements of an allocation run as they are now, or again as they come out of the current rows: the lines "pool_id,digest" in order of pool_id, each digest that of the lines "applicant_id,choice,seat,tier,score" in order of applicant_id.';

-- One statement allocates, so that placements, counts and digests see the same rows.
CREATE FUNCTION equity_internal.complete_run(run_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
  SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  WITH solved AS MATERIALIZED (
    SELECT s.* FROM equity_internal.repeat_run(complete_run.run_id) AS s
  ), placed AS (
    INSERT INTO equity.placement (run_id, applicant_id, pool_id, choice, seat, tier, score)
    SELECT complete_run.run_id, s.applicant_id, s.pool_id, s.choice, s.seat, s.tier, s.score
      FROM solved AS s
     WHERE s.applicant_id IS NOT NULL
    RETURNING pool_id
  ), source AS (
    SELECT s.input, s.whole, s.digest, s.content FROM solved AS s WHERE s.input = 'applications'
    UNION ALL
    SELECT c.input, c.whole, c.digest, c.content FROM equity_internal.run_conditions(complete_run.run_id) AS c
  ), stored AS (
    INSERT INTO equity.run_input (run_id, input, digest)
    SELECT complete_run.run_id, s.input, s.digest FROM source AS s WHERE s.whole
  ), kept AS (
    INSERT INTO equity.digest_source (digest, content)
    SELECT s.digest, s.content
      FROM source AS s
     ORDER BY s.digest COLLATE "C"          -- two rounds at once wait for each other in one order only
    ON CONFLICT DO NOTHING
  )
  UPDATE equity.allocation_run AS a
     SET applicants = z.applicants,
         applications = z.choices,
         seats = (SELECT coalesce(sum(p.seats), 0) FROM equity.seat_pool AS p WHERE p.round_id = a.round_id),
         admitted = (SELECT count(*) FROM placed),
         result_digest = (SELECT s.digest FROM solved AS s WHERE s.input = 'placements' AND s.whole)
    FROM solved AS z
   WHERE a.run_id = complete_run.run_id
     AND z.applicants IS NOT NULL;

  UPDATE equity.allocation_run AS a
     SET finished_at = clock_timestamp()
   WHERE a.run_id = complete_run.run_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.complete_run(bigint) IS
  'Allocates a run that equity_internal.begin_run made: its placements, counts and digests, and the text behind the digests (equity.digest_source).';

CREATE FUNCTION equity_internal.input_digests(run_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT coalesce(jsonb_object_agg(i.input, i.digest), '{}')
    FROM equity.run_input AS i
   WHERE i.run_id = input_digests.run_id;
END;

COMMENT ON FUNCTION equity_internal.input_digests(bigint) IS
  'The digests of what an allocation run read (equity.run_input), by their names.';

CREATE FUNCTION equity_internal.run_record(run_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT jsonb_build_object('kind', a.kind, 'mechanism', a.mechanism, 'tie_break', a.tie_break, 'tie_field', a.tie_field,
                            'applicants', a.applicants, 'applications', a.applications,
                            'seats', a.seats, 'admitted', a.admitted,
                            'inputs', equity_internal.input_digests(a.run_id), 'result_digest', a.result_digest)
    FROM equity.allocation_run AS a
   WHERE a.run_id = run_record.run_id;
END;

COMMENT ON FUNCTION equity_internal.run_record(bigint) IS
  'What the audit trail keeps of an allocation run, its counts and digests.';

CREATE FUNCTION equity_internal.run_unfilled(run_id bigint) RETURNS bigint
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT coalesce(sum(greatest(p.seats - coalesce(t.admitted, 0), 0)), 0)::bigint
    FROM equity.allocation_run AS a
    JOIN equity.seat_pool AS p
      ON p.round_id = a.round_id
    LEFT JOIN (SELECT s.pool_id, count(*) AS admitted
                 FROM equity.placement AS s
                WHERE s.run_id = run_unfilled.run_id
                GROUP BY s.pool_id) AS t
      ON t.pool_id = p.pool_id
   WHERE a.run_id = run_unfilled.run_id;
END;

COMMENT ON FUNCTION equity_internal.run_unfilled(bigint) IS
  'How many seats of its round''s pools an allocation run leaves empty (ที่นั่งทุนคงเหลือ).';

--- Earlier unpublished runs are superseded; when the newest one came from the very same
--- inputs it is returned and nothing is written. With dry_run it only counts: nothing is
--- written, run_id is NULL, and it waits for nobody.
---
--- Errors: P0002 no such round; 55000 not scored yet, or published; 55P03 another operation
--- is at work on the round; and those of equity.allocate.
CREATE FUNCTION equity.allocate_round(round_id bigint, dry_run boolean DEFAULT false,
                                      OUT run_id bigint,
                                      OUT applicants bigint, OUT applications bigint, OUT seats bigint, OUT admitted bigint, OUT unfilled bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
BEGIN
  IF equity_internal.has_level('operator') THEN
    SELECT d.* INTO run_id, applicants, applications, seats, admitted, unfilled
      FROM equity_internal.allocate_round(allocate_round.round_id, allocate_round.dry_run) AS d;
    RETURN;
  END IF;
  this_round := CASE WHEN dry_run THEN equity_internal.find_round(allocate_round.round_id) ELSE equity_internal.lock_round(allocate_round.round_id) END;
  PERFORM equity_internal.require_status(this_round, 'allocate_round', 'scored', 'allocated', 'verified');
  PERFORM equity_internal.require_quotas(this_round);
  PERFORM equity_internal.report_progress('allocate_round', this_round.round_id, 'comparing with the newest run');
  IF dry_run THEN
    SELECT NULL, d.applicants, d.applications, d.seats, d.admitted, d.unfilled
      INTO run_id, applicants, applications, seats, admitted, unfilled
      FROM equity_internal.allocate_dry(this_round.round_id) AS d;
    RETURN;
  END IF;

  run_id := equity_internal.matching_run(this_round);
  IF run_id IS NULL THEN
    PERFORM equity_internal.supersede_runs(this_round.round_id);
    run_id := equity_internal.begin_run(this_round);
    PERFORM equity_internal.complete_run(run_id);
    UPDATE equity.round AS r SET status = 'allocated' WHERE r.round_id = this_round.round_id;
    PERFORM equity.audit_append('allocate_round', this_round.round_id, run_id, equity_internal.run_record(run_id));
  ELSE
    RAISE NOTICE 'round % is allocated already, by run % from the same inputs: nothing was changed', this_round.round_id, run_id;
  END IF;

  SELECT a.applicants, a.applications, a.seats, a.admitted, equity_internal.run_unfilled(a.run_id)
    INTO applicants, applications, seats, admitted, unfilled
    FROM equity.allocation_run AS a
   WHERE a.run_id = allocate_round.run_id;
END;
$$;

COMMENT ON FUNCTION equity.allocate_round(bigint, boolean) IS
  'Allocates the seats of a scored round in a new run and returns its counts: applicants who compete, their applications (choices), seats, admitted applicants and seats left empty.';
-- What foreign keys would have refused, where there are none because operations write the rows of a
-- whole round. A check is one SELECT of the list below, over whole sets of rows.

-- RETURN QUERY may use parallel workers.
--- relation: the table whose rows lack what they refer to. violation:
---
--- - orphan_assessment: no application of this applicant in the round, no such programme in the round,
---   or no such version of the scorecard with this digest;
--- - orphan_placement: no application of this applicant in the round of the run, or no such pool there;
--- - orphan_ranking: no application in the round of the run.
---
--- run_id: of placements and rankings. Without round_id, or with NULL, all rounds are checked. Writes
--- nothing: SELECT rights are enough.
CREATE FUNCTION equity.check_integrity(round_id bigint DEFAULT NULL)
  RETURNS TABLE (relation text, violation text, run_id bigint, applicant_id bigint, pool_id bigint, detail text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  RETURN QUERY
  SELECT 'assessment', 'orphan_assessment', NULL::bigint, s.applicant_id, NULL::bigint,
         format('no application in round %s', s.round_id)
    FROM equity.assessment AS s
   WHERE (check_integrity.round_id IS NULL OR s.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.application AS a
                      WHERE a.applicant_id = s.applicant_id
                        AND a.round_id = s.round_id);

  RETURN QUERY
  SELECT 'assessment', 'orphan_assessment', NULL::bigint, s.applicant_id, NULL::bigint,
         format('no programme %s in round %s', equity_internal.excerpt(s.programme_code), s.round_id)
    FROM equity.assessment AS s
   WHERE (check_integrity.round_id IS NULL OR s.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.round_programme AS rp
                      WHERE rp.round_id = s.round_id
                        AND rp.programme_code = s.programme_code);

  RETURN QUERY
  SELECT 'assessment', 'orphan_assessment', NULL::bigint, s.applicant_id, NULL::bigint,
         format('no version %s of scorecard %s with the digest stored', s.card_version, equity_internal.excerpt(s.card_code))
    FROM equity.assessment AS s
   WHERE (check_integrity.round_id IS NULL OR s.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.scorecard_version AS v
                      WHERE v.card_code = s.card_code
                        AND v.version = s.card_version
                        AND v.digest = s.card_digest);

  RETURN QUERY
  SELECT 'placement', 'orphan_placement', t.run_id, t.applicant_id, t.pool_id,
         format('no application in round %s', r.round_id)
    FROM equity.placement AS t
    JOIN equity.allocation_run AS r
      ON r.run_id = t.run_id
   WHERE (check_integrity.round_id IS NULL OR r.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.application AS a
                      WHERE a.applicant_id = t.applicant_id
                        AND a.round_id = r.round_id);

  RETURN QUERY
  SELECT 'placement', 'orphan_placement', t.run_id, t.applicant_id, t.pool_id,
         format('no such pool in round %s', r.round_id)
    FROM equity.placement AS t
    JOIN equity.allocation_run AS r
      ON r.run_id = t.run_id
   WHERE (check_integrity.round_id IS NULL OR r.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.seat_pool AS p
                      WHERE p.pool_id = t.pool_id
                        AND p.round_id = r.round_id);

  RETURN QUERY
  SELECT 'run_ranking', 'orphan_ranking', k.run_id, u.applicant_id, k.pool_id,
         format('no application in round %s', r.round_id)
    FROM equity.run_ranking AS k
    JOIN equity.allocation_run AS r
      ON r.run_id = k.run_id
   CROSS JOIN LATERAL unnest(k.applicants) AS u (applicant_id)
   WHERE (check_integrity.round_id IS NULL OR r.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.application AS a
                      WHERE a.applicant_id = u.applicant_id
                        AND a.round_id = r.round_id);
END;
$$;

COMMENT ON FUNCTION equity.check_integrity(bigint) IS
  'Rows of a round, or of all, that refer to what is not there: what foreign keys would have refused in the tables that operations fill. No rows when nothing is amiss.';
-- Verifying a run: equity.verify over the stored placements, every assessment anew
-- from the facts, and every digest anew. The checks write nothing, so that an auditor
-- can call equity.run_violations with SELECT rights alone.

CREATE TYPE equity.violation AS (
  violation text,
  applicant_id bigint,
  pool_id bigint,
  other_applicant_id bigint,
  detail text
);

COMMENT ON TYPE equity.violation IS
  'What is wrong with a run, in the shape of equity.verify: which kind, whom and which pool it concerns, beside whom, and the details; NULL for what is not concerned.';

CREATE FUNCTION equity_internal.assessment_text(eligible boolean, score numeric, class text, reasons text[]) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT concat(CASE WHEN eligible THEN 'eligible' WHEN NOT eligible THEN 'not eligible' ELSE 'undetermined' END,
                ' with ' || coalesce(score::text, 'no') || ' points',
                ' in class ' || class,
                ' because of ' || nullif(array_to_string(reasons, ', ', 'NULL'), ''));
END;

COMMENT ON FUNCTION equity_internal.assessment_text(boolean, numeric, text, text[]) IS
  'An assessment in words, for example: not eligible with 41.5000 points because of GPA_BELOW.';

CREATE FUNCTION equity_internal.assessment_violations(round_id bigint)
  RETURNS SETOF equity.violation
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT CASE WHEN s.applicant_id IS NULL THEN 'missing_assessment' ELSE 'wrong_assessment' END,
         n.applicant_id,
         NULL::bigint,
         NULL::bigint,
         format('programme %s: stored %s, the scorecard gives %s', n.programme_code,
                CASE WHEN s.applicant_id IS NULL THEN 'nothing'
                  ELSE equity_internal.assessment_text(s.eligible, s.score, s.class, s.reasons)
                END,
                equity_internal.assessment_text(n.eligible, n.score, n.class, n.reasons))
    FROM equity_internal.changed_assessments(assessment_violations.round_id) AS n
    LEFT JOIN equity.assessment AS s
      ON s.applicant_id = n.applicant_id
     AND s.round_id = assessment_violations.round_id
     AND s.programme_code = n.programme_code
   WHERE (s.applicant_id IS NULL
          OR (s.eligible, s.score, s.class, s.reasons) IS DISTINCT FROM (n.eligible, n.score, n.class, n.reasons))
     -- whose facts were forgotten keeps the score that digests prove
     AND NOT EXISTS (SELECT FROM equity.application AS o
                      WHERE o.applicant_id = n.applicant_id
                        AND o.round_id = assessment_violations.round_id
                        AND o.forgotten_groups IS NOT NULL);
END;

COMMENT ON FUNCTION equity_internal.assessment_violations(bigint) IS
  'Assessments of a round that do not follow from the scorecards and the current facts, as rows like those of equity.verify: wrong_assessment, missing_assessment.';

--- NAME_changed: what the run read is another now, by its digest (cards_changed, pools_changed …).
--- result_changed: its placements are others. All are given: applications, choices and placements are
--- the digests of now. Where the audit trail has the round, also
--- rules_changed: the run went by other rules than those with which the round was opened or
--- that equity.amend_round had left when it was made; and applications_changed: who asks for what is not as it was
--- when the round was closed, last amended or last accepted a late application
--- (equity.round_application_digest).
CREATE FUNCTION equity_internal.digest_violations(run_id bigint, applications text, choices text, placements text)
  RETURNS SETOF equity.violation
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT f.violation, NULL::bigint, NULL::bigint, NULL::bigint, f.detail
    FROM (SELECT c.input || '_changed' AS violation,
                 format('stored %s, now %s', coalesce(c.stored, 'nothing'), coalesce(c.present, 'nothing')) AS detail
            FROM equity_internal.changed_inputs(digest_violations.run_id, digest_violations.applications) AS c
          UNION ALL
          SELECT 'result_changed',
                 format('stored %s, now %s', coalesce(a.result_digest, 'nothing'), digest_violations.placements)
            FROM equity.allocation_run AS a
           WHERE a.run_id = digest_violations.run_id
             AND a.result_digest IS DISTINCT FROM digest_violations.placements
          UNION ALL
          SELECT 'applications_changed', format('fixed %s, now %s', d.fixed, digest_violations.choices)
            FROM equity.allocation_run AS a
           CROSS JOIN LATERAL equity_internal.fixed_application_digest(a.round_id) AS d (fixed)
           WHERE a.run_id = digest_violations.run_id
             AND d.fixed <> digest_violations.choices
          UNION ALL
          SELECT 'rules_changed', format('%s: announced %s, used %s', d.rule, d.announced, coalesce(d.used, 'nothing'))
            FROM equity_internal.find_run(digest_violations.run_id) AS a
           CROSS JOIN LATERAL equity_internal.announced_rules(
                   a.round_id, (SELECT min(e.event_id)
                                  FROM equity.audit_event AS e
                                 WHERE e.run_id = a.run_id
                                   AND e.operation IN ('allocate_round', 'refill_round'))) AS opened (detail)
           CROSS JOIN LATERAL (SELECT 'mechanism', opened.detail ->> 'mechanism', a.mechanism
                               UNION ALL
                               SELECT 'tie_break', opened.detail ->> 'tie_break', a.tie_break
                               UNION ALL
                               SELECT 'tie_field', coalesce(opened.detail ->> 'tie_field', 'none'), coalesce(a.tie_field, 'none')
                               UNION ALL
                               SELECT 'seed_commitment', opened.detail ->> 'seed_commitment', equity.commitment(a.seed)
                               UNION ALL
                               SELECT e.rule, e.digest, equity_internal.input_digests(a.run_id) ->> e.rule
                                 FROM jsonb_each_text(opened.detail -> 'rules') AS e (rule, digest)) AS d (rule, announced, used)
           WHERE d.announced <> coalesce(d.used, '')) AS f;
END;

COMMENT ON FUNCTION equity_internal.digest_violations(bigint, text, text, text) IS
  'What differs between an allocation run, the rows of now and the audit trail, as rows like those of equity.verify: NAME_changed for each input (equity.run_input), result_changed, rules_changed, applications_changed.';

CREATE FUNCTION equity_internal.digest_violations(run_id bigint)
  RETURNS SETOF equity.violation
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT d.violation, d.applicant_id, d.pool_id, d.other_applicant_id, d.detail
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity_internal.application_pages(equity_internal.application_query(a.round_id)) AS r
   CROSS JOIN LATERAL equity_internal.placement_pages(equity_internal.placement_query(a.run_id)) AS p
   CROSS JOIN LATERAL equity_internal.digest_violations(a.run_id, r.digest, equity.round_application_digest(a.round_id),
                                                        p.digest) AS d
   WHERE a.run_id = digest_violations.run_id
     AND r.whole
     AND p.whole;
END;

COMMENT ON FUNCTION equity_internal.digest_violations(bigint) IS
  'The same, for whoever has read neither applications nor placements.';

--- Rows of equity.verify, and three more without a violation: the digests of the applications query read
--- (input applications), of all who ask in it, also without a score, for what (choices), and of the
--- placements (placements), as of equity_internal.application_pages and its like. Applications are read
--- once when read is the same query.
---
--- Errors: those of equity.verify; 22004 read is NULL.
CREATE FUNCTION equity_internal.verify_and_read(
  applications text, pools text, reserves text, caps text, placements text, tie_break text, seed text, read text,
  OUT violation text, OUT applicant_id bigint, OUT pool_id bigint, OUT other_applicant_id bigint, OUT detail text,
  OUT input text, OUT digest text
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 10
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET work_mem = '128MB'
  AS 'MODULE_PATHNAME', 'equity_verify_and_read';

COMMENT ON FUNCTION equity_internal.verify_and_read(text, text, text, text, text, text, text, text) IS
  'equity.verify with the digests of applications, choices and placements.';

-- One reading serves both.
CREATE FUNCTION equity_internal.proof_violations(run_id bigint)
  RETURNS SETOF equity.violation
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  WITH found AS MATERIALIZED (
    SELECT v.violation, v.applicant_id, v.pool_id, v.other_applicant_id, v.detail, v.input, v.digest
      FROM equity.allocation_run AS a
     CROSS JOIN LATERAL equity_internal.run_reading(a.run_id) AS q
     CROSS JOIN LATERAL equity_internal.verify_and_read(q.applications, q.pools, q.reserves, q.caps,
                                                        equity_internal.placement_query(a.run_id), a.tie_break, a.seed,
                                                        q.read) AS v
     WHERE a.run_id = proof_violations.run_id
  )
  SELECT d.violation, d.applicant_id, d.pool_id, d.other_applicant_id, d.detail
    FROM found AS r
    JOIN found AS c
      ON c.input = 'choices'
    JOIN found AS p
      ON p.input = 'placements'
   CROSS JOIN LATERAL equity_internal.digest_violations(proof_violations.run_id, r.digest, c.digest, p.digest) AS d
   WHERE r.input = 'applications'
  UNION ALL
  SELECT f.violation, f.applicant_id, f.pool_id, f.other_applicant_id, f.detail
    FROM found AS f
   WHERE f.violation IS NOT NULL;
END;

COMMENT ON FUNCTION equity_internal.proof_violations(bigint) IS
  'equity_internal.digest_violations of an allocation run, and what equity.verify finds in its placements, against the current rows that equity.run_queries reads.';

--- No rows when everything holds. Writes nothing: SELECT rights are enough.
CREATE FUNCTION equity.run_violations(run_id bigint)
  RETURNS SETOF equity.violation
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  SELECT v.violation, v.applicant_id, v.pool_id, v.other_applicant_id, v.detail
    FROM equity_internal.proof_violations(run_violations.run_id) AS v
  UNION ALL
  SELECT s.violation, s.applicant_id, s.pool_id, s.other_applicant_id, s.detail
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity_internal.assessment_violations(a.round_id) AS s
   WHERE a.run_id = run_violations.run_id
  UNION ALL
  SELECT i.violation, i.applicant_id, i.pool_id, NULL, i.relation || ': ' || i.detail
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity.check_integrity(a.round_id) AS i
   WHERE a.run_id = run_violations.run_id
     AND (i.run_id IS NULL OR i.run_id = run_violations.run_id);
END;

COMMENT ON FUNCTION equity.run_violations(bigint) IS
  'All that is wrong with an allocation run, against the current rows, in the shape of equity.verify: its violations, assessments that do not follow from scorecard and facts (wrong_assessment, missing_assessment), rows that refer to nothing (equity.check_integrity), digests that differ (see equity_internal.digest_violations).';

--- A refill leaves its round published. A run that is verified can be verified again; the
--- status of a published one stays.
---
--- Errors: P0002 no such run; 55000 superseded; 55P03 another operation is at work on the
--- round.
CREATE FUNCTION equity.verify_run(run_id bigint)
  RETURNS SETOF equity.violation
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_run equity.allocation_run;
  found_violations bigint;
BEGIN
  IF equity_internal.has_level('operator', 'auditor') THEN
    RETURN QUERY SELECT d.* FROM equity_internal.verify_run(verify_run.run_id) AS d;
    RETURN;
  END IF;
  this_run := equity_internal.lock_run(verify_run.run_id);
  IF this_run.status = 'superseded' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s is superseded', this_run.run_id),
      DETAIL = format('Since then round %s was scored or allocated again, or others take part in it.', this_run.round_id),
      HINT = format('Verify the newest run, or make one: equity.allocate_round(%s).', this_run.round_id);
  END IF;

  PERFORM equity_internal.report_progress('verify_run', this_run.round_id, 'preparing');
  RETURN QUERY
  SELECT v.violation, v.applicant_id, v.pool_id, v.other_applicant_id, v.detail
    FROM equity.run_violations(this_run.run_id) AS v;
  GET DIAGNOSTICS found_violations = ROW_COUNT;
  PERFORM equity_internal.record_verification(this_run, found_violations);
END;
$$;

COMMENT ON FUNCTION equity.verify_run(bigint) IS
  'Checks an allocation run (see equity.run_violations), returns what is wrong with it and records the outcome. Nothing wrong: the run and its round are verified; otherwise the run has failed and the round must be scored or allocated again.';

CREATE FUNCTION equity_internal.record_verification(this_run equity.allocation_run, found_violations bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  passed boolean := found_violations = 0;
BEGIN
  IF this_run.status = 'verified' AND passed THEN
    RAISE NOTICE 'allocation run % is verified already and still holds: nothing was changed', this_run.run_id;
    RETURN;
  END IF;
  IF this_run.status <> 'published' THEN
    UPDATE equity.allocation_run AS a
       SET status = CASE WHEN passed THEN 'verified' ELSE 'failed' END,
           violations = found_violations
     WHERE a.run_id = this_run.run_id;
    UPDATE equity.round AS r
       SET status = CASE WHEN passed THEN 'verified' ELSE 'allocated' END
     WHERE r.round_id = this_run.round_id
       AND this_run.kind = 'main';
  END IF;
  PERFORM equity.audit_append('verify_run', this_run.round_id, this_run.run_id, jsonb_build_object('violations', found_violations));
END;
$$;

COMMENT ON FUNCTION equity_internal.record_verification(equity.allocation_run, bigint) IS
  'Records the outcome of a verification in the run, in its round and in the audit trail.';
-- The order in which the seats of a run were given: who ranked where for which seats, and who waits.
-- All of it is what the engine says (1-engine/35-queue) of the rows that equity.run_queries reads and
-- of the placements.

CREATE VIEW equity.seat_group WITH (security_invoker = true) AS
  SELECT p.round_id,
         p.pool_id,
         g.seat,
         row_number() OVER (PARTITION BY p.round_id, p.pool_id
                            ORDER BY g.phase, g."position" NULLS LAST, g.seat COLLATE "C")::integer AS precedence,
         g.seats,
         g.cascade
    FROM equity.seat_pool AS p
   CROSS JOIN LATERAL (
     SELECT 'open' AS seat,
            1 AS phase,
            NULL::integer AS "position",
            p.seats - coalesce(sum(o.seats), 0)::integer AS seats,
            NULL::text[] AS cascade
       FROM equity.pool_reserve AS o
      WHERE o.pool_id = p.pool_id
     UNION ALL
     SELECT o.reserve, CASE o.mode WHEN 'before_open' THEN 0 ELSE 2 END, o."position", o.seats, o.cascade
       FROM equity.pool_reserve AS o
      WHERE o.pool_id = p.pool_id) AS g;

COMMENT ON VIEW equity.seat_group IS
  'The seat groups of each pool: its open seats and its reserves (equity.pool_reserve), in the order in which they are filled. An applicant asks first for open seats and those of the applicant''s own groups, then for those that a cascade opens, each in this order.';
COMMENT ON COLUMN equity.seat_group.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.seat_group.pool_id IS 'Seat pool (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.seat_group.seat IS 'Kind of seat (ประเภทที่นั่ง): open, or the name of a reserve.';
COMMENT ON COLUMN equity.seat_group.precedence IS 'Place in the order in which the seats of the pool are filled, 1 first.';
COMMENT ON COLUMN equity.seat_group.seats IS 'Seats of the group (จำนวนที่นั่ง); open seats are those that no reserve has.';
COMMENT ON COLUMN equity.seat_group.cascade IS 'Who may take what the group of a reserve leaves, in order; NULL of open seats.';

CREATE VIEW equity_internal.pool_cap WITH (security_invoker = true) AS
  WITH RECURSIVE above AS (
    SELECT p.round_id, p.pool_id, p.cap_id, 1 AS height
      FROM equity.seat_pool AS p
     WHERE p.cap_id IS NOT NULL
    UNION ALL
    SELECT a.round_id, a.pool_id, c.parent_id, a.height + 1
      FROM above AS a
      JOIN equity.seat_cap AS c ON c.cap_id = a.cap_id
     WHERE c.parent_id IS NOT NULL
  ) CYCLE cap_id SET again USING path
  SELECT a.round_id, a.pool_id, a.cap_id, a.height FROM above AS a WHERE NOT a.again;

COMMENT ON VIEW equity_internal.pool_cap IS
  'The ceilings (equity.seat_cap) above each pool, the nearest first.';
COMMENT ON COLUMN equity_internal.pool_cap.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.pool_cap.pool_id IS 'Seat pool (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity_internal.pool_cap.cap_id IS 'A ceiling that the pool is under (เพดาน).';
COMMENT ON COLUMN equity_internal.pool_cap.height IS 'How far above: 1 is the ceiling of the pool itself, 2 the one above that.';

CREATE FUNCTION equity_internal.lottery_number(tie_break text, seed text, applicant_id bigint, pool_id bigint) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE tie_break
         WHEN 'lottery' THEN equity.lottery(seed, applicant_id)
         WHEN 'lottery_per_pool' THEN equity.lottery(seed, applicant_id, pool_id)
       END;

COMMENT ON FUNCTION equity_internal.lottery_number(text, text, bigint, bigint) IS
  'The lottery number that counts in a pool by a tie-break of equity.allocate: equity.lottery of the applicant, or of the applicant in the pool; NULL when no lottery is drawn.';

CREATE FUNCTION equity_internal.seat_tier(seat text, cascade text[], groups text[]) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE
           WHEN seat_tier.seat = 'open' OR seat_tier.seat = ANY (seat_tier.groups) THEN 0
           ELSE (SELECT min(e.place)::integer
                   FROM unnest(seat_tier.cascade) WITH ORDINALITY AS e (entry, place)
                  WHERE e.entry = '*' OR e.entry = ANY (seat_tier.groups))
         END;
END;

COMMENT ON FUNCTION equity_internal.seat_tier(text, text[], text[]) IS
  'The tier of an applicant of some groups for a kind of seat: 0 for open seats and for members of the group that a reserve is for, else the place in the cascade of the first entry that fits; NULL when none does.';

CREATE FUNCTION equity_internal.ranking_queries(run_id bigint, wanted bigint[] DEFAULT NULL,
                                                OUT applications text, OUT pools text, OUT reserves text, OUT caps text,
                                                OUT placements text, OUT tie_break text, OUT seed text)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT equity_internal.application_query(a.round_id, a.run_id, pools => ranking_queries.wanted), q.pools, q.reserves, q.caps,
         format('SELECT t.applicant_id, t.choice FROM equity.placement AS t WHERE t.run_id = %s', a.run_id),
         a.tie_break, a.seed
    FROM equity_internal.find_run(ranking_queries.run_id) AS a
   CROSS JOIN LATERAL equity_internal.seat_queries(a.round_id) AS q;
END;

COMMENT ON FUNCTION equity_internal.ranking_queries(bigint, bigint[]) IS
  'The arguments by which the engine ranks a run, in some pools or in all.';

--- position counts those who wait: who were refused there and hold nothing that they want
--- more; NULL for others. pools limits it to some pools.
---
--- Errors: P0002 no such run.
CREATE FUNCTION equity.ranking(run_id bigint, pools bigint[] DEFAULT NULL)
  RETURNS TABLE (pool_id bigint, seat text, precedence integer, place bigint, "position" bigint, applicant_id bigint,
                 choice integer, tier integer, score numeric, tie numeric, lottery bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  SELECT r.*
    FROM equity_internal.ranking_queries(ranking.run_id, ranking.pools) AS q
   CROSS JOIN LATERAL equity_internal.ranking(q.applications, q.pools, q.reserves, q.caps, q.placements, q.tie_break,
                                              q.seed) AS r;
END;

COMMENT ON FUNCTION equity.ranking(bigint, bigint[]) IS
  'Who ranked where in an allocation run, with the current rows: for each pool and kind of seat (in the order precedence of the pool) the applicants who competed for it, place 1 first, in the order of equity.allocate: holders of a seat from before, tier, score descending, tie ascending (NULL last), lottery, applicant id.';

--- position 1 is first, in the order of the seats (see equity.ranking); tier is the place in
--- the cascade of a reserve, 0 for its own group and for open seats; tie and lottery break
--- equal scores, smaller first, NULL when the round has none. Who counts for several kinds of
--- seat of a pool is on each list.
---
--- Errors: P0002 no such run.
CREATE FUNCTION equity.waitlist(run_id bigint)
  RETURNS TABLE (pool_id bigint, seat text, "position" bigint, applicant_id bigint, choice integer, tier integer,
                 score numeric, tie numeric, lottery bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
BEGIN ATOMIC
  SELECT r.pool_id, r.seat, r."position", r.applicant_id, r.choice, r.tier, r.score, r.tie, r.lottery
    FROM equity.ranking(waitlist.run_id) AS r
   WHERE r."position" IS NOT NULL
   ORDER BY r.pool_id, r.precedence, r."position";
END;

COMMENT ON FUNCTION equity.waitlist(bigint) IS
  'The waiting lists of an allocation run (บัญชีสำรอง), with the current rows: for each pool and kind of seat everybody who competed for it, was refused there and got nothing better: unplaced, or placed at a choice (อันดับ) that is wanted less.';

CREATE FUNCTION equity_internal.keep_ranking(run_id bigint) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  INSERT INTO equity.run_ranking (run_id, pool_id, seat, applicants, waiting)
  SELECT keep_ranking.run_id, r.pool_id, r.seat, r.applicants, r.waiting
    FROM equity_internal.ranking_queries(keep_ranking.run_id) AS q
   CROSS JOIN LATERAL equity_internal.packed_ranking(q.applications, q.pools, q.reserves, q.caps, q.placements, q.tie_break,
                                                     q.seed) AS r;
END;

COMMENT ON FUNCTION equity_internal.keep_ranking(bigint) IS
  'Keeps equity.ranking of a run that is published (equity.run_ranking).';

CREATE FUNCTION equity_internal.reads_groups() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT bool_and(has_column_privilege(c.base_table, c.base_column, 'SELECT'))
    FROM (VALUES ('equity.applicant_group', 'group_code'), ('equity.application', 'disability_registered'),
                 ('equity.application', 'late'),
                 ('equity.application', 'welfare_card'), ('equity.application', 'gpa'), ('equity.applicant', 'sex'),
                 ('equity.applicant', 'birth_date'), ('equity.applicant', 'province_code'),
                 ('equity.household', 'monthly_income'), ('equity.household', 'household_size'),
                 ('equity.allocation_input', 'tie'), ('equity.standing_input', 'tie'), ('equity.reserve_member', 'group_code'),
                 ('equity.reserve_group', 'group_code')) AS c (base_table, base_column);
END;

COMMENT ON FUNCTION equity_internal.reads_groups() IS
  'Whether the caller may read what membership of groups and the order of equal scores come from.';

--- Of a published run as they were at publication, at once; of another run as they are now,
--- which takes the time to rank the pools, and nothing for a caller who may not read what
--- ranks them (equity_internal.reads_groups).
CREATE FUNCTION equity_internal.applicant_places(run_id bigint, applicant bigint, pools bigint[])
  RETURNS TABLE (pool_id bigint, seat text, place bigint, asked bigint, "position" bigint, waiting bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 10
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF EXISTS (SELECT FROM equity.run_ranking AS r WHERE r.run_id = applicant_places.run_id) THEN
    RETURN QUERY
    SELECT r.pool_id, r.seat, n.place::bigint, length(r.waiting)::bigint,
           CASE WHEN get_bit(r.waiting, n.place - 1) = 1 THEN bit_count(substring(r.waiting FROM 1 FOR n.place)) END,
           bit_count(r.waiting)
      FROM equity.run_ranking AS r
     CROSS JOIN LATERAL (SELECT array_position(r.applicants, applicant) AS place OFFSET 0) AS n
     WHERE r.run_id = applicant_places.run_id
       AND r.pool_id = ANY (pools)
       AND n.place IS NOT NULL;
    RETURN;
  END IF;
  IF NOT equity_internal.reads_groups() THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT r.pool_id, r.seat, r.place, r.asked, r."position", r.waiting
    FROM (SELECT r.*,
                 count(*) OVER (PARTITION BY r.pool_id, r.seat) AS asked,
                 count(r."position") OVER (PARTITION BY r.pool_id, r.seat) AS waiting
            FROM equity.ranking(applicant_places.run_id, pools) AS r) AS r
   WHERE r.applicant_id = applicant;
END;
$$;

COMMENT ON FUNCTION equity_internal.applicant_places(bigint, bigint, bigint[]) IS
  'The places of an applicant in an allocation run, in some pools, for each kind of seat that the applicant competed for: place among all who asked, position among those who wait, or NULL.';
-- Up to whom the seats of a run went: the last holder of each kind of seat and under each ceiling, and
-- what turns away those who come after.

CREATE FUNCTION equity_internal.run_holders(run_id bigint, pools bigint[] DEFAULT NULL)
  RETURNS TABLE (pool_id bigint, seat text, applicant_id bigint, tier integer, score numeric, kept boolean)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
BEGIN
  RETURN QUERY
  SELECT t.pool_id, t.seat, t.applicant_id, t.tier, t.score, s.applicant_id IS NOT NULL
    FROM equity.placement AS t
    LEFT JOIN equity.run_standing AS s
      ON s.run_id = t.run_id
     AND s.applicant_id = t.applicant_id
     AND s.pool_id = t.pool_id
     AND s.decision <> 'out'
   WHERE t.run_id = run_holders.run_id
     AND (run_holders.pools IS NULL OR t.pool_id = ANY (run_holders.pools));
END;
$$;

COMMENT ON FUNCTION equity_internal.run_holders(bigint, bigint[]) IS
  'The placements of a run, in some pools or in all, and whether each was kept from before (equity.run_standing).';

CREATE FUNCTION equity_internal.full_caps(run_id bigint, pools bigint[] DEFAULT NULL)
  RETURNS TABLE (pool_id bigint, cap_id bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
DECLARE
  of_round bigint := (SELECT a.round_id FROM equity.allocation_run AS a WHERE a.run_id = full_caps.run_id);
BEGIN
  IF NOT EXISTS (SELECT FROM equity.seat_cap AS c WHERE c.round_id = of_round) THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH ceiling AS MATERIALIZED (
    SELECT u.pool_id, u.cap_id, u.height FROM equity_internal.pool_cap AS u WHERE u.round_id = of_round
  ), held AS (
    SELECT t.pool_id, count(*) AS holders
      FROM equity.placement AS t
     WHERE t.run_id = full_caps.run_id
     GROUP BY t.pool_id
  ), reached AS (
    SELECT c.cap_id
      FROM equity.seat_cap AS c
      JOIN ceiling AS u ON u.cap_id = c.cap_id
      LEFT JOIN held AS h ON h.pool_id = u.pool_id
     GROUP BY c.cap_id, c.seats
    HAVING coalesce(sum(h.holders), 0) >= c.seats
  )
  SELECT DISTINCT ON (u.pool_id) u.pool_id, u.cap_id
    FROM ceiling AS u
    JOIN reached AS r ON r.cap_id = u.cap_id
   WHERE full_caps.pools IS NULL OR u.pool_id = ANY (full_caps.pools)
   ORDER BY u.pool_id, u.height;
END;
$$;

COMMENT ON FUNCTION equity_internal.full_caps(bigint, bigint[]) IS
  'The nearest ceiling above each pool that a run fills up, of some pools or of all; no row for a pool under none.';

CREATE FUNCTION equity_internal.closed_pools(run_id bigint) RETURNS TABLE (pool_id bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT p.pool_id
    FROM equity.allocation_run AS a
    JOIN equity.seat_pool AS p ON p.round_id = a.round_id
   WHERE a.run_id = closed_pools.run_id
     AND p.min_seats >= 2
     AND NOT EXISTS (SELECT FROM equity.placement AS t WHERE t.run_id = closed_pools.run_id AND t.pool_id = p.pool_id)
  UNION
  SELECT u.pool_id
    FROM equity.allocation_run AS a
    JOIN equity.seat_cap AS c ON c.round_id = a.round_id
    JOIN equity_internal.pool_cap AS u ON u.cap_id = c.cap_id
   WHERE a.run_id = closed_pools.run_id
     AND c.min_seats >= 2
     AND NOT EXISTS (SELECT FROM equity_internal.pool_cap AS o
                       JOIN equity.placement AS t ON t.run_id = closed_pools.run_id AND t.pool_id = o.pool_id
                      WHERE o.cap_id = c.cap_id);
END;

COMMENT ON FUNCTION equity_internal.closed_pools(bigint) IS
  'The pools that a run leaves empty under a floor of two or more, their own or that of a ceiling above.';

CREATE FUNCTION equity_internal.run_cutoffs(run_id bigint, pools bigint[], with_ties boolean)
  RETURNS TABLE (pool_id bigint, seat text, precedence integer, seats integer, held bigint, is_full boolean,
                 last_tier integer, last_score numeric, last_tie numeric, last_lottery bigint, last_kept boolean,
                 stopped_by text, cap_id bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 1000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
DECLARE
  found_run equity.allocation_run := equity_internal.find_run(run_cutoffs.run_id);
BEGIN
  RETURN QUERY
  WITH ordered AS (
    SELECT h.*,
           count(*) OVER (PARTITION BY h.pool_id, h.seat) AS holders,
           rank() OVER (PARTITION BY h.pool_id, h.seat ORDER BY h.kept, h.tier DESC, h.score) AS rank_from_last
      FROM equity_internal.run_holders(run_cutoffs.run_id, run_cutoffs.pools) AS h
  ), last_class AS MATERIALIZED (
    SELECT o.*,
           CASE WHEN with_ties AND found_run.tie_field IS NOT NULL THEN equity_internal.input_tie(found_run.round_id, o.applicant_id, o.pool_id) END AS tie,
           equity_internal.lottery_number(found_run.tie_break, found_run.seed, o.applicant_id, o.pool_id) AS lottery
      FROM ordered AS o
     WHERE o.rank_from_last = 1
  ), last_holder AS (
    SELECT DISTINCT ON (l.pool_id, l.seat) l.*
      FROM last_class AS l
     ORDER BY l.pool_id, l.seat, l.tie DESC NULLS FIRST, l.lottery DESC, l.applicant_id DESC
  )
  SELECT g.pool_id, g.seat, g.precedence, g.seats, coalesce(l.holders, 0), coalesce(l.holders, 0) >= g.seats,
         l.tier, l.score, l.tie, l.lottery, l.kept,
         CASE
           WHEN coalesce(l.holders, 0) >= g.seats THEN 'seat'
           WHEN c.cap_id IS NOT NULL THEN 'cap'
           WHEN k.pool_id IS NOT NULL THEN 'floor'
         END,
         c.cap_id
    FROM equity.seat_group AS g
    LEFT JOIN last_holder AS l
      ON l.pool_id = g.pool_id
     AND l.seat = g.seat
    LEFT JOIN equity_internal.full_caps(run_cutoffs.run_id, run_cutoffs.pools) AS c ON c.pool_id = g.pool_id
    LEFT JOIN equity_internal.closed_pools(run_cutoffs.run_id) AS k ON k.pool_id = g.pool_id
   WHERE g.round_id = found_run.round_id
     AND (run_cutoffs.pools IS NULL OR g.pool_id = ANY (run_cutoffs.pools))
   ORDER BY g.pool_id, g.precedence;
END;
$$;

COMMENT ON FUNCTION equity_internal.run_cutoffs(bigint, bigint[], boolean) IS
  'equity.cutoffs; without ties for whoever may not read what breaks them: the last holder is then one of those with the lowest score.';

--- Beside seats and holders a row tells of the last holder in its order the tier in the
--- cascade, the score, the value of tie and the lottery number; they are NULL when nobody
--- holds a seat or the round does not use them. last_kept is true when even the last holder
--- kept the seat from before.
---
--- stopped_by is what turns others away: seat (these seats are full), cap (cap_id, the
--- nearest ceiling above that is reached, see equity.cap_cutoffs), floor (the pool was closed
--- for want of people), or NULL when nobody is turned away except by a tie break that refuses
--- tied applicants together. pools limits it to some pools.
---
--- Errors: P0002 no such run.
CREATE FUNCTION equity.cutoffs(run_id bigint, pools bigint[] DEFAULT NULL)
  RETURNS TABLE (pool_id bigint, seat text, precedence integer, seats integer, held bigint, is_full boolean,
                 last_tier integer, last_score numeric, last_tie numeric, last_lottery bigint, last_kept boolean,
                 stopped_by text, cap_id bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 1000
BEGIN ATOMIC
  SELECT k.* FROM equity_internal.run_cutoffs(cutoffs.run_id, cutoffs.pools, true) AS k;
END;

COMMENT ON FUNCTION equity.cutoffs(bigint, bigint[]) IS
  'How far down the seats of an allocation run reached (คะแนนต่ำสุดที่ได้รับ), one row for each pool and kind of seat, in the order in which the seats of a pool are filled (precedence).';

CREATE FUNCTION equity_internal.input_tie(round_id bigint, applicant bigint, pool bigint) RETURNS numeric
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT i.tie
    FROM equity.allocation_input AS i
   WHERE i.round_id = input_tie.round_id
     AND i.applicant_id = input_tie.applicant
     AND i.pool_id = input_tie.pool;
END;

COMMENT ON FUNCTION equity_internal.input_tie(bigint, bigint, bigint) IS
  'What ranks an applicant among equal scores in a pool, by the round''s tie_field (equity.allocation_input); NULL when there is no such row.';

CREATE FUNCTION equity_internal.cap_tier(seat text, cascade text[], tier integer) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN cap_tier.seat <> 'open' AND cap_tier.cascade[cap_tier.tier] IS DISTINCT FROM '*' THEN cap_tier.tier END;

COMMENT ON FUNCTION equity_internal.cap_tier(text, text[], integer) IS
  'The tier that counts under a ceiling: that of the reserve, but NULL, which is last, for open seats and for whoever has a reserved seat as anybody.';

CREATE FUNCTION equity_internal.run_cap_cutoffs(run_id bigint, caps bigint[], with_ties boolean)
  RETURNS TABLE (cap_id bigint, seats integer, held bigint, is_full boolean, last_pool_id bigint, last_seat text,
                 last_tier integer, last_score numeric, last_tie numeric, last_lottery bigint, last_kept boolean)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 100
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
DECLARE
  found_run equity.allocation_run := equity_internal.find_run(run_cap_cutoffs.run_id);
BEGIN
  RETURN QUERY
  WITH below AS MATERIALIZED (
    SELECT u.cap_id, u.pool_id
      FROM equity_internal.pool_cap AS u
     WHERE u.round_id = found_run.round_id
       AND (run_cap_cutoffs.caps IS NULL OR u.cap_id = ANY (run_cap_cutoffs.caps))
  ), holder AS MATERIALIZED (
    SELECT h.*, equity_internal.cap_tier(h.seat, v.cascade, h.tier) AS last_tier
      FROM equity_internal.run_holders(run_cap_cutoffs.run_id, (SELECT array_agg(DISTINCT b.pool_id) FROM below AS b)) AS h
      LEFT JOIN equity.pool_reserve AS v
        ON v.pool_id = h.pool_id
       AND v.reserve = h.seat
  ), ordered AS (
    SELECT b.cap_id, h.*,
           count(*) OVER (PARTITION BY b.cap_id) AS holders,
           rank() OVER (PARTITION BY b.cap_id ORDER BY h.kept, h.last_tier DESC NULLS FIRST, h.score) AS rank_from_last
      FROM below AS b
      JOIN holder AS h ON h.pool_id = b.pool_id
  ), last_class AS MATERIALIZED (
    SELECT o.*,
           CASE WHEN with_ties AND found_run.tie_field IS NOT NULL THEN equity_internal.input_tie(found_run.round_id, o.applicant_id, o.pool_id) END AS tie,
           equity_internal.lottery_number(found_run.tie_break, found_run.seed, o.applicant_id, o.pool_id) AS lottery
      FROM ordered AS o
     WHERE o.rank_from_last = 1
  ), last_holder AS (
    SELECT DISTINCT ON (l.cap_id) l.*
      FROM last_class AS l
     ORDER BY l.cap_id, l.tie DESC NULLS FIRST, l.lottery DESC, l.applicant_id DESC
  )
  SELECT c.cap_id, c.seats, coalesce(l.holders, 0), coalesce(l.holders, 0) >= c.seats,
         l.pool_id, l.seat, l.last_tier, l.score, l.tie, l.lottery, l.kept
    FROM equity.seat_cap AS c
    LEFT JOIN last_holder AS l ON l.cap_id = c.cap_id
   WHERE c.round_id = found_run.round_id
     AND (run_cap_cutoffs.caps IS NULL OR c.cap_id = ANY (run_cap_cutoffs.caps))
   ORDER BY c.cap_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.run_cap_cutoffs(bigint, bigint[], boolean) IS
  'equity.cap_cutoffs; without ties for whoever may not read what breaks them: the last holder is then one of those with the lowest score.';

--- Of the last holder it tells pool, kind of seat, tier, score, value of tie, lottery number,
--- and whether the seat was kept from before. The tier is NULL for open seats and for whoever
--- has a reserved seat as anybody: they come last.
---
--- caps limits it to some ceilings.
---
--- Errors: P0002 no such run.
CREATE FUNCTION equity.cap_cutoffs(run_id bigint, caps bigint[] DEFAULT NULL)
  RETURNS TABLE (cap_id bigint, seats integer, held bigint, is_full boolean, last_pool_id bigint, last_seat text,
                 last_tier integer, last_score numeric, last_tie numeric, last_lottery bigint, last_kept boolean)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100
BEGIN ATOMIC
  SELECT k.* FROM equity_internal.run_cap_cutoffs(cap_cutoffs.run_id, cap_cutoffs.caps, true) AS k;
END;

COMMENT ON FUNCTION equity.cap_cutoffs(bigint, bigint[]) IS
  'How far down an allocation run reached under each ceiling (equity.seat_cap): its seats, how many the pools below hold together, whether it is reached, and the last holder in its order.';
-- Publishing a run: every placement becomes an award on offer. Only a verified run
-- whose rows are those that were verified can be published, and only once.

CREATE FUNCTION equity_internal.require_publishable(this_run equity.allocation_run) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF this_run.kind <> 'main' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s is a %s', this_run.run_id, this_run.kind),
      DETAIL = 'publish_run offers the awards of a first run.',
      HINT = format('Seats that came free are offered by equity.refill_round(%s).', this_run.round_id);
  END IF;
  IF this_run.status <> 'verified' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s is %s', this_run.run_id, this_run.status),
      DETAIL = 'publish_run needs a run that is verified.',
      HINT = CASE this_run.status
               WHEN 'draft' THEN format('Verify it first: equity.verify_run(%s).', this_run.run_id)
               ELSE format('Make and verify a new run: equity.allocate_round(%s).', this_run.round_id)
             END;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_publishable(equity.allocation_run) IS
  'Raises 55000 unless the run is a main one and verified.';

-- One statement: what is checked, what is offered and what is ranked are the same rows, whatever commits
-- meanwhile; and they are read once.
--- When the rows are not those that were verified it offers nothing and names what has
--- changed (equity_internal.digest_violations).
CREATE FUNCTION equity_internal.offer_awards(run_id bigint, OUT offers bigint, OUT changes text)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  WITH ranking AS MATERIALIZED (
    SELECT k.*
      FROM equity_internal.ranking_queries(offer_awards.run_id) AS q
     CROSS JOIN LATERAL equity_internal.run_reading(offer_awards.run_id) AS r
     CROSS JOIN LATERAL equity_internal.packed_ranking(r.applications, q.pools, q.reserves, q.caps, q.placements, q.tie_break,
                                                       q.seed, r.read) AS k
  ), changed AS MATERIALIZED (
    SELECT string_agg(DISTINCT d.violation COLLATE "C", ', ' ORDER BY d.violation COLLATE "C") AS violations
      FROM equity_internal.placement_pages(equity_internal.placement_query(offer_awards.run_id)) AS p
     CROSS JOIN LATERAL equity_internal.digest_violations(
             offer_awards.run_id,
             (SELECT k.digest FROM ranking AS k WHERE k.input = 'applications'),
             (SELECT k.digest FROM ranking AS k WHERE k.input = 'choices'),
             p.digest) AS d
     WHERE p.whole
  ), kept AS (
    INSERT INTO equity.run_ranking (run_id, pool_id, seat, applicants, waiting)
    SELECT offer_awards.run_id, k.pool_id, k.seat, k.applicants, k.waiting
      FROM ranking AS k
     WHERE k.pool_id IS NOT NULL
       AND (SELECT c.violations FROM changed AS c) IS NULL
  ), offered AS (
    INSERT INTO equity.award (applicant_id, programme_code, grant_type, institution_id, field_code, academic_year,
                              round_id, run_id, pool_id, status, offered_at, offer_expires_at)
    SELECT t.applicant_id, p.programme_code, p.grant_type, p.institution_id, p.field_code, r.academic_year,
           r.round_id, t.run_id, t.pool_id, 'offered', now(), now() + r.offer_days * interval '24 hours'
      FROM equity.placement AS t
      JOIN equity.seat_pool AS p
        ON p.pool_id = t.pool_id
      JOIN equity.round AS r
        ON r.round_id = p.round_id
     WHERE t.run_id = offer_awards.run_id
       AND (SELECT c.violations FROM changed AS c) IS NULL
     ORDER BY t.pool_id, t.applicant_id
    RETURNING award_id
  ), told AS (
    INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, at)
    SELECT o.award_id, 'offered', NULL, 'offered', session_user, now()
      FROM offered AS o
    RETURNING award_id
  )
  SELECT (SELECT count(*) FROM told), c.violations
    INTO offers, changes
    FROM changed AS c;
END;
$$;

COMMENT ON FUNCTION equity_internal.offer_awards(bigint) IS
  'Offers an award for each placement of a run, until the round''s offer_days times 24 hours from now, keeps the ranking (equity.run_ranking), and returns how many offers there are.';

--- Errors: P0002 no such run; 55000 the run is not verified, or its inputs or placements have
--- changed since; 55P03 another operation is at work on the round.
CREATE FUNCTION equity.publish_run(run_id bigint) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_run equity.allocation_run;
  offers bigint;
  changes text;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.publish_run(publish_run.run_id);
  END IF;
  this_run := equity_internal.lock_run(publish_run.run_id);
  IF this_run.status = 'published' THEN
    RAISE NOTICE 'allocation run % is published already: nothing was changed', this_run.run_id;
    RETURN this_run.admitted;
  END IF;

  PERFORM equity_internal.require_publishable(this_run);
  PERFORM equity_internal.report_progress('publish_run', this_run.round_id, 'offering awards');
  SELECT o.offers, o.changes INTO offers, changes
    FROM equity_internal.offer_awards(this_run.run_id) AS o;
  IF changes IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s was verified on other rows', this_run.run_id),
      DETAIL = format('Since then: %s.', changes),
      HINT = format('See equity.run_violations(%s); then score and allocate round %s again, and verify the new run.', this_run.run_id, this_run.round_id);
  END IF;
  UPDATE equity.allocation_run AS a SET status = 'published' WHERE a.run_id = this_run.run_id;
  UPDATE equity.round AS r
     SET status = 'published',
         published_run_id = this_run.run_id
   WHERE r.round_id = this_run.round_id;
  PERFORM equity.audit_append('publish_run', this_run.round_id, this_run.run_id,
                              jsonb_build_object('offers', offers, 'result_digest', this_run.result_digest));
  RETURN offers;
END;
$$;

COMMENT ON FUNCTION equity.publish_run(bigint) IS
  'Publishes a verified run: offers an award for each placement, and returns how many offers there are. A second call changes nothing.';
-- The manifest of a run, and its repetition: the same rows, allocated again, must give the same digest.

--- Whoever has the rows can compute the digests without the extension. Each is the sha256 in
--- hexadecimal of lines in UTF-8 that end with a line feed; values are parted by commas, NULL
--- is nothing, texts are JSON strings (programme_code in cards and quotas is bare) and arrays
--- JSON arrays.
---
--- - cards: programme_code, sha256 of the canonical card; quotas: programme_code, quota
--- - pools: pool_id, seats, min_seats, cap_id, programme_code, institution_id, field_code,
---   grant_type; reserves: pool_id, reserve, seats, mode, cascade, position; caps: cap_id,
---   seats, min_seats, parent_id
--- - applications: pool_id and the sha256 of that pool's lines applicant_id, choice, score,
---   tie, groups
--- - standing: pool_id and the sha256 of its lines applicant_id, decision, seat, choice, score
--- - placements: pool_id and the sha256 of its lines applicant_id, choice, seat, tier, score
--- - seed: the sha256 of the seed, which is its commitment
---
--- Error P0002: no such run.
CREATE FUNCTION equity.run_manifest(run_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT jsonb_build_object(
           'run', a.run_id,
           'kind', a.kind,
           'parent_run', a.parent_run_id,
           'round', r.round_code,
           'academic_year', r.academic_year,
           'mechanism', a.mechanism,
           'tie_break', a.tie_break,
           'tie_field', a.tie_field,
           'seed', a.seed,
           'seed_commitment', r.seed_commitment,
           'applicants', a.applicants,
           'choices', a.applications,
           'seats', a.seats,
           'admitted', a.admitted,
           'equity_version', a.equity_version,
           'digests', equity_internal.input_digests(a.run_id) || jsonb_build_object('placements', a.result_digest))
    FROM equity_internal.find_run(run_manifest.run_id) AS a
    JOIN equity.round AS r
      ON r.round_id = a.round_id;
END;

COMMENT ON FUNCTION equity.run_manifest(bigint) IS
  'What decided an allocation run and what came out of it, to publish: parameters, seed, counts, version of the extension, and digests, each a sha256 in hexadecimal.';

--- Errors: P0002 no such run; 55000 something differs, and the detail names each digest that
--- does with the first pools: what the run read, or, when that is the same, what came out;
--- and those of equity.allocate.
CREATE FUNCTION equity.replay_run(run_id bigint) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_run equity.allocation_run := equity_internal.find_run(replay_run.run_id);
  changes text;
  stored text;
  again text;
BEGIN
  SELECT string_agg(format('%s: stored %s, now %s%s', c.input, c.stored, c.present,
                           ', at ' || nullif(equity_internal.diff_keys(equity.digest_text(c.stored), c.content), '')), E'\n'
                    ORDER BY c.input COLLATE "C") INTO changes
    FROM equity_internal.changed_inputs(this_run.run_id) AS c;
  IF changes IS NULL THEN
    stored := equity_internal.result_lines(this_run.run_id);
    again := equity_internal.result_lines(this_run.run_id, again => true);
    changes := nullif(concat_ws(E'\n',
      CASE WHEN this_run.result_digest IS DISTINCT FROM equity.text_digest(stored) THEN
        format('placements: stored %s, now %s', this_run.result_digest, equity.text_digest(stored)) END,
      CASE WHEN this_run.result_digest IS DISTINCT FROM equity.text_digest(again) THEN
        format('result: stored %s, again %s', this_run.result_digest, equity.text_digest(again)) END,
      CASE WHEN stored <> again THEN
        format('the placements are not those that come out again, at pool %s', equity_internal.diff_keys(stored, again)) END), '');
  END IF;

  IF changes IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s cannot be repeated', this_run.run_id),
      DETAIL = changes,
      HINT = concat_ws(' ', format('equity.run_violations(%s) tells whom it concerns.', this_run.run_id),
        CASE WHEN this_run.equity_version <> (SELECT v.sql FROM equity.version() AS v) THEN
          format('Another version, %s, made the run.', this_run.equity_version) END);
  END IF;
  RETURN this_run.result_digest;
END;
$$;

COMMENT ON FUNCTION equity.replay_run(bigint) IS
  'Allocates a run again from the current rows and returns the digest of its placements, which then is that of the stored ones. Writes nothing.';
-- What changed from one run of a round to another: in the rows that they read, by the text behind
-- their digests (equity.digest_source), and in who got what, each with a cause.

CREATE FUNCTION equity_internal.require_comparable(a bigint, b bigint) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  run_a equity.allocation_run := equity_internal.find_run(a);
  run_b equity.allocation_run := equity_internal.find_run(b);
  missing text;
BEGIN
  IF run_a.round_id <> run_b.round_id THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('allocation runs %s and %s are of different rounds', a, b),
      DETAIL = format('They are of rounds %s and %s.', run_a.round_id, run_b.round_id),
      HINT = 'Compare two runs of one round.';
  END IF;

  SELECT string_agg(DISTINCT coalesce(i.digest, format('the inputs of run %s', r.run_id)), ', ') INTO missing
    FROM (VALUES (a), (b)) AS r (run_id)
    LEFT JOIN equity.run_input AS i ON i.run_id = r.run_id
   WHERE i.digest IS NULL
      OR equity.digest_text(i.digest) IS NULL;
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('what allocation runs %s and %s read is not kept', a, b),
      DETAIL = format('equity.digest_source lacks %s.', missing),
      HINT = 'Compare runs whose text was not deleted.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_comparable(bigint, bigint) IS
  'Raises 22023 unless two runs are of one round, 55000 unless the text behind their digests is kept.';

--- input is mechanism, tie_break, tie_field, seed, pool, reserve, cap, standing, application, or cards
--- or quotas and a programme. Values are as in the text behind the digest (equity.run_manifest).
---
--- Errors: P0002 no such run; 22023 runs of different rounds; 55000 the text is not kept.
CREATE FUNCTION equity.diff_inputs(a bigint, b bigint)
  RETURNS TABLE (input text, applicant_id bigint, pool_id bigint, cap_id bigint, before_value text, after_value text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.require_comparable(a, b);

  RETURN QUERY
  WITH pair AS MATERIALIZED (
    SELECT x AS run_a, y AS run_b,
           x.tie_field IS NOT DISTINCT FROM y.tie_field
           AND (equity_internal.input_digests(x.run_id) ->> 'reserves' = equity.text_digest(''))
               = (equity_internal.input_digests(y.run_id) ->> 'reserves' = equity.text_digest('')) AS alike
      FROM equity.allocation_run AS x
      JOIN equity.allocation_run AS y
        ON y.run_id = diff_inputs.b
     WHERE x.run_id = diff_inputs.a
  ), line AS MATERIALIZED (
    SELECT i.input, d.key, d.before_value, d.after_value
      FROM equity.run_input AS i
      JOIN equity.run_input AS j
        ON j.run_id = diff_inputs.b
       AND j.input = i.input
       AND j.digest <> i.digest
     CROSS JOIN LATERAL equity_internal.diff_lines(equity.digest_text(i.digest), equity.digest_text(j.digest)) AS d
     WHERE i.run_id = diff_inputs.a
       AND i.input <> 'seed'
  ), person AS (
    SELECT l.input, l.key AS pool, d.key, d.before_value, d.after_value
      FROM line AS l
     CROSS JOIN LATERAL equity_internal.diff_lines(equity.digest_text(l.before_value), equity.digest_text(l.after_value)) AS d
     WHERE l.input IN ('applications', 'standing')
  )
  SELECT r.rule, NULL::bigint, NULL::bigint, NULL::bigint, r.before_value, r.after_value
    FROM pair AS p
   CROSS JOIN LATERAL (VALUES ('mechanism', (p.run_a).mechanism::text, (p.run_b).mechanism::text),
                              ('tie_break', (p.run_a).tie_break, (p.run_b).tie_break),
                              ('tie_field', (p.run_a).tie_field, (p.run_b).tie_field),
                              ('seed', (p.run_a).seed, (p.run_b).seed)) AS r (rule, before_value, after_value)
   WHERE r.before_value IS DISTINCT FROM r.after_value
  UNION ALL
  SELECT l.input || ' ' || l.key, NULL, NULL, NULL, l.before_value, l.after_value
    FROM line AS l
   WHERE l.input IN ('cards', 'quotas')
  UNION ALL
  SELECT rtrim(l.input, 's'), NULL, l.key::bigint, NULL, l.before_value, l.after_value
    FROM line AS l
   WHERE l.input IN ('pools', 'reserves')
  UNION ALL
  SELECT rtrim(l.input, 's'), NULL, NULL, l.key::bigint, l.before_value, l.after_value
    FROM line AS l
   WHERE l.input = 'caps'
  UNION ALL
  -- what a line says of tie and groups counts only when both runs went by such columns
  SELECT rtrim(p.input, 's'), p.key::bigint, nullif(p.pool, '')::bigint, NULL, p.before_value, p.after_value
    FROM person AS p
   WHERE p.input = 'standing'
      OR (SELECT r.alike FROM pair AS r)
      OR (split_part(p.before_value, ',', 1), split_part(p.before_value, ',', 2))
         IS DISTINCT FROM (split_part(p.after_value, ',', 1), split_part(p.after_value, ',', 2));
END;
$$;

COMMENT ON FUNCTION equity.diff_inputs(bigint, bigint) IS
  'Rows that differ between what two allocation runs of a round read, a before b: which input, whom and which pool or ceiling it is about, and its value before and after; NULL when it was not there.';

CREATE FUNCTION equity_internal.touched_pools(a bigint, b bigint) RETURNS TABLE (pool_id bigint, cause text, cause_cap_id bigint, detail text)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH RECURSIVE input AS MATERIALIZED (
    SELECT d.input, d.pool_id, d.cap_id, d.before_value, d.after_value
      FROM equity.diff_inputs(touched_pools.a, touched_pools.b) AS d
     WHERE d.input IN ('pool', 'reserve', 'cap')
  ), over (cap_id, parent_id) AS (
    SELECT l.key::bigint, nullif(split_part(l.after_value, ',', 3), '')::bigint
      FROM equity.run_input AS y
     CROSS JOIN LATERAL equity_internal.diff_lines(NULL, equity.digest_text(y.digest)) AS l
     WHERE y.run_id = touched_pools.b
       AND y.input = 'caps'
  ), under (pool_id, cap_id) AS (
    SELECT l.key::bigint, nullif(split_part(l.after_value, ',', 3), '')::bigint
      FROM equity.run_input AS y
     CROSS JOIN LATERAL equity_internal.diff_lines(NULL, equity.digest_text(y.digest)) AS l
     WHERE y.run_id = touched_pools.b
       AND y.input = 'pools'
    UNION
    SELECT u.pool_id, o.parent_id
      FROM under AS u
      JOIN over AS o ON o.cap_id = u.cap_id
  )
  SELECT DISTINCT ON (t.pool_id) t.pool_id, t.input, t.cap_id, t.detail
    FROM (SELECT i.pool_id, i.input, NULL::bigint AS cap_id,
                 format('%s %s: %s, before %s', i.input, i.pool_id, coalesce(i.after_value, 'nothing'), coalesce(i.before_value, 'nothing')) AS detail
            FROM input AS i
           WHERE i.pool_id IS NOT NULL
          UNION ALL
          SELECT u.pool_id, i.input, i.cap_id,
                 format('cap %s: %s, before %s', i.cap_id, coalesce(i.after_value, 'nothing'), coalesce(i.before_value, 'nothing'))
            FROM input AS i
            JOIN under AS u ON u.cap_id = i.cap_id) AS t
   ORDER BY t.pool_id, t.input = 'pool' DESC, t.input = 'reserve' DESC, t.cap_id;
END;

COMMENT ON FUNCTION equity_internal.touched_pools(bigint, bigint) IS
  'Pools of which seats, floor, reserves or a ceiling above are others in run b than in run a, with the nearest of these changes.';

CREATE FUNCTION equity_internal.diff_placements(a bigint, b bigint)
  RETURNS TABLE (applicant_id bigint, change text,
                 from_pool_id bigint, from_seat text, from_choice integer,
                 to_pool_id bigint, to_seat text, to_choice integer,
                 departure bigint, arrival bigint)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  SELECT m.applicant_id,
         CASE WHEN m.from_pool_id IS NULL THEN 'admitted'
              WHEN m.to_pool_id IS NULL THEN 'dropped'
              WHEN m.to_choice < m.from_choice THEN 'better'
              WHEN m.to_choice > m.from_choice THEN 'worse'
              ELSE 'seat' END,
         m.from_pool_id, m.from_seat, m.from_choice,
         m.to_pool_id, m.to_seat, m.to_choice,
         CASE WHEN m.from_pool_id IS NOT NULL AND m.moved
           THEN row_number() OVER (PARTITION BY m.from_pool_id, m.moved ORDER BY m.from_score DESC, m.applicant_id) END,
         CASE WHEN m.to_pool_id IS NOT NULL AND m.moved
           THEN row_number() OVER (PARTITION BY m.to_pool_id, m.moved ORDER BY m.to_score DESC, m.applicant_id) END
    FROM (SELECT coalesce(x.applicant_id, y.applicant_id) AS applicant_id,
                 x.pool_id AS from_pool_id, x.seat AS from_seat, x.choice AS from_choice, x.score AS from_score,
                 y.pool_id AS to_pool_id, y.seat AS to_seat, y.choice AS to_choice, y.score AS to_score,
                 x.pool_id IS DISTINCT FROM y.pool_id AS moved
            FROM (SELECT t.* FROM equity.placement AS t WHERE t.run_id = diff_placements.a) AS x
            FULL JOIN (SELECT t.* FROM equity.placement AS t WHERE t.run_id = diff_placements.b) AS y
              ON y.applicant_id = x.applicant_id
           WHERE (x.pool_id, x.seat) IS DISTINCT FROM (y.pool_id, y.seat)) AS m;
END;

COMMENT ON FUNCTION equity_internal.diff_placements(bigint, bigint) IS
  'Who has another seat in run b than in run a, with a number among those who leave the pool (departure) and among those who come to it (arrival), the highest score first.';

--- cause, the first of these that is there: application (a row of the applicant's own was
--- another: choice, score, tie or groups), standing (the applicant was out in one of the
--- runs), rule (mechanism, tie break, tie field or seed), pool, reserve or cap (of the pool
--- that was lost or won: seats, floor, reserved seats, or the ceiling cause_cap_id above it),
--- displaced or vacated (cause_applicant_id came to the pool that was lost, or left the one
--- that was won: look that applicant up for the next link of the chain), limit (none of
--- these: a ceiling or floor decided elsewhere). detail is the row, after and before, as in
--- equity.diff_inputs. Applicants of one pool are matched to those who come and go in order
--- of score: with several at once, a link says whose place it is, not that nobody else had a
--- part.
---
--- Errors: as equity.diff_inputs.
CREATE FUNCTION equity.diff_runs(a bigint, b bigint)
  RETURNS TABLE (applicant_id bigint, change text,
                 from_pool_id bigint, from_seat text, from_choice integer,
                 to_pool_id bigint, to_seat text, to_choice integer,
                 cause text, cause_applicant_id bigint, cause_pool_id bigint, cause_cap_id bigint, detail text)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  WITH moved AS MATERIALIZED (
    SELECT d.*,
           CASE WHEN d.change IN ('dropped', 'worse') THEN d.from_pool_id ELSE d.to_pool_id END AS at_pool_id
      FROM equity_internal.diff_placements(diff_runs.a, diff_runs.b) AS d
  ), input AS MATERIALIZED (
    SELECT d.* FROM equity.diff_inputs(diff_runs.a, diff_runs.b) AS d
  ), own AS (
    SELECT DISTINCT ON (i.applicant_id) i.applicant_id, i.input, i.pool_id,
           format('%s for pool %s: %s, before %s', i.input, i.pool_id, coalesce(i.after_value, 'nothing'), coalesce(i.before_value, 'nothing')) AS detail
      FROM input AS i
     WHERE i.input = 'application'
        OR i.input = 'standing' AND (i.before_value LIKE '"out"%' OR i.after_value LIKE '"out"%')
     ORDER BY i.applicant_id, i.input = 'standing' DESC, i.pool_id
  ), rule AS (
    SELECT string_agg(format('%s: %s, before %s', i.input, coalesce(i.after_value, 'none'), coalesce(i.before_value, 'none')), '; '
                      ORDER BY i.input COLLATE "C") AS detail
      FROM input AS i
     WHERE i.input IN ('mechanism', 'tie_break', 'tie_field', 'seed')
  ), neighbour AS (
    SELECT m.applicant_id, n.applicant_id AS by_applicant_id
      FROM moved AS m
      JOIN moved AS n ON n.to_pool_id = m.at_pool_id AND n.arrival = m.departure
     WHERE m.change IN ('dropped', 'worse')
    UNION ALL
    SELECT m.applicant_id, n.applicant_id
      FROM moved AS m
      JOIN moved AS n ON n.from_pool_id = m.at_pool_id AND n.departure = m.arrival
     WHERE m.change IN ('admitted', 'better')
  )
  SELECT m.applicant_id, m.change,
         m.from_pool_id, m.from_seat, m.from_choice, m.to_pool_id, m.to_seat, m.to_choice,
         CASE WHEN o.applicant_id IS NOT NULL THEN o.input
              WHEN r.detail IS NOT NULL THEN 'rule'
              WHEN t.pool_id IS NOT NULL THEN t.cause
              WHEN n.applicant_id IS NULL THEN 'limit'
              WHEN m.change IN ('dropped', 'worse') THEN 'displaced'
              ELSE 'vacated' END,
         CASE WHEN coalesce(o.detail, r.detail, t.detail) IS NULL THEN n.by_applicant_id END,
         coalesce(o.pool_id, m.at_pool_id),
         CASE WHEN coalesce(o.detail, r.detail) IS NULL THEN t.cause_cap_id END,
         coalesce(o.detail, r.detail, t.detail)
    FROM moved AS m
   CROSS JOIN rule AS r
    LEFT JOIN own AS o ON o.applicant_id = m.applicant_id
    LEFT JOIN equity_internal.touched_pools(diff_runs.a, diff_runs.b) AS t ON t.pool_id = m.at_pool_id
    LEFT JOIN neighbour AS n ON n.applicant_id = m.applicant_id
   ORDER BY m.applicant_id;
END;

COMMENT ON FUNCTION equity.diff_runs(bigint, bigint) IS
  'Who has another seat in run b of a round than in run a, and why. change: admitted, dropped, better or worse (by their own choices), seat (another seat of the same pool).';
-- Texts behind digests are kept for as long as a run that counts needs them.

--- Call it when no run is being made.
CREATE FUNCTION equity.prune_digest_sources() RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  dropped bigint;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.prune_digest_sources();
  END IF;
  WITH entire AS MATERIALIZED (
    SELECT DISTINCT i.digest
      FROM equity.run_input AS i
      JOIN equity.allocation_run AS a
        ON a.run_id = i.run_id
     WHERE a.status NOT IN ('superseded', 'failed')
  ), needed AS (
    SELECT e.digest FROM entire AS e
    UNION
    -- the rules that were announced
    SELECT d.digest
      FROM equity.round AS r
     CROSS JOIN LATERAL jsonb_each_text(equity_internal.announced_rules(r.round_id) -> 'rules') AS d (rule, digest)
    UNION
    -- and what the lines of a text name; other values are no digests and match nothing
    SELECT l.after_value
      FROM entire AS e
     CROSS JOIN LATERAL equity_internal.diff_lines(NULL, equity.digest_text(e.digest)) AS l
  )
  DELETE FROM equity.digest_source AS p
   WHERE NOT EXISTS (SELECT FROM needed AS n WHERE n.digest = p.digest);
  GET DIAGNOSTICS dropped = ROW_COUNT;
  RETURN dropped;
END;
$$;

COMMENT ON FUNCTION equity.prune_digest_sources() IS
  'Deletes from equity.digest_source the texts that only superseded and failed runs used, and returns how many there were. The runs and their digests stay; they can no longer be compared with others (equity.diff_runs).';
-- Rounds by their code, and the run that a job means when it names a round.

--- Errors: P0002 no round has the code.
CREATE FUNCTION equity.round_id(round_code text) RETURNS bigint
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_id bigint;
BEGIN
  SELECT r.round_id INTO found_id
    FROM equity.round AS r
   WHERE r.round_code = round_id.round_code;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('no round has the code %s', coalesce(quote_literal(equity_internal.excerpt(round_id.round_code)), 'NULL')),
      HINT = 'The codes are in equity.round.';
  END IF;
  RETURN found_id;
END;
$$;

COMMENT ON FUNCTION equity.round_id(text) IS
  'The id of a round by its code, for example equity.round_id(''2566/1'').';

--- Whatever its status: a run that failed is the newest until the round is allocated again.
---
--- Errors: P0002 no such round; 55000 the round has no run.
CREATE FUNCTION equity.newest_run(round_id bigint) RETURNS bigint
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round := equity_internal.find_round(newest_run.round_id);
  newest bigint := (SELECT max(a.run_id) FROM equity.allocation_run AS a WHERE a.round_id = this_round.round_id);
BEGIN
  IF newest IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round %s has no allocation run', this_round.round_id),
      HINT = format('Allocate it first: equity.allocate_round(%s).', this_round.round_id);
  END IF;
  RETURN newest;
END;
$$;

COMMENT ON FUNCTION equity.newest_run(bigint) IS
  'The newest allocation run of a round. Give it to what takes a run, for example equity.waitlist(equity.newest_run(1)).';

--- Errors: those of equity.newest_run and equity.verify_run.
CREATE FUNCTION equity.verify_round(round_id bigint) RETURNS SETOF equity.violation
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT v.violation, v.applicant_id, v.pool_id, v.other_applicant_id, v.detail
    FROM equity.verify_run(equity.newest_run(verify_round.round_id)) AS v;
END;

COMMENT ON FUNCTION equity.verify_round(bigint) IS
  'equity.verify_run for the newest allocation run of a round.';

--- Errors: those of equity.newest_run and equity.publish_run.
CREATE FUNCTION equity.publish_round(round_id bigint) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
RETURN equity.publish_run(equity.newest_run(publish_round.round_id));

COMMENT ON FUNCTION equity.publish_round(bigint) IS
  'equity.publish_run for the newest allocation run of a round; returns the number of offers.';

--- Errors: those of equity.newest_run and equity.replay_run.
CREATE FUNCTION equity.replay_round(round_id bigint) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
RETURN equity.replay_run(equity.newest_run(replay_round.round_id));

COMMENT ON FUNCTION equity.replay_round(bigint) IS
  'equity.replay_run for the newest allocation run of a round.';
-- What other rules would give: the round allocated again by each of several policies, and the outcomes
-- counted by group. Nothing is written.
--
-- A policy is a JSON object that says what is different from the round's own. What it does not name is as in
-- the round.

CREATE FUNCTION equity_internal.refuse_policy(name text, problem text, detail text, hint text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'invalid_parameter_value',
    MESSAGE = format('policy "%s" %s', equity_internal.excerpt(refuse_policy.name), equity_internal.excerpt(refuse_policy.problem)),
    DETAIL = equity_internal.excerpt(refuse_policy.detail),
    HINT = refuse_policy.hint;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_policy(text, text, text, text) IS
  'Raises 22023, naming a policy.';

CREATE FUNCTION equity_internal.is_seats_by_id(value jsonb) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT NOT EXISTS (
           SELECT FROM jsonb_each_text(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END) AS p (id, seats)
            WHERE p.id !~ '^[0-9]{1,18}$' OR coalesce(p.seats, '') !~ '^[0-9]{1,9}$');
END;

COMMENT ON FUNCTION equity_internal.is_seats_by_id(jsonb) IS
  'Whether a JSON object has ids as keys and numbers of seats as values.';

CREATE FUNCTION equity_internal.setting_problem(key text, value jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE setting_problem.key
           WHEN 'mechanism' THEN
             CASE WHEN NOT coalesce(value #>> '{}' IN ('deferred_acceptance', 'serial_dictatorship', 'immediate_acceptance',
                                                       'top_trading_cycles'), false)
               THEN 'deferred_acceptance, serial_dictatorship, immediate_acceptance or top_trading_cycles' END
           WHEN 'tie_break' THEN
             CASE WHEN NOT coalesce(value #>> '{}' IN ('lottery', 'lottery_per_pool', 'admit_all', 'admit_none', 'strict'), false)
               THEN 'lottery, lottery_per_pool, admit_all, admit_none or strict' END
           WHEN 'seed' THEN
             CASE WHEN jsonb_typeof(value) <> 'string' THEN 'a text' END
           WHEN 'tie_field' THEN
             CASE WHEN NOT coalesce(value #>> '{}' IN ('income_per_head', 'gpa', 'birth_date', 'none'), false)
               THEN 'income_per_head, gpa, birth_date or none' END
           WHEN 'cards' THEN
             CASE WHEN jsonb_typeof(value) <> 'object'
                    OR EXISTS (SELECT FROM jsonb_each(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END) AS c (programme, card)
                                WHERE jsonb_typeof(c.card) NOT IN ('string', 'object'))
               THEN 'an object of programme codes, each with the code and version of a scorecard ("NEED/2") or a scorecard' END
           WHEN 'caps' THEN
             CASE WHEN NOT CASE jsonb_typeof(value)
                             WHEN 'boolean' THEN true
                             WHEN 'object' THEN equity_internal.is_seats_by_id(value)
                             ELSE false END
               THEN 'true or false, or an object of ceiling ids with their seats' END
           WHEN 'floors' THEN
             CASE WHEN jsonb_typeof(value) <> 'boolean' THEN 'true or false' END
           WHEN 'seats' THEN
             CASE WHEN NOT CASE jsonb_typeof(value)
                             WHEN 'number' THEN value::numeric BETWEEN 0 AND 1000
                             WHEN 'object' THEN equity_internal.is_seats_by_id(value)
                             ELSE false END
               THEN 'a factor from 0 to 1000, or an object of pool ids with their seats' END
           WHEN 'reserves' THEN
             CASE WHEN NOT CASE jsonb_typeof(value)
                             WHEN 'string' THEN value #>> '{}' = 'none'
                             WHEN 'object' THEN value - 'mode' - 'scale' = '{}'
                                                AND coalesce(value ->> 'mode', 'after_open') IN ('after_open', 'before_open')
                                                AND CASE jsonb_typeof(value -> 'scale')
                                                      WHEN 'number' THEN (value -> 'scale')::numeric BETWEEN 0 AND 1000
                                                      ELSE value -> 'scale' IS NULL END
                             ELSE false END
               THEN '"none", or an object with mode (after_open, before_open) and scale (a factor from 0 to 1000)' END
           ELSE 'one of mechanism, tie_break, tie_field, seed, seats, reserves, caps, floors and cards' END;
END;

COMMENT ON FUNCTION equity_internal.setting_problem(text, jsonb) IS
  'What the value of a key should be, when it is not; for an unrecognized key, the keys that there are; NULL when all is well.';

CREATE FUNCTION equity_internal.read_policies(variants jsonb) RETURNS TABLE (place integer, name text, settings jsonb)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF coalesce(jsonb_typeof(variants), 'null') <> 'object' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'policies are not a JSON object',
      DETAIL = format('They are of type %s.', coalesce(jsonb_typeof(variants), 'null')),
      HINT = 'Give each policy a name: {"fewer seats": {"seats": 0.8}, "strict": {"tie_break": "strict"}}.';
  END IF;

  PERFORM equity_internal.refuse_policy(p.key, 'is not a JSON object', format('It is of type %s.', jsonb_typeof(p.value)),
                               'An empty object {} is the policy of the round.')
     FROM jsonb_each(variants) AS p
    WHERE jsonb_typeof(p.value) <> 'object';
  PERFORM equity_internal.refuse_policy(p.key, 'has a name that is taken', 'The policy of the round itself is called baseline.', 'Choose another name.')
     FROM jsonb_each(variants) AS p
    WHERE p.key = 'baseline';
  PERFORM equity_internal.refuse_policy(p.key, format('has an unrecognized or malformed "%s"', s.key), format('Its value is %s.', s.value),
                               format('It should be %s.', equity_internal.setting_problem(s.key, s.value)))
     FROM jsonb_each(variants) AS p
    CROSS JOIN LATERAL jsonb_each(p.value) AS s
    WHERE equity_internal.setting_problem(s.key, s.value) IS NOT NULL;

  RETURN QUERY
  SELECT 0, 'baseline', jsonb '{}'
  UNION ALL
  SELECT (row_number() OVER (ORDER BY p.key COLLATE "C"))::integer, p.key, p.value
    FROM jsonb_each(variants) AS p;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_policies(jsonb) IS
  'The policies of a JSON object in byte order of their names, after that of the round. Error 22023 when something in it is unrecognized or malformed.';

CREATE FUNCTION equity_internal.policy_card(settings jsonb, programme_code text) RETURNS equity.scorecard
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT CASE jsonb_typeof(c.card)
           WHEN 'object' THEN c.card::text::equity.scorecard
           ELSE (SELECT v.card
                   FROM equity.scorecard_version AS v
                  WHERE format('%s/%s', v.card_code, v.version) = c.card #>> '{}')
         END
    FROM (SELECT settings #> ARRAY['cards', policy_card.programme_code]) AS c (card);
END;

COMMENT ON FUNCTION equity_internal.policy_card(jsonb, text) IS
  'The scorecard that a policy puts in place of that of a programme; NULL when there is none.';

--- The plan must see the card as a constant.
CREATE FUNCTION equity_internal.scores_by_card(round_id bigint, programme_code text, card equity.scorecard)
  RETURNS TABLE (applicant_id bigint, score numeric)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  PERFORM equity_internal.require_facts(scores_by_card.card);
  RETURN QUERY
  SELECT n.applicant_id, (n.result).score
    FROM (SELECT a.applicant_id, equity.assess(scores_by_card.card, f) AS result
            FROM equity_internal.programme_application AS a
            JOIN equity.application_facts AS f
              ON f.applicant_id = a.applicant_id
             AND f.round_id = a.round_id
           WHERE a.round_id = scores_by_card.round_id
             AND f.round_id = scores_by_card.round_id
             AND a.programme_code = scores_by_card.programme_code
          OFFSET 0) AS n                -- assess once a row, not once a column
   WHERE equity_internal.competes((n.result).eligible, (n.result).score);
END;
$$;

COMMENT ON FUNCTION equity_internal.scores_by_card(bigint, text, equity.scorecard) IS
  'Who of those that ask for a programme in a round would compete by a scorecard, and with which score.';

CREATE FUNCTION equity_internal.policy_scores(round_id bigint, settings jsonb)
  RETURNS TABLE (applicant_id bigint, programme_code text, score numeric)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT DISTINCT c.applicant_id, c.programme_code, c.score
    FROM equity.competing_choice AS c
   WHERE c.round_id = policy_scores.round_id
     AND NOT coalesce(settings -> 'cards' ? c.programme_code, false)
  UNION ALL
  SELECT s.applicant_id, rp.programme_code, s.score
    FROM equity.round_programme AS rp
   CROSS JOIN LATERAL equity_internal.scores_by_card(rp.round_id, rp.programme_code,
                                                     equity_internal.policy_card(settings, rp.programme_code)) AS s
   WHERE rp.round_id = policy_scores.round_id
     AND settings -> 'cards' ? rp.programme_code;
END;

COMMENT ON FUNCTION equity_internal.policy_scores(bigint, jsonb) IS
  'Who competes for which programme in a round under a policy, and with which score.';

CREATE FUNCTION equity_internal.policy_input_query(this_round equity.round, settings jsonb) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT CASE
           WHEN settings ? 'cards' OR settings ? 'tie_field' THEN
             format('SELECT c.applicant_id, c.pool_id, c.choice::integer AS choice, s.score,'
                    ' equity_internal.tie_value(%L, h.monthly_income, h.household_size, a.gpa, v.birth_date) AS tie%s'
                    ' FROM equity.choice AS c'
                    ' JOIN equity.seat_pool AS p ON p.pool_id = c.pool_id'
                    ' JOIN equity_internal.policy_scores(%s, %L) AS s'
                    ' ON s.applicant_id = c.applicant_id AND s.programme_code = p.programme_code'
                    ' JOIN equity.application AS a ON a.applicant_id = c.applicant_id AND a.round_id = c.round_id'
                    ' JOIN equity.applicant AS v ON v.applicant_id = c.applicant_id'
                    ' LEFT JOIN equity.household AS h ON h.applicant_id = c.applicant_id AND h.round_id = c.round_id%s'
                    ' WHERE c.round_id = %s AND a.round_id = %s',
                    CASE WHEN settings ? 'tie_field' THEN settings ->> 'tie_field' ELSE this_round.tie_field END,
                    CASE WHEN t.has_reserves THEN ', coalesce(g.groups, ''{}'') AS groups' END,
                    this_round.round_id, settings,
                    CASE WHEN t.has_reserves
                      THEN ' LEFT JOIN equity_internal.reserve_groups AS g ON g.applicant_id = c.applicant_id AND g.round_id = c.round_id' END,
                    this_round.round_id, this_round.round_id)
           ELSE equity_internal.application_query(this_round.round_id)
         END
    FROM equity_internal.round_features(this_round.round_id) AS t;
END;

COMMENT ON FUNCTION equity_internal.policy_input_query(equity.round, jsonb) IS
  'The applications query of a round under a policy.';

CREATE FUNCTION equity_internal.require_capable_mechanism(this_round equity.round, name text, settings jsonb) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  keeps record;
  problem text;
BEGIN
  SELECT t.has_reserves AND settings -> 'reserves' IS DISTINCT FROM '"none"' AS reserves,
         t.has_caps AND settings -> 'caps' IS DISTINCT FROM 'false' AS caps,
         settings -> 'floors' IS DISTINCT FROM 'false'
           AND EXISTS (SELECT FROM equity.seat_pool AS p WHERE p.round_id = this_round.round_id AND p.min_seats > 0) AS floors
    INTO keeps
    FROM equity_internal.round_features(this_round.round_id) AS t;
  problem := equity_internal.policy_problem(coalesce(settings ->> 'mechanism', this_round.mechanism),
    coalesce(settings ->> 'tie_break', this_round.tie_break), keeps.reserves, keeps.caps, keeps.floors);
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'feature_not_supported',
      MESSAGE = format('policy "%s" cannot be honoured: %s', equity_internal.excerpt(name), problem),
      HINT = 'Leave it out of the policy with "reserves": "none", "caps": false or "floors": false, or use deferred_acceptance.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_capable_mechanism(equity.round, text, jsonb) IS
  'Raises 0A000, naming the policy when its mechanism or tie break cannot honour reserves, ceilings or floors of the round that it leaves in place.';

CREATE FUNCTION equity_internal.applicant_dimensions(applicants bigint[]) RETURNS TABLE (applicant_id bigint, dimension text, value text)
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 300000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  WITH person AS MATERIALIZED (
    SELECT v.applicant_id, v.sex, v.province_code
      FROM equity.applicant AS v
     WHERE v.applicant_id IN (SELECT u.applicant_id FROM unnest(applicants) AS u (applicant_id))
  )
  SELECT p.applicant_id, d.dimension, d.value
    FROM person AS p
   CROSS JOIN LATERAL (VALUES ('all', 'all'),
                              ('sex', coalesce(p.sex, 'unknown')),
                              ('province', coalesce(p.province_code, 'unknown'))) AS d (dimension, value)
  UNION ALL
  SELECT p.applicant_id, 'group', g.group_code
    FROM person AS p
    JOIN equity.applicant_group AS g
      ON g.applicant_id = p.applicant_id
     AND g.verified;
END;

COMMENT ON FUNCTION equity_internal.applicant_dimensions(bigint[]) IS
  'By what the outcomes of applicants are counted: all; sex; province (home province); group (each verified one of equity.applicant_group). Unknown values are unknown.';

CREATE FUNCTION equity_internal.policy_outcomes(round_id bigint, variants jsonb)
  RETURNS TABLE (policy text, dimension text, value text, applicants bigint, admitted bigint, admitted_percent numeric,
                 first_choices bigint, mean_choice numeric, unassigned bigint, gains bigint, loses bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  this_round equity.round := equity_internal.find_round(policy_outcomes.round_id);
BEGIN
  PERFORM equity_internal.require_status(this_round, 'compare_policies', 'scored', 'allocated', 'verified', 'published');
  PERFORM equity_internal.refuse_policy(p.name, 'gives seats to a pool that is not of the round', format('It is pool %s; the round is %s.', s.pool_id, this_round.round_id),
                               'The pools are in equity.seat_pool.')
     FROM equity_internal.read_policies(variants) AS p
    CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(p.settings -> 'seats') WHEN 'object' THEN p.settings -> 'seats' ELSE '{}' END) AS s (pool_id)
    WHERE NOT EXISTS (SELECT FROM equity.seat_pool AS o WHERE o.round_id = this_round.round_id AND o.pool_id::text = s.pool_id);
  PERFORM equity_internal.refuse_policy(p.name, 'gives seats to a ceiling that is not of the round', format('It is ceiling %s; the round is %s.', s.cap_id, this_round.round_id),
                               'The ceilings are in equity.seat_cap.')
     FROM equity_internal.read_policies(variants) AS p
    CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(p.settings -> 'caps') WHEN 'object' THEN p.settings -> 'caps' ELSE '{}' END) AS s (cap_id)
    WHERE NOT EXISTS (SELECT FROM equity.seat_cap AS o WHERE o.round_id = this_round.round_id AND o.cap_id::text = s.cap_id);
  PERFORM equity_internal.refuse_policy(p.name, 'gives a scorecard to a programme that is not of the round', format('It is programme %s; the round is %s.', s.programme_code, this_round.round_id),
                               'The programmes are in equity.round_programme.')
     FROM equity_internal.read_policies(variants) AS p
    CROSS JOIN LATERAL jsonb_object_keys(coalesce(p.settings -> 'cards', '{}')) AS s (programme_code)
    WHERE NOT EXISTS (SELECT FROM equity.round_programme AS o WHERE o.round_id = this_round.round_id AND o.programme_code = s.programme_code);
  PERFORM equity_internal.refuse_policy(p.name, 'names a scorecard that does not exist', format('It is for programme %s.', s.programme_code),
                               'The versions of scorecards are in equity.scorecard_version; name one as CODE/VERSION, and one whose card is made.')
     FROM equity_internal.read_policies(variants) AS p
    CROSS JOIN LATERAL jsonb_object_keys(coalesce(p.settings -> 'cards', '{}')) AS s (programme_code)
    WHERE equity_internal.policy_card(p.settings, s.programme_code) IS NULL;
  PERFORM equity_internal.require_capable_mechanism(this_round, p.name, p.settings) FROM equity_internal.read_policies(variants) AS p;

  RETURN QUERY
  WITH candidate AS MATERIALIZED (
    SELECT p.place, p.name, p.settings,
           CASE WHEN p.settings ? 'cards' THEN p.place ELSE 0 END AS competing_at
      FROM equity_internal.read_policies(variants) AS p
  ), competitor AS MATERIALIZED (
    SELECT DISTINCT c.place, s.applicant_id
      FROM candidate AS c
     CROSS JOIN LATERAL equity_internal.policy_scores(this_round.round_id, c.settings) AS s
     WHERE c.competing_at = c.place
  ), solved AS MATERIALIZED (
    SELECT c.place, s.applicant_id, s.pool_id, s.choice
      FROM candidate AS c
     CROSS JOIN LATERAL equity_internal.seat_queries(this_round.round_id, c.settings) AS q
     CROSS JOIN LATERAL equity.allocate(equity_internal.policy_input_query(this_round, c.settings), q.pools, q.reserves, q.caps,
                                        coalesce(c.settings ->> 'mechanism', this_round.mechanism),
                                        coalesce(c.settings ->> 'tie_break', this_round.tie_break),
                                        coalesce(c.settings ->> 'seed', this_round.seed)) AS s
  ), outcome AS (
    -- as many as are admitted by the policy or by that of the round; everybody else is as before
    SELECT c.place, s.applicant_id, s.choice, b.choice AS own_choice
      FROM candidate AS c
      JOIN solved AS s ON s.place = c.place
      LEFT JOIN solved AS b ON b.place = 0 AND b.applicant_id = s.applicant_id
    UNION ALL
    SELECT c.place, b.applicant_id, NULL, b.choice
      FROM solved AS b
      JOIN candidate AS c ON true
      LEFT JOIN solved AS s ON s.place = c.place AND s.applicant_id = b.applicant_id
     WHERE b.place = 0
       AND s.applicant_id IS NULL
  ), member AS MATERIALIZED (
    SELECT d.applicant_id, d.dimension, d.value
      FROM equity_internal.applicant_dimensions(ARRAY(SELECT DISTINCT c.applicant_id FROM competitor AS c)) AS d
  ), first_choice AS MATERIALIZED (
    SELECT h.applicant_id, min(h.choice) AS choice
      FROM equity.choice AS h
     WHERE h.round_id = this_round.round_id
     GROUP BY h.applicant_id
  ), asked AS (
    SELECT c.place, m.dimension, m.value, count(*) AS applicants
      FROM competitor AS c
      JOIN member AS m ON m.applicant_id = c.applicant_id
     GROUP BY c.place, m.dimension, m.value
  ), counted AS (
    SELECT o.place, m.dimension, m.value,
           count(o.choice) AS admitted,
           count(*) FILTER (WHERE o.choice = f.choice) AS first_choices,
           avg(o.choice) AS mean_choice,
           count(*) FILTER (WHERE o.choice < o.own_choice OR o.own_choice IS NULL) AS gains,
           count(*) FILTER (WHERE o.choice > o.own_choice OR o.choice IS NULL) AS loses
      FROM outcome AS o
      JOIN member AS m ON m.applicant_id = o.applicant_id
      JOIN first_choice AS f ON f.applicant_id = o.applicant_id
     GROUP BY o.place, m.dimension, m.value
  ), binding AS (
    SELECT c.place, k.cap_code, count(s.applicant_id) AS held,
           CASE jsonb_typeof(c.settings -> 'caps')
             WHEN 'object' THEN coalesce((c.settings -> 'caps' ->> k.cap_id::text)::integer, k.seats)
             ELSE k.seats END AS seats
      FROM candidate AS c
     CROSS JOIN equity.seat_cap AS k
      JOIN equity_internal.pool_cap AS u ON u.cap_id = k.cap_id
      LEFT JOIN solved AS s ON s.place = c.place AND s.pool_id = u.pool_id
     WHERE k.round_id = this_round.round_id
       AND u.round_id = this_round.round_id
       AND c.settings -> 'caps' IS DISTINCT FROM 'false'
     GROUP BY c.place, c.settings, k.cap_id, k.cap_code, k.seats
  ), told AS (
    SELECT c.place, c.name, a.dimension, a.value, a.applicants,
           coalesce(n.admitted, 0) AS admitted, round(100.0 * coalesce(n.admitted, 0) / a.applicants, 2) AS percent,
           coalesce(n.first_choices, 0) AS first_choices, round(n.mean_choice, 4) AS mean_choice,
           a.applicants - coalesce(n.admitted, 0) AS unassigned,
           coalesce(n.gains, 0) AS gains, coalesce(n.loses, 0) AS loses
      FROM candidate AS c
      JOIN asked AS a ON a.place = c.competing_at
      LEFT JOIN counted AS n ON n.place = c.place AND n.dimension = a.dimension AND n.value = a.value
    UNION ALL
    SELECT c.place, c.name, 'cap', b.cap_code, NULL, b.held, round(100.0 * b.held / nullif(b.seats, 0), 2),
           NULL, NULL, NULL, NULL, NULL
      FROM candidate AS c
      JOIN binding AS b ON b.place = c.place
     WHERE b.held >= b.seats
  )
  SELECT t.name, t.dimension, t.value, t.applicants, t.admitted, t.percent, t.first_choices, t.mean_choice, t.unassigned,
         t.gains, t.loses
    FROM told AS t
   ORDER BY t.place, t.dimension COLLATE "C", t.value COLLATE "C";
END;
$$;

COMMENT ON FUNCTION equity_internal.policy_outcomes(bigint, jsonb) IS
  'For equity.compare_policies and equity.simulate: the outcomes of each policy, counted, and the ceilings that bind (dimension cap).';

--- Each policy has a name and says what is different: mechanism, tie_break, seed; seats, a
--- factor for all pools (rounded down; reserves follow) or an object of pool ids with their
--- seats; reserves, none or an object with mode (after_open, before_open) and scale (a
--- factor, rounded down); caps and floors, false to do without, caps also an object of ceiling
--- ids with their seats; tie_field, none to do without; cards, an object of programmes with the
--- scorecard to put in place of theirs, as a value or by code and version. For example {"open":
--- {"reserves": "none"}, "more": {"seats": 1.2, "cards": {"innovation_general": "NEED/2"}}}.
---
--- Rows count persons who compete, for all and by sex, home province and verified group:
--- applicants, admitted (also in percent), first_choices (admitted at the choice that their list
--- begins with), mean_choice of the admitted, unassigned, and who gains or loses against the
--- baseline by the own choices. One
--- allocation a policy; nothing is written.
---
--- Errors: P0002 no such round; 22023 an unrecognized or malformed setting, a pool, ceiling or
--- programme that is not of the round, a scorecard that does not exist; 55000 not scored yet; and those of equity.allocate, 0A000 when a mechanism
--- cannot honour what a policy leaves in place.
CREATE FUNCTION equity.compare_policies(round_id bigint, variants jsonb)
  RETURNS TABLE (policy text, dimension text, value text, applicants bigint, admitted bigint, admitted_percent numeric,
                 first_choices bigint, mean_choice numeric, unassigned bigint, gains bigint, loses bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT o.policy, o.dimension, o.value, o.applicants, o.admitted, o.admitted_percent,
         o.first_choices, o.mean_choice, o.unassigned, o.gains, o.loses
    FROM equity_internal.policy_outcomes(compare_policies.round_id, variants) AS o
   WHERE o.dimension <> 'cap';
END;

COMMENT ON FUNCTION equity.compare_policies(bigint, jsonb) IS
  'What a scored round would give under other policies, compared with its own (baseline).';

--- Beside the rows of equity.compare_policies there is one of dimension cap for each ceiling that
--- binds, by its code: admitted are those below it, in percent of its seats. Seats added below
--- such a ceiling change nothing.
CREATE FUNCTION equity.simulate(round_id bigint, changes jsonb)
  RETURNS TABLE (policy text, dimension text, value text, applicants bigint, admitted bigint, admitted_percent numeric,
                 first_choices bigint, mean_choice numeric, unassigned bigint, gains bigint, loses bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT c.policy, c.dimension, c.value, c.applicants, c.admitted, c.admitted_percent,
         c.first_choices, c.mean_choice, c.unassigned, c.gains, c.loses
    FROM equity_internal.policy_outcomes(simulate.round_id, jsonb_build_object('simulation', changes)) AS c;
END;

COMMENT ON FUNCTION equity.simulate(bigint, jsonb) IS
  'equity.compare_policies with one policy, called simulation, and the ceilings that bind: simulate(1, ''{"seats": 0.9}'') shows what a tenth fewer seats would mean. Nothing is written.';
-- A proposal of seats for the pools of a round: the quota of each programme by need, from the nation
-- to regions, provinces, institutions and fields of study, within the rules for institution projects.

--- For equity.propose_seats.
CREATE FUNCTION equity_internal.pool_need(round_id bigint, need_round bigint) RETURNS TABLE (pool_id bigint, weight numeric)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH first_choice AS (
    SELECT DISTINCT ON (c.applicant_id)
           c.applicant_id, p.programme_code, p.institution_id, p.field_code, p.grant_type
      FROM equity.competing_choice AS c
      JOIN equity.seat_pool AS p
        ON p.pool_id = c.pool_id
     WHERE c.round_id = pool_need.need_round
     ORDER BY c.applicant_id, c.choice
  )
  SELECT p.pool_id, count(f.applicant_id)::numeric
    FROM equity.seat_pool AS p
    LEFT JOIN first_choice AS f
      ON f.programme_code = p.programme_code
     AND f.institution_id = p.institution_id
     AND f.field_code = p.field_code
     AND f.grant_type = p.grant_type
   WHERE p.round_id = pool_need.round_id
   GROUP BY p.pool_id
   ORDER BY p.pool_id;
END;

COMMENT ON FUNCTION equity_internal.pool_need(bigint, bigint) IS
  'Need for each pool of a round, persons: the applicants of need_round (the same round or an earlier one) who submitted and are eligible, each counted once, at the first choice for whose programme they are; pools of the two rounds are the same when programme, institution, field and grant type are.';

-- A project is named by programme, institution and grant type. Each step gives to the parts what the
-- step before gave to the whole, between the sums of their limits.
CREATE FUNCTION equity_internal.seat_proposal(round_id bigint, pool_ids bigint[], weights numeric[], method text, scheme text)
RETURNS TABLE (
  pool_id bigint, programme_code text, region_code text, province_code text, institution_id bigint, field_code text,
  grant_type text, weight numeric, seats integer, proposed integer, rule text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH pool AS (
    SELECT p.pool_id, p.programme_code, coalesce(m.region_code, '') AS region_code, i.province_code,
           p.institution_id, p.field_code, p.grant_type, p.seats, q.quota, coalesce(n.weight, 0) AS weight,
           coalesce(r.min_seats, 0) AS min_seats, r.max_seats,
           coalesce(r.min_field_seats, 0) AS min_field_seats, r.max_fields,
           row_number() OVER (PARTITION BY p.programme_code, p.institution_id, p.grant_type
                              ORDER BY coalesce(n.weight, 0) DESC, p.field_code COLLATE "C") AS place
      FROM equity.seat_pool AS p
      JOIN equity.round_programme AS q
        ON q.round_id = p.round_id
       AND q.programme_code = p.programme_code
      JOIN equity.institution AS i
        ON i.institution_id = p.institution_id
      LEFT JOIN equity.region_province AS m
        ON m.scheme = seat_proposal.scheme
       AND m.province_code = i.province_code
      LEFT JOIN unnest(seat_proposal.pool_ids, seat_proposal.weights) AS n (pool_id, weight)
        ON n.pool_id = p.pool_id
      LEFT JOIN equity.seat_rule AS r
        ON r.round_id = p.round_id
       AND r.programme_code = p.programme_code
       AND r.institution_kind = i.kind
       AND r.grant_type = p.grant_type
     WHERE p.round_id = seat_proposal.round_id
       AND q.quota IS NOT NULL
  ), project AS (
    SELECT p.programme_code, p.region_code, p.province_code, p.institution_id, p.grant_type, p.quota,
           p.min_seats, p.max_seats, p.min_field_seats, count(*) AS fields, sum(p.weight) AS weight
      FROM pool AS p
     WHERE p.weight > 0
       AND p.place <= coalesce(p.max_fields, p.place)
     GROUP BY p.programme_code, p.region_code, p.province_code, p.institution_id, p.grant_type, p.quota,
              p.min_seats, p.max_seats, p.min_field_seats
  ), by_need AS (
    SELECT p.*,
           sum(p.min_seats) OVER (PARTITION BY p.programme_code
                                  ORDER BY p.weight DESC, p.institution_id, p.grant_type COLLATE "C") AS minima
      FROM project AS p
  ), chosen AS (
    SELECT b.* FROM by_need AS b WHERE b.min_seats = 0 OR b.minima <= b.quota
  ), region AS (
    SELECT r.programme_code, r.region_code,
           equity.apportion(r.weight, r.quota, seat_proposal.method, r.least, r.most)
             OVER (PARTITION BY r.programme_code ORDER BY r.region_code COLLATE "C") AS seats
      FROM (SELECT c.programme_code, c.region_code, c.quota, sum(c.weight) AS weight, sum(c.min_seats)::integer AS least,
                   CASE WHEN every(c.max_seats IS NOT NULL) THEN least(sum(c.max_seats), 2147483647)::integer END AS most
              FROM chosen AS c
             GROUP BY c.programme_code, c.region_code, c.quota) AS r
  ), province AS (
    SELECT v.programme_code, v.province_code,
           equity.apportion(v.weight, v.regional, seat_proposal.method, v.least, v.most)
             OVER (PARTITION BY v.programme_code, v.region_code ORDER BY v.province_code COLLATE "C") AS seats
      FROM (SELECT c.programme_code, c.region_code, c.province_code, r.seats AS regional, sum(c.weight) AS weight,
                   sum(c.min_seats)::integer AS least,
                   CASE WHEN every(c.max_seats IS NOT NULL) THEN least(sum(c.max_seats), 2147483647)::integer END AS most
              FROM chosen AS c
              JOIN region AS r
                ON r.programme_code = c.programme_code
               AND r.region_code = c.region_code
             GROUP BY c.programme_code, c.region_code, c.province_code, r.seats) AS v
  ), granted AS (
    SELECT c.*,
           equity.apportion(c.weight, v.seats, seat_proposal.method, c.min_seats, c.max_seats)
             OVER (PARTITION BY c.programme_code, c.province_code ORDER BY c.institution_id, c.grant_type COLLATE "C") AS granted
      FROM chosen AS c
      JOIN province AS v
        ON v.programme_code = c.programme_code
       AND v.province_code = c.province_code
  ), opened AS (
    SELECT g.*,
           CASE WHEN g.min_field_seats = 0 THEN g.fields
                ELSE least(g.fields, greatest(g.granted / g.min_field_seats, 1)) END AS open_fields
      FROM granted AS g
  ), field AS (
    SELECT p.pool_id,
           equity.apportion(p.weight, o.granted, seat_proposal.method, least(o.min_field_seats, o.granted))
             OVER (PARTITION BY o.programme_code, o.institution_id, o.grant_type ORDER BY p.field_code COLLATE "C") AS seats
      FROM opened AS o
      JOIN pool AS p
        ON p.programme_code = o.programme_code
       AND p.institution_id = o.institution_id
       AND p.grant_type = o.grant_type
       AND p.place <= o.open_fields
  )
  SELECT p.pool_id, p.programme_code, p.region_code, p.province_code, p.institution_id, p.field_code, p.grant_type,
         p.weight, p.seats, coalesce(f.seats, 0),
         CASE WHEN p.weight = 0 THEN 'no_need'
              WHEN p.place > p.max_fields THEN 'max_fields'
              WHEN o.granted IS NULL THEN 'quota'
              WHEN f.seats IS NULL THEN 'min_field_seats'
              WHEN o.granted = p.max_seats THEN 'max_seats'
              WHEN o.granted > 0 AND o.granted = p.min_seats THEN 'min_seats'
              WHEN f.seats > 0 AND f.seats = p.min_field_seats THEN 'min_field_seats'
              ELSE 'need' END
    FROM pool AS p
    LEFT JOIN opened AS o
      ON o.programme_code = p.programme_code
     AND o.institution_id = p.institution_id
     AND o.grant_type = p.grant_type
    LEFT JOIN field AS f
      ON f.pool_id = p.pool_id
   ORDER BY p.programme_code COLLATE "C", p.region_code COLLATE "C", p.province_code COLLATE "C", p.institution_id,
            p.grant_type COLLATE "C", p.field_code COLLATE "C";
END;

COMMENT ON FUNCTION equity_internal.seat_proposal(bigint, bigint[], numeric[], text, text) IS
  'The proposal for given weights of pools (pool_ids and weights in step; a pool not named has weight 0).';

-- A cursor takes one query and nothing else, in a function that is STABLE it may not have a part that
-- writes, and in a transaction that only reads no function that the query calls writes either. That ends
-- with the block, which is a subtransaction because it has a handler; from PostgreSQL 16 on a function
-- may not have the setting for itself.
CREATE FUNCTION equity_internal.read_need(need text) RETURNS TABLE (pool_id bigint, weight numeric)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given refcursor;
BEGIN
  PERFORM set_config('transaction_read_only', 'on', true);
  OPEN given FOR EXECUTE format('SELECT n.pool_id::bigint, n.weight::numeric FROM (%s) AS n', need);
  LOOP
    FETCH given INTO pool_id, weight;
    EXIT WHEN NOT FOUND;
    RETURN NEXT;
  END LOOP;
  CLOSE given;
EXCEPTION
  WHEN OTHERS THEN
    RAISE;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_need(text) IS
  'The rows of a query with pool_id and weight, which may only read.';

--- weight is the need: equity_internal.pool_need of need_round (NULL: of the round itself),
--- or what the query need says (pool_id and weight, names qualified; a pool left out has 0),
--- for example a headcount by a proxy means test. seats: as they are; proposed: as they would
--- be. When the quota cannot hold the minima of all projects, those with the least need get
--- no seats; of a project the fields with the most need get seats. rule, what bound the pool:
--- no_need, max_fields, quota (its project has no seats), max_seats or min_seats (the project
--- is at that limit), min_field_seats (the field is at that minimum, or has no seats because
--- of it), else need. Nothing is written, unless apply is true: then equity.seat_pool takes
--- the proposed seats, which the round must be a draft for.
---
--- Errors: P0002 no such round, 55000 a round that is not a draft, 55P03 another operation at
--- work, 23503, 23505 and 22023 in need a pool of another round, a pool twice or a negative
--- weight, those of equity.apportion.
CREATE FUNCTION equity.propose_seats(
  round_id bigint,
  need_round bigint DEFAULT NULL,
  need text DEFAULT NULL,
  method text DEFAULT 'sainte_lague',
  scheme text DEFAULT 'six_region',
  apply boolean DEFAULT false
) RETURNS TABLE (
  pool_id bigint, programme_code text, region_code text, province_code text, institution_id bigint, field_code text,
  grant_type text, weight numeric, seats integer, proposed integer, rule text)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
#variable_conflict use_column
DECLARE
  this_round equity.round;
  pool_ids bigint[];
  weights numeric[];
  wrong bigint;
BEGIN
  IF apply THEN
    this_round := equity_internal.lock_round(propose_seats.round_id);
    PERFORM equity_internal.require_status(this_round, 'propose_seats', 'draft');
  ELSE
    this_round := equity_internal.find_round(propose_seats.round_id);
  END IF;

  IF need IS NULL THEN
    SELECT array_agg(n.pool_id), array_agg(n.weight) INTO pool_ids, weights
      FROM equity_internal.pool_need(this_round.round_id, coalesce(need_round, this_round.round_id)) AS n;
  ELSE
    SELECT array_agg(n.pool_id), array_agg(n.weight) INTO pool_ids, weights
      FROM equity_internal.read_need(need) AS n;
  END IF;
  pool_ids := coalesce(pool_ids, '{}');
  weights := coalesce(weights, '{}');
  SELECT min(n.pool_id) INTO wrong
    FROM unnest(pool_ids) AS n (pool_id)
   WHERE NOT EXISTS (SELECT FROM equity.seat_pool AS p WHERE p.round_id = this_round.round_id AND p.pool_id = n.pool_id);
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'need names pool %, which is not of round %', wrong, this_round.round_id
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  SELECT min(n.pool_id) INTO wrong
    FROM (SELECT u.pool_id FROM unnest(pool_ids) AS u (pool_id) GROUP BY u.pool_id HAVING count(*) > 1) AS n;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'duplicate need for pool %', wrong
      USING ERRCODE = 'unique_violation';
  END IF;
  SELECT min(n.pool_id) INTO wrong
    FROM unnest(pool_ids, weights) AS n (pool_id, weight)
   WHERE n.weight < 0;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'need of pool % is negative', wrong
      USING ERRCODE = 'invalid_parameter_value';
  END IF;

  IF NOT apply THEN
    RETURN QUERY
    SELECT s.*
      FROM equity_internal.seat_proposal(this_round.round_id, pool_ids, weights, propose_seats.method, propose_seats.scheme) AS s;
    RETURN;
  END IF;
  RETURN QUERY
  WITH proposal AS MATERIALIZED (
    SELECT s.*
      FROM equity_internal.seat_proposal(this_round.round_id, pool_ids, weights, propose_seats.method, propose_seats.scheme) AS s
  ), written AS (
    UPDATE equity.seat_pool AS p
       SET seats = s.proposed
      FROM proposal AS s
     WHERE p.pool_id = s.pool_id
       AND p.seats <> s.proposed
  )
  SELECT s.* FROM proposal AS s;
END;
$$;

COMMENT ON FUNCTION equity.propose_seats(bigint, bigint, text, text, text, boolean) IS
  'Proposes the seats of a round''s pools, one row for each pool of the programmes that have a quota (equity.round_programme). Need decides, from the nation down to fields of study, within equity.seat_rule.';
-- What becomes of an offer: it is accepted, declined, expires or is withdrawn. A decision shares the
-- awards of its round with all other decisions. A refill, which must see each decision whole or not
-- at all, takes them for itself.
--
-- Always in this order: the awards of the round, the audit trail, the award. Whoever has an award has the trail
-- too, so however many awards transactions of one round decide, in whatever order, they wait in one
-- line and never in a circle.
--
-- The time of a decision is an argument, so that a letter that came in time and was entered late
-- counts from the day it came. The audit trail has the clock's time.

-- The first award of the round stands for all: whoever decides may lock it, and nobody else. The modes
-- leave the row free for the decision on that award itself, which is FOR NO KEY UPDATE.
CREATE FUNCTION equity_internal.lock_awards_shared(round_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM FROM equity.award AS w
    WHERE w.award_id = (SELECT min(o.award_id) FROM equity.award AS o WHERE o.round_id = lock_awards_shared.round_id)
      FOR KEY SHARE;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_awards_shared(bigint) IS
  'Locks the awards of a round, together with other decisions, until the end of the transaction; waits for a refill.';

CREATE FUNCTION equity_internal.lock_awards(round_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM FROM equity.award AS w
    WHERE w.award_id = (SELECT min(o.award_id) FROM equity.award AS o WHERE o.round_id = lock_awards.round_id)
      FOR UPDATE;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_awards(bigint) IS
  'Locks the awards of a round until the end of the transaction; waits for decisions that are being made, and later ones wait.';

CREATE FUNCTION equity_internal.lock_award(award_id bigint) RETURNS equity.award
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_award equity.award;
BEGIN
  -- the round first: who waits for a refill must not hold what the refill waits for
  PERFORM equity_internal.lock_awards_shared(w.round_id)
     FROM equity.award AS w
    WHERE w.award_id = lock_award.award_id
      AND w.round_id IS NOT NULL;
  PERFORM equity_internal.lock_audit();
  SELECT w.* INTO this_award
    FROM equity.award AS w
   WHERE w.award_id = lock_award.award_id
     FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('award %s does not exist', coalesce(lock_award.award_id::text, 'NULL')),
      HINT = 'The ids are in equity.award.';
  END IF;
  RETURN this_award;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_award(bigint) IS
  'Locks an award until the end of the transaction, waiting for any other decision, and returns its row. Error P0002 when there is no such award.';

CREATE FUNCTION equity_internal.require_past_time(operation text, at timestamptz) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- not now(): a time that passed while the transaction ran is no time to come
  IF at > clock_timestamp() THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('%s cannot be done at a time in the future', operation),
      DETAIL = format('The time given is %s, now it is %s.', at, clock_timestamp()),
      HINT = 'Pass a time up to now(); its year is one of the common era (ค.ศ.).';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_past_time(text, timestamptz) IS
  'Raises 22023 when the time of an operation is in the future.';

CREATE FUNCTION equity_internal.require_decision_time(this_award equity.award, operation text, at timestamptz) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF at IS NULL OR at < this_award.offered_at THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('award %s cannot be decided at %s', this_award.award_id, coalesce(at::text, 'NULL')),
      DETAIL = format('It was offered at %s.', this_award.offered_at),
      HINT = 'Pass the time of the decision, or nothing for now.';
  END IF;
  PERFORM equity_internal.require_past_time(operation, at);
END;
$$;

COMMENT ON FUNCTION equity_internal.require_decision_time(equity.award, text, timestamptz) IS
  'Raises 22023 when the time of a decision is NULL, before the offer or in the future.';

CREATE FUNCTION equity_internal.require_award_status(this_award equity.award, operation text, VARIADIC allowed text[]) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF this_award.status = ANY (allowed) THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('award %s is %s', this_award.award_id, this_award.status),
    DETAIL = format('%s needs an award that is %s.', operation, array_to_string(allowed, ' or ')),
    HINT = CASE
             WHEN this_award.status = 'accepted' THEN format('Give it back with equity.withdraw_award(%s, note).', this_award.award_id)
             WHEN this_award.status IN ('declined', 'expired', 'withdrawn') THEN 'Its seat goes to somebody else: equity.refill_round(round).'
             ELSE 'The history of the award is in equity.award_event.'
           END;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_award_status(equity.award, text, text[]) IS
  'Raises 55000 unless the award has one of the statuses that the decision needs.';

CREATE FUNCTION equity_internal.record_decision(this_award equity.award, operation text, event text, status text, decision text, at timestamptz, note text)
  RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  UPDATE equity.award AS w
     SET status = record_decision.status,
         decision = record_decision.decision,
         decided_at = record_decision.at
   WHERE w.award_id = this_award.award_id;
  INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, at, note)
  VALUES (this_award.award_id, event, this_award.status, record_decision.status, session_user, record_decision.at, record_decision.note);
  PERFORM equity.audit_append(operation, this_award.round_id, this_award.run_id,
                              jsonb_strip_nulls(jsonb_build_object('award', this_award.award_id, 'from_status', this_award.status,
                                                                   'decision', record_decision.decision, 'at', record_decision.at,
                                                                   'note', record_decision.note)));
END;
$$;

COMMENT ON FUNCTION equity_internal.record_decision(equity.award, text, text, text, text, timestamptz, text) IS
  'Records a decision in the award, in its history and in the audit trail.';

--- at is when the applicant accepted, now by default; it must be before the offer ends. A
--- second call with the same decision changes nothing, with the other one it changes the
--- decision. Waits for decisions of others that are not committed yet, and for a refill of
--- its round: one transaction may decide many awards of one round in any order; with awards
--- of two rounds it can meet a refill in a deadlock (40P01), and is run again.
---
--- Errors: P0002 no such award; 22023 another decision, or a time before the offer or in the
--- future; 55000 the offer has ended, or the award is neither offered nor accepted.
CREATE FUNCTION equity.accept_award(award_id bigint, decision text DEFAULT 'freeze', at timestamptz DEFAULT now()) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_award equity.award;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.accept_award(accept_award.award_id, accept_award.decision, accept_award.at);
    RETURN;
  END IF;
  IF decision IS NULL OR decision NOT IN ('freeze', 'float') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = CASE WHEN decision IS NULL THEN 'decision is NULL' ELSE format('unrecognized decision "%s"', equity_internal.excerpt(decision)) END,
      HINT = 'freeze keeps this seat for good; float keeps it and may move up to a choice that is wanted more.';
  END IF;
  this_award := equity_internal.lock_award(accept_award.award_id);
  IF this_award.status = 'accepted' AND this_award.decision = accept_award.decision THEN
    RAISE NOTICE 'award % is accepted already: nothing was changed', this_award.award_id;
    RETURN;
  END IF;

  PERFORM equity_internal.require_award_status(this_award, 'accept_award', 'offered', 'accepted');
  PERFORM equity_internal.require_decision_time(this_award, 'accept_award', at);
  IF this_award.status = 'offered' AND this_award.offer_expires_at <= at THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the offer of award %s has ended', this_award.award_id),
      DETAIL = format('It ended at %s.', this_award.offer_expires_at),
      HINT = 'An acceptance that came in time counts from then: pass that time as at. Otherwise the seat goes to somebody else.';
  END IF;
  PERFORM equity_internal.record_decision(this_award, 'accept_award', CASE this_award.status WHEN 'offered' THEN 'accepted' ELSE 'decided' END,
                                 'accepted', accept_award.decision, at, NULL);
END;
$$;

COMMENT ON FUNCTION equity.accept_award(bigint, text, timestamptz) IS
  'Accepts an offer. decision: freeze (the default) keeps this seat and asks for nothing else; float keeps it and moves up when a refill has a seat of a choice that is wanted more.';

--- A second call changes nothing. Waits as equity.accept_award does.
---
--- Errors: P0002 no such award; 22023 a time before the offer or in the future; 55000 the
--- award is not offered (an accepted one is given back with equity.withdraw_award).
CREATE FUNCTION equity.decline_award(award_id bigint, at timestamptz DEFAULT now()) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_award equity.award;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.decline_award(decline_award.award_id, decline_award.at);
    RETURN;
  END IF;
  this_award := equity_internal.lock_award(decline_award.award_id);
  IF this_award.status = 'declined' THEN
    RAISE NOTICE 'award % is declined already: nothing was changed', this_award.award_id;
    RETURN;
  END IF;
  PERFORM equity_internal.require_award_status(this_award, 'decline_award', 'offered');
  PERFORM equity_internal.require_decision_time(this_award, 'decline_award', at);
  PERFORM equity_internal.record_decision(this_award, 'decline_award', 'declined', 'declined', NULL, at, NULL);
END;
$$;

COMMENT ON FUNCTION equity.decline_award(bigint, timestamptz) IS
  'Declines an offer: the next equity.refill_round gives its seat to somebody else, and the applicant takes no further part in the round. at is when the applicant declined, now by default.';

--- The note says who decided and why, without personal data, and stays in the audit trail; at
--- is when, now by default. A second call changes nothing. Waits as equity.accept_award does.
---
--- Errors: P0002 no such award; 22023 no note, or a time before the offer or in the future;
--- 55000 neither offered nor accepted.
CREATE FUNCTION equity.withdraw_award(award_id bigint, note text, at timestamptz DEFAULT now()) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_award equity.award;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.withdraw_award(withdraw_award.award_id, withdraw_award.note, withdraw_award.at);
    RETURN;
  END IF;
  IF note IS NULL OR btrim(note) = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'withdrawing an award needs a note',
      HINT = 'Say who decided it and why, without personal data: the note stays in the audit trail.';
  END IF;
  this_award := equity_internal.lock_award(withdraw_award.award_id);
  IF this_award.status = 'withdrawn' THEN
    RAISE NOTICE 'award % is withdrawn already: nothing was changed', this_award.award_id;
    RETURN;
  END IF;
  PERFORM equity_internal.require_award_status(this_award, 'withdraw_award', 'offered', 'accepted');
  PERFORM equity_internal.require_decision_time(this_award, 'withdraw_award', at);
  PERFORM equity_internal.record_decision(this_award, 'withdraw_award', 'withdrawn', 'withdrawn', this_award.decision, at, withdraw_award.note);
END;
$$;

COMMENT ON FUNCTION equity.withdraw_award(bigint, text, timestamptz) IS
  'Takes back an award that is offered or accepted, because its holder gave it up or the committee decided so: the next equity.refill_round gives its seat to somebody else, and the applicant takes no further part in the round.';

--- Waits for decisions that are not committed yet, and for a refill of a round concerned; an
--- offer whose row somebody holds by hand is left to them.
---
--- Errors: 22023 at is in the future.
CREATE FUNCTION equity.expire_offers(at timestamptz) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  due_rounds bigint[] := ARRAY(SELECT DISTINCT w.round_id
                                 FROM equity.award AS w
                                WHERE w.status = 'offered'
                                  AND w.offer_expires_at <= expire_offers.at
                                ORDER BY w.round_id);
  done record;
  total bigint := 0;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.expire_offers(expire_offers.at);
  END IF;
  PERFORM equity_internal.require_past_time('expire_offers', expire_offers.at);
  PERFORM equity_internal.lock_awards_shared(d.round_id)
     FROM unnest(due_rounds) AS d (round_id)
    WHERE d.round_id IS NOT NULL;
  IF due_rounds = '{}' THEN
    RETURN 0;
  END IF;
  PERFORM equity_internal.lock_audit();

  FOR done IN
    WITH due AS MATERIALIZED (
      SELECT w.award_id
        FROM equity.award AS w
       WHERE w.status = 'offered'
         AND w.offer_expires_at <= expire_offers.at
         AND (w.round_id IS NULL OR w.round_id = ANY (due_rounds))
         FOR NO KEY UPDATE SKIP LOCKED   -- a row held by hand is left to its holder
    ), expired AS (
      UPDATE equity.award AS w
         SET status = 'expired',
             decided_at = expire_offers.at
        FROM due AS d
       WHERE w.award_id = d.award_id
      RETURNING w.award_id, w.round_id
    ), told AS (
      INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, at)
      SELECT e.award_id, 'expired', 'offered', 'expired', session_user, expire_offers.at
        FROM expired AS e
       ORDER BY e.award_id
    )
    SELECT e.round_id, count(*) AS offers FROM expired AS e GROUP BY e.round_id ORDER BY e.round_id
  LOOP
    PERFORM equity.audit_append('expire_offers', done.round_id, NULL,
                                jsonb_build_object('at', expire_offers.at, 'offers', done.offers));
    total := total + done.offers;
  END LOOP;
  RETURN total;
END;
$$;

COMMENT ON FUNCTION equity.expire_offers(timestamptz) IS
  'Ends all offers, of every round, that nobody accepted or declined and that end at the given time or before; returns how many. A second call finds none.';
-- Refilling the seats that came free after publication. A refill is a run of its own, whose parent is the
-- published run: who holds an award keeps at least that seat, and ranks first for it. Who accepted it
-- for good (freeze) asks for nothing else. Who accepted it and hopes for better (float), and who has
-- not decided yet, also asks for the own choices that are wanted more: nobody loses by it, and
-- otherwise a seat that they want more would go to somebody who ranks below them. Who declined,
-- let the offer expire or was withdrawn takes no part any more. Everybody else asks for all choices.
-- So the refill is the allocation by equity.allocate that keeps the rights of the holders.

CREATE FUNCTION equity_internal.award_standing(run_id bigint)
  RETURNS TABLE (applicant_id bigint, award_id bigint, award_pool_id bigint, decision text,
                 pool_id bigint, seat text, choice integer, score numeric)
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 100000
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT coalesce(w.applicant_id, t.applicant_id),
         w.award_id,
         w.pool_id,
         CASE
           WHEN w.status IN ('declined', 'expired', 'withdrawn') THEN 'out'
           WHEN w.status = 'offered' OR w.status = 'accepted' AND w.decision = 'float' THEN 'float'
           WHEN w.status IS NOT NULL THEN 'freeze'
         END,
         t.pool_id, t.seat, t.choice, t.score
    FROM (SELECT p.applicant_id, p.pool_id, p.seat, p.choice, p.score
            FROM equity.placement AS p
           WHERE p.run_id = award_standing.run_id) AS t
    FULL JOIN (SELECT o.applicant_id, o.award_id, o.pool_id, o.status, o.decision
                 FROM equity.award AS o
                WHERE o.round_id = (SELECT a.round_id FROM equity.allocation_run AS a WHERE a.run_id = award_standing.run_id)) AS w
      ON w.applicant_id = t.applicant_id
  UNION ALL
  -- who was forgotten waits no longer
  SELECT o.applicant_id, NULL, NULL, 'out', NULL, NULL, NULL, NULL
    FROM equity.application AS o
   WHERE o.round_id = (SELECT a.round_id FROM equity.allocation_run AS a WHERE a.run_id = award_standing.run_id)
     AND o.forgotten_groups IS NOT NULL
     AND NOT EXISTS (SELECT FROM equity.award AS w WHERE w.round_id = o.round_id AND w.applicant_id = o.applicant_id);
END;

COMMENT ON FUNCTION equity_internal.award_standing(bigint) IS
  'Each award of the round of a published run beside the placement of the run, and the standing of its holder in a refill (see equity.run_standing); NULL for a placement without an award.';

-- Inlined.
CREATE FUNCTION equity_internal.award_gap(award_id bigint, decision text, award_pool_id bigint, pool_id bigint) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN award_id IS NULL AND pool_id IS NULL THEN NULL
         WHEN award_id IS NULL THEN 'a placement without an award'
         WHEN decision = 'out' OR award_pool_id IS NOT DISTINCT FROM pool_id THEN NULL
         WHEN pool_id IS NULL THEN 'an award without a placement'
         ELSE 'an award of another pool than its placement'
       END;

COMMENT ON FUNCTION equity_internal.award_gap(bigint, text, bigint, bigint) IS
  'In what an award and a placement do not agree, from a row of equity_internal.award_standing; NULL when they do.';

--- No rows after each publication and refill: no double award, no lost seat.
---
--- Errors: P0002 no such run; 55000 another run than the newest published one, whose
--- placements are no longer those of the awards.
CREATE FUNCTION equity.award_mismatches(run_id bigint) RETURNS TABLE (applicant_id bigint, award_id bigint, gap text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_run equity.allocation_run := equity_internal.find_run(award_mismatches.run_id);
  published bigint := (SELECT r.published_run_id FROM equity.round AS r WHERE r.round_id = found_run.round_id);
BEGIN
  IF published IS DISTINCT FROM found_run.run_id THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s is not what round %s has published', found_run.run_id, found_run.round_id),
      DETAIL = CASE WHEN published IS NULL THEN 'It has published no run: there are no awards yet.'
                    ELSE format('Its awards are those of run %s.', published) END,
      HINT = CASE WHEN published IS NULL THEN format('Publish it first: equity.publish_run(%s).', found_run.run_id)
                  ELSE format('Ask equity.award_mismatches(%s).', published) END;
  END IF;
  RETURN QUERY
  SELECT s.applicant_id, s.award_id, equity_internal.award_gap(s.award_id, s.decision, s.award_pool_id, s.pool_id)
    FROM equity_internal.award_standing(found_run.run_id) AS s
   WHERE equity_internal.award_gap(s.award_id, s.decision, s.award_pool_id, s.pool_id) IS NOT NULL;
END;
$$;

COMMENT ON FUNCTION equity.award_mismatches(bigint) IS
  'Where the awards of a round and the placements of its newest published run (equity.round.published_run_id) do not agree: a row for each placement without an award, and for each award offered, accepted or used without a placement, or in another pool.';

CREATE FUNCTION equity_internal.count_vacated(parent equity.allocation_run) RETURNS bigint
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
AS $$
DECLARE
  vacated bigint;
  agree boolean;
BEGIN
  SELECT count(*) FILTER (WHERE s.decision = 'out' AND s.pool_id IS NOT NULL),
         count(equity_internal.award_gap(s.award_id, s.decision, s.award_pool_id, s.pool_id)) = 0
    INTO vacated, agree
    FROM equity_internal.award_standing(parent.run_id) AS s;
  IF agree THEN
    RETURN vacated;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('the awards of round %s do not agree with its published run %s', parent.round_id, parent.run_id),
    DETAIL = (SELECT format('Among others: %s.', string_agg(format('applicant %s: %s', g.applicant_id, g.gap), '; ' ORDER BY g.applicant_id))
                FROM (SELECT x.* FROM equity.award_mismatches(parent.run_id) AS x ORDER BY x.applicant_id LIMIT 10) AS g),
    HINT = format('equity.award_mismatches(%s) lists all of them: put the awards right first.', parent.run_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.count_vacated(equity.allocation_run) IS
  'How many seats of a published run came free. Raises 55000 unless the awards of the round are those of the run (equity.award_mismatches).';

CREATE FUNCTION equity_internal.rules_changed(parent equity.allocation_run) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT NOT equity_internal.input_digests(parent.run_id) @> equity_internal.rule_digests(parent.round_id);
END;

COMMENT ON FUNCTION equity_internal.rules_changed(equity.allocation_run) IS
  'Whether the rules of the round, among them its pools, reserves and ceilings, are others than those of a run.';

--- Applications and placements are not read again for their digests: this very transaction
--- made them.
---
--- Scores were verified at publication: they are put to the current facts, which may have
--- been corrected for good reasons since then, only when the applications or scores are
--- others than those of the parent run.
CREATE FUNCTION equity_internal.require_sound_refill(made equity.allocation_run, parent equity.allocation_run) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_violations text;
BEGIN
  SELECT string_agg(concat_ws(' ', v.violation, 'applicant ' || v.applicant_id, 'pool ' || v.pool_id), '; ')
    INTO found_violations
    FROM (SELECT d.*
            FROM equity_internal.digest_violations(made.run_id, equity_internal.input_digests(made.run_id) ->> 'applications',
                                                   equity.round_application_digest(made.round_id), made.result_digest) AS d
          UNION ALL
          SELECT p.*
            FROM equity.run_queries(made.run_id) AS q
           CROSS JOIN LATERAL equity.verify(q.applications, q.pools, q.reserves, q.caps,
                                            equity_internal.placement_query(made.run_id), made.tie_break, made.seed) AS p
          UNION ALL
          SELECT s.*
            FROM equity_internal.assessment_violations(made.round_id) AS s
           WHERE equity_internal.input_digests(made.run_id) ->> 'applications'
                 <> equity_internal.input_digests(parent.run_id) ->> 'applications'
          LIMIT 10) AS v;
  IF found_violations IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the refill of round %s does not hold', made.round_id),
      DETAIL = format('Violations, at most ten: %s.', found_violations),
      HINT = format('Nothing was written. See what changed since run %s: equity.run_violations(%s).', parent.run_id, parent.run_id);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_sound_refill(equity.allocation_run, equity.allocation_run) IS
  'Raises 55000 unless the refill holds by equity.verify and its digests.';

CREATE FUNCTION equity_internal.move_awards(made equity.allocation_run, at timestamptz) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  due bigint;
  moved bigint;
BEGIN
  WITH move AS MATERIALIZED (
    SELECT s.applicant_id, s.pool_id AS from_pool_id, t.pool_id AS to_pool_id
      FROM equity.run_standing AS s
      JOIN equity.placement AS t
        ON t.run_id = made.run_id
       AND t.applicant_id = s.applicant_id
     WHERE s.run_id = made.run_id
       AND s.decision = 'float'
       AND t.pool_id <> s.pool_id
  ), changed AS (
    UPDATE equity.award AS w
       SET run_id = made.run_id,
           pool_id = p.pool_id,
           programme_code = p.programme_code,
           grant_type = p.grant_type,
           institution_id = p.institution_id,
           field_code = p.field_code,
           offered_at = CASE WHEN w.status = 'offered' AND r.offer_days IS NOT NULL THEN move_awards.at ELSE w.offered_at END,
           offer_expires_at = CASE WHEN w.status = 'offered' AND w.offer_expires_at IS NOT NULL
                                THEN greatest(w.offer_expires_at, move_awards.at + r.offer_days * interval '24 hours')
                                ELSE w.offer_expires_at END
      FROM move AS m
      JOIN equity.seat_pool AS p ON p.pool_id = m.to_pool_id
      JOIN equity.round AS r ON r.round_id = p.round_id
     WHERE w.round_id = made.round_id
       AND w.applicant_id = m.applicant_id
       AND w.pool_id = m.from_pool_id
       AND (w.status = 'offered' OR w.status = 'accepted' AND w.decision = 'float')
    RETURNING w.award_id, w.status, m.from_pool_id, m.to_pool_id
  ), told AS (
    INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, at, from_pool_id, to_pool_id)
    SELECT c.award_id, 'moved', c.status, c.status, session_user, move_awards.at, c.from_pool_id, c.to_pool_id
      FROM changed AS c
     ORDER BY c.award_id
  )
  SELECT (SELECT count(*) FROM move), (SELECT count(*) FROM changed) INTO due, moved;
  IF moved <> due THEN
    RAISE EXCEPTION USING
      ERRCODE = 'serialization_failure',
      MESSAGE = format('awards of round %s were changed by hand at the same time', made.round_id),
      HINT = 'Run the refill again.';
  END IF;
  RETURN moved;
END;
$$;

COMMENT ON FUNCTION equity_internal.move_awards(equity.allocation_run, timestamptz) IS
  'Gives the holders whom a refill moved up their new seats, and returns how many. An offer that is not decided yet starts anew, and ends no sooner than before.';

CREATE FUNCTION equity_internal.offer_free_seats(made equity.allocation_run, at timestamptz) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  offers bigint;
BEGIN
  WITH offered AS (
    INSERT INTO equity.award (applicant_id, programme_code, grant_type, institution_id, field_code, academic_year,
                              round_id, run_id, pool_id, status, offered_at, offer_expires_at)
    SELECT t.applicant_id, p.programme_code, p.grant_type, p.institution_id, p.field_code, r.academic_year,
           r.round_id, t.run_id, t.pool_id, 'offered', offer_free_seats.at,
           offer_free_seats.at + r.offer_days * interval '24 hours'
      FROM equity.placement AS t
      JOIN equity.seat_pool AS p ON p.pool_id = t.pool_id
      JOIN equity.round AS r ON r.round_id = p.round_id
      LEFT JOIN equity.run_standing AS s
        ON s.run_id = t.run_id
       AND s.applicant_id = t.applicant_id
     WHERE t.run_id = made.run_id
       AND s.applicant_id IS NULL
     ORDER BY t.pool_id, t.applicant_id
    RETURNING award_id
  ), told AS (
    INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, at)
    SELECT o.award_id, 'offered', NULL, 'offered', session_user, offer_free_seats.at
      FROM offered AS o
    RETURNING award_id
  )
  SELECT count(*) INTO offers FROM told;
  RETURN offers;
END;
$$;

COMMENT ON FUNCTION equity_internal.offer_free_seats(equity.allocation_run, timestamptz) IS
  'Offers an award to each who has a placement in a refill and had none before, and returns how many there are.';

--- Seats of one kind are alike: those who leave them are paired with those who come in the
--- order of their ids, who left the round first.
CREATE FUNCTION equity_internal.link_moves(made equity.allocation_run)
  RETURNS TABLE (applicant_id bigint, from_pool_id bigint, from_seat text, to_pool_id bigint, to_seat text,
                 vacated_by bigint, next_one bigint)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH moved AS MATERIALIZED (
    SELECT coalesce(s.applicant_id, t.applicant_id) AS applicant_id,
           s.pool_id AS from_pool_id, s.seat AS from_seat, t.pool_id AS to_pool_id, t.seat AS to_seat
      FROM (SELECT x.* FROM equity.run_standing AS x WHERE x.run_id = made.run_id AND x.pool_id IS NOT NULL) AS s
      FULL JOIN (SELECT p.* FROM equity.placement AS p WHERE p.run_id = made.run_id) AS t
        ON t.applicant_id = s.applicant_id
     WHERE (s.pool_id, s.seat) IS DISTINCT FROM (t.pool_id, t.seat)
  ), leaving AS (
    SELECT m.applicant_id, m.from_pool_id AS pool_id, m.from_seat AS seat,
           row_number() OVER (PARTITION BY m.from_pool_id, m.from_seat
                              ORDER BY m.to_pool_id IS NOT NULL, m.applicant_id) AS number
      FROM moved AS m
     WHERE m.from_pool_id IS NOT NULL
  ), coming AS (
    SELECT m.applicant_id, m.to_pool_id AS pool_id, m.to_seat AS seat,
           row_number() OVER (PARTITION BY m.to_pool_id, m.to_seat ORDER BY m.applicant_id) AS number
      FROM moved AS m
     WHERE m.to_pool_id IS NOT NULL
  ), taken AS MATERIALIZED (
    SELECT l.applicant_id AS left_by, c.applicant_id AS taken_by
      FROM leaving AS l
      JOIN coming AS c
        ON c.pool_id = l.pool_id
       AND c.seat = l.seat
       AND c.number = l.number
  )
  SELECT m.applicant_id, m.from_pool_id, m.from_seat, m.to_pool_id, m.to_seat, b.left_by, n.taken_by
    FROM moved AS m
    LEFT JOIN taken AS b ON b.taken_by = m.applicant_id
    LEFT JOIN taken AS n ON n.left_by = m.applicant_id;
END;

COMMENT ON FUNCTION equity_internal.link_moves(equity.allocation_run) IS
  'Each applicant whose seat a refill changed, with who had the seat before (vacated_by) and who takes the one that was left (next_one).';

CREATE FUNCTION equity_internal.chain_moves(made equity.allocation_run) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
AS $$
DECLARE
  applicants bigint[];
  successors integer[];
  leaves boolean[];
  chains integer[];
  steps integer[];
  present integer;
  chain integer := 0;
  step integer;
BEGIN
  -- beginnings first: who left the round, who took an empty seat; what is left then are circles
  WITH link AS MATERIALIZED (
    SELECT l.applicant_id, l.next_one, l.to_pool_id IS NULL AS leaves,
           row_number() OVER (ORDER BY l.to_pool_id IS NOT NULL, l.vacated_by IS NOT NULL, l.applicant_id)::integer AS number
      FROM equity_internal.link_moves(made) AS l
  )
  SELECT array_agg(l.applicant_id ORDER BY l.number), array_agg(n.number ORDER BY l.number), array_agg(l.leaves ORDER BY l.number)
    INTO applicants, successors, leaves
    FROM link AS l
    LEFT JOIN link AS n ON n.applicant_id = l.next_one;
  chains := array_fill(NULL::integer, ARRAY[coalesce(cardinality(applicants), 0)]);
  steps := chains;

  FOR beginning IN 1 .. coalesce(cardinality(applicants), 0) LOOP
    CONTINUE WHEN chains[beginning] IS NOT NULL;
    chain := chain + 1;
    step := CASE WHEN leaves[beginning] THEN 0 ELSE 1 END;
    present := beginning;
    WHILE present IS NOT NULL AND chains[present] IS NULL LOOP
      chains[present] := chain;
      steps[present] := step;
      step := step + 1;
      present := successors[present];
    END LOOP;
  END LOOP;

  INSERT INTO equity.refill_move (run_id, applicant_id, chain, step, from_pool_id, from_seat, to_pool_id, to_seat, vacated_by)
  SELECT made.run_id, l.applicant_id, c.chain, c.step, l.from_pool_id, l.from_seat, l.to_pool_id, l.to_seat, l.vacated_by
    FROM unnest(applicants, chains, steps) AS c (applicant_id, chain, step)
    JOIN equity_internal.link_moves(made) AS l ON l.applicant_id = c.applicant_id
   ORDER BY c.chain, c.step;
  RETURN chain;
END;
$$;

COMMENT ON FUNCTION equity_internal.chain_moves(equity.allocation_run) IS
  'Writes who went where in a refill (equity.refill_move), in chains that begin with who left the round, then with who took an empty seat, each in the order of their ids; returns how many chains there are.';

CREATE FUNCTION equity_internal.make_refill(this_round equity.round, parent equity.allocation_run) RETURNS equity.allocation_run
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  made equity.allocation_run;
BEGIN
  made.run_id := equity_internal.begin_run(this_round, 'refill', parent.run_id);
  INSERT INTO equity.run_standing (run_id, applicant_id, decision, pool_id, seat, choice, score)
  SELECT made.run_id, s.applicant_id, s.decision, s.pool_id, s.seat, s.choice, s.score
    FROM equity_internal.award_standing(parent.run_id) AS s
   ORDER BY s.applicant_id;
  PERFORM equity_internal.complete_run(made.run_id);
  made := equity_internal.find_run(made.run_id);
  PERFORM equity_internal.require_sound_refill(made, parent);
  RETURN made;
END;
$$;

COMMENT ON FUNCTION equity_internal.make_refill(equity.round, equity.allocation_run) IS
  'Allocates a round anew beside the rights of those who hold awards, in a new run, and verifies it.';

--- Nobody who holds an offer or an award is made worse: who accepted with freeze keeps the
--- seat, who accepted with float or has not decided keeps it or moves up to a choice that is
--- wanted more; who declined, let the offer expire or was withdrawn takes no part. Moves up
--- and new offers are made at the time at, now by default; an offer ends offer_days times 24
--- hours later. Returns the refill and its counts: seats vacated since the last run, awards
--- moved, awards offered, seats left empty. The chains of moves are in equity.refill_move,
--- with names in equity.refill_chain. When no seat came free it changes nothing and returns
--- the published run. Waits for decisions that are being made, also those that begin while
--- it waits; two refills do not run at once.
---
--- Errors: P0002 no such round; 22004 at is NULL; 22023 it is in the future; 55000 not
--- published, the awards do not agree with the published run, or the refill does not hold
--- because rows were changed; 55P03 another operation is at work on the round; 40001 awards
--- were changed by hand meanwhile; and those of equity.allocate.
CREATE FUNCTION equity.refill_round(round_id bigint, at timestamptz DEFAULT now(),
                                    OUT run_id bigint, OUT vacated bigint, OUT moved bigint, OUT offered bigint, OUT unfilled bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off    -- the rows of a new run have no statistics
  SET jit = off
AS $$
DECLARE
  this_round equity.round;
  parent equity.allocation_run;
  made equity.allocation_run;
BEGIN
  IF equity_internal.has_level('operator') THEN
    SELECT d.* INTO run_id, vacated, moved, offered, unfilled
      FROM equity_internal.refill_round(refill_round.round_id, refill_round.at) AS d;
    RETURN;
  END IF;
  IF at IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'a refill needs the time of its offers',
      HINT = 'Pass it as at, or nothing for now.';
  END IF;
  PERFORM equity_internal.require_past_time('refill_round', at);
  this_round := equity_internal.lock_round(refill_round.round_id);
  PERFORM equity_internal.require_status(this_round, 'refill_round', 'published');
  PERFORM equity_internal.require_quotas(this_round);
  PERFORM equity_internal.report_progress('refill_round', this_round.round_id, 'reading awards');
  PERFORM equity_internal.lock_awards(this_round.round_id);
  parent := equity_internal.find_run(this_round.published_run_id);
  vacated := equity_internal.count_vacated(parent);
  IF vacated = 0 AND NOT equity_internal.rules_changed(parent) THEN
    RAISE NOTICE 'no seat of round % came free since run %: nothing was changed', this_round.round_id, parent.run_id;
    SELECT parent.run_id, 0, 0, equity_internal.run_unfilled(parent.run_id) INTO run_id, moved, offered, unfilled;
    RETURN;
  END IF;

  made := equity_internal.make_refill(this_round, parent);
  PERFORM equity_internal.report_progress('refill_round', this_round.round_id, 'moving awards');
  moved := equity_internal.move_awards(made, at);
  offered := equity_internal.offer_free_seats(made, at);
  run_id := made.run_id;
  unfilled := equity_internal.run_unfilled(made.run_id);
  UPDATE equity.allocation_run AS a
     SET status = 'published',
         violations = 0
   WHERE a.run_id = made.run_id;
  UPDATE equity.round AS r SET published_run_id = made.run_id WHERE r.round_id = this_round.round_id;
  PERFORM equity_internal.report_progress('refill_round', this_round.round_id, 'keeping the ranking');
  PERFORM equity_internal.keep_ranking(made.run_id);
  PERFORM equity.audit_append('refill_round', this_round.round_id, made.run_id, equity_internal.run_record(made.run_id)
    || jsonb_build_object('parent_run', parent.run_id, 'vacated', vacated, 'moved', moved, 'offered', offered,
                          'unfilled', unfilled, 'chains', equity_internal.chain_moves(made)));
END;
$$;

COMMENT ON FUNCTION equity.refill_round(bigint, timestamptz) IS
  'Gives the seats of a published round that came free (declined, expired, withdrawn; or new seats of its pools) to those who wait, in a run of kind refill that is verified before anything is written.';
-- The law of personal data (PDPA): what is held of a person, who is named to whom and for what, and how a person is
-- forgotten while what was decided stays proved.
--
-- Of somebody who is forgotten stay the number, the choices, scores, seats and awards under that number, and
-- what ranked the applicant among equal scores: with them each digest is what it was. Identity, names, answers,
-- household and groups go, and nothing leads from the number to the person.

CREATE FUNCTION equity_internal.find_applicant(applicant_id bigint) RETURNS equity.applicant
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found_applicant equity.applicant;
BEGIN
  SELECT p.* INTO found_applicant FROM equity.applicant AS p WHERE p.applicant_id = find_applicant.applicant_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('applicant %s does not exist', coalesce(find_applicant.applicant_id::text, 'NULL')),
      HINT = 'The ids are in equity.applicant.';
  END IF;
  RETURN found_applicant;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_applicant(bigint) IS
  'Returns the row of an applicant. Error P0002 when the caller sees no such applicant.';

CREATE FUNCTION equity_internal.require_purpose(purpose text, what text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF coalesce(btrim(purpose), '') = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = what,
      HINT = 'Say who decided it and what for, without personal data: it stays in the audit trail.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_purpose(text, text) IS
  'Raises 22023 with the given message unless there is a purpose.';

CREATE FUNCTION equity_internal.record_reading(operation text, detail jsonb) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF operation IN ('export_identities', 'subject_record') THEN
    PERFORM equity.audit_append(operation, NULL, NULL, detail || jsonb_build_object('role', equity_internal.calling_role()));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.record_reading(text, jsonb) IS
  'Leaves in the audit trail that an officer has read identities or a record of a person.';

CREATE FUNCTION equity_internal.note_reading(operation text, detail jsonb) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF equity_internal.has_level('officer') THEN
    PERFORM equity_internal.record_reading(operation, detail);
  ELSE
    PERFORM equity.audit_append(operation, NULL, NULL, detail);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.note_reading(text, jsonb) IS
  'Leaves in the audit trail who has read identities or a record of a person.';

--- The purpose says what the identities are for, without personal data. With a round only of those who
--- applied to it, with applicants only of those; both NULL are all. An officer gets those of the
--- own applicants. The audit trail has purpose, round and counts.
---
--- Errors: 22023 no purpose.
CREATE FUNCTION equity.export_identities(purpose text, round_id bigint DEFAULT NULL, applicants bigint[] DEFAULT NULL)
  RETURNS TABLE (applicant_id bigint, identity_kind text, identity text, title text, given_name text, family_name text)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rows_read bigint;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN QUERY SELECT d.* FROM equity_internal.export_identities(export_identities.purpose, export_identities.round_id, export_identities.applicants) AS d;
    RETURN;
  END IF;
  PERFORM equity_internal.require_purpose(purpose, 'reading identities in bulk needs a purpose');
  RETURN QUERY
  SELECT i.applicant_id, i.identity_kind, i.identity, i.title, i.given_name, i.family_name
    FROM equity.applicant_identity AS i
   WHERE i.valid_to IS NULL
     AND (export_identities.applicants IS NULL OR i.applicant_id = ANY (export_identities.applicants))
     AND (export_identities.round_id IS NULL
          OR i.applicant_id IN (SELECT a.applicant_id FROM equity.application AS a WHERE a.round_id = export_identities.round_id))
   ORDER BY i.applicant_id, i.identity_kind COLLATE "C";
  GET DIAGNOSTICS rows_read = ROW_COUNT;
  PERFORM equity_internal.note_reading('export_identities', jsonb_strip_nulls(jsonb_build_object(
    'purpose', purpose, 'round_id', export_identities.round_id, 'asked_for', cardinality(export_identities.applicants), 'identities', rows_read)));
END;
$$;

COMMENT ON FUNCTION equity.export_identities(text, bigint, bigint[]) IS
  'Current identities and names (เลขประจำตัวและชื่อ) of many persons for a stated purpose, which the audit trail keeps with who read how many.';

--- Each table of the registry that has rows of the person is a key, with its rows. Reading it is
--- an event of the audit trail.
---
--- Errors: P0002 no such applicant, or none that the caller sees; 42501 the caller may not read one of
--- the tables.
CREATE FUNCTION equity.subject_record(applicant_id bigint) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  person equity.applicant;
  relation record;
  found_rows jsonb;
  document jsonb := '{}';
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.subject_record(subject_record.applicant_id);
  END IF;
  person := equity_internal.find_applicant(subject_record.applicant_id);
  FOR relation IN
    SELECT c.relname,
           CASE WHEN bool_or(a.attname = 'applicant_id') THEN 't.applicant_id = $1'
                ELSE 't.award_id IN (SELECT w.award_id FROM equity.award AS w WHERE w.applicant_id = $1)' END AS condition
      FROM pg_class AS c
      JOIN pg_attribute AS a
        ON a.attrelid = c.oid
       AND a.attname IN ('applicant_id', 'award_id')
       AND NOT a.attisdropped
     WHERE c.relnamespace = 'equity'::regnamespace
       AND c.relkind = 'r'
     GROUP BY c.relname
     ORDER BY c.relname COLLATE "C"
  LOOP
    EXECUTE format('SELECT jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)::text COLLATE "C") FROM equity.%I AS t WHERE %s',
                   relation.relname, relation.condition)
       INTO found_rows
      USING person.applicant_id;
    IF found_rows IS NOT NULL THEN
      document := document || jsonb_build_object(relation.relname, found_rows);
    END IF;
  END LOOP;
  PERFORM equity_internal.note_reading('subject_record', jsonb_build_object('applicant_id', person.applicant_id));
  RETURN document;
END;
$$;

COMMENT ON FUNCTION equity.subject_record(bigint) IS
  'All that the registry holds of a person as one JSON document (ข้อมูลของเจ้าของข้อมูล), for the subject''s right of access.';

CREATE FUNCTION equity_internal.why_needed(applicants bigint[]) RETURNS TABLE (applicant_id bigint, why text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT e.applicant_id, format('takes part in round %s, which is %s', r.round_id, r.status)
    FROM equity.entry AS e
    JOIN equity.round AS r ON r.round_id = e.round_id
   WHERE e.applicant_id = ANY (applicants)
     AND r.status NOT IN ('draft', 'published')
  UNION ALL
  SELECT w.applicant_id, format('has award %s, which is %s', w.award_id, w.status)
    FROM equity.award AS w
   WHERE w.applicant_id = ANY (applicants)
     AND w.status IN ('offered', 'accepted', 'studying', 'suspended');
END;

COMMENT ON FUNCTION equity_internal.why_needed(bigint[]) IS
  'Why applicants cannot be forgotten yet: they take part in a round that is not decided, or have an award.';

CREATE FUNCTION equity_internal.forget(applicants bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.lock_round(r.round_id)
     FROM (SELECT DISTINCT a.round_id FROM equity.application AS a WHERE a.applicant_id = ANY (applicants) ORDER BY a.round_id) AS r;
  UPDATE equity.application AS a
     SET forgotten_tie = k.tie,
         forgotten_groups = coalesce(k.groups, '{}'),
         education_level = NULL,
         gpa = NULL,
         graduated_year = NULL,
         welfare_card = NULL,
         disability_registered = NULL,
         answers = NULL,
         verified_need = NULL,
         source = NULL,
         source_key = NULL,
         late_reason = CASE WHEN a.late_reason IS NOT NULL THEN '-' END
    FROM equity.application AS o
    LEFT JOIN (SELECT DISTINCT ON (i.applicant_id, i.round_id) i.applicant_id, i.round_id, i.tie, i.groups
                 FROM equity.allocation_input AS i
                WHERE i.applicant_id = ANY (applicants)) AS k
      ON k.applicant_id = o.applicant_id
     AND k.round_id = o.round_id
   WHERE a.applicant_id = ANY (applicants)
     AND o.applicant_id = a.applicant_id
     AND o.round_id = a.round_id;
  DELETE FROM equity.household_member AS m WHERE m.applicant_id = ANY (applicants);
  DELETE FROM equity.household AS h WHERE h.applicant_id = ANY (applicants);
  DELETE FROM equity.dwelling AS d WHERE d.applicant_id = ANY (applicants);
  DELETE FROM equity.applicant_group AS g WHERE g.applicant_id = ANY (applicants);
  DELETE FROM equity.applicant_identity AS i WHERE i.applicant_id = ANY (applicants);
  DELETE FROM equity.import_reject AS j WHERE j.applicant_id = ANY (applicants);
  DELETE FROM equity.duplicate_candidate AS c WHERE c.applicant_id = ANY (applicants) OR c.other_applicant_id = ANY (applicants);
  UPDATE equity.award_event AS e
     SET note = NULL
    FROM equity.award AS w
   WHERE w.award_id = e.award_id
     AND w.applicant_id = ANY (applicants)
     AND e.note IS NOT NULL;
  UPDATE equity.applicant AS p
     SET birth_date = NULL,
         sex = NULL,
         province_code = NULL,
         intake_institution_id = NULL,
         source = NULL,
         source_key = NULL,
         forgotten_at = now()
   WHERE p.applicant_id = ANY (applicants);
END;
$$;

COMMENT ON FUNCTION equity_internal.forget(bigint[]) IS
  'Removes what is held of persons, but for what proves the rounds that they took part in. Error 55P03 when an operation is at work on one of these.';

--- Identities, names, answers, household, dwelling, groups and notes are removed; number, choices, scores,
--- seats and awards stay under the number, so that runs still verify and repeat. Who waits for a seat
--- takes no part in refills any more. A second call changes nothing. Backups made before have the
--- person still.
---
--- Errors: P0002 no such applicant; 22023 no reason; 55000 the applicant takes part in a round that
--- is not published, or has an award that is offered, accepted or used; 55P03 another operation is
--- at work on one of the rounds.
CREATE FUNCTION equity.forget_applicant(applicant_id bigint, reason text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  person equity.applicant;
  needed text;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.forget_applicant(forget_applicant.applicant_id, forget_applicant.reason);
    RETURN;
  END IF;
  PERFORM equity_internal.require_purpose(reason, 'forgetting an applicant needs a reason');
  person := equity_internal.find_applicant(forget_applicant.applicant_id);
  IF person.forgotten_at IS NOT NULL THEN
    RAISE NOTICE 'applicant % is forgotten already: nothing was changed', person.applicant_id;
    RETURN;
  END IF;
  SELECT string_agg(n.why, '; ' ORDER BY n.why COLLATE "C") INTO needed
    FROM equity_internal.why_needed(ARRAY[person.applicant_id]) AS n;
  IF needed IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('applicant %s cannot be forgotten yet', person.applicant_id),
      DETAIL = format('The applicant %s.', needed),
      HINT = 'Withdraw the application, or the award (equity.withdraw_award), first.';
  END IF;
  PERFORM equity_internal.forget(ARRAY[person.applicant_id]);
  PERFORM equity.audit_append('forget_applicant', NULL, NULL, jsonb_build_object('applicant_id', person.applicant_id, 'reason', reason));
END;
$$;

COMMENT ON FUNCTION equity.forget_applicant(bigint, text) IS
  'Forgets a person (ลบข้อมูลส่วนบุคคล) and keeps the proof of the rounds: what is left is under a number that leads to nobody.';

--- Those are forgotten who applied, all of whose rounds have a day equity.round.retain_until that has
--- come, by the calendar of Thailand, and who have no award that is offered, accepted or used.
---
--- Errors: 22023 at is in the future; 55P03 another operation is at work on one of the rounds.
CREATE FUNCTION equity.apply_retention(at timestamptz DEFAULT now()) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  due bigint[];
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.apply_retention(apply_retention.at);
  END IF;
  PERFORM equity_internal.require_past_time('apply_retention', at);
  due := ARRAY(SELECT a.applicant_id
                 FROM equity.application AS a
                 JOIN equity.round AS r ON r.round_id = a.round_id
                 JOIN equity.applicant AS p ON p.applicant_id = a.applicant_id
                WHERE p.forgotten_at IS NULL
                GROUP BY a.applicant_id
               HAVING bool_and(coalesce(r.retain_until <= (apply_retention.at AT TIME ZONE 'Asia/Bangkok')::date, false)));
  due := ARRAY(SELECT d.applicant_id FROM unnest(due) AS d (applicant_id)
               EXCEPT
               SELECT n.applicant_id FROM equity_internal.why_needed(due) AS n);
  IF due = '{}' THEN
    RETURN 0;
  END IF;
  PERFORM equity_internal.forget(due);
  PERFORM equity.audit_append('apply_retention', NULL, NULL, jsonb_build_object('at', at, 'applicants', cardinality(due)));
  RETURN cardinality(due);
END;
$$;

COMMENT ON FUNCTION equity.apply_retention(timestamptz) IS
  'Forgets everybody whose data need not be kept any longer (equity.round.retain_until), as equity.forget_applicant does, and returns how many there were.';
-- One call that does what is due, for cron: CALL equity.run_due(). How far it may take a round is said by
-- the round itself (equity.round.run_until).
--
-- Each step is a transaction, and its row in equity.job_run is finished in the same one: a step is recorded
-- as done exactly when its work is there. The row is begun in a transaction before, and locked
-- while the step is at work, so that a row that is running and not locked was interrupted.
--
-- Two calls at once do the work once: a step takes its round as every operation does, finds it taken and
-- leaves it, or finds it free and the step no longer due.
--
-- The functions of a step have the rights of the owner: whom an operator's cron job logs in as needs no right to
-- read the seeds or to write what the job did.

--- Without a seed a random one of 244 bits is chosen. Given again, it replaces the one before while the
--- round is a draft.
---
--- Errors: P0002 no such round; 22023 an empty seed; 55000 the round is closed, or open with the
--- commitment of another seed; 55P03 another operation is at work on the round.
CREATE FUNCTION equity.keep_seed(round_id bigint, seed text DEFAULT NULL) RETURNS text
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
  kept text := coalesce(keep_seed.seed, replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.keep_seed(keep_seed.round_id, keep_seed.seed);
  END IF;
  this_round := equity_internal.lock_round(keep_seed.round_id);
  IF kept = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'the seed is empty',
      HINT = 'Pass a long random text, or nothing to have one chosen.';
  END IF;
  PERFORM equity_internal.require_status(this_round, 'keep_seed', 'draft', 'open');
  IF this_round.status = 'open' AND equity.commitment(kept) <> this_round.seed_commitment THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('seed does not match the commitment of round %s', this_round.round_id),
      DETAIL = format('The commitment is %s.', this_round.seed_commitment),
      HINT = 'Pass the seed whose equity.commitment(seed) was published when the round was opened.';
  END IF;
  INSERT INTO equity.kept_seed AS k (round_id, seed)
  VALUES (this_round.round_id, kept)
  ON CONFLICT ON CONSTRAINT kept_seed_pkey DO UPDATE
     SET seed = excluded.seed,
         kept_at = excluded.kept_at,
         kept_by = excluded.kept_by;
  PERFORM equity.audit_append('keep_seed', this_round.round_id, NULL, jsonb_build_object('commitment', equity.commitment(kept)));
  RETURN equity.commitment(kept);
END;
$$;

COMMENT ON FUNCTION equity.keep_seed(bigint, text) IS
  'Keeps the secret seed of a round''s lottery for equity.run_due to open and close the round with, and returns its commitment.';

CREATE FUNCTION equity_internal.step_place(step text) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_position(ARRAY['open', 'close', 'score', 'allocate', 'verify', 'publish', 'expire', 'refill'], step);

COMMENT ON FUNCTION equity_internal.step_place(text) IS
  'The place of a step of equity.run_due in the order in which steps are done, 1 first.';

CREATE FUNCTION equity_internal.may_do(this_round equity.round, step text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(array_position(ARRAY['open', 'closed', 'scored', 'allocated', 'verified', 'published', 'refilled'], (this_round).run_until)
                >= array_position(ARRAY['open', 'close', 'score', 'allocate', 'verify', 'publish', 'refill'], step), false);

COMMENT ON FUNCTION equity_internal.may_do(equity.round, text) IS
  'Whether a round lets equity.run_due do a step (equity.round.run_until).';

CREATE FUNCTION equity_internal.vacated_since(run_id bigint) RETURNS timestamptz
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT min(w.decided_at)
    FROM equity.allocation_run AS a
    JOIN equity.award AS w
      ON w.round_id = a.round_id
    JOIN equity.placement AS t
      ON t.run_id = a.run_id
     AND t.applicant_id = w.applicant_id
   WHERE a.run_id = vacated_since.run_id
     AND w.status IN ('declined', 'expired', 'withdrawn');
END;

COMMENT ON FUNCTION equity_internal.vacated_since(bigint) IS
  'Since when a seat that a published run gave is free again; NULL when all are held.';

--- blocked says why a step cannot be done although its time has come: NULL when it can.
CREATE FUNCTION equity.due_steps(at timestamptz DEFAULT now()) RETURNS TABLE (round_id bigint, step text, due_since timestamptz, blocked text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT d.round_id, d.step, d.due_since, d.blocked
    FROM (SELECT r.round_id, s.step, s.due_since,
                 CASE WHEN s.needs_seed AND NOT EXISTS (SELECT FROM equity.kept_seed AS k WHERE k.round_id = r.round_id)
                   THEN format('its seed is not kept: equity.keep_seed(%s)', r.round_id) END AS blocked
            FROM equity.round AS r
           CROSS JOIN LATERAL (VALUES ('open', r.status = 'draft' AND r.opens_at <= due_steps.at, r.opens_at, true),
                                      ('close', r.status = 'open' AND r.closes_at <= due_steps.at, r.closes_at, true),
                                      ('score', r.status = 'closed', r.closes_at, false),
                                      ('allocate', r.status = 'scored', r.closes_at, false),
                                      ('verify', r.status = 'allocated', r.closes_at, false),
                                      ('publish', r.status = 'verified', r.closes_at, false))
                        AS s (step, has_come, due_since, needs_seed)
           WHERE s.has_come
             AND equity_internal.may_do(r, s.step)
             -- what failed a verification is for a person to look at
             AND (s.step <> 'verify' OR EXISTS (SELECT FROM equity.allocation_run AS a
                                                 WHERE a.run_id = equity.newest_run(r.round_id)
                                                   AND a.status = 'draft'))
          UNION ALL
          SELECT NULL, 'expire', min(w.offer_expires_at), NULL
            FROM equity.award AS w
           WHERE w.status = 'offered'
             AND w.offer_expires_at <= due_steps.at
          HAVING count(*) > 0
          UNION ALL
          SELECT r.round_id, 'refill', v.since, NULL
            FROM equity.round AS r
           CROSS JOIN LATERAL equity_internal.vacated_since(r.published_run_id) AS v (since)
           WHERE r.status = 'published'
             AND equity_internal.may_do(r, 'refill')
             AND v.since <= due_steps.at) AS d
   ORDER BY equity_internal.step_place(d.step), d.round_id;
END;

COMMENT ON FUNCTION equity.due_steps(timestamptz) IS
  'What equity.run_due would do at a time, in its order: rounds to open, close, score, allocate, verify and publish as far as equity.round.run_until lets it, offers to expire, free seats to give on.';

CREATE FUNCTION equity_internal.begin_run_due() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  -- who is at work holds the row
  UPDATE equity.job_run AS j
     SET status = 'interrupted',
         finished_at = clock_timestamp()
   WHERE j.job_run_id IN (SELECT s.job_run_id FROM equity.job_run AS s WHERE s.status = 'running' FOR UPDATE SKIP LOCKED);
  DELETE FROM equity.job_run AS j
   WHERE j.job_run_id IN (SELECT s.job_run_id
                            FROM equity.job_run AS s
                           WHERE s.finished_at < now() - interval '1 year'
                             AND s.step <> 'run_due'
                             FOR UPDATE SKIP LOCKED);
END;
$$;

COMMENT ON FUNCTION equity_internal.begin_run_due() IS
  'Marks the steps that were interrupted, and deletes what equity.job_run has of more than a year ago.';

CREATE FUNCTION equity_internal.end_run_due(started timestamptz, steps integer) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  only_row bigint := (SELECT j.job_run_id FROM equity.job_run AS j WHERE j.step = 'run_due' ORDER BY j.job_run_id LIMIT 1 FOR UPDATE SKIP LOCKED);
BEGIN
  IF only_row IS NOT NULL THEN
    UPDATE equity.job_run AS j
       SET started_at = end_run_due.started,
           finished_at = clock_timestamp(),
           attempts = j.attempts + 1,
           result = jsonb_build_object('steps', steps),
           run_by = session_user
     WHERE j.job_run_id = only_row;
  ELSIF NOT EXISTS (SELECT FROM equity.job_run AS j WHERE j.step = 'run_due') THEN
    INSERT INTO equity.job_run (step, status, started_at, finished_at, result)
    VALUES ('run_due', 'done', started, clock_timestamp(), jsonb_build_object('steps', steps));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.end_run_due(timestamptz, integer) IS
  'Records that equity.run_due came, and how many steps it tried.';

--- tried are the steps that this call has tried already, as "step round_id".
CREATE FUNCTION equity_internal.begin_step(at timestamptz, tried text[], OUT job_run_id bigint, OUT now_tried text[])
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  due record;
BEGIN
  SELECT d.round_id, d.step INTO due
    FROM equity.due_steps(begin_step.at) AS d
   WHERE d.blocked IS NULL
     AND concat_ws(' ', d.step, d.round_id) <> ALL (tried)
   ORDER BY d.round_id NULLS LAST, equity_internal.step_place(d.step)
   LIMIT 1;
  IF FOUND THEN
    INSERT INTO equity.job_run AS j (step, round_id)
    VALUES (due.step, due.round_id)
    RETURNING j.job_run_id INTO job_run_id;
    now_tried := tried || concat_ws(' ', due.step, due.round_id);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.begin_step(timestamptz, text[]) IS
  'Begins the row of the next step that is due and was not tried yet, round by round; NULL when there is none.';

CREATE FUNCTION equity_internal.perform_step(round_id bigint, step text, at timestamptz) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  kept text;
  result jsonb;
BEGIN
  IF perform_step.round_id IS NOT NULL THEN
    PERFORM equity_internal.lock_round(perform_step.round_id);
  END IF;
  IF NOT EXISTS (SELECT FROM equity.due_steps(perform_step.at) AS d
                  WHERE d.step = perform_step.step
                    AND d.round_id IS NOT DISTINCT FROM perform_step.round_id)
  THEN
    RETURN NULL;
  END IF;

  CASE perform_step.step
    WHEN 'open' THEN
      SELECT k.seed INTO STRICT kept FROM equity.kept_seed AS k WHERE k.round_id = perform_step.round_id;
      PERFORM equity.open_round(perform_step.round_id, equity.commitment(kept));
    WHEN 'close' THEN
      DELETE FROM equity.kept_seed AS k WHERE k.round_id = perform_step.round_id RETURNING k.seed INTO STRICT kept;
      PERFORM equity.close_round(perform_step.round_id, kept);
    WHEN 'score' THEN
      SELECT to_jsonb(s) INTO result FROM equity.score_round(perform_step.round_id) AS s;
    WHEN 'allocate' THEN
      SELECT to_jsonb(a) INTO result FROM equity.allocate_round(perform_step.round_id) AS a;
    WHEN 'verify' THEN
      SELECT jsonb_build_object('run_id', equity.newest_run(perform_step.round_id), 'violations', count(*)) INTO result
        FROM equity.verify_round(perform_step.round_id);
    WHEN 'publish' THEN
      result := jsonb_build_object('offers', equity.publish_round(perform_step.round_id));
    WHEN 'expire' THEN
      result := jsonb_build_object('offers', equity.expire_offers(perform_step.at));
    WHEN 'refill' THEN
      SELECT to_jsonb(f) INTO result FROM equity.refill_round(perform_step.round_id, perform_step.at) AS f;
  END CASE;
  RETURN coalesce(result, '{}');
END;
$$;

COMMENT ON FUNCTION equity_internal.perform_step(bigint, text, timestamptz) IS
  'Does a step with the operation that it is named for, and returns its counts; NULL when it is no longer due, because somebody else did it. Errors: those of the operation.';

--- An error leaves nothing of the step, only its row. A cancelled step leaves the row running, which
--- the next call marks as interrupted.
CREATE FUNCTION equity_internal.do_step(job_run_id bigint, at timestamptz) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  job equity.job_run;
  outcome equity.job_run;
  detail text;
  hint text;
BEGIN
  SELECT j.* INTO STRICT job FROM equity.job_run AS j WHERE j.job_run_id = do_step.job_run_id FOR UPDATE;
  BEGIN
    outcome.result := equity_internal.perform_step(job.round_id, job.step, at);
    IF outcome.result ->> 'violations' <> '0' THEN
      outcome.error := format('run %s has %s violations: see equity.run_violations(%1$s)', outcome.result ->> 'run_id', outcome.result ->> 'violations');
    END IF;
  EXCEPTION
    WHEN lock_not_available THEN NULL;     -- who has the round does its work
    WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
      outcome.error_code := SQLSTATE;
      outcome.error := concat_ws(E'\n', SQLERRM, nullif(detail, ''), nullif(hint, ''));
  END;

  IF outcome.result IS NULL AND outcome.error IS NULL THEN
    DELETE FROM equity.job_run AS j WHERE j.job_run_id = job.job_run_id;
    RETURN;
  END IF;
  UPDATE equity.job_run AS j
     SET status = CASE WHEN outcome.error IS NULL THEN 'done' ELSE 'failed' END,
         finished_at = clock_timestamp(),
         result = outcome.result,
         error_code = outcome.error_code,
         error = outcome.error
   WHERE j.job_run_id = job.job_run_id;
  PERFORM equity_internal.count_failures(job.job_run_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.do_step(bigint, timestamptz) IS
  'Does a step that was begun and finishes its row, whether it succeeds or fails; takes the row away when another session did the work.';

CREATE FUNCTION equity_internal.count_failures(job_run_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  failed equity.job_run;
  before equity.job_run;
BEGIN
  SELECT j.* INTO STRICT failed FROM equity.job_run AS j WHERE j.job_run_id = count_failures.job_run_id;
  SELECT j.* INTO before
    FROM equity.job_run AS j
   WHERE j.round_id IS NOT DISTINCT FROM failed.round_id
     AND j.step = failed.step
     AND j.job_run_id < failed.job_run_id
   ORDER BY j.job_run_id DESC
   LIMIT 1;
  IF (before.status, before.error) IS NOT DISTINCT FROM ('failed', failed.error) THEN
    UPDATE equity.job_run AS j
       SET attempts = before.attempts + failed.attempts,
           started_at = before.started_at
     WHERE j.job_run_id = failed.job_run_id;
    DELETE FROM equity.job_run AS j WHERE j.job_run_id = before.job_run_id;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.count_failures(bigint) IS
  'Makes one row of a step that failed as it did the last time, so that a job that fails each minute does not fill the table.';

-- A procedure that commits cannot have a search_path of its own, so each name in it is qualified, and it
-- uses no operator.
--- Call it from cron as often as you like; outside a transaction block, because each step is a
--- transaction of its own. It goes on after a step that fails (equity.job_run, equity.job_health), and
--- tries that step again when it is called again.
---
--- Errors: 22023 at is in the future; 2D000 called in a transaction block.
CREATE PROCEDURE equity.run_due(at timestamptz DEFAULT pg_catalog.now())
  LANGUAGE plpgsql
AS $$
DECLARE
  started timestamptz := pg_catalog.clock_timestamp();
  due_at timestamptz := at;
  job bigint;
  tried text[] := '{}';
BEGIN
  PERFORM equity_internal.require_past_time('run_due', due_at);
  PERFORM equity_internal.begin_run_due();
  COMMIT;
  LOOP
    SELECT s.job_run_id, coalesce(s.now_tried, tried) INTO job, tried
      FROM equity_internal.begin_step(due_at, tried) AS s;
    COMMIT;
    EXIT WHEN job IS NULL;
    PERFORM equity_internal.do_step(job, due_at);
    COMMIT;
  END LOOP;
  PERFORM equity_internal.end_run_due(started, pg_catalog.cardinality(tried));
  COMMIT;
END;
$$;

COMMENT ON PROCEDURE equity.run_due(timestamptz) IS
  'Does everything that is due (equity.due_steps), each step in a transaction of its own, and records it in equity.job_run.';

--- next_due is when the round's next date comes, or now where a step waits; it is NULL when nothing is
--- in sight.
CREATE VIEW equity.job_health WITH (security_invoker = true) AS
  WITH last AS (
    SELECT j.step, j.round_id,
           max(j.finished_at) FILTER (WHERE j.status = 'done') AS last_success,
           max(j.job_run_id) AS newest
      FROM equity.job_run AS j
     GROUP BY j.step, j.round_id
  ), state AS (
    SELECT l.step, l.round_id, l.last_success, j.status, j.attempts, j.started_at, j.finished_at, j.error_code, j.error, NULL::text AS blocked
      FROM last AS l
      JOIN equity.job_run AS j ON j.job_run_id = l.newest
    UNION ALL
    SELECT d.step, d.round_id, NULL, 'blocked', 0, NULL, NULL, NULL, NULL, d.blocked
      FROM equity.due_steps(now()) AS d
     WHERE d.blocked IS NOT NULL
  )
  SELECT s.step,
         s.round_id,
         r.round_code,
         s.status,
         s.last_success,
         (extract(epoch FROM now() - s.last_success))::bigint AS seconds_since_success,
         CASE WHEN s.status IN ('failed', 'interrupted') THEN s.finished_at END AS last_failure,
         CASE WHEN s.status = 'failed' THEN s.attempts ELSE 0 END AS failures_in_a_row,
         s.error_code,
         coalesce(s.blocked, s.error) AS error,
         CASE s.step
           WHEN 'run_due' THEN NULL
           WHEN 'expire' THEN (SELECT min(w.offer_expires_at) FROM equity.award AS w WHERE w.status = 'offered')
           ELSE CASE r.status WHEN 'draft' THEN r.opens_at WHEN 'open' THEN r.closes_at END
         END AS next_due
    FROM state AS s
    LEFT JOIN equity.round AS r ON r.round_id = s.round_id;

COMMENT ON VIEW equity.job_health IS
  'How the steps of equity.run_due are doing, for a monitor: a row for each step and round that was ever tried or is blocked, and one, run_due, that tells when the call last came.';
COMMENT ON COLUMN equity.job_health.step IS 'The step, as in equity.job_run.';
COMMENT ON COLUMN equity.job_health.round_id IS 'The round (รอบ); NULL for run_due and expire.';
COMMENT ON COLUMN equity.job_health.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.job_health.status IS 'How the newest try ended: running, done, failed or interrupted; blocked when it cannot be tried.';
COMMENT ON COLUMN equity.job_health.last_success IS 'When it was last done; NULL when never.';
COMMENT ON COLUMN equity.job_health.seconds_since_success IS 'How long ago that is, in seconds.';
COMMENT ON COLUMN equity.job_health.last_failure IS 'When the newest try failed or was found to be interrupted; NULL when it did not.';
COMMENT ON COLUMN equity.job_health.failures_in_a_row IS 'How many times in a row it failed in this way; 0 when the newest try did not fail.';
COMMENT ON COLUMN equity.job_health.error_code IS 'SQLSTATE of the newest failure.';
COMMENT ON COLUMN equity.job_health.error IS 'What went wrong, or why it is blocked, and what to do; NULL when nothing is wrong.';
COMMENT ON COLUMN equity.job_health.next_due IS 'When the next date of the round, or the end of an open offer, comes; NULL when none is in sight.';

--- Call it in the database where pg_cron lives; elsewhere schedule the same statement with
--- cron.schedule_in_database. A second call changes the schedule.
---
--- Errors: 55000 pg_cron is not there; and those of cron.schedule.
CREATE FUNCTION equity.schedule_with_pg_cron(schedule text DEFAULT '*/10 * * * *') RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  job bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension AS x WHERE x.extname = 'pg_cron') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = 'extension pg_cron is not in this database',
      HINT = format('Where it is: SELECT cron.schedule_in_database(''equity'', %L, ''CALL equity.run_due()'', %L).',
                    equity_internal.excerpt(schedule), current_database());
  END IF;
  EXECUTE 'SELECT cron.schedule(''equity'', $1, ''CALL equity.run_due()'')' INTO job USING schedule;
  RETURN job;
END;
$$;

COMMENT ON FUNCTION equity.schedule_with_pg_cron(text) IS
  'Lets pg_cron call equity.run_due by a schedule in cron''s notation, every ten minutes by default, and returns the number of the job.';
-- Delegates: each does one operation with the rights of the owner of the tables, for an operator, who has no
-- right to write what operations write. An operation that an operator calls calls its delegate, which does
-- nothing but call the operation again, now as the owner; whoever else calls it goes on with their own
-- rights, as ever. Who may call a delegate is in equity_internal.level_right.
--
-- SECURITY DEFINER is what PostgreSQL has for this. They run no text of a caller's, their search_path is pinned,
-- and the audit trail has who logged in (session_user).

CREATE FUNCTION equity_internal.open_round(round_id bigint, commitment text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.open_round(open_round.round_id, open_round.commitment);

COMMENT ON FUNCTION equity_internal.open_round(bigint, text) IS
  'equity.open_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.close_round(round_id bigint, seed text, early text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.close_round(close_round.round_id, close_round.seed, close_round.early);

COMMENT ON FUNCTION equity_internal.close_round(bigint, text, text) IS
  'equity.close_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.amend_round(round_id bigint, note text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.amend_round(amend_round.round_id, amend_round.note);

COMMENT ON FUNCTION equity_internal.amend_round(bigint, text) IS
  'equity.amend_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.copy_round(round_id bigint, new_code text, academic_year integer) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.copy_round(copy_round.round_id, copy_round.new_code, copy_round.academic_year);

COMMENT ON FUNCTION equity_internal.copy_round(bigint, text, integer) IS
  'equity.copy_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.accept_late(application_id bigint, reason text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.accept_late(accept_late.application_id, accept_late.reason);

COMMENT ON FUNCTION equity_internal.accept_late(bigint, text) IS
  'equity.accept_late with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.score_round(round_id bigint,
                                            OUT applications bigint, OUT eligible bigint, OUT ineligible bigint, OUT undetermined bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.score_round(score_round.round_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.score_round(bigint) IS
  'equity.score_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.allocate_round(round_id bigint, dry_run boolean,
                                               OUT run_id bigint,
                                               OUT applicants bigint, OUT applications bigint, OUT seats bigint, OUT admitted bigint, OUT unfilled bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.allocate_round(allocate_round.round_id, allocate_round.dry_run) AS d;
END;

COMMENT ON FUNCTION equity_internal.allocate_round(bigint, boolean) IS
  'equity.allocate_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.verify_run(run_id bigint) RETURNS SETOF equity.violation
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.verify_run(verify_run.run_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.verify_run(bigint) IS
  'equity.verify_run with the rights of the owner, for an operator or an auditor.';

CREATE FUNCTION equity_internal.publish_run(run_id bigint) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.publish_run(publish_run.run_id);

COMMENT ON FUNCTION equity_internal.publish_run(bigint) IS
  'equity.publish_run with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.accept_award(award_id bigint, decision text, at timestamptz) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.accept_award(accept_award.award_id, accept_award.decision, accept_award.at);

COMMENT ON FUNCTION equity_internal.accept_award(bigint, text, timestamptz) IS
  'equity.accept_award with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.decline_award(award_id bigint, at timestamptz) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.decline_award(decline_award.award_id, decline_award.at);

COMMENT ON FUNCTION equity_internal.decline_award(bigint, timestamptz) IS
  'equity.decline_award with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.withdraw_award(award_id bigint, note text, at timestamptz) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.withdraw_award(withdraw_award.award_id, withdraw_award.note, withdraw_award.at);

COMMENT ON FUNCTION equity_internal.withdraw_award(bigint, text, timestamptz) IS
  'equity.withdraw_award with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.expire_offers(at timestamptz) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.expire_offers(expire_offers.at);

COMMENT ON FUNCTION equity_internal.expire_offers(timestamptz) IS
  'equity.expire_offers with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.refill_round(round_id bigint, at timestamptz,
                                             OUT run_id bigint, OUT vacated bigint, OUT moved bigint, OUT offered bigint, OUT unfilled bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.refill_round(refill_round.round_id, refill_round.at) AS d;
END;

COMMENT ON FUNCTION equity_internal.refill_round(bigint, timestamptz) IS
  'equity.refill_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.prune_digest_sources() RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.prune_digest_sources();

COMMENT ON FUNCTION equity_internal.prune_digest_sources() IS
  'equity.prune_digest_sources with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.keep_seed(round_id bigint, seed text) RETURNS text
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.keep_seed(keep_seed.round_id, keep_seed.seed);

COMMENT ON FUNCTION equity_internal.keep_seed(bigint, text) IS
  'equity.keep_seed with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.export_identities(purpose text, round_id bigint, applicants bigint[])
  RETURNS TABLE (applicant_id bigint, identity_kind text, identity text, title text, given_name text, family_name text)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.export_identities(export_identities.purpose, export_identities.round_id, export_identities.applicants) AS d;
END;

COMMENT ON FUNCTION equity_internal.export_identities(text, bigint, bigint[]) IS
  'equity.export_identities with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.subject_record(applicant_id bigint) RETURNS jsonb
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.subject_record(subject_record.applicant_id);

COMMENT ON FUNCTION equity_internal.subject_record(bigint) IS
  'equity.subject_record with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.forget_applicant(applicant_id bigint, reason text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.forget_applicant(forget_applicant.applicant_id, forget_applicant.reason);

COMMENT ON FUNCTION equity_internal.forget_applicant(bigint, text) IS
  'equity.forget_applicant with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.apply_retention(at timestamptz) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.apply_retention(apply_retention.at);

COMMENT ON FUNCTION equity_internal.apply_retention(timestamptz) IS
  'equity.apply_retention with the rights of the owner, for an operator.';
-- Reports: views of plain columns for people and reporting tools. Thai and English
-- labels, years in both eras, a comment on every column. They read with the rights of their
-- owner, so that figures are whole for whoever may read a report alone; hence they read tables and
-- each other, never a view with security_invoker.

CREATE VIEW equity.current_run AS
  SELECT DISTINCT ON (a.round_id)
         a.round_id,
         a.run_id,
         a.status
    FROM equity.allocation_run AS a
   WHERE a.status IN ('draft', 'verified', 'published')
   ORDER BY a.round_id, a.status = 'published' DESC, a.run_id DESC;

COMMENT ON VIEW equity.current_run IS
  'The allocation run that the reports of a round show: the published one, else the newest that has not failed. A round that is not allocated has no row.';
COMMENT ON COLUMN equity.current_run.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.current_run.run_id IS 'Allocation run (ครั้งที่จัดสรร).';
COMMENT ON COLUMN equity.current_run.status IS 'Status of the run: draft, verified or published.';

-- Choices are as many as applicants times choices, so they are counted without looking up who made them: nearly
-- everybody asks for one programme, that of the first choice, and takes part. Counted one by one are only other
-- programmes, and who takes no part, whom all the choices count too.
CREATE VIEW equity.programme_summary AS
  WITH year AS (
    SELECT r.academic_year FROM equity.round AS r
    UNION
    SELECT w.academic_year FROM equity.award AS w
  ), quota AS (
    SELECT rp.programme_code, r.academic_year, sum(rp.quota) AS quota
      FROM equity.round_programme AS rp
      JOIN equity.round AS r ON r.round_id = rp.round_id
     GROUP BY rp.programme_code, r.academic_year
  ), seat AS (
    SELECT p.programme_code, r.academic_year, sum(p.seats) AS seats
      FROM equity.seat_pool AS p
      JOIN equity.round AS r ON r.round_id = p.round_id
     GROUP BY p.programme_code, r.academic_year
  ), asked AS (
    SELECT k.programme_code, r.academic_year, sum(k.applicants) AS applicants
      FROM (SELECT p.programme_code, p.round_id, sum(c.applicants) AS applicants
              FROM (SELECT f.pool_id, count(*) AS applicants
                      FROM equity.choice AS f
                     WHERE f.choice = 1
                     GROUP BY f.pool_id) AS c
              JOIN equity.seat_pool AS p ON p.pool_id = c.pool_id
             GROUP BY p.programme_code, p.round_id
            UNION ALL
            SELECT o.programme_code, o.round_id, count(*)
              FROM (SELECT DISTINCT c.applicant_id, c.round_id, p.programme_code
                      FROM equity.choice AS c
                      JOIN equity.seat_pool AS p ON p.pool_id = c.pool_id
                      LEFT JOIN (SELECT n.applicant_id, n.round_id, q.programme_code
                                   FROM equity.choice AS n
                                   JOIN equity.seat_pool AS q ON q.pool_id = n.pool_id
                                  WHERE n.choice = 1) AS f
                             ON f.applicant_id = c.applicant_id
                            AND f.round_id = c.round_id
                     WHERE c.choice > 1
                       AND f.programme_code IS DISTINCT FROM p.programme_code) AS o
             GROUP BY o.programme_code, o.round_id
            UNION ALL
            SELECT o.programme_code, o.round_id, - count(*)
              FROM (SELECT DISTINCT c.applicant_id, c.round_id, p.programme_code
                      FROM equity.application AS n
                      JOIN equity.choice AS c
                        ON c.applicant_id = n.applicant_id
                       AND c.round_id = n.round_id
                      JOIN equity.seat_pool AS p ON p.pool_id = c.pool_id
                     WHERE NOT equity_internal.takes_part(n.status, n.late)) AS o
             GROUP BY o.programme_code, o.round_id) AS k
      JOIN equity.round AS r ON r.round_id = k.round_id
     GROUP BY k.programme_code, r.academic_year
  ), assessed AS (
    SELECT s.programme_code, r.academic_year, sum(s.eligible) AS eligible, sum(s.undetermined) AS undetermined
      FROM (SELECT a.round_id,
                   a.programme_code,
                   count(*) FILTER (WHERE equity_internal.competes(a.eligible, a.score)) AS eligible,
                   count(*) FILTER (WHERE a.eligible IS NULL OR a.eligible AND a.score IS NULL) AS undetermined
              FROM equity.assessment AS a
             GROUP BY a.round_id, a.programme_code) AS s
      JOIN equity.round AS r ON r.round_id = s.round_id
     GROUP BY s.programme_code, r.academic_year
  ), placed AS (
    SELECT p.programme_code, r.academic_year, sum(t.placed) AS placed
      FROM (SELECT c.round_id, s.pool_id, count(*) AS placed
              FROM equity.current_run AS c
              JOIN equity.placement AS s ON s.run_id = c.run_id
             GROUP BY c.round_id, s.pool_id) AS t
      JOIN equity.seat_pool AS p ON p.pool_id = t.pool_id
      JOIN equity.round AS r ON r.round_id = t.round_id
     GROUP BY p.programme_code, r.academic_year
  ), awarded AS (
    SELECT w.programme_code,
           w.academic_year,
           count(*) FILTER (WHERE w.round_id IS NOT NULL) AS offers,
           count(*) FILTER (WHERE w.status = 'graduated') AS graduated,
           count(*) FILTER (WHERE w.status = 'studying') AS studying,
           count(*) FILTER (WHERE w.status = 'discontinued') AS discontinued
      FROM equity.award AS w
     GROUP BY w.programme_code, w.academic_year
  )
  SELECT g.programme_code,
         g.name_th AS programme_th,
         g.name_en AS programme_en,
         y.academic_year::integer AS academic_year,
         y.academic_year - 543 AS academic_year_ce,
         q.quota,
         coalesce(s.seats, 0)::bigint AS seats,
         coalesce(k.applicants, 0)::bigint AS applicants,
         coalesce(e.eligible, 0)::bigint AS eligible,
         coalesce(e.undetermined, 0)::bigint AS undetermined,
         coalesce(t.placed, 0)::bigint AS placed,
         coalesce(w.offers, 0)::bigint AS offers,
         coalesce(sum(w.graduated) OVER so_far, 0)::bigint AS recipients_graduated,
         coalesce(sum(w.studying) OVER so_far, 0)::bigint AS recipients_studying,
         coalesce(sum(w.discontinued) OVER so_far, 0)::bigint AS recipients_discontinued,
         coalesce(sum(w.graduated + w.studying + w.discontinued) OVER so_far, 0)::bigint AS recipients
    FROM equity.programme AS g
   CROSS JOIN year AS y
    LEFT JOIN quota AS q USING (programme_code, academic_year)
    LEFT JOIN seat AS s USING (programme_code, academic_year)
    LEFT JOIN asked AS k USING (programme_code, academic_year)
    LEFT JOIN assessed AS e USING (programme_code, academic_year)
    LEFT JOIN placed AS t USING (programme_code, academic_year)
    LEFT JOIN awarded AS w USING (programme_code, academic_year)
  WINDOW so_far AS (PARTITION BY g.programme_code ORDER BY y.academic_year);

COMMENT ON VIEW equity.programme_summary IS
  'Each programme in each academic year that has a round or an award: quota, seats, applicants, eligible, undetermined, placed, offers, and the recipients so far. Every figure is counted from rows.';
COMMENT ON COLUMN equity.programme_summary.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.programme_summary.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.programme_summary.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.programme_summary.academic_year IS 'Academic year (ปีการศึกษา) in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.programme_summary.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.programme_summary.quota IS 'Scholarships that the rounds of the year announce (โควตาทุน); NULL when no round of the year has a quota for the programme.';
COMMENT ON COLUMN equity.programme_summary.seats IS 'Seats in the pools of the year''s rounds (จำนวนที่นั่งทุน).';
COMMENT ON COLUMN equity.programme_summary.applicants IS 'Submitted applications that choose at least one pool of the programme (ผู้สมัคร); who applies in two rounds of a year counts twice.';
COMMENT ON COLUMN equity.programme_summary.eligible IS 'Of the applicants, those whom the scorecard found eligible and gave a score (ผู้มีคุณสมบัติ): they compete; 0 before scoring.';
COMMENT ON COLUMN equity.programme_summary.undetermined IS 'Of the applicants, those whose eligibility or score is undetermined because an answer is missing (ข้อมูลไม่ครบ): they do not compete; 0 before scoring.';
COMMENT ON COLUMN equity.programme_summary.placed IS 'Applicants whom the current run of each round admits (ผู้ได้รับการจัดสรร); see equity.current_run.';
COMMENT ON COLUMN equity.programme_summary.offers IS 'Awards of the year that a published round offered, whatever became of them (จำนวนที่ประกาศให้ทุน).';
COMMENT ON COLUMN equity.programme_summary.recipients_graduated IS 'Awards of this and earlier years whose holder has graduated by now (ผู้รับทุนที่สำเร็จการศึกษา).';
COMMENT ON COLUMN equity.programme_summary.recipients_studying IS 'Awards of this and earlier years whose holder is studying now (ผู้รับทุนที่กำลังศึกษา).';
COMMENT ON COLUMN equity.programme_summary.recipients_discontinued IS 'Awards of this and earlier years whose holder left without graduating (ผู้รับทุนที่พ้นสภาพ).';
COMMENT ON COLUMN equity.programme_summary.recipients IS 'Awards received so far (ผู้รับทุนสะสม): graduated, studying and discontinued together. Offers that are not taken up do not count.';
-- Reports on seat pools: how far down each one reached, and how full it is.

CREATE VIEW equity.pool_label AS
  SELECT p.pool_id,
         p.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         r.call_number::integer AS call_number,
         p.programme_code,
         g.name_th AS programme_th,
         g.name_en AS programme_en,
         i.institution_code,
         i.name_th AS institution_th,
         i.name_en AS institution_en,
         i.province_code,
         v.name_th AS province_th,
         v.name_en AS province_en,
         p.field_code,
         f.name_th AS field_th,
         f.name_en AS field_en,
         p.grant_type,
         t.name_th AS grant_type_th,
         t.name_en AS grant_type_en,
         p.seats
    FROM equity.seat_pool AS p
    JOIN equity.round AS r ON r.round_id = p.round_id
    JOIN equity.programme AS g ON g.programme_code = p.programme_code
    JOIN equity.institution AS i ON i.institution_id = p.institution_id
    JOIN equity.province AS v ON v.province_code = i.province_code
    JOIN equity.field_of_study AS f ON f.field_code = p.field_code
    JOIN equity.grant_type AS t ON t.grant_type = p.grant_type;

COMMENT ON VIEW equity.pool_label IS
  'Each seat pool with the names of its round, programme, institution, province, field of study and grant type.';
COMMENT ON COLUMN equity.pool_label.pool_id IS 'Seat pool (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.pool_label.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.pool_label.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.pool_label.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.pool_label.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.pool_label.call_number IS 'Number of the call within the academic year (ครั้งที่).';
COMMENT ON COLUMN equity.pool_label.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.pool_label.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.pool_label.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.pool_label.institution_code IS 'Institution (รหัสสถานศึกษา), ten digits.';
COMMENT ON COLUMN equity.pool_label.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.pool_label.institution_en IS 'English name of the institution, or NULL.';
COMMENT ON COLUMN equity.pool_label.province_code IS 'Province of the institution (รหัสจังหวัด), two digits.';
COMMENT ON COLUMN equity.pool_label.province_th IS 'Thai name of the province (จังหวัด).';
COMMENT ON COLUMN equity.pool_label.province_en IS 'English name of the province.';
COMMENT ON COLUMN equity.pool_label.field_code IS 'Field of study (รหัสสาขาวิชา).';
COMMENT ON COLUMN equity.pool_label.field_th IS 'Thai name of the field of study (สาขาวิชา).';
COMMENT ON COLUMN equity.pool_label.field_en IS 'English name of the field of study, or NULL.';
COMMENT ON COLUMN equity.pool_label.grant_type IS 'Kind of grant (รหัสประเภททุน), for example two_year.';
COMMENT ON COLUMN equity.pool_label.grant_type_th IS 'Thai name of the kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.pool_label.grant_type_en IS 'English name of the kind of grant.';
COMMENT ON COLUMN equity.pool_label.seats IS 'Seats of the pool (จำนวนที่นั่งทุน).';

--- Scores are those of five or more: the lowest of fewer holders and the highest of fewer who
--- were refused is NULL. So is how many of one to four were admitted to a reserve, and to the
--- open seats beside a single such reserve, of which it would tell the number.
---
--- Reading highest_refused_score goes through all choices; without it the view is much
--- quicker.
CREATE VIEW equity.pool_cutoff AS
  SELECT l.round_id,
         l.round_code,
         l.academic_year,
         l.academic_year_ce,
         l.call_number,
         c.run_id,
         c.status AS run_status,
         l.pool_id,
         l.programme_code,
         l.programme_th,
         l.programme_en,
         l.institution_code,
         l.institution_th,
         l.institution_en,
         l.province_code,
         l.province_th,
         l.province_en,
         l.field_code,
         l.field_th,
         l.field_en,
         l.grant_type,
         l.grant_type_th,
         l.grant_type_en,
         g.seat,
         g.seats,
         CASE WHEN g.seat <> 'open' OR b.small_reserves IS DISTINCT FROM 1 THEN
           CASE WHEN g.seat = 'open' OR a.admitted IS NULL OR a.admitted >= 5 THEN coalesce(a.admitted, 0) END
         END AS admitted,
         a.last_admitted_score::numeric(18,6) AS last_admitted_score,
         d.highest_refused_score::numeric(18,6) AS highest_refused_score,
         a.last_admitted_score::text AS last_admitted,
         d.highest_refused_score::text AS highest_refused,
         l.seats AS pool_seats
    FROM equity.pool_label AS l
    JOIN equity.current_run AS c ON c.round_id = l.round_id
    JOIN (SELECT p.pool_id,
                 'open' AS seat,
                 p.seats - (SELECT coalesce(sum(v.seats), 0) FROM equity.pool_reserve AS v WHERE v.pool_id = p.pool_id)::integer AS seats
            FROM equity.seat_pool AS p
          UNION ALL
          SELECT v.pool_id, v.reserve, v.seats
            FROM equity.pool_reserve AS v) AS g
      ON g.pool_id = l.pool_id
    LEFT JOIN (SELECT t.run_id,
                      t.pool_id,
                      t.seat,
                      count(*) AS admitted,
                      CASE WHEN count(*) >= 5 THEN min(t.score) END AS last_admitted_score
                 FROM equity.placement AS t
                GROUP BY t.run_id, t.pool_id, t.seat) AS a
           ON a.run_id = c.run_id
          AND a.pool_id = l.pool_id
          AND a.seat = g.seat
    LEFT JOIN (SELECT r.run_id,
                      r.pool_id,
                      count(*) FILTER (WHERE r.admitted < 5) AS small_reserves
                 FROM (SELECT t.run_id, t.pool_id, t.seat, count(*) AS admitted
                         FROM equity.placement AS t
                        WHERE t.seat <> 'open'
                        GROUP BY t.run_id, t.pool_id, t.seat) AS r
                GROUP BY r.run_id, r.pool_id) AS b
           ON b.run_id = c.run_id
          AND b.pool_id = l.pool_id
    LEFT JOIN (SELECT n.pool_id,
                      CASE WHEN count(*) >= 5 THEN max(s.score) END AS highest_refused_score
                 FROM equity.choice AS n
                 JOIN equity.seat_pool AS p ON p.pool_id = n.pool_id
                 JOIN equity.assessment AS s
                   ON s.applicant_id = n.applicant_id
                  AND s.round_id = n.round_id
                  AND s.programme_code = p.programme_code
                 LEFT JOIN (SELECT u.round_id, h.applicant_id, h.choice
                              FROM equity.current_run AS u
                              JOIN equity.placement AS h ON h.run_id = u.run_id) AS t
                        ON t.round_id = n.round_id
                       AND t.applicant_id = n.applicant_id
                WHERE equity_internal.competes(s.eligible, s.score)
                  AND (t.choice IS NULL OR n.choice < t.choice)
                  AND NOT EXISTS (SELECT FROM equity.application AS h    -- few, and so looked up at once
                                   WHERE h.applicant_id = n.applicant_id
                                     AND h.round_id = n.round_id
                                     AND NOT equity_internal.takes_part(h.status, h.late))
                GROUP BY n.pool_id) AS d
           ON d.pool_id = l.pool_id
          AND g.seat = 'open';

COMMENT ON VIEW equity.pool_cutoff IS
  'How far down each seat pool reached in the current run of its round (equity.current_run), a row for the open seats of each pool and one for each reserve, also those that nobody got.';
COMMENT ON COLUMN equity.pool_cutoff.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.pool_cutoff.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.pool_cutoff.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.pool_cutoff.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.pool_cutoff.call_number IS 'Number of the call within the academic year (ครั้งที่).';
COMMENT ON COLUMN equity.pool_cutoff.run_id IS 'Allocation run that the figures come from (ครั้งที่จัดสรร).';
COMMENT ON COLUMN equity.pool_cutoff.run_status IS 'Status of that run: draft, verified or published.';
COMMENT ON COLUMN equity.pool_cutoff.pool_id IS 'Seat pool (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.pool_cutoff.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.pool_cutoff.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.pool_cutoff.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.pool_cutoff.institution_code IS 'Institution (รหัสสถานศึกษา), ten digits.';
COMMENT ON COLUMN equity.pool_cutoff.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.pool_cutoff.institution_en IS 'English name of the institution, or NULL.';
COMMENT ON COLUMN equity.pool_cutoff.province_code IS 'Province of the institution (รหัสจังหวัด), two digits.';
COMMENT ON COLUMN equity.pool_cutoff.province_th IS 'Thai name of the province (จังหวัด).';
COMMENT ON COLUMN equity.pool_cutoff.province_en IS 'English name of the province.';
COMMENT ON COLUMN equity.pool_cutoff.field_code IS 'Field of study (รหัสสาขาวิชา).';
COMMENT ON COLUMN equity.pool_cutoff.field_th IS 'Thai name of the field of study (สาขาวิชา).';
COMMENT ON COLUMN equity.pool_cutoff.field_en IS 'English name of the field of study, or NULL.';
COMMENT ON COLUMN equity.pool_cutoff.grant_type IS 'Kind of grant (รหัสประเภททุน), for example two_year.';
COMMENT ON COLUMN equity.pool_cutoff.grant_type_th IS 'Thai name of the kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.pool_cutoff.grant_type_en IS 'English name of the kind of grant.';
COMMENT ON COLUMN equity.pool_cutoff.seat IS 'Kind of seat (ประเภทที่นั่ง): open, or the name of a reserve.';
COMMENT ON COLUMN equity.pool_cutoff.seats IS 'Seats of this kind in the pool (จำนวนที่นั่งของประเภทนี้): reserved for the group, or what the reserves leave open.';
COMMENT ON COLUMN equity.pool_cutoff.admitted IS 'Applicants admitted to such a seat (จำนวนผู้ได้รับการจัดสรร); NULL where it is withheld.';
COMMENT ON COLUMN equity.pool_cutoff.last_admitted_score IS 'Lowest score that was admitted (คะแนนต่ำสุดที่ได้รับทุน), six decimals; NULL when fewer than five were. Others of the same score may have lost a tie.';
COMMENT ON COLUMN equity.pool_cutoff.highest_refused_score IS 'Highest score of those whom the pool refused and who got nothing they wanted more (คะแนนสูงสุดของผู้ไม่ได้รับการจัดสรร), six decimals, on the row of the open seats; NULL when fewer than five were refused, and for reserves.';
COMMENT ON COLUMN equity.pool_cutoff.last_admitted IS 'last_admitted_score as it is printed, with the decimals of the scorecard.';
COMMENT ON COLUMN equity.pool_cutoff.highest_refused IS 'highest_refused_score as it is printed, with the decimals of the scorecard.';
COMMENT ON COLUMN equity.pool_cutoff.pool_seats IS 'Seats of the pool (จำนวนที่นั่งทุน), of all kinds, the same on each of its rows.';

-- As in equity.programme_summary: all choices are counted, those of who takes no part are taken off, and a
-- first choice is one of rank 1, but for the few who have none of that rank.
CREATE VIEW equity.pool_fill AS
  SELECT l.round_id,
         l.round_code,
         l.academic_year,
         l.academic_year_ce,
         l.call_number,
         c.run_id,
         c.status AS run_status,
         l.pool_id,
         l.programme_code,
         l.programme_th,
         l.programme_en,
         l.institution_code,
         l.institution_th,
         l.institution_en,
         l.province_code,
         l.province_th,
         l.province_en,
         l.field_code,
         l.field_th,
         l.field_en,
         l.grant_type,
         l.grant_type_th,
         l.grant_type_en,
         l.seats,
         coalesce(k.applicants, 0)::bigint AS applicants,
         coalesce(k.first_choices, 0)::bigint AS first_choices,
         CASE WHEN c.run_id IS NOT NULL THEN coalesce(a.admitted, 0) END AS admitted,
         CASE WHEN c.run_id IS NOT NULL THEN greatest(l.seats - coalesce(a.admitted, 0), 0) END AS unfilled,
         (100.0 * a.admitted / nullif(l.seats, 0))::numeric(9,1) AS fill_percent
    FROM equity.pool_label AS l
    LEFT JOIN equity.current_run AS c ON c.round_id = l.round_id
    LEFT JOIN (SELECT q.pool_id, sum(q.applicants) AS applicants, sum(q.first_choices) AS first_choices
                 FROM (SELECT n.pool_id, count(*) AS applicants, count(*) FILTER (WHERE n.choice = 1) AS first_choices
                         FROM equity.choice AS n
                        GROUP BY n.pool_id
                       UNION ALL
                       SELECT n.pool_id, - count(*), - count(*) FILTER (WHERE n.choice = 1)
                         FROM equity.application AS p
                         JOIN equity.choice AS n
                           ON n.applicant_id = p.applicant_id
                          AND n.round_id = p.round_id
                        WHERE NOT equity_internal.takes_part(p.status, p.late)
                        GROUP BY n.pool_id
                       UNION ALL
                       SELECT n.pool_id, 0, count(*)
                         FROM equity.application AS p
                        CROSS JOIN LATERAL (SELECT f.pool_id
                                              FROM equity.choice AS f
                                             WHERE f.applicant_id = p.applicant_id
                                               AND f.round_id = p.round_id
                                             ORDER BY f.choice
                                             LIMIT 1) AS n
                        WHERE equity_internal.takes_part(p.status, p.late)
                          AND NOT EXISTS (SELECT FROM equity.choice AS f
                                           WHERE f.applicant_id = p.applicant_id
                                             AND f.round_id = p.round_id
                                             AND f.choice = 1)
                        GROUP BY n.pool_id) AS q
                GROUP BY q.pool_id) AS k
           ON k.pool_id = l.pool_id
    LEFT JOIN (SELECT t.run_id,
                      t.pool_id,
                      count(*) AS admitted
                 FROM equity.placement AS t
                GROUP BY t.run_id, t.pool_id) AS a
           ON a.run_id = c.run_id
          AND a.pool_id = l.pool_id;

COMMENT ON VIEW equity.pool_fill IS
  'How full each seat pool is and how many ask for it, one row for each pool of every round; admitted and unfilled by the current run of the round (equity.current_run), NULL before there is one.';
COMMENT ON COLUMN equity.pool_fill.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.pool_fill.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.pool_fill.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.pool_fill.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.pool_fill.call_number IS 'Number of the call within the academic year (ครั้งที่).';
COMMENT ON COLUMN equity.pool_fill.run_id IS 'Allocation run that the figures come from (ครั้งที่จัดสรร); NULL before there is one.';
COMMENT ON COLUMN equity.pool_fill.run_status IS 'Status of that run: draft, verified or published; NULL before there is one.';
COMMENT ON COLUMN equity.pool_fill.pool_id IS 'Seat pool (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.pool_fill.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.pool_fill.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.pool_fill.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.pool_fill.institution_code IS 'Institution (รหัสสถานศึกษา), ten digits.';
COMMENT ON COLUMN equity.pool_fill.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.pool_fill.institution_en IS 'English name of the institution, or NULL.';
COMMENT ON COLUMN equity.pool_fill.province_code IS 'Province of the institution (รหัสจังหวัด), two digits.';
COMMENT ON COLUMN equity.pool_fill.province_th IS 'Thai name of the province (จังหวัด).';
COMMENT ON COLUMN equity.pool_fill.province_en IS 'English name of the province.';
COMMENT ON COLUMN equity.pool_fill.field_code IS 'Field of study (รหัสสาขาวิชา).';
COMMENT ON COLUMN equity.pool_fill.field_th IS 'Thai name of the field of study (สาขาวิชา).';
COMMENT ON COLUMN equity.pool_fill.field_en IS 'English name of the field of study, or NULL.';
COMMENT ON COLUMN equity.pool_fill.grant_type IS 'Kind of grant (รหัสประเภททุน), for example two_year.';
COMMENT ON COLUMN equity.pool_fill.grant_type_th IS 'Thai name of the kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.pool_fill.grant_type_en IS 'English name of the kind of grant.';
COMMENT ON COLUMN equity.pool_fill.seats IS 'Seats of the pool (จำนวนที่นั่งทุน).';
COMMENT ON COLUMN equity.pool_fill.applicants IS 'Submitted applications that choose the pool at any rank (จำนวนผู้สมัคร).';
COMMENT ON COLUMN equity.pool_fill.first_choices IS 'Submitted applications whose first choice the pool is (เลือกเป็นอันดับหนึ่ง).';
COMMENT ON COLUMN equity.pool_fill.admitted IS 'Applicants admitted to the pool (จำนวนผู้ได้รับการจัดสรร); NULL before there is a run.';
COMMENT ON COLUMN equity.pool_fill.unfilled IS 'Seats left empty (ที่นั่งทุนคงเหลือ); NULL before there is a run.';
COMMENT ON COLUMN equity.pool_fill.fill_percent IS 'Admitted in percent of the seats (ร้อยละที่จัดสรร), one decimal; NULL before there is a run and for a pool without seats.';
-- Whether a round served everybody alike: who applies, who is eligible and who gets a seat, by province,
-- sex, disability, disadvantaged group and poverty quintile.
--
-- Persons are put into categories once, in equity_internal.person_category; the views differ in what they compare. Counts
-- of one to four are hidden in what readers see. What is hidden in a dimension follows from the whole as a
-- sum: when it would be one count alone, or less than five, the next smallest is hidden too.

CREATE VIEW equity_internal.round_person AS
  SELECT a.round_id,
         a.applicant_id,
         p.province_code,
         p.sex,
         a.disability_registered,
         CASE WHEN h.monthly_income / h.household_size IS NOT NULL
           THEN 1 + 5 * (rank() OVER (PARTITION BY a.round_id
                                      ORDER BY round(h.monthly_income / h.household_size, 6) NULLS LAST) - 1)
                    / count(h.monthly_income / h.household_size) OVER (PARTITION BY a.round_id)
         END AS poverty_quintile,
         a.verified_need,
         EXISTS (SELECT
                   FROM equity.assessment AS s
                  WHERE s.applicant_id = a.applicant_id
                    AND s.round_id = a.round_id
                    AND equity_internal.competes(s.eligible, s.score)) AS eligible,
         t.applicant_id IS NOT NULL AS awarded
    FROM equity.application AS a
    JOIN equity.applicant AS p ON p.applicant_id = a.applicant_id
    LEFT JOIN equity.household AS h
           ON h.applicant_id = a.applicant_id
          AND h.round_id = a.round_id
    LEFT JOIN equity.current_run AS c ON c.round_id = a.round_id
    LEFT JOIN equity.placement AS t
           ON t.run_id = c.run_id
          AND t.applicant_id = a.applicant_id
   WHERE equity_internal.takes_part(a.status, a.late)
     AND EXISTS (SELECT
                   FROM equity.choice AS n
                  WHERE n.applicant_id = a.applicant_id
                    AND n.round_id = a.round_id);

COMMENT ON VIEW equity_internal.round_person IS
  'Each application that takes part in a round and asks for a seat, with what fairness is measured by. One row a person: personal data, for analysts; the reports count it.';
COMMENT ON COLUMN equity_internal.round_person.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.round_person.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.round_person.province_code IS 'Home province (จังหวัดภูมิลำเนา); NULL when unknown.';
COMMENT ON COLUMN equity_internal.round_person.sex IS 'female, male or other (เพศ); NULL when not stated.';
COMMENT ON COLUMN equity_internal.round_person.disability_registered IS 'Registered as disabled (บัตรประจำตัวคนพิการ); NULL when not answered.';
COMMENT ON COLUMN equity_internal.round_person.poverty_quintile IS 'Fifth of the round''s submitted applications by income a head (ควินไทล์รายได้ต่อหัว), 1 the poorest to 5; equal incomes are in the same fifth, the poorer one; NULL when the income a head is unknown.';
COMMENT ON COLUMN equity_internal.round_person.verified_need IS 'Whether a check found need, as in equity.application; NULL when not checked.';
COMMENT ON COLUMN equity_internal.round_person.eligible IS 'True when the scorecard of some programme of the round found the applicant eligible with a score (มีสิทธิ์).';
COMMENT ON COLUMN equity_internal.round_person.awarded IS 'True when the current run of the round (equity.current_run) gives a seat (ได้รับการจัดสรร).';

CREATE VIEW equity_internal.person_category AS
  SELECT p.round_id,
         p.applicant_id,
         d.dimension,
         coalesce(d.category, 'unknown') AS category,
         p.eligible,
         p.awarded
    FROM equity_internal.round_person AS p
   CROSS JOIN LATERAL (VALUES ('whole', 'all'),
                              ('province', p.province_code),
                              ('sex', p.sex),
                              ('disability', CASE p.disability_registered WHEN true THEN 'registered' WHEN false THEN 'not_registered' END),
                              ('poverty_quintile', p.poverty_quintile::text)) AS d (dimension, category)
   UNION ALL
  SELECT p.round_id,
         p.applicant_id,
         'group',
         coalesce(g.group_code, 'none'),
         p.eligible,
         p.awarded
    FROM equity_internal.round_person AS p
    LEFT JOIN equity.applicant_group AS g
           ON g.applicant_id = p.applicant_id
          AND g.verified;

COMMENT ON VIEW equity_internal.person_category IS
  'The categories of each person of a round, one row for each dimension, and in the dimension group one for each verified group. Personal data, for analysts; the reports count it.';
COMMENT ON COLUMN equity_internal.person_category.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.person_category.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.person_category.dimension IS 'whole, province, sex, disability, poverty_quintile or group.';
COMMENT ON COLUMN equity_internal.person_category.category IS 'Category in the dimension: all, a province_code, female, male or other, registered or not_registered, 1 to 5, a group_code or none; unknown where the answer is missing.';
COMMENT ON COLUMN equity_internal.person_category.eligible IS 'True when some programme of the round found the applicant eligible with a score (มีสิทธิ์).';
COMMENT ON COLUMN equity_internal.person_category.awarded IS 'True when the current run gives a seat (ได้รับการจัดสรร).';

CREATE VIEW equity_internal.category_label AS
  SELECT v.dimension, v.category, v.name_th, v.name_en
    FROM (VALUES ('whole', 'all', 'ทั้งหมด', 'All'),
                 ('sex', 'female', 'หญิง', 'Female'),
                 ('sex', 'male', 'ชาย', 'Male'),
                 ('sex', 'other', 'อื่น ๆ', 'Other'),
                 ('disability', 'registered', 'มีบัตรประจำตัวคนพิการ', 'Registered as disabled'),
                 ('disability', 'not_registered', 'ไม่มีบัตรประจำตัวคนพิการ', 'Not registered as disabled'),
                 ('poverty_quintile', '1', 'ควินไทล์ที่ 1 (ยากจนที่สุด)', 'First fifth (poorest)'),
                 ('poverty_quintile', '2', 'ควินไทล์ที่ 2', 'Second fifth'),
                 ('poverty_quintile', '3', 'ควินไทล์ที่ 3', 'Third fifth'),
                 ('poverty_quintile', '4', 'ควินไทล์ที่ 4', 'Fourth fifth'),
                 ('poverty_quintile', '5', 'ควินไทล์ที่ 5', 'Last fifth'),
                 ('group', 'none', 'ไม่อยู่ในกลุ่มใด', 'In no group'),
                 ('province', 'unknown', 'ไม่ทราบจังหวัด', 'Province unknown'),
                 ('sex', 'unknown', 'ไม่ระบุเพศ', 'Sex not stated'),
                 ('disability', 'unknown', 'ไม่ได้ตอบ', 'Not answered'),
                 ('poverty_quintile', 'unknown', 'ไม่ทราบรายได้ต่อหัว', 'Income a head unknown'))
         AS v (dimension, category, name_th, name_en)
   UNION ALL
  SELECT 'province', p.province_code, p.name_th, p.name_en FROM equity.province AS p
   UNION ALL
  SELECT 'group', g.group_code, g.name_th, g.name_en FROM equity.need_group AS g;

COMMENT ON VIEW equity_internal.category_label IS
  'Thai and English names of the categories by which fairness is measured.';
COMMENT ON COLUMN equity_internal.category_label.dimension IS 'whole, province, sex, disability, poverty_quintile or group.';
COMMENT ON COLUMN equity_internal.category_label.category IS 'Category in the dimension.';
COMMENT ON COLUMN equity_internal.category_label.name_th IS 'Thai name.';
COMMENT ON COLUMN equity_internal.category_label.name_en IS 'English name.';

CREATE FUNCTION equity_internal.sum_tells(counts bigint, total numeric) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN counts > 0 AND (counts = 1 OR total < 5);

COMMENT ON FUNCTION equity_internal.sum_tells(bigint, numeric) IS
  'Whether the sum of so many hidden counts tells what they are: of one alone, and of several that are less than five together.';

CREATE VIEW equity_internal.category_count AS
  SELECT c.round_id,
         c.dimension,
         c.category,
         c.applicants,
         c.eligible,
         c.awarded,
         max(c.applicants) FILTER (WHERE c.dimension = 'whole') OVER (PARTITION BY c.round_id) AS all_applicants,
         max(c.awarded) FILTER (WHERE c.dimension = 'whole') OVER (PARTITION BY c.round_id) AS all_awarded,
         c.hidden,
         c.eligible_small
           OR c.eligible > 0
              AND equity_internal.sum_tells(count(*) FILTER (WHERE c.eligible_small) OVER (PARTITION BY c.round_id, c.dimension),
                                            sum(c.eligible) FILTER (WHERE c.eligible_small) OVER (PARTITION BY c.round_id, c.dimension))
              AND row_number() OVER (PARTITION BY c.round_id, c.dimension, c.eligible_small, c.eligible = 0
                                     ORDER BY c.eligible, c.category COLLATE "C") = 1 AS eligible_hidden,
         c.awarded_small
           OR c.awarded > 0
              AND equity_internal.sum_tells(count(*) FILTER (WHERE c.awarded_small) OVER (PARTITION BY c.round_id, c.dimension),
                                            sum(c.awarded) FILTER (WHERE c.awarded_small) OVER (PARTITION BY c.round_id, c.dimension))
              AND row_number() OVER (PARTITION BY c.round_id, c.dimension, c.awarded_small, c.awarded = 0
                                     ORDER BY c.awarded, c.category COLLATE "C") = 1 AS awarded_hidden
    FROM (SELECT h.*,
                 h.hidden OR h.eligible BETWEEN 1 AND 4 AS eligible_small,
                 h.hidden OR h.awarded BETWEEN 1 AND 4 AS awarded_small
            FROM (SELECT n.*,
                         n.applicants < 5
                           OR equity_internal.sum_tells(count(*) FILTER (WHERE n.applicants < 5) OVER (PARTITION BY n.round_id, n.dimension),
                                                        sum(n.applicants) FILTER (WHERE n.applicants < 5) OVER (PARTITION BY n.round_id, n.dimension))
                              AND row_number() OVER (PARTITION BY n.round_id, n.dimension, n.applicants < 5
                                                     ORDER BY n.applicants, n.category COLLATE "C") = 1 AS hidden
                    FROM (SELECT p.round_id,
                                 p.dimension,
                                 p.category,
                                 count(*) AS applicants,
                                 count(*) FILTER (WHERE p.eligible) AS eligible,
                                 count(*) FILTER (WHERE p.awarded) AS awarded
                            FROM equity_internal.person_category AS p
                           GROUP BY p.round_id, p.dimension, p.category) AS n) AS h) AS c;

COMMENT ON VIEW equity_internal.category_count IS
  'Persons of each category of a round, the source of the reports on fairness. Small counts are shown: for analysts; hidden says which the reports withhold. Filter by round_id.';
COMMENT ON COLUMN equity_internal.category_count.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.category_count.dimension IS 'whole, province, sex, disability, poverty_quintile or group.';
COMMENT ON COLUMN equity_internal.category_count.category IS 'Category in the dimension, see equity_internal.person_category.';
COMMENT ON COLUMN equity_internal.category_count.applicants IS 'Submitted applications (ผู้สมัคร), 1 or more.';
COMMENT ON COLUMN equity_internal.category_count.eligible IS 'Of them, those eligible with a score for some programme (ผู้มีสิทธิ์).';
COMMENT ON COLUMN equity_internal.category_count.awarded IS 'Of them, those with a seat in the current run (ผู้ได้รับการจัดสรร).';
COMMENT ON COLUMN equity_internal.category_count.all_applicants IS 'Submitted applications of the whole round.';
COMMENT ON COLUMN equity_internal.category_count.all_awarded IS 'Seats given in the whole round.';
COMMENT ON COLUMN equity_internal.category_count.hidden IS 'True when reports withhold the category: it has fewer than five applicants, or it is the next smallest where those alone could be worked out (equity_internal.sum_tells).';
COMMENT ON COLUMN equity_internal.category_count.eligible_hidden IS 'True when reports withhold eligible: the category is hidden, one to four are eligible, or it is the next smallest where what is withheld could be worked out.';
COMMENT ON COLUMN equity_internal.category_count.awarded_hidden IS 'The same for awarded.';

--- A person with two groups counts in both.
---
--- Filter by round_id. Counts of one to four are NULL with their rates, and so is the next
--- smallest where one alone would follow from the whole; small categories are hidden
--- (equity_internal.category_count).
CREATE VIEW equity.equity_gap AS
  SELECT g.round_id,
         g.round_code,
         g.academic_year,
         g.academic_year - 543 AS academic_year_ce,
         g.dimension,
         g.category,
         g.category_th,
         g.category_en,
         g.persons AS population,
         CASE WHEN NOT g.hidden THEN g.applicants END AS applicants,
         (CASE WHEN NOT g.hidden THEN g.applicants::numeric / nullif(g.persons, 0) END)::numeric(9,4) AS application_rate,
         g.eligible,
         (g.eligible::numeric / g.applicants)::numeric(7,4) AS eligible_rate,
         g.awarded,
         (g.awarded::numeric / g.applicants)::numeric(7,4) AS award_rate,
         equity.wilson_low(g.awarded, g.applicants)::numeric(7,4) AS award_rate_low,
         equity.wilson_high(g.awarded, g.applicants)::numeric(7,4) AS award_rate_high,
         (g.awarded::numeric * g.all_applicants / nullif(g.applicants * g.all_awarded, 0))::numeric(9,4) AS ratio_to_whole,
         g.below_four_fifths,
         g.hidden
    FROM (SELECT k.round_id,
                 k.dimension,
                 k.category,
                 k.applicants,
                 k.all_applicants,
                 k.all_awarded,
                 k.hidden,
                 CASE WHEN NOT k.eligible_hidden THEN k.eligible END AS eligible,
                 CASE WHEN NOT k.awarded_hidden THEN k.awarded END AS awarded,
                 CASE WHEN NOT k.awarded_hidden AND k.dimension <> 'whole'
                   THEN 5 * k.awarded::numeric / k.applicants
                        < 4 * max(k.awarded::numeric / k.applicants) FILTER (WHERE k.applicants * 50 >= k.all_applicants AND k.category <> 'unknown')
                                OVER (PARTITION BY k.round_id, k.dimension)
                 END AS below_four_fifths,
                 r.round_code,
                 r.academic_year::integer AS academic_year,
                 l.name_th AS category_th,
                 l.name_en AS category_en,
                 b.persons
            FROM equity_internal.category_count AS k
            JOIN equity.round AS r ON r.round_id = k.round_id
            LEFT JOIN equity_internal.category_label AS l
                   ON l.dimension = k.dimension
                  AND l.category = k.category
            LEFT JOIN equity.reference_population AS b
                   ON b.academic_year = r.academic_year
                  AND b.dimension = k.dimension
                  AND b.category = k.category) AS g;

COMMENT ON VIEW equity.equity_gap IS
  'Rates of application, eligibility and award in each round by province, sex, disability, disadvantaged group and poverty quintile, with the interval of the award rate and its ratio to the whole.';
COMMENT ON COLUMN equity.equity_gap.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.equity_gap.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.equity_gap.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.equity_gap.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.equity_gap.dimension IS 'What is compared: whole, province, sex, disability, poverty_quintile or group.';
COMMENT ON COLUMN equity.equity_gap.category IS 'Category in the dimension, see equity_internal.person_category; unknown where the answer is missing.';
COMMENT ON COLUMN equity.equity_gap.category_th IS 'Thai name of the category.';
COMMENT ON COLUMN equity.equity_gap.category_en IS 'English name of the category.';
COMMENT ON COLUMN equity.equity_gap.population IS 'Persons who could apply (ประชากรกลุ่มเป้าหมาย), from equity.reference_population; NULL when not given.';
COMMENT ON COLUMN equity.equity_gap.applicants IS 'Submitted applications (ผู้สมัคร); the denominator of the rates.';
COMMENT ON COLUMN equity.equity_gap.application_rate IS 'applicants / population (อัตราการสมัคร), four decimals; NULL without a population.';
COMMENT ON COLUMN equity.equity_gap.eligible IS 'Applicants eligible with a score for some programme of the round (ผู้มีสิทธิ์).';
COMMENT ON COLUMN equity.equity_gap.eligible_rate IS 'eligible / applicants (อัตราผู้มีสิทธิ์), 0 to 1, four decimals.';
COMMENT ON COLUMN equity.equity_gap.awarded IS 'Applicants with a seat in the current run (ผู้ได้รับการจัดสรร).';
COMMENT ON COLUMN equity.equity_gap.award_rate IS 'awarded / applicants (อัตราการได้รับทุน), 0 to 1, four decimals.';
COMMENT ON COLUMN equity.equity_gap.award_rate_low IS 'Lower end of the 95 % interval of award_rate (Wilson 1927).';
COMMENT ON COLUMN equity.equity_gap.award_rate_high IS 'Upper end of the 95 % interval of award_rate (Wilson 1927).';
COMMENT ON COLUMN equity.equity_gap.ratio_to_whole IS 'award_rate / award rate of the whole round, four decimals: 1 is parity.';
COMMENT ON COLUMN equity.equity_gap.below_four_fifths IS 'True when award_rate is below four fifths of the highest rate in the dimension; a category is a standard of comparison only with at least 2 % of the round''s applicants and when it is not unknown. A sign to look closer, no proof. NULL for the whole and where award_rate is.';
COMMENT ON COLUMN equity.equity_gap.hidden IS 'True when the figures are withheld because the category is small.';

CREATE FUNCTION equity_internal.check_dimensions(dimensions text[]) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  known CONSTANT text[] := ARRAY['province', 'sex', 'disability', 'poverty_quintile', 'group'];
  unknown text;
BEGIN
  IF coalesce(cardinality(dimensions), 0) = 0 OR array_position(dimensions, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'dimensions are missing'
      USING ERRCODE = 'null_value_not_allowed',
            HINT = format('Give an array of some of %s.', array_to_string(known, ', '));
  END IF;
  SELECT d.name INTO unknown FROM unnest(dimensions) AS d (name) WHERE d.name <> ALL (known) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'unrecognized dimension "%"', equity_internal.excerpt(unknown)
      USING ERRCODE = 'invalid_parameter_value',
            HINT = format('The dimensions are %s.', array_to_string(known, ', '));
  END IF;
  IF (SELECT count(DISTINCT d.name) FROM unnest(dimensions) AS d (name)) < cardinality(dimensions) THEN
    RAISE EXCEPTION 'duplicate dimension'
      USING ERRCODE = 'invalid_parameter_value',
            DETAIL = format('The dimensions given are %s.', equity_internal.excerpt(array_to_string(dimensions, ', ')));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_dimensions(text[]) IS
  'Raises 22004 without dimensions, 22023 for one that is unrecognized or comes twice.';

--- Counts of one to four and combinations of fewer than five applicants are hidden, yet
--- together with the single dimensions they may be worked out: for the committee, not to be
--- published. Reads equity_internal.person_category with the caller's rights. No rows for a
--- round without submitted applications.
---
--- Errors: 22004 no dimensions; 22023 an unrecognized dimension, or one twice.
CREATE FUNCTION equity.equity_gap_by(round_id bigint, dimensions text[],
                                     OUT categories text[],
                                     OUT applicants bigint, OUT eligible bigint, OUT awarded bigint,
                                     OUT eligible_rate numeric, OUT award_rate numeric,
                                     OUT award_rate_low numeric, OUT award_rate_high numeric,
                                     OUT ratio_to_whole numeric, OUT hidden boolean)
  RETURNS SETOF record
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.check_dimensions(dimensions);
  RETURN QUERY
  WITH RECURSIVE category AS MATERIALIZED (
    SELECT p.applicant_id, p.dimension, p.category, p.eligible, p.awarded
      FROM equity_internal.person_category AS p
     WHERE p.round_id = equity_gap_by.round_id
  ), person (applicant_id, named, eligible, awarded) AS (
    SELECT c.applicant_id, ARRAY[]::text[], c.eligible, c.awarded
      FROM category AS c
     WHERE c.dimension = 'whole'
     UNION ALL
    SELECT p.applicant_id, p.named || c.category, p.eligible, p.awarded
      FROM person AS p
      JOIN category AS c
        ON c.applicant_id = p.applicant_id
       AND c.dimension = dimensions[1 + cardinality(p.named)]
  ), cell AS (
    SELECT p.named, count(*) AS n, count(*) FILTER (WHERE p.eligible) AS e, count(*) FILTER (WHERE p.awarded) AS a
      FROM person AS p
     WHERE cardinality(p.named) IN (0, cardinality(dimensions))
     GROUP BY p.named
  ), guarded AS (
    SELECT c.*,
           max(c.a::numeric / c.n) FILTER (WHERE c.named = '{}') OVER () AS whole_rate,
           c.n < 5 OR c.named <> '{}'
                      AND equity_internal.sum_tells(count(*) FILTER (WHERE c.n < 5) OVER (), sum(c.n) FILTER (WHERE c.n < 5) OVER ())
                      AND row_number() OVER (PARTITION BY c.n < 5 OR c.named = '{}' ORDER BY c.n, c.named COLLATE "C") = 1 AS is_hidden
      FROM cell AS c
  ), shown AS (
    SELECT g.named, g.whole_rate, g.is_hidden,
           CASE WHEN NOT g.is_hidden THEN g.n END AS n,
           CASE WHEN NOT g.is_hidden AND g.e NOT BETWEEN 1 AND 4 THEN g.e END AS e,
           CASE WHEN NOT g.is_hidden AND g.a NOT BETWEEN 1 AND 4 THEN g.a END AS a
      FROM guarded AS g
     WHERE g.named <> '{}'
  )
  SELECT s.named, s.n, s.e, s.a,
         round(s.e::numeric / s.n, 4),
         round(s.a::numeric / s.n, 4),
         round(equity.wilson_low(s.a, s.n), 4),
         round(equity.wilson_high(s.a, s.n), 4),
         round(s.a::numeric / s.n / nullif(s.whole_rate, 0), 4),
         s.is_hidden
    FROM shown AS s
   ORDER BY s.named COLLATE "C";
END;
$$;

COMMENT ON FUNCTION equity.equity_gap_by(bigint, text[]) IS
  'Intersections: the figures of equity.equity_gap for each combination of categories that occurs in a round, for example by ARRAY[''sex'', ''disability'']; categories are in the order of the dimensions.';
-- Whether the awards of a round reach those in need: against what was verified afterwards, across the
-- country, and beside the round before. Counts below five are hidden.

--- Undercoverage is FN / (TP + FN), leakage FP / (TP + FP), each with its denominator and 95
--- % interval.
---
--- Says nothing of those who never applied; a check of awarded applicants alone says nothing
--- of undercoverage. Counts below five and rates over them are NULL, and those of the next
--- smallest province where what is hidden would follow from the whole
--- (equity_internal.sum_tells); provinces that equity_internal.category_count hides show no
--- applicants.
CREATE VIEW equity.targeting AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         t.province_code,
         coalesce(v.name_th, CASE WHEN t.whole THEN 'ทั้งหมด' ELSE 'ไม่ทราบจังหวัด' END) AS province_th,
         coalesce(v.name_en, CASE WHEN t.whole THEN 'All' ELSE 'Province unknown' END) AS province_en,
         t.whole,
         CASE WHEN k.hidden IS NOT TRUE THEN t.applicants END AS applicants,
         CASE WHEN NOT t.in_need_hidden AND NOT t.awarded_hidden AND t.checked >= 5 THEN t.checked END AS checked,
         CASE WHEN NOT t.in_need_hidden THEN t.in_need END AS in_need,
         CASE WHEN NOT t.awarded_hidden THEN t.awarded END AS awarded_checked,
         (CASE WHEN NOT t.in_need_hidden THEN t.missed::numeric / t.in_need END)::numeric(7,4) AS undercoverage,
         (CASE WHEN NOT t.in_need_hidden THEN equity.wilson_low(t.missed, t.in_need) END)::numeric(7,4) AS undercoverage_low,
         (CASE WHEN NOT t.in_need_hidden THEN equity.wilson_high(t.missed, t.in_need) END)::numeric(7,4) AS undercoverage_high,
         (CASE WHEN NOT t.awarded_hidden THEN t.leaked::numeric / t.awarded END)::numeric(7,4) AS leakage,
         (CASE WHEN NOT t.awarded_hidden THEN equity.wilson_low(t.leaked, t.awarded) END)::numeric(7,4) AS leakage_low,
         (CASE WHEN NOT t.awarded_hidden THEN equity.wilson_high(t.leaked, t.awarded) END)::numeric(7,4) AS leakage_high
    FROM (SELECT n.*,
                 n.in_need < 5
                   OR equity_internal.sum_tells(count(*) FILTER (WHERE n.in_need BETWEEN 1 AND 4) OVER (PARTITION BY n.round_id, n.whole),
                                                sum(n.in_need) FILTER (WHERE n.in_need BETWEEN 1 AND 4) OVER (PARTITION BY n.round_id, n.whole))
                      AND row_number() OVER (PARTITION BY n.round_id, n.whole, n.in_need < 5
                                             ORDER BY n.in_need, n.province_code COLLATE "C") = 1 AS in_need_hidden,
                 n.awarded < 5
                   OR equity_internal.sum_tells(count(*) FILTER (WHERE n.awarded BETWEEN 1 AND 4) OVER (PARTITION BY n.round_id, n.whole),
                                                sum(n.awarded) FILTER (WHERE n.awarded BETWEEN 1 AND 4) OVER (PARTITION BY n.round_id, n.whole))
                      AND row_number() OVER (PARTITION BY n.round_id, n.whole, n.awarded < 5
                                             ORDER BY n.awarded, n.province_code COLLATE "C") = 1 AS awarded_hidden
            FROM (SELECT p.round_id,
                         p.province_code,
                         grouping(p.province_code) = 1 AS whole,
                         count(*) AS applicants,
                         count(p.verified_need) AS checked,
                         count(*) FILTER (WHERE p.verified_need) AS in_need,
                         count(p.verified_need) FILTER (WHERE p.awarded) AS awarded,
                         count(*) FILTER (WHERE p.verified_need AND NOT p.awarded) AS missed,
                         count(*) FILTER (WHERE NOT p.verified_need AND p.awarded) AS leaked
                    FROM equity_internal.round_person AS p
                   GROUP BY GROUPING SETS ((p.round_id), (p.round_id, p.province_code))) AS n) AS t
    JOIN equity.round AS r ON r.round_id = t.round_id
    LEFT JOIN equity.province AS v ON v.province_code = t.province_code
    LEFT JOIN equity_internal.category_count AS k
           ON k.round_id = t.round_id
          AND k.dimension = CASE WHEN t.whole THEN 'whole' ELSE 'province' END
          AND k.category = CASE WHEN t.whole THEN 'all' ELSE coalesce(t.province_code, 'unknown') END;

COMMENT ON VIEW equity.targeting IS
  'The two errors of targeting in each round, as a whole and by home province, among applicants whose need was checked (equity.application.verified_need).';
COMMENT ON COLUMN equity.targeting.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.targeting.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.targeting.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.targeting.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.targeting.province_code IS 'Home province (จังหวัดภูมิลำเนา); NULL for the whole round and where it is unknown.';
COMMENT ON COLUMN equity.targeting.province_th IS 'Thai name of the province.';
COMMENT ON COLUMN equity.targeting.province_en IS 'English name of the province.';
COMMENT ON COLUMN equity.targeting.whole IS 'True in the row of the whole round.';
COMMENT ON COLUMN equity.targeting.applicants IS 'Submitted applications (ผู้สมัคร).';
COMMENT ON COLUMN equity.targeting.checked IS 'Of them, those whose need was checked (ตรวจสอบแล้ว).';
COMMENT ON COLUMN equity.targeting.in_need IS 'Of the checked, those in need (ยากจนจริง), TP + FN: the denominator of undercoverage.';
COMMENT ON COLUMN equity.targeting.awarded_checked IS 'Of the checked, those with a seat in the current run, TP + FP: the denominator of leakage.';
COMMENT ON COLUMN equity.targeting.undercoverage IS 'Exclusion error (ตกหล่น): share of those in need without a seat, 0 to 1, four decimals.';
COMMENT ON COLUMN equity.targeting.undercoverage_low IS 'Lower end of its 95 % interval (Wilson 1927).';
COMMENT ON COLUMN equity.targeting.undercoverage_high IS 'Upper end of its 95 % interval (Wilson 1927).';
COMMENT ON COLUMN equity.targeting.leakage IS 'Inclusion error (รั่วไหล): share of those with a seat who are not in need, 0 to 1, four decimals.';
COMMENT ON COLUMN equity.targeting.leakage_low IS 'Lower end of its 95 % interval (Wilson 1927).';
COMMENT ON COLUMN equity.targeting.leakage_high IS 'Upper end of its 95 % interval (Wilson 1927).';

CREATE VIEW equity.province_coverage AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         v.province_code,
         v.name_th AS province_th,
         v.name_en AS province_en,
         coalesce(i.institutions, 0)::bigint AS institutions,
         coalesce(i.seats, 0)::bigint AS seats,
         b.persons AS population,
         CASE WHEN a.hidden IS NOT TRUE THEN coalesce(a.applicants, 0) END AS applicants,
         CASE WHEN a.eligible_hidden IS NOT TRUE THEN coalesce(a.eligible, 0) END AS eligible,
         CASE WHEN a.awarded_hidden IS NOT TRUE THEN coalesce(a.awarded, 0) END AS awarded,
         (CASE WHEN a.awarded_hidden IS NOT TRUE
           THEN 1000 * coalesce(a.awarded, 0)::numeric / nullif(b.persons, 0) END)::numeric(9,2) AS awarded_per_thousand
    FROM equity.round AS r
   CROSS JOIN equity.province AS v
    LEFT JOIN (SELECT p.round_id,
                      n.province_code,
                      count(DISTINCT p.institution_id) AS institutions,
                      sum(p.seats) AS seats
                 FROM equity.seat_pool AS p
                 JOIN equity.institution AS n ON n.institution_id = p.institution_id
                GROUP BY p.round_id, n.province_code) AS i
           ON i.round_id = r.round_id
          AND i.province_code = v.province_code
    LEFT JOIN equity_internal.category_count AS a
           ON a.round_id = r.round_id
          AND a.dimension = 'province'
          AND a.category = v.province_code
    LEFT JOIN equity.reference_population AS b
           ON b.academic_year = r.academic_year
          AND b.dimension = 'province'
          AND b.category = v.province_code;

COMMENT ON VIEW equity.province_coverage IS
  'What each round brings to each of the provinces, also those where nobody applied: institutions and seats there, and the applicants who come from there. What equity_internal.category_count hides is NULL; none is 0.';
COMMENT ON COLUMN equity.province_coverage.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.province_coverage.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.province_coverage.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.province_coverage.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.province_coverage.province_code IS 'Province (รหัสจังหวัด), two digits.';
COMMENT ON COLUMN equity.province_coverage.province_th IS 'Thai name of the province (จังหวัด).';
COMMENT ON COLUMN equity.province_coverage.province_en IS 'English name of the province.';
COMMENT ON COLUMN equity.province_coverage.institutions IS 'Institutions of the province with a seat pool in the round (สถานศึกษา).';
COMMENT ON COLUMN equity.province_coverage.seats IS 'Seats of these pools (จำนวนที่นั่งทุน).';
COMMENT ON COLUMN equity.province_coverage.population IS 'Persons who could apply (ประชากรกลุ่มเป้าหมาย), from equity.reference_population; NULL when not given.';
COMMENT ON COLUMN equity.province_coverage.applicants IS 'Submitted applications from the province (ผู้สมัคร), wherever they want to study.';
COMMENT ON COLUMN equity.province_coverage.eligible IS 'Of them, those eligible with a score for some programme (ผู้มีสิทธิ์).';
COMMENT ON COLUMN equity.province_coverage.awarded IS 'Of them, those with a seat in the current run (ผู้ได้รับการจัดสรร).';
COMMENT ON COLUMN equity.province_coverage.awarded_per_thousand IS 'awarded for each thousand of population, two decimals; NULL without a population.';

--- The first round has no rows.
---
--- Shares that equity_internal.category_count hides in either round are NULL; a category that
--- is absent has 0.
CREATE VIEW equity.composition_change AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         b.round_id AS previous_round_id,
         b.round_code AS previous_round_code,
         k.dimension,
         k.category,
         l.name_th AS category_th,
         l.name_en AS category_en,
         (CASE WHEN NOT k.hidden THEN 100 * k.applicant_share END)::numeric(7,2) AS applicant_percent,
         (CASE WHEN NOT k.awarded_hidden THEN 100 * k.award_share END)::numeric(7,2) AS award_percent,
         (CASE WHEN NOT k.awarded_hidden THEN 100 * k.award_share_before END)::numeric(7,2) AS previous_award_percent,
         (CASE WHEN NOT k.awarded_hidden
           THEN 100 * (k.award_share - k.award_share_before) END)::numeric(7,2) AS change_points
    FROM equity.round AS r
    JOIN equity.current_run AS c ON c.round_id = r.round_id
   CROSS JOIN LATERAL (SELECT e.round_id, e.round_code
                         FROM equity.round AS e
                         JOIN equity.current_run AS u ON u.round_id = e.round_id
                        WHERE (e.academic_year, e.call_number, e.round_id) < (r.academic_year, r.call_number, r.round_id)
                        ORDER BY e.academic_year DESC, e.call_number DESC, e.round_id DESC
                        LIMIT 1) AS b
   CROSS JOIN LATERAL (SELECT w.dimension,
                              w.category,
                              bool_or(w.hidden) AS hidden,
                              bool_or(w.awarded_hidden) AS awarded_hidden,
                              coalesce(max(w.applicants / w.all_applicants::numeric) FILTER (WHERE w.present), 0) AS applicant_share,
                              coalesce(max(w.awarded / nullif(w.all_awarded, 0)::numeric) FILTER (WHERE w.present), 0) AS award_share,
                              coalesce(max(w.awarded / nullif(w.all_awarded, 0)::numeric) FILTER (WHERE NOT w.present), 0) AS award_share_before
                         FROM (SELECT true AS present, n.*
                                 FROM equity_internal.category_count AS n
                                WHERE n.round_id = r.round_id
                                UNION ALL
                               SELECT false, o.*
                                 FROM equity_internal.category_count AS o
                                WHERE o.round_id = b.round_id) AS w
                        WHERE w.dimension <> 'whole'
                        GROUP BY w.dimension, w.category) AS k
    LEFT JOIN equity_internal.category_label AS l
           ON l.dimension = k.dimension
          AND l.category = k.category;

COMMENT ON VIEW equity.composition_change IS
  'The composition of the seats given in each round beside that of the round allocated before it (by academic_year, call_number), so that a category that crowds out another is seen.';
COMMENT ON COLUMN equity.composition_change.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.composition_change.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.composition_change.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.composition_change.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.composition_change.previous_round_id IS 'The round before (รอบก่อนหน้า).';
COMMENT ON COLUMN equity.composition_change.previous_round_code IS 'Code of the round before.';
COMMENT ON COLUMN equity.composition_change.dimension IS 'province, sex, disability, poverty_quintile or group.';
COMMENT ON COLUMN equity.composition_change.category IS 'Category in the dimension, see equity_internal.person_category.';
COMMENT ON COLUMN equity.composition_change.category_th IS 'Thai name of the category.';
COMMENT ON COLUMN equity.composition_change.category_en IS 'English name of the category.';
COMMENT ON COLUMN equity.composition_change.applicant_percent IS 'Percent of the round''s submitted applications (ร้อยละของผู้สมัคร), two decimals.';
COMMENT ON COLUMN equity.composition_change.award_percent IS 'Percent of the seats given in the round''s current run (ร้อยละของผู้ได้รับการจัดสรร), two decimals.';
COMMENT ON COLUMN equity.composition_change.previous_award_percent IS 'The same in the round before.';
COMMENT ON COLUMN equity.composition_change.change_points IS 'award_percent less previous_award_percent, in percentage points (จุดร้อยละ), computed before rounding.';
-- What another scorecard would change: both cards put to the same live rows, counted by group.

CREATE FUNCTION equity_internal.assessment_status(eligible boolean, score numeric) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE
           WHEN NOT eligible THEN 'ineligible'
           WHEN eligible AND score IS NOT NULL THEN 'eligible'
           ELSE 'undetermined'
         END;
END;

COMMENT ON FUNCTION equity_internal.assessment_status(boolean, numeric) IS
  'What an assessment comes to, counted as equity.score_round counts: eligible (with a score), ineligible or undetermined.';

CREATE FUNCTION equity_internal.check_comparison(a equity.scorecard, b equity.scorecard, relation regclass, group_by text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF a IS NULL OR b IS NULL THEN
    RAISE EXCEPTION 'card % is NULL', CASE WHEN a IS NULL THEN 'a' ELSE 'b' END
      USING ERRCODE = 'null_value_not_allowed',
            HINT = 'A draft in rows has no card until it is sealed: equity.card_from_rows(code, version) makes one of its rows.';
  END IF;
  IF relation IS NULL THEN
    RAISE EXCEPTION 'a comparison needs a table or view'
      USING ERRCODE = 'null_value_not_allowed',
            HINT = 'Pass its name, for example ''equity.application_facts''.';
  END IF;
  PERFORM FROM pg_class AS c WHERE c.oid = relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f');
  IF NOT FOUND THEN
    RAISE EXCEPTION '% is no table or view', relation
      USING ERRCODE = 'wrong_object_type',
            HINT = 'Scorecards are put to the rows of a table, view, materialized view or foreign table.';
  END IF;
  -- t.name could also be a call of a function, so only true columns
  PERFORM FROM pg_attribute AS a
    WHERE a.attrelid = relation AND a.attname = group_by AND a.attnum > 0 AND NOT a.attisdropped;
  IF group_by IS NOT NULL AND NOT FOUND THEN
    RAISE EXCEPTION '% has no column "%"', relation, group_by
      USING ERRCODE = 'undefined_column',
            HINT = 'group_by is the plain name of one column.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_comparison(equity.scorecard, equity.scorecard, regclass, text) IS
  'Raises 22004 without a card or a relation, 42809 unless it is a table or view, 42703 unless it has the column to group by.';

--- One row for each value of the column group_by (its text; one group NULL without it) and
--- each pair of status by a (from_status) and by b (to_status): eligible with a score,
--- ineligible or undetermined. records counts the rows of the pair; of those with a score by
--- both cards, moved counts those whose score changes, and least_move, mean_move and
--- greatest_move are of score by b minus score by a, unchanged ones included; NULL where no
--- row has both. One scan, with the caller's rights; writes nothing.
---
--- Errors: 22004 no card or no relation; 42809 it is no table or view; 42703 it lacks the
--- column group_by or one that a card reads; and those of equity.assess.
CREATE FUNCTION equity.compare_scorecards(
  a equity.scorecard,
  b equity.scorecard,
  relation regclass,
  group_by text DEFAULT NULL,
  OUT group_value text,
  OUT from_status text,
  OUT to_status text,
  OUT records bigint,
  OUT moved bigint,
  OUT least_move numeric,
  OUT mean_move numeric,
  OUT greatest_move numeric
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.check_comparison(a, b, relation, group_by);
  RETURN QUERY EXECUTE format($query$
    SELECT n.group_value,
           n.from_status,
           n.to_status,
           count(*),
           count(*) FILTER (WHERE n.move <> 0),
           min(n.move),
           avg(n.move),
           max(n.move)
      FROM (SELECT s.group_value,
                   equity_internal.assessment_status((s.a).eligible, (s.a).score) AS from_status,
                   equity_internal.assessment_status((s.b).eligible, (s.b).score) AS to_status,
                   (s.b).score - (s.a).score AS move
              FROM (SELECT %s AS group_value,
                           equity.assess($1, t.*) AS a,
                           equity.assess($2, t.*) AS b
                      FROM %s AS t
                    OFFSET 0) AS s) AS n          -- assess once a row, not once a column
     GROUP BY n.group_value, n.from_status, n.to_status
     ORDER BY n.group_value COLLATE "C", n.from_status, n.to_status
    $query$,
    CASE WHEN group_by IS NULL THEN 'NULL::text' ELSE format('t.%I::text', group_by) END, relation)
    USING a, b;
END;
$$;

COMMENT ON FUNCTION equity.compare_scorecards(equity.scorecard, equity.scorecard, regclass, text) IS
  'What changes for the rows of a table or view when card b takes the place of card a.';
-- Values as people write them: dates, times, numbers and facts, in Thai or English.

CREATE FUNCTION equity_internal.value_words(value text, is_amount boolean, lang text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_value_words';

COMMENT ON FUNCTION equity_internal.value_words(text, boolean, text) IS
  'A value as people read it: a dash for an empty list, days (YYYY-MM-DD) with the name of the month, in Thai with the year of the Buddhist era (พ.ศ.), amounts with commas, no more than two zeros after the point, dots for what follows the fourth decimal.';

CREATE FUNCTION equity_internal.time_words(at timestamptz, lang text) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  -- Thai time, whatever the time zone of the session
  SELECT equity_internal.value_words(to_char(t.local, 'YYYY-MM-DD'), false, lang)
         || CASE lang WHEN 'en' THEN to_char(t.local, '", "HH24:MI" (UTC+7)"') ELSE to_char(t.local, '" เวลา "HH24.MI" น."') END
    FROM (SELECT at AT TIME ZONE interval '7 hours' AS local) AS t
   WHERE isfinite(at);
END;

COMMENT ON FUNCTION equity_internal.time_words(timestamptz, text) IS
  'A time as people write it, in Thai time (UTC+7); NULL for one that never comes.';

CREATE FUNCTION equity_internal.is_amount(field text) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT NOT EXISTS (SELECT FROM pg_attribute AS a
                      WHERE a.attrelid = 'equity.application_facts'::regclass
                        AND a.attname = split_part(field, '.', 1)
                        AND a.atttypid <> 'numeric'::regtype);
END;

COMMENT ON FUNCTION equity_internal.is_amount(text) IS
  'Whether the values of a field are amounts, written with commas between thousands: columns of type numeric and derived fields, but no years, ids and answers.';

CREATE FUNCTION equity_internal.plain_value(value text, field text, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(CASE WHEN plain_value.value IN ('true', 'false') THEN equity.reason_text(plain_value.value, lang) END,
                  equity_internal.value_words(plain_value.value, equity_internal.is_amount(field), lang));
END;

COMMENT ON FUNCTION equity_internal.plain_value(text, text, text) IS
  'A value of a field as people read it: truth values in words, all else by equity_internal.value_words.';
-- Rules in words of a language, for letters: what equity.explain() says in signs. The sentences are rows
-- of equity.reason, the labels and the words of values those of equity.criterion.

CREATE FUNCTION equity_internal.range_words(low numeric, high numeric, upper boolean, field text, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity.reason_text(CASE
                              WHEN low IS NULL AND high IS NULL THEN 'RANGE all'
                              WHEN low IS NULL THEN CASE WHEN upper THEN 'RANGE up to' ELSE 'RANGE below' END
                              WHEN high IS NULL THEN CASE WHEN upper THEN 'RANGE above' ELSE 'RANGE from' END
                              ELSE CASE WHEN upper THEN 'RANGE within upper' ELSE 'RANGE within' END
                            END, lang, jsonb_build_object('low', equity_internal.plain_value(low::text, field, lang),
                                                             'high', equity_internal.plain_value(high::text, field, lang)));
END;

COMMENT ON FUNCTION equity_internal.range_words(numeric, numeric, boolean, text, text) IS
  'A range of values of a field in the given language, NULL for no limit. low is included and high not, or with upper the other way round.';

CREATE FUNCTION equity_internal.name_words(cell text, names jsonb) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT string_agg(coalesce(names ->> n.name, n.name), ', ' ORDER BY n.i)
    FROM jsonb_array_elements_text(equity_internal.read_names(cell, '')) WITH ORDINALITY AS n (name, i);
END;

COMMENT ON FUNCTION equity_internal.name_words(text, jsonb) IS
  'The names of a cell of equity.criterion, each in the words that names, a JSON object, has for it.';

CREATE FUNCTION equity_internal.gate_words(line equity.criterion, words text, names jsonb, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT equity.reason_text('OP ' || (line).op, lang, jsonb_build_object(
           'value', coalesce(words, names ->> (line).than, (line).than, string_agg(v.word, ', ' ORDER BY v.n)),
           'low', min(v.word) FILTER (WHERE v.n = 1),
           'high', min(v.word) FILTER (WHERE v.n = 2)))
    FROM (SELECT equity_internal.plain_value(e.value, (line).field, lang) AS word, e.n
            FROM jsonb_array_elements_text(CASE WHEN (line).op IN ('between', 'in', 'notin', 'overlaps', 'contains', 'disjoint')
                                             THEN equity_internal.read_words((line).value, '')
                                             ELSE jsonb_build_array(equity_internal.read_word((line).value, ''))
                                           END) WITH ORDINALITY AS e (value, n)) AS v;
END;

COMMENT ON FUNCTION equity_internal.gate_words(equity.criterion, text, jsonb, text) IS
  'What a gate asks, in the given language; words, where there are some, stand for its value, and names (a JSON object) for the field that it compares with.';

CREATE FUNCTION equity_internal.line_words(line equity.criterion, words text, names jsonb, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT CASE (line).kind
           WHEN 'gate' THEN equity_internal.gate_words(line, words, names, lang)
           WHEN 'band' THEN equity.reason_text('RULE points', lang, jsonb_build_object(
             'value', equity_internal.range_words((line).low, (line).high, (line).upper, (line).field, lang), 'points', (line).points))
           WHEN 'linear' THEN equity.reason_text('RULE points', lang, jsonb_build_object(
             'value', equity_internal.plain_value((line).value, (line).field, lang), 'points', (line).points))
           WHEN 'enum' THEN equity.reason_text('RULE points', lang, jsonb_build_object(
             'value', coalesce(words, equity_internal.plain_value(equity_internal.read_word((line).value, '') #>> '{}', (line).field, lang)), 'points', (line).points))
           WHEN 'const' THEN equity.reason_text('RULE const', lang, jsonb_build_object('points', (line).points))
           WHEN 'coef' THEN concat_ws(', ',
             equity.reason_text('RULE coef', lang, jsonb_build_object('points', (line).coef)),
             CASE WHEN (line).minimum IS NOT NULL THEN equity.reason_text('RULE coef minimum', lang, jsonb_build_object('low', (line).minimum)) END,
             CASE WHEN (line).maximum IS NOT NULL THEN equity.reason_text('RULE coef maximum', lang, jsonb_build_object('high', (line).maximum)) END)
           WHEN 'section' THEN concat_ws('; ',
             equity.reason_text('RULE section', lang, jsonb_build_object('value', equity_internal.name_words((line).members, names))),
             CASE WHEN (line).minimum IS NOT NULL THEN equity.reason_text('RULE section minimum', lang, jsonb_build_object('low', (line).minimum)) END,
             CASE WHEN (line).maximum IS NOT NULL THEN equity.reason_text('RULE section maximum', lang, jsonb_build_object('high', (line).maximum)) END)
           WHEN 'derive' THEN equity.reason_text('RULE ' || (line).fn, lang, jsonb_build_object(
             'value', equity_internal.name_words((line).field, names),
             'first', equity_internal.name_words(equity_internal.read_names((line).field, '') ->> 0, names),
             'second', equity_internal.name_words(equity_internal.read_names((line).field, '') ->> 1, names)))
         END;
END;

COMMENT ON FUNCTION equity_internal.line_words(equity.criterion, text, jsonb, text) IS
  'What one row of equity.criterion says, in the given language. words stand for its value, names (a JSON object) for the criteria and facts that it counts with.';

CREATE FUNCTION equity_internal.criterion_words(card equity.scorecard, version integer, lang text)
  RETURNS TABLE (criterion text, label text, rule text, "values" jsonb, than text)
  LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  names jsonb;
BEGIN
  SELECT coalesce(jsonb_object_agg(k.fact, CASE criterion_words.lang WHEN 'en' THEN k.label_en ELSE k.label_th END), '{}') INTO names
    FROM equity.fact_column AS k;
  names := names || coalesce((
    SELECT jsonb_object_agg(c.criterion, c.label)
      FROM (SELECT c.criterion,
                   max(CASE criterion_words.lang WHEN 'en' THEN coalesce(c.label_en, c.label_th) ELSE coalesce(c.label_th, c.label_en) END) AS label
              FROM equity.criterion AS c
             WHERE c.card_code = (SELECT h.card_code FROM equity.scorecard_header(card) AS h)
               AND c.version = criterion_words.version
             GROUP BY c.criterion) AS c
     WHERE c.label IS NOT NULL), '{}');

  RETURN QUERY
  WITH value_words AS MATERIALIZED (
    SELECT c.criterion, c.kind,
           CASE WHEN c.kind <> 'gate' THEN equity_internal.read_word(c.value, '') #>> '{}' ELSE '' END AS value,
           max(CASE criterion_words.lang WHEN 'en' THEN coalesce(c.value_en, c.value_th) ELSE coalesce(c.value_th, c.value_en) END) AS words
      FROM equity.criterion AS c
     WHERE c.card_code = (SELECT h.card_code FROM equity.scorecard_header(card) AS h)
       AND c.version = criterion_words.version
       AND num_nonnulls(c.value_th, c.value_en) > 0
     GROUP BY 1, 2, 3
  ), line AS (
    SELECT r AS row, w.words
      FROM equity.scorecard_rows(card, criterion_words.version) AS r
      LEFT JOIN value_words AS w
        ON w.criterion = r.criterion
       AND w.kind = r.kind
       AND w.value = CASE WHEN r.kind <> 'gate' THEN equity_internal.read_word(r.value, '') #>> '{}' ELSE '' END
     WHERE r.kind <> 'class'
  ), said AS (
    SELECT (l.row).criterion,
           (l.row).kind,
           concat_ws('; ',
             string_agg(equity_internal.line_words(l.row, l.words, names, lang), '; ' ORDER BY (l.row).position),
             CASE WHEN max((l.row).otherwise) IS NOT NULL THEN
               equity.reason_text('RULE otherwise', lang, jsonb_build_object('points', max((l.row).otherwise))) END) AS rule,
           jsonb_object_agg(equity_internal.read_word((l.row).value, '') #>> '{}', l.words)
             FILTER (WHERE (l.row).kind = 'enum' AND l.words IS NOT NULL) AS "values",
           max((l.row).than) AS than
      FROM line AS l
     GROUP BY (l.row).criterion, (l.row).kind
  )
  SELECT s.criterion,
         coalesce(names ->> s.criterion, s.criterion),
         CASE WHEN s.kind = 'linear' THEN equity.reason_text('RULE linear', lang, jsonb_build_object('value', s.rule)) ELSE s.rule END,
         coalesce(s."values", '{}'),
         s.than
    FROM said AS s;
END;
$$;

COMMENT ON FUNCTION equity_internal.criterion_words(equity.scorecard, integer, text) IS
  'Each criterion of a version of a scorecard in the given language: its label, or else its code; its rule; of an enum the words of its values; of a gate between two fields the other field.';
-- What the letters of a round have in common, found once for all of them.

CREATE TYPE equity_internal.letter_criterion AS (
  criterion text,
  label text,
  rule text,
  "values" text[],
  is_amount boolean,
  is_than boolean,
  than_is_amount boolean,
  hidden boolean
);

COMMENT ON TYPE equity_internal.letter_criterion IS
  'How letters tell of a criterion, see equity_internal.criterion_words.';
COMMENT ON COLUMN equity_internal.letter_criterion.criterion IS 'Code of the criterion.';
COMMENT ON COLUMN equity_internal.letter_criterion.label IS 'What it is called.';
COMMENT ON COLUMN equity_internal.letter_criterion.rule IS 'What it asks or gives.';
COMMENT ON COLUMN equity_internal.letter_criterion."values" IS 'Of an enum the values that have words, each followed by them.';
COMMENT ON COLUMN equity_internal.letter_criterion.is_amount IS 'Whether its values are amounts (equity_internal.is_amount).';
COMMENT ON COLUMN equity_internal.letter_criterion.is_than IS 'Whether it compares its field with another one.';
COMMENT ON COLUMN equity_internal.letter_criterion.than_is_amount IS 'Whether the values of the other field are amounts.';
COMMENT ON COLUMN equity_internal.letter_criterion.hidden IS 'Whether it is withheld from the caller (equity_internal.hidden_criteria).';

CREATE TYPE equity_internal.letter_card AS (
  programme text,
  card equity.scorecard,
  withheld boolean,
  criteria equity_internal.letter_criterion[]
);

COMMENT ON TYPE equity_internal.letter_card IS
  'The rules of a programme as letters tell of them.';
COMMENT ON COLUMN equity_internal.letter_card.programme IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity_internal.letter_card.card IS 'Its scorecard; NULL while the rules are not fixed.';
COMMENT ON COLUMN equity_internal.letter_card.withheld IS 'Whether a criterion is withheld from the caller.';
COMMENT ON COLUMN equity_internal.letter_card.criteria IS 'Its criteria, in any order.';

CREATE TYPE equity_internal.letter_words AS (
  lang text,
  separator text,
  sentences text[],
  cards equity_internal.letter_card[]
);

COMMENT ON TYPE equity_internal.letter_words IS
  'What the letters of a round have in common: sentences and rules, in one language.';
COMMENT ON COLUMN equity_internal.letter_words.lang IS 'Language: th or en.';
COMMENT ON COLUMN equity_internal.letter_words.separator IS 'What stands between two sentences of a line.';
COMMENT ON COLUMN equity_internal.letter_words.sentences IS 'Those of equity.reason, each as code, sentence and advice.';
COMMENT ON COLUMN equity_internal.letter_words.cards IS 'The rules, one element for each programme of the round.';

CREATE TYPE equity_internal.letter_bid AS (
  choice integer,
  programme text,
  pool text,
  seat text,
  is_open boolean,
  is_member boolean,
  waits boolean,
  admitted boolean,
  assessed boolean,
  eligible boolean,
  stored_score numeric,
  score numeric,
  place bigint,
  asked bigint,
  "position" bigint,
  waiting bigint,
  pool_seats integer,
  seats integer,
  cutoff numeric,
  distance numeric,
  missing numeric,
  draw bigint,
  ceiling text,
  held_seat text,
  outcome text,
  refusal text
);

COMMENT ON TYPE equity_internal.letter_bid IS
  'What one kind of seat of a choice answered an applicant, see equity_internal.letter_entries; its open seats stand for the choice.';
COMMENT ON COLUMN equity_internal.letter_bid.choice IS 'Choice (อันดับ) of the applicant.';
COMMENT ON COLUMN equity_internal.letter_bid.programme IS 'Programme of the pool (รหัสโครงการ).';
COMMENT ON COLUMN equity_internal.letter_bid.pool IS 'The pool in words.';
COMMENT ON COLUMN equity_internal.letter_bid.seat IS 'The kind of seat in words.';
COMMENT ON COLUMN equity_internal.letter_bid.is_open IS 'Whether these are the open seats.';
COMMENT ON COLUMN equity_internal.letter_bid.is_member IS 'Whether the applicant is of the group that they are for.';
COMMENT ON COLUMN equity_internal.letter_bid.waits IS 'Whether the applicant was refused there and holds nothing that is wanted more.';
COMMENT ON COLUMN equity_internal.letter_bid.admitted IS 'Whether the choice was given; NULL while there is no run.';
COMMENT ON COLUMN equity_internal.letter_bid.assessed IS 'Whether an assessment for the programme is recorded,';
COMMENT ON COLUMN equity_internal.letter_bid.eligible IS 'and whether eligible by it,';
COMMENT ON COLUMN equity_internal.letter_bid.stored_score IS 'with which score.';
COMMENT ON COLUMN equity_internal.letter_bid.score IS 'Score that counted (คะแนน); NULL of whoever did not compete.';
COMMENT ON COLUMN equity_internal.letter_bid.place IS 'Place among all who competed, 1 first; NULL when it must not be shown.';
COMMENT ON COLUMN equity_internal.letter_bid.asked IS 'How many competed.';
COMMENT ON COLUMN equity_internal.letter_bid."position" IS 'Position on the waiting list (ลำดับที่), 1 first; NULL for those who are not on it.';
COMMENT ON COLUMN equity_internal.letter_bid.waiting IS 'How many are on the waiting list.';
COMMENT ON COLUMN equity_internal.letter_bid.pool_seats IS 'Seats of the pool (จำนวนที่นั่งทุน).';
COMMENT ON COLUMN equity_internal.letter_bid.seats IS 'Seats of that kind.';
COMMENT ON COLUMN equity_internal.letter_bid.cutoff IS 'Lowest score of the holders (คะแนนต่ำสุดที่ได้รับ), NULL of fewer than five.';
COMMENT ON COLUMN equity_internal.letter_bid.distance IS 'Points missing to that score, or to the lowest under a ceiling that is reached, of five or more; 0 when it was reached.';
COMMENT ON COLUMN equity_internal.letter_bid.missing IS 'The same, below 0 when there are more points.';
COMMENT ON COLUMN equity_internal.letter_bid.draw IS 'Lottery number, when the sentence tells it.';
COMMENT ON COLUMN equity_internal.letter_bid.ceiling IS 'Name of the ceiling that is reached.';
COMMENT ON COLUMN equity_internal.letter_bid.held_seat IS 'Kind of the seat that the applicant holds, in words.';
COMMENT ON COLUMN equity_internal.letter_bid.outcome IS 'Of open seats: code of what came of the choice (equity.reason).';
COMMENT ON COLUMN equity_internal.letter_bid.refusal IS 'Code of what refused the applicant (equity.reason), NULL when nothing did.';

CREATE FUNCTION equity_internal.hidden_criteria(card equity.scorecard, version integer) RETURNS TABLE (criterion text)
  LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  RETURN QUERY
  WITH reading AS MATERIALIZED (
    SELECT f.criterion, f.field, split_part(f.field, '.', 1) AS fact
      FROM equity_internal.criterion_fields(card) AS f
  ), sensitive AS (
    -- a path and what lies above or below it are the same data
    SELECT DISTINCT r.criterion
      FROM reading AS r
      JOIN equity_internal.sensitive_field AS s
        ON starts_with(r.field || '.', s.field || '.') OR starts_with(s.field || '.', r.field || '.')
  )
  SELECT DISTINCT s.criterion
    FROM sensitive AS s
    JOIN reading AS r ON r.criterion = s.criterion
    JOIN equity.fact_column AS k ON k.fact = r.fact
   WHERE NOT has_column_privilege(format('equity.%I', k.base_table), k.base_column, 'SELECT');
END;
$$;

COMMENT ON FUNCTION equity_internal.hidden_criteria(equity.scorecard, integer) IS
  'The sensitive criteria of a version of a scorecard of which the caller may not read a column that they come from (see equity.fact_column). What one sensitive criterion reads is sensitive in every criterion that reads it.';

CREATE FUNCTION equity_internal.letter_criteria(card equity.scorecard, version integer, lang text) RETURNS equity_internal.letter_criterion[]
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT array_agg((w.criterion, w.label, w.rule,
                    ARRAY(SELECT p.part
                            FROM jsonb_each_text(w."values") AS v
                           CROSS JOIN LATERAL unnest(ARRAY[v.key, v.value]) WITH ORDINALITY AS p (part, n)
                           ORDER BY v.key, p.n),
                    equity_internal.is_amount(f.field), w.than IS NOT NULL, equity_internal.is_amount(w.than),
                    w.criterion IN (SELECT h.criterion FROM equity_internal.hidden_criteria(card, letter_criteria.version) AS h)
                   )::equity_internal.letter_criterion)
    FROM equity_internal.criterion_words(card, letter_criteria.version, lang) AS w
    JOIN (SELECT r.criterion, max(CASE r.kind WHEN 'derive' THEN r.criterion ELSE r.field END) AS field
            FROM equity.scorecard_rows(card) AS r
           GROUP BY r.criterion) AS f ON f.criterion = w.criterion;
END;

COMMENT ON FUNCTION equity_internal.letter_criteria(equity.scorecard, integer, text) IS
  'The criteria of a version of a scorecard as letters in the given language tell of them.';

CREATE FUNCTION equity_internal.letter_words(round_id bigint, lang text) RETURNS equity_internal.letter_words
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  words equity_internal.letter_words;
BEGIN
  PERFORM equity_internal.require_letter_language(lang);
  words.lang := lang;
  words.separator := equity_internal.sentence_separator();
  words.sentences := ARRAY(
    SELECT p.part
      FROM equity.reason AS r
     CROSS JOIN LATERAL unnest(CASE letter_words.lang WHEN 'en' THEN ARRAY[r.reason_code, r.text_en, r.advice_en]
                                                      ELSE ARRAY[r.reason_code, r.text_th, r.advice_th] END)
                        WITH ORDINALITY AS p (part, n)
     ORDER BY r.reason_code, p.n);
  words.cards := ARRAY(
    SELECT (c.programme_code, c.card, EXISTS (SELECT FROM unnest(c.criteria) AS k WHERE k.hidden), c.criteria)::equity_internal.letter_card
      FROM (SELECT p.programme_code, v.card,
                   CASE WHEN v.card IS NOT NULL THEN equity_internal.letter_criteria(v.card, v.version, letter_words.lang) END AS criteria
              FROM equity.round_programme AS p
              JOIN equity.scorecard_version AS v
                ON v.card_code = p.card_code
               AND v.version = p.card_version
             WHERE p.round_id = letter_words.round_id
            OFFSET 0) AS c);
  RETURN words;
END;
$$;

COMMENT ON FUNCTION equity_internal.letter_words(bigint, text) IS
  'What the letters of a round in one language have in common. Error 22023 for another language.';
-- What letters tell of the choices: how many asked, how far down the seats went, what refused the
-- applicant, and the position on each waiting list; for all applicants of a round at once, or for one.
--
-- Of others a letter tells counts alone, and the lowest score of five or more. So of fewer who hold
-- the seats it says no more than that they come before, and never what broke a tie for them.

CREATE FUNCTION equity_internal.seat_words(seat text, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(
           equity.reason_text('SEAT ' || seat_words.seat, lang),
           (SELECT CASE lang WHEN 'en' THEN g.name_en ELSE g.name_th END
              FROM equity.need_group AS g
             WHERE g.group_code = seat_words.seat),
           (SELECT equity.reason_text('SEAT province', lang, jsonb_build_object(
                     'province', CASE lang WHEN 'en' THEN p.name_en ELSE p.name_th END))
              FROM equity_internal.fact_group AS f
              JOIN equity.province AS p ON p.province_code = f.value
             WHERE f.fact = 'province_code'
               AND f.group_code = seat_words.seat),
           seat_words.seat);
END;

COMMENT ON FUNCTION equity_internal.seat_words(text, text) IS
  'A kind of seat in words of the given language: open seats, or the group that a reserve is for.';

CREATE FUNCTION equity_internal.cap_words(cap bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE lang WHEN 'en' THEN coalesce(c.name_en, c.name_th) ELSE c.name_th END
    FROM equity.seat_cap AS c
   WHERE c.cap_id = cap_words.cap;
END;

COMMENT ON FUNCTION equity_internal.cap_words(bigint, text) IS
  'The name of a ceiling in the given language.';

CREATE FUNCTION equity_internal.pool_words(label equity.pool_label, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE lang
           WHEN 'en' THEN concat_ws(', ', coalesce(label.institution_en, label.institution_th), coalesce(label.field_en, label.field_th), label.grant_type_en)
           ELSE concat_ws(' ', label.institution_th, label.field_th, label.grant_type_th)
         END;
END;

COMMENT ON FUNCTION equity_internal.pool_words(equity.pool_label, text) IS
  'A seat pool in words of the given language: institution, field of study and kind of grant.';

--- While the round is open nobody is: its closing marks who is late.
CREATE FUNCTION equity_internal.is_entered(application bigint) RETURNS boolean
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  RETURN EXISTS (SELECT FROM equity.entry AS e WHERE e.application_id = is_entered.application);
END;
$$;

COMMENT ON FUNCTION equity_internal.is_entered(bigint) IS
  'Whether an application takes part (equity.entry).';

--- Inlined: most letters are of who was in time, and need no right to read equity.application.late.
CREATE FUNCTION equity_internal.came_late(application bigint, status text, submitted_at timestamptz, closes_at timestamptz) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN came_late.status = 'submitted' AND came_late.submitted_at > came_late.closes_at
         THEN NOT equity_internal.is_entered(came_late.application)
         ELSE false
       END;

COMMENT ON FUNCTION equity_internal.came_late(bigint, text, timestamptz, timestamptz) IS
  'Whether an application takes no part because it was submitted after closes_at and not accepted.';

--- Of reserves nothing for a caller who may not read who belongs to groups
--- (equity_internal.reads_groups).
CREATE FUNCTION equity_internal.letter_groups(round_id bigint, applicant bigint) RETURNS TABLE (applicant_id bigint, groups text[])
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 1000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  IF equity_internal.reads_groups() AND (SELECT t.has_reserves FROM equity_internal.round_features(letter_groups.round_id) AS t) THEN
    RETURN QUERY
    SELECT g.applicant_id, g.groups
      FROM equity_internal.reserve_groups AS g
     WHERE g.round_id = letter_groups.round_id
       AND (letter_groups.applicant IS NULL OR g.applicant_id = letter_groups.applicant);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.letter_groups(bigint, bigint) IS
  'The groups with reserved seats that the applicants of a round, or one of them, belong to.';

CREATE FUNCTION equity_internal.letter_places(run_id bigint, applicant bigint, pools bigint[])
  RETURNS TABLE (applicant_id bigint, pool_id bigint, seat text, place bigint, asked bigint, "position" bigint, waiting bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
AS $$
BEGIN
  IF letter_places.run_id IS NULL THEN
    RETURN;
  ELSIF letter_places.applicant IS NOT NULL THEN
    RETURN QUERY
    SELECT letter_places.applicant, p.*
      FROM equity_internal.applicant_places(letter_places.run_id, letter_places.applicant, letter_places.pools) AS p;
  ELSIF EXISTS (SELECT FROM equity.run_ranking AS r WHERE r.run_id = letter_places.run_id) THEN
    RETURN QUERY
    SELECT a.applicant_id, r.pool_id, r.seat, a.place, length(r.waiting)::bigint, CASE WHEN a.waits = '1' THEN a.waiting END,
           bit_count(r.waiting)
      FROM equity.run_ranking AS r
     CROSS JOIN LATERAL (
       SELECT u.*, count(*) FILTER (WHERE u.waits = '1') OVER (ORDER BY u.place ROWS UNBOUNDED PRECEDING) AS waiting
         FROM unnest(r.applicants, string_to_array(r.waiting::text, NULL)) WITH ORDINALITY AS u (applicant_id, waits, place)) AS a
     WHERE r.run_id = letter_places.run_id;
  ELSIF equity_internal.reads_groups() THEN
    RETURN QUERY
    SELECT r.applicant_id, r.pool_id, r.seat, r.place, count(*) OVER w, r."position", count(r."position") OVER w
      FROM equity.ranking(letter_places.run_id) AS r
    WINDOW w AS (PARTITION BY r.pool_id, r.seat);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.letter_places(bigint, bigint, bigint[]) IS
  'equity_internal.applicant_places for one applicant, in some pools, or for all.';

--- Without a run there are no figures. Reserves are left out for a caller who may not read who
--- belongs to groups.
CREATE FUNCTION equity_internal.letter_seats(round_id bigint, run_id bigint, pools bigint[], lang text)
  RETURNS TABLE (pool_id bigint, programme text, pool text, pool_seats integer,
                 seat text, seat_words text, precedence integer, seats integer, cascade text[],
                 held bigint, cutoff numeric, last_tier integer, last_tie numeric, last_lottery bigint, last_kept boolean,
                 stopped_by text, cap_tier integer, cap_cutoff numeric, ceiling text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 200
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
DECLARE
  with_reserves boolean := equity_internal.reads_groups();
  with_ties boolean := with_reserves OR (SELECT a.tie_field IS NULL FROM equity.allocation_run AS a WHERE a.run_id = letter_seats.run_id);
BEGIN
  RETURN QUERY
  WITH edge AS MATERIALIZED (
    SELECT k.*
      FROM equity_internal.run_cutoffs(letter_seats.run_id, letter_seats.pools, with_ties) AS k
     WHERE letter_seats.run_id IS NOT NULL
  ), ceiling AS MATERIALIZED (
    SELECT u.cap_id, u.last_tier, CASE WHEN u.held >= 5 AND NOT u.last_kept THEN u.last_score END AS cutoff,
           equity_internal.cap_words(u.cap_id, letter_seats.lang) AS words
      FROM equity_internal.run_cap_cutoffs(letter_seats.run_id, ARRAY(SELECT DISTINCT e.cap_id FROM edge AS e WHERE e.stopped_by = 'cap'), false) AS u
     WHERE EXISTS (SELECT FROM edge AS e WHERE e.stopped_by = 'cap')
  ), kind AS MATERIALIZED (
    SELECT s.seat, equity_internal.seat_words(s.seat, letter_seats.lang) AS words
      FROM (SELECT DISTINCT g.seat FROM equity.seat_group AS g WHERE g.round_id = letter_seats.round_id) AS s
  )
  SELECT g.pool_id, l.programme_code, equity_internal.pool_words(l, letter_seats.lang), l.seats,
         g.seat, n.words, g.precedence, g.seats, g.cascade,
         e.held, CASE WHEN e.held >= 5 THEN e.last_score END, e.last_tier, e.last_tie, e.last_lottery, e.last_kept,
         e.stopped_by, u.last_tier, u.cutoff, u.words
    FROM equity.seat_group AS g
    JOIN equity.pool_label AS l ON l.pool_id = g.pool_id
    JOIN kind AS n ON n.seat = g.seat
    LEFT JOIN edge AS e
      ON e.pool_id = g.pool_id
     AND e.seat = g.seat
    LEFT JOIN ceiling AS u ON u.cap_id = e.cap_id
   WHERE g.round_id = letter_seats.round_id
     AND (letter_seats.pools IS NULL OR g.pool_id = ANY (letter_seats.pools))
     AND (with_reserves OR g.seat = 'open');
END;
$$;

COMMENT ON FUNCTION equity_internal.letter_seats(bigint, bigint, bigint[], text) IS
  'The kinds of seat of a round, of some pools or of all, in words, and up to whom they went in a run.';

CREATE FUNCTION equity_internal.tie_code(found_run equity.allocation_run, applicant bigint, pool bigint, last_tie numeric, last_lottery bigint) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF found_run.tie_field IS NOT NULL THEN
    IF NOT equity_internal.reads_groups() THEN
      RETURN 'TIE_LOST';
    ELSIF equity_internal.input_tie(found_run.round_id, applicant, pool) IS DISTINCT FROM last_tie THEN
      RETURN 'TIE_VALUE_LOST';
    END IF;
  END IF;
  RETURN CASE WHEN equity_internal.lottery_number(found_run.tie_break, found_run.seed, applicant, pool) > last_lottery
           THEN 'LOTTERY_LOST' ELSE 'TIE_LOST' END;
END;
$$;

COMMENT ON FUNCTION equity_internal.tie_code(equity.allocation_run, bigint, bigint, numeric, bigint) IS
  'What parts an applicant from the last holder of equal score (equity.reason): the value of tie, the lottery, or what is not told.';

CREATE FUNCTION equity_internal.letter_bids(round_id bigint, found_run equity.allocation_run, applicant bigint, lang text)
  RETURNS TABLE (applicant_id bigint, bids equity_internal.letter_bid[], chosen boolean, taken_out boolean)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = on
  SET jit = off
AS $$
DECLARE
  has_run boolean := found_run.run_id IS NOT NULL;
  with_groups boolean := equity_internal.reads_groups();
  wanted bigint[] := CASE WHEN letter_bids.applicant IS NOT NULL THEN ARRAY(
    SELECT c.pool_id FROM equity.choice AS c WHERE c.round_id = letter_bids.round_id AND c.applicant_id = letter_bids.applicant) END;
  closing timestamptz := (SELECT r.closes_at FROM equity.round AS r WHERE r.round_id = letter_bids.round_id);
  drawn text[] := ARRAY(SELECT r.reason_code FROM equity.reason AS r WHERE strpos(r.text_th || r.text_en, '{draw}') > 0);
BEGIN
  IF letter_bids.applicant IS NULL THEN
    PERFORM set_config('enable_nestloop', 'off', true);   -- for this function, which sets it itself
  END IF;
  -- Functions joined here promise few rows: with many, whose keys it takes for repeated, the planner
  -- would expect a hundred times as many bids and hash them in hundreds of files.
  RETURN QUERY
  WITH part AS MATERIALIZED (
    SELECT k.* FROM equity_internal.letter_seats(letter_bids.round_id, found_run.run_id, wanted, letter_bids.lang) AS k
  ), kind AS MATERIALIZED (
    SELECT DISTINCT k.seat, k.seat_words AS words FROM part AS k
  ), person AS (
    SELECT f.applicant_id, f.status, equity_internal.came_late(f.application_id, f.status, f.submitted_at, closing) AS late
      FROM equity.application_facts AS f
     WHERE f.round_id = letter_bids.round_id
       AND (letter_bids.applicant IS NULL OR f.applicant_id = letter_bids.applicant)
  ), bid AS (
    SELECT c.applicant_id, c.choice::integer AS choice, k.*, a.status, a.late,
           s.applicant_id IS NOT NULL AS assessed, s.eligible, s.score,
           t.pool_id AS held_pool, t.seat AS held_seat, t.choice AS held_choice, d.decision AS standing,
           CASE WHEN k.seat = 'open' THEN 0 ELSE equity_internal.seat_tier(k.seat, k.cascade, g.groups) END AS tier,
           has_run AND a.status = 'submitted' AND coalesce(equity_internal.competes(s.eligible, s.score), false) AS competes
      FROM equity.choice AS c
      JOIN person AS a ON a.applicant_id = c.applicant_id
      LEFT JOIN part AS k ON k.pool_id = c.pool_id   -- each has some: LEFT bounds the planner's guess
      LEFT JOIN equity.assessment AS s
        ON s.applicant_id = c.applicant_id
       AND s.round_id = c.round_id
       AND s.programme_code = k.programme
      LEFT JOIN equity_internal.letter_groups(letter_bids.round_id, letter_bids.applicant) AS g ON g.applicant_id = c.applicant_id
      LEFT JOIN equity.placement AS t
        ON t.run_id = found_run.run_id
       AND t.applicant_id = c.applicant_id
      LEFT JOIN equity.run_standing AS d
        ON d.run_id = found_run.run_id
       AND d.applicant_id = c.applicant_id
     WHERE c.round_id = letter_bids.round_id
       AND (letter_bids.applicant IS NULL OR c.applicant_id = letter_bids.applicant)
    OFFSET 0                                -- each of these is found once
  ), placed AS (
    SELECT b.*, q.place, q.asked, q."position", q.waiting,
           b.competes AND (b.held_choice IS NULL OR b.choice < b.held_choice) AND coalesce(b.standing = 'float', true) AS waits,
           CASE
             WHEN NOT b.competes THEN NULL
             WHEN b.stopped_by = 'cap' THEN
               CASE WHEN b.cap_tier IS NOT DISTINCT FROM equity_internal.cap_tier(b.seat, b.cascade, b.tier) THEN b.cap_cutoff - b.score END
             ELSE b.cutoff - b.score
           END AS missing
      FROM bid AS b
      LEFT JOIN equity_internal.letter_places(found_run.run_id, letter_bids.applicant, wanted) AS q
        ON b.competes
       AND q.applicant_id = b.applicant_id
       AND q.pool_id = b.pool_id
       AND q.seat = b.seat
     WHERE b.seat = 'open'
        OR b.competes AND b.tier IS NOT NULL
    OFFSET 0
  ), answered AS (
    SELECT p.*,
           equity_internal.refusal_code(p.waits, p.stopped_by, p.held, p.last_kept, p.tier, p.last_tier, p.cutoff, p.score, p.missing,
             CASE WHEN p.waits AND p.score >= p.cutoff THEN
               equity_internal.tie_code(found_run, p.applicant_id, p.pool_id, p.last_tie, p.last_lottery) END) AS refusal
      FROM placed AS p
    OFFSET 0
  )
  SELECT w.applicant_id,
         array_agg((w.choice, w.programme, w.pool, w.seat_words, w.seat = 'open', w.tier = 0, w.waits,
                    CASE WHEN has_run THEN coalesce(w.held_pool = w.pool_id, false) END,
                    w.assessed, w.eligible, w.score,
                    CASE WHEN w.competes THEN w.score END,
                    w.place, w.asked, w."position", w.waiting, w.pool_seats, w.seats,
                    CASE WHEN w.competes THEN w.cutoff END,
                    CASE WHEN w.missing < 0 THEN w.score - w.score ELSE w.missing END,
                    w.missing,
                    CASE WHEN w.refusal = ANY (drawn) THEN
                      equity_internal.lottery_number(found_run.tie_break, found_run.seed, w.applicant_id, w.pool_id) END,
                    w.ceiling, h.words,
                    CASE WHEN w.seat = 'open' THEN
                      equity_internal.outcome_code(w.held_pool, CASE WHEN with_groups THEN w.held_seat END, w.held_choice, w.standing, w.status, w.late,
                                                   w.pool_id, w.choice, has_run, w.competes, w.pool_seats, w.refusal) END,
                    w.refusal)::equity_internal.letter_bid
                   ORDER BY w.choice, w.precedence),
         bool_or(coalesce(w.held_pool = w.pool_id, false)),
         bool_or(coalesce(w.standing = 'out', false))
    FROM answered AS w
    LEFT JOIN kind AS h ON h.seat = w.held_seat
   GROUP BY w.applicant_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.letter_bids(bigint, equity.allocation_run, bigint, text) IS
  'For each applicant of a round who made a choice, or for one, what the seats of each choice answered in a run, in the order of choices and of seats in a pool; whether one was given, and whether the applicant was out.';

CREATE FUNCTION equity_internal.letter_entries(round_id bigint, application bigint, lang text)
  RETURNS TABLE (application_id bigint, applicant_id bigint, facts equity.application_facts, status text, late boolean,
                 bids equity_internal.letter_bid[], result text, chosen boolean, award text, until text, provisional boolean)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = on
  SET jit = off
AS $$
DECLARE
  this_round equity.round := equity_internal.find_round(letter_entries.round_id);
  found_run equity.allocation_run;
  person bigint := (SELECT f.applicant_id FROM equity.application_facts AS f WHERE f.application_id = letter_entries.application);
BEGIN
  SELECT a.* INTO found_run
    FROM equity.current_run AS u
    JOIN equity.allocation_run AS a ON a.run_id = u.run_id
   WHERE u.round_id = this_round.round_id;
  IF person IS NULL THEN
    PERFORM set_config('enable_nestloop', 'off', true);
  END IF;
  RETURN QUERY
  WITH offer AS MATERIALIZED (
    SELECT w.applicant_id, w.status, w.offer_expires_at
      FROM equity.award AS w
     WHERE w.round_id = this_round.round_id
       AND (person IS NULL OR w.applicant_id = person)
       AND w.status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn')
  ), moment AS MATERIALIZED (
    SELECT m.at, equity_internal.time_words(m.at, letter_entries.lang) AS words
      FROM (SELECT DISTINCT o.offer_expires_at AS at FROM offer AS o WHERE o.offer_expires_at IS NOT NULL) AS m
  )
  SELECT p.application_id, p.applicant_id, p.facts,
         CASE p.status WHEN 'draft' THEN 'NOT_SUBMITTED' ELSE upper(p.status) END, p.late, b.bids,
         CASE
           WHEN p.status = 'draft' THEN 'NOT_SUBMITTED'
           WHEN p.status = 'withdrawn' THEN 'WITHDRAWN'
           WHEN p.late THEN 'LATE'
           WHEN b.bids IS NULL THEN 'NO_CHOICE'
           WHEN found_run.run_id IS NULL THEN 'NOT_ALLOCATED'
           WHEN b.chosen THEN 'CHOSEN'
           WHEN b.taken_out THEN 'TAKES_NO_PART'
           ELSE 'NONE_CHOSEN'
         END,
         CASE WHEN found_run.run_id IS NOT NULL THEN coalesce(b.chosen, false) END,
         'AWARD ' || o.status, m.words,
         coalesce(found_run.status <> 'published', false) AND p.status = 'submitted'
    FROM (SELECT f.application_id, f.applicant_id, f AS facts, f.status,
                 equity_internal.came_late(f.application_id, f.status, f.submitted_at, this_round.closes_at) AS late
            FROM equity.application_facts AS f
           WHERE f.round_id = this_round.round_id
             AND (person IS NULL OR f.applicant_id = person)
          OFFSET 0) AS p
    LEFT JOIN equity_internal.letter_bids(this_round.round_id, found_run, person, letter_entries.lang) AS b
      ON b.applicant_id = p.applicant_id
    LEFT JOIN offer AS o ON o.applicant_id = p.applicant_id
    LEFT JOIN moment AS m ON m.at = o.offer_expires_at;
END;
$$;

COMMENT ON FUNCTION equity_internal.letter_entries(bigint, bigint, text) IS
  'For each application of a round, or for one, what its letter tells: the facts, what came of the choices in the run that reports show, and the award. Error P0002 for no such round.';
-- The letters to applicants: what each rule says of the application, the score, the place in the
-- queue of each choice and the outcome, line by line, in Thai or English.
--
-- Sensitive personal data (PDPA section 26) is shown only to whoever may read the column that it comes
-- from. A field is sensitive when a criterion that reads it is marked so, or when it is a fact that is
-- (see equity.fact_column). Every criterion that reads a sensitive field is sensitive, be it through
-- derived fields, as the other field of a gate, or as a section that sums.

CREATE TYPE equity.explanation_line AS (
  section text,
  line integer,
  programme text,
  criterion text,
  label text,
  value text,
  rule text,
  passed boolean,
  points numeric,
  max_points numeric,
  place bigint,
  asked bigint,
  seats integer,
  cutoff numeric,
  distance numeric,
  reason text,
  message text,
  advice text
);

COMMENT ON TYPE equity.explanation_line IS
  'A line of a letter to an applicant, see equity.explain_application.';
COMMENT ON COLUMN equity.explanation_line.section IS 'What the line is about: application, rule, eligibility, score, choice, queue or result.';
COMMENT ON COLUMN equity.explanation_line.line IS 'Number of the line in the letter, 1 and up.';
COMMENT ON COLUMN equity.explanation_line.programme IS 'Programme concerned (รหัสโครงการ), or NULL for the application as a whole.';
COMMENT ON COLUMN equity.explanation_line.criterion IS 'Code of the criterion of a rule.';
COMMENT ON COLUMN equity.explanation_line.label IS 'What the line is called, in the language asked for.';
COMMENT ON COLUMN equity.explanation_line.value IS 'What was read, in words where there are some; *** when it is withheld, NULL when it is missing.';
COMMENT ON COLUMN equity.explanation_line.rule IS 'Of a gate what it asks, else the points by value, range or coefficient, in words.';
COMMENT ON COLUMN equity.explanation_line.passed IS 'Of a gate whether it holds, of eligibility whether all do and the score is known, of a choice whether it was given; NULL when undecided or withheld.';
COMMENT ON COLUMN equity.explanation_line.points IS 'Points given (คะแนนที่ได้); of the score and of a choice the score that counts.';
COMMENT ON COLUMN equity.explanation_line.max_points IS 'Most points possible (คะแนนเต็ม).';
COMMENT ON COLUMN equity.explanation_line.place IS 'Of a choice: place among all who asked for its open seats; of a queue: position on the waiting list (ลำดับที่), 1 first.';
COMMENT ON COLUMN equity.explanation_line.asked IS 'Of a choice: eligible applicants who asked for the pool (จำนวนผู้เลือก); of a queue: those who wait.';
COMMENT ON COLUMN equity.explanation_line.seats IS 'Of a choice: seats of the pool (จำนวนที่นั่งทุน); of a queue: seats of the kind that it is for.';
COMMENT ON COLUMN equity.explanation_line.cutoff IS 'Of a choice: lowest score admitted to an open seat (คะแนนต่ำสุดที่ได้รับ); of a queue: to such a seat. NULL where fewer than five were admitted.';
COMMENT ON COLUMN equity.explanation_line.distance IS 'Of a choice and of a queue: points missing to that score, or to the lowest one under a ceiling that is reached; 0 when it was reached, NULL where fewer than five were admitted.';
COMMENT ON COLUMN equity.explanation_line.reason IS 'Reason code, see equity.reason: of a rule that speaks against the applicant that of the card, else that of the message.';
COMMENT ON COLUMN equity.explanation_line.message IS 'The sentence, in the language asked for.';
COMMENT ON COLUMN equity.explanation_line.advice IS 'What the applicant can do, in that language, or NULL.';

CREATE FUNCTION equity_internal.letter_lines(
  words equity_internal.letter_words,
  facts equity.application_facts,
  application_id bigint,
  status text,
  late boolean,
  bids equity_internal.letter_bid[],
  result text,
  chosen boolean,
  award text,
  until text,
  provisional boolean
) RETURNS equity.explanation_line[]
  LANGUAGE c STABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_letter_lines';

COMMENT ON FUNCTION equity_internal.letter_lines(equity_internal.letter_words, equity.application_facts, bigint, text, boolean, equity_internal.letter_bid[], text, boolean, text, text, boolean) IS
  'The lines of a letter, from what equity_internal.letter_entries found out.';

CREATE FUNCTION equity_internal.letter_sections(lines equity.explanation_line[]) RETURNS jsonb
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_letter_sections';

COMMENT ON FUNCTION equity_internal.letter_sections(equity.explanation_line[]) IS
  'The lines of a letter as a JSON array of sections, each an object of section and lines.';

CREATE FUNCTION equity_internal.letter_text(lines equity.explanation_line[]) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_letter_text';

COMMENT ON FUNCTION equity_internal.letter_text(equity.explanation_line[]) IS
  'The lines of a letter as a text to print.';

--- All letters of a round, or that of one application.
CREATE FUNCTION equity_internal.round_letters(round_id bigint, application bigint, lang text)
  RETURNS TABLE (application_id bigint, applicant_id bigint, lines equity.explanation_line[])
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
BEGIN ATOMIC
  -- inlined, so that rows stream: the words are found once, each letter when it is asked for
  SELECT e.application_id, e.applicant_id, e.lines
    FROM (SELECT n.application_id, n.applicant_id,
                 equity_internal.letter_lines((SELECT equity_internal.letter_words(round_letters.round_id, round_letters.lang)),
                                              n.facts, n.application_id, n.status, n.late, n.bids, n.result, n.chosen,
                                              n.award, n.until, n.provisional) AS lines
            FROM equity_internal.letter_entries(round_letters.round_id, round_letters.application, round_letters.lang) AS n
          OFFSET 0) AS e;                   -- a letter is made once, not once a column
END;

COMMENT ON FUNCTION equity_internal.round_letters(bigint, bigint, text) IS
  'The lines of each letter of a round, or of one application.';

--- For each programme that the application asks for it has every rule with label, value, what
--- the rule asks, whether it holds, points, most possible points and what is missing, then
--- eligibility and score; for each choice the place among all who asked, the lowest score
--- admitted, the distance to it and the outcome; for each kind of seat that was refused the
--- position on the waiting list and what refused it (see equity.cutoffs); and whether the
--- result is provisional.
---
--- Sentences come from equity.reason, labels from equity.criterion. Rules are put to the
--- current facts; the score that counts is the one recorded, and a line says when they
--- differ. Of a sensitive criterion value, passed, points and reason are withheld from a
--- caller who may not read the columns that it comes from (equity.fact_column); totals and
--- the outcome are not, from which a careful reader may still conclude them.
---
--- An officer gets the letters of the own applicants, with all that they say.
---
--- Errors: 22023 another language; P0002 no such application.
CREATE FUNCTION equity.explain_application(application_id bigint, lang text DEFAULT 'th') RETURNS SETOF equity.explanation_line
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET jit = off
AS $$
DECLARE
  found_round bigint;
BEGIN
  IF NOT equity_internal.sees_whole('application_facts') THEN
    RETURN QUERY SELECT d.* FROM equity_internal.explain_application(explain_application.application_id, explain_application.lang) AS d;
    RETURN;
  END IF;
  PERFORM equity_internal.require_letter_language(lang);
  SELECT f.round_id INTO found_round
    FROM equity.application_facts AS f
   WHERE f.application_id = explain_application.application_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('application %s does not exist', coalesce(explain_application.application_id::text, 'NULL')),
      HINT = 'The numbers are in equity.application.';
  END IF;

  RETURN QUERY
  SELECT l.section, l.n::integer, l.programme, l.criterion, l.label, l.value, l.rule, l.passed, l.points, l.max_points,
         l.place, l.asked, l.seats, l.cutoff, l.distance, l.reason, l.message, l.advice
    FROM equity_internal.round_letters(found_round, explain_application.application_id, explain_application.lang) AS e
   CROSS JOIN LATERAL unnest(e.lines) WITH ORDINALITY
                AS l (section, line, programme, criterion, label, value, rule, passed, points, max_points,
                      place, asked, seats, cutoff, distance, reason, message, advice, n)
   ORDER BY l.n;
END;
$$;

COMMENT ON FUNCTION equity.explain_application(bigint, text) IS
  'A letter to an applicant, line by line, in Thai (th) or English (en): the application, every rule, each choice, the waiting lists and the result.';

-- A letter tells the place among all who asked, and how far down the seats went: an officer may not read what
-- that is counted from. With the rights of the owner, so it asks itself whose letter the caller may have.
CREATE FUNCTION equity_internal.explain_application(application_id bigint, lang text) RETURNS SETOF equity.explanation_line
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM equity.application AS a
                  WHERE a.application_id = explain_application.application_id
                    AND a.applicant_id IN (SELECT equity_internal.applicants_of(equity_internal.calling_role())))
  THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('application %s does not exist', coalesce(explain_application.application_id::text, 'NULL')),
      HINT = 'An officer has the letters of those who applied to the own institutions, or were entered or hold an award there.';
  END IF;
  RETURN QUERY SELECT e.* FROM equity.explain_application(explain_application.application_id, explain_application.lang) AS e;
END;
$$;

COMMENT ON FUNCTION equity_internal.explain_application(bigint, text) IS
  'equity.explain_application with the rights of the owner, for an officer of whom it is an own applicant.';

-- A query needs the right to call what it may not have to call: a function asks when it comes to it.
CREATE FUNCTION equity_internal.own_letters(round_id bigint, lang text)
  RETURNS TABLE (application_id bigint, applicant_id bigint, sections jsonb, text text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 1000
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT d.* FROM equity_internal.letters(own_letters.round_id, own_letters.lang) AS d;
END;
$$;

COMMENT ON FUNCTION equity_internal.own_letters(bigint, text) IS
  'equity_internal.letters, for equity.letters.';

--- sections is an array of objects, in the order of the letter: section, and lines, an array of the
--- lines of equity.explain_application as objects by its columns; what is NULL is left out. So
--- jsonb_populate_record(NULL::equity.explanation_line, …) gives a line back. text is the letter as plain text.
---
--- It reads the round once and makes each letter when it is asked for: with a cursor, COPY or a report that
--- reads row by row no more than one is in memory.
---
--- Errors: 22023 another language; P0002 no such round.
CREATE FUNCTION equity.letters(round_id bigint, lang text DEFAULT 'th')
  RETURNS TABLE (application_id bigint, applicant_id bigint, sections jsonb, text text)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
BEGIN ATOMIC
  -- inlined, so that rows stream; of the two only one is done
  SELECT e.application_id, e.applicant_id, equity_internal.letter_sections(e.lines), equity_internal.letter_text(e.lines)
    FROM equity_internal.round_letters(letters.round_id, NULL, letters.lang) AS e
   WHERE (SELECT equity_internal.sees_whole('application_facts'))
  UNION ALL
  SELECT o.application_id, o.applicant_id, o.sections, o.text
    FROM equity_internal.own_letters(letters.round_id, letters.lang) AS o
   WHERE NOT (SELECT equity_internal.sees_whole('application_facts'));
END;

COMMENT ON FUNCTION equity.letters(bigint, text) IS
  'The letters to all applicants of a round in Thai (th) or English (en), a row for each application: what equity.explain_application says, as JSON and as a text to print.';

CREATE FUNCTION equity_internal.letters(round_id bigint, lang text)
  RETURNS TABLE (application_id bigint, applicant_id bigint, sections jsonb, text text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SECURITY DEFINER
  ROWS 1000
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT e.application_id, e.applicant_id, e.sections, e.text
    FROM equity.letters(letters.round_id, letters.lang) AS e
   WHERE e.applicant_id IN (SELECT equity_internal.applicants_of(equity_internal.calling_role()));
END;
$$;

COMMENT ON FUNCTION equity_internal.letters(bigint, text) IS
  'equity.letters with the rights of the owner, for an officer, of the own applicants.';
-- Who went where in the refills, with names of places; persons are ids.

CREATE VIEW equity.refill_chain WITH (security_invoker = true) AS
  SELECT a.round_id,
         m.run_id,
         m.chain,
         m.step,
         m.applicant_id,
         m.vacated_by,
         w.award_id,
         w.status AS award_status,
         m.from_pool_id,
         m.from_seat,
         f.institution_th AS from_institution_th,
         f.institution_en AS from_institution_en,
         f.field_th AS from_field_th,
         f.field_en AS from_field_en,
         m.to_pool_id,
         m.to_seat,
         t.institution_th AS to_institution_th,
         t.institution_en AS to_institution_en,
         t.field_th AS to_field_th,
         t.field_en AS to_field_en
    FROM equity.refill_move AS m
    JOIN equity.allocation_run AS a ON a.run_id = m.run_id
    LEFT JOIN equity.award AS w
      ON w.round_id = a.round_id
     AND w.applicant_id = m.applicant_id
    LEFT JOIN equity.pool_label AS f ON f.pool_id = m.from_pool_id
    LEFT JOIN equity.pool_label AS t ON t.pool_id = m.to_pool_id;

COMMENT ON VIEW equity.refill_chain IS
  'The chains of moves of the refills (equity.refill_move) with the names of the places, one row for each applicant whose seat changed. In the order of run_id, chain and step it reads as it happened.';
COMMENT ON COLUMN equity.refill_chain.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.refill_chain.run_id IS 'The refill (ครั้งที่จัดสรรที่นั่งว่าง).';
COMMENT ON COLUMN equity.refill_chain.chain IS 'Number of the chain in the refill, 1 and up.';
COMMENT ON COLUMN equity.refill_chain.step IS 'Place in the chain: 0 left the round, 1 and up took the seat that the step before left.';
COMMENT ON COLUMN equity.refill_chain.applicant_id IS 'Who moved (ผู้ที่ย้าย).';
COMMENT ON COLUMN equity.refill_chain.vacated_by IS 'Who had the seat before; NULL when it was empty, and for those who left the round.';
COMMENT ON COLUMN equity.refill_chain.award_id IS 'The award of the one who moved (ทุน).';
COMMENT ON COLUMN equity.refill_chain.award_status IS 'Status of that award now.';
COMMENT ON COLUMN equity.refill_chain.from_pool_id IS 'Seat pool that was left; NULL for those who had no seat.';
COMMENT ON COLUMN equity.refill_chain.from_seat IS 'Kind of the seat that was left: open, or the name of a reserve.';
COMMENT ON COLUMN equity.refill_chain.from_institution_th IS 'Thai name of the institution that was left (สถานศึกษาเดิม).';
COMMENT ON COLUMN equity.refill_chain.from_institution_en IS 'English name of the institution that was left, or NULL.';
COMMENT ON COLUMN equity.refill_chain.from_field_th IS 'Thai name of the field of study that was left (สาขาวิชาเดิม).';
COMMENT ON COLUMN equity.refill_chain.from_field_en IS 'English name of the field of study that was left, or NULL.';
COMMENT ON COLUMN equity.refill_chain.to_pool_id IS 'Seat pool that is filled; NULL for those who left the round.';
COMMENT ON COLUMN equity.refill_chain.to_seat IS 'Kind of the seat that is filled: open, or the name of a reserve.';
COMMENT ON COLUMN equity.refill_chain.to_institution_th IS 'Thai name of the institution of the seat (สถานศึกษาใหม่).';
COMMENT ON COLUMN equity.refill_chain.to_institution_en IS 'English name of the institution of the seat, or NULL.';
COMMENT ON COLUMN equity.refill_chain.to_field_th IS 'Thai name of its field of study (สาขาวิชาใหม่).';
COMMENT ON COLUMN equity.refill_chain.to_field_en IS 'English name of its field of study, or NULL.';
-- Giving and taking levels. Rights are ordinary ones of PostgreSQL, given by GRANT in the name of whoever calls,
-- so that they are seen where rights are looked for, and dumped.

CREATE FUNCTION equity_internal.rights_of(level text) RETURNS TABLE (object text, privilege text, columns text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE r.kind
           WHEN 'table' THEN format('TABLE equity.%I', r.object)
           WHEN 'internal' THEN format('TABLE equity_internal.%I', r.object)
           WHEN 'type' THEN format('TYPE equity_internal.%I', r.object)
           ELSE (SELECT format('FUNCTION equity_internal.%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid))
                   FROM pg_proc AS p
                  WHERE p.pronamespace = 'equity_internal'::regnamespace
                    AND p.proname = r.object)
         END,
         CASE m.part[1]
           WHEN 'r' THEN 'SELECT'
           WHEN 'a' THEN 'INSERT'
           WHEN 'w' THEN 'UPDATE'
           WHEN 'd' THEN 'DELETE'
           WHEN 'x' THEN 'EXECUTE'
           WHEN 'U' THEN 'USAGE'
         END,
         m.part[2]
    FROM equity_internal.level_right AS r
   CROSS JOIN LATERAL regexp_matches(to_jsonb(r) ->> rights_of.level, '([a-zU])([(][^)]*[)])?', 'g') AS m (part);
END;

COMMENT ON FUNCTION equity_internal.rights_of(text) IS
  'The rights of a level (equity_internal.level_right) in the words of GRANT: object, privilege, and columns in parentheses or NULL for all.';

CREATE FUNCTION equity_internal.grant_rights(role text, level text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT r.* FROM equity_internal.rights_of(grant_rights.level) AS r LOOP
    EXECUTE format('GRANT %s%s ON %s TO %I', given.privilege, given.columns, given.object, role);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.grant_rights(text, text) IS
  'Gives a role the rights of a level.';

CREATE FUNCTION equity_internal.role_exists(role text) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = role_exists.role);

COMMENT ON FUNCTION equity_internal.role_exists(text) IS
  'Whether there is a role of that name.';

-- An upgrade that changes what levels may do ends with it.
CREATE FUNCTION equity_internal.renew_access() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.grant_rights(g.role_name, g.level)
     FROM (SELECT DISTINCT a.role_name, a.level FROM equity.access_grant AS a) AS g
    WHERE equity_internal.role_exists(g.role_name);
END;
$$;

COMMENT ON FUNCTION equity_internal.renew_access() IS
  'Gives each role that has a level (equity.access_grant) the rights that it has now.';

CREATE FUNCTION equity_internal.require_known_access(role text, level text, institution_id bigint) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT equity_internal.owns_registry() THEN
    RAISE EXCEPTION USING
      ERRCODE = 'insufficient_privilege',
      MESSAGE = 'permission denied for levels of access',
      HINT = 'Only who has installed the extension, or a superuser, gives and takes them.';
  END IF;
  IF role IS NULL OR level IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'a level of access needs a role and a level',
      HINT = 'For example equity.grant_access(''nan_college'', ''officer'', 17).';
  END IF;
  IF level NOT IN ('reader', 'analyst', 'officer', 'operator', 'auditor') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('unrecognized level "%s"', equity_internal.excerpt(level)),
      HINT = 'Levels are reader, analyst, officer, operator and auditor.';
  END IF;
  IF level <> 'officer' AND institution_id IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('level %s is not for an institution', level),
      HINT = 'Only an officer is of an institution.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_known_access(text, text, bigint) IS
  'Errors of what equity.grant_access and equity.revoke_access are given: 42501, 22004, 22023.';

--- role is a login, or better a group that logins are members of. reader reads the reports and
--- nothing behind them; analyst also rules, facts and scores, but neither identities nor what
--- is sensitive in law; officer the rows and letters of the applicants of one institution, whom
--- it enters and corrects (a call for each institution); operator sets up rounds and does the
--- operations, without a right to write scores, placements or awards; auditor reads all but
--- identities and verifies. A role may have several levels. A second call gives again what the
--- level has.
---
--- Errors: 42501 the caller has not installed the extension; 42704 no such role; P0002 no such
--- institution; 22004 no role or level, or an officer without institution; 22023 another level,
--- or an institution for a level that has none.
CREATE FUNCTION equity.grant_access(role text, level text, institution_id bigint DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.require_known_access(grant_access.role, grant_access.level, grant_access.institution_id);
  IF NOT equity_internal.role_exists(role) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'undefined_object',
      MESSAGE = format('role "%s" does not exist', equity_internal.excerpt(role)),
      HINT = 'Make it first: CREATE ROLE.';
  END IF;
  IF level = 'officer' AND grant_access.institution_id IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'an officer needs an institution',
      HINT = 'Pass its id as third argument, from equity.institution.';
  END IF;
  IF level = 'officer' AND NOT EXISTS (SELECT FROM equity.institution AS i WHERE i.institution_id = grant_access.institution_id) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('institution %s does not exist', grant_access.institution_id),
      HINT = 'The ids are in equity.institution.';
  END IF;
  IF equity_internal.owns_registry(role::name) THEN
    RAISE NOTICE 'role "%" owns the registry: levels neither narrow nor help it', role;
  END IF;

  INSERT INTO equity.access_grant (role_name, level, institution_id)
  VALUES (grant_access.role, grant_access.level, grant_access.institution_id)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RAISE NOTICE 'role "%" has level % already', role, level;
  END IF;
  PERFORM equity_internal.grant_rights(grant_access.role, grant_access.level);
  PERFORM equity.audit_append('grant_access', NULL, NULL,
                              jsonb_strip_nulls(jsonb_build_object('role', role, 'level', level, 'institution_id', institution_id)));
END;
$$;

COMMENT ON FUNCTION equity.grant_access(text, text, bigint) IS
  'Gives a role a level: reader, analyst, officer of an institution, operator or auditor, with exactly the rights that its work needs, and leaves it in the audit trail.';

CREATE FUNCTION equity_internal.require_revoked(role text, level text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  others text;
BEGIN
  SELECT string_agg(DISTINCT a.grantor::regrole::text, ', ') INTO others
    FROM equity_internal.rights_of(require_revoked.level) AS r
    JOIN pg_class AS c ON r.object = format('TABLE %s', c.oid::regclass)
   CROSS JOIN LATERAL aclexplode(c.relacl) AS a
   WHERE a.grantee = to_regrole(quote_ident(role))
     AND a.privilege_type = r.privilege;
  IF others IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'insufficient_privilege',
      MESSAGE = format('role "%s" would keep rights of level %s', role, level),
      DETAIL = format('They were granted by %s.', others),
      HINT = 'Take the level back as that role: SET ROLE.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_revoked(text, text) IS
  'Error 42501 when a role has rights of a level from somebody in whose name the caller cannot revoke them.';

--- What another level of the role needs stays. Without institution_id an officer loses all
--- institutions. A level that the role has not, or a role that is gone, is no error.
---
--- Errors: 42501 the caller has not installed the extension, or somebody else granted the rights;
--- 22004 no role or level; 22023 another level, or an institution for a level that has none.
CREATE FUNCTION equity.revoke_access(role text, level text, institution_id bigint DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  taken record;
BEGIN
  PERFORM equity_internal.require_known_access(revoke_access.role, revoke_access.level, revoke_access.institution_id);
  DELETE FROM equity.access_grant AS g
   WHERE g.role_name = revoke_access.role
     AND g.level = revoke_access.level
     AND (revoke_access.institution_id IS NULL OR g.institution_id = revoke_access.institution_id);
  IF NOT FOUND THEN
    RAISE NOTICE 'role "%" has no such level: nothing was changed', equity_internal.excerpt(role);
    RETURN;
  END IF;

  IF equity_internal.role_exists(role)
     AND NOT EXISTS (SELECT FROM equity.access_grant AS g
                      WHERE g.role_name = revoke_access.role
                        AND g.level = revoke_access.level)
  THEN
    FOR taken IN SELECT r.* FROM equity_internal.rights_of(revoke_access.level) AS r LOOP
      EXECUTE format('REVOKE %s%s ON %s FROM %I', taken.privilege, taken.columns, taken.object, role);
    END LOOP;
    PERFORM equity_internal.require_revoked(revoke_access.role, revoke_access.level);
    PERFORM equity_internal.grant_rights(g.role_name, g.level)
       FROM (SELECT DISTINCT a.role_name, a.level FROM equity.access_grant AS a WHERE a.role_name = revoke_access.role) AS g;
  END IF;
  PERFORM equity.audit_append('revoke_access', NULL, NULL,
                              jsonb_strip_nulls(jsonb_build_object('role', role, 'level', level, 'institution_id', institution_id)));
END;
$$;

COMMENT ON FUNCTION equity.revoke_access(text, text, bigint) IS
  'Takes a level back from a role with the rights that it gave, and leaves it in the audit trail.';
-- Access. The tables hold personal data, so nobody but who is granted it reads them, whatever the
-- default privileges of the database are. When an ordinary role makes a trusted install, the objects
-- belong to the bootstrap superuser; that role may do everything with the rows and let others do it. It
-- may not create objects in the schema: what the extension calls by a qualified name is its own. And
-- it has neither TRIGGER nor REFERENCES: the checks of foreign keys run with the rights of the
-- tables' owner, so a trigger or a cast that comes with them would run as a superuser.

-- What default privileges gave away is taken back from whoever got it. PUBLIC keeps what PostgreSQL
-- gives it, to run functions, and what the pieces gave, to use the schemas.
DO $$
DECLARE
  given record;
BEGIN
  FOR given IN
    SELECT DISTINCT o.object, a.grantee
      FROM (SELECT format('%s %s', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass) AS object,
                   c.relacl AS acl, c.relowner AS owner, false AS is_public
              FROM pg_class AS c
             WHERE c.relnamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace)
               AND c.relkind IN ('r', 'v', 'S')
            UNION ALL
            SELECT format('ROUTINE %s', p.oid::regprocedure), p.proacl, p.proowner, true
              FROM pg_proc AS p
             WHERE p.pronamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace)
            UNION ALL
            SELECT format('SCHEMA %s', n.oid::regnamespace), n.nspacl, n.nspowner, true
              FROM pg_namespace AS n
             WHERE n.oid IN ('equity'::regnamespace, 'equity_internal'::regnamespace)) AS o
     CROSS JOIN LATERAL aclexplode(o.acl) AS a
     WHERE a.grantee <> o.owner
       AND NOT (a.grantee = 0 AND o.is_public)
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', given.object,
                   CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE given.grantee::regrole::text END);
  END LOOP;
END;
$$;

REVOKE CREATE ON SCHEMA equity, equity_internal FROM PUBLIC;

-- What has the rights of its owner is called by those whom a level lets (equity_internal.level_right), or by
-- nobody but the server, as a trigger.
DO $$
DECLARE
  delegate regprocedure;
BEGIN
  FOR delegate IN
    SELECT p.oid
      FROM pg_proc AS p
     WHERE p.pronamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace)
       AND p.prosecdef
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', delegate);
  END LOOP;
END;
$$;

GRANT USAGE ON SCHEMA equity, equity_internal TO @extowner@ WITH GRANT OPTION;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA equity, equity_internal TO @extowner@ WITH GRANT OPTION;
GRANT ALL ON ALL SEQUENCES IN SCHEMA equity TO @extowner@ WITH GRANT OPTION;
GRANT ALL ON ALL ROUTINES IN SCHEMA equity, equity_internal TO @extowner@ WITH GRANT OPTION;
GRANT USAGE ON TYPE equity_internal.officer TO @extowner@ WITH GRANT OPTION;

-- These show a caller nothing that the tables behind them do not: letters and operations read them.
GRANT SELECT ON equity_internal.entered_choice, equity_internal.entered_input, equity_internal.fact_group, equity_internal.pool_cap,
  equity_internal.programme_application, equity_internal.reserve_groups,
  equity_internal.sensitive_field, equity_internal.import_kind, equity_internal.import_reader, equity_internal.import_field,
  equity_internal.import_word, equity_internal.import_reason, equity_internal.pool_code TO PUBLIC;

GRANT SELECT ON equity_internal.level_right TO PUBLIC;
