// Draw all sections, then follow what the address asks for: `#findings?rule=shim&q=name`.

themed();
summary();
symbols();
phases();
acceptance();
timeline();
places();
followed({ refusals: refusals(), findings: findings() });
