# Messages to port 4124: TYPE STATUS HOST TIME PAYLOAD, the payload deflated and in base64.
require 'socket'
require 'base64'
require 'zlib'
require 'openssl'

# The key of NETWORK/PUBKEY; it must be PKCS#1, and blanks may stand where its line ends were.
def public_key(text)
    return if text.empty?

    body = text[/-+BEGIN RSA PUBLIC KEY-+([^-]*)-+END RSA PUBLIC KEY-+/, 1]
    unless body
        puts 'Public key not in PEM format'
        exit(-1)
    end
    OpenSSL::PKey::RSA.new("-----BEGIN RSA PUBLIC KEY-----\n#{body.strip.tr(' ', "\n")}\n-----END RSA PUBLIC KEY-----")
end

# Resolves its front-end once and for all.
class Sender

    def initialize(server, port, host_id, key)
        family, @port, _name, @address = Socket.getaddrinfo(server, port).first
        @udp     = UDPSocket.new(family)
        @host_id = host_id
        @key     = key
    end

    def send(kind, good, text)
        message = "#{kind.type} #{good ? 'SUCCESS' : 'FAILURE'} #{@host_id} #{Time.now.to_i} #{pack(text)}"
        return @udp.send(message, 0, @address, @port) if kind.transport == :udp

        connection = TCPSocket.new(@address, @port)
        connection.send(message, 0)
        connection.close
    end

    private

    def pack(text)
        Base64.strict_encode64(Zlib::Deflate.deflate(encrypted(text), Zlib::BEST_COMPRESSION))
    end

    def encrypted(text)
        return text unless @key

        size = @key.n.num_bytes - 11
        (0...text.bytesize).step(size).map {|at| @key.public_encrypt(text.byteslice(at, size)) }.join
    end

end
