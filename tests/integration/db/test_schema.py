"""Every table of the documents is there."""

from typing import Any

import psycopg


def test_every_table_of_the_documents_is_here(admin: psycopg.Connection[Any]) -> None:
    """Eighty-two tables, and the one that was to come."""
    here = {
        row["relname"]
        for row in admin.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p')"
        )
    }
    assert set(TABLES_OF_THE_DOCUMENTS.split()) - here == set()
    assert len(set(TABLES_OF_THE_DOCUMENTS.split())) == 83


TABLES_OF_THE_DOCUMENTS = """
user_preferences user_secrets secret_audit_logs user_privacy_settings data_export_requests
data_deletion_requests campaigns campaign_tasks generated_content_pieces workflow_executions
campaign_metrics campaign_performance_metrics campaign_performance_monitor campaign_predictions
leads lead_activities lead_scoring_rules autopilot_lead_inbox content_calendar brand_assets
content_templates digital_assets proposal_templates email_campaigns email_templates
email_automation_rules email_contacts chat_sessions conversations chat_messages
conversation_messages conversation_knowledge_refs research_notes webhooks integration_connections
oauth_connections oauth_states social_platform_connections knowledge_buckets knowledge_documents
knowledge_chunks knowledge_access_logs marketing_autopilot_config autopilot_weekly_reports
autopilot_activity_log campaign_copilot_sessions ai_interaction_feedback ai_video_projects
ai_video_jobs agent_learning_data ai_model_configs ai_model_update_logs performance_analytics
keyword_research analytics_reports real_time_metrics ai_insights user_analytics_events
brand_positioning_analyses funnel_designs competitive_gap_analyses
performance_tracking_frameworks support_tickets privacy_audit_log research_cache scripts
pipeline_runs metadata_experiments channel_configs channel_costs channels video_jobs audio_tracks
images render_tasks video_analytics profiles draft_prompts projects jobs job_steps assets
credit_ledger
"""
