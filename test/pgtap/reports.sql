-- The reports against plain counts of the rows, over two years: a published round of 2566, an open
-- one of 2567, and awards from before the system.
\ir fixture/round.psql
BEGIN;
SELECT plan(32);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'publish');
SELECT make_round(2, 2567::smallint);
SELECT run_as_far(2, 'open');
INSERT INTO equity.award (applicant_id, programme_code, academic_year, status)
SELECT n, 'innovation_general', 2564 + n % 2,
       CASE WHEN n <= 7 THEN 'graduated' WHEN n <= 9 THEN 'studying' ELSE 'discontinued' END
  FROM generate_series(1, 10) AS n
UNION ALL
SELECT n, 'full_potential', 2565, 'studying'
  FROM generate_series(11, 13) AS n;

-- form: plain types, a comment on every column, both eras, both languages
SELECT is_empty(
  $$SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
      FROM pg_class AS c
      JOIN pg_attribute AS a
        ON a.attrelid = c.oid
     WHERE c.oid IN ('equity.programme_summary'::regclass, 'equity.pool_cutoff'::regclass,
                     'equity.pool_fill'::regclass)
       AND a.attnum > 0
       AND format_type(a.atttypid, a.atttypmod)
           !~ '^(text|boolean|integer|bigint|numeric\(\d+,\d+\)|date|timestamp with time zone)$'$$,
  'columns of plain types');
SELECT is_empty(
  $$SELECT c.relname, a.attname
      FROM pg_class AS c
      JOIN pg_attribute AS a
        ON a.attrelid = c.oid
     WHERE c.oid IN ('equity.programme_summary'::regclass, 'equity.pool_label'::regclass,
                     'equity.pool_cutoff'::regclass, 'equity.pool_fill'::regclass,
                     'equity.current_run'::regclass, 'equity.allocation_input'::regclass,
                     'equity_internal.programme_application'::regclass)
       AND a.attnum > 0
       AND col_description(c.oid, a.attnum) IS NULL$$,
  'a comment on every column');
SELECT is_empty(
  $$SELECT 1
      FROM equity.programme_summary
     WHERE academic_year - academic_year_ce <> 543
        OR programme_th !~ '[ก-๙]'
        OR programme_en !~ '[A-Za-z]'
    UNION ALL
    SELECT 1
      FROM equity.pool_cutoff
     WHERE academic_year - academic_year_ce <> 543
        OR institution_th !~ '[ก-๙]'
        OR province_en !~ '[A-Za-z]'$$,
  'both eras and both languages');

-- programme_summary
SELECT results_eq(
  'SELECT DISTINCT academic_year FROM equity.programme_summary ORDER BY 1',
  ARRAY[2564, 2565, 2566, 2567],
  'a year with a round or an award');
SELECT results_eq(
  'SELECT count(*) FROM equity.programme_summary',
  'SELECT count(*) * 4 FROM equity.programme',
  'every programme in every year');
SELECT results_eq(
  $$SELECT quota, seats
      FROM equity.programme_summary
     WHERE academic_year = 2566
     ORDER BY programme_code COLLATE "C"$$,
  $$VALUES (NULL::bigint, 0::bigint), (12, 12), (NULL, 0), (5, 5)$$,
  'quota and seats');
SELECT results_eq(
  $$SELECT applicants, eligible, undetermined
      FROM equity.programme_summary
     WHERE programme_code = 'innovation_general'
       AND academic_year = 2566$$,
  $$SELECT count(*), count(*) FILTER (WHERE eligible AND score IS NOT NULL),
           count(*) FILTER (WHERE eligible IS NULL OR eligible AND score IS NULL)
      FROM equity.assessment
     WHERE round_id = 1
       AND programme_code = 'innovation_general'$$,
  'applicants, eligible and undetermined of a scored round');
SELECT cmp_ok(
  (SELECT sum(undetermined) FROM equity.programme_summary WHERE academic_year = 2566),
  '>',
  0::numeric,
  'and some are undetermined');
SELECT results_eq(
  'SELECT sum(eligible)::bigint, sum(undetermined)::bigint
     FROM equity.programme_summary
    WHERE academic_year = 2566',
  $$SELECT (detail ->> 'eligible')::bigint, (detail ->> 'undetermined')::bigint
      FROM equity.audit_event
     WHERE round_id = 1
       AND operation = 'score_round'$$,
  'as scoring counted them');
