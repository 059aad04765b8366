#!/usr/bin/env ruby
# Recovery snapshots of disks in datastores of the ssh driver.
require 'load_opennebula_paths'
require 'rexml/document'
require 'fileutils'
require 'open3'
require 'base64'

location = REXML::Document.new(STDIN.read).root.elements['DATASTORE_LOCATION']&.text || '/var/lib/one/datastores'
Dir.chdir(location)
Dir.glob('*').select {|name| File.directory?(name) && name =~ /^\d+$/ }.each do |id|
    next unless File.exist?("#{id}/.monitor") && File.read("#{id}/.monitor").chomp == 'ssh'

    Dir.glob("#{id}/[0-9]*/disk.*.snap/base.1").each {|disk| puts "# #{disk}" }
end
