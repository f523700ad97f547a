"""What is kept at the old path of what gets another one: for whom, and in which form."""