SELECT results_eq(
  $$SELECT applicants, eligible, placed, offers
      FROM equity.programme_summary
     WHERE programme_code = 'innovation_special'
       AND academic_year = 2567$$,
  $$VALUES (60::bigint, 0::bigint, 0::bigint, 0::bigint)$$,
  'an open round has applicants, and nothing more');
SELECT results_eq(
  $$SELECT placed, offers
      FROM equity.programme_summary
     WHERE programme_code = 'innovation_general'
       AND academic_year = 2566$$,
  $$SELECT count(*), count(*) FROM equity.placement WHERE pool_id IN (11, 12)$$,
  'placed and offers');
SELECT results_eq(
  $$SELECT academic_year, recipients_graduated, recipients_studying, recipients_discontinued, recipients
      FROM equity.programme_summary
     WHERE programme_code = 'innovation_general'
     ORDER BY 1$$,
  $$VALUES (2564, 3::bigint, 1::bigint, 1::bigint, 5::bigint), (2565, 7, 2, 1, 10), (2566, 7, 2, 1, 10),
           (2567, 7, 2, 1, 10)$$,
  'recipients add up over the years; offers are not recipients');
SELECT is(
  (SELECT recipients
     FROM equity.programme_summary
    WHERE programme_code = 'full_potential'
      AND academic_year = 2567),
  3::bigint,
  'a programme without a round still has its recipients');
SELECT equity.accept_award(min(award_id)) FROM equity.award WHERE pool_id = 11;
SELECT equity.record_event(min(award_id), 'enrolled') FROM equity.award WHERE pool_id = 11 \g /dev/null
SELECT is(
  (SELECT recipients
     FROM equity.programme_summary
    WHERE programme_code = 'innovation_general'
      AND academic_year = 2566),
  11::bigint,
  'an offer that is taken up makes a recipient');

-- pool_cutoff
SELECT set_eq(
  'SELECT round_id, run_status FROM equity.pool_cutoff',
  $$VALUES (1::bigint, 'published')$$,
  'cut-offs of the round that is allocated');
SELECT results_eq(
  'SELECT pool_id, seat, seats, admitted, last_admitted_score
     FROM equity.pool_cutoff
    ORDER BY pool_id',
  $$SELECT p.pool_id, 'open', p.seats, count(t.*), min(t.score)::numeric(18,6)
      FROM equity.seat_pool AS p
      LEFT JOIN equity.placement AS t USING (pool_id)
     WHERE p.round_id = 1
     GROUP BY p.pool_id
     ORDER BY p.pool_id$$,
  'seats, admitted and cut-off');
SELECT is_empty(
  'SELECT * FROM equity.pool_cutoff WHERE highest_refused_score > last_admitted_score',
  'nobody was refused with a higher score');
SELECT results_eq(
  'SELECT pool_id, highest_refused_score FROM equity.pool_cutoff ORDER BY pool_id',
  $$SELECT p.pool_id,
           (SELECT max(s.score)::numeric(18,6)
              FROM equity.choice AS c
              JOIN equity.assessment AS s
                ON (s.applicant_id, s.round_id, s.programme_code) = (c.applicant_id, c.round_id,
                                                                     p.programme_code)
             WHERE c.pool_id = p.pool_id
               AND s.eligible
               AND s.score IS NOT NULL
               AND NOT EXISTS (SELECT FROM equity.placement AS t
                                WHERE t.applicant_id = c.applicant_id
                                  AND t.choice <= c.choice))
      FROM equity.seat_pool AS p
     WHERE p.round_id = 1
     ORDER BY p.pool_id$$,
  'highest score that was refused');

SELECT is_empty(
  $$SELECT *
      FROM equity.pool_cutoff
     WHERE last_admitted <> (SELECT min(t.score)::text
                               FROM equity.placement AS t
                              WHERE t.pool_id = pool_cutoff.pool_id)
        OR last_admitted !~ '^[0-9]+[.][0-9]{2}$'$$,
  'printed at the scale of the card');
SAVEPOINT reserved;
SELECT equity.amend_round(1, 'reserves');
INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES
  (11, 'female', 2), (11, 'stateless', 1);
UPDATE equity.placement
   SET seat = 'female'
 WHERE applicant_id IN (SELECT applicant_id
                          FROM equity.placement
                         WHERE pool_id = 11
                         ORDER BY score, applicant_id
                         LIMIT 2);
