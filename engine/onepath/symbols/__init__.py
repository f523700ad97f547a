"""All facts together: modules, definitions, routes, references and the import graph."""
