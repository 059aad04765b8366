#!/usr/bin/env ruby
# Whether guests' memory can be encrypted.
require 'load_opennebula_paths'
require 'open3'
require 'rexml/document'

text, _errors, status = Open3.capture3('virsh -c qemu:///system domcapabilities')
exit 0 unless status.success?

begin
    features = REXML::Document.new(text).root.elements['features']
    sev = features.elements['sev']
    tdx = features.elements['tdx']
    kind = if sev && sev['supported'] == 'yes'
               sev.elements['maxESGuests']&.text == '0' ? 'SEV' : 'SEV-ES'
           elsif tdx && tdx['supported'] == 'yes'
               'TDX'
           end
    puts "MEMORY_ENCRYPTION=#{kind || 'NONE'}"
rescue StandardError
    puts 'MEMORY_ENCRYPTION=NONE'
end
