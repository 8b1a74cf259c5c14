-- The letter to an applicant: what each rule says of the application, the score, the place in the
-- queue of each choice and the outcome, line by line, in Thai or English.
--
-- Sensitive personal data (PDPA section 26) is shown only to whoever may read the column that it comes
-- from. A field is sensitive when a criterion that reads it is marked so, or when it is a fact that is
-- (see equity.fact_column). Every criterion that reads a sensitive field is sensitive, be it through
-- derived fields, as the other field of a gate, or as a section that sums.

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

CREATE FUNCTION equity_internal.explain_rules(facts equity.application_facts, card equity.scorecard, version integer, lang text)
  RETURNS TABLE (seq integer, criterion text, label text, value text, rule text, passed boolean,
                 points numeric, max_points numeric, reason text, sentence text)
  LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  secret text[] := ARRAY(SELECT c.criterion FROM equity_internal.hidden_criteria(card, explain_rules.version) AS c);
BEGIN
  RETURN QUERY
  SELECT e.seq,
         e.criterion,
         w.label,
         CASE
           WHEN h.hidden THEN '***'
           ELSE coalesce(w."values" ->> e.value, equity_internal.plain_value(e.value, e.field, lang))
         END,
         coalesce(w.rule, e.rule) || coalesce(' (' || equity_internal.plain_value(h.compared, w.than, lang) || ')', ''),
         CASE WHEN NOT h.hidden AND e.kind <> 'derive' THEN e.passed END,
         CASE WHEN NOT h.hidden THEN e.points END,
         e.max_points,
         CASE WHEN NOT h.hidden THEN e.reason END,
         CASE
           WHEN h.hidden THEN 'WITHHELD'
           WHEN e.field IS NOT NULL AND e.value IS NULL AND e.rule !~ ' is (not )?null$' THEN 'MISSING'
           WHEN w.than IS NOT NULL AND h.compared IS NULL THEN 'MISSING'
           WHEN e.kind <> 'gate' THEN NULL
           WHEN e.passed THEN 'PASSED'
           WHEN e.reason IS NULL THEN 'ALTERNATIVE'
           WHEN EXISTS (SELECT FROM equity.reason AS r WHERE r.reason_code = e.reason) THEN e.reason
           ELSE 'FAILED'
         END
    FROM equity.explain(card, facts) AS e
    JOIN equity_internal.criterion_words(card, explain_rules.version, lang) AS w ON w.criterion = e.criterion
   CROSS JOIN LATERAL (
     -- equity.explain() puts the value of the other field after a rule, in parentheses
     SELECT e.criterion = ANY (secret) AS hidden,
            CASE WHEN w.than IS NOT NULL AND e.criterion <> ALL (secret) THEN substring(e.rule FROM ' [(](.*)[)]$') END AS compared
   ) AS h;
END;
$$;

COMMENT ON FUNCTION equity_internal.explain_rules(equity.application_facts, equity.scorecard, integer, text) IS
  'The lines of equity.explain for one card in words of the given language, without the sensitive values that the caller may not read, and with the code of the sentence to say (equity.reason).';

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

--- While the round is open nobody is: its closing marks who is late.
CREATE FUNCTION equity_internal.came_late(facts equity.application_facts) RETURNS boolean
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  -- most letters need no right to read equity.application.late
  IF facts.status = 'submitted'
     AND facts.submitted_at > (SELECT r.closes_at FROM equity.round AS r WHERE r.round_id = facts.round_id)
  THEN
    RETURN NOT EXISTS (SELECT FROM equity.entry AS e WHERE e.application_id = facts.application_id);
  END IF;
  RETURN false;
END;
$$;

COMMENT ON FUNCTION equity_internal.came_late(equity.application_facts) IS
  'Whether an application takes no part because it was submitted after closes_at and not accepted.';

CREATE FUNCTION equity_internal.explain_programme(facts equity.application_facts, programme text, lang text) RETURNS SETOF jsonb
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  rule equity.scorecard_version;
  stored equity.assessment;
  present record;
  withheld boolean;
  is_stored boolean;
  note text;
BEGIN
  SELECT v.* INTO rule
    FROM equity.round_programme AS rp
    JOIN equity.scorecard_version AS v
      ON v.card_code = rp.card_code
     AND v.version = rp.card_version
   WHERE rp.round_id = facts.round_id
     AND rp.programme_code = programme;
  IF rule.card IS NULL THEN
    RETURN NEXT jsonb_build_object('section', 'eligibility', 'reason', 'NO_CARD');
    RETURN;
  END IF;

  withheld := EXISTS (SELECT FROM equity_internal.hidden_criteria(rule.card, rule.version));
  present := equity.assess(rule.card, facts);
  SELECT s.* INTO stored
    FROM equity.assessment AS s
   WHERE s.applicant_id = facts.applicant_id
     AND s.round_id = facts.round_id
     AND s.programme_code = programme;
  is_stored := FOUND;

  RETURN QUERY
  SELECT jsonb_build_object(
           'section', 'rule', 'criterion', e.criterion, 'label', e.label, 'value', e.value, 'rule', e.rule,
           'passed', e.passed, 'points', e.points, 'max_points', e.max_points, 'reason', coalesce(CASE WHEN NOT s.others_met THEN e.reason END, s.sentence),
           'message', equity.reason_text(s.sentence, lang), 'advice', equity.reason_advice(s.sentence, lang))
    FROM equity_internal.explain_rules(facts, rule.card, rule.version, lang) AS e
   CROSS JOIN LATERAL (
     -- who is eligible meets an alternative, be it one that is withheld
     SELECT a.others_met, CASE WHEN a.others_met THEN 'ALTERNATIVE' ELSE e.sentence END AS sentence
       FROM (SELECT coalesce(NOT e.passed AND stored.eligible, false) AS others_met) AS a) AS s
   ORDER BY e.seq;

  IF equity_internal.came_late(facts) THEN
    RETURN NEXT jsonb_build_object('section', 'eligibility', 'reason', 'LATE');
    RETURN NEXT jsonb_build_object('section', 'score', 'reason', 'LATE');
    RETURN;
  ELSIF NOT is_stored AND withheld THEN
    RETURN NEXT jsonb_build_object('section', 'score', 'reason', 'ASSESSED_LATER');
    RETURN;
  ELSIF NOT is_stored THEN
    stored.eligible := present.eligible;
    stored.score := present.score;
    note := 'NOT_ASSESSED';
  ELSIF NOT withheld AND (stored.eligible, stored.score) IS DISTINCT FROM (present.eligible, present.score) THEN
    note := 'FACTS_CHANGED';
  END IF;
  RETURN NEXT jsonb_build_object(
    'section', 'eligibility', 'passed', CASE WHEN NOT stored.eligible OR stored.score IS NOT NULL THEN stored.eligible END,
    'reason', upper(equity_internal.assessment_status(stored.eligible, stored.score)));
  RETURN NEXT jsonb_build_object(
    'section', 'score', 'points', stored.score, 'max_points', equity_internal.max_score(rule.card, facts), 'reason', note,
    'message', equity.reason_text(note, lang, jsonb_build_object('score', stored.score)));
