-- Call orders: published ones, and random ones beside the rule written as a loop in PL/pgSQL.
BEGIN;
SELECT plan(6);

-- B is a holder of a scholarship, R a resident, D both, others neither
CREATE TEMPORARY TABLE published (case_id integer, source text, scholarship numeric, resident numeric,
                                  ranking text, expected text);
INSERT INTO published VALUES
  (1, 'Parcoursup algorithm 2023 sec 4.1', 25, 0,
   'C1 C2 B1 C3 C4 C5 B2 C6 C7 C8 C9 C10 C11 C12 C13 C14 B3 C15 C16 C17',
   'B1 C1 C2 C3 B2 C4 C5 C6 B3 C7 C8 C9 C10 C11 C12 C13 C14 C15 C16 C17'),
  (2, 'Parcoursup algorithm 2023 sec 4.2', 20, 90,
   'R1 R2 N1 R3 R4 R5 R6 R7 R8 R9 R10 R11 B1 R12 B2 R13 R14 D1 R15 R16',
   'D1 R1 R2 R3 R4 B1 R5 R6 R7 R8 B2 R9 R10 R11 R12 R13 R14 R15 R16 N1'),
  (3, 'Parcoursup algorithm 2018 annex A.1 ex 1', 20, 0, 'B1 C2 C3 C4 C5 C6 B7 C8 C9 C10 C11 C12',
   'B1 C2 C3 C4 C5 B7 C6 C8 C9 C10 C11 C12');
CREATE TEMPORARY TABLE ranked AS
SELECT case_id AS pool_id, place AS applicant_id, place::integer AS rank, name AS _name,
       CASE left(name, 1) WHEN 'B' THEN '{scholarship}'::text[]
                          WHEN 'R' THEN '{resident}'
                          WHEN 'D' THEN '{resident,scholarship}' END AS groups
  FROM published, string_to_table(ranking, ' ') WITH ORDINALITY AS u (name, place);
CREATE TEMPORARY VIEW published_share AS
SELECT case_id AS pool_id, reserve, min_percent, position
  FROM published,
       LATERAL (VALUES ('scholarship', scholarship, 1), ('resident', resident, 2)) AS v (reserve, min_percent,
                                                                                         position);
SELECT is(
  (SELECT string_agg(r._name, ' ' ORDER BY c.position)
     FROM equity.call_order('TABLE ranked', 'TABLE published_share') AS c
     JOIN ranked AS r USING (pool_id, applicant_id)
    WHERE c.pool_id = p.case_id),
  p.expected,
  p.source)
  FROM published AS p
 ORDER BY case_id;

--
-- Random lists
--

CREATE TEMPORARY TABLE candidate AS
SELECT p AS pool_id, i * 7 % 31 AS applicant_id, abs(hashint4(p * 100 + i)) % 20 AS rank,
       ARRAY(SELECT g
               FROM unnest('{a,b,c,d}'::text[]) AS g
              WHERE abs(hashtext(g || p || '/' || i)) % (2 + p % 4) = 0) AS groups
  FROM generate_series(1, 60) AS p, generate_series(1, 30) AS i
 WHERE i <= 10 + p % 21;
CREATE TEMPORARY TABLE share AS
SELECT p AS pool_id, g AS reserve, abs(hashtext(g || p)) % 1001 / 10.0 AS min_percent,
       abs(hashtext(p || g)) % 4 AS position
  FROM generate_series(1, 60) AS p, unnest('{a,b,c,d}'::text[]) AS g
 WHERE abs(hashtext(g || p || 'there')) % 4 > 0;

CREATE FUNCTION pg_temp.oracle() RETURNS TABLE (pool_id integer, applicant_id integer, "position" integer)
  LANGUAGE plpgsql
AS $$
DECLARE
  place record;
  s record;
  left_over integer[];
  members integer[];
BEGIN
  CREATE TEMPORARY TABLE called (pool_id integer, applicant_id integer, groups text[]);
  FOR place IN
    SELECT c.pool_id, row_number() OVER (PARTITION BY c.pool_id) AS k
      FROM candidate AS c
     ORDER BY 1, 2
  LOOP
    left_over := ARRAY(SELECT c.applicant_id
                         FROM candidate AS c
                        WHERE c.pool_id = place.pool_id
                       EXCEPT
                       SELECT d.applicant_id
                         FROM called AS d
                        WHERE d.pool_id = place.pool_id);
    FOR s IN
      SELECT *
        FROM share
       WHERE share.pool_id = place.pool_id
       ORDER BY share.position, reserve COLLATE "C"
    LOOP
      IF (SELECT count(*)
            FROM called AS d
           WHERE d.pool_id = place.pool_id
             AND s.reserve = ANY (d.groups)) < ceil(s.min_percent * place.k / 100) THEN
        members := ARRAY(SELECT c.applicant_id
                           FROM candidate AS c
                          WHERE c.pool_id = place.pool_id
                            AND c.applicant_id = ANY (left_over)
                            AND s.reserve = ANY (c.groups));
        IF cardinality(members) > 0 THEN left_over := members; END IF;
      END IF;
    END LOOP;
    INSERT INTO called
    SELECT c.pool_id, c.applicant_id, c.groups
      FROM candidate AS c
     WHERE c.pool_id = place.pool_id
       AND c.applicant_id = ANY (left_over)
     ORDER BY rank, c.applicant_id
     LIMIT 1
    RETURNING called.pool_id, called.applicant_id INTO pool_id, applicant_id;
    "position" := place.k;
    RETURN NEXT;
  END LOOP;
END $$;
CREATE TEMPORARY TABLE answer AS SELECT * FROM equity.call_order('TABLE candidate', 'TABLE share');
SELECT results_eq(
  'SELECT pool_id, applicant_id, position FROM answer',
  'SELECT pool_id::bigint, applicant_id::bigint, position FROM pg_temp.oracle()',
  'sixty random lists, in order of pool and position');

-- every beginning of every list: a group short of its share has nobody left, unless a share that goes
-- before was due too
SELECT is_empty(
  $$SELECT a.pool_id, a.position, s.reserve
      FROM answer AS a
      JOIN share AS s
        ON s.pool_id = a.pool_id
       AND s.position = (SELECT min(o.position) FROM share AS o WHERE o.pool_id = s.pool_id)
     WHERE (SELECT count(*) FROM share AS o WHERE o.pool_id = s.pool_id AND o.position = s.position) = 1
       AND (SELECT count(*)
              FROM answer AS b
              JOIN candidate AS c USING (pool_id, applicant_id)
             WHERE b.pool_id = a.pool_id
               AND b.position <= a.position
               AND s.reserve = ANY (c.groups)) < ceil(s.min_percent * a.position / 100)
       AND EXISTS (SELECT FROM answer AS b
                     JOIN candidate AS c USING (pool_id, applicant_id)
                    WHERE b.pool_id = a.pool_id
                      AND b.position > a.position
                      AND s.reserve = ANY (c.groups))$$,
  'the first share holds in every beginning, while there are members');

SELECT results_eq(
  $$SELECT *
      FROM equity.call_order('SELECT * FROM candidate ORDER BY rank DESC, pool_id DESC',
                             'SELECT * FROM share ORDER BY min_percent')$$,
  'TABLE answer',
  'the order of rows has no say');

SELECT * FROM finish();
ROLLBACK;
