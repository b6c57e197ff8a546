"""Shows all photos that are open: the film strip, its order, its small pictures, and what earlier runs made of them."""
