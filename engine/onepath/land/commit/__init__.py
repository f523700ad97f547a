"""What the commit of a phase says, who makes it, and how its patch is known again."""
