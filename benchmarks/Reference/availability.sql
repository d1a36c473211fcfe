-- The customer's "Validación de Disponibilidad Rápida", word for word. $1 kind (premium, state, city), $2 name of the place.
SELECT
    CASE
        WHEN $1 = 'premium' THEN (
            SELECT COUNT(c.id)
            FROM contacts c
            JOIN mejores_ladas ml ON c.lada = ml.lada
            WHERE c.status = 'VERIFIED' AND c.opt_out_at IS NULL
        )
        WHEN $1 = 'state' THEN (
            SELECT COUNT(id)
            FROM contacts
            WHERE state_name ILIKE $2
              AND status = 'VERIFIED'
              AND opt_out_at IS NULL
        )
        WHEN $1 = 'city' THEN (
            SELECT COUNT(id)
            FROM contacts
            WHERE city ILIKE $2
              AND status = 'VERIFIED'
              AND opt_out_at IS NULL
        )
    END as available_contacts
