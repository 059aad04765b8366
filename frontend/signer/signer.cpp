// Looks at document, ban and claim in OpenNebula, then signs.
#include "frontend/signer/signer.hpp"

#include "common/identity/key.hpp"
#include "common/identity/ssh_authority.hpp"
#include "common/ssh/blob.hpp"
#include "common/text/encoding.hpp"
#include "common/text/number.hpp"
#include "frontend/enroll/host_trust.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/enroll/revocations.hpp"

namespace onefrontend {
namespace {

using one::ErrorKind;

constexpr std::string_view prefix = "node-";
constexpr std::chrono::minutes clocks_may_differ_by{5};

one::Failure refuse(int node, std::string reason)
{
    return one::fail({.kind = ErrorKind::denied,
                      .thing = "a certificate for node " + std::to_string(node),
                      .reason = std::move(reason),
                      .doing = "sign"});
}

std::uint64_t random_serial()
{
    const auto bytes = one::random_bytes(8);
    std::string_view rest = bytes;
    return one::ssh::take_uint64(rest).value_or(0);
}

}  // namespace

std::string node_common_name(int node)
{
    return std::string{prefix} + std::to_string(node);
}

int node_of_common_name(std::string_view common_name)
{
    if (!common_name.starts_with(prefix)) return -1;
    common_name.remove_prefix(prefix.size());
    return std::max(one::to_number<int>(common_name).value_or(-1), -1);
}

Async<Result<>> Signer::check(int id, std::string key)
{
    CO_TRY(co_await leadership_.check());
    CO_TRY_LET(const auto node, co_await nodes_.get(id));
    if (node.banned) co_return refuse(id, "it was removed");
    if (is_frozen(node)) co_return refuse(id, "it is frozen: two machines use its identity");
    if (node.key != key && node.pending_key != key) co_return refuse(id, "its document names another key");
    CO_TRY_LET(const bool holds, co_await claims_.holds(node.token_id, node.claimed_key));
    if (!holds) co_return refuse(id, "no claim of a token allows it");
    co_return Result<>{};
}

Async<Result<std::string>> Signer::sign_node(int node, std::string certificate_request, one::identity::Time now)
{
    CO_TRY_LET(const auto request, one::identity::read_request(certificate_request));
    CO_TRY(co_await check(node, one::identity::key_fingerprint(request.public_key)));
    one::identity::Issue what;
    what.common_name = node_common_name(node);
    what.purpose = one::identity::Purpose::client;
    what.not_before = now - clocks_may_differ_by;
    what.not_after = now + life_;
    co_return one::identity::issue(authority_, request.public_key, what);
}

void Signer::vouch_with(one::Secret ssh_authority, std::vector<std::string> frontend_names)
{
    ssh_authority_ = std::move(ssh_authority);
    frontend_names_ = std::move(frontend_names);
}

Async<Result<Node>> Signer::check_host(int id)
{
    CO_TRY(co_await leadership_.check());
    CO_TRY_LET(auto node, co_await nodes_.get(id));
    if (node.banned) co_return refuse(id, "it was removed");
    if (!is_trusted(node)) co_return refuse(id, "its login was not proven yet");
    for (const auto& own : frontend_names_)
        if (same_name(own, node.name)) co_return refuse(id, "its name is the front-end's");
    CO_TRY_LET(const bool holds, co_await claims_.holds(node.token_id, node.claimed_key));
    if (!holds) co_return refuse(id, "no claim of a token allows it");
    co_return node;
}

Async<Result<std::vector<std::string>>> Signer::sign_host(int id, one::identity::Time now)
{
    if (ssh_authority_.empty()) co_return refuse(id, "this signer has no key for SSH host certificates");
    CO_TRY_LET(const auto node, co_await check_host(id));
    std::vector<std::string> lines;
    for (auto& key : keys_to_certify(node)) {
        one::ssh::HostCertificate what;
        what.subject = std::move(key);
        what.serial = random_serial();
        what.key_id = node_common_name(id);
        what.principals = principals_of(node);
        what.valid_after = now - clocks_may_differ_by;
        what.valid_before = now + host_certificate_life;
        CO_TRY_LET(auto line, one::identity::issue(ssh_authority_, std::move(what)));
        lines.push_back(std::move(line));
    }
    co_return lines;
}

}  // namespace onefrontend
