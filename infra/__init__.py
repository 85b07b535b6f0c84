"""Everything around the application: packaging, deploying, and the laptop's stack."""
