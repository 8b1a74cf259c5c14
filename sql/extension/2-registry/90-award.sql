-- Awards and what happened to them.

CREATE TABLE equity.award (
  award_id bigint GENERATED ALWAYS AS IDENTITY,
  applicant_id bigint NOT NULL,
  programme_code text NOT NULL,
  grant_type text,
  institution_id bigint,
  field_code text,
  academic_year smallint NOT NULL,
  round_id bigint,
  run_id bigint,
  pool_id bigint,
  status text NOT NULL,
  offered_at timestamptz,
  offer_expires_at timestamptz,
  decided_at timestamptz,
  decision text,
  CONSTRAINT award_pkey PRIMARY KEY (award_id),
  CONSTRAINT award_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT award_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT award_grant_type_fkey FOREIGN KEY (grant_type)
    REFERENCES equity.grant_type (grant_type),
  CONSTRAINT award_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT award_field_fkey FOREIGN KEY (field_code)
    REFERENCES equity.field_of_study (field_code),
  CONSTRAINT award_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT award_run_fkey FOREIGN KEY (round_id, run_id)
    REFERENCES equity.allocation_run (round_id, run_id),
  CONSTRAINT award_pool_fkey FOREIGN KEY (round_id, pool_id)
    REFERENCES equity.seat_pool (round_id, pool_id),
  CONSTRAINT award_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT award_status_known CHECK (
    status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
               'graduated', 'discontinued')),
  CONSTRAINT award_run_has_round
    CHECK (round_id IS NOT NULL OR (run_id IS NULL AND pool_id IS NULL)),
  CONSTRAINT award_offer_has_time CHECK (status <> 'offered' OR offered_at IS NOT NULL),
  CONSTRAINT award_offer_times_in_order CHECK (offered_at < offer_expires_at),
  CONSTRAINT award_decision_known CHECK (decision IN ('freeze', 'float')),
  CONSTRAINT award_decision_when_accepted CHECK (status <> 'offered' OR decision IS NULL)
);

SELECT pg_catalog.pg_extension_config_dump('equity.award', '');
SELECT pg_catalog.pg_extension_config_dump('equity.award_award_id_seq', '');

CREATE INDEX award_by_applicant ON equity.award (applicant_id);

CREATE INDEX award_by_programme ON equity.award (programme_code, status);

CREATE UNIQUE INDEX award_one_in_a_round
  ON equity.award (round_id, applicant_id) WHERE round_id IS NOT NULL;

CREATE INDEX award_by_round ON equity.award (round_id, award_id);

CREATE INDEX award_open_offer
  ON equity.award (offer_expires_at) WHERE status = 'offered';

COMMENT ON TABLE equity.award IS
  'Scholarships offered and given (ทุนที่ให้). Awards from before the system are rows too, without round, run and pool.';
COMMENT ON COLUMN equity.award.award_id IS
  'Key given by the database.';
COMMENT ON COLUMN equity.award.applicant_id IS
  'The scholar (ผู้รับทุน).';
COMMENT ON COLUMN equity.award.programme_code IS
  'The programme (โครงการ) that pays.';
COMMENT ON COLUMN equity.award.grant_type IS
  'The kind of grant (ประเภททุน); NULL when an old record does not say.';
COMMENT ON COLUMN equity.award.institution_id IS
  'The institution (สถานศึกษา); NULL when an old record does not say.';
COMMENT ON COLUMN equity.award.field_code IS
  'The field of study (สาขาวิชา); NULL when an old record does not say.';
COMMENT ON COLUMN equity.award.academic_year IS
  'Academic year (ปีการศึกษา) in which the scholar starts, พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.award.round_id IS
  'The round that gave it, at most one award an applicant; NULL for an award from before the system.';
COMMENT ON COLUMN equity.award.run_id IS
  'The published run that gave the seat that it fills now, of the same round: a refill that moves the award puts its own run here. NULL when no run did.';
COMMENT ON COLUMN equity.award.pool_id IS
  'The seat pool that it fills, of the same round; NULL when none.';
COMMENT ON COLUMN equity.award.status IS
  'offered, accepted, declined, expired, withdrawn, studying (กำลังศึกษา), graduated (สำเร็จการศึกษา) or discontinued.';
COMMENT ON COLUMN equity.award.offered_at IS
  'When it was offered; required while offered, NULL when an old record does not say.';
COMMENT ON COLUMN equity.award.offer_expires_at IS
  'When the offer ends unless it is accepted; NULL when it does not end.';
COMMENT ON COLUMN equity.award.decided_at IS
  'When the applicant accepted or declined, or the offer expired or was withdrawn; NULL before.';
COMMENT ON COLUMN equity.award.decision IS
  'What the applicant wished when accepting: freeze (keep this seat, ask for nothing else) or float (keep it, and move up when a seat of a choice that is wanted more falls vacant); NULL before, and when an old record does not say.';

