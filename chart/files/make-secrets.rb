# Makes the Secrets of a release that are not there yet, through the Kubernetes API. What is there is never changed, and
# no value is ever printed. Arguments: the plan, a JSON file with namespace, labels and secrets; a key's number is how many
# random bytes it gets, written as hexadecimal digits.
require 'base64'
require 'json'
require 'net/http'
require 'openssl'
require 'securerandom'
require 'uri'

ACCOUNT = ENV.fetch('SERVICE_ACCOUNT_DIR', '/var/run/secrets/kubernetes.io/serviceaccount')
TRIES = 5

# What a person has to do something about.
class Refused < StandardError; end

# The API server, as the pod's service account.
class Kubernetes
  def initialize(server)
    @server = server
    @token = File.read(File.join(ACCOUNT, 'token')).strip
  end

  # The answer to one request; a server that is silent or busy is asked again.
  def ask(request)
    request['Authorization'] = "Bearer #{@token}"
    request['Accept'] = 'application/json'
    (1..TRIES).each do |turn|
      answer = connection.start { |http| http.request(request) }
      return answer unless (answer.code.to_i >= 500 || answer.code == '429') && turn < TRIES
      sleep(pause(turn))
    rescue SystemCallError, SocketError, IOError, Timeout::Error, OpenSSL::SSL::SSLError => e
      raise Refused, unreachable(e) if turn == TRIES
      sleep(pause(turn))
    end
  end

  private

  def connection
    http = Net::HTTP.new(@server.hostname, @server.port, nil) # nil: never through a proxy of the environment
    http.open_timeout = 5
    http.read_timeout = 15
    if @server.scheme == 'https'
      http.use_ssl = true
      http.ca_file = File.join(ACCOUNT, 'ca.crt')
      http.verify_mode = OpenSSL::SSL::VERIFY_PEER
    end
    http
  end

  def pause(turn)
    ENV.fetch('PAUSE', '1').to_f * turn * (1 + rand)
  end

  def unreachable(error)
    "cannot reach the Kubernetes API at #{@server}: #{error.message}\n" \
      'does a NetworkPolicy keep this pod from it? networkPolicy.kubernetes names its networks and ports'
  end
end

# One Secret of the plan.
class Wanted
  def initialize(plan, secret)
    @namespace = plan.fetch('namespace')
    @labels = plan.fetch('labels')
    @name = secret.fetch('name')
    @keys = secret.fetch('keys')
  end

  # Says what was done.
  def make(kubernetes)
    present = kubernetes.ask(Net::HTTP::Get.new("#{place}/#{@name}"))
    case present.code
    when '200' then whole(JSON.parse(present.body))
    when '404' then create(kubernetes)
    else raise Refused, refusal('read', present)
    end
  end

  private

  def place
    "/api/v1/namespaces/#{@namespace}/secrets"
  end

  def create(kubernetes)
    request = Net::HTTP::Post.new(place, 'Content-Type' => 'application/json')
    request.body = JSON.generate(object)
    made = kubernetes.ask(request)
    case made.code
    when '201' then "made Secret #{@name}"
    when '409' then make(kubernetes) # somebody else was faster
    else raise Refused, refusal('create', made)
    end
  end

  def object
    data = @keys.transform_values { |bytes| Base64.strict_encode64(SecureRandom.hex(bytes)) }
    { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: data,
      metadata: { name: @name, namespace: @namespace, labels: @labels } }
  end

  def whole(secret)
    missing = @keys.keys.reject { |key| !secret['data'].to_h[key].to_s.empty? }
    return "Secret #{@name} is there" if missing.empty?
    raise Refused, "cannot use Secret #{@name}: it has no #{missing.join(' and no ')}\n" \
                   'what is there is never changed: add it, or remove the Secret where nothing was made with it'
  end

  def refusal(verb, answer)
    reason = JSON.parse(answer.body)['message'] rescue answer.message
    "cannot #{verb} Secret #{@name}: HTTP status #{answer.code}: #{reason}\n" \
      'may the service account of this Job do that, and does no admission rule forbid it?'
  end
end

def server
  URI(ENV.fetch('KUBERNETES_API') do
    host = ENV.fetch('KUBERNETES_SERVICE_HOST')
    host = "[#{host}]" if host.include?(':')
    "https://#{host}:#{ENV.fetch('KUBERNETES_SERVICE_PORT', '443')}"
  end)
end

begin
  plan = JSON.parse(File.read(ARGV.fetch(0)))
  kubernetes = Kubernetes.new(server)
  plan.fetch('secrets').each { |secret| puts Wanted.new(plan, secret).make(kubernetes) }
rescue Refused => e
  warn e.message
  exit 1
end
