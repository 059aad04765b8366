#!/bin/bash
# The processor's name, where the kernel tells one.
model=$(grep -m1 -E '^(model name|cpu)[[:space:]]*:' /proc/cpuinfo 2>/dev/null | cut -d: -f2 | sed -e 's/^ *//')
[ -n "$model" ] && echo "MODELNAME=\"$model\""
exit 0
