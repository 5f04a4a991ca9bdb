"""What people keep at the desk or look for in it: policy books, drills, offers, deals and what has a name."""
