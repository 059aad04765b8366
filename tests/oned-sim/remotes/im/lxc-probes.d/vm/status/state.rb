#!/usr/bin/env ruby
# States of the containers. What goes wrong is printed like a report, with exit 0: the front-end fails to parse it.
require 'load_opennebula_paths'
require_relative '../../../lib/probe_db'
require_relative '../../../lib/lxc'

interval = full_report_interval(STDIN.read)
begin
    puts GuestStates.new('lxc', ARGV[-2], interval).report(LXC.guests)
rescue StandardError => e
    puts e
end
