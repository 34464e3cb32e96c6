"""Fetches at set-up what an audit needs and pip does not bring: axe-core, the second engine and a
Chromium.

Nothing here is called while auditing: at run time nothing is fetched.
"""
