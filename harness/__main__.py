"""What does `python -m harness` do? The same as `harness`."""

from harness.cli import main

if __name__ == "__main__":
    main(prog_name="harness")
