#!/usr/bin/env ruby
# States of the guests: all of them now and then, else what changed.
require 'load_opennebula_paths'
require_relative '../../../lib/kvm'
require_relative '../../../lib/probe_db'

interval = full_report_interval(STDIN.read)
begin
    puts GuestStates.new('kvm', ARGV[-2], interval).report(KVM.guests)
rescue StandardError => e
    STDERR.puts e.message
    exit(-1)
end
