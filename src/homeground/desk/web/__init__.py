"""From a request to a response: the register of pages, forms, uploads, who asks, what a page returns."""
