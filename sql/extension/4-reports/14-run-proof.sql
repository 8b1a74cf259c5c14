-- What anybody needs to check an allocation: the commitment and the seed, the outcome of the verification, and the
-- digests of all that decided it.

--- The digests are those of equity.run_manifest, which says over which lines. NULL where a run read no such input.
CREATE VIEW equity.run_proof WITH (security_barrier = true) AS
  SELECT a.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         a.run_id,
         a.status AS run_status,
         c.run_id IS NOT NULL AS is_current,
         a.kind,
         a.parent_run_id,
         a.mechanism::text AS mechanism,
         a.tie_break::text AS tie_break,
         a.tie_field,
         r.seed_commitment,
         r.seed,
         r.seed IS NOT NULL AND equity.commitment(r.seed) = r.seed_commitment AS seed_was_committed,
         a.violations,
         d.cards AS cards_digest,
         d.quotas AS quotas_digest,
         d.pools AS pools_digest,
         d.reserves AS reserves_digest,
         d.caps AS caps_digest,
         d.applications AS applications_digest,
         d.standing AS standing_digest,
         a.result_digest AS placements_digest,
         a.equity_version,
         a.finished_at
    FROM equity.allocation_run AS a
    JOIN equity.round AS r ON r.round_id = a.round_id
    LEFT JOIN equity.current_run AS c
           ON c.round_id = a.round_id
          AND c.run_id = a.run_id
    LEFT JOIN (SELECT i.run_id,
                      max(i.digest) FILTER (WHERE i.input = 'cards') AS cards,
                      max(i.digest) FILTER (WHERE i.input = 'quotas') AS quotas,
                      max(i.digest) FILTER (WHERE i.input = 'pools') AS pools,
                      max(i.digest) FILTER (WHERE i.input = 'reserves') AS reserves,
                      max(i.digest) FILTER (WHERE i.input = 'caps') AS caps,
                      max(i.digest) FILTER (WHERE i.input = 'applications') AS applications,
                      max(i.digest) FILTER (WHERE i.input = 'standing') AS standing
                 FROM equity.run_input AS i
                GROUP BY i.run_id) AS d
           ON d.run_id = a.run_id;

COMMENT ON VIEW equity.run_proof IS
  'Each allocation run with what it takes to check it: commitment and seed of the lottery, violations found, and the digests of what the run read and gave.';
COMMENT ON COLUMN equity.run_proof.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.run_proof.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.run_proof.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.run_proof.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.run_proof.run_id IS 'Allocation run (ครั้งที่จัดสรร).';
COMMENT ON COLUMN equity.run_proof.run_status IS 'draft, verified, failed, superseded or published.';
COMMENT ON COLUMN equity.run_proof.is_current IS 'True for the run that the reports of the round show (equity.current_run).';
COMMENT ON COLUMN equity.run_proof.kind IS 'main (การจัดสรรครั้งแรก) or refill (การจัดสรรที่นั่งว่าง).';
COMMENT ON COLUMN equity.run_proof.parent_run_id IS 'Of a refill the run that it goes on from; otherwise NULL.';
COMMENT ON COLUMN equity.run_proof.mechanism IS 'Mechanism used, as in equity.allocation_run.';
COMMENT ON COLUMN equity.run_proof.tie_break IS 'What broke ties, as in equity.allocation_run.';
COMMENT ON COLUMN equity.run_proof.tie_field IS 'What ranked equal scores before that; NULL when nothing did.';
COMMENT ON COLUMN equity.run_proof.seed_commitment IS 'Published commitment (ค่าผูกมัด): the sha256 of the seed, 64 hexadecimal digits.';
COMMENT ON COLUMN equity.run_proof.seed IS 'Seed of the lottery (เมล็ดสุ่ม), revealed when the round closed.';
COMMENT ON COLUMN equity.run_proof.seed_was_committed IS 'True when the sha256 of the seed is the commitment.';
COMMENT ON COLUMN equity.run_proof.violations IS 'What verification found against the run (ข้อผิดพลาดที่พบ): 0 once it is verified; NULL before.';
COMMENT ON COLUMN equity.run_proof.cards_digest IS 'sha256 of the scorecards (เกณฑ์).';
COMMENT ON COLUMN equity.run_proof.quotas_digest IS 'sha256 of the quotas (โควตา).';
COMMENT ON COLUMN equity.run_proof.pools_digest IS 'sha256 of the seat pools (กลุ่มที่นั่ง).';
COMMENT ON COLUMN equity.run_proof.reserves_digest IS 'sha256 of the reserved seats (ที่นั่งสงวน).';
COMMENT ON COLUMN equity.run_proof.caps_digest IS 'sha256 of the ceilings (เพดาน).';
COMMENT ON COLUMN equity.run_proof.applications_digest IS 'sha256 over the choices that competed, with their scores (คำขอ).';
COMMENT ON COLUMN equity.run_proof.standing_digest IS 'sha256 over who had a seat before the run (ผู้ถือที่นั่งเดิม).';
COMMENT ON COLUMN equity.run_proof.placements_digest IS 'sha256 over the placements (ผลการจัดสรร).';
COMMENT ON COLUMN equity.run_proof.equity_version IS 'Version of the extension that made the run.';
COMMENT ON COLUMN equity.run_proof.finished_at IS 'When the run finished.';
