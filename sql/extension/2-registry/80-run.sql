-- What scoring and allocation write: assessments, runs with their digests, placements.
--
-- An assessment's programme and card have no foreign keys. One scoring writes a row for every
-- application from the few rows of round_programme; checking them once a row took as long as
-- writing the rows. A sealed card cannot go away, and the digest tells which one it was.
--
-- Nor have a placement's applicant and pool, which made a third of what an allocation costs: placements come from
-- the allocator, who read both from rows that have such keys, and verification finds a placement that no
-- application of its round stands behind (unknown_application).

CREATE TABLE equity.assessment (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  programme_code text NOT NULL,
  eligible boolean,
  score numeric,
  class text,
  reasons text[],
  card_code text NOT NULL,
  card_version integer NOT NULL,
  card_digest text NOT NULL,
  assessed_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  CONSTRAINT assessment_pkey PRIMARY KEY (applicant_id, round_id, programme_code),
  CONSTRAINT assessment_application_fkey FOREIGN KEY (applicant_id, round_id)
    REFERENCES equity.application (applicant_id, round_id),
  CONSTRAINT assessment_card_digest_is_64_bytes
    CHECK (pg_catalog.octet_length(card_digest) = 64)
);

SELECT pg_catalog.pg_extension_config_dump('equity.assessment', '');

CREATE INDEX assessment_by_round ON equity.assessment (round_id, programme_code);

COMMENT ON TABLE equity.assessment IS
  'What a programme''s scorecard says of an application (ผลการประเมิน), one row an application and programme; scoring again replaces the rows of the round.';
COMMENT ON COLUMN equity.assessment.applicant_id IS
  'The person assessed.';
COMMENT ON COLUMN equity.assessment.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.assessment.programme_code IS
  'The programme of the round whose card was used (no foreign key).';
COMMENT ON COLUMN equity.assessment.eligible IS
  'True when every gate holds (มีสิทธิ์), false when one fails; NULL when a missing answer leaves it undetermined. Only who is eligible with a score competes: true without a score counts as undetermined.';
COMMENT ON COLUMN equity.assessment.score IS
  'Points (คะแนน) with the decimals of the card''s scale; larger is first in the queue; NULL when undetermined.';
COMMENT ON COLUMN equity.assessment.class IS
  'Class of the score as the card names it, or NULL.';
COMMENT ON COLUMN equity.assessment.reasons IS
  'Reason codes of the gates that failed or could not be decided, in the card''s order.';
COMMENT ON COLUMN equity.assessment.card_code IS
  'Scorecard that was used (no foreign key).';
COMMENT ON COLUMN equity.assessment.card_version IS
  'Version of that scorecard.';
COMMENT ON COLUMN equity.assessment.card_digest IS
  'Digest of the card as used, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.assessment.assessed_at IS
  'When the row was made.';

