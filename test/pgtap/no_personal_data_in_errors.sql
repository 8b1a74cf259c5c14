-- What the extension causes to be written to the server's log holds no personal data: neither rows that
-- violate a constraint, nor keys that are there already. Numbers of applicants say nothing of them.
BEGIN;
SELECT plan(39);

INSERT INTO equity.round (round_id, round_code, academic_year, name_th)
OVERRIDING SYSTEM VALUE
VALUES (1, 'R1', 2566, 'รอบ');
INSERT INTO equity.applicant (applicant_id, birth_date, sex, province_code)
OVERRIDING SYSTEM VALUE
VALUES (7001, '2005-05-16', 'female', '50'), (7002, '2006-06-17', 'male', '50');
INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, given_name, family_name) VALUES
  (7001, 'citizen_id', '1112034563562', 'สมหญิง', 'ใจดี'),
  (7002, 'citizen_id', '1101700230705', 'Somchai', 'Secret');
INSERT INTO equity.applicant_group (applicant_id, group_code, evidence) VALUES
  (7001, 'hiv_or_drugs', 'paper 4711');
INSERT INTO equity.application (applicant_id, round_id, gpa, answers) VALUES
  (7001, 1, 3.21, '{"hiv": true}');
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income) VALUES
  (7001, 1, 4, 8765.43);
INSERT INTO equity.household_member (applicant_id, round_id, member_number, relation, birth_year,
                                     monthly_income, disabled) VALUES
  (7001, 1, 1, 'mother', 2520, 4321, true);
INSERT INTO equity.dwelling (applicant_id, round_id, tenure, farm_land_rai) VALUES
  (7001, 1, 'rent', 3.25);
INSERT INTO equity.award (applicant_id, programme_code, academic_year, status) VALUES
  (7001, 'innovation_general', 2566, 'studying');

-- what an error says, in all of its parts; what is known of the applicant is in none of them
CREATE FUNCTION pg_temp.words_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  state text; message text; detail text; hint text; context text;
BEGIN
  EXECUTE statement;
  RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
    hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
  RETURN concat_ws(' | ', state, message, detail, hint, regexp_replace(context, 'SQL statement.*', ''));
END $$;
CREATE FUNCTION pg_temp.says(statement text, state text) RETURNS text LANGUAGE sql AS $$
  SELECT ok(
    w LIKE state || ' | %'
    AND w !~ ('hiv|1112034563562|1101700230705|สมหญิง|Somchai|Secret|ใจดี|2005|2006|female|8765|4321|2520|mother'
              '|\mrent\M|3\.25|3\.21|4711|contains'),
    statement || ': ' || w)
  FROM pg_temp.words_of(statement) AS w
$$;

SELECT pg_temp.says(format('UPDATE equity.%s SET %s', t, s), '23514')
  FROM (VALUES ('applicant', 'sex = ''f'''),
               ('applicant', 'birth_date = ''2548-05-16'''),
               ('applicant_identity', 'identity_kind = ''student'''),
               ('applicant_identity', 'identity = ''111203456X'''),
               ('applicant_identity', 'valid_to = valid_from'),
               ('application', 'gpa = 5'),
               ('application', 'status = ''sent'''),
               ('application', 'status = ''submitted'''),
               ('application', 'graduated_year = 2023'),
               ('application', 'answers = ''[1]'''),
               ('household', 'household_size = 0'),
               ('household', 'monthly_income = -1'),
               ('household_member', 'member_number = 0'),
               ('household_member', 'birth_year = 1990'),
               ('household_member', 'monthly_income = -1'),
               ('dwelling', 'farm_land_rai = -1'),
               ('dwelling', 'vehicles = -1'),
               ('award', 'status = ''lost''')) AS v (t, s);
SELECT pg_temp.says(format('UPDATE equity.%s SET %s = NULL', t, s), '23502')
  FROM (VALUES ('applicant', 'created_at'),
               ('applicant_identity', 'applicant_id'),
               ('applicant_identity', 'valid_from'),
               ('applicant_group', 'verified'),
               ('application', 'status'),
               ('household', 'round_id'),
               ('household_member', 'member_number'),
               ('dwelling', 'applicant_id'),
               ('award', 'status')) AS v (t, s);
