"""What people may ask of a case beyond the plain life (domain/commands.py), by subject."""
