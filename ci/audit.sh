#!/usr/bin/env bash
# Audits the repository in the current folder and writes the reports that a forge takes.
#
#   audit.sh FOLDER [OPTION of migrate audit]...
#
# FOLDER gets audit.sarif, audit.md, audit.gitlab.json and exit-code: 0, or 1 for findings that
# count. Annotations for GitHub are printed. MIGRATE is the command, by default `migrate`. audit.md
# ends with the burndown over HISTORY revisions, by default 12; with none if that is 0, or if the
# clone has but one commit.
# The first audit fills the cache, the others answer from it. Ends with 0 if the audit has run,
# whatever it found, so that the reports can be delivered first; `exit $(cat FOLDER/exit-code)` fails.
set -euo pipefail

folder=$1
shift
read -ra migrate <<<"${MIGRATE:-migrate}"
mkdir -p "$folder"

audit() { # audit FORMAT OPTION...: leaves the exit code in `code`; anything but findings ends this
	code=0
	"${migrate[@]}" --quiet audit --format "$@" || code=$?
	if ((code > 1)); then
		exit "$code"
	fi
}

burndown() { # the findings of some revisions, as a chart; what is cached is not read again
	local commits
	commits=$(git rev-list --count --first-parent --max-count=2 HEAD)
	if ((${HISTORY:-12} > 0 && commits > 1)); then
		echo
		"${migrate[@]}" --quiet history --points "${HISTORY:-12}" --format markdown
	fi
}

audit sarif --output "$folder/audit.sarif" "$@"
audit markdown --output "$folder/audit.md" "$@"
burndown >>"$folder/audit.md"
audit gitlab --output "$folder/audit.gitlab.json" "$@"
audit github "$@"
echo "$code" >"$folder/exit-code"
