-- survivors and allocation_cutoffs: random markets in parts, with reserves, ceilings, own ties and every order of
-- rows; allocating what survives is allocating the whole, byte for byte.
\ir fixture/random.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(22);

CREATE TEMPORARY TABLE application AS
SELECT m, a AS applicant_id, p AS pool_id, 2 * place::integer AS choice,
       pg_temp.roll('score' || m || '/' || a || '/' || p, 9) / 4.0 AS score,
       CASE WHEN pg_temp.roll('tie' || m || '/' || a, 3) > 0 THEN pg_temp.roll('t' || m || '/' || a, 3) END AS tie,
       ARRAY(SELECT g FROM unnest('{girl,poor,far,nobody}'::text[]) AS g
              WHERE pg_temp.roll('group' || m || '/' || a || g, 3) = 0) AS groups,
       CASE WHEN a = pg_temp.roll('holder' || m || '/' || p, 80) THEN 'open' END AS holds,
       pg_temp.roll('part' || m || '/' || a, 1 + m % 8) AS part
  FROM (SELECT m, a, p, row_number() OVER (PARTITION BY m, a ORDER BY md5(m || '/' || a || '/' || p)) AS place
          FROM generate_series(1, 80) AS m, generate_series(-5, 45) AS a, generate_series(1, 6) AS p) AS x
 WHERE place <= pg_temp.roll('length' || m || '/' || a, 6);
CREATE TEMPORARY TABLE pool AS
SELECT m, p AS pool_id, 3 + pg_temp.roll('seats' || m || '/' || p, 4) AS seats, (p + 1) / 2 AS cap_id
  FROM generate_series(1, 80) AS m, generate_series(1, 6) AS p;
CREATE TEMPORARY TABLE reserve AS
SELECT m, pool_id, r AS reserve, 1 AS seats,
       pg_temp.pick('mode' || m || '/' || pool_id || r, 'after_open', 'before_open') AS mode,
       CASE pg_temp.roll('cascade' || m || '/' || pool_id || r, 4)
         WHEN 0 THEN '{far}'::text[] WHEN 1 THEN '{far,*}' WHEN 2 THEN '{}' END AS cascade
  FROM pool, unnest('{girl,poor}'::text[]) AS r
 WHERE m % 4 > 0;

