"""What a command does to a case, one file a stage of life."""
