--- Anyone can redo it: printf %s ID | openssl dgst -sha256 -hmac SEED, the first 16 hex
--- digits, shifted right by one bit.
CREATE FUNCTION equity.lottery(seed text, id bigint) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50
  AS 'MODULE_PATHNAME', 'equity_lottery';

COMMENT ON FUNCTION equity.lottery(text, bigint) IS
  'The lottery number of an applicant: the first 63 bits of HMAC-SHA256 with the seed (UTF-8) as key and the id in decimal digits as message. 0 to 2^63 - 1; the smaller number wins.';

CREATE FUNCTION equity.lottery(seed text, id bigint, pool_id bigint) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50
  AS 'MODULE_PATHNAME', 'equity_lottery_in_pool';

COMMENT ON FUNCTION equity.lottery(text, bigint, bigint) IS
  'The lottery number of an applicant in one pool: as lottery(seed, id), over the message id/pool_id, so that each pool draws anew.';

CREATE FUNCTION equity.commitment(seed text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_commitment';

COMMENT ON FUNCTION equity.commitment(text) IS
  'What is published of a seed before applications close: the SHA-256 of its UTF-8, as 64 hex digits. When the seed is revealed, anyone can check that it is the one.';
