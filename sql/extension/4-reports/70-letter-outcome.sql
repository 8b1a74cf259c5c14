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
    SELECT a.applicant_id, r.pool_id, r.seat, a.place, r.asked, CASE WHEN a.waits = '1' THEN a.waiting END, r.waiting_all
      FROM (SELECT k.pool_id, k.seat, k.applicants, k.waiting, length(k.waiting)::bigint AS asked, bit_count(k.waiting) AS waiting_all
              FROM equity.run_ranking AS k
             WHERE k.run_id = letter_places.run_id
            OFFSET 0) AS r                  -- counted once a ranking, not once an applicant
     CROSS JOIN LATERAL (
       SELECT u.*, count(*) FILTER (WHERE u.waits = '1') OVER (ORDER BY u.place ROWS UNBOUNDED PRECEDING) AS waiting
         FROM unnest(r.applicants, string_to_array(r.waiting::text, NULL)) WITH ORDINALITY AS u (applicant_id, waits, place)) AS a;
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
    SELECT k.*, row_number() OVER () AS part
      FROM equity_internal.letter_seats(letter_bids.round_id, found_run.run_id, wanted, letter_bids.lang) AS k
  ), kind AS MATERIALIZED (
    SELECT DISTINCT k.seat, k.seat_words AS words FROM part AS k
  ), person AS (
    SELECT f.applicant_id, f.status, equity_internal.came_late(f.application_id, f.status, f.submitted_at, closing) AS late
      FROM equity.application_facts AS f
     WHERE f.round_id = letter_bids.round_id
       AND (letter_bids.applicant IS NULL OR f.applicant_id = letter_bids.applicant)
  ), bid AS (                               -- narrow, for there are many: the words come last
    SELECT c.applicant_id, c.choice::integer AS choice, k.part, k.pool_id, k.seat, a.status, a.late,
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
           b.competes AND (b.held_choice IS NULL OR b.choice < b.held_choice) AND coalesce(b.standing = 'float', true) AS waits
      FROM bid AS b
      LEFT JOIN equity_internal.letter_places(found_run.run_id, letter_bids.applicant, wanted) AS q
        ON b.competes
       AND q.applicant_id = b.applicant_id
       AND q.pool_id = b.pool_id
       AND q.seat = b.seat
     WHERE b.seat = 'open'
        OR b.competes AND b.tier IS NOT NULL
    OFFSET 0
  ), measured AS (
    SELECT b.*, k.programme, k.pool, k.pool_seats, k.seat_words, k.precedence, k.seats,
           k.held, k.cutoff, k.last_tier, k.last_tie, k.last_lottery, k.last_kept, k.stopped_by, k.ceiling,
           CASE
             WHEN NOT b.competes THEN NULL
             WHEN k.stopped_by = 'cap' THEN
               CASE WHEN k.cap_tier IS NOT DISTINCT FROM equity_internal.cap_tier(k.seat, k.cascade, b.tier) THEN k.cap_cutoff - b.score END
             ELSE k.cutoff - b.score
           END AS missing
      FROM placed AS b
      LEFT JOIN part AS k ON k.part = b.part
    OFFSET 0
  ), answered AS (
    SELECT p.*,
           equity_internal.refusal_code(p.waits, p.stopped_by, p.held, p.last_kept, p.tier, p.last_tier, p.cutoff, p.score, p.missing,
             CASE WHEN p.waits AND p.score >= p.cutoff THEN
               equity_internal.tie_code(found_run, p.applicant_id, p.pool_id, p.last_tie, p.last_lottery) END) AS refusal
      FROM measured AS p
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
  SET work_mem = '128MB'
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
         'AWARD ' || o.status || CASE WHEN o.status = 'offered' AND o.offer_expires_at IS NULL THEN ', open' ELSE '' END, m.words,
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
