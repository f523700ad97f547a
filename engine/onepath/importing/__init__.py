"""What happens when modules are imported: in which order bodies run, and what is bound by then."""
