"""What is read of events: names, string keys, functions, and where an event flows to."""
