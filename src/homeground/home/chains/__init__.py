"""Questions to input–output tables: exposure, extraction, shocks and sweeps over them."""
