"""What happens to a case, in order: one durable workflow a case, one type a tier."""
