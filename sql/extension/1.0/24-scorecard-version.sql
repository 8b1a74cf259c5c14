-- Versions of scorecards: the rules and points that a round uses, sealed once they are in use.

CREATE TABLE equity.scorecard_version (
  card_code text NOT NULL,
  version integer NOT NULL,
  card equity.scorecard NOT NULL,
  digest text NOT NULL GENERATED ALWAYS AS (equity.digest(card)) STORED,
  name_th text,
  name_en text,
  valid_from date,
  valid_to date,
  sealed_at timestamptz,
  CONSTRAINT scorecard_version_pkey PRIMARY KEY (card_code, version),
  CONSTRAINT scorecard_version_positive CHECK (version >= 1),
  CONSTRAINT scorecard_version_validity_in_order CHECK (valid_from <= valid_to)
);

SELECT pg_catalog.pg_extension_config_dump('equity.scorecard_version', '');

COMMENT ON TABLE equity.scorecard_version IS
  'Versions of scorecards (เกณฑ์การให้คะแนน). A sealed version never changes; a correction is a new version.';
COMMENT ON COLUMN equity.scorecard_version.card_code IS
  'Code that the versions of one scorecard share, for example HVIS-2566.';
COMMENT ON COLUMN equity.scorecard_version.version IS
  'Number of the version, 1 and up.';
COMMENT ON COLUMN equity.scorecard_version.card IS
  'The scorecard: gates, points and rounding as one value.';
COMMENT ON COLUMN equity.scorecard_version.digest IS
  'Sha256 of the card''s canonical form, 64 hexadecimal digits; always that of card.';
COMMENT ON COLUMN equity.scorecard_version.name_th IS
  'Thai name (ชื่อเกณฑ์), or NULL.';
COMMENT ON COLUMN equity.scorecard_version.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.scorecard_version.valid_from IS
  'First day on which the version may be used; NULL for no limit.';
COMMENT ON COLUMN equity.scorecard_version.valid_to IS
  'Last day on which the version may be used, that day included; NULL for no limit.';
COMMENT ON COLUMN equity.scorecard_version.sealed_at IS
  'When the version was sealed; NULL while it is a draft. From then on only the names may change.';

CREATE FUNCTION equity.keep_sealed_scorecard() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'UPDATE'
     AND OLD.card_code = NEW.card_code
     AND OLD.version = NEW.version
     AND equity.digest(OLD.card) = equity.digest(NEW.card)
     AND OLD.valid_from IS NOT DISTINCT FROM NEW.valid_from
     AND OLD.valid_to IS NOT DISTINCT FROM NEW.valid_to
     AND OLD.sealed_at IS NOT DISTINCT FROM NEW.sealed_at
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'scorecard "%" version % is sealed', OLD.card_code, OLD.version
    USING ERRCODE = 'object_not_in_prerequisite_state',
          DETAIL = format('It was sealed at %s.', OLD.sealed_at),
          HINT = 'Insert a new version of the card; of a sealed one only the names may change.';
END;
$$;

COMMENT ON FUNCTION equity.keep_sealed_scorecard() IS
  'Trigger of equity.scorecard_version: a sealed version keeps its code, number, card, validity and seal, and is not deleted; anything else is refused with 55000.';

CREATE TRIGGER scorecard_version_sealed
  BEFORE UPDATE OR DELETE ON equity.scorecard_version
  FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL)
  EXECUTE FUNCTION equity.keep_sealed_scorecard();
