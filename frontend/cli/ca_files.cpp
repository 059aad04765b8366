// onefrontend ca export | import: the authorities with their keys, and that of SSH host keys, in one file.
#include "common/identity/key.hpp"
#include "common/identity/ssh_authority.hpp"
#include "frontend/cli/ca.hpp"
#include "frontend/cli/local_audit.hpp"
#include "frontend/cli/places.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/cli/rotation.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/oned_cloud.hpp"
#include "frontend/enroll/ssh_authority.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace onefrontend::cli {
namespace {

constexpr std::string_view schema = "onefrontend-ca/1";

struct Exported {
    std::vector<one::identity::Authority> authorities{};
    one::Secret ssh_key{};
};

/// Wipes what it held: keys were in it.
struct Wiped {
    std::string text{};
    ~Wiped() { one::wipe(text); }
};

Result<> must_not_be_there(const std::string& file)
{
    struct stat info {};
    if (::lstat(file.c_str(), &info) != 0 && errno == ENOENT) return {};
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = file,
                      .reason = "something is there already, and a file with keys replaces nothing",
                      .next = "name a new file",
                      .doing = "export to"});
}

Wiped to_text(const Exported& exported)
{
    Json authorities = Json::array();
    for (const auto& authority : exported.authorities)
        authorities.push_back(
            {{"certificate", authority.certificate_pem}, {"key", authority.private_key_pem.reveal()}});
    Json tree{{"schema", schema}, {"authorities", std::move(authorities)}};
    if (!exported.ssh_key.empty()) tree["ssh_authority_key"] = exported.ssh_key.reveal();
    return {dump(tree) + '\n'};
}

one::Failure not_ours(const std::string& file, std::string reason)
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = file,
                      .reason = std::move(reason),
                      .next = "give a file that `onefrontend ca export` wrote",
                      .doing = "import"});
}

Result<one::identity::Authority> read_authority(const Json& tree)
{
    if (!tree.is_object()) return bad_json("authorities", "objects were expected");
    one::identity::Authority authority;
    std::string key;
    JsonFields fields{tree, "authorities"};
    fields.required("certificate", authority.certificate_pem);
    fields.required("key", key);
    authority.private_key_pem = one::Secret{std::move(key)};
    TRY(fields.outcome());
    TRY_LET(const auto certificate, one::identity::read_certificate(authority.certificate_pem));
    TRY_LET(const auto public_key, one::identity::public_key_of(authority.private_key_pem));
    if (certificate.public_key != public_key || !certificate.is_authority)
        return bad_json("authorities", "a certificate is none of a CA, or not of the key beside it");
    return authority;
}

Result<Exported> read_exported(std::string_view text)
{
    TRY_LET(const Json tree, parse_json(text));
    std::string kind;
    std::string ssh_key;
    JsonFields fields{tree};
    fields.required("schema", kind);
    fields.optional("ssh_authority_key", ssh_key);
    Exported exported;
    exported.ssh_key = one::Secret{std::move(ssh_key)};
    TRY(fields.outcome());
    if (kind != schema) return bad_json("schema", fmt::format("it is not {}", schema));
    if (!tree.contains("authorities") || !tree["authorities"].is_array() || tree["authorities"].empty())
        return bad_json("authorities", "a list was expected");
    for (const Json& each : tree["authorities"]) {
        TRY_LET(auto authority, read_authority(each));
        exported.authorities.push_back(std::move(authority));
    }
    if (!exported.ssh_key.empty()) {
        TRY_LET(const auto shown, one::identity::ssh_public_key_of(exported.ssh_key));
        (void)shown;
    }
    return exported;
}

Result<Exported> read_file(const std::string& file)
{
    TRY_LET(auto text, read_small_file(file));
    const Wiped whole{std::move(text)};
    auto exported = read_exported(whole.text);
    if (!exported) return not_ours(file, exported.error().thing + ": " + exported.error().reason);
    return exported;
}

/// One that this cloud does not know would be a CA beside its own: nodes could not join here, or only here.
Async<Result<>> must_be_the_clouds(Cloud& cloud, AuthorityRecord ours, std::string file)
{
    CO_TRY_LET(const auto known, co_await find_authority(cloud));
    if (known.id < 0 || known.pin == ours.pin) co_return Result<>{};
    co_return one::fail(
        {.kind = one::ErrorKind::conflict,
         .thing = file,
         .reason = fmt::format("its CA is {}, and this cloud's is {}, made on {}", ours.pin, known.pin, known.made_on),
         .next = "export it there anew; where that CA is lost for good: onedocument delete " + std::to_string(known.id),
         .doing = "import"});
}

