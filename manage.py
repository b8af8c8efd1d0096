#!/usr/bin/env python
"""Django's own commands, for those who look for manage.py: `frith-web COMMAND` does the same."""

from __future__ import annotations

from frith_web.cli import main

if __name__ == "__main__":
    main()
