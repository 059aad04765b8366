#!/usr/bin/env ruby
# Processors and memory of this machine.
require 'load_opennebula_paths'
require_relative '../../../lib/linux'

LinuxHost.new.print_configuration('kvm')
