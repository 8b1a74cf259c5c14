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
