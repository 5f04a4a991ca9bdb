"""Two partners: leverage both ways, and what to ask and to offer."""
