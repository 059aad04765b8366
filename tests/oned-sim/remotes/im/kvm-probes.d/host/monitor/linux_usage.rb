#!/usr/bin/env ruby
# Load of this machine, also kept for forecasts.
require 'load_opennebula_paths'
require 'rexml/document'
require_relative '../../../lib/linux'

configuration = STDIN.read
host = LinuxHost.new
host.print_usage('kvm')
begin
    host.store_usage(REXML::Document.new(configuration).root.elements['HOST_ID'].text)
rescue StandardError
    nil
end
