#!/bin/sh
# Make ./configure from configure.ac. Needs autoconf, automake, libtool and
# pkg-config.
set -eu
cd "$(dirname "$0")"
mkdir -p m4 build-aux
exec autoreconf --force --install --warnings=all,no-obsolete
