-- The part of a letter that tells of the choices: how many asked, how far down the seats went, what
-- refused the applicant, and the position on each waiting list.
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

-- A middle dot; the encodings of Thai alone have none.
CREATE FUNCTION equity_internal.sentence_separator() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE getdatabaseencoding() WHEN 'UTF8' THEN format(' %s ', chr(183)) ELSE ' - ' END;

COMMENT ON FUNCTION equity_internal.sentence_separator() IS
  'What stands between two sentences of one line.';

CREATE FUNCTION equity_internal.cap_words(cap bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE lang WHEN 'en' THEN coalesce(c.name_en, c.name_th) ELSE c.name_th END
    FROM equity.seat_cap AS c
   WHERE c.cap_id = cap_words.cap;
END;

COMMENT ON FUNCTION equity_internal.cap_words(bigint, text) IS
  'The name of a ceiling in the given language.';

--- Of reserves nothing for a caller who may not read who belongs to groups
--- (equity_internal.reads_groups).
CREATE FUNCTION equity_internal.applicant_seat_bids(run_id bigint, applicant bigint)
  RETURNS TABLE (choice integer, pool_id bigint, seat text, precedence integer, seats integer, cascade text[], tier integer,
                 score numeric, tie numeric, lottery bigint, waits boolean)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 10
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_run equity.allocation_run := equity_internal.find_run(applicant_seat_bids.run_id);
  shown boolean := equity_internal.reads_groups();
  belongs text[];
  won integer := (SELECT t.choice
                    FROM equity.placement AS t
                   WHERE t.run_id = found_run.run_id
                     AND t.applicant_id = applicant);
  bound boolean := EXISTS (SELECT FROM equity.run_standing AS s
                            WHERE s.run_id = found_run.run_id
                              AND s.applicant_id = applicant
                              AND s.decision <> 'float');
BEGIN
  IF shown AND (SELECT t.has_reserves FROM equity_internal.round_features(found_run.round_id) AS t) THEN
    SELECT g.groups INTO belongs
      FROM equity_internal.reserve_groups AS g
     WHERE g.round_id = found_run.round_id
       AND g.applicant_id = applicant;
  END IF;

  -- not equity.competing_choice, for which a reader needs columns that a letter does not tell of: only who
  -- takes part is assessed
  RETURN QUERY
  SELECT c.choice::integer, c.pool_id, g.seat, g.precedence, g.seats, g.cascade, f.tier, s.score,
         CASE WHEN shown AND found_run.tie_field IS NOT NULL THEN equity_internal.input_tie(found_run.round_id, applicant, c.pool_id) END,
         equity_internal.lottery_number(found_run.tie_break, found_run.seed, applicant, c.pool_id),
         (won IS NULL OR c.choice < won) AND NOT bound
    FROM equity.choice AS c
    JOIN equity.seat_pool AS p ON p.pool_id = c.pool_id
    JOIN equity.application AS a
      ON a.applicant_id = c.applicant_id
     AND a.round_id = c.round_id
    JOIN equity.assessment AS s
      ON s.applicant_id = c.applicant_id
     AND s.round_id = c.round_id
     AND s.programme_code = p.programme_code
    JOIN equity.seat_group AS g
      ON g.round_id = c.round_id
     AND g.pool_id = c.pool_id
   CROSS JOIN LATERAL (SELECT equity_internal.seat_tier(g.seat, g.cascade, belongs) AS tier) AS f
   WHERE c.applicant_id = applicant
     AND c.round_id = found_run.round_id
     AND a.status = 'submitted'
     AND equity_internal.competes(s.eligible, s.score)
     AND f.tier IS NOT NULL
     AND (shown OR g.seat = 'open');
END;
$$;

COMMENT ON FUNCTION equity_internal.applicant_seat_bids(bigint, bigint) IS
  'The kinds of seat that an applicant competed for in an allocation run, choice by choice: tier, score, value of tie, lottery number, and whether the applicant was refused there and holds nothing better.';

CREATE TYPE equity_internal.choice_outcome AS (
  choice integer,
  pool_id bigint,
  seat text,
  precedence integer,
  seats integer,
  tier integer,
  score numeric,
  waits boolean,
  place bigint,
  asked bigint,
  "position" bigint,
  waiting bigint,
  cutoff numeric,
  distance numeric,
  sentence text,
  figures jsonb
);

COMMENT ON TYPE equity_internal.choice_outcome IS
  'What one kind of seat of a choice answered an applicant, see equity_internal.explain_seats.';
COMMENT ON COLUMN equity_internal.choice_outcome.choice IS 'Choice (อันดับ) of the applicant.';
COMMENT ON COLUMN equity_internal.choice_outcome.pool_id IS 'Seat pool asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity_internal.choice_outcome.seat IS 'Kind of seat: open, or the name of a reserve.';
COMMENT ON COLUMN equity_internal.choice_outcome.precedence IS 'Place in the order in which the kinds of seat of a pool are filled, 1 first.';
COMMENT ON COLUMN equity_internal.choice_outcome.seats IS 'Seats of that kind (จำนวนที่นั่ง).';
COMMENT ON COLUMN equity_internal.choice_outcome.tier IS 'Place in the cascade of a reserve; 0 for its own group and for open seats.';
COMMENT ON COLUMN equity_internal.choice_outcome.score IS 'Score that counted (คะแนน).';
COMMENT ON COLUMN equity_internal.choice_outcome.waits IS 'Whether the applicant was refused there and holds nothing that is wanted more.';
COMMENT ON COLUMN equity_internal.choice_outcome.place IS 'Place among all who competed, 1 first; NULL when it must not be shown.';
COMMENT ON COLUMN equity_internal.choice_outcome.asked IS 'How many competed.';
COMMENT ON COLUMN equity_internal.choice_outcome."position" IS 'Position on the waiting list (ลำดับที่), 1 first; NULL for those who are not on it.';
COMMENT ON COLUMN equity_internal.choice_outcome.waiting IS 'How many are on the waiting list.';
COMMENT ON COLUMN equity_internal.choice_outcome.cutoff IS 'Lowest score of the holders (คะแนนต่ำสุดที่ได้รับ), NULL of fewer than five.';
COMMENT ON COLUMN equity_internal.choice_outcome.distance IS 'Points missing to the lowest score of the holders, or of those under a ceiling that is reached, when they are five or more; 0 when it was reached.';
COMMENT ON COLUMN equity_internal.choice_outcome.sentence IS 'Code of what refused the applicant (equity.reason), NULL when nothing did.';
COMMENT ON COLUMN equity_internal.choice_outcome.figures IS 'Figures of that sentence, a JSON object.';

CREATE FUNCTION equity_internal.explain_seats(run_id bigint, applicant bigint, lang text) RETURNS SETOF equity_internal.choice_outcome
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 10
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  wanted bigint[] := ARRAY(SELECT c.pool_id
                             FROM equity.allocation_run AS a
                             JOIN equity.choice AS c ON c.round_id = a.round_id
                            WHERE a.run_id = explain_seats.run_id
                              AND c.applicant_id = applicant);
  with_ties boolean := EXISTS (SELECT FROM equity.allocation_run AS a
                                WHERE a.run_id = explain_seats.run_id
                                  AND (a.tie_field IS NULL OR equity_internal.reads_groups()));
BEGIN
  RETURN QUERY
  WITH edge AS MATERIALIZED (
    SELECT k.*, CASE WHEN k.held >= 5 THEN k.last_score END AS cutoff
      FROM equity_internal.run_cutoffs(explain_seats.run_id, wanted, with_ties) AS k
  ), ceiling AS MATERIALIZED (
    SELECT u.*, CASE WHEN u.held >= 5 AND NOT u.last_kept THEN u.last_score END AS cutoff
      FROM equity_internal.run_cap_cutoffs(explain_seats.run_id, ARRAY(SELECT e.cap_id FROM edge AS e WHERE e.stopped_by = 'cap'), false) AS u
  ), spot AS MATERIALIZED (
    SELECT q.* FROM equity_internal.applicant_places(explain_seats.run_id, applicant, wanted) AS q
  ), refusal AS (
    SELECT c.*, e.cutoff, e.cap_id, q.place, q.asked, q."position", q.waiting,
           CASE e.stopped_by
             WHEN 'cap' THEN CASE WHEN u.last_tier IS NOT DISTINCT FROM equity_internal.cap_tier(c.seat, c.cascade, c.tier)
                                    THEN u.cutoff - c.score END
             ELSE e.cutoff - c.score
           END AS missing,
           CASE
             WHEN NOT c.waits THEN NULL
             WHEN e.stopped_by = 'cap' THEN 'CEILING_REACHED'
             WHEN e.stopped_by = 'floor' THEN 'POOL_CLOSED'
             WHEN e.stopped_by IS NULL THEN 'TIES_REFUSED'
             WHEN e.held = 0 THEN 'NO_SEAT'
             WHEN e.last_kept THEN 'SEATS_KEPT'
             WHEN c.tier > e.last_tier THEN 'TIER_AFTER'
             WHEN e.cutoff IS NULL THEN 'OTHERS_BEFORE'
             WHEN c.score < e.cutoff THEN 'BELOW_CUTOFF'
             WHEN NOT with_ties THEN 'TIE_LOST'
             WHEN c.tie IS DISTINCT FROM e.last_tie THEN 'TIE_VALUE_LOST'
             WHEN c.lottery > e.last_lottery THEN 'LOTTERY_LOST'
             ELSE 'TIE_LOST'
           END AS outcome
      FROM equity_internal.applicant_seat_bids(explain_seats.run_id, applicant) AS c
      JOIN edge AS e
        ON e.pool_id = c.pool_id
       AND e.seat = c.seat
      LEFT JOIN ceiling AS u ON u.cap_id = e.cap_id
      LEFT JOIN spot AS q
        ON q.pool_id = c.pool_id
       AND q.seat = c.seat
  )
  SELECT r.choice, r.pool_id, r.seat, r.precedence, r.seats, r.tier, r.score, r.waits,
         r.place, r.asked, r."position", r.waiting, r.cutoff, CASE WHEN r.missing < 0 THEN r.score - r.score ELSE r.missing END,
         CASE WHEN r.outcome = 'CEILING_REACHED' AND r.missing > 0 THEN 'CEILING_BELOW' ELSE r.outcome END,
         jsonb_build_object('distance', r.missing, 'draw', r.lottery, 'ceiling', equity_internal.cap_words(r.cap_id, lang))
    FROM refusal AS r;
END;
$$;

COMMENT ON FUNCTION equity_internal.explain_seats(bigint, bigint, text) IS
  'Each kind of seat that an applicant competed for in an allocation run: place among all, position on the waiting list, score of the last one admitted, points missing to it, and of a refusal the code of the sentence (equity.reason) with its figures.';

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

CREATE FUNCTION equity_internal.explain_choices(facts equity.application_facts, run_id bigint, answers equity_internal.choice_outcome[], lang text)
  RETURNS TABLE (choice integer, pool_id bigint, programme text, pool text, admitted boolean, score numeric, place bigint, asked bigint,
                 seats integer, cutoff numeric, distance numeric, sentence text, figures jsonb)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 10
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  won equity.placement;
  standing text := (SELECT s.decision
                      FROM equity.run_standing AS s
                     WHERE s.run_id = explain_choices.run_id
                       AND s.applicant_id = facts.applicant_id);
BEGIN
  SELECT t.* INTO won
    FROM equity.placement AS t
   WHERE t.run_id = explain_choices.run_id
     AND t.applicant_id = facts.applicant_id;

  RETURN QUERY
  SELECT c.choice::integer, l.pool_id, l.programme_code, equity_internal.pool_words(l, lang),
         CASE WHEN explain_choices.run_id IS NOT NULL THEN coalesce(won.pool_id = c.pool_id, false) END,
         s.score, s.place, s.asked, l.seats, s.cutoff, s.distance,
         CASE
           WHEN won.pool_id = c.pool_id AND won.seat <> 'open' AND equity_internal.reads_groups() THEN 'ADMITTED_SEAT'
           WHEN won.pool_id = c.pool_id THEN 'ADMITTED'
           WHEN standing = 'out' THEN 'TAKES_NO_PART'
           WHEN facts.status = 'draft' THEN 'NOT_SUBMITTED'
           WHEN facts.status = 'withdrawn' THEN 'WITHDRAWN'
           WHEN equity_internal.came_late(facts) THEN 'LATE'
           WHEN explain_choices.run_id IS NULL THEN 'NOT_ALLOCATED'
           WHEN s.score IS NULL THEN 'NOT_CONSIDERED'
           WHEN won.choice < c.choice THEN 'BETTER_CHOICE'
           WHEN standing = 'freeze' THEN 'FROZEN'
           WHEN l.seats = 0 THEN 'NO_SEAT'
           ELSE s.sentence
         END,
         s.figures || jsonb_build_object('seat', equity_internal.seat_words(won.seat, lang))
    FROM equity.choice AS c
    JOIN equity.pool_label AS l ON l.pool_id = c.pool_id
    LEFT JOIN unnest(answers) AS s
           ON s.pool_id = c.pool_id
          AND s.seat = 'open'
   WHERE c.applicant_id = facts.applicant_id
     AND c.round_id = facts.round_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.explain_choices(equity.application_facts, bigint, equity_internal.choice_outcome[], text) IS
  'Each choice of an application with its pool in words, the score, the place among all who are eligible and asked for the pool, the score of the last one admitted to an open seat in a run, and the code of the outcome (equity.reason) with its figures.';

CREATE FUNCTION equity_internal.explain_waitlists(answers equity_internal.choice_outcome[], lang text)
  RETURNS TABLE (choice integer, precedence integer, content jsonb)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 10
BEGIN ATOMIC
  SELECT s.choice, s.precedence,
         jsonb_build_object(
           'section', 'queue', 'programme', p.programme_code,
           'label', equity.reason_text('QUEUE', lang, jsonb_build_object('choice', s.choice, 'seat', equity_internal.seat_words(s.seat, lang))),
           'points', s.score, 'place', s."position", 'asked', s.waiting, 'seats', s.seats, 'cutoff', s.cutoff,
           'distance', s.distance, 'reason', s.sentence,
           'message', concat_ws(equity_internal.sentence_separator(),
             CASE WHEN s.seat <> 'open' THEN equity.reason_text(CASE s.tier WHEN 0 THEN 'COUNTED_MEMBER' ELSE 'COUNTED_AFTER' END, lang) END,
             CASE WHEN s.seat <> 'open' THEN equity.reason_text(s.sentence, lang, s.figures) END,
             CASE WHEN s."position" IS NOT NULL THEN
               equity.reason_text('QUEUE_PLACE', lang, jsonb_build_object('place', s."position", 'asked', s.waiting)) END))
    FROM unnest(answers) AS s
    JOIN equity.seat_pool AS p ON p.pool_id = s.pool_id
   WHERE s.waits
     AND s.seats > 0
     AND (s.seat <> 'open' OR s."position" IS NOT NULL);
END;

COMMENT ON FUNCTION equity_internal.explain_waitlists(equity_internal.choice_outcome[], text) IS
  'The waiting lists among the answers of equity_internal.explain_seats, one line for each choice and kind of seat, as JSON objects.';

CREATE FUNCTION equity_internal.explain_award(facts equity.application_facts, lang text) RETURNS SETOF jsonb
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT jsonb_build_object(
           'section', 'result', 'reason', 'AWARD ' || w.status,
           'message', equity.reason_text('AWARD ' || w.status, lang, jsonb_build_object(
                        'until', equity_internal.time_words(w.offer_expires_at, lang))))
    FROM equity.award AS w
   WHERE w.applicant_id = (facts).applicant_id
     AND w.round_id = (facts).round_id
     AND w.status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn');
END;

COMMENT ON FUNCTION equity_internal.explain_award(equity.application_facts, text) IS
  'What became of the award of the round, as one line, a JSON object.';

CREATE FUNCTION equity_internal.explain_result(facts equity.application_facts, lang text) RETURNS SETOF jsonb
  LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  shown equity.current_run;
  answers equity_internal.choice_outcome[];
BEGIN
  SELECT u.* INTO shown
    FROM equity.current_run AS u
   WHERE u.round_id = facts.round_id;
  IF shown.run_id IS NOT NULL THEN
    answers := ARRAY(SELECT a FROM equity_internal.explain_seats(shown.run_id, facts.applicant_id, lang) AS a);
  END IF;

  RETURN QUERY
  WITH choice AS MATERIALIZED (
    SELECT c.* FROM equity_internal.explain_choices(facts, shown.run_id, answers, lang) AS c
  ), chosen AS (
    SELECT c.choice, c.pool FROM choice AS c WHERE c.admitted
  ), line AS (
    SELECT c.choice AS n, 0 AS m,
           jsonb_build_object(
             'section', 'choice', 'programme', c.programme,
             'label', equity.reason_text('CHOICE', lang, jsonb_build_object('choice', c.choice, 'pool', c.pool)),
             'passed', c.admitted, 'points', c.score, 'place', c.place,
             'asked', c.asked, 'seats', c.seats, 'cutoff', c.cutoff, 'distance', c.distance, 'reason', c.sentence,
             'message', concat_ws(equity_internal.sentence_separator(), equity.reason_text(c.sentence, lang, coalesce(c.figures, '{}')),
                                  CASE WHEN c.seats > 0 AND c.place IS NOT NULL THEN
                                    equity.reason_text(CASE WHEN c.cutoff IS NULL THEN 'PLACE_ALONE' ELSE 'PLACE' END, lang, jsonb_build_object(
                                      'place', c.place, 'asked', c.asked, 'seats', c.seats, 'cutoff', c.cutoff)) END)) AS content
      FROM choice AS c
    UNION ALL
    SELECT q.choice, q.precedence, q.content
      FROM equity_internal.explain_waitlists(answers, lang) AS q
    UNION ALL
    SELECT 100000, 0,
           jsonb_build_object(
             'section', 'result', 'passed', CASE WHEN shown.run_id IS NOT NULL THEN EXISTS (SELECT FROM chosen) END,
             'reason', s.sentence,
             'message', equity.reason_text(s.sentence, lang, (SELECT to_jsonb(n) FROM chosen AS n)))
      FROM (SELECT CASE
                     WHEN facts.status = 'draft' THEN 'NOT_SUBMITTED'
                     WHEN facts.status = 'withdrawn' THEN 'WITHDRAWN'
                     WHEN equity_internal.came_late(facts) THEN 'LATE'
                     WHEN NOT EXISTS (SELECT FROM choice) THEN 'NO_CHOICE'
                     WHEN shown.run_id IS NULL THEN 'NOT_ALLOCATED'
                     WHEN EXISTS (SELECT FROM chosen) THEN 'CHOSEN'
                     WHEN EXISTS (SELECT FROM choice AS c WHERE c.sentence = 'TAKES_NO_PART') THEN 'TAKES_NO_PART'
                     ELSE 'NONE_CHOSEN'
                   END AS sentence) AS s
    UNION ALL
    SELECT 100001, 0, w.content
      FROM equity_internal.explain_award(facts, lang) AS w (content)
    UNION ALL
    SELECT 100002, 0, jsonb_build_object('section', 'result', 'reason', 'PROVISIONAL')
     WHERE shown.status <> 'published'
       AND facts.status = 'submitted'
  )
  SELECT l.content FROM line AS l ORDER BY l.n, l.m;
END;
$$;

COMMENT ON FUNCTION equity_internal.explain_result(equity.application_facts, text) IS
  'The choices of an application and what came of them, and the award, each line a JSON object.';
