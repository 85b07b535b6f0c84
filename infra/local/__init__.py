"""The laptop's stack: Postgres and AWS on this machine, the same template deployed to them."""
