"""Write the pages again."""

from reference.pages import write

print(f"{write()} pages written")
