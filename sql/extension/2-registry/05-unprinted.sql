-- Text of which an error message prints nothing. A key that is not unique is printed, in messages and so
-- in the server's log, by the output function of its type; this type's prints an empty text.

CREATE TYPE equity_internal.unprinted;

CREATE FUNCTION equity_internal.unprinted_in(cstring) RETURNS equity_internal.unprinted
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION equity_internal.unprinted_out(equity_internal.unprinted) RETURNS cstring
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'void_out';

CREATE TYPE equity_internal.unprinted (
  INPUT = equity_internal.unprinted_in,
  OUTPUT = equity_internal.unprinted_out,
  LIKE = pg_catalog.text
);

COMMENT ON TYPE equity_internal.unprinted IS
  'Text that is compared byte by byte and never printed: what a unique index has instead of an identity.';
COMMENT ON FUNCTION equity_internal.unprinted_in(cstring) IS 'Input: the text.';
COMMENT ON FUNCTION equity_internal.unprinted_out(equity_internal.unprinted) IS 'Output: nothing.';

-- A cast without a function would make an index one of the text itself for PostgreSQL 18, in which LIKE fails on what
-- has no collation. PostgreSQL's own function from xml to text hands over the bytes that it is given.
CREATE FUNCTION equity_internal.unprinted(text) RETURNS equity_internal.unprinted
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'xmltotext';
COMMENT ON FUNCTION equity_internal.unprinted(text) IS 'The same bytes, not to be printed.';

CREATE CAST (pg_catalog.text AS equity_internal.unprinted) WITH FUNCTION equity_internal.unprinted(text);

CREATE FUNCTION equity_internal.unprinted_lt(equity_internal.unprinted, equity_internal.unprinted) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bytealt';
COMMENT ON FUNCTION equity_internal.unprinted_lt(equity_internal.unprinted, equity_internal.unprinted) IS 'Operator < of bytes.';
CREATE FUNCTION equity_internal.unprinted_le(equity_internal.unprinted, equity_internal.unprinted) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteale';
COMMENT ON FUNCTION equity_internal.unprinted_le(equity_internal.unprinted, equity_internal.unprinted) IS 'Operator <= of bytes.';
CREATE FUNCTION equity_internal.unprinted_eq(equity_internal.unprinted, equity_internal.unprinted) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteaeq';
COMMENT ON FUNCTION equity_internal.unprinted_eq(equity_internal.unprinted, equity_internal.unprinted) IS 'Operator = of bytes.';
CREATE FUNCTION equity_internal.unprinted_ge(equity_internal.unprinted, equity_internal.unprinted) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteage';
COMMENT ON FUNCTION equity_internal.unprinted_ge(equity_internal.unprinted, equity_internal.unprinted) IS 'Operator >= of bytes.';
CREATE FUNCTION equity_internal.unprinted_gt(equity_internal.unprinted, equity_internal.unprinted) RETURNS boolean
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteagt';
COMMENT ON FUNCTION equity_internal.unprinted_gt(equity_internal.unprinted, equity_internal.unprinted) IS 'Operator > of bytes.';
CREATE FUNCTION equity_internal.unprinted_cmp(equity_internal.unprinted, equity_internal.unprinted) RETURNS integer
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteacmp';
COMMENT ON FUNCTION equity_internal.unprinted_cmp(equity_internal.unprinted, equity_internal.unprinted) IS 'Order of bytes.';

CREATE OPERATOR equity_internal.< (FUNCTION = equity_internal.unprinted_lt, LEFTARG = equity_internal.unprinted, RIGHTARG = equity_internal.unprinted);
CREATE OPERATOR equity_internal.<= (FUNCTION = equity_internal.unprinted_le, LEFTARG = equity_internal.unprinted, RIGHTARG = equity_internal.unprinted);
CREATE OPERATOR equity_internal.= (FUNCTION = equity_internal.unprinted_eq, LEFTARG = equity_internal.unprinted, RIGHTARG = equity_internal.unprinted);
CREATE OPERATOR equity_internal.>= (FUNCTION = equity_internal.unprinted_ge, LEFTARG = equity_internal.unprinted, RIGHTARG = equity_internal.unprinted);
CREATE OPERATOR equity_internal.> (FUNCTION = equity_internal.unprinted_gt, LEFTARG = equity_internal.unprinted, RIGHTARG = equity_internal.unprinted);
COMMENT ON OPERATOR equity_internal.< (equity_internal.unprinted, equity_internal.unprinted) IS 'Less than.';
COMMENT ON OPERATOR equity_internal.<= (equity_internal.unprinted, equity_internal.unprinted) IS 'At most.';
COMMENT ON OPERATOR equity_internal.= (equity_internal.unprinted, equity_internal.unprinted) IS 'Equal.';
COMMENT ON OPERATOR equity_internal.>= (equity_internal.unprinted, equity_internal.unprinted) IS 'At least.';
COMMENT ON OPERATOR equity_internal.> (equity_internal.unprinted, equity_internal.unprinted) IS 'Greater than.';

CREATE OPERATOR CLASS equity_internal.unprinted_ops DEFAULT FOR TYPE equity_internal.unprinted USING btree AS
  OPERATOR 1 equity_internal.<,
  OPERATOR 2 equity_internal.<=,
  OPERATOR 3 equity_internal.=,
  OPERATOR 4 equity_internal.>=,
  OPERATOR 5 equity_internal.>,
  FUNCTION 1 equity_internal.unprinted_cmp(equity_internal.unprinted, equity_internal.unprinted);
