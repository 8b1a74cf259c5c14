-- What a run keeps beside its placements: who had a seat already when it was made, the digests of
-- all that it read, and the very text behind them.

CREATE TABLE equity.run_standing (
  run_id bigint NOT NULL,
  applicant_id bigint NOT NULL,
  decision text NOT NULL,
  pool_id bigint,
  seat text,
  choice integer,
  score numeric,
  CONSTRAINT run_standing_pkey PRIMARY KEY (run_id, applicant_id),
  CONSTRAINT run_standing_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT run_standing_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT run_standing_pool_fkey FOREIGN KEY (pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT run_standing_known CHECK (decision IN ('freeze', 'float', 'out')),
  CONSTRAINT run_standing_holder_has_seat CHECK (
    decision = 'out'
    OR (pool_id IS NOT NULL AND seat IS NOT NULL AND choice IS NOT NULL AND score IS NOT NULL)),
  CONSTRAINT run_standing_choice_positive CHECK (choice >= 1)
);

SELECT pg_catalog.pg_extension_config_dump('equity.run_standing', '');

CREATE TRIGGER check_keys
  AFTER INSERT ON equity.run_standing
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_keys();

SELECT equity_internal.check_keys_at_once('equity.run_standing');

COMMENT ON TABLE equity.run_standing IS
  'Who held a seat, or was out, when a run was made. Whoever has no row asked for all of their choices.';
COMMENT ON COLUMN equity.run_standing.run_id IS
  'The run that went by it.';
COMMENT ON COLUMN equity.run_standing.applicant_id IS
  'The applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.run_standing.decision IS
  'What the holder decided: freeze (keeps the seat and asks for nothing else), float (keeps the seat and may move up to a choice before it) or out (takes no part: declined, expired, withdrawn).';
COMMENT ON COLUMN equity.run_standing.pool_id IS
  'The seat pool held; NULL only for who is out.';
COMMENT ON COLUMN equity.run_standing.seat IS
  'The seat held, open or the name of a reserve; NULL only for who is out.';
COMMENT ON COLUMN equity.run_standing.choice IS
  'Rank that the applicant gave to that pool (อันดับ), 1 and up; NULL only for who is out.';
COMMENT ON COLUMN equity.run_standing.score IS
  'Score with which the seat was won (คะแนน); NULL only for who is out.';

CREATE TABLE equity.run_input (
  run_id bigint NOT NULL,
  input text NOT NULL,
  digest text NOT NULL,
  CONSTRAINT run_input_pkey PRIMARY KEY (run_id, input),
  CONSTRAINT run_input_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT run_input_digest_is_sha256 CHECK (digest ~ '^[0-9a-f]{64}$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.run_input', '');

COMMENT ON TABLE equity.run_input IS
  'Digests of what a run read, one row for each input. Their text is in equity.digest_source.';
COMMENT ON COLUMN equity.run_input.run_id IS
  'The run.';
COMMENT ON COLUMN equity.run_input.input IS
  'cards, quotas, pools, reserves, caps, applications, standing or seed (equity.run_manifest says over which lines).';
COMMENT ON COLUMN equity.run_input.digest IS
  'sha256 of the text in UTF-8, 64 hexadecimal digits; of the seed it is the commitment.';

CREATE TABLE equity.digest_source (
  digest text NOT NULL,
  content text NOT NULL,
  CONSTRAINT digest_source_pkey PRIMARY KEY (digest),
  CONSTRAINT digest_source_is_its_sha256
    CHECK (digest = equity.text_digest(content))
);

SELECT pg_catalog.pg_extension_config_dump('equity.digest_source', '');

-- A round of a million has 80 MB of such text: PostgreSQL's own method would compress it for longer than an
-- allocation takes.
DO $$
BEGIN
  ALTER TABLE equity.digest_source ALTER COLUMN content SET COMPRESSION lz4;
EXCEPTION
  WHEN feature_not_supported THEN NULL;                    -- a server built without it
END;
$$;

COMMENT ON TABLE equity.digest_source IS
  'The text behind the digests of allocation runs, each text once, whichever runs share it: what a run read can be shown long after the rows have changed (equity.diff_runs). A digest that is not the sha256 of its text cannot be stored.';
COMMENT ON COLUMN equity.digest_source.digest IS
  'sha256 of the text in UTF-8, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.digest_source.content IS
  'The text: lines that end with a line feed; equity.run_manifest says of what.';
