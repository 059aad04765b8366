// The files behind the desired state: oneadmin's public keys, our SSH host keys, monitord.conf.
#include "common/log.hpp"
#include "common/signing_key.hpp"
#include "common/ssh/known_hosts.hpp"
#include "common/ssh/public_key.hpp"
#include "common/text/words.hpp"
#include "common/wire/repository.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/attributes.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

std::vector<std::string> oneadmin_key_files(const Config& config)
{
    auto files = files_like(config.ssh_home + "/.ssh", "", ".pub");
    std::erase_if(files, [](const std::string& file) { return file.ends_with("-cert.pub"); });
    return files;
}

std::vector<std::string> host_key_files(const Config& config)
{
    auto files = files_like(config.ssh_host_key_dir, "ssh_host_", "_key.pub");
    return files;
}

Result<std::vector<one::ssh::PublicKey>> read_keys(const std::vector<std::string>& files)
{
    std::vector<one::ssh::PublicKey> keys;
    for (const auto& file : files) {
        TRY_LET(const auto text, read_small_file(file));
        auto key = one::ssh::parse_public_key(one::trim(text));
        if (!key) {
            key.error().thing = file;
            return one::fail(key.error());
        }
        keys.push_back(*std::move(key));
    }
    return keys;
}

one::Failure none_in(const std::string& directory, std::string what, std::string next)
{
    return one::fail({.kind = ErrorKind::not_found,
                      .thing = directory,
                      .reason = fmt::format("there is no {}", what),
                      .next = std::move(next),
                      .doing = "find keys in"});
}

std::string oned_conf(const Config& config)
{
    return std::filesystem::path{config.monitord_conf}.replace_filename("oned.conf").string();
}

}  // namespace

std::string datastore_location(std::string_view oned_conf)
{
    const auto attributes = parse_attributes(oned_conf);
    const Attribute* found = attributes ? find_attribute(*attributes, "DATASTORE_LOCATION") : nullptr;
    return found && !found->value.empty() ? found->value : one::wire::DesiredState{}.datastore_location;
}

std::string datastore_location(const Config& config)
{
    const auto text = read_small_file(oned_conf(config));  // absent or closed to us: the default
    return datastore_location(std::string_view{text ? *text : ""});
}

std::vector<std::string> server_names(const Config& config)
{
    if (!config.server_names.empty()) return config.server_names;
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return {std::string{name.data()}};
}

std::vector<std::string> usual_signing_keys()
{
    return {"/usr/share/keyrings/opennebula.gpg",  // the image's
            "/etc/apt/keyrings/opennebula.gpg"};   // where OpenNebula's manual puts it
}

Result<one::wire::Repository> read_repository(const Config& config, const std::vector<std::string>& usual_keys)
{
    auto repository = repository_in(config);
    if (!is_named(repository)) return one::wire::Repository{};
    const bool is_chosen = !config.packages_key.empty();
    for (const auto& file : is_chosen ? std::vector{config.packages_key} : usual_keys) {
        const auto text = read_small_file(file);
        auto keys = text ? one::read_signing_keys(*text) : one::Result<one::SigningKeys>{one::fail(text.error())};
        if (keys) {
            repository.key = std::move(keys->armored);
            return repository;
        }
        if (!is_chosen) continue;
        return one::fail({.kind = keys.error().kind,
                          .thing = "packages_key " + file,
                          .reason = std::move(keys.error().reason),
                          .next = text
                                      ? std::move(keys.error().next)
                                      : fmt::format("export it (gpg --armor --export FINGERPRINT >{}), readable for {}",
                                                    file, config.ssh_user),
                          .doing = "use"});
    }
    return one::wire::Repository{};
}

Result<> read_local_inputs(const Config& config, DesiredInputs& inputs)
{
    TRY_LET(const auto own_keys, read_keys(oneadmin_key_files(config)));
    if (own_keys.empty())
        return none_in(config.ssh_home + "/.ssh", "public key (*.pub)",
                       fmt::format("sudo -u {} ssh-keygen -t ed25519", config.ssh_user));
    TRY_LET(const auto host_keys, read_keys(host_key_files(config)));
    if (host_keys.empty())
        return none_in(config.ssh_host_key_dir, "SSH host key (ssh_host_*_key.pub)", "ssh-keygen -A");
    TRY_LET(const auto conf, read_small_file(config.monitord_conf));
    auto monitor = monitor_endpoint(conf);
    if (!monitor) {
        monitor.error().thing = config.monitord_conf + ", " + monitor.error().thing;
        return one::fail(monitor.error());
    }

    // Machines join and nodes follow without it, too: what they were told before stays.
    if (auto repository = read_repository(config))
        inputs.repository = *std::move(repository);
    else
        one::log::error("nodes are told of no other repository",
                        {{"reason", one::to_line(repository.error())}, {"next", repository.error().next}});

    inputs.oneadmin_keys.clear();
    for (const auto& key : own_keys)
        inputs.oneadmin_keys.push_back(to_line(key));
    inputs.frontend_names = server_names(config);
    inputs.known_hosts.clear();
    for (const auto& key : host_keys) {
        one::ssh::KnownHost line;
        for (const auto& name : inputs.frontend_names)
            line.names.push_back(one::ssh::known_host_name(name, config.ssh_port));
        line.key = key;
        line.key.comment.clear();
        inputs.known_hosts.push_back(to_line(line));
    }
    inputs.monitor_address = monitor->address;
    inputs.monitor_port = monitor->port;
    inputs.closed_networks = config.closed_networks;
    inputs.datastore_location = datastore_location(config);
    return {};
}

std::string local_inputs_stamp(const Config& config)
{
    std::string stamp = file_stamp(config.monitord_conf) + file_stamp(oned_conf(config));
    for (const auto& file : config.packages_key.empty() ? usual_signing_keys() : std::vector{config.packages_key})
        stamp += file_stamp(file);
    for (const auto& file : oneadmin_key_files(config))
        stamp += file_stamp(file);
    for (const auto& file : host_key_files(config))
        stamp += file_stamp(file);
    return stamp;
}

std::vector<std::string> resolve_frontend(const std::vector<std::string>& names)
{
    std::vector<std::string> addresses;
    for (const auto& name : names) {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        if (::getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) continue;
        const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{found, &::freeaddrinfo};
        for (const addrinfo* each = found; each; each = each->ai_next) {
            std::array<char, NI_MAXHOST> text{};
            if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) !=
                0)
                continue;
            auto address = normal_address(text.data());
            if (check_reachable(address)) addresses.push_back(std::move(address));
        }
    }
    std::ranges::sort(addresses);
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
    return addresses;
}

}  // namespace onefrontend
