"""Countries, blocs and products: the codes that every table speaks, and the words that people know them by."""
