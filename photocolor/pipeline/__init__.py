"""Takes one photo through the program, from its source file to the result in its place."""
