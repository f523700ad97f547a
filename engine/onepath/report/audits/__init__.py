"""What an audit found, in every format that somebody asks for."""
