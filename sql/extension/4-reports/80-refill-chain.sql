-- Who went where in the refills, with names of places; persons are ids.

CREATE VIEW equity.refill_chain WITH (security_invoker = true) AS
  SELECT a.round_id,
         m.run_id,
         m.chain,
         m.step,
         m.applicant_id,
         m.vacated_by,
         w.award_id,
         w.status AS award_status,
         m.from_pool_id,
         m.from_seat,
         f.institution_th AS from_institution_th,
         f.institution_en AS from_institution_en,
         f.field_th AS from_field_th,
         f.field_en AS from_field_en,
         m.to_pool_id,
         m.to_seat,
         t.institution_th AS to_institution_th,
         t.institution_en AS to_institution_en,
         t.field_th AS to_field_th,
         t.field_en AS to_field_en
    FROM equity.refill_move AS m
    JOIN equity.allocation_run AS a ON a.run_id = m.run_id
    LEFT JOIN equity.award AS w
      ON w.round_id = a.round_id
     AND w.applicant_id = m.applicant_id
    LEFT JOIN equity.pool_label AS f ON f.pool_id = m.from_pool_id
    LEFT JOIN equity.pool_label AS t ON t.pool_id = m.to_pool_id;

COMMENT ON VIEW equity.refill_chain IS
  'The chains of moves of the refills (equity.refill_move) with the names of the places, one row for each applicant whose seat changed. In the order of run_id, chain and step it reads as it happened.';
COMMENT ON COLUMN equity.refill_chain.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.refill_chain.run_id IS 'The refill (ครั้งที่จัดสรรที่นั่งว่าง).';
COMMENT ON COLUMN equity.refill_chain.chain IS 'Number of the chain in the refill, 1 and up.';
COMMENT ON COLUMN equity.refill_chain.step IS 'Place in the chain: 0 left the round, 1 and up took the seat that the step before left.';
COMMENT ON COLUMN equity.refill_chain.applicant_id IS 'Who moved (ผู้ที่ย้าย).';
COMMENT ON COLUMN equity.refill_chain.vacated_by IS 'Who had the seat before; NULL when it was empty, and for those who left the round.';
COMMENT ON COLUMN equity.refill_chain.award_id IS 'The award of the one who moved (ทุน).';
COMMENT ON COLUMN equity.refill_chain.award_status IS 'Status of that award now.';
COMMENT ON COLUMN equity.refill_chain.from_pool_id IS 'Seat pool that was left; NULL for those who had no seat.';
COMMENT ON COLUMN equity.refill_chain.from_seat IS 'Kind of the seat that was left: open, or the name of a reserve.';
COMMENT ON COLUMN equity.refill_chain.from_institution_th IS 'Thai name of the institution that was left (สถานศึกษาเดิม).';
COMMENT ON COLUMN equity.refill_chain.from_institution_en IS 'English name of the institution that was left, or NULL.';
COMMENT ON COLUMN equity.refill_chain.from_field_th IS 'Thai name of the field of study that was left (สาขาวิชาเดิม).';
COMMENT ON COLUMN equity.refill_chain.from_field_en IS 'English name of the field of study that was left, or NULL.';
COMMENT ON COLUMN equity.refill_chain.to_pool_id IS 'Seat pool that is filled; NULL for those who left the round.';
COMMENT ON COLUMN equity.refill_chain.to_seat IS 'Kind of the seat that is filled: open, or the name of a reserve.';
COMMENT ON COLUMN equity.refill_chain.to_institution_th IS 'Thai name of the institution of the seat (สถานศึกษาใหม่).';
COMMENT ON COLUMN equity.refill_chain.to_institution_en IS 'English name of the institution of the seat, or NULL.';
COMMENT ON COLUMN equity.refill_chain.to_field_th IS 'Thai name of its field of study (สาขาวิชาใหม่).';
COMMENT ON COLUMN equity.refill_chain.to_field_en IS 'English name of its field of study, or NULL.';
