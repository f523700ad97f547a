"""Methods and attributes of classes that get another name."""
