-- Applications to a round and their ranked choices. The applicant leads every key, so that
-- these tables can be partitioned or sharded by applicant. No triggers of their own: they
-- hold millions of rows.

CREATE TABLE equity.application (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  application_id bigint GENERATED ALWAYS AS IDENTITY,
  status text NOT NULL DEFAULT 'draft',
  submitted_at timestamptz,
  education_level text,
  gpa numeric(3,2),
  graduated_year smallint,
  welfare_card boolean,
  disability_registered boolean,
  answers jsonb,
  verified_need boolean,
  CONSTRAINT application_pkey PRIMARY KEY (applicant_id, round_id),
  CONSTRAINT application_id_unique UNIQUE (application_id),
  CONSTRAINT application_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT application_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT application_status_known CHECK (status IN ('draft', 'submitted', 'withdrawn')),
  CONSTRAINT application_submitted_has_time
    CHECK (status <> 'submitted' OR submitted_at IS NOT NULL),
  CONSTRAINT application_gpa_in_range CHECK (gpa BETWEEN 0 AND 4),
  CONSTRAINT application_graduated_year_be CHECK (graduated_year BETWEEN 2400 AND 2700),
  CONSTRAINT application_answers_object CHECK (pg_catalog.jsonb_typeof(answers) = 'object')
);

SELECT pg_catalog.pg_extension_config_dump('equity.application', '');
SELECT pg_catalog.pg_extension_config_dump('equity.application_application_id_seq', '');

CREATE INDEX application_by_round ON equity.application (round_id);

COMMENT ON TABLE equity.application IS
  'Applications (ใบสมัคร): one a person and round. An answer that was not given is NULL, never 0 or false.';
COMMENT ON COLUMN equity.application.applicant_id IS
  'The person who applies (ผู้สมัคร).';
COMMENT ON COLUMN equity.application.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.application.application_id IS
  'Number of the application (เลขที่ใบสมัคร), given by the database, unique over all rounds.';
COMMENT ON COLUMN equity.application.status IS
  'draft, submitted or withdrawn; only submitted applications are scored.';
COMMENT ON COLUMN equity.application.submitted_at IS
  'When it was submitted; required when submitted.';
COMMENT ON COLUMN equity.application.education_level IS
  'Level of study finished or attended (ระดับการศึกษา), a code such as m3, m6 or pvc; NULL when not given.';
COMMENT ON COLUMN equity.application.gpa IS
  'Grade point average (เกรดเฉลี่ยสะสม, GPAX), 0.00 to 4.00; NULL when not given.';
COMMENT ON COLUMN equity.application.graduated_year IS
  'Academic year in which that level was finished (ปีที่จบ), พ.ศ., 2400 to 2700; NULL when not finished or not given.';
COMMENT ON COLUMN equity.application.welfare_card IS
  'True when the applicant or household holds a state welfare card (บัตรสวัสดิการแห่งรัฐ); NULL when not answered.';
COMMENT ON COLUMN equity.application.disability_registered IS
  'True when the applicant is registered as disabled (บัตรประจำตัวคนพิการ); NULL when not answered. Sensitive personal data.';
COMMENT ON COLUMN equity.application.answers IS
  'Other answers of the form as a JSON object, which scorecards read as answers.key; NULL when none.';
COMMENT ON COLUMN equity.application.verified_need IS
  'Whether a visit or a check of records afterwards found the applicant in need (ผลการตรวจสอบความยากจน); NULL when not checked. No scorecard reads it: equity.targeting measures scorecards by it.';

CREATE TABLE equity.choice (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  choice smallint NOT NULL,
  pool_id bigint NOT NULL,
  CONSTRAINT choice_pkey PRIMARY KEY (applicant_id, round_id, choice),
  CONSTRAINT choice_pool_once UNIQUE (applicant_id, round_id, pool_id),
  CONSTRAINT choice_application_fkey FOREIGN KEY (applicant_id, round_id)
    REFERENCES equity.application (applicant_id, round_id),
  CONSTRAINT choice_pool_fkey FOREIGN KEY (round_id, pool_id)
    REFERENCES equity.seat_pool (round_id, pool_id),
  CONSTRAINT choice_positive CHECK (choice >= 1)
);

SELECT pg_catalog.pg_extension_config_dump('equity.choice', '');

CREATE INDEX choice_by_pool ON equity.choice (round_id, pool_id);

COMMENT ON TABLE equity.choice IS
  'Ranked choices (ลำดับการเลือก) of an application: pools of the same round, each at most once.';
COMMENT ON COLUMN equity.choice.applicant_id IS
  'The person who chooses.';
COMMENT ON COLUMN equity.choice.round_id IS
  'The round; application and pool are both of it.';
COMMENT ON COLUMN equity.choice.choice IS
  'Rank of the choice (อันดับ), 1 is the most wanted; numbers may leave gaps.';
COMMENT ON COLUMN equity.choice.pool_id IS
  'The seat pool chosen.';
