"""What was paid: Stripe's events become credits, each exactly once."""
