-- Rounds: one call for applications and the programmes it serves, by rules that stay as they were announced.

--- Once it is not draft, mechanism, tie_break, tie_field and seed_commitment are fixed.
CREATE TABLE equity.round (
  round_id bigint GENERATED ALWAYS AS IDENTITY,
  round_code text NOT NULL,
  academic_year smallint NOT NULL,
  call_number smallint NOT NULL DEFAULT 1,
  name_th text NOT NULL,
  name_en text,
  status text NOT NULL DEFAULT 'draft',
  opens_at timestamptz,
  closes_at timestamptz,
  offer_days integer,
  mechanism text NOT NULL DEFAULT 'deferred_acceptance',
  tie_break text NOT NULL DEFAULT 'lottery',
  tie_field text,
  seed_commitment text,
  seed text,
  published_run_id bigint,
  created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  CONSTRAINT round_pkey PRIMARY KEY (round_id),
  CONSTRAINT round_code_unique UNIQUE (round_code),
  CONSTRAINT round_code_not_empty CHECK (round_code <> ''),
  CONSTRAINT round_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT round_call_number_positive CHECK (call_number >= 1),
  CONSTRAINT round_status_known CHECK (
    status IN ('draft', 'open', 'closed', 'scored', 'allocated', 'verified', 'published')),
  CONSTRAINT round_opens_before_it_closes CHECK (opens_at < closes_at),
  CONSTRAINT round_offer_days_in_range CHECK (offer_days BETWEEN 1 AND 366),
  CONSTRAINT round_mechanism_known CHECK (
    mechanism IN ('deferred_acceptance', 'serial_dictatorship', 'immediate_acceptance',
                  'top_trading_cycles')),
  CONSTRAINT round_tie_break_known CHECK (
    tie_break IN ('lottery', 'lottery_per_pool', 'admit_all', 'admit_none', 'strict')),
  CONSTRAINT round_tie_field_known CHECK (tie_field IN ('income_per_head', 'gpa', 'birth_date')),
  CONSTRAINT round_seed_commitment_is_sha256 CHECK (seed_commitment ~ '^[0-9a-f]{64}$'),
  CONSTRAINT round_open_has_commitment CHECK (status = 'draft' OR seed_commitment IS NOT NULL),
  CONSTRAINT round_closed_has_seed CHECK (status IN ('draft', 'open') OR seed IS NOT NULL),
  CONSTRAINT round_seed_was_committed
    CHECK (seed IS NULL OR (seed_commitment IS NOT NULL
                            AND equity.commitment(seed) = seed_commitment)),
  CONSTRAINT round_published_has_run
    CHECK ((status = 'published') = (published_run_id IS NOT NULL))
);

SELECT pg_catalog.pg_extension_config_dump('equity.round', '');
SELECT pg_catalog.pg_extension_config_dump('equity.round_round_id_seq', '');

COMMENT ON TABLE equity.round IS
  'Rounds: calls for applications (รอบการรับสมัคร). The operations move a round from draft to open, closed, scored, allocated, verified and published.';
COMMENT ON COLUMN equity.round.round_id IS
  'Key given by the database.';
COMMENT ON COLUMN equity.round.round_code IS
  'Code that people use for the round, unique, for example 2566-1.';
COMMENT ON COLUMN equity.round.academic_year IS
  'Academic year (ปีการศึกษา) in which the scholars start, พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.round.call_number IS
  'Number of the call (ครั้งที่) within the academic year, 1 and up.';
COMMENT ON COLUMN equity.round.name_th IS
  'Thai name (ชื่อรอบ).';
COMMENT ON COLUMN equity.round.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.round.status IS
  'draft, open, closed, scored, allocated, verified or published, in this order.';
COMMENT ON COLUMN equity.round.opens_at IS
  'When applications open (เปิดรับสมัคร); NULL when not fixed.';
COMMENT ON COLUMN equity.round.closes_at IS
  'When applications close (ปิดรับสมัคร); NULL when not fixed.';
COMMENT ON COLUMN equity.round.offer_days IS
  'Days that an offer stays open after publication, 1 to 366; NULL: offers do not expire.';
COMMENT ON COLUMN equity.round.mechanism IS
  'Mechanism of allocation: deferred_acceptance, or to do as others do serial_dictatorship, immediate_acceptance or top_trading_cycles, which honour no reserves, ceilings or floors (see equity.allocate).';
COMMENT ON COLUMN equity.round.tie_break IS
  'What breaks ties: lottery, lottery_per_pool, admit_all (the whole last class gets in), admit_none (nobody of it does) or strict (nothing does, and a tie at a cut-off is an error).';
COMMENT ON COLUMN equity.round.tie_field IS
  'What ranks equal scores before tie_break does: income_per_head (the lower income first), gpa (the higher grade first) or birth_date (the older first); who has not answered comes last. NULL: nothing.';
COMMENT ON COLUMN equity.round.seed_commitment IS
  'Published commitment to the lottery''s seed: its sha256, 64 lower-case hexadecimal digits; required once the round is open.';
