-- The order of everybody who competed in a published run, kept.

CREATE TABLE equity.run_ranking (
  run_id bigint NOT NULL,
  pool_id bigint NOT NULL,
  seat text NOT NULL,
  applicants bigint[] NOT NULL,
  waiting bit varying NOT NULL,
  CONSTRAINT run_ranking_pkey PRIMARY KEY (run_id, pool_id, seat),
  CONSTRAINT run_ranking_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT run_ranking_pool_fkey FOREIGN KEY (pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT run_ranking_a_bit_each
    CHECK (pg_catalog.bit_length(waiting) = pg_catalog.cardinality(applicants))
);

SELECT pg_catalog.pg_extension_config_dump('equity.run_ranking', '');

-- ids hardly compress, and a letter wants one of many
ALTER TABLE equity.run_ranking ALTER COLUMN applicants SET STORAGE EXTERNAL;

COMMENT ON TABLE equity.run_ranking IS
  'equity.ranking of each published run as it was at publication, one row for each pool and kind of seat, so that a letter finds a place among a million at once.';
COMMENT ON COLUMN equity.run_ranking.run_id IS
  'The published run.';
COMMENT ON COLUMN equity.run_ranking.pool_id IS
  'The seat pool.';
COMMENT ON COLUMN equity.run_ranking.seat IS
  'Kind of seat: open, or the name of a reserve.';
COMMENT ON COLUMN equity.run_ranking.applicants IS
  'Everybody who competed for these seats, the first in their order first.';
COMMENT ON COLUMN equity.run_ranking.waiting IS
  'A bit for each of them: 1 when refused there without anything better, that is, on the waiting list.';
