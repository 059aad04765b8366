// onefrontend ca status | rotate; ca_files.cpp has export and import
#include "frontend/cli/admin.hpp"
#include "common/identity/key.hpp"
#include "common/text/words.hpp"
#include "frontend/cli/ca.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/cli/rotation.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/leadership.hpp"
#include "frontend/enroll/ssh_authority.hpp"
#include "frontend/enroll/turnover.hpp"

#include <fmt/format.h>

namespace onefrontend::cli {
namespace {

constexpr std::size_t most_names = 10;

std::string few(const std::vector<std::string>& names)
{
    const std::vector<std::string> first(names.begin(),
                                         names.begin() + std::ptrdiff_t(std::min(most_names, names.size())));
    const auto rest = names.size() - first.size();
    return one::join(first, ", ") + (rest == 0 ? "" : fmt::format(" and {} more", rest));
}

/// As ca.pem has them; anybody may read it.
Result<std::vector<std::string>> pins_here(const StatePaths& paths)
{
    TRY_LET(const auto text, read_small_file(paths.authority_certificate()));
    TRY_LET(const auto certificates, one::identity::read_certificates(text));
    std::vector<std::string> pins;
    for (const auto& certificate : certificates)
        pins.push_back(one::identity::pin_of_key(certificate.public_key));
    return pins;
}

std::string describe(const Turnover& turnover)
{
    const auto all = turnover.turned.size() + turnover.left.size();
    std::string text = fmt::format("\nturned       {} of {} nodes", turnover.turned.size(), all);
    if (!turnover.left.empty()) text += fmt::format("\nleft         {}", few(turnover.left));
    if (!turnover.tokens.empty())
        text += fmt::format("\ntokens       {} made before the rotation {} still", turnover.tokens.size(),
                            turnover.tokens.size() == 1 ? "works" : "work");
    return text + fmt::format("\nends         by itself once nothing is left, not before {}; at the latest {}",
                              when(turnover.earliest_end), when(turnover.latest_end));
}

Json to_object(const Turnover& turnover)
{
    return {{"turned", turnover.turned},
            {"left", turnover.left},
            {"tokens", turnover.tokens},
            {"earliest_end", turnover.earliest_end},
            {"latest_end", turnover.latest_end}};
}

one::Failure refuse(std::string reason, std::string next)
{
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = "the CA",
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = "rotate"});
}

Async<Result<Exit>> finish(Admin& admin, const Places& places)
{
    CO_TRY_LET(const auto authorities, read_authorities(places.paths));
    CO_TRY_LET(const auto record, co_await find_authority(*admin.cloud));
    if (authorities.size() < 2) co_return refuse("no rotation is under way", "onefrontend ca status");
    CO_TRY_LET(const auto turnover,
               co_await find_turnover(*admin.cloud, record, admin.now, admin.config->node_certificate_life));
    const one::identity::Time now{std::chrono::seconds{admin.now}};
    CO_TRY(drop_former_authorities(places.paths, places.signing, server_names(*admin.config), now));
    tell_audit(admin, "ca-rotation-ended", {{"pin", record.pin}, {"nodes_left", std::to_string(turnover.left.size())}});
    const auto said = turnover.left.empty()
                          ? std::string{"The former CA is gone; every node had turned."}
                          : fmt::format("The former CA is gone. These nodes had not turned, and have to join again: {}",
                                        few(turnover.left));
    admin.out->say(said, "ca-rotation-ended", {{"fingerprint", record.pin}, {"left", turnover.left}});
    co_return turnover.left.empty() && !admin.out->warned() ? Exit::ok : Exit::warnings;
}

