"""The matrix sees: a leak planted in the database is noticed by the test that is there for it."""

import inspect
from collections.abc import Callable

import pytest

from chalicelib.http import rows
from chalicelib.rest import catalog
from tests.integration.rest import test_matrix as table
from tests.integration.rest import test_matrix_ways as ways
from tests.integration.rest.matrix import Studio
from tests.integration.rest.test_matrix_ways import within_reach

pytestmark = pytest.mark.usefixtures(within_reach.__name__)

FAULTS: list[tuple[Callable[..., None], str, str]] = [
    (
        table.test_rows_are_read_by_their_owner_and_the_house_alone,
        "public.scripts",
        "create policy leak on scripts for select to authenticated using (true)",
    ),
    (
        table.test_rows_are_changed_by_their_owner_and_the_house_alone,
        "public.keyword_research",
        "create policy leak on keyword_research to authenticated using (true)",
    ),
    (
        table.test_rows_are_made_for_oneself_alone,
        "public.proposal_templates",
        "create policy leak on proposal_templates for insert to authenticated with check (true)",
    ),
    (
        table.test_rows_are_not_given_away,
        "public.research_notes",
        "create policy leak on research_notes to authenticated using (true)",
    ),
    (
        table.test_an_upsert_reaches_no_row_of_another,
        "public.email_templates",
        "create policy leak on email_templates to authenticated using (true)",
    ),
    (
        ways.test_a_child_stands_under_its_owners_parent_alone,
        "public.uploads",
        "alter table uploads drop constraint uploads_of_own_project,"
        " add constraint leak foreign key (project_id) references projects (id)",
    ),
    (
        ways.test_an_embedded_row_is_its_owners,
        "public.campaign_tasks",
        "create policy leak on campaign_tasks for select to authenticated using (true)",
    ),
    (
        ways.test_a_function_answers_for_its_caller_alone,
        "",
        "alter function get_credit_balance(uuid) owner to postgres;"
        " alter function get_credit_balance(uuid) security definer",
    ),
    (
        ways.test_every_function_that_users_may_call_is_tried,
        "",
        "grant execute on function campaign_spend(uuid, numeric, text) to authenticated",
    ),
    (
        ways.test_a_view_shows_its_callers_rows_alone,
        "",
        "alter view work_items set (security_invoker = false);"
        " alter view work_items owner to postgres",
    ),
    (
        ways.test_rows_of_nobody_are_the_houses_alone,
        "public.support_tickets",
        "create policy leak on support_tickets to authenticated using (user_id is null)",
    ),
    (
        ways.test_rows_of_the_house_are_read_by_users_and_written_by_none,
        "public.ai_model_configs",
        "grant update on ai_model_configs to authenticated;"
        " create policy leak on ai_model_configs for update to authenticated using (true)",
    ),
]


@pytest.mark.parametrize(
    ("check", "name", "planted"), FAULTS, ids=[check.__name__[5:] for check, _, _ in FAULTS]
)
def test_a_planted_leak_is_noticed(
    studio: Studio, check: Callable[..., None], name: str, planted: str
) -> None:
    def run() -> None:
        given = {"studio": studio, "name": name, "known": catalog.current(rows.options())}
        check(**{wanted: given[wanted] for wanted in inspect.signature(check).parameters})

    run()
    studio.admin.execute(planted.encode())
    studio.admin.execute("select pg_stat_force_next_flush()")
    catalog.forget()
    with pytest.raises(AssertionError):
        run()
