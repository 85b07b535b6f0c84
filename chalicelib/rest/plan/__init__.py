"""Second stage: a Request and the catalogue → a Plan, or a refusal. Pure; writes no SQL."""

from chalicelib.rest.catalog.values import Catalogue, Table
from chalicelib.rest.errors import no_table
from chalicelib.rest.options import Options
from chalicelib.rest.plan.call import plan_call
from chalicelib.rest.plan.read import member_names, plan_tree
from chalicelib.rest.plan.values import Answer, Describe, Plan, Read
from chalicelib.rest.plan.write import plan_write
from chalicelib.rest.request import Request

__all__ = ["Plan", "plan"]


def plan(request: Request, catalogue: Catalogue, options: Options) -> Plan:
    """What to ask of the database. Raises `RestError` PGRST2xx for names it does not have."""
    if request.resource == "root":
        return Describe(request.schema, head=request.method == "HEAD")
    if request.resource == "function":
        return plan_call(catalogue, options, request)
    table = _table(catalogue, request)
    if not request.reads:
        return plan_write(catalogue, options, table, request)
    node = plan_tree(catalogue, options, table, request.query, root_range=request.range)
    answer = Answer(
        request.media,
        request.preferences,
        head=request.method == "HEAD",
        columns=member_names(node),
    )
    return Read(node, answer, options.max_rows)


def _table(catalogue: Catalogue, request: Request) -> Table:
    table = catalogue.tables.get((request.schema, request.name))
    if table is None or table.kind == "c":
        raise no_table(request.schema, request.name, catalogue.names(request.schema))
    return table