CREATE FUNCTION pg_temp.applications(m integer, part integer DEFAULT NULL) RETURNS text LANGUAGE sql
RETURN format('SELECT applicant_id, pool_id, choice, score, tie, groups, holds
                 FROM pg_temp.application WHERE m = %s AND part = coalesce(%L, part)
                ORDER BY md5(m || ''/'' || applicant_id || pool_id)', m, part);
CREATE FUNCTION pg_temp.pools(m integer) RETURNS text LANGUAGE sql
RETURN format('SELECT pool_id, seats, %s AS cap_id FROM pg_temp.pool WHERE m = %s',
              CASE WHEN m % 2 = 0 THEN 'cap_id' ELSE 'NULL::bigint' END, m);
CREATE FUNCTION pg_temp.reserves(m integer) RETURNS text LANGUAGE sql
RETURN format('SELECT pool_id, reserve, seats, mode, cascade FROM pg_temp.reserve WHERE m = %s', m);
CREATE FUNCTION pg_temp.caps(m integer) RETURNS text LANGUAGE sql
RETURN CASE WHEN m % 2 = 0
            THEN 'SELECT c AS cap_id, 5 AS seats, 9 AS parent_id FROM generate_series(1, 3) AS c
                  UNION ALL SELECT 9, 11, NULL' END;
CREATE FUNCTION pg_temp.tie_break(m integer) RETURNS text LANGUAGE sql
RETURN CASE WHEN m % 2 = 0 THEN (ARRAY['lottery', 'lottery_per_pool'])[1 + m / 2 % 2]
            ELSE (ARRAY['lottery', 'lottery_per_pool', 'admit_all'])[1 + m % 3] END;

-- Each market as a whole
CREATE TEMPORARY TABLE whole AS
SELECT m, a.*
  FROM generate_series(1, 80) AS m
 CROSS JOIN LATERAL equity.allocate(pg_temp.applications(m), pg_temp.pools(m), pg_temp.reserves(m), pg_temp.caps(m),
                                    tie_break => pg_temp.tie_break(m), seed => 's') AS a;
SELECT cmp_ok((SELECT count(*) FROM whole), '>', 800::bigint, 'there are many awards');

-- What survives of its parts
CREATE TEMPORARY TABLE survivor AS
SELECT p.m, p.part, s.*
  FROM (SELECT DISTINCT m, part FROM application) AS p
 CROSS JOIN LATERAL equity.survivors(pg_temp.applications(m, part), pg_temp.pools(m), pg_temp.reserves(m),
                                     pg_temp.caps(m), pg_temp.tie_break(m), 's') AS s;
SELECT results_eq(
  $$SELECT m, a.*
      FROM generate_series(1, 80) AS m
     CROSS JOIN LATERAL equity.allocate(
           format('SELECT applicant_id, pool_id, choice, score, tie, groups, holds, _seat
                     FROM pg_temp.survivor WHERE m = %s ORDER BY md5(applicant_id || ''/'' || pool_id)', m),
           pg_temp.pools(m), pg_temp.reserves(m), pg_temp.caps(m), tie_break => pg_temp.tie_break(m), seed => 's')
           AS a$$,
  'TABLE whole', 'allocating the survivors of all parts is allocating the whole');
SELECT cmp_ok(
  (SELECT count(*) FROM survivor WHERE part IS NOT NULL), '<', (SELECT count(*) * 9 / 10 FROM application),
  'of which a part is gone');
SELECT is_empty(
  'SELECT m, applicant_id, pool_id, choice, score, tie, holds FROM survivor
   EXCEPT ALL
   SELECT m, applicant_id, pool_id, choice, score, tie, holds FROM application',
  'survivors are applications as they were');
SELECT is_empty(
  $$SELECT s.* FROM survivor AS s JOIN application AS a USING (m, applicant_id, pool_id)
     WHERE NOT s.groups <@ a.groups OR 'nobody' = ANY (s.groups)$$,
  'with groups of the applicant, without those that no reserve names');
SELECT is_empty(
  $$SELECT m, part, applicant_id, pool_id, _seat FROM survivor WHERE _seat IS NOT NULL
    EXCEPT ALL
    SELECT p.m, p.part, a.applicant_id, a.pool_id, a.seat
      FROM (SELECT DISTINCT m, part FROM application) AS p
     CROSS JOIN LATERAL equity.allocate(pg_temp.applications(m, part), pg_temp.pools(m), pg_temp.reserves(m),
                                        pg_temp.caps(m), tie_break => pg_temp.tie_break(m), seed => 's') AS a$$,
  '_seat is what the part alone would give');

-- One exchange: the holders of all parts compete, and the parts learn up to whom the seats went.
CREATE FUNCTION pg_temp.holders(m integer) RETURNS text LANGUAGE sql
RETURN format('SELECT applicant_id, pool_id, choice, score, tie, groups, holds
                 FROM pg_temp.survivor WHERE m = %s AND _seat IS NOT NULL', m);
CREATE TEMPORARY TABLE cutoff AS
SELECT m, c.*
  FROM generate_series(1, 80) AS m
 CROSS JOIN LATERAL equity.allocation_cutoffs(
       pg_temp.holders(m), pg_temp.pools(m), pg_temp.reserves(m), pg_temp.caps(m),
       format('SELECT * FROM equity.allocate(%L, %L, %L, %L, tie_break => %L, seed => ''s'')', pg_temp.holders(m),
              pg_temp.pools(m), pg_temp.reserves(m), pg_temp.caps(m), pg_temp.tie_break(m)),
       pg_temp.tie_break(m), 's') AS c;
SELECT ok(
  (SELECT count(*) > 300 FROM cutoff WHERE cap_id IS NULL)
  AND (SELECT count(*) > 30 FROM cutoff WHERE cap_id IS NOT NULL),
  'seats and ceilings have cut-offs');
CREATE TEMPORARY TABLE remaining AS
SELECT p.m, p.part, s.*
  FROM (SELECT DISTINCT m, part FROM application) AS p
 CROSS JOIN LATERAL equity.survivors(
       pg_temp.applications(m, part), pg_temp.pools(m), pg_temp.reserves(m), pg_temp.caps(m), pg_temp.tie_break(m), 's',
       format('SELECT pool_id, seat, cap_id, kept, tier, score, tie, lottery, applicant_id
                 FROM pg_temp.cutoff WHERE m = %s', m)) AS s;
SELECT results_eq(
  $$SELECT m, a.*
      FROM generate_series(1, 80) AS m
     CROSS JOIN LATERAL equity.allocate(
           format('SELECT applicant_id, pool_id, choice, score, tie, groups, holds, _seat
                     FROM pg_temp.remaining WHERE m = %s', m),
           pg_temp.pools(m), pg_temp.reserves(m), pg_temp.caps(m), tie_break => pg_temp.tie_break(m), seed => 's')
           AS a$$,
  'TABLE whole', 'with cut-offs it is the same');
SELECT cmp_ok((SELECT count(*) FROM remaining), '<', (SELECT count(*) * 9 / 10 FROM survivor), 'of fewer rows');
-- Cut-offs of one node are what equity.cutoffs says of the last holder.
SELECT set_eq(
  $$SELECT m, pool_id, seat, kept, tier, score, tie, lottery FROM cutoff WHERE cap_id IS NULL$$,
  $$SELECT m, c.pool_id, c.seat, c.last_kept, c.last_tier, c.last_score, c.last_tie, c.last_lottery
      FROM generate_series(1, 80) AS m
     CROSS JOIN LATERAL equity.cutoffs(
           pg_temp.holders(m), pg_temp.pools(m), pg_temp.reserves(m), pg_temp.caps(m),
           format('SELECT * FROM equity.allocate(%L, %L, %L, %L, tie_break => %L, seed => ''s'')', pg_temp.holders(m),
                  pg_temp.pools(m), pg_temp.reserves(m), pg_temp.caps(m), pg_temp.tie_break(m)),
           pg_temp.tie_break(m), 's') AS c
     WHERE c.is_full AND c.held > 0$$,
  'a cut-off of seats is their last holder');

--
-- What is refused
--

CREATE FUNCTION pg_temp.survive(pools text, tie_break text, cutoffs text, caps text DEFAULT NULL) RETURNS bigint
LANGUAGE sql
RETURN (SELECT count(*)
          FROM equity.survivors('SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 5 AS score', pools, NULL, caps,
                                tie_break, 's', cutoffs));
\set pools 'SELECT 1 AS pool_id, 1 AS seats'
PREPARE survive (text, text, text, text) AS SELECT pg_temp.survive($1, $2, $3, $4);
SELECT is(pg_temp.survive(:'pools', 'lottery', NULL), 1::bigint, 'one applicant for one seat survives');
SELECT throws_ok(format('EXECUTE survive (%L, ''strict'', NULL, NULL)', :'pools'), '0A000',
  'applications cannot be pruned with tie_break admit_none or strict', 'strict');
SELECT throws_ok(format('EXECUTE survive (%L, ''admit_none'', NULL, NULL)', :'pools'), '0A000',
  'applications cannot be pruned with tie_break admit_none or strict', 'admit_none');
SELECT throws_ok(
  $$EXECUTE survive ('SELECT 1 AS pool_id, 5 AS seats, 2 AS min_seats, 7 AS cap_id', 'lottery', NULL,
                     'SELECT 7 AS cap_id, 3 AS seats')$$, '0A000',
  'applications cannot be pruned where a floor is below a cap', 'a floor below a cap that can be full');
\set rest ', false AS kept, 0 AS tier, 5 AS score, NULL::numeric AS tie, 1::bigint AS lottery, 9 AS applicant_id'
SELECT is(
  pg_temp.survive(:'pools', 'lottery', 'SELECT 1 AS pool_id, ''open'' AS seat, NULL::bigint AS cap_id' || :'rest'),
  0::bigint, 'one who draws a larger number than the last holder does not');
SELECT throws_ok(
  format('EXECUTE survive (%L, ''lottery'', %L, NULL)', :'pools',
         'SELECT 1 AS pool_id, ''open'' AS seat, 1::bigint AS cap_id' || :'rest'), '22023',
  'a cut-off is neither that of a seat nor that of a cap', 'both a seat and a cap');
SELECT throws_ok(
  format('EXECUTE survive (%L, ''lottery'', %L, NULL)', :'pools',
         'SELECT 2 AS pool_id, ''open'' AS seat, NULL::bigint AS cap_id' || :'rest'), '23503',
  'seat "open" of pool 2 of a cut-off does not exist', 'a seat that is none');
SELECT throws_ok(
  format('EXECUTE survive (%L, ''lottery'', %L, NULL)', :'pools',
         'SELECT 1 AS pool_id, ''open'' AS seat, NULL::bigint AS cap_id'
         || replace(:'rest', '1::bigint AS lottery', 'NULL::bigint AS lottery')), '22004',
  'column "lottery" of the cutoffs query is NULL', 'no number of a lottery');
SELECT throws_ok(
  format('EXECUTE survive (%L, ''lottery'', %L, NULL)', :'pools', 'SELECT 1 AS pool_id'), '42703',
  'the cutoffs query has no column "seat"', 'a column that lacks');
SELECT is(
  (SELECT count(*) FROM equity.survivors('SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 5 AS score WHERE false',
                                         :'pools', seed => 's')), 0::bigint, 'nobody of an empty part');
SELECT is(
  (SELECT count(*) FROM equity.allocation_cutoffs(
     'SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 5 AS score WHERE false', :'pools', NULL, NULL,
     'SELECT 1 AS applicant_id, 1 AS pool_id, ''open'' AS seat WHERE false', seed => 's')), 0::bigint,
  'and no cut-offs without holders');
-- A floor closes a pool; the cut-offs are those before.
SELECT results_eq(
  $$SELECT c.pool_id, c.applicant_id
      FROM equity.allocation_cutoffs(
             'SELECT a AS applicant_id, a AS pool_id, 1 AS choice, 5 AS score FROM generate_series(1, 2) AS a',
             'SELECT a AS pool_id, 1 AS seats, CASE a WHEN 1 THEN 2 END AS min_seats FROM generate_series(1, 2) AS a',
             NULL, NULL, 'SELECT 2 AS applicant_id, 2 AS pool_id, ''open'' AS seat', seed => 's') AS c$$,
  'VALUES (1::bigint, 1::bigint), (2, 2)', 'floors close nothing before the last allocation');
SELECT * FROM finish();
ROLLBACK;
