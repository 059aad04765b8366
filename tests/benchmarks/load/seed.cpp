// A cloud that has its nodes already: documents as a join leaves them, and certificates by the service's own CA.
#include "tests/benchmarks/load/machines.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/identity/ssh_authority.hpp"
#include "frontend/enroll/host_trust.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/enroll/state_paths.hpp"
#include "frontend/oned/client.hpp"
#include "frontend/oned/document_types.hpp"
#include "frontend/signer/signer.hpp"

#include <fstream>

namespace load {
namespace {

using namespace std::chrono_literals;
using onefrontend::Node;

Node joined_node(const Wish& wish, int number, const std::string& key, const one::Secret& ssh_authority)
{
    const auto now = std::chrono::system_clock::now();
    Node node;
    node.name = "bench-" + std::to_string(number);
    node.address = source_of(wish, number);
    node.key = node.claimed_key = key;
    node.type = "qemu";
    node.cluster = "default";
    node.cluster_id = 0;
    node.phase = onefrontend::Phase::joined;
    node.settled = true;
    node.host_id = number;
    node.ssh_host_keys = {some_host_key()};
    node.facts.host_name = node.name;
    node.facts.machine_id = one::identity::key_fingerprint(node.name).substr(0, 32);
    node.facts.addresses = {node.address};
    node.facts.ssh_host_keys = node.ssh_host_keys;
    node.proofs.login_ok = node.proofs.monitoring_ok = node.proofs.rehearsal_ok = true;
    for (auto& subject : onefrontend::keys_to_certify(node)) {
        one::ssh::HostCertificate what;
        what.subject = std::move(subject);
        what.serial = std::uint64_t(number);
        what.key_id = node.name;
        what.principals = onefrontend::principals_of(node);
        what.valid_after = now - 5min;
        what.valid_before = now + 365 * 24h;
        node.ssh_host_certificates.push_back(must(one::identity::issue(ssh_authority, std::move(what))));
    }
    return node;
}

struct Made {
    int next = 0;
    std::vector<std::string> certificates{};
    std::string failure{};
};

}  // namespace

void seed(const Wish& wish)
{
    one::asio::io_context loop{1};
    onefrontend::oned::Options options;
    options.endpoint = must(onefrontend::oned::parse_endpoint(wish.oned_endpoint));
    onefrontend::oned::Client oned{options, must(onefrontend::oned::read_session(wish.oned_auth))};
    const onefrontend::StatePaths paths{wish.state_dir};
    const one::identity::Authority authority{read_text(paths.authority_certificate()) + '\n',
                                             one::Secret{read_text(paths.authority_key()) + '\n'}};
    const one::Secret ssh_authority{read_text(paths.ssh_authority_key()) + '\n'};
    const auto key = must(one::identity::make_private_key());  // one for all: the service cannot tell
    const auto public_key = must(one::identity::public_key_of(key));
    const auto now = std::chrono::system_clock::now();
    Json certificates = Json::array();
    for (int number = 0; number < wish.count; ++number) {
        const Node node = joined_node(wish, number, one::identity::key_fingerprint(public_key), ssh_authority);
        const int id = must(one::run_to_end(
            loop, oned.allocate_document(onefrontend::node_document, "onenode-node-" + node.name, to_json(node))));
        one::identity::Issue what;
        what.common_name = onefrontend::node_common_name(id);
        what.not_before = now - 5min;
        what.not_after = now + 7 * 24h;
        certificates.push_back(must(one::identity::issue(authority, public_key, what)));
    }
    std::ofstream{wish.identities} << Json{{"key", key.reveal()}, {"certificates", std::move(certificates)}}.dump();
    say({{"seeded", wish.count}});
}

}  // namespace load
