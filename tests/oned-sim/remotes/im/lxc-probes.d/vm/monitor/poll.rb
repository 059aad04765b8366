#!/usr/bin/env ruby
# Figures of the containers.
require 'load_opennebula_paths'
require_relative '../../../lib/lxc'

begin
    LXC.guests.each do |guest|
        puts "VM = [ ID=\"#{guest[:id]}\", DEPLOY_ID=\"#{guest[:uuid]}\", MONITOR=\"#{Base64.strict_encode64('')}\"]"
    end
rescue StandardError => e
    STDERR.puts e.message
    exit(-1)
end
