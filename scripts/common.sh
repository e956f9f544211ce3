# Sourced by the scripts beside it: what they need of the machine. It goes to the package's folder.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export MOCKREC_STRICT=1

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "needs root for: $*"
  fi
}

# need 'PACKAGE|ALTERNATIVE…' [PROGRAM]: remembers a Debian package that is missing. It is there when its program is,
# or, without one, when dpkg says so. Names change between releases: the first that this one knows is taken.
missing=()
need() {
  if [ -n "${2:-}" ]; then
    PATH="$PATH:/usr/sbin:/sbin" command -v "$2" >/dev/null && return
  else
    local name
    for name in ${1//|/ }; do
      dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' && return
    done
  fi
  missing+=("$1")
}

# Installs what is missing and asks nothing. No service is started by it, and none is left running.
install_missing() {
  [ ${#missing[@]} = 0 ] && return
  command -v apt-get >/dev/null || die "install by hand, this is no Debian: ${missing[*]}"
  local chosen=() names name
  as_root apt-get update -q >&2 || say "warning: apt-get update failed; going on with the lists that are there"
  for names in "${missing[@]}"; do
    for name in ${names//|/ }; do
      apt-cache show "$name" >/dev/null 2>&1 && break
    done
    chosen+=("$name")
  done
  say "installing ${chosen[*]}"
  local policy=/usr/sbin/policy-rc.d ours=
  if [ ! -e "$policy" ]; then
    # 101 is "not allowed": the packages' services stay down. See /usr/share/doc/init-system-helpers.
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    ours=1
  fi
  local status=0
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${chosen[@]}" >&2 || status=$?
  [ -z "$ours" ] || as_root rm -f "$policy"
  [ "$status" = 0 ] || die "apt-get install ${chosen[*]} failed"
  missing=()
}

# What a build needs, besides the toolchain.
need_build() {
  command -v swift >/dev/null || die "no swift in PATH: install Swift 6.2 or later from https://swift.org/install/linux/"
  need libcurl4-openssl-dev
  need libxml2-dev
  need libsqlite3-dev
  need zlib1g-dev
  need 'pkg-config|pkgconf' pkg-config
}

# The Python with the packages of requirements.txt, made again when those have changed.
venv=.build/venv
make_venv() {
  cmp -s scripts/requirements.txt "$venv/requirements.txt" && return
  say "making $venv"
  python3 -m venv --clear "$venv"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check -r scripts/requirements.txt
  # The schema of JUnit XML that Jenkins publishes stands in pytest's source, and in no wheel.
  "$venv/bin/python" -m pip download -q --disable-pip-version-check --no-deps --no-binary :all: -d "$venv/schemas" \
    pytest==9.2.0
  tar -xzf "$venv"/schemas/pytest-9.2.0.tar.gz -C "$venv/schemas" --strip-components=3 --wildcards '*/junit-10.xsd'
  cp scripts/requirements.txt "$venv/"
}
