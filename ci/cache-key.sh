#!/usr/bin/env bash
# Prints, as outputs of a step of GitHub, where the facts are kept and under which key.
#
# An entry of the cache says itself of which file and by which extractor it is, so an older cache is
# never wrong, only smaller. A kept cache can't be changed: each commit has a key of its own, and
# begins with the newest one of the same version.
set -euo pipefail

read -ra migrate <<<"${MIGRATE:-migrate}"
version=$("${migrate[@]}" --version)
prefix="${version// /-}-${RUNNER_OS:-$(uname -s)}-"
echo "folder=$(git rev-parse --path-format=absolute --git-common-dir)/onepath"
echo "prefix=$prefix"
echo "key=$prefix$(git rev-parse HEAD)"
