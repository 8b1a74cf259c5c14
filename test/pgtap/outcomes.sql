-- What became of cohorts: whatever lives scholars lead, entrants balance, and every figure of the report is that of
-- a count that shares nothing with it. The lives are drawn first, and awards, events and surveys are made of them.
\ir ../lib/refusal.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(29);
SELECT setseed(0.25);

INSERT INTO equity.institution (institution_id, institution_code, name_th, province_code, kind, ownership, affiliation)
SELECT n, to_char(1300000000 + n, 'FM0000000000'), 'วิทยาลัย ' || n, '10', 'general', 'state', 'ovec'
  FROM generate_series(1, 4) AS n;
INSERT INTO equity.field_of_study (field_code, name_th) SELECT 'F' || n, 'สาขา ' || n FROM generate_series(1, 4) AS n;
INSERT INTO equity.round (round_id, round_code, academic_year, name_th) VALUES (1, 'r', 2563, 'รอบ');

-- a life: where and when somebody entered, what became of it, what each of up to two surveys found, and the income
-- of the household at the application; a third has none, having come from before the system
CREATE TEMPORARY TABLE life AS
SELECT n AS award_id, 1000 + n AS applicant_id, d.institution, 'F' || d.field AS field, d.year, d.became,
       CASE WHEN d.became = 'graduated' AND random() < 0.8 THEN date '2024-01-01' + floor(random() * 300)::integer END
         AS followed,
       random() < 0.6 AS employed, random() < 0.3 AS further_study,
       CASE WHEN random() < 0.9 THEN 8000 + floor(random() * 12000)::integer END AS income,
       CASE WHEN random() < 0.7 THEN 1 + floor(random() * 6)::integer END AS household_size,
       500 * floor(random() * 20)::integer AS household_income,
       random() < 0.2 AND d.became IN ('studying', 'graduated', 'discontinued') AS moved,
       1 + floor(random() * 4)::integer AS to_institution, 'F' || 1 + floor(random() * 4)::integer AS to_field
  FROM (SELECT n, 1 + floor(random() ^ 2 * 4)::integer AS institution, 1 + floor(random() ^ 3 * 4)::integer AS field,
               2562 + floor(random() * 3)::integer AS year,
               (ARRAY['studying', 'suspended', 'graduated', 'graduated', 'graduated', 'graduated', 'discontinued',
                      'terminated', 'deceased', 'accepted', 'declined', 'expired'])[1 + floor(random() * 12)::integer]
                 AS became
          FROM generate_series(1, 1500) AS n) AS d;
UPDATE life SET income = NULL WHERE NOT employed;
UPDATE life SET moved = false WHERE (to_institution, to_field) = (institution, field);
INSERT INTO equity.applicant (applicant_id) SELECT applicant_id FROM life;
INSERT INTO equity.application (applicant_id, round_id)
SELECT applicant_id, 1 FROM life WHERE household_size IS NOT NULL;
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income)
SELECT applicant_id, 1, household_size, household_income FROM life WHERE household_size IS NOT NULL;
INSERT INTO equity.award (award_id, applicant_id, programme_code, institution_id, field_code, academic_year, status,
                          round_id)
SELECT award_id, applicant_id, 'innovation_general', institution, field, year,
       CASE WHEN moved OR became = 'deceased' THEN 'studying' ELSE became END,
       CASE WHEN household_size IS NOT NULL THEN 1 END
  FROM life;
-- who moves does so before the end, of a field or of an institution as well
INSERT INTO equity.award_event (award_id, event, note, to_institution_id, to_field_code, at)
SELECT award_id, 'transferred', 'test', CASE WHEN to_institution <> institution THEN to_institution END, to_field,
       '2022-01-01'
  FROM life WHERE moved;
INSERT INTO equity.award_event (award_id, event, note)
SELECT award_id, CASE became WHEN 'graduated' THEN 'graduated' WHEN 'discontinued' THEN 'left' ELSE 'deceased' END,
       'test'
  FROM life WHERE moved AND became IN ('graduated', 'discontinued') OR became = 'deceased';
CREATE TEMPORARY TABLE stay AS
SELECT l.*, l.institution AS at_institution, l.field AS in_field, CASE WHEN l.moved THEN 'transferred' ELSE l.became END
         AS ended, false AS came FROM life AS l
