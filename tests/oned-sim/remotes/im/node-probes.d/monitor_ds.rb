#!/usr/bin/env ruby
# Disk space where datastores live, and in each datastore that is marked for it. Makes the directory that is missing.
require 'load_opennebula_paths'

require 'rexml/document'
require 'open3'
require 'fileutils'

begin
    config = REXML::Document.new(STDIN.read).root
rescue StandardError => e
    puts e.inspect
    exit(-1)
end

# used, total, free in megabytes
def space(path)
    text, _errors, status = Open3.capture3("df -B1M -P #{path} 2>/dev/null")
    return [0, 0, 0] if status.exitstatus != 0 || text.empty?

    fields = text.lines.last.split
    [fields[2], fields[1], fields[3]]
end

location = config.elements['DATASTORE_LOCATION']&.text || '/var/lib/one/datastores'
FileUtils.mkdir_p(location)
used, total, free = space(location)
puts "DS_LOCATION_USED_MB = #{used}", "DS_LOCATION_TOTAL_MB = #{total}", "DS_LOCATION_FREE_MB = #{free}"

Dir.chdir(location)
Dir.glob('*').select {|name| File.directory?(name) && name =~ /^\d+$/ }.each do |id|
    next unless File.exist?("#{id}/.monitor")

    used, total, free = space("#{location}/#{id}")
    puts "DS = [ ID = #{id}, USED_MB = #{used}, TOTAL_MB = #{total}, FREE_MB = #{free} ]"
end
