#!/usr/bin/env ruby
# Results of commands that were started in guests: one file each under /var/run/one.
require 'load_opennebula_paths'
require_relative '../../../lib/kvm'

begin
    KVM.guests.each do |guest|
        mark = "/var/run/one/one-#{guest[:id]}"
        next unless guest[:id] >= 0 && File.exist?(mark)

        question = { 'execute' => 'guest-exec-status', 'arguments' => { 'pid' => File.read(mark).to_i } }.to_json
        ask = "virsh --connect #{KVM.uri} qemu-agent-command one-#{guest[:id]} '#{question}'"
        text, _errors, status = Open3.capture3(ask)
        next unless status.success?

        result = JSON.parse(text)['return']
        next unless result['exited']

        puts "VM = [ ID=\"#{guest[:id]}\", QEMU_GA_EXEC = \"#{result['exitcode']}\" ]"
        File.delete(mark)
    end
rescue StandardError => e
    STDERR.puts e.message
    exit(-1)
end
