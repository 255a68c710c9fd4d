#!/usr/bin/env bash
# fetch_package.sh NAME DIR [PATH-IN-PACKAGE...]
# Unpacks one npm package of tools/packages.lock into DIR, at the version and with the sha512 written there.
# It goes through `npm pack`, so it asks whatever registry this machine's npm is set up for, runs no script of the
# package, and trusts nothing but the hash.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1 dir=$2
shift 2

read -r version integrity < <(awk -v name="$name" '$1 == name { print $2, $3 }' "$here/packages.lock") || true
if [[ -z ${integrity:-} ]]; then
  echo "fetch_package: $name is not in tools/packages.lock" >&2
  exit 1
fi
for tool in npm openssl tar; do
  command -v "$tool" >/dev/null || { echo "fetch_package: needs $tool (tools/setup.sh installs it)" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "   fetching $name $version"
if ! (cd "$work" && npm pack --silent --ignore-scripts "$name@$version" >/dev/null 2>npm.log); then
  echo "fetch_package: npm could not fetch $name@$version:" >&2
  cat "$work/npm.log" >&2
  exit 1
fi
archive=$(echo "$work"/*.tgz)
found="sha512-$(openssl dgst -sha512 -binary "$archive" | openssl base64 -A)"
if [[ $found != "$integrity" ]]; then
  echo "fetch_package: $name@$version is not the package that was locked" >&2
  echo "  expected $integrity" >&2
  echo "  received $found" >&2
  exit 1
fi
mkdir -p "$dir"
tar -xzf "$archive" -C "$dir" --no-same-owner --strip-components=1 "${@/#/package/}"