CREATE TABLE equity.award_event (
  award_id bigint NOT NULL,
  event_number bigint GENERATED ALWAYS AS IDENTITY,
  event text NOT NULL,
  from_status text,
  to_status text NOT NULL,
  actor text NOT NULL DEFAULT SESSION_USER,
  at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  note text,
  from_pool_id bigint,
  to_pool_id bigint,
  CONSTRAINT award_event_pkey PRIMARY KEY (award_id, event_number),
  CONSTRAINT award_event_award_fkey FOREIGN KEY (award_id)
    REFERENCES equity.award (award_id),
  CONSTRAINT award_event_from_pool_fkey FOREIGN KEY (from_pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT award_event_to_pool_fkey FOREIGN KEY (to_pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT award_event_moved_has_pools CHECK (
    (event = 'moved') = (from_pool_id IS NOT NULL)
    AND (event = 'moved') = (to_pool_id IS NOT NULL)),
  CONSTRAINT award_event_is_code CHECK (event ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT award_event_from_status_known CHECK (
    from_status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
                    'graduated', 'discontinued')),
  CONSTRAINT award_event_to_status_known CHECK (
    to_status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
                  'graduated', 'discontinued'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.award_event', '');
SELECT pg_catalog.pg_extension_config_dump('equity.award_event_event_number_seq', '');

COMMENT ON TABLE equity.award_event IS
  'History of awards: each change of status, of decision or of pool, in the order of event_number.';
COMMENT ON COLUMN equity.award_event.award_id IS
  'The award.';
COMMENT ON COLUMN equity.award_event.event_number IS
  'Number given by the database; later events of an award have larger ones, with gaps.';
COMMENT ON COLUMN equity.award_event.event IS
  'What happened, a code such as offered, accepted, wished, declined, expired, withdrawn, moved or graduated.';
COMMENT ON COLUMN equity.award_event.from_status IS
  'Status of the award before; NULL for its first event.';
COMMENT ON COLUMN equity.award_event.to_status IS
  'Status of the award after.';
COMMENT ON COLUMN equity.award_event.actor IS
  'Database role of the session that did it, or the office that an import names.';
COMMENT ON COLUMN equity.award_event.at IS
  'When it happened.';
COMMENT ON COLUMN equity.award_event.note IS
  'Remark; no personal data. NULL when none.';
COMMENT ON COLUMN equity.award_event.from_pool_id IS
  'Of a move, the seat pool that the award filled before; NULL for other events.';
COMMENT ON COLUMN equity.award_event.to_pool_id IS
  'Of a move, the seat pool that it fills since then; NULL for other events.';

CREATE TABLE equity.refill_move (
  run_id bigint NOT NULL,
  applicant_id bigint NOT NULL,
  chain integer NOT NULL,
  step integer NOT NULL,
  from_pool_id bigint,
  from_seat text,
  to_pool_id bigint,
  to_seat text,
  vacated_by bigint,
  CONSTRAINT refill_move_pkey PRIMARY KEY (run_id, applicant_id),
  CONSTRAINT refill_move_in_order UNIQUE (run_id, chain, step),
  CONSTRAINT refill_move_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT refill_move_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT refill_move_from_pool_fkey FOREIGN KEY (from_pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT refill_move_to_pool_fkey FOREIGN KEY (to_pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT refill_move_vacated_by_fkey FOREIGN KEY (vacated_by)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT refill_move_from_seat_of_pool CHECK ((from_pool_id IS NULL) = (from_seat IS NULL)),
  CONSTRAINT refill_move_to_seat_of_pool CHECK ((to_pool_id IS NULL) = (to_seat IS NULL)),
  CONSTRAINT refill_move_from_or_to CHECK (from_pool_id IS NOT NULL OR to_pool_id IS NOT NULL),
  CONSTRAINT refill_move_chain_positive CHECK (chain >= 1),
  CONSTRAINT refill_move_leaves_at_step_0 CHECK (step >= 0 AND (step = 0) = (to_pool_id IS NULL))
);

SELECT pg_catalog.pg_extension_config_dump('equity.refill_move', '');

COMMENT ON TABLE equity.refill_move IS
  'Who went where in a refill, one row an applicant whose seat changed, in chains: somebody leaves (step 0), the next takes that seat and leaves another, until a seat stays empty or somebody comes who had none.';
COMMENT ON COLUMN equity.refill_move.run_id IS
  'The refill.';
COMMENT ON COLUMN equity.refill_move.applicant_id IS
  'Who moved (ผู้ที่ย้าย).';
COMMENT ON COLUMN equity.refill_move.chain IS
  'Number of the chain in the refill, 1 and up.';
COMMENT ON COLUMN equity.refill_move.step IS
  'Place in the chain: 0 for who left the round (declined, expired, withdrawn), 1 and up for who took the seat that the step before left. A chain that starts with step 1 started from an empty seat, or is a circle.';
COMMENT ON COLUMN equity.refill_move.from_pool_id IS
  'The seat pool that the applicant left; NULL for who had no seat.';
COMMENT ON COLUMN equity.refill_move.from_seat IS
  'Kind of the seat that the applicant left, open or the name of a reserve; NULL for who had none.';
COMMENT ON COLUMN equity.refill_move.to_pool_id IS
  'The seat pool that the applicant fills now; NULL for who left the round.';
COMMENT ON COLUMN equity.refill_move.to_seat IS
  'Kind of the seat that the applicant fills now; NULL for who left the round.';
COMMENT ON COLUMN equity.refill_move.vacated_by IS
  'Who had that seat before; NULL when it was empty, and for who left the round.';
