"""One row of a user in every enrolled table: what the row level security matrices are made of.

A new table adds its line here; the matrix fails until it does.
"""

PROJECT = "(select id from projects where user_id = %(user)s limit 1)"
JOB = "(select id from jobs where user_id = %(user)s limit 1)"
WEBHOOK = "(select id from webhooks where user_id = %(user)s limit 1)"
CAMPAIGN = "(select id from campaigns where created_by = %(user)s limit 1)"
LEAD = "(select id from leads where created_by = %(user)s limit 1)"
ENTRY = "(select id from content_calendar where created_by = %(user)s limit 1)"
CONTACT = "(select id from email_contacts where user_id = %(user)s limit 1)"
MAILING = "(select id from email_campaigns where created_by = %(user)s limit 1)"
MAIL = "(select id from email_messages where user_id = %(user)s limit 1)"
MAIL_RULE = "(select id from email_automation_rules where created_by = %(user)s limit 1)"
CHAT = "(select id from chat_sessions where user_id = %(user)s limit 1)"
CONVERSATION = "(select id from conversations where user_id = %(user)s limit 1)"
TOKENS = "(select id from oauth_connections where user_id = %(user)s limit 1)"
BUCKET = "(select id from knowledge_buckets where created_by = %(user)s limit 1)"
DOCUMENT = "(select id from knowledge_documents where created_by = %(user)s limit 1)"
AI_VIDEO = "(select id from ai_video_projects where user_id = %(user)s limit 1)"
TICKET = "(select id from support_tickets where user_id = %(user)s limit 1)"
CHANNEL = "(select id from channels where user_id = %(user)s limit 1)"
ALBUM = "(select id from video_jobs where user_id = %(user)s limit 1)"
EXPERIMENT = "(select {} from metadata_experiments where user_id = %(user)s limit 1)"
HASH = "encode(sha256(gen_random_uuid()::text::bytea), 'hex')"

