"""A call → a `with` query: the function in `from`, its arguments by name."""

from chalicelib.rest.catalog.values import Parameter
from chalicelib.rest.plan.values import Call, Given
from chalicelib.rest.query.fragment import Values, array_literal, identifier, qualified


def call(values: Values, plan: Call) -> str:
    """The function's rows; a bare value is a column of the function's name."""
    function = plan.function
    alias = "called" if function.returns_rows else f"called({identifier(function.name)})"
    before = ""
    if plan.raw:
        arguments = [values.bind(plan.text, function.parameters[0].type)]
    elif plan.named:
        shape = ", ".join(f"{identifier(p.name)} {p.type}" for p in plan.named)
        document = values.bind(plan.text, "json")
        before = f"json_to_record({document}) as arguments({shape}), lateral "
        arguments = [_named(p, f"arguments.{identifier(p.name)}") for p in plan.named]
    else:
        arguments = [_named(given.parameter, _value(values, given)) for given in plan.given]
    missing = {p.name for p in function.parameters if p.variadic} - _said(plan)
    arguments += [_named(p, f"'{{}}'::{p.type}") for p in function.parameters if p.name in missing]
    return (
        f"select called.* from {before}{qualified(function.id)}({', '.join(arguments)}) as {alias}"
    )


def _said(plan: Call) -> set[str]:
    if plan.raw:
        return {p.name for p in plan.function.parameters}
    return {p.name for p in plan.named} | {given.parameter.name for given in plan.given}


def _named(parameter: Parameter, value: str) -> str:
    variadic = "variadic " if parameter.variadic else ""
    return f"{variadic}{identifier(parameter.name)} => {value}"


def _value(values: Values, given: Given) -> str:
    text = array_literal(given.values) if given.parameter.variadic else given.values[0]
    return values.bind(text, given.parameter.type)
