#!/bin/bash
# The version of these drivers.
[ -e ../../VERSION ] && echo "VERSION=\"$(tail -n 1 ../../VERSION)\""
exit 0
