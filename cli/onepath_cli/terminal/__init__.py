"""What only a terminal gets: colours, tables, a bar, a pager. Nothing else loads Rich."""
