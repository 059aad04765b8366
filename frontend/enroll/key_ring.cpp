// Turns the ring, and keeps it in its document.
#include "frontend/enroll/key_ring.hpp"

#include "common/ssh/public_key.hpp"
#include "frontend/enroll/json.hpp"
#include "frontend/oned/document_types.hpp"

#include <algorithm>

namespace onefrontend {
namespace {

constexpr const char* document_name = "onenode-oneadmin-keys";

bool is_same(const std::string& line, const std::string& other)
{
    const auto one = one::ssh::parse_public_key(line);
    const auto two = one::ssh::parse_public_key(other);
    return one && two && same_key(*one, *two);
}

bool has(const std::vector<std::string>& lines, const std::string& line)
{
    return std::ranges::any_of(lines, [&line](const auto& other) { return is_same(line, other); });
}

std::string to_json(const KeyRing& ring)
{
    Json keys = Json::array();
    for (const KnownKey& key : ring.keys)
        keys.push_back({{"line", key.line}, {"since", key.since}, {"gone_at", key.gone_at}});
    return dump(Json{{"keys", std::move(keys)}});
}

Result<KeyRing> read_ring(const oned::Document& document)
{
    TRY_LET(const Json tree, parse_json(document.body));
    KeyRing ring;
    ring.id = document.id;
    if (!tree.contains("keys") || !tree["keys"].is_array()) return bad_json("keys", "a list was expected");
    for (const Json& each : tree["keys"]) {
        if (!each.is_object()) return bad_json("keys", "objects were expected");
        KnownKey key;
        JsonFields fields{each, "keys"};
        fields.required("line", key.line);
        fields.optional("since", key.since);
        fields.optional("gone_at", key.gone_at);
        TRY(fields.outcome());
        ring.keys.push_back(std::move(key));
    }
    return ring;
}

}  // namespace

KeyRing turned(KeyRing ring, const std::vector<std::string>& at_home, Missing missing, std::int64_t now,
               std::chrono::seconds life)
{
    for (KnownKey& key : ring.keys) {
        if (has(at_home, key.line))
            key.gone_at = 0;
        else if (missing == Missing::is_gone && key.gone_at == 0)
            key.gone_at = now;
    }
    std::erase_if(ring.keys,
                  [&](const KnownKey& key) { return key.gone_at != 0 && now - key.gone_at >= life.count(); });
    for (const auto& line : at_home) {
        const auto known = [&line](const KnownKey& key) { return is_same(key.line, line); };
        if (std::ranges::none_of(ring.keys, known)) ring.keys.push_back({.line = line, .since = now});
    }
    return ring;
}

std::vector<std::string> lines_of(const KeyRing& ring)
{
    std::vector<std::string> lines;
    for (const bool gone : {false, true})
        for (const KnownKey& key : ring.keys)
            if ((key.gone_at != 0) == gone) lines.push_back(key.line);
    return lines;
}

std::vector<std::string> fingerprints_of(const std::vector<std::string>& lines)
{
    std::vector<std::string> fingerprints;
    for (const auto& line : lines)
        if (const auto key = one::ssh::parse_public_key(line)) fingerprints.push_back(one::ssh::fingerprint(*key));
    std::ranges::sort(fingerprints);
    return fingerprints;
}

Async<Result<KeyRing>> find_key_ring(Cloud& cloud)
{
    CO_TRY_LET(const auto documents, co_await cloud.documents(key_ring_document));
    if (documents.empty()) co_return KeyRing{};
    const int id = documents.front().id;
    co_return read_ring(documents.front()).map_error(unreadable("list of oneadmin's keys", id));
}

Async<Result<KeyRing>> store_key_ring(Cloud& cloud, KeyRing ring)
{
    if (ring.id >= 0) {
        CO_TRY(co_await cloud.replace_document(ring.id, document_name, to_json(ring)));
        co_return ring;
    }
    CO_TRY_LET(ring.id, co_await cloud.allocate_document(key_ring_document, document_name, to_json(ring)));
    CO_TRY_LET(auto first, co_await find_key_ring(cloud));
    if (first.id == ring.id) co_return ring;
    CO_TRY(co_await cloud.delete_document(ring.id));
    co_return first;
}

}  // namespace onefrontend
