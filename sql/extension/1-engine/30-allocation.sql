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
--- An optional column that is NULL in every row needs no type: `NULL AS parent_id`.
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
