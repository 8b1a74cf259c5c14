-- What row security costs on a scan of :applicants rows, beside none: for whom nothing is hidden, and for an officer
-- of one institution of a hundred. Each statement runs five times in turn with the others, without parallel
-- workers; medians are printed.
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
CREATE EXTENSION equity;

INSERT INTO equity.institution (institution_code, name_th, province_code, kind, ownership, affiliation)
SELECT to_char(n, 'FM0000000000'), 'วิทยาลัย', '10', 'general', 'state', 'ovec' FROM generate_series(1, 100) AS n;
INSERT INTO equity.round (round_id, round_code, academic_year, name_th) VALUES (1, 'r', 2566, 'รอบ');
INSERT INTO equity.round_programme (round_id, programme_code) VALUES (1, 'innovation_general');
INSERT INTO equity.field_of_study (field_code, name_th) VALUES ('F1', 'ช่างยนต์');
INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
SELECT n, 1, 'innovation_general', n, 'F1', 'two_year', 10 FROM generate_series(1, 100) AS n;
SET session_replication_role = replica;
INSERT INTO equity.applicant (applicant_id) SELECT n FROM generate_series(1, :applicants) AS n;
INSERT INTO equity.application (applicant_id, round_id, status, submitted_at)
SELECT n, 1, 'submitted', now() FROM generate_series(1, :applicants) AS n;
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income)
SELECT n, 1, 1 + n % 5, n % 9000 FROM generate_series(1, :applicants) AS n;
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
SELECT n, 1, 1, 1 + n % 100 FROM generate_series(1, :applicants) AS n;
RESET session_replication_role;
VACUUM ANALYZE;

CREATE ROLE bench_plain;
CREATE ROLE bench_auditor;
CREATE ROLE bench_officer;
GRANT SELECT ON equity.household TO bench_plain;
SELECT equity.grant_access('bench_auditor', 'auditor'), equity.grant_access('bench_officer', 'officer', 1) \g /dev/null

CREATE FUNCTION pg_temp.scan(role text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  total text;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  EXECUTE 'SELECT concat_ws('' '', count(*), sum(monthly_income)) FROM equity.household' INTO total;
  RESET ROLE;
  RETURN total;
END $$;
CREATE TEMP TABLE contestant AS
SELECT * FROM (VALUES (1, 'the owner, without row security', format('SELECT pg_temp.scan(%L)', current_user)),
                      (2, 'a role with a plain GRANT', 'SELECT pg_temp.scan(''bench_plain'')'),
                      (3, 'an auditor', 'SELECT pg_temp.scan(''bench_auditor'')'),
                      (4, 'an officer, of one in a hundred', 'SELECT pg_temp.scan(''bench_officer'')')
              ) AS c (position, name, statement);
\ir timing.psql
SELECT c.name, t.answer, round(t.median) AS milliseconds,
       round(t.median / first_value(t.median) OVER (ORDER BY c.position), 2) AS ratio
  FROM contestant AS c JOIN timed AS t USING (position)
 ORDER BY c.position;
