"""What the API is, for clients and for people: made of the declarations it runs on."""
