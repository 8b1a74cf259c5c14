-- What renewing a term reads right after its results came, when no table has statistics: of each award its own rows.
\ir fixture/scholars.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(3);

SELECT make_scholars(1500), make_progress_card(), make_credit_card() \g /dev/null
INSERT INTO equity.rate_item (programme_code, item, period, amount, valid_from)
VALUES ('innovation_general', 'living', 'month', 7500, '2020-01-01'),
       ('innovation_special', 'living', 'month', 7500, '2020-01-01');

-- Rows of a table that statements of this transaction have read, by any way.
CREATE FUNCTION pg_temp.rows_read(relation regclass) RETURNS bigint LANGUAGE sql AS $$
  SELECT pg_stat_get_xact_tuples_returned(relation)
         + (SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid))::bigint
              FROM pg_index AS i WHERE i.indrelid = relation)
$$;
CREATE FUNCTION pg_temp.reads(statement text, relation regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  before bigint := pg_temp.rows_read(relation);
BEGIN
  EXECUTE statement;
  RETURN pg_temp.rows_read(relation) - before;
END $$;

SELECT report_results(1) \g /dev/null
SELECT cmp_ok(pg_temp.reads('SELECT equity.renew_term(1)', 'equity.term_result'), '<', 60000::bigint,
              'a first term: each result a few times');
SELECT equity.plan_payments(1) \g /dev/null
SELECT report_results(2) \g /dev/null
SELECT cmp_ok(pg_temp.reads('SELECT equity.renew_term(2)', 'equity.term_result'), '<', 120000::bigint,
              'a second term: each result a few times');
SELECT equity.plan_payments(2) \g /dev/null
-- to the planner as many payments as a nation has: then it would rather put indexes together
UPDATE pg_class SET relpages = pg_relation_size(oid) / 8192, reltuples = 5000000
 WHERE oid = 'equity.payment'::regclass;
SELECT cmp_ok(pg_temp.reads('SELECT count(f.payment_delay) FROM equity.term_facts AS f WHERE f.term_id = 2',
                            'equity.payment'), '<', 100000::bigint, 'facts: the payments of each award');

SELECT * FROM finish();
ROLLBACK;
