# A stand-in for one of OpenNebula's Ruby services: refuses to start where the real one would, answers as it does.
require 'fileutils'
require 'socket'
require 'yaml'

# name, secret below ~/.one or nil, configuration file or nil, port, what an HTTP request without credentials gets
def serve(name, secret: nil, config: nil, port: nil, status: '401 Unauthorized', needs_oned: false)
    die = lambda do |text|
        warn "#{name}: #{text}"
        exit 1
    end
    die.call('no environment variable HOME') unless ENV['HOME']
    if secret
        path = "/var/lib/one/.one/#{secret}"
        die.call("cannot read #{path}") unless File.size?(path)
        line = File.readlines(path).first.strip
        die.call("#{path} is not user:password") unless line.include?(':')
    end
    settings = {}
    if config
        die.call("cannot read /etc/one/#{config}") unless File.readable?("/etc/one/#{config}")
        settings = YAML.safe_load(File.read("/etc/one/#{config}"), permitted_classes: [Symbol], symbolize_names: false)
        settings = settings[:server] || settings
    end
    TCPSocket.new('127.0.0.1', 2633).close if needs_oned

    log = File.open("/var/log/one/#{name}.log", 'a') # the real ones keep it open and append
    log.sync = true
    say = ->(text) { log.puts "#{Time.now.utc} [I]: #{text}" }
    stop = lambda do |_|
        Thread.new { say.call("#{name} stopping") }.join
        exit 0
    end
    Signal.trap('TERM', &stop)
    host = settings[:bind] || settings[:host] || settings['host'] || '127.0.0.1'
    server = TCPServer.new(host, settings[:port] || settings['port'] || port) if port
    say.call("#{name} started")
    return sleep unless server

    loop do
        client = server.accept
        Thread.new(client) do |peer|
            first = peer.gets.to_s
            nil until peer.gets.to_s.strip.empty?
            say.call("answers #{first.strip}")
            peer.write "HTTP/1.1 #{status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            peer.close
        end
    end
end
