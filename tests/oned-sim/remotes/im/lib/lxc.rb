# The containers of LXC, by sudo.
require 'open3'
require 'base64'
require 'json'
require 'yaml'
require 'rexml/document'
require 'sqlite3'

# Containers belong to root: the account that the front-end logs in with asks sudo for each look.
module LXC

    STATES = { 'RUNNING' => 'RUNNING', 'STARTING' => 'RUNNING', 'STOPPING' => 'RUNNING', 'STOPPED' => 'POWEROFF',
               'ABORTING' => 'FAILURE' }.freeze

    def self.names
        text, _errors, status = Open3.capture3('sudo lxc-ls')
        status.success? ? text.split : nil
    end

    def self.guest(name)
        text, _errors, status = Open3.capture3("sudo lxc-info -n '#{name}' -H")
        return unless status.success?

        state = text[/^State:\s+(\S+)/, 1]
        { :id => (name[/^one-(\d+)$/, 1] || -1).to_i, :uuid => name, :name => name,
          :state => STATES[state] || 'UNKNOWN', :transient => state == 'STOPPED' }
    end

    # Raises where lxc-ls failed, as its absence does.
    def self.guests
        names.map {|name| guest(name) }.compact.reject {|guest| guest[:transient] }
    end

end
