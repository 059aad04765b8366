#!/usr/bin/env ruby
# Disks of guests in the datastores that are marked for it, by the transfer driver named in the mark.
require 'load_opennebula_paths'

require 'rexml/document'
require 'fileutils'
require 'open3'

begin
    config = REXML::Document.new(STDIN.read).root
rescue StandardError => e
    puts e.inspect
    exit(-1)
end

location = config.elements['DATASTORE_LOCATION']&.text || '/var/lib/one/datastores'
Dir.chdir(location)
Dir.glob('*').select {|name| File.directory?(name) && name =~ /^\d+$/ }.each do |id|
    next unless File.exist?("#{id}/.monitor")

    script = "/var/tmp/one/tm/#{File.read("#{id}/.monitor").chomp}/monitor_ds"
    next unless File.exist?(script)

    text, _errors, status = Open3.capture3("#{script} #{location}/#{id}")
    puts text if status.success?
end
