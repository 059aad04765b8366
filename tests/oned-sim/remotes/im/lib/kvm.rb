# The guests of libvirt by virsh, as the account that the front-end logs in with.
require 'open3'
require 'base64'
require 'json'
require 'yaml'
require 'rexml/document'
require 'sqlite3'
require 'csv'

ENV['LANG'] = 'C'
ENV['LC_ALL'] = 'C'

# virsh with the connection of etc/vmm/kvm/kvmrc: read only to look, read and write for the guest agent.
module KVM

    STATES = { 'running' => 'RUNNING', 'idle' => 'RUNNING', 'in shutdown' => 'RUNNING', 'crashed' => 'FAILURE',
               'pmsuspended' => 'SUSPENDED', 'paused' => 'SUSPENDED' }.freeze

    def self.uri
        @uri ||= begin
            file = File.join(__dir__, '../../etc/vmm/kvm/kvmrc')
            `. "#{file}"; env`[/^LIBVIRT_URI=(.*)$/, 1] || 'qemu:///system'
        end
    end

    def self.look(arguments)
        Open3.capture3("virsh --connect #{uri} --readonly #{arguments}")
    end

    def self.names
        text, _errors, status = look('list')
        raise 'Error retrieving names. Check Libvirtd service is up.' if status.exitstatus != 0

        text.lines.drop(2).map {|line| line.split[1] }.compact
    end

    # :id (-1 for a guest that OpenNebula did not start), :uuid, :name, :state; nothing for one that is gone again.
    def self.guest(name)
        text, _errors, status = look("dominfo #{name}")
        return unless status.success?

        facts = text.split("\n").map {|line| line.split(/:\s+/, 2) }.to_h
        { :id => (name[/^one-(\d+)$/, 1] || -1).to_i, :uuid => facts['UUID'], :name => name,
          :state => STATES[facts['State']] || 'UNKNOWN' }
    end

    def self.guests
        names.map {|name| guest(name) }.compact
    end

    # A guest that OpenNebula may import, as a template in base64.
    def self.import_template(name)
        xml, _errors, status = look("dumpxml #{name}")
        return '' unless status.success?

        root = REXML::Document.new(xml).root
        memory = root.elements['memory'].text.to_i / 1024
        Base64.strict_encode64("NAME=\"#{name}\"\nCPU=#{root.elements['vcpu'].text}\nMEMORY=#{memory}\n" \
                               "HYPERVISOR=\"kvm\"\nDEPLOY_ID=\"#{root.elements['uuid'].text}\"\n")
    rescue StandardError
        ''
    end

    # Traffic of a running guest.
    def self.traffic(name)
        text, _errors, status = look("domstats #{name}")
        return {} unless status.success?

        { 'NETRX' => text.scan(/rx\.bytes=(\d+)/).flatten.sum(&:to_i),
          'NETTX' => text.scan(/tx\.bytes=(\d+)/).flatten.sum(&:to_i) }
    end

end
