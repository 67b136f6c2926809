"""/regenerate /status /stats /ledger: for the configuration's admins; to anybody else these commands do not exist."""
