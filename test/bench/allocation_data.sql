-- A market of :applicants applicants with up to five choices each among a hundredth as many pools of 60
-- seats, wanted as Zipf's law has it; scores of four decimals; groups for reserves; three levels of
-- caps that hold some seats back.
SET client_min_messages = warning;
CREATE UNLOGGED TABLE wish AS
SELECT applicant_id, pool_id, choice,
       (abs(hashint8extended(applicant_id * 1000003 + pool_id, 5)) % 1000000)::numeric(10, 4)
       / 10000 AS score,
       (ARRAY['{poor}', '{far}', '{}', '{poor,far}'])[1 + applicant_id % 4]::text[] AS groups
  FROM (SELECT applicant_id, pool_id, min(i)::integer AS choice
          FROM generate_series(1::bigint, :applicants) AS applicant_id, generate_series(1, 5) AS i,
               LATERAL (SELECT 1 + floor(pow(:applicants / 100.0,
                                             abs(hashint8extended(applicant_id * 10 + i, 1)) % 1000000007
                                             / 1000000007.0::float8))::bigint % (:applicants
                                                                                 / 100) AS pool_id) AS p
         GROUP BY applicant_id, pool_id) AS w;
ALTER TABLE wish ALTER score TYPE numeric USING round(score, 4);
CREATE UNLOGGED TABLE pool AS
SELECT i AS pool_id, 60 AS seats, i % (:applicants / 2000) AS cap_id
  FROM generate_series(1::bigint, :applicants / 100) AS i;
CREATE UNLOGGED TABLE cap AS
SELECT i AS cap_id, 1100 AS seats, -1 - i % 77 AS parent_id FROM generate_series(0::bigint, :applicants / 2000 - 1) AS i
UNION ALL
SELECT -1 - i, :applicants / 160, -1000 FROM generate_series(0, 76) AS i
UNION ALL
SELECT -1000, :applicants * 2 / 5, NULL;
VACUUM ANALYZE wish;
