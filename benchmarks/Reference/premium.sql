-- The customer's "Extracción Premium Optimizada", word for word. $1 amount (twice in the original).
WITH premium_ladas AS (
    SELECT DISTINCT ml.lada, ml.estado, ml.icpth_2022,
           ROW_NUMBER() OVER (ORDER BY ml.icpth_2022 DESC) as rank
    FROM mejores_ladas ml
    WHERE ml.icpth_2022 > 0
    LIMIT 10
),
available_counts AS (
    SELECT pl.lada, pl.estado, pl.icpth_2022,
           COUNT(c.id) as available_contacts
    FROM premium_ladas pl
    LEFT JOIN contacts c ON c.lada = pl.lada
        AND c.status = 'VERIFIED'
        AND c.opt_out_at IS NULL
    GROUP BY pl.lada, pl.estado, pl.icpth_2022
),
balanced_selection AS (
    SELECT c.id, c.phone_national, c.city, c.state_name, c.lada,
           ROW_NUMBER() OVER (
               PARTITION BY c.lada
               ORDER BY RANDOM()
           ) as rn
    FROM contacts c
    JOIN premium_ladas pl ON c.lada = pl.lada
    WHERE c.status = 'VERIFIED'
      AND c.opt_out_at IS NULL
)
SELECT id, phone_national, city, state_name, lada
FROM balanced_selection
WHERE rn <= CEIL($1 / 10.0)
ORDER BY RANDOM()
LIMIT $1
