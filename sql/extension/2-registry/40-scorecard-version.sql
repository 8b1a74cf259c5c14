-- Versions of scorecards: the rules and points that a round uses, sealed once they are in use.

--- A sealed version never changes; a correction is a new version. Two sealed versions of a
--- code are never valid on the same day.
CREATE TABLE equity.scorecard_version (
  card_code text NOT NULL,
  version integer NOT NULL,
  card equity.scorecard,
  digest text GENERATED ALWAYS AS (equity.digest(card)) STORED,
  name_th text,
  name_en text,
  scale smallint,
  rounding text,
  as_of date,
  valid_from date,
  valid_to date,
  sealed_at timestamptz,
  CONSTRAINT scorecard_version_pkey PRIMARY KEY (card_code, version),
  CONSTRAINT scorecard_version_positive CHECK (version >= 1),
  CONSTRAINT scorecard_version_scale_in_range CHECK (scale BETWEEN 0 AND 6),
  CONSTRAINT scorecard_version_rounding_known CHECK (rounding IN ('half_up', 'half_even', 'down')),
  CONSTRAINT scorecard_version_as_of_is_day CHECK (pg_catalog.isfinite(as_of)),
  CONSTRAINT scorecard_version_validity_in_order CHECK (valid_from <= valid_to),
  CONSTRAINT scorecard_version_sealed_has_card CHECK (sealed_at IS NULL OR card IS NOT NULL)
);

SELECT pg_catalog.pg_extension_config_dump('equity.scorecard_version', '');

COMMENT ON TABLE equity.scorecard_version IS
  'Versions of scorecards (เกณฑ์การให้คะแนน). A draft is written either as one value in card, or row by row in equity.criterion with scale, rounding and as_of here; equity.seal_scorecard() makes card and rows say the same.';
COMMENT ON COLUMN equity.scorecard_version.card_code IS
  'Code that the versions of one scorecard share, for example HVIS-2566.';
COMMENT ON COLUMN equity.scorecard_version.version IS
  'Number of the version, 1 and up.';
COMMENT ON COLUMN equity.scorecard_version.card IS
  'The scorecard: gates, points and rounding as one value. NULL while a draft is written as rows of equity.criterion; never NULL once sealed.';
COMMENT ON COLUMN equity.scorecard_version.digest IS
  'Sha256 of the card''s canonical form, 64 hexadecimal digits; always that of card, NULL with it.';
COMMENT ON COLUMN equity.scorecard_version.name_th IS
  'Thai name (ชื่อเกณฑ์), or NULL.';
COMMENT ON COLUMN equity.scorecard_version.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.scorecard_version.scale IS
  'Decimals of points and scores (จำนวนทศนิยม), 0 to 6; NULL is 4, and a draft written as a value may leave it out. Set when sealed.';
COMMENT ON COLUMN equity.scorecard_version.rounding IS
  'How points are rounded (การปัดเศษ): half_up, half_even or down; NULL is half_up, and a draft written as a value may leave it out. Set when sealed.';
COMMENT ON COLUMN equity.scorecard_version.as_of IS
  'Day on which ages count (วันที่ใช้คำนวณอายุ); NULL when no rule needs it.';
COMMENT ON COLUMN equity.scorecard_version.valid_from IS
  'First day on which the version may be used; NULL for no limit.';
COMMENT ON COLUMN equity.scorecard_version.valid_to IS
  'Last day on which the version may be used, that day included; NULL for no limit. An open end of a sealed version may be set once, so that another version can follow.';
COMMENT ON COLUMN equity.scorecard_version.sealed_at IS
  'When the version was sealed; NULL while it is a draft. From then on only the names may change, and valid_to from NULL to a day. equity.seal_scorecard() sets it.';

