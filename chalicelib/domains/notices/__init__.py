"""Telling users what happened: signed webhooks and e-mails, through the outbox."""
