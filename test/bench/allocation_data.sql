-- A market of :applicants applicants with five different choices each among :applicants / 100 pools of 60 seats, wanted as
-- Zipf's law has it; scores of four decimals; groups for reserves; pools under institutions, provinces, a nation.
\set pools 'greatest(:applicants / 100, 5)'
SET max_parallel_workers_per_gather = 0;
CREATE UNLOGGED TABLE wish AS
SELECT applicant_id, pool_id, row_number() OVER (PARTITION BY applicant_id ORDER BY first)::integer AS choice,
       trunc((abs(hashint8extended(applicant_id * 1000003 + pool_id, 5)) % 1000000)::numeric / 10000, 4) AS score
  FROM (SELECT applicant_id, pool_id, min(i) AS first
          FROM generate_series(1::bigint, :applicants) AS applicant_id, generate_series(1, 9) AS i,
               LATERAL (SELECT 1 + floor(pow(:pools, abs(hashint8extended(applicant_id * 10 + i, 1)) % 1000000007 / 1000000007.0::float8))::bigint % (:pools) AS pool_id) AS p
         GROUP BY applicant_id, pool_id) AS w
OFFSET 0;
DELETE FROM wish WHERE choice > 5;
VACUUM ANALYZE wish;
CREATE UNLOGGED TABLE pool AS SELECT i AS pool_id, 60 AS seats, i % greatest(:pools / 20, 1) AS cap_id FROM generate_series(1::bigint, :pools) AS i;
