"""/subscribe /unsubscribe and the greeting of a new chat: who may change what it gets, what comes next, in words."""
