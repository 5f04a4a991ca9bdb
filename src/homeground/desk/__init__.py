"""The desk: the web application that officers, planners and auditors work in.

`pages` says how a page is written. `app` puts pages, accounts and jobs together; `settings` says where it runs.
"""
