// Our TLS against OpenSSL's own client and server, run as programs: versions, chains, protocols, client certificates.
#include "common/command.hpp"
#include "common/http/client.hpp"
#include "common/http/server.hpp"
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace one::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

const auto now = std::chrono::system_clock::now();

template <class T>
T good(Result<T> result)
{
    if (!result) throw std::runtime_error(to_text(result.error()));
    return *std::move(result);
}

template <class T>
Error bad(const Result<T>& result)
{
    if (!result) return result.error();
    throw std::runtime_error("an error was expected");
}

/// A folder with the files that the openssl program wants, gone with the test.
class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("onenode-tls-" + std::to_string(getpid())))
    {
        std::filesystem::create_directory(path_);
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::string write(const std::string& name, std::string_view text) const
    {
        std::ofstream{path_ / name} << text;
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

/// `openssl s_server` on a port of its own choice, killed with the test.
class OpensslServer {
public:
    explicit OpensslServer(std::vector<std::string> more)
    {
        std::vector<std::string> argv{"openssl", "s_server", "-accept", "127.0.0.1:0"};
        argv.insert(argv.end(), more.begin(), more.end());
        std::vector<char*> raw;
        for (std::string& word : argv)
            raw.push_back(word.data());
        raw.push_back(nullptr);

        std::array<int, 2> pipe_ends{};
        if (pipe(pipe_ends.data()) != 0) throw std::runtime_error("pipe");
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
        posix_spawn_file_actions_addclose(&actions, pipe_ends[0]);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        const int failed = posix_spawnp(&child_, "openssl", &actions, nullptr, raw.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        close(pipe_ends[1]);
        output_ = pipe_ends[0];
        if (failed != 0) throw std::runtime_error("openssl does not start");
    }
    OpensslServer(const OpensslServer&) = delete;
    OpensslServer& operator=(const OpensslServer&) = delete;
    ~OpensslServer()
    {
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
        close(output_);
    }

    /// It says "ACCEPT 127.0.0.1:PORT" once it listens.
    [[nodiscard]] int port() const
    {
        std::string said;
        std::smatch found;
        while (!std::regex_search(said, found, std::regex{"ACCEPT \\S*:(\\d+)\n"})) {
            std::array<char, 256> part{};
            const auto size = read(output_, part.data(), part.size());
            if (size <= 0) throw std::runtime_error("openssl s_server says only: " + said);
            said.append(part.data(), static_cast<std::size_t>(size));
        }
        return std::stoi(found[1]);
    }

private:
    pid_t child_ = 0;
    int output_ = -1;
};

Async<Response> say_who(Request request)
{
    Response response{.headers = {{"Connection", "close"}}, .body = "nobody"};
    if (!request.peer.certificate_pem.empty())
        response.body = good(identity::read_certificate(request.peer.certificate_pem)).common_name;
    co_return response;
}

Async<Result<CommandOutput>> run_beside(asio::thread_pool& pool, Command command)
{
    auto work = [command = std::move(command)] { return run_command(command); };
    co_return co_await off_the_loop(pool, std::move(work));
}

class Openssl : public ::testing::Test {
protected:
    Identity issue(identity::Purpose purpose, const std::string& name) const
    {
        auto key = good(identity::make_private_key());
        const identity::Issue what{
            .common_name = name, .purpose = purpose, .not_before = now - 1h, .not_after = now + 1h};
        const auto leaf = good(identity::issue(authority, good(identity::public_key_of(key)), what));
        return {.chain_pem = leaf + authority.certificate_pem, .private_key_pem = std::move(key)};
    }

    /// What `openssl s_client` prints of our server, to which it sends a GET where it gets that far.
    std::string s_client(std::vector<std::string> more)
    {
        Server server{loop.get_executor(),
                      good(make_server_tls({.for_nodes = issue(identity::Purpose::server, "front-end"),
                                            .client_authority_pem = authority.certificate_pem})),
                      {},
                      say_who};
        const int port = good(server.listen("127.0.0.1", 0));
        std::vector<std::string> argv{"openssl", "s_client", "-ign_eof", "-connect",
                                      "127.0.0.1:" + std::to_string(port)};
        argv.insert(argv.end(), more.begin(), more.end());
        Command command{.argv = std::move(argv), .input = "GET / HTTP/1.1\r\nHost: x\r\n\r\n", .limit = 30s};
        asio::thread_pool pool{1};
        const auto output = good(run_to_end(loop, run_beside(pool, std::move(command))));
        return output.out + output.err;
    }

    Result<Response> get(int port, const Identity& own = {})
    {
        const auto pin = identity::pin_of_key(good(identity::read_certificate(authority.certificate_pem)).public_key);
        Client client{
            loop.get_executor(), {{.host = "127.0.0.1", .port = port}}, good(make_client_tls({.pin = pin}, own))};
        Request request;
        return run_to_end(loop, client.exchange(std::move(request)));
    }

    std::vector<std::string> identity_files(const Identity& identity) const
    {
        return {"-cert", folder.write("leaf.pem", identity.chain_pem), "-key",
                folder.write("key.pem", identity.private_key_pem.reveal())};
    }

    identity::Authority authority = good(identity::make_authority("onenode CA", now - 1h, now + 2h));
    Folder folder;
    asio::io_context loop;
};

std::vector<std::string> operator+(std::vector<std::string> left, const std::vector<std::string>& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

TEST_F(Openssl, ClientSeesTheLeafAndOurAuthorityAndVerifiesThem)
{
    const auto said = s_client({"-alpn", "onenode/1", "-showcerts", "-verify_return_error", "-purpose", "sslserver",
                                "-CAfile", folder.write("ca.pem", authority.certificate_pem)});
    EXPECT_THAT(said, HasSubstr(" 0 s:CN = front-end"));
    EXPECT_THAT(said, HasSubstr(" 1 s:CN = onenode CA"));
    EXPECT_THAT(said, HasSubstr("Verify return code: 0 (ok)"));
    EXPECT_THAT(said, HasSubstr("ALPN protocol: onenode/1"));
    EXPECT_THAT(said, HasSubstr("New, TLSv1.3"));
    EXPECT_THAT(said, HasSubstr("Acceptable client certificate CA names\nCN = onenode CA"));
    EXPECT_THAT(said, HasSubstr("HTTP/1.1 200 OK"));
    EXPECT_THAT(said, Not(HasSubstr("New Session Ticket"))) << "nothing is resumed";
}

TEST_F(Openssl, ClientWithANodesCertificateIsThatNode)
{
    const auto files = identity_files(issue(identity::Purpose::client, "node-17"));
    EXPECT_THAT(s_client(std::vector<std::string>{"-alpn", "onenode/1"} + files), HasSubstr("\r\n\r\nnode-17"));
}

TEST_F(Openssl, ClientWithAFrontEndsCertificateIsRefused)
{
    const auto files = identity_files(issue(identity::Purpose::server, "front-end-2"));
    const auto said = s_client(std::vector<std::string>{"-alpn", "onenode/1"} + files);
    EXPECT_THAT(said, HasSubstr("alert"));
    EXPECT_THAT(said, Not(HasSubstr("HTTP/1.1")));
}

TEST_F(Openssl, ClientBelowTls13IsRefused)
{
    for (const char* version : {"-tls1_2", "-tls1_1"}) {
        const auto said = s_client({version, "-alpn", "onenode/1", "-cipher", "ALL:@SECLEVEL=0"});
        EXPECT_THAT(said, HasSubstr("alert protocol version")) << version;
        EXPECT_THAT(said, HasSubstr("no peer certificate available")) << version;
    }
}

TEST_F(Openssl, ClientOfAnUnknownProtocolIsRefused)
{
    EXPECT_THAT(s_client({"-alpn", "onenode/9"}), HasSubstr("no application protocol"));
}

TEST_F(Openssl, ServerWithOurChainIsTrusted)
{
    const auto files = identity_files(issue(identity::Purpose::server, "front-end"));
    const auto chain = folder.write("chain.pem", authority.certificate_pem);
    const OpensslServer server{files + std::vector<std::string>{"-cert_chain", chain, "-alpn", "onenode/1", "-www"}};
    EXPECT_EQ(good(get(server.port())).status, 200);
}

TEST_F(Openssl, ServerThatShowsTheLeafAloneCannotBeKnownByPin)
{
    const auto files = identity_files(issue(identity::Purpose::server, "front-end"));
    const OpensslServer server{files + std::vector<std::string>{"-alpn", "onenode/1", "-www"}};
    const Error error = bad(get(server.port()));
    EXPECT_EQ(error.kind, ErrorKind::untrusted);
    EXPECT_THAT(error.reason, HasSubstr("it presents no certificate authority at all"));
}

TEST_F(Openssl, ServerBelowTls13IsRefused)
{
    const auto files = identity_files(issue(identity::Purpose::server, "front-end"));
    const OpensslServer server{files + std::vector<std::string>{"-tls1_2", "-www"}};
    EXPECT_EQ(bad(get(server.port())).reason, "it offers no TLS 1.3");
}

TEST_F(Openssl, ServerSeesOurCertificate)
{
    const auto files = identity_files(issue(identity::Purpose::server, "front-end"));
    const auto chain = folder.write("chain.pem", authority.certificate_pem);
    const OpensslServer server{files + std::vector<std::string>{"-cert_chain", chain, "-alpn", "onenode/1", "-www",
                                                                "-Verify", "1", "-CAfile", chain,
                                                                "-verify_return_error"}};
    const auto page = good(get(server.port(), issue(identity::Purpose::client, "node-17"))).body;
    EXPECT_THAT(page, HasSubstr("node-17"));
}

}  // namespace
}  // namespace one::http
