// Draw all sections, then follow what the address asks for.

themed();
summary();
phases();
refusals();
followed({ repositories: repositories() });
