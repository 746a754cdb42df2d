"""What can be asked of a case, by subject; domain/commands.py has them all."""
