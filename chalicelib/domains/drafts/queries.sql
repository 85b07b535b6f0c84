-- save --
-- Keep the session's one open draft; the latest wins. PT429 beyond ten an hour from one address.
select save_draft_prompt(%(token)s, %(prompt_text)s, %(template_id)s, %(options)s, %(ip_hash)s);

-- saved --
-- When an unclaimed draft will be forgotten.
select id, expires_at from draft_prompts where id = %(id)s;

-- claim --
-- Make the session's open draft the asking user's own; null when there is none.
select claim_draft_prompt(%(token)s, %(user_id)s);

-- draft --
-- One draft of the asking user.
select id, prompt_text, template_id, options, claimed_at, created_at
from draft_prompts where id = %(id)s and user_id = auth.uid();