UNION ALL SELECT l.*, l.to_institution, l.to_field, l.became, true FROM life AS l WHERE l.moved;
-- an earlier survey found something else: only the latest counts
INSERT INTO equity.outcome (award_id, followed_on, source, employed, further_study)
SELECT award_id, followed - 30, 'first call', NOT employed, NOT further_study
  FROM life WHERE followed IS NOT NULL AND award_id % 3 = 0;
INSERT INTO equity.outcome (award_id, followed_on, source, employed, further_study, monthly_income)
SELECT award_id, followed, CASE award_id % 2 WHEN 0 THEN 'survey' ELSE 'insurance' END, employed, further_study, income
  FROM life WHERE followed IS NOT NULL;

-- counted row by row
CREATE FUNCTION pg_temp.plain(institution bigint, field text, year integer) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l record;
  came integer := 0; transferred integer := 0; deceased integer := 0;
  entrants integer := 0; studying integer := 0; graduated integer := 0; dropped integer := 0;
  followed integer := 0; employed integer := 0; further integer := 0; both_of integer := 0;
  told integer := 0; income numeric := 0;
  compared integer := 0; now_sum numeric := 0; then_sum numeric := 0;
BEGIN
  FOR l IN SELECT * FROM stay AS f
            WHERE (f.at_institution, f.in_field, f.year) = (plain.institution, plain.field, plain.year)
  LOOP
    CONTINUE WHEN l.ended IN ('accepted', 'declined', 'expired');
    entrants := entrants + 1;
    IF l.came THEN came := came + 1; END IF;
    IF l.ended IN ('studying', 'suspended') THEN studying := studying + 1;
    ELSIF l.ended IN ('discontinued', 'terminated') THEN dropped := dropped + 1;
    ELSIF l.ended = 'transferred' THEN transferred := transferred + 1;
    ELSIF l.ended = 'deceased' THEN deceased := deceased + 1;
    ELSE
      graduated := graduated + 1;
      CONTINUE WHEN l.followed IS NULL;
      followed := followed + 1;
      IF l.employed THEN employed := employed + 1; END IF;
      IF l.further_study THEN further := further + 1; END IF;
      IF l.employed AND l.further_study THEN both_of := both_of + 1; END IF;
      IF l.income IS NOT NULL THEN
        told := told + 1;
        income := income + l.income;
        IF l.household_size IS NOT NULL THEN
          compared := compared + 1;
          now_sum := now_sum + l.income;
          then_sum := then_sum + l.household_income::numeric / l.household_size;
        END IF;
      END IF;
    END IF;
  END LOOP;
  RETURN jsonb_build_object(
    'entrants', entrants, 'studying', studying, 'graduated', graduated, 'dropped_out', dropped,
    'transferred', transferred, 'deceased', deceased, 'came_by_transfer', came, 'balanced', true,
    'retained', studying + graduated, 'retention_rate', round((studying + graduated)::numeric / entrants, 4),
    'followed', followed, 'followed_rate', round(followed::numeric / nullif(graduated, 0), 4),
    'employed', employed, 'further_study', further, 'work_and_study', both_of,
    'neither', followed - employed - further + both_of, 'placed', employed + further - both_of,
    'placement_rate_followed', round((employed + further - both_of)::numeric / nullif(followed, 0), 4),
    'placement_rate_all', round((employed + further - both_of)::numeric / nullif(graduated, 0), 4),
    'income_known', told, 'mean_income', round(income / nullif(told, 0), 2), 'compared', compared,
    'mean_income_before', round(then_sum / nullif(compared, 0), 2),
    'income_ratio', round(now_sum / nullif(then_sum, 0), 4));
END $$;
CREATE TEMPORARY VIEW difference AS
SELECT o.institution_id, o.field_code, o.entry_year, k.key, k.value AS plain, to_jsonb(o) -> k.key AS told
  FROM equity.cohort_outcome AS o
 CROSS JOIN LATERAL jsonb_each(pg_temp.plain(o.institution_id, o.field_code, o.entry_year)) AS k
 WHERE to_jsonb(o) -> k.key IS DISTINCT FROM k.value;

