"""`python -m assessor.cli` is the command `assessor`."""

from assessor.cli import main

main()
