"""The pages of the documentation that the code can write itself."""
