"""What workflows ask of the outside world; each class names what it needs as a Protocol."""
