-- What was published of a run, as it was posted.

--- content has a line for each award, each ended by a line feed, in the order of the numbers: number of the application,
--- masked identity, and admitted or moved, parted by tabs. Nobody's kind of seat, score or name is in it. The audit event
--- published_list has the digest of all lists of the run.
CREATE TABLE equity.published_list (
  run_id bigint NOT NULL,
  institution_id bigint NOT NULL,
  programme_code text NOT NULL,
  institution_th text NOT NULL,
  programme_th text NOT NULL,
  entries integer NOT NULL,
  content text NOT NULL,
  digest text NOT NULL,
  published_at timestamptz NOT NULL,
  CONSTRAINT published_list_pkey PRIMARY KEY (run_id, institution_id, programme_code),
  CONSTRAINT published_list_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT published_list_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT published_list_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT published_list_entries_positive CHECK (entries >= 1),
  CONSTRAINT published_list_digest_is_sha256 CHECK (digest ~ '^[0-9a-f]{64}$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.published_list', '');

-- no time is spent on packing it while a round is published
ALTER TABLE equity.published_list ALTER COLUMN content SET STORAGE EXTERNAL;

COMMENT ON TABLE equity.published_list IS
  'The lists of awards (ประกาศรายชื่อผู้ได้รับทุน) as each run published them, one for each institution and programme. Written by equity.publish_run and equity.refill_round; equity.published_list_problems finds what was changed since.';
COMMENT ON COLUMN equity.published_list.run_id IS
  'The published run: the first one, or a refill, whose list has those who got another seat.';
COMMENT ON COLUMN equity.published_list.institution_id IS
  'The institution (สถานศึกษา).';
COMMENT ON COLUMN equity.published_list.programme_code IS
  'The programme (โครงการ).';
COMMENT ON COLUMN equity.published_list.institution_th IS
  'Thai name of the institution at that time.';
COMMENT ON COLUMN equity.published_list.programme_th IS
  'Thai name of the programme at that time.';
COMMENT ON COLUMN equity.published_list.entries IS
  'How many awards the list has, 1 or more.';
COMMENT ON COLUMN equity.published_list.content IS
  'The list itself, a line for each award, which equity.published_list() reads.';
COMMENT ON COLUMN equity.published_list.digest IS
  'Sha256 of content in UTF-8, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.published_list.published_at IS
  'When the run was published.';
