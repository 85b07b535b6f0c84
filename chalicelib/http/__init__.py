"""The HTTP way in: blueprints that parse, call and dump. No rules live here."""
