// onefrontend init: directories, CA, its record in OpenNebula, the service's certificate; goes on where it stopped.
#include "frontend/cli/init.hpp"

#include "common/identity/key.hpp"
#include "frontend/cli/local_audit.hpp"
#include "frontend/cli/places.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/cli/ssh_authority_key.hpp"
#include "frontend/enroll/authority.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/oned_cloud.hpp"
#include "frontend/signer/server_certificate.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <chrono>

namespace onefrontend::cli {
namespace {

using std::chrono::system_clock;

constexpr std::chrono::minutes clocks_may_differ_by{5};

Result<> make_places(const Places& places)
{
    TRY(make_directory(places.paths.root(), 0755, Owner{::geteuid(), ::getegid()}));
    TRY(make_directory(places.paths.serve_dir(), 0700, places.serving));
    TRY(make_directory(places.paths.public_dir(), 0755, places.signing));
    return make_directory(places.paths.signer_dir(), 0700, places.signing);
}

/// The certificate is written last: without it the key was never used.
Result<> make_authority(const Places& places, const std::string& zone, std::optional<one::identity::Authority> given,
                        system_clock::time_point now)
{
    if (!given) {
        TRY_LET(given, one::identity::make_authority("onenode CA of " + zone.substr(0, 40), now - clocks_may_differ_by,
                                                     now + authority_life));
    }
    const auto& made = *given;
    TRY(replace_file(places.paths.authority_key(), made.private_key_pem.reveal(), 0600, places.signing));
    return replace_file(places.paths.authority_certificate(), made.certificate_pem, 0644, places.signing);
}

/// A CA is exchanged by a rotation: nodes have to hear of it while the former one counts.
Result<> must_be_that_one(const std::optional<one::identity::Authority>& given, const StatePaths& paths)
{
    if (!given) return {};
    TRY_LET(const auto authorities, read_authorities(paths));
    TRY_LET(const auto present, pin_of(authorities.front().certificate_pem));
    TRY_LET(const auto wanted, pin_of(given->certificate_pem));
    if (present == wanted) return {};
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = "the CA with fingerprint " + wanted,
                      .reason = "this front-end has another one already, " + present,
                      .next = "onefrontend ca rotate with the same --ca-certificate and --ca-key",
                      .doing = "use"});
}

void forget_authority(const StatePaths& paths)
{
    ::unlink(paths.authority_certificate().c_str());
    ::unlink(paths.authority_key().c_str());
}

Result<bool> make_server_key(const Places& places)
{
    if (read_small_file(places.paths.server_key(), Links::refuse)) return false;
    TRY_LET(const auto key, one::identity::make_private_key());
    TRY(replace_file(places.paths.server_key(), key.reveal(), 0600, places.serving));
    return true;
}

Result<bool> make_server_certificates(const Places& places, const std::vector<one::identity::Authority>& authorities,
                                      const std::vector<std::string>& names, system_clock::time_point now)
{
    TRY_LET(auto pem, read_small_file(places.paths.server_key(), Links::refuse));
    TRY_LET(const auto own_key, one::identity::public_key_of(one::Secret{std::move(pem)}));
    const auto path = places.paths.server_certificate();
    return refresh_server_certificates(path, own_key, authorities, names, now, places.signing);
}

std::string next_steps(const Config& config)
{
    return fmt::format(
        "Next: keep `onefrontend signer` running as {} and `onefrontend serve` as {}; then `onefrontend token create`.",
        config.signer_user, config.ssh_user);
}

}  // namespace

Async<Result<Exit>> init(const Config& config, Cloud& cloud, Terminal& terminal, AuthorityFiles files)
{
    const auto now = system_clock::now();
    CO_TRY_LET(auto given, read_given(files, now));
    CO_TRY_LET(const auto places, find_places(config));
    CO_TRY_LET(const auto known, co_await find_authority(cloud));
    const bool have_own = read_authorities(places.paths).has_value();
    if (!have_own && known.id >= 0) co_return one::fail(another_authority(known));

    if (have_own) CO_TRY(must_be_that_one(given, places.paths));
    CO_TRY(make_places(places));
    if (!have_own) {
        CO_TRY_LET(const auto zone, co_await cloud.zone_name());
        CO_TRY(make_authority(places, zone, std::move(given), now));
    }
    CO_TRY_LET(const auto authorities, read_authorities(places.paths));
    AuthorityRecord ours;
    CO_TRY_LET(ours.pin, pin_of(authorities.front().certificate_pem));
    ours.made_on = own_host_name();
    ours.at = system_clock::to_time_t(now);
    const auto recorded = co_await record_authority(cloud, ours);
    if (!recorded) {
        if (!have_own && recorded.error().kind == one::ErrorKind::conflict) forget_authority(places.paths);
        co_return one::fail(recorded.error());
    }
    CO_TRY(replace_file(places.paths.authority_record(), to_note(*recorded), 0644, places.signing));
    if (!have_own) CO_TRY(co_await keep_ssh_authority(cloud, places.paths, places.signing, now));  // else the signer
    CO_TRY_LET(const bool new_key, make_server_key(places));
    const auto names = server_names(config);
    CO_TRY_LET(const bool new_certificate, make_server_certificates(places, authorities, names, now));

    const bool changed = !have_own || new_key || new_certificate;
    if (changed)
        tell_audit(config, terminal, "initialised",
                   {{"made", have_own ? "a certificate" : "a CA and a certificate"}, {"pin", recorded->pin}});
    std::string text = changed ? fmt::format("Made in {}: {}a certificate for {}.\n", config.state_dir,
                                             have_own ? "" : "a CA and ", fmt::join(names, ", "))
                               : fmt::format("Everything is in {} already; nothing changed.\n", config.state_dir);
    text += fmt::format("Nodes pin the CA as {}.\n{}", recorded->pin, next_steps(config));
    Json fields{{"state_dir", config.state_dir}, {"pin", recorded->pin}, {"names", names}, {"changed", changed}};
    terminal.say(text, "initialised", std::move(fields));
    co_return terminal.warned() ? Exit::warnings : Exit::ok;
}

Result<Exit> run_init(const Config& config, Terminal& terminal, const AuthorityFiles& files)
{
    TRY_LET(auto client, connect_oned(config));
    OnedCloud cloud{client};
    one::asio::io_context loop;
    return one::run_to_end(loop, init(config, cloud, terminal, files));
}

}  // namespace onefrontend::cli
