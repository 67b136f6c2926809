"""What survives a restart: state (TinyDB, one file), reports (a file each) and the posts that were paid for.

data_dir/lock, lock.pid       held by the one program that writes here
data_dir/state.json, .1       subscriptions, deliveries, runs, index of reports; and the generation before
data_dir/reports/KEY.json     the newest revision of a report; KEY.rN.json are its older ones
*.broken-TIMESTAMP            a damaged file that was set aside
"""
