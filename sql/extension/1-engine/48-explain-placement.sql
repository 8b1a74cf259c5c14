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
  SELECT equity_internal.require_language(explain_placement.lang, 'explanations');

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
