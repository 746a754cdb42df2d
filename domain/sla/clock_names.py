"""The names of the clocks that a case itself has; a part has one named after it."""

CITIZEN = "citizen"
ACCEPT = "accept"
SIGN = "sign"
FIRST = "first"
HOLDER = "holder"
VERIFY = "verify"
CALLBACK = "callback"
CLOCKS = (CITIZEN, ACCEPT, SIGN, FIRST, HOLDER, VERIFY, CALLBACK)
"""The clocks of a case: the promise to the citizen (never restarts), the platform's time to accept
and dispatch, the holder's time to sign, to respond and to resolve, verification, callback."""