END;
$$;

COMMENT ON FUNCTION equity_internal.explain_programme(equity.application_facts, text, text) IS
  'The rules of one programme, the eligibility and the score of an application, each line a JSON object.';

CREATE FUNCTION equity_internal.max_score(card equity.scorecard, facts equity.application_facts) RETURNS numeric
  LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT CASE WHEN bool_and(e.max_points IS NOT NULL) THEN sum(e.max_points) END
    FROM equity.explain(card, facts) AS e
   WHERE e.kind NOT IN ('gate', 'derive')
     AND e.criterion NOT IN (SELECT n.name
                               FROM equity.scorecard_rows(card) AS r
                              CROSS JOIN LATERAL jsonb_array_elements_text(equity_internal.read_names(r.members, '')) AS n (name));
END;

COMMENT ON FUNCTION equity_internal.max_score(equity.scorecard, equity.application_facts) IS
  'The most points that a scorecard can give; NULL when there is no limit.';

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
  facts equity.application_facts;
BEGIN
  IF NOT equity_internal.sees_whole('application_facts') THEN
    RETURN QUERY SELECT d.* FROM equity_internal.explain_application(explain_application.application_id, explain_application.lang) AS d;
    RETURN;
  END IF;
  IF lang IS NULL OR lang NOT IN ('th', 'en') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('there are no letters in language %s', coalesce(quote_literal(equity_internal.excerpt(lang)), 'NULL')),
      HINT = 'Languages are th and en.';
  END IF;
  SELECT f.* INTO facts
    FROM equity.application_facts AS f
   WHERE f.application_id = explain_application.application_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('application %s does not exist', coalesce(explain_application.application_id::text, 'NULL')),
      HINT = 'The numbers are in equity.application.';
  END IF;

  RETURN QUERY
  WITH entry AS (
    SELECT 1 AS part, 0 AS best, 1::bigint AS n, NULL::text AS programme,
           jsonb_build_object('section', 'application', 'value', facts.application_id::text,
                              'reason', CASE facts.status WHEN 'draft' THEN 'NOT_SUBMITTED' ELSE upper(facts.status) END) AS content
    UNION ALL
    SELECT 2, p.best, e.n, p.programme_code, e.content
      FROM (SELECT p.programme_code, min(c.choice) AS best
              FROM equity.choice AS c
              JOIN equity.seat_pool AS p ON p.pool_id = c.pool_id
             WHERE c.applicant_id = facts.applicant_id
               AND c.round_id = facts.round_id
             GROUP BY p.programme_code) AS p
     CROSS JOIN LATERAL equity_internal.explain_programme(facts, p.programme_code, lang) WITH ORDINALITY AS e (content, n)
    UNION ALL
    SELECT 3, 0, e.n, e.content ->> 'programme', e.content
      FROM equity_internal.explain_result(facts, lang) WITH ORDINALITY AS e (content, n)
  )
  SELECT l.*
    FROM (SELECT n.*, row_number() OVER (ORDER BY n.part, n.best, n.n) AS line FROM entry AS n) AS e
   CROSS JOIN LATERAL jsonb_populate_record(NULL::equity.explanation_line, e.content || jsonb_build_object(
     'line', e.line,
     'programme', e.programme,
     'label', coalesce(e.content ->> 'label', equity.reason_text(upper(e.content ->> 'section'), lang)),
     'message', coalesce(e.content ->> 'message', equity.reason_text(e.content ->> 'reason', lang)),
     'advice', coalesce(e.content ->> 'advice',
                        CASE WHEN e.content ->> 'section' <> 'rule' THEN equity.reason_advice(e.content ->> 'reason', lang) END))) AS l
   ORDER BY e.line;
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
                   JOIN equity_internal.applicant_institution AS i ON i.applicant_id = a.applicant_id
                   JOIN equity.access_grant AS g
                     ON g.institution_id = i.institution_id
                    AND g.level = 'officer'
                   JOIN pg_roles AS r ON r.rolname = g.role_name
                  WHERE a.application_id = explain_application.application_id
                    AND pg_has_role(equity_internal.calling_role(), r.oid, 'USAGE'))
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
