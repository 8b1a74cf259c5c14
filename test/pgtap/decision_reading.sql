-- What a single decision or event reads: its own award, however many others there are; and what many awards at once
-- read, which is the awards of each person once.
\ir fixture/round.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(4);

SELECT make_round(1, 2566::smallint);
INSERT INTO equity.award (applicant_id, programme_code, academic_year, status, offered_at)
SELECT (SELECT min(applicant_id) FROM equity.applicant), 'innovation_general', 2565, 'offered', now()
  FROM generate_series(1, 500);
ANALYZE equity.award;

-- Rows of awards that a statement reads by either way; the planner would read so few all the same.
SET LOCAL enable_seqscan = off;
CREATE FUNCTION pg_temp.awards_read() RETURNS bigint LANGUAGE sql AS $$
  SELECT pg_stat_get_xact_tuples_returned(r) + pg_stat_get_xact_tuples_fetched(r)
         + (SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid))::bigint FROM pg_index AS i WHERE i.indrelid = r)
    FROM (SELECT 'equity.award'::regclass::oid) AS t (r)
$$;
CREATE FUNCTION pg_temp.reads(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  before bigint := pg_temp.awards_read();
BEGIN
  EXECUTE format(statement, (SELECT min(award_id) FROM equity.award WHERE status = 'offered'));
  RETURN pg_temp.awards_read() - before;
END $$;

SELECT cmp_ok(pg_temp.reads('SELECT equity.accept_award(%s)'), '<', 100::bigint, 'accepting');
SELECT cmp_ok(pg_temp.reads('SELECT equity.decline_award(%s)'), '<', 100::bigint, 'declining');
SELECT cmp_ok(pg_temp.reads('SELECT equity.record_event(%s, ''accepted'')'), '<', 100::bigint, 'an event');

RESET enable_seqscan;
INSERT INTO equity.applicant (applicant_id) OVERRIDING SYSTEM VALUE SELECT 90000 + n FROM generate_series(1, 3000) AS n;
CREATE FUNCTION pg_temp.lookups() RETURNS bigint LANGUAGE sql
RETURN pg_stat_get_xact_numscans('equity.award_one_in_a_round'::regclass);
SELECT pg_temp.lookups() AS lookups \gset
INSERT INTO equity.award (applicant_id, programme_code, academic_year, status)
SELECT 90000 + n, 'innovation_general', 2565, 'studying' FROM generate_series(1, 3000) AS n;
SELECT cmp_ok(pg_temp.lookups() - :lookups, '>=', 3000::bigint, 'awards that come in are looked up by their persons');

SELECT * FROM finish();
ROLLBACK;
