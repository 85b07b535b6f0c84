"""One row of a user in every enrolled table: what the row level security matrix is made of.

A new table adds its line here; the matrix fails until it does.
"""

PROJECT = "(select id from projects where user_id = %(user)s limit 1)"
JOB = "(select id from jobs where user_id = %(user)s limit 1)"
WEBHOOK = "(select id from webhooks where user_id = %(user)s limit 1)"

ROWS: dict[str, str] = {
    "public.profiles": "insert into profiles (id) values (%(user)s)",
    "public.draft_prompts": "insert into draft_prompts (session_token, user_id, claimed_at,"
    " prompt_text) values (encode(sha256(gen_random_uuid()::text::bytea), 'hex'), %(user)s, now(),"
    " 'A prompt of some length')",
    "public.projects": "insert into projects (user_id, title, prompt_text, niche_preset)"
    " values (%(user)s, 'Title', 'Prompt', 'facts')",
    "public.jobs": f"insert into jobs (user_id, project_id, status)"
    f" values (%(user)s, {PROJECT}, 'READY')",
    "public.job_steps": f"insert into job_steps (user_id, job_id, step_name, step_order)"
    f" values (%(user)s, {JOB}, gen_random_uuid(), 1)",
    "public.assets": f"insert into assets (user_id, job_id, type, storage_path)"
    f" values (%(user)s, {JOB}, 'video', gen_random_uuid())",
    "public.job_events": f"insert into job_events (user_id, job_id, message)"
    f" values (%(user)s, {JOB}, 'Something happened')",
    "public.uploads": "insert into uploads (user_id, purpose, key, file_name, declared_type,"
    " max_bytes) values (%(user)s, 'image', %(user)s || '/' || gen_random_uuid(), 'a.png',"
    " 'image/png', 100)",
    "public.webhooks": "insert into webhooks (user_id, name, url, secret_token)"
    " values (%(user)s, 'Name', 'https://example.com', 'sealed')",
    "public.webhook_deliveries": f"insert into webhook_deliveries (user_id, webhook_id, event_id,"
    f" event_type, payload) values (%(user)s, {WEBHOOK}, gen_random_uuid(), 'job.ready',"
    f" '{{}}')",
    "public.research_cache": "insert into research_cache (user_id, topic)"
    " values (%(user)s, gen_random_uuid())",
    "public.research_days": "insert into research_days (user_id, day, outcome)"
    " values (%(user)s, current_date - (random() * 10000)::int, 'hit')",
    "public.scripts": "insert into scripts (user_id, content)"
    " values (%(user)s, 'Once upon a time')",
    "public.pipeline_runs": "insert into pipeline_runs (user_id, run_id, stage, status)"
    " values (%(user)s, gen_random_uuid(), 'SCRIPTING', 'success')",
    "public.metadata_experiments": "insert into metadata_experiments (user_id, experiment_type)"
    " values (%(user)s, 'title')",
    "public.channel_configs": "insert into channel_configs (user_id, channel_id)"
    " values (%(user)s, gen_random_uuid())",
    "public.channel_costs": "insert into channel_costs (user_id, channel_id, provider)"
    " values (%(user)s, 'main', 'local')",
    "public.credit_accounts": "insert into credit_accounts (user_id) values (%(user)s)",
    "public.credit_lots": "insert into credit_lots (user_id, kind, amount, remaining)"
    " values (%(user)s, 'grant', 1, 0)",
    "public.credit_holds": "insert into credit_holds (user_id, job_id, amount, status, resolved_at)"
    " values (%(user)s, gen_random_uuid(), 1, 'voided', now())",
    "public.credit_allocations": "insert into credit_allocations (user_id, hold_id, lot_id, amount)"
    " select user_id, h.id, l.id, 1 from credit_holds h join credit_lots l using (user_id)"
    " where user_id = %(user)s",
    "public.credit_ledger": "insert into credit_ledger (user_id, type, amount, balance_after,"
    " held_after, entry_no, lot_id) values (%(user)s, 'grant', 1, 1, 0, 1,"
    " (select id from credit_lots where user_id = %(user)s limit 1))",
    "public.credit_debts": "insert into credit_debts (user_id, stripe_payment_id, amount, note,"
    " idempotency_key) values (%(user)s, 'pi_1', 1, 'Note', gen_random_uuid())",
    "private.outbox": "insert into private.outbox (user_id, topic, payload, dedupe_key)"
    " values (%(user)s, 'email', '{}', gen_random_uuid())",
    "private.idempotency": "insert into private.idempotency (user_id, key, request_hash)"
    " values (%(user)s, gen_random_uuid(), 'hash')",
    "private.step_results": f"insert into private.step_results (user_id, job_id, step)"
    f" values (%(user)s, {JOB}, gen_random_uuid())",
    "private.paid_calls": "insert into private.paid_calls (key, user_id, provider, kind)"
    " values (gen_random_uuid(), %(user)s, 'local', 'voice')",
}
