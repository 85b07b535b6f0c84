"""Rescoring after a rule change: all leads in a few statements, against one lead after another.

The loop does for each lead what the set does for all: asks every rule, adds the difference to
what was given, and writes the score with its breakdown. It runs inside the database, so that it
pays for no round trips. Both find the same scores. `LEADS` makes a run shorter.
"""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from infra.local import postgres
from tests import factories
from tests.bench.large import filling, large_server

LEADS = int(os.environ.get("LEADS", "10000"))
ACTIVITIES = 3
"""Of each lead."""
TIMES_QUICKER = 20

RULES: list[tuple[str, dict[str, Any], int, dict[str, Any]]] = [
    ("Decides", {"field": "job_title", "op": "contains", "value": "head"}, 20, {}),
    ("Large", {"field": "annual_revenue", "op": "gte", "value": 1_000_000}, 15, {}),
    ("Near", {"field": "country", "op": "in", "value": ["pt", "es"]}, 10, {}),
    ("Private address", {"field": "email", "op": "matches_domain", "value": "mail.test"}, -10, {}),
    ("Clicks", {"activity": "email_clicked"}, 5, {"repeatable": True, "max_per_lead": 4}),
    ("Came lately", {"activity": "page_view", "within_days": 30}, 10, {}),
    (
        "Asked",
        {"any": [{"activity": "form_filled"}, {"field": "tags", "op": "contains", "value": "vip"}]},
        25,
        {},
    ),
    (
        "Silent",
        {"not": {"any": [{"activity": "email_clicked"}, {"activity": "page_view"}]}},
        -15,
        {},
    ),
]
LEAD_ROWS = """
insert into leads (created_by, first_name, last_name, email, company, job_title, country, tags,
                   annual_revenue, source, score_updated_at)
select %(user)s, 'Lead', n::text, 'lead' || n || case n %% 3 when 0 then '@mail.test' else '@acme.test' end,
       'Company ' || n %% 500, case n %% 4 when 0 then 'Head of Engines' else 'Engineer' end,
       (array['pt', 'es', 'fr', 'de'])[1 + n %% 4], case n %% 10 when 0 then '{vip}' else '{}' end::text[],
       n * 1000, 'form', now()
  from generate_series(1, %(leads)s) n
"""  # noqa: E501
ACTIVITY_ROWS = """
insert into lead_activities (created_by, lead_id, activity_type, occurred_at)
select created_by, id, (array['email_clicked', 'page_view', 'form_filled', 'note'])[1 + floor(random() * 4)],
       now() - random() * interval '60 days'
  from leads, generate_series(1, %(each)s) where created_by = %(user)s
"""  # noqa: E501
ONE_BY_ONE = """
create function rescore_one_by_one(p_owner uuid, p_now timestamptz) returns void
language plpgsql as $$
declare
  lead uuid;
  rule lead_scoring_rules;
  due int;
  given int;
  total int;
  parts jsonb;
begin
  for lead in select id from leads where created_by = p_owner and deleted_at is null loop
    total := 0;
    parts := '[]';
    for rule in select * from lead_scoring_rules where created_by = p_owner and is_active loop
      execute format('select %s from leads l where l.id = $1', private.points_of_rule(rule))
         into due using lead, p_now;
      select coalesce(sum(delta), 0) into given
        from lead_score_events where lead_id = lead and rule_id = rule.id;
      if due <> given then
        insert into lead_score_events (created_by, lead_id, rule_id, delta, reason)
        values (p_owner, lead, rule.id, due - given, rule.rule_name);
      end if;
      if due <> 0 then
        total := total + due;
        parts := parts || jsonb_build_object('rule', rule.rule_name, 'points', due);
      end if;
    end loop;
    update leads set lead_score = greatest(0, least(100, total)), score_breakdown = parts,
                     score_updated_at = p_now
     where id = lead;
  end loop;
end $$;
grant execute on function rescore_one_by_one(uuid, timestamptz) to service_role;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with large_server() as server:
        yield server


@pytest.fixture(scope="module")
def owner(server: postgres.Server) -> UUID:
    """Someone with leads, their activities and rules; everyone's score is what the rules say."""
    user = factories.user()
    with filling(server) as connection:
        connection.execute("select setseed(0.5)")
        connection.execute(LEAD_ROWS, {"user": user, "leads": LEADS})
        connection.execute(ACTIVITY_ROWS, {"user": user, "each": ACTIVITIES})
        connection.execute(ONE_BY_ONE)
        connection.execute("vacuum analyze")
    with db.transaction(Actor.worker(user)) as tx:
        for name, conditions, weight, more in RULES:
            tx.run(
                "insert into lead_scoring_rules (rule_name, conditions, score_weight, repeatable,"
                " max_per_lead) values (%(name)s, %(conditions)s, %(weight)s, %(repeatable)s,"
                " %(most)s)",
                name=name, conditions=Jsonb(conditions), weight=weight,
                repeatable=more.get("repeatable", False), most=more.get("max_per_lead"),
            )  # fmt: skip
        all_at_once(tx)
    with filling(server) as connection:
        connection.execute("vacuum analyze")
    return user


def test_a_changed_rule_rescores_all_leads_at_once(owner: UUID) -> None:
    together: list[float] = []
    for _ in range(3):
        took, expected = changed(owner, all_at_once)
        together.append(took)
    took, found = changed(owner, one_by_one)
    assert found == expected
    at_once = sorted(together)[1]
    print(
        f"\n{LEADS:,} leads, {len(RULES)} rules: {at_once:.2f} s at once, {took:.1f} s one by one:"
        f" {took / at_once:.0f}x of {TIMES_QUICKER}x"
    )
    assert took / at_once >= TIMES_QUICKER


def changed(owner: UUID, rescore: Callable[[db.Tx], None]) -> tuple[float, list[dict[str, Any]]]:
    """Change a rule, rescore, and take all of it back. Answers the seconds and the scores."""
    with db.transaction(Actor.worker(owner)) as tx:
        tx.run("set local statement_timeout = 0")
        tx.run("update lead_scoring_rules set score_weight = 30 where rule_name = 'Asked'")
        began = time.perf_counter()
        rescore(tx)
        took = time.perf_counter() - began
        scores = tx.all("select id, lead_score, score_breakdown from leads order by id")
        for lead in scores:
            lead["score_breakdown"].sort(key=lambda part: part["rule"])
        raise psycopg.Rollback
    return took, scores


def all_at_once(tx: db.Tx) -> None:
    while tx.value("select leads_rescore_due()"):
        pass


def one_by_one(tx: db.Tx) -> None:
    tx.run("select rescore_one_by_one(auth.uid(), clock_timestamp())")
