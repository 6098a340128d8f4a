"""The shop: shelves and cart, the order, its payment, and its return."""
