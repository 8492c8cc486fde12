"""What each command of the command line does; `server.cli` says how it is called."""
