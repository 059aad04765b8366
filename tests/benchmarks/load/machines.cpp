// What a machine brings when it joins.
#include "tests/benchmarks/load/machines.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/ssh/public_key.hpp"
#include "common/text/encoding.hpp"
#include "common/text/words.hpp"
#include "common/wire/messages.hpp"

#include <fstream>
#include <sstream>

namespace load {

std::string some_host_key()
{
    using namespace std::string_literals;
    const auto blob = "\0\0\0\x0bssh-ed25519\0\0\0\x20"s + one::random_bytes(32);
    return "ssh-ed25519 " + one::to_base64(blob);
}

std::string source_of(const Wish& wish, int number)
{
    return boost::asio::ip::address_v4{wish.service.first_source + std::uint32_t(number)}.to_string();
}

std::string read_text(const std::string& path)
{
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return std::string{one::trim(text.str())};
}

Machine make_machine(const Wish& wish, int number)
{
    const auto address = source_of(wish, number);
    const auto key = must(one::identity::make_private_key());
    one::wire::EnrollRequest request;
    request.token = one::Secret{read_text(wish.token_file)};
    request.certificate_request = must(one::identity::make_request(key, "bench"));
    request.facts.host_name = "bench-" + std::to_string(number);
    request.facts.machine_id = one::to_hex(one::random_bytes(16));
    request.facts.os = "debian 12";
    request.facts.architecture = "x86_64";
    request.facts.addresses = {address};
    request.facts.ssh_host_keys = {some_host_key()};
    request.wishes.type = "qemu";
    request.wishes.name = address;  // no resolver knows these machines
    Machine machine;
    machine.number = number;
    machine.body = one::wire::to_json(request);
    machine.key = must(one::identity::load_key(key));
    return machine;
}

Async<Result<Answer>> enroll_one(const Wish& wish, boost::asio::ssl::context& context, const Machine& machine)
{
    Connection connection{co_await one::asio::this_coro::executor, context};
    CO_TRY(co_await connection.open(wish.service, machine.number, {}));
    auto answer = co_await connection.exchange("POST", "/v1/enroll", machine.body, nothing, nothing, Keep::everything);
    co_return answer;
}

}  // namespace load
