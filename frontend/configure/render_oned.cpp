// oned.conf and monitord.conf.
#include "common/text/words.hpp"
#include "frontend/configure/attribute_file.hpp"
#include "frontend/configure/render.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::configure {
namespace {

using one::Result;
using Kind = Value::Kind;

constexpr std::string_view hook_manager = "-p 2101 -l 2102 -b 127.0.0.1";

one::Failure refuse(std::string thing, std::string reason, std::string next = {})
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = std::move(thing),
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = "set"});
}

bool is_secret(std::string_view name)
{
    const auto key = upper(name);
    return key.find("PASSW") != std::string::npos || key.find("SECRET") != std::string::npos;
}

Result<std::vector<NewPair>> pairs_of(const std::string& name, const Value& map)
{
    std::vector<NewPair> pairs;
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
        const auto& item = map.items[i];
        const auto path = fmt::format("{}/{}", name, map.keys[i]);
        if (item.kind != Kind::scalar && item.kind != Kind::null) return refuse(path, "a vector has single values");
        if (is_secret(map.keys[i]))
            return refuse(path, "a secret comes from a file", "use database.credentials.passwordFile");
        pairs.push_back({map.keys[i], item.text});
    }
    return pairs;
}

Result<std::vector<std::string>> texts_of(const std::string& name, const Value& list)
{
    std::vector<std::string> texts;
    for (const Value& item : list.items) {
        if (item.kind != Kind::scalar)
            return refuse(name, "a list of single values was expected",
                          fmt::format("a vector of many is called {}/ITS-NAME", name));
        texts.push_back(item.text);
    }
    return texts;
}

/// config.oned, config.monitord: KEY: value, KEY: [values], KEY: {of a vector}, KEY/NAME: {of one of many}; null takes
/// the key away.
Result<> set_others(AttributeFile& file, const Value& keys)
{
    for (std::size_t i = 0; i < keys.keys.size(); ++i) {
        const auto slash = std::min(keys.keys[i].find('/'), keys.keys[i].size());
        const auto name = keys.keys[i].substr(0, slash);
        const auto named = keys.keys[i].substr(std::min(slash + 1, keys.keys[i].size()));
        const Value& value = keys.items[i];
        if (is_secret(name)) return refuse(name, "a secret comes from a file", "use database.credentials.passwordFile");
        if (value.kind == Kind::null) {
            TRY(file.erase(name));
        } else if (value.kind == Kind::scalar) {
            TRY(file.set(name, value.text));
        } else if (value.kind == Kind::list) {
            TRY_LET(const auto texts, texts_of(name, value));
            TRY(file.set_all(name, texts));
        } else {
            TRY_LET(const auto pairs, pairs_of(keys.keys[i], value));
            TRY(file.set_in(name, pairs, named));
        }
    }
    return {};
}

std::string number(int value)
{
    return std::to_string(value);
}

Result<std::vector<NewPair>> database(const Settings& settings, const Secrets& secrets)
{
    std::vector<NewPair> pairs{{"BACKEND", settings.database_backend}};
    if (settings.database_backend == "sqlite") return pairs;
    if (!secrets.database_password)
        return refuse("database.credentials.passwordFile", "mysql needs a password, in a file that this names");
    pairs.insert(pairs.end(), {{"SERVER", settings.database_host},
                               {"PORT", number(settings.database_port)},
                               {"USER", settings.database_user},
                               {"PASSWD", std::string{secrets.database_password->reveal()}},
                               {"DB_NAME", settings.database_name},
                               {"CONNECTIONS", number(settings.database_pool)}});
    if (!settings.database_charset.empty()) pairs.push_back({"ENCODING", settings.database_charset});
    return pairs;
}

/// The driver's arguments with another address behind -b.
std::string bound_to(std::string_view arguments, const std::string& address)
{
    auto words = one::split_words(arguments);
    const auto bind = std::ranges::find(words, "-b");
    if (bind != words.end() && bind + 1 != words.end())
        *(bind + 1) = address;
    else
        words.insert(words.end(), {"-b", address});
    return one::join(words, " ");
}

Result<> set_events(AttributeFile& file, const Settings& settings)
{
    const Entry* driver = file.find("HM_MAD");
    const auto present = driver ? file.value_in(*driver, "ARGUMENTS") : std::nullopt;
    std::vector<NewPair> pairs{
        {"ARGUMENTS", bound_to(present.value_or(std::string{hook_manager}), events_listen_of(settings))}};
    if (!driver) pairs.insert(pairs.begin(), NewPair{"EXECUTABLE", "one_hm"});
    return file.set_in("HM_MAD", pairs);
}

}  // namespace

Result<std::string> render_oned(const Wishes& wishes, const std::string& original)
{
    const Settings& settings = *wishes.settings;
    TRY_LET(auto file, AttributeFile::parse(original));
    TRY(file.set("HOSTNAME", hostname_of(settings)));
    TRY(file.set("LISTEN_ADDRESS", settings.oned_listen));
    TRY(file.set("PORT", number(settings.oned_port)));
    if (is_at_least(settings, "7.2")) {
        TRY(file.set("GRPC_LISTEN_ADDRESS", settings.grpc_listen));
        TRY(file.set("GRPC_PORT", number(settings.grpc_port)));
    }
    TRY(file.set_in("LOG", {{"SYSTEM", settings.oned_log}, {"DEBUG_LEVEL", number(settings.oned_log_level)}}));
    TRY_LET(const auto store, database(settings, *wishes.secrets));
    TRY(file.set_in("DB", store));
    // A Raft server has a database of its own: what we render is never one of several.
    TRY(file.set_in("FEDERATION", {{"MODE", settings.federation_mode},
                                   {"ZONE_ID", number(settings.federation_zone)},
                                   {"SERVER_ID", "-1"},
                                   {"MASTER_ONED", settings.federation_master}}));
    TRY(set_events(file, settings));
    if (settings.onegate_endpoint.empty())
        TRY(file.erase("ONEGATE_ENDPOINT"));
    else
        TRY(file.set("ONEGATE_ENDPOINT", settings.onegate_endpoint));
    TRY(set_others(file, settings.oned));
    return file.text();
}

Result<std::string> render_monitord(const Wishes& wishes, const std::string& original)
{
    const Settings& settings = *wishes.settings;
    TRY_LET(auto file, AttributeFile::parse(original));
    TRY(file.set_in("DB", {{"CONNECTIONS", number(settings.monitor_connections)}}));
    TRY(file.set_in("LOG", {{"SYSTEM", settings.monitor_log}, {"DEBUG_LEVEL", number(settings.monitor_log_level)}}));
    // All of it, always: a vector in the file replaces every default of that vector.
    TRY(file.set_in("NETWORK", {{"ADDRESS", monitor_listen_of(settings)},
                                {"MONITOR_ADDRESS", monitor_address_of(settings)},
                                {"PORT", number(settings.monitor_port)},
                                {"THREADS", number(settings.monitor_threads)},
                                {"PUBKEY", settings.monitor_public_key},
                                {"PRIKEY", settings.monitor_private_key}}));
    TRY(set_others(file, settings.monitord));
    return file.text();
}

}  // namespace onefrontend::configure