SELECT results_eq(
  'SELECT seat, seats, pool_seats, admitted, last_admitted_score
     FROM equity.pool_cutoff
    WHERE pool_id = 11
    ORDER BY seat',
  $$VALUES ('female', 2, 5, NULL::bigint, NULL::numeric(18,6)), ('open', 2, 5, NULL, NULL),
           ('stateless', 1, 5, 0, NULL)$$,
  'a row for each kind of seat');
SELECT results_eq(
  'SELECT DISTINCT seat FROM equity.pool_cutoff WHERE highest_refused_score IS NOT NULL',
  ARRAY['open'],
  'who was refused, once a pool');
ROLLBACK TO reserved;

-- pool_fill
SELECT results_eq(
  'SELECT pool_id, applicants, first_choices FROM equity.pool_fill ORDER BY pool_id',
  $$SELECT pool_id, count(*), count(*) FILTER (WHERE choice = 1)
      FROM equity.choice
     GROUP BY pool_id
     ORDER BY pool_id$$,
  'applicants and first choices of every round');
SELECT results_eq(
  'SELECT pool_id, admitted, unfilled, fill_percent
     FROM equity.pool_fill
    WHERE round_id = 1
    ORDER BY pool_id',
  $$SELECT pool_id, admitted, seats - admitted, round(100.0 * admitted / seats, 1)::numeric(9,1)
      FROM equity.pool_cutoff
     ORDER BY pool_id$$,
  'admitted, unfilled and percent of an allocated round');
SELECT is_empty(
  'SELECT *
     FROM equity.pool_fill
    WHERE round_id = 2
      AND coalesce(run_id, admitted, unfilled) IS NOT NULL',
  'nothing of the sort in an open one');
UPDATE equity.application
   SET status = 'withdrawn'
 WHERE applicant_id = 1
   AND round_id = 2;
SELECT is(
  (SELECT sum(applicants)::bigint FROM equity.pool_fill WHERE round_id = 2),
  177::bigint,
  'a withdrawn application no longer asks');
SELECT equity.amend_round(1, 'a pool');
INSERT INTO equity.seat_pool (round_id, programme_code, institution_id, field_code, grant_type, seats)
SELECT 1, 'innovation_special', institution_id, 'F1', 'one_year', 0
  FROM equity.institution;
SELECT results_eq(
  $$SELECT seats, applicants, admitted, unfilled, fill_percent
      FROM equity.pool_fill
     WHERE grant_type = 'one_year'$$,
  $$VALUES (0, 0::bigint, 0::bigint, 0::bigint, NULL::numeric(9,1))$$,
  'a pool without seats');
SELECT results_eq(
  $$SELECT admitted, last_admitted_score, highest_refused_score
      FROM equity.pool_cutoff
     WHERE grant_type = 'one_year'$$,
  $$VALUES (0::bigint, NULL::numeric(18,6), NULL::numeric(18,6))$$,
  'nor has it a cut-off');

-- which run a round shows
SELECT make_round(3, 2568::smallint);
SELECT run_as_far(3, 'allocate');
SELECT is(
  (SELECT status FROM equity.current_run WHERE round_id = 3),
  'draft',
  'a run that is not verified yet is shown as such');
SELECT results_eq(
  'SELECT pool_id, highest_refused FROM equity.pool_cutoff
    WHERE round_id = 3 AND highest_refused IS NOT NULL ORDER BY pool_id',
  $$SELECT w.pool_id, max(w.score)::text
      FROM equity.waitlist(newest_run(3)) AS w
     WHERE w.seat = 'open'
     GROUP BY w.pool_id
    HAVING count(*) >= 5
     ORDER BY w.pool_id$$,
  'with whom it refuses');
UPDATE equity.placement SET score = 0 WHERE run_id = newest_run(3);
SELECT isnt_empty('SELECT * FROM equity.verify_run(newest_run(3))', 'verification fails');
SELECT is_empty('SELECT * FROM equity.current_run WHERE round_id = 3', 'a failed run is not shown');
SELECT run_id AS remade FROM equity.allocate_round(3) \gset
SELECT is(
  (SELECT run_id FROM equity.current_run WHERE round_id = 3),
  :remade::bigint,
  'the one made after it is');

SELECT * FROM finish();
ROLLBACK;