ROWS: dict[str, str] = {
    "public.profiles": "insert into profiles (id) values (%(user)s)",
    "public.draft_prompts": "insert into draft_prompts (session_token, user_id, claimed_at,"
    f" prompt_text) values ({HASH}, %(user)s, now(), 'A prompt of some length')",
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
    " values (%(user)s, current_date - (random() * 700000)::int, 'hit')",
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
    "public.user_preferences": "insert into user_preferences (user_id) values (%(user)s)",
    "public.user_secrets": "insert into user_secrets (user_id, service_name, encrypted_value,"
    " initialization_vector) values (%(user)s, 'youtube', 'sealed', gen_random_uuid())",
    "public.secret_audit_logs": "insert into secret_audit_logs (user_id, service_name,"
    " operation, actor, success) values (%(user)s, 'youtube', 'read', 'worker', true)",
    "public.campaigns": "insert into campaigns (created_by, name, type) values (%(user)s,"
    " 'Launch', 'content')",
    "public.campaign_spends": "insert into campaign_spends (created_by, campaign_id, amount,"
    f" key) values (%(user)s, {CAMPAIGN}, 1, gen_random_uuid())",
    "public.campaign_tasks": "insert into campaign_tasks (created_by, campaign_id, title)"
    f" values (%(user)s, {CAMPAIGN}, 'Title')",
    "public.campaign_metrics": "insert into campaign_metrics (created_by, campaign_id,"
    f" metric_type, metric_value, metric_date) values (%(user)s, {CAMPAIGN}, 'clicks', 1,"
    " current_date)",
    "public.campaign_performance_metrics": "insert into campaign_performance_metrics"
    f" (created_by, campaign_id, metric_name, metric_value) values (%(user)s, {CAMPAIGN},"
    " 'clicks', 1)",
    "public.campaign_performance_monitor": "insert into campaign_performance_monitor"
    f" (created_by, campaign_id, channel, metrics) values (%(user)s, {CAMPAIGN}, 'mail', '{{}}')",
    "public.campaign_predictions": "insert into campaign_predictions (created_by, campaign_id,"
    f" prediction_type, prediction_data, confidence_score) values (%(user)s, {CAMPAIGN},"
    f" 'kpi_forecast', '{{}}', 0.5)",
    "public.generated_content_pieces": "insert into generated_content_pieces (created_by,"
    f" campaign_id, content_type, title, content) values (%(user)s, {CAMPAIGN}, 'post', 'Title',"
    " 'Text')",
    "public.workflow_executions": "insert into workflow_executions (created_by, campaign_id,"
    f" workflow_id) values (%(user)s, {CAMPAIGN}, 'launch')",
    "public.leads": "insert into leads (created_by, source) values (%(user)s, 'form')",
    "public.lead_activities": "insert into lead_activities (created_by, lead_id, activity_type)"
    f" values (%(user)s, {LEAD}, 'note')",
    "private.stale_scores": "insert into private.stale_scores (user_id) values (%(user)s)",
    "public.lead_scoring_rules": "insert into lead_scoring_rules (created_by, rule_name,"
    ' conditions, score_weight) values (%(user)s, \'Rule\', \'{"field": "country", "op":'
    ' "exists"}\', 10)',
    "public.lead_score_events": "insert into lead_score_events (created_by, lead_id, delta,"
    f" reason) values (%(user)s, {LEAD}, 5, 'By hand')",
    "public.lead_merges": "insert into lead_merges (created_by, lead_id, merged_id, undone_at)"
    f" values (%(user)s, {LEAD}, {LEAD}, now())",
    "public.autopilot_lead_inbox": "insert into autopilot_lead_inbox (user_id, lead_id) values"
    f" (%(user)s, {LEAD})",
    "public.digital_assets": "insert into digital_assets (uploaded_by, file_name, asset_type,"
    " storage_path) values (%(user)s, 'a.png', 'image', gen_random_uuid())",
    "public.content_calendar": "insert into content_calendar (created_by, title, content_type,"
    " scheduled_date) values (%(user)s, 'Title', 'post', now())",
    "public.content_publications": "insert into content_publications (created_by, calendar_id,"
    f" platform) values (%(user)s, {ENTRY}, 'youtube')",
    "public.brand_assets": "insert into brand_assets (created_by, asset_name, asset_type,"
    " asset_data) values (%(user)s, 'Logo', 'logo', '{}')",
    "public.content_templates": "insert into content_templates (created_by, name,"
    " template_type, content) values (%(user)s, 'Name', 'email', 'Text')",
    "public.proposal_templates": "insert into proposal_templates (user_id, name) values"
    " (%(user)s, 'Name')",
    "public.email_templates": "insert into email_templates (created_by, name, subject_line,"
    " html_content) values (%(user)s, 'Name', 'Subject', '<p>')",
    "public.email_suppressions": "insert into email_suppressions (user_id, email_hash, reason)"
    f" values (%(user)s, {HASH}, 'manual')",
    "public.email_contacts": "insert into email_contacts (user_id, email) values (%(user)s,"
    " 'reader@readers.example')",
    "public.email_campaigns": "insert into email_campaigns (created_by, name) values (%(user)s,"
    " 'Name')",
    "public.email_automation_rules": "insert into email_automation_rules (created_by,"
    " rule_name, trigger_type, action_type) values (%(user)s, 'Rule', 'tag_added', 'add_tag')",
    "public.email_messages": "insert into email_messages (user_id, email_campaign_id,"
    f" contact_id, email) values (%(user)s, {MAILING}, {CONTACT}, 'reader@readers.example')",
    "public.email_links": "insert into email_links (user_id, email_campaign_id, url) values"
    f" (%(user)s, {MAILING}, 'https://example.com')",
    "public.email_events": "insert into email_events (user_id, message_id, event_type) values"
    f" (%(user)s, {MAIL}, 'open')",
    "public.email_automation_runs": "insert into email_automation_runs (user_id, rule_id,"
    f" contact_id) values (%(user)s, {MAIL_RULE}, {CONTACT})",
    "public.chat_sessions": "insert into chat_sessions (user_id) values (%(user)s)",
    "public.chat_messages": "insert into chat_messages (user_id, session_id, user_message)"
    f" values (%(user)s, {CHAT}, 'Hello')",
    "public.conversations": "insert into conversations (user_id, title) values (%(user)s, 'Title')",
    "public.conversation_messages": "insert into conversation_messages (user_id,"
    f" conversation_id, role, content) values (%(user)s, {CONVERSATION}, 'user', 'Hello')",
    "public.conversation_knowledge_refs": "insert into conversation_knowledge_refs (user_id,"
    f" conversation_id, quote) values (%(user)s, {CONVERSATION}, 'Quote')",
    "public.research_notes": "insert into research_notes (user_id, content) values (%(user)s,"
    " 'Note')",
    "public.webhook_events": "insert into webhook_events (user_id, event_type, payload,"
    " dedupe_key) values (%(user)s, 'job.ready', '{}', gen_random_uuid())",
    "public.oauth_connections": "insert into oauth_connections (user_id, platform_name,"
    " access_token_encrypted) values (%(user)s, 'youtube', 'sealed')",
    "public.oauth_states": "insert into oauth_states (user_id, state_token, platform_name,"
    f" redirect_uri) values (%(user)s, {HASH}, 'youtube', 'https://example.com')",
    "public.integration_connections": "insert into integration_connections (user_id,"
    " service_name) values (%(user)s, 'youtube')",
    "public.social_platform_connections": "insert into social_platform_connections (user_id,"
    f" oauth_connection_id, platform_name, display_name) values (%(user)s, {TOKENS}, 'youtube',"
    " 'Name')",
    "public.knowledge_buckets": "insert into knowledge_buckets (created_by, name, bucket_type)"
    " values (%(user)s, 'Name', 'general')",
    "public.knowledge_documents": "insert into knowledge_documents (created_by, bucket_id,"
    f" title, content) values (%(user)s, {BUCKET}, 'Title', 'Text')",
    "public.knowledge_chunks": "insert into knowledge_chunks (created_by, bucket_id,"
    f" document_id, chunk_index, content) values (%(user)s, {BUCKET}, {DOCUMENT}, 0, 'Text')",
    "public.knowledge_access_logs": "insert into knowledge_access_logs (user_id) values (%(user)s)",
    "public.embedding_cache": "insert into embedding_cache (user_id, model, content_hash,"
    f" embedding) values (%(user)s, 'local', {HASH}, array_fill(0.1, array[1536]))",
    "public.marketing_autopilot_config": "insert into marketing_autopilot_config (user_id,"
    " business_description, monthly_budget) values (%(user)s, 'Videos', 100)",
    "public.autopilot_weekly_reports": "insert into autopilot_weekly_reports (user_id,"
    " week_start_date, week_end_date) values (%(user)s, date_trunc('week', now())::date,"
    " date_trunc('week', now())::date + 6)",
    "public.autopilot_actions": "insert into autopilot_actions (user_id, rule, dedupe_key)"
    " values (%(user)s, 'Rule', gen_random_uuid())",
    "public.autopilot_activity_log": "insert into autopilot_activity_log (user_id,"
    " activity_type, activity_description) values (%(user)s, 'dry_run', 'Nothing')",
    "public.ai_video_projects": "insert into ai_video_projects (user_id, goal, platform) values"
    " (%(user)s, 'Goal', 'TikTok')",
    "public.ai_video_jobs": "insert into ai_video_jobs (user_id, project_id, job_type) values"
    f" (%(user)s, {AI_VIDEO}, 'image_generation')",
    "public.campaign_copilot_sessions": "insert into campaign_copilot_sessions (user_id,"
    " brief_data) values (%(user)s, '{}')",
    "public.ai_interaction_feedback": "insert into ai_interaction_feedback (user_id,"
    " interaction_type, original_suggestion, context_data) values (%(user)s, 'approve', '{}',"
    " '{}')",
    "public.agent_learning_data": "insert into agent_learning_data (user_id, agent_type,"
    " pattern_key, pattern_data) values (%(user)s, 'content', 'short', '{}')",
    "public.performance_analytics": "insert into performance_analytics (created_by,"
    " metric_type, metric_data, time_period) values (%(user)s, 'clicks', '{}', now())",
    "public.report_schedules": "insert into report_schedules (user_id, title, report_type)"
    " values (%(user)s, 'Title', 'weekly')",
    "public.analytics_reports": "insert into analytics_reports (user_id, report_type) values"
    " (%(user)s, 'weekly')",
    "public.real_time_metrics": "insert into real_time_metrics (user_id, entity_type,"
    " entity_id, metric_type, current_value) values (%(user)s, 'job', gen_random_uuid(),"
    " 'views', 1)",
    "public.ai_insights": "insert into ai_insights (user_id, insight_type, insight_data) values"
    " (%(user)s, 'trend', '{}')",
    "public.keyword_research": "insert into keyword_research (created_by, query) values"
    " (%(user)s, 'deep sea')",
    "public.user_privacy_settings": "insert into user_privacy_settings (user_id,"
    " analytics_consent) values (%(user)s, true)",
    "public.user_analytics_events": "insert into user_analytics_events (user_id, event_type)"
    " values (%(user)s, 'page_view')",
    "public.brand_positioning_analyses": "insert into brand_positioning_analyses (user_id,"
    " positioning_statement) values (%(user)s, 'First')",
    "public.funnel_designs": "insert into funnel_designs (user_id, business_type) values"
    " (%(user)s, 'shop')",
    "public.competitive_gap_analyses": "insert into competitive_gap_analyses (user_id,"
    " our_brand, competitors) values (%(user)s, 'Ours', '{theirs}')",
    "public.performance_tracking_frameworks": "insert into performance_tracking_frameworks"
    " (user_id, campaign_name, channels) values (%(user)s, 'Launch', '{mail}')",
    "public.support_tickets": "insert into support_tickets (user_id, email, name, subject,"
    " message) values (%(user)s, 'asker@users.example', 'Name', 'Subject', 'Message')",
    "public.support_ticket_messages": "insert into support_ticket_messages (user_id, ticket_id,"
    f" author, body) values (%(user)s, {TICKET}, 'agent', 'Answer')",
    "public.privacy_audit_log": "insert into privacy_audit_log (user_id, event_type) values"
    " (%(user)s, 'signed_in')",
    "public.data_export_requests": "insert into data_export_requests (user_id) values (%(user)s)",
    "public.data_deletion_requests": "insert into data_deletion_requests (user_id) values"
    " (%(user)s)",
    "public.channels": "insert into channels (user_id, name, brand_niche) values (%(user)s,"
    " 'Name', 'sleep')",
    "public.video_jobs": "insert into video_jobs (user_id, channel_id, niche_label,"
    f" mood_keywords, target_duration_minutes, output_directory) values (%(user)s, {CHANNEL},"
    " 'sleep', 'calm', 60, 'album')",
    "public.audio_tracks": "insert into audio_tracks (user_id, video_job_id, provider,"
    f" order_index, duration_seconds, local_file_path, prompt_text) values (%(user)s, {ALBUM},"
    " 'dummy', 1, 60, 'a.wav', 'Calm')",
    "public.images": "insert into images (user_id, video_job_id, provider, order_index,"
    f" local_file_path, prompt_text) values (%(user)s, {ALBUM}, 'dummy', 1, 'a.png', 'Calm')",
    "public.render_tasks": "insert into render_tasks (user_id, video_job_id, ffmpeg_command)"
    f" values (%(user)s, {ALBUM}, 'ffmpeg')",
    "public.video_analytics": "insert into video_analytics (user_id, video_job_id,"
    f" youtube_video_id, snapshot_date) values (%(user)s, {ALBUM}, 'abc', current_date)",
    "public.publications": "insert into publications (user_id, video_job_id, platform, privacy,"
    " title, description, synthetic_content, video_key, size_bytes) values"
    f" (%(user)s, {ALBUM}, 'youtube', 'public', 'Title', '', true, 'a.mp4', 1)",
    "public.experiment_airings": "insert into experiment_airings (user_id, experiment_key,"
    f" variant_key, day) values (%(user)s, {EXPERIMENT.format('experiment_key')},"
    f" {EXPERIMENT.format('variant_key')}, current_date)",
    "public.pipeline": "insert into pipeline (user_id, run_id) values (%(user)s,"
    " gen_random_uuid())",
    "public.experiment_days": "insert into experiment_days (user_id, experiment_key,"
    f" variant_key, day) values (%(user)s, {EXPERIMENT.format('experiment_key')},"
    f" {EXPERIMENT.format('variant_key')}, current_date)",
    "public.channel_budgets": "insert into channel_budgets (user_id, scope, period,"
    " hard_cap_usd) values (%(user)s, 'user', 'day', 10)",
    "public.budget_reservations": "insert into budget_reservations (user_id, key, estimate_usd)"
    " values (%(user)s, gen_random_uuid(), 1)",
    "private.blobs": "insert into private.blobs (user_id, sha256, path, size_bytes) values"
    f" (%(user)s, {HASH}, 'a.png', 1)",
}

