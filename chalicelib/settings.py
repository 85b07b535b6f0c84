"""Every environment variable, typed, read once on first use."""

import os
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr


def _listed(value: object) -> object:
    """`a, b` as the names it lists."""
    if not isinstance(value, str):
        return value
    return tuple(name.strip() for name in value.split(",") if name.strip())


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Settings(BaseModel):
    """What a deployment may choose. Each field is the environment variable of its name in capitals.

    An empty variable is one that is not set: an empty secret would be one that everybody knows.
    Raises `pydantic.ValidationError` naming the variable, and never its value, when one is missing
    or wrong.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=str.upper,
        defer_build=True,
        hide_input_in_errors=True,
    )

    stage: str = Field("local", description="Name of the deployment; shown in logs and metrics.")
    database_url: SecretStr = Field(description="Postgres of the login role `authenticator`.")
    statement_timeout_ms: int = Field(8_000, ge=100, description="Longest statement, in ms.")

    media_bucket: str = Field("showrunner-media", description="Bucket of uploads and artifacts.")
    queue_url: str = Field("", description="SQS queue that carries the outbox.")
    prompt_video_arn: str = Field("", description="State machine of prompt videos.")
    album_arn: str = Field("", description="State machine of albums.")
    api_url: str = Field("", description="Public address of the API, for links in notices.")
    mail_from: str = Field("studio@showrunner.example", description="Sender of e-mails (SES).")

    jwt_secret: SecretStr | None = Field(
        None, min_length=32, description="HS256 secret, when tokens use one."
    )
    jwt_jwks_url: str | None = Field(None, description="JWKS address, when tokens are asymmetric.")
    jwt_issuer: str | None = Field(None, description="`iss` that tokens must carry, when set.")
    jwt_audience: str = Field("authenticated", description="`aud` that tokens must carry.")
    cursor_secret: SecretStr = Field(
        min_length=32, description="Key that signs page cursors and hides addresses of visitors."
    )
    secrets_key_id: str = Field(
        "alias/showrunner", description="KMS key that wraps secrets at rest."
    )
    outbound_local: bool = Field(
        False, description="Webhooks may go to http and to this machine: the local stack alone."
    )
    stripe_webhook_secret: SecretStr | None = Field(None, description="Stripe's `whsec_…`.")

    rest_schemas: Names = Field(
        ("public",), min_length=1, description="Schemas of the data API, the first by default."
    )
    rest_extra_search_path: Names = Field(
        ("extensions",), description="Schemas where the data API finds unqualified names too."
    )
    rest_max_rows: int = Field(
        1_000, ge=1, description="Most rows the data API puts into one answer."
    )
    rest_aggregates: bool = Field(False, description="The data API may sum and count groups.")
    rest_plans: bool = Field(False, description="The data API may show how a query is run.")
    rest_rollback: bool = Field(False, description="`Prefer: tx=rollback` is obeyed: for tests.")

    text_provider: str = Field("local", description="Who writes scripts.")
    voice_provider: str = Field("local", description="Who speaks narration.")
    image_provider: str = Field("local", description="Who makes pictures.")
    music_provider: str = Field("local", description="Who makes the music bed.")
    publisher_provider: str = Field("local", description="Where videos are published.")
    youtube_client_id: str = Field("", description="OAuth client of the YouTube provider.")
    youtube_client_secret: SecretStr | None = Field(None, description="Its secret.")
    youtube_redirect_uri: str = Field(
        "", description="Page of the front end that YouTube sends a user back to."
    )
    youtube_address: str = Field("", description="A stand-in for YouTube, called in its place.")

    paid_call_lease_seconds: float = Field(
        60, gt=0, description="How long a provider's answer is waited for before asking again."
    )

    welcome_credits: int = Field(10, ge=0, description="Credits granted to a new user.")
    credits_per_minute: int = Field(1, ge=0, description="Price of one started minute.")
    render_height: int = Field(
        1080, ge=90, le=2160, multiple_of=2, description="Pixels of the shorter side of a video."
    )
    album_height: int = Field(
        1080, ge=90, le=2160, multiple_of=2, description="Pixels of the shorter side of an album."
    )
    render_fps: int = Field(30, ge=1, le=60, description="Frames per second of a video.")


@lru_cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings.model_validate({name: said for name, said in os.environ.items() if said})
