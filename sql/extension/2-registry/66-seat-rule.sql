-- Limits of what an institution may offer in a round.

--- For example 30 to 150 recipients a project, at least 15 in a field of study, at most 5
--- fields.
---
--- Without a row a project has no limits. They serve equity.propose_seats.
CREATE TABLE equity.seat_rule (
  round_id bigint NOT NULL,
  programme_code text NOT NULL,
  institution_kind text NOT NULL,
  grant_type text NOT NULL,
  min_seats integer NOT NULL DEFAULT 0,
  max_seats integer,
  min_field_seats integer NOT NULL DEFAULT 0,
  max_fields integer,
  source text,
  CONSTRAINT seat_rule_pkey PRIMARY KEY (round_id, programme_code, institution_kind, grant_type),
  CONSTRAINT seat_rule_round_programme_fkey FOREIGN KEY (round_id, programme_code)
    REFERENCES equity.round_programme (round_id, programme_code),
  CONSTRAINT seat_rule_grant_type_fkey FOREIGN KEY (grant_type)
    REFERENCES equity.grant_type (grant_type),
  CONSTRAINT seat_rule_institution_kind_known
    CHECK (institution_kind IN ('general', 'innovation', 'institute')),
  CONSTRAINT seat_rule_min_seats_not_negative CHECK (min_seats >= 0),
  CONSTRAINT seat_rule_max_seats_in_order CHECK (max_seats >= min_seats),
  CONSTRAINT seat_rule_min_field_seats_in_range CHECK (min_field_seats BETWEEN 0 AND coalesce(max_seats, min_field_seats)),
  CONSTRAINT seat_rule_max_fields_positive CHECK (max_fields >= 1)
);

SELECT pg_catalog.pg_extension_config_dump('equity.seat_rule', '');

COMMENT ON TABLE equity.seat_rule IS
  'Limits of institution projects (โครงการของสถานศึกษา) in a round, as its announcement has them. A project is what an institution offers of one programme and grant type.';
COMMENT ON COLUMN equity.seat_rule.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.seat_rule.programme_code IS
  'The programme (โครงการ); the round must serve it.';
COMMENT ON COLUMN equity.seat_rule.institution_kind IS
  'Kind of the institutions it is for (ประเภทสถานศึกษา), as in equity.institution: general, innovation or institute.';
COMMENT ON COLUMN equity.seat_rule.grant_type IS
  'Grant type that it is for (ประเภททุน), as in equity.grant_type.';
COMMENT ON COLUMN equity.seat_rule.min_seats IS
  'Fewest seats of a project that has any (จำนวนผู้รับทุนขั้นต่ำต่อโครงการ), persons, 0 or more.';
COMMENT ON COLUMN equity.seat_rule.max_seats IS
  'Most seats of a project (จำนวนผู้รับทุนสูงสุดต่อโครงการ), persons; NULL: no limit.';
COMMENT ON COLUMN equity.seat_rule.min_field_seats IS
  'Fewest seats of a field of study that has any (ขั้นต่ำต่อสาขาวิชา), persons, 0 or more.';
COMMENT ON COLUMN equity.seat_rule.max_fields IS
  'Most fields of study of a project (จำนวนสาขาวิชาสูงสุด), 1 and up; NULL: no limit.';
COMMENT ON COLUMN equity.seat_rule.source IS
  'Where the figures come from, for example the announcement; NULL when not recorded.';
