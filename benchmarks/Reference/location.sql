-- The customer's "Extracción por Estado/Ciudad", word for word. $1 kind of place (three times in the original), $2 its name, $3 amount.
SELECT c.id, c.phone_national, c.city, c.state_name, c.lada
FROM contacts c
WHERE c.status = 'VERIFIED'
  AND c.opt_out_at IS NULL
  AND (
    CASE
      WHEN $1 = 'state' THEN c.state_name ILIKE $2
      WHEN $1 = 'city' THEN c.city ILIKE $2
      WHEN $1 = 'municipality' THEN c.municipality ILIKE $2
    END
  )
ORDER BY RANDOM()
LIMIT $3
