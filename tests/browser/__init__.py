"""People at the console in a real browser: Debian's Chromium on a `sanban up`.

Without the package `chromium` these tests are skipped, and say so.
"""
