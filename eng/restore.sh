# Sourced by ./run, ./test and ./safespace. Sets `solution` and `properties` to what this machine's package feed can restore.
# shellcheck shell=bash

# Packages that a curated feed may lack. Only for want of one of these do we fall back to the solution filter; any other failure is one.
not_everywhere='Grpc\.(Core\.Api|Net\.Common)|Microsoft\.Orleans\.[A-Za-z.]+|Microsoft\.ML(\.[A-Za-z.]+)?|NBomber(\.[A-Za-z.]+)?'

solution=
properties=()

# A build leaves no process behind: one that kept our output open would keep a caller waiting that reads it to its end.
export MSBUILDDISABLENODEREUSE=1

restore() {
  command -v dotnet >/dev/null || { echo "The .NET 10 SDK is needed: the command 'dotnet' was not found." >&2; return 1; }
  local log missing
  log=$(mktemp)
  if dotnet restore SafeSpaceCapacity.sln -p:UpstreamGrpc=true --nologo -v quiet >"$log" 2>&1; then
    solution=SafeSpaceCapacity.sln
    properties=(-p:UpstreamGrpc=true)
  else
    # After a space: a path, such as that of the project, may hold the same name.
    missing=$(grep -E 'NU110[12]' "$log" | grep -oE " ($not_everywhere)\b" | sort -u | tr -d '\n')
    if [ -z "$missing" ]; then
      cat "$log" >&2
      rm -f "$log"
      return 1
    fi
    echo "This package feed does not serve:$missing. Using SafeSpaceCapacity.Embedded.slnf and the stand-ins." >&2
    solution=SafeSpaceCapacity.Embedded.slnf
    properties=(-p:UpstreamGrpc=false)
    dotnet restore "$solution" "${properties[@]}" --nologo -v quiet >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; return 1; }
  fi
  rm -f "$log"
}

# Builds what is named: projects, or nothing for all of them. Says something only if it fails.
build() {
  local what log
  log=$(mktemp)
  echo "Building…" >&2
  for what in "${@:-$solution}"; do
    if ! dotnet build "$what" "${properties[@]}" -c Release --no-restore --nologo -v quiet >"$log" 2>&1; then
      cat "$log" >&2
      rm -f "$log"
      return 1
    fi
  done
  rm -f "$log"
}