CREATE TABLE equity.allocation_run (
  run_id bigint GENERATED ALWAYS AS IDENTITY,
  round_id bigint NOT NULL,
  kind text NOT NULL DEFAULT 'main',
  parent_run_id bigint,
  status text NOT NULL DEFAULT 'draft',
  mechanism text NOT NULL,
  tie_break text NOT NULL,
  tie_field text,
  seed text,
  card_digest text,
  input_digest text,
  seat_digest text,
  reserve_digest text,
  cap_digest text,
  standing_digest text,
  seed_digest text,
  result_digest text,
  applicants integer,
  applications bigint,
  seats bigint,
  admitted bigint,
  violations bigint,
  equity_version text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  finished_at timestamptz,
  run_by text NOT NULL DEFAULT SESSION_USER,
  CONSTRAINT allocation_run_pkey PRIMARY KEY (run_id),
  CONSTRAINT allocation_run_in_round UNIQUE (round_id, run_id),
  CONSTRAINT allocation_run_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT allocation_run_parent_fkey FOREIGN KEY (round_id, parent_run_id)
    REFERENCES equity.allocation_run (round_id, run_id),
  CONSTRAINT allocation_run_kind_known CHECK (kind IN ('main', 'refill')),
  CONSTRAINT allocation_run_refill_has_parent CHECK ((kind = 'refill') = (parent_run_id IS NOT NULL)),
  CONSTRAINT allocation_run_parent_came_before CHECK (parent_run_id < run_id),
  CONSTRAINT allocation_run_status_known CHECK (
    status IN ('draft', 'verified', 'failed', 'superseded', 'published')),
  CONSTRAINT allocation_run_mechanism_known CHECK (
    mechanism IN ('deferred_acceptance', 'serial_dictatorship', 'immediate_acceptance',
                  'top_trading_cycles')),
  CONSTRAINT allocation_run_tie_break_known CHECK (
    tie_break IN ('lottery', 'lottery_per_pool', 'admit_all', 'admit_none', 'strict')),
  CONSTRAINT allocation_run_digests_are_sha256 CHECK (
    card_digest ~ '^[0-9a-f]{64}$' AND input_digest ~ '^[0-9a-f]{64}$'
    AND seat_digest ~ '^[0-9a-f]{64}$' AND reserve_digest ~ '^[0-9a-f]{64}$'
    AND cap_digest ~ '^[0-9a-f]{64}$' AND standing_digest ~ '^[0-9a-f]{64}$'
    AND seed_digest ~ '^[0-9a-f]{64}$'
    AND result_digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT allocation_run_counts_not_negative CHECK (
    applicants >= 0 AND applications >= 0 AND seats >= 0 AND admitted >= 0 AND violations >= 0),
  CONSTRAINT allocation_run_verified_has_no_violation
    CHECK (status NOT IN ('verified', 'published') OR (violations IS NOT NULL AND violations = 0)),
  CONSTRAINT allocation_run_times_in_order CHECK (started_at <= finished_at)
);

SELECT pg_catalog.pg_extension_config_dump('equity.allocation_run', '');
SELECT pg_catalog.pg_extension_config_dump('equity.allocation_run_run_id_seq', '');

CREATE UNIQUE INDEX allocation_run_one_published
  ON equity.allocation_run (round_id) WHERE status = 'published' AND kind = 'main';

CREATE UNIQUE INDEX allocation_run_one_published_refill
  ON equity.allocation_run (parent_run_id) WHERE status = 'published' AND kind = 'refill';

COMMENT ON TABLE equity.allocation_run IS
  'Runs of the allocation (การจัดสรร) of a round, each with digests of everything that decided it, so that anyone with the same rows can repeat it.';
COMMENT ON COLUMN equity.allocation_run.run_id IS
  'Key given by the database.';
COMMENT ON COLUMN equity.allocation_run.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.allocation_run.kind IS
  'first (การจัดสรรครั้งแรก), or refill (การจัดสรรที่นั่งว่าง): of the seats that came free since the parent run, where nobody who holds a seat is made worse.';
COMMENT ON COLUMN equity.allocation_run.parent_run_id IS
  'The run whose seats a refill goes on from, of the same round; set exactly for a refill.';
COMMENT ON COLUMN equity.allocation_run.status IS
  'draft (not verified), verified (no violation found), failed (violations found), superseded (a later step replaced it) or published; a round has at most one published first run, and a published run at most one published refill.';
COMMENT ON COLUMN equity.allocation_run.mechanism IS
  'Mechanism used: deferred_acceptance, serial_dictatorship, immediate_acceptance or top_trading_cycles.';
COMMENT ON COLUMN equity.allocation_run.tie_break IS
  'What broke ties: lottery, lottery_per_pool, admit_all, admit_none or strict.';
COMMENT ON COLUMN equity.allocation_run.tie_field IS
  'What ranked equal scores before that, as in equity.round; NULL when nothing did.';
COMMENT ON COLUMN equity.allocation_run.seed IS
  'Seed of the lottery; NULL when the tie break needs none.';
COMMENT ON COLUMN equity.allocation_run.card_digest IS
  'Digest of the scorecards used, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.allocation_run.input_digest IS
  'Digest of the applications given to the allocator, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.allocation_run.seat_digest IS
  'Digest of the pools given to the allocator, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.allocation_run.reserve_digest IS
  'Digest of the reserves given to the allocator, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.allocation_run.cap_digest IS
  'Digest of the ceilings given to the allocator, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.allocation_run.standing_digest IS
  'Digest of who held a seat or was out already (equity.run_standing), 64 hexadecimal digits.';
COMMENT ON COLUMN equity.allocation_run.seed_digest IS
  'The seed''s commitment, 64 hexadecimal digits; NULL without a seed.';
COMMENT ON COLUMN equity.allocation_run.result_digest IS
  'Digest of the placements, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.allocation_run.applicants IS
  'Number of applicants who took part.';
COMMENT ON COLUMN equity.allocation_run.applications IS
  'Number of their choices that took part.';
COMMENT ON COLUMN equity.allocation_run.seats IS
  'Number of seats offered.';
COMMENT ON COLUMN equity.allocation_run.admitted IS
  'Number of applicants placed.';
COMMENT ON COLUMN equity.allocation_run.violations IS
  'Number of violations that verification found; NULL before it ran, 0 when the run is verified or published.';
COMMENT ON COLUMN equity.allocation_run.equity_version IS
  'Version of the extension that made the run.';
COMMENT ON COLUMN equity.allocation_run.started_at IS
  'When the run started.';
COMMENT ON COLUMN equity.allocation_run.finished_at IS
  'When the run finished; NULL when not recorded.';
COMMENT ON COLUMN equity.allocation_run.run_by IS
  'Database role of the session that made the run.';

CREATE TABLE equity.placement (
  run_id bigint NOT NULL,
  applicant_id bigint NOT NULL,
  pool_id bigint NOT NULL,
  choice integer NOT NULL,
  seat text NOT NULL,
  tier integer NOT NULL,
  score numeric,
  CONSTRAINT placement_pkey PRIMARY KEY (run_id, applicant_id),
  CONSTRAINT placement_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT placement_choice_positive CHECK (choice >= 1),
  CONSTRAINT placement_tier_not_negative CHECK (tier >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.placement', '');

CREATE INDEX placement_by_pool ON equity.placement (run_id, pool_id);

COMMENT ON TABLE equity.placement IS
  'Result of a run: the seat of each applicant who got one.';
COMMENT ON COLUMN equity.placement.run_id IS
  'The run.';
COMMENT ON COLUMN equity.placement.applicant_id IS
  'The applicant placed (ผู้ได้รับการจัดสรร; no foreign key).';
COMMENT ON COLUMN equity.placement.pool_id IS
  'The seat pool (no foreign key).';
COMMENT ON COLUMN equity.placement.choice IS
  'Rank that the applicant gave to the pool (อันดับ), 1 and up.';
COMMENT ON COLUMN equity.placement.seat IS
  'Kind of seat: open, or the name of a reserve.';
COMMENT ON COLUMN equity.placement.tier IS
  'Place in the seat''s cascade, 0 for the group that the seat is for.';
COMMENT ON COLUMN equity.placement.score IS
  'Score with which the applicant competed (คะแนน).';