SELECT set_eq(
  'SELECT institution_id, field_code, entry_year FROM equity.cohort_outcome',
  $$SELECT DISTINCT at_institution::bigint, in_field, year FROM stay
     WHERE ended NOT IN ('accepted', 'declined', 'expired')$$,
  'a row for each institution, field and year in which somebody entered');
SELECT cmp_ok((SELECT count(*) FROM equity.cohort_outcome), '>', 40::bigint, 'they are many');
SELECT is_empty('SELECT * FROM difference', 'every figure is that of a plain count');
SELECT is_empty('SELECT * FROM equity.cohort_outcome WHERE NOT balanced', 'and all balance');
SELECT is((SELECT sum(entrants - came_by_transfer) FROM equity.cohort_outcome),
          (SELECT count(*) FROM life WHERE became NOT IN ('accepted', 'declined', 'expired'))::numeric,
                  'nobody is lost, and nobody comes twice');
SELECT results_eq(
  'SELECT sum(transferred)::bigint, sum(came_by_transfer)::bigint FROM equity.cohort_outcome',
  'SELECT count(*), count(*) FROM life WHERE moved', 'whoever left one place came to another');
SELECT is_empty($$
  SELECT f.institution_id, f.entrants, count(*)
    FROM equity.institution_facts AS f
    JOIN (SELECT DISTINCT award_id, at_institution, year,
                 count(*) FILTER (WHERE ended = 'transferred') OVER (PARTITION BY award_id, at_institution) AS gone
            FROM stay WHERE ended NOT IN ('accepted', 'declined', 'expired')) AS s
      ON s.at_institution = f.institution_id AND s.year <= f.academic_year
   WHERE f.academic_year = 2564
   GROUP BY f.institution_id, f.entrants
  HAVING f.entrants <> count(*)$$, 'an institution counts nobody twice who changed the field there');
SELECT is_empty(
  $$SELECT * FROM equity.cohort_outcome
     WHERE retention_rate NOT BETWEEN retention_rate_low AND retention_rate_high
        OR placement_rate_followed NOT BETWEEN placement_rate_low AND placement_rate_high
        OR placement_rate_all > placement_rate_followed$$,
  'rates lie in their intervals, and what is known for sure is the least');
SELECT results_eq(
  'SELECT DISTINCT source FROM equity.cohort_outcome WHERE followed > 12', $$VALUES ('insurance, survey')$$,
  'sources are those of the answers that count');
SELECT is((SELECT count(*) FROM equity.cohort_outcome WHERE followed = 0 AND (source IS NOT NULL
             OR placement_rate_followed IS NOT NULL)), 0::bigint, 'nobody followed is no rate, and not zero');

-- outcomes are of graduates
SELECT is(
  pg_temp.refusal(format($$INSERT INTO equity.outcome (award_id, followed_on, source, employed, further_study)
    VALUES (%s, '2025-01-01', 's', true, false), (%s, '2025-01-01', 's', true, false)$$,
    (SELECT min(award_id) FROM life WHERE became = 'studying'), (SELECT min(award_id) FROM life
      WHERE became = 'graduated'))),
  format('55000 award %s is studying (Outcomes are of graduates; 1 of the new rows are not.) '
         '[Record the graduation first (equity.award_event), or leave the row out.]',
         (SELECT min(award_id) FROM life WHERE became = 'studying')),
  'an outcome of somebody who studies is refused, with what to do');
SELECT is(
  regexp_replace(pg_temp.refusal($$UPDATE equity.outcome SET monthly_income = -4711$$), ' \[.*', ''),
  '23514 new row for relation "outcome" violates check constraint "outcome_income_not_negative"',
  'a refused income is not printed');
SELECT is(pg_temp.state_of($$UPDATE equity.outcome SET employed = false, self_employed = true$$), '23514',
          'the self-employed have work');
SELECT is(pg_temp.state_of($$UPDATE equity.outcome SET employed = false, monthly_income = 1$$), '23514',
          'income is of work');

-- what others are told
SELECT ok(equity_internal.shown_counts(counts) IS NOT DISTINCT FROM shown, counts::text || ': ' || shown::text)
  FROM (VALUES ('{10, 20, 0}'::bigint[], '{10, 20, 0}'::bigint[]), ('{1, 20, 30}', '{NULL, NULL, 30}'),
               ('{2, 2, 6, 7}', '{NULL, NULL, NULL, 7}'), ('{3, 3, 6}', '{NULL, NULL, 6}'),
               ('{0, 3, 0}', '{0, NULL, 0}')) AS v (counts, shown);
