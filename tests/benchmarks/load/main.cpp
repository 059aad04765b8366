// bench_load: machines for the figures of the enrollment service. tests/benchmarks/service.py starts and reads it.
#include "tests/benchmarks/load/load.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

int main(int argc, char** argv)
try {
    load::Wish wish;
    std::string host = "127.0.0.1";
    std::string sources = "198.18.0.1";  // of the networks that RFC 2544 keeps for benchmarks
    int port = 4125;
    void (*act)(const load::Wish&) = nullptr;
    CLI::App app{"machines for the figures of the enrollment service"};
    app.add_option("--host", host);
    app.add_option("--port", port);
    app.add_option("--authority", wish.service.authority_file);
    app.add_option("--sources", sources, "IPv4 address of the first machine");
    app.add_option("--oned-endpoint", wish.oned_endpoint);
    app.add_option("--oned-auth", wish.oned_auth);
    app.add_option("--state-dir", wish.state_dir);
    app.add_option("--token-file", wish.token_file);
    app.add_option("--identities", wish.identities);
    app.add_option("--count", wish.count);
    app.add_option("--parallel", wish.parallel);
    app.add_option("--seconds", wish.seconds);
    app.add_option("--joins", wish.joins);
    app.add_option("--drops", wish.drops);
    const auto verb = [&](const char* name, void (*function)(const load::Wish&)) {
        app.add_subcommand(name)->fallthrough()->callback([&act, function] { act = function; });
    };
    verb("handshakes", load::handshakes);
    verb("updates", load::updates);
    verb("enroll", load::enroll);
    verb("seed", load::seed);
    verb("poll", load::poll);
    verb("churn", load::churn);
    app.require_subcommand(1);
    CLI11_PARSE(app, argc, argv);
    wish.service.at = {boost::asio::ip::make_address(host), static_cast<unsigned short>(port)};
    wish.service.first_source = boost::asio::ip::make_address_v4(sources).to_uint();
    act(wish);
    return 0;
} catch (const std::exception& failure) {
    std::cerr << "bench_load: " << failure.what() << '\n';
    return 1;
}
