# Sourced by ./run and ./test. Sets `solution` and `properties` to what this machine's package feed can restore.
# shellcheck shell=bash

# Packages that a curated feed may lack. Only for want of one of these do we fall back to a solution filter; any other failure is one.
not_everywhere='Grpc\.(Core\.Api|Net\.Common)|Microsoft\.Orleans\.[A-Za-z.]+|Microsoft\.ML(\.[A-Za-z.]+)?|NBomber(\.[A-Za-z.]+)?'

solution=
properties=()

# A build leaves no process behind: one that kept our output open would keep a caller waiting that reads it to its end.
export MSBUILDDISABLENODEREUSE=1

# Tries everything, then all but the load test with NBomber, then all but what needs Orleans or ML.NET too.
restore() {
  command -v dotnet >/dev/null || { echo "The .NET 10 SDK is needed: the command 'dotnet' was not found." >&2; return 1; }
  local try log missing
  log=$(mktemp)
  for try in SafeSpaceCapacity.sln SafeSpaceCapacity.Silo.slnf SafeSpaceCapacity.Embedded.slnf; do
    properties=(-p:UpstreamGrpc=false -p:MlNet=true)
    case $try in
      SafeSpaceCapacity.sln) properties=(-p:UpstreamGrpc=true -p:MlNet=true) ;;
      SafeSpaceCapacity.Embedded.slnf) properties=(-p:UpstreamGrpc=false -p:MlNet=false) ;;
    esac
    if dotnet restore "$try" "${properties[@]}" --nologo -v quiet >"$log" 2>&1; then
      [ "$try" = SafeSpaceCapacity.sln ] || echo "Using $try and the stand-ins." >&2
      solution=$try
      rm -f "$log"
      return 0
    fi

    # After a space: a path, such as that of the project, may hold the same name.
    missing=$(grep -E 'NU110[12]' "$log" | grep -oE " ($not_everywhere)\b" | sort -u | tr -d '\n')
    [ -n "$missing" ] || break
    echo "For $try this package feed does not serve:$missing." >&2
  done
  cat "$log" >&2
  rm -f "$log"
  return 1
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
