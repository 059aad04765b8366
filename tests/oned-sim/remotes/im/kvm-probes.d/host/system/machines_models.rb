#!/usr/bin/env ruby
# Machine types and processor models of QEMU. Ends in silence where libvirt does not answer, so nobody learns why.
require 'load_opennebula_paths'
require 'rexml/document'
require 'open3'

ENV['LANG'] = 'C'
ENV['LC_ALL'] = 'C'

begin
    text, _errors, status = Open3.capture3('virsh -r -c qemu:///system capabilities')
    exit(-1) unless status.success?

    root     = REXML::Document.new(text).root
    machines = []
    models   = []
    ['i686', 'x86_64', 'aarch64'].each do |name|
        arch = root.elements["guest/arch[@name='#{name}']"]
        next unless arch

        domains = ['kvm', 'qemu'].map {|type| arch.elements["domain[@type='#{type}']"] }.compact
        domain  = domains.find {|held| held.elements['machine'] } || arch
        machines += domain.elements.to_a('machine').map(&:text)
        text, _errors, status = Open3.capture3("virsh -c qemu:///system domcapabilities --arch #{name}")
        next unless status.success?

        usable = "cpu/mode[@name='custom' and @supported='yes']/model[@usable!='no']"
        models = REXML::Document.new(text).root.elements.to_a(usable).map(&:text)
    end
    puts "KVM_MACHINES=\"#{machines.uniq.join(' ')}\""
    puts "KVM_CPU_MODELS=\"#{models.uniq.join(' ')}\""
    puts "KVM_CPU_MODEL=\"#{root.elements['host/cpu/model'].text}\""
rescue StandardError
    nil
end
