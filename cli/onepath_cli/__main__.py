"""`python -m onepath_cli`: the command `migrate`, where its script is not on the PATH."""

from onepath_cli.start import main

if __name__ == "__main__":
    main()
