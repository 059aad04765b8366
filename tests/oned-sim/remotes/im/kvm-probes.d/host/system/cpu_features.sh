#!/bin/bash
# What the processor offers to guests; without libvirt the list is empty, which nobody minds.
features=$(virsh cpu-baseline <(virsh capabilities) --features | grep '<feature policy' | sed -e "s/^.*='//;s/'\/>$//" | xargs | tr ' ' ',')
echo "KVM_CPU_FEATURES=\"$features\""
