// Adds and drops authorities.
#include "frontend/cli/rotation.hpp"

#include "common/identity/intermediate.hpp"
#include "common/identity/key.hpp"
#include "common/text/moment.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/signer/server_certificate.hpp"

#include <unistd.h>

#include <algorithm>

namespace onefrontend::cli {
namespace {

using one::Result;

constexpr std::chrono::minutes clocks_may_differ_by{5};

/// Of what no authority of these has.
Result<> remove_other_keys(const StatePaths& paths, const std::vector<one::identity::Authority>& kept)
{
    for (const auto& path : files_like(paths.signer_dir(), "ca", ".key")) {
        TRY_LET(auto text, read_small_file(path, Links::refuse));
        const auto key = one::identity::public_key_of(one::Secret{std::move(text)});
        const auto has_it = [&key](const auto& authority) {
            const auto certificate = one::identity::read_certificate(authority.certificate_pem);
            return key && certificate && certificate->public_key == *key;
        };
        if (std::ranges::any_of(kept, has_it)) continue;
        if (::unlink(path.c_str()) != 0) return one::fail(one::error_from_errno(errno, path));
    }
    return {};
}

}  // namespace

Result<std::optional<one::identity::Authority>> read_given(const AuthorityFiles& files, one::identity::Time now)
{
    if (files.certificate.empty()) return std::optional<one::identity::Authority>{};
    TRY_LET(const auto certificate, read_small_file(files.certificate));
    TRY_LET(auto text, read_small_file(files.key));
    const one::Secret key{std::move(text)};
    TRY_LET(auto adopted, one::identity::adopt_authority(certificate, key, now));
    return std::optional{std::move(adopted)};
}

std::string bundle_of(const std::vector<one::identity::Authority>& authorities)
{
    std::string bundle;
    for (const auto& authority : authorities)
        bundle += authority.certificate_pem;
    return bundle;
}

Result<std::string> add_authority(const Places& places, const std::string& zone,
                                  const std::vector<std::string>& server_names, one::identity::Time now,
                                  std::optional<one::identity::Authority> given)
{
    const auto& paths = places.paths;
    TRY_LET(auto authorities, read_authorities(paths));
    if (!given) {
        TRY_LET(given, one::identity::make_authority("onenode CA of " + zone.substr(0, 30) + ", " +
                                                         one::rfc3339(now).substr(0, 10),
                                                     now - clocks_may_differ_by, now + authority_life));
    }
    auto& made = *given;
    TRY_LET(const auto pin, pin_of(made.certificate_pem));
    TRY(replace_file(paths.authority_key(pin), made.private_key_pem.reveal(), 0600, places.signing));
    authorities.insert(authorities.begin(), std::move(made));
    TRY_LET(const auto own, read_small_file(paths.server_certificate(), Links::refuse));
    TRY_LET(const auto certificate, one::identity::read_certificate(own));
    TRY(refresh_server_certificates(paths.server_certificate(), certificate.public_key, authorities, server_names, now,
                                    places.signing));
    TRY(replace_file(paths.authority_certificate(), bundle_of(authorities), 0644, places.signing));
    return pin;
}

Result<> drop_former_authorities(const StatePaths& paths, Owner signing, const std::vector<std::string>& server_names,
                                 one::identity::Time now)
{
    TRY_LET(auto authorities, read_authorities(paths));
    if (authorities.size() > 1) {
        authorities.resize(1);
        TRY(replace_file(paths.authority_certificate(), bundle_of(authorities), 0644, signing));
    }
    TRY_LET(const auto own, read_small_file(paths.server_certificate(), Links::refuse));
    TRY_LET(const auto certificate, one::identity::read_certificate(own));
    TRY(refresh_server_certificates(paths.server_certificate(), certificate.public_key, authorities, server_names, now,
                                    signing));
    return remove_other_keys(paths, authorities);
}

}  // namespace onefrontend::cli
