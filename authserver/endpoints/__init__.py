"""One module per endpoint the specifications name: HTTP in, HTTP out."""
