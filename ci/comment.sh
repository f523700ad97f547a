#!/usr/bin/env bash
# Writes a report into the one comment of a pull request that is ours, or makes that comment.
#
#   comment.sh REPORT OWNER/REPOSITORY NUMBER
#
# Needs `gh`, with a token in GH_TOKEN that may write to pull requests.
set -euo pipefail

report=$1 repository=$2 number=$3
marker='<!-- onepath: migrate audit -->'
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
	echo "$marker"
	cat "$report"
} >"$body"

mine=$(gh api --paginate "repos/$repository/issues/$number/comments" \
	--jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1)
if [[ -n $mine ]]; then
	gh api --method PATCH "repos/$repository/issues/comments/$mine" --field "body=@$body" >/dev/null
else
	gh api --method POST "repos/$repository/issues/$number/comments" --field "body=@$body" >/dev/null
fi
