// One document for each node that went; a document is only made and deleted, never changed.
#include "frontend/enroll/revocations.hpp"

#include "common/ssh/public_key.hpp"
#include "frontend/enroll/json.hpp"
#include "frontend/enroll/ssh_authority.hpp"
#include "frontend/oned/document_types.hpp"

#include <algorithm>

namespace onefrontend {
namespace {

constexpr std::chrono::hours clocks_may_differ_by{24};

Result<Revocation> read_revocation(const oned::Document& document)
{
    TRY_LET(const Json tree, parse_json(document.body));
    Revocation revocation;
    revocation.id = document.id;
    JsonFields fields{tree};
    fields.required("node", revocation.node);
    fields.required("keys", revocation.keys);
    fields.required("at", revocation.at);
    TRY(fields.outcome());
    return revocation;
}

}  // namespace

Async<Result<>> Revocations::add(const Node& node, std::int64_t now)
{
    if (!is_trusted(node) || node.ssh_host_keys.empty()) co_return Result<>{};
    const Json body{{"node", node.id}, {"name", node.name}, {"keys", node.ssh_host_keys}, {"at", now}};
    CO_TRY(co_await cloud_->allocate_document(revocation_document, "onenode-revoked-" + std::to_string(node.id),
                                              dump(body)));
    co_return Result<>{};
}

Async<Result<std::vector<Revocation>>> Revocations::all()
{
    CO_TRY_LET(const auto documents, co_await cloud_->documents(revocation_document));
    std::vector<Revocation> revocations;
    for (const auto& document : documents) {
        // To leave out one that cannot be read could let an old key in again.
        CO_TRY_LET(auto revocation, read_revocation(document).map_error(unreadable("revocation", document.id)));
        revocations.push_back(std::move(revocation));
    }
    co_return revocations;
}

Async<Result<>> Revocations::forget_old(std::int64_t now)
{
    constexpr auto needed = std::chrono::seconds{host_certificate_life + clocks_may_differ_by}.count();
    CO_TRY_LET(const auto revocations, co_await all());
    for (const auto& revocation : revocations)
        if (now - revocation.at > needed) CO_TRY(co_await cloud_->delete_document(revocation.id));
    co_return Result<>{};
}

std::vector<std::string> revoked_keys(const std::vector<Revocation>& revocations, const std::vector<Node>& nodes)
{
    std::vector<one::ssh::PublicKey> in_use;
    for (const Node& node : nodes)
        for (const auto& line : node.ssh_host_keys)
            if (auto key = one::ssh::parse_public_key(line)) in_use.push_back(*std::move(key));

    std::vector<std::string> lines;
    for (const auto& revocation : revocations)
        for (const auto& line : revocation.keys) {
            auto key = one::ssh::parse_public_key(line);
            if (!key || std::ranges::any_of(in_use, [&](const auto& other) { return same_key(*key, other); })) continue;
            key->comment.clear();
            lines.push_back(to_line(*key));
        }
    std::ranges::sort(lines);
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    return lines;
}

Async<Result<Vouching>> find_vouching(Cloud& cloud, std::vector<Node> nodes)
{
    CO_TRY_LET(const auto authority, co_await find_ssh_authority(cloud));
    Revocations revocations{cloud};
    CO_TRY_LET(const auto all, co_await revocations.all());
    Vouching vouching;
    if (authority.id >= 0) vouching.authorities.push_back(authority.key);
    vouching.revoked = revoked_keys(all, nodes);
    co_return vouching;
}

}  // namespace onefrontend
