// Reads and writes what init leaves, and makes the client of oned.
#include "frontend/cli/records.hpp"

#include "common/http/client.hpp"
#include "common/identity/key.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/json.hpp"

#include <unistd.h>

#include <array>

namespace onefrontend::cli {

using one::Result;

namespace {

one::Error not_initialised(one::Error error)
{
    if (error.kind == one::ErrorKind::not_found)
        error.next = "run `onefrontend init` first; where it was run with --config FILE, give the same here";
    return error;
}

}  // namespace

std::string to_note(const AuthorityRecord& record)
{
    const Json tree{{"pin", record.pin}, {"document", record.id}, {"owner", record.owner}, {"made_on", record.made_on}};
    return dump(tree) + '\n';
}

Result<AuthorityRecord> read_authority_note(const StatePaths& paths)
{
    TRY_LET(const auto text, read_small_file(paths.authority_record()).map_error(not_initialised));
    TRY_LET(const Json tree, parse_json(text));
    AuthorityRecord record;
    JsonFields fields{tree};
    fields.required("pin", record.pin);
    fields.required("document", record.id);
    fields.required("owner", record.owner);
    fields.optional("made_on", record.made_on);
    TRY(fields.outcome());
    return record;
}

namespace {

/// The first authority's key has a name of its own from before there were several.
Result<one::Secret> read_key_of(const one::identity::Certificate& authority, const StatePaths& paths)
{
    const auto pin = one::identity::pin_of_key(authority.public_key);
    for (const auto& path : {paths.authority_key(pin), paths.authority_key()}) {
        auto text = read_small_file(path);
        if (!text && text.error().kind == one::ErrorKind::not_found) continue;
        if (!text) return one::fail(std::move(text).error());
        one::Secret key{*std::move(text)};
        const auto public_key = one::identity::public_key_of(key);
        if (public_key && *public_key == authority.public_key) return key;
    }
    return one::fail(
        {.kind = one::ErrorKind::not_found,
         .thing = paths.authority_key(pin),
         .reason = "the key of the CA with pin " + pin + " is neither there nor in " + paths.authority_key(),
         .next = "restore it from a backup, or by `onefrontend ca import`",
         .doing = "read"});
}

}  // namespace

Result<std::vector<one::identity::Authority>> read_authorities(const StatePaths& paths)
{
    TRY_LET(const auto text, read_small_file(paths.authority_certificate()).map_error(not_initialised));
    TRY_LET(const auto certificates, one::identity::read_certificates(text));
    std::vector<one::identity::Authority> authorities;
    for (const auto& certificate : certificates) {
        TRY_LET(auto key, read_key_of(certificate, paths));
        authorities.push_back({.certificate_pem = certificate.pem, .private_key_pem = std::move(key)});
    }
    return authorities;
}

Result<std::string> pin_of(const std::string& certificate_pem)
{
    TRY_LET(const auto certificate, one::identity::read_certificate(certificate_pem));
    return one::identity::pin_of_key(certificate.public_key);
}

std::string own_host_name()
{
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

namespace {

Result<oned::Client> connect(const Config& config, one::Secret session, oned::Options options, oned::Post post)
{
    TRY_LET(options.endpoint, oned::parse_endpoint(config.oned_endpoint));
    return oned::Client{options, std::move(session), std::move(post)};
}

}  // namespace

Result<oned::Client> connect_oned_as(const Config& config, one::Secret session)
{
    return connect(config, std::move(session), {.connections = 1}, one::http::post_plain);
}

Result<oned::Client> connect_oned(const Config& config)
{
    TRY_LET(auto session, oned::read_session(config.oned_auth));
    return connect(config, std::move(session), {}, one::http::post_plain);
}

Result<oned::Client> connect_oned_as_service(const Config& config, oned::Post post)
{
    TRY_LET(auto session, oned::read_session(config.oned_auth));
    return connect(config, std::move(session), {.when_denied = one::ErrorKind::unreachable}, std::move(post));
}

}  // namespace onefrontend::cli