/// The pin of the authority that signs from now on, where this was killed before it told OpenNebula, or makes one.
Async<Result<std::string>> make_or_find(Admin& admin, const Places& places, AuthorityRecord record,
                                        AuthorityFiles files)
{
    const one::identity::Time now{std::chrono::seconds{admin.now}};
    CO_TRY_LET(auto given, read_given(files, now));
    CO_TRY_LET(const auto pins, pins_here(places.paths));
    if (pins.size() > 1 && pins[1] == record.pin) co_return pins[0];
    if (pins[0] != record.pin) co_return one::fail(another_authority(record));
    if (pins.size() > 1)
        co_return refuse("a rotation is under way",
                         "onefrontend ca status; to end it now, whoever is left: onefrontend ca rotate --finish");
    CO_TRY_LET(const auto zone, co_await admin.cloud->zone_name());
    co_return add_authority(places, zone, server_names(*admin.config), now, std::move(given));
}

}  // namespace

Async<Result<Exit>> ca_status(Admin& admin)
{
    CO_TRY_LET(const auto authority, co_await find_authority(*admin.cloud));
    CO_TRY_LET(const auto ssh, co_await find_ssh_authority(*admin.cloud));
    const auto pins = pins_here(StatePaths{admin.config->state_dir});
    std::string fingerprint;
    if (const auto key = one::ssh::parse_public_key(ssh.key)) fingerprint = one::ssh::fingerprint(*key);
    Json fields{{"fingerprint", admin.pin},
                {"made_on", authority.made_on},
                {"made_at", authority.at},
                {"ssh_fingerprint", fingerprint}};
    std::string rotation;
    if (pins && pins->size() > 1) {
        CO_TRY_LET(const auto turnover,
                   co_await find_turnover(*admin.cloud, authority, admin.now, admin.config->node_certificate_life));
        fields["former"] = pins->back();
        fields["rotation"] = to_object(turnover);
        rotation = fmt::format("former       {}{}", pins->back(), describe(turnover)) + '\n';
    }
    if (pins && pins->front() != authority.pin)
        admin.out->warn(
            {.kind = one::ErrorKind::conflict,
             .thing = "the CA of this machine",
             .reason = fmt::format("OpenNebula names another one, {}, made on {}", authority.pin, authority.made_on),
             .next = "onefrontend ca export there, onefrontend ca import here; where `ca rotate` was "
                     "interrupted here, run it again",
             .doing = "use"});
    const auto said = fmt::format(
        "fingerprint  {}\nmade         on {}, {}\n{}SSH hosts    {}\n\nThe first one is what `onenode join` "
        "shows, and takes as --fingerprint; join tokens carry it. The {} one vouches for the nodes' SSH "
        "host keys.",
        admin.pin, authority.made_on, when(authority.at), rotation,
        fingerprint.empty() ? "none yet; the signer makes it when it starts" : fingerprint,
        rotation.empty() ? "other" : "last");
    admin.out->say(said, "ca", std::move(fields));
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

Async<Result<Exit>> ca_rotate(Admin& admin, bool finish_now, AuthorityFiles given)
{
    CO_TRY_LET(const auto places, find_places(*admin.config));
    Leadership leadership{*admin.cloud};
    CO_TRY(co_await leadership.check());
    if (finish_now) co_return co_await finish(admin, places);

    CO_TRY_LET(auto record, co_await find_authority(*admin.cloud));
    const auto former = record.pin;
    CO_TRY_LET(record.pin, co_await make_or_find(admin, places, record, std::move(given)));
    record.made_on = own_host_name();
    record.at = admin.now;
    CO_TRY(co_await rename_authority(*admin.cloud, record));
    CO_TRY(replace_file(places.paths.authority_record(), to_note(record), 0644, places.signing));
    tell_audit(admin, "ca-rotated", {{"pin", record.pin}, {"former", former}});
    const auto said = fmt::format(
        "The CA is {} from now on. The former one counts until every node has turned, and join commands that were "
        "printed before work their time: onefrontend ca status\nWhere other machines serve this cloud, too: "
        "onefrontend "
        "ca export here, onefrontend ca import there.",
        record.pin);
    admin.out->say(said, "ca-rotated", {{"fingerprint", record.pin}, {"former", former}});
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli
