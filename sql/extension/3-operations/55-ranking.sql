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
  'Who ranked where in an allocation run, with the current rows: for each pool and kind of seat (in the order precedence of the pool) the applicants who competed for it, place 1 first, in the order of equity.allocate: holders of a seat from before, tier, score descending, tie ascending (NULL last), lottery, applicant id. Reads the registry.';

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
  'The waiting lists of an allocation run (บัญชีสำรอง), with the current rows: for each pool and kind of seat everybody who competed for it, was refused there and got nothing better: unplaced, or placed at a choice (อันดับ) that is wanted less. Reads the registry.';

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
