"""The view on two partners, and the brief of a negotiator as page and document."""
