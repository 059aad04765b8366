#!/usr/bin/env ruby
# PCI devices that may be passed to guests: those that the filter of etc/im/TYPE-probes.d/pci.conf names.
require 'shellwords'
require 'yaml'

type = File.dirname(File.realdirpath(__FILE__)).split(File::SEPARATOR)[-3]
file = File.join(__dir__, '../../../../etc/im', type, 'pci.conf')
begin
    config = { :filter => '0:0', :short_address => [], :device_name => [] }.merge(YAML.load_file(file))
rescue StandardError
    STDERR.puts "Invalid configuration #{file}"
    exit(-1)
end

def named(text)
    text.match(/^(.*) \[(....)\]$/)[1, 2]
end

[config[:filter]].flatten.flat_map {|filter| filter.to_s.split(',') }.each do |filter|
    `lspci -mmnn -d #{filter}`.each_line do |line|
        fields  = Shellwords.split(line)
        address = fields[0].count(':') > 1 ? fields[0] : "0000:#{fields[0]}"
        domain, bus, slot, function = address.split(/[:.]/)
        klass, vendor, device = fields[1..3].map {|field| named(field) }
        next unless config[:short_address].empty? || config[:short_address].include?(fields[0])

        node = begin
            File.read("/sys/bus/pci/devices/#{address}/numa_node").chomp
        rescue StandardError
            '-'
        end
        type   = "#{vendor[1]}:#{device[1]}:#{klass[1]}"
        values = { 'TYPE' => type, 'VENDOR' => vendor[1], 'VENDOR_NAME' => vendor[0],
                   'DEVICE' => device[1], 'DEVICE_NAME' => device[0], 'CLASS' => klass[1], 'CLASS_NAME' => klass[0],
                   'ADDRESS' => [domain, bus, slot, function].join(':'), 'SHORT_ADDRESS' => fields[0],
                   'DOMAIN' => domain,
                   'BUS' => bus, 'SLOT' => slot, 'FUNCTION' => function, 'NUMA_NODE' => node.to_i < 0 ? '-' : node,
                   'IFNAME' => '-', 'SRIOV' => 'no' }
        puts "PCI = [ #{values.map {|name, value| "#{name} = \"#{value}\"" }.join(', ')} ]"
    end
end
