"""All three projects on one machine, as their three operators would run them."""
