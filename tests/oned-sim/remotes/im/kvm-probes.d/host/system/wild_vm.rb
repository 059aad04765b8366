#!/usr/bin/env ruby
# Guests that OpenNebula did not start.
require 'load_opennebula_paths'
require_relative '../../../lib/kvm'

begin
    KVM.names.reject {|name| name =~ /^one-\d+/ }.each do |name|
        guest    = KVM.guest(name)
        template = guest ? KVM.import_template(name) : ''
        next if template.empty?

        puts "VM = [ID=\"-1\", DEPLOY_ID=\"#{guest[:uuid]}\", VM_NAME=\"#{name}\", IMPORT_TEMPLATE=\"#{template}\"]"
    end
rescue StandardError => e
    STDERR.puts e.message
    exit(-1)
end
