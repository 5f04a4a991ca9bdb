"""Own ground: what a country makes, trades, needs and holds, from its own and public figures."""