COMMENT ON COLUMN equity.round.seed IS
  'The lottery''s seed, revealed when the round closes; it must match seed_commitment. NULL before.';
COMMENT ON COLUMN equity.round.published_run_id IS
  'The published run (equity.allocation_run); set exactly when status is published. An update is checked by trigger; a foreign key would make a circle that no dump could be restored through.';
COMMENT ON COLUMN equity.round.created_at IS
  'When the row was made.';

CREATE TABLE equity.round_programme (
  round_id bigint NOT NULL,
  programme_code text NOT NULL,
  card_code text,
  card_version integer,
  quota integer,
  CONSTRAINT round_programme_pkey PRIMARY KEY (round_id, programme_code),
  CONSTRAINT round_programme_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT round_programme_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT round_programme_card_fkey FOREIGN KEY (card_code, card_version)
    REFERENCES equity.scorecard_version (card_code, version) MATCH FULL,
  CONSTRAINT round_programme_quota_not_negative CHECK (quota >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.round_programme', '');

COMMENT ON TABLE equity.round_programme IS
  'Programmes that a round serves, each with its scorecard and quota. Once the round is not draft they stay and keep their scorecards.';
COMMENT ON COLUMN equity.round_programme.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.round_programme.programme_code IS
  'The programme (โครงการ).';
COMMENT ON COLUMN equity.round_programme.card_code IS
  'Code of the scorecard that decides; NULL while not chosen.';
COMMENT ON COLUMN equity.round_programme.card_version IS
  'Version of that scorecard; NULL exactly when card_code is NULL.';
COMMENT ON COLUMN equity.round_programme.quota IS
  'Announced number of scholarships (โควตา), persons, 0 or more; NULL when none was announced.';

CREATE FUNCTION equity_internal.check_published_run() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM 1
     FROM equity.allocation_run AS r
    WHERE r.round_id = NEW.round_id AND r.run_id = NEW.published_run_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'round "%" has no run %', NEW.round_code, NEW.published_run_id
      USING ERRCODE = 'foreign_key_violation',
            DETAIL = format('Run %s is not a run of round %s.', NEW.published_run_id, NEW.round_id),
            HINT = 'Publish a run of the same round with equity.publish_run().';
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_published_run() IS
  'Trigger of equity.round: the published run must be a run of the same round, else 23503. Only updates are checked: a restored dump brings rounds before their runs.';

CREATE TRIGGER round_published_run
  BEFORE UPDATE OF published_run_id ON equity.round
  FOR EACH ROW WHEN (NEW.published_run_id IS NOT NULL)
  EXECUTE FUNCTION equity_internal.check_published_run();

-- What the commitment promises to the public: by which rules the round is decided, and by which seed.
-- Only updates and deletions are looked at, so that a dump can be restored.
CREATE FUNCTION equity_internal.keep_round_rules() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF (NEW.mechanism, NEW.tie_break, NEW.tie_field, NEW.seed_commitment)
     IS NOT DISTINCT FROM (OLD.mechanism, OLD.tie_break, OLD.tie_field, OLD.seed_commitment)
     AND (OLD.seed IS NULL OR NEW.seed IS NOT DISTINCT FROM OLD.seed)
     AND NEW.status <> 'draft'
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the rules of round "%" are fixed', OLD.round_code
    USING ERRCODE = 'object_not_in_prerequisite_state',
          DETAIL = format('It is %s: mechanism, tie_break, tie_field, seed_commitment and a seed that is known were announced, and it is no draft again.', OLD.status),
          HINT = 'Make a new round for other rules or another seed.';
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_round_rules() IS
  'Trigger of equity.round: once a round is not draft it keeps mechanism, tie_break, tie_field and seed_commitment, its seed only becomes known, and it does not become draft again; else 55000.';

CREATE TRIGGER round_rules_fixed
  BEFORE UPDATE ON equity.round
  FOR EACH ROW WHEN (OLD.status <> 'draft')
  EXECUTE FUNCTION equity_internal.keep_round_rules();

CREATE FUNCTION equity_internal.keep_round_card() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
AS $$
DECLARE
  status text;
BEGIN
  IF TG_OP = 'UPDATE'
     AND (NEW.round_id, NEW.programme_code, NEW.card_code, NEW.card_version)
         IS NOT DISTINCT FROM (OLD.round_id, OLD.programme_code, OLD.card_code, OLD.card_version)
  THEN
    RETURN NEW;
  END IF;

  SELECT r.status INTO status
    FROM equity.round AS r
   WHERE r.round_id = OLD.round_id
     AND r.status <> 'draft';
  IF FOUND THEN
    RAISE EXCEPTION 'the scorecard of programme "%" in round % is fixed', OLD.programme_code, OLD.round_id
      USING ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('The round is %s.', status),
            HINT = 'Make a new round for another scorecard.';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_round_card() IS
  'Trigger of equity.round_programme: once a round is not draft its programmes stay and keep their scorecards, else 55000.';

CREATE TRIGGER round_programme_card_fixed
  BEFORE DELETE OR UPDATE OF round_id, programme_code, card_code, card_version ON equity.round_programme
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_round_card();
