"""What providers are paid, and budgets that refuse a call before it is made."""
