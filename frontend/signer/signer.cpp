// Looks at document, ban and claim in OpenNebula, then signs.
#include "frontend/signer/signer.hpp"

#include "common/identity/key.hpp"

#include <charconv>

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

}  // namespace

std::string node_common_name(int node)
{
    return std::string{prefix} + std::to_string(node);
}

int node_of_common_name(std::string_view common_name)
{
    if (!common_name.starts_with(prefix)) return -1;
    common_name.remove_prefix(prefix.size());
    int id = -1;
    const auto [end, bad] = std::from_chars(common_name.data(), common_name.data() + common_name.size(), id);
    return bad == std::errc{} && end == common_name.data() + common_name.size() && id >= 0 ? id : -1;
}

Async<Result<>> Signer::check(int id, std::string key)
{
    CO_TRY(co_await leadership_.check());
    CO_TRY_LET(const auto node, co_await nodes_.get(id));
    if (node.banned) co_return refuse(id, "it was removed");
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

}  // namespace onefrontend
