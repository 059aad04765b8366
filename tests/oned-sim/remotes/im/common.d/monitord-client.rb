# The monitoring client of a node: runs every probe once and prints the reports, then stays and sends them to the
# front-end's port 4124, each kind at its own pace.
# Arguments: TYPE HOST_ID HOST_NAME; standard input: the MONITOR_CONFIGURATION document.
require 'load_opennebula_paths'

require 'base64'
require 'yaml'
require 'open3'
require 'openssl'
require 'fileutils'
require 'rexml/document'

require_relative '../lib/probe_db'
require_relative '../lib/sender'

METRICS   = '/var/tmp/one_db'
PROBE_DIR = File.join(__dir__, '..', "#{ARGV[0].to_s.split.first}-probes.d")
PERIODS   = { 'BEACON_HOST' => 30, 'SYSTEM_HOST' => 600, 'MONITOR_HOST' => 120,
              'STATE_VM' => 5, 'EXEC_VM' => 5, 'MONITOR_VM' => 30 }.freeze
BACK_OFF  = [1, 1, 1, 2, 4, 8, 8, 16, 32, 64].freeze

# A kind of report: where its probes lie, how it travels, how often.
Report = Struct.new(:type, :folder, :transport, :period)

def period(config, name)
    text = config.elements["PROBES_PERIOD/#{name}"]&.text.to_s.strip
    text.empty? ? PERIODS.fetch(name) : text.to_i
end

def reports(config)
    [Report.new('SYSTEM_HOST', 'host/system', :udp, period(config, 'SYSTEM_HOST')),
     Report.new('MONITOR_HOST', 'host/monitor', :udp, period(config, 'MONITOR_HOST')),
     Report.new('STATE_VM', 'vm/status', :tcp, period(config, 'STATE_VM')),
     Report.new('EXEC_VM', 'vm/execution', :udp, period(config, 'EXEC_VM')),
     Report.new('MONITOR_VM', 'vm/monitor', :udp, period(config, 'MONITOR_VM')),
     Report.new('MONITOR_VM', 'vm/snapshot', :udp, 60),
     Report.new('BEACON_HOST', 'host/beacon', :udp, period(config, 'BEACON_HOST'))]
end

# One probe with the configuration on its standard input. A string, not a list: a missing program is told by the shell
# where the line needs one, by the kernel otherwise.
def run_probe(path, input)
    Open3.popen3("#{path} #{ARGV.join(' ')}") do |stdin, stdout, stderr, waiter|
        out = Thread.new { stdout.read }
        err = Thread.new { stderr.read }
        begin
            stdin.write(input)
        rescue Errno::EPIPE
            nil # a probe need not read
        end
        stdin.close
        [out.value, err.value, waiter.value]
    end
end

# All probes of a folder in the order of their names; the first failure ends it.
def run_folder(folder, input)
    path = File.join(PROBE_DIR, folder)
    text = ''
    Dir.new(path).entries.sort.each do |name|
        probe = File.join(path, name)
        next unless File.file?(probe) && File.executable?(probe)

        out, err, status = run_probe(probe, input)
        text += out
        return [false, "Error executing #{name}: #{err}"] if status.exitstatus != 0
    end
    [true, text]
end

# Every kind of report but the beacon, once. After a failure the document stays open, as the reader must notice.
def first_reports(kinds, input)
    document = '<MONITOR_MESSAGES>'
    kinds.each do |kind|
        next if kind.type == 'BEACON_HOST'

        good, text = run_folder(kind.folder, input)
        text = Base64.strict_encode64(text) if good
        document += "<#{kind.type}>#{text}</#{kind.type}>\n"
        return [false, document] unless good
    end
    [true, "#{document}<TIMESTAMP>#{Time.now.to_i}</TIMESTAMP></MONITOR_MESSAGES>"]
end

def report_for_ever(kind, input, sender, wake)
    failures = 0
    loop do
        started = Time.now
        good, text = run_folder(kind.folder, input)
        pause = 0
        begin
            sender.send(kind, good, text.strip) unless text.strip.empty?
            pause = [kind.period - (Time.now - started).to_i, 0].max
            failures = 0
        rescue StandardError
            pause = BACK_OFF[failures]
            failures += 1 if failures < BACK_OFF.size - 1
        end
        if wake
            wake.read(1) if IO.select([wake], nil, nil, pause)
        elsif pause > 0
            sleep(pause)
        end
    end
end

# Where reports go: the front-end may leave it to the address that its login came from.
def front_end(config)
    address = config.elements['NETWORK/MONITOR_ADDRESS'].text.to_s
    return address unless address == 'auto'

    caller = ENV['SSH_CLIENT'].to_s.split.first.to_s
    return caller unless caller.empty?

    puts 'NETWORK/MONITOR_ADDRESS is "auto", but SSH_CLIENT unknown'
    exit(-1)
end

def write_settings(config, kinds)
    periods = kinds.map {|kind| "    #{kind.type} = #{kind.period},\n" }.uniq.join
    network = ['MONITOR_ADDRESS', 'PORT', 'PUBKEY'].map do |name|
        "    #{name} = \"#{config.elements["NETWORK/#{name}"]&.text}\",\n"
    end.join
    File.write("#{METRICS}/etc/monitord.conf", "NETWORK = [\n#{network}]\nPROBES_PERIOD = [\n#{periods}]\n")
end

FileUtils.mkdir_p(METRICS)
FileUtils.rm_rf("#{METRICS}/pci_net_names")
FileUtils.mkdir_p("#{METRICS}/etc")
File.write("#{METRICS}/.monitor_client.pid", Process.pid.to_s)
input = STDIN.read

begin
    config = REXML::Document.new(input).root
    File.write("#{METRICS}/config", input)
    address = front_end(config)
    port    = config.elements['NETWORK/PORT'].text.to_s
    host_id = config.elements['HOST_ID'].text.to_s
    key     = public_key(config.elements['NETWORK/PUBKEY'].text.to_s)
    kinds   = reports(config)
    write_settings(config, kinds)
rescue StandardError => e
    puts e.inspect
    exit(-1)
end

sender = Sender.new(address, port, host_id, key)
good, document = first_reports(kinds, input)
puts document
STDOUT.flush
exit(-1) unless good

Process.setsid
STDIN.close
_unread, sink = IO.pipe
STDOUT.reopen(sink)
STDERR.reopen(sink)
wake, waker = IO.pipe
Signal.trap('SIGUSR1') do # whoever changed the machine asks for a SYSTEM_HOST report at once
    waker.write_nonblock('s')
rescue StandardError
    nil
end

kinds.map do |kind|
    Thread.new { report_for_ever(kind, input, sender, kind.type == 'SYSTEM_HOST' ? wake : nil) }
end.each(&:join)
