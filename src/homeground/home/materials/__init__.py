"""Process books: kept by country, and checked with the trade at hand."""