SELECT pg_temp.says($$INSERT INTO equity.applicant_identity (identity_kind, identity, given_name) VALUES
                        ('citizen_id', '1112034563562', 'สมหญิง')$$,
                    '23502');
SELECT pg_temp.says($$INSERT INTO equity.digest_source (digest, content) VALUES
                        (repeat('0', 64), 'hiv 8765')$$,
                    '23514');

-- keys
SELECT pg_temp.says($$INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity) VALUES
                        (7002, 'g_code', 'G123456789012'), (7001, 'g_code', 'G123456789012')$$,
                    '23505');
SELECT pg_temp.says($$UPDATE equity.applicant_identity SET identity = '1112034563562'$$, '23505');
SELECT pg_temp.says($$INSERT INTO equity.applicant_group (applicant_id, group_code) VALUES
                        (7001, 'hiv_or_drugs')$$,
                    '23505');
SELECT lives_ok(
  $$INSERT INTO equity.applicant_group (applicant_id, group_code) VALUES
      (7001, 'hiv_or_drugs')
    ON CONFLICT (applicant_id, group_code) DO UPDATE SET verified = true$$,
  'a group is put in or changed');
SELECT lives_ok(
  $$INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity) VALUES
      (7002, 'citizen_id', '1112034563562')
    ON CONFLICT DO NOTHING$$,
  'an identity that is there already is passed over');
SELECT is(
  words,
  '23505 | duplicate key value violates unique constraint "applicant_identity_one_current_owner" | '
  'Key (identity_kind, (identity::equity_internal.unprinted))=(citizen_id, ) already exists.',
  'what is said instead')
  FROM regexp_replace(pg_temp.words_of($$UPDATE equity.applicant_identity SET identity = '1112034563562'$$),
                      '( \| )+(PL/pgSQL.*)?$', '', 'ns') AS words;

-- the whole kind
CREATE TEMPORARY VIEW personal AS
SELECT DISTINCT a.attrelid AS relid
  FROM pg_attribute AS a
  JOIN pg_class AS c
    ON c.oid = a.attrelid
 WHERE c.relnamespace = 'equity'::regnamespace
   AND c.relkind = 'r'
   AND (a.attname, a.atttypid::regtype::text) IN (('applicant_id', 'bigint'), ('applicants', 'bigint[]'),
                                                  ('award_id', 'bigint'), ('content', 'text'))
   AND c.oid <> 'equity.award_event'::regclass;
SELECT cmp_ok((SELECT count(*) FROM personal), '>=', 14::bigint, 'tables with a row for a person');
SELECT is_empty(
  $$SELECT n.conrelid::regclass, n.conname
      FROM personal
      JOIN pg_constraint AS n
        ON n.conrelid = relid
     WHERE n.contype = 'c'
       AND pg_get_expr(n.conbin, n.conrelid) !~ '^equity_internal\.row_keeps\('$$,
  'have no check that prints one');
SELECT is_empty(
  $$SELECT a.attrelid::regclass, a.attname
      FROM personal
      JOIN pg_attribute AS a
        ON a.attrelid = relid
     WHERE a.attnum > 0
       AND a.attnotnull
       AND NOT EXISTS (SELECT FROM pg_trigger AS t
                        WHERE t.tgrelid = relid
                          AND t.tgname = 'refuse_null'
                          AND pg_get_triggerdef(t.oid) LIKE '%new.' || a.attname || ' IS NULL%')$$,
  'nor a column that must not be NULL whose absence prints one');
SELECT is_empty(
  $$SELECT i.indexrelid::regclass, a.attname
      FROM personal
      JOIN pg_index AS i
        ON i.indrelid = relid
       AND i.indisunique
     CROSS JOIN LATERAL unnest(i.indkey) AS k (attnum)
      JOIN pg_attribute AS a
        ON a.attrelid = relid
       AND a.attnum = k.attnum
     WHERE a.attname !~ ('_id$|^(programme_code|card_version|identity_kind|valid_from|choice|member_number'
                         '|chain|step|digest|seat|run|round|source|batch|kind|line|field|reason_code'
                         '|item|period|part|followed_on)$')
       AND i.indexrelid <> ALL ('{equity.applicant_group_pkey, equity.applicant_disability_pkey}'::regclass[])$$,
  'nor a unique key of more than ids');

SELECT * FROM finish();
ROLLBACK;
