"""Who signs in and what they may do: accounts, roles, passwords, sessions, second factors, providers, limits."""
