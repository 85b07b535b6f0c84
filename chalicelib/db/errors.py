"""SQLSTATE and constraint names → the error tree, in one place."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg

from chalicelib.errors import (
    Conflict,
    DatabaseUnavailable,
    Forbidden,
    IllegalMove,
    InvalidInput,
    JobAlreadyRunning,
    NotFound,
    ShowrunnerError,
    TooManyRequests,
)

CONSTRAINTS: dict[str, tuple[type[ShowrunnerError], str]] = {
    "jobs_one_active_per_user": (JobAlreadyRunning, "Another job of yours is still running."),
    "jobs_of_own_project": (NotFound, "There is no such project of yours."),
    "credit_ledger_payment_once": (Conflict, "This payment has bought credits already."),
    "channels_youtube_once": (Conflict, "You have this YouTube channel already."),
    "channel_configs_channel_once": (Conflict, "You have a profile for this channel already."),
    "metadata_experiments_variant_once": (Conflict, "You have an experiment of this key already."),
    "metadata_experiments_one_on_air": (Conflict, "Another experiment runs on this video."),
    "webhook_deliveries_once": (Conflict, "This event is on its way to this webhook already."),
}
"""A constraint's name → what to say when it is broken."""

FIELDS: dict[str, tuple[str, str]] = {
    "profiles_display_name_short": ("display_name", "Has at most 200 characters."),
    "profiles_avatar_url_short": ("avatar_url", "Has at most 2,000 characters."),
    "profiles_notification_prefs_is_object": ("notification_prefs", "Is an object."),
    "draft_prompts_prompt_length": ("prompt_text", "Has 10 to 20,000 characters."),
    "projects_title_length": ("title", "Has 1 to 200 characters, not all of them spaces."),
    "projects_prompt_length": ("prompt_text", "Has 1 to 20,000 characters."),
    "projects_niche_known": (
        "niche_preset",
        "Is one of motivation, explainer, facts, history, finance, science.",
    ),
    "projects_minutes_range": ("target_minutes", "Is a whole number from 1 to 10."),
    "projects_transcript_mode_known": ("transcript_mode", "Is auto or manual."),
    "projects_transcript_length": ("transcript_text", "Has at most 100,000 characters."),
    "projects_settings_is_object": ("settings", "Is an object."),
    "webhooks_url_https": ("url", "Begins with https:// and has at most 2,000 characters."),
    "webhooks_name_length": ("name", "Has 1 to 200 characters, not all of them spaces."),
    "scripts_status_known": ("status", "Is one of draft, approved, rejected."),
    "metadata_experiments_clicks_range": ("clicks", "Is at most the number of impressions."),
    "metadata_experiments_dates_in_order": ("end_date", "Is not before start_date."),
    "projects_manual_has_transcript": (
        "transcript_text",
        "Is needed when transcript_mode is manual.",
    ),
    "projects_from_own_draft": ("draft_id", "There is no such draft of yours."),
    "scripts_of_own_parent": ("parent_id", "There is no such script of yours."),
    "uploads_of_own_project": ("project_id", "There is no such project of yours."),
    "leads_merged_is_gone": ("deleted_at", "Stays as long as the lead is merged into another."),
    "video_jobs_title_fits": ("video_title", "Has 1 to 100 characters, and no < or >."),
    "video_jobs_description_fits": (
        "video_description",
        "Has at most 5,000 characters, and no < or >.",
    ),
    "uploads_of_own_album": ("video_job_id", "There is no such album of yours."),
}
"""A constraint's name → the field of the request it is about, and its rule in words."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn psycopg's errors into ours. The SQL itself never leaves this process."""
    try:
        yield
    except psycopg.Error as error:
        raise translate(error) from error


def translate(error: psycopg.Error) -> ShowrunnerError:
    """The error of our tree that says what Postgres said."""
    constraint = error.diag.constraint_name
    if constraint in CONSTRAINTS:
        kind, sentence = CONSTRAINTS[constraint]
        return kind(sentence, constraint=constraint)
    if constraint in FIELDS:
        field, sentence = FIELDS[constraint]
        return InvalidInput.of(field, constraint, sentence)
    message = error.diag.message_primary or "The database refused this."
    if error.sqlstate == "PT429":
        return TooManyRequests(message, headers={"Retry-After": "3600"})
    if error.sqlstate == "PT404":
        return NotFound(message)
    match error:
        case pg.UniqueViolation() | pg.ExclusionViolation():
            return Conflict("This exists already.", constraint=constraint)
        case pg.ForeignKeyViolation():
            return Conflict("What this points at does not exist.", constraint=constraint)
        case pg.CheckViolation() | pg.NotNullViolation():
            rule = constraint or "not_null"
            return InvalidInput.of(error.diag.column_name or rule, rule, message)
        case pg.RestrictViolation() | pg.ObjectNotInPrerequisiteState():
            return IllegalMove(message, hint=error.diag.message_hint)
        case pg.InsufficientPrivilege():
            return Forbidden()
        case pg.NoDataFound():
            return NotFound(message)
        case pg.DataError():
            return InvalidInput(message)
        case pg.SerializationFailure() | pg.DeadlockDetected() | pg.QueryCanceled():
            return DatabaseUnavailable("The database is busy; try again.")
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return DatabaseUnavailable()
    return ShowrunnerError("The database refused this.", sqlstate=error.sqlstate)
