CREATE FUNCTION equity.apportion(
  weight numeric,
  seats integer,
  method text DEFAULT 'sainte_lague',
  minimum integer DEFAULT 0,
  maximum integer DEFAULT NULL
) RETURNS integer
  LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
  AS 'MODULE_PATHNAME', 'equity_apportion';

COMMENT ON FUNCTION equity.apportion(numeric, integer, text, integer, integer) IS
  'Window function: the seats of this row when the seats are given to the rows of the partition in proportion to weight (0 and up; exact, up to 36 digits). method: hamilton (largest remainder), sainte_lague (Webster), dhondt (Jefferson), huntington_hill, adams or dean. Each row starts at minimum (NULL: 0); the next seat goes to the row below maximum (NULL: none) with the largest weight / d(seats), by hamilton with the largest seats * weight / sum of weights - seats; equal claims: the larger weight, then the earlier row in ORDER BY; a tie that decides between peers is an error. Frames have no meaning. A row of weight 0 keeps its minimum; with a NULL weight it takes no part and the result is NULL, as in a partition whose seats are NULL: so windows nest, from nation to region to province. Seats that maxima leave empty are counted in a WARNING. Errors: 22023 a negative weight, seats or minimum, NaN, a minimum above the maximum, minima above the seats, seats or method that vary in a partition, an unknown method, a tie between peers; 22003 weights of more than 36 digits together; 22004 a NULL method; 53400 more memory than equity.max_memory.';

CREATE FUNCTION equity.apportion_steps(
  weights text,
  seats integer,
  method text DEFAULT 'sainte_lague',
  OUT seat integer,
  OUT row_key text,
  OUT held integer,
  OUT weight numeric,
  OUT divisor numeric,
  OUT quotient numeric,
  OUT rule text,
  OUT tied boolean
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 10000 ROWS 1000
  AS 'MODULE_PATHNAME', 'equity_apportion_steps';

COMMENT ON FUNCTION equity.apportion_steps(text, integer, text) IS
  'Why each seat of an apportionment went where it did: a row for each seat in the order of award, by the rules of equity.apportion. weights is a query with row_key (text), weight, and optionally minimum, maximum and position (integers; the smaller position is the earlier row, NULL last; rows of equal position or without one are peers). seat counts from 1; the minima come first. held: seats that the row held before. divisor: d(held), NULL by hamilton. quotient: weight / divisor, by hamilton seats * weight / sum of weights - held; rounded to be read, while the decision is exact; NULL when infinite. rule, what put this seat before the next claim: minimum, quotient, larger_weight or earlier_row. tied: the claim before or behind, honoured or not, is equal. Errors: those of equity.apportion, 22004 NULL arguments or keys, 23505 a key twice, 42703 and 42804 a column missing or of a wrong type.';
