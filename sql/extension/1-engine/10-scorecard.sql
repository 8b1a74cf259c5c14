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
  'Planner support of score and eligible: with a constant scorecard, a call over the row of a table or a view becomes score_fields, eligible_fields, assess_fields or assess_typed_fields over the columns that the card reads, so that only those are read and an index on them is used.';

CREATE FUNCTION equity_internal.scorecard_fields_support(internal) RETURNS internal
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_scorecard_fields_support';

COMMENT ON FUNCTION equity_internal.scorecard_fields_support(internal) IS
  'Planner support of score_fields and eligible_fields: the cost by the number of criteria, and how many rows pass the gates by the statistics of the columns.';

-- What a card says of a record

--- Errors: 42703 the record lacks a field, 42804 a type that cannot be judged, 22003 a number
--- of 10^12 or more where it must be multiplied, 22007 a text that is no date where it is compared
--- with one, 22023 a date in a year of the Buddhist era (2400 to 2700).
CREATE FUNCTION equity.eligible(card equity.scorecard, applicant record) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
  SUPPORT equity_internal.scorecard_support
  AS 'MODULE_PATHNAME', 'equity_eligible';

COMMENT ON FUNCTION equity.eligible(equity.scorecard, record) IS
  'Whether a record passes the gates of a scorecard: every lone gate, and one gate of each group. NULL when a missing value leaves it undetermined.';

--- Errors: those of eligible.
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
--- Errors: 22023 another number of values; those of eligible.
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
  'eligible over separate values, one for each of equity.fields(card), in that order; at most 98. Errors: 22023 another number of values; those of eligible.';

--- reasons holds the reason code of each criterion that failed or is undetermined, in the
--- order of the card; gates of a group that passed give none.
---
--- Errors: those of eligible.
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
  'assess over separate values, one for each of equity.fields(card), in that order; at most 98. Errors: 22023 another number of values; those of eligible.';

-- The same with a type that has a name: servers exchange no other rows

CREATE TYPE equity.assessment_result AS (
  eligible boolean,
  score numeric,
  class text,
  reasons text[]
);

COMMENT ON TYPE equity.assessment_result IS
  'What a scorecard says of a record, as equity.assess_typed() returns it.';
COMMENT ON COLUMN equity.assessment_result.eligible IS
  'Whether the record passes the gates; NULL when a missing value leaves it undetermined.';
COMMENT ON COLUMN equity.assessment_result.score IS
  'The points; NULL when undetermined or rejected.';
COMMENT ON COLUMN equity.assessment_result.class IS
  'The class of the score; NULL without classes or score.';
COMMENT ON COLUMN equity.assessment_result.reasons IS
  'The reason code of each criterion that failed or is undetermined.';

--- For a result that is kept in a column, or that another server computes: Citus refuses a row without a
--- named type ("record type has not been registered") wherever a subquery hands it on.
---
--- Errors: those of eligible.
CREATE FUNCTION equity.assess_typed(card equity.scorecard, applicant record) RETURNS equity.assessment_result
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
  SUPPORT equity_internal.scorecard_support
  AS 'MODULE_PATHNAME', 'equity_assess';

COMMENT ON FUNCTION equity.assess_typed(equity.scorecard, record) IS
  'equity.assess with a result of a named type, for tables, subqueries and shards.';

CREATE FUNCTION equity.assess_typed_fields(card equity.scorecard, VARIADIC field_values "any") RETURNS equity.assessment_result
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 20
  SUPPORT equity_internal.scorecard_fields_support
  AS 'MODULE_PATHNAME', 'equity_assess_fields';

COMMENT ON FUNCTION equity.assess_typed_fields(equity.scorecard, "any") IS
  'equity.assess_fields with a result of a named type. Errors: 22023 another number of values; those of eligible.';

--- A section shows its points after its limits, a derived field its value. After the rule of
--- a gate between two fields stands the value of the other field, in parentheses.
---
--- Errors: those of eligible.
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
--- Errors: those of eligible.
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
--- Errors: 22023 the cut-off is no number below 10^12; those of eligible.
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
