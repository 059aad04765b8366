#!/usr/bin/env ruby
# Shares that OpenNebula mounted by itself.
require 'pathname'
require 'rexml/document'

location = REXML::Document.new(STDIN.read).root.elements['DATASTORE_LOCATION'].text.to_s
shares = Dir.glob("#{location}/*/.automounted").map do |mark|
    `findmnt --noheadings --output SOURCE "#{Pathname.new(mark).dirname}"`.chomp
end
puts "AUTONFS_MOUNT = \"#{shares.reject(&:empty?).join(',')}\""
