// Makes choosing products nicer; it works without.
