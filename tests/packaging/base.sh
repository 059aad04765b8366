#!/bin/sh
# base.sh FOLDER PACKAGES: Debian 12 with these packages in FOLDER.
set -eu
rm -rf "$1"
mmdebstrap --mode=root --variant=minbase --aptopt='Acquire::Retries "3"' --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' --include="$2" bookworm "$1"
# Tests have a repository of their own and no network. Their packages shall bring their documentation.
rm -rf "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/* "$1"/var/lib/apt/lists/* "$1"/etc/dpkg/dpkg.cfg.d/*
