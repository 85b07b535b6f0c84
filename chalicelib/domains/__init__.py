"""The product, one package per domain, each with its models, named SQL and services."""