CREATE FUNCTION equity_internal.keep_sealed_scorecard() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'UPDATE'
     AND OLD.card_code = NEW.card_code
     AND OLD.version = NEW.version
     AND equity.digest(OLD.card) = equity.digest(NEW.card)
     AND (OLD.scale, OLD.rounding, OLD.as_of, OLD.valid_from, OLD.sealed_at)
         IS NOT DISTINCT FROM (NEW.scale, NEW.rounding, NEW.as_of, NEW.valid_from, NEW.sealed_at)
     AND (OLD.valid_to IS NULL OR OLD.valid_to IS NOT DISTINCT FROM NEW.valid_to)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'scorecard "%" version % is sealed', OLD.card_code, OLD.version
    USING ERRCODE = 'object_not_in_prerequisite_state',
          DETAIL = format('It was sealed at %s.', OLD.sealed_at),
          HINT = 'Make a new version of the card, for example with equity.copy_scorecard(); of a sealed one only the names and an open end of its validity may change.';
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_sealed_scorecard() IS
  'Trigger of equity.scorecard_version: a sealed version keeps its code, number, card, scale, rounding, as_of, validity and seal, and is not deleted; anything else is refused with 55000. An open end of the validity (valid_to NULL) may be set.';

CREATE TRIGGER scorecard_version_sealed
  BEFORE UPDATE OR DELETE ON equity.scorecard_version
  FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL)
  EXECUTE FUNCTION equity_internal.keep_sealed_scorecard();

CREATE FUNCTION equity_internal.refuse_scorecard_truncate() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM equity.scorecard_version AS v WHERE v.sealed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'cannot truncate %.%: it holds sealed scorecards', TG_TABLE_SCHEMA, TG_TABLE_NAME
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Delete the drafts with DELETE ... WHERE sealed_at IS NULL on equity.scorecard_version; their rows go with them.';
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_scorecard_truncate() IS
  'Trigger of equity.scorecard_version and equity.criterion: TRUNCATE is refused with 55000 while a version is sealed.';

CREATE TRIGGER scorecard_version_truncate
  BEFORE TRUNCATE ON equity.scorecard_version
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.refuse_scorecard_truncate();

-- Two sealed versions of a code that are valid on the same day would both be the rule of that day.
-- All versions of the code are locked first, so that of two seals at once the second sees the first,
-- or is told to run again (40001) when its snapshot is too old for that.
CREATE FUNCTION equity_internal.check_scorecard_validity() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  other equity.scorecard_version;
BEGIN
  PERFORM FROM equity.scorecard_version AS v
    WHERE v.card_code = NEW.card_code
    ORDER BY v.version
      FOR NO KEY UPDATE;
  SELECT v.* INTO other
    FROM equity.scorecard_version AS v
   WHERE v.card_code = NEW.card_code
     AND v.version <> NEW.version
     AND v.sealed_at IS NOT NULL
     AND daterange(v.valid_from, v.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
   ORDER BY v.version
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'scorecard "%" version % is valid on days of version %', NEW.card_code, NEW.version, other.version
      USING ERRCODE = 'exclusion_violation',
            DETAIL = format('Version %s: from %s to %s; version %s: from %s to %s.',
                            NEW.version, coalesce(to_char(NEW.valid_from, 'YYYY-MM-DD'), 'ever'), coalesce(to_char(NEW.valid_to, 'YYYY-MM-DD'), 'ever'),
                            other.version, coalesce(to_char(other.valid_from, 'YYYY-MM-DD'), 'ever'), coalesce(to_char(other.valid_to, 'YYYY-MM-DD'), 'ever')),
            HINT = 'Set valid_from and valid_to so that they follow each other; an open end of a sealed version may still be set.';
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_scorecard_validity() IS
  'Trigger of equity.scorecard_version: two sealed versions of a code are never valid on the same day, or 23P01 is raised.';

CREATE TRIGGER scorecard_version_validity
  AFTER INSERT OR UPDATE OF sealed_at, valid_from, valid_to ON equity.scorecard_version
  FOR EACH ROW WHEN (NEW.sealed_at IS NOT NULL)
  EXECUTE FUNCTION equity_internal.check_scorecard_validity();
