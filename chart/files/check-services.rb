# Asks every service of a release whether it answers as it should, from inside the cluster, and plays a machine that
# joins. Arguments: the plan, a JSON file with checks: what, how, host, port; for pages path and status; for a join from
# outside the host that is asked for its token. oneadmin's password is for the join alone, whose traces all go again.
require 'base64'
require 'json'
require 'net/http'
require 'openssl'
require 'socket'

LIMIT = 10
PASSWORD_FILE = ENV.fetch('PASSWORD_FILE', '/oneadmin/password')
SESSION_FILE = ENV.fetch('SESSION_FILE', '/tmp/one_auth')
DONE = [0, 1].freeze # onefrontend's exit codes: done, done with warnings

# Each returns nothing, or what is wrong.
CHECKS = {
  'tcp' => ->(check) { connect(check) { nil } },
  'ssh' => lambda do |check|
    connect(check) do |socket|
      banner = socket.wait_readable(LIMIT) ? socket.recv(4) : ''
      "it greets with #{banner.inspect}, not as SSH does" unless banner == 'SSH-'
    end
  end,
  'http' => lambda do |check|
    status = http(check).start { |server| server.get(check['path']).code.to_i }
    "GET #{check['path']} gave HTTP status #{status}, not #{check['status']}" unless status == check['status']
  end,
  'rpc' => lambda do |check|
    call = '<?xml version="1.0"?><methodCall><methodName>one.system.version</methodName><params><param><value>' \
           '<string>nobody:none</string></value></param></params></methodCall>'
    answer = http(check).start { |server| server.post('/RPC2', call, 'Content-Type' => 'text/xml') }
    "what it answers is not XML-RPC (HTTP status #{answer.code})" unless answer.body.to_s.include?('<methodResponse>')
  end,
  # Behind a proxy that ends TLS the protocol is not spoken, and no node could join.
  'enrollment' => lambda do |check|
    enrollment(check['host'], check['port']) do |tls|
      spoken = tls.alpn_protocol
      "it speaks #{spoken.inspect} instead of onenode/1: something in between ends TLS" unless spoken == 'onenode/1'
    end
  end,
  # The token is always asked for inside, and whose it is learned there, too: what is in between outside learns nothing.
  'join' => lambda do |check|
    inside = check['inside'] || check['host']
    write_session
    told = run('onefrontend', 'try-join', '--endpoint', at(inside, check['port']),
               '--fingerprint', enrollment(inside, check['port']) { |tls| fingerprint(tls.peer_cert_chain.last) },
               '--through', at(check['host'], check['port']))
    "onefrontend try-join ended with #{told}, see above" unless DONE.include?(told)
  end
}.freeze

def at(host, port)
  host.include?(':') ? "[#{host}]:#{port}" : "#{host}:#{port}"
end

# As `onefrontend ca status` shows it.
def fingerprint(authority)
  Base64.urlsafe_encode64(OpenSSL::Digest::SHA256.digest(authority.public_key.public_to_der), padding: false)
end

# onefrontend takes a file of its own alone, in which no link leads away.
def write_session
  return if File.exist?(SESSION_FILE)

  File.write(SESSION_FILE, "oneadmin:#{File.read(PASSWORD_FILE).chomp}\n", mode: File::WRONLY | File::CREAT | File::EXCL, perm: 0o600)
end

# Who ends this pod has the join end, which takes itself back. Its exit code.
def run(*command)
  $stdout.flush
  child = nil
  told_to_end = false
  former = trap('TERM') { child ? Process.kill('TERM', child) : told_to_end = true }
  child = spawn({ 'ONE_AUTH' => SESSION_FILE }, *command, err: :out)
  Process.kill('TERM', child) if told_to_end
  Process.wait2(child).last.exitstatus || 'a signal'
ensure
  trap('TERM', former || 'DEFAULT')
end

def enrollment(host, port)
  connect('host' => host, 'port' => port) do |socket|
    context = OpenSSL::SSL::SSLContext.new
    context.verify_mode = OpenSSL::SSL::VERIFY_NONE # nodes pin the CA by their token; here only the protocol counts
    context.alpn_protocols = ['onenode/1']
    tls = OpenSSL::SSL::SSLSocket.new(socket, context)
    tls.connect
    yield tls
  end
end

def connect(check)
  socket = Socket.tcp(check['host'], check['port'], connect_timeout: LIMIT)
  yield socket
ensure
  socket&.close
end

def http(check)
  connection = Net::HTTP.new(check['host'], check['port'], nil) # nil: never through a proxy of the environment
  connection.open_timeout = connection.read_timeout = LIMIT
  connection
end

checks = JSON.parse(File.read(ARGV.fetch(0))).fetch('checks')
wrong = checks.count do |check|
  reason = begin
    CHECKS.fetch(check['how']).call(check)
  rescue SystemCallError, SocketError, IOError, Timeout::Error, OpenSSL::SSL::SSLError => e
    e.message
  end
  place = "#{check['what']} at #{check['host']}:#{check['port']}"
  puts reason ? "cannot use #{place}: #{reason}" : "#{place} answers"
  reason
end
puts wrong.zero? ? "all #{checks.size} answer" : "#{wrong} of #{checks.size} do not answer as they should: kubectl logs and kubectl describe of their pods tell why"
exit(wrong.zero? ? 0 : 1)
