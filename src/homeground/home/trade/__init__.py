"""A country and its trade: what imports rest on, prices, terms, years side by side, what is within reach."""