/// ca.pem last: what it names is there then.
Result<> write_files(const Places& places, const Exported& exported)
{
    const auto& paths = places.paths;
    TRY(make_directory(paths.root(), 0755, Owner{::geteuid(), ::getegid()}));
    TRY(make_directory(paths.public_dir(), 0755, places.signing));
    TRY(make_directory(paths.signer_dir(), 0700, places.signing));
    for (const auto& authority : exported.authorities) {
        TRY_LET(const auto pin, pin_of(authority.certificate_pem));
        TRY(replace_file(paths.authority_key(pin), authority.private_key_pem.reveal(), 0600, places.signing));
    }
    if (!exported.ssh_key.empty())
        TRY(replace_file(paths.ssh_authority_key(), exported.ssh_key.reveal(), 0600, places.signing));
    return replace_file(paths.authority_certificate(), bundle_of(exported.authorities), 0644, places.signing);
}

/// Beside a CA that is here already: of another cloud, or before its rotation.
Result<> may_replace(const StatePaths& paths, const Exported& exported, const std::string& file)
{
    const auto text = read_small_file(paths.authority_certificate());
    if (!text) return {};
    TRY_LET(const auto present, one::identity::read_certificates(*text));
    for (const auto& authority : exported.authorities) {
        TRY_LET(const auto certificate, one::identity::read_certificate(authority.certificate_pem));
        for (const auto& other : present)
            if (other.public_key == certificate.public_key) return {};
    }
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = file,
                      .reason = "another CA is in " + paths.public_dir() + ", and the file knows nothing of it",
                      .next = "where that one is of no use any more, move " + paths.root() + " away first",
                      .doing = "import"});
}

}  // namespace

Async<Result<Exit>> ca_export(Admin& admin, std::string file)
{
    const StatePaths paths{admin.config->state_dir};
    CO_TRY(must_not_be_there(file));
    Exported exported;
    CO_TRY_LET(exported.authorities, read_authorities(paths));
    if (auto key = read_small_file(paths.ssh_authority_key())) exported.ssh_key = one::Secret{*std::move(key)};
    const auto text = to_text(exported);
    CO_TRY(replace_file(file, text.text, 0600));
    tell_audit(admin, "ca-exported", {{"file", file}});
    const auto said =
        fmt::format("{} holds {} CA{} with its keys. Who can read it can be any node of this cloud, or its "
                    "front-end: move it by a way that you trust, and delete it once it is imported.",
                    file, exported.authorities.size(), exported.authorities.size() == 1 ? "" : "s");
    admin.out->say(said, "ca-exported", {{"file", file}, {"authorities", exported.authorities.size()}});
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

Async<Result<Exit>> ca_import(const Config& config, Cloud& cloud, Terminal& terminal, std::string file)
{
    CO_TRY_LET(const auto places, find_places(config));
    CO_TRY_LET(const auto exported, read_file(file));
    AuthorityRecord ours;
    CO_TRY_LET(ours.pin, pin_of(exported.authorities.front().certificate_pem));
    CO_TRY(co_await must_be_the_clouds(cloud, ours, file));
    CO_TRY(may_replace(places.paths, exported, file));
    CO_TRY(write_files(places, exported));
    tell_audit(config, terminal, "ca-imported", {{"file", file}, {"pin", ours.pin}});
    const auto said =
        fmt::format("The CA with fingerprint {} is in {}. Next: `onefrontend init`; it makes the rest, and "
                    "may be run where a service runs already.",
                    ours.pin, config.state_dir);
    terminal.say(said, "ca-imported", {{"fingerprint", ours.pin}, {"authorities", exported.authorities.size()}});
    co_return terminal.warned() ? Exit::warnings : Exit::ok;
}

Result<Exit> run_ca_import(const Config& config, Terminal& terminal, const std::string& file)
{
    TRY_LET(auto client, connect_oned(config));
    OnedCloud cloud{client};
    one::asio::io_context loop;
    return one::run_to_end(loop, ca_import(config, cloud, terminal, file));
}

}  // namespace onefrontend::cli
