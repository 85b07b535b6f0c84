-- Drafts: their writers need neither the hash of their token nor that of their address.

revoke select on draft_prompts from authenticated;
grant select (id, user_id, prompt_text, template_id, options, claimed_at, created_at, updated_at, expires_at)
  on draft_prompts to authenticated;
update private.registry
   set export = 'redacted', users_may =
       'select (id, user_id, prompt_text, template_id, options, claimed_at, created_at, updated_at, expires_at)'
 where table_name = 'draft_prompts';
comment on column draft_prompts.session_token is
  'SHA-256 of the writer''s token, in hex; the token itself is never stored, its hash never shown.';
comment on column draft_prompts.ip_hash is 'Hash of the writer''s address, for the hourly limit; never shown.';