NOBODYS: dict[str, str] = {
    "public.draft_prompts": "insert into draft_prompts (session_token, prompt_text)"
    f" values ({HASH}, 'A prompt of some length')",
    "private.outbox": "insert into private.outbox (topic, payload, dedupe_key)"
    " values ('email', '{}', gen_random_uuid())",
    "public.research_cache": "insert into research_cache (topic) values ('system')",
    "public.agent_learning_data": "insert into agent_learning_data (agent_type, pattern_key,"
    " pattern_data) values ('content', gen_random_uuid(), '{}')",
    "public.user_analytics_events": "insert into user_analytics_events (event_type)"
    " values ('page_view')",
    "public.support_tickets": "insert into support_tickets (email, name, subject, message)"
    " values ('asker@users.example', 'Name', 'Subject', 'Message')",
    "public.support_ticket_messages": "insert into support_ticket_messages (ticket_id, author,"
    " body) select id, 'agent', 'Answer' from support_tickets where user_id is null limit 1",
}
"""A row without an owner in every table that may hold such: the house's own, and of people who
have no account."""

HOUSES: dict[str, str] = {
    "public.ai_model_configs": "insert into ai_model_configs (provider, model_name, model_type)"
    " values ('openai', gen_random_uuid(), 'fast')",
    "public.ai_model_prices": "insert into ai_model_prices (provider, model_name, usage_type,"
    " unit_price_usd) select provider, model_name, 'input_token', 1 from ai_model_configs limit 1",
    "public.ai_model_update_logs": "insert into ai_model_update_logs (status) values ('success')",
    "private.allowed_moves": "insert into private.allowed_moves values"
    " ('campaigns', 'status', 'draft', 'completed')",
    "private.event_kinds": "insert into private.event_kinds values ('sea.risen')",
    "private.monthly": "insert into private.monthly values ('leads', '90 days')",
    "private.schedules": "insert into private.schedules (jobname, schedule, command, unit)"
    " values ('new', '* * * * *', 'new', 'day')",
    "private.kept_columns": "insert into private.kept_columns (schema_name, table_name,"
    " column_name, becomes) values ('public', 'scripts', 'content', 'nothing')",
    "private.forgotten": f"insert into private.forgotten (id_hash) values ({HASH})",
    "private.cron_runs": "insert into private.cron_runs (name, slot) values"
    " (gen_random_uuid()::text, now())",
    "private.stripe_events": "insert into private.stripe_events (event_id, type, created) values"
    " (gen_random_uuid()::text, 'invoice.paid', now())",
}
"""A further row in every table that is the house's own: no row there has an owner."""
