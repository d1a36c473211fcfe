-- The customer's "Marcado como OPTED_OUT", word for word. $1 user, $2 ids.
UPDATE contacts
SET status = 'OPTED_OUT',
    opt_out_at = NOW(),
    opt_out_method = 'TELEGRAM_BOT',
    opt_out_user_id = $1,
    updated_at = NOW()
WHERE id = ANY($2)
