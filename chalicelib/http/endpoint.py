"""`@endpoint`: a route is a function of typed parameters; the rest follows from its signature.

    @routes.route("/v1/projects/{project_id}/jobs", methods=["POST"])
    @endpoint(status=202, raises=[CreditsExhausted, JobAlreadyRunning])
    def start(actor: Actor, project_id: UUID, body: StartJob, key: IdempotencyKey | None) -> Job:
        ...

`actor` is who asks; `body` and `query` are pydantic models of the JSON body and the query string;
`key` is the Idempotency-Key, `if_match` the version of If-Match, `request` the raw request; any
other parameter is one of the path. The annotated answer is dumped as JSON, None as 204.
The same declarations serve the request and describe it (`openapi.py`).
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin
from urllib.parse import urlencode

from chalice.app import Request, Response
from pydantic import ConfigDict, TypeAdapter

from chalicelib.actor import Actor
from chalicelib.domains.accounts import service as accounts
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.errors import Forbidden, ShowrunnerError, Unauthenticated
from chalicelib.http import parse
from chalicelib.http.edge import current, problem
from chalicelib.http.tokens import verifier
from chalicelib.models import Model, Svg
from chalicelib.observability import logger
from chalicelib.pages import Page

Access = Literal["public", "anyone", "user"]
"""`public` looks at no token, `anyone` takes visitors too, `user` wants a signed-in user."""

T = TypeVar("T")
KEY: TypeAdapter[str] = TypeAdapter(IdempotencyKey)
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class Nothing(Model):
    """No parameters at all."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Reply(Generic[T]):
    """An answer with headers of its own."""

    body: T
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Endpoint:
    """What a route declares."""

    handler: Callable[..., Any]
    status: int
    access: Access
    raises: Sequence[type[ShowrunnerError]]
    parameters: Mapping[str, Any]
    answer: Any

    @functools.cached_property
    def path(self) -> dict[str, TypeAdapter[Any]]:
        """The parameters of the path, with their types."""
        others = {"actor", "body", "query", "key", "if_match", "request"}
        return {
            name: TypeAdapter(kind) for name, kind in self.parameters.items() if name not in others
        }

    @functools.cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """Dumps the answer; describes a drawing, which is sent as it is."""
        return TypeAdapter(str if self.answer is Svg else self.answer)

    def serve(self, request: Request, path: Mapping[str, str]) -> Response:
        """Parse, call, dump. Errors become problems; the unforeseen is logged and not told."""
        try:
            return self._dump(request, self.handler(**self._arguments(request, path)))
        except ShowrunnerError as error:
            if error.STATUS_CODE >= 500:
                logger.warning("request failed", exc_info=True)
            return problem(error)
        except Exception:
            logger.exception("request failed")
            return problem(ShowrunnerError(hint="Tell us the request_id if it happens again."))

    def _arguments(self, request: Request, path: Mapping[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        who = self._who(request)
        if "actor" in self.parameters:
            found["actor"] = who
        if "request" in self.parameters:
            found["request"] = request
        for name, adapter in self.path.items():
            found[name] = parse.path(name, path[name], adapter)
        query = parse.query(request, self.parameters.get("query", Nothing))
        if "query" in self.parameters:
            found["query"] = query
        if "key" in self.parameters:
            found["key"] = parse.header(request, "Idempotency-Key", KEY)
        if "if_match" in self.parameters:
            found["if_match"] = parse.version(request)
        if "body" in self.parameters:
            found["body"] = parse.body(request, self.parameters["body"])
        return found

    def _who(self, request: Request) -> Actor:
        token = parse.token(request) if self.access != "public" else None
        actor = verifier().actor(token) if token is not None else Actor.anonymous()
        if actor.role == "authenticated":
            accounts.ensure(actor)
        elif self.access == "user" and actor.role == "anon":
            raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
        elif self.access == "user":
            raise Forbidden("This needs a user's token; an API key of the house has no user.")
        return actor

    def _dump(self, request: Request, answer: Any) -> Response:
        headers: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
        if isinstance(answer, Reply):
            headers |= answer.headers
            answer = answer.body
        if answer is None:
            return Response("", headers, 204)
        if isinstance(answer, Page) and answer.next:
            headers["Link"] = f'<?{_following(request, answer.next)}>; rel="next"'
        if (version := getattr(answer, "version", None)) is not None:
            headers["ETag"] = f'"{version}"'
        if isinstance(answer, Svg):
            headers |= {"Content-Type": "image/svg+xml", "Content-Security-Policy": SVG_POLICY}
            return Response(answer.text, headers, self.status)
        headers.setdefault("Content-Type", "application/json")
        return Response(self.adapter.dump_json(answer).decode(), headers, self.status)


def endpoint(
    *,
    status: int = 200,
    access: Access = "user",
    raises: Sequence[type[ShowrunnerError]] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Make a function of typed parameters a view of Chalice."""

    def declare(handler: Callable[..., Any]) -> Callable[..., Response]:
        signature = inspect.signature(handler, eval_str=True)
        kinds = {name: parameter.annotation for name, parameter in signature.parameters.items()}
        answer = signature.return_annotation
        if get_origin(answer) is Reply:
            (answer,) = get_args(answer)
        declared = Endpoint(handler, status, access, tuple(raises), kinds, answer)

        @functools.wraps(handler)
        def view(**path: str) -> Response:
            return declared.serve(current.get(), path)

        view.endpoint = declared  # type: ignore[attr-defined]
        return view

    return declare


def _following(request: Request, cursor: str) -> str:
    sent: Mapping[str, str] = request.query_params or {}
    kept = [(name, value) for name, value in sent.items() if name != "cursor"]
    return urlencode([*kept, ("cursor", cursor)])