CREATE TEMPORARY TABLE truth AS SELECT * FROM equity.cohort_outcome;
CREATE ROLE regress_reader;
CREATE ROLE regress_officer;
SELECT equity.grant_access('regress_reader', 'reader'),
       equity.grant_access('regress_officer', 'officer', 2) \g /dev/null
GRANT SELECT ON truth TO PUBLIC;
SET LOCAL ROLE regress_reader;
CREATE TEMPORARY TABLE told AS SELECT * FROM equity.cohort_outcome;
RESET ROLE;
SELECT is((SELECT count(*) FROM told), (SELECT count(*) FROM truth), 'a reader has as many rows');
SELECT is_empty($$
  SELECT t.institution_id, t.field_code, t.entry_year, k.key, k.value
    FROM told AS t
   CROSS JOIN LATERAL jsonb_each(to_jsonb(t)) AS k
   WHERE k.key IN ('entrants', 'studying', 'graduated', 'dropped_out', 'transferred', 'deceased', 'neither',
                   'work_and_study', 'income_known', 'compared')
     AND k.value::text IN ('1', '2', '3', '4')$$, 'and no count of one to four');
SELECT is_empty($$
  SELECT t.institution_id, t.entry_year, count(*), sum(u.entrants)
    FROM told AS t JOIN truth AS u USING (institution_id, field_code, entry_year)
   WHERE t.hidden
   GROUP BY t.institution_id, t.entry_year
  HAVING (count(*) = 1 OR sum(u.entrants) < 5)
     AND EXISTS (SELECT FROM told AS o WHERE NOT o.hidden AND (o.institution_id, o.entry_year)
                                              = (t.institution_id, t.entry_year))$$,
  'nor one that follows from those of an institution''s year');
SELECT is_empty($$
  SELECT t.institution_id, t.field_code, t.entry_year, count(*), sum(p.n)
    FROM told AS t JOIN truth AS u USING (institution_id, field_code, entry_year)
   CROSS JOIN LATERAL (VALUES (t.studying, u.studying), (t.graduated, u.graduated), (t.dropped_out, u.dropped_out),
                              (t.transferred, u.transferred), (t.deceased, u.deceased)) AS p (shown, n)
   WHERE NOT t.hidden AND p.shown IS NULL
   GROUP BY t.institution_id, t.field_code, t.entry_year
  HAVING count(*) = 1 OR sum(p.n) < 5$$, 'nor one that follows from the entrants');
SELECT is_empty($$
  SELECT t.*
    FROM told AS t
   WHERE (t.studying IS NULL OR t.graduated IS NULL) AND num_nonnulls(t.retained, t.retention_rate) > 0
      OR t.graduated IS NULL AND num_nonnulls(t.followed, t.employed, t.placed, t.source, t.mean_income) > 0$$,
  'nor what would be reckoned with one');
SELECT is_empty($$
  SELECT t.institution_id, t.field_code, t.entry_year, k.key, k.value, to_jsonb(u) -> k.key
    FROM told AS t JOIN truth AS u USING (institution_id, field_code, entry_year)
   CROSS JOIN LATERAL jsonb_each(to_jsonb(t) - 'hidden') AS k
   WHERE k.value <> 'null' AND k.value <> to_jsonb(u) -> k.key$$, 'what is told is true');
SELECT cmp_ok((SELECT count(*) FROM told WHERE NOT hidden AND num_nulls(studying, graduated, dropped_out) = 0), '>',
              5::bigint, 'and something is told');
SET LOCAL ROLE regress_officer;
SELECT set_eq('SELECT * FROM equity.cohort_outcome WHERE institution_id = 2',
              'SELECT * FROM truth WHERE institution_id = 2', 'an officer has all of the own institution');
SELECT is_empty($$
  SELECT * FROM equity.cohort_outcome WHERE institution_id <> 2 AND (entrants < 5 OR dropped_out BETWEEN 1 AND 4)$$,
  'and of others what a reader has');
SELECT is((SELECT count(DISTINCT w.institution_id) FROM equity.outcome AS o JOIN equity.award AS w USING (award_id)),
          1::bigint, 'and their answers are not seen');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
