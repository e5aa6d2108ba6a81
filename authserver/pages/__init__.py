"""The pages people see: sign in, allow, look back, take back."""
